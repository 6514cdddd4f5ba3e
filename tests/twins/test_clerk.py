"""The clerk against the worked examples of DOMAIN 3.15, and the ways to get them wrong.

E19 is a reckoning of days without a claim and has its place with the deadlines.
"""

from __future__ import annotations

from typing import Any

import pytest

from hearth.kernel.adjudication.case import Case
from hearth.kernel.product.terms import Terms
from hearth.words.codes import Gate, Reason
from hearth.words.money import fen_from_yuan, yuan
from tests.twins.clerk import LineResult, Result, adjudicate_by_hand
from tests.twins.clerk.pen import in_fen, in_yuan, share_of, spread
from tests.twins.examples import (
    accident,
    city,
    critical_illness,
    hospital_cash,
    million,
    number,
    outpatient,
    proton,
    small,
)


def contract(product: Terms, no: str = "", **more: Any) -> dict[str, Any]:
    insured = more.pop("insured", ["mei"])
    return {"no": no or product.code, "product": product.code, "starts_on": "2026-01-01", "insured": insured, **more}


def stay(*lines: dict[str, Any], first: str = "2026-04-01", last: str = "2026-04-09", **more: Any) -> dict[str, Any]:
    return {"setting": "inpatient", "admitted_on": first, "discharged_on": last, "lines": lines, **more}


def visit(day: str, amount: str, fund: str = "0", **more: Any) -> dict[str, Any]:
    return {"setting": "outpatient", "visited_on": day, "lines": [line(amount)], "fund": fund, **more}


def line(amount: str, category: str = "western_drug", **more: Any) -> dict[str, Any]:
    return {"category": category, "amount": amount, **more}


def claim(*invoices: dict[str, Any], no: str = "c1", insured: str = "mei", **more: Any) -> dict[str, Any]:
    return {"no": no, "insured": insured, "invoices": invoices, **more}


def decided(products: list[Terms], claims: list[dict[str, Any]], policies: Any = None, **more: Any) -> Result:
    policies = policies or [contract(product) for product in products]
    case = Case.model_validate({"case": "worked", "policies": policies, "claims": claims, **more})
    return adjudicate_by_hand(case, {product.code: product for product in products})


def paid(result: Result, no: str = "c1", chain: str | None = None) -> str:
    lines = [one for one in result.lines if one.claim == no and chain in (None, one.chain)]
    return yuan(sum(one.money["payable"] for one in lines))


def used(result: Result, rule: str) -> list[str]:
    return [yuan(amount) for key, amount in result.balances.items() if key[1] == rule]


def only(result: Result, **where: Any) -> LineResult:
    found = [one for one in result.lines if all(getattr(one, name) == value for name, value in where.items())]
    assert len(found) == 1
    return found[0]


# --- E1 to E6 --------------------------------------------------------------------------------------------------------


def first_stay(**more: Any) -> dict[str, Any]:
    escort = line("320.00", "escort_bed", out_of_scope="all")
    return stay(line("68112.17", "surgery"), escort, total="68432.17", fund="41059.30", **more)


def test_e1_the_personal_account_is_the_persons_own_money() -> None:
    result = decided([million()], [claim(first_stay(account="2000.00", cash="25372.87"))])
    assert paid(result) == "17,052.87"
    assert paid(result) != "15,052.87"  # the account deducted
    assert used(result, "deductible") == ["10,000.00"]
    escort = only(result, line=2)
    assert (escort.reason, escort.money["not_covered"]) == (Reason.NOT_A_BENEFIT, 32_000)
    assert not any(one.referred for one in result.lines)


def test_e2_bought_with_social_insurance_but_not_settled() -> None:
    bill = claim(stay(line("38500.50"), si_settled=False))
    assert paid(decided([million()], [bill])) == "17,100.30"
    assert paid(decided([million(ratio_first=True)], [bill])) == "13,100.30"


@pytest.mark.parametrize(("offset", "expected"), [(("employer",), "14,615.88"), ((), "11,615.88")])
def test_e3_one_deductible_over_two_claims_with_a_group_policy(offset: tuple[str, ...], expected: str) -> None:
    group = {"source": "employer", "amount": "3000.00"}
    claims = [
        claim(stay(line("9100.00"), fund="2900.00")),
        claim(
            stay(line("30415.88"), first="2026-06-01", last="2026-06-05", fund="12000.00"),
            no="c2",
            other_payments=[group],
        ),
    ]
    result = decided([million(offset=offset)], claims)
    assert (paid(result), paid(result, "c2")) == ("0.00", expected)
    assert used(result, "deductible") == ["10,000.00"]


@pytest.mark.parametrize(("attribution", "expected"), [("eligible_first", "19,682.63"), ("pro_rata", "20,767.27")])
def test_e4_a_bed_cap_and_both_ways_to_attribute_public_payments(attribution: str, expected: str) -> None:
    bill = stay(
        line("10000.00", "bed", quantity=8),
        line("22640.35"),
        line("15880.00", "surgery"),
        line("9312.48", "material"),
        line("416.00", "meals", out_of_scope="all"),
        fund="26150.20",
    )
    result = decided([million(attribution=attribution)], [claim(bill)])
    assert paid(result) == expected
    assert sum(one.eligible for one in result.lines) == fen_from_yuan("55832.83")


def around_a_stay() -> dict[str, Any]:
    return claim(
        stay(line("31877.40"), first="2026-03-10", last="2026-03-20", fund="17250.15"),
        visit("2026-03-03", "310.00", "120.00"),
        visit("2026-03-04", "486.50", "210.00"),
        visit("2026-03-10", "95.20", "40.00"),
        visit("2026-03-20", "268.00"),
        visit("2026-04-18", "1204.60", "602.30"),
        visit("2026-04-19", "880.00", "300.00"),
    )


def test_e5_outpatient_visits_before_and_after_a_stay() -> None:
    result = decided([million()], [around_a_stay()])
    assert paid(result) == "5,829.25"
    outside = {one.invoice for one in result.lines if Gate.TIME_WINDOW in one.failed}
    assert outside == {2, 7}


def test_e5_windows_that_leave_out_the_day_itself() -> None:
    result = decided([million(inclusive=False)], [around_a_stay()])
    assert {one.invoice for one in result.lines if Gate.TIME_WINDOW in one.failed} == {4, 5}
    assert paid(result) == "6,276.05"  # 31,877.40 + 2,881.10 - 17,250.15 - 1,232.30 - 10,000.00


def test_e6_proton_therapy_and_its_bed() -> None:
    bill = stay(
        line("286000.00", "proton_therapy"), line("54000.00", "bed", quantity=30), last="2026-05-01", si_settled=False
    )
    result = decided([proton()], [claim(bill)])
    assert paid(result) == "331,000.00"
    bed = only(result, line=2)
    assert (bed.money["over_limits"], bed.money["payable"], bed.reason) == (900_000, 4_500_000, Reason.ITEM_CAP_TOOK)


# --- E7 to E12 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "expected"), [("mei", ("2,000.00", "9,000.00")), ("bo", ("11,000.00", "0.00"))])
def test_e7_a_family_pool_pays_the_same_in_any_order(first: str, expected: tuple[str, str]) -> None:
    losses = {"mei": "12000.00", "bo": "9000.00"}
    days = {first: "2026-04-01", ("bo" if first == "mei" else "mei"): "2026-05-01"}
    product = million(holder="family")
    claims = [
        claim(stay(line(losses[who]), first=day, last="2026-05-09"), no=who, insured=who) for who, day in days.items()
    ]
    result = decided([product], claims, [contract(product, insured=["mei", "bo"])])
    assert (paid(result, "mei"), paid(result, "bo")) == expected


@pytest.mark.parametrize(("years", "expected"), [(2, "1,345.60"), (0, "0.00"), (60, "4,345.60")])
def test_e8_years_without_a_claim_make_the_deductible_smaller_down_to_its_minimum(years: int, expected: str) -> None:
    product = million()
    bill = claim(stay(line("21345.60"), fund="12000.00"))
    assert paid(decided([product], [bill], [contract(product, claim_free_years=years)])) == expected


def test_e9_outpatient_visits_each_with_its_own_cap_and_rounding() -> None:
    claims = [
        claim(visit("2026-02-01", "380.00", "212.80"), no="1"),
        claim(visit("2026-02-02", "655.40", si_settled=False), no="2"),
        claim(visit("2026-02-03", "512.35", "98.15"), no="3"),
        claim(visit("2026-02-04", "0.28"), no="4"),
    ]
    result = decided([outpatient()], claims)
    assert [paid(result, no) for no in "1234"] == ["133.76", "300.00", "300.00", "0.22"]
    assert yuan(sum(one.payable for one in result.claims.values())) == "733.98"


def test_e9_one_day_at_one_clinic_is_one_visit() -> None:
    where = {"name": "First", "clinic": "internal"}
    elsewhere = {"name": "First", "clinic": "eyes"}
    twice = claim(visit("2026-02-01", "400.00", hospital=where), visit("2026-02-01", "400.00", hospital=where))
    apart = claim(visit("2026-02-01", "400.00", hospital=where), visit("2026-02-01", "400.00", hospital=elsewhere))
    assert paid(decided([outpatient()], [twice])) == "300.00"
    assert paid(decided([outpatient()], [apart])) == "600.00"


def test_e9_a_fund_payment_of_nothing_is_still_settled_unless_the_terms_say_otherwise() -> None:
    zero = outpatient().model_dump(mode="python")
    assert zero["public_payments"] is not None
    zero["public_payments"]["zero_settlement_counts_as_unsettled"] = True
    bill = claim(visit("2026-02-04", "100.00"))
    assert paid(decided([outpatient()], [bill])) == "80.00"
    assert paid(decided([Terms.model_validate(zero)], [bill])) == "50.00"


def test_e10_hospital_cash_by_the_day() -> None:
    days = [("2026-01-01", "2026-01-03"), ("2026-02-01", "2026-02-18"), ("2026-03-01", "2026-06-09")]
    claims = [claim(stay(first=first, last=last), no=first) for first, last in days]
    result = decided([hospital_cash()], claims)
    assert [paid(result, first) for first, _ in days] == ["0.00", "2,100.00", "13,500.00"]


def test_e11_accident_medical_first_then_million_yuan_medical() -> None:
    bill = claim(
        stay(line("7865.43"), fund="2310.20"),
        cause="accident",
        trigger_on="2026-03-30",
        policies=["accident", "million"],
    )
    result = decided([accident(), million()], [bill])
    assert (paid(result, chain="accident"), paid(result, chain="million")) == ("4,364.18", "0.00")
    assert [yuan(amount) for key, amount in result.balances.items() if key[:2] == ("million", "deductible")] == [
        "5,555.23"
    ]


@pytest.mark.parametrize(
    ("order", "by_small", "by_million"),
    [(["small", "million"], "10,000.00", "11,180.00"), (["million", "small"], "7,760.00", "11,180.00")],
)
def test_e12_the_order_of_policies_matters(order: list[str], by_small: str, by_million: str) -> None:
    bill = claim(stay(line("42360.00"), fund="21180.00"), policies=order)
    result = decided([small(), million()], [bill])
    assert (paid(result, chain="small"), paid(result, chain="million")) == (by_small, by_million)


def test_an_allowance_of_another_policy_is_nobodys_reimbursement() -> None:
    bill = claim(stay(line("42360.00"), fund="21180.00"), policies=["cash", "million"])
    result = decided([hospital_cash(), million()], [bill])
    assert (paid(result, chain="cash"), paid(result, chain="million")) == ("750.00", "11,180.00")


# --- E13 to E18 ------------------------------------------------------------------------------------------------------


def diagnosed(no: str, on: str, condition: str) -> dict[str, Any]:
    return {"no": no, "insured": "mei", "diagnoses": [{"on": on, "condition": condition}]}


def under_critical_illness(*claims: dict[str, Any]) -> Result:
    product = critical_illness()
    years = [
        contract(product, "first", starts_on="2026-03-01", sum_insured="500000"),
        contract(product, "second", starts_on="2027-03-01", sum_insured="500000", renews="first"),
    ]
    return decided([product], list(claims), years)


@pytest.mark.parametrize(("on", "expected"), [("2026-05-29", "0.00"), ("2026-05-30", "500,000.00")])
def test_e13_the_last_waiting_day_and_the_first_day_covered(on: str, expected: str) -> None:
    result = under_critical_illness(diagnosed("c1", on, "infarction"))
    assert paid(result) == expected
    assert (Gate.WAITING in result.lines[0].failed) is (expected == "0.00")


def test_e13_a_mild_illness_leaves_the_contract_in_being_and_a_severe_one_ends_it() -> None:
    result = under_critical_illness(
        diagnosed("mild", "2026-08-15", "thyroid-tnm-1"),
        diagnosed("severe", "2027-05-01", "infarction"),
        diagnosed("later", "2027-06-01", "cancer"),
    )
    assert [paid(result, no) for no in ("mild", "severe", "later")] == ["150,000.00", "500,000.00", "0.00"]
    assert result.lines[-1].failed == {Gate.ENDED}


@pytest.mark.parametrize(
    ("admitted", "cause", "waits"),
    [
        ("2026-03-30", "illness", True),
        ("2026-03-31", "illness", False),
        ("2026-03-02", "accident", False),
        ("2027-03-02", "illness", False),
    ],
)
def test_e14_waiting_holds_for_illness_in_the_first_year_alone(admitted: str, cause: str, waits: bool) -> None:
    product = million(waiting={"days": number("days", 30)})
    years = [
        contract(product, "first", starts_on="2026-03-01"),
        contract(product, "second", starts_on="2027-03-01", renews="first"),
    ]
    result = decided([product], [claim(stay(line("20000.00"), first=admitted, last="2027-03-09"), cause=cause)], years)
    assert (paid(result) == "0.00") is waits
    assert (result.lines[0].reason is Reason.IN_WAITING) is waits


@pytest.mark.parametrize(
    ("advance", "paid_out", "recovery"), [("600000.00", "1,050,000.00", "0.00"), ("1700000.00", "0.00", "50,000.00")]
)
def test_e15_what_is_left_of_a_shared_limit_and_the_advance(advance: str, paid_out: str, recovery: str) -> None:
    bill = claim(stay(line("2310500.00"), fund="180000.00"), advance=advance)
    shared = {"policy": "million", "of": "year", "amount": "350000.00"}
    result = decided([million()], [bill], used=[shared])
    after = result.claims["c1"]
    assert (yuan(after.payable), yuan(after.paid_out), yuan(after.recovery)) == ("1,650,000.00", paid_out, recovery)
    assert used(result, "deductible") == ["10,000.00"]


def test_e16_an_age_misstated() -> None:
    product = million()
    year = contract(product, premium_paid="300", premium_due="420")
    result = decided([product], [claim(stay(line("35210.90"), fund="14300.40"))], [year])
    assert paid(result) == "7,793.21"
    assert result.lines[0].money["reduced_for_age"] == fen_from_yuan("3117.29")


def test_e17_two_buckets_of_a_city_supplement() -> None:
    bill = stay(line("60000.00"), line("31880.40", out_of_scope="all"), fund="33649.25")
    result = decided([city()], [claim(bill)])
    assert [yuan(one.money["payable"]) for one in result.lines] == ["9,080.60", "7,128.24"]
    assert paid(result) == "16,208.84"


@pytest.mark.parametrize(
    ("drug", "payable", "difference"),
    [
        ({"disputed": True}, "12,400.00", "0.00"),
        ({}, "30,400.00", "18,000.00"),
        ({"not_necessary": "18000.00"}, "12,400.00", "0.00"),
    ],
)
def test_e18_the_prepayment_of_what_is_not_disputed(drug: dict[str, Any], payable: str, difference: str) -> None:
    bill = claim(stay(line("22400.00"), line("18000.00", "targeted_drug", **drug)), prepaid="12400.00")
    result = decided([million()], [bill])
    assert (paid(result), yuan(result.claims["c1"].paid_out)) == (payable, difference)


# --- E20 -------------------------------------------------------------------------------------------------------------


def accepted_hospitals() -> Terms:
    return million(hospitals={"clause": "3.1"})


def test_e20_the_special_needs_ward_is_refused_and_only_that_invoice() -> None:
    ward = {"department": "special_needs"}
    result = decided([accepted_hospitals()], [claim(stay(line("20000.00"), hospital=ward), stay(line("15000.00")))])
    assert [one.reason for one in result.lines] == [Reason.HOSPITAL_NOT_ACCEPTED, Reason.DEDUCTIBLE_TOOK]
    assert paid(result) == "5,000.00"


def test_e20_a_private_hospital_counts_while_the_emergency_lasts() -> None:
    rescue = stay(
        line("20000.00", on="2026-04-01"),
        line("9000.00", on="2026-04-04"),
        hospital={"ownership": "private"},
        emergency=True,
        emergency_until="2026-04-03",
    )
    result = decided([accepted_hospitals()], [claim(rescue)])
    assert [Gate.HOSPITAL in one.failed for one in result.lines] == [False, True]
    assert paid(result) == "10,000.00"


def test_e20_the_second_copy_of_an_invoice_counts_for_nothing() -> None:
    one = stay(line("30000.00"), code="0440", number="17")
    result = decided([million()], [claim(one), claim(one, no="c2")])
    assert (paid(result), paid(result, "c2")) == ("20,000.00", "0.00")
    assert result.lines[1].reason is Reason.COUNTED_ALREADY
    void = decided([million()], [claim(one, void=True), claim(one, no="c2")])
    assert paid(void, "c2") == "20,000.00"


# --- what the law adds -----------------------------------------------------------------------------------------------


def test_public_payments_only_cap_the_total_where_the_price_was_not_net_of_them() -> None:
    bill = claim(stay(line("30000.00"), fund="12000.00"))
    assert paid(decided([million()], [bill])) == "8,000.00"
    assert paid(decided([million(priced_net=False)], [bill])) == "18,000.00"  # not 20,000: never above the loss


def test_overdue_premium_is_taken_once() -> None:
    product = million()
    claims = [
        claim(stay(line("10300.00"))),
        claim(stay(line("5000.00"), first="2026-06-01", last="2026-06-02"), no="c2"),
    ]
    result = decided([product], claims, [contract(product, arrears="500.00")])
    assert [(yuan(one.arrears), yuan(one.paid_out)) for one in result.claims.values()] == [
        ("300.00", "0.00"),
        ("200.00", "4,800.00"),
    ]


# --- pen and paper ---------------------------------------------------------------------------------------------------


def test_halves_of_a_fen_go_up() -> None:
    assert in_fen(share_of(in_yuan(1), 5_000)) == 1
    assert in_fen(share_of(in_yuan(10**12 - 1), 5_000)) == 5 * 10**11
    assert in_fen(share_of(in_yuan(28), 8_000)) == 22


def test_a_total_is_spread_by_cumulative_rounding() -> None:
    shares = spread(in_yuan(100), [in_yuan(1), in_yuan(1), in_yuan(1)])
    assert [in_fen(share) for share in shares] == [33, 34, 33]
    assert [in_fen(share) for share in spread(in_yuan(0), [in_yuan(0)])] == [0]
