"""Jobs of the desk of documents: papers are read, one at a time, by a worker that does nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from hearth.desks import documents
from hearth.desks.documents.adding import READ_QUEUE, READ_TASK
from hearth.doors.feeds.pages import opened


@app.task(name=READ_TASK, queue=READ_QUEUE)
def read(paper_id: int) -> None:
    """Read a paper: follows its upload."""
    documents.read_paper(paper_id, at=datetime.now(UTC), opened=opened)
