"""`hearth run`, run for real: started, asked, killed piece by piece, stopped."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from hearth.doors.launch.postgres import Postgres
from tests.doors.launch.machine import IS_ROOT, beside, children_of, line_of, lives, uid_of, wait_until

HEARTH = [sys.executable, "-c", "from hearth.doors.commands.main import main; main()", "run"]
# The demo company is tried in tests/doors/demo.
ENVIRONMENT = {"HEARTH_DEMO": "no", "LC_ALL": "C.UTF-8"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def asks(port: int) -> int:
    """The status of the page that says the web server lives; 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/alive")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


@dataclass
class Running:
    """One `hearth run` beside the test."""

    program: subprocess.Popen[str]
    data: Path
    port: int
    said: str

    @property
    def url(self) -> str:
        """The application's address of the embedded database."""
        passwords = json.loads((self.data / "postgres" / "passwords.json").read_text())
        return f"postgresql://hearth_app:{passwords['hearth_app']}@/hearth?host={self.data / 'run'}&port=5432"

    def pids(self, part: str) -> list[int]:
        """The living processes whose command line holds these words."""
        found = []
        for pid in children_of(self.program.pid):
            with contextlib.suppress(OSError):
                if part in Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode():
                    found.append(pid)
        return sorted(found)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to stop; gives its exit code and how long that took."""
        begun = time.monotonic()
        self.program.send_signal(number)
        assert self.program.stdout is not None
        self.said += self.program.stdout.read()
        return self.program.wait(30), time.monotonic() - begun


@contextlib.contextmanager
def running(data: Path, port: int = 0, ordinary: bool = False, **env: str) -> Iterator[Running]:
    port = port or free_port()
    settings = {"HEARTH_DATA_DIR": str(data), "HEARTH_PORT": str(port), **ENVIRONMENT, **env}
    with beside(HEARTH, settings, ordinary=ordinary) as program:
        assert program.stdout is not None
        said = ""
        for line in program.stdout:
            said += line
            if "logs" in line and str(data) in line:
                break
        else:
            raise AssertionError(f"hearth run ended: {said}")
        address = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
        assert address is not None
        yield Running(program, data, int(address[1]), said)


def gone(pids: list[int]) -> bool:
    return not any(lives(pid) for pid in pids)


@pytest.fixture(scope="module")
def company(shared_place: Path) -> Iterator[Running]:
    """One running Hearth for the tests that leave it running."""
    with running(shared_place / "data") as started:
        yield started


# --- one that keeps running ------------------------------------------------------------------------------------------


def test_it_says_where_it_is_and_where_data_and_logs_are(company: Running) -> None:
    assert f"Hearth is ready: http://127.0.0.1:{company.port}/" in company.said
    assert f"data  {company.data}\n" in company.said and f"logs  {company.data / 'logs'}\n" in company.said
    assert asks(company.port) == 200
    assert {"postgres.log", "migrate.log", "web.log", "worker.log"} <= {
        log.name for log in (company.data / "logs").iterdir()
    }


def test_its_tables_belong_to_their_owner_and_not_to_the_application(company: Running) -> None:
    with psycopg.connect(company.url) as connection:
        owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert owners == [("hearth_owner",)]
        assert connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() is not None


def test_no_child_is_told_the_owners_password(company: Running) -> None:
    owner = json.loads((company.data / "postgres" / "passwords.json").read_text())["hearth_owner"]
    for pid in [company.program.pid, *children_of(company.program.pid)]:
        for told in ("environ", "cmdline"):
            assert owner not in Path(f"/proc/{pid}/{told}").read_text(errors="replace")


def test_a_second_one_on_the_same_folder_says_so_and_ends(company: Running) -> None:
    second = subprocess.run(
        HEARTH,
        env={**os.environ, "HEARTH_DATA_DIR": str(company.data), "HEARTH_PORT": str(free_port()), **ENVIRONMENT},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode == 2
    assert "already runs" in second.stderr and f"pid {company.program.pid}" in second.stderr
    assert f"http://127.0.0.1:{company.port}/" in second.stderr
    assert asks(company.port) == 200


@pytest.mark.parametrize("part", ["granian", "doors.launch.worker", "doors.launch.worker papers"])
def test_a_killed_child_is_started_again(company: Running, part: str) -> None:
    wait_until(lambda: company.pids(part), what="the first one")
    before = company.pids(part)
    os.kill(before[0], signal.SIGKILL)
    # The web server's own processes go with it; the worker and the reader are two programs beside one another.
    end = before if part == "granian" else before[:1]
    wait_until(lambda: gone(end), what=f"the end of every process of {part}")
    wait_until(lambda: len(company.pids(part)) >= len(before), what="a new one")
    wait_until(lambda: asks(company.port) == 200, what="an answer of the web server")
    assert company.program.poll() is None


def test_a_killed_process_of_the_web_server_is_started_again(company: Running) -> None:
    wait_until(lambda: len(company.pids("granian")) == 2)
    outer, inner = company.pids("granian")
    os.kill(inner, signal.SIGKILL)
    wait_until(lambda: not lives(inner))
    wait_until(lambda: asks(company.port) == 200, what="an answer of the web server")
    assert lives(outer)


def kill_and_wait_for_the_database(company: Running, part: str) -> None:
    killed = company.pids(part)[0]
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not lives(killed))

    def answers() -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(company.url).close()
            return True
        return False

    wait_until(answers, what="an answer of the database")


def test_a_killed_keeper_of_the_database_is_replaced_and_the_database_with_it(company: Running) -> None:
    kill_and_wait_for_the_database(company, "keeper.py")
    wait_until(lambda: company.pids("keeper.py"), what="a new keeper")


def test_a_killed_database_is_started_again_and_jobs_go_on(company: Running) -> None:
    kill_and_wait_for_the_database(company, "bin/postgres -D")
    # The worker has come through it, or has been started again: it takes and finishes a job.
    wait_until(lambda: company.pids("doors.launch.worker"), what="a worker")
    with psycopg.connect(company.url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, status)"
            " VALUES ('procrastinate.builtin_tasks.remove_old_jobs', 'default', 'todo')"
        )
        left = "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%remove_old_jobs' AND status <> 'failed'"
        wait_until(lambda: connection.execute(left).fetchone() == (0,), 40, what="the end of a job")


# --- started and stopped ---------------------------------------------------------------------------------------------


def test_it_stops_everything_within_seconds_and_keeps_the_data(place: Path) -> None:
    with running(place / "data") as first:
        with psycopg.connect(first.url) as connection:
            connection.execute("INSERT INTO procrastinate_jobs (task_name, queue_name) VALUES ('kept', 'default')")
        all_of_it = children_of(first.program.pid)
        code, seconds = first.stop(signal.SIGINT)
        assert code == 0, first.said
        assert seconds < 10
        assert gone(all_of_it)
        assert "Stopped; the data are kept." in first.said
    begun = time.monotonic()
    with running(place / "data") as second:
        assert time.monotonic() - begun < 15
        with psycopg.connect(second.url) as connection:
            kept = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'kept'"
            assert connection.execute(kept).fetchone() == (1,)
        all_of_it = children_of(second.program.pid)
        code, seconds = second.stop(signal.SIGTERM)
        assert code == 0 and seconds < 10 and gone(all_of_it)


def test_stopping_it_while_it_starts_leaves_nothing_running(place: Path) -> None:
    settings = {"HEARTH_DATA_DIR": str(place / "data"), "HEARTH_PORT": str(free_port()), **ENVIRONMENT}
    with beside(HEARTH, settings) as program:
        line_of(program, "Bringing the tables")
        all_of_it = children_of(program.pid)
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == 0
        wait_until(lambda: gone(all_of_it), what="the end of all children")


def test_everything_goes_when_the_parent_is_killed_and_the_next_start_finds_it_all(place: Path) -> None:
    with running(place / "data") as first:
        all_of_it = children_of(first.program.pid)
        assert len(all_of_it) >= 5
        first.program.kill()
        wait_until(lambda: gone(all_of_it), what="the end of all children")
    with running(place / "data", port=first.port) as second:
        assert second.port == first.port
        assert asks(second.port) == 200


def test_a_taken_port_is_said_and_the_next_one_used(place: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(place / "data", port=port) as started:
            assert port < started.port < port + 20
            assert f"Port {port} is taken; using {started.port}." in started.said
            assert asks(started.port) == 200


def test_it_speaks_chinese_to_whoever_does(place: Path) -> None:
    settings = {"HEARTH_DATA_DIR": str(place / "data"), "HEARTH_PORT": str(free_port()), **ENVIRONMENT}
    with beside(HEARTH, {**settings, "LC_ALL": "zh_CN.UTF-8", "PYTHONUTF8": "1"}) as program:
        assert line_of(program, "恒温已就绪").startswith("恒温已就绪：http://127.0.0.1:")


@pytest.mark.skipif(not IS_ROOT, reason="every other test here runs as an ordinary account already")
def test_an_ordinary_account_runs_all_of_it(place: Path) -> None:
    with running(place / "data", ordinary=True) as started:
        assert asks(started.port) == 200
        assert {uid_of(pid) for pid in [started.program.pid, *children_of(started.program.pid)]} == {
            (place / "data").stat().st_uid
        }
        assert started.stop()[0] == 0


def test_a_database_of_ones_own_is_used_and_left_running(place: Path) -> None:
    with Postgres(place / "theirs") as server:
        urls = {"DATABASE_URL": server.url, "HEARTH_ADMIN_DATABASE_URL": server.admin_url}
        with running(place / "data", **urls) as started:
            assert "Using the database named by DATABASE_URL." in started.said
            assert not (place / "data" / "postgres").exists()
            assert asks(started.port) == 200
            with psycopg.connect(server.url) as connection:
                assert connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone() is not None
            assert started.stop()[0] == 0
        assert server.is_answering()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DATABASE_URL", "postgresql://user:secret@host:not-a-port/x"),
        ("DATABASE_URL", "postgresql://user:secret@host:1/x?no_such_thing=1"),
        ("HEARTH_HOST", "999.1.1.1"),
        ("HEARTH_HOST", "127.0.0"),
        ("HEARTH_HOST", "::12345"),
        ("HEARTH_HOST", "203.0.113.7"),
    ],
)
def test_an_address_that_is_none_is_said_in_one_sentence(place: Path, setting: str, value: str) -> None:
    told = subprocess.run(
        HEARTH,
        env={**os.environ, "HEARTH_DATA_DIR": str(place / "data"), **ENVIRONMENT, setting: value},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 2
    assert told.stderr.startswith(f"{setting} is ") and "secret" not in told.stderr
    assert told.stderr.count("\n") == 1
    # Before any work: there is no database yet.
    assert told.stdout == "" and not (place / "data" / "postgres").exists()


def test_a_production_without_its_secret_says_what_is_missing_and_does_not_start(place: Path) -> None:
    told = subprocess.run(
        HEARTH,
        env={**os.environ, "HEARTH_DATA_DIR": str(place / "data"), **ENVIRONMENT, "HEARTH_ENV": "production"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 2
    assert "HEARTH_SECRET_KEY" in told.stderr and told.stderr.count("\n") == 1


def test_tables_that_cannot_be_brought_up_to_date_are_said_and_nothing_is_left_running(place: Path) -> None:
    with running(place / "data") as first:
        assert first.stop()[0] == 0
    with Postgres(place / "data") as server, psycopg.connect(server.admin_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE django_migrations RENAME TO hidden")
    settings = {"HEARTH_DATA_DIR": str(place / "data"), "HEARTH_PORT": str(free_port()), **ENVIRONMENT}
    told = subprocess.run(HEARTH, env={**os.environ, **settings}, capture_output=True, text=True, timeout=60)
    assert told.returncode == 2
    assert told.stderr.startswith("The tables could not be brought up to date: ") and told.stderr.count("\n") == 1
    assert "already exists" in told.stderr
    assert not Postgres(place / "data").is_kept()
