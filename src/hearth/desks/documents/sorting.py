"""Sorting: a paper is said to be of another kind than it was handed in as; what was read of it follows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hearth.desks.books import deferring, records
from hearth.desks.documents.adding import (
    KINDS,
    MOST_PAPERS,
    READ_QUEUE,
    READ_TASK,
    TAKEN_AWAY_WHILE,
)
from hearth.desks.documents.faults import PaperNotNow, UnknownPaper
from hearth.desks.documents.reading import READ_AS, answer_of, kind_differs
from hearth.store.access import Who, one
from hearth.store.access.claims_case import works_on
from hearth.store.models import Claim, Paper, PaperReading
from hearth.words.claims import ClaimState
from hearth.words.papers import PaperKind

S = ClaimState

SORTED_WHILE = (S.DRAFT, S.REPORTED, S.SUBMITTED, S.ACCEPTED, S.SUPPLEMENT, S.REVIEW, S.CALCULATED)
"""States in which those who work on a claim say what a paper is; a decision rests on papers as they were."""


@transaction.atomic(durable=True)
def sort_paper(by: Who, paper_id: int, kind: str, *, at: datetime, numbers: Sequence[int] | None = None) -> bool:
    """Say that a paper is of another kind, or about other invoices; whether that is a change.

    Needs:   `numbers`: as in `add_paper`; None: about the same ones.  A member says it as long as they may take papers
             away, who works on the claim until it is decided.
    Gives:   True where something changed.  What its print says is held against the new kind at once; where its print
             alone did not tell what it is, it is read again as the new kind.
    Records:  paper.sorted, once the claim is reported.  Raises: NotThere, NotAllowed, PaperNotNow, UnknownPaper.
    """
    paper: Paper = one(by, "paper", "sort", at, lock=True, pk=paper_id, removed_at__isnull=True)
    claim = Claim.objects.select_for_update().get(pk=paper.claim_id)
    if claim.state not in (SORTED_WHILE if works_on(by, claim, at) else TAKEN_AWAY_WHILE):
        raise PaperNotNow(claim)
    if kind not in KINDS:
        raise UnknownPaper(kind=kind[:40], known=", ".join(sorted(KINDS)))
    about = paper.numbers if numbers is None else sorted({one for one in numbers if 0 < one <= MOST_PAPERS})
    was = paper.kind
    if (was, paper.numbers) == (kind, about):
        return False
    paper.kind, paper.numbers = kind, about
    paper.save(update_fields=["kind", "numbers"])
    if was != kind:
        _read_as(paper, was, at)
    if claim.state != S.DRAFT:
        records.append(
            "paper.sorted",
            f"claim:{claim.claim_no}",
            by=by,
            at=at,
            data={"paper": paper.pk, "kind": kind, "was": was, "numbers": about},
        )
    return True


def _read_as(paper: Paper, was: str, at: datetime) -> None:
    reading = PaperReading.objects.select_for_update().filter(paper=paper).first()
    if reading is None or reading.state not in ("due", "read"):
        return
    if reading.state == "due" or reading.kind in (PaperKind.UNKNOWN, READ_AS.get(was)):
        # Its print may have been taken as what it was handed in as: it is read anew, as what it is now.
        reading.state, reading.due_at = "due", at
        reading.save(update_fields=["state", "due_at"])
        deferring.defer(READ_TASK, queue=READ_QUEUE, paper_id=paper.pk)
        return
    answer = dict(answer_of(reading))
    differs = kind_differs(PaperKind(reading.kind), paper.kind)
    answer["doubts"] = [one for one in answer["doubts"] if one["code"] != "KIND_DIFFERS"] + differs
    reading.answer = json.dumps(answer, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    reading.save(update_fields=["answer"])
