"""Upright: which way up a page of Chinese print stands, told from the shapes of its letters alone.

Print is heavier at its feet than at its head: a weighing of each letter's places, fitted on the tuning layouts of
docs/papers.md, tells one way from the other; hundreds of letters together tell it with hardly a doubt.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

Array = np.ndarray[Any, Any]

SIDE = 12
"""Letters are looked at on squares of so many places a side."""

ENOUGH = 12
"""So many letters at least are asked."""

MOST = 500
"""No more letters than this are asked."""

# Hundredths of log-odds for each place of the upper half, row by row; the lower half has them turned round, negative.
# fmt: off
_NARROW = (
    -24, -33, -59, -35, -4, 24, -2, 7, -3, -11, -3, -23, 6, 5, 30, 4, -26, -61, -44, -27, -31, -5, -24, -43, 16,
    -1, 36, 6, 6, -21, 1, -1, 30, 74, 71, 43, -24, -60, 16, 48, 47, -39, -43, -18, 38, 55, 27, -5, -14, -39, 23,
    25, 12, -42, -9, 29, 44, -7, -61, -69, 27, 5, 36, 11, 19, 4, 37, 55, 59, 3, -2, 5,
)
_SQUARE = (
    -148, -91, 15, 19, -31, 107, 17, 52, 44, 83, -34, -139, -21, -47, 22, 37, 20, 4, 33, 59, 20, 12, 6, -22, 16,
    -8, 12, 39, 70, -15, 32, 42, 35, -34, 11, 69, -27, 65, -21, 2, 85, 33, -28, 22, 71, 20, 25, -4, 32, 112, 31,
    11, 2, -9, 3, 38, 10, -96, -5, -40, 14, 1, 46, 58, 7, 23, 18, -1, -31, 6, 45, -22,
)
# fmt: on


def uprightness(grey: Array, glyphs: Array) -> float:
    """How sure it is that letters stand on their feet, rows running from side to side.

    Needs:   uint8, height × width; letters as x, y, width, height (n × 4) inside it
    Gives:   standard errors by which the letters' mean says so; negative: on their heads; 0 where too few are asked
    Source:  docs/papers.md, quality
    """
    wide, high = glyphs[:, 2], glyphs[:, 3]
    plain = glyphs[(high >= 9) & (high <= 60) & (wide >= 4) & (wide <= 1.35 * high)]
    if len(plain) > MOST:
        plain = plain[:: len(plain) // MOST + 1]
    if len(plain) < ENOUGH:
        return 0.0
    seen = np.empty((len(plain), SIDE * SIDE), dtype=np.float32)
    for place, (x, y, across, down) in enumerate(plain.tolist()):
        letter = cv2.resize(grey[y : y + down, x : x + across], (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        seen[place] = letter.reshape(-1)
    darkest, brightest = seen.min(axis=1, keepdims=True), seen.max(axis=1, keepdims=True)
    ink = (brightest - seen) / np.maximum(brightest - darkest, 1)
    odd = (ink - ink[:, ::-1])[:, : SIDE * SIDE // 2]
    narrow = plain[:, 2] < 0.75 * plain[:, 3]
    says = np.where(narrow, odd @ np.array(_NARROW, np.float32), odd @ np.array(_SQUARE, np.float32)) / 100
    says = np.clip(says, -2.5, 2.5)
    return float(says.mean() / (says.std() / np.sqrt(len(says)) + 1e-6))
