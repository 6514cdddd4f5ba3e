"""Made: a made-up paper as a picture with its truth: kind, layout, wear, and where every text of it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from hearth.doors.demo.papers.bill import Bill, drawn
from hearth.doors.demo.papers.cards import bank_card, id_card
from hearth.doors.demo.papers.invoice import invoice
from hearth.doors.demo.papers.items import Item
from hearth.doors.demo.papers.lists import itemised_list
from hearth.doors.demo.papers.others import OTHERS
from hearth.doors.demo.papers.reports import REPORTS
from hearth.doors.demo.papers.sheet import Sheet
from hearth.doors.demo.papers.wear import CLEAN, Carry, Wear, worn

TUNING, TESTING = "tuning", "testing"

LAYOUTS: dict[str, dict[str, tuple[str, ...]]] = {
    TUNING: {
        "invoice": ("shanghai", "beijing", "zhejiang", "national"),
        "itemised_list": ("ruled", "plain"),
        "settlement_sheet": ("table",),
        "discharge_summary": ("letter",),
        "diagnosis_certificate": ("letter",),
        "pathology": ("ruled",),
        "prescription": ("tinted",),
        "id_card": ("card",),
        "bank_card": ("light",),
        "other_insurer_sheet": ("table",),
        "accident_proof": ("form",),
    },
    TESTING: {
        "invoice": ("guangdong", "jiangsu", "sichuan"),
        "itemised_list": ("dense", "striped"),
        "settlement_sheet": ("rows",),
        "discharge_summary": ("form",),
        "diagnosis_certificate": ("boxed",),
        "pathology": ("letter",),
        "prescription": ("plain",),
        "id_card": ("copy",),
        "bank_card": ("dark",),
        "other_insurer_sheet": ("letter",),
        "accident_proof": ("note",),
    },
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


_DRAWN: dict[str, Callable[[Bill, str, float], list[Sheet]]] = {
    "invoice": invoice,
    "itemised_list": itemised_list,
    **REPORTS,
    "id_card": id_card,
    "bank_card": bank_card,
    **OTHERS,
}


def _stays(kind: str) -> bool | None:
    """What only one kind of treatment has: a summary at discharge is of a stay, a prescription of a visit."""
    return {"discharge_summary": True, "prescription": False}.get(kind)


def made(
    seed: int,
    kind: str,
    layout: str,
    wear: Wear | None = None,
    items: Sequence[Item] | None = None,
    *,
    page: int | None = None,
) -> Made:
    """The paper of that kind, layout and seed; the same seed and items give the same bill on every kind of paper.

    (Discharge summaries are of stays alone and prescriptions of visits alone: where the seed gave the other, the bill
    is another one.)  Of several pages one is drawn by the seed, unless `page` (from 1) is told.  Raises: NoChineseFont.
    """
    bill = drawn(seed, stay=_stays(kind), items=items)
    name = group_of(kind, layout)
    sheets = _DRAWN[kind](bill, layout, 1.0)
    place = int(np.random.default_rng([seed, 77]).integers(len(sheets))) if page is None else page - 1
    sheet = sheets[place]
    picture, printed = sheet.image, sheet.truth()
    if wear is not None and wear != CLEAN:
        picture, carry = worn(picture, wear, seed)
        printed = _carried(printed, carry)
    truth = {
        "kind": kind, "layout": layout, "group": name, "seed": seed, "setting": bill.setting,
        "page": place + 1, "pages": len(sheets), "width": picture.width, "height": picture.height,
        **printed, "wear": {} if wear is None else wear.told(),
    }  # fmt: skip
    return Made(picture, truth)


def _carried(printed: dict[str, Any], carry: Carry) -> dict[str, Any]:
    """The truth of a sheet, its places taken along with the wear."""

    def box(cell: dict[str, Any]) -> dict[str, Any]:
        x0, y0, x1, y1 = cell["box"]
        corners = carry(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=np.float64))
        low, high = corners.min(axis=0), corners.max(axis=0)
        return {**cell, "box": [_pixel(low[0]), _pixel(low[1]), _pixel(high[0]), _pixel(high[1])]}

    return {
        "fields": {key: box(cell) for key, cell in printed["fields"].items()},
        "lines": [{name: box(cell) for name, cell in line.items()} for line in printed["lines"]],
        "ocr": [
            {"text": run["text"], "box": [[_pixel(x), _pixel(y)] for x, y in carry(np.array(run["box"]))]}
            for run in printed["ocr"]
        ],
    }


def _pixel(value: float) -> float:
    return round(float(value), 1)
