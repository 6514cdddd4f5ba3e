"""Money's jobs: agreed claims are paid, open payments looked at again, the bank's news heard."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from hearth.desks import money
from hearth.store.access import HOUSE
from hearth.store.access.money import adjustments_taken, recorded


@app.task(name="money.pay_claim")
def pay_claim(record_id: int) -> None:
    """Intend the payment of a claim: follows claim.agreed."""
    at = datetime.now(UTC)
    money.intend(recorded(HOUSE, record_id).claim_no, at=at)


@app.task(name="money.pay_adjustments")
def pay_adjustments(record_id: int) -> None:
    """Intend what adjustments that were taken add, book what they take back: follows claim.adjusted."""
    at = datetime.now(UTC)
    for adjustment_id in adjustments_taken(HOUSE, recorded(HOUSE, record_id).claim_no, at):
        money.intend_adjustment(adjustment_id, at=at)


@app.task(name="money.pay_interest")
def pay_interest(record_id: int) -> None:
    """Intend interest where a benefit arrived late: follows payment.confirmed."""
    at = datetime.now(UTC)
    money.intend_interest(recorded(HOUSE, record_id).number("payment"), at=at)


@app.task(name="money.pay_prepayment")
def pay_prepayment(record_id: int) -> None:
    """Intend the undisputed part of a claim: follows claim.prepayment_approved."""
    at = datetime.now(UTC)
    money.intend_prepayment(recorded(HOUSE, record_id).number("prepayment"), at=at)


@app.task(name="money.send_payment")
def send_payment(record_id: int) -> None:
    """Send a payment, or leave it for its pay run: follows payment.intended."""
    at = datetime.now(UTC)
    money.send(recorded(HOUSE, record_id).number("payment"), at=at)


@app.task(name="money.send_run")
def send_run(record_id: int) -> None:
    """Send the payments of a run: follows payrun.released."""
    at = datetime.now(UTC)
    money.send_run(recorded(HOUSE, record_id).number("run"), at=at)


@app.periodic(cron="* * * * * */20")
@app.task(name="money.look_again", queueing_lock="money.look_again", lock="money.look_again")
def look_again(timestamp: int) -> None:
    """Look again at open payments, and hear what the bank has to say."""
    at = datetime.now(UTC)
    money.look_again(at=at)
    money.learn(at=at)
