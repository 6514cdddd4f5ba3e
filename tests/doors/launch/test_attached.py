"""Commands find the company's database: the one that is named, or the embedded one, and never make one by mistake."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hearth.doors.launch import dumping
from hearth.doors.launch.attached import attached
from hearth.doors.launch.faults import NoDatabaseThere

URL = "postgresql://hearth_app:s%3Acret%5C@/hearth?host=%2Frun%2Fhearth&port=5432"


def test_the_database_that_is_named_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    with attached() as database:
        assert (database.url, database.admin_url, database.is_embedded) == (URL, URL, False)
    monkeypatch.setenv("HEARTH_ADMIN_DATABASE_URL", "postgresql://hearth_owner@/hearth")
    with attached() as database:
        assert database.admin_url == "postgresql://hearth_owner@/hearth"


def test_a_folder_without_a_database_is_told_and_left_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(NoDatabaseThere), attached(tmp_path / "nothing"):
        raise AssertionError("nothing to attach to")
    assert list(tmp_path.iterdir()) == []


def test_no_password_stands_on_a_command_line_and_the_file_with_it_goes() -> None:
    with dumping._login(URL) as (address, env):
        assert "cret" not in address and "hearth_app" in address
        kept = Path(env["PGPASSFILE"])
        assert kept.read_text() == "*:*:*:*:s\\:cret\\\\\n"
        assert oct(kept.stat().st_mode & 0o777) == "0o600"
        assert "PGPASSWORD" not in env
        assert set(env) - {"HOME", "PGPASSFILE"} == {"PATH", "LC_ALL", "TZ"}
    assert not kept.parent.exists()
    assert os.environ.get("PGPASSFILE") is None
