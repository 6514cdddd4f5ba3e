"""Papers: photographs looked at as they arrive: decoded no larger than needed, judged, marked on a thumbnail."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from hearth.doors.feeds.uploads import Kind, UploadDamaged, plain_name, thumbnail
from hearth.kernel.documents.quality import DEFAULT, Finding, Quality, Verdict, look
from hearth.kernel.documents.seen import WORKING

MARKED_SIDE = 720
"""Longer side of a marked thumbnail, in pixels."""

_EMBER, _AMBER, _PAPER = (190, 58, 22), (168, 110, 0), (255, 255, 255)


@dataclass(frozen=True)
class Judged:
    """A photograph decoded for looking at it, and the verdict; places are in the original's pixels, upright by EXIF."""

    picture: Image.Image
    scale: float
    """Original pixels in one pixel of the picture."""
    verdict: Verdict


def judged(content: bytes, kind: Kind | str, rules: Quality = DEFAULT) -> Judged:
    """The verdict on an upload that `uploads.examined` let in; of a PDF, on its first page.  Raises: UploadRefused."""
    picture, scale = _decoded(content, Kind(kind))
    return Judged(picture, scale, look(_pixels(picture), rules, scale))


def _decoded(content: bytes, kind: Kind) -> tuple[Image.Image, float]:
    if kind is Kind.PDF:
        page = Image.open(io.BytesIO(thumbnail(content, kind, 2 * WORKING)))
        return page.convert("RGB"), 1.0
    try:
        picture = Image.open(io.BytesIO(content), formats=[kind.value])
        long = max(picture.size)
        if kind is Kind.JPEG and long >= 2 * WORKING:
            # The decoder leaves out half, or three quarters, of the pixels by itself: this takes most of the time away.
            share = WORKING / long
            picture.draft("RGB", (math.ceil(picture.width * share), math.ceil(picture.height * share)))
        scale = long / max(picture.size)
        if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
            seen = picture.convert("RGBA")
            flat = Image.new("RGBA", seen.size, "white")
            flat.alpha_composite(seen)
            return flat.convert("RGB"), scale
        return ImageOps.exif_transpose(picture).convert("RGB"), scale
    except Exception as broken:
        # Decoders fail in any way on what was cut short or made up.
        raise UploadDamaged(file=plain_name("upload")) from broken


def _pixels(picture: Image.Image) -> np.ndarray[Any, Any]:
    return np.asarray(picture)


def marked(picture: Image.Image, verdict: Verdict, scale: float = 1.0, side: int = MARKED_SIDE) -> Image.Image:
    """A thumbnail on which the bad places are drawn, each with the number of its finding (from 1).

    What blocks has a whole line and stripes, what only warns a broken line: colour does not carry it alone.  `scale`:
    original pixels in one pixel of the picture.
    """
    small = picture.convert("RGB")
    small.thumbnail((side, side))
    zoom = small.width / (picture.width * scale)
    over = Image.new("RGBA", small.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(over)
    taken: list[tuple[float, float]] = []
    for number, finding in enumerate(verdict.findings, 1):
        box = _inside([value * zoom for value in finding.box], small.size)
        _outline(pen, box, finding)
        _badge(pen, box, number, finding, taken, small.size)
    return Image.alpha_composite(small.convert("RGBA"), over).convert("RGB")


def _inside(box: list[float], size: tuple[int, int]) -> tuple[float, float, float, float]:
    left, top = min(max(box[0], 2), size[0] - 14), min(max(box[1], 2), size[1] - 14)
    return left, top, max(min(box[2], size[0] - 3), left + 12), max(min(box[3], size[1] - 3), top + 12)


def _outline(pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], finding: Finding) -> None:
    left, top, right, bottom = box
    blocks = finding.severity == "block"
    colour = _EMBER if blocks else _AMBER
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    pen.rectangle(box, outline=(*_PAPER, 230), width=6)
    if blocks:
        for start in range(0, round(right - left + bottom - top), 22):
            low = (max(left, left + start - (bottom - top)), min(bottom, top + start))
            high = (min(right, left + start), max(top, top + start - (right - left)))
            pen.line((low, high), fill=(*colour, 70), width=3)
        pen.rectangle(box, outline=(*colour, 255), width=3)
        return
    for place, corner in enumerate(corners):
        _broken(pen, corner, corners[(place + 1) % 4], colour)


def _broken(
    pen: ImageDraw.ImageDraw, one: tuple[float, float], other: tuple[float, float], ink: tuple[int, int, int]
) -> None:
    long = math.dist(one, other)
    for start in range(0, round(long), 14):
        ends = [min(1.0, (start + part) / max(1.0, long)) for part in (0, 8)]
        points = [(one[0] + (other[0] - one[0]) * end, one[1] + (other[1] - one[1]) * end) for end in ends]
        pen.line(points, fill=(*ink, 255), width=3)


def _badge(
    pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], number: int, finding: Finding,
    taken: list[tuple[float, float]], size: tuple[int, int],
) -> None:  # fmt: skip
    x, y = box[0] + 16, box[1] + 16
    while any(math.dist((x, y), other) < 30 for other in taken) and x < size[0] - 46:
        x += 32
    taken.append((x, y))
    colour = _EMBER if finding.severity == "block" else _AMBER
    pen.ellipse((x - 14, y - 14, x + 14, y + 14), fill=(*colour, 255), outline=(*_PAPER, 255), width=2)
    pen.text((x, y), str(number), fill=_PAPER, font=ImageFont.load_default(18), anchor="mm")
