"""The FHIR server: a claim is submitted, followed and explained; refusals are OperationOutcomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from fhir.resources.R4B import get_fhir_model_class

from hearth.desks.claims import calculating, deciding, intake
from hearth.desks.people import add_account
from hearth.store.models import Claim, HealthRead, Person, Record
from tests.desks.cast_rows import AT, HOUR, Cast
from tests.doors.api import conftest as interface
from tests.doors.api.conftest import POLICY, Partner
from tests.doors.fhir import bundles

pytestmark = pytest.mark.django_db

cast = interface.cast
clock = interface.clock
speaking = interface.speaking
clinic = interface.clinic
FHIR = "application/fhir+json"
HELD = [
    {"sequence": n, "category": {"coding": [{"system": "urn:hearth:paper", "code": code}]}}
    for n, code in enumerate(("invoice", "itemised_list", "discharge_summary", "medical_record"), 1)
]


@pytest.fixture
def insurer(cast: Cast, speaking: Callable[..., Partner]) -> Partner:
    """The insurer, whose policy covers Jia."""
    made = speaking("ping")
    assert made.post("/policies", POLICY).status_code == 201
    jia = Person.objects.get(external_id="J-1")
    add_account(cast.who("an"), jia.pk, "嘉", "招商银行", "6225880100000001", at=AT)
    return made


def ask(partner: Partner, path: str, body: Any = None, **headers: str) -> HttpResponse:
    """One call of the FHIR server; what is answered is checked against fhir.resources."""
    sent = {"Authorization": f"Bearer {partner.token}", "Accept-Language": partner.lang}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    kind = sent.pop("Content-Type", FHIR)
    method = "GET" if body is None else "POST"
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    response = partner.client.generic(method, f"/fhir/{path}", data, content_type=kind, headers=sent)
    assert response["Content-Type"].startswith(FHIR), response.content
    resource = json.loads(response.content, parse_float=Decimal)
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    return response


def refused(response: HttpResponse, status: int, issue: str, code: str) -> dict[str, Any]:
    """The OperationOutcome that was answered."""
    told: dict[str, Any] = response.json()
    assert (response.status_code, told["resourceType"]) == (status, "OperationOutcome"), response.content
    first = told["issue"][0]
    assert (first["code"], first["details"]["coding"][0]["code"]) == (issue, code), told
    return told


def stay(**more: Any) -> dict[str, Any]:
    """A stay of Jia's as a hospital's program states it."""
    made = bundles.claim(
        "stay",
        bundles.item(1, "surgery", 20000.00),
        bundles.item(2, "examination", 1234.50),
        total=21234.50,
        icd="K80.1",
        **bundles.institutional("2026-04-02", "2026-04-15"),
    )
    return {
        **made,
        "identifier": [{"system": "https://clinic.example/claims", "value": "F-1"}],
        "patient": {"identifier": {"value": "J-1"}},
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"identifier": {"value": "P-1"}}}],
        "supportingInfo": HELD,
        **more,
    }


def in_tertiary_hospital() -> dict[str, Any]:
    """The same stay, with the hospital that says what it is."""
    hospital = {
        "resourceType": "Organization",
        "id": "hospital",
        "name": "市第一人民医院",
        "type": [{"coding": [{"system": "urn:hearth:hospital-level", "code": "3"}]}],
    }
    return bundles.bundle(stay(provider={"reference": "https://example.org/Organization/hospital"}), hospital)


def decided(cast: Cast, no: str) -> None:
    """The desk does its work."""
    intake.accept(cast.who("an"), no, at=AT + 2 * HOUR)
    found = calculating.calculate(cast.who("ai"), no, at=AT + 3 * HOUR)
    deciding.decide(cast.who("ai"), no, at=AT + 4 * HOUR, outcome=found.proposal.value)


def test_what_the_server_can_do_needs_no_token(client: Client, db: None) -> None:
    response = client.get("/fhir/metadata")
    statement = response.json()
    get_fhir_model_class("CapabilityStatement").model_validate(statement)
    assert response["Content-Type"].startswith(FHIR)
    resources = {one["type"]: one for one in statement["rest"][0]["resource"]}
    assert set(resources) == {"Patient", "Coverage", "Claim", "ClaimResponse", "ExplanationOfBenefit"}
    assert resources["Claim"]["operation"][0]["name"] == "submit"
    assert resources["ExplanationOfBenefit"]["searchParam"][0]["name"] == "claim"


def test_a_person_and_a_policy_are_read(insurer: Partner) -> None:
    jia = Person.objects.get(external_id="J-1")
    person = ask(insurer, f"Patient/{jia.pk}").json()
    assert (person["name"], person["gender"], person["birthDate"]) == ([{"text": "嘉"}], "male", "1990-01-01")
    assert b"19900101" not in json.dumps(person).encode() and "telecom" not in person
    no = insurer.get("/policies/P-1").json()["policy"]
    coverage = ask(insurer, f"Coverage/{no}").json()
    assert coverage["beneficiary"] == {"reference": f"Patient/{jia.pk}"}
    assert (coverage["status"], coverage["period"]) == ("active", {"start": "2026-01-01", "end": "2026-12-31"})


def test_a_policy_number_with_a_stroke_has_an_id_of_its_own(insurer: Partner) -> None:
    insurer.post("/policies", {**POLICY, "external_id": "P-2", "holder": "J-1", "policy_no": "SZ/2026/1"})
    assert ask(insurer, "Coverage/SZ.2026.1").json()["identifier"][0]["value"] == "SZ/2026/1"
    ours = stay(insurance=[{"sequence": 1, "focal": True, "coverage": {"reference": "Coverage/SZ.2026.1"}}])
    assert ask(insurer, "Claim/$submit", ours).status_code == 200
    assert Claim.objects.get().policies.get().policy.policy_no == "SZ/2026/1"


def test_a_claim_is_submitted_followed_and_explained(insurer: Partner, cast: Cast) -> None:
    response = ask(insurer, "Claim/$submit", stay())
    assert response.status_code == 200, response.content
    told = response.json()
    no = told["id"]
    assert (told["resourceType"], told["outcome"], told["request"]) == (
        "ClaimResponse", "queued", {"reference": f"Claim/{no}"},
    )  # fmt: skip
    claim = Claim.objects.get()
    assert (claim.claim_no, claim.external_id, claim.state, claim.claimed_fen) == (no, "F-1", "submitted", 2_123_450)
    invoice = claim.facts["invoices"][0]
    assert (invoice["admitted_on"], invoice["discharged_on"], invoice["icd"]) == ("2026-04-02", "2026-04-15", "K80.1")
    # Of a hospital whose grade nobody told nothing good is taken for granted.
    assert invoice["hospital"]["level"] == 0

    read = ask(insurer, f"Claim/{no}").json()
    assert read["total"] == {"value": 21234.50, "currency": "CNY"} and len(read["item"]) == 2
    assert read["patient"] == {"reference": f"Patient/{claim.person_id}"}
    assert ask(insurer, f"ExplanationOfBenefit?claim=Claim/{no}").json()["total"] == 0
    refused(ask(insurer, f"ExplanationOfBenefit/{no}-1"), 404, "not-found", "NOT_DECIDED")


def test_the_explanation_adds_up_to_the_decision(insurer: Partner, cast: Cast) -> None:
    sent = in_tertiary_hospital()
    no = ask(insurer, "Claim/$submit", sent).json()["id"]
    decided(cast, no)
    decision = insurer.get(f"/claims/{no}/decision").json()
    assert decision["payable_fen"] > 0
    [entry] = ask(insurer, f"ExplanationOfBenefit?claim=Claim/{no}").json()["entry"]
    one = json.loads(ask(insurer, f"ExplanationOfBenefit/{no}-1").content, parse_float=Decimal)
    assert one["id"] == entry["resource"]["id"] == f"{no}-1"
    totals = {total["category"]["coding"][0]["code"]: total["amount"]["value"] for total in one["total"]}
    assert totals["benefit"] * 100 == decision["payable_fen"]
    parts = ("public", "others", "not-covered", "deductible", "copay", "over-limits", "reduced-for-age", "benefit")
    for item in one["item"]:
        amounts = {part["category"]["coding"][0]["code"]: part["amount"]["value"] for part in item["adjudication"]}
        assert amounts["submitted"] == sum(amounts[part] for part in parts) == item["net"]["value"]
    assert any("clause" in note["text"] for note in one["processNote"])
    told = ask(insurer, f"ClaimResponse/{no}").json()
    assert (
        told["outcome"] == "complete"
        and Decimal(str(told["payment"]["amount"]["value"])) * 100 == decision["paid_out_fen"]
    )
    insurer.lang = "zh-CN"
    assert ask(insurer, f"ExplanationOfBenefit/{no}-1").json()["language"] == "zh-CN"


def test_the_same_claim_submitted_twice_is_one_claim(insurer: Partner) -> None:
    first = ask(insurer, "Claim/$submit", stay()).json()["id"]
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": bundles.bundle(stay())}]}
    assert ask(insurer, "Claim/$submit", parameters).json()["id"] == first
    assert Claim.objects.count() == 1 and Record.objects.filter(kind="claim.submitted").count() == 1


def test_everybody_else_is_told_that_there_is_nothing(insurer: Partner, clinic: Partner, cast: Cast) -> None:
    no = ask(insurer, "Claim/$submit", in_tertiary_hospital()).json()["id"]
    decided(cast, no)
    jia = Person.objects.get(external_id="J-1").pk
    policy = insurer.get("/policies/P-1").json()["policy"]
    theirs = (f"Claim/{no}", f"ClaimResponse/{no}", f"ExplanationOfBenefit/{no}-1", f"Patient/{jia}")
    for path in (
        *theirs,
        f"Coverage/{policy}",
        "Claim/none",
        "Patient/0",
        "Patient/x",
        "Coverage/%00",
        "Claim/%E4%BD%A0",
    ):
        refused(ask(clinic, path), 404, "not-found", "NOT_THERE")
    assert ask(clinic, f"ExplanationOfBenefit?claim={no}").json()["total"] == 0
    refused(ask(clinic, "Claim/$submit", stay()), 404, "not-found", "NOT_THERE")
    refused(ask(insurer, "Observation/1"), 404, "not-found", "NO_SUCH_RESOURCE")


def test_tokens_and_scopes_are_those_of_the_interface(insurer: Partner, speaking: Callable[..., Partner]) -> None:
    reader = speaking("ping", "claims:read")
    refused(ask(reader, "Claim/$submit", stay()), 403, "forbidden", "SCOPE_MISSING")
    refused(ask(reader, "Patient/1"), 403, "forbidden", "SCOPE_MISSING")
    refused(ask(speaking("ping", "claims:write"), "Claim/$submit", stay()), 403, "forbidden", "SCOPE_MISSING")
    assert not Claim.objects.exists()
    reader.token = "x"
    response = ask(reader, "Claim/C1")
    refused(response, 401, "login", "TOKEN_REFUSED")
    assert response["WWW-Authenticate"].startswith("Bearer")
    fast = speaking("ping", "claims:read", per_minute=1)
    ask(fast, "Claim/C1")
    response = ask(fast, "Claim/C1")
    refused(response, 429, "throttled", "TOO_FAST")
    assert int(response["Retry-After"]) > 0


def test_reads_of_claims_are_written_down(insurer: Partner) -> None:
    no = ask(insurer, "Claim/$submit", stay()).json()["id"]
    before = HealthRead.objects.count()
    for path in (f"Claim/{no}", f"ClaimResponse/{no}", f"ExplanationOfBenefit?claim={no}"):
        ask(insurer, path)
    assert HealthRead.objects.count() == before + 3


@pytest.mark.parametrize(
    ("change", "status", "issue", "code"),
    [
        ({"identifier": None}, 422, "invalid", "MALFORMED"),
        ({"identifier": [{"value": "x" * 65}]}, 422, "invalid", "MALFORMED"),
        ({"patient": {"identifier": {"value": "nobody"}}}, 404, "not-found", "NOT_THERE"),
        ({"patient": {"reference": "Patient/999999"}}, 404, "not-found", "NOT_THERE"),
        ({"patient": {"reference": "urn:uuid:1"}}, 422, "invalid", "MALFORMED"),
        ({"insurance": []}, 422, "invalid", "MALFORMED"),
        ({"insurance": [{"sequence": 1, "focal": True, "coverage": {"display": "none"}}]}, 422, "invalid", "MALFORMED"),
        ({"insurance": [{"sequence": 1, "focal": True, "coverage": {"identifier": {"value": "P-9"}}}]}, 404,
         "not-found", "NOT_THERE"),
        ({"status": "draft"}, 422, "invalid", "MALFORMED"),
        ({"use": "preauthorization"}, 422, "invalid", "MALFORMED"),
        ({"item": [bundles.item(1, "surgery", {"value": 1.0, "currency": "INR"})]}, 422, "invalid", "OTHER_CURRENCY"),
        ({"item": [bundles.item(1, "surgery", {"value": -1.0, "currency": "CNY"})]}, 422, "invalid", "MALFORMED"),
        ({"supportingInfo": []}, 409, "conflict", "PAPERS_MISSING"),
        ({"billablePeriod": {"start": "2026-04-15", "end": "2026-04-02"}}, 422, "invalid", "MALFORMED"),
    ],
)  # fmt: skip
def test_a_claim_that_cannot_be_taken_in_is_told_and_not_begun(
    insurer: Partner, change: dict[str, Any], status: int, issue: str, code: str
) -> None:
    told = refused(ask(insurer, "Claim/$submit", stay(**change)), status, issue, code)
    if code == "PAPERS_MISSING":
        assert len(told["issue"]) > 1 and told["issue"][1]["code"] == "required"
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff", b'{"resourceType": "Patient"}', b'{"resourceType": "Bundle"}',
        b'{"resourceType": "Parameters"}', b'{"resourceType": "Claim"}', b'{"resourceType": "Claim", "a": NaN}',
        b'{"resourceType": "Claim", "id": "a\\u0000b"}', b'{"resourceType": "Claim", "id": "\\ud800"}',
        b'{"a":' * 200 + b"1" + b"}" * 200,
    ],
)  # fmt: skip
def test_what_is_no_claim_is_refused(insurer: Partner, body: bytes) -> None:
    told = refused(ask(insurer, "Claim/$submit", body), 422, "invalid", "MALFORMED")
    assert told["issue"][0]["severity"] == "error"


def test_bodies_are_of_one_kind_and_within_a_size(insurer: Partner) -> None:
    refused(ask(insurer, "Claim/$submit", b"<x/>", Content_Type="application/fhir+xml"), 415, "not-supported",
            "WRONG_MEDIA_TYPE")  # fmt: skip
    refused(ask(insurer, "Claim/$submit", b" " * 2_000_001), 413, "too-long", "BODY_TOO_LARGE")
    response = ask(insurer, "Claim/C1", stay())
    refused(response, 405, "not-supported", "METHOD_NOT_ALLOWED")
    assert response["Allow"] == "GET"


@pytest.mark.parametrize("query", ["", "?patient=1", "?claim=a&claim=b", "?claim=", "?_count=5&claim=x"])
def test_a_search_names_one_claim(insurer: Partner, query: str) -> None:
    response = ask(insurer, f"ExplanationOfBenefit{query}")
    assert response.status_code == (200 if query == "?claim=" else 422)


def test_a_real_claim_of_another_country_is_refused_in_words(insurer: Partner, shared_data: Path) -> None:
    path = shared_data / "hcx_fhir" / "claims.json"
    if not path.is_file():
        pytest.skip(f"no HCX messages in {shared_data}")
    response = ask(insurer, "Claim/$submit", path.read_bytes())
    assert 400 <= response.status_code < 500
    assert response.json()["resourceType"] == "OperationOutcome"
    assert not Claim.objects.exists()
