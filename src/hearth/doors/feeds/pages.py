"""Pages: the pages of a paper as they are read: the print that a PDF carries itself, else its picture, upright."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image, ImageOps

from hearth.desks.documents import Page
from hearth.doors.feeds import einvoice
from hearth.doors.feeds.einvoice.code import told_on
from hearth.doors.feeds.uploads import E_INVOICES, MAX_PIXELS, MEDIA_TYPES, UploadDamaged, plain_name
from hearth.words.papers import Run

FILES = frozenset(MEDIA_TYPES[kind] for kind in E_INVOICES)

SCALE = 2.5
"""Pixels a point at which a page of a PDF is drawn and its print is placed: 180 to the inch."""

LEAST_PRINT = 30
"""A page with fewer letters of its own is a scan, and is looked at."""

MOST_PAGES = 20

MOST_RUNS = 3_000
"""The most texts of a page that are read; a page full of small print has about a thousand."""


def opened(content: bytes, media_type: str) -> list[Page]:
    """The pages of bytes that `uploads.examined` let in.  Raises: UploadRefused."""
    if media_type in FILES:
        # A sheet of nothing but print is read as print; what the file states of itself is taken at its word.
        sheets = einvoice.opened("upload", content)[:MOST_PAGES]
        return [Page(one.width, one.height, runs=one.runs, states=one.states) for one in sheets]
    try:
        return list(_of_pdf(content)) if media_type == "application/pdf" else [_of_picture(content)]
    except (pdfium.PdfiumError, OSError, ValueError, SyntaxError) as broken:
        raise UploadDamaged(file=plain_name("upload")) from broken


def _of_picture(content: bytes) -> Page:
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(content), formats=["jpeg", "png", "webp"]))
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA"):
        seen = picture.convert("RGBA")
        flat = Image.new("RGBA", seen.size, "white")
        flat.alpha_composite(seen)
        picture = flat
    pixels = np.asarray(picture.convert("RGB"))
    return Page(pixels.shape[1], pixels.shape[0], pixels, told=told_on(pixels))


def _of_pdf(content: bytes) -> Iterator[Page]:
    document = pdfium.PdfDocument(content)
    try:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            width, height = page.get_size()
            # A poster is drawn no larger than a picture may be.
            scale = min(SCALE, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
            runs = tuple(_print_of(page, height, scale))
            size = max(1, round(width * scale)), max(1, round(height * scale))
            if sum(len(run.text.replace(" ", "")) for run in runs) >= LEAST_PRINT:
                yield Page(*size, runs=runs)
            else:
                pixels = np.asarray(page.render(scale=scale).to_pil().convert("RGB"))
                yield Page(pixels.shape[1], pixels.shape[0], pixels, told=told_on(pixels))
    finally:
        document.close()


def _print_of(page: pdfium.PdfPage, height: float, scale: float) -> Iterator[Run]:
    """The text of a page, a run a line and style; what a file says of itself is sure."""
    text = page.get_textpage()
    for number in range(min(text.count_rects(), MOST_RUNS)):
        left, bottom, right, top = text.get_rect(number)
        said = " ".join(text.get_text_bounded(left, bottom, right, top).split())
        if said:
            x0, x1, y0, y1 = left * scale, right * scale, (height - top) * scale, (height - bottom) * scale
            yield Run(said, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), 1.0)
