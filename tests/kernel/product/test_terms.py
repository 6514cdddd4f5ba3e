"""A product that cannot be is refused, and a number has the value of the policy's first day."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from hearth.doors.feeds.products import load_products
from hearth.kernel.product.terms import Term, Terms
from hearth.words.faults import BeforeFirstDay
from hearth.words.money import MAX_FEN
from tests.twins.examples import both, indemnity, number, product, rule


def term(unit: str = "yuan", **values: Any) -> Term:
    days = {day.removeprefix("d").replace("_", "-"): value for day, value in values.items()}
    return Term.model_validate({"what": "yearly deductible", "unit": unit, "source": "3.3(a)", "values": days})


# --- dated values ----------------------------------------------------------------------------------------------------

DATED = {"d2026_01_01": "10,000.00", "d2027_01_01": "12,000.00"}


@pytest.mark.parametrize(
    ("day", "fen"),
    [("2026-01-01", 1_000_000), ("2026-12-31", 1_000_000), ("2027-01-01", 1_200_000), ("2090-01-01", 1_200_000)],
)
def test_a_number_changes_on_its_day(day: str, fen: int) -> None:
    assert term(**DATED).at(date.fromisoformat(day)) == fen
    assert term(**dict(reversed(DATED.items()))).at(date.fromisoformat(day)) == fen, "in whatever order it is written"


def test_before_its_first_day_a_number_has_no_value() -> None:
    with pytest.raises(BeforeFirstDay) as caught:
        term(**DATED).at(date(2025, 12, 31))
    assert caught.value.data == {
        "what": "yearly deductible", "asked_on": date(2025, 12, 31), "first_on": date(2026, 1, 1),
    }  # fmt: skip
    assert "2026-01-01" in caught.value.sentence("zh") and "yearly deductible" in str(caught.value)


@pytest.mark.parametrize(
    ("unit", "value", "gives"),
    [
        ("yuan", "1,234.50", 123_450),
        ("yuan", 5, 500),
        ("yuan", Decimal("0.1"), 10),
        ("yuan", "10000000000", MAX_FEN),
        ("basis points", 8000, 8000),
        ("basis points", "8000", 8000),
        ("days", 0, 0),
        ("months", "3", 3),
        ("years", 6, 6),
        ("times", Decimal("5.0"), 5),
    ],
)
def test_yuan_become_fen_and_all_else_stays_what_it_counts(unit: str, value: Any, gives: int) -> None:
    found = term(unit, d2026_01_01=value).at(date(2026, 1, 1))
    assert (found, type(found)) == (gives, int)


@pytest.mark.parametrize(
    ("unit", "value", "says"),
    [
        ("yuan", "1.005", "not an amount in yuan"),
        ("yuan", "many", "not an amount in yuan"),
        ("yuan", "10000000000.01", "larger than the ceiling"),
        ("yuan", "-0.01", "is below zero"),
        ("days", "1.5", "1.5 days is not a whole number"),
        ("days", -1, "-1 from 2026-01-01 is below zero"),
        ("times", 10**9 + 1, "times is not a whole number"),
        ("basis points", "NaN", "is not a whole number"),
        ("days", "many", "is not a whole number"),
        ("days", "Infinity", "is not a whole number"),
        ("days", None, "valid"),
        ("days", [5], "valid"),
    ],
)
def test_a_value_that_is_no_number_of_its_unit_is_refused(unit: str, value: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        term(unit, d2026_01_01=value)


def test_a_number_has_at_least_one_value_a_unit_and_a_clause() -> None:
    whole = {"what": "x", "unit": "days", "source": "1.5", "values": {"2026-01-01": 1}}
    assert Term.model_validate(whole)
    for name, value in (
        ("values", {}), ("what", ""), ("unit", "hours"), ("source", "clause 5"), ("source", "1.5(A)"), ("source", ""),
        ("values", {"someday": 1}), ("values", {"2026-02-30": 1}), ("colour", "red"),
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            Term.model_validate({**whole, name: value})


# --- benefits, deductibles and limits --------------------------------------------------------------------------------

STAY = indemnity("stay", ("inpatient",))
DAILY = {"code": "cash", "name": both("cash"), "clause": "4.1", "kind": "daily", "daily": number("yuan", "150")}
LUMP = {
    "code": "severe", "name": both("severe"), "clause": "4.1", "kind": "lump_sum", "conditions": ["cancer"],
    "share": number("basis points", 10_000),
}  # fmt: skip
CAP = {"clause": "2.7", "categories": ["bed"], "per": "day", "amount": number("yuan", "100")}


def without(written: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in written.items() if key != name}


def test_one_of_each_kind_is_a_product() -> None:
    rules = [rule("d", ("stay",), "policy_year", "100"), rule("days", ("cash",), "stay", 3, "days")]
    limits = [rule("y", ("stay", "severe"), "life", "100"), rule("t", ("cash",), "policy_year", 5, "times")]
    found = product("whole", [STAY, DAILY, LUMP], deductibles=rules, limits=limits)
    assert [benefit.code for benefit in found.benefits] == ["stay", "cash", "severe"]


BENEFITS = [
    (without(STAY, "ratios"), "benefit stay is indemnity: it needs `ratios`"),
    (without(DAILY, "daily"), "benefit cash is daily: it needs `daily`"),
    (without(LUMP, "share"), "benefit severe is lump_sum: it needs `share`"),
    ({**STAY, "settings": []}, "benefit stay: name its settings"),
    (without(LUMP, "conditions"), "benefit severe: name its conditions"),
    ({**DAILY, "computed_per": "day"}, "benefit cash: fixed benefits are computed per visit"),
    ({**LUMP, "computed_per": "line"}, "benefit severe: fixed benefits are computed per visit"),
    ({**STAY, "item_caps": [CAP, CAP]}, "benefit stay: a category stands under two item caps"),
    (indemnity("stay", ("inpatient",), 10_001), "number lies between 0 and 10000 basis points"),
    ({**STAY, "since_trigger": {"within": number("years", 1)}}, "a window since a trigger is in days or months"),
    ({**STAY, "kind": "gift"}, "'indemnity', 'daily' or 'lump_sum'"),
    ({**STAY, "settings": ["hotel"]}, "'hotel' is not one of outpatient"),
    ({**STAY, "categories": ["gold"]}, "'gold' is not one of bed"),
    ({**STAY, "scope": ["beside"]}, "'in' or 'out'"),
    ({**STAY, "clause": "four"}, "should match pattern"),
    ({**STAY, "code": "Stay"}, "should match pattern"),
    ({**STAY, "name": {"zh": "住院"}}, "Field required"),
    ({**STAY, "name": {"zh": "", "en": "stay"}}, "at least 1 character"),
    ({**STAY, "item_caps": [{**CAP, "categories": []}]}, "at least 1 item"),
    ({**STAY, "item_caps": [{**CAP, "per": "week"}]}, "'day', 'piece' or 'line'"),
    ({**STAY, "requires": [{"paper": "passport", "clause": "5.2", "why": both("x")}]}, "'passport' is not one of"),
]


@pytest.mark.parametrize(("benefit", "says"), BENEFITS, ids=[says for _, says in BENEFITS])
def test_a_benefit_that_cannot_be_is_refused(benefit: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        product("odd", [benefit])
    assert says in str(refused.value)


BY_VISIT, BY_DAY = {**STAY, "computed_per": "visit"}, {**STAY, "computed_per": "day"}
DEDUCTIBLES: list[tuple[list[dict[str, Any]], dict[str, Any], str]] = [
    ([STAY], rule("d", ("other",), "policy_year", "1"), "d: there is no benefit other"),
    ([STAY], rule("d", ("stay",), "policy_year", "1", plans=["gold"]), "d: there is no plan gold"),
    ([STAY], rule("d", (), "policy_year", "1"), "at least 1 item"),
    ([STAY], rule("d", ("stay",), "week", "1"), "'visit', 'stay', 'day'"),
    ([STAY], rule("d", ("stay",), "visit", "1"), "benefit stay must be computed per visit or finer"),
    ([STAY], rule("d", ("stay",), "stay", "1"), "benefit stay must be computed per visit or finer"),
    ([STAY], rule("d", ("stay",), "month", "1"), "benefit stay must be computed per visit or finer"),
    ([BY_VISIT], rule("d", ("stay",), "day", "1"), "benefit stay must be computed per day or finer"),
    ([STAY], rule("d", ("stay",), "trigger", "1", span_days=number("days", 30)), "must be computed per visit or finer"),
    ([BY_VISIT], rule("d", ("stay",), "trigger", "1"), "`span: trigger` and `span_days` go together"),
    ([STAY], rule("d", ("stay",), "life", "1", span_days=number("days", 30)), "`span: trigger` and `span_days` go"),
    ([BY_VISIT], rule("d", ("stay",), "trigger", "1", span_days=number("days", 0)), "between 1 and 36500 days"),
    ([STAY], rule("d", ("stay",), "policy_year", "1", holder="company"), "'insured' or 'family'"),
    ([STAY], rule("d", ("stay",), "policy_year", "1", offset=["friend"]), "'friend' is not one of insurer"),
]  # fmt: skip
ONLY_DEDUCTIBLES: list[tuple[list[dict[str, Any]], dict[str, Any], str]] = [
    ([BY_DAY], rule("d", ("stay",), "policy_year", 3, "days"), "d: benefit stay takes a deductible in yuan"),
    ([DAILY], rule("d", ("cash",), "policy_year", "3"), "d: benefit cash takes a deductible in days"),
    ([LUMP], rule("d", ("severe",), "policy_year", "3"), "d: benefit severe takes none"),
    ([STAY], rule("d", ("stay",), "policy_year", 3, "times"), "'yuan' or 'days'"),
]
ONLY_LIMITS: list[tuple[list[dict[str, Any]], dict[str, Any], str]] = [
    ([DAILY], rule("d", ("cash",), "day", 3, "times"), "benefit cash must be computed per day or finer"),
    (
        [BY_VISIT],
        rule("d", ("stay",), "policy_year", 3, "days"),
        "d counts days: benefit stay must be computed per day or",
    ),
    ([STAY], rule("d", ("stay",), "policy_year", 3, "weeks"), "'yuan', 'days', 'times' or 'sum_insured'"),
]


@pytest.mark.parametrize(
    ("table", "benefits", "written", "says"),
    [("deductibles", *entry) for entry in DEDUCTIBLES + ONLY_DEDUCTIBLES]
    + [("limits", *entry) for entry in DEDUCTIBLES[:-1] + ONLY_LIMITS],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_a_rule_that_cannot_be_is_refused(
    table: str, benefits: list[dict[str, Any]], written: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        product("odd", benefits, **{table: [written]})
    assert says in str(refused.value)


def test_a_rule_reaches_every_benefit_that_is_fine_enough() -> None:
    for span, benefit in (
        ("visit", BY_VISIT),
        ("stay", BY_VISIT),
        ("month", BY_VISIT),
        ("day", BY_DAY),
        ("event", STAY),
    ):
        assert product("fine", [benefit], limits=[rule("d", ("stay",), span, "1")])
        finer = {**benefit, "computed_per": "line"}
        assert product("finer", [finer], limits=[rule("d", ("stay",), span, "1")])
    assert product("cash", [DAILY], limits=[rule("d", ("cash",), "stay", 90, "days")])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"benefits": [STAY, STAY]}, "benefit stay stands twice"),
        ({"limits": [rule("y", ("stay",), "life", "1")] * 2}, "deductible or limit y stands twice"),
        (
            {"limits": [rule("y", ("stay",), "life", "1")], "deductibles": [rule("y", ("stay",), "life", "1")]},
            "deductible or limit y stands twice",
        ),
        ({"plans": ["a", "a"]}, "plan a stands twice"),
        ({"plans": []}, "at least 1 item"),
        ({"benefits": []}, "at least 1 item"),
        ({"exclusions": [{"clause": "4.1", "what": both("x"), "icd": ["A"]}] * 61}, "more than 60 exclusions"),
        ({"benefits": [{**STAY, "code": f"b{n}"} for n in range(61)]}, "at most 60 items"),
        ({"code": "Million Medical"}, "should match pattern"),
        ({"type": "life"}, "'medical', 'disease'"),
        ({"currency": "USD"}, "'CNY'"),
        ({"version": ""}, "at least 1 character"),
        ({"claim_order": "size"}, "'event_day', 'registration' or 'settlement'"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
        ({"sold_from": "soon"}, "valid date"),
        ({"hospitals": {"clause": "2.8", "levels": [4]}}, "0, 1, 2 or 3"),
        ({"pre_existing": {"clause": "4.2", "treatment": "forgive"}}, "'exclude', 'lower_ratio' or 'cover'"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_terms_that_do_not_hold_together_are_refused(changes: dict[str, Any], says: str) -> None:
    whole = {
        "code": "odd", "version": "1", "name": both("odd"), "type": "medical", "sold_from": "2026-01-01",
        "benefits": [copy.deepcopy(STAY)],
    }  # fmt: skip
    assert Terms.model_validate(whole)
    with pytest.raises(ValidationError) as refused:
        Terms.model_validate({**whole, **changes})
    assert says in str(refused.value)


def test_terms_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        product("fixed", [STAY]).version = "2"  # type: ignore[misc]


WRONG_UNITS = [
    ([STAY], {"waiting": {"days": number("months", 3)}}),
    ([STAY], {"waiting": {"days": number("days", 3), "grace_days": number("months", 2)}}),
    ([STAY], {"guaranteed_renewal": {"years": number("days", 6)}}),
    ([STAY], {"hesitation_days": number("yuan", "15")}),
    ([STAY], {"limits": [{**rule("y", ("stay",), "life", 5, "times"), "amount": number("yuan", "5")}]}),
    ([STAY], {"limits": [{**rule("y", ("stay",), "life", "5"), "amount": number("days", 5)}]}),
    ([STAY], {"limits": [{**rule("y", ("stay",), "life", 5, "sum_insured"), "amount": number("yuan", "5")}]}),
    ([STAY], {"deductibles": [rule("d", ("stay",), "life", "5", less_per_claim_free_year=number("days", 1))]}),
    ([STAY], {"deductibles": [rule("d", ("stay",), "life", "5", minimum=number("days", 1))]}),
    ([BY_VISIT], {"limits": [rule("y", ("stay",), "trigger", "5", span_days=number("months", 6))]}),
    ([{**STAY, "ratios": {"settled": number("days", 80)}}], {}),
    ([{**STAY, "item_caps": [{**CAP, "amount": number("days", 5)}]}], {}),
    ([{**STAY, "around_stay": {"before": number("months", 1), "after": number("days", 30)}}], {}),
    ([{**DAILY, "daily": number("days", 150)}], {}),
    ([{**LUMP, "share": number("yuan", "100")}], {}),
]


@pytest.mark.parametrize(("benefits", "more"), WRONG_UNITS)
def test_a_number_is_written_in_the_unit_of_what_it_is_for(
    benefits: list[dict[str, Any]], more: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        product("odd", benefits, **more)


@pytest.mark.parametrize("where", ["benefit", "exclusion"])
def test_a_prefix_of_an_illness_is_not_empty(where: str) -> None:
    with pytest.raises(ValidationError):
        if where == "benefit":
            product("odd", [{**STAY, "icd": [""]}])
        else:
            product("odd", [STAY], exclusions=[{"clause": "4.1", "what": both("x"), "icd": [""]}])


def test_what_is_decided_without_a_person_is_audited_by_one() -> None:
    terms = load_products()["outpatient"]
    stated = terms.model_dump(by_alias=True, exclude_none=True)
    assert terms.automatic is not None and terms.audit is not None and terms.silence is not None
    assert terms.automatic.up_to.at(date(2026, 3, 1)) == 300_000
    assert (terms.silence.after_days.at(date(2026, 3, 1)), terms.silence.means) == (10, "agreed")
    assert (terms.audit.share.at(date(2026, 3, 1)), terms.audit.bound.at(date(2026, 3, 1))) == (500, 200)
    with pytest.raises(ValidationError, match="`automatic` and `audit` go together"):
        Terms.model_validate({name: value for name, value in stated.items() if name != "audit"})


def test_silence_about_a_critical_illness_is_not_agreement_and_no_machine_decides_it() -> None:
    terms = load_products()["critical-illness"]
    assert terms.automatic is None
    assert terms.silence is not None and terms.silence.means == "waits"
