"""Boxes: the boxes of a form as the pieces draw them (pieces/field.html, pieces/choices.html, pieces/drop.html)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

Box = dict[str, Any]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def box(name: str, label: str, value: Any = "", kind: str = "text", **more: Any) -> Box:
    """One box: `error` and `hint` stand beside it, `must` marks it, `maxlength`, `rows`, `focus` as the piece takes."""
    key = more.pop("id", f"f-{name}")
    if kind == "date" and value and not _DAY.fullmatch(str(value)):
        # A browser's own box for days would swallow it.
        kind = "text"
    return {"id": key, "name": name, "label": label, "value": value, "kind": kind, **more}


def choice(name: str, label: str, options: Iterable[tuple[str, str]], value: str = "", **more: Any) -> Box:
    """A box whose value is one of a list."""
    return box(name, label, value, "choice", options=[(key, says, key == value) for key, says in options], **more)


def cards(name: str, label: str, options: Sequence[Box], *, many: bool = False, **more: Any) -> Box:
    """Choosing by cards; each option has value, label, and may have says, aside, chosen, off."""
    return {"id": more.pop("id", f"f-{name}"), "name": name, "label": label, "many": many, "options": options, **more}


def card(value: str, label: str, says: str = "", *, chosen: bool = False, aside: str = "", off: bool = False) -> Box:
    """One card to choose."""
    return {"value": value, "label": label, "says": says, "chosen": chosen, "aside": aside, "off": off}


def problems_of(boxes: Iterable[Box]) -> list[Box]:
    """All that is wrong with a form, for the list above it; each leads to its box."""
    return [
        {
            "id": f"{one['id']}-1" if "options" in one and one.get("kind") != "choice" else one["id"],
            "says": one["error"],
        }
        for one in boxes
        if one.get("error")
    ]
