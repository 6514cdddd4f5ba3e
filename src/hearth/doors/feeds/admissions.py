"""Admissions: a sheet of stays that a hospital or a payment bureau sends, a row a stay, read whole or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hearth.doors.feeds.columns import NO, YES
from hearth.doors.feeds.grids import Cell, Grid, read_bytes, read_csv, read_xlsx
from hearth.doors.feeds.problems import Problems
from hearth.words.faults import Malformed
from hearth.words.money import fen_from_yuan

COLUMNS: dict[str, tuple[str, str, bool]] = {
    # field -> heading in Chinese and in English, and whether every row has it
    "external_id": ("住院流水号", "stay", True),
    "name": ("患者姓名", "name", True),
    "id_number": ("证件号码", "identity number", True),
    "admitted_on": ("入院日期", "admitted on", True),
    "is_emergency": ("急诊", "emergency", False),
    "icd": ("诊断编码", "icd", False),
    "illness": ("诊断", "illness", False),
    "plan": ("治疗方案", "plan", False),
    "estimate_fen": ("费用估算", "estimate", False),
}
"""Columns of the sheet, in either language, in any order."""

_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
_MOST = {"external_id": 64, "name": 100, "id_number": 40, "icd": 20, "illness": 1_000, "plan": 2_000}


@dataclass(frozen=True, slots=True)
class AdmissionRow:
    """One stay as the sheet tells of it."""

    place: str
    external_id: str
    name: str
    id_number: str
    admitted_on: date
    is_emergency: bool = False
    icd: str = ""
    illness: str = ""
    plan: str = ""
    estimate_fen: int = 0


def read_admissions(path: Path) -> tuple[AdmissionRow, ...]:
    """The stays of a CSV or XLSX sheet.  Raises: Malformed; Problems with everything that is wrong, at once."""
    held = read_bytes(path, path.name)
    grid = read_xlsx(held, path.name) if held[:2] == b"PK" else read_csv(held, path.name)
    head, problems = _head(grid)
    rows: list[AdmissionRow] = []
    seen: dict[str, int] = {}
    for cells in grid.rows[1:]:
        values: dict[str, Any] = {}
        for field, column in head.items():
            cell = cells[column] if column < len(cells) else Cell(None, cells[0].row, column + 1)
            try:
                values[field] = _read(field, cell)
            except ValueError as wrong:
                got = cell.odd or ("" if cell.value is None else str(cell.value))
                place = grid.place(cell, str(grid.rows[0][column].value))
                problems.append(Malformed(file=grid.file, place=place, got=got or "nothing", want=str(wrong)))
        number = values.get("external_id", "")
        if number and number in seen:
            place = grid.place_of_row(cells[0].row)
            problems.append(Malformed(file=grid.file, place=place, got=f"{number} again", want="each stay once"))
        seen[number] = cells[0].row
        if not problems:
            rows.append(AdmissionRow(place=grid.place_of_row(cells[0].row), **values))
    if problems:
        raise Problems(problems)
    return tuple(rows)


def _head(grid: Grid) -> tuple[dict[str, int], list[Malformed]]:
    names = {name: field for field, (zh, en, _) in COLUMNS.items() for name in (zh, en)}
    head: dict[str, int] = {}
    if not grid.rows:
        return head, [Malformed(file=grid.file, got="an empty file", want="a file that can be read")]
    problems: list[Malformed] = []
    for number, cell in enumerate(grid.rows[0]):
        said = "" if cell.value is None else str(cell.value).strip().lower()
        if said not in names or names[said] in head:
            if said:
                want = "one of " + ", ".join(f"{zh} ({en})" for zh, en, _ in COLUMNS.values())
                problems.append(Malformed(file=grid.file, place=grid.place(cell), got=said, want=want))
            continue
        head[names[said]] = number
    for field, (zh, en, must) in COLUMNS.items():
        if must and field not in head:
            place, want = grid.place_of_row(grid.rows[0][0].row), f"the column {zh} ({en})"
            problems.append(Malformed(file=grid.file, place=place, got="no such column", want=want))
    return head, problems


def _read(field: str, cell: Cell) -> Any:
    """The value of a cell.  Raises: ValueError that says what is wanted."""
    text = "" if cell.value is None else str(cell.value).strip()
    if not text or cell.odd:
        if COLUMNS[field][2] or cell.odd:
            raise ValueError("a value in every row")
        return {"is_emergency": False, "estimate_fen": 0}.get(field, "")
    if field == "admitted_on":
        return cell.value if isinstance(cell.value, date) else _day(text)
    if field == "is_emergency":
        if text.lower() not in YES | NO:
            raise ValueError("yes or no")
        return text.lower() in YES
    if field == "estimate_fen":
        return _amount(text)
    if len(text) > _MOST[field]:
        raise ValueError(f"at most {_MOST[field]} characters")
    return text.upper() if field in ("icd", "id_number") else text


def _day(text: str) -> date:
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise ValueError("a day such as 2026-04-02") from None


def _amount(text: str) -> int:
    try:
        fen = fen_from_yuan(text.removeprefix("¥").removesuffix("元").strip())
    except ValueError:
        raise ValueError("an amount in yuan with at most two decimals") from None
    if fen < 0:
        raise ValueError("0 or more")
    return fen
