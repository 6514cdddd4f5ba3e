"""The promises' job: every minute, what is due is chased, what was kept settled, what waits given out, all counted."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from hearth.desks import promises

MOST_ROUNDS = 40
"""Sweeps in one run: what is left after a long standstill is the next run's."""


@app.periodic(cron="* * * * *")
@app.task(name="promises.sweep", queueing_lock="promises.sweep", lock="promises.sweep")
def sweep(timestamp: int) -> None:
    """Sweep until nothing is due; killed anywhere, the next run goes on where this one stopped."""
    at = datetime.now(UTC)
    promises.settle(at=at)
    for _ in range(MOST_ROUNDS):
        if promises.sweep(at=at).looked_at < promises.BATCH:
            break
    for _ in range(MOST_ROUNDS):
        if promises.sweep_cases(at=at).looked_at < promises.CASES:
            break
    promises.give_waiting(at=at)
    promises.give_waiting_cases(at=at)
    promises.count(at=at)
