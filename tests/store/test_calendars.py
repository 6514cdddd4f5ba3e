"""The work calendar is the notices of the State Council, day by day, and a wrong file is told with its place."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest

from hearth.store.calendars import FILE, read_calendar, work_calendar
from hearth.words.calendar import YearUnknown
from hearth.words.faults import Malformed

YEARS = (2024, 2025, 2026)


def days_of(year: int) -> list[date]:
    return [day for number in range(366) if (day := date(year, 1, 1) + timedelta(days=number)).year == year]


@pytest.mark.parametrize("year", YEARS)
def test_every_day_agrees_with_an_independent_calendar(year: int) -> None:
    other = holidays.country_holidays("CN", years=year)
    differ = [day for day in days_of(year) if work_calendar().is_rest(day) == other.is_working_day(day)]
    assert differ == []


@pytest.mark.parametrize(("year", "rests", "worked"), [(2024, 28, 8), (2025, 28, 5), (2026, 33, 6)])
def test_days_off_and_worked_weekends_are_as_many_as_the_notice_says(year: int, rests: int, worked: int) -> None:
    # 2024: 1+8+3+5+1+3+7; 2025: 1+8+3+5+3+8; 2026: 3+9+3+5+3+3+7.
    stated = next(each for each in work_calendar().years if each.year == year)
    assert (len(stated.rest), len(stated.worked)) == (rests, worked)
    assert str(year) in stated.source and "国办发明电" in stated.source


@pytest.mark.parametrize(
    ("day", "rests"),
    [
        (date(2026, 1, 4), False),  # a Sunday, worked for New Year
        (date(2026, 2, 14), False),  # a Saturday, worked for the Spring Festival
        (date(2026, 2, 15), True),
        (date(2026, 2, 23), True),  # a Monday, the last day of the Spring Festival
        (date(2026, 2, 24), False),
        (date(2026, 3, 7), True),  # a plain Saturday
        (date(2024, 2, 9), False),  # New Year's Eve of 2024: recommended, not a legal rest day
    ],
)
def test_days_that_people_get_wrong(day: date, rests: bool) -> None:
    assert work_calendar().is_rest(day) is rests


@pytest.mark.parametrize("year", [2023, 2027, 2030])
def test_a_year_without_notice_is_named_and_never_guessed(year: int) -> None:
    with pytest.raises(YearUnknown) as told:
        work_calendar().is_rest(date(year, 1, 2))
    assert told.value.data == {"year": year, "known": "2024, 2025, 2026"}
    assert str(year) in told.value.sentence("zh") and str(year) in told.value.sentence("en")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("worked:\n      - 2026-01-04", "worked:\n      - 2026-01-05", "2026-01-05"),
        ("worked:\n      - 2026-01-04", "worked:\n      - 2026-01-03", "2026-01-03"),
        ("to: 2026-01-03", "to: 2025-12-31", "2025-12-31"),
        ("to: 2026-10-07", "to: 2027-10-07", "2027-10-07"),
        ("from: 2026-01-01, to: 2026-01-03", "from: 2025-12-31, to: 2026-01-03", "2025-12-31"),
        ("from: 2026-04-04", "from: 2026-02-20", "2026-02-20"),
        ("  2025:\n", "  2035:\n", "2035"),
        ("notice: 国办发明电〔2025〕7号", "notise: x", "notice"),
        ("country: CN", "country: HK", "HK"),
        ("2026-02-28 ", "2026-02-30 ", "2026-02-30"),
        ("2026-02-28 ", "2026-02-14 ", "worked"),
    ],
)
def test_a_wrong_calendar_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = FILE.read_text("utf-8")
    assert text.count(old) == 1
    path = tmp_path / "wrong.yaml"
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(Malformed) as told:
        read_calendar(path)
    assert says in told.value.sentence("en")
    assert told.value.data["file"] == "wrong.yaml"


def test_a_calendar_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Malformed):
        read_calendar(tmp_path / "none.yaml")


def test_a_year_may_be_added_by_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "longer.yaml"
    path.write_text(
        FILE.read_text("utf-8")
        + "  2027:\n    notice: 国办发明电〔2026〕0号\n    title: 试用\n    issued_on: 2026-11-30\n"
        + "    rest:\n      - {from: 2027-01-01, to: 2027-01-03}\n    worked: []\n",
        "utf-8",
    )
    longer = read_calendar(path)
    assert longer.last_year == 2027
    assert longer.is_rest(date(2027, 1, 1))
