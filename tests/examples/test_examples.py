"""Every worked case of every product comes out as it says, and the examples of the field are all there."""

from __future__ import annotations

from pathlib import Path

import pytest

from hearth.doors.feeds.products import load_products
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.adjudication.expectation import compare
from hearth.kernel.product.terms import Terms
from hearth.store.shelf import parse_model, products_folder

FILES = sorted(products_folder().glob("*/examples/*.yaml"))
NAMES = [f"{file.parents[1].name}/{file.stem}" for file in FILES]

WORKED = {
    "e01": "personal account is own money",
    "e02": "bought with social insurance, not settled through it",
    "e03": "one deductible over two claims",
    "e04": "cap on the bed, public payments on eligible lines first",
    "e05": "outpatient treatment around a stay",
    "e06": "proton therapy",
    "e07": "deductible of a family",
    "e08": "claim-free years",
    "e09": "outpatient visits",
    "e10": "hospital cash",
    "e11": "accident, then million-yuan medical",
    "e12": "the order of two policies",
    "e13": "critical illness and waiting",
    "e14": "waiting period of a medical policy",
    "e15": "limit and advance",
    "e16": "age misstated",
    "e17": "two buckets of a city supplement",
    "e18": "prepayment of the undisputed part",
    "e20a": "special-needs ward",
    "e20b": "emergency in a private hospital",
    "e20c": "one wrong hospital of three",
    "e20d": "the same invoice twice",
}
"""E19 reckons days between papers and is no claim."""


@pytest.fixture(scope="module")
def products() -> dict[str, Terms]:
    return load_products()


def read(file: Path) -> Case:
    return parse_model(Case, file.read_text("utf-8"), str(file))


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_worked_case_comes_out_as_it_says(file: Path, products: dict[str, Terms]) -> None:
    case = read(file)
    assert case.expect, "a worked case says what it expects"
    found = compare(case, decide(case, products))
    assert not found, "\n".join(f"{one.place}: expected {one.expected}, got {one.got}" for one in found)


@pytest.mark.parametrize("number", WORKED, ids=[f"{number} {about}" for number, about in WORKED.items()])
def test_each_worked_example_of_the_field_is_there(number: str) -> None:
    assert any(file.stem == number or file.stem.startswith(f"{number}-") for file in FILES)


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_worked_case_says_in_both_languages_what_it_shows_and_expects_an_amount_or_a_gate(file: Path) -> None:
    case = read(file)
    assert case.about is not None and case.about.zh and case.about.en
    told = {name for entry in case.expect for name in entry.model_fields_set}
    assert told & {"payable", "paid_out", "recovery", "used", "worth", "total", "refund_premium", "gates"}


def test_a_worked_case_with_one_wrong_amount_would_be_seen(products: dict[str, Terms]) -> None:
    for file in FILES:
        case = read(file)
        entry = next((n for n, one in enumerate(case.expect) if one.payable is not None), None)
        if entry is None:
            continue
        changed = [one.model_copy(update={"payable": (one.payable or 0) + 1}) if n == entry else one
                   for n, one in enumerate(case.expect)]  # fmt: skip
        wrong = case.model_copy(update={"expect": tuple(changed)})
        assert [one.place for one in compare(wrong, decide(wrong, products))] == [f"expect {entry + 1}: payable"], file


def test_every_product_has_worked_cases_of_its_own(products: dict[str, Terms]) -> None:
    without = [code for code in products if not any(file.parents[1].name == code for file in FILES)]
    assert without == []


def test_no_two_worked_cases_have_one_name() -> None:
    names = [read(file).case for file in FILES]
    assert sorted(names) == sorted(set(names))
