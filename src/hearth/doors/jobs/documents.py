"""Jobs of the desk of documents: papers are read, one at a time, by a worker that does nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate import JobContext
from procrastinate.contrib.django import app

from hearth.desks import documents
from hearth.desks.documents.adding import READ_QUEUE, READ_TASK
from hearth.doors.feeds.pages import opened
from hearth.doors.jobs.rescue import DATABASE_WAS_LOST, MOST_ATTEMPTS


@app.task(name=READ_TASK, queue=READ_QUEUE, pass_context=True)
def read(context: JobContext, paper_id: int) -> None:
    """Read a paper: follows its upload.

    One that took its worker down before each time is not tried once more, and one over which the reading itself
    stumbled does not stay "being read": people see that it is unread.
    """
    at = datetime.now(UTC)
    if context.job.attempts >= MOST_ATTEMPTS - 1:
        documents.leave_unread(paper_id, "READER_DIED", at=at)
        return
    try:
        documents.read_paper(paper_id, at=at, opened=opened)
    except DATABASE_WAS_LOST:
        raise
    except Exception:
        documents.leave_unread(paper_id, "READER_STUMBLED", at=at)
        raise
