"""Disputes' jobs: disputes follow their claims, and answers to which nobody replied count as enough after a week."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from hearth.desks import disputes


@app.task(name="disputes.follow")
def follow(record_id: int) -> None:
    """A disputed claim went on: follows claim.reopened, claim.redecided and claim.withdrawn."""
    disputes.follow(record_id, at=datetime.now(UTC))


@app.periodic(cron="23 * * * *")
@app.task(name="disputes.every_day", queueing_lock="disputes.every_day", lock="disputes.every_day")
def every_day(timestamp: int) -> None:
    """Settle what was answered a week ago and not replied to, and close complaints past their days; every hour."""
    at = datetime.now(UTC)
    for dispute_no in disputes.silent(at):
        disputes.settle_silent(dispute_no, at=at)
    for complaint_no in disputes.complaints_over(at):
        disputes.close_silent(complaint_no, at=at)
