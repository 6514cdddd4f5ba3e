"""Several processes send the same claim at the same moment: it is one claim, and everybody is told the same."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hearth.doors.launch.postgres import Postgres
from tests.doors.launch.conftest import open_folder
from tests.doors.launch.machine import beside

ROOT = Path(__file__).resolve().parents[3]
RACERS = 4

OPENING = """
import json, sys
import django
django.setup()
from django.test.utils import setup_test_environment
setup_test_environment()
from django.db import connection
from django.test import Client
from tests.desks.cast_rows import AT, STAY_PAPERS, stay
from tests.doors.api.conftest import POLICY, Partner, new_token
from hearth.doors.api import tokens
tokens.now = lambda: AT
"""

SETS_UP = """
from tests.desks.cast_rows import cast
cast()
insurer = Partner(new_token("ping"), Client())
response = insurer.post("/policies", POLICY)
assert response.status_code == 201, response.content
print(json.dumps({"token": insurer.token, "stay": stay()}), flush=True)
"""

RACES = """
told = json.loads(sys.stdin.readline())
insurer = Partner(told["token"], Client())
connection.ensure_connection()
print("ready", flush=True)
sys.stdin.readline()
answers = []
for number in range(8):
    body = {"external_id": f"C-{number}", "insured": "J-1", "policies": ["P-1"], "facts": {"invoices": [told["stay"]]},
            "held": list(STAY_PAPERS), "has_no_more": True}
    with_key = insurer.post("/claims", body, Idempotency_Key=f"k-{number}")
    without = insurer.post("/claims", {**body, "external_id": f"D-{number}"})
    answers.append([with_key.status_code, with_key.json(), without.status_code, without.json()])
print(json.dumps(answers), flush=True)
"""

COUNTS = """
from django.db.models import Count
from hearth.store.models import Claim, Record
twice = Record.objects.filter(kind="claim.submitted").values("subject").annotate(n=Count("pk")).filter(n__gt=1)
print(json.dumps({"claims": Claim.objects.count(), "submitted": Record.objects.filter(kind="claim.submitted").count(),
                  "twice": len(twice)}), flush=True)
"""


@pytest.fixture(scope="module")
def database() -> Iterator[dict[str, str]]:
    """A database of its own, with tables: what racing processes write stays written."""
    for place in open_folder():
        with Postgres(place / "data") as server:
            env = {
                "DATABASE_URL": server.url,
                "DJANGO_SETTINGS_MODULE": "hearth.doors.settings",
                "HEARTH_LOG_LEVEL": "ERROR",
                "PYTHONPATH": str(ROOT),
            }
            owner = {**env, "HEARTH_ADMIN_DATABASE_URL": server.admin_url}
            migrate = [sys.executable, "-m", "django", "migrate", "--database", "owner", "--verbosity", "0"]
            with beside(migrate, owner) as migrating:
                assert migrating.wait(120) == 0, migrating.stdout.read() if migrating.stdout else ""
            yield env


def test_the_same_claim_sent_by_several_at_once_is_one_claim(database: dict[str, str]) -> None:
    def program(source: str) -> list[str]:
        return [sys.executable, "-c", OPENING + source]

    def answer(lines: str) -> object:
        try:
            return json.loads(lines.strip().splitlines()[-1])
        except ValueError:
            pytest.fail(lines)

    with beside(program(SETS_UP), database) as setting_up:
        out, _ = setting_up.communicate(timeout=120)
    told = answer(out)
    assert isinstance(told, dict), out
    with ExitStack() as open_programs:
        racers = [open_programs.enter_context(beside(program(RACES), database)) for _ in range(RACERS)]
        for racer in racers:
            assert racer.stdin and racer.stdout
            racer.stdin.write(json.dumps(told) + "\n")
            racer.stdin.flush()
            assert racer.stdout.readline().strip() == "ready"
        for racer in racers:
            assert racer.stdin
            racer.stdin.write("go\n")
            racer.stdin.flush()
        results = [answer(racer.communicate(timeout=240)[0]) for racer in racers]
    for number in range(8):
        rows = [result[number] for result in results]  # type: ignore[index]
        # Under a key everybody hears the very same; by the external id alone, the same claim.
        assert {row[0] for row in rows} == {201} and {row[2] for row in rows} <= {200, 201}
        assert len({row[1]["claim"] for row in rows}) == len({row[3]["claim"] for row in rows}) == 1
    with beside(program(COUNTS), database) as counting:
        out, _ = counting.communicate(timeout=60)
    assert answer(out) == {"claims": 16, "submitted": 16, "twice": 0}
