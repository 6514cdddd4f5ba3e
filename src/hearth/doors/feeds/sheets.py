"""Sheets: rows of claims, one line of an invoice each, become the values of a case with the cell each came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hearth.doors.feeds.columns import (
    ALL,
    ALWAYS,
    CHOICES,
    LEVELS,
    LINES,
    NO,
    YES,
    Column,
    choice,
    choices,
    column_for,
    column_of,
    near,
)
from hearth.doors.feeds.grids import Cell, Grid
from hearth.doors.feeds.problems import Locate, Path, Problems, dotted, short
from hearth.words.codes import Paper
from hearth.words.faults import Malformed
from hearth.words.money import fen_from_yuan, yuan

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?|(\d{4})(\d{2})(\d{2})")
_BETWEEN = re.compile(r"[;；、,，>→\n]")
_NONE = {"无", "none"}
ONE_A_ROW = ("line", "diagnosis", "payment", "used", "illness")
"""Parts that a row states anew; the others it may repeat."""

_LISTS = {"line": "lines", "diagnosis": "diagnoses", "payment": "other_payments", "illness": "pre_existing"}


@dataclass
class _Part:
    """A part of the case as its rows state it, and the cell of each field."""

    path: Path
    row: int
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)


Read = dict[Column, tuple[Any, Cell]]


def read_sheet(grid: Grid, default_name: str) -> tuple[dict[str, Any], Locate]:
    """The values of a case, and how to find the cell of a place in them.  Raises: Problems."""
    sheet = _Sheet(grid, default_name)
    if sheet.problems:
        raise Problems(sheet.problems)
    return sheet.value(), sheet.locate


class _Sheet:
    def __init__(self, grid: Grid, default_name: str) -> None:
        self.grid, self.default_name = grid, default_name
        self.problems: list[Malformed] = []
        self.headers: dict[str, str] = {}
        self.parts: list[_Part] = []
        self.case = _Part((), 1)
        self.used: list[_Part] = []
        self.people: dict[str, _Part] = {}
        self.policies: dict[str, _Part] = {}
        self.claims: dict[str, _Part] = {}
        self.invoices: dict[str, dict[str, _Part]] = {}
        self.expected: dict[str, _Part] = {}
        self.insured_by: dict[str, list[str]] = {}
        self.named: dict[str, list[str]] = {}
        self.policy: _Part | None = None
        self.person: _Part | None = None
        self.claim: _Part | None = None
        self.invoice: _Part | None = None
        columns = self._columns()
        if self.problems:
            return
        if len(grid.rows) < 2:
            self._wrong("whole file", "no row", "a header and a row a line of an invoice")
        for row in grid.rows[1:]:
            self._row(row, columns)
        if not self.problems:
            self._finish()

    def _wrong(self, place: str, got: str, want: str) -> None:
        self.problems.append(Malformed(file=self.grid.file, place=place, got=got, want=want))

    # --- the header ---------------------------------------------------------------------------------------------------

    def _columns(self) -> dict[int, Column]:
        columns: dict[int, Column] = {}
        header = self.grid.rows[0] if self.grid.rows else ()
        for cell in header:
            if cell.value is None:
                continue
            said = str(cell.value)
            column = column_of(said)
            if column is None:
                close = near(said)
                want = f"{close}, or another header of docs/cases.md" if close else "a header of docs/cases.md"
                self._wrong(self.grid.place(cell), f"the header {short(said)}", want)
            elif column in columns.values():
                self._wrong(self.grid.place(cell), f"the header {short(said)} twice", "each header once")
            else:
                columns[cell.column] = column
                self.headers[column.name] = said
        there = {column.name for column in columns.values()}
        for name in (*ALWAYS, *(() if "diagnosis" in there else LINES)):
            if name not in there and not self.problems:
                column = column_of(name)
                assert column is not None
                row = header[0].row if header else 1
                self.problems.append(
                    Malformed(
                        file=self.grid.file, place=self.grid.place_of_row(row),
                        got=f"no column {self._name(column)}", want=f"the column {column.zh} ({column.name})",
                    )
                )  # fmt: skip
                there.add(name)
        missing = [name for name in (*ALWAYS, *(() if "diagnosis" in there else LINES)) if name not in there]
        for name in missing:
            column = column_of(name)
            assert column is not None
            self._wrong(
                self.grid.place_of_row(header[0].row if header else 1), f"no column {self._name(column)}",
                f"the column {column.zh} ({column.name})",
            )  # fmt: skip
        return columns

    def _name(self, column: Column) -> str:
        """A column as this sheet calls it, else as sheets of its language do."""
        chinese = any(not said.isascii() for said in self.headers.values())
        return self.headers.get(column.name) or column.header("zh" if chinese else "en")
