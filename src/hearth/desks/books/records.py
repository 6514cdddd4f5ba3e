"""Records: what happened is appended, and in the same transaction a job is deferred for each subscriber."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from hearth.desks.books.many import Told, append_many
from hearth.store.access import Who
from hearth.store.models import Record


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
    (record,) = append_many([Told(kind, subject, data or {}, sealed or {})], by=by, at=at)
    return record


def in_order(key: str) -> None:
    """Let one transaction at a time pass for `key`; the lock goes with the transaction."""
    assert not transaction.get_autocommit()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
