"""Records: what happened is appended, and in the same transaction a job is deferred for each subscriber."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from hearth.desks.books.deferring import defer
from hearth.kernel.proof.canonical import canonical
from hearth.kernel.proof.receipt import digest, leaf
from hearth.store.access import Who
from hearth.store.models import Record, Salt
from hearth.words.subscriptions import SUBSCRIPTIONS

SALT_BYTES = 16
VERSION = 1


def append(
    kind: str,
    subject: str,
    *,
    by: Who,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    sealed: Mapping[str, Any] | None = None,
) -> Record:
    """Append one record and defer the jobs of its subscribers, all in the transaction that is under way.

    Needs:   an open transaction; `subject` like "claim:C26000001"; `data` of ids, codes, fen and days alone (text,
             whole numbers, lists and tables of them); `sealed`: health content by name, of which salted digests go in
    Gives:   the record; its `body` is the canonical JSON that becomes a leaf of the tree (docs/receipts.md)
    Raises:  RuntimeError outside a transaction: a record without its change would be a lie
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a record is appended in the transaction of what it tells")
    record_id = _next_id()
    salts = {name: (os.urandom(SALT_BYTES), value) for name, value in sorted((sealed or {}).items())}
    content: dict[str, Any] = dict(data or {})
    if salts:
        content["sealed"] = {name: digest(salt, value) for name, (salt, value) in salts.items()}
    body = leaf(
        {
            "v": VERSION,
            "id": record_id,
            "kind": kind,
            "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "by": by.actor,
            "subject": subject,
            "data": content,
        }
    )
    record = Record(id=record_id, kind=kind, subject=subject, at=at, by=by.actor, body=body)
    record.save(force_insert=True)
    if salts:
        Salt.objects.bulk_create(
            Salt(record=record, name=name, salt=salt, value=canonical(value)) for name, (salt, value) in salts.items()
        )
    for task in SUBSCRIPTIONS.get(kind, ()):
        defer(task, record_id=record_id)
    return record


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('store_record', 'id'))")
        (number,) = cursor.fetchone()
    return int(number)


def in_order(key: str) -> None:
    """Let one transaction at a time pass for `key`; the lock goes with the transaction."""
    assert not transaction.get_autocommit()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
