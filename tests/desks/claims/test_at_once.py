"""Two claims of one person decided at the same moment, by two connections, never use the same deductible twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hearth.doors.launch.postgres import Postgres
from tests.doors.launch.conftest import open_folder

ROOT = Path(__file__).resolve().parents[3]

# Two threads, each with its own connection; what one waits for, the other has committed.
SCRIPT = """
import threading
import django
django.setup()
from datetime import date
from django.db import connections
from hearth.desks.claims import deciding, sampling
from hearth.store.models import Claim
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, STAY_PAPERS, cast, small_stay
from tests.desks.claims.way import claim_at

sampling.drawn_for_person = lambda no, product, at: False
made = cast()
pairs = []
for n in range(4):
    made.issue(f"M1-{n}", "million-medical", date(2026, 1, 1), "mei", plan="standard")
    stated = [{"invoices": [small_stay("6000.00")]} for _ in range(2)]
    pairs.append([
        claim_at(made, ClaimState.ACCEPTED, policies=[f"M1-{n}"], papers=STAY_PAPERS, facts=facts) for facts in stated
    ])

def decide(no, start):
    start.wait()
    assert deciding.decide_straight_through(no, at=AT), no
    connections.close_all()

for pair in pairs:
    start = threading.Barrier(2)
    workers = [threading.Thread(target=decide, args=(no, start)) for no in pair]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    print(sorted(Claim.objects.get(claim_no=no).decision.payable_fen for no in pair))
"""


@pytest.fixture
def place() -> Iterator[Path]:
    yield from open_folder()


def test_claims_decided_at_the_same_moment_share_one_deductible(place: Path) -> None:
    with Postgres(place / "data") as server:
        env = os.environ | {
            "DATABASE_URL": server.url,
            "HEARTH_ADMIN_DATABASE_URL": server.admin_url,
            "DJANGO_SETTINGS_MODULE": "hearth.doors.settings",
            "PYTHONPATH": str(ROOT),
        }
        migrate = [sys.executable, "-m", "django", "migrate", "--database", "owner", "-v", "0"]
        subprocess.run(migrate, env=env, check=True, timeout=180)
        told = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=env, cwd=ROOT, capture_output=True, text=True, timeout=300
        )
    assert told.returncode == 0, told.stderr[-3000:]
    assert told.stdout.split("\n")[:-1] == ["[0, 200000]"] * 4
