"""Pictures: decoded once to see that they are whole, and drawn small, upright, without metadata."""

from __future__ import annotations

import io

from PIL import Image

from hearth.doors.feeds.uploads.headers import HEADERS, Broken, Moving
from hearth.doors.feeds.uploads.kinds import Kind, plain_name
from hearth.doors.feeds.uploads.limits import MAX_PIXELS
from hearth.doors.feeds.uploads.refused import UploadDamaged, UploadNotAPaper, UploadTooManyPixels
from hearth.doors.feeds.uploads.telling import refuse_second


def examine_picture(name: str, content: bytes, kind: Kind) -> tuple[int, int]:
    """Width and height as seen, once the whole picture could be decoded."""
    picture = _opened(name, content, kind)
    try:
        picture.load()
    except Exception as broken:
        # A damaged picture makes the decoders fail in any way at all: everything they raise is about these bytes.
        raise UploadDamaged(file=plain_name(name)) from broken
    width, height = picture.size
    return (height, width) if _orientation(picture) >= 5 else (width, height)


def _opened(name: str, content: bytes, kind: Kind) -> Image.Image:
    """The picture, not decoded yet; its size was read from the header before any library allocates for it."""
    shown = plain_name(name)
    try:
        width, height, end = HEADERS[kind](content)
    except Moving as moving:
        raise UploadNotAPaper(file=shown, found="a moving picture") from moving
    except (Broken, IndexError) as broken:
        raise UploadDamaged(file=shown) from broken
    if not width or not height:
        raise UploadDamaged(file=shown)
    if width * height > MAX_PIXELS:
        raise UploadTooManyPixels(file=shown, width=f"{width:,}", height=f"{height:,}", most=f"{MAX_PIXELS:,}")
    refuse_second(name, content, end, kind)
    try:
        picture = Image.open(io.BytesIO(content), formats=[kind.value])
    except Exception as broken:
        # As above: a header that no encoder writes fails in any way.
        raise UploadDamaged(file=shown) from broken
    if picture.size != (width, height):
        raise UploadDamaged(file=shown)
    return picture


def upright(name: str, content: bytes, kind: Kind, side: int) -> Image.Image:
    picture = _opened(name, content, kind)
    try:
        # A JPEG is decoded at a fraction of its size where that is enough.
        picture.draft("RGB", (2 * side, 2 * side))
        picture.load()
        orientation = _orientation(picture)
        if picture.mode.startswith("I") or picture.mode == "F":
            picture = picture.convert("F").point(lambda light: light / 256).convert("L")
        picture.thumbnail((2 * side, 2 * side))
        if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
            seen = picture.convert("RGBA")
            picture = Image.new("RGBA", seen.size, "white")
            picture.alpha_composite(seen)
        picture = picture.convert("RGB")
        turned = _TURNS.get(orientation)
        picture = picture if turned is None else picture.transpose(turned)
        picture.thumbnail((side, side))
    except Exception as broken:
        raise UploadDamaged(file=plain_name(name)) from broken
    return bare(picture)


def bare(picture: Image.Image) -> Image.Image:
    """The pixels alone."""
    bare = Image.new("RGB", picture.size, "white")
    bare.paste(picture)
    return bare


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> how a picture is turned upright."""


def _orientation(picture: Image.Image) -> int:
    """How the camera was held, 1 where it does not say; a damaged note of it does not damage the picture."""
    try:
        said = picture.getexif().get(0x0112, 1)
    except Exception:
        return 1
    return said if isinstance(said, int) and 1 <= said <= 8 else 1
