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
    there = promises.waiting(at)
    if there.orders_to_settle:
        promises.settle(at=at)
    ungiven, ungiven_cases = there.orders_to_give, there.case_orders_to_give
    for _ in range(MOST_ROUNDS if there.limits else 0):
        swept = promises.sweep(at=at)
        ungiven = ungiven or swept.opened + swept.escalated > 0
        if swept.looked_at < promises.BATCH:
            break
    for _ in range(MOST_ROUNDS if there.cases else 0):
        cases = promises.sweep_cases(at=at)
        ungiven_cases = ungiven_cases or cases.opened + cases.escalated > 0
        if cases.looked_at < promises.CASES:
            break
    if ungiven:
        promises.give_waiting(at=at)
    if ungiven_cases:
        promises.give_waiting_cases(at=at)
    promises.count(at=at)
