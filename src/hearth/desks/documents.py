"""Documents: papers of a claim, as they were uploaded: added, looked through, taken away again while that is fair."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from django.db import transaction

from hearth.desks.books import records
from hearth.kernel.documents.checklist import NAMES
from hearth.store.access import NotAllowed, NotThere, Who, one, rows
from hearth.store.models import Claim, Paper, PaperContent
from hearth.words.claims import STATE_WORDS, ClaimState
from hearth.words.faults import Fault

S = ClaimState
MOST_PAPERS = 200
"""Papers of one claim at most."""

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
        """image/jpeg, image/png, image/webp or application/pdf."""

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


class PaperNotNow(Fault):
    """Papers are neither added nor taken away in this state."""

    code, status = "PAPER_NOT_NOW", 409
    says = "Claim {claim_no} is at \u201c{state}\u201d; papers stay as they are. You may dispute with new ones."
    says_zh = "赔案 {claim_no} 目前为“{state_zh}”，不能再增减材料。如有新的材料，可以提出异议。"

    def __init__(self, claim: Claim) -> None:
        zh, en = STATE_WORDS[ClaimState(claim.state)]
        super().__init__(claim_no=claim.claim_no, state=en, state_zh=zh)


class UnknownPaper(Fault):
    """No such kind of paper."""

    code, status = "UNKNOWN_PAPER", 422
    says = "There is no kind of paper {kind}; there are {known}."
    says_zh = "没有材料类别 {kind}；现有 {known}。"


class TooManyPapers(Fault):
    """More papers than a claim takes."""

    code, status = "TOO_MANY_PAPERS", 422
    says = "A claim takes at most {most} papers. Put several pages into one PDF."
    says_zh = "一个赔案最多 {most} 份材料，可将多页合并为一个 PDF。"


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
) -> int:
    """Add a paper to a claim, its bytes sealed; the same bytes again are the same paper.

    Needs:   `numbers`: the invoices or diagnoses it is about, from 1; none: the whole claim
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
