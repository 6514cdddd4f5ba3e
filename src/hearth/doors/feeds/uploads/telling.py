"""Telling: what a file is by its content alone, and whether a second one hides behind it."""

from __future__ import annotations

import re

from hearth.doors.feeds.uploads.boxes import is_heif
from hearth.doors.feeds.uploads.kinds import Kind, plain_name
from hearth.doors.feeds.uploads.limits import MAX_BYTES
from hearth.doors.feeds.uploads.refused import UploadNotAPaper, UploadTooLarge, UploadTwoInOne

BEGINNINGS: tuple[tuple[bytes, int, str], ...] = (
    # what stands at a place, the place, what it is; the first that fits
    (b"ftypavi", 4, "an AVIF picture"), (b"ftypmif1", 4, "an AVIF picture"), (b"ftyp", 4, "a film"),
    (b"GIF8", 0, "a GIF picture"), (b"II*\0", 0, "a TIFF picture"), (b"MM\0*", 0, "a TIFF picture"),
    (b"BM", 0, "a BMP picture"), (b"PK\x03\x04", 0, "a packed file (ZIP, Word, Excel)"),
    (b"PK\x05\x06", 0, "a packed file (ZIP, Word, Excel)"),
    (b"\xd0\xcf\x11\xe0", 0, "a packed file (ZIP, Word, Excel)"),
    (b"Rar!", 0, "a packed file"), (b"7z\xbc\xaf", 0, "a packed file"), (b"\x1f\x8b", 0, "a packed file"),
    (b"MZ", 0, "a program"), (b"\x7fELF", 0, "a program"), (b"#!", 0, "a script"),
)  # fmt: skip

MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<svg", "a drawing (SVG)"), (b"<!doctype html", "a web page (HTML)"), (b"<html", "a web page (HTML)"),
    (b"<script", "a web page (HTML)"), (b"<iframe", "a web page (HTML)"), (b"<?php", "a script"),
)  # fmt: skip

HEAD = 4_096
"""Bytes at the beginning of a file, or of what follows a picture, in which markup is looked for."""

ZIP_END = 65_557
"""Bytes at the end of a file in which the directory of a packed file ends."""


def kind_of(name: str, content: bytes) -> Kind:
    """Which kind the content of an upload is, within its size.  Raises: UploadRefused."""
    shown = plain_name(name)
    if len(content) > MAX_BYTES:
        raise UploadTooLarge(file=shown, size=f"{len(content):,}", most=f"{MAX_BYTES:,}")
    if content[:3] == b"\xff\xd8\xff":
        return Kind.JPEG
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return Kind.PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Kind.WEBP
    if is_heif(content):
        return Kind.HEIC
    if content[:5] == b"%PDF-":
        return Kind.PDF
    invoice = _e_invoice(content)
    if invoice is not None:
        return invoice
    raise UploadNotAPaper(file=shown, found=_found(content))


def _e_invoice(content: bytes) -> Kind | None:
    """The kind of an electronic invoice that a file seems to be; whether it is one, its reader finds out."""
    if content[:4] == b"PK\x03\x04":
        return Kind.OFD if b"OFD.xml" in content else None
    begins = content[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _markup(begins) is None and re.match(rb"<[?!A-Za-z]", begins):
        return Kind.XML
    return Kind.JSON if begins[:1] in (b"{", b"[") else None


def _found(content: bytes) -> str:
    """What a file is that is neither picture nor PDF, as far as its beginning tells."""
    if not content.strip(b"\0 \t\r\n"):
        return "an empty file"
    for sign, at, what in BEGINNINGS:
        if content[at : at + len(sign)] == sign:
            return what
    markup = _markup(content[:HEAD])
    if markup is not None:
        return markup
    if b"%PDF-" in content[:1024]:
        return "no picture or PDF"
    try:
        content[:HEAD].decode("utf-8")
    except UnicodeDecodeError as broken:
        return "text" if broken.start >= HEAD - 4 else "no picture or PDF"
    return "no picture or PDF" if b"\0" in content[:HEAD] else "text"


def _markup(head: bytes) -> str | None:
    lower = head.lower()
    return next((what for sign, what in MARKUP if sign in lower), None)


def refuse_second(name: str, content: bytes, end: int, kind: Kind) -> None:
    """Refuses a file that another program would open as something else; what cameras append is let be."""
    rest = content[end:]
    found = _markup(rest[:HEAD])
    if found is None and rest.lstrip()[:2] == b"MZ":
        found = "a program"
    if found is None and kind is not Kind.PDF and b"%PDF-" in content[:1024] + rest[:1024]:
        found = "a PDF"
    if found is None and b"PK\x05\x06" in (rest if kind is Kind.PDF else content)[-ZIP_END:]:
        found = "a packed file (ZIP, Word, Excel)"
    if found is not None:
        raise UploadTwoInOne(file=plain_name(name), found=found)
