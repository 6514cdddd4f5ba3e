"""Sheet: an electronic invoice as its pages of print and what the file itself states."""

from __future__ import annotations

import json
from dataclasses import dataclass

from hearth.doors.feeds.einvoice.archive import Archive
from hearth.doors.feeds.einvoice.markup import parsed
from hearth.doors.feeds.einvoice.ofd import pages_of, stated
from hearth.doors.feeds.einvoice.refused import EInvoiceRefused
from hearth.doors.feeds.einvoice.tags import paper_of_json, paper_of_xml
from hearth.doors.feeds.uploads import MAX_BYTES, UploadTooLarge, plain_name
from hearth.kernel.documents.reading.found import Paper
from hearth.words.papers import Run


@dataclass(frozen=True)
class Sheet:
    """A page of print with its size in pixels; what the file states of the invoice, on the first page alone."""

    width: int
    height: int
    runs: tuple[Run, ...]
    states: Paper | None = None


def opened(name: str, content: bytes) -> list[Sheet]:
    """The sheets of an OFD, XML or JSON invoice.  Raises: UploadRefused."""
    file = plain_name(name)
    if len(content) > MAX_BYTES:
        raise UploadTooLarge(file=file, size=f"{len(content):,}", most=f"{MAX_BYTES:,}")
    if content[:2] == b"PK":
        archive = Archive(file, content)
        says = stated(archive)
        sheets = [Sheet(width, height, runs) for width, height, runs in pages_of(archive)]
        if not sheets or (says is None and not any(sheet.runs for sheet in sheets)):
            raise EInvoiceRefused(file=file, reason="no_fields")
        return [Sheet(sheets[0].width, sheets[0].height, sheets[0].runs, says), *sheets[1:]]
    says = _of_json(file, content) if content.lstrip()[:1] in (b"{", b"[") else paper_of_xml(parsed(file, content))
    if says is None:
        raise EInvoiceRefused(file=file, reason="no_fields")
    return [Sheet(0, 0, (), says)]


def _of_json(file: str, content: bytes) -> Paper | None:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as broken:
        raise EInvoiceRefused(file=file, reason="damaged") from broken
    first = value[0] if isinstance(value, list) and value else value
    return paper_of_json(first) if isinstance(first, dict) else None
