"""The service with its database: records sequenced, decisions over HTTP.  A process and a database of their own."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django

from benchmarks.cases import eight_lines_written, outpatient_policy_written, visit_written

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300.0
SUPERUSER_URL = "HEARTH_BENCH_SUPERUSER_URL"
KEPT = 120
"""Claims that wait for their decision at once."""
FOLLOWED_SECONDS = 30.0

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@contextmanager
def database(kept: Path | None = None) -> Iterator[None]:
    """An embedded PostgreSQL with all tables, fresh or in a kept folder, and Django set up on it as the application."""
    from hearth.doors.launch.postgres import Postgres

    with tempfile.TemporaryDirectory(prefix="hearth-bench-") as fresh:
        folder = Path(fresh) if kept is None else kept.absolute()
        folder.mkdir(parents=True, exist_ok=True)
        # As root the server runs as an account that must be able to enter the folder.
        folder.chmod(0o755)
        server = Postgres(folder / "data")
        server.start()
        try:
            os.environ.update(
                DATABASE_URL=server.url,
                HEARTH_ADMIN_DATABASE_URL=server.admin_url,
                **{SUPERUSER_URL: server.superuser_url},
                HEARTH_DATA_DIR=str(folder / "data"),
                DJANGO_SETTINGS_MODULE="hearth.doors.settings",
                HEARTH_LOG_LEVEL="WARNING",
            )
            django.setup()
            from django.core.management import call_command
            from django.db import connections

            call_command("migrate", database="owner", verbosity=0)
            connections["owner"].close()
            yield
            connections.close_all()
        finally:
            server.stop()


def sequenced(count: int) -> dict[str, float]:
    """Records a second from committed to placed in the tree, hashed, stored and signed."""
    from django.db import connection

    from hearth.desks.books.sequencer import sequence, tree_size
    from hearth.kernel.proof.receipt import leaf

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('store_record', 'id')) FROM generate_series(1, %s)", [count]
        )
        numbers = [number for (number,) in cursor.fetchall()]
        with cursor.copy("COPY store_record (id, kind, subject, at, by, body) FROM STDIN") as copy:
            for number in numbers:
                record = {
                    "v": 1,
                    "id": number,
                    "kind": "claim.decided",
                    "at": AT.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                    "by": "house",
                    "subject": f"bench:{number:08d}",
                    "data": {
                        "outcome": "approved",
                        "payable_fen": 324_000 + number,
                        "sealed": {"lines": f"{number:064x}"},
                    },
                }
                copy.write_row((number, record["kind"], record["subject"], AT, "house", leaf(record)))
    began = time.perf_counter()
    while sequence(datetime.now(UTC)):
        pass
    seconds = time.perf_counter() - began
    assert tree_size() == count
    return {"records": count, "seconds": seconds}


@contextmanager
def web() -> Iterator[int]:
    """A web server on the database under way, as `hearth run` starts it; gives the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ("granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1", "--port", str(port), "--no-ws")
    with _running(*server, "--workers", "2", "--blocking-threads", "2", "hearth.doors.launch.web:application"):
        until = time.monotonic() + PATIENCE
        while Client(port, "").get("/alive") != 200:
            assert time.monotonic() < until, "the web server does not answer"
            time.sleep(0.2)
        yield port


@contextmanager
def worker() -> Iterator[None]:
    """A worker on the database under way, as `hearth run` starts it."""
    with _running("hearth.doors.launch.worker"):
        yield


@contextmanager
def _running(*words: str) -> Iterator[None]:
    child = subprocess.Popen([sys.executable, "-P", "-m", *words], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=60)


class Client:
    """One connection that is kept open."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(self, path: str) -> int:
        """The status of a page; 0 where nobody answers."""
        try:
            self.connection.request("GET", path, headers=self.headers)
            answer = self.connection.getresponse()
            answer.read()
        except OSError:
            self.connection.close()
            return 0
        return answer.status

    def post(self, path: str, body: bytes) -> dict[str, Any]:
        """Send and read whole; anything but an answer of success ends the run."""
        self.connection.request("POST", path, body, self.headers)
        answer = self.connection.getresponse()
        told = answer.read()
        assert answer.status in (200, 201), (answer.status, told[:500])
        value: dict[str, Any] = json.loads(told)
        return value


def computed(port: int, token: str, count: int) -> dict[str, float]:
    """A case of eight lines decided over HTTP: seconds each one after another, and how many a second by two clients."""
    body = json.dumps(eight_lines_written("million-medical")).encode()
    client = Client(port, token)
    for _ in range(20):
        client.post("/api/v1/decide", body)
    seconds = []
    for _ in range(count):
        began = time.perf_counter()
        client.post("/api/v1/decide", body)
        seconds.append(time.perf_counter() - began)

    def work() -> None:
        own = Client(port, token)
        for _ in range(count):
            own.post("/api/v1/decide", body)

    threads = [threading.Thread(target=work) for _ in range(2)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = 2 * count / (time.perf_counter() - began)
    ranked = sorted(seconds)
    return {
        "median": statistics.median(seconds),
        "p99": ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))],
        "rate": rate,
        "count": count,
    }


class Backlog:
    """Visits to a doctor, brought in over HTTP by a partner that holds their papers: what machines may decide.

    Two out of three people have one claim, the others have more: a claim waits for the earlier ones of its owner.
    """

    def __init__(self, port: int, token: str, count: int, first: int) -> None:
        self.client, today = Client(port, token), date.today()
        people = range(first, first + max(count * 2 // 3, 1))
        for number in people:
            self._post("/api/v1/policies", outpatient_policy_written(number, today))
        self.bodies = [visit_written(first + number, people[number % len(people)], today) for number in range(count)]
        self.claim_nos: list[str] = []

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.client.post(path, json.dumps(body).encode())

    def send(self) -> float:
        """Bring all of them in, one after another; the seconds it took."""
        began = time.perf_counter()
        self.claim_nos = [self._post("/api/v1/claims", body)["claim"] for body in self.bodies]
        return time.perf_counter() - began

    def ends(self) -> Counter[str]:
        """What became of them: decided, still to do, or why they are for a person."""
        from hearth.store.models import Claim

        found = Claim.objects.filter(claim_no__in=self.claim_nos).values_list("decision", "for_person")
        return Counter("decided" if decision else why or "to do" for decision, why in found)

    def wait(self) -> None:
        """Until each is decided or with a person."""
        until = time.monotonic() + PATIENCE
        while self.ends()["to do"]:
            assert time.monotonic() < until, f"claims are not decided in time: {self.ends()}"
            time.sleep(0.05)

    def written(self, seconds: float) -> dict[str, Any]:
        """How many were decided, why the others were not, and the records that say so."""
        from hearth.store.models import Record

        ends = self.ends()
        subjects = [f"claim:{no}" for no in self.claim_nos]
        recorded = Record.objects.filter(kind="claim.decided", subject__in=subjects).count()
        assert recorded == ends["decided"] > 0, (recorded, ends)
        left = {why: number for why, number in ends.items() if why != "decided"}
        return {"claims": len(subjects), "decided": ends["decided"], "left": left, "seconds": seconds}


def kept(backlog: Backlog) -> dict[str, Any]:
    """Accepted claims decided, saved and recorded by the job that a worker runs: what waits, until nothing does."""
    from hearth.desks.claims import following
    from hearth.doors.jobs import claims, together
    from hearth.store.models import Record

    backlog.send()
    subjects = [f"claim:{no}" for no in backlog.claim_nos]
    submitted = Record.objects.filter(kind="claim.submitted", subject__in=subjects).order_by("pk")
    for record_id in submitted.values_list("pk", flat=True):
        following.accept_complete(record_id, datetime.now(UTC))
    began = time.perf_counter()
    while waiting := together.waiting("claims.decide_straight_through"):
        job, record_id = next(iter(waiting.items()))
        claims.decide_straight_through(record_id)
        together.done([job])
    return backlog.written(time.perf_counter() - began)


def followed() -> dict[str, float]:
    """A worker at what that left: notices, partners told, later claims looked at; until none is left, or a while."""
    with worker():
        until = time.monotonic() + PATIENCE
        first = _jobs()
        while (left := _jobs()) > first - 2:
            assert time.monotonic() < until, "the worker does not begin"
            time.sleep(0.05)
        began, first = time.perf_counter(), left
        while (left := _jobs()) and time.perf_counter() - began < FOLLOWED_SECONDS:
            time.sleep(0.1)
        return {"jobs": first - left, "seconds": time.perf_counter() - began}


def _jobs() -> int:
    """Jobs that wait or are in hand and follow a record."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND args ? 'record_id'"
        )
        (count,) = cursor.fetchone()
    return int(count)


def whole_way(backlog: Backlog) -> dict[str, Any]:
    """Claims brought in over HTTP while a worker runs: from the first sent to the last one decided."""
    with worker():
        began = time.perf_counter()
        sent = backlog.send()
        backlog.wait()
        return backlog.written(time.perf_counter() - began) | {"sent_seconds": sent}


def over_http(count: int) -> dict[str, Any]:
    """All of it, on one company."""
    founded = subprocess.run(
        [sys.executable, "-m", "tests.doors.kill.founding"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    token = json.loads(founded.stdout.splitlines()[-1])["token"]
    with web() as port:
        found: dict[str, Any] = {"computed": computed(port, token, count)}
        # On an empty queue of jobs; the worker is about its work when the first claim comes.
        found["whole_way"] = whole_way(Backlog(port, token, max(min(count, KEPT) // 4, 10), 900_000))
        # The first ones warm up what is read once a process.
        kept(Backlog(port, token, 20, 0))
        runs = [kept(Backlog(port, token, min(count, KEPT), (run + 1) * 100_000)) for run in range(3)]
        found["kept"] = sorted(runs, key=lambda one: one["seconds"])[1]
        found["followed"] = followed()
        return found


def main() -> None:
    """Print one JSON line of what was measured: `python -m benchmarks.service RECORDS REQUESTS`."""
    records, requests = int(sys.argv[1]), int(sys.argv[2])
    with database():
        found: dict[str, Any] = {"sequenced": sequenced(records)}
        found |= over_http(requests)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
