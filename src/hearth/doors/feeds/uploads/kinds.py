"""Kinds: what an upload may be, what it is served as, and the name it is shown by."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

MAX_NAME = 120
"""The longest file name that is kept, in characters."""


class Kind(StrEnum):
    """What an upload may be."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    PDF = "pdf"
    OFD = "ofd"
    XML = "xml"
    JSON = "json"


MEDIA_TYPES: dict[Kind, str] = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
    Kind.HEIC: "image/heic",
    Kind.PDF: "application/pdf",
    Kind.OFD: "application/ofd",
    Kind.XML: "application/xml",
    Kind.JSON: "application/json",
}
"""What an upload is served as: always with `nosniff`, never as what its sender called it."""

ENDINGS: dict[Kind, tuple[str, ...]] = {
    Kind.JPEG: (".jpg", ".jpeg"),
    Kind.PNG: (".png",),
    Kind.WEBP: (".webp",),
    Kind.HEIC: (".heic", ".heif"),
    Kind.PDF: (".pdf",),
    Kind.OFD: (".ofd",),
    Kind.XML: (".xml",),
    Kind.JSON: (".json",),
}


E_INVOICES = frozenset({Kind.OFD, Kind.XML, Kind.JSON})
"""Files that say what they are without a picture: `feeds.einvoice` opens them."""

ACCEPTED = ",".join((*MEDIA_TYPES.values(), *ENDINGS[Kind.HEIC], *ENDINGS[Kind.OFD]))
"""What a chooser of files offers; browsers do not know every kind by its type."""


@dataclass(frozen=True)
class Upload:
    """A file that can be looked at.  `width` and `height` are as it is seen: pixels, of a PDF's first page points."""

    kind: Kind
    width: int
    height: int
    pages: int
    sha256: str
    size: int
    name: str

    @property
    def media_type(self) -> str:
        """What it is served as."""
        return MEDIA_TYPES[self.kind]


def plain_name(name: str, kind: Kind | None = None) -> str:
    """A file name that can be shown and saved: no folder, no invisible signs, at most MAX_NAME, ending as its kind."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if unicodedata.category(sign) in ("Zs", "Zl", "Zp") else sign for sign in last)
    seen = "".join(sign for sign in seen if unicodedata.category(sign)[0] != "C")
    seen = re.sub(r'[<>:"|?*]', "_", seen)
    seen = re.sub(r" +", " ", seen).strip(". ")
    ending = "" if kind is None or seen.lower().endswith(ENDINGS[kind]) else ENDINGS[kind][0]
    stem, dot, last = seen.rpartition(".")
    if not ending and dot and len(last) <= 5:
        seen, ending = stem, f".{last}"
    return (seen[: MAX_NAME - len(ending)].strip(". ") or "upload") + ending
