"""Months end on their last day where there is no such day, and day numbers are those of the calendar."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.words.days import EPOCH, NEVER, add_months, day_number, day_of, months_until

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(DAYS)
def test_a_day_and_its_number_are_one(day: date) -> None:
    assert day_of(day_number(day)) == day
    assert day_number(day + timedelta(days=1)) == day_number(day) + 1
    assert day_number(day) > NEVER


def test_days_are_counted_from_1_january_1970() -> None:
    assert day_number(EPOCH) == 0
    assert day_number(date(1969, 12, 31)) == -1
    assert day_number(date(2026, 3, 1)) == 20_513


@pytest.mark.parametrize(
    ("day", "months", "gives"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-05-20", 0, "2026-05-20"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day: str, months: int, gives: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(gives)


@given(DAYS, st.integers(0, 120))
def test_months_later_a_day_is_never_later_in_its_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == min(day.day, calendar.monthrange(later.year, later.month)[1])


@given(DAYS, st.integers(-400, 4_000))
def test_months_until_are_the_fewest_that_reach_the_day(first: date, days: int) -> None:
    later = first + timedelta(days=days)
    months = 0
    while add_months(first, months) < later:
        months += 1
    assert months_until(first, later) == months


def test_three_months_from_the_last_of_november_end_with_february() -> None:
    first = date(2025, 11, 30)
    assert months_until(first, date(2026, 2, 28)) == 3
    assert months_until(first, date(2026, 3, 1)) == 4
    assert months_until(first, first) == 0
    assert months_until(first, date(2025, 1, 1)) == 0
