"""Somebody named by several partners and programs at the same moment is one person, introduced once to each."""

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

# Threads, each with its own connection: two of each partner, all with the same identity number.
SCRIPT = """
import threading
import django
django.setup()
from django.db import connections
from hearth.desks import people
from hearth.store.access import HOUSE, who_partner
from hearth.store.models import Introduction, Partner, Person, Record
from hearth.words.numbers import check_digit
from tests.desks.cast_rows import AT, IDENTITIES

NUMBERS = [first + check_digit(first) for first in list(IDENTITIES.values())[:4]]
partners = [who_partner(Partner.objects.create(code=code, name=code, kind="insurer"), frozenset({"policies:write"}))
            for code in ("first", "second")]

def bring(by, number, n, start, told):
    start.wait()
    told.append(people.create_person(by, at=AT, full_name="梅", id_number=number, external_id=f"{by.name}-{n}"))
    connections.close_all()

for n, number in enumerate(NUMBERS):
    if n % 2:
        people.create_person(HOUSE, at=AT, full_name="梅", id_number=number)
    start, told = threading.Barrier(4), []
    workers = [threading.Thread(target=bring, args=(by, number, n, start, told)) for by in partners * 2]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    met = Introduction.objects.filter(person=told[0]).count()
    assert Record.objects.filter(kind="person.introduced", subject=f"person:{told[0]}").count() == met
    print(len(told), len(set(told)), met, Person.objects.count())
"""


@pytest.fixture
def place() -> Iterator[Path]:
    yield from open_folder()


def test_somebody_named_by_several_at_the_same_moment_is_one_person(place: Path) -> None:
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
    # Four answers, one person; to the one who came first they were brought in, to the others introduced.
    assert told.stdout.split("\n")[:-1] == ["4 1 1 1", "4 1 2 2", "4 1 1 3", "4 1 2 4"]
