"""The jobs of money and of notices: what a record tells is followed, and followed again without a second effect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hearth.doors.jobs import money, notices
from hearth.store.access import NotAllowed, who
from hearth.store.access.money import recorded
from hearth.store.models import Notice, Payment, Record
from hearth.wires.messages.outbox import Outbox
from hearth.wires.payments.bank import Bank
from tests.cast import MEI
from tests.desks.money.rows import AT, account, agreed, book_of, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(tmp_path: Path, settings: Any) -> Path:
    settings.PAYMENTS_WIRE = f"memory:{tmp_path / 'bank.sqlite3'}"
    settings.MESSAGES_WIRE = f"memory:{tmp_path / 'outbox.sqlite3'}"
    return tmp_path


def records_of(kind: str) -> list[int]:
    return list(Record.objects.filter(kind=kind).order_by("id").values_list("pk", flat=True))


def test_an_agreed_claim_is_intended_sent_and_late_interest_follows(place: Path) -> None:
    mei = member(MEI)
    claim = agreed(mei, 100_000, account(mei))
    for _ in range(2):
        money.pay_claim(claim.record_id)
    (intended,) = records_of("payment.intended")
    for _ in range(2):
        money.send_payment(intended)
    (confirmed,) = records_of("payment.confirmed")
    for _ in range(2):
        money.pay_interest(confirmed)
    # It was agreed months before the clock of this machine: what is late bears interest, once.
    benefit, interest = Payment.objects.order_by("id")
    assert (benefit.state, interest.what, interest.state) == ("confirmed", "interest", "intended")
    money.look_again(0)
    book = book_of(Bank(place / "bank.sqlite3"), interest.intended_at)
    assert book == {benefit.key: 100_000, interest.key: interest.amount_fen}
    money.pay_adjustments(claim.record_id)
    assert Payment.objects.count() == 2


def test_a_step_is_told_by_its_job(place: Path) -> None:
    mei = member(MEI)
    mei.phone, mei.quiet_from, mei.quiet_to = "13800001234", 0, 0
    mei.save()
    agreed(mei, 100_000, account(mei))
    told = records_of("claim.decided")[0]
    for _ in range(2):
        notices.notify(told)
    notices.send_due(0)
    assert [sent.to for sent in Outbox(place / "outbox.sqlite3").sent()] == ["13800001234"]
    assert Notice.objects.get().state == "sent"


def test_records_are_opened_for_the_houses_own_jobs_alone() -> None:
    mei = member(MEI)
    claim = agreed(mei, 100_000, account(mei))
    with pytest.raises(NotAllowed):
        recorded(who(mei, AT), claim.record_id)
