"""XML: files of the bank read into a plain tree: no document type, no entities, UTF-8 alone, within limits of size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from hearth.words.faults import Malformed

MAX_BYTES = 20 * 2**20
MAX_DEPTH = 32
MAX_ELEMENTS = 1_000_000
MAX_TEXT = 4096


@dataclass(slots=True)
class Element:
    """An element with its text, attributes and children, and where it stands."""

    name: str
    space: str
    file: str
    path: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def wrong(self, got: str, want: str) -> Malformed:
        """The fault of this element."""
        return Malformed(file=self.file, place=f"line {self.line}, {self.path}", got=got[:200], want=want)

    def every(self, steps: str) -> Iterator[Element]:
        """All elements at a path of names below this one, in the order of the file."""
        step, _, rest = steps.partition("/")
        for child in self.children:
            if child.name == step and child.space == self.space:
                if rest:
                    yield from child.every(rest)
                else:
                    yield child

    def one(self, steps: str) -> Element:
        """The only element at a path.  Raises: Malformed where there is none, or more than one."""
        found = self.maybe(steps)
        if found is None:
            raise self.wrong("nothing there", f"one {steps}")
        return found

    def maybe(self, steps: str) -> Element | None:
        """The only element at a path, or None.  Raises: Malformed where there is more than one."""
        found = list(self.every(steps))
        if len(found) > 1:
            raise found[1].wrong(f"{steps} more than once", "it once")
        return found[0] if found else None

    def value(self, most: int = 35) -> str:
        """The text of an element without children.  Raises: Malformed where it is empty or longer than `most`."""
        if self.children:
            raise self.wrong("elements", "text")
        text = self.text.strip()
        if not text or len(text) > most:
            raise self.wrong(f"{len(text)} characters", f"1 to {most} characters")
        return text

    def has(self, *names: str) -> None:
        """Refuse children that are not of these names."""
        for child in self.children:
            if child.name not in names or child.space != self.space:
                raise child.wrong(child.name, f"one of {', '.join(names)}")


def read_xml(held: bytes, file: str) -> Element:
    """The root of an XML file.  Raises: Malformed for whatever is not plain, well-formed XML within the limits."""
    if len(held) > MAX_BYTES:
        raise Malformed(file=file, got=f"{len(held):,} bytes", want=f"at most {MAX_BYTES:,} bytes")
    try:
        held.decode("utf-8")
    except UnicodeDecodeError as broken:
        raise Malformed(file=file, got=f"a byte that is not UTF-8 at {broken.start}", want="UTF-8") from broken
    tree = _Tree(file)
    try:
        tree.parser.Parse(held, True)
    except expat.ExpatError as broken:
        raise Malformed(
            file=file, place=f"line {broken.lineno}", got=expat.ErrorString(broken.code), want="well-formed XML"
        ) from broken
    assert tree.root is not None
    return tree.root


class _Tree:
    """What expat calls while it reads."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        self.parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declared
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _wrong(self, got: str, want: str) -> Malformed:
        return Malformed(file=self.file, place=f"line {self.parser.CurrentLineNumber}", got=got, want=want)

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if version != "1.0" or (encoding is not None and encoding.lower() != "utf-8"):
            raise self._wrong(f"XML {version[:8]} in {(encoding or '')[:20]}", "XML 1.0 in UTF-8")

    def _doctype(self, *said: object) -> None:
        raise self._wrong("a document type", "XML without document type and entities")

    def _instruction(self, *said: object) -> None:
        raise self._wrong("a processing instruction", "XML without processing instructions")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise self._wrong("too many elements", f"at most {MAX_DEPTH} levels and {MAX_ELEMENTS:,} elements")
        space, _, local = name.rpartition(" ")
        above = self._open[-1] if self._open else None
        path = f"{above.path if above else ''}/{local[:60]}"
        element = Element(local, space, self.file, path, self.parser.CurrentLineNumber, attributes)
        if above is None:
            self.root = element
        else:
            if above.text.strip():
                raise self._wrong(f"text beside elements in {above.name[:60]}", "text or elements")
            above.children.append(element)
        self._open.append(element)

    def _end(self, name: str) -> None:
        closed = self._open.pop()
        if closed.children and closed.text.strip():
            raise self._wrong(f"text beside elements in {closed.name[:60]}", "text or elements")

    def _text(self, text: str) -> None:
        element = self._open[-1]
        if element.children and text.isspace():
            return
        if len(element.text) + len(text) > MAX_TEXT:
            raise self._wrong("a longer text", f"at most {MAX_TEXT} characters in an element")
        element.text += text


_SPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3}\.\d{3}\.\d{2})")


def message_of(root: Element) -> str:
    """The message a document holds, such as pain.002.001.10.  Raises: Malformed."""
    found = _SPACE.fullmatch(root.space)
    if root.name != "Document" or found is None:
        raise root.wrong(f"{root.name[:60]} in {root.space[:80]!r}", "an ISO 20022 Document")
    return found[1]
