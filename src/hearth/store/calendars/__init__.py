"""Calendars: the work calendar's file (rest days and worked weekends by yearly notice) read into `words.calendar`."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hearth.store.reading import parse_model
from hearth.words.calendar import Calendar, WorkYear
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


class _File(_Stated):
    country: Literal["CN"]
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


def read_calendar(path: Path = FILE) -> Calendar:
    """The work calendar that a file states.  Raises: Malformed."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Malformed(file=path.name, got=f"{path.stat().st_size:,} bytes", want=f"at most {MAX_BYTES:,} bytes")
        text = path.read_bytes()
    except OSError as broken:
        raise Malformed(file=path.name, got=broken.strerror or "no file", want="a file that can be read") from broken
    stated = parse_model(_File, text, path.name)
    return Calendar(
        tuple(
            WorkYear(
                year=number,
                rest=frozenset(day for holiday in year.rest for day in holiday.days()),
                worked=frozenset(year.worked),
                source=f"{year.title}（{year.notice}，{year.issued_on}）",
            )
            for number, year in stated.years.items()
        )
    )


@lru_cache(maxsize=1)
def work_calendar() -> Calendar:
    """The work calendar that ships with Hearth, read once.  Raises: Malformed."""
    return read_calendar()
