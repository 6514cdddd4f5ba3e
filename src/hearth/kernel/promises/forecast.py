"""Forecast: between which days a claim is likely to be done, from this company's own claims, as often right as said."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAID_BP = 8_000
"""How often the days that are said are right, in basis points: eight in ten."""

LEAST_CLAIMS = 60
"""The fewest ended claims of a product in a state that say anything; below it there is no history yet."""

LEAST_IN_CELL = 40
"""The fewest ended claims of an amount band or a quarter of the year that are looked at by themselves."""

HALF_LIFE_DAYS = 120.0
"""A claim that began so many working days earlier counts half as much in the calibration: the house changes."""

KNOTS = 99
ANY_BAND, ANY_SEASON = -1, 0
ANY_PRODUCT = ""

BANDS_FEN: tuple[int, ...] = (100_000, 500_000, 2_000_000, 10_000_000)
"""Amounts claimed at which another band begins: 1,000, 5,000, 20,000 and 100,000 yuan."""

_OUTSIDE = (10_000 - SAID_BP) / 2 / 10_000
_SHIFT = 0.75
_LEARNED_OF_THREE = 2
_LEAST_SURVIVING = 0.05
_A_LITTLE = 1e-6
_GOLDEN = 0.618_033_988_749_894_9

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Past:
    """Claims that came into a state, one place of every array each; `took` counts whole working days."""

    product: NDArray[np.str_]
    state: NDArray[np.str_]
    band: Ints
    season: Ints
    began: Ints
    """When it came into the state, in working days since any first day."""
    took: Ints
    """Working days until the claim was done; where it is not, those that passed so far."""
    ended: Bools


@dataclass(frozen=True, slots=True)
class Curve:
    """How long claims like one took from a state on, and how far the calibration says to widen or narrow it."""

    product: str
    state: str
    band: int
    season: int
    ended: int
    seen: int
    knots: tuple[float, ...]
    early: float
    late: float
    calibrated: int


@dataclass(frozen=True, slots=True)
class Between:
    """Whole working days from now between which a claim is likely to be done, both included."""

    first: int
    last: int


def band_of(fen: int) -> int:
    """The amount band of a claim.

    Needs:   the amount claimed in fen
    Gives:   0 for the smallest; each next one begins at an amount of BANDS_FEN
    Source:  assumed 2026: amounts at which claims were found to take another time
    """
    return sum(fen >= least for least in BANDS_FEN)


def season_of(month: int) -> int:
    """The quarter of the year.

    Needs:   a month, 1 .. 12
    Gives:   1 .. 4
    Source:  the seasons in which claims come: new year, spring, summer, end of the year
    """
    return (month + 2) // 3


def fitted(past: Past) -> tuple[Curve, ...]:
    """Curves of every product and state that has history enough, and of each state whatever the product.

    Of three claims two are learned from and one calibrates.  The curve is Kaplan and Meier's, so that claims still
    open count as what they are; amount band and season have their own where there are enough.  The calibration is
    split conformal on both sides, weighted by the chance of having ended by now and by age.
    Needs:   arrays of one length, took >= 0
    Gives:   curves; none for a product and state with fewer than LEAST_CLAIMS ended claims.  What took whole days is
             spread evenly within its day, so that days which are said are as often right as is said
    Source:  Romano, Patterson, Candes 2019 (conformal quantile regression); Barber et al. 2023 (weights)
    """
    found: list[Curve] = []
    for state in sorted(set(past.state.tolist())):
        of_state = past.state == state
        for product in [ANY_PRODUCT, *sorted(set(past.product[of_state].tolist()) - {ANY_PRODUCT})]:
            rows = np.flatnonzero(of_state if product == ANY_PRODUCT else of_state & (past.product == product))
            found += _of_group(past, rows[np.argsort(past.began[rows], kind="stable")], product, state)
    return tuple(found)


def chosen(curves: Sequence[Curve], product: str, state: str, band: int, season: int) -> Curve | None:
    """The curve that speaks for a claim: the nearest one there is.

    Needs:   curves; product, state, band and season of the claim
    Gives:   its band and season, else its band, else its season, else its product, else its state; None where there is
             no history yet
    Source:  LEAST_CLAIMS, LEAST_IN_CELL
    """
    known = {(one.product, one.state, one.band, one.season): one for one in curves}
    for of in (product, ANY_PRODUCT):
        for place in _places(band, season):
            if (of, state, *place) in known:
                return known[of, state, *place]
    return None


def between(curve: Curve, passed: int = 0) -> Between | None:
    """The working days from now between which a claim is likely to be done.

    Needs:   a curve; `passed`: working days since the claim came into the state
    Gives:   days from now, first <= last; None where the claim has waited longer than nearly all before it: then the
             history says nothing.  The calibration is of the day on which the state began
    Source:  Kaplan and Meier's curve, given that a claim is not done yet
    """
    knots = np.asarray(curve.knots)
    if passed > 0 and passed >= knots[-1]:
        return None
    shares = np.arange(1, len(knots) + 1) / (len(knots) + 1)
    done = float(np.interp(passed - 0.5, knots, shares, left=0.0)) if passed > 0 else 0.0
    low, high = (
        float(np.interp(done + share * (1 - done), shares, knots)) for share in (_OUTSIDE, 1 - _OUTSIDE)
    )  # fmt: skip
    first, last = _first(np.array([low]), curve.early)[0], _last(np.array([high]), curve.late)[0]
    least = max(0, int(first) - passed)
    return Between(least, max(least, int(last) - passed))


def _places(band: int, season: int) -> tuple[tuple[int, int], ...]:
    return (band, season), (band, ANY_SEASON), (ANY_BAND, season), (ANY_BAND, ANY_SEASON)


def _of_group(past: Past, rows: Ints, product: str, state: str) -> Iterator[Curve]:
    """The curves of one product and state; `rows` by when they began."""
    ended = past.ended[rows]
    if int(ended.sum()) < LEAST_CLAIMS:
        return
    number = np.arange(len(rows))
    took = past.took[rows] + (number * _GOLDEN % 1.0) - 0.5
    learns = number % (_LEARNED_OF_THREE + 1) < _LEARNED_OF_THREE
    band, season = past.band[rows], past.season[rows]
    cells: dict[tuple[int, int], tuple[Floats, int, int]] = {}
    bands, seasons = sorted(set(band.tolist())), sorted(set(season.tolist()))
    for of_band in (ANY_BAND, *bands):
        for of_season in (ANY_SEASON, *seasons):
            inside = ((band == of_band) | (of_band == ANY_BAND)) & ((season == of_season) | (of_season == ANY_SEASON))
            is_all = (of_band, of_season) == (ANY_BAND, ANY_SEASON)
            there = int((inside & ended).sum())
            if is_all or there >= LEAST_IN_CELL:
                part = inside & learns
                cells[of_band, of_season] = (np.round(_knots(took[part], ended[part]), 3), there, int(inside.sum()))
    checks = np.flatnonzero(~learns & ended)
    ages = past.began[rows].max(initial=0) - past.began[rows]
    weights = np.exp2(-ages[checks] / HALF_LIFE_DAYS) / _still_watched(took, ended)[checks]
    low, high = np.empty(len(checks)), np.empty(len(checks))
    # From what speaks for all to what speaks for the fewest: the nearest one comes last and stays.
    for of_band, of_season in sorted(cells, key=lambda cell: (cell[0] != ANY_BAND, cell[1] != ANY_SEASON)):
        meant = ((band[checks] == of_band) | (of_band == ANY_BAND)) & (
            (season[checks] == of_season) | (of_season == ANY_SEASON)
        )
        knots = cells[of_band, of_season][0]
        low[meant], high[meant] = _at(knots, _OUTSIDE), _at(knots, 1 - _OUTSIDE)
    real = past.took[rows][checks]
    early = _calibrated(
        lambda by: real < _first(low, by), np.log((np.maximum(low, -0.5) + _SHIFT) / (real + _SHIFT)), weights
    )
    late = _calibrated(
        lambda by: real > _last(high, by), np.log((real + _SHIFT) / (np.maximum(high, -0.5) + _SHIFT)), weights
    )
    for (of_band, of_season), (knots, there, seen) in cells.items():
        yield Curve(
            product, state, of_band, of_season, there, seen, tuple(knots.tolist()), early, late,
            len(checks),
        )  # fmt: skip


def _knots(took: Floats, ended: Bools) -> Floats:
    """Times by which 1 % .. 99 % were done, by Kaplan and Meier; where it is not known, the longest time seen."""
    if not len(took):
        return np.zeros(KNOTS)
    order = np.argsort(took, kind="stable")
    times, events = took[order], ended[order]
    left = len(times) - np.arange(len(times))
    done = 1.0 - np.cumprod(1.0 - events / left)
    place = np.searchsorted(done, np.arange(1, KNOTS + 1) / (KNOTS + 1) - 1e-12, side="left")
    return times[np.minimum(place, len(times) - 1)]


def _at(knots: Floats, share: float) -> float:
    return float(np.interp(share, np.arange(1, len(knots) + 1) / (len(knots) + 1), knots))


def _still_watched(took: Floats, ended: Bools) -> Floats:
    """For each claim the chance that one which took so long would have been seen to end: Kaplan and Meier turned."""
    order = np.argsort(took, kind="stable")
    left = len(took) - np.arange(len(took))
    share = np.cumprod(1.0 - ~ended[order] / left)
    before = np.concatenate(([1.0], share[:-1]))
    found = np.empty(len(took))
    found[order] = np.maximum(before, _LEAST_SURVIVING)
    return found


def _first(low: Floats, early: float) -> Floats:
    """The first day that is said: a day is said where at least half of it lies between."""
    return np.ceil((np.maximum(low, -0.5) + _SHIFT) * math.exp(-early) - _SHIFT)


def _last(high: Floats, late: float) -> Floats:
    return np.floor((np.maximum(high, -0.5) + _SHIFT) * math.exp(late) - _SHIFT)


def _calibrated(missed: Callable[[float], Bools], scores: Floats, weights: Floats) -> float:
    """The widening by which as many claims were missed on a side as is said; of two as good, the wider.

    Days are whole, so that no widening may miss exactly a tenth: the nearest is taken.
    """
    if not len(scores):
        return 0.0
    # A little more than what was seen: rounding of the last bit would leave a whole day out.
    tried = np.unique(np.quantile(scores, np.linspace(0.5, 1.0, 101), method="inverted_cdf")) + _A_LITTLE
    off = [abs(float((weights * missed(float(one))).sum() / weights.sum()) - _OUTSIDE) for one in tried]
    best = min(off)
    return max(float(one) for one, by in zip(tried, off, strict=True) if by <= best + 1e-9)
