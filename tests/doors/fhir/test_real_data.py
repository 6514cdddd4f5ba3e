"""Real bundles: five Synthea patients and a claim of the HCX platform, in dollars, full of gaps."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from hearth.doors.fhir.listing import OtherCurrency
from hearth.words.codes import Category, Setting
from hearth.words.faults import Malformed
from tests.doors.fhir.conftest import Decide
from tests.doors.fhir.test_eob import check_against_the_decision


@pytest.fixture(scope="session")
def patients(shared_data: Path) -> list[Path]:
    found = [
        path for path in sorted((shared_data / "synthea" / "fhir").glob("*.json")) if "Information" not in path.name
    ]
    if not found:
        pytest.skip(f"no Synthea bundles in {shared_data}")
    return found


@pytest.fixture(scope="session")
def hcx(shared_data: Path) -> Path:
    folder = shared_data / "hcx_fhir"
    if not folder.is_dir():
        pytest.skip(f"no HCX messages in {shared_data}")
    return folder


@pytest.mark.parametrize("product", ["million-medical", "outpatient"])
def test_every_synthea_patient_is_decided_and_every_sum_is_the_decision(
    patients: list[Path], decided: Decide, product: str
) -> None:
    assert len(patients) == 5
    payable = 0
    for path in patients:
        run = decided(path, product, currency_as_product=True)
        check_against_the_decision(run)
        payable += sum(one.payable for one in run.decision.claims)
        # what the file holds, counted here again from the raw JSON
        raw = json.loads(path.read_text("utf-8"), parse_float=Decimal)
        claims = [entry["resource"] for entry in raw["entry"] if entry["resource"]["resourceType"] == "Claim"]
        items = [item for claim in claims for item in claim["item"]]
        nets = sum(item["net"]["value"] for item in items if "net" in item)
        billed = sum(policy.columns["billed"] for one in run.decision.claims for policy in one.policies)
        assert billed == nets * 100
        listed = run.listed()
        assert listed.count("ITEM_WITHOUT_AMOUNT") == sum("net" not in item for item in items)
        assert listed.count("TOTAL_DIFFERS") == len(claims)
        assert run.reading.premises[0].id == "CURRENCY_AS_PRODUCT"
        assert all(one["outcome"] in ("queued", "partial") for one in run.explanations)
    assert payable > 0


def test_every_code_of_synthea_is_mapped_or_listed(patients: list[Path], decided: Decide) -> None:
    for path in patients:
        run = decided(path, "outpatient", currency_as_product=True)
        listed = {(one.claim, one.item) for one in run.reading.listed if one.id == "CATEGORY_UNMAPPED"}
        for read in run.reading.claims:
            for item in read.items:
                assert item.is_mapped is ((read.no, item.sequence) not in listed)
                assert item.is_mapped or item.category is Category.OTHER


def test_synthea_settings_follow_the_encounters(patients: list[Path], decided: Decide) -> None:
    settings = [
        read.setting
        for path in patients
        for read in decided(path, "outpatient", currency_as_product=True).reading.claims
    ]
    assert (settings.count(Setting.INPATIENT), settings.count(Setting.PHARMACY)) == (8, 66)
    assert len(settings) == 253


def test_without_the_switch_every_real_bundle_is_refused(patients: list[Path], hcx: Path, decided: Decide) -> None:
    for path in (*patients, hcx / "claims.json"):
        with pytest.raises(OtherCurrency) as refused:
            decided(path, "million-medical")
        assert refused.value.data["currency"] == "USD"
        assert refused.value.data["place"].startswith("entry[")


def test_the_claim_of_the_hcx_platform(hcx: Path, decided: Decide) -> None:
    run = decided(hcx / "claims.json", "million-medical", currency_as_product=True)
    check_against_the_decision(run)
    (only,) = run.decision.claims
    # 516.65 + 16,924.49 + 516.65; the middle one is chemotherapy and radiotherapy in one code: listed
    assert only.policies[0].columns["billed"] == 1_795_779
    assert run.reading.claims[0].setting is Setting.INPATIENT
    wanted = ["CATEGORY_UNMAPPED", "ITEM_WITHOUT_AMOUNT", "NO_ICD", "TOTAL_DIFFERS", *["REFERENCE_ELSEWHERE"] * 2]
    assert sorted(run.listed()) == sorted(wanted)
    # 1,033.30 eligible, all of it inside the deductible of 10,000.00
    assert only.policies[0].columns["deductible"] == 103_330


def test_messages_without_claims_and_broken_json_are_told(shared_data: Path, hcx: Path, decided: Decide) -> None:
    others = [path for path in sorted(hcx.glob("*.json")) if path.name != "claims.json"]
    others += sorted((shared_data / "synthea" / "fhir").glob("*Information*.json"))
    assert len(others) == 10
    for path in others:
        with pytest.raises(Malformed) as told:
            decided(path, "million-medical", currency_as_product=True)
        if path.name == "communicationrequest.json":
            assert told.value.data["place"].startswith("line ")
