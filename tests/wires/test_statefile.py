"""A state file keeps what it acknowledged, whoever else opens it, in this process and in others."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from hearth.wires.statefile import StateFile
from hearth.words.faults import Malformed

TABLES = ("CREATE TABLE kept (number INTEGER NOT NULL) STRICT",)
FORM = 990_001
OTHER = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1], isolation_level=None) as other:
    other.execute("INSERT INTO kept VALUES (2)")
other.close()
"""


def test_what_was_acknowledged_stays_though_the_file_is_opened_anew_beside_an_open_connection(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    held = StateFile(path, TABLES, FORM)
    with held.reading() as connection:
        connection.execute("INSERT INTO kept VALUES (1)")
        StateFile(path, TABLES, FORM)
        # Whoever is the last to leave clears the journal away: another process must see that we are still here.
        subprocess.run([sys.executable, "-c", OTHER, str(path)], check=True, timeout=60)
        assert path.with_name("state.sqlite3-wal").exists(), "what is written now would be lost with this process"
        connection.execute("INSERT INTO kept VALUES (3)")
    with StateFile(path, TABLES, FORM).reading() as connection:
        assert [row["number"] for row in connection.execute("SELECT number FROM kept ORDER BY number")] == [1, 2, 3]


def test_what_the_file_undid_by_itself_is_told_by_its_own_error(tmp_path: Path) -> None:
    held = StateFile(tmp_path / "state.sqlite3", TABLES, FORM)
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"), held.writing() as connection:
        connection.execute("INSERT OR ROLLBACK INTO kept VALUES (NULL)")


def test_a_folder_or_a_file_of_another_kind_is_refused_and_a_new_file_is_nobody_elses(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("no state at all, but long enough to be looked at as a file " * 4)
    for name in ("folder", "text"):
        with pytest.raises(Malformed):
            StateFile(tmp_path / name, TABLES, FORM)
    StateFile(tmp_path / "new", TABLES, FORM)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600
