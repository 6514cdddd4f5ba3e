"""docs/map.md is the tree as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.map import MAP, drawn, page


def test_the_map_on_paper_is_the_tree_as_it_is() -> None:
    assert MAP.read_text("utf-8") == page(), "docs/map.md is old: run `make map`"


def test_a_new_file_changes_the_map_and_a_silent_one_is_refused(tmp_path: Path) -> None:
    house = tmp_path / "house"
    house.mkdir()
    (house / "__init__.py").write_text('"""A house."""\n')
    (house / "cellar.py").write_text('"""Where the wine is.\n\nMore of it."""\n')
    files = [house / "__init__.py", house / "cellar.py"]

    assert [line.split(maxsplit=1) for line in drawn(house, files).splitlines()] == [
        ["house/", "A house."],
        ["cellar.py", "Where the wine is."],
    ]

    (house / "cellar.py").write_text("bottles = 3\n")
    with pytest.raises(SystemExit, match="no docstring"), pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.house.map.ROOT", tmp_path)
        drawn(house, files)
