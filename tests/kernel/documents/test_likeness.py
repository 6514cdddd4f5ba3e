"""The same picture is known however it was saved; the same form filled in otherwise is another picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from hearth.doors.demo.papers.made import TESTING, group, made
from hearth.kernel.documents.likeness import MOST_APART, are_same, bits_apart, quarters, shape

SAVED = ((1.0, 80, 1.0), (0.5, 60, 1.0), (0.7, 40, 0.9), (0.4, 85, 1.05))
"""Scale, quality of the JPEG, brightness."""


def again(picture: Image.Image, scale: float, quality: int, brighter: float) -> np.ndarray:
    size = (int(picture.width * scale), int(picture.height * scale))
    small = picture.resize(size, Image.Resampling.LANCZOS).point(lambda value: min(255, int(value * brighter)))
    kept = io.BytesIO()
    small.save(kept, "JPEG", quality=quality)
    return np.asarray(Image.open(kept).convert("RGB"))


@pytest.mark.chinese_font
@pytest.mark.parametrize("kind", ["invoice", "itemised_list"])
def test_a_page_saved_again_is_the_same_and_another_bill_on_the_same_form_is_not(kind: str) -> None:
    for layout in group(TESTING)[kind]:
        pages = [made(seed, kind, layout).image for seed in (11, 12, 13)]
        arrays = [np.asarray(page) for page in pages]
        for page, array in zip(pages, arrays, strict=True):
            for way in SAVED:
                saved = again(page, *way)
                assert are_same(array, saved), (layout, way)
                assert bits_apart(shape(array), shape(saved)) <= MOST_APART, (layout, way)
        assert not any(are_same(one, other) for n, one in enumerate(arrays) for other in arrays[:n]), layout


@pytest.mark.chinese_font
def test_a_page_with_one_figure_painted_over_is_still_the_same_picture() -> None:
    page = made(11, "invoice", "guangdong").image
    altered = page.copy()
    x, y = page.width // 2, page.height // 2
    ImageDraw.Draw(altered).rectangle((x, y, x + 60, y + 24), fill=90)
    assert are_same(np.asarray(page), np.asarray(altered))


def test_pictures_of_one_grey_are_the_same_only_where_they_are_equal() -> None:
    white, grey = (np.full((40, 30, 3), value, np.uint8) for value in (255, 200))
    assert are_same(white, white.copy()) and not are_same(white, grey)
    assert not are_same(white, np.full((30, 40, 3), 255, np.uint8)), "upright and lying"


def test_shapes_three_bits_apart_share_a_quarter() -> None:
    rng = np.random.default_rng(3)
    for _ in range(2_000):
        one = int(rng.integers(-(1 << 63), 1 << 63))
        other = one
        for bit in rng.choice(63, MOST_APART, replace=False):
            other ^= 1 << int(bit)
        assert bits_apart(one, other) == MOST_APART
        assert set(quarters(one)) & set(quarters(other))
