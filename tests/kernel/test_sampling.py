"""Bounds on the error rate of automatic decisions: true at every moment, however one stops; and the brake."""

from __future__ import annotations

from functools import cache
from math import comb

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from hearth.kernel.sampling import ALPHA_BP, Interval, Stratum, bound, breaks, floor, interval, weighted

SEED, RUNS, LONGEST = 20260302, 1_000, 500
# Kept without a limit: runs meet in the same counts.
kept = cache(interval.__wrapped__)


def test_before_anything_was_judged_nothing_is_known() -> None:
    assert interval(0, 0) == Interval(0, 10_000)
    assert weighted([]) == Interval(0, 10_000)


def test_audits_that_find_nothing_lower_the_bound() -> None:
    # By hand for 100 right ones: B(1/2, 100.5)/pi = 0.05635; x 0.025 = 0.001409; 1 - 0.001409^(1/100) = 6.354 %
    assert bound(100, 0) == 636
    assert [bound(number, 0) for number in (10, 100, 1_000, 10_000)] == [4188, 636, 77, 9]
    assert floor(1_000, 0) == 0


def test_one_error_in_a_hundred_is_between_nothing_and_a_tenth() -> None:
    found = interval(100, 1)
    assert found.floor == 0
    assert 800 < found.bound < 1_000


@given(st.integers(0, 3_000), st.integers(0, 3_000))
def test_the_rate_that_was_found_lies_between_the_bounds(errors: int, right: int) -> None:
    found = interval(errors + right, errors)
    if errors + right:
        assert found.floor * (errors + right) <= errors * 10_000 <= found.bound * (errors + right)
    assert bound(errors + right, errors) == found.bound
    assert floor(errors + right, errors) == found.floor


@given(st.integers(0, 500), st.integers(0, 500))
def test_one_more_error_raises_both_bounds_and_one_more_right_lowers_them(errors: int, right: int) -> None:
    found = interval(errors + right, errors)
    worse, better = interval(errors + right + 1, errors + 1), interval(errors + right + 1, errors)
    assert worse.floor >= found.floor or found.floor == 0
    assert better.bound <= found.bound
    assert worse.bound >= better.bound
    assert worse.floor >= better.floor


@given(st.integers(0, 300), st.integers(0, 300))
def test_errors_and_rights_are_mirrored(errors: int, right: int) -> None:
    one, other = interval(errors + right, errors), interval(errors + right, right)
    assert (one.floor, one.bound) == (10_000 - other.bound, 10_000 - other.floor)


@pytest.mark.parametrize(("judged", "errors"), [(-1, 0), (1, 2), (3, -1), (10**8, 0)])
def test_counts_that_cannot_be_are_refused(judged: int, errors: int) -> None:
    with pytest.raises(ValueError, match="errors in"):
        interval(judged, errors)


@pytest.mark.parametrize("rate", [0.005, 0.02, 0.1, 0.5])
def test_whoever_stops_when_it_looks_best_is_not_fooled(rate: float) -> None:
    """Each run is watched after every audit, and counts as wrong if the true rate was EVER outside a bound."""
    drawn = np.random.default_rng(SEED).random((RUNS, LONGEST)) < rate
    errors = drawn.cumsum(axis=1)
    true_bp = rate * 10_000
    ever_over = ever_under = 0
    for run in errors:
        found = [kept(number, int(wrong)) for number, wrong in enumerate(run, 1)]
        ever_under += any(each.bound < true_bp for each in found)
        ever_over += any(each.floor > true_bp for each in found)
    allowed = RUNS * ALPHA_BP / 10_000
    # Ville: both ways together at most alpha; three standard deviations for the simulation itself.
    assert ever_under + ever_over <= allowed + 3 * allowed**0.5


def test_a_bound_for_one_fixed_number_would_be_fooled() -> None:
    """The same game with the usual exact bound (Clopper and Pearson): watched all the time, it fails far more often."""
    rate = 0.1
    drawn = np.random.default_rng(SEED).random((300, 400)) < rate
    wrong = sum(
        any(_chance_of_at_most(int(errors), number, rate) < ALPHA_BP / 10_000 for number, errors in enumerate(run, 1))
        for run in drawn.cumsum(axis=1)
    )
    assert wrong > 3 * 300 * ALPHA_BP / 10_000


@cache
def _chance_of_at_most(errors: int, number: int, rate: float) -> float:
    return sum(comb(number, k) * rate**k * (1 - rate) ** (number - k) for k in range(errors + 1))


def test_one_stratum_is_the_plain_bound() -> None:
    assert weighted([Stratum(500, 200, 3)]) == interval(200, 3)


def test_decisions_drawn_seldom_weigh_more() -> None:
    # 100 drawn at 5 % stand for 2,000 decisions, 100 drawn at 50 % for 200.
    seldom_bad = weighted([Stratum(500, 100, 20), Stratum(5_000, 100, 0)])
    often_bad = weighted([Stratum(500, 100, 0), Stratum(5_000, 100, 20)])
    assert seldom_bad.floor > 5 * often_bad.floor
    assert seldom_bad.bound > 3 * often_bad.bound
    half = ALPHA_BP // 2
    parts = interval(100, 20, half), interval(100, 0, half)
    assert seldom_bad.bound == -(-(10 * parts[0].bound + parts[1].bound) // 11)
    assert often_bad.floor == (parts[0].floor + 10 * parts[1].floor) // 11


def test_strata_are_told_apart_by_their_share() -> None:
    with pytest.raises(ValueError, match="different shares"):
        weighted([Stratum(500, 1, 0), Stratum(500, 2, 0)])
    with pytest.raises(ValueError, match="different shares"):
        weighted([Stratum(0, 1, 0)])


def test_the_bounds_over_strata_hold_as_well() -> None:
    rng = np.random.default_rng(SEED)
    # Nine decisions in ten are small (wrong in 1 %, drawn at 2 %), one is large (wrong in 10 %, drawn at 18 %).
    true_bp, runs, fooled = 190, 400, 0
    for _ in range(runs):
        small, large = rng.random(200) < 0.01, rng.random(200) < 0.10
        fooled += any(
            not (found.floor <= true_bp <= found.bound)
            for number in range(1, 201)
            for found in [
                weighted([
                    Stratum(200, number, int(small[:number].sum())),
                    Stratum(1_800, number, int(large[:number].sum())),
                ])
            ]
        )  # fmt: skip
    assert fooled <= runs * ALPHA_BP / 10_000


def test_the_brake_waits_for_evidence_and_then_is_quick() -> None:
    limit = 200
    assert not breaks(interval(0, 0), limit)
    assert not breaks(interval(1, 1), limit)
    assert breaks(interval(2, 2), limit)
    assert not breaks(interval(50, 2), limit)
    assert breaks(interval(50, 7), limit)
    # A rate just at the bound is not above it.
    assert not breaks(interval(1_000, 20), limit)


def test_a_product_that_keeps_its_bound_is_hardly_ever_stopped() -> None:
    drawn = np.random.default_rng(SEED).random((RUNS, LONGEST)) < 0.02
    stopped = sum(
        any(breaks(kept(number, int(wrong)), 200) for number, wrong in enumerate(run, 1))
        for run in drawn.cumsum(axis=1)
    )
    assert stopped <= RUNS * ALPHA_BP / 10_000


def test_a_product_far_above_its_bound_is_stopped_soon() -> None:
    drawn = np.random.default_rng(SEED).random((300, 200)) < 0.15
    first = [
        next((number for number, wrong in enumerate(run, 1) if breaks(kept(number, int(wrong)), 200)), 999)
        for run in drawn.cumsum(axis=1)
    ]
    assert float(np.median(first)) < 40
    assert max(first) < 200
