"""Quality: whether a photograph of a paper can be read: what is wrong with it, where, and how to take it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np

from hearth.kernel.documents.seen import FEW, TILE, Array, Box, Seen, grid, seen
from hearth.kernel.documents.sentences import QUALITY
from hearth.kernel.documents.upright import uprightness

Severity = Literal["warn", "block"]

SIGNS = (
    "blurred", "glare", "too_dark", "too_bright", "cut_edge", "tilted", "too_small", "screen_photo", "wrong_way_up",
)  # fmt: skip
"""What may be wrong with a photograph, in the order in which it is told."""

UNSURE = ("too_bright", "screen_photo")
"""Signs that are often missed or found in vain: they never block unless a product says so (docs/papers.md)."""


@dataclass(frozen=True, slots=True)
class Bound:
    """From which score on a sign is told, and from which the picture is not taken; None: never."""

    warn: float | None
    block: float | None = None
    below: bool = False
    """Whether small scores are the bad ones."""

    def severity(self, score: float) -> Severity | None:
        """What a score leads to; None: nothing."""
        for severity, bound in (("block", self.block), ("warn", self.warn)):
            if bound is not None and (score <= bound if self.below else score >= bound):
                return "block" if severity == "block" else "warn"
        return None

    def threshold(self, severity: Severity) -> float:
        """The bound that a finding of that severity crossed."""
        bound = self.block if severity == "block" else self.warn
        return 0.0 if bound is None else bound


@dataclass(frozen=True)
class Quality:
    """Bounds by sign; a sign without bounds is not looked for."""

    bounds: Mapping[str, Bound] = field(
        default_factory=lambda: {
            "blurred": Bound(3.2, 4.6),
            "glare": Bound(0.006, 0.06),
            "too_dark": Bound(95, 40, below=True),
            "too_bright": Bound(92),
            "cut_edge": Bound(0.5),
            "tilted": Bound(10, 30),
            "too_small": Bound(10.5, 7, below=True),
            "screen_photo": Bound(0.28),
            "wrong_way_up": Bound(90),
        }
    )


def rules_of(products: Sequence[Mapping[str, str]]) -> Quality:
    """The bounds that hold where products say what follows from a sign: nothing, a warning, or that it is taken again.

    Needs:   what each product of a claim says, by sign: off, warn, block; a sign of which none speaks keeps its bounds
    Gives:   the bounds; of several products the strictest holds, since the paper is handed in to all of them
    Source:  issue 4 (warn or block is product data); products' `photos`
    """
    bounds = dict(DEFAULT.bounds)
    for sign, bound in DEFAULT.bounds.items():
        said = [product[sign] for product in products if sign in product]
        if not said:
            continue
        strictest = max(said, key=("off", "warn", "block").index)
        if strictest == "off":
            del bounds[sign]
        elif strictest == "warn":
            bounds[sign] = Bound(bound.warn if bound.warn is not None else bound.block, None, bound.below)
        else:
            bounds[sign] = Bound(bound.warn, bound.block if bound.block is not None else bound.warn, bound.below)
    return Quality(bounds)


DEFAULT = Quality()
"""What holds unless a product says otherwise; tuned on made-up pages (docs/papers.md)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a photograph.

    `box` is the bad place in pixels of the original: left, top, right, bottom.  `turn` is told of wrong_way_up alone:
    the degrees, clockwise, by which the picture has to be turned.
    """

    code: str
    severity: Severity
    score: float
    threshold: float
    box: Box
    says_zh: str
    says_en: str
    retake_zh: str
    retake_en: str
    turn: int = 0

    def sentence(self, lang: str) -> str:
        """What is wrong, in "zh" or "en"."""
        return self.says_zh if lang.startswith("zh") else self.says_en

    def retake(self, lang: str) -> str:
        """How to take it again, in "zh" or "en"."""
        return self.retake_zh if lang.startswith("zh") else self.retake_en


@dataclass(frozen=True)
class Verdict:
    """What was found, worst first, and every score, found wanting or not; what could not be measured has none."""

    findings: tuple[Finding, ...]
    scores: Mapping[str, float]

    @property
    def is_good(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def blocks(self) -> bool:
        """Whether the picture should be taken again before anything else."""
        return any(finding.severity == "block" for finding in self.findings)

    def codes(self) -> tuple[str, ...]:
        """The signs that were found."""
        return tuple(finding.code for finding in self.findings)


def look(picture: Array, rules: Quality = DEFAULT, scale: float = 1.0) -> Verdict:
    """The verdict on one photograph of a paper.

    Needs:   uint8, height × width × 3 (red, green, blue), turned as its camera says; `scale` original pixels in one
             pixel of it, where it was decoded smaller
    Gives:   every sign whose score crosses a bound, with its place in the original's pixels; a picture with hardly any
             letters is judged by its light, edges and sharpness as far as they can be measured
    Source:  DOMAIN S2.10; docs/papers.md, quality
    """
    high, wide = picture.shape[:2]
    if min(high, wide) < 2 * TILE:
        small = {"too_small": 0.0}
        return Verdict(tuple(_findings(small, {}, rules, (0, 0, wide * scale, high * scale), 0)), small)
    found = seen(picture)
    scores: dict[str, float] = {}
    places: dict[str, Box] = {}
    for measure in (_sharpness, _light, _glare, _edges, _lie):
        measure(found, scores, places)
    turn = _turn(found, scores)
    original = found.factor * scale
    places = {code: _scaled(box, original) for code, box in places.items()}
    if "screen_photo" in rules.bounds and scores["too_dark"] < 246 and not found.inverted:
        strength = grid(picture, found)
        if strength is not None:
            scores["screen_photo"] = strength[0]
            places["screen_photo"] = _scaled(strength[1], scale)
    if scores.get("too_small"):
        scores["too_small"] *= original
    whole = (0.0, 0.0, wide * scale, high * scale)
    return Verdict(tuple(_findings(scores, places, rules, whole, turn)), scores)


def _findings(
    scores: Mapping[str, float], places: Mapping[str, Box], rules: Quality, whole: Box, turn: int
) -> list[Finding]:
    told: list[Finding] = []
    for code in SIGNS:
        bound, score = rules.bounds.get(code), scores.get(code)
        severity = bound.severity(score) if bound is not None and score is not None else None
        if bound is None or score is None or severity is None:
            continue
        says_zh, says_en, retake_zh, retake_en = QUALITY[code]
        box = places.get(code, whole)
        threshold = bound.threshold(severity)
        told.append(
            Finding(code, severity, float(score), threshold, box, says_zh, says_en, retake_zh, retake_en,
                    turn if code == "wrong_way_up" else 0)
        )  # fmt: skip
    return sorted(told, key=lambda finding: finding.severity != "block")


# --- the signs, one by one -------------------------------------------------------------------------------------------


def _sharpness(found: Seen, scores: dict[str, float], places: dict[str, Box]) -> None:
    """Pixels in which ink turns into paper, in the middle of all squares with letters; in the worse direction, as a
    shaken picture is sharp along its rows or across them."""
    tiles = found.tiles
    looked = (tiles.letters > 1) & (tiles.contrast > 40)
    if looked.sum() < 4:
        looked = tiles.contrast > 60
    if looked.sum() < 4:
        return
    # Around a dark card the bright grain of a table looks like print, and is soft: the crisp squares are asked there.
    share = 20 if found.inverted else 50
    middles = {
        name: float(np.percentile(width[looked], share)) for name, width in (("a", tiles.across), ("d", tiles.down))
    }
    worse = tiles.across if middles["a"] >= middles["d"] else tiles.down
    width = max(middles.values())
    places["blurred"] = _whole(looked & (worse >= 0.8 * width))
    # An enlarged picture is as sharp as it was before: that it is small is another sign.
    scores["blurred"] = width * min(1.0, found.factor)


def _light(found: Seen, scores: dict[str, float], places: dict[str, Box]) -> None:
    """How bright the paper is, and how dark its ink stays where the paper is at its brightest."""
    looked = found.text if found.text.any() else np.ones_like(found.text)
    tiles = found.tiles
    scores["too_dark"] = float(np.median(tiles.ground[looked]))
    places["too_dark"] = _whole(looked & (tiles.ground <= scores["too_dark"] + 8))
    if found.inverted:
        # Such paper is dark by daylight, too: what has to be bright is its print.
        scores["too_dark"] = 255 - float(np.median(tiles.darkest[looked]))
        return
    if len(found.glyphs) >= FEW and scores["too_dark"] >= 246 and float(np.median(tiles.burnt[looked])) > 0.4:
        scores["too_bright"] = float(np.median(tiles.darkest[looked]))
        places["too_bright"] = _whole(looked)


def _glare(found: Seen, scores: dict[str, float], places: dict[str, Box]) -> None:
    """The share of the picture that a reflection burnt out: brighter than the paper around it, and suddenly so."""
    if found.inverted:
        return
    tiles = found.tiles
    burnt = (tiles.burnt > 0.8).astype(np.uint8)
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(burnt, connectivity=4, ltype=cv2.CV_32S)
    page = float(np.median(tiles.ground[found.text])) if found.text.any() else float(np.median(tiles.ground))
    scores["glare"] = 0.0
    if page >= 240 and scores.get("blurred", 0.0) >= 4.6:
        # Smeared print darkens bright paper here and there: what is left between looks like a reflection.
        return
    for place in range(1, count):
        share = float(stats[place, cv2.CC_STAT_AREA]) / burnt.size
        if share <= scores["glare"] or share > 0.7:
            continue
        spot = (labels == place).astype(np.uint8)
        around = cv2.dilate(spot, np.ones((13, 13), np.uint8)) - cv2.dilate(spot, np.ones((7, 7), np.uint8))
        beside = tiles.ground[(around > 0) & (tiles.ground > 0.6 * page)]
        if beside.size >= 3 and float(np.median(beside)) < 245:
            scores["glare"] = share
            places["glare"] = _around(spot > 0)


def _edges(found: Seen, scores: dict[str, float], places: dict[str, Box]) -> None:
    """Whether the paper goes on outside the picture: it lies on one side's border while others show what it lies on;
    or letters are cut through."""
    high, wide = found.grey.shape
    if not found.paper.any() or found.inverted:
        return
    shares = {side: _paper_at(found, side) for side in ("top", "right", "bottom", "left")}
    cut = dict.fromkeys(shares, 0.0)
    if sum(share < 0.35 for share in shares.values()) >= 1:
        cut = {side: share if share >= 0.5 else 0.0 for side, share in shares.items()}
    for side, through in _cut_through(found).items():
        if through >= 3 and shares[side] >= 0.3:
            cut[side] = max(cut[side], min(1.0, 0.4 + through / 20))
    worst = max(cut, key=lambda side: cut[side])
    scores["cut_edge"] = cut[worst]
    deep = 2.0 * TILE
    places["cut_edge"] = {
        "top": (0.0, 0.0, float(wide), deep), "bottom": (0.0, high - deep, float(wide), float(high)),
        "left": (0.0, 0.0, deep, float(high)), "right": (wide - deep, 0.0, float(wide), float(high)),
    }[worst]  # fmt: skip


def _paper_at(found: Seen, side: str) -> float:
    """The share of a side's border that looks like the paper nearest to it."""
    across = side in ("top", "bottom")
    ground, text, colour = found.tiles.ground, found.paper, found.colour
    if not across:
        ground, text, colour = ground.T, text.T, colour.transpose(1, 0, 2)
    if side in ("bottom", "right"):
        ground, text, colour = ground[::-1], text[::-1], colour[::-1]
    strip = colour[:10].astype(np.float32).mean(axis=0)
    rows = np.flatnonzero(text.any(axis=1))[:4]
    paper = float(np.median(ground[rows][text[rows]]))
    first = rows[0] * TILE
    near = colour[first : first + 4 * TILE : 8, ::8].reshape(-1, 3)
    tone = _tone(np.percentile(near, 85, axis=0).astype(np.float32)[None])[0]
    level = strip.mean(axis=1)
    alike = (level >= 0.78 * paper) & (np.abs(_tone(strip) - tone).max(axis=1) < 0.018)
    return float(alike.mean())


def _tone(colour: Array) -> Array:
    """Shares of red, green and blue: the colour without its brightness."""
    return np.asarray(colour / np.maximum(colour.sum(axis=1, keepdims=True), 1))


def _cut_through(found: Seen) -> dict[str, int]:
    """How many letters and rules each side of the picture cuts through."""
    high, wide = found.grey.shape
    x, y, across, down = found.touching.T if len(found.touching) else np.zeros((4, 0), dtype=int)
    letter = (down >= 4) & (down <= 60) & (across >= 3) & (across <= 90)
    return {
        "top": int((letter & (y <= 1)).sum()), "bottom": int((letter & (y + down >= high - 1)).sum()),
        "left": int((letter & (x <= 1)).sum()), "right": int((letter & (x + across >= wide - 1)).sum()),
    }  # fmt: skip


def _lie(found: Seen, scores: dict[str, float], places: dict[str, Box]) -> None:
    """How large letters are, and how far rows are from lying straight."""
    if len(found.glyphs) < FEW:
        return
    scores["too_small"] = found.letter_height
    scores["tilted"] = abs(found.angle) if found.upright else 90 - abs(found.angle)
    places["too_small"] = places["tilted"] = _whole(found.paper)


def _turn(found: Seen, scores: dict[str, float]) -> int:
    """By how many degrees, clockwise, the picture has to be turned until its letters stand on their feet."""
    if len(found.glyphs) < FEW:
        return 0
    grey, glyphs = found.grey, found.glyphs
    if not found.upright:
        # Turned a quarter clockwise: (x, y) comes to (height - y, x).
        x, y, across, down = glyphs.T
        glyphs = np.stack([grey.shape[0] - y - down, x, down, across], axis=1)
        grey = np.ascontiguousarray(np.rot90(grey, -1))
    sure = uprightness(grey, glyphs)
    # Letters that lie askew or are smeared do not tell their feet from their heads.
    clear = scores["tilted"] <= 12 and scores.get("blurred", 0.0) < 4.4
    turn = (180 if clear and sure < -2 else 0) if found.upright else (90 if sure >= 0 else 270)
    scores["wrong_way_up"] = float(min(turn, 360 - turn))
    return turn


# --- places ----------------------------------------------------------------------------------------------------------


def _whole(squares: Array) -> Box:
    """The box around all of the squares, in working pixels."""
    rows, columns = np.flatnonzero(squares.any(axis=1)), np.flatnonzero(squares.any(axis=0))
    if not len(rows):
        return 0.0, 0.0, float(squares.shape[1] * TILE), float(squares.shape[0] * TILE)
    sides = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    left, top, right, bottom = (float(side) * TILE for side in sides)
    return left, top, right, bottom


def _around(squares: Array) -> Box:
    """The box around the largest group of squares, in working pixels."""
    near = cv2.morphologyEx(squares.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(near, connectivity=8, ltype=cv2.CV_32S)
    largest = stats[1:][int(stats[1:, cv2.CC_STAT_AREA].argmax())]
    x, y, wide, high = (float(value) * TILE for value in largest[:4])
    return x, y, x + wide, y + high


def _scaled(box: Box, factor: float) -> Box:
    return box[0] * factor, box[1] * factor, box[2] * factor, box[3] * factor
