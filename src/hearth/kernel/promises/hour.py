"""Hour: time counted within the windows in which somebody works, several a day; nobody works on a rest day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from hearth.kernel.promises.workday import Looked
from hearth.words.calendar import Calendar, day_in_china, start_of_day

_DAY = timedelta(days=1)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether a moment falls into the hours of work.

    Needs:   the calendar; a moment with its time zone
    Gives:   True within a window of a working day, its first minute included, its end not; YearUnknown
    Source:  the work calendar's hours and the yearly notices
    """
    return opens(calendar, at) == at


def opens(calendar: Calendar, at: datetime) -> datetime:
    """The first moment of work that is not before a moment.

    Needs:   the calendar; a moment with its time zone
    Gives:   the moment itself within a window, else the beginning of the next one; YearUnknown
    Source:  the work calendar's hours and the yearly notices
    """
    start, _ = next(windows(calendar, at))
    return max(at, start)


def later_by(calendar: Calendar, at: datetime, worked: timedelta) -> datetime:
    """The moment by which so much time has been worked.

    Needs:   the calendar; a moment with its time zone; a duration > 0
    Gives:   a moment in UTC within a window or at its end: time outside the windows does not count; YearUnknown
    Source:  the work calendar's hours and the yearly notices
    """
    for start, end in windows(calendar, at):
        here = max(at, start)
        if worked <= end - here:
            return (here + worked).astimezone(UTC)
        worked -= end - here
    raise AssertionError("the windows of a calendar never end")


def worked_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Time worked from one moment to another.

    Needs:   the calendar; two moments with their time zones
    Gives:   a duration: the parts of the windows that lie between them; none where the second is not later; YearUnknown
    Source:  the work calendar's hours and the yearly notices
    """
    total = timedelta()
    if end <= start:
        return total
    for first, last in windows(calendar, start):
        if first >= end:
            break
        total += min(last, end) - max(first, start)
    return total


def windows(calendar: Calendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The windows of work from a moment on, the one that is under way first.

    Needs:   the calendar; a moment with its time zone
    Gives:   half-open pairs of moments in UTC, in their order, without an end; YearUnknown where the calendar ends
    Source:  the work calendar's hours and the yearly notices
    """
    look, day = Looked(calendar), day_in_china(at)
    while True:
        if not look.is_rest(day):
            midnight = start_of_day(day)
            for first, last in calendar.hours:
                end = midnight + timedelta(minutes=last)
                if end > at:
                    yield midnight + timedelta(minutes=first), end
        day += _DAY
