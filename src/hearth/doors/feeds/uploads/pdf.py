"""PDF: pages counted and drawn, once it is known how far the file unpacks."""

from __future__ import annotations

import re
import threading
import zlib
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image

from hearth.doors.feeds.uploads.kinds import Kind, plain_name
from hearth.doors.feeds.uploads.limits import MAX_PAGES, MAX_PARTS, MAX_PIXELS, MAX_STREAM, MAX_UNPACKED
from hearth.doors.feeds.uploads.pictures import bare
from hearth.doors.feeds.uploads.refused import (
    UploadDamaged,
    UploadLocked,
    UploadPageMissing,
    UploadTooManyPages,
    UploadTooManyPixels,
    UploadUnpacksTooFar,
)
from hearth.doors.feeds.uploads.telling import refuse_second

# PDFium keeps state of its own and is not to be called by two threads at once.
_pdfium_lock = threading.Lock()


def examine_pdf(name: str, content: bytes) -> tuple[int, int, int]:
    """Width and height of the first page in points, and the pages."""
    shown = plain_name(name)
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise UploadDamaged(file=shown)
    refuse_second(name, content, end + 5, Kind.PDF)
    _refuse_unpacking(shown, content)
    with _pdfium_lock:
        document = _open_pdf(shown, content)
        try:
            pages = len(document)
            if pages > MAX_PAGES:
                raise UploadTooManyPages(file=shown, pages=f"{pages:,}", most=MAX_PAGES)
            sizes = [document.get_page_size(n) for n in range(pages)] or [(0.0, 0.0)]
        except pdfium.PdfiumError as broken:
            raise UploadDamaged(file=shown) from broken
        finally:
            document.close()
    width, height = sizes[0]
    if not all(0 < side < 1_000_000 for side in (width, height)):
        raise UploadDamaged(file=shown)
    return max(1, round(width)), max(1, round(height)), pages


def _open_pdf(shown: str, content: bytes) -> Any:
    # Opened by hand: the library's own way asks for the reason of a failure where there was none to tell.
    opened = pdfium.raw.FPDF_LoadMemDocument64(content, len(content), None)
    if not opened:
        reason = pdfium.raw.FPDF_GetLastError()
        raise UploadLocked(file=shown) if reason == pdfium.raw.FPDF_ERR_PASSWORD else UploadDamaged(file=shown)
    return pdfium.PdfDocument(opened)


def _refuse_unpacking(shown: str, content: bytes) -> None:
    """Unpacks every part of a PDF as far as the limits, piece by piece, and keeps nothing of it."""
    read = total = 0
    for number, found in enumerate(re.finditer(rb"(?<!end)stream\r?\n", content)):
        if number == MAX_PARTS:
            raise UploadDamaged(file=shown)
        # Where a part ends is not looked for: what a PDF says of it need not be so, and unpacking ends by itself.
        unpacking, at, part = zlib.decompressobj(), found.end(), 0
        while not unpacking.eof and (unpacking.unconsumed_tail or at < len(content)):
            held = unpacking.unconsumed_tail or content[at : at + _PIECE]
            at += 0 if unpacking.unconsumed_tail else _PIECE
            try:
                gained = len(unpacking.decompress(held, _GAIN))
            except zlib.error:
                break
            read += len(held) - len(unpacking.unconsumed_tail)
            part, total = part + gained, total + gained
            if part > MAX_STREAM or total > MAX_UNPACKED or read > MAX_UNPACKED:
                most = MAX_STREAM if part > MAX_STREAM else MAX_UNPACKED
                raise UploadUnpacksTooFar(file=shown, most=f"{most:,}")


_PIECE, _GAIN = 16_384, 1_000_000


def page_of(name: str, content: bytes, side: int, number: int) -> Image.Image:
    shown = plain_name(name)
    examine_pdf(name, content)
    with _pdfium_lock:
        document = _open_pdf(shown, content)
        try:
            if number > len(document):
                raise UploadPageMissing(file=shown, page=number)
            page = document[number - 1]
            for one in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE]):
                width, height = one.get_px_size()
                if width * height > MAX_PIXELS:
                    raise UploadTooManyPixels(
                        file=shown, width=f"{width:,}", height=f"{height:,}", most=f"{MAX_PIXELS:,}"
                    )
            picture = page.render(scale=side / max(page.get_size())).to_pil().convert("RGB")
            picture.thumbnail((side, side))
            return bare(picture)
        except (pdfium.PdfiumError, ValueError, MemoryError) as broken:
            raise UploadDamaged(file=shown) from broken
        finally:
            document.close()
