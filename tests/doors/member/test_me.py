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


def test_large_print_and_language_go_with_the_person_to_another_phone(phone: Phone, cast: Cast) -> None:
    first = phone("hui")
    assert first.post("/print", {"print": "large", "next": "/me"})["Location"] == "/me"
    assert 'class="member large"' in phone("hui").get("/me").text
    saved = first.post(
        "/me/settings", {"language": "en", "print": "normal", "quiet_from": "22", "quiet_to": "7", "email": "h@x.cn"}
    )
    assert saved["Location"] == "/me?told=language" and saved.cookies["django_language"].value == "en"
    hui = Person.objects.get(username="hui")
    assert (hui.language, hui.large_print, hui.quiet_from, hui.quiet_to, hui.email) == ("en", False, 22, 7, "h@x.cn")
    assert 'class="member large"' not in phone("hui").get("/me").text


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_print_switch_leads_nowhere_else(phone: Phone, address: str) -> None:
    assert phone("hui").post("/print", {"print": "large", "next": address})["Location"] == "/home"


def test_settings_that_cannot_be_lose_nothing_that_was_typed(phone: Phone) -> None:
    answer = phone("hui").post(
        "/me/settings", {"language": "xx", "print": "large", "quiet_from": "99", "quiet_to": "", "email": "not-a-mail"}
    )
    assert answer.status_code == 422
    assert 'value="not-a-mail"' in answer.text and "says-wrong" in answer.text


def test_a_consent_is_given_in_the_words_that_were_read_and_taken_back(phone: Phone, cast: Cast) -> None:
    hui = phone("hui", "zh")
    assert hui.post("/me/consents", {"give": f"{cast.id('hui')}|claim|health|2026-1"})["Location"].endswith(
        "agreed-consent"
    )
    consent = Consent.objects.get(person=cast.id("hui"))
    words = next(one for one in CONSENTS if (one.purpose, one.data_class) == ("claim", "health"))
    assert consent.words_digest == words.digest("zh")
    assert hui.post("/me/consents", {"withdraw": str(consent.pk)}).status_code == 302
    consent.refresh_from_db()
    assert consent.withdrawn_at is not None
    assert hui.post("/me/consents", {"give": f"{cast.id('yue')}|claim|child|2026-1"}).status_code == 302


@pytest.mark.parametrize("give", ["", "x", "1|2|3", "999|claim|health|2026-1", "1|a|b|c", "²|claim|health|2026-1"])
def test_a_consent_that_nobody_asks_for_is_refused_with_a_sentence(phone: Phone, cast: Cast, give: str) -> None:
    assert phone("hui").post("/me/consents", {"give": give}).status_code in (302, 404, 422)
    assert not Consent.objects.filter(given_by=cast.id("hui")).exists()


def test_nobody_agrees_for_another_grown_up(phone: Phone, cast: Cast) -> None:
    answer = phone("hui").post("/me/consents", {"give": f"{cast.id('qiang')}|claim|health|2026-1"})
    assert answer.status_code == 422 and "agrees for themself" in answer.text


def test_an_account_is_in_ones_own_name_and_its_number_is_shown_in_part(phone: Phone, cast: Cast) -> None:
    hui = phone("hui")
    typed = {"whose": str(cast.id("hui")), "holder": "慧", "bank": "招商银行", "account": "6225 8800 1122 3399"}
    assert hui.post("/me/accounts", typed)["Location"] == "/me/accounts?told=account"
    assert hui.post("/me/accounts", typed).status_code == 302
    assert BankAccount.objects.filter(person=cast.id("hui"), bank="招商银行").count() == 1
    page = hui.get("/me/accounts").text
    assert "3399" in page and "62258800" not in page
    refused = hui.post("/me/accounts", {**typed, "holder": "路人甲", "account": "6225880011223388"})
    assert refused.status_code == 422 and "路人甲" in refused.text and 'value="招商银行"' in refused.text


def test_family_shows_who_is_proven_and_how_the_others_can_be(phone: Phone, cast: Cast) -> None:
    hui = phone("hui")
    page = hui.get("/family").text
    assert page.count("proven") >= 3
    relation = Relation.objects.get(person=cast.id("hui"), other=cast.id("qiang"))
    assert "End this relation" in hui.get(f"/family/{relation.pk}/end").text
    assert hui.post(f"/family/{relation.pk}/end")["Location"] == "/family?told=relation-ended"
    assert "强" in hui.get("/family/new").text
    wrong = hui.post("/family/new", {"other": str(cast.id("qiang")), "kind": "agent", "until_on": "31.12.2027"})
    assert wrong.status_code == 422 and 'value="31.12.2027"' in wrong.text
    stated = hui.post("/family/new", {"other": str(cast.id("qiang")), "kind": "spouse", "until_on": ""})
    assert stated["Location"] == "/family?told=relation"
    waiting = hui.get("/family").text
    assert "waits for its proof" in waiting and "Show your steward the paper" in waiting


def test_a_relation_of_somebody_else_is_not_there(phone: Phone, cast: Cast) -> None:
    relation = Relation.objects.get(person=cast.id("hui"), other=cast.id("qiang"))
    assert phone("mei").post(f"/family/{relation.pk}/end").status_code in (403, 404)
    relation.refresh_from_db()
    assert relation.ended_at is None


def test_who_read_ones_health_data_stands_there_with_the_purpose(phone: Phone, cast: Cast) -> None:
    from hearth.store.access import log_read
    from tests.desks.cast_rows import AT

    for key in ("C1", "C2"):
        log_read(cast.who("ai"), [cast.id("yue")], "claim", key, "claim", AT)
    page = phone("hui").get("/me/reads").text
    assert "艾" in page and "to decide a claim" in page and "月" in page and "C1, C2" in page


def test_a_copy_of_ones_data_is_a_file_to_read_or_for_another_service(phone: Phone, cast: Cast) -> None:
    hui = phone("hui")
    whole = json.loads(hui.post("/me/data/copy", {"form": "json"}).content)
    assert whole["person"]["full_name"] == "慧"
    read = hui.post("/me/data/copy", {"form": "readable"})
    assert read["Content-Type"].startswith("text/markdown") and "慧" in read.content.decode()
    assert DataRequest.objects.filter(person=cast.id("hui"), kind="export").count() == 2
    assert hui.get("/me/data/copy").status_code == 302


def test_erasure_is_refused_with_its_reasons_while_a_policy_is_in_force(phone: Phone, cast: Cast) -> None:
    hui = phone("hui")
    assert hui.post("/me/data/erase")["Location"] == "/me/data?told=erasure"
    assert "policy M1-HUI is in force" in hui.get("/me/data").text
    lan = phone("lan")
    kept = lan.post("/me/data/erase")
    assert kept.status_code == 200 and "locked" in kept.text
    assert lan.get("/home").status_code == 302
