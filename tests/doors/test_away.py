"""While the database is away, and once it is back: a real server, whose PostgreSQL is stopped and started again."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory
from django.utils.translation import override

from hearth.doors.away import is_away, went_wrong
from hearth.doors.launch.postgres import Postgres
from tests.doors.launch.conftest import open_folder
from tests.doors.launch.machine import wait_until
from tests.doors.launch.test_run import Running, running

PHONE = "13900000009"
STRANGER = "Bearer hearth_" + "a" * 43
"""A token of the right form, which nobody was given: the database has to be asked."""


@dataclass
class House:
    """A running Hearth and the server of its database, which is not its own to start again."""

    run: Running
    database: Postgres

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
        """One request; its status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.run.port, timeout=30)
        try:
            told = {"Host": "localhost", "Accept-Language": "en", **headers}
            connection.request(method, path, body or None, told)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    for place in open_folder():
        with Postgres(place / "theirs") as server:
            urls = {"DATABASE_URL": server.url, "HEARTH_ADMIN_DATABASE_URL": server.admin_url}
            with running(place / "data", HEARTH_WORKERS="0", **urls) as started:
                yield House(started, server)


@pytest.fixture
def away(house: House) -> Iterator[House]:
    """The house without its database, for one test."""
    house.database.stop()
    try:
        yield house
    finally:
        house.database.start()
        wait_until(house.database.is_answering)


def test_a_partner_is_told_in_a_problem_when_to_come_again_and_then_is_answered(away: House) -> None:
    status, headers, body = away.ask("GET", "/api/v1/claims", Authorization=STRANGER)
    assert status == 503 and headers["Content-Type"] == "application/problem+json"
    assert headers["Retry-After"] == "5"
    told = json.loads(body)
    assert told["code"] == "DATABASE_AWAY" and "数据库" in told["says"]["zh"]
    away.database.start()
    assert away.ask("GET", "/api/v1/claims", Authorization=STRANGER)[0] == 401


def test_a_hospital_is_told_in_an_operation_outcome(away: House) -> None:
    status, headers, body = away.ask("GET", "/fhir/Claim/1", Authorization=STRANGER)
    assert status == 503 and headers["Retry-After"] == "5"
    told = json.loads(body)
    assert told["resourceType"] == "OperationOutcome" and told["issue"][0]["code"] == "transient"
    away.database.start()
    assert away.ask("GET", "/fhir/Claim/1", Authorization=STRANGER)[0] == 401


def test_a_page_says_that_nothing_is_lost_and_what_was_typed_is_sent_again_from_it(away: House) -> None:
    away.database.start()
    _, headers, page = away.ask("GET", "/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    cookie = headers["Set-Cookie"].partition(";")[0]
    typed = {"csrfmiddlewaretoken": token[1], "phone": PHONE}
    sent = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    away.database.stop()

    status, headers, page = away.ask("POST", "/login/", urlencode(typed), **sent)
    assert status == 503 and headers["Retry-After"] == "5"
    assert "Nothing that was saved is lost" in page and 'action="/login/"' in page
    kept = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}
    assert kept == typed
    assert "没有丢失" in away.ask("POST", "/login/", urlencode(typed), **sent | {"Accept-Language": "zh"})[2]

    away.database.start()
    assert away.ask("POST", "/login/", urlencode(kept), **sent)[0] == 302


def test_the_page_that_says_whether_the_server_lives_needs_no_database(away: House) -> None:
    assert away.ask("GET", "/alive")[0] == 200


# --- what is kept and what is not ------------------------------------------------------------------------------------


def failed_with(request: object, error: Exception) -> str:
    try:
        raise error
    except Exception:
        with override("en"):
            answer = went_wrong(request)  # type: ignore[arg-type]
            assert answer.status_code == 503
            return answer.content.decode()


def test_a_password_is_not_written_into_the_page() -> None:
    request = RequestFactory().post("/login/", {"login": "an", "password": "a long enough sentence"})
    page = failed_with(request, psycopg.OperationalError("the connection is lost"))
    assert "sentence" not in page and 'href="/login/"' in page and "type it once more" in page


def test_what_was_typed_stays_text_and_a_file_is_asked_for_again(tmp_path: Path) -> None:
    paper = tmp_path / "invoice <1>.jpg"
    paper.write_bytes(b"x")
    with paper.open("rb") as file:
        request = RequestFactory().post("/claims/1/papers", {"story": '"><script>', "file": file})
    page = failed_with(request, psycopg.OperationalError("the connection is lost"))
    assert "<script>" not in page and 'value="&quot;&gt;&lt;script&gt;"' in page
    assert 'type="file"' in page and "invoice &lt;1&gt;.jpg" in page and "multipart/form-data" in page


def test_only_a_connection_that_fails_is_a_database_away() -> None:
    away = OperationalError("could not connect")
    away.__cause__ = psycopg.OperationalError("could not connect")
    assert is_away(away) and is_away(InterfaceError("connection already closed"))
    assert is_away(psycopg.errors.AdminShutdown("terminating connection"))
    for ours in (
        psycopg.errors.DeadlockDetected("deadlock detected"),
        psycopg.errors.QueryCanceled("canceling statement"),
        psycopg.errors.UniqueViolation("duplicate key"),
        ValueError("no number"),
    ):
        assert not is_away(ours)
