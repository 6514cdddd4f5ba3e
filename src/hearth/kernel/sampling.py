"""Sampling: bounds on the error rate of automatic decisions that hold at every moment, however often one looks.

Each audited decision is right or wrong.  Against a supposed rate p a gambler starts with 1 and stakes on every audit by
mixing all other rates q with the weight Beta(1/2, 1/2).  After n audits with k errors the capital is

    M(p) = B(k + 1/2, n - k + 1/2) / B(1/2, 1/2)  /  p^k (1 - p)^(n - k)

and if p is the true rate the chance that it EVER reaches 1/alpha is at most alpha (Ville).  So the rates p with
M(p) < 1/alpha hold the true one at all times at once, with confidence 1 - alpha: whoever stops when it looks best, or
brakes when it looks worst, is not fooled.  Bounds that are computed for one fixed n do not have that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import lgamma, log, log1p

from hearth.words.money import BP

ALPHA_BP = 250
"""Chance of ever being wrong, each way (too much, too little): both together hold with 95 %."""

MAX_JUDGED = 10**7
"""The most audits of one product that bounds are computed for."""

_HALF = 0.5
_ROUNDING = 1e-6
_LOG_BETA_HALF = 2 * lgamma(_HALF)


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate in basis points: at least `floor`, at most `bound`."""

    floor: int
    bound: int


@dataclass(frozen=True, slots=True)
class Stratum:
    """Decisions that were drawn with one probability, in basis points; how many were judged, how many were wrong."""

    share_bp: int
    judged: int
    errors: int


def bound(judged: int, errors: int, alpha_bp: int = ALPHA_BP) -> int:
    """Upper bound of an error rate, valid at every moment at once.

    Needs:   0 <= errors <= judged <= MAX_JUDGED; 1 <= alpha_bp < 10000; audits drawn with one probability, judged in an
             order that does not depend on what is found
    Gives:   basis points, rounded up; 10000 where nothing was judged
    Source:  Robbins 1970, Statistical methods related to the law of the iterated logarithm (mixture with a beta prior);
             Ville 1939; Waudby-Smith and Ramdas 2020, Confidence sequences for sampling without replacement, 2
    """
    return interval(judged, errors, alpha_bp).bound


def floor(judged: int, errors: int, alpha_bp: int = ALPHA_BP) -> int:
    """Lower bound of an error rate, valid at every moment at once.

    Needs:   as `bound`
    Gives:   basis points, rounded down; 0 where nothing was found
    Source:  as `bound`
    """
    return interval(judged, errors, alpha_bp).floor


@lru_cache(maxsize=4096)
def interval(judged: int, errors: int, alpha_bp: int = ALPHA_BP) -> Interval:
    """Both bounds of an error rate, valid together at every moment at once.

    Needs:   as `bound`
    Gives:   the whole basis points just outside the rates whose capital is below 1/alpha
    Source:  as `bound`
    """
    if not 0 <= errors <= judged <= MAX_JUDGED:
        raise ValueError(f"{errors} errors in {judged} audits")
    if not 1 <= alpha_bp < BP:
        raise ValueError(f"alpha of {alpha_bp} basis points")
    right = judged - errors
    mixed = lgamma(errors + _HALF) + lgamma(right + _HALF) - lgamma(judged + 1) - _LOG_BETA_HALF
    # What the logarithms lose to rounding counts for the rate: a bound is never too narrow by it.
    barrier = log(BP / alpha_bp) + _ROUNDING - mixed

    def has_fallen(rate_bp: int) -> bool:
        if (rate_bp == 0 and errors) or (rate_bp == BP and right):
            return True
        rate = rate_bp / BP
        return -(errors * log(rate) if errors else 0.0) - (right * log1p(-rate) if right else 0.0) >= barrier

    # The capital is lowest at errors/judged and grows to both sides: two searches by halves.
    under, low = 0, errors * BP // max(judged, 1)
    while errors and low - under > 1:
        middle = (under + low) // 2
        under, low = (middle, low) if has_fallen(middle) else (under, middle)
    high, over = -(-errors * BP // max(judged, 1)), BP
    while right and over - high > 1:
        middle = (high + over) // 2
        high, over = (high, middle) if has_fallen(middle) else (middle, over)
    return Interval(under, over)


def weighted(strata: Sequence[Stratum], alpha_bp: int = ALPHA_BP) -> Interval:
    """Bounds of the error rate of all automatic decisions where they were drawn with different probabilities.

    A judged decision that was drawn with probability s stands for 1/s decisions; each stratum gets its part of alpha.
    Needs:   strata with different shares from 1 to 10000 basis points; as `bound` within each
    Gives:   floor rounded down, bound rounded up, in basis points; with one stratum those of `interval`; strata in
             which nothing was judged weigh nothing
    Source:  Horvitz and Thompson 1952 (weights); union bound over strata; as `bound`
    """
    if len({each.share_bp for each in strata}) != len(strata) or not all(1 <= each.share_bp <= BP for each in strata):
        raise ValueError("strata are decisions drawn with different shares of 1 to 10000 basis points")
    judged = [each for each in strata if each.judged]
    if not judged:
        return Interval(0, BP)
    # A common multiple keeps the weights whole: judged / share.
    product = 1
    for each in judged:
        product *= each.share_bp
    weights = [each.judged * (product // each.share_bp) for each in judged]
    parts = [interval(each.judged, each.errors, max(1, alpha_bp // len(judged))) for each in judged]
    total = sum(weights)
    lower = sum(weight * part.floor for weight, part in zip(weights, parts, strict=True)) // total
    upper = -(-sum(weight * part.bound for weight, part in zip(weights, parts, strict=True)) // total)
    return Interval(lower, upper)


def breaks(found: Interval, limit_bp: int) -> bool:
    """Whether automatic deciding must stop: the evidence says that the error rate is above the product's bound.

    It stops when the LOWER bound is above the product's bound.  So a product that keeps its bound is stopped wrongly
    with a chance of at most alpha over its whole life, and one that is far above it is stopped after a few audits (with
    a bound of 2 %: two errors in the first two).  Waiting for the upper bound to fall below the product's bound
    instead would keep every new product stopped until a hundred and more audits were right.
    Needs:   bounds of the rate; the product's bound, in basis points
    Gives:   True from the moment the floor passes the limit
    Source:  S1.23 pay all due and do not overpay: the rate is held both ways, each by its own bound
    """
    return found.floor > limit_bp
