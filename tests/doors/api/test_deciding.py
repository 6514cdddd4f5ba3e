"""A case comes in, its decision goes out; nothing is saved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hearth.doors.feeds.cases import case_of
from hearth.doors.feeds.products import load_products
from hearth.kernel.adjudication.decided import to_json
from hearth.kernel.adjudication.decision import decide
from hearth.store.models import Claim, Record
from hearth.store.reading import read_yaml
from tests.doors.api.conftest import POLICY, Partner, problem

pytestmark = pytest.mark.django_db

PRODUCTS = Path(__file__).resolve().parents[3] / "products"
EXAMPLES = sorted(PRODUCTS.glob("*/examples/*.yaml"))


def value_of(path: Path) -> Any:
    """An example as JSON would state it."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(inner) for key, inner in value.items()}
        return [plain(inner) for inner in value] if isinstance(value, list) else value

    return json.loads(json.dumps(plain(read_yaml(path.read_text(), path.name)), default=str))


@pytest.mark.parametrize("path", EXAMPLES[::9], ids=lambda path: path.stem)
def test_an_example_is_decided_as_the_kernel_decides_it(insurer: Partner, path: Path) -> None:
    value = {name: part for name, part in value_of(path).items() if name != "expect"}
    records = Record.objects.count()
    response = insurer.post("/decide", value)
    assert response.status_code == 200, response.content
    answer = response.json()
    expected = decide(case_of(value, path.name, lambda place: str(place)), load_products())
    assert answer["decision"] == json.loads(json.dumps(to_json(expected)))
    assert [one["claim"] for one in answer["explanation"]] == [claim.no for claim in expected.claims]
    for claim in answer["explanation"]:
        for step in [*claim["steps"], *(step for policy in claim["policies"] for step in policy["steps"])]:
            assert step["zh"] and step["en"]
    assert Record.objects.count() == records and not Claim.objects.exists()


def test_explaining_and_trying_can_be_left_out(insurer: Partner) -> None:
    value = value_of(next(path for path in EXAMPLES if "e11" in path.stem))
    short = insurer.post("/decide?explained=false&worth=false", value).json()
    assert short["explanation"] is None
    assert all(not claim["worth"] and not claim["orders"] for claim in short["decision"]["claims"])


def test_a_broken_product_is_ours_to_mend_and_no_client_sees_where_it_lies(
    insurer: Partner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HEARTH_PRODUCTS", str(tmp_path))
    path = tmp_path / "million-medical" / "terms.yaml"
    path.parent.mkdir()
    path.write_text((PRODUCTS / "million-medical" / "terms.yaml").read_text("utf-8") + "\nnot_a_term: 1\n", "utf-8")
    case = value_of(next(path for path in EXAMPLES if "million-medical" in str(path)))
    for address, body in (("/decide", case), ("/policies", {**POLICY, "product": "million-medical"})):
        caplog.clear()
        response = insurer.post(address, body)
        told = problem(response, 503, "PRODUCT_BROKEN")
        assert "million-medical" in told["says"]["en"] and str(tmp_path) not in response.content.decode()
        assert any(one.levelname == "ERROR" and str(path) in one.getMessage() for one in caplog.records)


@pytest.mark.parametrize(
    ("change", "status", "code", "place"),
    [
        ({"policies": []}, 422, "MALFORMED_IN_PLACES", "policies"),
        ({"claims": 7}, 422, "MALFORMED_IN_PLACES", "claims"),
        ({"colour": "red"}, 422, "MALFORMED_IN_PLACES", "colour"),
        ({"policies": [{"no": "P", "product": "none", "starts_on": "2026-01-01", "insured": ["mei"]}]}, 422,
         "MALFORMED_IN_PLACES", "policies[0].product"),
    ],
)  # fmt: skip
def test_what_is_no_case_is_told_with_its_places(
    insurer: Partner, change: dict[str, Any], status: int, code: str, place: str
) -> None:
    value = {
        "policies": [{"no": "P", "product": "outpatient", "starts_on": "2026-01-01", "insured": ["mei"]}],
        "claims": [
            {
                "no": "C",
                "insured": "mei",
                "invoices": [
                    {
                        "setting": "outpatient",
                        "visited_on": "2026-05-01",
                        "lines": [{"category": "western_drug", "amount": "100.00"}],
                    }
                ],
            }
        ],
    }
    assert insurer.post("/decide", value).status_code == 200
    told = problem(insurer.post("/decide", value | change), status, code)
    assert place in {one["place"] for one in told["places"]}


def test_a_case_that_would_take_long_is_refused(insurer: Partner) -> None:
    line = {"category": "western_drug", "amount": "1.00"}
    invoice = {"setting": "outpatient", "visited_on": "2026-05-01", "lines": [line] * 1500}
    value = {
        "policies": [{"no": "P", "product": "outpatient", "starts_on": "2026-01-01", "insured": ["mei"]}],
        "claims": [{"no": f"C{n}", "insured": "mei", "invoices": [invoice]} for n in range(3)],
    }
    told = problem(insurer.post("/decide", value), 422, "CASE_TOO_LARGE")
    assert "4,500" in told["detail"] or "4500" in told["detail"]


def test_a_case_of_more_than_a_megabyte_is_refused(insurer: Partner) -> None:
    problem(insurer.post("/decide", b" " * 1_000_001), 413, "BODY_TOO_LARGE")


def test_any_token_may_ask_and_nobody_without_one(insurer: Partner, speaking: Any) -> None:
    problem(speaking("qing", "webhooks").post("/decide", {}), 422, "MALFORMED_IN_PLACES")
    insurer.token = "none"
    problem(insurer.post("/decide", {}), 401, "TOKEN_REFUSED")
