"""`hearth django`: Django's own commands with Hearth's settings."""

from __future__ import annotations

import os

import click

OWNERS_COMMANDS = ("migrate", "sqlmigrate", "sqlflush", "flush")


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def django(arguments: tuple[str, ...]) -> None:
    """Pass a command on to Django, such as migrate or shell.

    Commands that change tables run as the tables' owner where HEARTH_ADMIN_DATABASE_URL names it.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearth.doors.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        databases = settings.DATABASES
    except ImproperlyConfigured as wrong:
        raise click.ClickException(str(wrong)) from None
    words = list(arguments)
    if (
        words
        and words[0] in OWNERS_COMMANDS
        and "owner" in databases
        and not any(word.startswith("--database") for word in words)
    ):
        words.insert(1, "--database=owner")
    execute_from_command_line(["hearth django", *words])
