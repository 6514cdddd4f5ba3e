"""Lists are loaded at the terminal: once, all or nothing, each wrong cell told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hearth.doors.commands.main import main
from hearth.store.models import CatalogueList
from tests.twins.audit.lists import OWN

pytestmark = pytest.mark.django_db


def run(*words: str, lang: str = "C.UTF-8") -> Result:
    return CliRunner(env={"LC_ALL": lang}).invoke(main, ["catalogue", *words], prog_name="hearth")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Our own lists as files."""
    for file, text in OWN.items():
        (tmp_path / file).write_text(text, "utf-8")
    return tmp_path


def test_a_folder_of_lists_is_loaded_once_and_its_encoded_share_shown(folder: Path) -> None:
    assert run("show").output == "No list is loaded yet.\n"
    first = run("load", str(folder), "--version", "2026-1")
    assert first.exit_code == 0, first.output
    assert "limits of drugs (2026-1): 12 rows loaded" in first.output
    assert "9 encoded (81.8%), 1 in part, 1 for a person to read, 1 state nothing" in first.output
    again = run("load", str(folder), "--version", "2026-1")
    assert again.exit_code == 0 and again.output.count("loaded before, nothing changed") == len(OWN)
    assert CatalogueList.objects.count() == len(OWN)
    shown = run("show", "--text").output
    assert (
        "current  limits of drugs (2026-1)  12 rows" in shown
        and "row 13  XT01AAA011A0  仅阶梯片: 阶梯限制 三线" in shown
    )
    assert "现行  药品限制（2026-1）" in run("show", lang="zh_CN.UTF-8").output


def test_a_wrong_row_stops_every_file_and_is_told_with_file_row_and_column(folder: Path) -> None:
    wrong = OWN["项目主次.csv"].replace("云叶组,0.5", "云叶组,五折", 1)
    (folder / "项目主次.csv").write_text(wrong, "utf-8")
    result = run("load", str(folder), "--version", "2026-1")
    assert result.exit_code == 2 and not CatalogueList.objects.exists()
    assert "项目主次.csv: line 2, column 主次折率: got `五折`; want a rate from 0 to 1." in result.output


def test_own_claims_are_counted_and_a_folder_without_lists_is_told(tmp_path: Path) -> None:
    assert run("count").output == "Own claims: 0 usual courses\n"
    result = run("load", str(tmp_path), "--version", "x")
    assert result.exit_code == 2 and "a folder without CSV files" in result.output
