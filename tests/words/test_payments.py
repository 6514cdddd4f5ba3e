"""Every state and reason of a payment has its words, in both languages."""

from __future__ import annotations

import re

import pytest

from hearth.desks.money.faults import PAYEE_FAULTS
from hearth.desks.money.sending import PURPOSES
from hearth.store.access.money import OBJECTIONS
from hearth.wires.payments import Reason
from hearth.words import payments

TABLES = (
    payments.PAYMENT_STATES,
    payments.PAYMENT_PURPOSES,
    payments.PAYMENT_REASONS,
    payments.DIFFERENCES,
    payments.ODDITIES,
)


@pytest.mark.parametrize("table", TABLES)
def test_every_word_stands_in_both_languages(table: dict[str, tuple[str, str]]) -> None:
    for zh, en in table.values():
        assert re.search(r"[一-鿿]", zh)
        assert en.isascii()


def test_whatever_the_bank_or_the_house_objects_to_has_its_words() -> None:
    own = {"UNREADABLE_ACCOUNT", "KEY_REUSED"}
    assert set(payments.PAYMENT_REASONS) == {reason.value for reason in Reason} | set(OBJECTIONS) | own
    assert set(PAYEE_FAULTS) == set(OBJECTIONS)
    assert set(payments.PAYMENT_PURPOSES) == set(PURPOSES)
