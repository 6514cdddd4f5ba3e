"""Sheets: rows of claims, one line of an invoice each, become the values of a case with the cell each came from."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hearth.doors.feeds.columns import (
    ALL,
    ALWAYS,
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
from hearth.doors.feeds.problems import Locate, Path, Problems, dotted, in_order, nearest, short
from hearth.words.faults import Malformed
from hearth.words.money import fen_from_yuan, yuan
from hearth.words.quantities import PRICE_FORM, QUANTITY_FORM, price_from, quantity_from

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?|(\d{4})(\d{2})(\d{2})")
_BETWEEN = re.compile(r"[;；、,，>→\n]")
_NONE = {"无", "none"}

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
        raise Problems(in_order(sheet.problems))
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
            column = column_of(name)
            if column is not None and name not in there:
                place = self.grid.place_of_row(header[0].row if header else 1)
                self._wrong(place, f"no column {self._name(column)}", f"the column {column.zh} ({column.name})")
        return columns

    def _name(self, column: Column) -> str:
        """A column as this sheet calls it, else as sheets of its language do."""
        chinese = any(not said.isascii() for said in self.headers.values())
        return self.headers.get(column.name) or column.header("zh" if chinese else "en")

    def _place(self, cell: Cell, column: Column) -> str:
        return self.grid.place(cell, self._name(column))

    # --- a row --------------------------------------------------------------------------------------------------------

    def _row(self, row: tuple[Cell, ...], columns: dict[int, Column]) -> None:
        read: Read = {}
        for cell in row:
            column = columns.get(cell.column)
            if cell.odd and column is not None:
                want = "text: a sheet keeps 15 digits of a number"
                if cell.value is None:
                    want = "a value: save the file once in a spreadsheet program"
                self._wrong(self._place(cell, column), cell.odd, want)
            elif cell.value is None:
                continue
            elif column is None:
                self._wrong(self.grid.place(cell), "a value without a header", "a header above it")
            elif column.group != "none":
                value = self._read(cell, column)
                if value is not None:
                    read[column] = (value, cell)
        if read:
            self._take(read, row[0].row)

    def _read(self, cell: Cell, column: Column) -> Any:
        """The value of a cell; None where it cannot be read, which is told."""
        try:
            return READERS[column.kind](cell.value, column)
        except Unread as unread:
            self._wrong(self._place(cell, column), unread.got or short(_text(cell.value)), unread.want)
            return None

    def _take(self, read: Read, row: int) -> None:
        groups = {column.group for column in read}
        said = {column.name: value for column, (value, _) in read.items()}
        of_claim = groups & {"claim", "invoice", "line", "diagnosis", "payment", "expect"}
        self._merge(self.case, read, "case")
        policy = self._policy(read, row, said, of_claim)
        person = self._person(read, row, said)
        if policy is not None and person is not None:
            _once(self.insured_by.setdefault(policy.values["no"], []), person.values["id"])
        if of_claim:
            self._claim(read, row, said, groups)
        if "illness" in groups:
            owner = person or self.person
            if owner is None:
                self._missing(read, "illness", "an insured person above or on this row")
            else:
                self._append(owner, "illness", read, row)
        if "used" in groups:
            if self.policy is None:
                self._missing(read, "used", "a policy above or on this row")
            else:
                part = self._new(("used", len(self.used)), row)
                part.values["policy"] = self.policy.values["no"]
                self._merge(part, read, "used")
                self.used.append(part)

    def _policy(self, read: Read, row: int, said: dict[str, Any], of_claim: set[str]) -> _Part | None:
        """The policy of the row: the one it names, else the one above."""
        if "policy" in said:
            no = said["policy"]
            other = self.policy is not None and self.policy.values["no"] != no
            if of_claim and "claim" not in said and other and self.claim is not None:
                self._missing(read, "policy", "a claim number on this row: its policy differs from the row above")
            if no not in self.policies:
                self.policies[no] = self._new(("policies", len(self.policies)), row)
            self.policy = self.policies[no]
        if any(column.group == "policy" for column in read):
            if self.policy is None:
                self._missing(read, "policy", "a policy above or on this row")
            else:
                self._merge(self.policy, read, "policy")
        return self.policy

    def _person(self, read: Read, row: int, said: dict[str, Any]) -> _Part | None:
        """The person whom the row names; None where it names nobody."""
        named: _Part | None = None
        if "insured" in said:
            if said["insured"] not in self.people:
                self.people[said["insured"]] = self._new(("people", len(self.people)), row)
            named = self.person = self.people[said["insured"]]
        if any(column.group == "person" for column in read):
            if self.person is None:
                self._missing(read, "person", "an insured person above or on this row")
            else:
                self._merge(self.person, read, "person")
        return named

    def _claim(self, read: Read, row: int, said: dict[str, Any], groups: set[str]) -> None:
        if "claim" in said:
            no = said["claim"]
            if no not in self.claims:
                self.claims[no] = self._new(("claims", len(self.claims)), row)
                self.invoices[no] = {}
            if self.claims[no] is not self.claim:
                self.invoice = None
            self.claim = self.claims[no]
        claim = self.claim
        if claim is None:
            for group in ("claim", "invoice", "line", "diagnosis", "payment", "expect"):
                if group in groups:
                    return self._missing(read, group, "a claim above or on this row")
            return
        if "insured" in said or "insured" not in claim.values:
            if self.person is None:
                self._missing(read, "claim", "an insured person above or on this row")
            else:
                self._state(claim, "insured", self.person.values["id"], read.get(_column("insured")), read)
        self._merge(claim, read, "claim")
        if "policy" in said:
            _once(self.named.setdefault(claim.values["no"], []), said["policy"])
        if groups & {"invoice", "line"}:
            invoice = self._invoice(claim, row, said)
            self._merge(invoice, read, "invoice")
            if "line" in groups:
                self._append(invoice, "line", read, row)
        for group in ("diagnosis", "payment"):
            if group in groups:
                self._append(claim, group, read, row)
        if "expect" in groups:
            no = claim.values["no"]
            if no not in self.expected:
                self.expected[no] = self._new(("expect", len(self.expected)), row)
                self.expected[no].values["claim"] = no
            self._merge(self.expected[no], read, "expect")

    def _invoice(self, claim: _Part, row: int, said: dict[str, Any]) -> _Part:
        """The invoice of the row: by its place in the claim, else by its number, else the one above."""
        known = self.invoices[claim.values["no"]]
        key = said.get("invoice")
        number = said.get("invoice_number")
        if key is None and number is None and self.invoice is not None:
            return self.invoice
        if key is None and number is not None:
            fitting = [one for one in known.values() if one.values.get("number") == number]
            if self.invoice is not None and self.invoice in fitting:
                return self.invoice
            if fitting:
                self.invoice = fitting[-1]
                return self.invoice
        name = f"key {key}" if key is not None else f"number {number}"
        if name not in known:
            known[name] = self._new((*claim.path, "invoices", len(known)), row)
        self.invoice = known[name]
        return self.invoice

    # --- parts --------------------------------------------------------------------------------------------------------

    def _new(self, path: Path, row: int) -> _Part:
        part = _Part(path, row)
        self.parts.append(part)
        return part

    def _append(self, owner: _Part, group: str, read: Read, row: int) -> None:
        name = _LISTS[group]
        owner.values[name] = owner.values.get(name, 0) + 1
        self._merge(self._new((*owner.path, name, owner.values[name] - 1), row), read, group)

    def _merge(self, part: _Part, read: Read, group: str) -> None:
        for column, (value, cell) in read.items():
            if column.group == group and column.field != "key":
                self._state(part, column.field, value, (value, cell), read)

    def _state(self, part: _Part, name: str, value: Any, read: tuple[Any, Cell] | None, row: Read) -> None:
        cell = read[1] if read is not None else next(iter(row.values()))[1]
        if name not in part.values:
            part.values[name], part.cells[name] = value, cell
        elif part.values[name] != value:
            column = next((one for one, (_, here) in row.items() if here is cell), None)
            before = part.cells.get(name)
            seen = f", as in {self.grid.place(before)}" if before is not None else ""
            place = self._place(cell, column) if column is not None else self.grid.place(cell)
            self._wrong(place, short(_text(value)), f"{short(_text(part.values[name]))}{seen}")

    def _missing(self, read: Read, group: str, want: str) -> None:
        column, cell = next((column, cell) for column, (_, cell) in read.items() if column.group == group)
        self._wrong(self._place(cell, column), short(_text(cell.value)), want)

    # --- the whole ----------------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        for no, policy in self.policies.items():
            if "insured" not in policy.values:
                policy.values["insured"] = self.insured_by.get(no, [])
            for person in policy.values["insured"]:
                if person not in self.people:
                    self.people[person] = self._new(("people", len(self.people)), policy.row)
                    self.people[person].values["id"] = person
        for no, claim in self.claims.items():
            if "policies" in claim.values:
                continue
            if no in self.named:
                claim.values["policies"] = self.named[no]
                continue
            insuring = [
                policy.values["no"]
                for policy in self.policies.values()
                if claim.values.get("insured") in policy.values["insured"] and "renews" not in policy.values
            ]
            if len(insuring) > 1:
                insured = claim.values["insured"]
                self._wrong(
                    self.grid.place_of_row(claim.row), "nothing",
                    f"the chosen order in claimed_under: {insured} is insured by {', '.join(insuring)}",
                )  # fmt: skip

    def value(self) -> dict[str, Any]:
        """The values of the case, as a case file in YAML would state them."""
        case: dict[str, Any] = {"case": self.case.values.get("case", self.default_name)}
        for name in ("people", "policies", "used", "claims", "expect"):
            case[name] = []
        for part in self.parts:
            holder: Any = case
            for step in part.path[:-1]:
                holder = holder[step]
            stated: dict[str, Any] = {}
            for name, value in part.values.items():
                if name in _LISTS.values():
                    stated[name] = []
                elif name.startswith("hospital."):
                    stated.setdefault("hospital", {})[name.partition(".")[2]] = value
                else:
                    stated[name] = value
            if len(part.path) == 2 and part.path[0] == "claims":
                stated["invoices"] = []
            holder.append(stated)
        return case

    def locate(self, path: Path) -> str:
        """The cell that states a place of the values, else the row of its part."""
        best = max(
            (part for part in self.parts if path[: len(part.path)] == part.path),
            key=lambda part: len(part.path), default=None,
        )  # fmt: skip
        if best is None:
            return dotted(path) or "whole file"
        name = ".".join(str(step) for step in path[len(best.path) :] if isinstance(step, str))
        cell = best.cells.get(name)
        column = column_for(_GROUPS[str(best.path[-2])], name)
        if cell is not None:
            return self._place(cell, column) if column is not None else self.grid.place(cell)
        place = self.grid.place_of_row(best.row)
        return f"{place}, column {self._name(column)}" if column is not None else place


_GROUPS = {
    "policies": "policy", "people": "person", "claims": "claim", "invoices": "invoice", "lines": "line",
    "diagnoses": "diagnosis", "other_payments": "payment", "used": "used", "pre_existing": "illness",
    "expect": "expect",
}  # fmt: skip


def _once(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def _column(name: str) -> Column:
    column = column_of(name)
    assert column is not None
    return column


# --- what stands in a cell -------------------------------------------------------------------------------------------


class Unread(Exception):
    def __init__(self, want: str, got: str | None = None) -> None:
        self.want, self.got = want, got


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _amount(value: Any, column: Column) -> str:
    text = _text(value).removeprefix("¥").removeprefix("￥").removesuffix("元").strip()
    try:
        fen = fen_from_yuan(text)
    except ValueError as wrong:
        if "ceiling" in str(wrong):
            raise Unread(f"at most {str(wrong).rpartition(' of ')[2]}") from wrong
        raise Unread("an amount in yuan with at most two decimals") from wrong
    if fen < 0:
        raise Unread("0 or more")
    return yuan(fen)


def _part(value: Any, column: Column) -> str:
    if _text(value).lower() in ALL:
        return "all"
    try:
        return _amount(value, column)
    except Unread as unread:
        raise Unread("an amount in yuan, or all" if "decimals" in unread.want else unread.want) from unread


def _number(value: Any, column: Column) -> int:
    text = _text(value)
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise Unread("a whole number")
    return int(text)


def _quantity(value: Any, column: Column) -> int | str:
    try:
        quantity = quantity_from(_text(value))
    except ValueError as wrong:
        raise Unread(QUANTITY_FORM) from wrong
    return quantity if isinstance(quantity, int) else f"{quantity:f}"


def _price(value: Any, column: Column) -> str:
    try:
        return f"{price_from(_text(value).removeprefix('¥').removeprefix('￥').removesuffix('元').strip()):f}"
    except ValueError as wrong:
        raise Unread(PRICE_FORM) from wrong


def _day(value: Any, column: Column) -> date:
    if isinstance(value, date):
        return value
    found = _DAY.fullmatch(str(value))
    if found is None:
        raise Unread("a day such as 2026-04-02")
    try:
        return date(*(int(part) for part in found.groups() if part is not None))
    except ValueError as wrong:
        raise Unread("a day of the calendar") from wrong


def _yes(value: Any, column: Column) -> bool:
    said = _text(value).lower()
    if said not in YES | NO:
        raise Unread("yes or no")
    return said in YES


def _choice(value: Any, column: Column) -> str:
    name = column.field.rpartition(".")[2]
    found = choice(name, _text(value))
    if found is None:
        words = choices(name, "en" if _text(value).isascii() else "zh")
        close = difflib.get_close_matches(_text(value), words, 1)
        want = f"one of {', '.join(words)}"
        raise Unread(nearest(close[0], want) if close else want)
    return found


def _choices(value: Any, column: Column) -> list[str]:
    if _text(value).lower() in _NONE:
        return []
    return [_choice(one, column) for one in _list(value, column)]


def _level(value: Any, column: Column) -> int:
    level = LEVELS.get(_text(value).lower())
    if level is None:
        raise Unread("3, 2, 1 or 0")
    return level


def _list(value: Any, column: Column) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in _BETWEEN.split(_text(value)) if one.strip()))


def _plain(value: Any, column: Column) -> str:
    return _text(value)


READERS: dict[str, Any] = {
    "text": _plain, "amount": _amount, "part": _part, "number": _number, "quantity": _quantity, "price": _price,
    "day": _day, "yes": _yes, "choice": _choice, "choices": _choices, "level": _level, "list": _list,
}  # fmt: skip
