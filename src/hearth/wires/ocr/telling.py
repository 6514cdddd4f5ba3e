"""Telling: what the print in a box says, from a recognition model's columns of signs (CTC)."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from hearth.words.papers import Sign

HEIGHT = 48
"""Pixels of height at which the model reads."""

STEP = 32
"""Widths are whole multiples of it, so that few shapes have to be prepared."""

COLUMN = 8
"""Pixels of width that one column of signs stands for."""

LEAST_WIDTH, MOST_WIDTH = 64, 2_400
"""A box narrower is filled up; a longer one is squeezed."""

OTHERS, LEAST_OTHER = 4, 0.002
"""How many other readings of a sign are kept, and from which probability."""


def strip(picture: NDArray[np.uint8], corners: NDArray[np.float32]) -> NDArray[np.uint8]:
    """What stands in a box, upright and HEIGHT pixels high; a text that stands on its side is turned."""
    across = max(_length(corners, 0, 1), _length(corners, 3, 2))
    down = max(_length(corners, 0, 3), _length(corners, 1, 2))
    if down > 1.5 * across:
        corners, across, down = np.roll(corners, -1, axis=0), down, across
    width = min(MOST_WIDTH, max(8, math.ceil(HEIGHT * across / max(down, 1.0))))
    # Shrinking by more than two loses strokes between the samples: such a box is shrunk by areas first.
    share = 1.0
    x0, y0 = (int(v) for v in np.floor(corners.min(axis=0)).clip(0))
    x1, y1 = (int(v) + 2 for v in np.ceil(corners.max(axis=0)))
    part = picture[y0:y1, x0:x1]
    if down > 2 * HEIGHT:
        share = 1.25 * HEIGHT / down
        part = cv2.resize(
            part, (max(1, round(part.shape[1] * share)), max(1, round(part.shape[0] * share))),
            interpolation=cv2.INTER_AREA,
        ).astype(np.uint8, copy=False)  # fmt: skip
    placed = ((corners - [x0, y0]) * share).astype(np.float32)
    to = np.array([[0, 0], [width, 0], [width, HEIGHT], [0, HEIGHT]], np.float32)
    seen = cv2.warpPerspective(
        part, cv2.getPerspectiveTransform(placed, to), (width, HEIGHT),
        flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return seen.astype(np.uint8, copy=False)


def input_of(seen: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The model's input: 1 x 3 x HEIGHT x a whole multiple of STEP, from -1 to 1, grey beyond the strip."""
    width = seen.shape[1]
    held = np.zeros((1, 3, HEIGHT, max(LEAST_WIDTH, -(-width // STEP) * STEP)), np.float32)
    held[0, :, :, :width] = seen[:, :, ::-1].transpose(2, 0, 1).astype(np.float32) / 127.5 - 1.0
    return held


def told(columns: NDArray[np.float32], alphabet: tuple[str, ...], width: int) -> tuple[str, float, tuple[Sign, ...]]:
    """The text, how sure it is, and its signs; column 0 of the alphabet is "no sign", a sign held is one sign."""
    best = columns.argmax(axis=1)
    starts = np.flatnonzero((best != 0) & (best != np.concatenate([[-1], best[:-1]])))
    signs = []
    for start in starts:
        end = start
        while end + 1 < len(best) and best[end + 1] == best[start]:
            end += 1
        at = start + int(columns[start : end + 1, best[start]].argmax())
        row = columns[at]
        few = np.argpartition(row, -OTHERS - 2)[-OTHERS - 2 :]
        ranked = few[np.argsort(-row[few])]
        others = [
            (alphabet[n], round(float(row[n]), 4))
            for n in ranked
            if n not in (0, best[start]) and row[n] >= LEAST_OTHER
        ]
        place = round(min(1.0, float((start + end) / 2 + 0.5) * COLUMN / max(width, 1)), 4)
        signs.append(Sign(alphabet[best[start]], round(float(row[best[start]]), 4), place, tuple(others[:OTHERS])))
    text = "".join(sign.char for sign in signs)
    score = float(np.mean([sign.score for sign in signs])) if signs else 0.0
    return text, round(score, 4), tuple(signs)


def _length(corners: NDArray[np.float32], one: int, other: int) -> float:
    return float(np.linalg.norm(corners[one] - corners[other]))
