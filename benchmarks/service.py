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
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django

from benchmarks.cases import eight_lines_written
from tests.doors.kill import partner as partners_program

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300.0

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@contextmanager
def database() -> Iterator[None]:
    """A fresh embedded PostgreSQL with all tables, and Django set up on it as the application."""
    from hearth.doors.launch.postgres import Postgres

    with tempfile.TemporaryDirectory(prefix="hearth-bench-") as folder:
        # As root the server runs as an account that must be able to enter the folder.
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder) / "data")
        server.start()
        try:
            os.environ.update(
                DATABASE_URL=server.url,
                HEARTH_ADMIN_DATABASE_URL=server.admin_url,
                HEARTH_DATA_DIR=str(Path(folder) / "data"),
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
                    "subject": f"claim:C26{number:08d}",
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
def web_and_worker() -> Iterator[int]:
    """A web server and a worker on the database under way, as `hearth run` starts them; gives the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ("granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1", "--port", str(port), "--no-ws")
    web = (*server, "--workers", "2", "--blocking-threads", "2", "hearth.doors.launch.web:application")
    started = [
        subprocess.Popen([sys.executable, "-P", "-m", *words], cwd=ROOT, stdout=subprocess.DEVNULL)
        for words in (web, ("hearth.doors.launch.worker",))
    ]
    try:
        until = time.monotonic() + PATIENCE
        while Client(port, "").get("/alive") != 200:
            assert time.monotonic() < until, "the web server does not answer"
            time.sleep(0.2)
        yield port
    finally:
        for child in started:
            child.send_signal(signal.SIGTERM)
        for child in started:
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

    def post(self, path: str, body: bytes) -> None:
        """Send and read whole; anything but an answer of success ends the run."""
        self.connection.request("POST", path, body, self.headers)
        answer = self.connection.getresponse()
        told = answer.read()
        assert answer.status in (200, 201), (answer.status, told[:500])


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


def kept(port: int, token: str, count: int) -> dict[str, float]:
    """Claims brought in over HTTP and decided straight through: from the first sent to the last one recorded."""
    from hearth.store.models import Decision, Record

    today = date.today()
    people = max(count // partners_program.STAYS, 1) + 1
    client = Client(port, token)
    for policy in partners_program.policies(people, today):
        if policy["product"] == "outpatient":
            client.post("/api/v1/policies", json.dumps(policy).encode())
    bodies: list[dict[str, Any]] = [
        one for one in partners_program.claims(count, people, today) if one["policies"][0].startswith("outpatient")
    ]
    before = Decision.objects.count()
    began = time.perf_counter()
    for body in bodies:
        client.post("/api/v1/claims", json.dumps(body).encode())
    sent = time.perf_counter() - began
    until = time.monotonic() + PATIENCE

    def open_claims() -> int:
        decided = set(Record.objects.filter(kind="claim.decided").values_list("subject", flat=True))
        left = set(Record.objects.filter(kind="claim.review_begun").values_list("subject", flat=True))
        return len(bodies) - len(decided | left)

    while open_claims() > 0:
        assert time.monotonic() < until, "claims are not decided in time"
        time.sleep(0.05)
    seconds = time.perf_counter() - began
    return {
        "claims": len(bodies),
        "decided": Decision.objects.count() - before,
        "sent_seconds": sent,
        "seconds": seconds,
    }


def over_http(count: int) -> dict[str, Any]:
    """Both, on one company."""
    founded = subprocess.run(
        [sys.executable, "-m", "tests.doors.kill.founding"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    token = json.loads(founded.stdout.splitlines()[-1])["token"]
    with web_and_worker() as port:
        return {"computed": computed(port, token, count), "kept": kept(port, token, count)}


def main() -> None:
    """Print one JSON line of what was measured: `python -m benchmarks.service RECORDS REQUESTS`."""
    records, requests = int(sys.argv[1]), int(sys.argv[2])
    with database():
        found: dict[str, Any] = {"sequenced": sequenced(records)}
        found |= over_http(requests)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
