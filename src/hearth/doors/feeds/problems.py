"""Problems: everything that is wrong with an input, each with its place, what was got and what is wanted."""

from __future__ import annotations

import difflib
import re
import types
import typing
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from hearth.doors.feeds.chinese import in_chinese
from hearth.words.faults import Fault, Malformed

MAX_TOLD = 20
"""So many problems of one file are told; the rest are counted."""

Path = tuple[str | int, ...]
Locate = Callable[[Path], str]
"""Turns a place in the values (claims, 0, no) into a place that a person finds (line 12: claims[0].no)."""


class Problems(Malformed):
    """What is wrong with one file, all of it: one sentence a line."""

    code = "MALFORMED_IN_PLACES"

    def __init__(self, faults: Sequence[Malformed]) -> None:
        assert faults, "no problem is no fault"
        self.faults = tuple(faults[:MAX_TOLD])
        self.left_off = len(faults) - len(self.faults)
        super().__init__(**faults[0].data)

    def sentence(self, lang: str) -> str:
        """Every problem in "zh" or "en", one a line."""
        if not hasattr(self, "faults"):
            return super().sentence(lang)
        lines = [told(fault, lang) for fault in self.faults]
        if self.left_off:
            file = self.faults[0].data["file"]
            lines.append(
                f"{file}：另有 {self.left_off} 处。" if lang.startswith("zh") else f"{file}: and {self.left_off} more."
            )
        return "\n".join(lines)


def told(fault: Fault, lang: str) -> str:
    """A fault in "zh" or "en"; in Chinese what was got and wanted is told in Chinese too."""
    if isinstance(fault, Problems):
        return fault.sentence(lang)
    zh = lang.startswith("zh")
    values = {key: harmless(value) if isinstance(value, str) else value for key, value in fault.data.items()}
    if zh:
        values |= {key: in_chinese(value) for key, value in values.items() if isinstance(value, str) and key != "file"}
    return (fault.says_zh if zh else fault.says).format(**values)


def harmless(text: str) -> str:
    """A text on one line, without the signs by which a terminal is steered."""
    return "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in text)


def problems_of(invalid: ValidationError, model: type[BaseModel], value: Any, file: str, locate: Locate) -> Problems:
    """Every error of a validation, each place once."""
    found: dict[Path, Malformed] = {}
    gone: dict[Path, list[str]] = {}
    odd: dict[Path, list[str]] = {}
    for error in invalid.errors(include_url=False):
        path, held = _walk(value, error["loc"])
        kind = error["type"]
        if kind == "missing":
            gone.setdefault(path, []).append(str(error["loc"][-1]))
        elif kind == "extra_forbidden" and not _known_like(model, path, held):
            odd.setdefault(path[:-1], []).append(str(path[-1]))
        elif kind == "too_short" and isinstance(held, (list, tuple)) and len(held) >= error["ctx"]["min_length"]:
            continue  # its entries are wrong, which is told of each; a list of right ones alone would be too short
        elif path not in found:
            got, want = _got_want(error, model, path, held)
            found[path] = Malformed(file=file, place=locate(path), got=got, want=want)
    faults = list(found.values())
    for path, names in gone.items():
        want = f"the field {names[0]}" if len(names) == 1 else f"the fields {', '.join(names)}"
        faults.append(Malformed(file=file, place=locate((*path, names[0])), got="nothing", want=want))
    for path, names in odd.items():
        known = ", ".join(_fields(model, (*path, names[0])))
        shown = ", ".join(short(name) for name in names[:MAX_TOLD])
        got = f"the unknown field {shown}" if len(names) == 1 else f"the unknown fields {shown}"
        want = f"one of {known}" if known else "only known fields"
        faults.append(Malformed(file=file, place=locate((*path, names[0])), got=got, want=want))
    return Problems(in_order(faults))


def in_order(faults: Sequence[Malformed]) -> list[Malformed]:
    """Faults of one file by line or row."""

    def number(fault: Malformed) -> int:
        found = re.match(r"line (\d+)|sheet .*?, (?:cell [A-Z]+|row )(\d+)", str(fault.data["place"]))
        return int(found[1] or found[2]) if found else 0

    return sorted(faults, key=number)


def dotted(path: Path) -> str:
    """A place in the values as people write it: claims[0].invoices[1].fund."""
    words = ""
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else str(step)
    return words


def short(value: Any) -> str:
    """A value in few characters."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return f"fields ({', '.join(str(key) for key in list(value)[:3])})" if value else "no fields"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if isinstance(value, bool):
        return str(value).lower()
    text = harmless(str(value)[:44])
    text = text if len(text) <= 40 else text[:37] + "..."
    return repr(text) if isinstance(value, str) else text


def _walk(value: Any, loc: tuple[str | int, ...]) -> tuple[Path, Any]:
    """The part of a validation's location that is a place in the values; the rest names validators."""
    path: list[str | int] = []
    for step in loc:
        if isinstance(value, dict):
            key = next((key for key in value if str(key) == str(step)), None)
            if key is None:
                continue
            path.append(str(key))
            value = value[key]
        elif isinstance(value, (list, tuple)) and isinstance(step, int) and step < len(value):
            path.append(step)
            value = value[step]
    return tuple(path), value


_DAY = "a day such as 2026-04-02"
_WHOLE = "a whole number"
_TRUTH = "true or false"
_TEXT = "text, in quotes where it looks like a number, a day, true or false"
_FIELDS = "fields, each with its name"
_WANTS = {
    "date_type": _DAY, "date_parsing": _DAY, "date_from_datetime_parsing": _DAY, "date_from_datetime_inexact": _DAY,
    "int_type": _WHOLE, "int_parsing": _WHOLE, "int_from_float": _WHOLE, "int_parsing_size": _WHOLE,
    "bool_type": _TRUTH, "bool_parsing": _TRUTH,
    "string_type": _TEXT,
    "string_unicode": "text of whole characters",
    "string_too_short": "text that is not empty",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "text of the form {pattern}",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
    "literal_error": "one of {expected}",
    "tuple_type": "a list", "list_type": "a list",
    "too_short": "at least {min_length}",
    "too_long": "at most {max_length}",
    "model_type": _FIELDS, "model_attributes_type": _FIELDS, "dict_type": _FIELDS,
}  # fmt: skip

_SPLIT_VALUE = re.compile(
    r"(?s)(?P<got>.+?) (?:is (?P<not>not (?:an? |one of ).+)|is larger than the ceiling of (?P<most>.+ yuan)"
    r"|is (?P<below>below zero))"
)


def _got_want(error: Any, model: type[BaseModel], path: Path, held: Any) -> tuple[str, str]:
    kind, given = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"the unknown field {short(str(path[-1]))}", _known_like(model, path, held) or "only known fields"
    if kind in _WANTS:
        if given.get("expected"):
            given = {"expected": str(given["expected"]).replace("'", "").replace(" or ", ", ")}
        return short(held), _WANTS[kind].format(**given)
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    found = _SPLIT_VALUE.fullmatch(message) if kind == "value_error" else None
    if found is None or "\n" in message:
        return " ".join(message.split()), "entries that agree with one another"
    got = found["got"] if isinstance(held, (dict, list, tuple)) else short(held)
    if found["most"]:
        return got, f"at most {found['most']}"
    if found["below"]:
        return got, "0 or more"
    want = found["not"].removeprefix("not ")
    if want.startswith("one of ") and isinstance(held, str):
        close = difflib.get_close_matches(held, want.removeprefix("one of ").split(", "), 1)
        want = nearest(close[0], want) if close else want
    return got, want


def nearest(close: str, want: str) -> str:
    """What is wanted, the likeliest first; a long list is not told then."""
    return f"{close}, or another {want}" if len(want) < 120 else f"{close}, or another word that docs/cases.md lists"


def _known_like(model: type[BaseModel], path: Path, held: Any) -> str | None:
    """What an unknown field was probably meant to be."""
    name = str(path[-1])
    if re.fullmatch(r"[0-9]{3}(\.[0-9]+)?", name) and held is None:
        return "amounts inside { } without a comma, or in quotes"
    close = difflib.get_close_matches(name, _fields(model, path), 1)
    return f"the field {close[0]}" if close else None


def _fields(model: type[BaseModel], path: Path) -> list[str]:
    """Names of the fields of the model that the last step of the path does not have."""
    here: list[type[BaseModel]] = [model]
    for step in path[:-1]:
        if isinstance(step, str):
            here = [
                below
                for one in here
                if step in one.model_fields
                for below in _models(one.model_fields[step].annotation)
            ]
    return [name for one in here for name in one.model_fields]


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, typing.Annotated, tuple, list):
        return [found for part in typing.get_args(annotation) for found in _models(part)]
    return []


def one_by_one(faults: Iterable[Malformed]) -> list[Malformed]:
    """Faults with each list of problems taken apart."""
    return [each for fault in faults for each in (fault.faults if isinstance(fault, Problems) else (fault,))]
