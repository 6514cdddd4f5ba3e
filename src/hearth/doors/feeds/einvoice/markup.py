"""Markup: XML from outside as a plain tree: no document type, no entities, within limits of size and depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from hearth.doors.feeds.einvoice.refused import EInvoiceRefused

MAX_BYTES = 8_000_000
MAX_DEPTH = 40
MAX_ELEMENTS = 100_000


@dataclass(slots=True)
class Element:
    """An element: its name without prefix, its attributes, its text, what stands in it."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Element]:
        """This and every element below it of that name, in the order of the file."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            if one.name == name:
                yield one
            waiting += reversed(one.children)

    def leaves(self) -> Iterator[Element]:
        """Every element below it that holds text and nothing else."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            if not one.children:
                yield one
            waiting += reversed(one.children)


def parsed(file: str, content: bytes) -> Element:
    """The root of an XML file.  Raises: EInvoiceRefused."""
    if len(content) > MAX_BYTES:
        raise EInvoiceRefused(file=file, reason="deep")
    root = Element("", {})
    open_now = [root]
    count = 0

    def begins(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(open_now) > MAX_DEPTH or count > MAX_ELEMENTS:
            raise EInvoiceRefused(file=file, reason="deep")
        made = Element(name.rsplit(":", 1)[-1], attributes)
        open_now[-1].children.append(made)
        open_now.append(made)

    def ends(_: str) -> None:
        open_now.pop()

    def says(text: str) -> None:
        open_now[-1].text += text

    def declares(*_: object) -> NoReturn:
        raise EInvoiceRefused(file=file, reason="entities")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begins, ends, says
    parser.StartDoctypeDeclHandler = declares
    parser.EntityDeclHandler = declares
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as broken:
        raise EInvoiceRefused(file=file, reason="damaged") from broken
    return root.children[0]
