"""What is the reader's own: settings, consents, accounts, family, data."""

from __future__ import annotations

import json

import pytest

from hearth.store.models import BankAccount, Consent, DataRequest, Person, Relation
from hearth.words.consents import CONSENTS
from tests.desks.cast_rows import Cast
from tests.doors.member.conftest import Phone

PAGES = (
    "/me", "/me/settings", "/me/consents", "/me/accounts", "/me/reads", "/me/data", "/me/data/erase",
    "/family", "/family/new", "/policies", "/policies/M1-HUI", "/receipts/verify",
)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_there_in_both_languages(phone: Phone, address: str, lang: str) -> None:
    answer = phone("hui", lang).get(address)
    assert answer.status_code == 200
    assert f'<html lang="{"zh-hans" if lang == "zh" else "en"}"' in answer.text
    assert 'href=""' not in answer.text and ">None<" not in answer.text


@pytest.mark.parametrize("address", [address for address in PAGES if address != "/receipts/verify"])
def test_nobody_sees_a_page_without_signing_in(phone: Phone, address: str) -> None:
    answer = phone().get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/") and "next=" in answer["Location"]


def test_what_stands_on_a_page_is_not_kept_by_the_phone(phone: Phone) -> None:
    assert phone("hui").get("/me")["Cache-Control"] == "no-store"
