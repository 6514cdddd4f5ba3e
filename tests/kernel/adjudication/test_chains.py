"""Contracts that continue one another, and the order in which claims use deductibles and limits up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hearth.kernel.adjudication.chains import (
    BadCase,
    chains_of,
    chains_of_claim,
    ends_on,
    event_day,
    one_year_after,
    steps_in_order,
)
from hearth.words.faults import OrdersDiffer, UnknownProduct
from tests.kernel.adjudication.cases import Written, case_of, claim, contract, free, shelf, stay, visit

A, B = free("a"), free("b")
BY_REGISTRATION = free("c", claim_order="registration")
BY_SETTLEMENT = free("s", claim_order="settlement")
PRODUCTS = shelf(A, B, BY_REGISTRATION, BY_SETTLEMENT)
ONE = claim(stay())


def chained(*policies: Written) -> list[list[str]]:
    case = case_of(list(policies), claim(stay(), insured=policies[0]["insured"][0]))
    return [[policy.no for policy in chain.policies] for chain in chains_of(case, PRODUCTS)]


def refused(*policies: Written, **more: Any) -> BadCase:
    case = case_of(list(policies), ONE, **more)
    with pytest.raises(BadCase) as caught:
        chains_of(case, PRODUCTS)
    return caught.value


def order(policies: list[Written], *claims: Written) -> list[str]:
    """claim/chain in the order computed."""
    case = case_of(policies, *claims)
    chains = chains_of(case, PRODUCTS)
    return [f"{case.claims[n].no}/{chains[k].policies[0].no}" for n, k in steps_in_order(case, chains)]


# --- renewals --------------------------------------------------------------------------------------------------------


def test_a_contract_that_renews_another_continues_its_chain_wherever_it_stands_in_the_file() -> None:
    first, other = contract("P1", A), contract("Q1", B)
    second = contract("P2", A, "2027-01-01", renews="P1")
    third = contract("P3", A, "2028-01-01", renews="P2")
    assert chained(third, other, first, second) == [["P1", "P2", "P3"], ["Q1"]]


def test_contracts_that_renew_none_stand_alone_even_of_one_product() -> None:
    assert chained(contract("P1", A), contract("P2", A, "2027-01-01")) == [["P1"], ["P2"]]


def test_a_gap_between_contracts_leaves_them_one_chain() -> None:
    assert chained(contract("P1", A), contract("P2", A, "2027-06-01", renews="P1")) == [["P1", "P2"]]


def test_a_circle_of_renewals_has_no_first_contract() -> None:
    found = refused(contract("P1", A, renews="P2"), contract("P2", A, "2027-01-01", renews="P1"))
    assert found.data == {"place": "policy P1", "got": "a circle of renewals", "want": "a first contract"}
    assert refused(contract("P1", A, renews="P1")).data["got"] == "a circle of renewals"


def test_a_renewal_starts_when_the_contract_before_has_ended() -> None:
    found = refused(contract("P1", A), contract("P2", A, "2026-12-31", renews="P1"))
    assert found.data["place"] == "policy P2"
    assert found.data["want"] == "2027-01-01 or later"


def test_two_renewals_of_one_contract_at_once_are_refused() -> None:
    one, two = (contract(no, A, "2027-01-01", renews="P1") for no in ("P2", "P3"))
    assert "before P2 ends" in str(refused(contract("P1", A), one, two))


def test_a_renewal_is_of_the_same_product() -> None:
    found = refused(contract("P1", A), contract("P2", B, "2027-01-01", renews="P1"))
    assert found.data == {"place": "policy P2", "got": "product b", "want": "a, the product that it renews"}


def test_a_plan_is_one_of_the_product() -> None:
    assert refused(contract("P1", A, plan="gold")).data == {
        "place": "policy P1", "got": "plan gold", "want": "one of standard",
    }  # fmt: skip


def test_a_clause_without_proof_is_the_clause_of_an_exclusion() -> None:
    found = refused(contract("P1", A, unproven_clauses=["4.1"]))
    assert found.data["place"] == "policy P1: unproven_clauses"
    assert "there are none" in found.data["want"]


def test_an_unknown_product_is_told_with_those_that_are_known() -> None:
    case = case_of([{**contract("P", A), "product": "nope"}], ONE)
    with pytest.raises(UnknownProduct) as caught:
        chains_of(case, PRODUCTS)
    assert caught.value.data == {"product": "nope", "known": "a, b, c, s"}
    with pytest.raises(UnknownProduct, match="there are none"):
        chains_of(case, {})


def test_a_product_stated_in_the_case_comes_before_the_shelf() -> None:
    stated = free("a", ratio=5_000)
    case = case_of([contract("P", A)], ONE, terms=[stated.model_dump()])
    assert chains_of(case, PRODUCTS)[0].terms == stated


def test_a_contract_runs_a_year_unless_it_says_when_it_ends() -> None:
    case = case_of([contract("P", A), contract("Q", A, ends_on="2026-07-01")], ONE)
    assert [ends_on(policy) for policy in case.policies] == [date(2027, 1, 1), date(2026, 7, 1)]
    assert one_year_after(date(2024, 2, 29)) == date(2025, 2, 28)


# --- the chains of a claim -------------------------------------------------------------------------------------------


def run_under(policies: list[Written], one: Written) -> list[int]:
    case = case_of(policies, one)
    return chains_of_claim(case.claims[0], chains_of(case, PRODUCTS))


def test_a_claim_that_names_no_policy_runs_under_all_that_insure_the_person_as_listed() -> None:
    policies = [contract("P", A), contract("B", B, insured=["bo"]), contract("Q", B)]
    assert run_under(policies, ONE) == [0, 2]
    assert run_under(policies, claim(stay(), insured="bo")) == [1]


def test_the_insured_chooses_the_order_of_the_policies() -> None:
    assert run_under([contract("P", A), contract("Q", B)], claim(stay(), policies=["Q", "P"])) == [1, 0]


def test_policies_of_one_chain_are_one_chain_in_the_order_of_its_first_naming() -> None:
    policies = [contract("P1", A), contract("P2", A, "2027-01-01", renews="P1"), contract("Q", B)]
    assert run_under(policies, claim(stay(), policies=["P2", "Q", "P1"])) == [0, 1]


def test_a_policy_that_does_not_insure_the_person_cannot_be_chosen() -> None:
    with pytest.raises(BadCase) as caught:
        run_under([contract("P", A), contract("Q", B, insured=["bo"])], claim(stay(), policies=["P", "Q"]))
    assert caught.value.data == {"place": "claim C-1: policies", "got": "Q", "want": "a policy that insures mei"}


# --- the order of claims ---------------------------------------------------------------------------------------------


def test_the_event_day_of_a_claim_is_its_earliest_invoice_or_diagnosis() -> None:
    one = claim(stay(first="2026-03-05"), visit(on="2026-03-03"), diagnoses=[{"on": "2026-03-04", "condition": "x"}])
    assert event_day(case_of([contract("P", A)], one).claims[0]) == date(2026, 3, 3)
    two = claim(stay(first="2026-03-05"), diagnoses=[{"on": "2026-03-04", "condition": "x"}])
    assert event_day(case_of([contract("P", A)], two).claims[0]) == date(2026, 3, 4)


LATE = {"first": "2026-05-01", "last": "2026-05-03"}
EARLY = {"first": "2026-02-01", "last": "2026-02-03"}


def test_by_event_day_the_earlier_illness_comes_first_then_the_earlier_registration_then_the_file() -> None:
    claims = [
        claim(stay(**LATE), no="late"),
        claim(stay(**EARLY), no="unregistered"),
        claim(stay(**EARLY), no="tenth", registered_on="2026-02-10"),
        claim(stay(**EARLY), no="fifth", registered_on="2026-02-05"),
        claim(stay(**EARLY), no="again", registered_on="2026-02-05"),
    ]
    assert order([contract("P", A)], *claims) == ["fifth/P", "again/P", "tenth/P", "unregistered/P", "late/P"]


def test_by_registration_the_claim_that_came_in_first_is_first_and_one_without_a_day_is_last() -> None:
    claims = [
        claim(stay(**EARLY), no="unregistered"),
        claim(stay(**EARLY), no="june", registered_on="2026-06-01"),
        claim(stay(**LATE), no="may", registered_on="2026-05-08"),
        claim(stay(**EARLY), no="may-early", registered_on="2026-05-08"),
    ]
    assert order([contract("P", BY_REGISTRATION)], *claims) == ["may-early/P", "may/P", "june/P", "unregistered/P"]


def test_by_settlement_the_bill_that_was_settled_first_is_first_and_one_without_a_day_is_last() -> None:
    claims = [
        claim(stay(**EARLY), no="unsettled", registered_on="2026-01-01"),
        claim(stay(**EARLY), no="june", settled_on="2026-06-01"),
        claim(stay(**LATE), no="may", settled_on="2026-05-08", registered_on="2026-06-09"),
        claim(stay(**LATE), no="may-before", settled_on="2026-05-08", registered_on="2026-06-08"),
    ]
    assert order([contract("P", BY_SETTLEMENT)], *claims) == ["may-before/P", "may/P", "june/P", "unsettled/P"]


def test_a_void_claim_is_left_out() -> None:
    assert order([contract("P", A)], claim(stay(), void=True), claim(stay(), no="C-2")) == ["C-2/P"]
    assert order([contract("P", A)], claim(stay(), void=True)) == []


def test_a_claim_runs_under_its_policies_in_the_chosen_order() -> None:
    policies = [contract("P", A), contract("Q", B)]
    assert order(policies, claim(stay(), policies=["Q", "P"])) == ["C-1/Q", "C-1/P"]
    later = claim(stay(**LATE), no="C-2", policies=["Q", "P"])
    assert order(policies, claim(stay(), policies=["Q", "P"]), later) == ["C-1/Q", "C-1/P", "C-2/Q", "C-2/P"]


def test_orders_of_policies_that_wait_for_one_another_are_refused() -> None:
    """May comes first under Q (registered first), March under P; each claim wants the other one done before."""
    policies = [contract("P", A), contract("Q", BY_REGISTRATION)]
    march = claim(stay(), no="march", policies=["Q", "P"], registered_on="2026-06-02")
    may = claim(stay(**LATE), no="may", policies=["P", "Q"], registered_on="2026-06-01")
    with pytest.raises(OrdersDiffer) as caught:
        order(policies, march, may)
    assert caught.value.data == {"claim": "march"}
    one_order = {**may, "policies": ["Q", "P"]}
    assert order(policies, march, one_order) == ["may/Q", "march/Q", "march/P", "may/P"]
