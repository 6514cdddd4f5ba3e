"""Unusual claims and dear hospitals: by the company's own history, with reasons; without history nothing is said."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hearth.kernel.suspicion.provider import LEAST_BILLS, LEAST_PEERS, outliers
from hearth.kernel.suspicion.unusual import LEAST_HISTORY, LEAST_Z, unusual, usual

FEATURES = ("total", "days", "invoices")


def history(count: int = 1_000, seed: int = 7) -> NDArray[np.float64]:
    """Claims as they usually are, on the scale of logarithms."""
    drawn = np.random.default_rng(seed).normal(0.0, 1.0, (count, len(FEATURES)))
    return drawn * np.array([0.8, 0.5, 0.3]) + np.array([8.0, 2.0, 1.0])


def bills(means: list[float], count: int, seed: int = 3) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bills of hospitals with these means (yuan)."""
    chance = np.random.default_rng(seed)
    who = np.repeat(np.arange(len(means)), count)
    fen = np.exp(np.log(np.repeat(means, count)) + chance.normal(0, 0.5, who.size)) * 100
    return who.astype(np.int64), fen.astype(np.int64)


def test_without_history_nothing_is_called_unusual() -> None:
    assert usual(FEATURES, history(LEAST_HISTORY - 1)) is None
    assert usual(FEATURES, history(LEAST_HISTORY)) is not None


def test_an_absurd_claim_is_found_and_its_reasons_name_the_feature() -> None:
    model = usual(FEATURES, history())
    assert model is not None
    (found,) = unusual(model, np.array([[8.0, 2.0, 1.0], [14.0, 2.0, 1.0]]))
    assert found.row == 1 and [one.feature for one in found.reasons] == ["total"]
    assert found.reasons[0].z > LEAST_Z and found.reasons[0].share > 0.9
    assert abs(found.reasons[0].typical - 8.0) < 0.2


def test_of_new_ordinary_claims_hardly_one_in_a_hundred_is_unusual() -> None:
    model = usual(FEATURES, history())
    assert model is not None
    assert len(unusual(model, history(5_000, seed=99))) <= 50


def test_a_feature_that_a_claim_lacks_says_nothing() -> None:
    model = usual(FEATURES, history())
    assert model is not None
    assert unusual(model, np.array([[8.0, np.nan, np.nan]])) == []


@settings(max_examples=40)
@given(st.lists(st.floats(-50, 50), min_size=3, max_size=3), st.integers(0, 5))
def test_shares_of_reasons_are_within_one_and_the_weightiest_comes_first(row: list[float], seed: int) -> None:
    model = usual(FEATURES, history(300, seed))
    assert model is not None
    for one in unusual(model, np.array([row])):
        shares = [reason.share for reason in one.reasons]
        assert shares == sorted(shares, reverse=True) and 0 < sum(shares) <= 1 + 1e-9
        assert one.score > model.threshold


def test_a_hospital_far_above_its_peers_is_found_with_what_its_peers_cost() -> None:
    (found,) = outliers(*bills([1_000.0] * 12 + [4_000.0], 40))
    assert (found.provider, found.bills, found.peers) == (12, 40, 12)
    assert 350_000 < found.mean < 480_000 and 90_000 < found.typical < 110_000


def test_few_bills_or_few_peers_say_nothing() -> None:
    assert outliers(*bills([1_000.0] * 12 + [9_000.0], LEAST_BILLS - 1)) == []
    assert outliers(*bills([1_000.0] * (LEAST_PEERS - 2) + [9_000.0], 40)) == []
    assert outliers(np.zeros(0, np.int64), np.zeros(0, np.int64)) == []


def test_a_cheap_hospital_and_one_a_little_dearer_are_no_outliers() -> None:
    spread = [800.0, 900.0, 950.0, 1_000.0, 1_050.0, 1_100.0, 1_200.0, 1_250.0, 900.0, 1_000.0]
    assert outliers(*bills([*spread, 100.0], 60)) == []
    assert outliers(*bills([*spread, 1_400.0], 60)) == []


@given(st.integers(2, 1_000))
def test_the_unit_of_money_changes_no_finding(factor: int) -> None:
    who, fen = bills([1_000.0] * 10 + [5_000.0], 30)
    assert [one.provider for one in outliers(who, fen)] == [one.provider for one in outliers(who, fen * factor)]
