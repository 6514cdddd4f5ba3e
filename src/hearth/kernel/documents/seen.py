"""Seen: what can be measured of a photographed paper, on one working size: letters, rows, light, edges, grids."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

WORKING = 1600
"""Longer side in pixels on which everything is measured: sharpness depends on the size that it is measured at."""

TILE = 40
"""Side of the squares in which light and sharpness are looked at, in working pixels."""

FEW = 24
"""So many letters at least must be seen before anything is concluded from letters."""

MANY = 450
"""So many letters are enough to tell how rows lie."""

GRID = 128
"""Side of the squares in which the grid of a screen is looked for, in pixels as given."""

BARE = 60
"""Paper whose brightest and darkest pixel differ by no more than this has no print on it."""

Array = np.ndarray[Any, Any]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Tiles:
    """Values of the squares of the working picture (rows × columns)."""

    letters: Array
    """How many letters stand in each."""
    ground: Array
    """How bright the paper is, 0-255."""
    mean: Array
    """How bright all of it is."""
    darkest: Array
    contrast: Array
    """Brightest less darkest."""
    across: Array
    """Pixels over which the steepest edge falls from bright to dark, going from side to side."""
    down: Array
    """The same, going from top to bottom."""
    burnt: Array
    """Share of pixels that hold no detail any more for brightness."""


@dataclass(frozen=True)
class Seen:
    """A picture on its working size, with what was found in it."""

    grey: Array
    colour: Array
    factor: float
    """Pixels of the given picture in one working pixel."""
    glyphs: Array
    """Letters and parts of letters: x, y, width, height (n × 4, working pixels)."""
    touching: Array
    """The same of what lies across the border of the picture."""
    tiles: Tiles
    angle: float
    """Degrees from rows of the page to the horizontal, -90 to 90; 0 where no rows are seen."""
    upright: bool
    """False where rows run from top to bottom."""
    inverted: bool = False
    """Whether print is lighter than what it stands on, as on many bank cards: grey is then turned into its negative."""

    @property
    def text(self) -> Array:
        """Squares with letters in them."""
        return self.tiles.letters > 0

    @property
    def paper(self) -> Array:
        """Squares with letters on ground as bright as that of most: the grain of a table may look like letters too."""
        if not self.text.any():
            return self.text
        return np.asarray(self.text & (self.tiles.ground >= 0.65 * float(np.median(self.tiles.ground[self.text]))))

    @property
    def letter_height(self) -> float:
        """How high letters are, in working pixels; 0 where there are too few."""
        if len(self.glyphs) < FEW:
            return 0.0
        return float(np.percentile(self.glyphs[:, 3 if self.upright else 2], 65))


def seen(picture: Array) -> Seen:
    """Look at a picture.

    Needs:   uint8, height × width × 3 (red, green, blue), both sides >= 16
    Gives:   what the scores are taken from; the picture itself is left as it is
    Source:  docs/papers.md, quality
    """
    # A small picture is enlarged no more than twice: letters of a few pixels would not be seen as letters otherwise.
    factor = max(0.5, max(picture.shape[:2]) / WORKING)
    size = (round(picture.shape[1] / factor), round(picture.shape[0] / factor))
    # Averaging over areas takes ten times as long, and is only needed where several pixels fall on one.
    way = cv2.INTER_AREA if factor > 1.5 else cv2.INTER_LINEAR
    colour = picture if factor == 1.0 else np.asarray(cv2.resize(picture, size, interpolation=way))
    grey = np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY))
    if _is_light_on_dark(grey):
        return replace(_found(cv2.bitwise_not(grey), colour, factor), inverted=True)
    return _found(grey, colour, factor)


def _found(grey: Array, colour: Array, factor: float) -> Seen:
    ground = _ground(grey)
    glyphs, joined, touching = _letters(grey, ground)
    glyphs, touching = _on_paper(glyphs, ground, 0.45), _on_paper(touching, ground, 0.7)
    tiles = _tiles(grey, ground, glyphs)
    angle, upright = _rows(glyphs, _on_paper(joined, ground, 0.45))
    return Seen(grey, colour, factor, glyphs, touching, tiles, angle, upright)


def _is_light_on_dark(grey: Array) -> bool:
    """Whether most of the middle of the picture is far darker than the brightest things in it."""
    high, wide = grey.shape
    middle = grey[high // 5 : high - high // 5 : 3, wide // 5 : wide - wide // 5 : 3]
    return float(np.median(middle)) < 0.4 * float(np.percentile(middle, 99.5))


def _ground(grey: Array) -> Array:
    """The brightness of the paper under the ink."""
    small = cv2.resize(grey, (max(1, grey.shape[1] // 4), max(1, grey.shape[0] // 4)), interpolation=cv2.INTER_AREA)
    lifted = cv2.dilate(small, np.ones((9, 9), np.uint8))
    smooth = cv2.blur(cv2.erode(lifted, np.ones((7, 7), np.uint8)), (9, 9))
    return np.asarray(cv2.resize(smooth, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR))


def _letters(grey: Array, ground: Array) -> tuple[Array, Array, Array]:
    """What is as dark and as large as letters are; words that grew together; and what touches the border."""
    depth = cv2.subtract(ground, grey)
    # Ink takes at least a fifth of the light, however dark the picture is.
    ink = cv2.compare(depth, np.maximum(cv2.convertScaleAbs(ground, alpha=0.2), 9), cv2.CMP_GT)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(joined, connectivity=8, ltype=cv2.CV_32S)
    stats = stats[1:]
    x, y, wide, high, area = stats.T
    sized = (high >= 5) & (high <= 90) & (wide >= 2) & (wide <= 130) & (area >= 8)
    solid = area > 0.12 * wide * high
    edge = (x <= 1) | (y <= 1) | (x + wide >= grey.shape[1] - 1) | (y + high >= grey.shape[0] - 1)
    short, long = np.minimum(wide, high), np.maximum(wide, high)
    words = (short >= 7) & (short <= 70) & (long > 2.2 * short) & (long <= 700) & (area > 0.2 * wide * high)
    return (
        np.asarray(stats[sized & solid & ~edge][:, :4]),
        np.asarray(stats[words & ~edge][:, :4]),
        np.asarray(stats[edge & (area >= 8)][:, :4]),
    )


def _on_paper(glyphs: Array, ground: Array, share: float) -> Array:
    """Without what lies on ground much darker than the brightest: the grain of a table looks like letters too."""
    if not len(glyphs):
        return glyphs
    y, x = glyphs[:, 1] + glyphs[:, 3] // 2, glyphs[:, 0] + glyphs[:, 2] // 2
    bright = ground[y, x] >= share * float(np.percentile(ground[::8, ::8], 96))
    return np.asarray(glyphs[bright])


def _tiles(grey: Array, ground: Array, glyphs: Array) -> Tiles:
    rows, columns = max(1, grey.shape[0] // TILE), max(1, grey.shape[1] // TILE)
    high, wide = min(grey.shape[0], rows * TILE), min(grey.shape[1], columns * TILE)

    def squares(of: Array, gather: np.ufunc) -> Array:
        # Row by row first: whole rows are next to one another in memory.
        bands = gather.reduce(of[:high, :wide].reshape(rows, high // rows, wide), axis=1)
        return np.asarray(gather.reduce(bands.reshape(rows, columns, wide // columns), axis=2), dtype=np.float32)

    def means(of: Array) -> Array:
        return np.asarray(cv2.resize(of[:high, :wide], (columns, rows), interpolation=cv2.INTER_AREA), np.float32)

    letters = np.zeros((rows, columns), dtype=np.int32)
    if len(glyphs):
        at_y = np.minimum((glyphs[:, 1] + glyphs[:, 3] // 2) * rows // max(1, high), rows - 1)
        at_x = np.minimum((glyphs[:, 0] + glyphs[:, 2] // 2) * columns // max(1, wide), columns - 1)
        np.add.at(letters, (at_y, at_x), 1)
    across = cv2.Sobel(grey, cv2.CV_16S, 1, 0, ksize=3)
    down = cv2.Sobel(grey, cv2.CV_16S, 0, 1, ksize=3)
    steep_across, steep_down = (
        np.maximum(squares(cv2.convertScaleAbs(edge, alpha=0.125), np.maximum), 1) for edge in (across, down)
    )
    darkest = squares(grey, np.minimum)
    contrast = squares(grey, np.maximum) - darkest
    return Tiles(
        letters=letters,
        ground=means(ground),
        mean=means(grey),
        darkest=darkest,
        contrast=contrast,
        across=contrast / steep_across,
        down=contrast / steep_down,
        burnt=means(cv2.threshold(grey, 249, 255, cv2.THRESH_BINARY)[1]) / 255,
    )


def _rows(glyphs: Array, words: Array) -> tuple[float, bool]:
    """How rows of letters lie: the degrees by which they are askew, and whether they run from side to side."""
    if len(glyphs) < FEW:
        return 0.0, True
    if len(glyphs) > MANY:
        # Neighbours are kept together: the middle of the page, not one letter here and there.
        start = (len(glyphs) - MANY) // 2
        glyphs = glyphs[np.argsort(glyphs[:, 1], kind="stable")][start : start + MANY]
    centres = (glyphs[:, :2] + glyphs[:, 2:] / 2.0).astype(np.float32)
    away = centres[None, :, :] - centres[:, None, :]
    far = (away**2).sum(axis=2)
    np.fill_diagonal(far, np.inf)
    nearest = np.argpartition(far, 2, axis=1)[:, :2]
    step = np.take_along_axis(away, nearest[:, :, None], axis=1).reshape(-1, 2)
    turn = np.degrees(np.arctan2(step[:, 1], step[:, 0])) % 180
    counts = np.bincount((turn / 3).astype(int) % 60, minlength=60).astype(float)
    counts = counts + np.roll(counts, 1) + np.roll(counts, -1)
    if len(words) >= 8:
        # Words that grew together lie as rows do; columns of single signs would tell the opposite.
        flat = float(words[:, 2].sum()) > float(words[:, 3].sum())
        counts *= 1 + 9 * ((np.minimum(np.arange(60), 59 - np.arange(60)) < 15) == flat)
    coarse = (float(counts.argmax()) + 0.5) * 3
    best, angle = -1.0, coarse
    for candidate in np.arange(coarse - 6, coarse + 6.1, 0.5):
        level = centres @ np.array([-np.sin(np.radians(candidate)), np.cos(np.radians(candidate))])
        filled = np.bincount(((level - level.min()) / 3).astype(int))
        even = float((filled.astype(float) ** 2).sum())
        if even > best:
            best, angle = even, float(candidate)
    angle = (angle + 90) % 180 - 90
    upright = abs(angle) <= 45
    return angle, upright


def grid(picture: Array, found: Seen) -> tuple[float, Box] | None:
    """How strongly a fine regular grid, as of a screen, shows in colours that paper does not have.

    Needs:   the picture as given, and what was seen in it; a grid finer than the picture's pixels cannot be seen
    Gives:   the height of the highest peak in the spectrum of red less blue (grey levels), the middle one of the barest
             squares of paper, and the square where it was seen; None where no square is bare
    Source:  docs/papers.md, quality
    """
    peaks = []
    for x, y in _blank(picture, found):
        one = picture[y : y + GRID, x : x + GRID].astype(np.float32)
        peaks.append((_peak(one[..., 0] - one[..., 2]), (float(x), float(y), float(x + GRID), float(y + GRID))))
    return sorted(peaks)[len(peaks) // 2] if peaks else None


def _blank(picture: Array, found: Seen) -> list[tuple[int, int]]:
    """Corners of the squares of paper with the least print on them."""
    high, wide = picture.shape[:2]
    if min(high, wide) < GRID or not found.text.any():
        return []
    side = max(1, round(GRID / found.factor / TILE))
    tiles = found.tiles
    bright = float(np.median(tiles.ground[found.text]))
    busy = tiles.contrast + 400 * ((tiles.ground < 0.7 * bright) | (tiles.burnt > 0.5))
    sums = cv2.boxFilter(busy.astype(np.float32), -1, (side, side), normalize=True, borderType=cv2.BORDER_REPLICATE)
    order = np.argsort(sums, axis=None)
    picked: list[tuple[int, int]] = []
    for place in order[:200]:
        if sums.flat[place] > BARE:
            break
        row, column = divmod(int(place), sums.shape[1])
        x = int(np.clip((column + 0.5) * TILE * found.factor - GRID / 2, 0, wide - GRID))
        y = int(np.clip((row + 0.5) * TILE * found.factor - GRID / 2, 0, high - GRID))
        if all(abs(x - other) >= GRID // 2 or abs(y - above) >= GRID // 2 for other, above in picked):
            picked.append((x, y))
        if len(picked) == 3:
            break
    return picked


_HANN = np.outer(np.hanning(GRID), np.hanning(GRID)).astype(np.float32)
_KY, _KX = np.meshgrid(np.fft.fftfreq(GRID) * GRID, np.fft.rfftfreq(GRID) * GRID, indexing="ij")
_RING = np.hypot(_KY, _KX)
# The squares of JPEG stand at multiples of an eighth along both axes; print stands along the axes too.
_LOOK = (_RING > 10) & (_RING < 63) & (np.abs(_KY) > 0.5) & (np.abs(_KX) > 0.5)
_EIGHTH = GRID // 16
_LOOK &= ~((np.abs(_KX % _EIGHTH) < 1.5) & (np.abs(_KY % _EIGHTH) < 1.5))
_WEIGHT = float(_HANN.sum()) / 2


def _peak(values: Array) -> float:
    power = np.abs(np.fft.rfft2((values - values.mean()) * _HANN))
    return float(power[_LOOK].max()) / _WEIGHT
