"""What is wrong with an input is told in Chinese too: every sentence of the rooms below has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from hearth.doors.feeds.chinese import PHRASES, in_chinese
from hearth.doors.feeds.problems import _SPLIT_VALUE
from tests.house.tree import HOUSE

ROOMS = (
    HOUSE / "kernel",
    HOUSE / "words" / "money.py",
    HOUSE / "store" / "reading.py",
    HOUSE / "doors" / "feeds" / "grids.py",
    HOUSE / "doors" / "feeds" / "admissions.py",
    HOUSE / "doors" / "feeds" / "sheets.py",
    HOUSE / "doors" / "feeds" / "cases.py",
    HOUSE / "doors" / "feeds" / "problems.py",
    HOUSE / "doors" / "feeds" / "writing.py",
)
NAMED = ("Malformed", "BadCase", "_wrong", "_missing", "Unread")


def texts(node: ast.expr) -> Iterator[str]:
    """Every text that an expression may give, with 9 where something is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        options = [""]
        for part in node.values:
            ends = list(texts(part)) if isinstance(part, ast.Constant) else ["9"]
            options = [start + end for start in options for end in ends]
        yield from options
    elif isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))


def said() -> Iterator[tuple[str, str]]:
    """Where something is said, and what: messages of ValueErrors, and what is got and wanted of faults."""
    for room in ROOMS:
        for path in [room] if room.is_file() else sorted(room.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                where = f"{path.name}:{node.lineno}"
                if name == "ValueError":
                    for text in texts(node.args[0]):
                        found = _SPLIT_VALUE.fullmatch(text)
                        if found is None:
                            yield where, text
                        elif found["not"]:
                            yield where, found["not"].removeprefix("not ")
                elif name in NAMED:
                    told = [one.value for one in node.keywords if one.arg in ("got", "want")]
                    for one in (*told, *node.args[{"_wrong": 1, "_missing": 2}.get(name, 0) :]):
                        yield from ((where, text) for text in texts(one))


SAID = sorted({text: where for where, text in said() if re.search(r"[a-z]{2}", text)}.items())


@pytest.mark.parametrize(("text", "where"), SAID, ids=[where for _, where in SAID])
def test_every_sentence_has_its_chinese(text: str, where: str) -> None:
    assert re.search(r"[一-鿿]", in_chinese(text)) or text.startswith("one of .") or text in {"JSON", "YAML"}, (
        f"{where} says {text!r}: put it into PHRASES of hearth.doors.feeds.chinese"
    )


def test_the_sentences_are_found() -> None:
    assert len(SAID) > 80


def test_places_are_told_in_chinese() -> None:
    assert in_chinese("line 3: claims[0].no") == "第 3 行：claims[0].no"
    assert in_chinese("line 3: policy P-1") == "第 3 行：保单 P-1"
    assert in_chinese("sheet 案例, cell H7 (amount)") == "工作表 案例 的单元格 H7（amount）"
    assert in_chinese("claims[0].no") == "claims[0].no"


def test_every_phrase_is_a_whole_pattern() -> None:
    for pattern, chinese in PHRASES:
        groups = re.compile(pattern).groups
        assert {int(one) for one in re.findall(r"\\(\d)", chinese)} == set(
            range(1, groups + 1)
        ) or groups > chinese.count("\\"), pattern
