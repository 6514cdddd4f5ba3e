"""Advances' jobs: conditions looked at again, risk checked, hospitals paid, claims set against, owners reminded."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from hearth.desks import advances
from hearth.desks.advances import following
from hearth.desks.claims.foreseeing import foresee


@app.task(name="advances.check")
def check(record_id: int) -> None:
    """Check the conditions again: follows advance.called, advance.completed and advance.consented."""
    following.added(record_id, datetime.now(UTC), foresee)


@app.task(name="advances.assess_risk")
def assess_risk(record_id: int) -> None:
    """Look at the signs of risk: follows advance.checked."""
    following.checked(record_id, datetime.now(UTC))


@app.task(name="advances.pay")
def pay(record_id: int) -> None:
    """Hand an instalment to the bank: follows advance.instalment_released."""
    following.released(record_id, datetime.now(UTC))


@app.task(name="advances.settle")
def settle(record_id: int) -> None:
    """Set an advance against its claim: follows claim.decided and claim.withdrawn."""
    following.claim_over(record_id, datetime.now(UTC))


@app.task(name="advances.follow_claim")
def follow_claim(record_id: int) -> None:
    """End the limit for opening the claim of a stay: follows advance.claim_opened."""
    following.claim_opened(record_id, datetime.now(UTC))


@app.periodic(cron="* * * * * */20")
@app.task(name="advances.look_again", queueing_lock="advances.look_again", lock="advances.look_again")
def look_again(timestamp: int) -> None:
    """Look again at instalments on their way, follow the bank's news of them, settle what waited for them."""
    at = datetime.now(UTC)
    advances.look_again(at=at)
    advances.settle_due(at=at)


@app.periodic(cron="* * * * *")
@app.task(name="advances.chase", queueing_lock="advances.chase", lock="advances.chase")
def chase(timestamp: int) -> None:
    """Chase cases whose limits passed."""
    advances.chase_due(at=datetime.now(UTC))


@app.periodic(cron="20 2 * * *")
@app.task(name="advances.remind", queueing_lock="advances.remind", lock="advances.remind")
def remind(timestamp: int) -> None:
    """Remind those who owe, at twenty past ten in China."""
    advances.remind_due(at=datetime.now(UTC))
