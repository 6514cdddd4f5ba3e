"""Small cases written by hand, and the products that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import ClaimDecision, Decision
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.product.terms import Terms
from hearth.words.money import yuan
from tests.twins.examples import indemnity, number, product, rule

Written = dict[str, Any]

STAY = indemnity("stay", ("inpatient",), 8_000)
VISIT = indemnity("visit", ("outpatient",), 8_000, computed_per="visit")


def plain(**more: Any) -> Terms:
    """80 % of stays after 1,000 a year, at most 50,000 a year."""
    given = {
        "deductibles": [rule("deductible", ("stay",), "policy_year", "1000")],
        "limits": [rule("year", ("stay",), "policy_year", "50000")],
    }
    return product(more.pop("code", "plain"), more.pop("benefits", [STAY]), **{**given, **more})


def free(code: str = "free", ratio: int = 10_000, **more: Any) -> Terms:
    """Stays, without deductible or limit."""
    return product(code, [indemnity("stay", ("inpatient",), ratio)], **more)


def contract(no: str, terms: Terms, starts_on: str = "2026-01-01", **more: Any) -> Written:
    return {"no": no, "product": terms.code, "starts_on": starts_on, "insured": ["mei"], **more}


def line(amount: str = "1000.00", category: str = "treatment", **more: Any) -> Written:
    return {"category": category, "amount": amount, **more}


def stay(amount: str = "1000.00", first: str = "2026-03-02", last: str = "2026-03-09", **more: Any) -> Written:
    return {"setting": "inpatient", "admitted_on": first, "discharged_on": last, "lines": [line(amount)], **more}


def visit(amount: str = "100.00", on: str = "2026-03-02", **more: Any) -> Written:
    return {"setting": "outpatient", "visited_on": on, "lines": [line(amount)], **more}


def claim(*invoices: Written, no: str = "C-1", insured: str = "mei", **more: Any) -> Written:
    return {"no": no, "insured": insured, "invoices": list(invoices), **more}


def case_of(policies: list[Written], *claims: Written, **more: Any) -> Case:
    return Case.model_validate({"case": "a case", "policies": policies, "claims": list(claims), **more})


def shelf(*products: Terms) -> Mapping[str, Terms]:
    return {terms.code: terms for terms in products}


def decided(terms: Terms, *claims: Written, policies: list[Written] | None = None, **more: Any) -> Decision:
    """Claims under one product, by default under one contract `P` of 2026."""
    return decide(case_of(policies or [contract("P", terms)], *claims, **more), shelf(terms))


def paid(one: ClaimDecision) -> str:
    return yuan(one.payable)


__all__ = [
    "STAY", "VISIT", "Written", "case_of", "claim", "contract", "decided", "free", "indemnity", "line", "number",
    "paid", "plain", "product", "rule", "shelf", "stay", "visit",
]  # fmt: skip
