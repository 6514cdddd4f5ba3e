"""Workers that are killed between the bank's doing and our writing, and workers that race: each payment once."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hearth.doors.launch.postgres import Postgres
from tests.doors.launch.conftest import open_folder
from tests.doors.launch.machine import beside

ROOT = Path(__file__).resolve().parents[3]
MANY = 40

# What every program of this test begins with: a database of its own, and the bank in a file.
OPENING = """
import json, os, signal, sys, time
from datetime import timedelta
import django
django.setup()
from django.conf import settings
settings.PAYMENTS_WIRE = "memory:" + os.environ["BANK"]
from hearth.desks import money
from hearth.desks.books import ledger
from hearth.store.access import HOUSE
from hearth.store.models import Entry, Payment
from hearth.wires.payments.bank import Bank
from tests.cast import MEI
from tests.desks.money.rows import AT, account, agreed, member
"""

INTEND = """
mei = member(MEI)
to = account(mei)
for number in range(int(sys.argv[1])):
    money.intend(agreed(mei, 1_000 + number, to).claim_no, at=AT)
"""

# Dies at its third call, when the bank has paid and before anybody wrote it down.
DIES = """
class Deadly(Bank):
    calls = 0
    def send(self, order):
        answer = super().send(order)
        Deadly.calls += 1
        if Deadly.calls == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer
for payment in Payment.objects.order_by("id"):
    money.send(payment.pk, at=AT, wire=Deadly(__import__("pathlib").Path(os.environ["BANK"])))
"""

RACES = """
class Slow(Bank):
    def send(self, order):
        time.sleep(0.002)
        return super().send(order)
settings_wire = Slow(__import__("pathlib").Path(os.environ["BANK"]))
print("ready", flush=True)
sys.stdin.readline()
for payment in Payment.objects.order_by("id"):
    money.send(payment.pk, at=AT, wire=settings_wire)
"""

FINISHES = """
at = AT + timedelta(minutes=5)
money.look_again(at=at)
money.learn(at=at)
money.learn(at=at)
differences = money.compare(HOUSE, at=AT + timedelta(days=1)).differences
print(json.dumps({
    "states": sorted(set(Payment.objects.values_list("state", flat=True))),
    "payments": dict(Payment.objects.values_list("key", "amount_fen")),
    "bank": ledger.balance("bank"),
    "sum": sum(Entry.objects.values_list("fen", flat=True)),
    "differences": [str(each) for each in differences],
}))
"""


@pytest.fixture
def place() -> Iterator[Path]:
    yield from open_folder()


@pytest.fixture
def env(place: Path) -> Iterator[dict[str, str]]:
    """A server of its own with empty tables: what happens here is committed."""
    with Postgres(place / "data") as server:
        env = {
            "DATABASE_URL": server.url,
            "HEARTH_ADMIN_DATABASE_URL": server.admin_url,
            "DJANGO_SETTINGS_MODULE": "hearth.doors.settings",
            "HEARTH_LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
            "BANK": str(place / "bank.sqlite3"),
        }
        with beside([sys.executable, "-m", "django", "migrate", "--database", "owner", "-v", "0"], env) as migrating:
            out, _ = migrating.communicate(timeout=120)
            assert migrating.returncode == 0, out
        yield env


def ran(program: str, env: dict[str, str], *words: str) -> tuple[int, str]:
    with beside([sys.executable, "-c", OPENING + program, *words], env) as running:
        out, _ = running.communicate(timeout=120)
        return running.returncode, out


def finished(env: dict[str, str]) -> dict[str, Any]:
    code, out = ran(FINISHES, env)
    assert code == 0, out
    told: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    return told


def the_banks(env: dict[str, str], question: str) -> list[Any]:
    with sqlite3.connect(env["BANK"]) as book:
        return book.execute(question).fetchall()


def test_a_worker_killed_after_the_bank_paid_pays_nothing_twice(env: dict[str, str]) -> None:
    code, out = ran(INTEND, env, "8")
    assert code == 0, out
    assert ran(DIES, env)[0] == -signal.SIGKILL
    # Two are written down; the third is in the bank's book alone.
    assert the_banks(env, "SELECT count(*) FROM transfers") == [(3,)]
    told = finished(env)
    assert told["states"] == ["confirmed"]
    assert dict(the_banks(env, "SELECT key, amount_fen FROM transfers")) == told["payments"]
    assert told["bank"] == -sum(told["payments"].values())
    assert (told["sum"], told["differences"]) == (0, [])


def test_two_workers_that_race_ask_the_bank_once_about_each(env: dict[str, str]) -> None:
    code, out = ran(INTEND, env, str(MANY))
    assert code == 0, out
    argv = [sys.executable, "-c", OPENING + RACES]
    with beside(argv, env) as one, beside(argv, env) as two:
        for worker in (one, two):
            assert worker.stdout is not None
            while worker.stdout.readline().strip() != "ready":
                assert worker.poll() is None
        for worker in (one, two):
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        for worker in (one, two):
            out, _ = worker.communicate(timeout=120)
            assert worker.returncode == 0, out
    assert the_banks(env, "SELECT count(*), max(times) FROM calls WHERE verb = 'send'") == [(MANY, 1)]
    told = finished(env)
    assert told["states"] == ["confirmed"]
    assert len(told["payments"]) == MANY
    assert (told["sum"], told["differences"]) == (0, [])
    assert os.path.exists(env["BANK"])
