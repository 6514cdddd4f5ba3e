"""Many: several records of one moment are appended together, with their jobs: a few questions however many they are."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from hearth.desks.books.deferring import defer_each
from hearth.kernel.proof.canonical import canonical
from hearth.kernel.proof.receipt import digest, leaf
from hearth.store.access import Who
from hearth.store.models import Record, Salt
from hearth.words.subscriptions import SUBSCRIPTIONS, WEBHOOK_TASK

SALT_BYTES = 16
VERSION = 1


@dataclass(frozen=True, slots=True)
class Told:
    """What one record tells: of what kind it is, and what it is about ("claim:C26000001").

    `data`: ids, codes, fen and days alone (text, whole numbers, lists and tables of them); `sealed`: health content by
    name, of which salted digests go in.
    """

    kind: str
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)
    sealed: Mapping[str, Any] = field(default_factory=dict)


def append_many(told: Sequence[Told], *, by: Who, at: datetime) -> list[Record]:
    """Append records and defer the jobs of their subscribers, all in the transaction that is under way.

    Needs:   an open transaction; of a claim that is told of, its row with the partner that brought it in
    Gives:   the records, in the order given; their ids rise; the `body` of each is the canonical JSON that becomes a
             leaf of the tree (docs/receipts.md)
    Raises:  RuntimeError outside a transaction: a record without its change would be a lie
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a record is appended in the transaction of what it tells")
    if not told:
        return []
    made: list[Record] = []
    salts: list[Salt] = []
    numbers, heard = _asked(told)
    for number, one in zip(numbers, told, strict=True):
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
    _write(made, salts)
    defer_each(
        (task, record.pk)
        for record in made
        for task in SUBSCRIPTIONS.get(record.kind, ())
        if task != WEBHOOK_TASK or record.subject in heard
    )
    return made


def _asked(told: Sequence[Told]) -> tuple[list[int], set[str]]:
    """Ids for records to come, rising; and the subjects among theirs that a partner's webhook hears of.

    Few claims come from partners, and few partners listen.
    """
    claims = {
        one.subject.removeprefix("claim:")
        for one in told
        if WEBHOOK_TASK in SUBSCRIPTIONS.get(one.kind, ()) and one.subject.startswith("claim:")
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [len(told), sorted(claims)])
        ((numbers, heard),) = cursor.fetchall()
    return sorted(numbers), {f"claim:{claim_no}" for claim_no in heard}


_ASKED = """
    SELECT
        ARRAY(SELECT nextval(pg_get_serial_sequence('store_record', 'id')) FROM generate_series(1, %s)),
        ARRAY(
            SELECT claim_no FROM store_claim WHERE claim_no = ANY(%s::text[]) AND partner_id IN (
                SELECT w.partner_id FROM store_webhook w JOIN store_partner p ON p.id = w.partner_id
                WHERE w.is_active AND p.is_active
            )
        )
"""


def _write(made: Sequence[Record], salts: Sequence[Salt]) -> None:
    """The rows of records, and the salts of what they seal, in one question."""
    sealed = Salt._meta.get_field("value")
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITTEN,
            [
                [one.record_id for one in salts],
                [one.name for one in salts],
                [bytes(one.salt) for one in salts],
                [sealed.get_db_prep_save(one.value, connection) for one in salts],
                [one.pk for one in made],
                [one.kind for one in made],
                [one.subject for one in made],
                [one.at for one in made],
                [one.by for one in made],
                [bytes(one.body) for one in made],
            ],
        )
    for one in made:
        one._state.adding, one._state.db = False, connection.alias


_WRITTEN = """
    WITH opened AS (
        INSERT INTO store_salt (record_id, name, salt, value)
        SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bytea[], %s::bytea[])
    )
    INSERT INTO store_record (id, kind, subject, at, by, body)
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::bytea[])
"""
