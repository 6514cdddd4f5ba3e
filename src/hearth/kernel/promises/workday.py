"""Workday: working days counted by the calendar, and whether a count leans on a year without a notice."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from hearth.words.calendar import Calendar
from hearth.words.faults import Fault

_DAY = timedelta(days=1)


class DaysReversed(Fault):
    """The last day lies before the first."""

    code, status = "DAYS_REVERSED", 422
    says = "From {first_on} to {last_on} runs backwards."
    says_zh = "从 {first_on} 到 {last_on}，起止日期颠倒。"


class Looked:
    """A calendar that remembers whether any day that was asked for is only provisionally known."""

    __slots__ = ("calendar", "is_provisional")

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.is_provisional = False

    def is_rest(self, day: date) -> bool:
        """Whether a day rests, as far as is known."""
        rests, provisional = self.calendar.looked_at(day)
        self.is_provisional |= provisional
        return rests

    def on_or_after(self, day: date) -> date:
        """The first working day that is not before `day`."""
        while self.is_rest(day):
            day += _DAY
        return day

    def on_or_before(self, day: date, first: date) -> date:
        """The last working day from `first` to `day`; `first` where there is none."""
        while day > first and self.is_rest(day):
            day -= _DAY
        return day

    def later(self, day: date, number: int) -> date:
        """The day on which `number` working days after `day` have passed; `day` itself where it is none."""
        while number > 0:
            day += _DAY
            number -= not self.is_rest(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to `end`; 0 where `end` is not later."""
        return sum(not self.is_rest(start + _DAY * (number + 1)) for number in range((end - start).days))


def worked(start: date, end: date, calendar: Calendar) -> int:
    """Working days from one day to another: the start day is not counted, the end day is where it is worked.

    Needs:   start <= end; every year between them in the calendar
    Gives:   a number >= 0; YearUnknown naming the year, never a guess; DaysReversed
    Source:  Civil Code art. 201; the yearly notices in the calendar
    """
    if end < start:
        raise DaysReversed(first_on=start, last_on=end)
    return sum(not calendar.is_rest(start + _DAY * (number + 1)) for number in range((end - start).days))


class Ruler:
    """Working days since a first day, for many days at once."""

    __slots__ = ("before", "first")

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        days = [not calendar.is_rest(first + _DAY * number) for number in range((last - first).days + 1)]
        self.first = first.toordinal()
        self.before: NDArray[np.int64] = np.cumsum(np.asarray(days, dtype=np.int64))

    def at(self, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many working days there were from the first day up to each of these (ordinals), it among them."""
        return self.before[days - self.first]
