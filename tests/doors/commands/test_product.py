"""`hearth product`: check and show, in both languages, as tables and as JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hearth.doors.commands.main import main
from hearth.store.shelf import products_folder


def hearth(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["product", *arguments], env={"LANG": "en_US.UTF-8", "COLUMNS": "200"})


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A copy of one product that a test may spoil."""
    shutil.copytree(products_folder() / "hospital-cash", tmp_path / "hospital-cash")
    return tmp_path


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_our_products_are_sound() -> None:
    result = hearth("check", "--years", "2")
    assert result.exit_code == 0, result.output
    assert result.output.count("sound") == 7 and "✗" not in result.output


def test_a_broken_rule_is_told_in_english_and_chinese_and_ends_with_one(shelf: Path) -> None:
    spoil(shelf / "hospital-cash" / "rates.csv", "5,10,160.00", "6,10,160.00")
    result = hearth("check", "hospital-cash", "--products", str(shelf))
    assert result.exit_code == 1
    assert "1 broken" in result.output
    assert "RATES_GAP  hospital-cash: rates.csv line 3: age bands have no gap" in result.output
    assert "got 6, want 5." in result.output
    chinese = hearth("check", "hospital-cash", "--products", str(shelf), "--lang", "zh")
    assert chinese.exit_code == 1 and "现为 6，应为 5。" in chinese.output


def test_findings_are_json_too(shelf: Path) -> None:
    spoil(shelf / "hospital-cash" / "wording.md", "每次住院的前 3 日", "每次住院的前 5 日")
    result = hearth("check", "--products", str(shelf), "--json")
    assert result.exit_code == 1
    (report,) = json.loads(result.stdout)
    assert (report["product"], report["sound"]) == ("hospital-cash", False)
    assert [(finding["code"], finding["want"]) for finding in report["findings"]] == [("NUMBER_NOT_IN_CLAUSE", "3")]
    assert {proof["how"] for proof in report["proofs"]} == {"structure"}


def test_a_count_is_a_note_and_leaves_the_product_sound() -> None:
    result = hearth("check", "outpatient", "--years", "1")
    assert result.exit_code == 0
    assert "· NOT_MONOTONE" in result.output and "1,840.80" in result.output


def test_a_product_that_is_not_there_is_told() -> None:
    for command in ("check", "show"):
        result = hearth(command, "no-such-product")
        assert result.exit_code == 2
        assert "There is no product no-such-product; there are accident-medical" in result.output


def test_a_product_file_that_cannot_be_read_is_told_with_its_line(shelf: Path) -> None:
    spoil(shelf / "hospital-cash" / "terms.yaml", "unit: yuan", "unit: dollars")
    result = hearth("show", "hospital-cash", "--products", str(shelf))
    assert result.exit_code == 2
    assert "terms.yaml: line" in result.output and "benefits[0].daily.unit" in result.output


def test_terms_are_shown_with_their_clauses_under_a_plan_and_on_a_day() -> None:
    standard = hearth("show", "million-medical", "--on", "2026-05-01")
    assert standard.exit_code == 0
    sheet = json.loads(hearth("show", "million-medical", "--on", "2026-05-01", "--json").stdout)
    standard_words = standard.output + sheet["deductibles"][0]["more"]
    for said in (
        "10,000 yuan",
        "3.3(a)",
        "less 1,000 yuan a claim-free year, at least 5,000 yuan",
        "bed: 1,000 yuan a day",
    ):
        assert said in standard_words, said
    assert "3.3(b)" not in standard.output
    family = hearth("show", "million-medical", "--plan", "family", "--on", "2027-02-01")
    assert "3.3(b)" in family.output and "shared by the family" in family.output
    assert "1,200 yuan" in " ".join(family.output.split())


def test_terms_are_shown_in_chinese() -> None:
    result = hearth("show", "hospital-cash", "--lang", "zh", "--on", "2026-05-01")
    assert result.exit_code == 0
    for said in ("保障责任", "每日 150 元", "不保证续保", "出院小结", "4.1(e)", "等待期"):
        assert said in result.output


def test_terms_are_shown_as_json() -> None:
    result = hearth("show", "critical-illness", "--json", "--on", "2026-05-01")
    sheet = json.loads(result.stdout)
    assert [benefit["pays"] for benefit in sheet["benefits"]] == [
        "100% of the sum insured (2.1)",
        "30% of the sum insured (2.2)",
    ]
    assert sheet["limits"][0]["amount"] == "30% of the sum insured"
    hesitation = next(row for row in sheet["numbers"] if row["what"] == "hesitation period")
    assert hesitation == {
        "what": "hesitation period",
        "value": "15 days",
        "clause": "1.4",
        "later": "2027-01-01: 20 days",
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", ["accident-medical", "chronic-care", "city-supplement", "outpatient"])
def test_every_product_is_shown_in_both_languages(code: str, lang: str) -> None:
    result = hearth("show", code, "--lang", lang, "--on", "2026-08-01")
    assert result.exit_code == 0 and code in result.output


def test_a_plan_or_a_day_that_cannot_be_is_told() -> None:
    result = hearth("show", "million-medical", "--plan", "gold")
    assert result.exit_code == 2 and "got gold; want one of standard, family" in result.output
    result = hearth("show", "million-medical", "--on", "2020-01-01")
    assert result.exit_code == 2 and "2026-01-01" in result.output
    assert hearth("show", "million-medical", "--on", "someday").exit_code == 2
