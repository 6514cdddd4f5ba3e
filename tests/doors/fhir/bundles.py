"""Small bundles of FHIR Claims, made for the tests: Mei visits, stays and buys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cast import MEI

CATEGORY = "urn:hearth:category"
SNOMED = "http://snomed.info/sct"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"


def patient(name: str = MEI.code) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": name, "birthDate": MEI.born_on.isoformat()}


def encounter(name: str, grade: str) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": name,
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": grade},
    }


def money(value: Any, currency: str | None = "CNY") -> dict[str, Any]:
    return {"value": value} | ({} if currency is None else {"currency": currency})


def item(
    sequence: int, code: str = "consultation", net: Any = None, system: str = CATEGORY, **more: Any
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "sequence": sequence,
        "productOrService": {"coding": [{"system": system, "code": code, "display": f"{code} as billed"}]},
    }
    if net is not None:
        made["net"] = net if isinstance(net, dict) else money(net)
    return made | more


def claim(
    name: str, *items: dict[str, Any], total: Any = None, icd: str | None = "J06.9", **more: Any
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Claim",
        "id": name,
        "status": "active",
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "professional"}]},
        "use": "claim",
        "patient": {"reference": f"Patient/{MEI.code}"},
        "billablePeriod": {"start": "2026-03-10T09:00:00+08:00", "end": "2026-03-10T10:00:00+08:00"},
        "created": "2026-03-11",
        "provider": {"display": "Tertiary hospital"},
        "priority": {"coding": [{"code": "normal"}]},
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"display": "none"}}],
        "item": list(items),
    }
    if icd is not None:
        made["diagnosis"] = [{"sequence": 1, "diagnosisCodeableConcept": {"coding": [{"system": ICD_10, "code": icd}]}}]
    if total is not None:
        made["total"] = total if isinstance(total, dict) else money(total)
    return made | more


def institutional(start: str, end: str) -> dict[str, Any]:
    return {
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "institutional"}]},
        "billablePeriod": {"start": start, "end": end},
    }


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": f"https://example.org/{each['resourceType']}/{each['id']}", "resource": each}
            for each in resources
        ],
    }


def visit() -> dict[str, Any]:
    """One visit that everything is known of: 50.00 + 120.30."""
    return bundle(
        patient(), claim("visit", item(1, "consultation", 50.00), item(2, "laboratory", 120.30), total=170.30)
    )


def write(folder: Path, value: Any, name: str = "bundle.json") -> Path:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path
