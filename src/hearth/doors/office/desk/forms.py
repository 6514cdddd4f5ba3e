"""Forms: the boxes of a form, read once and shown again with what was typed and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hearth.doors.office.desk.asking import plain, whole
from hearth.words.faults import Fault
from hearth.words.money import fen_from_yuan, yuan

MOST_TEXT = 4_000


@dataclass(frozen=True)
class Box:
    """One box: kind is one of pieces/field.html; a choice takes (value, words) pairs."""

    name: str
    label: str
    kind: str = "text"
    must: bool = True
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    start: Any = ""
    most: int = 400
    rows: int = 3
    autocomplete: str = ""
    focus: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


class Form:
    """Boxes with their values; `errors` by name; `fault` is what the desk said of the whole."""

    def __init__(self, boxes: Iterable[Box], posted: Mapping[str, str] | None = None) -> None:
        self.boxes = tuple(boxes)
        self.is_sent = posted is not None
        self.errors: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.typed: dict[str, str] = {}
        self.fault = ""
        self.status = 200
        for box in self.boxes:
            if posted is None:
                self.typed[box.name] = _written(box.kind, box.start)
                continue
            self.typed[box.name] = plain(str(posted.get(box.name, "")))[: MOST_TEXT + 1].strip()
            try:
                self.values[box.name] = _read(box, self.typed[box.name])
            except ValueError as wrong:
                self.errors[box.name] = str(wrong)
        if self.errors:
            self.status = 422

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def is_right(self) -> bool:
        """Whether it was sent and nothing is wrong with it."""
        return self.is_sent and not self.errors

    def refuse(self, fault: Fault, lang: str, place: str = "") -> None:
        """Take in what a desk said: beside a box, or above the form."""
        self.status = fault.status
        if place in self.typed:
            self.errors[place] = fault.sentence(lang)
        else:
            self.fault = fault.sentence(lang)

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The boxes as pieces/field.html takes them."""
        return [self.field(box.name) for box in self.boxes]

    def field(self, name: str) -> dict[str, Any]:
        """One box as pieces/field.html takes it."""
        box = next(each for each in self.boxes if each.name == name)
        value: Any = self.typed[name]
        return {
            "id": f"box-{name}",
            "name": name,
            "label": box.label,
            "kind": box.kind,
            "must": box.must,
            "hint": box.hint,
            "value": value == "1" if box.kind == "check" else value,
            "error": self.errors.get(name, ""),
            "options": [(key, words, key == value) for key, words in box.options],
            "maxlength": min(box.most, MOST_TEXT),
            "rows": box.rows,
            "autocomplete": box.autocomplete,
            "focus": box.focus and not self.errors,
            **box.more,
        }

    @property
    def problems(self) -> list[dict[str, str]]:
        """All that is wrong, each leading to its box."""
        first = self.boxes[0].name if self.boxes else ""
        told = [{"id": f"box-{name}", "says": f"{self._label(name)}: {says}"} for name, says in self.errors.items()]
        return [*([{"id": f"box-{first}", "says": self.fault}] if self.fault else []), *told]

    def _label(self, name: str) -> str:
        return next(box.label for box in self.boxes if box.name == name)


def _written(kind: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if kind == "money" and isinstance(value, int):
        return yuan(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _read(box: Box, text: str) -> Any:
    """The value of a box.  Raises: ValueError with a sentence for the person."""
    if box.kind == "check":
        return text == "1"
    if not text:
        if box.must:
            raise ValueError(_("Please choose one.") if box.kind == "choice" else _("Please fill this in."))
        return None if box.kind in ("date", "money", "whole") else ""
    if box.kind == "choice":
        if text not in {key for key, _words in box.options}:
            raise ValueError(_("Please choose one of the list."))
        return text
    if box.kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(_("A day looks like 2026-11-22.")) from None
    if box.kind == "money":
        try:
            fen = fen_from_yuan(text)
        except ValueError:
            raise ValueError(_("An amount in yuan looks like 1,234.50.")) from None
        if fen < 0:
            raise ValueError(_("The amount cannot be below 0."))
        return fen
    if box.kind == "whole":
        number = whole(text)
        if number is None:
            raise ValueError(_("This takes a whole number."))
        return number
    if len(text) > box.most:
        raise ValueError(
            _("At most %(most)s characters; these are %(count)s.") % {"most": box.most, "count": len(text)}
        )
    return text if box.kind == "area" else " ".join(text.split())
