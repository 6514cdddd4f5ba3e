"""Deferring: a job is there with what it follows, or not at all: it is deferred in the transaction under way."""

from __future__ import annotations

from collections.abc import Iterable

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager
from procrastinate.types import JSONValue

# A worker's own app defers on connections beside ours: its job could begin before what it follows is committed, and
# would stay where that is undone.
_OURS = JobManager(DjangoConnector())


def defer(task: str, *, queue: str | None = None, **arguments: JSONValue) -> None:
    """Defer a job by its task's name, on the connection of the transaction that is under way.

    Needs:   a task that the workers know; whoever defers it need not, but then names its queue if it has one
    """
    JobDeferrer(_OURS, app.configure_task(task, allow_unknown=True, queue=queue).job).defer(**arguments)


def defer_each(following: Iterable[tuple[str, int]]) -> None:
    """Defer jobs that follow records, all in one question: each by its task's name, with the record's id."""
    jobs = [
        app.configure_task(task, allow_unknown=True).job.evolve(task_kwargs={"record_id": record_id})
        for task, record_id in following
    ]
    if jobs:
        _OURS.batch_defer_jobs(jobs)
