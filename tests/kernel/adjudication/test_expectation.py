"""What a case expects is compared value by value: every kind of difference is named, none passes silently."""

from __future__ import annotations

from typing import Any

import pytest

from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.chains import BadCase
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.adjudication.expectation import Difference, compare
from tests.kernel.adjudication.cases import (
    Written,
    case_of,
    claim,
    contract,
    indemnity,
    line,
    product,
    rule,
    shelf,
    stay,
)
from tests.twins.examples import both, number

REQUIRED = [{"paper": "pathology", "clause": "5.2", "why": both("why")}]
FIRST = product(
    "first",
    [indemnity("stay", ("inpatient",), 8_000, requires=REQUIRED)],
    deductibles=[rule("deductible", ("stay",), "policy_year", "100")],
    limits=[rule("times", ("stay",), "policy_year", 9, "times"), rule("year", ("stay",), "policy_year", "5000")],
    waiting={"days": number("days", 30), "refunds_premium": True},
)
SECOND = product("second", [indemnity("stay", ("inpatient",))])
PRODUCTS = shelf(FIRST, SECOND)


def whole(**expect: Any) -> Case:
    """Two claims over two policies; a disputed line, a missing paper, an advance and a duplicate among them."""
    bill = {**stay("1000.00", code="A", number="1"), "lines": [line("1000.00"), line("50.00", disputed=True)]}
    claims: list[Written] = [
        claim(bill, policies=["P", "Q"], other_payments=[{"source": "charity", "amount": "30.00"}], advance="2000.00"),
        claim(stay("500.00", code="A", number="1", first="2026-05-01", last="2026-05-02"), no="C-2", policies=["Q"],
              papers=["invoice"]),
        claim(stay("700.00", first="2026-06-01", last="2026-06-02"), no="C-3", policies=["P"], papers=["invoice"]),
    ]  # fmt: skip
    return case_of([contract("P", FIRST), contract("Q", SECOND)], *claims, expect=[expect])


def differences(**expect: Any) -> list[Difference]:
    case = whole(**expect)
    return compare(case, decide(case, PRODUCTS))


def test_each_amount_of_the_whole_case_can_be_expected() -> None:
    """P: 1,000 less 30 of others less 100 is 870, of which 80 % are 696; Q pays what is left of the undisputed line."""
    assert differences(claim="C-1", policy="P", eligible="1000.00", others="30.00", not_covered="50.00",
                       deductible="100.00", own_share="174.00", over_limits="0", reduced_for_age="0", public="0",
                       payable="696.00") == []  # fmt: skip
    assert differences(claim="C-1", policy="Q", others="726.00", payable="274.00") == []
    assert differences(claim="C-1", payable="970.00", paid_out="0", recovery="1030.00") == []
    assert differences(payable="970.00") == []
    assert differences(claim="C-1", policy="P", invoice=1, line=2, payable="0", gates=["necessary"]) == []
    assert differences(claim="C-2", gates=["duplicate"], findings=["DUPLICATE_INVOICE_ALTERED"]) == []
    assert differences(claim="C-1", order=["Q", "P"], total="970.00", recommended=["P", "Q"]) == []
    assert differences(claim="C-1", worth="50.00") == []
    assert differences(claim="C-3", paper=["pathology"], worth="560.00", refund_premium=False) == []
    assert differences(policy="P", of="deductible", used="100.00") == []
    assert differences(policy="P", of="times", used="1") == []


WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({"claim": "C-1", "policy": "P", "eligible": "999.99"}, "eligible", "999.99", "1,000.00"),
    ({"claim": "C-1", "policy": "P", "public": "0.01"}, "public", "0.01", "0.00"),
    ({"claim": "C-1", "policy": "P", "others": "30.01"}, "others", "30.01", "30.00"),
    ({"claim": "C-1", "policy": "P", "not_covered": "49.99"}, "not_covered", "49.99", "50.00"),
    ({"claim": "C-1", "policy": "P", "deductible": "99.99"}, "deductible", "99.99", "100.00"),
    ({"claim": "C-1", "policy": "P", "own_share": "174.01"}, "own_share", "174.01", "174.00"),
    ({"claim": "C-1", "policy": "P", "over_limits": "0.01"}, "over_limits", "0.01", "0.00"),
    ({"claim": "C-1", "policy": "P", "reduced_for_age": "0.01"}, "reduced_for_age", "0.01", "0.00"),
    ({"claim": "C-1", "policy": "P", "payable": "696.01"}, "payable", "696.01", "696.00"),
    ({"claim": "C-1", "paid_out": "0.01"}, "paid_out", "0.01", "0.00"),
    ({"claim": "C-1", "recovery": "1029.99"}, "recovery", "1,029.99", "1,030.00"),
    ({"claim": "C-1", "gates": []}, "gates", "()", "('necessary',)"),
    ({"claim": "C-1", "gates": ["necessary", "papers"]}, "gates", "('necessary', 'papers')", "('necessary',)"),
    ({"claim": "C-2", "findings": []}, "findings", "()", "('DUPLICATE_INVOICE_ALTERED',)"),
    ({"claim": "C-1", "findings": ["OTHER_PERSON"]}, "findings", "('OTHER_PERSON',)", "()"),
    ({"claim": "C-1", "refund_premium": True}, "refund_premium", "True", "False"),
    ({"claim": "C-1", "order": ["Q", "P"], "total": "970.01"}, "total of Q > P", "970.01", "970.00"),
    ({"claim": "C-1", "order": ["Q"], "total": "970.00"}, "total of Q", "970.00", "None"),
    ({"claim": "C-1", "recommended": ["Q", "P"]}, "recommended", "('Q', 'P')", "('P', 'Q')"),
    ({"claim": "C-3", "paper": ["pathology"], "worth": "0"}, "worth of pathology", "0.00", "560.00"),
    ({"claim": "C-3", "paper": ["invoice"], "worth": "5"}, "worth of invoice", "5.00", "None"),
    ({"claim": "C-1", "worth": "50.01"}, "worth of disputed lines", "50.01", "50.00"),
    ({"claim": "C-3", "worth": "0"}, "worth of disputed lines", "0.00", "None"),
    ({"policy": "P", "of": "deductible", "used": "99.99"}, "used of deductible", "99.99", "100.00"),
    ({"policy": "P", "of": "times", "used": "2"}, "used of times", "2", "1"),
]


@pytest.mark.parametrize(("expect", "name", "wanted", "got"), WRONG, ids=[str(entry[0]) for entry in WRONG])
def test_every_kind_of_difference_is_found_and_named(expect: dict[str, Any], name: str, wanted: str, got: str) -> None:
    assert differences(**expect) == [Difference(f"expect 1: {name}", wanted, got)]


def test_every_difference_of_an_entry_is_told_and_each_entry_by_its_number() -> None:
    entries = [{"claim": "C-1", "paid_out": "0"}, {"claim": "C-1", "paid_out": "1", "recovery": "2", "gates": []}]
    case = case_of([contract("P", FIRST)], claim(stay()), expect=entries)
    found = compare(case, decide(case, PRODUCTS))
    assert [one.place for one in found] == ["expect 1: paid_out", "expect 2: paid_out", "expect 2: recovery"]


@pytest.mark.parametrize(
    ("expect", "place"),
    [
        ({"claim": "C-9", "payable": "0"}, "expect 1: claim"),
        ({"claim": "C-2", "policy": "P", "payable": "0"}, "expect: policy"),
        ({"policy": "nope", "payable": "0"}, "expect: policy"),
        ({"claim": "C-1", "invoice": 2, "payable": "0"}, "expect 1"),
        ({"claim": "C-1", "line": 3, "payable": "0"}, "expect 1"),
    ],
)
def test_an_expectation_of_what_is_not_there_is_refused(expect: dict[str, Any], place: str) -> None:
    with pytest.raises(BadCase) as caught:
        differences(**expect)
    assert caught.value.data["place"] == place


def test_a_void_claim_cannot_be_expected() -> None:
    case = case_of(
        [contract("Q", SECOND)],
        claim(stay(), void=True),
        claim(stay(), no="C-2"),
        expect=[{"claim": "C-1", "payable": "0"}],
    )
    with pytest.raises(BadCase, match="not void"):
        compare(case, decide(case, PRODUCTS))


@pytest.mark.parametrize(
    "expect",
    [{"of": "deductibel", "used": "0"}, {"policy": "R", "of": "deductible", "used": "0"},
     {"of": "deductible", "insured": "bo", "used": "0"}, {"of": "times", "used": "1.5"}],
    ids=str,
)  # fmt: skip
def test_a_balance_that_is_not_there_is_no_balance_of_nothing(expect: dict[str, Any]) -> None:
    try:
        assert differences(**expect) != []
    except BadCase:
        return
