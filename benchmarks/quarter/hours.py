"""Hours: when somebody of the staff works: shifts, rest days, absences; and what they have in hand already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from hearth.words.calendar import CHINA_TIME, HOURS, Calendar

DAY = timedelta(days=1)
Shift = tuple[int, int, int, bool]
"""A day of the week (Monday is 1), two minutes of the day, and whether it is worked on rest days too."""


@dataclass
class Colleague:
    """Somebody who works on claims: when, and until when they are busy."""

    code: str
    person_id: int
    shifts: tuple[Shift, ...] = ()
    """Their own week; without any the house's hours."""
    away: list[tuple[datetime, datetime]] = field(default_factory=list)
    free_at: datetime | None = None

    def windows(self, day: date, calendar: Calendar) -> list[tuple[datetime, datetime]]:
        """The times of a day in which they are there, absences left aside."""
        rests, midnight = calendar.is_rest(day), datetime.combine(day, time(), CHINA_TIME)
        own = [one for one in self.shifts if one[0] == day.isoweekday()]
        if self.shifts and own:
            minutes = [(first, last) for _, first, last, rests_too in own if rests_too or not rests]
        elif self.shifts and day.isoweekday() <= 5:
            minutes = []
        else:
            minutes = [] if rests else list(HOURS)
        return [(midnight + timedelta(minutes=first), midnight + timedelta(minutes=last)) for first, last in minutes]

    def from_when(self, at: datetime, calendar: Calendar) -> datetime:
        """The first moment, from `at` on, at which they are there and have nothing else in hand."""
        here = max(at, self.free_at or at)
        day = here.astimezone(CHINA_TIME).date()
        while True:
            for first, last in self.windows(day, calendar):
                begin = max(first, here)
                for gone, back in sorted(self.away):
                    if gone <= begin < back:
                        begin = back
                if begin < last:
                    return begin
            day += DAY

    def is_here(self, at: datetime, calendar: Calendar) -> bool:
        """Whether they are there now, whatever they have in hand."""
        day = at.astimezone(CHINA_TIME).date()
        return any(first <= at < last for first, last in self.windows(day, calendar)) and not any(
            gone <= at < back for gone, back in self.away
        )

    def takes(self, begin: datetime, minutes: float) -> datetime:
        """They work on something from a moment on; when it is done."""
        self.free_at = begin + timedelta(minutes=minutes)
        return self.free_at


def first_free(of: Sequence[Colleague], at: datetime, calendar: Calendar) -> Colleague:
    """Who of several can begin first."""
    return min(of, key=lambda one: (one.from_when(at, calendar), one.code))
