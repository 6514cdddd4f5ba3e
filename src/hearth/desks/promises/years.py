"""Years: notices of rest days are loaded into the work calendar, and the limits that lean on them counted anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from hearth.desks.books import clocks, records
from hearth.desks.promises.faults import YearsApart
from hearth.store.access import NotAllowed, Who
from hearth.store.calendars import asked_again
from hearth.store.models import CalendarYear, Claim, Deadline
from hearth.words.calendar import start_of_day

BATCH = 1_000
MOVED = timedelta(days=31)
"""A last day may have been moved so far off rest days: limits that end a little before a year lean on it too."""


@dataclass(frozen=True, slots=True)
class Recounted:
    """A batch of limits counted anew: how many, how many of them end at another moment, and where the next begins."""

    looked_at: int
    changed: int
    after_id: int


@transaction.atomic(durable=True)
def load_years(by: Who, years: Mapping[int, Mapping[str, Any]], *, at: datetime) -> tuple[int, ...]:
    """Load years of the work calendar, as `store.calendars.stated_years` reads them.

    Gives:   the years that are new or differ from what was known; `recount` is to follow where there are any
    Records:  calendar.loaded, where there are any.  Raises: NotAllowed, YearsApart.
    """
    if not by.is_house:
        raise NotAllowed
    records.in_order("calendar")
    known = asked_again()
    last = {row.year: row.stated for row in CalendarYear.objects.order_by("id")}
    numbers = {each.year for each in known.years} | set(years)
    if sorted(numbers) != list(range(min(numbers), max(numbers) + 1)):
        missing = sorted(set(range(min(numbers), max(numbers) + 1)) - numbers)
        raise YearsApart(missing=", ".join(map(str, missing)))
    shipped = {each.year: (each.rest, each.worked, each.source) for each in known.years}
    changed = []
    for year, stated in sorted(years.items()):
        if last.get(year) == stated or (
            year not in last and _says(stated) == shipped.get(year) and not stated["hours"]
        ):
            continue
        changed.append(year)
    if not changed:
        return ()
    record = records.append(
        "calendar.loaded",
        "calendar:CN",
        by=by,
        at=at,
        data={"years": changed, "notices": [str(years[year]["notice"]) for year in changed]},
    )
    CalendarYear.objects.bulk_create(
        CalendarYear(year=year, stated=dict(years[year]), loaded_at=at, loaded_by=by.actor, record=record)
        for year in changed
    )
    asked_again()
    return tuple(changed)


@transaction.atomic(durable=True)
def recount(first_year: int, *, after_id: int = 0, most: int = BATCH) -> Recounted:
    """Count a batch of living limits anew that lean on a year or a later one; what they stood still stays.

    Gives:   what was done; nothing looked at means that none is left
    """
    since = start_of_day(date(first_year, 1, 1)) - MOVED
    found = Deadline.objects.filter(Q(due_at__gte=since) | Q(is_provisional=True), state__in=clocks.LIVING)
    rows = list(found.filter(pk__gt=after_id).select_for_update().order_by("pk")[:most])
    changed = []
    for row in rows:
        before = (row.due_at, row.target_on, row.is_provisional)
        clocks.count(row)
        if before != (row.due_at, row.target_on, row.is_provisional):
            changed.append(row)
    Deadline.objects.bulk_update(changed, clocks.COUNTED)
    for claim in Claim.objects.filter(pk__in={row.claim_id for row in changed}).select_for_update().order_by("pk"):
        claim.due_at = clocks.soonest(claim)
        claim.save(update_fields=["due_at"])
    return Recounted(len(rows), len(changed), rows[-1].pk if rows else after_id)


def _says(stated: Mapping[str, Any]) -> tuple[frozenset[date], frozenset[date], str]:
    """What a stated year says, as the calendar keeps it."""
    rest = frozenset(
        date.fromisoformat(holiday["from"]) + timedelta(days=number)
        for holiday in stated["rest"]
        for number in range((date.fromisoformat(holiday["to"]) - date.fromisoformat(holiday["from"])).days + 1)
    )
    worked = frozenset(date.fromisoformat(day) for day in stated["worked"])
    return rest, worked, f"{stated['title']}（{stated['notice']}，{stated['issued_on']}）"
