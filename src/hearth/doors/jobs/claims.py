"""The claim desk's jobs: claims that need no person are accepted and decided, payments and notices are followed up."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from hearth.desks.claims import following
from hearth.desks.claims.advanced import open_for_advance as open_claim
from hearth.doors.jobs import together


@app.task(name="claims.accept_complete")
def accept_complete(record_id: int) -> None:
    """Accept a claim that was sent complete: follows claim.submitted."""
    following.accept_complete(record_id, datetime.now(UTC))


@app.task(name="claims.decide_straight_through")
def decide_straight_through(record_id: int) -> None:
    """Decide claims where no person is needed, this one and those that wait: follows claim.accepted and the like."""
    at = datetime.now(UTC)
    jobs = together.waiting("claims.decide_straight_through")
    looked_at = following.decide_many([record_id, *jobs.values()], at, most=together.DONE_TOGETHER)
    together.done(job for job, record in jobs.items() if record in looked_at)
    if record_id not in looked_at:
        # Somebody else works on it now, or it rests on one of those: it waits for its turn.
        following.decide_straight_through(record_id, at)


@app.task(name="claims.mark_paid")
def mark_paid(record_id: int) -> None:
    """A claim is paid: follows payment.confirmed."""
    following.payment_confirmed(record_id, datetime.now(UTC))


@app.task(name="claims.mark_prepaid")
def mark_prepaid(record_id: int) -> None:
    """The undisputed part of a claim is paid: follows payment.confirmed."""
    following.prepayment_confirmed(record_id, datetime.now(UTC))


@app.task(name="claims.mark_returned")
def mark_returned(record_id: int) -> None:
    """A claim's money came back, or the account was refused: follows payment.returned and payment.failed."""
    following.payment_returned(record_id, datetime.now(UTC))


@app.task(name="claims.pay_undisputed")
def pay_undisputed(record_id: int) -> None:
    """Pay what a disputed decision pays: follows claim.disputed."""
    following.disputed(record_id, datetime.now(UTC))


@app.task(name="claims.reopen_disputed")
def reopen_disputed(record_id: int) -> None:
    """Open a claim again where an independent opinion is for the member: follows claim.dispute_opined."""
    following.opined(record_id, datetime.now(UTC))


@app.task(name="claims.notice_delivered")
def notice_delivered(record_id: int) -> None:
    """A member has read or been sent what a claim's clocks wait for: follows notice.sent."""
    following.notice_delivered(record_id, datetime.now(UTC))


@app.task(name="claims.open_for_advance")
def open_for_advance(record_id: int) -> None:
    """Open the claim of a stay that was paid in advance: follows advance.discharged."""
    open_claim(record_id, at=datetime.now(UTC))


@app.task(name="claims.propose_adjustments")
def propose_adjustments(record_id: int) -> None:
    """Run owners again: follows policy.voided, policy.ended, claim.decided and claim.adjusted."""
    following.propose_adjustments(record_id, datetime.now(UTC))


@app.periodic(cron="7 * * * *")
@app.task(name="claims.every_day", queueing_lock="claims.every_day", lock="claims.every_day")
def every_day(timestamp: int) -> None:
    """Let silence mean what the products say, and close what was paid long enough ago; looked at every hour."""
    following.every_day(datetime.now(UTC))


@app.periodic(cron="30 18 * * *")
@app.task(name="claims.measure", queueing_lock="claims.measure", lock="claims.measure")
def measure(timestamp: int) -> None:
    """Measure how long steps took lately, at half past two at night in China."""
    following.measure(datetime.now(UTC))
