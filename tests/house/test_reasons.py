"""Every reason, finding and sentence of a decision is there in Chinese and English and takes the same values."""

from __future__ import annotations

import importlib
import pkgutil
import re
from string import Formatter
from typing import Any

import pytest

import hearth.words
from hearth.words.codes import Reason
from hearth.words.reasons import REASONS

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def tables() -> dict[str, dict[Any, tuple[str, str]]]:
    """Every table (zh, en) of the words, by its name."""
    found = {}
    for module in pkgutil.iter_modules(hearth.words.__path__, "hearth.words."):
        for name, table in vars(importlib.import_module(module.name)).items():
            is_pairs = isinstance(table, dict) and all(
                isinstance(pair, tuple) and len(pair) == 2 for pair in table.values()
            )
            if name.isupper() and not name.startswith("_") and is_pairs and table:
                found[f"{module.name}.{name}"] = table
    return found


def values(template: str) -> set[str]:
    """The values that a template is filled with."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def wrong(table: dict[Any, tuple[str, str]]) -> list[str]:
    """The entries that lack a language, speak the wrong one, or take other values in one than in the other."""
    found = []
    for key, (zh, en) in table.items():
        if not CHINESE.search(zh):
            found.append(f"{key}: no Chinese")
        if not en.strip() or CHINESE.search(en):
            found.append(f"{key}: no English")
        if values(zh) != values(en):
            found.append(f"{key}: {sorted(values(zh) ^ values(en))} in one language only")
    return found


@pytest.mark.parametrize("name", tables())
def test_every_entry_speaks_both_languages_with_the_same_values(name: str) -> None:
    assert wrong(tables()[name]) == []


def test_the_tables_of_reasons_and_sentences_are_among_those_looked_at() -> None:
    assert {"hearth.words.reasons.REASONS", "hearth.words.reasons.FINDINGS", "hearth.words.codes.WORDS"} <= set(
        tables()
    )


def test_every_reason_that_a_line_can_have_has_its_words_and_no_other() -> None:
    assert set(REASONS) == {reason.name.lower() for reason in Reason}


def test_what_is_wrong_would_be_seen() -> None:
    assert wrong({"A": ("早", "morning"), "B": ("", "x"), "C": ("好", "好"), "D": ("付 {a}", "pay {b}")}) == [
        "B: no Chinese",
        "C: no English",
        "D: ['a', 'b'] in one language only",
    ]
