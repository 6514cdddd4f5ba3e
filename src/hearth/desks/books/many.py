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
from hearth.store.models import Claim, Record, Salt, Webhook
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
    heard = _heard(made)
    defer_each(
        (task, record.pk)
        for record in made
        for task in SUBSCRIPTIONS.get(record.kind, ())
        if task != WEBHOOK_TASK or record.subject in heard
    )
    return made


def _heard(made: Sequence[Record]) -> set[str]:
    """The claims among the subjects of records that a partner's webhook hears of: few claims come from partners."""
    told = {
        record.subject.removeprefix("claim:")
        for record in made
        if WEBHOOK_TASK in SUBSCRIPTIONS.get(record.kind, ()) and record.subject.startswith("claim:")
    }
    if not told:
        return set()
    listening = Webhook.objects.filter(is_active=True, partner__is_active=True).values("partner")
    found = Claim.objects.filter(claim_no__in=told, partner__in=listening)
    return {f"claim:{claim_no}" for claim_no in found.values_list("claim_no", flat=True)}


def _next_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('store_record', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [int(number) for (number,) in cursor.fetchall()]
