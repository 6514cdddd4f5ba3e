"""Many: several records of one moment are appended together, with their jobs: a few questions however many they are."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from hearth.desks.books.records import SALT_BYTES, VERSION
from hearth.kernel.proof.canonical import canonical
from hearth.kernel.proof.receipt import digest, leaf
from hearth.store.access import Who
from hearth.store.models import Record, Salt
from hearth.words.subscriptions import SUBSCRIPTIONS

# As in books.deferring: on the connection of the transaction under way, in a worker too.
_OURS = JobManager(DjangoConnector())


@dataclass(frozen=True, slots=True)
class Told:
    """What one record tells: as records.append takes it."""

    kind: str
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)
    sealed: Mapping[str, Any] = field(default_factory=dict)


def append_many(told: Sequence[Told], *, by: Who, at: datetime) -> list[Record]:
    """Append records and defer the jobs of their subscribers, as records.append does for each of them.

    Needs:   an open transaction; what records.append needs
    Gives:   the records, in the order given; their ids rise
    Raises:  RuntimeError outside a transaction
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a record is appended in the transaction of what it tells")
    made, salts = [], []
    for number, one in zip(_next_ids(len(told)), told, strict=True):
        opened = {name: (os.urandom(SALT_BYTES), value) for name, value in sorted(one.sealed.items())}
        content: dict[str, Any] = dict(one.data)
        if opened:
            content["sealed"] = {name: digest(salt, value) for name, (salt, value) in opened.items()}
        body = leaf(
            {
                "v": VERSION,
                "id": number,
                "kind": one.kind,
                "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "by": by.actor,
                "subject": one.subject,
                "data": content,
            }
        )
        made.append(Record(id=number, kind=one.kind, subject=one.subject, at=at, by=by.actor, body=body))
        salts += [
            Salt(record_id=number, name=name, salt=salt, value=canonical(value))
            for name, (salt, value) in opened.items()
        ]
    Record.objects.bulk_create(made)
    Salt.objects.bulk_create(salts)
    _defer(made)
    return made


def _defer(made: Sequence[Record]) -> None:
    jobs = [
        app.configure_task(task, allow_unknown=True).job.evolve(task_kwargs={"record_id": record.pk})
        for record in made
        for task in SUBSCRIPTIONS.get(record.kind, ())
    ]
    if jobs:
        _OURS.batch_defer_jobs(jobs)


def _next_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('store_record', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [int(number) for (number,) in cursor.fetchall()]
