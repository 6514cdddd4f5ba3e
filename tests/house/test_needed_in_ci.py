"""What tests need of the machine may be missing on somebody's desk, and never in CI."""

from __future__ import annotations

import pytest

from tests.fonts import wants_font
from tests.house.tree import ROOT


def test_without_a_chinese_font_a_test_is_skipped_at_a_desk_and_fails_in_ci() -> None:
    wants_font(True, {"CI": "true"})
    with pytest.raises(pytest.skip.Exception, match="fonts-noto-cjk"):
        wants_font(False, {})
    with pytest.raises(pytest.fail.Exception, match="fonts-noto-cjk"):
        wants_font(False, {"CI": "true"})


def test_ci_says_that_it_is_ci_and_installs_the_font() -> None:
    run = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "export CI=true" in run and "fonts-noto-cjk" in run


def test_no_test_decides_by_itself_that_it_needs_no_font() -> None:
    by_themselves = [
        path.name
        for path in (ROOT / "tests").rglob("*.py")
        if path.name != "test_needed_in_ci.py" and "skipif(faces()" in path.read_text("utf-8")
    ]
    assert by_themselves == []
