"""Calendar: days and months over arrays, as words.days does it for one day."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def months_on(days: Array, months: int | Array) -> Array:
    """The same day `months` later, the month's last day where there is no such day (Civil Code art. 202)."""
    day = np.asarray(days, np.int64).astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    within = (day - month).astype(np.int64)
    there = month + np.asarray(months, np.int64)
    first = there.astype("datetime64[D]").astype(np.int64)
    length = (there + 1).astype("datetime64[D]").astype(np.int64) - first
    return np.asarray((first + np.minimum(within, length - 1)).astype(np.int32))


def months_between(first: Array, later: Array) -> Array:
    """The smallest whole number of months m >= 0 with later <= first + m months, element by element."""
    start = np.asarray(first, np.int64).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    end = np.asarray(later, np.int64).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    months = np.maximum(0, end - start - 1)
    for _ in range(2):
        months += months_on(first, months) < later
    return np.asarray(months.astype(np.int32))
