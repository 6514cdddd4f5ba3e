"""Finding: where print stands on a picture, from the map of a detection model (differentiable binarisation, DB)."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

THRESHOLD = 0.3
"""A pixel of the map above it belongs to print."""

LEAST_SCORE = 0.5
"""The mean of the map inside a box that is kept."""

GROWTH = 1.6
"""The map shows the core of the print: a box grows by its area times this over its length."""

LEAST_SIZE = 3
"""Boxes with a shorter side of fewer pixels of the map are no print."""

TALL = 1.35
"""A box so many times higher than wide holds signs above each other."""

MAX_BOXES = 1_000
"""The most boxes of one picture."""

_BRIDGE = np.ones((2, 2), np.uint8)

Boxes = NDArray[np.float32]
"""n x 4 x 2: corners from the upper left, clockwise."""


def scaled(picture: NDArray[np.uint8], side: int) -> tuple[NDArray[np.uint8], float]:
    """The picture at the size in which print is looked for, and by how much it shrank; never larger than it was."""
    height, width = picture.shape[:2]
    share = min(1.0, side / max(height, width))
    if share < 1:
        picture = cv2.resize(
            picture, (max(1, round(width * share)), max(1, round(height * share))), interpolation=cv2.INTER_AREA
        ).astype(np.uint8, copy=False)
    return picture, share


def input_of(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The model's input: 1 x 3 x height x width from -1 to 1, blue first, white beyond the edge to whole 32s."""
    height, width = picture.shape[:2]
    held = np.full((-(-height // 32) * 32, -(-width // 32) * 32, 3), 255, np.uint8)
    held[:height, :width] = picture[:, :, ::-1]
    return np.ascontiguousarray((held.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None])


def boxes(shown: NDArray[np.float32], share: float, width: int, height: int) -> Boxes:
    """Boxes of print in pixels of the whole picture, in reading order, from the model's map of the scaled one."""
    mask = cv2.dilate((shown > THRESHOLD).astype(np.uint8), _BRIDGE)
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours[: MAX_BOXES * 2]:
        rect = cv2.minAreaRect(contour)
        (x, y), (a, b), angle = rect
        if min(a, b) < LEAST_SIZE or _score(shown, _corners(rect)) < LEAST_SCORE:
            continue
        grow = 2 * (a * b) * GROWTH / (2 * (a + b))
        corners = _ordered(_corners(((x, y), (a + grow, b + grow), angle)) / np.float32(share))
        corners[:, 0] = corners[:, 0].clip(0, width - 1)
        corners[:, 1] = corners[:, 1].clip(0, height - 1)
        if min(np.ptp(corners[:, 0]), np.ptp(corners[:, 1])) > 3:
            found.append(corners)
    if not found:
        return np.zeros((0, 4, 2), np.float32)
    return in_order(np.stack(found[:MAX_BOXES]).astype(np.float32))


def apart(picture: NDArray[np.uint8], found: Boxes) -> Boxes:
    """Boxes with every upright pile of single signs taken apart: in a table it is a column, not a word written down."""
    made: list[NDArray[np.float32]] = []
    for corners in found:
        across = float(np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
        down = float(np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
        parts = _pile(picture, corners, across, down) if down > TALL * across else []
        made += parts or [corners]
    return in_order(np.stack(made)) if len(made) > len(found) else found


def _pile(
    picture: NDArray[np.uint8], corners: NDArray[np.float32], across: float, down: float
) -> list[NDArray[np.float32]]:
    wide, high = max(4, round(across)), max(8, round(down))
    to = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    seen = cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, to), (wide, high))
    grey = cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY)
    _, ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    # What is inked from end to end is a rule of the table.
    ink[:, ink.mean(axis=0) > 0.8] = 0
    ink[ink.mean(axis=1) > 0.95] = 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], ink.any(axis=1).astype(np.int8), [0]]))).reshape(-1, 2)
    if not len(edges) or ink.mean() > 0.5:
        return []
    wide_each = [float(np.ptp(np.flatnonzero(ink[start:end].any(axis=0))) + 1) for start, end in edges]
    sign = max(4.0, float(np.percentile(wide_each, 75)))
    spans: list[list[int]] = []
    for start, end in edges:
        # The strokes of one sign, such as 二, stand apart; together they are hardly higher than it is wide.
        if spans and end - spans[-1][0] <= 1.4 * sign:
            spans[-1][1] = int(end)
        else:
            spans.append([int(start), int(end)])
    spans = [span for span in spans if span[1] - span[0] >= 0.3 * sign]
    if len(spans) < 2 or max(span[1] - span[0] for span in spans) > 3.2 * sign:
        return []
    parts = []
    for start, end in spans:
        upper, lower = (start - 0.12 * sign) / high, (end + 0.12 * sign) / high
        left, right = corners[3] - corners[0], corners[2] - corners[1]
        quad = [
            corners[0] + left * upper,
            corners[1] + right * upper,
            corners[1] + right * lower,
            corners[0] + left * lower,
        ]
        parts.append(np.stack(quad).astype(np.float32))
    return parts


def in_order(found: Boxes) -> Boxes:
    """Boxes by rows from above, within a row from the left; a row is as high as half a usual box."""
    middle = found.mean(axis=1)
    usual = float(np.median(np.linalg.norm(found[:, 3] - found[:, 0], axis=1)))
    by_y = np.argsort(middle[:, 1], kind="stable")
    rows = np.concatenate([[0], np.cumsum(np.diff(middle[by_y, 1]) > usual / 2)])
    return found[by_y[np.lexsort((middle[by_y, 0], rows))]]


def _corners(rect: Any) -> NDArray[np.float32]:
    return np.asarray(cv2.boxPoints(rect), np.float32)


def _score(shown: NDArray[np.float32], corners: NDArray[np.float32]) -> float:
    height, width = shown.shape
    x0, y0 = np.floor(corners.min(axis=0)).astype(int).clip(0, [width - 1, height - 1])
    x1, y1 = np.ceil(corners.max(axis=0)).astype(int).clip(0, [width - 1, height - 1])
    inside = np.zeros((y1 - y0 + 1, x1 - x0 + 1), np.uint8)
    cv2.fillPoly(inside, [(corners - [x0, y0]).astype(np.int32)], 1)
    return float(cv2.mean(shown[y0 : y1 + 1, x0 : x1 + 1], inside)[0])


def _ordered(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """Corners from the upper left, clockwise, as the print runs from left to right."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.stack([left[0], right[0], right[1], left[1]])
