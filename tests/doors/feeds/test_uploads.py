"""Uploads: what they are by content alone; hostile, broken and huge ones are refused with a sentence, never a crash."""

from __future__ import annotations

import hashlib
import io
import struct
import time
import unicodedata
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from hearth.doors.feeds import uploads
from hearth.doors.feeds.uploads import Kind, UploadRefused, examined, plain_name, thumbnail
from tests.doors.feeds.papers import locked_pdf, of_objects, packed, pdf, pdf_with_picture, picture, png_of, turned

JPEG, PNG, WEBP, PDF = picture("JPEG"), picture("PNG"), picture("WEBP"), pdf(3)
WHOLE = {Kind.JPEG: JPEG, Kind.PNG: PNG, Kind.WEBP: WEBP, Kind.PDF: PDF}


def refused(content: bytes, name: str = "paper.jpg") -> tuple[str, str]:
    """Code and English sentence of the refusal; the Chinese one is there as well."""
    with pytest.raises(UploadRefused) as fault:
        examined(name, content)
    zh = fault.value.sentence("zh-hans")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in zh) and "{" not in zh
    return fault.value.code, fault.value.sentence("en")


@pytest.mark.parametrize("kind", Kind)
def test_a_paper_is_told_by_its_content_and_kept_as_it_is(kind: Kind) -> None:
    content = WHOLE[kind]
    found = examined("发票 03.dat", content)
    assert (found.kind, found.size, found.sha256) == (kind, len(content), hashlib.sha256(content).hexdigest())
    assert (found.width, found.height) == ((595, 842) if kind is Kind.PDF else (64, 48))
    assert found.pages == (3 if kind is Kind.PDF else 1)
    assert found.name == "发票 03.dat" + uploads.ENDINGS[kind][0]
    assert found.media_type == {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}.get(
        kind, "application/pdf"
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "an empty file"),
        (b"\0" * 50, "an empty file"),
        (b"<!DOCTYPE html><html><script>alert(1)</script>", "a web page (HTML)"),
        (b"\xef\xbb\xbf  <HTML><body>", "a web page (HTML)"),
        (b'<?xml version="1.0"?><svg onload="x()"/>', "a drawing (SVG)"),
        (b"<html>%PDF-1.4", "a web page (HTML)"),
        (b"  %PDF-1.4", "no picture or PDF"),
        (packed(), "a packed file (ZIP, Word, Excel)"),
        (b"MZ\x90\0" + b"\0" * 100, "a program"),
        (b"\x7fELF\x02", "a program"),
        (b"#!/bin/sh\nrm -rf .", "a script"),
        (b"\0\0\0\x18ftypheic", "an iPhone picture (HEIC)"),
        (picture("GIF"), "a GIF picture"),
        (picture("TIFF"), "a TIFF picture"),
        (picture("BMP"), "a BMP picture"),
        ("您好".encode(), "text"),
        (b"\x01\x02\xff\xfe\0\0", "no picture or PDF"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "no picture or PDF"),
    ],
)
def test_what_is_dressed_as_a_photo_is_refused_by_what_it_is(content: bytes, what: str) -> None:
    code, says = refused(content, "photo.jpg")
    assert code == "UPLOAD_NOT_A_PAPER"
    assert f"photo.jpg is {what}." in says


def test_everything_that_can_be_found_has_its_chinese() -> None:
    named = {what for _, _, what in uploads._BEGINNINGS} | {what for _, what in uploads._MARKUP}
    assert named <= set(uploads._FOUND_ZH)


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.PDF])
@pytest.mark.parametrize(
    "hidden", [packed(), b"<html><script>x()</script>", b"MZ\x90\0program", b"\n<?php system(); ?>"]
)
def test_a_second_file_behind_a_paper_is_refused(kind: Kind, hidden: bytes) -> None:
    assert refused(WHOLE[kind] + hidden)[0] == "UPLOAD_TWO_IN_ONE"


def test_a_picture_that_is_also_a_pdf_or_a_packed_file_inside_is_refused() -> None:
    comment = b"%PDF-1.4 hidden"
    assert refused(picture("JPEG", comment=comment))[0] == "UPLOAD_TWO_IN_ONE"
    assert refused(picture("JPEG", comment=packed()))[0] == "UPLOAD_TWO_IN_ONE"
    assert refused(JPEG + pdf())[0] == "UPLOAD_TWO_IN_ONE"


def test_what_cameras_append_is_let_be() -> None:
    film = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 20
    assert examined("motion.jpg", JPEG + film).kind is Kind.JPEG
    held = io.BytesIO()
    first = Image.open(io.BytesIO(JPEG))
    first.save(held, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))])
    assert examined("two.jpg", held.getvalue()).width == 64


def test_a_moving_picture_is_refused_because_one_sees_only_a_part_of_it() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    for form in ("PNG", "WEBP"):
        held = io.BytesIO()
        frames[0].save(held, form, save_all=True, append_images=frames[1:])
        assert "moving" in refused(held.getvalue())[1]


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.PDF])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_paper_cut_short_is_damaged(kind: Kind, share: float) -> None:
    content = pdf(3) if kind is Kind.PDF else picture(kind.value.upper(), size=(300, 300))
    assert refused(content[: int(len(content) * share)])[0] == "UPLOAD_DAMAGED"


def test_too_many_bytes_are_refused_before_anything_is_opened() -> None:
    code, says = refused(JPEG + b"\0" * uploads.MAX_BYTES)
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

    monkeypatch.setattr(uploads.Image, "open", opened)
    assert refused(bombs()[name])[0] == "UPLOAD_TOO_MANY_PIXELS"


def test_a_picture_just_within_the_pixels_is_taken_and_one_above_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_PIXELS", 64 * 48)
    assert examined("a.png", PNG).width == 64
    monkeypatch.setattr(uploads, "MAX_PIXELS", 64 * 48 - 1)
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


def test_pages_are_counted_and_a_hundred_are_too_many() -> None:
    assert examined("a.pdf", pdf(50)).pages == 50
    code, says = refused(pdf(100), "records.pdf")
    assert code == "UPLOAD_TOO_MANY_PAGES"
    assert says.startswith("records.pdf has 100 pages; at most 50")


def test_a_pdf_that_counts_pages_it_does_not_have_is_damaged() -> None:
    lying = pdf(1).replace(b"/Count 1", b"/Count 9")
    assert refused(lying)[0] == "UPLOAD_DAMAGED"


def test_a_locked_pdf_says_what_to_do() -> None:
    code, says = refused(locked_pdf(), "bill.pdf")
    assert code == "UPLOAD_LOCKED"
    assert "without one" in says


def test_a_pdf_that_unpacks_too_far_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zlib.compress(b"\0" * (uploads.MAX_STREAM + 1), 9)
    held = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(bomb), bomb)
    made = of_objects(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>", held)
    monkeypatch.setattr(uploads, "_open_pdf", lambda *_: pytest.fail("the PDF was opened"))
    assert len(made) < 1_000_000
    assert refused(made)[0] == "UPLOAD_UNPACKS_TOO_FAR"
    hidden = made.replace(b"stream\n", b"% stream\nstream\r\n", 1)
    assert refused(hidden)[0] == "UPLOAD_UNPACKS_TOO_FAR"


def test_a_pdf_of_a_million_beginnings_is_looked_through_in_no_time() -> None:
    started = time.monotonic()
    for beginning in (b"stream\n", b"stream\n\x78\x9c", b"stream\n" + zlib.compress(b"")):
        assert refused(b"%PDF-1.4\n" + beginning * 500_000 + b"%%EOF")[0] == "UPLOAD_DAMAGED"
    assert time.monotonic() - started < 60


def test_an_empty_or_boundless_page_is_damaged() -> None:
    assert refused(of_objects(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"))[0] == (
        "UPLOAD_DAMAGED"
    )
    assert refused(pdf(1, size=(9_000_000, 9_000_000)))[0] == "UPLOAD_DAMAGED"


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("../../etc/passwd", Kind.JPEG, "passwd.jpg"),
        ("C:\\Users\\hui\\发票.PDF", Kind.PDF, "发票.PDF"),
        ("gpj.\u202eexe", Kind.JPEG, "gpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.png", Kind.PNG, "aSet-Cookie_ x.png"),
        ("photo.html", Kind.JPEG, "photo.html.jpg"),
        ("..", Kind.PNG, "upload.png"),
        ("", None, "upload"),
        (".htaccess", Kind.PNG, "htaccess.png"),
        ('<img src="x">.jpeg', Kind.JPEG, "_img src=_x__.jpeg"),
        ("长" * 300 + ".jpg", Kind.JPEG, "长" * 116 + ".jpg"),
        ("x" * 300, Kind.PDF, "x" * 116 + ".pdf"),
    ],
)
def test_the_name_that_is_shown_has_no_folder_and_no_hidden_sign(name: str, kind: Kind | None, kept: str) -> None:
    assert plain_name(name, kind) == kept


@given(st.text(max_size=300), st.sampled_from([None, *Kind]))
def test_any_name_becomes_one_that_can_be_shown(name: str, kind: Kind | None) -> None:
    kept = plain_name(name, kind)
    assert 0 < len(kept) <= uploads.MAX_NAME
    assert not set(kept) & set('/\\<>:"|?*')
    assert all(unicodedata.category(sign)[0] != "C" for sign in kept)
    assert not kept.startswith(".")
    assert kind is None or kept.lower().endswith(uploads.ENDINGS[kind])


# --- thumbnails ------------------------------------------------------------------------------------------------------


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


def test_a_thumbnail_of_a_pdf_is_its_first_page() -> None:
    made = Image.open(io.BytesIO(thumbnail(PDF, Kind.PDF)))
    assert made.size == (227, 320)
    red, _, blue = made.getpixel((5, 315))  # type: ignore[misc]
    assert blue > 200 and red < 60
    assert made.getpixel((220, 5)) == (255, 255, 255)


def test_every_page_of_a_pdf_can_be_drawn_and_no_other() -> None:
    pages = [thumbnail(PDF, Kind.PDF, page=number) for number in (1, 2, 3)]
    assert pages[0] == thumbnail(PDF, Kind.PDF) and all(Image.open(io.BytesIO(each)).size for each in pages)
    for content, kind, page in ((PDF, Kind.PDF, 4), (PDF, Kind.PDF, 0), (PNG, Kind.PNG, 2)):
        with pytest.raises(UploadRefused, match=f"no page {page}"):
            thumbnail(content, kind, page=page)


def test_a_small_picture_is_not_blown_up() -> None:
    assert Image.open(io.BytesIO(thumbnail(PNG, Kind.PNG))).size == (64, 48)


def test_a_page_with_an_enormous_picture_is_not_drawn() -> None:
    content = pdf_with_picture(40_000, 40_000)
    assert examined("a.pdf", content).pages == 1
    with pytest.raises(UploadRefused, match="40,000"):
        thumbnail(content, Kind.PDF)
    assert thumbnail(pdf_with_picture(80, 80), Kind.PDF)


def test_a_thumbnail_of_another_kind_than_said_is_refused() -> None:
    with pytest.raises(UploadRefused):
        thumbnail(PNG, Kind.JPEG)


def test_many_people_can_send_papers_at_once() -> None:
    def sent(n: int) -> tuple[int, bytes]:
        return examined(f"{n}.pdf", pdf(n % 5 + 1)).pages, thumbnail(PDF, Kind.PDF)

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(sent, range(80)))
    assert [pages for pages, _ in answers] == [n % 5 + 1 for n in range(80)]
    assert len({small for _, small in answers}) == 1


# --- anything at all -------------------------------------------------------------------------------------------------


def looked_at(content: bytes) -> None:
    """Looks at a file in every way; nothing but a refusal may come of it."""
    try:
        found = examined("any.jpg", content)
        small = thumbnail(content, found.kind)
    except UploadRefused as fault:
        assert fault.sentence("en") and fault.sentence("zh")
        return
    assert max(Image.open(io.BytesIO(small)).size) <= uploads.THUMBNAIL_SIDE


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([*WHOLE.values(), turned(6), pdf_with_picture(9, 9), locked_pdf()]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 40)), max_size=4),
)
@example(JPEG, [(0.0, b"", 0)])
def test_a_paper_changed_anywhere_is_taken_or_refused_and_never_breaks(
    content: bytes, changes: list[tuple[float, bytes, int]]
) -> None:
    for where, put, gone in changes:
        at = int(where * len(content))
        content = content[:at] + put + content[at + gone :]
    looked_at(content)


@settings(max_examples=300)
@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x20\0\0\0WEBPVP8X", b"%PDF-1.4\n"]),
    st.binary(max_size=400),
)
def test_any_bytes_are_taken_or_refused_and_never_break(beginning: bytes, rest: bytes) -> None:
    looked_at(beginning + rest)
    looked_at(beginning + rest + b"%%EOF")
