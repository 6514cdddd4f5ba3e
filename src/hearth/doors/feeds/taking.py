"""Taking: an upload as the desk of documents takes it: examined, with the verdict on its picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from hearth.desks.claims import sold
from hearth.desks.documents import Look
from hearth.doors.feeds import einvoice
from hearth.doors.feeds.papers import Judged, judged
from hearth.doors.feeds.uploads import E_INVOICES, Kind, Upload, as_kept, examined, thumbnail
from hearth.kernel.documents.likeness import shape
from hearth.kernel.documents.quality import DEFAULT, Finding, Quality, rules_of


@dataclass(frozen=True)
class Taken:
    """What was found out about uploaded bytes, and the bytes."""

    name: str
    content_type: str
    size: int
    width: int
    height: int
    pages: int
    sha256: str
    content: bytes
    thumbnail: bytes
    look: Look


def taken(name: str, content: bytes, rules: Quality = DEFAULT) -> Taken:
    """An upload looked at at once.  Raises: UploadRefused.

    A picture that nobody can read is taken all the same: its card says what is wrong and how to take it again.
    """
    name, content = as_kept(name, content)
    found = examined(name, content)
    if found.kind in E_INVOICES:
        return _file(found, content)
    small = thumbnail(content, found.kind)
    # A PDF is print or a scan that somebody made with care; a photograph may be of anything.
    look = Look() if found.kind is Kind.PDF else _look(judged(content, found.kind, rules))
    return Taken(
        found.name,
        found.media_type,
        found.size,
        found.width,
        found.height,
        found.pages,
        found.sha256,
        content,
        small,
        look,
    )


def _file(found: Upload, content: bytes) -> Taken:
    """An electronic invoice, opened here and now: what nobody can read is refused while its sender is still there."""
    sheets = einvoice.opened(found.name, content)
    first = sheets[0]
    return Taken(
        found.name,
        found.media_type,
        found.size,
        first.width,
        first.height,
        len(sheets),
        found.sha256,
        content,
        b"",
        Look(),
    )


def rules_for(products: Iterable[str]) -> Quality:
    """What follows from a bad photograph under these products.  Raises: UnknownProduct, ProductBroken."""
    return rules_of([dict(sold.terms_of(product).photos.items()) for product in products])


def _look(found: Judged) -> Look:
    findings = found.verdict.findings
    worst = "fine" if not findings else "block" if found.verdict.blocks else "warn"
    return Look(worst, tuple(_plain(one) for one in findings), shape(np.asarray(found.picture)))


def _plain(one: Finding) -> dict[str, Any]:
    said = {key: value for key, value in asdict(one).items() if not key.startswith(("says_", "retake_"))}
    return {**said, "score": round(float(one.score), 4), "box": [round(float(edge)) for edge in one.box]}
