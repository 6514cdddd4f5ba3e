"""Named reads of what was seen and read of papers: verdicts on pictures, fields with their places, labels."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from hearth.store.access.rows import NotThere, log_read, one, rows
from hearth.store.access.who import Who
from hearth.store.models import Paper, PaperLabel, PaperLook, PaperReading

MOST_LABELS = 100_000


@dataclass(frozen=True, slots=True)
class LookRow:
    """The verdict on a picture; a finding's `box` is in pixels of the picture (store/models/papers.py)."""

    worst: str
    findings: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """What came of reading a paper.  States: due, read, failed, absent; `answer` as docs/papers.md states it."""

    paper_id: int
    state: str
    kind: str
    answer: dict[str, Any]
    proven: int
    read: int
    doubtful: int
    missing: int
    signs: tuple[str, ...]
    trouble: str
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeenPaper:
    """A paper as it was looked at and read; None for what was not done."""

    look: LookRow | None
    reading: ReadingRow | None
    # what people said a field really is, the last word of each
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One field as it was read and as a person said it is; whose paper it was is not told."""

    field: str
    kind: str
    was_read: str
    is_really: str
    is_same: bool
    score: float | None
    status: str
    at: datetime


def seen_papers(by: Who, claim_no: str, at: datetime, *, purpose: str = "claim") -> dict[int, SeenPaper]:
    """The papers of a claim by their ids, as they were looked at and read.  Raises: NotThere, NotAllowed."""
    claim = one(by, "claim", "see", at, claim_no=claim_no)
    papers = rows(by, "paper", "see", at).filter(claim=claim, removed_at__isnull=True)
    found = {paper.pk: _seen(paper) for paper in papers.select_related("look", "reading").prefetch_related("labels")}
    if found:
        log_read(by, [claim.person_id], "claim", claim.pk, purpose, at)
    return found


@dataclass(frozen=True, slots=True)
class PapersWaiting:
    """How many papers a claim has, and how many of them are being read; nothing of what they say."""

    count: int
    due: int


def papers_waiting(by: Who, claim_no: str, at: datetime, *, since: datetime) -> PapersWaiting:
    """How many papers of a claim are here and how many of those added after `since` are being read.

    What a page asks while it waits: it reads no health data, and so is not logged as a read.  Raises: NotThere.
    """
    claim_id = rows(by, "claim", "see", at).filter(claim_no=claim_no).values_list("pk", flat=True).first()
    if claim_id is None:
        raise NotThere(kind="claim", key=claim_no)
    found = rows(by, "paper", "see", at).filter(claim_id=claim_id, removed_at__isnull=True)
    due = Count("pk", filter=Q(reading__state="due", added_at__gt=since))
    return PapersWaiting(**found.aggregate(count=Count("pk"), due=due))


def seen_paper(by: Who, paper_id: int, at: datetime, *, purpose: str = "claim") -> SeenPaper:
    """One paper as it was looked at and read.  Raises: NotThere, NotAllowed."""
    paper: Paper = one(by, "paper", "see", at, pk=paper_id)
    log_read(by, [paper.claim.person_id], "paper", paper_id, purpose, at)
    return _seen(paper)


def said_of_line(labels: Mapping[str, str], number: int) -> dict[str, str]:
    """What people said of the cells of one line of a paper, from 0, by cell."""
    start = f"lines[{number}]."
    return {key.removeprefix(start): value for key, value in labels.items() if key.startswith(start)}


def places_of(by: Who, paper_ids: Iterable[int], at: datetime) -> dict[int, tuple[str, str]]:
    """Claim number and kind of these papers, of those within reach."""
    found = rows(by, "paper", "see", at).filter(pk__in=list(paper_ids), removed_at__isnull=True)
    return {pk: (no, kind) for pk, no, kind in found.values_list("pk", "claim__claim_no", "kind")}


def labels(by: Who, at: datetime, *, since: datetime | None = None) -> Iterator[LabelRow]:
    """Every label within reach, oldest first: what the reader is measured and calibrated on."""
    papers = rows(by, "paper", "see", at)
    found = PaperLabel.objects.filter(paper__in=papers.values("pk")).select_related("paper").order_by("pk")
    if since is not None:
        found = found.filter(at__gte=since)
    for each in found[:MOST_LABELS].iterator():
        yield LabelRow(
            each.field,
            each.paper.kind,
            each.was_read,
            each.is_really,
            each.is_same,
            each.score,
            each.status,
            each.at,
        )


def _seen(paper: Paper) -> SeenPaper:
    look: PaperLook | None = getattr(paper, "look", None)
    reading: PaperReading | None = getattr(paper, "reading", None)
    said = {label.field: label.is_really for label in sorted(paper.labels.all(), key=lambda label: label.at)}
    return SeenPaper(
        None if look is None else LookRow(look.worst, tuple(look.findings)),
        None if reading is None else _reading(reading),
        said,
    )


def _reading(row: PaperReading) -> ReadingRow:
    return ReadingRow(
        row.paper_id,
        row.state,
        row.kind,
        json.loads(bytes(row.answer)) if row.answer else {},
        row.proven,
        row.read,
        row.doubtful,
        row.missing,
        tuple(row.signs),
        row.trouble,
        row.read_at,
    )
