"""kill -9 of every part at random moments while claims run: nothing answered is lost, nothing is paid twice."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.doors.kill import checks
from tests.doors.kill.killer import Killer
from tests.doors.kill.partner import Intake, Partner, claims, policies
from tests.doors.kill.stack import Stack, program, stack
from tests.doors.launch.machine import beside, wait_until

SEED = 20_260_602


@dataclass
class Auditor:
    """Somebody who asks for the log's checkpoint again and again, and keeps what is answered."""

    partner: Partner
    kept: list[str] = field(default_factory=list)
    key: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Auditor:
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(20)

    def _work(self) -> None:
        while not self._stop.wait(1.5):
            status, told = self.partner.get("/log/checkpoint")
            if status == 200:
                found = json.loads(told)
                self.key = self.key or found["key"]
                self.kept.append(found["note"])


@dataclass
class Desk:
    """The desk's program beside the test, and the verbs that it was answered."""

    program: subprocess.Popen[str]
    done: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def listen(self) -> None:
        assert self.program.stdout is not None
        for line in self.program.stdout:
            try:
                told = json.loads(line)
                self.done.append((told["verb"], told["claim"]))
            except (ValueError, KeyError, TypeError):
                self.said.append(line)


@contextlib.contextmanager
def at_the_desk(running: Stack) -> Iterator[Desk]:
    with beside(program("desk"), running.beside) as started:
        desk = Desk(started)
        ears = threading.Thread(target=desk.listen, daemon=True)
        ears.start()
        yield desk
        assert started.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            started.stdin.close()
        ears.join(30)
        assert started.wait(30) == 0, "".join(desk.said)


def founded(running: Stack, people: int) -> Partner:
    """A branch, its staff, a partner, and the people whom the partner insures."""
    with beside(program("founding"), running.beside) as founding:
        out, _ = founding.communicate(timeout=60)
        assert founding.returncode == 0, out
    partner = Partner(running.run.port, json.loads(out.strip().splitlines()[-1])["token"])
    for policy in policies(people, _today()):
        answer = partner.post("/policies", policy)
        assert answer.status == 201, answer
    return partner


def _today() -> date:
    # A day back: the company counts its days in China, this machine perhaps elsewhere.
    return date.fromtimestamp(time.time()) - timedelta(days=1)


def rest(running: Stack, desk: Desk, count: int, seconds: float) -> None:
    """Wait until every claim has come to its end and nothing is under way any more."""
    until = time.monotonic() + seconds
    left: dict[str, object] = {"database": "away"}
    while left:
        if time.monotonic() > until or desk.program.poll() is not None:
            pytest.fail("\n".join([f"after {seconds} s: {left}", *desk.said[-30:], running.logs()]), pytrace=False)
        time.sleep(0.5)
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(running.run.url) as database:
            left = checks.under_way(database, running.bank, count)


def suffer(place: Path, count: int, deck: Mapping[str, int], pause: tuple[float, float], seconds: float) -> None:
    """Bring `count` claims through everything while parts are killed; then check all that must hold."""
    people = max(2, -(-count // 5))
    with stack(place, SEED) as running:
        partner = founded(running, people)
        with (
            at_the_desk(running) as desk,
            Auditor(partner) as auditor,
            Intake(partner, claims(count, people, _today()), SEED, (0.1, 0.5)) as intake,
            Killer(running, SEED, deck, pause) as killer,
        ):
            wait_until(lambda: intake.is_done and killer.is_done, seconds, "the end of intake and killing")
            rest(running, desk, count, seconds)
        assert not intake.wrong and len(intake.answered) == count
        assert killer.counts() == dict(deck), killer.missed
        with psycopg.connect(running.run.url, autocommit=True) as database:
            found = [
                *checks.claims(database, intake.answered, desk.done),
                *checks.money(database, running.bank),
                *checks.ledger(database),
                *checks.log(database, auditor.kept, auditor.key),
                *checks.jobs(database),
                *checks.messages(database, running.outbox),
            ]
            ((automatic,),) = checks.rows(database, "SELECT count(*) FROM store_decision WHERE is_automatic")
        if found:
            pytest.fail("\n".join([*found[:60], running.logs(1_500)]), pytrace=False)
        assert automatic > count // 2 and len(set(auditor.kept)) > 3


def test_every_part_is_killed_while_three_hundred_claims_run(place: Path) -> None:
    deck = {"worker": 4, "web": 2, "web process": 2, "backend": 2, "postmaster": 2, "keeper": 1}
    suffer(place, 300, deck, (1.5, 5.0), 420)
