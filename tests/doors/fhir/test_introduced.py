"""A hospital speaks FHIR of somebody whom an insurer brought in and who was introduced to it."""

from __future__ import annotations

from typing import Any

import pytest

from hearth.store.models import Person
from tests.doors.api.conftest import JIA, Partner
from tests.doors.fhir import test_server as server
from tests.doors.fhir.test_server import ask, refused, stay

pytestmark = pytest.mark.django_db

cast = server.cast
clock = server.clock
speaking = server.speaking
clinic = server.clinic
insurer = server.insurer


def test_a_hospital_submits_a_claim_of_somebody_introduced_to_it(insurer: Partner, clinic: Partner) -> None:
    policy = insurer.get("/policies/P-1").json()["policy"]
    jia = Person.objects.get(external_id="J-1").pk

    def of(key: dict[str, Any], cover: dict[str, Any]) -> dict[str, Any]:
        return stay(patient=key, insurance=[{"sequence": 1, "focal": True, "coverage": cover}])

    by_number = ({"identifier": {"value": "patient-7"}}, {"identifier": {"value": policy}})
    refused(ask(clinic, "Claim/$submit", of(*by_number)), 404, "not-found", "NOT_THERE")
    assert clinic.post("/persons", {**JIA, "external_id": "patient-7"}).status_code == 201
    refused(
        ask(clinic, "Claim/$submit", of(by_number[0], {"identifier": {"value": "P-1"}})), 404, "not-found", "NOT_THERE"
    )
    no = ask(clinic, "Claim/$submit", of(*by_number)).json()["id"]
    by_reference = ({"reference": f"Patient/{jia}"}, {"reference": f"Coverage/{policy}"})
    assert ask(clinic, "Claim/$submit", of(*by_reference)).json()["id"] == no
    read = ask(clinic, f"Patient/{jia}").json()
    assert [one["value"] for one in read["identifier"]][1:] == ["patient-7"]
    refused(ask(clinic, f"Coverage/{policy}"), 404, "not-found", "NOT_THERE")
    refused(ask(insurer, f"Claim/{no}"), 404, "not-found", "NOT_THERE")
