"""ExplanationOfBenefit: valid FHIR R4B whose totals are the decision, to the fen."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.explanationofbenefit import ExplanationOfBenefit

from hearth.doors.fhir.eob import COLUMNS, json_text
from hearth.words.money import fen_from_yuan
from tests.doors.fhir.bundles import bundle, claim, institutional, item, patient, visit
from tests.doors.fhir.conftest import Decide, Run

CODES = {code: name for name, _, code, _, _ in COLUMNS}
PARTS = ("public", "others", "not_covered", "deductible", "own_share", "over_limits", "reduced_for_age", "payable")


def amounts(parts: list[dict[str, Any]]) -> dict[str, int]:
    """Fen by column of an adjudication or of totals, read back from the JSON."""
    return {CODES[one["category"]["coding"][0]["code"]]: fen_from_yuan(one["amount"]["value"]) for one in parts}


def check_against_the_decision(run: Run) -> None:
    """Written as JSON and read back: valid, and every sum is the decision's."""
    back = json.loads(json_text(run.bundle), parse_float=Decimal)
    Bundle.model_validate(json.loads(json_text(run.bundle), parse_float=Decimal))
    made = {
        one["resource"]["claim"].get("reference", "").rsplit(":", 1)[-1].rsplit("/", 1)[-1]: one
        for one in back["entry"]
    }
    assert len(back["entry"]) == len(run.decision.claims)
    for decision in run.decision.claims:
        resource = made[decision.no]["resource"]
        model = ExplanationOfBenefit.model_validate(json.loads(json.dumps(resource, default=str)))
        assert model.use == "claim"
        (policy,) = decision.policies
        totals = amounts(resource["total"])
        assert totals == {name: policy.columns[name] for name in totals}
        assert fen_from_yuan(resource["payment"]["amount"]["value"]) == decision.paid_out
        adjudications = [one["adjudication"] for one in resource.get("item", []) if "adjudication" in one]
        added = [one["adjudication"] for one in resource.get("addItem", [])]
        for name in totals:
            assert sum(amounts(each)[name] for each in adjudications + added) == totals[name]
        for each in adjudications:
            line = amounts(each)
            assert line["billed"] == sum(line[name] for name in PARTS)
        notes = {note["number"] for note in resource["processNote"]}
        assert notes == set(range(1, len(notes) + 1))
        assert all(notes.issuperset(one.get("noteNumber", ())) for one in resource.get("item", []))
        assert resource["outcome"] == ("complete" if decision.route == "automatic" else "queued") or (
            decision.route == "automatic" and resource["outcome"] == "partial"
        )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_visit_round_trips_to_the_fen(decided: Decide, lang: str) -> None:
    run = decided(visit(), lang=lang)
    check_against_the_decision(run)
    (made,) = run.explanations
    assert made["language"] == ("zh-CN" if lang == "zh" else "en")
    assert amounts(made["total"])["own_share"] == 3_406
    texts = [note["text"] for note in made["processNote"]]
    wanted = "条款 3.2(c)，outpatient 2026-A" if lang == "zh" else "clause 3.2(c), outpatient 2026-A"
    assert any(wanted in text for text in texts)


def test_stays_visits_and_open_items_of_two_people_round_trip(decided: Decide) -> None:
    stay = institutional("2026-04-01", "2026-04-09")
    bo = {"patient": {"reference": "Patient/bo"}}
    value = bundle(
        patient(), patient("bo"),
        claim("stay", item(1, "surgery", 33_333.33), item(2, "bed", 9_999.99), item(3, "meals", 88.88), **stay),
        claim("again", item(1, "dental", 10.01), item(2, "no_such", 7.77), item(3), **stay | bo),
        claim("visit", item(1, "laboratory", 0.01), total=0.01),
    )  # fmt: skip
    for product in ("million-medical", "outpatient", "hospital-cash", "accident-medical", "city-supplement"):
        check_against_the_decision(decided(value, product))


def test_amounts_are_written_digit_by_digit(decided: Decide) -> None:
    text = json_text(decided(visit()).bundle)
    assert '"value": 136.24,' in text
    assert '"value": 0.00,' in text
    assert json_text({"a": [], "b": {}, "c": [Decimal("1E+2"), True, None, "是"]}, 0) == (
        '{\n"a": [],\n"b": {},\n"c": [\n100,\ntrue,\nnull,\n"是"\n]\n}'
    )


def test_the_same_claim_under_the_same_terms_keeps_its_id(decided: Decide) -> None:
    first, second = decided(visit()), decided(visit())
    assert first.bundle == second.bundle
    other = decided(visit(), "million-medical")
    assert other.explanations[0]["id"] != first.explanations[0]["id"]


def test_the_explanation_points_at_claim_patient_and_assumed_policy(decided: Decide) -> None:
    (made,) = decided(visit()).explanations
    assert made["claim"] == {"reference": "https://example.org/Claim/visit"}
    assert made["patient"] == {"reference": "Patient/mei"}
    assert made["insurance"][0]["coverage"]["identifier"] == {
        "system": "urn:hearth:policy",
        "value": "synthetic-1-2026",
    }
    assert "assumed policy" in made["insurance"][0]["coverage"]["display"]


def test_every_premise_and_every_open_item_is_a_note(decided: Decide) -> None:
    run = decided(bundle(patient(), claim("one", item(1), item(2, "no_such", 5), icd=None, total=9)))
    texts = [note["text"] for note in run.explanations[0]["processNote"]]
    for premise in run.reading.premises:
        assert premise.says("en") in texts
    assert len(run.reading.listed) == 4
    for one in run.reading.listed:
        assert f"{one.says('en')} [{one.place}]" in texts


def test_a_deductible_of_a_rule_is_told_at_the_items_it_took(decided: Decide) -> None:
    stay = institutional("2026-04-01", "2026-04-09")
    run = decided(bundle(patient(), claim("stay", item(1, "surgery", 500), total=500, **stay)), "million-medical")
    (made,) = run.explanations
    assert amounts(made["total"])["deductible"] == 50_000
    assert any("clause 3.3(a)" in note["text"] and "500.00" in note["text"] for note in made["processNote"])
    assert made["outcome"] == "complete"
