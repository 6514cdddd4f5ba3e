"""Confidence: how often what was read so surely is right, from labelled pages; and when a person has to look.

A reader's own scores are no probabilities.  On labelled pages one sees how often a field with such a score was right;
isotonic regression makes of that a table that rises with the score (calibrated.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hearth.kernel.documents.reading.calibrated import TABLE
from hearth.kernel.documents.reading.found import Found
from hearth.words.papers import Status

Steps = tuple[tuple[float, float], ...]
"""(score, how often it is right), both rising."""

LOOK_COSTS = 500
"""What it costs that a person looks at one field, in fen: half a minute of work (assumed 2026-11)."""

FIGURES = {"amount", "day", "stay", "code", "masked", "number", "quantity", "percent", "capitals", "icd"}
"""Kinds of values of which every sign counts."""


def group_of(found: Found) -> str:
    """Which curve a field is measured by.

    Needs:   a field after all checks
    Gives:   proven, repaired, figure or word: these are right in different shares at one and the same score
    Source:  docs/papers.md
    """
    if found.read is not None:
        return "repaired"
    if found.status is Status.PROVEN:
        return "proven"
    if found.status is Status.DOUBTFUL:
        return "doubtful"
    return "figure" if found.kind in FIGURES else "word"


def confidence(found: Found) -> float:
    """How likely a field is right.

    Needs:   a field after all checks
    Gives:   0 to 1, 0 for what was not found; between two scores of the table on the line between them
    Source:  calibrated.py (made-up pages of the tuning layouts; not yet proven on real photographs)
    """
    if found.status is Status.MISSING:
        return 0.0
    steps = TABLE[group_of(found)]
    scores, shares = zip(*steps, strict=True)
    return round(float(np.interp(found.score, scores, shares)), 4)


def needs_a_person(certain: float, at_stake: int, cost: int = LOOK_COSTS) -> bool:
    """Whether a person looks at a field before it counts.

    Needs:   how likely it is right; the money that a wrong one would move, in fen; what a look costs, in fen
    Gives:   whether the loss to be expected is more than the look
    Source:  issue 4, point 4 (the threshold depends on the money at stake)
    """
    return (1 - certain) * max(0, at_stake) > cost


def isotonic(scores: Sequence[float], right: Sequence[bool]) -> Steps:
    """The table of labelled fields: pool adjacent violators, each pool pulled towards one wrong in its size plus two.

    Needs:   a score and whether it was right, for each of at least one labelled field
    Gives:   rising steps, from the least to the greatest score
    Source:  Ayer et al. 1955; Laplace's rule of succession for pools
    """
    values, places = np.unique(np.asarray(scores, float), return_inverse=True)
    counts = np.bincount(places)
    right_of = np.bincount(places, weights=np.asarray(right, float))
    pools: list[list[float]] = []
    for score, hits, count in zip(values, right_of, counts, strict=True):
        pools.append([float(hits), float(count), float(score), float(score)])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] >= pools[-1][0] / pools[-1][1]:
            more, of, _, last = pools.pop()
            pools[-1][0] += more
            pools[-1][1] += of
            pools[-1][3] = last
    steps: list[tuple[float, float]] = []
    floor = 0.0
    for hits, count, first, last in pools:
        floor = max(floor, (hits + 1) / (count + 2))
        steps += [(first, floor)] if first == last else [(first, floor), (last, floor)]
    return tuple((round(float(score), 4), round(float(share), 4)) for score, share in steps)


def expected_error(certain: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """The expected calibration error (ECE).

    Needs:   how likely each labelled field was said to be right, and whether it was
    Gives:   the mean distance of both over bins of equal count, weighted by count; 0 is calibrated
    Source:  Naeini et al. 2015; bins of equal count (Nixon et al. 2019)
    """
    order = np.argsort(np.asarray(certain, float), kind="stable")
    said, was = np.asarray(certain, float)[order], np.asarray(right, float)[order]
    parts = [part for part in np.array_split(np.arange(len(said)), bins) if len(part)]
    return float(sum(len(part) * abs(said[part].mean() - was[part].mean()) for part in parts) / max(1, len(said)))


def coverage_at(certain: Sequence[float], right: Sequence[bool], error: float = 0.005) -> float:
    """The share of fields that need no look, if so large a share of those may be wrong.

    Needs:   how likely each labelled field was said to be right, and whether it was; the share of errors that is borne
    Gives:   the largest share, the surest first, whose errors stay within it; equal confidences go together
    Source:  issue 4 (coverage at 0.5 % error)
    """
    said = np.asarray(certain, float)
    order = np.argsort(-said, kind="stable")
    wrong = np.cumsum(~np.asarray(right, bool)[order])
    count = np.arange(1, len(said) + 1)
    ends = np.append(said[order][1:] != said[order][:-1], True) if len(said) else np.array([], bool)
    within = (wrong <= error * count) & ends
    return float(count[within].max() / len(said)) if within.any() else 0.0
