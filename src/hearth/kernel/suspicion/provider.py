"""Provider: hospitals whose bills are unlike those of their peers, by a robust distance that few bills cannot make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_BILLS = 20
"""Bills of a hospital below which its mean says nothing."""

LEAST_PEERS = 8
"""Hospitals with enough bills below which there is nobody to compare with."""

MOST_Z = 4.0
"""Robust z above which a hospital is unlike its peers."""

_MAD = 1.4826
_LEAST_SPREAD = 0.05


@dataclass(frozen=True, slots=True)
class Outlier:
    """A hospital far above its peers: bills, their geometric mean, that of its peers (fen), peers, robust z."""

    provider: int
    bills: int
    mean: float
    typical: float
    peers: int
    z: float


def outliers(
    provider: NDArray[np.int64],
    amount: NDArray[np.int64],
    *,
    least_bills: int = LEAST_BILLS,
    least_peers: int = LEAST_PEERS,
    most_z: float = MOST_Z,
) -> list[Outlier]:
    """Find hospitals whose bills are dearer than those of their peers.

    The scale is that of logarithms; a hospital's distance is set against how far its peers lie apart (1.4826 x MAD, at
    least 5 %) and how surely its own mean is known (spread / square root of bills), so that few bills make no outlier.
    Needs:   provider[n] small whole numbers, amount[n] in fen; bills of one kind (setting and level)
    Gives:   the hospitals above `most_z`, farthest first; none below `least_peers` hospitals of `least_bills` bills
    Source:  median and MAD (Hampel); standard error of a mean
    """
    is_bill = amount > 0
    provider, logs = provider[is_bill], np.log(amount[is_bill].astype(np.float64))
    if not provider.size:
        return []
    bills = np.bincount(provider)
    sums = np.bincount(provider, logs)
    squares = np.bincount(provider, logs * logs)
    known = np.flatnonzero(bills >= least_bills)
    if known.size < least_peers:
        return []
    means = sums[known] / bills[known]
    within = np.maximum(squares[known] / bills[known] - means**2, 0.0)
    found = []
    for place, each in enumerate(known):
        others = np.delete(means, place)
        middle = float(np.median(others))
        spread = max(_MAD * float(np.median(np.abs(others - middle))), _LEAST_SPREAD)
        scale = float(np.sqrt(spread**2 + within[place] / bills[each]))
        z = (float(means[place]) - middle) / scale
        if z > most_z:
            found.append(
                Outlier(int(each), int(bills[each]), float(np.exp(means[place])), float(np.exp(middle)), len(others), z)
            )
    return sorted(found, key=lambda one: -one.z)
