"""Showing: a page of a paper as a picture, drawn anew: nothing but what can be seen reaches who looks at it."""

from __future__ import annotations

from hearth.doors.feeds import einvoice
from hearth.doors.feeds.uploads import E_INVOICES, MEDIA_TYPES, UploadNotAPaper, thumbnail

KINDS = {media: kind for kind, media in MEDIA_TYPES.items()}

LARGE_SIDE = 1_800
"""Pixels of the longer side of a page that is looked at."""

DRAWN = "image/svg+xml"
"""What the sheet of an electronic invoice is served as: our own drawing of its words."""


def picture_of(content: bytes, media_type: str, side: int = LARGE_SIDE, *, page: int = 1) -> tuple[bytes, str]:
    """A page as a picture, and its media type.  Raises: UploadRefused."""
    kind = KINDS.get(media_type)
    if kind is None:
        raise UploadNotAPaper(file="upload", found="no picture or PDF")
    if kind in E_INVOICES:
        sheets = einvoice.opened("upload", content)
        return einvoice.drawn(sheets[min(max(page, 1), len(sheets)) - 1]), DRAWN
    return thumbnail(content, kind, side, page=page), MEDIA_TYPES[KINDS["image/jpeg"]]


def is_file(media_type: str) -> bool:
    """Whether a paper is a file that says itself what it is, without a picture."""
    return KINDS.get(media_type) in E_INVOICES
