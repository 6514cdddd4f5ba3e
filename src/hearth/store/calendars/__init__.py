"""Calendars: the work calendar read into `words.calendar`: its file, and the years that were loaded beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hearth.store.reading import parse_model
from hearth.words.calendar import HOURS, MINUTES_A_DAY, Calendar, WorkYear
from hearth.words.faults import Malformed

FILE = Path(__file__).with_name("china.yaml")
"""The file that ships with Hearth."""

MAX_BYTES = 1_000_000
"""The longest calendar file that is read."""

_SATURDAY = 5
_LONGEST = 16


class _Stated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Holiday(_Stated):
    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if not 0 <= (self.last - self.first).days < _LONGEST:
            raise ValueError(f"{self.first} to {self.last} is not a holiday of 1 to {_LONGEST} days")
        return self

    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


class _Year(_Stated):
    notice: Annotated[str, Field(min_length=1)]
    title: Annotated[str, Field(min_length=1)]
    issued_on: date
    rest: Annotated[tuple[_Holiday, ...], Field(min_length=1)]
    worked: tuple[date, ...]

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        rest = [day for holiday in self.rest for day in holiday.days()]
        for days, name in ((rest, "rest"), (list(self.worked), "worked")):
            if days != sorted(set(days)):
                raise ValueError(f"{name} is not a list of days in their order, each once")
        for day in self.worked:
            if day.weekday() < _SATURDAY:
                raise ValueError(f"worked day {day} is not a Saturday or Sunday")
            if day in rest:
                raise ValueError(f"worked day {day} is not outside the holidays")
        return self


_Window = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d:[0-5]\d|2[0-3]:[0-5]\d|24:00)$")]


class _File(_Stated):
    country: Literal["CN"]
    # Windows of a working day; the house's own hours where none are stated.
    hours: Annotated[tuple[_Window, ...], Field(min_length=1, max_length=8)] | None = None
    years: Annotated[dict[int, _Year], Field(min_length=1)]

    @model_validator(mode="after")
    def _years_follow(self) -> Self:
        if list(self.years) != list(range(min(self.years), min(self.years) + len(self.years))):
            raise ValueError(f"{', '.join(map(str, self.years))} is not a row of years without a gap")
        for number, year in self.years.items():
            for day in (*(day for holiday in year.rest for day in holiday.days()), *year.worked):
                if day.year != number:
                    raise ValueError(f"{day} is not a day of {number}")
        return self

    @model_validator(mode="after")
    def _windows_follow(self) -> Self:
        edges = [edge for window in self.hours or () for edge in _minutes(window)]
        if edges != sorted(set(edges)):
            raise ValueError(f"{', '.join(self.hours or ())} are not windows of a day in their order")
        return self


def read_calendar(path: Path = FILE) -> Calendar:
    """The work calendar that a file states.  Raises: Malformed."""
    stated = _read(path)
    return Calendar(
        tuple(_year(number, year) for number, year in stated.years.items()),
        HOURS if stated.hours is None else tuple(_minutes(window) for window in stated.hours),
    )


def stated_years(path: Path) -> dict[int, dict[str, Any]]:
    """The years of a file as plain values, to be loaded; each with the file's hours of work.  Raises: Malformed."""
    stated = _read(path)
    hours = None if stated.hours is None else list(stated.hours)
    return {
        number: {**year.model_dump(mode="json", by_alias=True), "hours": hours} for number, year in stated.years.items()
    }


def work_calendar() -> Calendar:
    """The work calendar: that of the file that ships with Hearth, and the years loaded since, as last asked for.

    Whoever finds that it does not reach far enough asks again with `asked_again`.  Raises: Malformed.
    """
    if _KEPT.calendar is None:
        _KEPT.calendar = _merged({})
    return _KEPT.calendar


def asked_again() -> Calendar:
    """The work calendar with every year that the database holds; it is the one of `work_calendar` from now on."""
    from hearth.store.models import CalendarYear

    found = CalendarYear.objects.order_by("id").values_list("year", "stated")
    _KEPT.calendar = _merged(dict(found))
    return _KEPT.calendar


def ask_at_start() -> None:
    """Ask for the loaded years as a program begins; where the database is away, it begins with the file's alone."""
    from django.db import DatabaseError, connection

    try:
        asked_again()
    except DatabaseError:
        pass
    finally:
        connection.close()


class _Kept:
    """The calendar that this program goes by."""

    calendar: Calendar | None = None


_KEPT = _Kept()


def _merged(loaded: Mapping[int, Mapping[str, Any]]) -> Calendar:
    """The file's years, with those that were loaded in their place or behind them."""
    shipped = read_calendar()
    years = {each.year: each for each in shipped.years}
    hours = shipped.hours
    for number, stated in loaded.items():
        values = dict(stated)
        windows = values.pop("hours", None)
        years[number] = _year(number, _Year.model_validate(values))
        hours = hours if windows is None else tuple(_minutes(window) for window in windows)
    return Calendar(tuple(years[number] for number in sorted(years)), hours)


def _read(path: Path) -> _File:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Malformed(file=path.name, got=f"{path.stat().st_size:,} bytes", want=f"at most {MAX_BYTES:,} bytes")
        text = path.read_bytes()
    except OSError as broken:
        raise Malformed(file=path.name, got=broken.strerror or "no file", want="a file that can be read") from broken
    return parse_model(_File, text, path.name)


def _year(number: int, year: _Year) -> WorkYear:
    return WorkYear(
        year=number,
        rest=frozenset(day for holiday in year.rest for day in holiday.days()),
        worked=frozenset(year.worked),
        source=f"{year.title}（{year.notice}，{year.issued_on}）",
    )


def _minutes(window: str) -> tuple[int, int]:
    first, last = (int(edge[:2]) * 60 + int(edge[3:]) for edge in window.split("-"))
    assert last <= MINUTES_A_DAY
    return first, last
