"""Headers: width and height of a picture, and where it ends, read before any library allocates for it."""

from __future__ import annotations

import re

from hearth.doors.feeds.uploads.kinds import Kind
from hearth.doors.feeds.uploads.limits import MAX_SCANS, MAX_SEGMENTS


class Broken(Exception):
    pass


class Moving(Exception):
    pass


_MARKER = re.compile(rb"\xff[^\xff]", re.DOTALL)
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def _jpeg(content: bytes) -> tuple[int, int, int]:
    """Width, height and where the picture ends, by its segments."""
    at, scans, size = 2, 0, (0, 0)
    for _ in range(MAX_SEGMENTS):
        found = _MARKER.search(content, at)
        if found is None:
            return *size, len(content)
        at, marker = found.start(), content[found.start() + 1]
        if marker == 0xD9:
            return *size, at + 2
        if marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2:
            raise Broken
        if marker in _FRAMES:
            height, width = (int.from_bytes(content[at + n : at + n + 2], "big") for n in (5, 7))
            size = max(size, (width, height), key=lambda one: one[0] * one[1])
        at += 2 + length
        if marker == 0xDA:
            scans += 1
            if scans > MAX_SCANS:
                raise Broken
            ends = _SCAN_END.search(content, at)
            at = ends.start() if ends else len(content)
    raise Broken


def _png(content: bytes) -> tuple[int, int, int]:
    """Width, height and where the picture ends, by its chunks."""
    if content[12:16] != b"IHDR":
        raise Broken
    width, height = (int.from_bytes(content[n : n + 4], "big") for n in (16, 20))
    at = 8
    while at + 8 <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if name == b"acTL":
            raise Moving
        at += 12 + length
        if name == b"IEND":
            return width, height, min(at, len(content))
    raise Broken


def _webp(content: bytes) -> tuple[int, int, int]:
    """Width, height and where the picture ends, by its first chunk."""
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise Broken
    name, body = content[12:16], content[20:30]
    if name == b"VP8X" and len(body) == 10:
        if body[0] & 0x02:
            raise Moving
        width, height = (1 + int.from_bytes(body[n : n + 3], "little") for n in (4, 7))
    elif name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(body[n : n + 2], "little") & 0x3FFF for n in (6, 8))
    elif name == b"VP8L" and body[:1] == b"\x2f":
        bits = int.from_bytes(body[1:5], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        raise Broken
    return width, height, end


HEADERS = {Kind.JPEG: _jpeg, Kind.PNG: _png, Kind.WEBP: _webp}
