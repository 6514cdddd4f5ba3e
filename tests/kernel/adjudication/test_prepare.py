"""A case becomes rows, contract years and opening balances as docs/computing.md 1 and 2 say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from hearth.kernel.adjudication.case import Invoice
from hearth.kernel.adjudication.chains import BadCase
from hearth.kernel.adjudication.prepare import Prepared, prepare, rows_of_line, sums_that_differ
from hearth.words.codes import ALL_PAPERS, Category, InvoiceFlag, Paper, RowFlag, Scope
from hearth.words.days import NEVER, day_of
from hearth.words.faults import BeforeFirstDay
from hearth.words.money import MAX_FEN
from tests.kernel.adjudication.cases import (
    Written,
    case_of,
    claim,
    contract,
    free,
    indemnity,
    line,
    number,
    plain,
    product,
    rule,
    shelf,
    stay,
    visit,
)
from tests.twins.examples import hospital_cash

FREE, PLAIN, CASH = free(), plain(), hospital_cash()
BILLION = "10000000000.00"


def prepared(*claims: Written, policies: list[Written] | None = None, **more: Any) -> Prepared:
    return prepare(case_of(policies or [contract("P", FREE)], *claims, **more), shelf(FREE, PLAIN, CASH))


def invoice(*lines: Written, **more: Any) -> Invoice:
    return Invoice.model_validate({**stay(), "lines": lines, **more})


def parts(**more: Any) -> list[tuple[int, str, bool, int]]:
    rows = rows_of_line(invoice(line(**more)), 0)
    return [(billed, Scope(scope).name.lower(), cut, public) for billed, scope, cut, public in rows]


# --- rows of a line --------------------------------------------------------------------------------------------------


def test_a_line_inside_the_list_is_one_row() -> None:
    assert parts(amount="10.00") == [(1000, "in", False, -1)]


def test_a_line_partly_outside_the_list_is_two_rows() -> None:
    assert parts(amount="10.00", out_of_scope="4.00") == [(600, "in", False, -1), (400, "out", False, -1)]
    assert parts(amount="10.00", out_of_scope="all") == [(1000, "out", False, -1)]


def test_what_was_not_necessary_is_cut_out_of_the_outside_part_first() -> None:
    assert parts(amount="10.00", out_of_scope="4.00", not_necessary="3.00") == [
        (600, "in", False, -1),
        (100, "out", False, -1),
        (300, "out", True, -1),
    ]
    assert parts(amount="10.00", out_of_scope="4.00", not_necessary="5.00") == [
        (500, "in", False, -1),
        (100, "in", True, -1),
        (400, "out", True, -1),
    ]


def test_what_the_settlement_sheet_says_of_a_line_fills_inside_before_outside() -> None:
    given = {"amount": "10.00", "out_of_scope": "4.00", "not_necessary": "5.00"}
    assert [public for *_, public in parts(**given, public="0.00")] == [0, 0, 0]
    assert [public for *_, public in parts(**given, public="5.50")] == [500, 50, 0]
    assert [public for *_, public in parts(**given, public="9.00")] == [500, 100, 300]


def test_a_line_of_nothing_is_one_row_of_nothing() -> None:
    assert parts(amount="0.00", out_of_scope="all") == [(0, "in", False, -1)]
    assert parts(amount="0.00", public="0.00") == [(0, "in", False, 0)]


def test_rows_keep_the_mark_of_a_disputed_line_and_of_its_cut_part() -> None:
    got = prepared(claim({**stay(), "lines": [line("10.00", disputed=True, not_necessary="4.00"), line("1.00")]}))
    assert got.inputs.rows.flags.tolist() == [RowFlag.DISPUTED, RowFlag.DISPUTED | RowFlag.CUT, 0]
    assert [tuple(name) for name in got.row_of] == [(0, 0, 0, False), (0, 0, 0, True), (0, 0, 1, False)]


def test_a_line_is_served_on_its_own_day_else_on_the_day_of_the_invoice() -> None:
    got = prepared(claim({**stay(), "lines": [line(on="2026-03-05"), line()]}))
    assert [str(day_of(day)) for day in got.inputs.rows.served_on] == ["2026-03-05", "2026-03-02"]


# --- invoices --------------------------------------------------------------------------------------------------------


def test_invoices_stand_by_day_then_as_listed_and_diagnoses_after_those_of_the_day() -> None:
    one = claim(
        visit(on="2026-03-05"), stay(first="2026-03-02"), visit(on="2026-03-02"),
        diagnoses=[{"on": "2026-03-02", "condition": "x"}, {"on": "2026-03-01", "condition": "y"}],
    )  # fmt: skip
    got = prepared(one)
    assert [place for _, place in got.invoice_of] == [4, 1, 2, 3, 0]
    assert got.inputs.rows.category.tolist().count(Category.DIAGNOSED) == 2


def test_one_stay_of_several_invoices_is_one_visit_and_another_hospital_is_another() -> None:
    there = {"hospital": {"name": "East"}}
    got = prepared(claim(stay(**there), stay("5.00", **there), stay(), visit(**there), visit(**there)))
    one, same, other, outside, again = got.inputs.invoices.visit.tolist()
    assert one == same and outside == again
    assert len({one, other, outside}) == 3


def test_visits_of_one_day_at_two_clinics_are_two_visits() -> None:
    eye, skin = ({"hospital": {"name": "East", "clinic": clinic}} for clinic in ("eye", "skin"))
    got = prepared(claim(visit(**eye), visit(**skin), visit(**eye)), claim(visit(**eye), no="C-2"))
    first, second, third, later = got.inputs.invoices.visit.tolist()
    assert first == third == later != second


def test_the_same_day_and_hospital_of_another_person_is_another_visit() -> None:
    got = prepared(
        claim(visit()), claim(visit(), no="C-2", insured="bo"), policies=[contract("P", FREE, insured=["mei", "bo"])]
    )
    assert len(set(got.inputs.invoices.visit.tolist())) == 2


def test_an_emergency_lasts_to_its_last_day_else_to_the_end_of_the_stay() -> None:
    got = prepared(claim(stay(emergency=True), stay(emergency=True, emergency_until="2026-03-04"), stay()))
    until = [day if day == NEVER else str(day_of(day)) for day in got.inputs.invoices.emergency_until.tolist()]
    assert until == ["2026-03-09", "2026-03-04", NEVER]


def test_distances_to_the_stays_of_the_same_event_alone_are_taken() -> None:
    on = ("2026-02-25", "2026-03-02", "2026-03-09", "2026-03-12")
    ill = claim(stay(), *(visit(on=day) for day in on), event="flu")
    also = claim(visit(on="2026-03-01"), no="C-2", event="flu")
    other = claim(visit(on="2026-03-01"), no="C-3", event="fall")
    void = claim(stay(first="2026-02-26", last="2026-02-27"), no="C-4", event="flu", void=True)
    got = prepared(ill, also, other, void)
    days = {}
    for n, (claim_at, _) in enumerate(got.invoice_of):
        if not got.inputs.invoices.setting[n]:
            key = f"{day_of(int(got.inputs.invoices.event_on[n]))} of claim {claim_at + 1}"
            before, after = int(got.inputs.invoices.days_before[n]), int(got.inputs.invoices.days_after[n])
            days[key] = (before, after, int(got.inputs.invoices.flags[n]))
    assert days == {
        "2026-02-25 of claim 1": (5, -1, 0),
        "2026-03-02 of claim 1": (-1, -1, InvoiceFlag.ON_ADMISSION),
        "2026-03-09 of claim 1": (-1, -1, InvoiceFlag.ON_DISCHARGE),
        "2026-03-12 of claim 1": (-1, 3, 0),
        "2026-03-01 of claim 2": (1, -1, 0),
        "2026-03-01 of claim 3": (-1, -1, 0),
    }


def test_days_and_months_since_the_trigger_start_at_the_trigger() -> None:
    got = prepared(claim(visit(on="2026-01-30"), visit(on="2026-01-31"), visit(on="2026-02-28"), visit(on="2026-03-01"),
                         trigger_on="2026-01-31"))  # fmt: skip
    assert got.inputs.invoices.days_since_trigger.tolist() == [-1, 0, 28, 29]
    assert got.inputs.invoices.months_since_trigger.tolist() == [-1, 0, 1, 2]


def test_the_earliest_proof_of_an_illness_counts_and_one_without_a_day_is_a_suspicion() -> None:
    known = [
        {"icd": "E11", "evidence_on": "2024-05-01"},
        {"icd": "E11.9", "evidence_on": "2023-05-01"},
        {"icd": "I10"},
        {"icd": "C", "evidence_on": "2020-01-01"},
    ]
    got = prepared(
        claim(stay(icd="E11.9"), stay(icd="E11.2"), stay(icd="I10"), stay(icd="J18"), stay()),
        people=[{"id": "mei", "pre_existing": known}],
    ).inputs.invoices
    days = [day if day == NEVER else str(day_of(day)) for day in got.known_on.tolist()]
    assert days == ["2023-05-01", "2024-05-01", NEVER, NEVER, NEVER]
    assert got.flags.tolist() == [0, 0, InvoiceFlag.PRE_EXISTING_SUSPECTED, 0, 0]


def test_an_invoice_seen_before_is_a_duplicate_wherever_it_was_but_not_where_the_claim_is_void() -> None:
    paper = {"code": "X", "number": "7"}
    got = prepared(
        claim(stay(**paper), no="void", void=True),
        claim(stay(**paper), stay(**paper), no="first"),
        claim(stay(**paper), no="again"),
        claim(stay(code="X"), stay(code="X"), stay(number="7"), no="half named"),
    )
    assert dict(got.duplicate_of) == {(1, 1): (1, 0), (2, 0): (1, 0)}
    assert [bool(flag & InvoiceFlag.DUPLICATE) for flag in got.inputs.invoices.flags] == [False, True, True] + [
        False
    ] * 3


def test_papers_that_are_not_listed_are_taken_as_complete() -> None:
    got = prepared(
        claim(stay()), claim(stay(), no="C-2", papers=["invoice", "pathology"]), claim(stay(), no="C-3", papers=[])
    )
    assert got.inputs.claims.papers.tolist() == [ALL_PAPERS, 1 << Paper.INVOICE | 1 << Paper.PATHOLOGY, 0]


@pytest.mark.parametrize(
    ("written", "broken"),
    [
        ({"total": "1000.00"}, ()),
        ({"total": "1000.01"}, ()),
        ({"total": "1000.02"}, ("lines",)),
        ({"total": "999.98"}, ("lines",)),
        ({"account": "300.00", "cash": "700.00"}, ()),
        ({"fund": "500.00", "other_public": "100.00", "account": "300.00", "cash": "100.01"}, ()),
        ({"fund": "500.00", "account": "300.00", "cash": "200.02"}, ("payments",)),
        ({"account": "300.00"}, ()),
        ({"fund": "600.00", "other_public": "400.00"}, ()),
        ({"fund": "600.00", "other_public": "400.01"}, ("public",)),
        ({"total": "5.00", "fund": "1001.00", "account": "0", "cash": "0"}, ("lines", "payments", "public")),
    ],
)
def test_an_invoice_adds_up_to_the_fen(written: Written, broken: tuple[str, ...]) -> None:
    assert sums_that_differ(Invoice.model_validate(stay(**written))) == broken


def test_a_total_without_lines_is_held_against_nothing() -> None:
    assert sums_that_differ(invoice(total="5.00")) == ()


# --- days in hospital ------------------------------------------------------------------------------------------------


def days_of_stays(*claims: Written, policies: list[Written] | None = None) -> list[int]:
    got = prepared(*claims, policies=policies or [contract("D", CASH)])
    rows = got.inputs.rows
    return rows.quantity[rows.category == Category.STAY_DAYS].tolist()


def test_days_in_hospital_are_discharge_less_admission_less_leave() -> None:
    assert days_of_stays(claim(stay(), stay(first="2026-05-01", last="2026-05-11", leave_days=3))) == [7, 7]
    assert days_of_stays(claim(stay(last="2026-03-02"))) == [0]


def test_one_stay_of_several_invoices_has_its_days_once_in_a_claim() -> None:
    assert days_of_stays(claim(stay(), stay("5.00")), claim(stay("9.00"), no="C-2")) == [7, 7]
    assert days_of_stays(claim(stay(), void=True), claim(stay(), no="C-2")) == [7]


def test_without_a_daily_benefit_no_days_are_counted() -> None:
    assert days_of_stays(claim(stay()), policies=[contract("P", FREE)]) == []
    assert days_of_stays(claim(visit())) == []


# --- contract years --------------------------------------------------------------------------------------------------

GRACE = product(
    "grace",
    [indemnity("stay", ("inpatient",))],
    waiting={"days": number("days", 30), "grace_days": number("days", 60)},
    guaranteed_renewal={"years": number("years", 2)},
)


def years(*policies: Written) -> tuple[list[str], list[int]]:
    """(first day of unbroken cover, number of the guaranteed period) of each contract year."""
    covers = prepare(case_of(list(policies), claim(stay())), shelf(GRACE)).inputs.covers
    return [str(day_of(day)) for day in covers.waits_from.tolist()], covers.guaranteed.tolist()


def test_cover_is_unbroken_over_a_gap_of_the_days_of_grace_and_not_a_day_more() -> None:
    first = contract("P1", GRACE)
    assert years(first, contract("P2", GRACE, "2027-03-02", renews="P1"))[0] == ["2026-01-01", "2026-01-01"]
    assert years(first, contract("P2", GRACE, "2027-03-03", renews="P1"))[0] == ["2026-01-01", "2027-03-03"]


def test_cover_unbroken_before_the_listed_contracts_is_stated_by_the_first() -> None:
    first = contract("P1", GRACE, continuous_since="2021-01-01")
    assert years(first, contract("P2", GRACE, "2027-01-01", renews="P1"))[0] == ["2021-01-01", "2021-01-01"]


def test_one_who_joins_later_waits_from_the_first_contract_that_insures_them() -> None:
    both = {"insured": ["mei", "bo"]}
    policies = [contract("P1", GRACE), contract("P2", GRACE, "2027-01-01", renews="P1", **both)]
    assert years(*policies)[0] == ["2026-01-01", "2026-01-01", "2027-01-01"]


def test_guaranteed_periods_are_numbered_and_a_gap_starts_the_next() -> None:
    first, second = contract("P1", GRACE), contract("P2", GRACE, "2027-01-01", renews="P1")
    third = contract("P3", GRACE, "2028-01-01", renews="P2")
    assert years(first, second, third)[1] == [1, 1, 2]
    late = contract("P3", GRACE, "2029-01-01", renews="P2")
    assert years(first, second, late)[1] == [1, 1, 2]
    assert years({**first, "guaranteed_since": "2025-01-01"}, second)[1] == [1, 2]


def test_each_insured_of_a_contract_has_a_year_of_their_own_and_the_family_shares_its_key() -> None:
    got = prepared(
        claim(stay()), policies=[contract("P", FREE, insured=["mei", "bo"]), contract("Q", FREE)]
    ).inputs.covers
    assert len(set(got.holder.tolist())) == 3
    assert got.family.tolist() == [0, 0, 1]
    assert not set(got.holder.tolist()) & set(got.family.tolist())


def test_terms_before_their_first_day_cannot_be_used() -> None:
    with pytest.raises(BeforeFirstDay, match="2020-01-01"):
        prepared(claim(stay()), policies=[contract("P", FREE, "2019-12-31")])


# --- opening balances ------------------------------------------------------------------------------------------------

MANY = product(
    "many",
    [indemnity("stay", ("inpatient", "outpatient"), computed_per="day")],
    deductibles=[rule("family", ("stay",), "policy_year", "1000", holder="family")],
    limits=[
        rule("year", ("stay",), "policy_year", "5000"),
        rule("month", ("stay",), "month", "500"),
        rule("day", ("stay",), "day", "50"),
        rule("event", ("stay",), "event", "700"),
        rule("life", ("stay",), "life", "90000"),
        rule("period", ("stay",), "guaranteed", "9000"),
        rule("times", ("stay",), "policy_year", 3, "times"),
        rule("visit", ("stay",), "visit", "30"),
        rule("of-stay", ("stay",), "stay", "30"),
        rule("since", ("stay",), "trigger", "30", span_days=number("days", 30)),
    ],
)


def opened(*used: Written) -> Prepared:
    policies = [contract("P", MANY, insured=["mei", "bo"])]
    return prepare(case_of(policies, claim(stay(), event="flu"), used=list(used)), shelf(MANY))


def entry(**used: Any) -> tuple[int, int, int, int]:
    opening = opened({"policy": "P", **used}).inputs.opening
    return tuple(int(column[0]) for column in (opening.rule, opening.holder, opening.span, opening.used))  # type: ignore


def test_declared_use_counts_in_the_unit_and_span_of_its_rule() -> None:
    covers = opened().inputs.covers
    mei, bo, year = int(covers.holder[0]), int(covers.holder[1]), int(covers.starts_on[0])
    assert entry(of="family", amount="12.50") == (0, int(covers.family[0]), year, 1250)
    assert entry(of="year", amount="12.50") == (1, mei, year, 1250)
    assert entry(of="year", amount=12, insured="bo") == (1, bo, year, 1200)
    assert entry(of="month", amount="1", on="2026-03-09") == (2, mei, 2026 * 12 + 2, 100)
    assert entry(of="day", amount="1", on="1970-01-03") == (3, mei, 2, 100)
    assert entry(of="life", amount="1") == (5, mei, 0, 100)
    assert entry(of="period", amount="1") == (6, mei, 1, 100)
    assert entry(of="times", amount="2") == (7, mei, year, 2)


def test_declared_use_of_an_event_meets_the_claims_of_that_event() -> None:
    got = opened({"policy": "P", "of": "event", "event": "flu", "amount": "1"})
    assert got.inputs.opening.span[0] == got.inputs.claims.event[0]
    other = opened({"policy": "P", "of": "event", "event": "fall", "amount": "1"})
    assert other.inputs.opening.span[0] != other.inputs.claims.event[0]


@pytest.mark.parametrize(
    ("used", "place", "got"),
    [
        ({"of": "nope", "amount": "1"}, "used", "nope"),
        ({"of": "year", "amount": "1", "insured": "lan"}, "used: year", "lan"),
        ({"of": "year", "amount": "-1"}, "used: year", "-1"),
        ({"of": "year", "amount": "1.005"}, "used: year", "1.005"),
        ({"of": "year", "amount": "10000000000.01"}, "used: year", "10000000000.01"),
        ({"of": "times", "amount": "1.5"}, "used: times", "1.5"),
        ({"of": "times", "amount": 3.5}, "used: times", "3.5"),
        ({"of": "times", "amount": "-1"}, "used: times", "-1"),
        ({"of": "times", "amount": "two"}, "used: times", "two"),
        ({"of": "month", "amount": "1"}, "used: month", "a rule that counts by month"),
        ({"of": "day", "amount": "1"}, "used: day", "a rule that counts by day"),
        ({"of": "event", "amount": "1"}, "used: event", "a rule that counts by event"),
        ({"of": "visit", "amount": "1", "on": "2026-03-02"}, "used: visit", "a rule that counts by visit"),
        ({"of": "of-stay", "amount": "1", "on": "2026-03-02"}, "used: of-stay", "a rule that counts by stay"),
        ({"of": "since", "amount": "1", "on": "2026-03-02"}, "used: since", "a rule that counts by trigger"),
    ],
)
def test_declared_use_that_cannot_be_is_refused_at_its_place(used: Written, place: str, got: str) -> None:
    with pytest.raises(BadCase) as caught:
        opened({"policy": "P", **used})
    assert (caught.value.data["place"], caught.value.data["got"]) == (place, got)


@pytest.mark.parametrize("amount", ["9" * 30, Decimal("3.5"), 10**19, "３"])
def test_declared_days_and_times_are_whole_numbers_with_a_ceiling(amount: Any) -> None:
    try:
        opened({"policy": "P", "of": "times", "amount": amount})
    except BadCase:
        return
    except OverflowError:
        pytest.fail("not a fault that is told to the caller")
    pytest.fail(f"{amount!r} was taken")


# --- ceilings --------------------------------------------------------------------------------------------------------


def test_a_claim_is_taken_up_to_ten_billion_yuan_and_refused_above() -> None:
    assert prepared(claim(stay(BILLION))).inputs.rows.billed.tolist() == [MAX_FEN]
    with pytest.raises(BadCase) as caught:
        prepared(claim(stay(BILLION), visit("0.01")))
    assert caught.value.data == {
        "place": "claim C-1", "got": "10,000,000,000.01 yuan in all", "want": "at most 10,000,000,000.00 yuan",
    }  # fmt: skip


def test_public_payments_of_one_invoice_and_other_payments_of_one_claim_have_the_same_ceiling() -> None:
    with pytest.raises(BadCase, match="invoice 2: public payments"):
        prepared(claim(visit(), stay(fund=BILLION, other_public="0.01")))
    with pytest.raises(BadCase, match="other_payments"):
        prepared(
            claim(stay(), other_payments=[{"source": "charity", "amount": BILLION}, {"source": "insurer", "amount": 1}])
        )


def test_void_claims_are_not_among_the_arrays() -> None:
    got = prepared(claim(stay(), void=True), claim(stay(), no="C-2"))
    assert got.claim_of == (1,)
    assert np.array_equal(got.inputs.steps.claim, [0])


def test_a_step_feeds_the_next_only_where_its_claim_has_several() -> None:
    policies = [contract("P", FREE), contract("Q", PLAIN)]
    got = prepared(claim(stay()), claim(stay(), no="C-2", policies=["P"]), policies=policies)
    assert got.inputs.steps.payable_counts.tolist() == [1, 1, 0]
    assert got.inputs.steps.row_from.tolist() == [0, 1, 2]
    assert date(2026, 1, 1) in {sold.day for sold in got.sold}
