"""What does not agree on a paper is told in one sentence of the reader's language, with its figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hearth.kernel.documents import doubts, reading
from hearth.kernel.documents.doubts import DOUBTS, doubt_says, field_name


def test_every_contradiction_that_the_reading_finds_has_its_sentence() -> None:
    folder = Path(str(reading.__file__)).parent
    told = {
        code
        for path in folder.glob("*.py")
        for code in re.findall(r"(?:Rule|Doubt)\(\s*\"([A-Z_]+)\"", path.read_text("utf-8"))
    }
    assert len(told) > 8 and told <= DOUBTS.keys()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sentence_names_what_was_got_and_what_is_wanted(lang: str) -> None:
    for code in DOUBTS:
        says = doubt_says({"code": code, "fields": ["lines[1].amount"], "got": "12.00", "want": "21.00"}, lang)
        assert "12.00" in says and "21.00" in says and code not in says and "{" not in says
        assert bool(re.search("[一-鿿]", says)) is (lang == "zh")


def test_a_line_is_counted_from_one_and_a_label_stays_as_it_is_printed() -> None:
    one = {"code": "LINE_DIFFERS", "fields": ["lines[1].amount"], "got": "12.00", "want": "21.00"}
    assert doubt_says(one, "en").startswith("Line 2:") and doubt_says(one, "zh").startswith("第 2 行")
    assert field_name("lines[0].code", "en") == "Code" and field_name("收费员", "en") == "收费员"
    assert field_name("小计.西药费", "en") == "Sum of 西药费"
    assert doubt_says({"code": "NEW_ONE", "got": "", "want": "x"}, "en") == "NEW_ONE: (nothing) / x"
    assert doubt_says({"code": "KIND_DIFFERS", "got": "invoice", "want": "prescription"}, "en").count("invoice") == 1
    assert all(len(pair) == 2 for pair in (*doubts.FIELD_NAMES.values(), *doubts.CELL_NAMES.values()))
