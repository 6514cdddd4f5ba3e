"""What tests share: a database that is started only for the tests that ask for one, and how hard hypothesis tries."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests import fonts

if TYPE_CHECKING:
    from hearth.doors.launch.postgres import Postgres

# Tests decide on their own settings: nothing of the caller's company or database reaches them.
for name in [name for name in os.environ if name.startswith("HEARTH_") and name != "HEARTH_DATA"]:
    del os.environ[name]
os.environ.pop("DATABASE_URL", None)
# The bank and the outbox in memory keep their books in the data folder: one for this test process, gone at its end.
_DATA = tempfile.TemporaryDirectory(prefix="hearth-tests-data-")
os.environ["HEARTH_DATA_DIR"] = _DATA.name

hypothesis.settings.register_profile("hearth", deadline=None, print_blob=True)
hypothesis.settings.load_profile("hearth")


def pytest_configure(config: pytest.Config) -> None:
    """The marks of our own."""
    config.addinivalue_line("markers", f"{fonts.MARK}: draws pages in Chinese; skipped without a font, failed in CI")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What a test needs of the machine is looked for before it begins."""
    if item.get_closest_marker(fonts.MARK) is not None:
        from hearth.doors.demo.papers.fonts import faces

        fonts.wants_font(faces() is not None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """An embedded PostgreSQL of this test run, in a folder of its own."""
    from hearth.doors.launch.postgres import Postgres

    folder = Path(tempfile.mkdtemp(prefix="hearth-tests-"))
    # As root the server runs as an account that must be able to enter the folder.
    folder.chmod(0o755)
    server = Postgres(folder / "data")
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database_url(postgres: Postgres) -> str:
    """The address the application logs in at: it may change rows, and nothing else."""
    return postgres.url


@pytest.fixture(scope="session")
def django_db_setup(postgres: Postgres, django_db_blocker: Any) -> Iterator[None]:
    """Django's tables, made by their owner in this test run's database; tests then use them as the application."""
    from django.core.management import call_command
    from django.db import connections

    from hearth.doors.settings import database

    with django_db_blocker.unblock():
        wanted = {
            "default": database(postgres.url, "DATABASE_URL"),
            "owner": database(postgres.admin_url, "HEARTH_ADMIN_DATABASE_URL"),
        }
        for alias, parts in connections.configure_settings(wanted).items():
            connections.settings[alias] = parts
            if hasattr(connections._connections, alias):
                del connections[alias]
        call_command("migrate", database="owner", verbosity=0)
        connections["owner"].close()
        del connections["owner"], connections.settings["owner"]
    yield
    with django_db_blocker.unblock():
        connections["default"].close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that stays outside the project; tests that need it are skipped where it is not."""
    root = Path(__file__).resolve().parents[1]
    folder = Path(os.environ.get("HEARTH_DATA") or root.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"real data is not at {folder}; name its folder with HEARTH_DATA")
    return folder
