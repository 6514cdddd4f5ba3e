"""Places where docs/computing.md is easily read wrong: the clerk and the kernel give the same, known answer."""

from __future__ import annotations

from typing import Any

import pytest

from hearth.kernel.adjudication.case import Case
from hearth.kernel.product.terms import Terms
from hearth.words.codes import Gate, Reason
from tests.twins.agreement import disagreement
from tests.twins.clerk import LineResult, Result, adjudicate_by_hand
from tests.twins.examples import critical_illness, hospital_cash, indemnity, million, number, product, rule
from tests.twins.generator import Instance


def agreed(
    products: list[Terms], claims: list[dict[str, Any]], policies: list[dict[str, Any]] | None = None, **more: Any
) -> Result:
    """The clerk's answer, which must be the kernel's; one contract of 2026 for each product unless stated."""
    insured = sorted({claim["insured"] for claim in claims})
    policies = policies or [year(terms.code, 2026, insured, product=terms.code) for terms in products]
    by_code = {terms.code: terms for terms in products}
    case = Case.model_validate({"case": "x", "policies": policies, "claims": claims, **more})
    assert disagreement(Instance(case, by_code), compiled=False) == []
    return adjudicate_by_hand(case, by_code)


def year(no: str, begins: int, insured: list[str], **more: Any) -> dict[str, Any]:
    return {"no": no, "starts_on": f"{begins}-01-01", "insured": insured, **more}


def years(terms: Terms, *insured: list[str], **more: Any) -> list[dict[str, Any]]:
    """Contracts of 2026, 2027 ..., each the renewal of the one before, and whom each insures."""
    return [
        year(f"y{begins}", begins, who, product=terms.code, **({"renews": f"y{begins - 1}"} if begins > 2026 else {}))
        | more.get(f"y{begins}", {})
        for begins, who in enumerate(insured, 2026)
    ]


def stay(first: str, last: str, amount: str, **more: Any) -> dict[str, Any]:
    lines = [{"category": "surgery", "amount": amount}]
    return {"setting": "inpatient", "admitted_on": first, "discharged_on": last, "lines": lines} | more


def visit(day: str, amount: str, **more: Any) -> dict[str, Any]:
    lines = [{"category": "surgery", "amount": amount}]
    return {"setting": "outpatient", "visited_on": day, "lines": lines} | more


def claim(no: str, *invoices: dict[str, Any], insured: str = "mei", **more: Any) -> dict[str, Any]:
    return {"no": no, "insured": insured, "invoices": invoices, **more}


def days_of_stays(result: Result) -> list[LineResult]:
    return [line for line in result.lines if line.line == 0 and line.invoice]


def payable(result: Result, **where: Any) -> int:
    return sum(
        line.money["payable"]
        for line in result.lines
        if all(getattr(line, name) == value for name, value in where.items())
    )


def test_an_allowance_is_not_a_reimbursement_that_a_later_policy_nets() -> None:
    bill = claim("c1", stay("2026-04-01", "2026-04-09", "42360.00"), policies=["cash", "million"])
    result = agreed([hospital_cash(), million()], [bill])
    assert payable(result, chain="cash") == 75_000
    assert payable(result, chain="million") == 3_236_000


def windowed(before: int, after: int, *, inclusive: bool) -> Terms:
    window = {"before": number("days", before), "after": number("days", after), "inclusive": inclusive}
    return product("window", [indemnity("all", ("inpatient", "outpatient"), around_stay=window)])


@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("days", [0, 7])
def test_a_stay_always_lies_in_the_window_around_a_stay(days: int, inclusive: bool) -> None:
    result = agreed(
        [windowed(days, days, inclusive=inclusive)], [claim("c1", stay("2026-04-01", "2026-04-09", "100.00"))]
    )
    assert payable(result) == 10_000


def test_a_day_of_admission_that_does_not_count_may_lie_before_another_stay() -> None:
    stays = (stay("2026-04-10", "2026-04-11", "1.00"), stay("2026-04-12", "2026-04-13", "1.00"))
    result = agreed([windowed(7, 30, inclusive=False)], [claim("c1", *stays, visit("2026-04-10", "100.00"))])
    assert payable(result, invoice=3) == 10_000


def test_a_copy_used_elsewhere_fails_and_is_not_referred_as_well() -> None:
    copy = {"code": "0440", "number": "17", "used_elsewhere": True}
    once = claim("c1", stay("2026-04-01", "2026-04-09", "20000.00", **copy))
    result = agreed([million()], [once, {**once, "no": "c2"}])
    assert [(line.failed, line.referred) for line in result.lines] == [
        (frozenset(), {Gate.DUPLICATE}),
        ({Gate.DUPLICATE}, frozenset()),
    ]


def test_one_event_of_a_family_is_one_event() -> None:
    shared = rule("each-event", ("all",), "event", "100", holder="family")
    terms = product("family", [indemnity("all", ("outpatient",))], limits=[shared])
    fire = [claim(who, visit("2026-04-01", "80.00"), insured=who, event="fire") for who in ("mei", "bo")]
    result = agreed([terms], fire)
    assert (payable(result, claim="mei"), payable(result, claim="bo")) == (8_000, 2_000)


def test_a_day_counted_in_one_stay_is_not_counted_in_another() -> None:
    one_day = rule("stay-days", ("all",), "stay", 1, "days")
    terms = product("days", [indemnity("all", ("inpatient",), computed_per="day")], limits=[one_day])

    def lines(*days: str) -> dict[str, Any]:
        return {"lines": [{"category": "surgery", "amount": "100.00", "on": day} for day in days]}

    moved = claim(
        "c1",
        stay("2026-04-01", "2026-04-05", "0", hospital={"name": "First"}) | lines("2026-04-05"),
        stay("2026-04-05", "2026-04-07", "0", hospital={"name": "Second"}) | lines("2026-04-06", "2026-04-05"),
    )
    result = agreed([terms], [moved])
    assert [line.money["payable"] for line in result.lines] == [10_000, 10_000, 0]


def test_a_claim_counted_in_one_policy_year_still_counts_in_the_next() -> None:
    once = rule("times", ("all",), "policy_year", 1, "times")
    terms = product("times", [indemnity("all", ("outpatient",))], limits=[once])
    claims = [
        claim("c1", visit("2026-12-31", "100.00"), visit("2027-01-01", "100.00")),
        claim("c2", visit("2027-02-01", "100.00")),
    ]
    result = agreed([terms], claims, years(terms, ["mei"], ["mei"]))
    assert [line.money["payable"] for line in result.lines] == [10_000, 10_000, 0]


# --- a window around a stay ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inclusive", "paid"),
    [(True, {9, 10, 12, 13, 20, 21}), (False, {8, 9, 11, 12, 13, 14, 21, 22})],
)
def test_any_stay_of_the_event_may_let_a_visit_pass(inclusive: bool, paid: set[int]) -> None:
    stays = (stay("2026-04-10", "2026-04-12", "0"), stay("2026-04-13", "2026-04-20", "0"))
    days = range(7, 25)
    visits = (visit(f"2026-04-{day:02d}", "100.00") for day in days)
    result = agreed([windowed(2, 2, inclusive=inclusive)], [claim("c1", *stays, *visits)])
    assert {day for invoice, day in enumerate(days, 3) if payable(result, invoice=invoice)} == paid


def test_a_stay_of_another_event_lets_no_visit_pass() -> None:
    claims = [
        claim("c1", stay("2026-04-01", "2026-04-09", "100.00"), event="fall"),
        claim("c2", visit("2026-04-09", "100.00"), event="tumour"),
        claim("c3", visit("2026-04-09", "100.00"), event="fall"),
        claim("c4", visit("2026-04-09", "100.00"), event="fall", insured="bo"),
    ]
    result = agreed([windowed(7, 30, inclusive=True)], claims)
    assert [payable(result, claim=no) for no in ("c1", "c2", "c3", "c4")] == [10_000, 0, 10_000, 0]


@pytest.mark.parametrize(("day", "paid"), [("2026-04-15", 10_000), ("2026-04-20", 0)])
def test_a_diagnosis_may_lie_in_the_window_around_a_stay(day: str, paid: int) -> None:
    # after 7, inclusive: from the day of discharge, 9 April, to the 15th.
    window = {"before": number("days", 7), "after": number("days", 7)}
    lump = {"kind": "lump_sum", "share": number("basis points", 10_000), "conditions": ["infarction"]}
    severe = {"code": "severe", "name": {"zh": "x", "en": "x"}, "clause": "4.1", "around_stay": window, **lump}
    found = claim("c1", stay("2026-04-01", "2026-04-09", "0"), diagnoses=[{"on": day, "condition": "infarction"}])
    terms = product("lump", [severe])
    result = agreed([terms], [found], [year("one", 2026, ["mei"], product="lump", sum_insured="100")])
    assert payable(result) == paid


# --- the days of a stay ----------------------------------------------------------------------------------------------


def allowance(code: str = "allowance", *benefits: dict[str, Any], **more: Any) -> Terms:
    """100 a day in hospital."""
    return product(code, list(benefits) or [by_the_day("cash")], **more)


def by_the_day(code: str, **more: Any) -> dict[str, Any]:
    name = {"zh": code, "en": code}
    return {"code": code, "name": name, "clause": "4.1", "kind": "daily", "daily": number("yuan", "100")} | more


EIGHT_DAYS = stay("2026-04-01", "2026-04-09", "5000.00")


def test_the_days_of_a_stay_are_counted_once_over_claims() -> None:
    result = agreed([allowance()], [claim("c1", EIGHT_DAYS), claim("c2", EIGHT_DAYS)])
    first, second = days_of_stays(result)
    assert (first.money["payable"], first.failed) == (80_000, frozenset())
    assert (second.money["payable"], second.failed, second.reason) == (0, {Gate.DUPLICATE}, Reason.COUNTED_ALREADY)


def test_the_claim_that_is_computed_first_counts_the_days() -> None:
    claims = [
        claim("c1", EIGHT_DAYS, registered_on="2026-06-01"),
        claim("c2", EIGHT_DAYS, registered_on="2026-05-01"),
    ]
    result = agreed([allowance(claim_order="registration")], claims)
    assert (payable(result, claim="c1"), payable(result, claim="c2")) == (0, 80_000)


def test_every_chain_counts_the_days_for_itself() -> None:
    products = [allowance("one"), allowance("two")]
    claims = [claim("c1", EIGHT_DAYS, policies=["one"]), claim("c2", EIGHT_DAYS, policies=["one", "two"])]
    result = agreed(products, claims)
    paid = [payable(result, claim=no, chain=chain) for no, chain in (("c1", "one"), ("c2", "one"), ("c2", "two"))]
    assert paid == [80_000, 0, 80_000]


def test_every_benefit_counts_the_days_for_itself() -> None:
    ill, hurt = by_the_day("ill", causes=["illness"]), by_the_day("hurt", causes=["accident"])
    claims = [claim("c1", EIGHT_DAYS), claim("c2", EIGHT_DAYS, cause="accident"), claim("c3", EIGHT_DAYS)]
    result = agreed([allowance("both", ill, hurt)], claims)
    assert [payable(result, claim=no) for no in ("c1", "c2", "c3")] == [80_000, 80_000, 0]


def test_a_mother_and_her_child_each_have_their_days() -> None:
    result = agreed([allowance()], [claim("c1", EIGHT_DAYS), claim("c2", EIGHT_DAYS, insured="bo")])
    assert (payable(result, claim="c1"), payable(result, claim="c2")) == (80_000, 80_000)


def test_days_are_counted_even_where_a_deductible_took_all_of_them() -> None:
    longer = stay("2026-04-01", "2026-04-21", "0")
    result = agreed([hospital_cash()], [claim("c1", stay("2026-04-01", "2026-04-03", "0")), claim("c2", longer)])
    assert [(line.money["payable"], line.failed) for line in days_of_stays(result)] == [
        (0, frozenset()),
        (0, {Gate.DUPLICATE}),
    ]


def test_days_that_a_gate_refused_are_not_counted() -> None:
    needs = {"paper": "discharge_summary", "clause": "6.1", "why": {"zh": "x", "en": "x"}}
    terms = allowance("papers", by_the_day("cash", requires=[needs]))
    claims = [claim("c1", EIGHT_DAYS, papers=[]), claim("c2", EIGHT_DAYS, papers=["discharge_summary"])]
    result = agreed([terms], claims)
    assert [(line.money["payable"], line.failed) for line in days_of_stays(result)] == [
        (0, {Gate.PAPERS}),
        (80_000, frozenset()),
    ]


def test_days_counted_before_are_not_also_referred() -> None:
    shown = EIGHT_DAYS | {"used_elsewhere": True}
    result = agreed([allowance()], [claim("c1", EIGHT_DAYS), claim("c2", shown)])
    assert [(line.failed, line.referred) for line in days_of_stays(result)] == [
        (frozenset(), frozenset()),
        ({Gate.DUPLICATE}, frozenset()),
    ]


def test_a_stay_with_two_invoices_has_its_days_on_the_first() -> None:
    interim = stay("2026-04-01", "2026-04-05", "3000.00")
    result = agreed([allowance()], [claim("c1", visit("2026-04-02", "10.00"), interim, EIGHT_DAYS)])
    assert [(line.invoice, line.money["payable"]) for line in days_of_stays(result)] == [(2, 40_000)]


# --- whose cover, whose guarantee ------------------------------------------------------------------------------------


def waiting_30_days(grace: int = 0) -> Terms:
    waits = {"days": number("days", 30), "grace_days": number("days", grace)}
    return product("waits", [indemnity("all", ("outpatient",))], waiting=waits)


@pytest.mark.parametrize(
    ("who", "day", "paid"), [("bo", "2027-01-30", 0), ("bo", "2027-01-31", 10_000), ("mei", "2027-01-15", 10_000)]
)
def test_a_member_who_joins_at_a_renewal_waits(who: str, day: str, paid: int) -> None:
    terms = waiting_30_days()
    policies = years(terms, ["mei"], ["mei", "bo"])
    assert payable(agreed([terms], [claim("c1", visit(day, "100.00"), insured=who)], policies)) == paid


@pytest.mark.parametrize(("grace", "paid"), [(60, 0), (365, 10_000)])
def test_a_member_who_was_away_for_longer_than_the_grace_waits_again(grace: int, paid: int) -> None:
    terms = waiting_30_days(grace)
    policies = years(terms, ["mei", "bo"], ["mei"], ["mei", "bo"])
    claims = [claim(who, visit("2028-01-02", "100.00"), insured=who) for who in ("mei", "bo")]
    result = agreed([terms], claims, policies)
    assert (payable(result, claim="mei"), payable(result, claim="bo")) == (10_000, paid)


def test_cover_before_the_contract_counts_for_the_member_who_joins_with_it() -> None:
    terms = waiting_30_days()
    policies = years(terms, ["mei"], ["mei", "bo"], y2027={"continuous_since": "2026-12-15"})
    claims = [claim(f"c{day}", visit(f"2027-01-{day}", "100.00"), insured="bo") for day in (13, 14)]
    result = agreed([terms], claims, policies)
    assert (payable(result, claim="c13"), payable(result, claim="c14")) == (0, 10_000)


def test_an_illness_is_there_before_the_cover_of_the_person_who_has_it() -> None:
    before = {"clause": "3.2", "treatment": "exclude"}
    terms = product("before", [indemnity("all", ("outpatient",))], pre_existing=before)
    known = [{"icd": "E11", "evidence_on": "2026-07-01"}]
    people = [{"id": who, "pre_existing": known} for who in ("mei", "bo")]
    claims = [claim(who, visit("2027-03-01", "100.00", icd="E11.9"), insured=who) for who in ("mei", "bo")]
    result = agreed([terms], claims, years(terms, ["mei"], ["mei", "bo"]), people=people)
    assert (payable(result, claim="mei"), payable(result, claim="bo")) == (10_000, 0)


def test_a_day_before_the_person_was_insured_is_not_in_force() -> None:
    terms = product("plain", [indemnity("all", ("outpatient",))])
    early = claim("c1", visit("2026-03-01", "100.00"), insured="bo")
    result = agreed([terms], [early], years(terms, ["mei"], ["mei", "bo"]))
    assert [(line.policy, line.failed) for line in result.lines] == [("y2027", {Gate.IN_FORCE})]


def test_the_guaranteed_period_is_that_of_the_chain() -> None:
    two = {"years": number("years", 2)}
    limits = [rule("guaranteed", ("all",), "guaranteed", "100")]
    terms = product("renewed", [indemnity("all", ("outpatient",))], limits=limits, guaranteed_renewal=two)
    claims = [
        claim(f"{who}{n}", visit(f"{n}-03-01", "80.00"), insured=who)
        for who, first in (("mei", 2026), ("bo", 2027))
        for n in range(first, 2029)
    ]
    result = agreed([terms], claims, years(terms, ["mei"], ["mei", "bo"], ["mei", "bo"]))
    paid = {one["no"]: payable(result, claim=one["no"]) for one in claims}
    assert paid == {"mei2026": 8_000, "mei2027": 2_000, "mei2028": 8_000, "bo2027": 8_000, "bo2028": 8_000}


# --- exclusions ------------------------------------------------------------------------------------------------------


def test_an_exclusion_looks_at_the_code_of_a_diagnosis() -> None:
    terms = critical_illness().model_dump(mode="python")
    terms["exclusions"] = [{"clause": "5.1", "what": {"zh": "x", "en": "x"}, "icd": ["C73"]}]
    found = [
        {"no": f"c{n}", "insured": "mei", "diagnoses": [{"on": "2026-08-01", "condition": "cancer", "icd": icd}]}
        for n, icd in enumerate(("C73.9", "C34.1"), 1)
    ]
    excluding = Terms.model_validate(terms)
    policies = [year("one", 2026, ["mei"], product="illness", sum_insured="1000")]
    result = agreed([excluding], found, policies)
    assert [(line.money["payable"], line.failed) for line in result.lines] == [
        (0, {Gate.EXCLUSION}),
        (100_000, frozenset()),
    ]


# --- spans -----------------------------------------------------------------------------------------------------------


def limited(span: str, *, per: str = "visit", **more: Any) -> Terms:
    """100 in each span."""
    return product(
        "limited",
        [indemnity("all", ("outpatient",), computed_per=per)],
        limits=[rule("most", ("all",), span, "100", **more)],
    )


def test_a_trigger_is_a_persons_own_even_in_a_family() -> None:
    terms = limited("trigger", holder="family", span_days=number("days", 30))
    claims = [
        claim(f"c{n}", visit(day, "80.00"), insured=who, trigger_on="2026-04-01")
        for n, (who, day) in enumerate([("mei", "2026-04-01"), ("bo", "2026-04-01"), ("mei", "2026-04-30")])
    ] + [claim("c3", visit("2026-05-01", "80.00"), trigger_on="2026-04-01")]
    result = agreed([terms], claims)
    assert [payable(result, claim=f"c{n}") for n in range(4)] == [8_000, 8_000, 2_000, 8_000]


def test_all_days_before_a_trigger_lie_in_one_window() -> None:
    terms = limited("trigger", span_days=number("days", 30))
    visits = [visit(day, "80.00") for day in ("2026-01-05", "2026-03-31", "2026-04-01")]
    result = agreed([terms], [claim("c1", *visits, trigger_on="2026-04-01")])
    assert [line.money["payable"] for line in result.lines] == [8_000, 2_000, 8_000]


def test_without_a_trigger_the_event_is_the_span() -> None:
    terms = limited("trigger", span_days=number("days", 30))
    claims = [
        claim(f"c{n}", visit("2026-04-01", "80.00"), event=event)
        for n, event in enumerate(["fall", "fall", None, None])
    ]
    result = agreed([terms], claims)
    assert [payable(result, claim=f"c{n}") for n in range(4)] == [8_000, 2_000, 8_000, 8_000]


@pytest.mark.parametrize(
    ("span", "where", "paid"),
    [
        ("policy_year", {"policy": "y2027"}, [8_000, 1_000, 0]),
        ("month", {"policy": "y2026", "on": "2027-03-31"}, [8_000, 1_000, 8_000]),
        ("event", {"policy": "y2026", "event": "fall"}, [1_000, 0, 8_000]),
    ],
)
def test_declared_use_is_there_from_the_start_in_its_span(span: str, where: dict[str, str], paid: list[int]) -> None:
    terms = limited(span)
    claims = [
        claim(f"c{n}", visit(day, "80.00"), event=event)
        for n, (day, event) in enumerate([("2026-03-01", "fall"), ("2027-03-01", "fall"), ("2027-04-01", None)])
    ]
    used = [{"of": "most", "insured": "mei", "amount": "90.00", **where}]
    result = agreed([terms], claims, years(terms, ["mei"], ["mei"]), used=used)
    assert [payable(result, claim=f"c{n}") for n in range(3)] == paid


def test_a_diagnosis_is_a_visit_of_its_own() -> None:
    terms = critical_illness().model_dump(mode="python")
    terms["limits"] = [rule("each", ("mild",), "visit", "200")]
    twice = [{"on": "2026-08-01", "condition": "thyroid-tnm-1"}] * 2
    policies = [year("one", 2026, ["mei"], product="illness", sum_insured="1000")]
    result = agreed([Terms.model_validate(terms)], [{"no": "c1", "insured": "mei", "diagnoses": twice}], policies)
    assert [line.money["payable"] for line in result.lines] == [20_000, 20_000]  # 30 % of 1,000.00, at most 200.00


# --- what is not said ------------------------------------------------------------------------------------------------


def test_a_policy_without_a_plan_has_the_first() -> None:
    limits = [rule(plan, ("all",), "life", amount, plans=(plan,)) for plan, amount in (("plus", "70"), ("least", "50"))]
    terms = product("plans", [indemnity("all", ("outpatient",))], limits=limits, plans=("plus", "least"))
    assert payable(agreed([terms], [claim("c1", visit("2026-03-01", "100.00"))])) == 7_000


def test_a_product_that_says_nothing_of_other_payments_nets_none_and_still_pays_no_more_than_is_left() -> None:
    half = product("half", [indemnity("all", ("outpatient",), 5_000)], public_payments=None, other_payments=None)
    employer = [{"source": "employer", "amount": "30.00"}]
    claims = [
        claim("c1", visit("2026-03-01", "100.00", fund="40.00")),
        claim("c2", visit("2026-03-02", "100.00"), other_payments=employer),
        claim("c3", visit("2026-03-03", "100.00", fund="40.00"), other_payments=employer),
    ]
    result = agreed([half], claims)
    assert [payable(result, claim=no) for no in ("c1", "c2", "c3")] == [5_000, 5_000, 3_000]


@pytest.mark.parametrize(
    ("written", "referred"),
    [
        ({"total": "100.01"}, False),
        ({"total": "100.02"}, True),
        ({"total": "99.98"}, True),
        ({"fund": "40.00", "account": "10.00", "cash": "49.99"}, False),
        ({"fund": "40.00", "account": "10.00", "cash": "49.98"}, True),
        ({"fund": "40.00", "cash": "10.00"}, False),
        ({"total": "100.01", "account": "0", "cash": "100.02"}, False),
        ({"fund": "60.00", "other_public": "40.02"}, True),
        ({"fund": "60.00", "other_public": "40.00"}, False),
    ],
)
def test_an_invoice_that_does_not_add_up_is_referred(written: dict[str, str], referred: bool) -> None:
    terms = product("plain", [indemnity("all", ("outpatient",))])
    result = agreed([terms], [claim("c1", visit("2026-03-01", "100.00", **written))])
    assert (Gate.SUMS in result.lines[0].referred) is referred
