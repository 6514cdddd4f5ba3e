"""Contract of reading: a picture of a paper goes in, the printed texts with their places come out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hearth.words.faults import Fault, Malformed
from hearth.words.papers import Quad, Run

Picture = NDArray[np.uint8]
"""Height x width x 3, red, green, blue, upright."""

MAX_PIXELS = 50_000_000
"""The most pixels of a picture that is read."""

LEAST_SIDE = 16
"""The fewest pixels of a side."""


class Reader(Protocol):
    """Whatever reads the print on a picture of a paper."""

    def read(self, picture: Picture) -> Sequence[Run]:
        """The printed texts, from above down and from the left, boxes in pixels of the picture.  Raises: Malformed."""
        ...

    def read_at(self, picture: Picture, places: Sequence[Quad]) -> Sequence[Run]:
        """What stands in each place, one run a place; an empty text where nothing does.  Raises: Malformed."""
        ...


class ReaderAbsent(Fault):
    """Nothing is installed here that reads pictures; papers that carry their text are read all the same."""

    code, status = "READER_ABSENT", 501
    says = "Pictures cannot be read here yet: install the extra with `pip install 'hearth[ocr]'`."
    says_zh = "此处尚不能识别图片：请用 `pip install 'hearth[ocr]'` 安装识别组件。"


def looked_at(picture: Any) -> Picture:
    """A picture in the one form in which readers take it.  Raises: Malformed."""
    if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        shape = f"{getattr(picture, 'dtype', type(picture).__name__)} {getattr(picture, 'shape', '')}".strip()
        raise Malformed(file="picture", place="form", got=shape, want="uint8, height x width x 3")
    height, width = picture.shape[:2]
    if min(height, width) < LEAST_SIDE or height * width > MAX_PIXELS:
        raise Malformed(
            file="picture",
            place="size",
            got=f"{width} x {height} pixels",
            want=f"sides of {LEAST_SIDE} pixels and more, {MAX_PIXELS:,} pixels at most",
        )
    return np.ascontiguousarray(picture)
