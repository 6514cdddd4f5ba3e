"""Fonts: pages in Chinese are drawn with a font of this system; at a desk it may be missing, in CI it may not."""

from __future__ import annotations

import os
from collections.abc import Mapping

import pytest

MARK = "chinese_font"
MISSING = "no Chinese font is installed here: apt install fonts-noto-cjk"


def wants_font(is_there: bool, environ: Mapping[str, str] = os.environ) -> None:
    """Skips a test that draws Chinese pages where no font is; in CI it fails, lest it is never run anywhere."""
    if is_there:
        return
    if environ.get("CI") == "true":
        pytest.fail(MISSING)
    pytest.skip(MISSING)
