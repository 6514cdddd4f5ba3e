"""The sequencer's job: every second, whatever was recorded gets its place in the tree."""

from __future__ import annotations

import datetime

from procrastinate.contrib.django import app

from hearth.desks.books.sequencer import BATCH, sequence

TASK = "books.sequence"


@app.periodic(cron="* * * * * *")
@app.task(name=TASK, queue="log", queueing_lock=TASK)
def sequence_records(timestamp: int) -> None:
    """Sequence until nothing waits; a second run beside this one would only wait for its lock."""
    while sequence(datetime.datetime.now(datetime.UTC)) == BATCH:
        pass
