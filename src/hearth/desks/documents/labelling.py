"""Labelling: what a person says a field or a cell of a paper really is; kept beside what was read, to measure it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.documents.faults import NoSuchField
from hearth.desks.documents.reading import answer_of
from hearth.kernel.documents.doubts import CELL_NAMES
from hearth.store.access import Who, one
from hearth.store.models import Paper, PaperLabel, PaperReading
from hearth.words.claims import ClaimState
from hearth.words.papers import Status

MOST_VALUE = 200
_CELL = re.compile(r"lines\[(\d{1,4})\]\.(\w{1,16})")
_NOT_READ: Mapping[str, Any] = {"value": "", "confidence": None, "status": Status.MISSING.value}


@transaction.atomic(durable=True)
def say_fields(by: Who, paper_id: int, said: Mapping[str, str], *, at: datetime) -> int:
    """Say what fields and cells of a paper are: as they were read, or otherwise; how many were otherwise.

    Needs:   keys of fields that were read or looked for and not found, or lines[n].cell of a line that was read, from 0
             (that cell of it need not have been); `""`: it is not on the paper
    Records:  paper.labelled, once the claim is reported, with keys alone.
    Raises:  NotThere, NotAllowed, NoSuchField
    """
    paper: Paper = one(by, "paper", "add", at, pk=paper_id)
    assert by.person_id is not None, "a label is a person's"
    reading = PaperReading.objects.filter(paper=paper, state="read").first()
    answer = answer_of(reading) if reading is not None else {}
    made = []
    for key, value in said.items():
        found = _read(answer, key)
        if found is None:
            raise NoSuchField(field=key[:40])
        value = " ".join(value.split())[:MOST_VALUE]
        made.append(
            PaperLabel(
                paper=paper,
                field=key,
                by_id=by.person_id,
                was_read=found["value"],
                is_really=value,
                is_same=value == found["value"],
                score=found["confidence"],
                status=found["status"],
                at=at,
            )
        )
    PaperLabel.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["paper", "field", "by"],
        update_fields=["was_read", "is_really", "is_same", "score", "status", "at"],
    )
    changed = sorted(label.field for label in made if not label.is_same)
    if said and paper.claim.state != ClaimState.DRAFT:
        records.append(
            "paper.labelled",
            f"claim:{paper.claim.claim_no}",
            by=by,
            at=at,
            data={"paper": paper_id, "fields": sorted(said), "otherwise": changed},
            sealed={"values": {key: said[key][:MOST_VALUE] for key in sorted(said)}},
        )
    return len(changed)


def _read(answer: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    """What was read of a field or cell; None where there is no such field, line or cell."""
    cell = _CELL.fullmatch(key)
    if cell is None:
        field: Mapping[str, Any] | None = answer.get("fields", {}).get(key)
        return field
    lines: Sequence[Mapping[str, Any]] = answer.get("lines", ())
    number = int(cell[1])
    if number >= len(lines) or (cell[2] not in CELL_NAMES and cell[2] not in lines[number]):
        return None
    found: Mapping[str, Any] = lines[number].get(cell[2], _NOT_READ)
    return found
