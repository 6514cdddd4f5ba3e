"""Named reads of the log: records, their places in the tree, signed checkpoints, and who read whose health data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Max, Q

from hearth.store.access.rows import NotThere, one, permit, rows
from hearth.store.access.who import Who
from hearth.store.models import Checkpoint, ClaimPolicy, HealthRead, Leaf, Node, Record, Salt, Unsequenced


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record as an auditor sees it; `index` is None until it has its place in the tree."""

    id: int
    kind: str
    subject: str
    at: datetime
    by: str
    body: bytes
    index: int | None


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A signed size and root of the tree."""

    size: int
    root: bytes
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class LogState:
    """How the log stands: places given, records still waiting, the newest checkpoint."""

    size: int
    waiting: int
    checkpoint: CheckpointRow | None


@dataclass(frozen=True, slots=True)
class ReadRow:
    """Somebody read somebody's health data."""

    reader: str
    person_id: int
    kind: str
    key: str
    purpose: str
    at: datetime


def record_of(by: Who, record_id: int, at: datetime) -> RecordRow:
    """A record whose receipt `by` may have; NotThere for anybody else's."""
    return _row(one(by, "receipt", "see", at, pk=record_id))


def records_with_receipts(by: Who, subject: str, kinds: Iterable[str], at: datetime) -> list[RecordRow]:
    """The records of these kinds about one subject ("claim:C26...") that `by` may have receipts of, newest first."""
    found = rows(by, "receipt", "see", at).filter(subject=subject, kind__in=list(kinds)).select_related("leaf")
    return [_row(record) for record in found.order_by("-id")[:200]]


def records(
    by: Who, at: datetime, *, subject: str = "", kind: str = "", before_id: int | None = None, most: int = 50
) -> list[RecordRow]:
    """Records for the audit view, newest first; the next page begins before the last id of this one."""
    permit(by, "record", "see")
    found = rows(by, "record", "see", at).select_related("leaf")
    if subject:
        found = found.filter(subject=subject)
    if kind:
        found = found.filter(kind=kind)
    if before_id is not None:
        found = found.filter(pk__lt=before_id)
    return [_row(record) for record in found.order_by("-id")[: min(most, 200)]]


def opened(by: Who, record_id: int, at: datetime) -> dict[str, tuple[bytes, bytes]]:
    """What the digests of a record stand for: salt and canonical JSON by name; empty once it was erased."""
    record: Record = one(by, "receipt", "see", at, pk=record_id)
    hidden = {"result"} if _is_of_others_too(by, record) else set()
    return {
        salt.name: (bytes(salt.salt), bytes(salt.value))
        for salt in Salt.objects.filter(record_id=record_id).order_by("name")
        if salt.name not in hidden
    }


def _is_of_others_too(by: Who, record: Record) -> bool:
    """Whether a partner looks at a claim that policies of others answer for: those lines are not its business."""
    if by.partner_id is None or not record.subject.startswith("claim:"):
        return False
    policies = ClaimPolicy.objects.filter(claim__claim_no=record.subject.removeprefix("claim:"))
    return policies.exclude(policy__partner=by.partner_id).exists()


def nodes(places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The hashes of complete subtrees by (level, index).  Hashes tell nothing of what was recorded."""
    if not places:
        return {}
    wanted = reduce(or_, (Q(level=level, index=index) for level, index in set(places)))
    return {
        (level, index): bytes(found)
        for level, index, found in Node.objects.filter(wanted).values_list("level", "index", "hash")
    }


def checkpoint_over(index: int) -> CheckpointRow:
    """The newest checkpoint of a tree that holds that leaf."""
    found = Checkpoint.objects.filter(size__gt=index).order_by("-size").first()
    if found is None:
        raise NotThere(kind="receipt", key=index)
    return _checkpoint(found)


def checkpoint_of(size: int) -> CheckpointRow:
    """The checkpoint of exactly that size: anybody may have it."""
    found = Checkpoint.objects.filter(size=size).first()
    if found is None:
        raise NotThere(kind="record", key=size)
    return _checkpoint(found)


def checkpoints(most: int = 20) -> list[CheckpointRow]:
    """The newest checkpoints, newest first."""
    return [_checkpoint(found) for found in Checkpoint.objects.order_by("-size")[: min(most, 200)]]


def log_state() -> LogState:
    """How many records have a place, how many wait, and the newest checkpoint."""
    last = Leaf.objects.aggregate(last=Max("index"))["last"]
    newest = Checkpoint.objects.order_by("-size").first()
    return LogState(
        size=0 if last is None else last + 1,
        waiting=Unsequenced.objects.count(),
        checkpoint=None if newest is None else _checkpoint(newest),
    )


def kinds_of_records(by: Who, at: datetime) -> list[tuple[str, int]]:
    """How many of the newest 10,000 records are of each kind."""
    newest = rows(by, "record", "see", at).order_by("-id").values("pk")[:10_000]
    counted = Record.objects.filter(pk__in=newest).values("kind").annotate(count=Count("pk")).order_by("-count")
    return [(row["kind"], row["count"]) for row in counted]


def reads_of(by: Who, person_id: int, at: datetime, most: int = 100) -> list[ReadRow]:
    """Who read this person's health data, newest first."""
    one(by, "person", "see", at, pk=person_id)
    found = rows(by, "health_read", "see", at).filter(person_id=person_id).select_related("reader", "partner")
    return [_read(read) for read in found.order_by("-at", "-id")[: min(most, 500)]]


def _row(record: Record) -> RecordRow:
    return RecordRow(
        id=record.pk,
        kind=record.kind,
        subject=record.subject,
        at=record.at,
        by=record.by,
        body=bytes(record.body),
        index=record.leaf.index if hasattr(record, "leaf") else None,
    )


def _checkpoint(found: Checkpoint) -> CheckpointRow:
    return CheckpointRow(size=found.size, root=bytes(found.root), at=found.at, note=found.note)


def _read(read: HealthRead) -> ReadRow:
    reader = read.reader.full_name if read.reader else (read.partner.name if read.partner else "")
    return ReadRow(reader, read.person_id, read.kind, read.key, read.purpose, read.at)
