"""Bundle: the JSON of a FHIR bundle, read strictly; whatever is wrong is told with its JSON path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from hearth.words.faults import Malformed

MAX_BYTES = 32_000_000
"""The longest bundle that is read."""

MAX_DEPTH = 60
"""The deepest nesting that is read."""

MAX_CLAIMS = 5_000
"""The most Claim resources of one bundle."""

_DATE_TIME = re.compile(
    r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-2][0-9]|3[01])"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9]))?)?)?"
)
FIRST_DAY, LAST_DAY = date(1901, 1, 1), date(2199, 12, 31)


def short(value: Any) -> str:
    """A value as a message shows it: one line, printable, not long."""
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= 80 else text[:77] + "..."


def kind(value: Any) -> str:
    """What a JSON value is, in a message."""
    if isinstance(value, bool):
        return f"the truth {str(value).lower()}"
    if isinstance(value, (int, Decimal)):
        return f"the number {short(str(value))}"
    if isinstance(value, str):
        return f'the text "{short(value)}"'
    if value is None:
        return "nothing"
    return "a list" if isinstance(value, list) else "an object"


@dataclass(frozen=True)
class Node:
    """A JSON object and where it stands."""

    file: str
    place: str
    fields: dict[str, Any]

    def at(self, name: str) -> str:
        """The path of a field."""
        return f"{self.place}.{name}" if self.place else name

    def wrong(self, name: str, got: str, want: str) -> Malformed:
        """The fault of a field."""
        return Malformed(file=self.file, place=self.at(name), got=got, want=want)

    def child(self, name: str) -> Node | None:
        """An object inside, None where there is none.  Raises: Malformed."""
        value = self.fields.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(name, kind(value), "an object")
        return Node(self.file, self.at(name), value)

    def children(self, name: str) -> list[Node]:
        """Objects of a list inside; empty where there is none.  Raises: Malformed."""
        value = self.fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(name, kind(value), "a list")
        found = []
        for n, each in enumerate(value):
            place = f"{name}[{n}]"
            if not isinstance(each, dict):
                raise self.wrong(place, kind(each), "an object")
            found.append(Node(self.file, self.at(place), each))
        return found

    def text(self, name: str) -> str | None:
        """A text, None where there is none.  Raises: Malformed."""
        value = self.fields.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(name, kind(value), "a text that is not empty")
        return value

    def shown(self, name: str, length: int = 200) -> str:
        """A text made fit to be shown: one line, printable, cut at `length`; "" where there is none."""
        value = " ".join((self.text(name) or "").split())
        return "".join(c for c in value if c.isprintable())[:length]

    def number(self, name: str) -> Decimal | None:
        """A number of reasonable size, None where there is none.  Raises: Malformed."""
        value = self.fields.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            raise self.wrong(name, kind(value), "a number")
        exact = Decimal(value)
        if exact and not (-20 <= exact.adjusted() <= 20 and len(exact.as_tuple().digits) <= 40):
            raise self.wrong(name, kind(value), "a number between 10^-20 and 10^20 with at most 40 digits")
        return exact

    def whole(self, name: str) -> int | None:
        """A whole number above zero, None where there is none.  Raises: Malformed."""
        value = self.fields.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 2**31 - 1:
            raise self.wrong(name, kind(value), "a whole number above zero")
        return value

    def day(self, name: str) -> date | None:
        """The calendar day as written in a date or dateTime, None where there is none.  Raises: Malformed."""
        value = self.fields.get(name)
        if value is None:
            return None
        found = _DATE_TIME.fullmatch(value) if isinstance(value, str) else None
        if found is None or found[3] is None:
            raise self.wrong(name, kind(value), "a day such as 2026-03-01, or a dateTime with its zone")
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError as broken:
            raise self.wrong(name, kind(value), "a day of the calendar") from broken
        if not FIRST_DAY <= day <= LAST_DAY:
            raise self.wrong(name, kind(value), f"a day from {FIRST_DAY} to {LAST_DAY}")
        return day


@dataclass(frozen=True)
class Entry:
    """One resource of the bundle."""

    place: int
    full_url: str | None
    type: str
    node: Node

    @property
    def reference(self) -> str | None:
        """How other resources point at it: its full address, else type and id."""
        if self.full_url and self.full_url.startswith(("urn:", "http://", "https://")):
            return self.full_url
        own = self.node.fields.get("id")
        return f"{self.type}/{own}" if isinstance(own, str) else None


@dataclass(frozen=True)
class Bundle:
    """Resources in the order of the file, and by what points at them."""

    file: str
    entries: tuple[Entry, ...]
    places: dict[str, Entry | None]
    """Address -> entry; None where two entries answer to it."""

    def of_type(self, name: str) -> Iterator[Entry]:
        """The resources of a type, in order."""
        return (entry for entry in self.entries if entry.type == name)

    def find(self, reference: str) -> Entry | None:
        """The entry that a reference points at, None where it is not in the bundle."""
        plain = reference.split("/_history/")[0]
        return self.places.get(plain)


def read_bundle(path: Path) -> Bundle:
    """A bundle from a file.

    Raises: Malformed where it is no JSON, no bundle, too large, too deep, or names one address twice.
    """
    file = str(path)
    return bundle_of(read_resource(_text(path, file), file, "a FHIR Bundle"), file)


def read_resource(text: str, file: str, want: str) -> dict[str, Any]:
    """The JSON object of a text, with numbers as they were written.  Raises: Malformed."""
    value = _parse(text, file)
    if not isinstance(value, dict):
        raise Malformed(file=file, got=kind(value), want=want)
    _check(value, file)
    return value


def bundle_of(value: dict[str, Any], file: str) -> Bundle:
    """A bundle from values that were read.  Raises: Malformed where it is none, or names one address twice."""
    if value.get("resourceType") != "Bundle":
        got = value.get("resourceType")
        raise Malformed(
            file=file,
            place="resourceType",
            got=kind(got),
            want="Bundle (put a single Claim into a Bundle's entry list)",
        )
    root = Node(file, "", value)
    entries: list[Entry] = []
    places: dict[str, Entry | None] = {}
    for n, item in enumerate(root.children("entry")):
        node = item.child("resource")
        if node is None:
            continue
        name = node.text("resourceType")
        if name is None:
            raise node.wrong("resourceType", "nothing", "the type of the resource")
        full_url = item.text("fullUrl")
        entry = Entry(n, full_url, name, node)
        if full_url is not None:
            if full_url in places:
                raise item.wrong("fullUrl", f"{short(full_url)} a second time", "each address once")
            places[full_url] = entry
        entries.append(entry)
    for entry in entries:
        own = entry.node.fields.get("id")
        key = f"{entry.type}/{own}"
        if isinstance(own, str) and places.get(key) is not entry:
            places[key] = None if key in places else entry
    return Bundle(file, tuple(entries), places)


def _text(path: Path, file: str) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise Malformed(file=file, got=f"{size:,} bytes", want=f"at most {MAX_BYTES:,} bytes")
        with path.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except OSError as broken:
        raise Malformed(file=file, got=broken.strerror or "no file", want="a file that can be read") from broken
    if len(raw) > MAX_BYTES:
        raise Malformed(file=file, got=f"more than {MAX_BYTES:,} bytes", want=f"at most {MAX_BYTES:,} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = raw[: broken.start].count(b"\n") + 1
        raise Malformed(
            file=file, place=f"line {line}", got=f"the byte 0x{raw[broken.start]:02x}", want="text in UTF-8"
        ) from broken


def _parse(text: str, file: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise Malformed(file=file, got=f'the key "{short(key)}" twice in one object', want="each key once")
            found[key] = value
        return found

    def no_number(name: str) -> Any:
        raise Malformed(file=file, got=name, want="JSON, which has no such number")

    def number(digits: str) -> Decimal:
        try:
            return Decimal(digits)
        except InvalidOperation as broken:
            raise Malformed(file=file, got=short(digits), want="a number of reasonable size") from broken

    def whole(digits: str) -> int | Decimal:
        return int(digits) if len(digits) <= 40 else number(digits)

    try:
        return json.loads(text, object_pairs_hook=once, parse_float=number, parse_int=whole, parse_constant=no_number)
    except json.JSONDecodeError as broken:
        at = text[broken.pos : broken.pos + 20].split("\n")[0].strip()
        raise Malformed(
            file=file,
            place=f"line {broken.lineno}, column {broken.colno}",
            got=short(at) if at else "the end of the text",
            want=f"JSON ({broken.msg})",
        ) from broken
    except RecursionError as broken:
        raise Malformed(file=file, got="very deep nesting", want=f"at most {MAX_DEPTH} levels") from broken


def _check(root: dict[str, Any], file: str) -> None:
    """Depth, and texts that no file could hold again."""
    waiting: list[tuple[Any, str, int]] = [(root, "", 1)]
    while waiting:
        value, place, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise Malformed(file=file, place=short(place), got="deeper nesting", want=f"at most {MAX_DEPTH} levels")
        if isinstance(value, dict):
            for key, inner in value.items():
                _refuse_half_characters(key, place, file)
                waiting.append((inner, f"{place}.{key}" if place else key, depth + 1))
        elif isinstance(value, list):
            waiting.extend((inner, f"{place}[{n}]", depth + 1) for n, inner in enumerate(value))
        elif isinstance(value, str):
            _refuse_half_characters(value, place, file)


def _refuse_half_characters(text: str, place: str, file: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as broken:
        raise Malformed(
            file=file, place=short(place), got="half of a surrogate pair (\\ud800 to \\udfff)", want="whole characters"
        ) from broken
