"""`hearth messages`: gathering keeps what is translated, drops what is gone, and changes nothing the second time."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from click.testing import CliRunner

from hearth.doors.commands import messages as module
from hearth.doors.commands.messages import messages


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house of one page that says one sentence."""
    source = "from django.utils.translation import gettext as _\n\nsaid = _('Good morning')\n"
    (tmp_path / "page.py").write_text(source)
    monkeypatch.setattr(module, "HOUSE", tmp_path)
    monkeypatch.setattr(module, "CATALOGUES", {"zh_Hans": tmp_path / "locale" / "django.po"})
    monkeypatch.setattr(module.gathered, "__defaults__", (tmp_path,))
    return tmp_path


def gather() -> str:
    result = CliRunner().invoke(messages, ["gather"])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_new_sentence_is_added_untranslated_and_named(house: Path) -> None:
    assert gather() == "zh_Hans: 1 messages, 1 to be translated\n  Good morning\n"


def test_what_is_translated_stays_and_a_second_gathering_changes_nothing(house: Path) -> None:
    gather()
    catalogue = house / "locale" / "django.po"
    translated = (
        catalogue.read_text("utf-8")
        .replace('msgstr ""\n', 'msgstr "早上好"\n')
        .replace('msgstr "早上好"', 'msgstr ""', 1)
    )
    catalogue.write_text(translated, "utf-8")
    assert gather() == "zh_Hans: 1 messages, 0 to be translated\n"
    assert catalogue.read_text("utf-8") == translated


def test_a_sentence_that_is_no_longer_said_is_dropped(house: Path) -> None:
    gather()
    (house / "page.py").write_text("said = 1\n")
    assert gather() == "zh_Hans: 0 messages, 0 to be translated\n"
    assert "Good morning" not in (house / "locale" / "django.po").read_text("utf-8")


def test_the_compiled_catalogue_speaks(house: Path) -> None:
    gather()
    catalogue = house / "locale" / "django.po"
    catalogue.write_text(
        catalogue.read_text("utf-8").replace(
            'msgid "Good morning"\nmsgstr ""', 'msgid "Good morning"\nmsgstr "早上好"'
        ),
        "utf-8",
    )
    assert CliRunner().invoke(messages, ["compile"]).exit_code == 0
    with (house / "locale" / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Good morning") == "早上好"
