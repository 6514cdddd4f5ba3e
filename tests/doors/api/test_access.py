"""Who may enter the interface, with which scopes, how fast; and how refusals are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from hearth.desks import partners
from hearth.store.access import HOUSE
from hearth.store.models import Person, Token
from tests.desks.cast_rows import AT, Cast
from tests.doors.api.conftest import JIA, Partner, new_token, problem

pytestmark = pytest.mark.django_db


def test_without_a_token_nothing_is_told(client: Client, cast: Cast) -> None:
    for header in ({}, {"Authorization": ""}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}):
        response = client.get("/api/v1/persons", headers=header)
        problem(response, 401, "TOKEN_NEEDED")
        assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["x", "hearth_" + "a" * 43, "hearth_é", "hearth_%00", "hearth_" + "a" * 4000])
def test_an_unknown_token_is_refused(client: Client, cast: Cast, token: str) -> None:
    response = client.get("/api/v1/persons", headers={"Authorization": f"Bearer {token}"})
    assert problem(response, 401, response.json()["code"])["code"] in ("TOKEN_REFUSED", "TOKEN_NEEDED")


def test_an_expired_and_a_revoked_token_are_refused_alike(client: Client, cast: Cast) -> None:
    expired = new_token("ping", at=AT - timedelta(days=40), days=30)
    revoked = new_token("ping")
    partners.revoke_token(HOUSE, "ping", Token.objects.order_by("-pk")[0].pk, at=AT)
    told = [
        problem(client.get("/api/v1/persons", headers={"Authorization": f"Bearer {text}"}), 401, "TOKEN_REFUSED")
        for text in (expired, revoked, "hearth_" + "a" * 43)
    ]
    assert told[0] == told[1] == told[2]


def test_a_token_does_what_its_scopes_say_and_no_more(speaking: Callable[..., Partner], cast: Cast) -> None:
    reader = speaking("ping", "policies:read")
    assert reader.get("/persons").status_code == 200
    told = problem(reader.post("/persons", JIA), 403, "SCOPE_MISSING")
    assert "policies:write" in told["detail"] and "policies:read" in told["detail"]
    problem(reader.get("/webhooks"), 403, "SCOPE_MISSING")
    writer = speaking("ping", "policies:write")
    assert writer.post("/persons", JIA).status_code == 201
    problem(writer.get("/persons"), 403, "SCOPE_MISSING")


def test_a_token_that_asks_too_fast_waits(speaking: Callable[..., Partner], cast: Cast) -> None:
    fast = speaking("ping", "policies:read", per_minute=6)
    assert fast.get("/persons").status_code == 200
    response = fast.get("/persons")
    problem(response, 429, "TOO_FAST")
    assert 1 <= int(response["Retry-After"]) <= 10


def test_refusals_are_told_in_the_language_that_is_asked_for(insurer: Partner) -> None:
    english = problem(insurer.get("/policies/none"), 404, "NOT_THERE")
    assert english["detail"] == english["says"]["en"] and "no policy none" in english["detail"]
    insurer.lang = "zh-CN,zh;q=0.9"
    chinese = problem(insurer.get("/policies/none"), 404, "NOT_THERE")
    assert chinese["detail"] == chinese["says"]["zh"] and "没有找到保单" in chinese["detail"]


def test_addresses_and_methods_that_are_not_there_are_problems_too(insurer: Partner) -> None:
    problem(insurer.get("/nothing"), 404, "NO_SUCH_ADDRESS")
    problem(insurer.get("/"), 404, "NO_SUCH_ADDRESS")
    response = insurer.call("PATCH", "/persons")
    problem(response, 405, "METHOD_NOT_ALLOWED")
    assert set(response["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize(
    "path", ["/persons/%00", "/policies/a%00b", "/persons?cursor=%00", "/persons/%ff%fe", "/policies/%ED%A0%80", "/%00"]
)
def test_addresses_that_no_text_could_hold_are_refused(insurer: Partner, path: str) -> None:
    response = insurer.get(path)
    assert response.status_code in (404, 422), response.content
    problem(response, response.status_code, response.json()["code"])


@pytest.mark.parametrize("cursor", ["-1", "x", "9" * 40, "1.5", ""])
def test_a_cursor_that_is_none_is_told_with_its_place(insurer: Partner, cursor: str) -> None:
    told = problem(insurer.get(f"/persons?cursor={cursor}"), 422, "MALFORMED_IN_PLACES")
    assert told["places"][0]["place"] == "cursor"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "MALFORMED"),
        (b"{", 422, "MALFORMED"),
        (b"[]", 422, "MALFORMED"),
        (b'"x"', 422, "MALFORMED"),
        (b"null", 422, "MALFORMED"),
        (b"\xff\xfe{}", 422, "MALFORMED"),
        (b'{"full_name": "a", "full_name": "b"}', 422, "MALFORMED"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, 422, "MALFORMED"),
        (b'{"full_name": NaN}', 422, "MALFORMED_IN_PLACES"),
        (json.dumps({**JIA, "full_name": "a\0b"}).encode(), 422, "MALFORMED"),
        (b'{"external_id": "x", "full_name": "\\ud800"}', 422, "MALFORMED"),
        (b'{"external_id": "x", "full_name": "y", "\\u0000": 1}', 422, "MALFORMED"),
        (json.dumps({**JIA, "born_on": "yesterday"}).encode(), 422, "MALFORMED_IN_PLACES"),
        (json.dumps({**JIA, "born_on": "9999-12-31"}).encode(), 422, "MALFORMED_IN_PLACES"),
        (json.dumps({**JIA, "sex": "X"}).encode(), 422, "MALFORMED_IN_PLACES"),
        (json.dumps({**JIA, "nickname": "J"}).encode(), 422, "MALFORMED_IN_PLACES"),
        (json.dumps({**JIA, "external_id": ""}).encode(), 422, "MALFORMED_IN_PLACES"),
        (json.dumps({**JIA, "id_number": "110101199001010011"}).encode(), 422, "MALFORMED"),
        (json.dumps({**JIA, "phone": "12"}).encode(), 422, "MALFORMED"),
        (json.dumps({**JIA, "full_name": "x" * 101}).encode(), 422, "MALFORMED_IN_PLACES"),
        (json.dumps({**JIA, "full_name": "a" * 2_000_000}).encode(), 413, "BODY_TOO_LARGE"),
    ],
)
def test_bodies_that_cannot_be_read_are_refused_with_their_place(
    insurer: Partner, body: bytes, status: int, code: str
) -> None:
    before = Person.objects.count()
    problem(insurer.post("/persons", body), status, code)
    assert Person.objects.count() == before


def test_every_wrong_place_is_told_at_once(insurer: Partner) -> None:
    told = problem(
        insurer.post("/persons", {"full_name": "", "sex": "X", "born_on": "31.12.1990"}), 422, "MALFORMED_IN_PLACES"
    )
    assert {place["place"] for place in told["places"]} == {"full_name", "sex", "born_on", "external_id"}


def test_a_huge_body_is_refused_before_it_is_read(insurer: Partner) -> None:
    told = problem(insurer.post("/persons", b"x", Content_Length="999999999"), 413, "BODY_TOO_LARGE")
    assert "999,999,999" in told["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"])
def test_a_body_of_another_kind_is_refused(insurer: Partner, kind: str) -> None:
    problem(insurer.post("/persons", JIA, Content_Type=kind), 415, "WRONG_MEDIA_TYPE")


def test_the_document_tells_every_operation_with_its_scope(client: Client, db: None) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["summary"] and operation["description"], where
            assert "422" in operation["responses"], where
            if operation.get("security"):
                assert {"401", "403", "429"} <= set(operation["responses"]), where
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], where


def test_the_page_of_the_document_loads_nothing_of_another_host(client: Client, db: None) -> None:
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert b"//cdn" not in page.content and b"https://" not in page.content
    assert b"/static/ninja/swagger-ui-bundle.js" in page.content
