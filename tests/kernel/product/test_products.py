"""Our seven products: sound, complete, and their worked cases come out to the fen."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hearth.doors.feeds.products import load_products
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.adjudication.expectation import compare
from hearth.kernel.product.check import check_product, dated_numbers
from hearth.kernel.product.finding import ClauseWords
from hearth.store.shelf import example_files, parse_model, products_folder, read_file, read_rates, wording

PRODUCTS = load_products()
EXAMPLES = [path for code in PRODUCTS for path in example_files(code)]
AMOUNTS = ("payable", "paid_out", "recovery", "eligible", "deductible", "own_share", "over_limits", "not_covered")


def read(path: Path) -> Case:
    return parse_model(Case, read_file(path), str(path))


def name_of(path: Path) -> str:
    return f"{path.parent.parent.name}/{path.stem}"


def test_there_are_seven_products() -> None:
    assert sorted(PRODUCTS) == [
        "accident-medical",
        "chronic-care",
        "city-supplement",
        "critical-illness",
        "hospital-cash",
        "million-medical",
        "outpatient",
    ]


@pytest.mark.parametrize("code", sorted(PRODUCTS))
def test_a_product_breaks_no_rule(code: str) -> None:
    clauses = {
        anchor: ClauseWords(clause.title_zh, clause.title_en, clause.text_zh, clause.text_en)
        for anchor, clause in wording(code).clauses.items()
    }
    report = check_product(PRODUCTS[code], clauses, read_rates(products_folder() / code / "rates.csv"))
    assert report.findings == ()
    assert report.is_sound


@pytest.mark.parametrize("code", sorted(PRODUCTS))
def test_a_product_folder_is_complete(code: str) -> None:
    folder = products_folder() / code
    notes = read_file(folder / "notes.md")
    assert "## By hand" in notes and "## Ways to get it wrong" in notes and "synthetic" in notes
    assert len(example_files(code)) >= 3


def test_some_numbers_change_on_a_later_day() -> None:
    changing = {code for code, terms in PRODUCTS.items() for _, term in dated_numbers(terms) if len(term.values) > 1}
    assert {"million-medical", "outpatient", "hospital-cash", "critical-illness", "city-supplement"} <= changing
    bed = next(term for place, term in dated_numbers(PRODUCTS["million-medical"]) if "inpatient].item_caps" in place)
    assert (bed.at(date(2026, 12, 31)), bed.at(date(2027, 1, 1))) == (100_000, 120_000)


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_a_worked_case_comes_out_as_it_says(path: Path) -> None:
    case = read(path)
    assert case.expect and case.about is not None
    assert [str(difference) for difference in compare(case, decide(case, PRODUCTS))] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_a_worked_case_that_expected_a_fen_more_would_differ(path: Path) -> None:
    case = read(path)
    decision = decide(case, PRODUCTS)
    for number, expect in enumerate(case.expect):
        given = [name for name in AMOUNTS if getattr(expect, name) is not None]
        spoilt = {name: getattr(expect, name) + 1 for name in given}
        if spoilt:
            changed = case.model_copy(update={"expect": (expect.model_copy(update=spoilt),)})
            assert len(compare(changed, decision)) == len(given), f"expect {number + 1}"


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_a_worked_case_states_its_sum_in_a_comment(path: Path) -> None:
    comment = "\n".join(line for line in read_file(path).splitlines() if line.startswith("#"))
    amounts = {Decimal(found.replace(",", "")) for found in re.findall(r"\d[\d,]*\.\d{2}\b", comment)}
    for expect in read(path).expect:
        if expect.payable:
            assert Decimal(expect.payable) / 100 in amounts, f"{expect.payable} is not in the comment"


def test_every_example_of_the_book_is_a_case() -> None:
    told = {found for path in EXAMPLES for found in re.findall(r"\bE(\d+)", read(path).case)}
    assert told == {str(number) for number in range(1, 21) if number != 19}


def test_the_31_diseases_are_in_wording_and_terms() -> None:
    terms, clauses = PRODUCTS["critical-illness"], wording("critical-illness").clauses
    severe, mild = terms.benefits
    assert (len(severe.conditions), len(mild.conditions)) == (28, 3)
    for part, conditions in (("9", severe.conditions), ("10", mild.conditions)):
        for number, condition in enumerate(conditions, 1):
            clause = clauses[f"{part}.{number}"]
            assert f"`{condition}`" in clause.text_zh and f"`{condition}`" in clause.text_en
    assert clauses["9.1"].title_zh == "恶性肿瘤——重度"
    assert clauses["10.1"].title_zh == "恶性肿瘤——轻度"
