"""How closely a stay is followed: by its illness, and by what it takes of what is left of the limits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.advances.tier import Bounds, stratum
from hearth.words.advances import Tier, TierReason

BOUNDS = Bounds(("C", "I21", "N18.5"), 1_000, 2_500)
FEN = st.integers(0, 10**11)
LEFT = 100_000_000
R = TierReason


@pytest.mark.parametrize(
    ("icd", "estimate", "usual", "tier", "because"),
    [
        ("K80.2", 5_000_000, None, Tier.ORDINARY, ()),
        ("", 0, None, Tier.ORDINARY, ()),
        # a million is left: 10 % is 100,000, a quarter is 250,000
        ("K80.2", 9_999_999, None, Tier.ORDINARY, ()),
        ("K80.2", 10_000_000, None, Tier.RAISED, (R.NOTABLE,)),
        ("K80.2", 24_999_999, None, Tier.RAISED, (R.NOTABLE,)),
        ("K80.2", 25_000_000, None, Tier.CLOSE, (R.LARGE,)),
        ("C34.1", 0, None, Tier.CLOSE, (R.SERIOUS,)),
        ("I21.9", 30_000_000, 29_999_999, Tier.CLOSE, (R.SERIOUS, R.LARGE, R.UNUSUAL)),
        ("N18.4", 1, None, Tier.ORDINARY, ()),
        ("K80.2", 3_000_001, 3_000_000, Tier.RAISED, (R.UNUSUAL,)),
        ("K80.2", 3_000_000, 3_000_000, Tier.ORDINARY, ()),
    ],
)
def test_a_tier_follows_from_the_products_bounds_and_names_every_reason(
    icd: str, estimate: int, usual: int | None, tier: Tier, because: tuple[TierReason, ...]
) -> None:
    found = stratum(BOUNDS, icd=icd, estimate=estimate, limit_left=LEFT, usual_high=usual)
    assert (found.tier, found.because) == (tier, because)


def test_where_nothing_is_left_any_estimate_is_followed_closely() -> None:
    assert stratum(BOUNDS, icd="", estimate=1, limit_left=0).because == (R.LARGE,)


def test_a_product_that_says_nothing_of_tiers_has_ordinary_stays_up_to_its_limits() -> None:
    assert stratum(Bounds(), icd="C34.1", estimate=99, limit_left=100).tier is Tier.ORDINARY


@given(FEN, FEN, st.sampled_from(["", "C50", "K80.2", "I21", "I2"]), st.none() | FEN)
def test_shares_agree_with_fractions_and_a_dearer_stay_is_never_followed_less(
    estimate: int, left: int, icd: str, usual: int | None
) -> None:
    found = stratum(BOUNDS, icd=icd, estimate=estimate, limit_left=left, usual_high=usual)
    share = Fraction(estimate, left) if left else Fraction(10**12 if estimate else 0)
    assert (R.LARGE in found.because) == (estimate > 0 and share >= Fraction(1, 4))
    assert (R.NOTABLE in found.because) == (estimate > 0 and Fraction(1, 10) <= share < Fraction(1, 4))
    order = list(Tier)
    dearer = stratum(BOUNDS, icd=icd, estimate=estimate + 1, limit_left=left, usual_high=usual)
    assert order.index(dearer.tier) >= order.index(found.tier)
