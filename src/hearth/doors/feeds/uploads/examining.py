"""Examining: an upload as it is taken in, and as it is shown: small, upright, as a picture."""

from __future__ import annotations

import hashlib
import io

from hearth.doors.feeds.uploads.heif import as_jpeg
from hearth.doors.feeds.uploads.kinds import E_INVOICES, ENDINGS, Kind, Upload, plain_name
from hearth.doors.feeds.uploads.pdf import examine_pdf, page_of
from hearth.doors.feeds.uploads.pictures import examine_picture, upright
from hearth.doors.feeds.uploads.refused import UploadNotAPaper, UploadPageMissing
from hearth.doors.feeds.uploads.telling import kind_of

THUMBNAIL_SIDE = 320
"""The longer side of a thumbnail, in pixels, unless told."""


def examined(name: str, content: bytes) -> Upload:
    """What an upload is.  `name` is what its sender calls it.  Raises: UploadRefused.

    An electronic invoice is told by its beginning alone, and has no size: `feeds.taking` has it opened.
    """
    kind = kind_of(name, content)
    width, height, pages = 0, 0, 1
    if kind is Kind.PDF:
        width, height, pages = examine_pdf(name, content)
    elif kind is Kind.HEIC:
        width, height = examine_picture(name, as_jpeg(name, content), Kind.JPEG)
    elif kind not in E_INVOICES:
        width, height = examine_picture(name, content, kind)
    digest = hashlib.sha256(content).hexdigest()
    return Upload(kind, width, height, pages, digest, len(content), plain_name(name, kind))


def as_kept(name: str, content: bytes) -> tuple[str, bytes]:
    """The name and the bytes that are kept of a file: of an iPhone's picture a JPEG of it.  Raises: UploadRefused.

    Browsers, readers of print and people who ask for their papers open a JPEG; where it was taken stays behind.
    """
    if kind_of(name, content) is not Kind.HEIC:
        return name, content
    return plain_name(plain_name(name), Kind.JPEG), as_jpeg(name, content)


def thumbnail(content: bytes, kind: Kind | str, side: int = THUMBNAIL_SIDE, *, page: int = 1) -> bytes:
    """A small JPEG of a picture or of one page of a PDF, upright, without any metadata.  Raises: UploadRefused."""
    name = f"upload{ENDINGS[Kind(kind)][0]}"
    if kind_of(name, content) != Kind(kind) or kind in E_INVOICES:
        raise UploadNotAPaper(file=name, found="no picture or PDF")
    if not 16 <= side <= 4_096:
        raise ValueError(f"the side of a thumbnail is 16 to 4,096 pixels, not {side}")
    if page < 1 or (page > 1 and kind != Kind.PDF):
        raise UploadPageMissing(file=name, page=page)
    if kind == Kind.HEIC:
        return as_jpeg(name, content, side)
    picture = page_of(name, content, side, page) if kind == Kind.PDF else upright(name, content, Kind(kind), side)
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=80, optimize=True)
    return held.getvalue()
