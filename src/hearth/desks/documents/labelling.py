"""Labelling: what a person says a field of a paper really is; kept beside what was read, for measuring the reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.documents.faults import NoSuchField
from hearth.desks.documents.reading import answer_of
from hearth.store.access import Who, one
from hearth.store.models import Paper, PaperLabel, PaperReading
from hearth.words.claims import ClaimState

MOST_VALUE = 200


@transaction.atomic(durable=True)
def say_fields(by: Who, paper_id: int, said: Mapping[str, str], *, at: datetime) -> int:
    """Say what fields of a paper are: as they were read, or otherwise; how many were otherwise.

    Needs:   keys of fields that were read or that were looked for and not found; `""`: it is not on the paper
    Records:  paper.labelled, once the claim is reported, with keys alone.
    Raises:  NotThere, NotAllowed, NoSuchField
    """
    paper: Paper = one(by, "paper", "add", at, pk=paper_id)
    assert by.person_id is not None, "a label is a person's"
    reading = PaperReading.objects.filter(paper=paper, state="read").first()
    fields = answer_of(reading).get("fields", {}) if reading is not None else {}
    changed = []
    for key, value in said.items():
        found = fields.get(key)
        if found is None:
            raise NoSuchField(field=key[:40])
        value = " ".join(value.split())[:MOST_VALUE]
        is_same = value == found["value"]
        PaperLabel.objects.update_or_create(
            paper=paper,
            field=key,
            by_id=by.person_id,
            defaults={
                "was_read": found["value"],
                "is_really": value,
                "is_same": is_same,
                "score": found["confidence"],
                "status": found["status"],
                "at": at,
            },
        )
        if not is_same:
            changed.append(key)
    if said and paper.claim.state != ClaimState.DRAFT:
        records.append(
            "paper.labelled",
            f"claim:{paper.claim.claim_no}",
            by=by,
            at=at,
            data={"paper": paper_id, "fields": sorted(said), "otherwise": sorted(changed)},
            sealed={"values": {key: said[key][:MOST_VALUE] for key in sorted(said)}},
        )
    return len(changed)
