"""Named reads of emergency measures: what is waived, for whom, from when until when, and who said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hearth.store.access.rows import one, rows
from hearth.store.access.who import Who
from hearth.store.models import EmergencyMeasure

MOST = 200


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure as it stands; `last_on` where it was ended before `until_on`."""

    code: str
    what_zh: str
    what_en: str
    waives: tuple[str, ...]
    products: tuple[str, ...]
    icd: tuple[str, ...]
    branch_zh: str
    branch_en: str
    starts_on: date
    until_on: date
    basis: str
    proposed_by: str
    proposed_at: datetime
    is_own: bool
    """Whether who asks proposed it."""
    decided_by: str
    decided_at: datetime | None
    is_approved: bool
    last_on: date | None
    ended_by: str
    ended_at: datetime | None
    why: str


def measures(by: Who, at: datetime) -> tuple[MeasureRow, ...]:
    """Measures, the newest first; at most MOST."""
    found = rows(by, "measure", "see", at).select_related("branch", "proposed_by", "decided_by", "ended_by")
    return tuple(_row(each, by) for each in found.order_by("-pk")[:MOST])


def measure(by: Who, code: str, at: datetime) -> MeasureRow:
    """One measure by its code.  Raises: NotThere, NotAllowed."""
    number = code.removeprefix("EM-")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    return _row(one(by, "measure", "see", at, pk=pk), by)


def _row(row: EmergencyMeasure, by: Who) -> MeasureRow:
    return MeasureRow(
        code=row.code,
        what_zh=row.what_zh,
        what_en=row.what_en,
        waives=tuple(row.waives),
        products=tuple(row.products),
        icd=tuple(row.icd),
        branch_zh=row.branch.name_zh if row.branch else "",
        branch_en=row.branch.name_en if row.branch else "",
        starts_on=row.starts_on,
        until_on=row.until_on,
        basis=row.basis,
        proposed_by=row.proposed_by.full_name,
        proposed_at=row.proposed_at,
        is_own=row.proposed_by_id == by.person_id,
        decided_by=row.decided_by.full_name if row.decided_by else "",
        decided_at=row.decided_at,
        is_approved=row.is_approved,
        last_on=row.last_on,
        ended_by=row.ended_by.full_name if row.ended_by else "",
        ended_at=row.ended_at,
        why=row.why,
    )
