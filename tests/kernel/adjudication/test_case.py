"""A case that cannot be is refused, and the refusal names the place."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from hearth.kernel.adjudication.case import Case
from hearth.words.money import MAX_FEN

WHOLE: dict[str, Any] = {
    "case": "Mei's stay",
    "people": [{"id": "mei", "pre_existing": [{"icd": "E11", "evidence_on": "2020-05-01"}]}],
    "policies": [{"no": "P", "product": "million-medical", "starts_on": "2026-01-01", "insured": ["mei"]}],
    "used": [{"policy": "P", "of": "year_deductible", "amount": "100.00"}],
    "claims": [
        {
            "no": "C-1",
            "insured": "mei",
            "policies": ["P"],
            "papers": ["invoice"],
            "other_payments": [{"source": "charity", "amount": "10.00"}],
            "diagnoses": [{"on": "2026-04-01", "condition": "cancer"}],
            "invoices": [
                {
                    "setting": "inpatient",
                    "admitted_on": "2026-03-02",
                    "discharged_on": "2026-03-09",
                    "hospital": {"level": 3, "ownership": "public"},
                    "fund": "10.00",
                    "lines": [{"category": "bed", "amount": "700.00", "quantity": 7}],
                },
                {"setting": "outpatient", "visited_on": "2026-03-20", "lines": [{"category": "other", "amount": 5}]},
            ],
        }
    ],
}
GONE = "no value at all"


def changed(path: str, value: Any) -> dict[str, Any]:
    """The whole case with one value changed (or taken away) at a dotted path."""
    written = copy.deepcopy(WHOLE)
    here: Any = written
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        here = here[step]
    if value is GONE:
        del here[last]
    else:
        here[last] = value
    return written


STAY = "claims.0.invoices.0"
LINE = f"{STAY}.lines.0"
DUPLICATE_POLICY = WHOLE["policies"] * 2
DUPLICATE_CLAIM = WHOLE["claims"] * 2

WRONG = [
    (f"{STAY}.discharged_on", "2026-03-01", "discharged_on 2026-03-01 is before admitted_on 2026-03-02"),
    (f"{STAY}.discharged_on", GONE, "a stay needs admitted_on and discharged_on"),
    (f"{STAY}.admitted_on", GONE, "a stay needs admitted_on and discharged_on"),
    ("claims.0.invoices.1.visited_on", GONE, "a visit needs visited_on"),
    (f"{STAY}.leave_days", 8, "leave_days is more than the stay is long"),
    (f"{STAY}.leave_days", -1, "greater than or equal to 0"),
    (f"{STAY}.admitted_on", "1899-12-31", "not a day between 1900 and 2200"),
    (f"{STAY}.admitted_on", "2026-02-30", "valid date"),
    (f"{STAY}.admitted_on", "yesterday", "valid date"),
    (f"{STAY}.admitted_on", 0, "0 is a number; a day is written as 2026-01-31"),
    ("policies.0.starts_on", 20260101, "20260101 is a number; a day is written as 2026-01-31"),
    (f"{STAY}.emergency_until", "2026-03-04", "emergency_until goes with emergency"),
    (f"{STAY}.icd", "C50:9", "should match pattern"),
    (f"{STAY}.icd", "C50|9", "should match pattern"),
    (f"{STAY}.icd", "C" * 33, "at most 32 characters"),
    ("people.0.pre_existing.0.icd", "", "at least 1 character"),
    (f"{STAY}.setting", "hotel", "'hotel' is not one of outpatient"),
    (f"{STAY}.hospital.level", 4, "Input should be 0, 1, 2 or 3"),
    (f"{STAY}.hospital.ownership", "church", "'church' is not one of public, private"),
    (f"{STAY}.fund", "-0.01", "-0.01 is below zero"),
    (f"{STAY}.fund", "NaN", "'NaN' is not an amount"),
    (f"{STAY}.fund", float("nan"), "not an amount"),
    (f"{STAY}.fund", Decimal("NaN"), "not an amount"),
    (f"{STAY}.fund", 0.1, "not an amount"),
    (f"{STAY}.fund", None, "not an amount"),
    (f"{STAY}.fund", True, "not an amount"),
    (f"{STAY}.colour", "red", "Extra inputs are not permitted"),
    (f"{LINE}.amount", "1.005", "'1.005' is not an amount in yuan with at most two decimals"),
    (f"{LINE}.amount", 10**15, "larger than the ceiling"),
    (f"{LINE}.amount", "10000000000.01", "larger than the ceiling"),
    (f"{LINE}.amount", "-5", "-5 is below zero"),
    (f"{LINE}.amount", "", "not an amount"),
    (f"{LINE}.category", "gold", "'gold' is not one of bed"),
    (f"{LINE}.category", 0, "0 is not one of bed"),
    (f"{LINE}.quantity", 0, "0 is not a quantity above 0"),
    (f"{LINE}.quantity", "0.0005", "is not a quantity above 0"),
    (f"{LINE}.quantity", True, "is not a quantity"),
    (f"{LINE}.price", "-1", "is not a price in yuan"),
    (f"{LINE}.price", "1.0000001", "is not a price in yuan with at most six decimals"),
    (f"{LINE}.price", 10**13, "larger than the ceiling"),
    (f"{LINE}.code", "X" * 49, "at most 48 characters"),
    (f"{LINE}.unit", "X" * 17, "at most 16 characters"),
    (f"{LINE}.quantity", 100_001, "100001 is not a quantity above 0 and up to 100,000"),
    (f"{LINE}.out_of_scope", "700.01", "out_of_scope is more than the amount of the line"),
    (f"{LINE}.public", "700.01", "public is more than the amount of the line"),
    (f"{LINE}.not_necessary", "700.01", "not_necessary is more than the amount of the line"),
    (f"{LINE}.on", "2026-06-08", "the line of 2026-06-08 is not near the invoice's days 2026-03-02 to 2026-03-09"),
    (f"{LINE}.on", "2025-12-01", "the line of 2025-12-01 is not near the invoice's days"),
    ("claims.0.papers.0", "passport", "'passport' is not one of application"),
    ("claims.0.other_payments.0.source", "friend", "'friend' is not one of insurer"),
    ("claims.0.other_payments.0.amount", "-1", "-1 is below zero"),
    ("claims.0.insured", "bo", "claim C-1: bo is insured by none of the policies"),
    ("claims.0.insured", "", "at least 1 character"),
    ("claims.0.policies", ["Q"], "claim C-1: there is no policy Q"),
    ("claims.0.policies", ["P", "P"], "claim C-1: a policy stands twice in the chosen order"),
    ("claims.0.cause", "luck", "'luck' is not one of illness, accident"),
    ("claims.0.no", "x" * 65, "at most 64 characters"),
    ("claims", [], "at least 1 item"),
    ("claims", DUPLICATE_CLAIM, "claim C-1 stands twice"),
    ("policies", [], "at least 1 item"),
    ("policies", DUPLICATE_POLICY, "policy P stands twice"),
    ("people", [{"id": "mei"}, {"id": "mei"}], "person mei stands twice"),
    ("policies.0.insured", [], "at least 1 item"),
    ("policies.0.insured", ["mei", "mei"], "policy P: an insured person stands twice"),
    ("policies.0.renews", "O", "policy P renews O, which is not here"),
    ("policies.0.ends_on", "2026-01-01", "policy P ends on 2026-01-01, not after its start 2026-01-01"),
    ("policies.0.premium_paid", "300", "policy P: premium_paid and premium_due go together"),
    ("policies.0.premium_due", "300", "policy P: premium_paid and premium_due go together"),
    ("policies.0.claim_free_years", -1, "greater than or equal to 0"),
    ("policies.0.claim_free_years", 61, "less than or equal to 60"),
    ("policies.0.arrears", "-1", "-1 is below zero"),
    ("used.0.policy", "Q", "used: there is no policy Q"),
    ("case", "", "at least 1 character"),
    ("case", "x" * 201, "at most 200 characters"),
]


@pytest.mark.parametrize(("path", "value", "says"), WRONG, ids=[f"{path}={value!r:.24}" for path, value, _ in WRONG])
def test_what_cannot_be_is_refused_at_its_place(path: str, value: Any, says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Case.model_validate(changed(path, value))
    found = [error for error in refused.value.errors() if says in error["msg"]]
    assert found, refused.value.errors()
    loc = tuple(map(str, found[0]["loc"]))
    way = tuple(path.split("."))
    assert loc[: len(way)] == way or loc == way[: len(loc)]
    assert loc or any(name in found[0]["msg"] for name in ("C-1", " P", " Q", "mei")), "the place is named either way"


def test_a_claim_without_invoice_or_diagnosis_is_no_claim() -> None:
    written = changed("claims.0.invoices", [])
    del written["claims"][0]["diagnoses"]
    with pytest.raises(ValidationError, match="claim C-1 has neither invoices nor diagnoses"):
        Case.model_validate(written)


def test_premium_due_is_above_zero_and_not_below_what_was_paid() -> None:
    for paid, due in (("0", "0"), ("421", "420")):
        written = changed("policies.0.premium_paid", paid)
        written["policies"][0]["premium_due"] = due
        with pytest.raises(ValidationError, match="policy P: premium_due must be above zero and not below"):
            Case.model_validate(written)


def test_amounts_are_written_in_yuan_and_held_in_fen() -> None:
    written = changed(f"{LINE}.amount", "17,052.87")
    assert Case.model_validate(written).claims[0].invoices[0].lines[0].amount == 1_705_287
    written = changed(f"{LINE}.amount", "10000000000.00")
    assert Case.model_validate(written).claims[0].invoices[0].lines[0].amount == MAX_FEN


def test_a_case_cannot_be_changed() -> None:
    case = Case.model_validate(WHOLE)
    with pytest.raises(ValidationError, match="frozen"):
        case.claims[0].advance = 1  # type: ignore[misc]


def test_a_stay_happens_on_its_admission_day_and_a_visit_on_its_own() -> None:
    stay, visit = Case.model_validate(WHOLE).claims[0].invoices
    assert (str(stay.event_on), str(stay.until_on)) == ("2026-03-02", "2026-03-09")
    assert str(visit.event_on) == str(visit.until_on) == "2026-03-20"


def test_a_stay_that_ends_on_its_first_day_is_a_stay() -> None:
    assert Case.model_validate(changed(f"{STAY}.discharged_on", "2026-03-02"))


def test_a_line_may_be_served_a_quarter_year_around_the_invoice() -> None:
    for day in ("2025-12-02", "2026-06-07"):
        assert Case.model_validate(changed(f"{LINE}.on", day))


@pytest.mark.parametrize(("icd", "taken"), [("C50 9", False), ("C50\t", False), ("M54.5s", True)])
def test_a_code_of_an_illness_has_no_blanks_and_any_letter(icd: str, taken: bool) -> None:
    try:
        Case.model_validate(changed(f"{STAY}.icd", icd))
    except ValidationError:
        assert not taken
    else:
        assert taken


def test_a_claim_that_chooses_no_policy_at_all_is_refused() -> None:
    with pytest.raises(ValidationError):
        Case.model_validate(changed("claims.0.policies", []))


def test_unbroken_cover_cannot_begin_after_the_contract() -> None:
    with pytest.raises(ValidationError):
        Case.model_validate(changed("policies.0.continuous_since", "2026-02-01"))


@pytest.mark.parametrize(
    ("expect", "says"),
    [
        ({"total": "7.00"}, "`order` and `total` go together"),
        ({"order": ["P"]}, "`order` and `total` go together"),
        ({"used": "7.00"}, "`of` and `used` go together"),
        ({"of": "year_deductible"}, "`of` and `used` go together"),
        ({"of": "year_deductible", "used": "many"}, "'many' is not an amount"),
        ({"of": "year_deductible", "used": "1e400"}, "'1e400' is not an amount"),
        ({"payable": "1.005"}, "'1.005' is not an amount"),
        ({"profit": "1.00"}, "Extra inputs are not permitted"),
    ],
    ids=str,
)
def test_an_expectation_that_cannot_be_compared_is_refused(expect: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Case.model_validate({**WHOLE, "expect": [expect]})
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "expect",
    [
        {"of": "year_deductible", "used": "7.00", "payable": "1.00"},
        {"paper": ["invoice"]},
        {"claim": "C-1"},
        {"insured": "mei", "payable": "7.00"},
    ],
    ids=str,
)
def test_an_expectation_with_values_that_are_never_compared_is_refused(expect: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Case.model_validate({**WHOLE, "expect": [expect]})
