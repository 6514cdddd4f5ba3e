"""The bounds of the audit against the gambler in fractions."""

from __future__ import annotations

from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from hearth.kernel.sampling import interval
from tests.twins.sampling_gambler import capital, rates_that_stand

ALPHA_BP = 250
ALPHA = Fraction(ALPHA_BP, 10_000)


@given(st.lists(st.booleans(), max_size=14), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_the_findings_changes_nothing(findings: list[bool], shuffle: object) -> None:
    other = sorted(findings)
    for rate in (Fraction(1, 50), Fraction(1, 3)):
        assert capital(findings, rate) == capital(other, rate)


@pytest.mark.parametrize(
    ("judged", "errors"), [(0, 0), (1, 0), (1, 1), (2, 2), (5, 1), (9, 9), (12, 0), (12, 3), (40, 1), (60, 30)]
)
def test_the_bounds_hold_exactly_the_rates_that_stand(judged: int, errors: int) -> None:
    stand = rates_that_stand([True] * errors + [False] * (judged - errors), ALPHA, step_bp=7 if judged > 20 else 1)
    found = interval(judged, errors, ALPHA_BP)
    assert all(found.floor <= rate <= found.bound for rate in stand)
    # And no more: the next whole basis point, and one more where the capital is 1/alpha to the last digit.
    step = 7 if judged > 20 else 2
    assert found.floor >= min(stand) - step
    assert found.bound <= max(stand) + step


@given(st.integers(0, 30), st.integers(0, 30))
@settings(max_examples=40)
def test_any_rate_outside_the_bounds_has_fallen(errors: int, right: int) -> None:
    found = interval(errors + right, errors, ALPHA_BP)
    findings = [True] * errors + [False] * right
    for rate in (found.floor - 1, found.bound + 1):
        if 0 <= rate <= 10_000:
            money = capital(findings, Fraction(rate, 10_000))
            assert money is None or money >= 1 / ALPHA
    for rate in (found.floor + 1, found.bound - 1):
        if found.floor < rate < found.bound:
            money = capital(findings, Fraction(rate, 10_000))
            assert money is not None and money <= 1 / ALPHA
