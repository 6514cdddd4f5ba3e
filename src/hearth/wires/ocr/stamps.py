"""Stamps: red ink that lies across the print, made as light as the paper; the print below it stays."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 900
"""The longer side of the picture in which stamps are looked for."""

REDDER = 26
"""By how much red exceeds green and blue where there is red ink."""

LEAST, MOST = 0.05, 0.42
"""The sides of a stamp, as shares of the picture's longer and shorter side."""

OWN_RED = 0.5
"""Where there is so much red beside the stamps, in shares of theirs, the paper itself is printed in red."""

DARK, LIGHT = 105, 180
"""Red ink is lighter than LIGHT in the red of the picture, print below it darker than DARK."""


def without_stamps(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with the ink of large red marks taken out; a paper that is printed in red itself stays as it is."""
    height, width = picture.shape[:2]
    share = min(1.0, SIDE / max(height, width))
    small = cv2.resize(
        picture, (max(1, round(width * share)), max(1, round(height * share))), interpolation=cv2.INTER_AREA
    )
    red = _red(small.astype(np.uint8, copy=False))
    joined = cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    least, most = LEAST * max(small.shape[:2]), MOST * min(small.shape[:2])
    rings = []
    for n in range(1, count):
        x, y, wide, high, area = (int(value) for value in stats[n])
        ring = min(wide, high) >= least and max(wide, high) <= most and max(wide, high) < 2.5 * min(wide, high)
        # The rim of a stamp runs around it; it does not fill it, as a patch of colour does.
        if ring and area < 0.55 * wide * high:
            rings.append((x, y, wide, high))
    ringed = sum(int(red[y : y + high, x : x + wide].sum()) for x, y, wide, high in rings)
    if not rings or int(red.sum()) - ringed > OWN_RED * ringed:
        return picture
    made = picture.copy()
    for x, y, wide, high in rings:
        x0, y0 = (int(v / share) for v in (max(0, x - 2), max(0, y - 2)))
        x1, y1 = (int(np.ceil(v / share)) for v in (x + wide + 2, y + high + 2))
        part = made[y0:y1, x0:x1]
        inside = np.zeros(part.shape[:2], np.uint8)
        centre = (part.shape[1] // 2, part.shape[0] // 2)
        cv2.ellipse(inside, centre, (centre[0] + 1, centre[1] + 1), 0, 0, 360, 1, -1)
        ink = (cv2.dilate(_red(part), np.ones((3, 3), np.uint8)) > 0) & (inside > 0)
        light = (part[:, :, 0].astype(np.float32) - DARK) / (LIGHT - DARK)
        grey = (light.clip(0, 1) * float(np.percentile(part[:, :, 1], 90))).astype(np.uint8)
        part[ink] = grey[ink][:, None]
    return made


def _red(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """1 where the ink is red."""
    red, green, blue = (picture[:, :, n].astype(np.int16) for n in range(3))
    return ((red - np.maximum(green, blue) > REDDER) & (red > 110)).astype(np.uint8)
