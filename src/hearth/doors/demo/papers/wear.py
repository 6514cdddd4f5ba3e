"""Wear: what becomes of a paper on its way into a picture: bent, lit, photographed, squeezed; its places go along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import cv2
import numpy as np
from PIL import Image

Array = np.ndarray[Any, Any]
Carry = Callable[[Array], Array]
"""Points of the paper (n × 2) -> points of the picture."""


@dataclass(frozen=True)
class Wear:
    """How a paper is photographed.  Zero (or one, for shares) leaves a thing as it is.

    Lengths are thousandths of the longer side of the picture, so that a wear looks the same at any size.
    """

    long: int = 0
    """Longer side of the picture in pixels; 0: as drawn."""
    margin: float = 0.0
    """Share of the picture around the paper in which a table is seen; 0: a scan, the paper fills the picture."""
    angle: float = 0.0
    """Degrees by which the paper lies askew."""
    turned: int = 0
    """Degrees by which the whole picture is turned: 0, 90, 180, 270, clockwise."""
    perspective: float = 0.0
    """By which share of the paper a side seems shorter."""
    cut: float = 0.0
    """Share of the paper that lies outside the picture, at one side."""
    fold: float = 0.0
    """How deep a crease is: 1 is a paper that was folded for weeks."""
    shadow: float = 0.0
    """How dark the shadow of a hand or a telephone is: 1 is black."""
    light: float = 0.0
    """How much darker one corner is than the opposite one."""
    exposure: float = 1.0
    """Light on all of it: 0.3 is dusk, 2 washes out."""
    glare: float = 0.0
    """Radius of a lamp's reflection as a share of the picture's longer side."""
    blur: float = 0.0
    """Sigma of a lens out of focus, in thousandths."""
    motion: float = 0.0
    """Length of a shaken exposure, in thousandths."""
    noise: float = 0.0
    """Sigma of noise in grey levels."""
    moire: float = 0.0
    """Depth of the grid of a screen: 1 is its full contrast; 0: paper."""
    low: float = 1.0
    """Share of the resolution that survives (a picture made small and large again)."""
    jpeg: int = 0
    """JPEG quality; 0: none."""

    def told(self) -> dict[str, float]:
        """What differs from a clean page."""
        clean = Wear()
        return {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if getattr(self, one.name) != getattr(clean, one.name)
        }


CLEAN = Wear()


def everyday(rng: np.random.Generator, strength: float = 1.0) -> Wear:
    """A photograph as people take it by daylight: nothing about it is wrong, nothing is perfect."""
    return Wear(
        margin=float(rng.uniform(0.02, 0.06)),
        angle=float(rng.normal(0, 1.2 * strength)),
        perspective=float(rng.uniform(0, 0.03) * strength),
        fold=float(rng.uniform(0.1, 0.5) * strength) if rng.random() < 0.35 else 0.0,
        shadow=float(rng.uniform(0.05, 0.2) * strength) if rng.random() < 0.4 else 0.0,
        light=float(rng.uniform(0.0, 0.2) * strength),
        exposure=float(rng.uniform(0.82, 1.0)),
        blur=float(rng.uniform(0.0, 0.35) * strength),
        noise=float(rng.uniform(0.5, 3.5) * strength),
        jpeg=int(rng.integers(75, 95)),
    )


def worn(picture: Image.Image, wear: Wear, seed: int) -> tuple[Image.Image, Carry]:
    """A picture of the paper after its wear, and where its points went."""
    rng = np.random.default_rng([seed, 41])
    page = np.asarray(picture.convert("RGB"))
    page, bent = _folded(page, wear.fold, rng)
    seen, matrix = _photographed(page, wear, rng)
    if wear.moire:
        seen = _on_screen(seen, wear.moire, rng)
    seen = _lit(seen, wear, rng)
    seen = _unsharp(seen, wear, rng)
    if wear.noise:
        seen = _noisy(seen, wear.noise, rng)
    high, wide = seen.shape[:2]
    if wear.turned:
        seen = np.ascontiguousarray(np.rot90(seen, -(wear.turned // 90)))
    if wear.jpeg:
        seen = _squeezed(seen, wear.jpeg)

    def carry(points: Array) -> Array:
        bare = bent(np.asarray(points, dtype=np.float64).reshape(-1, 2))
        there = cv2.perspectiveTransform(bare.reshape(-1, 1, 2), matrix).reshape(-1, 2)
        return _turned(there, wear.turned, wide, high)

    return Image.fromarray(seen), carry


def _turned(points: Array, degrees: int, wide: int, high: int) -> Array:
    x, y = points[:, 0], points[:, 1]
    if degrees == 90:
        return np.stack([high - y, x], axis=1)
    if degrees == 180:
        return np.stack([wide - x, high - y], axis=1)
    if degrees == 270:
        return np.stack([y, wide - x], axis=1)
    return points


def _folded(page: Array, depth: float, rng: np.random.Generator) -> tuple[Array, Carry]:
    """A crease across the paper: a dark line with a bright flank, and rows that sink towards it."""
    if not depth:
        return page, lambda points: points
    high, wide = page.shape[:2]
    along = wide if rng.random() < 0.5 else high
    upright = along == wide
    at = along * float(rng.uniform(0.35, 0.65))
    reach = along * 0.12
    sink = depth * 0.004 * max(wide, high)

    def shift(place: Array) -> Array:
        near = np.clip(1 - np.abs(place - at) / reach, 0, 1)
        return sink * near * near

    place = np.arange(along, dtype=np.float32)
    moved = shift(place).astype(np.float32)
    light = 1 - 0.28 * depth * np.exp(-(((place - at) / (along * 0.003)) ** 2))
    light += 0.05 * depth * np.exp(-(((place - at - along * 0.012) / (along * 0.008)) ** 2))
    xs, ys = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    if upright:
        bent = cv2.remap(page, xs, ys - moved[None, :], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        shade = light[None, :, None]
    else:
        bent = cv2.remap(page, xs - moved[:, None], ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        shade = light[:, None, None]
    bent = np.clip(bent * shade, 0, 255).astype(np.uint8)

    def carry(points: Array) -> Array:
        x, y = points[:, 0], points[:, 1]
        return np.stack([x, y + shift(x)], axis=1) if upright else np.stack([x + shift(y), y], axis=1)

    return bent, carry


def _photographed(page: Array, wear: Wear, rng: np.random.Generator) -> tuple[Array, Array]:
    """The paper on a table, seen from a little aside; what is around a scan is paper."""
    high, wide = page.shape[:2]
    long = wear.long or max(wide, high)
    if not (wear.margin or wear.angle or wear.perspective or wear.cut):
        zoom = long / max(wide, high)
        size = (round(wide * zoom), round(high * zoom))
        matrix = np.array([[size[0] / wide, 0, 0], [0, size[1] / high, 0], [0, 0, 1.0]])
        if size == (wide, high):
            return page, matrix
        return cv2.resize(page, size, interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC), matrix
    zoom = long * (1 - 2 * wear.margin) / max(wide, high)
    paper_wide, paper_high = wide * zoom, high * zoom
    picture = (round(paper_wide + 2 * wear.margin * long), round(paper_high + 2 * wear.margin * long))
    middle = np.array([picture[0] / 2, picture[1] / 2])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [paper_wide / 2, paper_high / 2]
    corners = corners * (1 - np.abs(np.sin(np.radians(wear.angle))) * 0.35)
    if wear.perspective:
        side = int(rng.integers(4))
        first, second = side, (side + 1) % 4
        inward = (corners[second] - corners[first]) * wear.perspective / 2
        corners[first] += inward
        corners[second] -= inward
    turn = np.radians(wear.angle)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    corners = corners @ spin.T + middle
    if wear.cut:
        side = int(rng.integers(4))
        push = (wear.cut + wear.margin) * np.array(
            [[0, -paper_high], [paper_wide, 0], [0, paper_high], [-paper_wide, 0]][side]
        )
        corners = corners + push
    whole = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(whole, corners.astype(np.float32))
    table = _table(picture, rng) if wear.margin else np.full((picture[1], picture[0], 3), 250, np.uint8)
    if zoom < 0.75:
        # A lens gathers the light of all points that fall on one: without this thin rules would break up.
        page = cv2.GaussianBlur(page, (0, 0), 0.35 / zoom)
    seen = cv2.warpPerspective(page, matrix, picture, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpPerspective(np.full((high, wide), 255, np.uint8), matrix, picture, flags=cv2.INTER_LINEAR)
    if wear.margin:
        soft = cv2.GaussianBlur(cover, (0, 0), max(1.0, long * 0.006)).astype(np.float32) / 255
        dark = np.roll(soft, (round(long * 0.003), round(long * 0.003)), (0, 1))
        table = (table * (1 - 0.45 * dark[..., None])).astype(np.uint8)
    alpha = cover[..., None].astype(np.float32) / 255
    return (seen * alpha + table * (1 - alpha)).astype(np.uint8), matrix


def _table(size: tuple[int, int], rng: np.random.Generator) -> Array:
    """A table: wood, cloth or stone."""
    wide, high = size
    colours = ((142, 104, 70), (96, 72, 52), (70, 74, 82), (178, 168, 150), (120, 128, 122), (58, 64, 90))
    colour = np.array(colours[int(rng.integers(len(colours)))], dtype=np.float32)
    grain = rng.normal(0, 1, (max(4, high // 6), max(4, wide // 90))).astype(np.float32)
    cloth = rng.normal(0, 1, (max(4, high // 3), max(4, wide // 3))).astype(np.float32)
    pattern = 9 * cv2.resize(grain, (wide, high), interpolation=cv2.INTER_CUBIC)
    pattern = pattern + 4 * cv2.resize(cloth, (wide, high), interpolation=cv2.INTER_LINEAR)
    return np.clip(colour[None, None] + pattern[..., None], 0, 255).astype(np.uint8)


def _on_screen(seen: Array, depth: float, rng: np.random.Generator) -> Array:
    """The grid of a screen's coloured dots, taken up by the camera's own grid: fine coloured bands come of it."""
    high, wide = seen.shape[:2]
    pitch = float(rng.uniform(1.5, 3.6)) * max(wide, high) / 2400
    turn = np.radians(float(rng.uniform(-6, 6)))
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    bow = 1 + 0.00003 * (xs - wide / 2)
    across = (np.cos(turn) * xs + np.sin(turn) * ys) * bow
    down = (-np.sin(turn) * xs + np.cos(turn) * ys) * bow
    lit = seen.astype(np.float32)
    rows = 1 - depth * 0.22 * (0.5 + 0.5 * np.cos(2 * np.pi * down / pitch))
    for channel in range(3):
        dots = 1 - depth * 0.42 * (0.5 + 0.5 * np.cos(2 * np.pi * (across / pitch - channel / 3)))
        lit[..., channel] *= rows * dots
    lit *= np.array([0.97, 1.0, 1.06], dtype=np.float32) * (1 + 0.3 * depth)
    return np.clip(lit, 0, 255).astype(np.uint8)


def _lit(seen: Array, wear: Wear, rng: np.random.Generator) -> Array:
    if not (wear.light or wear.shadow or wear.glare or wear.exposure != 1.0):
        return seen
    high, wide = seen.shape[:2]
    # Light changes slowly over a picture: it is reckoned on a small one.
    small = (max(8, wide // 8), max(8, high // 8))
    ys, xs = np.mgrid[0 : small[1], 0 : small[0]].astype(np.float32)
    xs, ys = xs / small[0], ys / small[1]
    lamp = np.ones((small[1], small[0]), dtype=np.float32)
    if wear.light:
        turn = float(rng.uniform(0, 2 * np.pi))
        lamp *= 1 - wear.light * np.clip(0.5 + (xs - 0.5) * np.cos(turn) + (ys - 0.5) * np.sin(turn), 0, 1)
    if wear.shadow:
        turn, at = float(rng.uniform(0, 2 * np.pi)), float(rng.uniform(-0.15, 0.3))
        edge = (xs - 0.5) * np.cos(turn) + (ys - 0.5) * np.sin(turn) - at + 0.04 * np.sin(9 * (xs + ys))
        lamp *= 1 - wear.shadow * np.clip(0.5 + edge * 14, 0, 1)
    light = cv2.resize(lamp * wear.exposure, (wide, high), interpolation=cv2.INTER_LINEAR)
    lit = seen.astype(np.float32) * light[..., None]
    if wear.glare:
        x, y = float(rng.uniform(0.25, 0.75)), float(rng.uniform(0.25, 0.75))
        stretch = float(rng.uniform(0.6, 1.6))
        ratio = high / wide
        long = max(1.0, ratio)
        away = np.sqrt(((xs - x) * stretch / long) ** 2 + ((ys - y) * ratio / long / stretch) ** 2) / wear.glare
        spot = 340 * np.exp(-(away**3) * 0.7) + 40 * np.exp(-((away / 2.2) ** 2))
        lit += cv2.resize(spot, (wide, high), interpolation=cv2.INTER_LINEAR)[..., None]
    return np.clip(lit, 0, 255).astype(np.uint8)


def _unsharp(seen: Array, wear: Wear, rng: np.random.Generator) -> Array:
    high, wide = seen.shape[:2]
    thousandth = max(high, wide) / 1000
    if wear.low < 1:
        small = (max(16, round(wide * wear.low)), max(16, round(high * wear.low)))
        seen = cv2.resize(seen, small, interpolation=cv2.INTER_AREA)
        seen = cv2.resize(seen, (wide, high), interpolation=cv2.INTER_LINEAR)
    if wear.blur * thousandth > 0.15:
        seen = cv2.GaussianBlur(seen, (0, 0), wear.blur * thousandth)
    length = round(wear.motion * thousandth)
    if length > 1:
        kernel = np.zeros((length, length), dtype=np.float32)
        turn, half = float(rng.uniform(0, np.pi)), (length - 1) / 2
        tip = (half * np.cos(turn), half * np.sin(turn))
        first = (round(half - tip[0]), round(half - tip[1]))
        cv2.line(kernel, first, (round(half + tip[0]), round(half + tip[1])), 1.0)
        seen = np.asarray(cv2.filter2D(seen, -1, kernel / kernel.sum()))
    return seen


def _noisy(seen: Array, sigma: float, rng: np.random.Generator) -> Array:
    high, wide = seen.shape[:2]
    grain = rng.standard_normal((high, wide, 1), dtype=np.float32) * sigma * 0.8
    coarse = rng.standard_normal(((high + 1) // 2, (wide + 1) // 2, 3), dtype=np.float32) * sigma * 0.6
    colour = cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_LINEAR)
    return np.clip(seen.astype(np.float32) + grain + colour, 0, 255).astype(np.uint8)


def _squeezed(seen: Array, quality: int) -> Array:
    held = cv2.imencode(".jpg", seen[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(np.asarray(cv2.imdecode(held, cv2.IMREAD_COLOR))[..., ::-1])
