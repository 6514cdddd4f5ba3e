"""The tables that a decision reads say what the terms say, whatever is asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product as every

import numpy as np
import pytest

from hearth.doors.feeds.products import load_products
from hearth.kernel.product.book import (
    Sold,
    claim_order,
    compile_book,
    diagnosed,
    icd_of,
    rules_of,
    takes_disease,
)
from hearth.kernel.product.terms import Benefit, Terms
from hearth.words.arrays import Book
from hearth.words.codes import (
    Attribution,
    Category,
    Cause,
    ClaimOrder,
    Department,
    Holder,
    Kind,
    Ownership,
    Per,
    PreExisting,
    Scope,
    Setting,
    Source,
    Span,
    Unit,
)
from hearth.words.faults import BeforeFirstDay
from tests.twins.examples import both, indemnity, number, product, rule

DAY = date(2026, 1, 1)
DISEASES = ["", "C50.9", "C5", "E11", diagnosed("cancer", "C50.9"), diagnosed("cancer", ""), diagnosed("stroke", "I63")]


def dated(unit: str, **values: int | str) -> dict[str, object]:
    days = {day[1:].replace("_", "-"): value for day, value in values.items()}
    return {"what": "a number", "unit": unit, "source": "4.1", "values": days}


ODD = product(
    "odd",
    [
        indemnity("drugs", ("outpatient", "pharmacy"), categories=("western_drug", "stay_days", "bed"), scope=("in",)),
        indemnity(
            "stay",
            ("inpatient",),
            8_000,
            except_categories=("bed", "meals"),
            icd=("C", "E1"),
            computed_per="day",
            unsettled=6_000,
            pre_existing=3_000,
            ratio_first=True,
        ),
        indemnity(
            "fall",
            ("inpatient", "outpatient"),
            causes=("accident",),
            any_hospital=True,
            no_waiting=True,
            since_trigger={"within": number("months", 6)},
            item_caps=[
                {
                    "clause": "2.7",
                    "categories": ["bed", "meals"],
                    "per": "day",
                    "amount": dated("yuan", d2020_01_01="100", d2027_01_01="120"),
                },
                {"clause": "2.7", "categories": ["device"], "per": "line", "amount": number("yuan", "50")},
            ],
        ),
        {
            "code": "cash",
            "name": both("cash"),
            "clause": "4.1",
            "kind": "daily",
            "daily": number("yuan", "150"),
            "around_stay": {"before": number("days", 7), "after": number("days", 30), "inclusive": False},
        },
        {
            "code": "severe",
            "name": both("severe"),
            "clause": "4.1",
            "kind": "lump_sum",
            "conditions": ["cancer"],
            "share": number("basis points", 10_000),
            "ends_contract": True,
            "since_trigger": {"within": number("days", 9)},
        },
    ],
    plans=["basic", "plus"],
    deductibles=[
        rule(
            "year",
            ("stay", "fall"),
            "policy_year",
            "1000",
            offset=["insurer", "charity"],
            holder="family",
            less_per_claim_free_year=number("yuan", "100"),
            minimum=number("yuan", "500"),
        ),
        rule("first-days", ("cash",), "stay", 3, "days", plans=["plus"]),
    ],
    limits=[
        rule("basic-year", ("stay", "drugs"), "policy_year", "5000", plans=["basic"]),
        rule("plus-year", ("stay", "drugs"), "policy_year", "9000", plans=["plus"]),
        rule("visits", ("fall",), "life", 5, "times"),
        rule("share", ("fall",), "event", 2_500, "sum_insured"),
    ],
    exclusions=[
        {"clause": "5.1", "what": both("cosmetic"), "categories": ["cosmetic", "dental"]},
        {"clause": "5.2", "what": both("cancer"), "categories": ["dental"], "icd": ["C5"]},
    ],
    hospitals={
        "clause": "2.8",
        "levels": [0, 3],
        "ownership": ["private"],
        "departments": ["ordinary", "international"],
    },
    waiting={"days": dated("days", d2020_01_01=30, d2027_01_01=60), "accidents_wait": True},
    pre_existing={"clause": "4.2", "treatment": "lower_ratio"},
    public_payments={
        "clause": "3.5",
        "priced_net_of_public_payments": True,
        "attribution": "pro_rata",
        "zero_settlement_counts_as_unsettled": True,
    },
    other_payments={"clause": "3.6", "netted": ["insurer", "third_party"]},
    claim_order="settlement",
)
BARE = product("bare", [indemnity("stay", ("inpatient",))], public_payments=None, other_payments=None)


def book(*sold: tuple[Terms, str], day: date = DAY) -> Book:
    return compile_book([Sold(terms, day, plan) for terms, plan in sold], DISEASES)


def every_product() -> Iterator[Terms]:
    yield ODD
    yield BARE
    yield from load_products().values()


PRODUCTS = list(every_product())


def takes_item(benefit: Benefit, category: Category, scope: Scope) -> bool:
    """What a wording says, read aloud."""
    own = {"daily": [Category.STAY_DAYS], "lump_sum": [Category.DIAGNOSED]}.get(benefit.kind)
    if own is not None:
        fits = category in own
    else:
        is_cost = category not in (Category.STAY_DAYS, Category.DIAGNOSED)
        fits = is_cost and (not benefit.categories or category in benefit.categories)
        fits = fits and category not in benefit.except_categories
    return fits and scope.name.lower() in benefit.scope


def takes_setting(benefit: Benefit, setting: Setting) -> bool:
    if benefit.kind == "lump_sum":
        return setting is Setting.DIAGNOSIS
    if benefit.kind == "daily" and not benefit.settings:
        return setting is Setting.INPATIENT
    return setting in benefit.settings


@pytest.mark.parametrize("terms", PRODUCTS, ids=lambda terms: terms.code)
def test_every_benefit_takes_what_its_wording_says_and_nothing_else(terms: Terms) -> None:
    found = book((BARE, "standard"), (terms, terms.plans[0]), day=date(2026, 6, 1))
    for place, benefit in enumerate(terms.benefits):
        for setting in Setting:
            assert bool(found.per_setting[1, setting] >> place & 1) == takes_setting(benefit, setting)
        for cause in Cause:
            assert bool(found.per_cause[1, cause] >> place & 1) == (cause in benefit.causes)
        for number_, disease in enumerate(DISEASES):
            assert bool(found.per_disease[1, number_] >> place & 1) == takes_disease(benefit, disease)
        for category, scope in every(Category, Scope):
            assert bool(found.per_item[1, category, scope] >> place & 1) == takes_item(benefit, category, scope)
    above = len(terms.benefits)
    assert not (found.per_setting[1] >> above).any() and not (found.per_item[1] >> above).any()


@pytest.mark.parametrize("terms", PRODUCTS, ids=lambda terms: terms.code)
def test_hospitals_and_exclusions_are_those_of_the_terms(terms: Terms) -> None:
    found = book((terms, terms.plans[0]), day=date(2026, 6, 1))
    for level, owner, department in every(range(4), Ownership, Department):
        listed = terms.hospitals is None or (
            level in terms.hospitals.levels
            and owner in terms.hospitals.ownership
            and department in terms.hospitals.departments
        )
        assert bool(found.hospital_ok[0, level * 6 + owner * 3 + department]) == listed
    for place, exclusion in enumerate(terms.exclusions):
        for category in Category:
            assert bool(found.excluded_item[0, category] >> place & 1) == (category in exclusion.categories)
        for number_, disease in enumerate(DISEASES):
            hit = any(icd_of(disease).startswith(prefix) for prefix in exclusion.icd)
            assert bool(found.excluded_disease[0, number_] >> place & 1) == hit


def test_an_illness_is_known_by_its_code_and_a_diagnosis_by_its_condition() -> None:
    stay, severe = ODD.benefits[1], ODD.benefits[4]
    assert [takes_disease(stay, disease) for disease in DISEASES] == [False, True, True, True, False, False, False]
    assert [takes_disease(severe, disease) for disease in DISEASES] == [False] * 4 + [True, True, False]
    assert [takes_disease(BARE.benefits[0], disease) for disease in DISEASES[:4]] == [True] * 4
    assert [icd_of(disease) for disease in DISEASES] == ["", "C50.9", "C5", "E11", "C50.9", "", "I63"]


# --- rules -----------------------------------------------------------------------------------------------------------


def codes_of(terms: Terms, plan: str, benefit: str) -> tuple[list[str], list[str]]:
    """(deductibles, limits) that a benefit meets, read out of the tables."""
    found = book((BARE, "standard"), (terms, plan))
    g = int(found.benefit_from[1]) + [one.code for one in terms.benefits].index(benefit)
    codes = [one.code for one in rules_of(terms)]

    def met(start: np.ndarray, table: np.ndarray) -> list[str]:
        return [codes[int(found.rule_no[place])] for place in table[start[g] : start[g + 1]]]

    return met(found.deductible_from, found.deductible_rule), met(found.limit_from, found.limit_rule)


def test_a_plan_selects_its_rules() -> None:
    assert codes_of(ODD, "basic", "stay") == (["year"], ["basic-year"])
    assert codes_of(ODD, "plus", "stay") == (["year"], ["plus-year"])
    assert codes_of(ODD, "basic", "cash") == ([], [])
    assert codes_of(ODD, "plus", "cash") == (["first-days"], [])
    assert codes_of(ODD, "plus", "fall") == (["year"], ["visits", "share"])
    assert codes_of(ODD, "plus", "severe") == ([], [])


def test_the_number_of_a_rule_is_the_same_in_every_plan_and_year() -> None:
    found = [book((ODD, plan), day=day) for plan in ODD.plans for day in (DAY, date(2028, 1, 1))]
    numbers = {"year": 0, "first-days": 1, "basic-year": 2, "plus-year": 3, "visits": 4, "share": 5}
    assert [one.code for one in rules_of(ODD)] == list(numbers)
    assert [one.rule_no.tolist() for one in found] == [[0, 2, 4, 5]] * 2 + [[0, 1, 3, 4, 5]] * 2


def test_a_rule_tells_holder_unit_span_and_amounts() -> None:
    found = book((ODD, "plus"))
    assert found.rule_holder.tolist() == [Holder.FAMILY] + [Holder.INSURED] * 4
    assert found.rule_unit.tolist() == [Unit.FEN, Unit.DAYS, Unit.FEN, Unit.TIMES, Unit.SUM_INSURED_BP]
    assert found.rule_span.tolist() == [Span.POLICY_YEAR, Span.STAY, Span.POLICY_YEAR, Span.LIFE, Span.EVENT]
    assert found.rule_amount.tolist() == [100_000, 3, 900_000, 5, 2_500]
    assert found.rule_step.tolist() == [10_000, 0, 0, 0, 0]
    assert found.rule_minimum.tolist() == [50_000, 0, 0, 0, 0]
    assert found.rule_offset.tolist() == [1 << Source.INSURER | 1 << Source.CHARITY, 0, 0, 0, 0]


def test_days_from_a_trigger_are_told_with_the_rule() -> None:
    since = rule("since", ("visit",), "trigger", "100", span_days=number("days", 180))
    terms = product("since", [indemnity("visit", ("outpatient",), computed_per="visit")], limits=[since])
    found = book((terms, "standard"))
    assert (found.rule_span.tolist(), found.rule_span_days.tolist()) == ([Span.TRIGGER], [180])


# --- numbers of benefits and versions --------------------------------------------------------------------------------


def test_ratios_stand_by_how_the_bill_was_settled_and_an_absent_one_is_the_settled_one() -> None:
    found = book((ODD, "basic"))
    assert found.ratio[:3].tolist() == [
        [10_000] * 6,
        [8_000, 6_000, 8_000, 3_000, 3_000, 3_000],
        [10_000] * 6,
    ]
    terms = product("three", [indemnity("a", ("inpatient",), 9_000, unsettled=5_000, no_social_insurance=7_000)])
    assert book((terms, "standard")).ratio.tolist() == [[9_000, 5_000, 7_000] * 2]


def test_numbers_of_a_benefit_are_its_own() -> None:
    found = book((ODD, "basic"))
    assert found.kind.tolist() == [Kind.INDEMNITY] * 3 + [Kind.DAILY, Kind.LUMP_SUM]
    assert found.per.tolist() == [Per.CLAIM, Per.DAY, Per.CLAIM, Per.CLAIM, Per.CLAIM]
    assert found.ratio_first.tolist() == [0, 1, 0, 0, 0]
    assert found.any_hospital.tolist() == found.no_waiting.tolist() == [0, 0, 1, 0, 0]
    assert found.ends_contract.tolist() == [0, 0, 0, 0, 1]
    assert (found.daily.tolist(), found.share.tolist()) == ([0, 0, 0, 15_000, 0], [0, 0, 0, 0, 10_000])
    assert (found.trigger_months.tolist(), found.trigger_days.tolist()) == ([-1, -1, 6, -1, -1], [-1, -1, -1, -1, 9])
    windows = (found.window_before.tolist(), found.window_after.tolist(), found.window_inclusive.tolist())
    assert windows == ([-1, -1, -1, 7, -1], [-1, -1, -1, 30, -1], [0] * 5)
    assert found.netted.tolist() == [1 << Source.INSURER | 1 << Source.THIRD_PARTY] * 5
    capped = {Category(int(item)): int(found.cap[2, item]) for item in np.flatnonzero(found.cap[2] >= 0)}
    assert capped == {Category.BED: 10_000, Category.MEALS: 10_000, Category.DEVICE: 5_000}
    assert [int(found.cap_by_quantity[2, item]) for item in (Category.BED, Category.DEVICE)] == [1, 0]
    assert (found.cap[[0, 1, 3, 4]] == -1).all()


def test_a_silent_product_nets_nothing_waits_for_nothing_and_covers_what_was_there() -> None:
    found = book((ODD, "basic"), (BARE, "standard"))
    assert found.waiting_days.tolist() == [30, 0]
    assert found.accident_waits.tolist() == found.nets_public.tolist() == found.zero_is_unsettled.tolist() == [1, 0]
    assert found.attribution.tolist() == [Attribution.PRO_RATA, Attribution.ELIGIBLE_FIRST]
    assert found.pre_existing.tolist() == [PreExisting.LOWER_RATIO, PreExisting.COVER]
    assert found.netted[-1] == 0 and found.hospital_ok[1].all() and not found.emergency_excepted[1]


def test_each_version_has_the_numbers_of_its_own_first_day() -> None:
    found = compile_book([Sold(ODD, DAY, "basic"), Sold(ODD, date(2027, 1, 1), "basic")], DISEASES)
    assert found.waiting_days.tolist() == [30, 60]
    assert found.benefit_from.tolist() == [0, 5, 10]
    assert [int(found.cap[g, Category.BED]) for g in (2, 7)] == [10_000, 12_000]


def test_before_a_product_s_first_day_there_is_no_book_of_it() -> None:
    with pytest.raises(BeforeFirstDay):
        book((ODD, "basic"), day=date(2019, 12, 31))


def test_papers_that_a_benefit_requires_are_its_bits() -> None:
    required = [{"paper": paper, "clause": "5.2", "why": both("x")} for paper in ("invoice", "pathology", "invoice")]
    found = book((product("papers", [indemnity("stay", ("inpatient",), requires=required)]), "standard"))
    assert found.papers.tolist() == [1 << 2 | 1 << 7]


def test_claims_are_taken_in_the_order_that_the_product_states() -> None:
    assert (claim_order(ODD), claim_order(BARE)) == (ClaimOrder.SETTLEMENT, ClaimOrder.EVENT_DAY)
