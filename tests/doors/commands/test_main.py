"""The command `hearth`: the table is complete, quick to show, and tells faults in one sentence."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from hearth.doors.commands import main as told
from hearth.doors.commands.main import COMMANDS, main
from hearth.words.faults import Malformed
from tests.house.tree import HOUSE


@pytest.mark.parametrize(("name", "place", "says"), COMMANDS)
def test_every_command_of_the_table_is_there_and_says_the_same_of_itself(name: str, place: str, says: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert (command.help or "").strip().splitlines()[0] == says


def test_every_command_file_is_in_the_table() -> None:
    files = {path.stem for path in (HOUSE / "doors" / "commands").glob("[a-z]*.py")} - {"main"}
    assert {place.split(":")[0].rsplit(".", 1)[1] for _, place, _ in COMMANDS} >= files


def test_help_lists_every_command_and_loads_none() -> None:
    shown = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\nfrom hearth.doors.commands.main import main\n"
            "main(['--help'], standalone_mode=False)\n"
            "print('heavy:', sorted({'django', 'numpy', 'polars', 'pydantic', 'numba'} & set(sys.modules)))",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    listed = [
        line.split()[0] for line in shown.partition("Commands:")[2].splitlines() if line[:2] == "  " and line[2] != " "
    ]
    assert listed == [name for name, _, _ in COMMANDS]
    assert "heavy: []" in shown


def test_an_unknown_command_is_named() -> None:
    result = CliRunner().invoke(main, ["fly"])
    assert result.exit_code == 2
    assert "No such command 'fly'" in result.output


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en_GB.UTF-8", "lines.csv: row 3, column billed: got -1; want an amount of 0 or more."),
        ("zh_CN.UTF-8", "lines.csv：row 3, column billed：收到的是 -1，应为 an amount of 0 or more。"),
    ],
)
def test_a_fault_is_one_sentence_in_the_language_of_the_terminal_and_status_2(
    language: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def read() -> None:
        raise Malformed(file="lines.csv", place="row 3, column billed", got="-1", want="an amount of 0 or more")

    monkeypatch.setattr(told.Table, "get_command", lambda self, ctx, name: read)
    monkeypatch.setenv("LC_ALL", language)
    result = CliRunner().invoke(main, ["read"])
    assert result.exit_code == 2
    assert result.output.strip() == sentence


def test_a_bug_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def slip() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(told.Table, "get_command", lambda self, ctx, name: slip)
    assert isinstance(CliRunner().invoke(main, ["slip"]).exception, ZeroDivisionError)


def test_django_commands_are_passed_on() -> None:
    called = subprocess.run(
        [sys.executable, "-c", "from hearth.doors.commands.main import main; main(['django', 'version'])"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert called.stdout.startswith("5.2")
