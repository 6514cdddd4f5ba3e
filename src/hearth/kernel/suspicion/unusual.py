"""Unusual: claims unlike the company's own, feature by feature, with the share of each feature in what is unusual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_HISTORY = 200
"""Own claims below which there is no history yet, and nothing is called unusual."""

KEPT_QUANTILE = 0.995
"""Of the history, this share is not unusual: the threshold comes from the company's own claims."""

LEAST_Z = 3.5
"""At least one feature lies this far from what is usual (Iglewicz and Hoaglin)."""

MOST_Z = 20.0
"""Farther counts as this far: one absurd figure does not drown the others."""

_MAD = 1.4826


@dataclass(frozen=True, slots=True)
class Model:
    """What is usual: the middle and the spread of each feature, and the score above which a claim is unusual."""

    features: tuple[str, ...]
    middle: NDArray[np.float64]
    spread: NDArray[np.float64]
    threshold: float
    history: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature of an unusual claim: its value, what is typical, how far away (robust z), its share of the score."""

    feature: str
    value: float
    typical: float
    z: float
    share: float


@dataclass(frozen=True, slots=True)
class Unusual:
    """A claim above the threshold, with its reasons, the weightiest first."""

    row: int
    score: float
    reasons: tuple[Reason, ...]


def usual(features: Sequence[str], history: NDArray[np.float64], *, least: int = LEAST_HISTORY) -> Model | None:
    """Learn what is usual from the company's own claims.

    Needs:   history[n, f], one row a claim, on a scale where distances mean something (logarithms of amounts); NaN
             where a claim has no such feature
    Gives:   the model, or None: no history yet (fewer than `least` claims)
    Source:  median and 1.4826 x MAD a feature; the threshold is the quantile of own scores, conformal (n + 1)
    """
    if len(history) < least:
        return None
    middle = np.array([_median(column) for column in history.T])
    spread = np.array([_spread(column, centre) for column, centre in zip(history.T, middle, strict=True)])
    scores = _scores(_distances(history, middle, spread))
    rank = min(int(np.ceil(KEPT_QUANTILE * (len(scores) + 1))), len(scores)) - 1
    return Model(tuple(features), middle, spread, float(np.sort(scores)[rank]), len(history))


def unusual(model: Model, claims: NDArray[np.float64]) -> list[Unusual]:
    """Find the claims that are unlike the history, and say in what.

    Needs:   claims[n, f] with the features of the model, on the same scale
    Gives:   those above the model's threshold with at least one feature LEAST_Z away; the shares of a claim's reasons
             and of its other features add up to one
    Source:  Iglewicz and Hoaglin 1993 (3.5); score = root of the sum of squared robust distances
    """
    z = _distances(claims, model.middle, model.spread)
    scores = _scores(z)
    found = []
    for row in np.flatnonzero((scores > model.threshold) & (np.abs(z) >= LEAST_Z).any(axis=1)):
        squares = z[row] ** 2
        shares = squares / squares.sum()
        reasons = [
            Reason(
                model.features[place], float(claims[row, place]), float(model.middle[place]), float(z[row, place]),
                float(shares[place]),
            )
            for place in np.argsort(-shares)
            if abs(z[row, place]) >= LEAST_Z
        ]  # fmt: skip
        found.append(Unusual(int(row), float(scores[row]), tuple(reasons)))
    return found


def _distances(
    rows: NDArray[np.float64], middle: NDArray[np.float64], spread: NDArray[np.float64]
) -> NDArray[np.float64]:
    z = (rows - middle) / spread
    return np.clip(np.nan_to_num(z, nan=0.0), -MOST_Z, MOST_Z)


def _scores(z: NDArray[np.float64]) -> NDArray[np.float64]:
    scores: NDArray[np.float64] = np.sqrt((z**2).sum(axis=1))
    return scores


def _median(column: NDArray[np.float64]) -> float:
    known = column[~np.isnan(column)]
    return float(np.median(known)) if known.size else 0.0


def _spread(column: NDArray[np.float64], middle: float) -> float:
    """A feature that hardly varies would call every other value unusual: then its own spread, or none."""
    known = column[~np.isnan(column)]
    if not known.size:
        return float("inf")
    spread = _MAD * float(np.median(np.abs(known - middle)))
    if spread > 0:
        return spread
    spread = float(known.std())
    return spread if spread > 0 else float("inf")
