"""Markup: XML from outside as a plain tree: no document type, no entities, within limits of size and depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from hearth.doors.feeds.einvoice.refused import EInvoiceRefused

MAX_BYTES = 8_000_000
MAX_DEPTH = 40
MAX_ELEMENTS = 60_000
"""The most elements of a file; of a packed one, of all its parts together."""

_CHINESE = re.compile(rb"(<\?xml[^>]{0,100}encoding=[\"'])(gb2312|gbk|gb18030)([\"'])", re.IGNORECASE)


@dataclass(slots=True)
class Budget:
    """How many elements may still be read."""

    elements: int = MAX_ELEMENTS


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


def parsed(file: str, content: bytes, budget: Budget | None = None) -> Element:
    """The root of an XML file, in UTF-8, UTF-16 or a Chinese code.  Raises: EInvoiceRefused."""
    budget = budget or Budget()
    if len(content) > MAX_BYTES:
        raise EInvoiceRefused(file=file, reason="deep")
    root = Element("", {})
    open_now = [root]
    said: list[list[str]] = [[]]

    def begins(name: str, attributes: dict[str, str]) -> None:
        budget.elements -= 1
        if len(open_now) > MAX_DEPTH or budget.elements < 0:
            raise EInvoiceRefused(file=file, reason="deep")
        made = Element(name.rsplit(":", 1)[-1], attributes)
        open_now[-1].children.append(made)
        open_now.append(made)
        said.append([])

    def ends(_: str) -> None:
        open_now.pop().text = "".join(said.pop())

    def says(text: str) -> None:
        said[-1].append(text)

    def declares(*_: object) -> NoReturn:
        raise EInvoiceRefused(file=file, reason="entities")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begins, ends, says
    parser.StartDoctypeDeclHandler = declares
    parser.EntityDeclHandler = declares
    try:
        parser.Parse(_in_utf8(content), True)
    except (expat.ExpatError, ValueError, LookupError) as broken:
        raise EInvoiceRefused(file=file, reason="damaged") from broken
    return root.children[0]


def _in_utf8(content: bytes) -> bytes:
    """Without what editors put before it; the parser knows no Chinese code by itself."""
    content = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _CHINESE.match(content)
    if declared is None:
        return content
    rest = content[declared.end() :].decode("gb18030")
    return declared[1] + b"UTF-8" + declared[3] + rest.encode()
