"""The interface as a partner meets it: the cast, tokens, and calls over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from hearth.desks import partners
from hearth.doors.api import tokens
from hearth.store.access import HOUSE
from hearth.store.access.matrix import PARTNER_SCOPES
from tests.desks.cast_rows import AT, Cast
from tests.desks.cast_rows import cast as made

ROOT = "/api/v1"
MINUTE = timedelta(minutes=1)
EVERY_SCOPE = tuple(PARTNER_SCOPES)


@dataclass
class Partner:
    """A partner's program: its token, and what it calls."""

    token: str
    client: Client
    lang: str = "en"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One request; `body` is sent as JSON unless it is bytes already."""
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.token}", "Accept-Language": self.lang}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        kind = sent.pop("Content-Type", "application/json")
        return self.client.generic(method, f"{ROOT}{path}", data, content_type=kind, headers=sent)

    def get(self, path: str, **headers: str) -> HttpResponse:
        """A question."""
        return self.call("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Something to do."""
        return self.call("POST", path, body, **headers)


def new_token(code: str, *scopes: str, at: datetime = AT - MINUTE, **more: Any) -> str:
    """A token of a partner."""
    given = {"per_minute": 60_000, **more}
    return partners.make_token(HOUSE, code, at=at, name="tests", scopes=scopes or EVERY_SCOPE, **given).text


class Clock:
    """The moment that the doors read."""

    at = AT

    def __call__(self) -> datetime:
        """This moment."""
        return self.at


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock stands at AT until a test moves it."""
    made = Clock()
    monkeypatch.setattr(tokens, "now", made)
    return made


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, with the insurer `ping` and the clinic `qing`."""
    cast = made()
    partners.add_partner(HOUSE, at=AT, code="qing", name="青山医院", kind="hospital", branch="sz")
    return cast


@pytest.fixture
def speaking(client: Client) -> Callable[..., Partner]:
    """Makes a partner's program by the partner's code and the scopes of its token."""
    return lambda code, *scopes, **more: Partner(new_token(code, *scopes, **more), client)


@pytest.fixture
def insurer(cast: Cast, speaking: Callable[..., Partner]) -> Partner:
    """The insurer, with a token for everything."""
    return speaking("ping")


@pytest.fixture
def clinic(cast: Cast, speaking: Callable[..., Partner]) -> Partner:
    """Another partner, with a token for everything."""
    return speaking("qing")


def problem(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """The problem that was answered, which is of this status and code and told in both languages."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(response.content)
    assert (told["code"], told["status"], told["type"]) == (code, status, f"urn:hearth:fault:{code}")
    assert told["says"]["zh"] and told["says"]["en"] and told["says"]["zh"] != told["says"]["en"]
    return told


JIA = {
    "external_id": "J-1",
    "full_name": "嘉",
    "id_number": "110101199001010015",
    "phone": "13900000001",
    "language": "zh-hans",
}
"""Somebody whom nobody knows yet."""

POLICY = {
    "external_id": "P-1",
    "product": "million-medical",
    "plan": "standard",
    "holder": JIA,
    "insured": ["J-1"],
    "starts_on": "2026-01-01",
    "premium": "365.00",
}
"""A policy of Jia's."""
