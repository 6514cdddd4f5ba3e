"""Sheet: a page that is drawn on, and that remembers where every printed text, field and line of it stands."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import segno
from PIL import Image, ImageDraw

from hearth.doors.demo.papers.fonts import face

Colour = tuple[int, int, int]

INK: Colour = (28, 28, 32)
GREY: Colour = (128, 128, 132)
FAINT: Colour = (176, 176, 180)
RED: Colour = (196, 38, 32)
BROWN: Colour = (150, 74, 42)
BLUE: Colour = (40, 70, 150)

SAYS_SAMPLE = "样张：内容均为虚构，仅供测试，不是真实单据"


@dataclass(slots=True)
class Run:
    """A printed text with its ink: left, top, right, bottom, in pixels of the sheet."""

    text: str
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class Cell:
    """What a field or a cell of a line says: the text printed, the value meant, and the runs that print it."""

    text: str
    value: str
    runs: list[int]


@dataclass
class Sheet:
    """A page of `width` by `height` units; a unit is 1/200 inch, drawn in `scale` pixels."""

    width: int
    height: int
    scale: float = 1.0
    paper: Colour = (253, 253, 251)
    runs: list[Run] = field(default_factory=list)
    fields: dict[str, Cell] = field(default_factory=dict)
    lines: list[dict[str, Cell]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (self.px(self.width), self.px(self.height)), self.paper)
        self.pen = ImageDraw.Draw(self.image)

    def px(self, units: float) -> int:
        """Units as whole pixels."""
        return round(units * self.scale)

    # --- text ---------------------------------------------------------------------------------------------------------

    def measure(self, text: str, size: float, look: str = "sans") -> float:
        """How wide a text will be, in units."""
        pixels = max(6, self.px(size))
        return sum(_advance(sign, look, pixels) for sign in text) / self.scale

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 22,
        *,
        look: str = "sans",
        ink: Colour = INK,
        align: str = "left",
        gap: float = 0,
        within: float = 0,
    ) -> int:
        """Print a text whose middle line is at y; gives the number of its run.

        `align` says which part of it x is: left, middle, right.  `gap` is put between signs.  `within` narrows the
        letters until the text is no wider than that.
        """
        pixels = max(6, self.px(size))
        if within and self.measure(text, size, look) > within:
            pixels = max(6, int(pixels * within / self.measure(text, size, look)))
        mask, inked = _mask(text, look, pixels, self.px(gap))
        across = mask.width - 8
        at = self.px(x) - 2 - (0 if align == "left" else across // 2 if align == "middle" else across)
        top = self.px(y) - round(pixels * 0.62)
        self.image.paste(ink, (at, top), mask)
        box = (at + inked[0], top + inked[1], at + inked[2], top + inked[3])
        self.runs.append(Run(text, box))
        return len(self.runs) - 1

    def wrapped(
        self, x: float, y: float, text: str, width: float, size: float = 22, *, look: str = "sans", step: float = 1.5
    ) -> tuple[list[int], float]:
        """Print a text in as many rows as it takes; gives its runs and the y after it."""
        rows: list[str] = []
        row = ""
        for sign in text:
            if sign == "\n" or self.measure(row + sign, size, look) > width:
                rows.append(row)
                row = "" if sign == "\n" else sign
            else:
                row += sign
        rows.append(row)
        runs = []
        for row in rows:
            if row:
                runs.append(self.text(x, y, row, size, look=look))
            y += size * step
        return runs, y

    def told(self, key: str, text: str, runs: list[int] | int, value: str | None = None) -> None:
        """Remember that a field is printed by these runs."""
        self.fields[key] = Cell(text, text if value is None else value, [runs] if isinstance(runs, int) else runs)

    def label(
        self,
        x: float,
        y: float,
        name: str,
        said: str,
        key: str | None = None,
        size: float = 22,
        *,
        value: str | None = None,
        look: str = "sans",
        ink: Colour = INK,
        label_ink: Colour | None = None,
        gap: float = 0,
        within: float = 0,
    ) -> float:
        """Print a label and what it says beside it; gives the x after both."""
        self.text(x, y, name, size, look=look, ink=label_ink or ink)
        x += self.measure(name, size, look) + gap
        if said:
            run = self.text(x, y, said, size, look=look, ink=ink, within=within)
            if key:
                self.told(key, said, run, value)
            x += self.measure(said, size, look)
        return x

    # --- rules, stamps, codes -----------------------------------------------------------------------------------------

    def rule(self, x0: float, y0: float, x1: float, y1: float, ink: Colour = INK, thick: float = 1.6) -> None:
        """A straight rule."""
        ends = (self.px(x0), self.px(y0), self.px(x1), self.px(y1))
        self.pen.line(ends, fill=ink, width=max(1, self.px(thick)))

    def frame(self, x0: float, y0: float, x1: float, y1: float, ink: Colour = INK, thick: float = 1.6) -> None:
        """A rectangle."""
        ends = (self.px(x0), self.px(y0), self.px(x1), self.px(y1))
        self.pen.rectangle(ends, outline=ink, width=max(1, self.px(thick)))

    def band(self, x0: float, y0: float, x1: float, y1: float, fill: Colour) -> None:
        """A filled rectangle."""
        self.pen.rectangle((self.px(x0), self.px(y0), self.px(x1), self.px(y1)), fill=fill)

    def stamp(
        self, x: float, y: float, arc: str, middle: str, *, wide: float = 300, high: float = 200, strength: int = 190
    ) -> None:
        """A red oval stamp around (x, y).  What stands on it is no field: it lies across other text."""
        made = _stamp(arc, middle, self.px(wide), self.px(high), strength)
        at = (self.px(x) - made.width // 2, self.px(y) - made.height // 2)
        self.image.paste(made, at, made)

    def code(self, x: float, y: float, side: float, payload: str, *, still: bool = False) -> None:
        """A QR code with its upper left corner at (x, y); `still`: one made before, whatever the payload says."""
        made = _code(SAYS_SAMPLE if still else payload, self.px(side))
        self.image.paste(made, (self.px(x), self.px(y)))

    def watermark(self, text: str, size: float = 60, strength: int = 26, angle: float = 24) -> None:
        """Faint words all over the page."""
        veil = _veil(text, self.px(size), self.image.width, self.image.height, strength, angle)
        self.image.paste((120, 124, 132), (0, 0), veil)

    def sample(self, x: float | None = None, y: float | None = None, align: str = "left", size: float = 13) -> None:
        """The small print that says the paper is made up."""
        self.text(
            40 if x is None else x, self.height - 22 if y is None else y, SAYS_SAMPLE, size, ink=GREY, align=align
        )

    # --- the truth ----------------------------------------------------------------------------------------------------

    def truth(self) -> dict[str, Any]:
        """Fields, lines and printed texts as docs/papers.md states them, boxes in pixels of the sheet."""
        return {
            "fields": {key: self._cell(cell) for key, cell in self.fields.items()},
            "lines": [{name: self._cell(cell) for name, cell in line.items()} for line in self.lines],
            "ocr": [{"text": run.text, "box": _corners(run.box)} for run in self.runs],
        }

    def _cell(self, cell: Cell) -> dict[str, Any]:
        boxes = [self.runs[run].box for run in cell.runs]
        around = [min(box[0] for box in boxes), min(box[1] for box in boxes)]
        around += [max(box[2] for box in boxes), max(box[3] for box in boxes)]
        return {"text": cell.text, "value": cell.value, "box": around}


def _corners(box: tuple[float, float, float, float]) -> list[list[float]]:
    x0, y0, x1, y1 = box
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


@lru_cache(maxsize=60_000)
def _advance(sign: str, look: str, pixels: int) -> float:
    return face(look, pixels).getlength(sign)


@lru_cache(maxsize=20_000)
def _letter(sign: str, look: str, pixels: int) -> np.ndarray[Any, Any]:
    """The ink of one sign.  Drawing a sign from its outline takes longest of all, and papers use few signs often."""
    ink = Image.new("L", (round(_advance(sign, look, pixels)) + 4, round(pixels * 1.36)), 0)
    # Letters stand on a line 0.98 of their size below the top of the mask, as they do in a row of print.
    at = (2, round(pixels * 0.98))
    ImageDraw.Draw(ink).text(at, sign, fill=255, font=face(look, pixels), anchor="ls")
    return np.asarray(ink)


@lru_cache(maxsize=6000)
def _mask(text: str, look: str, pixels: int, gap: int) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """The ink of a text, which begins two pixels from the left, and the box around what is inked."""
    wide = sum(_advance(sign, look, pixels) for sign in text) + gap * max(0, len(text) - 1)
    mask = np.zeros((round(pixels * 1.36), max(1, round(wide)) + 8), dtype=np.uint8)
    x = 0.0
    for sign in text:
        letter = _letter(sign, look, pixels)
        place = mask[:, round(x) : round(x) + letter.shape[1]]
        np.maximum(place, letter[:, : place.shape[1]], out=place)
        x += _advance(sign, look, pixels) + gap
    made = Image.fromarray(mask)
    return made, made.getbbox() or (2, 0, 3, mask.shape[0])


@lru_cache(maxsize=64)
def _stamp(arc: str, middle: str, wide: int, high: int, strength: int) -> Image.Image:
    """An oval stamp with words along its upper rim, drawn as ink that did not take everywhere alike."""
    red = Image.new("L", (wide, high), 0)
    pen = ImageDraw.Draw(red)
    thick = max(2, wide // 75)
    pen.ellipse((1, 1, wide - 2, high - 2), outline=255, width=thick)
    pen.ellipse((thick * 2, thick * 2, wide - thick * 2, high - thick * 2), outline=150, width=1)
    size = max(6, round(high * 0.125))
    letters = face("serif_bold", size)
    for place, sign in enumerate(arc):
        share = 0.5 if len(arc) == 1 else place / (len(arc) - 1)
        angle = math.radians(200 + 140 * share)
        x = wide / 2 + (wide / 2 - size * 1.15) * math.cos(angle)
        y = high / 2 + (high / 2 - size * 1.05) * math.sin(angle)
        one = Image.new("L", (size * 2, size * 2), 0)
        ImageDraw.Draw(one).text((size, size), sign, fill=255, font=letters, anchor="mm")
        turned = one.rotate(-(-70 + 140 * share) * 0.75, resample=Image.Resampling.BILINEAR)
        red.paste(255, (round(x - size), round(y - size)), turned)
    pen.text(
        (wide / 2, high * 0.56), middle, fill=255, font=face("serif_bold", max(6, round(high * 0.15))), anchor="mm"
    )
    worn = np.asarray(red, dtype=np.float32)
    rng = np.random.default_rng(len(arc) * 7919 + len(middle))
    coarse = Image.fromarray((rng.random((6, 8)) * 255).astype(np.uint8)).resize((wide, high), Image.Resampling.BICUBIC)
    fine = rng.random((high, wide), dtype=np.float32)
    take = (0.62 + 0.38 * np.asarray(coarse, dtype=np.float32) / 255) * (0.8 + 0.2 * fine)
    alpha = Image.fromarray((worn * take * (strength / 255)).astype(np.uint8))
    made = Image.new("RGBA", (wide, high), (*RED, 0))
    made.putalpha(alpha)
    return made


@lru_cache(maxsize=16)
def _code(payload: str, side: int) -> Image.Image:
    cells = np.array([[1 if cell else 0 for cell in row] for row in segno.make(payload, micro=False, error="m").matrix])
    quiet = np.pad(cells, 2)
    picture = Image.fromarray(np.where(quiet == 1, 20, 255).astype(np.uint8))
    return picture.resize((side, side), Image.Resampling.NEAREST).convert("RGB")


@lru_cache(maxsize=16)
def _veil(text: str, pixels: int, wide: int, high: int, strength: int, angle: float) -> Image.Image:
    letters = face("sans", max(8, pixels))
    across = round(letters.getlength(text)) + pixels * 3
    far = round(math.hypot(wide, high))
    veil = Image.new("L", (far, far), 0)
    pen = ImageDraw.Draw(veil)
    for row, y in enumerate(range(0, far, pixels * 5)):
        for x in range(-(row % 2) * across // 2, far, across):
            pen.text((x, y), text, fill=strength, font=letters)
    turned = veil.rotate(angle, resample=Image.Resampling.BILINEAR)
    left, top = (far - wide) // 2, (far - high) // 2
    return turned.crop((left, top, left + wide, top + high))
