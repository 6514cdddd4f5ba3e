"""Places where docs/computing.md is easily read wrong: the clerk and the kernel give the same, known answer."""

from __future__ import annotations

from typing import Any

from hearth.kernel.adjudication.case import Case
from hearth.kernel.product.terms import Terms
from hearth.words.codes import Gate
from tests.twins.agreement import disagreement
from tests.twins.clerk import Result, adjudicate_by_hand
from tests.twins.examples import hospital_cash, indemnity, million, number, product, rule
from tests.twins.generator import Instance


def agreed(products: list[Terms], claims: list[dict[str, Any]], **policy: Any) -> Result:
    """The clerk's answer, which must be the kernel's."""
    insured = sorted({claim["insured"] for claim in claims})
    policies = [
        {"no": terms.code, "product": terms.code, "starts_on": "2026-01-01", "insured": insured, **policy}
        for terms in products
    ]
    by_code = {terms.code: terms for terms in products}
    instance = Instance(Case.model_validate({"case": "x", "policies": policies, "claims": claims}), by_code)
    assert disagreement(instance, compiled=False) == []
    return adjudicate_by_hand(instance.case, by_code)


def stay(first: str, last: str, amount: str, **more: Any) -> dict[str, Any]:
    lines = [{"category": "surgery", "amount": amount}]
    return {"setting": "inpatient", "admitted_on": first, "discharged_on": last, "lines": lines} | more


def visit(day: str, amount: str, **more: Any) -> dict[str, Any]:
    lines = [{"category": "surgery", "amount": amount}]
    return {"setting": "outpatient", "visited_on": day, "lines": lines} | more


def claim(no: str, *invoices: dict[str, Any], insured: str = "mei", **more: Any) -> dict[str, Any]:
    return {"no": no, "insured": insured, "invoices": invoices, **more}


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


def test_a_stay_lies_on_its_own_day_of_admission() -> None:
    result = agreed([windowed(7, 30, inclusive=True)], [claim("c1", stay("2026-04-01", "2026-04-09", "100.00"))])
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
    policies = [
        {"no": "first", "product": "times", "starts_on": "2026-01-01", "insured": ["mei"]},
        {"no": "second", "product": "times", "starts_on": "2027-01-01", "insured": ["mei"], "renews": "first"},
    ]
    claims = [
        claim("c1", visit("2026-12-31", "100.00"), visit("2027-01-01", "100.00")),
        claim("c2", visit("2027-02-01", "100.00")),
    ]
    instance = Instance(Case.model_validate({"case": "x", "policies": policies, "claims": claims}), {"times": terms})
    assert disagreement(instance, compiled=False) == []
    result = adjudicate_by_hand(instance.case, instance.products)
    assert [line.money["payable"] for line in result.lines] == [10_000, 10_000, 0]
