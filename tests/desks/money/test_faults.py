"""Three hundred payments through a bank that does everything wrong: each once in its book, the books balanced."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Sum

from hearth.desks import money
from hearth.desks.books import ledger
from hearth.store.access import HOUSE
from hearth.store.models import BankEvent, Entry, Payment
from hearth.wires.payments.bank import Bank
from tests.cast import MEI
from tests.desks.money.rows import AT, account, agreed, book_of, member

FAULTS = (
    "timeout_after_success=0.3&timeout_before=0.2&timeout_asking=0.2&slow=0.4&slow_seconds=7200&failed=0.1"
    "&returned=0.15&returned_seconds=9000&duplicate_events=0.4&out_of_order=0.5&out_of_order_seconds=20000&seed=7"
)
MANY = 300


@pytest.mark.django_db
def test_every_fault_at_once_and_every_payment_once(tmp_path: Path, settings: Any) -> None:
    settings.PAYMENTS_WIRE = f"memory:{tmp_path / 'bank.sqlite3'}?{FAULTS}"
    mei = member(MEI)
    to = account(mei)
    for number in range(MANY):
        claim = agreed(mei, 1_000 + number, to)
        money.send(money.intend(claim.claim_no, at=AT) or 0, at=AT)
    at = AT
    for _ in range(80):
        at += timedelta(minutes=20)
        money.look_again(at=at)
        money.learn(at=at)
        if not Payment.objects.filter(state__in=("intended", "sent")).exists():
            break
    at += timedelta(days=2)
    while money.learn(at=at):
        pass
    states = dict(Payment.objects.values_list("state").annotate(Count("pk")))
    assert sum(states.values()) == MANY
    assert set(states) == {"confirmed", "failed", "returned"}
    assert min(states["failed"], states["returned"]) > 10
    # The bank's own book: every key once, and for each what we hold of it.
    book = book_of(Bank(tmp_path / "bank.sqlite3"), at)
    assert book == dict(Payment.objects.values_list("key", "amount_fen"))
    assert {each.key: each.state.value.lower().replace("refused", "failed") for each in Bank(
        tmp_path / "bank.sqlite3"
    ).book(at)} == dict(Payment.objects.values_list("key", "state"))  # fmt: skip
    # News came twice and out of order, and none of it was odd.
    pairs = list(BankEvent.objects.values_list("key", "what"))
    assert len(pairs) > len(set(pairs)) > MANY
    assert not BankEvent.objects.exclude(oddity="").exists()
    # The books.
    confirmed = Payment.objects.filter(state="confirmed").aggregate(fen=Sum("amount_fen"))["fen"]
    assert ledger.balance("bank") == -confirmed
    assert ledger.balance("bank_suspense") == 0
    assert sum(Entry.objects.values_list("fen", flat=True)) == 0
    settings.PAYMENTS_WIRE = f"memory:{tmp_path / 'bank.sqlite3'}"
    assert money.compare(HOUSE, at=at + timedelta(days=1)).differences == ()
