"""`hearth django`: what changes tables runs as their owner."""

from __future__ import annotations

from typing import Any

import django.core.management
import pytest
from click.testing import CliRunner
from django.conf import settings

from hearth.doors.commands.django import django as command


@pytest.fixture
def passed_on(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that reached Django."""
    calls: list[list[str]] = []
    monkeypatch.setattr(django.core.management, "execute_from_command_line", calls.append)
    return calls


def with_owner(monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    databases: dict[str, Any] = {"default": {}} | ({"owner": {}} if there else {})
    monkeypatch.setattr(settings, "DATABASES", databases)


@pytest.mark.parametrize(
    ("owner", "typed", "reached"),
    [
        (True, ["migrate", "--plan"], ["migrate", "--database=owner", "--plan"]),
        (False, ["migrate", "--plan"], ["migrate", "--plan"]),
        (True, ["migrate", "--database", "default"], ["migrate", "--database", "default"]),
        (True, ["shell", "-c", "1"], ["shell", "-c", "1"]),
        (True, ["--help"], ["--help"]),
        (True, [], []),
    ],
)
def test_what_changes_tables_runs_as_their_owner_where_there_is_one(
    owner: bool, typed: list[str], reached: list[str], passed_on: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_owner(monkeypatch, owner)
    result = CliRunner().invoke(command, typed)
    assert result.exit_code == 0, result.output
    assert passed_on == [["hearth django", *reached]]
