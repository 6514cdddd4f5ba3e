"""The clerk's way to a deadline: a calendar on the desk, one day crossed out after the other.

Written from Civil Code art. 201 and 203 and SPC Interpretation II art. 15, not from the kernel.  Between the start day
and the day after lies one night; a night uses up one day of the limit unless the clock stood still when it fell.
A night before a rest day uses up no working day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from hearth.words.calendar import Calendar

Span = tuple[datetime, datetime | None]
FAR = 20_000


def china_day(at: datetime) -> date:
    """The day that a wall calendar in China shows at a moment."""
    return (at.astimezone(UTC).replace(tzinfo=None) + timedelta(hours=8)).date()


def rests(day: date, calendar: Calendar) -> bool:
    """Looked up in the lists of the notices; in the year after the last notice, by the weekday alone."""
    years = {each.year: each for each in calendar.years}
    if day.year in years:
        if day in years[day.year].worked:
            return False
        return day in years[day.year].rest or day.isoweekday() in (6, 7)
    assert day.year == max(years) + 1, day
    return day.isoweekday() in (6, 7)


def last_day(
    start: datetime, amount: int, pauses: Iterable[Span], calendar: Calendar, *, working: bool, moves: bool
) -> tuple[date, date] | None:
    """(last day before the move, last day), or None where the clock stands still for ever."""
    spans = [(china_day(first), None if last is None else china_day(last)) for first, last in pauses]

    def still(day: date) -> bool:
        return any(first <= day and (last is None or day < last) for first, last in spans)

    def open_ended(day: date) -> bool:
        return any(first <= day and last is None for first, last in spans)

    day, used = china_day(start), 0
    ends: date | None = None
    for _ in range(FAR):
        if open_ended(day):
            return None
        if still(day):
            ends = None
        elif used == amount:
            ends = ends or day
            if not ((moves or working) and rests(day, calendar)):
                return ends, day
        tomorrow = day + timedelta(days=1)
        if not still(day) and used < amount and not (working and rests(tomorrow, calendar)):
            used += 1
        day = tomorrow
    raise AssertionError("the clerk ran out of paper")


def last_minute(start: datetime, minutes: int, pauses: Iterable[Span]) -> datetime | None:
    """The moment at which a limit in minutes ends, one minute after the other; None where it stands still for ever."""
    spans = list(pauses)
    at, used = start, 0
    for _ in range(FAR):
        if used == minutes:
            return at
        if any(first <= at and last is None for first, last in spans):
            return None
        used += not any(first <= at < last for first, last in spans if last is not None)
        at += timedelta(minutes=1)
    raise AssertionError("the clerk ran out of paper")
