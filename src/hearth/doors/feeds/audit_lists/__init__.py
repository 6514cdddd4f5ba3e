"""Audit lists: CSV files of national audit lists and disease codes; what is wrong is told with file, row, column."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hearth.doors.feeds.grids import csv_text, read_bytes
from hearth.doors.feeds.problems import Problems
from hearth.kernel.documents.audit.forms import FORMS, Form, ListKind, form_for
from hearth.words.faults import Malformed

MAX_BYTES = 32_000_000
"""The longest list that is read."""

MAX_ROWS = 200_000
"""The most rows of a list."""

MAX_CELL = 2_000
"""The longest text of a cell."""

MAX_FILES = 100
"""The most files of a folder."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./*†+x-]{0,39}")
_WORDS = {"性别限制": ("男", "女")}
_CODES = frozenset({"药品编码", "诊疗编码", "主项编码", "从项编码", "code"})
_CODE_SETS = frozenset({"从项编码", "子项编码", "分项编码", "关联编码", "小项编码"})


@dataclass(frozen=True, slots=True)
class AuditList:
    """A list as its file states it: rows as (row of the file, text by heading)."""

    kind: ListKind
    version: str
    file: str
    sha256: str
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files named, and the CSV files of the folders named, by name.  Raises: Malformed."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.iterdir() if each.suffix.lower() == ".csv")
            if not inside:
                raise Malformed(file=path.name, got="a folder without CSV files", want="audit lists as CSV files")
            found += inside
        else:
            found.append(path)
    if len(found) > MAX_FILES:
        raise Malformed(file="files", got=f"{len(found)} files", want=f"at most {MAX_FILES} files")
    return found


def read_list(path: Path, version: str) -> AuditList:
    """One list.  Raises: Malformed; Problems with every wrong row."""
    return parse_list(read_bytes(path, path.name, MAX_BYTES), path.name, version)


def parse_list(held: bytes, file: str, version: str) -> AuditList:
    """The list that bytes hold.  Raises: Malformed; Problems with every wrong row."""
    text, _ = csv_text(held, file)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, [cell.strip() for cell in cells]))
            if len(rows) > MAX_ROWS:
                raise Malformed(file=file, got=f"more than {MAX_ROWS:,} rows", want=f"at most {MAX_ROWS:,} rows")
            line = reader.line_num + 1
    except csv.Error as broken:
        raise Malformed(
            file=file, place=f"line {line}", got="a quote that does not end, or text after one",
            want="comma-separated values",
        ) from broken  # fmt: skip
    if len(rows) < 2:
        raise Malformed(file=file, got="no rows", want="headings and at least one row")
    headings = rows[0][1]
    form = form_for(headings, rows[1][1][0])
    if form is None:
        raise Malformed(
            file=file,
            place=f"line {rows[0][0]}",
            got=f"the headings {', '.join(headings)[:200]}",
            want=_nearest(headings),
        )
    found, problems = [], []
    for number, cells in rows[1:]:
        wrong = list(_wrong(file, number, cells, form))
        problems += wrong
        if not wrong:
            found.append((number, dict(zip(form.columns, cells, strict=True))))
    if problems:
        raise Problems(problems)
    return AuditList(form.kind, version, file, hashlib.sha256(held).hexdigest(), tuple(found))


def _nearest(headings: list[str]) -> str:
    """The headings of the list that is most like these."""
    best = max(FORMS, key=lambda form: len(set(form.columns) & set(headings)))
    if not set(best.columns) & set(headings):
        return "the headings of an audit list (docs/catalogue.md)"
    return f"the headings {', '.join(best.columns)}"


def _wrong(file: str, row: int, cells: list[str], form: Form) -> Iterable[Malformed]:
    """What is wrong with one row."""
    if len(cells) != len(form.columns):
        yield Malformed(file=file, place=f"line {row}", got=f"{len(cells)} cells", want=f"{len(form.columns)} cells")
        return
    for heading, cell in zip(form.columns, cells, strict=True):
        want = _wanted(heading, cell, form)
        if want:
            yield Malformed(
                file=file, place=f"line {row}, column {heading}", got=f"`{cell[:60]}`" if cell else "nothing", want=want
            )


def _wanted(heading: str, cell: str, form: Form) -> str:
    """What should stand in a cell instead; empty where the cell is right."""
    if not cell:
        return "text that is not empty" if heading in form.filled else ""
    if len(cell) > MAX_CELL:
        return f"at most {MAX_CELL} characters"
    if any(unicodedata.category(sign) == "Cc" for sign in cell):
        return "text without control characters"
    if heading in _WORDS and cell not in _WORDS[heading]:
        return f"one of {', '.join(_WORDS[heading])}"
    if (
        form.kind is not ListKind.FREQUENCIES
        and heading in _CODES
        and not cell.startswith("(")
        and not _CODE.fullmatch(cell)
    ):
        return "a code of letters and digits"
    if heading in _CODE_SETS and not all(_CODE.fullmatch(part) for part in cell.strip("()").split("|")):
        return "codes of letters and digits, as in (a|b)"
    if heading == "主次折率" and not _is_rate(cell):
        return "a rate from 0 to 1"
    if heading == "加收限制" and not (cell.isascii() and cell.isdigit() and len(cell) <= 4):
        return "a whole number"
    return ""


def _is_rate(cell: str) -> bool:
    return bool(re.fullmatch(r"0(\.\d{1,4})?|1(\.0{1,4})?", cell))
