"""Jobs of the people desk: codes are sent, and locked data are erased on the day the law lets go of them."""

from __future__ import annotations

import datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hearth.desks.people import codes, due_erasures, erase
from hearth.desks.people.faults import NoCode
from hearth.store.access import HOUSE
from hearth.words.faults import Fault

MOST_A_NIGHT = 10_000


@app.task(
    name=codes.TASK,
    queue="codes",
    priority=100,
    retry=RetryStrategy(max_attempts=5, linear_wait=3, retry_exceptions=[NoCode, Fault]),
)
def send_code(sealed: str) -> None:
    """Send one code while it holds."""
    codes.send_code(sealed, at=datetime.datetime.now(datetime.UTC))


@app.periodic(cron="40 3 * * *")
@app.task(name="people.erase_due", queueing_lock="people.erase_due")
def erase_due(timestamp: int) -> None:
    """Erase what the law lets go of today."""
    at = datetime.datetime.now(datetime.UTC)
    for person_id in due_erasures(at, MOST_A_NIGHT):
        erase(HOUSE, person_id, at=at)
