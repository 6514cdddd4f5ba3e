"""`hearth keys` tells which keys seal what, and seals all again."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hearth.desks import people
from hearth.doors.commands.keys import keys
from hearth.doors.launch.postgres import Postgres
from hearth.store.access import HOUSE
from tests.desks.people.somebody import MEI, member
from tests.doors.demo.scene import HEARTH, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    return CliRunner()


def test_it_shows_the_versions_and_turns_them(terminal: CliRunner, settings: Any) -> None:
    member(MEI)
    shown = terminal.invoke(keys, ["show"])
    assert shown.exit_code == 0 and "store_person.phone" in shown.output, shown.output
    settings.SEAL_KEYS = {**settings.SEAL_KEYS, 2: hashlib.sha256(b"two").digest()}
    turned = terminal.invoke(keys, ["rotate", "--batch", "2"])
    assert turned.exit_code == 0 and "sealed again with key 2" in turned.output, turned.output
    assert {count.version for count in people.key_counts(HOUSE)} == {2}
    again = terminal.invoke(keys, ["rotate"])
    assert "Everything is sealed with key 2" in again.output


def test_it_finds_the_embedded_database_by_itself_and_says_where_none_is(postgres: Postgres, tmp_path: Path) -> None:
    with scene(postgres, tmp_path / "data") as made:
        assert made.hearth("keys", "show").returncode == 0
    embedded = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PGINSTALL")}
    told = subprocess.run(
        [*HEARTH, "keys", "show"],
        env={**embedded, "LC_ALL": "C.UTF-8", "HEARTH_DATA_DIR": str(tmp_path / "nothing")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert told.returncode == 2 and told.stderr.startswith("There is no database in ") and told.stderr.count("\n") == 1
    assert not (tmp_path / "nothing").exists()
