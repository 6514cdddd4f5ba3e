"""The demo's bills add up, are never the same invoice twice, and stay within what a case takes."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from hearth.doors.demo.bills import BILLS, PAPERS, Till, dear_stay
from hearth.kernel.adjudication.case import Claim
from hearth.kernel.documents.checklist import NAMES
from hearth.kernel.documents.identities import invoice_facts, problems
from hearth.words.money import fen_from_yuan

ON = date(2026, 5, 12)


def till(seed: int = 3) -> Till:
    return Till(np.random.default_rng(seed))


@pytest.mark.parametrize("product", sorted(BILLS))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_bill_adds_up_and_is_a_claim_of_a_case(product: str, seed: int) -> None:
    facts = BILLS[product](till(seed), ON, ON + timedelta(days=21))
    for invoice in facts.get("invoices", ()):
        assert problems(invoice, ON + timedelta(days=30)) == ()
        paid = sum(fen_from_yuan(invoice[name]) for name in ("fund", "account", "cash"))
        assert fen_from_yuan(invoice["total"]) == paid
    stated = {**facts, "invoices": [invoice_facts(invoice) for invoice in facts.get("invoices", ())]}
    Claim.model_validate({"no": "C", "insured": "somebody", "registered_on": ON + timedelta(days=21), **stated})


def test_one_till_never_gives_an_invoice_number_twice() -> None:
    one = till()
    numbers = [
        invoice["number"]
        for _ in range(50)
        for product in ("outpatient", "million-medical", "chronic-care")
        for invoice in BILLS[product](one, ON, ON)["invoices"]
    ]
    assert len(numbers) == len(set(numbers)) > 150


def test_the_same_seed_writes_the_same_bill() -> None:
    assert dear_stay(till(), ON) == dear_stay(till(), ON) != dear_stay(till(4), ON)


def test_every_paper_that_goes_with_a_bill_is_one_that_is_known() -> None:
    assert {paper for papers in PAPERS.values() for paper in papers} <= set(NAMES)
    assert set(PAPERS) == set(BILLS)
