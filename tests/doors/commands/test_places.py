"""Where hospitals are: a sheet is read whole or not at all, and loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from hearth.desks.suspicion.places import Place, load_places
from hearth.doors.commands.places import SheetWrong, read_sheet
from hearth.store.access import HOUSE, NotAllowed
from hearth.store.models import HospitalPlace, Record
from tests.desks.cast_rows import AT, DAY, cast


def sheet(folder: Path, *rows: str) -> Path:
    """A sheet with these rows under its headings."""
    path = folder / "places.csv"
    path.write_text("name,latitude,longitude\n" + "\n".join(rows) + "\n", "utf-8")
    return path


def test_a_sheet_gives_names_and_degrees(tmp_path: Path) -> None:
    found = read_sheet(sheet(tmp_path, "市第一人民医院,22.55,114.06", "", "远方医院,45.8,126.5"))
    assert found == [("市第一人民医院", 22.55, 114.06), ("远方医院", 45.8, 126.5)]


@pytest.mark.parametrize(
    "row", ["甲医院,91,114", "甲医院,22,181", ",22,114", "甲医院,north,114", "甲医院,22", "甲,nan,1"]
)
def test_a_wrong_row_is_named_and_nothing_is_read(tmp_path: Path, row: str) -> None:
    with pytest.raises(SheetWrong) as wrong:
        read_sheet(sheet(tmp_path, "市第一人民医院,22.55,114.06", row))
    assert "row 3" in str(wrong.value)


def test_headings_are_those_of_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("医院,纬度,经度\n甲医院,22,114\n", "utf-8")
    with pytest.raises(SheetWrong):
        read_sheet(path)


@pytest.mark.django_db
def test_places_are_loaded_by_the_house_once_and_moved_by_a_later_list() -> None:
    first = [Place("市 第一人民医院", 22.55, 114.06), Place("远方医院", 45.8, 126.5)]
    with pytest.raises(NotAllowed):
        load_places(cast().who("guan"), first, source="register 2026", at=AT)
    assert load_places(HOUSE, first, source="register 2026", at=AT) == 2
    assert load_places(HOUSE, first, source="register 2026", at=AT + DAY) == 0
    assert load_places(HOUSE, [Place("远方医院", 45.7, 126.5)], source="register 2027", at=AT + DAY) == 1
    row = HospitalPlace.objects.get(name="远方医院")
    assert (row.latitude, row.source) == (45.7, "register 2027")
    assert HospitalPlace.objects.filter(name="市第一人民医院").exists(), "as bills are compared: without blanks"
    assert Record.objects.filter(kind="hospital.placed").count() == 2
