"""docs/cases.md shows real runs, and tells of every field, every column, every word and every option."""

from __future__ import annotations

import click
import pytest

from hearth.doors.commands.decide import decide
from hearth.doors.commands.schema import case_schema
from hearth.doors.feeds.columns import CHOICES, COLUMNS, choices
from hearth.doors.feeds.grids import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED
from tests.doors.commands.page import PAGE, drawn

TEXT = PAGE.read_text("utf-8")


def test_every_output_on_the_page_is_that_of_a_run_today() -> None:
    assert drawn(TEXT) == TEXT, "run: python -m tests.doors.commands.page"


def test_the_page_shows_runs_of_every_kind() -> None:
    assert TEXT.count("```console\n$ hearth decide") >= 5
    for said in ("ok, as expected", "与预期一致", "[GB18030]", "got '-80.00'; want 0 or more."):
        assert said in TEXT


@pytest.mark.parametrize("part", ["", "Person", "Known", "Policy", "Used", "Claim", "Invoice", "Hospital", "Line"])
def test_every_field_has_its_row(part: str) -> None:
    stated = case_schema()
    fields = (stated["$defs"][part] if part else stated)["properties"]
    assert [field for field in fields if f"\n| `{field}` |" not in TEXT] == []


def test_every_expectation_has_its_row() -> None:
    section = TEXT.partition("### expect\n")[2].partition("### ")[0]
    assert [name for name in case_schema()["$defs"]["Expect"]["properties"] if f"| `{name}` |" not in section] == []


def test_every_column_of_the_sheet_has_its_row() -> None:
    section = TEXT.partition("## The sheet\n")[2].replace("**", "")
    assert [column.name for column in COLUMNS if f"\n| {column.zh} | `{column.name}` |" not in section] == []


@pytest.mark.parametrize("field", CHOICES)
def test_every_word_of_a_list_is_told_in_both_languages(field: str) -> None:
    section = TEXT.partition("### Words of lists\n")[2].partition("\n## ")[0]
    pairs = [f"`{code}` {chinese}" for code, chinese in zip(choices(field, "en"), choices(field, "zh"), strict=True)]
    assert [pair for pair in pairs if pair not in section] == []


def test_every_option_and_limit_is_told() -> None:
    options = {name for option in decide.params if isinstance(option, click.Option) for name in option.opts}
    assert [name for name in options - {"-h"} if f"{name}" not in TEXT] == []
    for limit in (
        f"{MAX_BYTES // 10**6} MB",
        f"{MAX_ROWS:,} rows",
        f"{MAX_COLUMNS} columns",
        f"{MAX_CELL:,} characters",
    ):
        assert limit in TEXT
    assert f"{MAX_UNPACKED // 10**6} MB once unpacked" in TEXT
