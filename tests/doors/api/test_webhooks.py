"""A partner registers, tries and removes the addresses it is told at, over the interface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hearth.wires.webhooks.pinboard import Pinboard
from tests.doors.api.conftest import Partner, problem

pytestmark = pytest.mark.django_db

URL = "https://partner.example/hearth"


@pytest.fixture
def board(settings: Any, tmp_path: Path) -> Pinboard:
    settings.WEBHOOKS_WIRE = f"memory:{tmp_path}/board.sqlite3"
    return Pinboard(tmp_path / "board.sqlite3")


def test_a_webhook_is_registered_tried_and_removed(insurer: Partner, board: Pinboard) -> None:
    made = insurer.post("/webhooks", {"url": URL}, Idempotency_Key="w-1")
    assert made.status_code == 201
    assert insurer.post("/webhooks", {"url": URL}, Idempotency_Key="w-1").content == made.content
    webhook = made.json()["webhook"]
    [listed] = insurer.get("/webhooks").json()["webhooks"]
    assert (listed["webhook"], listed["url"]) == (webhook, URL) and "secret" not in listed
    assert insurer.post(f"/webhooks/{webhook}/test").json() == {"is_taken": True, "status": 200, "trouble": ""}
    assert len(board.calls(URL)) == 1
    assert insurer.get(f"/webhooks/{webhook}/deliveries").json() == {"deliveries": []}
    problem(insurer.post("/webhooks", {"url": URL}), 409, "WEBHOOK_THERE")
    gone = insurer.call("DELETE", f"/webhooks/{webhook}")
    assert (gone.status_code, gone.content) == (204, b"")
    for path in ("", "/test", "/deliveries"):
        method = {"": "DELETE", "/test": "POST", "/deliveries": "GET"}[path]
        response = insurer.call(method, f"/webhooks/{webhook}{path}")
        if path != "/deliveries":
            problem(response, 404, "NOT_THERE")
    assert insurer.get("/webhooks").json() == {"webhooks": []}


@pytest.mark.parametrize(
    "url", ["http://partner.example/", "https://", "partner.example", "https://a b/", "x" * 600, 7]
)
def test_what_is_no_address_is_refused(insurer: Partner, url: Any) -> None:
    response = insurer.post("/webhooks", {"url": url})
    assert response.status_code == 422 and response["Content-Type"] == "application/problem+json"


def test_webhooks_of_others_are_not_there(insurer: Partner, clinic: Partner, board: Pinboard) -> None:
    webhook = insurer.post("/webhooks", {"url": URL}).json()["webhook"]
    for method, path in (("DELETE", ""), ("POST", "/test"), ("GET", "/deliveries")):
        problem(clinic.call(method, f"/webhooks/{webhook}{path}"), 404, "NOT_THERE")
    assert clinic.get("/webhooks").json() == {"webhooks": []}


@pytest.mark.parametrize("webhook", ["0", "-1", "x", "9" * 30])
def test_a_number_that_is_none_is_refused(insurer: Partner, webhook: str) -> None:
    problem(insurer.call("DELETE", f"/webhooks/{webhook}"), 422, "MALFORMED_IN_PLACES")
