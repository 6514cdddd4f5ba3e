"""A database of its own for a test, on the server of the test run, brought to this version, spoken to by commands."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from hearth.doors.launch.postgres import Postgres

HEARTH = [sys.executable, "-c", "from hearth.doors.commands.main import main; main()"]


def address(url: str, name: str) -> str:
    """The same server and role, another database."""
    parts = {key: value for key, value in conninfo_to_dict(url).items() if key != "dbname"}
    user, password = parts.pop("user"), parts.pop("password")
    told = "&".join(f"{key}={str(value).replace('/', '%2F')}" for key, value in parts.items())
    return f"postgresql://{user}:{password}@/{name}?{told}"


@dataclass(frozen=True)
class Scene:
    """One database and the folder of its company."""

    url: str
    admin_url: str
    folder: Path

    def env(self, **more: str) -> dict[str, str]:
        """What a command is told."""
        told = {"DATABASE_URL": self.url, "HEARTH_ADMIN_DATABASE_URL": self.admin_url, "LC_ALL": "C.UTF-8"}
        return {**os.environ, **told, "HEARTH_DATA_DIR": str(self.folder), **more}

    def hearth(self, *words: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """A command of Hearth, run to its end."""
        done = subprocess.run(
            [*HEARTH, *words], env=self.env(**env), capture_output=True, text=True, check=False, timeout=900
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def python(self, program: str) -> str:
        """A few lines run in Hearth's own world; what they print."""
        begin = "import django, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'hearth.doors.settings'; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", begin + program],
            env=self.env(),
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]


@contextmanager
def scene(server: Postgres, folder: Path, *, is_migrated: bool = True) -> Iterator[Scene]:
    """A new database; it goes with the test run's server."""
    name = f"scene_{secrets.token_hex(4)}"
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    made = Scene(address(server.url, name), address(server.admin_url, name), folder)
    folder.mkdir(parents=True, exist_ok=True)
    if is_migrated:
        made.hearth("django", "migrate", "--noinput", "-v0")
    yield made
