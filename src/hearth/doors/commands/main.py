"""The command `hearth`: one table of subcommands, each loaded only when it is called."""

from __future__ import annotations

import importlib
import locale
import os
from typing import Any

import click

import hearth
from hearth.words.faults import Fault

COMMANDS: tuple[tuple[str, str, str], ...] = (
    # name, module:command, what it does
    ("run", "hearth.doors.commands.run:run", "Start Hearth here: database, web and workers; Ctrl-C stops all of it."),
    ("demo", "hearth.doors.commands.demo:demo", "Make the demo company in an empty database."),
    ("decide", "hearth.doors.commands.decide:decide", "Decide the claims of case files, and explain every fen."),
    ("product", "hearth.doors.commands.product:product", "Check a product's file, or show its terms."),
    (
        "schema",
        "hearth.doors.commands.schema:schema",
        "Print the schemas of case and product files, or write an empty sheet.",
    ),
    (
        "replay",
        "hearth.doors.commands.replay:replay",
        "Decide a whole year again, or under changed terms: LINES is a Parquet file of docs/year.md.",
    ),
    (
        "generate",
        "hearth.doors.commands.generate:generate",
        "Make a synthetic year of claims, a Parquet file of docs/year.md.",
    ),
    ("load", "hearth.doors.commands.load:load", "Grow the database to load-test size with made-up claims."),
    ("backup", "hearth.doors.commands.backup:backup", "Write everything in the database to one file."),
    ("restore", "hearth.doors.commands.restore:restore", "Restore a backup into an empty database, and check it."),
    ("verify", "hearth.doors.commands.verify:verify", "Check a receipt, or that a log only grew, from files alone."),
    (
        "partner",
        "hearth.doors.commands.partner:partner",
        "Take partners of the interface in, make and revoke their tokens.",
    ),
    (
        "admissions",
        "hearth.doors.commands.admissions:admissions",
        "Take a hospital's sheet of admissions in, each stay once.",
    ),
    ("papers", "hearth.doors.commands.papers:papers", "Read medical papers, and measure how well."),
    (
        "catalogue",
        "hearth.doors.commands.catalogue:catalogue",
        "Load national audit lists and disease codes, and show what a machine checks of them.",
    ),
    (
        "calendar",
        "hearth.doors.commands.calendar:calendar",
        "Load years of the work calendar, and show what is known.",
    ),
    (
        "places",
        "hearth.doors.commands.places:places",
        "Load where hospitals are: a CSV sheet of name, latitude, longitude.",
    ),
    ("keys", "hearth.doors.commands.keys:keys", "Show which keys seal the database's columns, or seal all again."),
    ("messages", "hearth.doors.commands.messages:messages", "Gather and compile the words of the interface."),
    ("django", "hearth.doors.commands.django:django", "Pass a command on to Django, such as migrate or shell."),
)
"""Every subcommand, in the order of `hearth --help`."""


class Table(click.Group):
    """A group whose help comes from the table; a subcommand's module is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the order of the table."""
        return [name for name, _, _ in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        for name, place, _ in COMMANDS:
            if name == cmd_name:
                module, attribute = place.split(":")
                command = getattr(importlib.import_module(module), attribute)
                assert isinstance(command, click.Command)
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, _, says in COMMANDS])

    def invoke(self, ctx: click.Context) -> Any:
        """Call the subcommand; a fault is told in one sentence and ends with status 2."""
        try:
            return super().invoke(ctx)
        except Fault as fault:
            click.echo(fault.sentence(spoken()), err=True)
            ctx.exit(2)


def spoken() -> str:
    """The language of whoever sits at this terminal: "zh" or "en"."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.normalize(named).lower().startswith("zh") else "en"


@click.group(cls=Table, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(hearth.__version__, prog_name="hearth")
def main() -> None:
    """Hearth 恒温 runs a health insurer's service from quote to claim to care."""
