"""Keys: several columns as one integer, and where runs begin."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

WIDEST = 2**58
"""Keys stay below it: the scan marks them with two more bits."""


def packed(*columns: Array, limit: int = WIDEST) -> Array:
    """One integer from 0 to below `limit` for each row, different where any column differs.

    The columns become digits of one number; where that would be too wide, what there is is numbered anew first.
    """
    key = np.zeros(len(columns[0]), np.int64)
    size = 1
    for column in columns:
        digit, base = _from_zero(column, limit)
        if size * base > limit:
            key, size = _numbered(key)
            if size * base > limit:
                digit, base = _numbered(digit)
        key = key * base + digit
        size *= base
    return key


def _from_zero(column: Array, limit: int) -> tuple[Array, int]:
    if not len(column):
        return column.astype(np.int64), 1
    low, high = int(column.min()), int(column.max())
    if high - low + 1 > limit:
        return _numbered(column)
    return column.astype(np.int64) - low, high - low + 1


def _numbered(column: Array) -> tuple[Array, int]:
    values, numbers = np.unique(column, return_inverse=True)
    return numbers.astype(np.int64), max(1, len(values))


def run_starts(values: Array) -> Array:
    """Where each run of equal values begins."""
    changes = np.flatnonzero(values[1:] != values[:-1]) + 1
    return np.concatenate((np.zeros(min(1, len(values)), np.int64), changes))
