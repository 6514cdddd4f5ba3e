"""Complaints told of: which step of a complaint is told to whom, and what stands in the notice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hearth.store.access.complaints import whom_it_names
from hearth.store.models import Complaint, ComplaintParty, Person, Record
from hearth.words.complaint_notices import COMPLAINT_NOTICES

TO_OPENER = frozenset({"confirmed", "declined"})
"""What is told to whoever opened it alone."""


@dataclass(frozen=True, slots=True)
class ComplaintTold:
    """What a record of a complaint calls for."""

    person: Person
    registered_by: Person
    representatives: tuple[Person, ...]
    """Those who said yes themselves; of a record that names one, only whom it names."""
    is_for_named: bool
    code: str
    values: dict[str, Any]


def told_of_complaint(record: Record) -> ComplaintTold | None:
    """What is told of a record of a complaint; None where it is of something else, or nobody is told of it."""
    area, _, complaint_no = record.subject.partition(":")
    code = record.kind.removeprefix("complaint.")
    if area != "complaint" or code not in COMPLAINT_NOTICES:
        return None
    held = Complaint.objects.select_related("person", "registered_by").get(complaint_no=complaint_no)
    data: dict[str, Any] = json.loads(bytes(record.body))["data"]
    values: dict[str, Any] = {"complaint_no": complaint_no}
    if "until" in data:
        values["until"] = data["until"]
    if code == "extended":
        values["days"] = data["days"]
    others: tuple[Person, ...] = ()
    if code == "named":
        # Who is not known here yet finds it when they log in with that number.
        party = ComplaintParty.objects.get(pk=data["party"])
        asked = whom_it_names(party)
        others = () if asked is None else (asked,)
    elif code not in TO_OPENER:
        said_yes = held.parties.filter(is_representative=True, confirmed_at__isnull=False).exclude(
            person=held.person_id
        )
        found = [each.person for each in said_yes.select_related("person").order_by("pk")]
        others = tuple(each for each in found if each is not None and each.locked_at is None)
    return ComplaintTold(held.person, held.registered_by, others, code == "named", code, values)
