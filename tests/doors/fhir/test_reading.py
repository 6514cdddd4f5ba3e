"""Claims of a bundle become a case: what is there is used, what is missing is listed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hearth.doors.fhir.listing import OtherCurrency, tally
from hearth.words.codes import Category, Setting
from hearth.words.faults import Malformed
from tests.doors.fhir.bundles import (
    ICD_10,
    SNOMED,
    bundle,
    claim,
    encounter,
    institutional,
    item,
    money,
    patient,
    visit,
)
from tests.doors.fhir.conftest import Decide


def test_a_visit_that_is_wholly_known_lists_nothing_and_is_decided(decided: Decide) -> None:
    run = decided(visit())
    assert run.listed() == []
    (only,) = run.decision.claims
    # (50.00 + 120.30) x 80% = 136.24, below the visit limit of 300.00
    assert only.payable == 13_624
    assert only.route == "automatic"
    assert run.explanations[0]["outcome"] == "complete"


def test_an_unmapped_code_is_listed_once_a_code_and_counts_as_other(decided: Decide) -> None:
    odd = [item(n, "703423002", 10 * n, SNOMED) for n in (1, 2)]
    run = decided(bundle(patient(), claim("odd", *odd, total=30)))
    (one,) = tally(run.reading.listed, "en")
    assert (one.id, one.count, one.amount) == ("CATEGORY_UNMAPPED", 2, 3_000)
    assert one.first_place == "entry[1].resource.item[0].productOrService"
    assert "703423002" in one.text and SNOMED in one.text
    assert [line.category for line in run.reading.case.claims[0].invoices[0].lines] == [Category.OTHER, Category.OTHER]


def test_an_item_that_nobody_can_map_is_left_to_a_person_and_not_refused(decided: Decide) -> None:
    run = decided(bundle(patient(), claim("odd", item(1, "703423002", 10, SNOMED), total=10)))
    (made,) = run.explanations
    assert made["outcome"] == "partial"
    assert "not a refusal" in made["disposition"]
    (why,) = [one["reason"]["coding"][0]["code"] for one in made["item"][0]["adjudication"] if "reason" in one]
    assert why == "not-mapped"
    assert not any("not among the covered items" in note["text"] for note in made["processNote"])


def test_codes_of_one_item_that_disagree_are_listed(decided: Decide) -> None:
    both = item(1, "consultation", 10)
    both["productOrService"]["coding"].append({"system": SNOMED, "code": "168594001"})
    run = decided(bundle(patient(), claim("both", both, total=10)))
    assert run.listed() == ["CATEGORY_CONFLICT"]
    assert run.reading.claims[0].items[0].category is Category.OTHER


@pytest.mark.parametrize(
    ("system", "code", "category"),
    [
        (SNOMED, "398171003", Category.EXAMINATION),
        (SNOMED, "104091002", Category.LABORATORY),
        (SNOMED, "52052004", Category.REHABILITATION),
        ("http://loinc.org", "58410-2", Category.LABORATORY),
        ("http://hl7.org/fhir/sid/cvx", "140", Category.VACCINE),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "206905", Category.WESTERN_DRUG),
        ("urn:hearth:category", "bed", Category.BED),
    ],
)
def test_a_code_of_the_table_gives_its_category(decided: Decide, system: str, code: str, category: Category) -> None:
    run = decided(bundle(patient(), claim("one", item(1, code, 10, system), total=10)))
    assert run.reading.claims[0].items[0].category is category
    assert run.listed() == []


@pytest.mark.parametrize("code", ["stay_days", "diagnosed", "Bed", "no_such"])
def test_a_category_that_no_line_may_have_is_listed(decided: Decide, code: str) -> None:
    run = decided(bundle(patient(), claim("one", item(1, code, 10), total=10)))
    assert run.listed() == ["CATEGORY_UNMAPPED"]


def test_an_item_without_an_amount_is_listed_and_not_billed(decided: Decide) -> None:
    run = decided(bundle(patient(), claim("gap", item(1), item(2, "laboratory", 20), total=20)))
    assert run.listed() == ["ITEM_WITHOUT_AMOUNT"]
    assert run.decision.claims[0].policies[0].columns["billed"] == 2_000
    first, second = run.explanations[0]["item"]
    assert "adjudication" not in first and "net" not in first
    assert first["noteNumber"]
    assert second["sequence"] == 2 and second["adjudication"]


def test_a_claim_without_any_amount_is_open_and_not_complete(decided: Decide) -> None:
    run = decided(bundle(patient(), claim("gap", item(1))))
    assert run.explanations[0]["outcome"] == "partial"
    assert run.decision.claims[0].payable == 0


def test_unit_price_and_quantity_give_the_amount_where_net_is_missing(decided: Decide) -> None:
    priced = item(1, "material", unitPrice=money(12.34), quantity={"value": 3}, factor=0.5)
    run = decided(bundle(patient(), claim("priced", priced, total=18.51)))
    # 12.34 x 3 x 0.5 = 18.51
    assert run.reading.claims[0].items[0].billed == 1_851
    assert run.listed() == ["AMOUNT_FROM_UNIT_PRICE"]
    assert run.reading.case.claims[0].invoices[0].lines[0].quantity == 3


def test_a_net_that_is_not_price_times_quantity_is_used_and_listed(decided: Decide) -> None:
    priced = item(1, "material", 40, unitPrice=money(12.34), quantity={"value": 3})
    run = decided(bundle(patient(), claim("priced", priced, total=40)))
    assert run.listed() == ["NET_DIFFERS"]
    assert run.reading.claims[0].items[0].billed == 4_000


def test_more_than_two_decimals_are_rounded_half_up_and_listed(decided: Decide) -> None:
    run = decided(bundle(patient(), claim("fine", item(1, "laboratory", 10.005), item(2, "laboratory", 0.0049))))
    assert [read.billed for read in run.reading.claims[0].items] == [1_001, 0]
    assert run.listed() == ["ROUNDED", "ROUNDED"]
    assert run.reading.listed[0].says("en") == (
        "The amount 10.005 has more than two decimals; rounded half up to 10.01."
    )


def test_a_total_that_is_not_the_sum_is_listed_and_a_person_looks(decided: Decide) -> None:
    run = decided(bundle(patient(), claim("sum", item(1, "laboratory", 20), total=129.16)))
    (one,) = run.reading.listed
    assert (one.id, one.data) == ("TOTAL_DIFFERS", {"total": "129.16", "sum": "20.00"})
    (made,) = run.explanations
    assert made["outcome"] == "queued"
    assert any("129.16" in note["text"] for note in made["processNote"])


@pytest.mark.parametrize(
    ("grade", "more", "setting"),
    [
        ("IMP", {}, Setting.INPATIENT),
        ("AMB", institutional("2026-03-10", "2026-03-12"), Setting.OUTPATIENT),
        ("EMER", institutional("2026-03-10", "2026-03-12"), Setting.OUTPATIENT),
        (None, institutional("2026-03-10", "2026-03-12"), Setting.INPATIENT),
        (None, institutional("2026-03-10", "2026-03-10"), Setting.OUTPATIENT),
        (None, {}, Setting.OUTPATIENT),
        ("IMP", {"type": {"coding": [{"code": "pharmacy"}]}}, Setting.PHARMACY),
    ],
)
def test_the_setting_follows_encounter_and_type(
    decided: Decide, grade: str | None, more: dict[str, Any], setting: Setting
) -> None:
    met = [{"reference": "Encounter/met"}] if grade else None
    there = [encounter("met", grade)] if grade else []
    one = item(1, "laboratory", 20, **({"encounter": met} if met else {}))
    run = decided(bundle(patient(), *there, claim("one", one, total=20, **more)))
    invoice = run.reading.case.claims[0].invoices[0]
    assert invoice.setting is setting
    assert invoice.emergency is (grade == "EMER")
    if setting is Setting.INPATIENT:
        period = more.get("billablePeriod", {"end": "2026-03-10"})
        assert invoice.discharged_on == date.fromisoformat(period["end"])
    assert run.listed() == []


def test_an_unknown_class_and_an_unknown_type_are_listed(decided: Decide) -> None:
    one = item(1, "laboratory", 20, encounter=[{"reference": "Encounter/met"}])
    kind = {"coding": [{"system": "urn:x", "code": "barter"}]}
    run = decided(bundle(patient(), encounter("met", "PRENC"), claim("one", one, total=20, type=kind)))
    assert run.listed() == ["TYPE_UNMAPPED", "CLASS_UNMAPPED"]
    assert run.reading.claims[0].setting is Setting.OUTPATIENT


def test_the_principal_icd_10_code_is_used_and_the_others_are_listed(decided: Decide) -> None:
    def diagnosis(sequence: int, code: str, system: str = ICD_10, **more: Any) -> dict[str, Any]:
        concept = {"coding": [{"system": system, "code": code}]}
        return {"sequence": sequence, "diagnosisCodeableConcept": concept} | more

    principal = {"type": [{"coding": [{"code": "principal"}]}]}
    several = [diagnosis(1, "J06.9"), diagnosis(2, "E11.9", **principal), diagnosis(3, "38341003", SNOMED)]
    run = decided(bundle(patient(), claim("one", item(1, "laboratory", 20), total=20, diagnosis=several)))
    assert run.reading.case.claims[0].invoices[0].icd == "E11.9"
    assert run.listed() == ["DIAGNOSIS_UNMAPPED", "DIAGNOSIS_NOT_USED"]


def test_an_excluded_illness_is_a_proposal_that_waits_for_a_person(decided: Decide) -> None:
    run = decided(bundle(patient(), claim("one", item(1, "laboratory", 20), total=20, icd="J06.9")))
    run_f10 = decided(bundle(patient(), claim("one", item(1, "laboratory", 20), total=20, icd="F10.1")))
    assert run.explanations[0]["outcome"] == "complete"
    (made,) = run_f10.explanations
    assert made["outcome"] == "queued"
    assert "proposal" in made["disposition"]
    assert any("clause 4.1(e)" in note["text"] for note in made["processNote"])


@pytest.mark.parametrize("code", ["x" * 40, "J06 9", "condition:stroke", "38341003", "j06.9"])
def test_what_does_not_look_like_icd_10_is_listed(decided: Decide, code: str) -> None:
    run = decided(bundle(patient(), claim("one", item(1, "laboratory", 20), total=20, icd=code)))
    assert run.listed() == ["DIAGNOSIS_UNMAPPED", "NO_ICD"]


def test_codes_of_the_national_clinical_edition_are_icd_10(decided: Decide) -> None:
    run = decided(bundle(patient(), claim("one", item(1, "laboratory", 20), total=20, icd="J06.900x003")))
    assert run.reading.case.claims[0].invoices[0].icd == "J06.900x003"
    assert run.listed() == []


def test_a_claim_without_icd_10_says_that_exclusions_were_not_tested(decided: Decide) -> None:
    run = decided(bundle(patient(), claim("one", item(1, "laboratory", 20), total=20, icd=None)))
    assert run.listed() == ["NO_ICD"]


def test_a_foreign_currency_is_refused_with_its_place_and_the_way_on(decided: Decide) -> None:
    value = bundle(patient(), claim("one", item(1, "laboratory", money(20, "USD")), total=money(20, "USD")))
    with pytest.raises(OtherCurrency) as refused:
        decided(value)
    assert refused.value.data["currency"] == "USD"
    assert refused.value.data["place"] == "entry[1].resource.item[0].net.currency"
    assert "--currency-as-product" in refused.value.sentence("en")
    assert "--currency-as-product" in refused.value.sentence("zh")


def test_a_foreign_currency_as_it_stands_is_said_on_top(decided: Decide) -> None:
    value = bundle(patient(), claim("one", item(1, "laboratory", money(20, "USD")), total=money(20, "USD")))
    run = decided(value, currency_as_product=True)
    assert run.reading.premises[0].id == "CURRENCY_AS_PRODUCT"
    assert "USD" in run.reading.premises[0].says("en")
    assert run.explanations[0]["payment"]["amount"]["currency"] == "CNY"
    assert run.decision.claims[0].payable == 1_600


def test_two_currencies_in_one_bundle_are_refused_even_as_they_stand(decided: Decide) -> None:
    mixed = claim("one", item(1, "laboratory", money(20, "USD")), item(2, "laboratory", money(20, "INR")))
    with pytest.raises(Malformed) as refused:
        decided(bundle(patient(), mixed), currency_as_product=True)
    assert refused.value.data["place"] == "entry[1].resource.item[1].net.currency"
    assert "USD" in refused.value.data["want"]


def test_an_amount_without_a_currency_is_refused_or_listed(decided: Decide) -> None:
    value = bundle(patient(), claim("one", item(1, "laboratory", money(20, None))))
    with pytest.raises(OtherCurrency):
        decided(value)
    assert decided(value, currency_as_product=True).listed() == ["CURRENCY_NOT_STATED"]


def test_drafts_cancelled_claims_and_estimates_are_left_out_and_listed(decided: Decide) -> None:
    others = [
        claim("draft", item(1, "laboratory", 1), status="draft"),
        claim("estimate", item(1, "laboratory", 1), use="predetermination"),
    ]
    run = decided(bundle(patient(), *others, claim("real", item(1, "laboratory", 20), total=20)))
    assert [one.no for one in run.decision.claims] == ["real"]
    assert run.listed() == ["LEFT_OUT", "LEFT_OUT"]
    with pytest.raises(Malformed):
        decided(bundle(patient(), *others))


def test_each_patient_has_a_policy_of_calendar_years_without_a_gap(decided: Decide) -> None:
    bo = {"patient": {"reference": "Patient/bo"}}
    period = {"billablePeriod": {"start": "2028-01-05", "end": "2028-01-05"}}
    run = decided(
        bundle(
            patient(), patient("bo"),
            claim("one", item(1, "laboratory", 20), total=20),
            claim("two", item(1, "laboratory", 20), total=20, **period),
            claim("three", item(1, "laboratory", 20), total=20, **bo),
        )
    )  # fmt: skip
    policies = run.reading.case.policies
    assert [(p.insured, p.starts_on.year, p.renews) for p in policies] == [
        (("mei",), 2026, None),
        (("mei",), 2027, "synthetic-1-2026"),
        (("mei",), 2028, "synthetic-1-2027"),
        (("bo",), 2026, None),
    ]
    assert [one.payable for one in run.decision.claims] == [1_600, 1_600, 1_600]
    (premise,) = [p for p in run.reading.premises if p.id == "SYNTHETIC_POLICY"]
    assert premise.data["patients"] == 2
    assert (premise.data["first"], premise.data["last"]) == ("2026-01-01", "2029-01-01")


def test_years_before_the_terms_take_their_first_values_and_say_so(decided: Decide) -> None:
    early = {"billablePeriod": {"start": "2014-05-06", "end": "2014-05-06"}, "created": "2014-05-06"}
    run = decided(bundle(patient(), claim("one", item(1, "laboratory", 20), total=20, **early)))
    assert run.decision.claims[0].payable == 1_600
    assert "TERMS_EARLIER" in [premise.id for premise in run.reading.premises]
    assert "TERMS_EARLIER" not in [premise.id for premise in decided(visit()).reading.premises]


def test_a_waiting_period_is_over_on_the_first_day(decided: Decide) -> None:
    start = {"billablePeriod": {"start": "2026-01-01", "end": "2026-01-01"}}
    run = decided(bundle(patient(), claim("one", item(1, "laboratory", 20), total=20, **start)))
    assert run.decision.claims[0].payable == 1_600


def test_a_stay_under_million_medical_uses_the_yearly_deductible(decided: Decide) -> None:
    stay = institutional("2026-03-10", "2026-03-13")
    lines = [item(1, "surgery", 15_000.55), item(2, "bed", 3_600, quantity={"value": 3})]
    run = decided(bundle(patient(), claim("stay", *lines, total=18_600.55, **stay)), "million-medical")
    # bed 3 x 1,000.00 of 3,600.00; 18,000.55 - 10,000.00 = 8,000.55
    assert run.decision.claims[0].payable == 800_055
    assert run.explanations[0]["payment"]["amount"]["value"] == Decimal("8000.55")


def test_a_daily_benefit_is_added_beside_the_items(decided: Decide) -> None:
    stay = institutional("2026-03-10", "2026-03-20")
    run = decided(bundle(patient(), claim("stay", item(1, "surgery", 100), total=100, **stay)), "hospital-cash")
    (made,) = run.explanations
    assert run.decision.claims[0].payable > 0
    (added,) = made["addItem"]
    assert added["productOrService"]["coding"][0]["code"] == "stay_days"
    (benefit,) = [one for one in added["adjudication"] if one["category"]["coding"][0]["code"] == "benefit"]
    assert int(benefit["amount"]["value"] * 100) == run.decision.claims[0].payable


def test_payments_of_other_explanations_are_told_and_not_used(decided: Decide) -> None:
    value = visit()
    paid = {"resourceType": "ExplanationOfBenefit", "id": "paid", "payment": {"amount": money(99.5, "USD")}}
    value["entry"].append({"fullUrl": "urn:uuid:paid", "resource": paid})
    run = decided(value)
    (premise,) = [p for p in run.reading.premises if p.id == "PAYMENTS_NOT_USED"]
    assert premise.data == {"count": 1, "amount": "99.50"}
    assert run.decision.claims[0].payable == 13_624
