"""Adding: papers of a claim are kept as uploaded, with the verdict on them, and taken away while that is fair."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from hearth.desks.books import deferring, records
from hearth.desks.documents.faults import PaperNotNow, TooManyPapers, UnknownPaper
from hearth.kernel.documents.checklist import NAMES
from hearth.kernel.documents.likeness import quarters
from hearth.store.access import NotAllowed, NotThere, Who, one, rows
from hearth.store.models import Claim, Paper, PaperContent, PaperLook, PaperReading
from hearth.words.claims import ClaimState

S = ClaimState
MOST_PAPERS = 200
"""Papers of one claim at most."""

READ_TASK, READ_QUEUE = "documents.read", "papers"
"""Reading has a queue and a worker of its own: a page takes seconds, and a claim must not wait behind it."""

OTHER = "other"
KINDS: frozenset[str] = frozenset((*NAMES, OTHER))
"""What a paper may be: one of the list of papers, or something else."""

FINAL = (S.AGREED, S.RETURNED, S.WITHDRAWN)
"""Nothing is added any more; to a decided or closed claim papers are added as new evidence."""

TAKEN_AWAY_WHILE = (S.DRAFT, S.REPORTED, S.SUPPLEMENT)
"""Papers that a decision may rest on stay."""


class Upload(Protocol):
    """What a door found out about uploaded bytes by their content alone."""

    @property
    def name(self) -> str:
        """The file's name, safe to show."""

    @property
    def content_type(self) -> str:
        """That of a picture, a PDF or an electronic invoice (doors/feeds/uploads/kinds.py)."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def width(self) -> int:
        """Pixels; 0 for a PDF."""

    @property
    def height(self) -> int:
        """Pixels; 0 for a PDF."""

    @property
    def pages(self) -> int:
        """Pages; 1 for a picture."""


@dataclass(frozen=True, slots=True)
class Look:
    """The verdict on a paper's picture, as a door got it from the kernel the moment it came in.

    `findings`: plain values of each (PaperLook); `worst`: fine, warn, block; `shape`: what same pictures share.
    """

    worst: str = "fine"
    findings: tuple[Mapping[str, Any], ...] = ()
    shape: int | None = None


@transaction.atomic(durable=True)
def add_paper(
    by: Who,
    claim_no: str,
    *,
    at: datetime,
    kind: str,
    upload: Upload,
    content: bytes,
    thumbnail: bytes = b"",
    numbers: Sequence[int] = (),
    look: Look | None = None,
    is_read: bool = True,
) -> int:
    """Add a paper to a claim, its bytes sealed; the same bytes again are the same paper; a job reads it.

    Needs:   `numbers`: the invoices or diagnoses it is about, from 1; none: the whole claim; `is_read`: whether a job
             reads it at all
    Gives:   the paper's id
    Records:  paper.added, once the claim is reported.  Raises: NotThere, NotAllowed, PaperNotNow, UnknownPaper,
    TooManyPapers.
    """
    claim = _claim(by, claim_no, at)
    if claim.state in FINAL:
        raise PaperNotNow(claim)
    if kind not in KINDS:
        raise UnknownPaper(kind=kind[:40], known=", ".join(sorted(KINDS)))
    sha256 = hashlib.sha256(content).hexdigest()
    living = claim.papers.filter(removed_at__isnull=True)
    known = rows(by, "paper", "add", at).filter(pk__in=living.filter(sha256=sha256).values("pk")).first()
    if known is not None:
        return int(known.pk)
    if living.count() >= MOST_PAPERS:
        raise TooManyPapers(most=MOST_PAPERS)
    paper = Paper.objects.create(
        claim=claim,
        kind=kind,
        name=upload.name[:120],
        content_type=upload.content_type,
        size=len(content),
        pages=upload.pages,
        width=upload.width,
        height=upload.height,
        sha256=sha256,
        numbers=sorted({number for number in numbers if 0 < number <= MOST_PAPERS}),
        added_by_id=by.person_id,
        added_at=at,
    )
    # The row is there now: it is theirs to add, or it is not made.
    if not rows(by, "paper", "add", at).filter(pk=paper.pk).exists():
        raise NotAllowed
    PaperContent.objects.create(paper=paper, content=content, thumbnail=thumbnail)
    if look is not None:
        PaperLook.objects.create(
            paper=paper,
            findings=[dict(one) for one in look.findings],
            worst=look.worst,
            shape=look.shape,
            looked_at=at,
            quarters=[] if look.shape is None else list(quarters(look.shape)),
        )
    if is_read:
        PaperReading.objects.create(paper=paper, due_at=at)
        deferring.defer(READ_TASK, queue=READ_QUEUE, paper_id=paper.pk)
    _record("paper.added", paper, by, at)
    return paper.pk


@transaction.atomic(durable=True)
def remove_paper(by: Who, paper_id: int, *, at: datetime) -> None:
    """Take a paper away again, before anybody has relied on it; its row stays.

    Records:  paper.removed, once the claim is reported.  Raises: NotThere, NotAllowed, PaperNotNow.
    """
    paper: Paper = one(by, "paper", "remove", at, lock=True, pk=paper_id)
    if paper.removed_at is not None:
        return
    claim = Claim.objects.select_for_update().get(pk=paper.claim_id)
    if claim.state not in TAKEN_AWAY_WHILE:
        raise PaperNotNow(claim)
    paper.removed_at = at
    paper.save(update_fields=["removed_at"])
    _record("paper.removed", paper, by, at)


def _claim(by: Who, claim_no: str, at: datetime) -> Claim:
    """The claim, its row locked, that `by` fills in or sees."""
    for verb in ("edit", "see"):
        claim: Claim | None = (
            rows(by, "claim", verb, at).filter(claim_no=claim_no).select_for_update(of=("self",)).first()
        )
        if claim is not None:
            return claim
    raise NotThere(kind="claim", key=claim_no)


def _record(kind: str, paper: Paper, by: Who, at: datetime) -> None:
    if paper.claim.state == S.DRAFT:
        return
    records.append(
        kind,
        f"claim:{paper.claim.claim_no}",
        by=by,
        at=at,
        data={"paper": paper.pk, "kind": paper.kind, "size": paper.size},
        sealed={"sha256": paper.sha256},
    )
