"""The cap of a letter, and when the cost of a stay calls for another look."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.advances.guarantee import CapWrong, cap, risk, running, watch

FEN = st.integers(0, 10**11)
DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("left", "estimate", "share", "approved", "fen", "bound"),
    [
        # 100,000.00 x 80 % = 80,000.00, and two million are left
        (200_000_000, 10_000_000, 8_000, None, 8_000_000, "estimate"),
        # only 50,000.00 are left
        (5_000_000, 10_000_000, 8_000, None, 5_000_000, "limit"),
        # the expert found 60,000.00 necessary: x 80 % = 48,000.00
        (200_000_000, 10_000_000, 8_000, 6_000_000, 4_800_000, "opinion"),
        # 0.03 x 80 % = 0.024: never rounded up
        (1_000, 3, 8_000, None, 2, "estimate"),
        (0, 10_000_000, 8_000, None, 0, "limit"),
    ],
)
def test_a_letter_promises_the_least_of_limit_estimate_and_opinion(
    left: int, estimate: int, share: int, approved: int | None, fen: int, bound: str
) -> None:
    found = cap(left, estimate, share, approved)
    assert (found.fen, found.bound) == (fen, bound)


@given(FEN, FEN, st.integers(0, 10_000), st.none() | FEN)
def test_a_cap_agrees_with_fractions_and_is_never_above_any_of_its_bounds(
    left: int, estimate: int, share: int, approved: int | None
) -> None:
    necessary = estimate if approved is None else min(estimate, approved)
    exact = min(Fraction(left), Fraction(necessary) * share / 10_000)
    found = cap(left, estimate, share, approved).fen
    assert found == exact.numerator // exact.denominator and found <= min(left, estimate, necessary)


@pytest.mark.parametrize(("left", "estimate", "share"), [(-1, 1, 1), (1, -1, 1), (1, 1, -1), (1, 1, 10_001)])
def test_amounts_that_cannot_be_are_refused_by_name(left: int, estimate: int, share: int) -> None:
    with pytest.raises(CapWrong):
        cap(left, estimate, share)


def test_exactly_eighty_percent_is_no_look_and_a_fen_more_is_one() -> None:
    assert not watch({DAY: 8_000}, 10_000).above_watch
    assert watch({DAY: 8_001}, 10_000).above_watch and not watch({DAY: 8_001}, 10_000).above_cap
    assert watch({DAY: 10_001}, 10_000).above_cap


def test_without_a_letter_nothing_is_above_it_and_without_data_nothing_is_unusual() -> None:
    seen = watch({DAY: 10**9}, 0)
    assert (seen.above_watch, seen.above_cap, seen.above_usual, seen.share_bp) == (False, False, False, 0)
    assert watch({DAY: 101}, 1_000, 100).above_usual


@given(st.dictionaries(st.integers(0, 60).map(lambda days: DAY + timedelta(days=days)), st.integers(0, 10**8)))
def test_the_running_sum_ends_at_the_cost_of_the_stay(costs: dict[date, int]) -> None:
    rows = running(costs)
    assert [day for day, _, _ in rows] == sorted(costs)
    assert (rows[-1][2] if rows else 0) == watch(costs, 1).cost == sum(costs.values())


@given(st.lists(st.tuples(st.text(max_size=5), st.sampled_from(("warn", "refer")))))
def test_a_risk_check_clears_warns_or_refers_and_never_refuses(signs: list[tuple[str, str]]) -> None:
    found = risk(signs)
    assert found in ("clear", "warn", "refer")
    assert (found == "clear") is (not signs) and (found == "refer") is any(weight == "refer" for _, weight in signs)
