"""The verdict on a photograph: told of what is wrong, silent where nothing is, the same at any size."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.doors.demo.papers.made import made
from hearth.doors.demo.papers.wear import Wear
from hearth.kernel.documents.quality import DEFAULT, SIGNS, Bound, Quality, Verdict, look
from hearth.kernel.documents.seen import seen
from hearth.kernel.documents.sentences import QUALITY

FONT = pytest.mark.chinese_font
GOOD = Wear(margin=0.04, angle=0.6, exposure=0.93, noise=1.5, blur=0.2, jpeg=88)


def taken(seed: int = 4, kind: str = "invoice", layout: str = "shanghai", **wear: Any) -> np.ndarray[Any, Any]:
    return np.asarray(made(seed, kind, layout, replace(GOOD, **wear)).image)


def said(seed: int = 4, kind: str = "invoice", layout: str = "shanghai", **wear: Any) -> Verdict:
    return look(taken(seed, kind, layout, **wear))


@FONT
@pytest.mark.parametrize(
    ("kind", "layout"),
    [("invoice", "guangdong"), ("itemised_list", "dense"), ("discharge_summary", "form"), ("prescription", "plain"),
     ("id_card", "card"), ("bank_card", "dark"), ("diagnosis_certificate", "boxed")],
)  # fmt: skip
def test_nothing_is_told_of_a_good_photograph(kind: str, layout: str) -> None:
    assert said(9, kind, layout).codes() == ()


@FONT
@pytest.mark.parametrize(
    ("sign", "wear"),
    [
        ("blurred", {"blur": 2.4}), ("blurred", {"motion": 11}), ("glare", {"glare": 0.12, "exposure": 0.85}),
        ("too_dark", {"exposure": 0.2}), ("cut_edge", {"cut": 0.12}), ("tilted", {"angle": -18}),
        ("too_small", {"long": 560}), ("screen_photo", {"moire": 0.6}),
        ("wrong_way_up", {"turned": 90}), ("wrong_way_up", {"turned": 180}), ("wrong_way_up", {"turned": 270}),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_photograph_is_told(sign: str, wear: dict[str, Any]) -> None:
    verdict = said(**wear)
    assert sign in verdict.codes()
    finding = next(one for one in verdict.findings if one.code == sign)
    bound = DEFAULT.bounds[sign]
    assert finding.threshold in (bound.warn, bound.block)
    assert (finding.score <= finding.threshold) if bound.below else (finding.score >= finding.threshold)


@FONT
@pytest.mark.parametrize(("turned", "back"), [(90, 270), (180, 180), (270, 90)])
def test_a_turned_photograph_is_told_how_to_be_turned_back(turned: int, back: int) -> None:
    verdict = said(kind="itemised_list", layout="plain", turned=turned)
    assert [one.turn for one in verdict.findings if one.code == "wrong_way_up"] == [back]


@FONT
def test_the_bad_place_is_where_the_reflection_was() -> None:
    picture = taken(exposure=0.85)
    high, wide = picture.shape[:2]
    ys, xs = np.mgrid[0:high, 0:wide]
    spot = 300 * np.exp(-((((xs - 0.7 * wide) ** 2 + (ys - 0.4 * high) ** 2) / (0.1 * wide) ** 2) ** 2))
    burnt = np.clip(picture + spot[..., None], 0, 255).astype(np.uint8)
    found = next(one for one in look(burnt).findings if one.code == "glare")
    left, top, right, bottom = found.box
    assert left < 0.7 * wide < right and top < 0.4 * high < bottom
    assert right - left < 0.4 * wide and bottom - top < 0.5 * high
    assert next(one for one in look(burnt, scale=2.0).findings if one.code == "glare").box[0] == pytest.approx(2 * left)


@FONT
def test_the_score_of_blur_hardly_depends_on_the_size_of_the_picture() -> None:
    scores = [said(long=long, blur=1.0).scores["blurred"] for long in (1800, 2600, 3600)]
    assert max(scores) < 1.25 * min(scores)


@FONT
def test_more_blur_never_looks_sharper() -> None:
    scores = [said(blur=blur, noise=0).scores["blurred"] for blur in (0.2, 0.8, 1.5, 2.5, 4.0)]
    assert all(one <= other + 0.05 for one, other in pairwise(scores))


@FONT
@given(st.floats(-25, 25))
@settings(max_examples=8, deadline=None)
def test_the_lie_of_the_rows_is_measured_to_a_degree(angle: float) -> None:
    assert seen(taken(layout="national", angle=angle)).angle == pytest.approx(angle, abs=1.6)


@FONT
def test_a_product_says_what_blocks_and_what_is_not_looked_for() -> None:
    picture = taken(exposure=0.2, turned=180)
    assert not look(picture, Quality({})).findings
    strict = Quality({"too_dark": Bound(120, 100, below=True), "wrong_way_up": Bound(None, 90)})
    verdict = look(picture, strict)
    assert verdict.blocks and {one.severity for one in verdict.findings} == {"block"}
    assert set(verdict.codes()) == {"too_dark", "wrong_way_up"} or verdict.codes() == ("too_dark",)


def test_what_blocks_stands_before_what_warns() -> None:
    bound = Bound(0.2, 0.5)
    assert (bound.severity(0.1), bound.severity(0.2), bound.severity(0.5)) == (None, "warn", "block")
    low = Bound(90, 40, below=True)
    assert (low.severity(91), low.severity(90), low.severity(40)) == (None, "warn", "block")


@pytest.mark.parametrize("size", [(3, 3), (79, 500), (81, 90), (200, 2000), (1700, 100)])
@pytest.mark.parametrize("fill", [0, 128, 255])
def test_a_picture_without_a_paper_is_judged_without_a_fault(size: tuple[int, int], fill: int) -> None:
    verdict = look(np.full((*size, 3), fill, dtype=np.uint8))
    assert all(finding.box[2] > finding.box[0] for finding in verdict.findings)
    if fill == 0 and min(size) >= 80:
        assert "too_dark" in verdict.codes()


@given(st.integers(0, 2**32 - 1), st.integers(60, 300), st.integers(60, 300))
@settings(max_examples=25, deadline=None)
def test_noise_is_judged_without_a_fault(seed: int, high: int, wide: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (high, wide, 3), dtype=np.uint8)
    for finding in look(picture).findings:
        assert finding.code in SIGNS
        assert 0 <= finding.box[0] < finding.box[2] <= wide + 40 and 0 <= finding.box[1] < finding.box[3] <= high + 40


def test_every_sign_has_words_in_both_languages_and_bounds() -> None:
    assert tuple(QUALITY) == SIGNS
    assert set(DEFAULT.bounds) == set(SIGNS)
    for words in QUALITY.values():
        assert len(words) == 4 and all(words)
