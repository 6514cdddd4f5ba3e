"""Together: jobs of one task that wait are done with the one in hand, in one go; nobody fetches them one by one."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection

LOOKED_AT = 400
"""Waiting jobs that are looked at: more than are done together, so that two workers find different ones."""

DONE_TOGETHER = 100


def waiting(task: str, most: int = LOOKED_AT) -> dict[int, int]:
    """Jobs of a task that wait now and follow a record: the record's id by the job's, those first that come first.

    They go on waiting: whoever is killed in the midst of them leaves them to the next one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, args FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s AND lock IS NULL"
            " AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY priority DESC, id LIMIT %s",
            [task, most],
        )
        found = cursor.fetchall()
    return {job: _record(args) for job, args in found}


def done(jobs: Iterable[int]) -> None:
    """Take away jobs whose work was done with another's; one that a worker has in hand by now stays its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id IN (SELECT id FROM procrastinate_jobs"
            " WHERE id = ANY(%s) AND status = 'todo' FOR UPDATE SKIP LOCKED)",
            [list(jobs)],
        )


def _record(args: object) -> int:
    value = json.loads(args) if isinstance(args, str) else args
    assert isinstance(value, dict)
    return int(value["record_id"])
