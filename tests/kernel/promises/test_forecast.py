"""The days that are said come true as often as is said; without history nothing is said."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.kernel.promises.forecast import (
    KNOTS,
    LEAST_CLAIMS,
    Curve,
    Past,
    _knots,
    _still_watched,
    band_of,
    between,
    chosen,
    fitted,
    season_of,
)
from hearth.kernel.promises.workday import Ruler, worked
from hearth.words.calendar import Calendar


def past(took: list[int], *, ended: list[bool] | None = None, product: str = "a", band: int = 0) -> Past:
    count = len(took)
    return Past(
        product=np.array([product] * count), state=np.array(["review"] * count), band=np.full(count, band),
        season=np.full(count, 1), began=np.arange(count) // 30, took=np.array(took),
        ended=np.array([True] * count if ended is None else ended),
    )  # fmt: skip


def drawn(count: int, seed: int, mean: float = 2.0) -> list[int]:
    rng = np.random.default_rng(seed)
    return [int(one) for one in np.floor(np.exp(rng.normal(mean, 0.7, count)))]


def slow_share_done(took: list[float], ended: list[bool], day: float) -> float:
    """Kaplan and Meier by hand: at each end, the share of those still there that ended."""
    left = 1.0
    for at in sorted({one for one, is_end in zip(took, ended, strict=True) if is_end and one <= day}):
        there = sum(one >= at for one in took)
        ends = sum(one == at and is_end for one, is_end in zip(took, ended, strict=True))
        left *= 1 - ends / there
    return 1 - left


def test_open_claims_count_as_what_they_are_by_hand() -> None:
    # Four ended after 1, 2, 4 and 5 days; one is still open after 3: it makes nothing faster.
    took, ended = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([True, True, False, True, True])
    knots = _knots(took, ended)
    # After 1 day 1/5, after 2 2/5, after 4 1 - 3/5 x 1/2 = 7/10, after 5 all.
    assert (knots[19], knots[39], knots[40], knots[69], knots[70]) == (1, 2, 4, 4, 5)
    # One in three of those who took 4 days or more was lost from sight at 3: 2/3 would have been seen.
    assert _still_watched(took, ended).round(3).tolist() == [1.0, 1.0, 1.0, 0.667, 0.667]


@given(
    rows=st.lists(st.tuples(st.floats(0, 60), st.booleans()), min_size=1, max_size=40),
    share=st.integers(1, KNOTS),
)
def test_the_curve_is_kaplan_and_meier_s(rows: list[tuple[float, bool]], share: int) -> None:
    # Ties would be broken by the order; the kernel spreads them before.
    took = [one + number * 1e-7 for number, (one, _) in enumerate(rows)]
    ended = [is_end for _, is_end in rows]
    knot = float(_knots(np.array(took), np.array(ended))[share - 1])
    done = slow_share_done(took, ended, knot)
    assert done >= share / (KNOTS + 1) - 1e-9 or knot == max(took)
    before = [one for one in took if one < knot]
    if before:
        assert slow_share_done(took, ended, max(before)) < share / (KNOTS + 1) + 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_eight_in_ten_said_are_eight_in_ten_seen_on_claims_held_out(seed: int) -> None:
    curves = fitted(past(drawn(6_000, seed)))
    curve = chosen(curves, "a", "review", 0, 1)
    assert curve is not None
    said = between(curve)
    assert said is not None
    held_out = np.array(drawn(20_000, seed + 1_000))
    seen = float(((held_out >= said.first) & (held_out <= said.last)).mean())
    # Whole days: one day more or less is worth three points here.
    assert 0.77 <= seen <= 0.84


def test_open_claims_do_not_make_the_days_too_early() -> None:
    # A house that looks after thirty days: what takes longer is still open, and hides in no average.
    took = drawn(3_000, 7, mean=2.8)
    seen = [min(one, 20) for one in took]
    cut = fitted(past(seen, ended=[one <= 20 for one in took]))
    whole = fitted(past(took))
    ended_alone = fitted(past([one for one in took if one <= 20]))
    middle = [
        one.knots[49] for one in (chosen(curves, "a", "review", 0, 1) for curves in (cut, whole, ended_alone)) if one
    ]
    assert middle[0] == pytest.approx(middle[1], abs=0.8)
    assert middle[2] < middle[1] - 1.5


def test_without_history_nothing_is_said() -> None:
    assert fitted(past([3] * (LEAST_CLAIMS - 1))) == ()
    assert chosen((), "a", "review", 0, 1) is None
    assert fitted(past([3] * 500, ended=[False] * 500)) == ()


def test_a_claim_is_told_from_those_nearest_to_it() -> None:
    small, large = drawn(300, 1, mean=1.0), drawn(300, 2, mean=3.0)
    both = past(small + large)
    curves = fitted(
        Past(both.product, both.state, np.repeat([0, 4], 300), both.season, both.began, both.took, both.ended)
    )
    last = {}
    for band in (0, 4, 2):
        curve = chosen(curves, "a", "review", band, 3)
        assert curve is not None
        said = between(curve)
        assert said is not None
        last[band] = said.last
    assert last[0] < last[2] <= last[4]
    of_another = chosen(curves, "b", "review", 0, 3)
    assert of_another is not None and of_another.product == ""
    assert chosen(curves, "a", "accepted", 0, 3) is None


@settings(max_examples=60)
@given(
    took=st.lists(st.integers(0, 90), min_size=LEAST_CLAIMS, max_size=200),
    passed=st.integers(0, 120),
    seed=st.integers(0, 9),
)
def test_days_never_run_backwards_and_the_longer_a_claim_waits_the_later_it_is_said(
    took: list[int], passed: int, seed: int
) -> None:
    for curve in fitted(past(took)):
        now, later = between(curve, passed), between(curve, passed + 1)
        if now is not None:
            assert 0 <= now.first <= now.last
        if now is not None and later is not None:
            assert later.last + 1 >= now.last, "a day that passed moves the last day back by at most that day"


def test_longer_than_nearly_all_before_is_no_history() -> None:
    curve = Curve("a", "review", -1, 0, 99, 99, tuple(float(one) for one in range(1, KNOTS + 1)), 0.0, 0.0, 33)
    assert between(curve, 99) is None
    said = between(curve, 50)
    assert said is not None and said.last > 30


def test_all_on_one_day_is_that_day() -> None:
    curve = chosen(fitted(past([2] * 90)), "a", "review", 0, 1)
    assert curve is not None
    said = between(curve)
    assert said is not None and (said.first, said.last) == (2, 2)


def test_bands_and_quarters() -> None:
    assert [band_of(fen) for fen in (0, 99_999, 100_000, 2_000_000, 10_000_000)] == [0, 0, 1, 3, 4]
    assert [season_of(month) for month in (1, 3, 4, 9, 12)] == [1, 1, 2, 3, 4]


@given(first=st.integers(0, 300), days=st.integers(0, 60))
def test_the_ruler_counts_as_working_days_are_counted(calendar: Calendar, first: int, days: int) -> None:
    start = date(2026, 1, 1) + timedelta(days=first)
    end = start + timedelta(days=days)
    ruler = Ruler(calendar, start, end)
    got = ruler.at(np.array([start.toordinal(), end.toordinal()]))
    assert int(got[1] - got[0]) == worked(start, end, calendar)
