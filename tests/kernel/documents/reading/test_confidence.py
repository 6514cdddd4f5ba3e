"""How sure a field is, is what labelled pages showed; and money decides when a person looks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.documents.reading.calibrated import TABLE
from hearth.kernel.documents.reading.confidence import coverage_at, expected_error, isotonic, needs_a_person


def slow(scores: Sequence[float], right: Sequence[bool]) -> dict[float, float]:
    """Isotonic regression by its min-max formula, without pools: max over starts of min over ends of the mean."""
    values = sorted(set(scores))
    hits = [sum(hit for score, hit in zip(scores, right, strict=True) if score == value) for value in values]
    counts = [scores.count(value) for value in values]  # type: ignore[attr-defined]
    return {
        value: max(
            min(sum(hits[a : b + 1]) / sum(counts[a : b + 1]) for b in range(n, len(values))) for a in range(n + 1)
        )
        for n, value in enumerate(values)
    }


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40))
def test_the_table_has_the_pools_of_the_min_max_formula(labelled: list[tuple[int, bool]]) -> None:
    scores, right = [score / 12 for score, _ in labelled], [hit for _, hit in labelled]
    steps = isotonic(scores, right)
    shares = [share for _, share in steps]
    assert shares == sorted(shares) and all(0 < share < 1 for share in shares)
    twin = slow(scores, right)
    xs, ys = zip(*steps, strict=True)
    pools: dict[float, list[float]] = {}
    for score, share in twin.items():
        pools.setdefault(round(share, 9), []).append(float(np.interp(round(score, 4), xs, ys)))
    # Scores that the formula puts into one pool have one share in the table too, and pools rise in the same order.
    for told in pools.values():
        assert max(told) - min(told) < 1e-9
    assert [pools[share][0] for share in sorted(pools)] == sorted(pools[share][0] for share in sorted(pools))


def test_perfectly_calibrated_fields_have_no_error_and_overconfident_ones_do() -> None:
    certain = [0.9] * 1000
    assert expected_error(certain, [n % 10 != 0 for n in range(1000)]) == pytest.approx(0.0, abs=1e-9)
    assert expected_error(certain, [n % 2 == 0 for n in range(1000)]) == pytest.approx(0.4)


def test_coverage_takes_the_surest_fields_until_too_many_are_wrong() -> None:
    certain = [1 - n / 1000 for n in range(1000)]
    right = [n not in (500, 501, 502, 503, 504, 505) for n in range(1000)]
    assert coverage_at(certain, right, 0.005) == pytest.approx(0.502)
    assert coverage_at(certain, [True] * 1000) == 1.0
    assert coverage_at([0.9, 0.9], [True, False]) == 0.0


def test_the_more_money_moves_the_sooner_a_person_looks() -> None:
    assert not needs_a_person(0.99, at_stake=1_000)
    assert needs_a_person(0.99, at_stake=100_000)
    assert not needs_a_person(0.9999, at_stake=100_000)


def test_the_table_in_use_rises_and_promises_nothing_certain() -> None:
    for steps in TABLE.values():
        scores, shares = [score for score, _ in steps], [share for _, share in steps]
        assert scores == sorted(scores) and shares == sorted(shares)
        assert all(0 < share < 1 for share in shares)
