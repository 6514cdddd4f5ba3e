"""Bad bundles are told with file, place, got and want."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from hearth.doors.fhir import bundle as reading
from hearth.words.faults import Fault, Malformed
from tests.doors.fhir.bundles import bundle, claim, encounter, item, money, patient, visit, write
from tests.doors.fhir.conftest import Decide


def refused(decided: Decide, value: Any, product: str = "outpatient") -> dict[str, Any]:
    with pytest.raises(Malformed) as told:
        decided(value, product)
    assert told.value.data["file"]
    assert told.value.data["got"] and told.value.data["want"]
    return told.value.data


def one(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return bundle(patient(), claim("one", *(items or (item(1, "laboratory", 20),)), **more))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"resourceType": "Bundle",', "line 1, column 27"),
        ("", "line 1, column 1"),
        ('{"a": 1, "a": 2}', "whole file"),
        ('{"a": NaN}', "whole file"),
        ('{"a": 1e99999999999999999999999}', "whole file"),
        ("[1, 2]", "whole file"),
        ('"Bundle"', "whole file"),
        ("[" * 100_000, "whole file"),
        ('{"resourceType": "Claim"}', "resourceType"),
        ('{"resourceType": 5}', "resourceType"),
        ('{"resourceType": "Bundle"}', "entry"),
        ('{"resourceType": "Bundle", "entry": []}', "entry"),
        ('{"resourceType": "Bundle", "entry": {"a": 1}}', "entry"),
        ('{"resourceType": "Bundle", "entry": [3]}', "entry[0]"),
        ('{"resourceType": "Bundle", "entry": [{"resource": []}]}', "entry[0].resource"),
        ('{"resourceType": "Bundle", "entry": [{"resource": {}}]}', "entry[0].resource.resourceType"),
        ('{"resourceType": "Bundle", "x": "\\ud800"}', "x"),
    ],
)
def test_what_is_no_bundle_of_claims_names_its_place(decided: Decide, text: str, place: str) -> None:
    assert refused(decided, text)["place"] == place


def test_bytes_that_are_no_text_and_files_that_are_not_there(tmp_path: Path, decided: Decide) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(b'{\n"a": "\xff"}')
    assert refused(decided, broken)["place"] == "line 2"
    assert refused(decided, tmp_path / "none.json")["file"].endswith("none.json")
    assert refused(decided, tmp_path)["want"] == "a file that can be read"


def test_a_huge_file_is_not_read(tmp_path: Path, decided: Decide, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, visit())
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    assert "at most 100 bytes" in refused(decided, path)["want"]


def test_deep_nesting_is_refused(decided: Decide) -> None:
    value = visit()
    deep: dict[str, Any] = {"url": "urn:x"}
    for _ in range(80):
        deep = {"url": "urn:x", "extension": [deep]}
    value["entry"][1]["resource"]["extension"] = [deep]
    assert "levels" in refused(decided, value)["want"]


@pytest.mark.parametrize("value", [-5, -0.01])
def test_a_negative_amount_is_refused(decided: Decide, value: float) -> None:
    told = refused(decided, one(item(1, "laboratory", value)))
    assert told["place"] == "entry[1].resource.item[0].net.value"
    assert told["want"] == "an amount not below zero"


@pytest.mark.parametrize("value", [10**15, 1e15, 10**400, 1e300])
def test_an_amount_above_the_ceiling_is_refused(decided: Decide, value: float) -> None:
    told = refused(decided, one(item(1, "laboratory", value)))
    assert told["place"] == "entry[1].resource.item[0].net.value"


def test_amounts_that_together_pass_the_ceiling_are_refused(decided: Decide) -> None:
    many = [item(n, "laboratory", 9_999_999_999) for n in (1, 2)]
    assert refused(decided, one(*many))["place"] == "entry[1].resource.item"


def test_a_quantity_that_makes_the_amount_too_large_is_refused(decided: Decide) -> None:
    priced = item(1, "material", unitPrice=money(9_999_999_999), quantity={"value": 99_999_999_999})
    assert refused(decided, one(priced))["place"] == "entry[1].resource.item[0].unitPrice"


def test_dates_reversed_are_refused(decided: Decide) -> None:
    told = refused(decided, one(billablePeriod={"start": "2026-03-10", "end": "2026-03-09"}))
    assert told["place"] == "entry[1].resource.billablePeriod.end"
    assert "2026-03-09" in told["got"]


@pytest.mark.parametrize("start", ["2026", "2026-03", "2026-02-30", "0001-01-01", "9999-12-31", "soon", 5])
def test_what_is_no_day_is_refused(decided: Decide, start: Any) -> None:
    told = refused(decided, one(billablePeriod={"start": start, "end": "2026-03-10"}))
    assert told["place"] == "entry[1].resource.billablePeriod.start"


def test_a_claim_without_any_day_and_a_stay_without_an_end_are_refused(decided: Decide) -> None:
    value = one()
    del value["entry"][1]["resource"]["billablePeriod"]
    assert refused(decided, value)["place"] == "entry[1].resource.billablePeriod"
    inside = item(1, "laboratory", 20, encounter=[{"reference": "Encounter/met"}])
    stay = claim("stay", inside, billablePeriod={"start": "2026-03-10"})
    told = refused(decided, bundle(patient(), encounter("met", "IMP"), stay))
    assert told["place"] == "entry[2].resource.billablePeriod.end"


def test_a_day_of_service_far_from_the_claim_is_refused_and_a_near_one_listed(decided: Decide) -> None:
    far = refused(decided, one(item(1, "laboratory", 20, servicedDate="2025-03-10")))
    assert far["place"] == "entry[1].resource.item[0].servicedDate"
    assert decided(one(item(1, "laboratory", 20, servicedDate="2026-03-12"))).listed() == ["OUTSIDE_PERIOD"]


def test_a_reference_to_nothing_inside_the_bundle_is_refused(decided: Decide) -> None:
    lost = {"reference": "urn:uuid:00000000-0000-0000-0000-000000000000"}
    assert refused(decided, one(patient=lost))["place"] == "entry[1].resource.patient.reference"
    assert refused(decided, one(patient={"reference": "#me"}))["want"] == "a contained Patient"
    inside = item(1, "laboratory", 20, encounter=[lost])
    assert refused(decided, one(inside))["place"] == "entry[1].resource.item[0].encounter[0].reference"
    sequence = item(1, "laboratory", 20, diagnosisSequence=[7])
    assert refused(decided, one(sequence))["place"] == "entry[1].resource.item[0].diagnosisSequence"


def test_a_reference_to_the_wrong_kind_of_resource_is_refused(decided: Decide) -> None:
    value = bundle(patient(), encounter("met", "AMB"), claim("one", item(1, "laboratory", 20)))
    value["entry"][2]["resource"]["patient"] = {"reference": "Encounter/met"}
    assert refused(decided, value)["want"] == "a Patient"


def test_a_reference_to_another_server_is_listed(decided: Decide) -> None:
    run = decided(one(patient={"reference": "Patient/1531634"}))
    assert run.listed() == ["REFERENCE_ELSEWHERE"]
    assert run.reading.claims[0].insured == "1531634"
    assert run.explanations[0]["patient"] == {"reference": "Patient/1531634"}


def test_a_contained_patient_is_a_person(decided: Decide) -> None:
    inside = {"resourceType": "Patient", "id": "me"}
    run = decided(one(patient={"reference": "#me"}, contained=[inside]))
    assert run.reading.claims[0].insured == "me"
    assert run.explanations[0]["patient"]["identifier"]["value"] == "me"


def test_a_claim_twice_and_an_address_twice_are_refused(decided: Decide) -> None:
    value = one()
    again = copy.deepcopy(value["entry"][1])
    value["entry"].append(again)
    assert refused(decided, value)["place"] == "entry[2].fullUrl"
    again["fullUrl"] = "urn:uuid:another"
    assert refused(decided, value)["place"] == "entry[2].resource.id"


def test_an_item_number_twice_is_refused(decided: Decide) -> None:
    told = refused(decided, one(item(1, "laboratory", 1), item(1, "laboratory", 2)))
    assert told["place"] == "entry[1].resource.item[1].sequence"


def test_a_claim_of_another_fhir_version_is_refused(decided: Decide) -> None:
    stu3 = one(employmentImpacted={"start": "2026-03-10"})
    told = refused(decided, stu3)
    assert told["place"] == "entry[1].resource.employmentImpacted"
    assert "FHIR R4" in told["want"]
    r5 = one(traceNumber=[{"value": "1"}])
    assert refused(decided, r5)["place"] == "entry[1].resource.traceNumber"


def test_too_many_claims_and_too_many_contract_years_are_refused(
    decided: Decide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hearth.doors.fhir.reading.MAX_CLAIMS", 1)
    two = bundle(patient(), claim("one", item(1, "bed", 1)), claim("two", item(1, "bed", 1)))
    assert refused(decided, two)["want"] == "at most 1"
    monkeypatch.setattr("hearth.doors.fhir.reading.MAX_CLAIMS", 5)
    monkeypatch.setattr("hearth.doors.fhir.premises.MAX_CONTRACTS", 3)
    late = claim("two", item(1, "bed", 1), billablePeriod={"start": "2031-03-10", "end": "2031-03-10"})
    assert "6 contract years" in refused(decided, bundle(patient(), claim("one", item(1, "bed", 1)), late))["got"]


NASTY: list[Any] = [
    None, True, False, 0, -1, 1, 10**15, 10**30, -0.5, 1e-30, 1e300, 1.005, "", " ", "x", "2026-13-45", "1900-01-01",
    "2199-12-31", "9999-12-31T00:00:00Z", "Patient/mei", "Claim/one", "#x", "urn:uuid:x", "[bold]", "\x00\x1b[31m", "﷽",
    [], {}, [[]], [{}], {"a": 1}, ["x"], [None], {"value": 1}, {"reference": "Encounter/met"}, {"coding": "x"},
    {"coding": [{"system": 5}]}, {"start": "2026-03-10"}, "x" * 5_000, list(range(50)),
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        found += places(inner, (*path, step))
    return found


def rich_bundle() -> dict[str, Any]:
    one = item(1, "laboratory", 20.5, encounter=[{"reference": "Encounter/met"}], diagnosisSequence=[1])
    two = item(2, "bed", unitPrice=money(12.5), quantity={"value": 3}, factor=2, servicedDate="2026-03-10")
    three = item(3, "38341003", 7, "http://snomed.info/sct", servicedPeriod={"start": "2026-03-10"})
    told = claim("one", one, two, three, total=102.5, accident={"date": "2026-03-09"})
    condition = {"resourceType": "Condition", "id": "ill", "code": {"coding": [{"system": "x", "code": "y"}]}}
    told["diagnosis"].append({"sequence": 2, "diagnosisReference": {"reference": "Condition/ill"}})
    return bundle(patient(), encounter("met", "IMP"), condition, told)


def test_every_field_replaced_by_every_nasty_value_is_decided_or_told(decided: Decide) -> None:
    whole = rich_bundle()
    decided(whole)
    told = 0
    for n, path in enumerate(places(whole)):
        for nasty in NASTY[n % 3 :: 3]:
            value = copy.deepcopy(whole)
            inner = value
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = nasty
            try:
                decided(value, currency_as_product=n % 2 == 0)
            except Fault as fault:
                told += 1
                assert fault.sentence("zh") and fault.sentence("en")
    assert told > 300


def test_every_field_left_out_is_decided_or_told(decided: Decide) -> None:
    whole = rich_bundle()
    for path in places(whole):
        value = copy.deepcopy(whole)
        inner = value
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        try:
            decided(value)
        except Fault as fault:
            assert fault.data["file"]


def test_a_text_cut_anywhere_or_with_a_byte_changed_is_decided_or_told(tmp_path: Path, decided: Decide) -> None:
    raw = json.dumps(rich_bundle()).encode()
    path = tmp_path / "cut.json"
    for n in range(0, len(raw), 37):
        for changed in (raw[:n], raw[:n] + bytes([(raw[n] * 7 + n) % 256]) + raw[n + 1 :]):
            path.write_bytes(changed)
            try:
                decided(path)
            except Fault as fault:
                assert fault.data["file"] == str(path)
