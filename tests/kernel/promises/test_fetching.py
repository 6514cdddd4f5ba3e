"""A courier comes in one of three windows a day that still lies two hours ahead, on this day and six more."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

from hearth.kernel.promises.fetching import pickup_windows
from hearth.words.calendar import CHINA_TIME, day_in_china

NINE = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
"""Nine in the morning in China, a Monday."""


def test_the_first_window_lies_two_hours_ahead() -> None:
    at_eleven = NINE + timedelta(hours=2)
    (start, end), *_ = pickup_windows(at_eleven)
    assert (start.astimezone(CHINA_TIME).hour, end.astimezone(CHINA_TIME).hour) == (13, 16)
    late = at_eleven + timedelta(microseconds=1)
    assert pickup_windows(late)[0][0].astimezone(CHINA_TIME).hour == 16


def test_seven_days_are_offered_rest_days_too_and_in_the_evening_there_is_tomorrow() -> None:
    found = pickup_windows(NINE)
    assert {day_in_china(start) for start, _ in found} == {date(2026, 6, day) for day in range(1, 8)}
    assert len(found) == 2 + 6 * 3 and list(found) == sorted(found)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(found))
    evening = pickup_windows(NINE + timedelta(hours=12))
    assert day_in_china(evening[0][0]) == date(2026, 6, 2) and len(evening) == 18
