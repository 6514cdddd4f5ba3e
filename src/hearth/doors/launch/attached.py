"""Attached: the company's database for a command that needs one: the one DATABASE_URL names, or the embedded one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from hearth.doors.launch.faults import NoDatabaseThere
from hearth.doors.launch.folder import DataFolder, default_data_dir
from hearth.doors.launch.postgres import Postgres


@dataclass(frozen=True, slots=True)
class Attached:
    """A database that answers: the application's address, the owner's, and the data folder where it is embedded."""

    url: str
    admin_url: str
    folder: DataFolder | None

    @property
    def is_embedded(self) -> bool:
        """Whether Hearth runs the server itself."""
        return self.folder is not None


@contextmanager
def attached(data_dir: Path | None = None, *, is_new: bool = False) -> Iterator[Attached]:
    """The database, for as long as the command runs; an embedded server that runs already is shared.

    Needs:   `data_dir`, where given, means the embedded database there, whatever DATABASE_URL says
    Raises:  NoDatabaseThere unless `is_new` lets one be made; the faults of hearth.doors.launch.faults
    """
    named = os.environ.get("DATABASE_URL", "").strip()
    if named and data_dir is None:
        yield Attached(named, os.environ.get("HEARTH_ADMIN_DATABASE_URL", "").strip() or named, None)
        return
    folder = DataFolder(data_dir or default_data_dir())
    if not is_new and not folder.database.is_dir():
        raise NoDatabaseThere(folder=folder.path)
    with Postgres(folder.path) as server:
        yield Attached(server.url, server.admin_url, folder)


def use(database: Attached, *, as_owner: bool = False) -> None:
    """Let Django use this database from now on, in this process; once a process."""
    os.environ["DATABASE_URL"] = database.admin_url if as_owner else database.url
    os.environ["HEARTH_ADMIN_DATABASE_URL"] = database.admin_url
    if database.folder is not None:
        os.environ["HEARTH_DATA_DIR"] = str(database.folder.path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearth.doors.settings")
    import django

    django.setup()


def attach() -> None:
    """Let Django use the company's database until the command under way ends.

    Needs:   a command of click under way; where Django stands ready in this process, what it uses is left as it is
    Raises:  the faults of `attached`
    """
    from django.apps import apps

    if not apps.ready:
        use(click.get_current_context().with_resource(attached()))
