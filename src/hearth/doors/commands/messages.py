"""`hearth messages`: the words of the interface, gathered from code and templates, and compiled for Django."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from hearth.doors.settings import DOORS, WORDS

HOUSE = DOORS.parent
CATALOGUES: dict[str, Path] = {"zh_Hans": WORDS / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"}
"""Every language that needs a catalogue: English is what the code itself says."""

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

_LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(_|gettext|ngettext|pgettext|npgettext)\(\s*({_LITERAL}(?:\s*,\s*{_LITERAL})*)")

# Dates, versions and addresses that would differ from run to run and say nothing that history does not.
NOT_KEPT = tuple(
    f'"{field}:'.encode()
    for field in (
        "Generated-By",
        "Language-Team",
        "Last-Translator",
        "PO-Revision-Date",
        "POT-Creation-Date",
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
    )
)

Found = tuple[str, int, str | tuple[str, ...], str | None]


def _in_code(path: Path) -> Iterator[Found]:
    for line, message, _, context in extract_from_file("python", path, keywords=KEYWORDS):
        yield path.relative_to(HOUSE).as_posix(), line, message, context


def _in_template(path: Path) -> Iterator[Found]:
    source = templatize(path.read_text("utf-8"), origin=str(path))
    for call in _CALL.finditer(source):
        line = source.count("\n", 0, call.start()) + 1
        words = [ast.literal_eval(literal) for literal in re.findall(_LITERAL, call[2])]
        context = words.pop(0) if call[1] in ("pgettext", "npgettext") else None
        message = (words[0], words[1]) if call[1] in ("ngettext", "npgettext") else words[0]
        yield path.relative_to(HOUSE).as_posix(), line, message, context


def gathered(house: Path = HOUSE) -> Catalog:
    """Every message that code and templates below `house` show to people, with the files that use it."""
    catalogue = Catalog(project="Hearth", charset="utf-8", fuzzy=False)
    for path in sorted(house.rglob("*.py")):
        for place, _, message, context in _in_code(path):
            catalogue.add(message, locations=[(place, 0)], context=context)
    for path in sorted(house.rglob("templates/**/*.html")):
        for place, _, message, context in _in_template(path):
            catalogue.add(message, locations=[(place, 0)], context=context)
    return catalogue


def catalogue_of(language: str) -> Catalog:
    """The catalogue of a language as it stands; an empty one where there is none yet."""
    path = CATALOGUES[language]
    if not path.exists():
        return Catalog(locale=language, project="Hearth", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


@click.group()
def messages() -> None:
    """Gather and compile the words of the interface."""


@messages.command()
def gather() -> None:
    """Bring the catalogues up to date: new messages are added untranslated, unused ones are dropped."""
    used = gathered()
    for language, path in CATALOGUES.items():
        catalogue = catalogue_of(language)
        catalogue.update(used, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        catalogue.header_comment = f"# The words of Hearth's interface in {catalogue.locale_identifier}."
        written = io.BytesIO()
        write_po(written, catalogue, width=120, sort_output=True, omit_header=False, include_lineno=False)
        kept = [line for line in written.getvalue().splitlines(True) if not line.startswith(NOT_KEPT)]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(kept))
        missing = [message.id for message in catalogue if message.id and not message.string]
        click.echo(f"{language}: {len(catalogue)} messages, {len(missing)} to be translated")
        for message in missing:
            click.echo(f"  {message}")


@messages.command("compile")
def compile_catalogues() -> None:
    """Compile the catalogues; run by `make setup`."""
    for language in CATALOGUES:
        compiled = io.BytesIO()
        write_mo(compiled, catalogue_of(language))
        CATALOGUES[language].with_suffix(".mo").write_bytes(compiled.getvalue())
