"""The books in double entry: what does not balance, or was changed by hand, the database itself refuses."""

from __future__ import annotations

import pytest
from django.db import connection

from hearth.desks import money
from hearth.desks.books import ledger
from hearth.store.models import Entry, LedgerAccount, Payment, Posting
from tests.cast import MEI
from tests.desks.money.rows import AT, account, agreed, member, refused

pytestmark = pytest.mark.django_db
LINES: list[ledger.Line] = [("benefit_expense:p", "expense", 700), ("claim_payable:C1", "payable", -700)]


def test_a_posting_is_made_once_by_its_key() -> None:
    first = ledger.post("k", "what", LINES, at=AT)
    assert ledger.post("k", "what", LINES, at=AT) == first
    assert (ledger.balance("benefit_expense:p"), ledger.balance("claim_payable:C1")) == (700, -700)
    with pytest.raises(ValueError, match="other lines"):
        ledger.post("k", "what", [(code, kind, 2 * fen) for code, kind, fen in LINES], at=AT)


@pytest.mark.parametrize(
    "lines",
    [
        [("a", "expense", 700), ("b", "payable", -699)],
        [("a", "expense", 700), ("a", "expense", -700)],
        [("a", "expense", 0), ("b", "payable", 0)],
        [],
    ],
)
def test_lines_that_do_not_balance_are_no_posting(lines: list[ledger.Line]) -> None:
    with pytest.raises(ValueError, match="does not balance"):
        ledger.post("k", "what", lines, at=AT)
    assert Posting.objects.count() == 0


def test_the_database_refuses_a_posting_that_does_not_balance() -> None:
    ledger.post("k", "what", LINES, at=AT)
    held = LedgerAccount.objects.get(code="benefit_expense:p")
    with refused("does not balance"):
        posting = Posting.objects.create(key="half", what="what", at=AT)
        Entry.objects.create(posting=posting, account=held, seq=2, fen=5, balance_after=705)
        LedgerAccount.objects.filter(pk=held.pk).update(balance_fen=705, entries_count=2)


def test_the_database_refuses_an_entry_that_does_not_follow_the_one_before() -> None:
    ledger.post("k", "what", LINES, at=AT)
    held = LedgerAccount.objects.get(code="benefit_expense:p")
    posting = Posting.objects.create(key="odd", what="what", at=AT)
    with refused("does not follow"):
        Entry.objects.create(posting=posting, account=held, seq=2, fen=5, balance_after=706)
    with refused("does not follow"):
        Entry.objects.create(posting=posting, account=held, seq=3, fen=5, balance_after=705)
    with refused("entry_in_order"):
        Entry.objects.create(posting=posting, account=held, seq=1, fen=5, balance_after=5)


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ("UPDATE store_entry SET fen = fen + 1", "Cannot update"),
        ("DELETE FROM store_entry", "or delete rows"),
        ("UPDATE store_posting SET what = 'another'", "Cannot update"),
        ("DELETE FROM store_posting", "or delete rows"),
        ("UPDATE store_ledgeraccount SET balance_fen = balance_fen + 1", "differs from its entries"),
        ("UPDATE store_ledgeraccount SET entries_count = 0", "differs from its entries"),
        ("INSERT INTO store_ledgeraccount (code, kind, balance_fen, entries_count) VALUES ('x', 'y', 5, 0)", "differs"),
        ("DELETE FROM store_ledgeraccount", "Cannot delete"),
        ("TRUNCATE store_entry CASCADE", "permission denied"),
    ],
)
def test_the_books_cannot_be_changed_by_hand(order: str, says: str) -> None:
    ledger.post("k", "what", LINES, at=AT)
    with refused(says), connection.cursor() as cursor:
        cursor.execute(order)


def _paid() -> Payment:
    mei = member(MEI)
    return Payment.objects.get(pk=money.intend(agreed(mei, 5_000, account(mei)).claim_no, at=AT))


def test_the_database_refuses_a_second_living_payment_of_a_decision() -> None:
    first = _paid()
    with refused("payment_once"):
        Payment.objects.create(
            claim=first.claim, decision=first.decision, payee=first.payee, account=first.account, amount_fen=5_000,
            key="another-key", intended_at=AT, next_at=AT,
        )  # fmt: skip


@pytest.mark.parametrize("change", ["amount_fen = 1", "key = 'k'", "payee_id = payee_id + 1", "what = 'interest'"])
def test_a_payments_terms_stay_as_they_were_intended(change: str) -> None:
    _paid()
    with refused("Cannot update"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE store_payment SET {change}")


def test_a_payment_cannot_be_deleted_nor_go_back() -> None:
    payment = _paid()
    with refused("Cannot delete"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_payment")
    for state in ("confirmed", "returned"):
        Payment.objects.filter(pk=payment.pk).update(state=state)
    for state in ("intended", "sent", "confirmed", "failed"):
        with refused("Invalid transition"):
            Payment.objects.filter(pk=payment.pk).update(state=state)
