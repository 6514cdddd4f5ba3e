"""A whole company for browser tests: a database of its own with the cast in it, a web server, a worker, and a clerk.

`company.address` is where the pages are; `company.sign_in(window, "hui")` lays a session into a browser window;
`company.clerk("claims.intake.accept", "an", claim_no)` calls a verb of the desks as somebody of the cast, now.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 180.0


@dataclass
class Company:
    """One running company."""

    address: str
    folder: Path
    _clerk: subprocess.Popen[str]

    def clerk(self, verb: str, by: str, *args: Any, **more: Any) -> Any:
        """What a verb of the desks gives: `verb` as "claims.intake.accept", `by` a code of the cast or "house"."""
        return self._asked({"verb": verb, "by": by, "args": args, "more": more})

    def read(self, name: str) -> Any:
        """A number of the cast: "person:hui", "account:hui", "policy:M1-HUI"; "claim:C26..." gives its state."""
        return self._asked({"read": name})

    def until(self, claim_no: str, state: str, seconds: float = 90.0) -> None:
        """Wait until the worker has taken a claim to a state."""
        last = time.monotonic() + seconds
        while (held := self.read(f"claim:{claim_no}")) != state:
            assert time.monotonic() < last, f"claim {claim_no} is {held} after {seconds} s, not {state}"
            time.sleep(0.5)

    def sign_in(self, window: Any, code: str, lang: str = "zh") -> None:
        """Somebody is signed in, their second factor passed, in this browser window."""
        cookie = self._asked({"session": code})
        window.add_cookies(
            [
                {"name": "sessionid", "value": cookie, "url": self.address},
                {"name": "django_language", "value": "zh-hans" if lang == "zh" else "en", "url": self.address},
            ]
        )

    def _asked(self, question: dict[str, Any]) -> Any:
        assert self._clerk.stdin is not None and self._clerk.stdout is not None
        self._clerk.stdin.write(json.dumps(question) + "\n")
        self._clerk.stdin.flush()
        line = self._clerk.stdout.readline()
        assert line, "the clerk is gone: see clerk.log"
        answer = json.loads(line)
        assert "fault" not in answer, f"{question}: {answer['fault']}"
        return answer["gives"]


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    """A company that runs for the tests of one file."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-company-", dir="/tmp"))
    # As root the server runs as an account that must be able to enter the folder.
    folder.chmod(0o755)
    try:
        with running(folder) as started:
            yield started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(folder: Path, port: int = 0, **settings: str) -> Iterator[Company]:
    """(1) the database (2) its tables (3) the cast (4) web and worker (5) all of it stopped."""
    from hearth.doors.launch.postgres import Postgres

    data = folder / "data"
    postgres = Postgres(data)
    children: list[subprocess.Popen[Any]] = []
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    try:
        url = postgres.start()
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HEARTH_")},
            "DJANGO_SETTINGS_MODULE": "hearth.doors.settings",
            "DATABASE_URL": url,
            "HEARTH_DATA_DIR": str(data),
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        owner = {**env, "HEARTH_ADMIN_DATABASE_URL": postgres.admin_url}
        _run(("-m", "django", "migrate", "--noinput", "--database", "owner"), owner, logs / "migrate.log")
        clerk_log = (logs / "clerk.log").open("w")
        clerk = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.company"], env=env, cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=clerk_log,
        )  # fmt: skip
        children.append(clerk)
        port = port or _free_port()
        web = ("-P", "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1", "--port", str(port))
        web += ("--no-ws", "--workers", "1", "--blocking-threads", "4", "hearth.doors.launch.web:application")
        programs = [("web", web), ("worker", ("-P", "-m", "hearth.doors.launch.worker"))]
        if "HEARTH_READER" in settings:
            programs.append(("reader", ("-P", "-m", "hearth.doors.launch.worker", "papers")))
        for name, words in programs:
            log = (logs / f"{name}.log").open("w")
            children.append(subprocess.Popen([sys.executable, *words], env=env, cwd=ROOT, stdout=log, stderr=log))
        _answers(port, children, logs)
        made = Company(f"http://127.0.0.1:{port}", folder, clerk)
        made.read("person:hui")
        yield made
    finally:
        for child in reversed(children):
            child.terminate()
        for child in children:
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(10)
        postgres.stop()


def _run(words: tuple[str, ...], env: dict[str, str], log: Path) -> None:
    done = subprocess.run([sys.executable, *words], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    log.write_text(done.stdout + done.stderr)
    assert done.returncode == 0, done.stderr[-2000:]


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _answers(port: int, children: list[subprocess.Popen[Any]], logs: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/alive")
            connection.getresponse()
            return
        except (OSError, http.client.HTTPException):
            dead = [child.args for child in children if child.poll() is not None]
            assert not dead, f"{dead} ended: see {logs}"
            assert time.monotonic() < until, f"no answer: see {logs}"
            time.sleep(0.3)
        finally:
            connection.close()


# --- the clerk's own process -----------------------------------------------------------------------------------------


def main() -> None:
    """Make the cast where there is none, then answer questions line by line."""
    import django

    django.setup()
    from tests.desks.cast_rows import cast

    if not _knows("hui"):
        from django.db import transaction

        with transaction.atomic():
            cast()
        _give_factors()
    for line in sys.stdin:
        try:
            gives = _answer(json.loads(line))
            told: dict[str, Any] = {"gives": gives}
        except Exception as wrong:
            told = {"fault": f"{type(wrong).__name__}: {wrong}"}
        print(json.dumps(told, default=str), flush=True)


def _knows(code: str) -> bool:
    from hearth.store.models import Person

    return Person.objects.filter(username=code).exists()


def _give_factors() -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from hearth.store.models import Person
    from tests.desks.cast_rows import STAFF

    for code, *_rest in STAFF:
        TOTP.activate(Person.objects.get(username=code), generate_totp_secret())


def _answer(question: dict[str, Any]) -> Any:
    if "session" in question:
        return _session(question["session"])
    if "read" in question:
        return _read(*question["read"].split(":", 1))
    from importlib import import_module

    at = _now()
    module, _, name = question["verb"].rpartition(".")
    verb = getattr(import_module(f"hearth.desks.{module}"), name)
    by = () if question["by"] == "house" else (_who(question["by"], at),)
    return verb(*by, *question["args"], at=at, **question["more"])


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def _who(code: str, at: Any) -> Any:
    from hearth.store.access import who
    from hearth.store.models import Person

    return who(Person.objects.get(username=code), at)


def _read(what: str, key: str) -> Any:
    from hearth.store.models import BankAccount, Claim, Person

    match what:
        case "person":
            return Person.objects.get(username=key).pk
        case "account":
            return BankAccount.objects.filter(person__username=key).values_list("pk", flat=True).first()
        case "claim":
            return Claim.objects.get(claim_no=key).state
        case "papers":
            return list(Claim.objects.get(claim_no=key).papers.order_by("pk").values_list("pk", flat=True))
    raise ValueError(what)


def _session(code: str) -> str:
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from hearth.doors.login.limits import BEGAN, FACTOR, SEEN, STAFF
    from hearth.store.models import Person

    person = Person.objects.get(username=code)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    now = int(time.time())
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[BEGAN] = session[SEEN] = now
    session[STAFF] = _who(code, _now()).is_staff
    session[FACTOR] = person.pk
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    main()
