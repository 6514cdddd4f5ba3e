"""Advances told of: which step of an advance is told to whom, and what stands in the notice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hearth.store.models import Advance, Person, Record
from hearth.words.advance_notices import ADVANCE_NOTICES
from hearth.words.money import yuan

_AMOUNTS = {
    "guaranteed": "amount_fen",
    "paid": "amount_fen",
    "owed": "owed_fen",
    "reminded": "owed_fen",
    "waived": "amount_fen",
    "money_back": "amount_fen",
}
"""Where the amount of a notice stands in its record."""


@dataclass(frozen=True, slots=True)
class AdvanceTold:
    """What a record of an advance calls for."""

    insured: Person
    asked_by: Person
    code: str
    values: dict[str, Any]


def told_of_advance(record: Record) -> AdvanceTold | None:
    """What is told of a record of an advance; None where it is of something else, or nobody is told of it."""
    area, _, advance_no = record.subject.partition(":")
    code = record.kind.removeprefix("advance.")
    if area != "advance" or code not in ADVANCE_NOTICES:
        return None
    advance = Advance.objects.select_related("person", "notified_by").get(advance_no=advance_no)
    data: dict[str, Any] = json.loads(bytes(record.body))["data"]
    if code == "called" and not advance.consents.filter(withdrawn_at__isnull=True).count() < 3:
        return None
    values: dict[str, Any] = {"advance_no": advance_no}
    if code in _AMOUNTS:
        values["amount"] = yuan(int(data[_AMOUNTS[code]]))
    if code == "money_back":
        values["left"] = yuan(int(data["left_fen"]))
    if code == "claim_opened":
        values["claim_no"] = data["claim"]
    return AdvanceTold(advance.person, advance.notified_by or advance.person, code, values)
