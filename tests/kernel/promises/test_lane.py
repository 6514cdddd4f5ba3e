"""The fast lane is the product's promise, the rule of small claims the guide's; neither is for what is not clear."""

from __future__ import annotations

from hearth.kernel.promises.lane import SMALL_FEN, Promised, fast_days, is_small

TWO_DAYS = Promised(300_000, 2)


def test_a_clear_claim_within_the_amount_is_paid_within_the_products_days() -> None:
    assert fast_days(300_000, True, [TWO_DAYS]) == 2
    assert fast_days(300_001, True, [TWO_DAYS]) is None


def test_over_two_policies_both_have_to_promise_and_the_longer_time_holds() -> None:
    assert fast_days(100, True, [TWO_DAYS, Promised(500, 3)]) == 3
    assert fast_days(100, True, [TWO_DAYS, None]) is None
    assert fast_days(100, True, []) is None


def test_what_is_not_clear_or_claims_nothing_is_on_no_lane() -> None:
    assert fast_days(100, False, [TWO_DAYS]) is None and fast_days(0, True, [TWO_DAYS]) is None
    assert not is_small(100, False) and not is_small(0, True)


def test_a_small_claim_is_one_of_at_most_three_thousand_yuan() -> None:
    assert SMALL_FEN == 300_000 and is_small(SMALL_FEN, True) and not is_small(SMALL_FEN + 1, True)
