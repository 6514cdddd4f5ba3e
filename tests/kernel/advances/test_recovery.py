"""What a claim leaves of an advance, paid back in months without interest, with reminders at 30, 60 and 90 days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.advances.recovery import MOST_INSTALMENTS, PlanWrong, offset, overdue, plan, step_reached

FEN = st.integers(0, 10**11)


def test_a_benefit_above_the_advance_covers_it_and_one_below_leaves_the_difference() -> None:
    # E15: 1,650,000.00 payable; 600,000.00 advanced is covered, of 1,700,000.00 are 50,000.00 to pay back.
    assert (offset(60_000_000, 165_000_000).offset, offset(60_000_000, 165_000_000).left) == (60_000_000, 0)
    assert (offset(170_000_000, 165_000_000).offset, offset(170_000_000, 165_000_000).left) == (165_000_000, 5_000_000)


@given(FEN, FEN, FEN)
def test_what_is_covered_and_what_is_left_are_what_was_advanced(advanced: int, payable: int, before: int) -> None:
    found = offset(advanced, payable, before)
    assert found.offset + found.left == advanced and 0 <= found.offset <= max(0, payable - before)


@given(st.integers(1, 10**10), st.integers(1, MOST_INSTALMENTS), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_a_plan_repays_exactly_what_is_owed_in_months_that_differ_by_a_fen_at_most(
    owed: int, count: int, first_on: date
) -> None:
    if count > owed:
        with pytest.raises(PlanWrong):
            plan(owed, count, first_on)
        return
    rows = plan(owed, count, first_on)
    amounts = [fen for _, fen in rows]
    assert sum(amounts) == owed and max(amounts) - min(amounts) <= 1 and amounts == sorted(amounts, reverse=True)
    months = [day.year * 12 + day.month for day, _ in rows]
    assert months == list(range(months[0], months[0] + count)) and rows[0][0] == first_on


@pytest.mark.parametrize(("owed", "count"), [(0, 1), (-1, 1), (100, 0), (100, 25)])
def test_a_plan_that_repays_nothing_or_never_ends_is_refused(owed: int, count: int) -> None:
    with pytest.raises(PlanWrong):
        plan(owed, count, date(2026, 7, 1))


@pytest.mark.parametrize(("days", "step"), [(0, 0), (29, 0), (30, 1), (59, 1), (60, 2), (89, 2), (90, 3), (900, 3)])
def test_the_ladder_has_three_steps_and_then_nothing_grows(days: int, step: int) -> None:
    assert step_reached(days) == step


@given(st.integers(1, 10**9), st.integers(1, 24), FEN, st.integers(0, 3_000))
def test_what_is_overdue_is_never_more_than_what_is_owed_however_late(
    owed: int, count: int, recovered: int, days: int
) -> None:
    rows = plan(owed, min(count, owed), date(2026, 7, 1))
    late = overdue(rows, recovered, date(2026, 7, 1) + timedelta(days=days))
    assert 0 <= late <= max(0, owed - recovered)
    assert days or late == 0
