"""Photographs as they arrive: judged at a lower scale, told in the original's pixels, marked for people to see."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hearth.doors.demo.papers.made import made
from hearth.doors.demo.papers.wear import Wear
from hearth.doors.feeds.papers import MARKED_SIDE, judged, marked
from hearth.doors.feeds.uploads import Kind, UploadDamaged

FONT = pytest.mark.chinese_font


def jpeg(picture: Image.Image, **more: Any) -> bytes:
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=88, **more)
    return held.getvalue()


@FONT
def test_places_are_told_in_the_pixels_of_the_original_though_it_was_decoded_smaller() -> None:
    page = made(4, "invoice", "national", Wear(long=3600, margin=0.05, cut=0.15, exposure=0.9))
    one = judged(jpeg(page.image), Kind.JPEG)
    assert one.scale == 2.0 and max(one.picture.size) == 1800
    box = next(found.box for found in one.verdict.findings if found.code == "cut_edge")
    wide, high = page.image.size
    assert box[0] in (0, pytest.approx(wide - 160, abs=40)) or box[1] in (0, pytest.approx(high - 160, abs=40))
    assert max(box) > 1800


@FONT
def test_a_photograph_that_says_how_it_was_held_is_judged_upright() -> None:
    page = made(4, "invoice", "national", Wear(margin=0.04, turned=90, exposure=0.9))
    exif = Image.Exif()
    exif[0x0112] = 8
    assert "wrong_way_up" in judged(jpeg(page.image), Kind.JPEG).verdict.codes()
    upright = judged(jpeg(page.image, exif=exif), Kind.JPEG)
    assert upright.verdict.codes() == ()
    assert upright.picture.width > upright.picture.height


@FONT
def test_a_png_and_a_page_of_a_pdf_are_judged_too() -> None:
    page = made(4, "itemised_list", "plain").image
    for kind, written in ((Kind.PNG, "PNG"), (Kind.PDF, "PDF")):
        held = io.BytesIO()
        page.save(held, written, resolution=200)
        assert judged(held.getvalue(), kind).verdict.codes() == ()


def test_half_a_photograph_is_refused_in_one_sentence() -> None:
    content = jpeg(Image.effect_noise((400, 300), 40).convert("RGB"))
    with pytest.raises(UploadDamaged):
        judged(content[: len(content) // 2], Kind.JPEG)
    with pytest.raises(UploadDamaged):
        judged(b"\xff\xd8\xff\xe0 nothing", Kind.JPEG)


@FONT
def test_the_bad_place_is_drawn_on_the_thumbnail_and_nowhere_else() -> None:
    page = made(4, "invoice", "national", Wear(long=2400, margin=0.05, glare=0.1, exposure=0.82))
    one = judged(jpeg(page.image), Kind.JPEG)
    found = next(finding for finding in one.verdict.findings if finding.code == "glare")
    drawn = marked(one.picture, one.verdict, one.scale)
    assert max(drawn.size) == MARKED_SIDE
    plain = one.picture.copy()
    plain.thumbnail((MARKED_SIDE, MARKED_SIDE))
    differs = np.abs(np.asarray(drawn, dtype=int) - np.asarray(plain, dtype=int)).sum(axis=2) > 60
    ys, xs = np.nonzero(differs)
    zoom = drawn.width / page.image.width
    left, top, right, bottom = (side * zoom for side in found.box)
    assert left - 8 <= xs.min() and xs.max() <= right + 8 and top - 8 <= ys.min() and ys.max() <= bottom + 8
    assert differs.sum() > 300
