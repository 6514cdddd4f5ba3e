"""A decision says what is paid, who has to look, what a cure is worth and which order of policies pays most."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from hearth.kernel.adjudication.decided import ClaimDecision, Decision, PolicyDecision, from_json, to_json
from hearth.kernel.adjudication.decision import MAX_ORDERED, decide
from hearth.kernel.adjudication.explain import explain
from hearth.kernel.product.terms import Terms
from hearth.words.money import yuan
from tests.kernel.adjudication.cases import (
    VISIT,
    Written,
    case_of,
    claim,
    contract,
    decided,
    free,
    indemnity,
    line,
    number,
    paid,
    plain,
    product,
    rule,
    shelf,
    stay,
    visit,
)
from tests.twins.examples import both, critical_illness, million, small


def one(decision: Decision, no: str = "C-1") -> ClaimDecision:
    return next(found for found in decision.claims if found.no == no)


def under(decision: Decision, policy: str, no: str = "C-1") -> PolicyDecision:
    return next(found for found in one(decision, no).policies if found.policy == policy)


def needing(*papers: str, code: str = "stay", settings: tuple[str, ...] = ("inpatient",)) -> Written:
    requires = [{"paper": paper, "clause": "5.2", "why": both(paper)} for paper in papers]
    return indemnity(code, settings, requires=requires)


# --- what papers are worth -------------------------------------------------------------------------------------------


def worth(terms: Terms, *claims: Written, **more: Any) -> dict[tuple[str, ...], str]:
    return {found.papers: yuan(found.amount) for found in one(decided(terms, *claims, **more)).worth}


def test_a_missing_paper_is_worth_what_the_claim_then_pays_more() -> None:
    terms = plain(benefits=[needing("discharge_summary") | {"ratios": {"settled": number("basis points", 8_000)}}])
    assert worth(terms, claim(stay("5000.00"), papers=["invoice"])) == {("discharge_summary",): "3,200.00"}


def test_where_two_papers_are_needed_each_alone_is_worth_nothing_and_both_together_all() -> None:
    terms = plain(benefits=[needing("invoice", "pathology")], deductibles=[])
    assert worth(terms, claim(stay("5000.00"), papers=[])) == {
        ("invoice",): "0.00",
        ("pathology",): "0.00",
        ("invoice", "pathology"): "5,000.00",
    }


def test_papers_of_two_benefits_are_worth_their_own_part_and_together_the_sum_less_the_shared_limit() -> None:
    terms = plain(
        benefits=[needing("discharge_summary"), needing("medical_record", code="visit", settings=("outpatient",))],
        deductibles=[],
        limits=[rule("year", ("stay", "visit"), "policy_year", "1000")],
    )
    assert worth(terms, claim(stay("900.00"), visit("400.00"), papers=["invoice"])) == {
        ("discharge_summary",): "900.00",
        ("medical_record",): "400.00",
        ("discharge_summary", "medical_record"): "1,000.00",
    }


def test_a_paper_for_a_line_that_is_refused_anyway_is_worth_nothing() -> None:
    terms = plain(benefits=[needing("invoice")], waiting={"days": number("days", 90)})
    assert worth(terms, claim(stay(), papers=[])) == {("invoice",): "0.00"}


def test_where_all_papers_are_there_or_none_was_asked_for_nothing_is_to_be_added() -> None:
    terms = plain(benefits=[needing("invoice")])
    assert worth(terms, claim(stay(), papers=["invoice"])) == {}
    assert worth(terms, claim(stay())) == {}


def test_the_clause_and_the_name_of_each_missing_paper_are_told() -> None:
    terms = plain(benefits=[needing("invoice", "pathology")])
    (told,) = under(decided(terms, claim(stay(), papers=["invoice"])), "P").lines
    assert [(gate.gate, gate.result, gate.clause, gate.paper) for gate in told.gates] == [
        ("papers", "fail", "5.2", "pathology")
    ]
    assert told.gates[0].what is not None and told.gates[0].what.en == "pathology"


# --- disputed lines --------------------------------------------------------------------------------------------------


def test_a_disputed_line_is_not_paid_yet_and_its_worth_is_told() -> None:
    bill = {**stay(), "lines": [line("5000.00"), line("2000.00", disputed=True)]}
    found = one(decided(plain(), claim(bill)))
    assert paid(found) == "3,200.00"
    assert [(cure.papers, cure.lines, yuan(cure.amount)) for cure in found.worth] == [((), ((1, 2),), "1,600.00")]
    assert found.route == "person"


def test_a_disputed_line_is_named_once_though_two_policies_and_two_parts_see_it() -> None:
    a, b = free("a", ratio=5_000), free("b")
    bill = {**stay(), "lines": [line("100.00", disputed=True, out_of_scope="40.00")]}
    found = decide(case_of([contract("A", a), contract("B", b)], claim(bill)), shelf(a, b))
    assert [(cure.lines, cure.amount) for cure in one(found).worth] == [(((1, 1),), 10_000)]


def test_the_worth_of_a_cure_counts_what_later_claims_then_pay_less() -> None:
    """The limit of 1,000 is used up by the second claim: curing the first only moves the money."""
    terms = plain(deductibles=[], limits=[rule("year", ("stay",), "policy_year", "800")])
    first = claim({**stay(), "lines": [line("1000.00", disputed=True)]})
    later = claim(stay("1000.00", first="2026-05-01", last="2026-05-02"), no="C-2")
    assert [cure.amount for cure in one(decided(terms, first, later)).worth] == [0]


# --- who decides -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "route"),
    [
        (claim(stay()), "automatic"),
        (claim(stay(), visit()), "automatic"),
        (claim(stay(fund="400.00")), "automatic"),
        (claim(stay(first="2025-12-30", last="2026-01-02")), "person"),
        (claim(stay(patient="bo")), "person"),
        (claim(stay(used_elsewhere=True, code="A", number="1")), "person"),
        (claim(stay(total="999.00")), "person"),
        (claim(stay(hospital={"level": 1})), "person"),
        (claim({**stay(), "lines": [line(not_necessary="1.00")]}), "person"),
        (claim(stay(), other_payments=[{"source": "charity", "amount": "1000.01"}]), "person"),
    ],
)
def test_agreed_arithmetic_is_automatic_and_every_proposal_goes_to_a_person(written: Written, route: str) -> None:
    terms = plain(hospitals={"clause": "2.8"})
    assert one(decided(terms, written)).route == route


def test_a_product_may_send_every_claim_to_a_person() -> None:
    assert one(decided(plain(straight_through=False), claim(stay()))).route == "person"


def test_an_exclusion_that_was_not_explained_is_paid_and_a_person_looks() -> None:
    excluded = [{"clause": "4.1", "what": both("cosmetic"), "categories": ["cosmetic"]}]
    terms = plain(exclusions=excluded, deductibles=[])
    bill = {**stay(), "lines": [line("100.00", "cosmetic")]}
    proven, unproven = (
        one(decided(terms, claim(bill), policies=[contract("P", terms, unproven_clauses=clauses)]))
        for clauses in ([], ["4.1"])
    )
    assert (paid(proven), proven.route) == ("0.00", "person")
    assert (paid(unproven), unproven.route) == ("80.00", "person")
    gates = [gate for found in (proven, unproven) for gate in found.policies[0].lines[0].gates]
    assert [(gate.gate, gate.result, gate.clause) for gate in gates] == [
        ("exclusion", "fail", "4.1"),
        ("exclusion", "refer", "4.1"),
    ]


# --- orders of policies ----------------------------------------------------------------------------------------------

M1, S = million(), small()
E12 = stay("42360.00", fund="21180.00")


def e12(*chosen: str) -> ClaimDecision:
    policies = [contract("M1", M1), contract("S", S)]
    return one(decide(case_of(policies, claim(E12, policies=list(chosen))), shelf(M1, S)))


def test_e12_both_orders_are_told_and_the_one_that_pays_more_is_recommended() -> None:
    for chosen in (("S", "M1"), ("M1", "S")):
        found = e12(*chosen)
        totals = {order.order: yuan(order.total) for order in found.orders}
        assert totals == {("S", "M1"): "21,180.00", ("M1", "S"): "18,940.00"}
        assert found.orders[0].order == chosen and found.orders[0].chosen and not found.orders[1].chosen
        assert found.recommended == ("S", "M1")
        assert paid(found) == totals[chosen]
        assert {no: yuan(amount) for no, amount in found.orders[0].payable.items()} == {
            policy.policy: yuan(policy.payable) for policy in found.policies
        }


def test_among_equal_orders_the_chosen_one_is_recommended() -> None:
    a, b = free("a"), free("b")
    found = decide(case_of([contract("A", a), contract("B", b)], claim(stay(), policies=["B", "A"])), shelf(a, b))
    assert one(found).recommended == ("B", "A")


def several(count: int) -> ClaimDecision:
    products = [free(f"p{n}", ratio=5_000) for n in range(count)]
    policies = [contract(f"P{n}", terms) for n, terms in enumerate(products)]
    return one(decide(case_of(policies, claim(stay("1024.00"))), shelf(*products)))


def test_every_order_of_five_policies_is_tried_and_of_six_none() -> None:
    five, six = several(MAX_ORDERED), several(MAX_ORDERED + 1)
    assert {order.order for order in five.orders} == set(permutations([f"P{n}" for n in range(5)]))
    assert six.orders == () and six.recommended == tuple(f"P{n}" for n in range(6))
    assert paid(six) == "1,008.00"


def test_one_policy_has_no_orders() -> None:
    found = one(decided(plain(), claim(stay())))
    assert found.orders == () and found.recommended == ("P",)


def test_orders_that_wait_for_one_another_are_not_among_those_tried() -> None:
    a, b = free("a"), free("b")
    first = claim(stay(), policies=["A", "B"])
    later = claim(stay(first="2026-05-01", last="2026-05-02"), no="C-2", policies=["A", "B"])
    found = decide(case_of([contract("A", a), contract("B", b)], first, later), shelf(a, b))
    assert [order.order for order in one(found).orders] == [("A", "B"), ("B", "A")]
    by_registration = free("b", claim_order="registration")
    first, later = {**first, "registered_on": "2026-06-02"}, {**later, "registered_on": "2026-06-01"}
    policies = [contract("A", a), contract("B", by_registration)]
    first, later = {**first, "policies": ["B", "A"]}, {**later, "policies": ["B", "A"]}
    found = decide(case_of(policies, first, later), shelf(a, by_registration))
    assert [order.order for order in one(found, "C-2").orders] == [("B", "A")]


def test_orders_and_worth_can_be_left_out() -> None:
    case = case_of([contract("M1", M1), contract("S", S)], claim({**E12, "lines": [line("100.00", disputed=True)]}))
    found = one(decide(case, shelf(M1, S), orders=False, worth=False))
    assert (found.orders, found.worth) == ((), ())
    assert found.recommended == ("M1", "S")


def test_one_claim_of_a_history_is_read_back_alone_and_is_the_same() -> None:
    a, b = free("a", ratio=5_000), free("b")
    first = claim(stay(), policies=["A", "B"])
    later = claim(stay(first="2026-05-01", last="2026-05-02"), no="C-2", policies=["B", "A"])
    case, products = case_of([contract("A", a), contract("B", b)], first, later), shelf(a, b)
    whole, alone = decide(case, products), decide(case, products, only="C-2")
    assert len(whole.claims) == 2 and len(alone.claims) == 1
    assert alone.claims[0] == one(whole, "C-2")
    assert (alone.balances, alone.rules) == (whole.balances, whole.rules)


# --- balances --------------------------------------------------------------------------------------------------------


def test_balances_name_policy_rule_person_and_span() -> None:
    terms = product(
        "balances",
        [indemnity("stay", ("inpatient",), computed_per="day"), VISIT],
        deductibles=[rule("family", ("stay",), "policy_year", "100", holder="family")],
        limits=[
            rule("year", ("stay",), "policy_year", "5000"),
            rule("month", ("stay",), "month", "5000"),
            rule("day", ("stay",), "day", "5000"),
            rule("life", ("stay",), "life", "5000"),
            rule("visits", ("visit",), "policy_year", 5, "times"),
        ],
    )
    policies = [
        contract("P1", terms, insured=["mei", "bo"]),
        contract("P2", terms, "2027-01-01", renews="P1", insured=["mei", "bo"]),
    ]
    claims = [
        claim(stay("300.00"), visit()),
        claim(stay("50.00", first="2027-02-01", last="2027-02-03"), no="C-2", insured="bo"),
    ]
    found = {
        (balance.rule, balance.insured, balance.span_name): (balance.policy, balance.unit, balance.used)
        for balance in decided(terms, *claims, policies=policies).balances
    }
    assert found == {
        ("family", None, "P1"): ("P1", "yuan", 10_000),
        ("family", None, "P2"): ("P1", "yuan", 5_000),
        ("year", "mei", "P1"): ("P1", "yuan", 20_000),
        ("year", "bo", "P2"): ("P1", "yuan", 0),
        ("month", "mei", "2026-03"): ("P1", "yuan", 20_000),
        ("month", "bo", "2027-02"): ("P1", "yuan", 0),
        ("day", "mei", "2026-03-02"): ("P1", "yuan", 20_000),
        ("day", "bo", "2027-02-01"): ("P1", "yuan", 0),
        ("life", "mei", ""): ("P1", "yuan", 20_000),
        ("life", "bo", ""): ("P1", "yuan", 0),
        ("visits", "mei", "P1"): ("P1", "times", 1),
    }


def test_what_was_used_before_counts() -> None:
    used = [
        {"policy": "P", "of": "deductible", "amount": "400.00"},
        {"policy": "P", "of": "year", "amount": "49900.00"},
    ]
    found = decided(plain(), claim(stay("5000.00")), used=used)
    assert paid(one(found)) == "100.00"
    assert {balance.rule: yuan(balance.used) for balance in found.balances} == {
        "deductible": "1,000.00",
        "year": "50,000.00",
    }


# --- from payable to paid out ----------------------------------------------------------------------------------------


def test_overdue_premium_is_taken_once_from_the_claims_in_the_order_computed() -> None:
    terms = free()
    first, later = claim(stay("300.00")), claim(stay("900.00", first="2026-05-01", last="2026-05-02"), no="C-2")
    found = decided(terms, later, first, policies=[contract("P", terms, arrears="500.00")])
    assert [(one_.no, yuan(one_.arrears), yuan(one_.paid_out)) for one_ in found.claims] == [
        ("C-2", "200.00", "700.00"),
        ("C-1", "300.00", "0.00"),
    ]


def test_each_policy_takes_its_own_overdue_premium_from_what_it_pays() -> None:
    a, b = free("a", ratio=5_000), free("b")
    policies = [contract("A", a, arrears="700.00"), contract("B", b, arrears="100.00")]
    found = one(decide(case_of(policies, claim(stay("1000.00"))), shelf(a, b)))
    assert (yuan(found.payable), yuan(found.arrears), yuan(found.paid_out)) == ("1,000.00", "600.00", "400.00")


@pytest.mark.parametrize(
    ("given", "paid_out", "recovery"),
    [
        ({}, "1,000.00", "0.00"),
        ({"advance": "600.00"}, "400.00", "0.00"),
        ({"advance": "600.00", "prepaid": "400.00"}, "0.00", "0.00"),
        ({"advance": "600.00", "prepaid": "500.00"}, "0.00", "100.00"),
        ({"prepaid": "1000.01"}, "0.00", "0.01"),
    ],
)
def test_advances_and_prepayments_are_taken_off_and_what_is_too_much_comes_back(
    given: Written, paid_out: str, recovery: str
) -> None:
    found = one(decided(free(), claim(stay("1000.00"), **given)))
    assert (yuan(found.paid_out), yuan(found.recovery)) == (paid_out, recovery)


def test_a_diagnosis_in_the_waiting_period_proposes_to_refund_the_premium() -> None:
    terms = critical_illness()

    def found(on: str) -> PolicyDecision:
        one_claim = {"no": "C-1", "insured": "mei", "diagnoses": [{"on": on, "condition": "cancer"}]}
        policy = contract("P", terms, "2026-03-01", sum_insured="500000.00", premium="1200.00")
        return one(decided(terms, one_claim, policies=[policy])).policies[0]

    last, first = found("2026-05-29"), found("2026-05-30")
    assert (last.refund_premium, yuan(last.payable), last.premium) == (True, "0.00", 120_000)
    assert (first.refund_premium, yuan(first.payable)) == (False, "500,000.00")


def test_fixed_benefits_tell_their_entitlement() -> None:
    terms = critical_illness()
    mild = {"no": "C-1", "insured": "mei", "diagnoses": [{"on": "2026-08-15", "condition": "thyroid-tnm-1"}]}
    policies = [contract("P", terms, sum_insured="500000.00")]
    columns = one(decided(terms, mild, policies=policies)).policies[0].columns
    assert (columns["billed"], columns["entitlement"], columns["payable"]) == (0, 15_000_000, 15_000_000)


# --- findings --------------------------------------------------------------------------------------------------------


def findings(*claims: Written, no: str = "C-1") -> list[tuple[str, int | None, dict[str, Any]]]:
    return [(found.code, found.invoice, found.data) for found in one(decided(free(), *claims), no).findings]


def test_a_bill_without_oddities_has_no_findings() -> None:
    assert findings(claim(stay(total="1000.00", fund="400.00", account="100.00", cash="500.00"))) == []


def test_the_same_invoice_again_names_where_it_was_and_says_if_its_amounts_differ() -> None:
    paper = {"code": "044", "number": "77"}
    first = claim(visit(), stay(**paper))
    again = claim(stay(**paper), no="C-2")
    altered = claim(stay("999.99", **paper), no="C-2")
    named = {"number": "77", "claim": "C-1", "invoice": 2}
    assert findings(first, again, no="C-2") == [("DUPLICATE_INVOICE", 1, named)]
    assert findings(first, altered, no="C-2") == [("DUPLICATE_INVOICE_ALTERED", 1, named)]
    assert findings(first, again) == []


@pytest.mark.parametrize(
    ("invoice", "code", "data"),
    [
        ({"used_elsewhere": True, "number": "9"}, "USED_ELSEWHERE", {"number": "9"}),
        ({"patient": "bo"}, "OTHER_PERSON", {"patient": "bo", "insured": "mei"}),
        ({"total": "1000.02"}, "SUMS_DIFFER_LINES", {"number": ""}),
        ({"account": "1.00", "cash": "1.00"}, "SUMS_DIFFER_PAYMENTS", {"number": ""}),
        ({"fund": "1000.01"}, "SUMS_DIFFER_PUBLIC", {"number": ""}),
    ],
)
def test_each_oddity_of_an_invoice_is_a_finding(invoice: Written, code: str, data: dict[str, Any]) -> None:
    assert findings(claim(visit(), stay(**invoice))) == [(code, 2, data)]


def test_the_insured_named_as_patient_is_no_finding() -> None:
    assert findings(claim(stay(patient="mei"))) == []


def test_other_payments_above_what_was_left_of_the_bill_are_a_finding() -> None:
    def others(amount: str) -> Written:
        return claim(stay("1000.00", fund="400.00"), other_payments=[{"source": "employer", "amount": amount}])

    assert findings(others("600.00")) == []
    assert findings(others("600.01")) == [("OTHERS_EXCEED_BILL", None, {"stated": 60_001, "bill": 60_000})]


# --- what is decided -------------------------------------------------------------------------------------------------


def test_a_void_claim_is_not_decided_and_uses_nothing_up() -> None:
    void = claim(stay("9000.00"), void=True)
    later = claim(stay("5000.00", first="2026-05-01", last="2026-05-02"), no="C-2")
    found = decided(plain(), void, later)
    assert [one_.no for one_ in found.claims] == ["C-2"]
    assert paid(found.claims[0]) == "3,200.00", "the deductible is still whole"


def test_a_later_claim_is_decided_by_the_contract_year_of_its_own_day() -> None:
    terms = plain()
    policies = [contract("P1", terms), contract("P2", terms, "2027-01-01", renews="P1")]
    claims = [claim(stay("5000.00")), claim(stay("5000.00", first="2027-03-01", last="2027-03-02"), no="C-2")]
    found = decided(terms, *claims, policies=policies)
    assert [one_.policies[0].policy for one_ in found.claims] == ["P1", "P2"]
    assert [paid(one_) for one_ in found.claims] == ["3,200.00", "3,200.00"]


def test_a_line_tells_its_parts_its_benefit_and_its_reason() -> None:
    bill = {
        **stay(fund="300.00"),
        "lines": [line("2000.00", "bed", name="ward 3", out_of_scope="500.00"), line("9.00")],
    }
    lines = under(
        decided(plain(benefits=[indemnity("stay", ("inpatient",), categories=("bed",))]), claim(bill)), "P"
    ).lines
    told = [(one_.line, one_.scope, one_.name, one_.benefit, one_.billed, one_.public, one_.reason) for one_ in lines]
    assert told == [
        (1, "in", "ward 3", "stay", 150_000, 30_000, "deductible_took"),
        (1, "out", "ward 3", "stay", 50_000, 0, "deductible_took"),
        (2, "in", "", None, 900, 0, "not_a_benefit"),
    ]


def test_a_unit_tells_each_rule_it_met_and_the_limit_that_bound() -> None:
    limits = [rule("year", ("stay",), "policy_year", "700"), rule("life", ("stay",), "life", "900")]
    (unit,) = under(decided(plain(limits=limits), claim(stay("3000.00"))), "P").units
    assert (unit.eligible, unit.loss, unit.deductible, unit.after_ratio, unit.payable) == (
        300_000, 300_000, 100_000, 160_000, 70_000,
    )  # fmt: skip
    assert unit.limit == "year"
    assert [(met.code, met.is_limit, met.full, met.used, met.left, met.took, met.binds) for met in unit.rules] == [
        ("deductible", False, 100_000, 0, 100_000, 100_000, False),
        ("year", True, 70_000, 0, 70_000, 0, True),
        ("life", True, 90_000, 0, 90_000, 0, False),
    ]


# --- emergency measures ----------------------------------------------------------------------------------------------

ANY_HOSPITAL = {
    "code": "EM-1", "what": {"zh": "取消指定医院限制", "en": "no limit of hospitals"},
    "waives": ["hospital", "waiting"],
    "starts_on": "2026-03-02", "until_on": "2026-03-31", "icd": ["J12"],
}  # fmt: skip


def careful(code: str = "careful") -> Terms:
    """Public hospitals alone, after thirty days of waiting."""
    return free(code, hospitals={"clause": "2.8"}, waiting={"days": number("days", 30)})


def private(on: str, icd: str = "J12.8") -> Written:
    return stay(first=on, last="2026-05-01", icd=icd, hospital={"ownership": "private"})


@pytest.mark.parametrize(
    ("on", "icd", "counts"),
    [
        ("2026-03-01", "J12.8", False),
        ("2026-03-02", "J12.8", True),
        ("2026-03-31", "J12.8", True),
        ("2026-04-01", "J12.8", False),
        ("2026-03-10", "J18.9", False),
    ],
)
def test_a_measure_takes_the_gate_away_on_its_days_and_for_its_illness_alone(on: str, icd: str, counts: bool) -> None:
    found = one(decided(careful(), claim(private(on, icd), measures=[ANY_HOSPITAL])))
    assert paid(found) == ("1,000.00" if counts else "0.00")
    assert [gate.gate for gate in found.policies[0].lines[0].gates] == ([] if counts else ["hospital"])
    assert [(met.measure, met.gate, met.clause, met.invoices) for met in found.policies[0].waived] == (
        [("EM-1", "hospital", "2.8", (1,))] if counts else []
    )


def test_a_measure_is_told_where_it_changed_something_and_only_for_its_products() -> None:
    strict, other = careful("strict"), careful("other")
    policies = [contract("A", strict, "2026-03-01"), contract("B", other, "2026-03-01")]
    bill = claim(private("2026-03-05"), stay(first="2026-03-10", last="2026-03-12", icd="J12.0"),
                 measures=[{**ANY_HOSPITAL, "products": ["strict"]}])  # fmt: skip
    first, second = one(decide(case_of(policies, bill), shelf(strict, other))).policies
    assert (first.payable, second.payable) == (200_000, 0)
    assert {(met.gate, met.invoices) for met in first.waived} == {("hospital", (1,)), ("waiting", (1, 2))}
    assert second.waived == ()
    assert [sentence.id for sentence in explain(first)][:2] == ["WAIVED_WAITING", "WAIVED_HOSPITAL"]


def test_a_decision_without_measures_is_written_as_before_they_came_and_one_with_them_comes_back() -> None:
    plainly = decided(careful(), claim(stay()))
    assert "waived" not in to_json(plainly)["claims"][0]["policies"][0]
    helped = decided(careful(), claim(private("2026-03-05"), measures=[ANY_HOSPITAL]))
    assert from_json(Decision, to_json(helped)) == helped
