"""A partner brings people in and issues policies: once each, however often they are sent."""

from __future__ import annotations

from typing import Any

import pytest

from hearth.desks import partners
from hearth.store.access import HOUSE
from hearth.store.models import ApiRequest, Person, Policy, Record
from tests.desks.cast_rows import AT, Cast
from tests.doors.api.conftest import JIA, POLICY, Partner, problem

pytestmark = pytest.mark.django_db


def test_a_person_sent_twice_is_one_person(insurer: Partner) -> None:
    first = insurer.post("/persons", JIA)
    assert (first.status_code, first.json()["external_id"]) == (201, "J-1")
    second = insurer.post("/persons", {**JIA, "full_name": "嘉嘉"})
    assert (second.status_code, second.json()) == (200, first.json())
    assert Person.objects.get(external_id="J-1").full_name == "嘉"


def test_a_person_is_found_by_the_partners_number_and_by_ours_with_numbers_in_part(insurer: Partner) -> None:
    ours = insurer.post("/persons", JIA).json()["person"]
    for key in ("J-1", ours, ours.upper()):
        assert insurer.get(f"/persons/{key}").json() == {
            "person": ours,
            "external_id": "J-1",
            "full_name": "嘉",
            "id_number": "1101****15",
            "phone": "139****0001",
            "born_on": "1990-01-01",
            "sex": "M",
            "language": "zh-hans",
        }


def test_people_of_others_are_not_there(insurer: Partner, clinic: Partner) -> None:
    ours = insurer.post("/persons", JIA).json()["person"]
    for key in ("J-1", ours, "mei"):
        problem(clinic.get(f"/persons/{key}"), 404, "NOT_THERE")
    assert clinic.get("/persons").json() == {"persons": [], "cursor": None}
    problem(insurer.get("/persons/mei"), 404, "NOT_THERE")
    otherwise = {**JIA, "external_id": "other", "full_name": "家"}
    told = problem(clinic.post("/persons", otherwise), 409, "ALREADY_KNOWN")
    assert "J-1" not in str(told) and ours not in str(told) and "嘉" not in str(told)
    assert clinic.get("/persons").json() == {"persons": [], "cursor": None}


def test_somebody_known_already_is_introduced_and_each_partner_sees_its_own_number(
    insurer: Partner, clinic: Partner, speaking: Any
) -> None:
    ours = insurer.post("/persons", JIA).json()["person"]
    patient = {**JIA, "external_id": "patient-7", "phone": "13700000007"}
    first, again = clinic.post("/persons", patient), clinic.post("/persons", patient)
    assert (first.status_code, first.json()) == (201, {"person": ours, "external_id": "patient-7"})
    assert (again.status_code, again.json()) == (200, first.json())
    for key in ("patient-7", ours):
        card = clinic.get(f"/persons/{key}").json()
        assert (card["external_id"], card["phone"], card["id_number"]) == ("patient-7", "139****0001", "1101****15")
    assert [one["external_id"] for one in clinic.get("/persons").json()["persons"]] == ["patient-7"]
    assert [one["external_id"] for one in insurer.get("/persons").json()["persons"]] == ["J-1"]
    problem(clinic.get("/persons/J-1"), 404, "NOT_THERE")
    problem(insurer.get("/persons/patient-7"), 404, "NOT_THERE")


def test_two_insurers_insure_one_person_and_neither_sees_the_others_policy(
    insurer: Partner, cast: Cast, speaking: Any
) -> None:
    partners.add_partner(HOUSE, at=AT, code="he", name="和安保险", kind="insurer", branch="gz")
    other = speaking("he")
    first = insurer.post("/policies", POLICY).json()["policy"]
    theirs = {**POLICY, "external_id": "H-1", "holder": {**JIA, "external_id": "K-1"}, "insured": ["K-1"]}
    second = other.post("/policies", theirs)
    assert second.status_code == 201, second.content
    no = second.json()["policy"]
    assert Person.objects.filter(full_name="嘉").count() == 1
    assert [one["policy"] for one in insurer.get("/policies").json()["policies"]] == [first]
    assert [one["policy"] for one in other.get("/policies").json()["policies"]] == [no]
    for by, key in ((insurer, "H-1"), (insurer, no), (other, "P-1"), (other, first)):
        problem(by.get(f"/policies/{key}"), 404, "NOT_THERE")
    problem(
        other.post("/policies", {**theirs, "external_id": "H-2", "holder": "K-1", "renews": first}), 404, "NOT_THERE"
    )


def test_people_come_page_by_page(insurer: Partner) -> None:
    for number in range(5):
        assert insurer.post("/persons", {"external_id": f"N-{number}", "full_name": f"人{number}"}).status_code == 201
    seen: list[str] = []
    cursor: Any = 0
    while cursor is not None:
        page = insurer.get(f"/persons?limit=2&cursor={cursor}").json()
        seen += [person["external_id"] for person in page["persons"]]
        cursor = page["cursor"]
    assert seen == [f"N-{number}" for number in range(5)]


def test_a_policy_is_issued_with_its_people_and_sent_twice_it_is_one(insurer: Partner) -> None:
    first = insurer.post("/policies", POLICY)
    assert first.status_code == 201, first.content
    again = insurer.post("/policies", POLICY)
    assert (again.status_code, again.json()) == (200, first.json())
    no = first.json()["policy"]
    for key in ("P-1", no):
        told = insurer.get(f"/policies/{key}").json()
    assert told | {"holder": None, "insured": None} == {
        "policy": no,
        "external_id": "P-1",
        "product": "million-medical",
        "plan": "standard",
        "state": "in_force",
        "holder": None,
        "insured": None,
        "starts_on": "2026-01-01",
        "ends_on": "2027-01-01",
        "ended_on": None,
        "premium_fen": 36_500,
        "renews": None,
        "facts": {},
    }
    assert told["holder"]["full_name"] == "嘉" and told["insured"] == [told["holder"]]
    assert Record.objects.filter(kind="policy.issued").count() == 1


def test_a_policy_number_with_a_stroke_is_found(insurer: Partner) -> None:
    assert insurer.post("/policies", {**POLICY, "policy_no": "SZ/2026/1"}).json()["policy"] == "SZ/2026/1"
    assert insurer.get("/policies/SZ/2026/1").json()["policy"] == "SZ/2026/1"
    assert insurer.get("/policies/SZ%2F2026%2F1").json()["policy"] == "SZ/2026/1"


def test_a_renewal_names_the_policy_it_continues(insurer: Partner) -> None:
    insurer.post("/policies", POLICY)
    later = {**POLICY, "external_id": "P-2", "holder": "J-1", "starts_on": "2027-01-01", "renews": "P-1"}
    assert insurer.post("/policies", later).status_code == 201
    assert insurer.get("/policies/P-2").json()["renews"] == insurer.get("/policies/P-1").json()["policy"]
    problem(insurer.post("/policies", {**later, "external_id": "P-3", "renews": "M1-MEI"}), 404, "NOT_THERE")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"product": "no-such-product"}, 404, "UNKNOWN_PRODUCT"),
        ({"plan": "no-such-plan"}, 422, "BAD_POLICY"),
        ({"insured": ["nobody"]}, 404, "NOT_THERE"),
        ({"insured": []}, 422, "MALFORMED_IN_PLACES"),
        ({"insured": ["mei"]}, 404, "NOT_THERE"),
        ({"holder": {"external_id": "x"}}, 422, "MALFORMED_IN_PLACES"),
        ({"premium": "-1"}, 422, "MALFORMED_IN_PLACES"),
        ({"premium": "1.234"}, 422, "MALFORMED_IN_PLACES"),
        ({"premium": "99999999999999999999"}, 422, "MALFORMED_IN_PLACES"),
        ({"ends_on": "2025-01-01"}, 422, "BAD_POLICY"),
        ({"starts_on": "2026-02-30"}, 422, "MALFORMED_IN_PLACES"),
        ({"facts": {"no": "X"}}, 422, "MALFORMED_IN_PLACES"),
        ({"facts": {"sum_insured": "a lot"}}, 422, "MALFORMED_IN_PLACES"),
        ({"policy_no": "M1-MEI"}, 409, "POLICY_KNOWN"),
        ({"policy_no": "../x"}, 422, "MALFORMED_IN_PLACES"),
        ({"renews": "none"}, 404, "NOT_THERE"),
    ],
)
def test_what_cannot_be_issued_is_told_and_nothing_is_issued(
    insurer: Partner, change: dict[str, Any], status: int, code: str
) -> None:
    before = Policy.objects.count()
    problem(insurer.post("/policies", {**POLICY, **change}), status, code)
    assert Policy.objects.count() == before


def test_policies_of_others_are_not_there(insurer: Partner, clinic: Partner) -> None:
    no = insurer.post("/policies", POLICY).json()["policy"]
    for key in ("P-1", no, "M1-MEI"):
        problem(clinic.get(f"/policies/{key}"), 404, "NOT_THERE")
    assert clinic.get("/policies").json() == {"policies": [], "cursor": None}
    assert [policy["policy"] for policy in insurer.get("/policies").json()["policies"]] == [no]


def test_the_same_request_under_its_key_is_answered_the_same(insurer: Partner) -> None:
    first = insurer.post("/persons", JIA, Idempotency_Key="k-1")
    again = insurer.post("/persons", JIA, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content and again["Idempotent-Replayed"] == "true"
    other = {**JIA, "external_id": "J-2", "id_number": "", "phone": ""}
    problem(insurer.post("/persons", other, Idempotency_Key="k-1"), 422, "KEY_FOR_OTHER")
    problem(insurer.post("/policies", POLICY, Idempotency_Key="k-1"), 422, "KEY_FOR_OTHER")
    assert not Person.objects.filter(external_id="J-2").exists()


def test_a_key_whose_request_failed_is_free_again(insurer: Partner) -> None:
    problem(insurer.post("/policies", {**POLICY, "plan": "none"}, Idempotency_Key="k-2"), 422, "BAD_POLICY")
    assert not ApiRequest.objects.filter(key="k-2").exists()
    assert insurer.post("/policies", POLICY, Idempotency_Key="k-2").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "x" * 81, "schlüssel"])
def test_what_is_no_key_is_refused(insurer: Partner, key: str) -> None:
    problem(insurer.post("/persons", JIA, Idempotency_Key=key), 422, "KEY_MALFORMED")


def test_what_was_answered_is_kept_sealed(insurer: Partner) -> None:
    from django.db import connection

    insurer.post("/persons", JIA, Idempotency_Key="k-3")
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM store_apirequest WHERE key = 'k-3'")
        assert b"J-1" not in bytes(cursor.fetchone()[0])
