"""OFD: the print of a page of an OFD file (GB/T 33190) with its places, and the invoice's own XML inside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hearth.doors.feeds.einvoice.archive import Archive
from hearth.doors.feeds.einvoice.markup import Element, parsed
from hearth.doors.feeds.einvoice.refused import EInvoiceRefused
from hearth.doors.feeds.einvoice.tags import paper_of_xml
from hearth.kernel.documents.reading.found import Paper
from hearth.words.papers import Run

SCALE = 180 / 25.4
"""Pixels a millimetre in which places are told."""

MAX_PAGES = 50
MAX_RUNS = 3_000
"""The most texts of a page: a page full of small print has about a thousand."""

MAX_TEXT = 2_000
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def is_ofd(content: bytes) -> bool:
    """Whether a packed file says that it is an OFD file."""
    return content[:4] == b"PK\x03\x04" and b"OFD.xml" in content


def pages_of(archive: Archive) -> Iterator[tuple[int, int, tuple[Run, ...]]]:
    """Width, height and print of each page.  Raises: EInvoiceRefused."""
    entry = next((name for name in archive.names if name.rsplit("/", 1)[-1] == "OFD.xml"), None)
    if entry is None:
        raise EInvoiceRefused(file=archive.file, reason="not_ofd")
    for root in _tree(archive, entry).all("DocRoot"):
        document_name = archive.near(entry, root.text.strip())
        if document_name is None:
            raise EInvoiceRefused(file=archive.file, reason="damaged")
        document = _tree(archive, document_name)
        templates = {
            one.attributes.get("ID", ""): archive.near(document_name, one.attributes.get("BaseLoc", ""))
            for one in document.all("TemplatePage")
        }
        usual = next(document.all("PhysicalBox"), None)
        pages = [page for group in document.all("Pages") for page in group.children if page.name == "Page"]
        for page in pages[:MAX_PAGES]:
            name = archive.near(document_name, page.attributes.get("BaseLoc", ""))
            if name is None:
                raise EInvoiceRefused(file=archive.file, reason="damaged")
            content = _tree(archive, name)
            box = _numbers((next(content.all("PhysicalBox"), None) or usual or Element("", {})).text, 4) or [
                0,
                0,
                210,
                140,
            ]
            runs: list[Run] = []
            for template in content.all("Template"):
                below = templates.get(template.attributes.get("TemplateID", ""))
                if below is not None:
                    runs += _print_of(archive.file, _tree(archive, below))
            runs += _print_of(archive.file, content)
            yield max(1, round(box[2] * SCALE)), max(1, round(box[3] * SCALE)), tuple(runs)


def stated(archive: Archive) -> Paper | None:
    """What the XML inside an OFD file states of the invoice; None where there is none.  Raises: EInvoiceRefused."""
    for name in archive.names:
        if name.lower().endswith(".xml") and ("attach" in name.lower() or "invoice" in name.lower()):
            paper = paper_of_xml(_tree(archive, name))
            if paper is not None:
                return paper
    return None


def _print_of(file: str, content: Element) -> list[Run]:
    runs: list[Run] = []
    for text in content.all("TextObject"):
        box = _numbers(text.attributes.get("Boundary", ""), 4)
        if box is None:
            continue
        for code in text.all("TextCode"):
            said = " ".join(code.text[:MAX_TEXT].split())
            if said:
                x0, y0, x1, y1 = (side * SCALE for side in (box[0], box[1], box[0] + box[2], box[1] + box[3]))
                if len(runs) == MAX_RUNS:
                    raise EInvoiceRefused(file=file, reason="deep")
                runs.append(Run(said, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), 1.0))
    return runs


def _numbers(text: str, count: int) -> list[float] | None:
    found = [float(number) for number in _NUMBER.findall(text[:200])]
    return found[:count] if len(found) >= count and all(abs(one) < 100_000 for one in found) else None


def _tree(archive: Archive, name: str) -> Element:
    return parsed(archive.file, archive.read(name), archive.budget)
