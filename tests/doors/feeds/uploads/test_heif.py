"""HEIF: an iPhone's picture stands upright and tells nothing of its place; its decoder breaks nothing but itself."""

from __future__ import annotations

import io
import resource
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from hearth.doors.feeds.taking import taken
from hearth.doors.feeds.uploads import Kind, UploadRefused, as_kept, examined, heif, thumbnail
from hearth.doors.feeds.uploads.boxes import heif as told_by_boxes
from hearth.doors.feeds.uploads.boxes import is_heif
from tests.doors.feeds.papers import packed, pdf
from tests.doors.feeds.uploads.sent import looked_at, refused

FOLDER = Path(__file__).resolve().parents[3] / "vectors" / "heic"
READABLE = (FOLDER / "readable.heic").read_bytes()
SMALL = (FOLDER / "held-1.heic").read_bytes()


def held(orientation: int) -> bytes:
    """A picture of 160 by 120 with a red corner; the camera was held in one of the eight ways."""
    return (FOLDER / f"held-{orientation}.heic").read_bytes()


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, bytes((version,)), flags.to_bytes(3, "big"), *parts)


def made(sizes: list[tuple[int, int]], of: dict[int, list[int]], first: int = 1, more: bytes = b"") -> bytes:
    """Boxes of items numbered from 1 with their sizes, some made of others; there is nothing to decode in them."""
    properties = [full(b"ispe", struct.pack(">II", *size)) for size in sizes]
    owners = b"".join(struct.pack(">HBB", n, 1, n) for n in range(1, len(sizes) + 1))
    references = [
        box(b"dimg", struct.pack(f">HH{len(parts)}H", item, len(parts), *parts)) for item, parts in of.items()
    ]
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + full(
        b"meta",
        full(b"hdlr", b"\0\0\0\0pict", b"\0" * 13),
        full(b"pitm", struct.pack(">H", first)),
        box(b"iprp", box(b"ipco", *properties), full(b"ipma", struct.pack(">I", len(sizes)), owners)),
        full(b"iref", *references),
        more,
    )


# --- as it is seen ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_iphones_picture_stands_upright_and_its_place_stays_behind(orientation: int) -> None:
    content = held(orientation)
    name, kept = as_kept("IMG_0042.HEIC", content)
    assert name == "IMG_0042.HEIC.jpg"
    assert examined(name, kept).kind is Kind.JPEG
    picture = Image.open(io.BytesIO(kept))
    assert picture.size == ((160, 120) if orientation <= 4 else (120, 160))
    assert not picture.getexif() and "xmp" not in picture.info
    assert b"Hui at home" in content
    assert not any(note in kept for note in (b"Hui at home", b"Exif", b"xmpmeta", b"GPS"))
    # Where the red corner of the camera's picture is seen, by the EXIF standard's table of orientations.
    corner = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}[orientation]
    for place in ((0, 0), (1, 0), (0, 1), (1, 1)):
        at = ((picture.width - 1) * place[0], (picture.height - 1) * place[1])
        red, _, blue = picture.getpixel(at)  # type: ignore[misc]
        assert (red > blue) == (place == corner)


def test_it_is_told_by_its_content_and_its_thumbnail_is_a_jpeg() -> None:
    found = examined("发票.jpg", READABLE)
    assert (found.kind, found.width, found.height, found.pages) == (Kind.HEIC, 900, 1200, 1)
    assert (found.name, found.size, found.media_type) == ("发票.jpg.heic", len(READABLE), "image/heic")
    small = Image.open(io.BytesIO(thumbnail(READABLE, Kind.HEIC)))
    assert (small.format, small.size) == ("JPEG", (240, 320))


def test_the_verdict_on_it_is_that_on_a_jpeg_and_the_same_picture_is_the_same_paper() -> None:
    first, again = taken("IMG_1.HEIC", READABLE), taken("IMG_1.HEIC", READABLE)
    assert (first.content_type, first.width, first.height) == ("image/jpeg", 900, 1200)
    assert first.look.worst == "fine" and first.look.shape is not None
    assert first.sha256 == again.sha256
    small = taken("small.heic", SMALL)
    assert small.look.worst != "fine" and small.look.findings


def test_grey_and_see_through_pictures_are_seen_on_white() -> None:
    grey = Image.open(io.BytesIO(as_kept("a.heic", (FOLDER / "grey.heic").read_bytes())[1]))
    assert (grey.mode, grey.size) == ("RGB", (900, 1200))
    through = Image.open(io.BytesIO(as_kept("a.heic", (FOLDER / "seen-through.heic").read_bytes())[1]))
    assert through.size == (64, 48)
    assert min(through.getpixel((60, 44))) > 245  # type: ignore[type-var]
    red, _, blue = through.getpixel((4, 4))  # type: ignore[misc]
    assert red > 150 > blue


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is started: what is refused is refused by its boxes."""
    monkeypatch.setattr(heif.subprocess, "run", lambda *_, **__: pytest.fail("the picture was decoded"))


@pytest.mark.usefixtures("undrawn")
def test_pixels_are_counted_before_any_is_decoded() -> None:
    at = READABLE.index(b"ispe") + 8
    huge = READABLE[:at] + struct.pack(">II", 60_000, 60_000) + READABLE[at + 8 :]
    code, says = refused(huge, "IMG_1.HEIC")
    assert code == "UPLOAD_TOO_MANY_PIXELS" and "60,000 × 60,000" in says


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    "content",
    [
        made([(4000, 3000), (3000, 3000)], {1: [2] * 400}),
        made([(100, 100)] * 3, {1: [2], 2: [3], 3: [1]}),
        made([(100, 100)] * 20, {n: [n + 1] * 9 for n in range(1, 20)}),
        made([(100, 100)], {1: [7]}),
        made([(0, 100)], {}),
        made([(100, 100)], {}, first=2),
        made([(100, 100)], {}, more=full(b"iprp")[:-2]),
        made([(100, 100)], {}, more=box(b"free") * 30_000),
        box(b"ftyp", b"heic\0\0\0\0heic"),
        box(b"ftyp", b"heic\0\0\0\0heic") + box(b"free") * 30_000,
        SMALL[:-1],
        READABLE[: len(READABLE) // 2],
        READABLE[:200],
    ],
    ids=["squares again and again", "a circle", "pictures of pictures", "a part that is not there", "no width",
         "no first", "a box too long", "boxes without end", "nothing", "empty boxes", "a byte short", "half", "a head"],
)  # fmt: skip
def test_boxes_that_do_not_agree_are_damaged(content: bytes) -> None:
    assert refused(content)[0] == "UPLOAD_DAMAGED"


@pytest.mark.usefixtures("undrawn")
def test_a_grid_as_phones_write_it_is_measured_by_its_squares() -> None:
    squares = made([(4032, 3024)] + [(512, 512)] * 48, {1: list(range(2, 50))})
    assert told_by_boxes(squares)[:2] == (4032, 3024)


@pytest.mark.usefixtures("undrawn")
def test_moving_pictures_other_forms_and_second_files_are_refused_by_what_they_are() -> None:
    assert "moving" in refused(SMALL + box(b"moov", b"\0" * 20))[1]
    assert "AVIF" in refused(box(b"ftyp", b"avif\0\0\0\0avifmif1") + SMALL)[1]
    assert "AVIF" in refused(box(b"ftyp", b"mif1\0\0\0\0mif1avif") + SMALL)[1]
    assert "a film" in refused(box(b"ftyp", b"mp42\0\0\0\0isom") + SMALL)[1]
    for hidden in (packed(), b"<html><script>x()</script>", b"MZ\x90\0program", pdf(), b"\n<?php system(); ?>"):
        assert refused(SMALL + hidden)[0] == "UPLOAD_TWO_IN_ONE"


def test_a_picture_that_hides_its_size_or_holds_nothing_ends_its_own_process_alone() -> None:
    at, data = READABLE.index(b"ispe") + 8, READABLE.index(b"mdat") + 4
    small = READABLE[:at] + struct.pack(">II", 16, 16) + READABLE[at + 8 :]
    empty = READABLE[:data] + b"\0" * (len(READABLE) - data)
    noise = READABLE[:data] + bytes(range(256)) * (len(READABLE) // 256)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for content in (empty, noise[: len(READABLE)], made([(100, 100)], {})):
        assert refused(content)[0] == "UPLOAD_DAMAGED"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3
    looked_at(small)


@pytest.mark.parametrize(
    ("limit", "value"), [("LEAST_SECONDS", 0.01), ("LEAST_MEMORY", 30_000_000), ("MAX_BYTES", 3_000), ("MAX_PIXELS", 9)]
)
def test_the_process_ends_at_its_limits(limit: str, value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heif, limit, value)
    if limit == "MAX_PIXELS":
        # What is told passes, what is decoded does not.
        monkeypatch.setattr(heif, "size_of", lambda *_: (900, 1200))
    monkeypatch.setattr(heif, "SECONDS_A_MEGAPIXEL", 0.25 if limit != "LEAST_SECONDS" else 0.001)
    monkeypatch.setattr(heif, "MEMORY_A_PIXEL", 16 if limit != "LEAST_MEMORY" else 1)
    with pytest.raises(UploadRefused) as fault:
        heif.as_jpeg("a.heic", READABLE)
    assert fault.value.code == "UPLOAD_DAMAGED"


# --- anything at all -------------------------------------------------------------------------------------------------

CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 40)), max_size=4)


def changed(content: bytes, changes: list[tuple[float, bytes, int]]) -> bytes:
    for where, put, gone in changes:
        at = int(where * len(content))
        content = content[:at] + put + content[at + gone :]
    return content


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([SMALL, held(6), (FOLDER / "seen-through.heic").read_bytes()]), CHANGES)
def test_an_iphones_picture_changed_anywhere_is_taken_or_refused_and_never_breaks(
    content: bytes, changes: list[tuple[float, bytes, int]]
) -> None:
    looked_at(changed(content, changes))


@settings(max_examples=400)
@given(st.sampled_from([SMALL, made([(9, 9)] * 3, {1: [2, 3]})]), CHANGES)
def test_boxes_changed_anywhere_are_measured_or_refused(
    content: bytes, changes: list[tuple[float, bytes, int]]
) -> None:
    one = changed(content, changes)
    if is_heif(one):
        try:
            width, height = heif.size_of("a.heic", one)
        except UploadRefused as fault:
            assert fault.sentence("zh") and fault.sentence("en")
        else:
            assert 0 < width * height <= heif.MAX_PIXELS
