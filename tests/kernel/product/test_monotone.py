"""A larger covered bill never pays less: shown by structure, else searched with the kernel's arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from hearth.doors.commands.product import pays_of_the_kernel
from hearth.doors.feeds.products import load_products
from hearth.kernel.product.monotone import Bill, Paid, monotone, obstacles, search_years
from hearth.kernel.product.terms import Terms

DAY = date(2026, 1, 1)


def term(value: int | str, unit: str) -> dict[str, Any]:
    return {"what": "a number", "unit": unit, "source": "1.1", "values": {DAY: value}}


def limit(
    code: str, amount: str | int, *benefits: str, span: str = "policy_year", unit: str = "yuan"
) -> dict[str, Any]:
    value = term(amount, "yuan" if unit == "yuan" else "times")
    return {"code": code, "clause": "1.1", "name": {"zh": "限额", "en": "Limit"}, "benefits": list(benefits),
            "span": span, "unit": unit, "amount": value}  # fmt: skip


def product(*limits: dict[str, Any], per: str = "visit") -> Terms:
    benefits = [
        {"code": setting, "name": {"zh": "责任", "en": "Benefit"}, "clause": "1.1", "kind": "indemnity",
         "computed_per": per, "settings": [setting], "ratios": {"settled": term(10000, "basis points")}}
        for setting in ("outpatient", "inpatient", "pharmacy")
    ]  # fmt: skip
    return Terms.model_validate(
        {"code": "odd", "version": "1", "name": {"zh": "试", "en": "Odd"}, "type": "medical", "sold_from": DAY,
         "benefits": benefits, "limits": list(limits)}
    )  # fmt: skip


def test_limits_that_lie_in_one_another_are_proved_by_structure() -> None:
    terms = product(
        limit("visit", "300.00", "outpatient", span="visit"),
        limit("small", "1,000.00", "outpatient", "inpatient"),
        limit("all", "2,000.00", "outpatient", "inpatient", "pharmacy"),
    )
    findings, proofs = monotone(terms, None, 1)
    assert obstacles(terms) == [] and findings == []
    assert [(proof.code, proof.how) for proof in proofs] == [
        ("ABOVE_THE_LOSS", "structure"),
        ("NOT_MONOTONE", "structure"),
    ]
    assert search_years(terms, pays_of_the_kernel, 30) == []


def test_a_smaller_pool_that_reaches_further_is_not_nested() -> None:
    terms = product(
        limit("life", "1,000.00", "outpatient", span="life"),
        limit("year", "2,000.00", "outpatient", "inpatient", span="policy_year"),
    )
    assert obstacles(terms) == [("overlap", "life, year")]


def test_overlapping_pools_pay_less_for_a_larger_bill() -> None:
    # A bill that both pools hold takes from both: outpatient + 500 costs inpatient 500 and pharmacy 500.
    terms = product(
        limit("left", "1,000.00", "outpatient", "inpatient"), limit("right", "1,000.00", "outpatient", "pharmacy")
    )
    assert obstacles(terms) == [("overlap", "left, right")]
    findings, proofs = monotone(terms, pays_of_the_kernel, 120)
    assert [(finding.code, finding.grave) for finding in findings] == [("NOT_MONOTONE", True)]
    assert [proof.code for proof in proofs] == ["ABOVE_THE_LOSS"]


def test_a_count_is_told_but_is_no_error() -> None:
    terms = product(limit("visits", 3, "outpatient", unit="times"), limit("year", "9,000.00", "outpatient"))
    findings, _ = monotone(terms, pays_of_the_kernel, 5)
    assert [(finding.code, finding.grave) for finding in findings] == [("NOT_MONOTONE", False)]
    # 3 visits of 100.00 paid; one more, raised by 1.00, pays 1.00 and takes the place of a visit of 100.00.
    assert (findings[0].got, findings[0].want) == ("201.00", ">= 300.00")


def test_arithmetic_that_pays_more_than_was_lost_is_found() -> None:
    def careless(terms: Terms, plan: str, bills: Sequence[Bill]) -> list[Paid]:
        return [Paid(bill.amount, bill.amount - bill.public) for bill in bills]

    terms = product(limit("visits", 3, "outpatient", unit="times"))
    findings, _ = monotone(terms, careless, 20)
    assert [(finding.code, finding.grave) for finding in findings] == [("ABOVE_THE_LOSS", True)]


def test_arithmetic_that_takes_the_deductible_from_what_is_paid_twice_is_found() -> None:
    def careless(terms: Terms, plan: str, bills: Sequence[Bill]) -> list[Paid]:
        # A franchise: a bill above 1,000.00 pays nothing at all.
        return [Paid(loss if (loss := bill.amount - bill.public) <= 100_000 else 0, loss) for bill in bills]

    terms = product(limit("a", "1,000.00", "outpatient", "inpatient"), limit("b", "1,000.00", "inpatient", "pharmacy"))
    assert [finding.code for finding in search_years(terms, careless, 200)] == ["NOT_MONOTONE"]


@pytest.mark.parametrize("code", sorted(load_products()))
def test_what_structure_proves_of_our_products_no_search_disproves(code: str) -> None:
    terms = load_products()[code]
    if not any(benefit.kind == "indemnity" for benefit in terms.benefits):
        assert [proof.how for proof in monotone(terms, None, 1)[1]] == ["structure", "structure"]
        return
    codes = [finding.code for finding in search_years(terms, pays_of_the_kernel, 12)]
    assert codes == (["NOT_MONOTONE"] if obstacles(terms) else [])
