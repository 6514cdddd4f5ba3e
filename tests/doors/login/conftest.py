"""A browser that remembers, an outbox of its own, and people who can log in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from hearth.desks.people import codes, create_person, give_totp, set_password, totp_now
from hearth.store.access import HOUSE
from hearth.store.models import RoleGrant
from hearth.words.claims import Role
from tests.cast import AN, MEI

PASSWORD = "a long enough sentence"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PHONE = "13800000001"


@pytest.fixture
def browser() -> Client:
    return Client(headers={"host": "localhost", "accept-language": "en"})


@pytest.fixture(autouse=True)
def outbox(settings: Any, tmp_path: Path) -> Path:
    """Messages of this test alone."""
    settings.MESSAGES_WIRE = f"memory:{tmp_path}/outbox.sqlite3"
    return tmp_path / "outbox.sqlite3"


@pytest.fixture
def mei(db: None) -> int:
    """Mei, a member: her telephone, and a password."""
    cache.clear()
    person = create_person(HOUSE, at=now(), full_name=MEI.zh, phone=PHONE, username="mei", language="en")
    set_password(HOUSE, person, PASSWORD, at=now())
    return person


@pytest.fixture
def an(db: None) -> int:
    """An, who works here: a password and a second factor."""
    cache.clear()
    person = create_person(HOUSE, at=now(), full_name=AN.zh, phone="13800000009", username="an")
    RoleGrant.objects.create(person_id=person, role=Role.STEWARD.value, from_at=now())
    set_password(HOUSE, person, PASSWORD, at=now())
    give_totp(HOUSE, person, SECRET, at=now())
    return person


@pytest.fixture
def code_sent() -> Callable[[], str]:
    """Runs the jobs that send codes, and reads the newest code from the outbox; empty where none was sent."""

    def read() -> str:
        for job in ProcrastinateJob.objects.filter(task_name=codes.TASK, status="todo").order_by("id"):
            codes.send_code(job.args["sealed"], at=now())
        sent = codes.outbox()
        found = re.search(r"\b[0-9]{6}\b", sent[0].text) if sent else None
        return found.group() if found else ""

    return read


def now() -> datetime:
    return datetime.now(UTC)


def log_in(browser: Client, login: str, password: str = PASSWORD) -> Any:
    """Log in with a password."""
    return browser.post("/login/password/", {"login": login, "password": password})


def pass_factor(browser: Client, person: int) -> Any:
    """Type the code that the person's app shows."""
    return browser.post("/login/factor/", {"code": totp_now(person, now())})


def is_logged_in(browser: Client) -> bool:
    """Whether somebody is logged in with this browser."""
    return "_auth_user_id" in browser.session
