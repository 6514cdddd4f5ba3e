"""Telling: a paper is known by its content alone; what is dressed as one is refused by what it is."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image

from hearth.doors.feeds.uploads import (
    ENDINGS,
    Kind,
    examined,
    telling,
)
from hearth.doors.feeds.uploads import refused as refusals
from tests.doors.feeds.papers import packed, pdf, picture
from tests.doors.feeds.uploads.sent import JPEG, WHOLE, refused


@pytest.mark.parametrize("kind", WHOLE)
def test_a_paper_is_told_by_its_content_and_kept_as_it_is(kind: Kind) -> None:
    content = WHOLE[kind]
    found = examined("发票 03.dat", content)
    assert (found.kind, found.size, found.sha256) == (kind, len(content), hashlib.sha256(content).hexdigest())
    assert (found.width, found.height) == ((595, 842) if kind is Kind.PDF else (64, 48))
    assert found.pages == (3 if kind is Kind.PDF else 1)
    assert found.name == "发票 03.dat" + ENDINGS[kind][0]
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
        (b"\0\0\0\x18ftypavif\0\0\0\0avif", "an AVIF picture"),
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
    named = {what for _, _, what in telling.BEGINNINGS} | {what for _, what in telling.MARKUP}
    assert named <= set(refusals.FOUND_ZH)


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
