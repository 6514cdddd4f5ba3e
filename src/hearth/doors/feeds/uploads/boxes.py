"""Boxes: the size of an iPhone's picture (HEIF) and what drawing it takes, from its boxes, before any is decoded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hearth.doors.feeds.uploads.headers import Broken, Moving
from hearth.doors.feeds.uploads.limits import MAX_PIXELS

MAX_BOXES = 20_000
"""The most boxes of a picture, and the most items that it names: phones write some hundreds."""

MAX_DEPTH = 6
"""Pictures made of pictures made of pictures: phones write a grid of squares."""

_HEVC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_MAJOR = _HEVC | {b"mif1", b"msf1"}
_TOP = frozenset(
    (b"ftyp", b"meta", b"mdat", b"moov", b"moof", b"free", b"skip", b"wide", b"idat", b"uuid", b"jumb", b"mpvd")
)


@dataclass
class _Told:
    """What the boxes tell: the first item, the size of each property, which item has which, what is made of what."""

    first: int = 0
    sizes: dict[int, tuple[int, int]] = field(default_factory=dict)
    turned: set[int] = field(default_factory=set)
    has: dict[int, list[int]] = field(default_factory=dict)
    of: dict[int, list[int]] = field(default_factory=dict)


def is_heif(content: bytes) -> bool:
    """Whether a file says that it is a picture of this form, coded as iPhones do; AVIF is another."""
    if content[4:8] != b"ftyp" or content[8:12] not in _MAJOR:
        return False
    named = content[16 : min(_number(content, 0, 4), 256)]
    brands = {content[8:12], *(named[at : at + 4] for at in range(0, len(named), 4))}
    return bool(brands & _HEVC) or not brands & {b"avif", b"avis"}


def heif(content: bytes) -> tuple[int, int, int]:
    """Width and height as it is seen, and where the picture ends.  Raises: Broken, Moving."""
    at, meta = 0, None
    for _ in range(MAX_BOXES):
        if at + 8 > len(content) or content[at + 4 : at + 8] not in _TOP:
            break
        kind, body, stop = next(_boxes(content, at, len(content)))
        if kind in (b"moov", b"moof"):
            raise Moving
        if kind == b"meta" and meta is None:
            meta = body + 4, stop
        at = stop
    else:
        raise Broken
    if meta is None:
        raise Broken
    told = _told(content, *meta)
    width, height = _size(told, told.first)
    if width * height <= MAX_PIXELS and _pixels(told, told.first, {}, 0) > 2 * MAX_PIXELS:
        # Squares that are drawn again and again, or far outside of the picture.
        raise Broken
    is_turned = sum(number in told.turned for number in told.has.get(told.first, ())) % 2
    return (height, width, at) if is_turned else (width, height, at)


def _told(content: bytes, at: int, end: int) -> _Told:
    told = _Told()
    for kind, body, stop in _boxes(content, at, end):
        if kind == b"pitm":
            told.first = _number(content, body + 4, 2 if content[body] == 0 else 4)
        elif kind == b"iprp":
            for inner, start, last in _boxes(content, body, stop):
                if inner == b"ipco":
                    _properties(content, start, last, told)
                elif inner == b"ipma":
                    _owners(content, start, last, told)
        elif kind == b"iref":
            wide = 2 if content[body] == 0 else 4
            for inner, start, last in _boxes(content, body + 4, stop):
                if inner == b"dimg":
                    count = _number(content, start + wide, 2)
                    if start + wide + 2 + count * wide > last:
                        raise Broken
                    parts = [_number(content, start + wide + 2 + n * wide, wide) for n in range(count)]
                    told.of[_number(content, start, wide)] = parts
    return told


def _properties(content: bytes, at: int, end: int, told: _Told) -> None:
    for number, (kind, body, stop) in enumerate(_boxes(content, at, end), 1):
        if kind == b"ispe" and stop - body >= 12:
            told.sizes[number] = _number(content, body + 4, 4), _number(content, body + 8, 4)
        elif kind == b"irot" and stop > body and content[body] & 1:
            told.turned.add(number)


def _owners(content: bytes, at: int, end: int, told: _Told) -> None:
    wide, two = (2 if content[at] == 0 else 4), content[at + 3] & 1
    count, at = _number(content, at + 4, 4), at + 8
    if count > MAX_BOXES:
        raise Broken
    for _ in range(count):
        if at + wide >= end:
            raise Broken
        item, owned, at = _number(content, at, wide), content[at + wide], at + wide + 1
        step, mask = (2, 0x7FFF) if two else (1, 0x7F)
        if at + owned * step > end:
            raise Broken
        told.has[item] = [_number(content, at + n * step, step) & mask for n in range(owned)]
        at += owned * step


def _size(told: _Told, item: int) -> tuple[int, int]:
    found = next((told.sizes[number] for number in told.has.get(item, ()) if number in told.sizes), None)
    if found is None:
        raise Broken
    return found


def _pixels(told: _Told, item: int, known: dict[int, int], depth: int) -> int:
    """Pixels that are decoded for an item: those of all its parts."""
    if depth > MAX_DEPTH:
        raise Broken
    if item not in known:
        width, height = _size(told, item)
        parts = told.of.get(item)
        known[item] = sum(_pixels(told, one, known, depth + 1) for one in parts) if parts else width * height
    return known[item]


def _boxes(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, beginning and end of what is in each box.  Raises: Broken."""
    for _ in range(MAX_BOXES):
        if at + 8 > end:
            return
        length, body = _number(content, at, 4), at + 8
        if length == 1:
            length, body = _number(content, at + 8, 8), at + 16
        stop = end if length == 0 else at + length
        if stop < body or stop > end:
            raise Broken
        yield content[at + 4 : at + 8], body, stop
        at = stop
    raise Broken


def _number(content: bytes, at: int, wide: int) -> int:
    return int.from_bytes(content[at : at + wide], "big")
