"""Likeness: whether two pictures are the same picture saved twice, however it was shrunk or compressed in between."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Height x width x 3 (red, green, blue), or height x width (grey)."""

SIDE = 192
"""The longer side, in pixels, at which two pictures are compared."""

MOST_APART = 3
"""Shapes of one picture differ in this many bits at the most; so one of their four quarters is always the same."""

_BRIGHTER = 3
"""Less than this, in 256ths, is paper of one white: saving it again would turn the bit."""

_CELL = 4
_APART = 40.0
"""Cells of 4 x 4 pixels that differ by more, in 256ths of their range of grey, differ in print, not in saving."""

_MOST_CELLS = 0.0025
"""The share of such cells in one picture at the most.  On made-up pages of the tuning layouts none differs after saving
again, one figure painted over moves 0.24 %, another bill on the same form 0.68 % at the least (cards: 0.26 %)."""


def shape(picture: Picture) -> int:
    """Say in 64 bits where a picture grows brighter from left to right; the same picture differs in few of them.

    Needs:   a picture of 16 x 16 pixels or more
    Gives:   a signed 64-bit number; pictures of one layout may share it: `are_same` says which are one picture
    Source:  the "difference hash" of perceptual hashing
    """
    small = cv2.resize(_grey(picture), (9, 8), interpolation=cv2.INTER_AREA).astype(np.int16)
    bits = (small[:, 1:] - small[:, :-1] > _BRIGHTER).ravel()
    value = int.from_bytes(np.packbits(bits).tobytes(), "big")
    return value - (1 << 64) if value >= 1 << 63 else value


def quarters(shape: int) -> tuple[int, int, int, int]:
    """Cut a shape into four numbers of 16 bits: shapes at most MOST_APART bits apart share one of them.

    Needs:   a shape
    Gives:   four numbers below 2^18: which quarter (0 to 3), then its 16 bits
    Source:  four quarters and three bits that differ
    """
    first, second, third, fourth = (shape >> 16 * place & 0xFFFF | place << 16 for place in range(4))
    return first, second, third, fourth


def bits_apart(one: int, other: int) -> int:
    """Count the bits in which two shapes differ.

    Needs:   two shapes
    Gives:   0 to 64
    Source:  Hamming distance
    """
    return ((one ^ other) & (1 << 64) - 1).bit_count()


def are_same(one: Picture, other: Picture) -> bool:
    """Compare two pictures cell by cell: the same photograph or scan, not merely the same form filled in otherwise.

    A page on which somebody altered a figure or two is still the same picture here: that is what is looked for.

    Needs:   pictures of 16 x 16 pixels or more, upright
    Gives:   whether no cell of one differs from the other's by more than saving it again explains
    Source:  DOMAIN 6.3 (duplicate); bounds from made-up pages, docs/papers.md
    """
    first, second = _small(one), _small(other)
    if max(abs(a - b) for a, b in zip(first.shape, second.shape, strict=True)) > 2:
        return False
    second = _sized(second, first.shape[1], first.shape[0])
    levelled = [_levelled(each) for each in (first, second)]
    if levelled[0] is None or levelled[1] is None:
        return bool(np.array_equal(first, second))
    apart = cv2.blur(levelled[0] - levelled[1], (_CELL, _CELL))
    return float((np.abs(apart) > _APART).mean()) <= _MOST_CELLS


def _grey(picture: Picture) -> Picture:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) if picture.ndim == 3 else picture  # type: ignore[return-value]


def _small(picture: Picture) -> Picture:
    grey = _grey(picture)
    height, width = grey.shape
    scale = SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return _sized(grey, *size)


def _sized(grey: Picture, width: int, height: int) -> Picture:
    return cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _levelled(grey: Picture) -> NDArray[np.float32] | None:
    """Black at 0 and white at 255, so that brighter or softer saving makes no difference; None for a single grey."""
    low, high = np.percentile(grey, (1, 99))
    if high - low < 4:
        return None
    return (grey.astype(np.float32) - np.float32(low)) * np.float32(255.0 / (high - low))
