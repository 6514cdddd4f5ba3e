"""Pictures: bombs are refused before they are decoded; thumbnails stand upright and tell nothing of the camera."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from hearth.doors.feeds.uploads import (
    MAX_BYTES,
    Kind,
    examined,
    pictures,
    thumbnail,
)
from tests.doors.feeds.papers import picture, png_of, turned
from tests.doors.feeds.uploads.sent import JPEG, PNG, refused


def test_too_many_bytes_are_refused_before_anything_is_opened() -> None:
    code, says = refused(JPEG + b"\0" * MAX_BYTES)
    assert code == "UPLOAD_TOO_LARGE"
    assert "at most 10,000,000" in says


def bombs() -> dict[str, bytes]:
    """Small files that say they are enormous pictures."""
    jpeg = bytearray(JPEG)
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = struct.pack(">HH", 65_500, 65_500)
    webp = bytearray(picture("WEBP", lossless=True))
    webp[21:25] = struct.pack("<I", 16_383 | 16_383 << 14)
    extended = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xff\xff\xff" * 2
    return {
        "png": png_of(50_000, 50_000, (b"IDAT", zlib.compress(b"\0" * 1_000_000))),
        "jpeg": bytes(jpeg),
        "webp": bytes(webp),
        "webp canvas": b"RIFF" + struct.pack("<I", 4 + len(extended)) + b"WEBP" + extended,
    }


@pytest.mark.parametrize("name", bombs())
def test_pixels_are_counted_before_any_is_decoded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object, **__: object) -> None:
        raise AssertionError("the picture was opened")

    monkeypatch.setattr(pictures.Image, "open", opened)
    assert refused(bombs()[name])[0] == "UPLOAD_TOO_MANY_PIXELS"


def test_a_picture_just_within_the_pixels_is_taken_and_one_above_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS", 64 * 48)
    assert examined("a.png", PNG).width == 64
    monkeypatch.setattr(pictures, "MAX_PIXELS", 64 * 48 - 1)
    assert refused(PNG)[0] == "UPLOAD_TOO_MANY_PIXELS"


def test_notes_that_unpack_too_far_damage_a_picture_and_nothing_else() -> None:
    note = b"note\0\0" + zlib.compress(b"x" * 80_000_000)
    chunks = [(b"zTXt", note)] * 3 + [(b"IDAT", zlib.compress(b"\0" * 4 * 1))]
    assert refused(png_of(1, 1, *chunks))[0] == "UPLOAD_DAMAGED"


def test_a_jpeg_of_endless_passes_or_segments_is_refused_at_once() -> None:
    at = JPEG.index(b"\xff\xda")
    scan = JPEG[at:-2]
    started = time.monotonic()
    assert refused(JPEG[:at] + scan * 200 + b"\xff\xd9")[0] == "UPLOAD_DAMAGED"
    assert refused(JPEG[:2] + b"\xff\x01" * 4_000_000)[0] == "UPLOAD_DAMAGED"
    assert refused(JPEG[:2] + b"\xff" * 9_000_000)[0] == "UPLOAD_DAMAGED"
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_thumbnail_stands_upright_and_tells_nothing_of_the_camera(orientation: int) -> None:
    content = turned(orientation, (800, 600))
    seen = examined("a.jpg", content)
    assert (seen.width, seen.height) == ((800, 600) if orientation <= 4 else (600, 800))
    small = thumbnail(content, seen.kind)
    made = Image.open(io.BytesIO(small))
    assert made.format == "JPEG"
    assert made.size == ((320, 240) if orientation <= 4 else (240, 320))
    assert not made.getexif()
    assert b"Hui at home" in content and b"Hui at home" not in small and b"Exif" not in small
    # Where the red corner of the camera's picture is seen, by the EXIF standard's table of orientations.
    corner = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}[orientation]
    for place in ((0, 0), (1, 0), (0, 1), (1, 1)):
        red, _, blue = made.getpixel(((made.width - 1) * place[0], (made.height - 1) * place[1]))  # type: ignore[misc]
        assert (red > blue) == (place == corner)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16", "CMYK", "YCbCr"])
def test_a_thumbnail_is_made_of_every_kind_of_colour(mode: str) -> None:
    form = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    content = picture(form, size=(700, 100), mode=mode) if mode != "I;16" else deep_grey()
    made = Image.open(io.BytesIO(thumbnail(content, form.lower())))
    assert (made.size, made.mode) == ((320, 46), "RGB")


def deep_grey() -> bytes:
    held = io.BytesIO()
    Image.new("I;16", (700, 100), 40_000).save(held, "PNG")
    made = Image.open(io.BytesIO(held.getvalue()))
    assert made.mode == "I;16"
    return held.getvalue()


def test_sixteen_bits_of_grey_keep_their_light() -> None:
    light = Image.open(io.BytesIO(thumbnail(deep_grey(), "png"))).getpixel((10, 10))
    assert isinstance(light, tuple) and abs(light[0] - 40_000 // 256) <= 3


def test_what_is_transparent_is_seen_on_white() -> None:
    held = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(held, "PNG")
    assert Image.open(io.BytesIO(thumbnail(held.getvalue(), Kind.PNG))).getpixel((5, 5)) == (255, 255, 255)


def test_a_small_picture_is_not_blown_up() -> None:
    assert Image.open(io.BytesIO(thumbnail(PNG, Kind.PNG))).size == (64, 48)
