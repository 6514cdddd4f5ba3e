"""HEIF: an iPhone's picture drawn as a JPEG, upright and without metadata, in a process of its own within limits.

The decoder is a library in C that is given bytes by anybody: what it does to itself ends with its process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hearth.doors.feeds.uploads.boxes import heif
from hearth.doors.feeds.uploads.headers import Broken, Moving
from hearth.doors.feeds.uploads.kinds import Kind, plain_name
from hearth.doors.feeds.uploads.limits import MAX_BYTES, MAX_PIXELS
from hearth.doors.feeds.uploads.refused import UploadDamaged, UploadNotAPaper, UploadTooManyPixels
from hearth.doors.feeds.uploads.telling import refuse_second

LEAST_SECONDS, SECONDS_A_MEGAPIXEL = 0.8, 0.25
"""Seconds of the processor: a phone's picture of 12 megapixels takes 0.9 of its 3.8."""

LEAST_MEMORY, MEMORY_A_PIXEL = 420_000_000, 16
"""Bytes of address space, of which half is the program's own."""

MOST_WAITED = 60
"""Seconds of the clock, on a machine that has much else to do."""

_SCRIPT = str(Path(__file__).with_name("heif_drawing.py"))
_KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def size_of(name: str, content: bytes) -> tuple[int, int]:
    """Width and height as it is seen, nothing decoded.  Raises: UploadRefused."""
    shown = plain_name(name)
    try:
        width, height, end = heif(content)
    except Moving as moving:
        raise UploadNotAPaper(file=shown, found="a moving picture") from moving
    except (Broken, IndexError) as broken:
        raise UploadDamaged(file=shown) from broken
    if not width or not height:
        raise UploadDamaged(file=shown)
    if width * height > MAX_PIXELS:
        raise UploadTooManyPixels(file=shown, width=f"{width:,}", height=f"{height:,}", most=f"{MAX_PIXELS:,}")
    refuse_second(name, content, end, Kind.HEIC)
    return width, height


def as_jpeg(name: str, content: bytes, side: int = 0) -> bytes:
    """The picture as a JPEG, at most `side` pixels long where that is told.  Raises: UploadRefused."""
    width, height = size_of(name, content)
    pixels = width * height
    limits = (
        f"{LEAST_SECONDS + SECONDS_A_MEGAPIXEL * pixels / 1_000_000:.2f}",
        str(LEAST_MEMORY + MEMORY_A_PIXEL * pixels),
        str(MAX_PIXELS),
        str(MAX_BYTES),
        str(side),
    )
    try:
        drawn = subprocess.run(
            [sys.executable, "-I", _SCRIPT, *limits],
            input=content,
            capture_output=True,
            timeout=MOST_WAITED,
            check=False,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
        )
    except subprocess.TimeoutExpired as late:
        raise UploadDamaged(file=plain_name(name)) from late
    if drawn.returncode != 0 or drawn.stdout[:3] != b"\xff\xd8\xff":
        raise UploadDamaged(file=plain_name(name))
    return drawn.stdout
