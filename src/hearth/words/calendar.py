"""Calendar: rest days and working days of China by the yearly notice; which day a moment falls on there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from types import MappingProxyType

from hearth.words.faults import Fault

# One zone and no summer time since 1992: a fixed offset needs no zone files on the machine.
CHINA_TIME = timezone(timedelta(hours=8), "UTC+08:00")
"""The time that legal days in China are counted in."""

_SATURDAY = 5

MINUTES_A_DAY = 24 * 60

HOURS: tuple[tuple[int, int], ...] = ((9 * 60, 12 * 60), (13 * 60 + 30, 18 * 60))
"""The windows of a working day where none are stated, in minutes from midnight in China, half-open."""


class YearUnknown(Fault):
    """The work calendar was asked about a year whose notice it does not hold."""

    code, status = "CALENDAR_YEAR_UNKNOWN", 422
    says = (
        "The work calendar has no rest days for {year}; it knows {known}. Add the yearly notice of the State Council."
    )
    says_zh = "工作日历没有 {year} 年的放假安排；现有 {known} 年。请补入国务院办公厅当年的放假通知。"


def day_in_china(at: datetime) -> date:
    """The calendar day in China at a moment.  Raises: ValueError where the moment names no time zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} names no time zone")
    return at.astimezone(CHINA_TIME).date()


def start_of_day(day: date) -> datetime:
    """The moment, in UTC, at which a calendar day begins in China."""
    return datetime.combine(day, time(), CHINA_TIME).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """24:00 in China, in UTC: the first moment after that day (Civil Code art. 203: a last day ends at 24:00)."""
    return start_of_day(day + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class WorkYear:
    """One year of the calendar: the days off and the weekend days worked in their place, as one notice states them."""

    year: int
    rest: frozenset[date]
    worked: frozenset[date]
    source: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The work calendar: the years whose notice is known, one after the other without a gap; the hours of work."""

    years: tuple[WorkYear, ...]
    hours: tuple[tuple[int, int], ...] = HOURS
    _known: Mapping[int, WorkYear] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = [each.year for each in self.years]
        if not known or known != list(range(known[0], known[0] + len(known))):
            raise ValueError(f"a calendar holds years one after the other, got {known}")
        edges = [edge for window in self.hours for edge in window]
        if not edges or edges != sorted(set(edges)) or not 0 <= edges[0] < edges[-1] <= MINUTES_A_DAY:
            raise ValueError(f"hours of work are windows of a day in their order, got {self.hours}")
        object.__setattr__(self, "_known", MappingProxyType({each.year: each for each in self.years}))

    @property
    def last_year(self) -> int:
        """The last year whose notice is known."""
        return self.years[-1].year

    def is_rest(self, day: date) -> bool:
        """Whether a day is a legal rest day.  Raises: YearUnknown, never a guess."""
        year = self._known.get(day.year)
        if year is None:
            raise YearUnknown(year=day.year, known=", ".join(str(each.year) for each in self.years))
        return day in year.rest or (day.weekday() >= _SATURDAY and day not in year.worked)

    def looked_at(self, day: date) -> tuple[bool, bool]:
        """(whether a day rests, whether that is provisional): for deadlines that reach beyond the last notice.

        In the one year after the last known one, Saturdays and Sundays rest and nothing else does, provisionally:
        its notice usually comes in November, after claims have begun to reach into it.
        Raises: YearUnknown for any other year without a notice.
        """
        if day.year == self.last_year + 1:
            return day.weekday() >= _SATURDAY, True
        return self.is_rest(day), False
