"""Working days between two days, by the notices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.promises.workday import DaysReversed, worked
from hearth.store.calendars import work_calendar
from hearth.words.calendar import Calendar, YearUnknown

days = st.integers(0, 1_095).map(lambda number: date(2024, 1, 1) + timedelta(days=number))


@pytest.mark.parametrize(
    ("start", "end", "number"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), 0),  # done on the day it came
        (date(2026, 3, 6), date(2026, 3, 9), 1),  # Friday to Monday
        (date(2026, 3, 6), date(2026, 3, 8), 0),  # Friday to Sunday
        (date(2026, 2, 13), date(2026, 2, 24), 2),  # the worked Saturday, and the day after the Spring Festival
        (date(2026, 9, 30), date(2026, 10, 10), 3),  # 8, 9 and the worked Saturday
        (date(2025, 12, 31), date(2026, 1, 5), 2),  # the worked Sunday 01-04, and Monday
    ],
)
def test_working_days_are_counted_by_the_notice(start: date, end: date, number: int, calendar: Calendar) -> None:
    assert worked(start, end, calendar) == number


@given(days, days, days)
def test_working_days_add_up(one: date, two: date, three: date) -> None:
    first, middle, last = sorted((one, two, three))
    calendar = work_calendar()
    assert worked(first, last, calendar) == worked(first, middle, calendar) + worked(middle, last, calendar)


def test_a_whole_year_has_the_working_days_that_the_notice_leaves(calendar: Calendar) -> None:
    # 2025: 365 days, 104 weekend days, 28 days off of which 10 fall on a weekend, 5 worked: 365 - 104 - 18 + 5.
    assert worked(date(2024, 12, 31), date(2025, 12, 31), calendar) == 248


def test_measuring_never_guesses_a_year(calendar: Calendar) -> None:
    with pytest.raises(YearUnknown) as told:
        worked(date(2026, 12, 30), date(2027, 1, 5), calendar)
    assert told.value.data["year"] == 2027


def test_days_that_run_backwards_are_told(calendar: Calendar) -> None:
    with pytest.raises(DaysReversed):
        worked(date(2026, 3, 2), date(2026, 3, 1), calendar)
