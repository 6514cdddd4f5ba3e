"""docs/words.md: every name in it is a name of the code, and every column of a decision is in it."""

from __future__ import annotations

import importlib
import re
from dataclasses import fields, is_dataclass

import pytest

from hearth.words.arrays import Columns
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "words.md"
HEAD = ["term", "中文", "unit", "meaning", "name"]


def rows(text: str) -> list[list[str]]:
    """The cells of every row of every table of terms, without its head."""
    table = [
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"
    ]
    return [row for row in table if row != HEAD and not all(set(cell) <= set("-: ") for cell in row)]


def resolves(name: str) -> bool:
    """Whether `room.module.Name.field` is something that stands in the code."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(["hearth", *parts[:cut]]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not has_part(found, part):
                return False
            found = getattr(found, part, None)
        return True
    return False


def has_part(owner: object, part: str) -> bool:
    """Whether a module, class, tuple, dataclass, model or list of names has that part."""
    if isinstance(owner, type):
        if is_dataclass(owner) and part in {field.name for field in fields(owner)}:
            return True
        if part in getattr(owner, "model_fields", {}):
            return True
    if isinstance(owner, tuple) and not hasattr(owner, "_fields"):
        return part in owner
    return hasattr(owner, part)


def test_every_row_says_term_chinese_unit_meaning_and_name() -> None:
    found = rows(PAGE.read_text("utf-8"))
    assert len(found) > 40
    for row in found:
        assert len(row) == len(HEAD), row
        assert all(row), row
        assert re.search(r"[\u4e00-\u9fff]", row[1]), row


def test_every_name_stands_in_the_code() -> None:
    names = [re.findall(r"`([\w.]+)`", row[-1]) for row in rows(PAGE.read_text("utf-8"))]
    assert all(names), "a row without a name"
    assert [name for found in names for name in found if not resolves(name)] == []


def test_every_column_of_a_decision_has_its_row() -> None:
    named = {name for row in rows(PAGE.read_text("utf-8")) for name in re.findall(r"`([\w.]+)`", row[-1])}
    assert [column for column in Columns._fields if f"words.arrays.Columns.{column}" not in named] == []


@pytest.mark.parametrize(
    "name", ["words.arrays.Columns.no_such_column", "words.no_such_file.X", "words.codes.Gate.NO_GATE", "no_room"]
)
def test_a_name_that_does_not_stand_in_the_code_would_be_seen(name: str) -> None:
    assert not resolves(name)


def test_names_of_modules_fields_and_members_are_found() -> None:
    assert resolves("words.arrays.Columns.payable")
    assert resolves("words.codes.Gate.WAITING")
    assert resolves("words.arrays.UNIT_FIELDS.loss")
    assert resolves("kernel")
