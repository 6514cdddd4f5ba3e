"""A job whose worker was killed is put back, and run to its end by another worker; one that lost its database too."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

from hearth.doors.jobs.rescue import MOST_LOSSES, TriedAgain
from hearth.doors.launch.postgres import Postgres
from tests.doors.launch.conftest import open_folder
from tests.doors.launch.machine import beside, wait_until

# A worker as `hearth run` starts it, with two tasks of the test and a shorter patience.
WORKER = """
import os, sys, time, pathlib
from hearth.doors.launch import worker
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "hearth.doors.settings"
django.setup()
from procrastinate.contrib.django import app
from hearth.doors.jobs import rescue
rescue.HEARTBEAT_SECONDS, rescue.STALLED_SECONDS = 0.5, 2.0

@app.task(name="test.slow")
def slow(place, seconds):
    pathlib.Path(place, f"begun-{os.getpid()}").touch()
    time.sleep(seconds if len(list(pathlib.Path(place).glob("begun-*"))) == 1 else 0)
    pathlib.Path(place, "done").touch()

@app.task(name="test.clocked", queueing_lock="test.clocked", lock="test.clocked")
def clocked(place):
    pathlib.Path(place, "clocked").touch()

sys.exit(worker.main())
"""


@pytest.fixture
def place() -> Iterator[Path]:
    yield from open_folder()


def test_a_killed_workers_job_is_done_by_another_and_a_deadly_one_is_given_up(place: Path) -> None:
    with Postgres(place / "data") as server:
        env = {"DATABASE_URL": server.url, "HEARTH_ADMIN_DATABASE_URL": server.admin_url}
        migrate = [sys.executable, "-m", "django", "migrate", "--database", "owner", "-v", "0"]
        with beside(migrate, {**env, "DJANGO_SETTINGS_MODULE": "hearth.doors.settings"}) as migrating:
            out, _ = migrating.communicate(timeout=60)
            assert migrating.returncode == 0, out
        with psycopg.connect(server.url, autocommit=True) as database:
            job = database.execute(
                "INSERT INTO procrastinate_jobs (task_name, queue_name, args)"
                " VALUES ('test.slow', 'default', jsonb_build_object('place', %s::text, 'seconds', 600)) RETURNING id",
                [str(place)],
            ).fetchone()
            deadly = database.execute(
                "INSERT INTO procrastinate_jobs (task_name, queue_name, status, attempts)"
                " VALUES ('test.deadly', 'default', 'doing', 4) RETURNING id"
            ).fetchone()
            # Its worker died, and the clock has brought the next one, which waits for the lock of the first.
            for status in ("doing", "todo"):
                database.execute(
                    "INSERT INTO procrastinate_jobs (task_name, queue_name, status, lock, queueing_lock, args) VALUES"
                    " ('test.clocked', 'default', %s, 'test.clocked', 'test.clocked',"
                    " jsonb_build_object('place', %s::text))",
                    [status, str(place)],
                )
            assert job is not None and deadly is not None

            def state(number: int) -> tuple[object, ...] | None:
                return database.execute(
                    "SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %s", [number]
                ).fetchone()

            with beside([sys.executable, "-c", WORKER], env) as first:
                wait_until(lambda: list(place.glob("begun-*")), 30, what="the beginning of the job")
                os.kill(first.pid, signal.SIGKILL)
            assert state(job[0]) == ("doing", 0)
            with beside([sys.executable, "-c", WORKER], env) as second:
                wait_until(lambda: (place / "done").exists(), 45, what="the end of the job")
                wait_until(lambda: state(deadly[0]) == ("failed", 5), 30, what="giving up the deadly job")
                wait_until((place / "clocked").exists, 30, what="the next job of the clock")
                # Successful jobs are not kept.
                wait_until(lambda: state(job[0]) is None, 10, what="the removal of the finished job")
                assert second.poll() is None
        assert len(list(place.glob("begun-*"))) == 2


@pytest.mark.parametrize("lost", [OperationalError(), InterfaceError(), ConnectorException()])
def test_a_job_that_lost_its_database_is_tried_again_a_little_later_each_time(lost: Exception) -> None:
    decisions = [
        TriedAgain().get_retry_decision(exception=lost, job=a_job(attempts)) for attempts in (0, 3, MOST_LOSSES)
    ]
    assert decisions[0] is not None and decisions[1] is not None and decisions[2] is None
    assert decisions[0].retry_at is not None and decisions[1].retry_at is not None
    assert decisions[0].retry_at < decisions[1].retry_at


def test_what_is_wrong_or_comes_again_by_itself_is_not_tried_again() -> None:
    assert TriedAgain().get_retry_decision(exception=ValueError(), job=a_job(0)) is None
    assert TriedAgain().get_retry_decision(exception=OperationalError(), job=a_job(0, "books.sequence")) is None


def a_job(attempts: int, queueing_lock: str | None = None) -> Job:
    return Job(
        id=1, status="doing", queue="default", priority=0, lock=None, queueing_lock=queueing_lock, task_name="test.job",
        attempts=attempts,
    )  # fmt: skip
