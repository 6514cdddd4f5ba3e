"""The service's jobs: a report opens its thread, a policy gives a steward; each morning, what is done and who left."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from hearth.desks.service import stewards, thread


@app.task(name="service.open_thread")
def open_thread(record_id: int) -> None:
    """A claim was reported: its thread, steward and checkpoints are there.  Follows claim.reported."""
    stewards.open_thread(record_id, at=datetime.now(UTC))


@app.task(name="service.give_steward")
def give_steward(record_id: int) -> None:
    """Whoever holds a policy has a steward.  Follows policy.issued."""
    stewards.give_steward(record_id, at=datetime.now(UTC))


@app.periodic(cron="15 * * * *")
@app.task(name="service.every_hour", queueing_lock="service.every_hour", lock="service.every_hour")
def every_hour(timestamp: int) -> None:
    """Services that nobody has anything to add to are done; members of stewards who left get another."""
    at = datetime.now(UTC)
    for claim_no in thread.quiet(at):
        thread.settle_quiet(claim_no, at=at)
    stewards.mend(at=at)
