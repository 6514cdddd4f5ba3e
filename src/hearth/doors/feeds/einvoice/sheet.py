"""Sheet: an electronic invoice as its pages of print and what the file itself states."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from hearth.doors.feeds.einvoice.archive import Archive
from hearth.doors.feeds.einvoice.laid import laid
from hearth.doors.feeds.einvoice.markup import parsed
from hearth.doors.feeds.einvoice.ofd import pages_of, stated
from hearth.doors.feeds.einvoice.refused import EInvoiceRefused
from hearth.doors.feeds.einvoice.tags import paper_of_json, paper_of_xml
from hearth.doors.feeds.uploads import MAX_BYTES, UploadTooLarge, plain_name
from hearth.kernel.documents.reading.found import Found, Paper
from hearth.kernel.documents.reading.paper import extract
from hearth.words.papers import Run

MAX_JSON = 1_000_000
"""The most bytes of an invoice in JSON: what it holds takes up to a hundred times as much once read."""


@dataclass(frozen=True)
class Sheet:
    """A page of print with its size in pixels, and what the file itself states of it, where it states anything."""

    width: int
    height: int
    runs: tuple[Run, ...]
    states: Paper | None = None


def opened(name: str, content: bytes) -> list[Sheet]:
    """The sheets of an OFD, XML or JSON invoice; what has no print of its own is laid out.  Raises: UploadRefused."""
    file = plain_name(name)
    if len(content) > MAX_BYTES:
        raise UploadTooLarge(file=file, size=f"{len(content):,}", most=f"{MAX_BYTES:,}")
    if content[:2] == b"PK":
        return _of_ofd(file, content)
    says = _of_json(file, content) if bare(content)[:1] in (b"{", b"[") else paper_of_xml(parsed(file, content))
    if says is None:
        raise EInvoiceRefused(file=file, reason="no_fields")
    return [Sheet(*each) for each in laid(says)]


def bare(content: bytes) -> bytes:
    """The beginning of a text, without what editors put before it."""
    return content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()


def _of_ofd(file: str, content: bytes) -> list[Sheet]:
    archive = Archive(file, content)
    says = stated(archive)
    sheets = [Sheet(width, height, runs) for width, height, runs in pages_of(archive)]
    if not sheets or (says is None and not any(sheet.runs for sheet in sheets)):
        raise EInvoiceRefused(file=file, reason="no_fields")
    if says is None:
        return sheets
    # What the file states counts; its print says where that stands.
    first, *more = (
        replace(says, page=number, pages=len(sheets), fields={}, lines=()) for number in range(1, len(sheets) + 1)
    )
    first = replace(first, fields=_placed(says.fields, sheets[0].runs), lines=says.lines)
    return [replace(sheet, states=page) for sheet, page in zip(sheets, (first, *more), strict=True)]


def _placed(fields: Mapping[str, Found], runs: tuple[Run, ...]) -> dict[str, Found]:
    printed = extract(runs).fields if runs else {}
    return {
        key: replace(one, box=printed[key].box) if key in printed and printed[key].value == one.value else one
        for key, one in fields.items()
    }


def _of_json(file: str, content: bytes) -> Paper | None:
    if len(content) > MAX_JSON:
        raise EInvoiceRefused(file=file, reason="large")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as broken:
        raise EInvoiceRefused(file=file, reason="damaged") from broken
    first = value[0] if isinstance(value, list) and value else value
    return paper_of_json(first) if isinstance(first, dict) else None
