"""Made: a made-up paper as a picture with its truth: kind, layout, wear, and where every text of it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from hearth.doors.demo.papers.bill import Bill, drawn
from hearth.doors.demo.papers.invoice import invoice
from hearth.doors.demo.papers.items import Item
from hearth.doors.demo.papers.sheet import Sheet

TUNING, TESTING = "tuning", "testing"

LAYOUTS: dict[str, dict[str, tuple[str, ...]]] = {
    TUNING: {"invoice": ("shanghai", "beijing", "zhejiang", "national")},
    TESTING: {"invoice": ("guangdong", "jiangsu", "sichuan")},
}
"""Group -> kind of paper -> its layouts.  What is tuned on one group is measured on the other."""


@dataclass(frozen=True)
class Made:
    """A picture and what is true of it (docs/papers.md)."""

    image: Image.Image
    truth: dict[str, Any]


def group(name: str) -> dict[str, tuple[str, ...]]:
    """The layouts of a group (TUNING or TESTING), by kind of paper."""
    return LAYOUTS[name]


def group_of(kind: str, layout: str) -> str:
    """The group that a layout belongs to.  Raises: KeyError where there is no such layout."""
    for name, kinds in LAYOUTS.items():
        if layout in kinds.get(kind, ()):
            return name
    raise KeyError(f"{kind}/{layout}")


_DRAWN: dict[str, Callable[[Bill, str, float], list[Sheet]]] = {"invoice": invoice}


def made(seed: int, kind: str, layout: str, wear: None = None, items: Sequence[Item] | None = None) -> Made:
    """The paper of that kind, layout and seed; the same seed gives the same bill on every kind of paper."""
    bill = drawn(seed, items=items)
    name = group_of(kind, layout)
    sheets = _DRAWN[kind](bill, layout, 1.0)
    page = int(np.random.default_rng([seed, 77]).integers(len(sheets)))
    sheet = sheets[page]
    truth = {
        "kind": kind, "layout": layout, "group": name, "seed": seed, "setting": bill.setting,
        "page": page + 1, "pages": len(sheets), "width": sheet.image.width, "height": sheet.image.height,
        **sheet.truth(), "wear": {},
    }  # fmt: skip
    return Made(sheet.image, truth)
