"""The day that people are told to expect: from what the steps took lately, else from their targets."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.kernel.promises.expected import LEAST_HISTORY, DurationWrong, expected
from hearth.kernel.promises.limit import UnknownLimit
from hearth.words.calendar import Calendar

MONDAY = date(2026, 3, 2)


def test_the_interval_is_the_sum_of_nearest_rank_p20_and_p80(calendar: Calendar) -> None:
    # Ten durations: P20 is the 2nd smallest, P80 the 8th. Review 1 .. 4, calculation 0 .. 1, payment 1 .. 2.
    history = {
        "P_REVIEW": [9, 1, 1, 2, 2, 3, 3, 4, 4, 8],
        "P_CALCULATE": [0, 0, 0, 0, 1, 1, 1, 1, 2, 5],
        "P_PAY": [1, 1, 1, 1, 1, 2, 2, 2, 3, 3],
    }
    found = expected(history, ["P_REVIEW", "P_CALCULATE", "P_PAY"], MONDAY, calendar)
    # Sorted, review is 1 1 2 2 3 3 4 4 8 9: low 1 + 0 + 1 = 2 working days, high 4 + 1 + 2 = 7.
    assert (found.first_on, found.last_on) == (date(2026, 3, 4), date(2026, 3, 11))
    assert (found.basis, found.is_provisional) == ("history", False)
    assert [(step.code, step.last_on, step.needs) for step in found.steps] == [
        ("P_REVIEW", date(2026, 3, 6), 0),
        ("P_CALCULATE", date(2026, 3, 9), 0),
        ("P_PAY", date(2026, 3, 11), 0),
    ]


@pytest.mark.parametrize(
    ("took", "days"),
    [([1, 2, 3, 4, 5], (1, 4)), ([1, 2, 3, 4, 5, 6], (2, 5)), ([3] * 7, (3, 3)), ([0, 0, 0, 0, 0, 9], (0, 0))],
)
def test_nearest_ranks_are_values_that_were_seen(took: list[int], days: tuple[int, int], calendar: Calendar) -> None:
    # 5 values: ranks 1 and 4; 6 values: ranks 2 (1.2 up) and 5 (4.8 up).
    found = expected({"P_REVIEW": took}, ["P_REVIEW"], MONDAY, calendar)
    # In this fortnight every Monday to Friday is worked.
    assert (found.first_on, found.last_on) == tuple(date(2026, 3, (2, 3, 4, 5, 6, 9)[number]) for number in days)


def test_without_history_the_targets_are_told_and_what_is_missing(calendar: Calendar) -> None:
    found = expected({}, ["P_REVIEW", "P_CALCULATE", "P_PAY"], MONDAY, calendar)
    assert found.basis == "target"
    assert found.first_on == found.last_on == date(2026, 3, 5)  # 1 + 1 + 1 working days
    assert [step.needs for step in found.steps] == [LEAST_HISTORY] * 3


def test_a_step_with_too_little_history_counts_with_its_target(calendar: Calendar) -> None:
    found = expected({"P_REVIEW": [2] * 5, "P_PAY": [9] * 4}, ["P_REVIEW", "P_PAY"], MONDAY, calendar)
    assert found.basis == "both"
    assert found.last_on == date(2026, 3, 5)  # 2 as seen, 1 as promised
    assert [(step.basis, step.seen, step.needs) for step in found.steps] == [("history", 5, 0), ("target", 4, 1)]


def test_rest_days_are_stepped_over(calendar: Calendar) -> None:
    found = expected({"P_DECIDE": [3] * 5}, ["P_DECIDE"], date(2026, 2, 13), calendar)
    assert found.last_on == date(2026, 2, 25)  # 14 (worked), 24, 25


def test_targets_in_days_hours_and_minutes_are_days_too(calendar: Calendar) -> None:
    found = expected({}, ["P_GUIDANCE", "P_ADVANCE_EMERGENCY", "P_ADVANCE", "P_INVESTIGATE"], MONDAY, calendar)
    assert [step.last_on for step in found.steps] == [MONDAY, MONDAY, date(2026, 3, 3), date(2026, 3, 18)]


def test_nothing_left_to_do_is_today(calendar: Calendar) -> None:
    found = expected({}, [], MONDAY, calendar)
    assert (found.first_on, found.last_on, found.basis, found.steps) == (MONDAY, MONDAY, "target", ())


def test_a_day_in_a_year_without_notice_is_provisional(calendar: Calendar) -> None:
    assert expected({}, ["P_PAY"], date(2026, 12, 31), calendar).is_provisional


@pytest.mark.parametrize("history", [{}, {"P_NOTHING": [1] * 9}])
def test_a_step_that_is_not_there_is_told(history: dict[str, list[int]], calendar: Calendar) -> None:
    with pytest.raises(UnknownLimit):
        expected(history, ["P_NOTHING"], MONDAY, calendar)


def test_a_step_that_took_less_than_nothing_is_told(calendar: Calendar) -> None:
    with pytest.raises(DurationWrong):
        expected({"P_PAY": [1, 1, -1, 1, 1]}, ["P_PAY"], MONDAY, calendar)
