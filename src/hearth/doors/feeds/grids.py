"""Grids: the cells of a CSV file or of the first sheet of an Excel workbook, with their places, within named limits."""

from __future__ import annotations

import csv
import io
import os
import re
import stat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hearth.words.faults import Malformed

MAX_BYTES = 4_000_000
"""The longest file that is read."""

MAX_UNPACKED = 64_000_000
"""The most bytes of a workbook once its parts are unpacked."""

MAX_PARTS = 500
"""The most parts (files inside) of a workbook."""

MAX_ROWS = 20_000
"""The most rows of a sheet."""

MAX_COLUMNS = 200
"""The most columns of a sheet."""

MAX_CELLS = 2_000_000
"""The most cells of a workbook's sheet, empty ones among them."""

LAST_ROW = 1_048_576
"""The last row that a spreadsheet has."""

MAX_CELL = 2_000
"""The longest text of a cell."""

EXACT_DIGITS = 15
"""Digits of a number that a spreadsheet keeps."""

Value = str | date | None


@dataclass(frozen=True)
class Cell:
    """A cell: text or a day, None where it is empty; `odd` names what a spreadsheet program could not keep."""

    value: Value
    row: int
    column: int
    odd: str | None = None


@dataclass(frozen=True)
class Grid:
    """The rows of a sheet from its first row that is not empty; `sheet` is None for CSV."""

    file: str
    sheet: str | None
    encoding: str | None
    rows: tuple[tuple[Cell, ...], ...]

    def place(self, cell: Cell, header: str | None = None) -> str:
        """Where a cell is, as a person finds it."""
        if self.sheet is None:
            return f"line {cell.row}, column {header or cell.column}"
        name = f"sheet {self.sheet}, cell {letters(cell.column)}{cell.row}"
        return f"{name} ({header})" if header else name

    def place_of_row(self, row: int) -> str:
        """Where a row is."""
        return f"line {row}" if self.sheet is None else f"sheet {self.sheet}, row {row}"


def letters(column: int) -> str:
    """A column's letters: 1 -> A, 27 -> AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def read_bytes(path: Path, file: str, most: int = MAX_BYTES) -> bytes:
    """The bytes of a file on disk.  Raises: Malformed where there is none, or too much."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise Malformed(file=file, got="a folder", want="a file")
        if not stat.S_ISREG(mode):
            raise Malformed(file=file, got="something that is not a file on disk", want="a file")
        with path.open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            held = opened.read(most + 1)
    except FileNotFoundError as broken:
        raise Malformed(file=file, got="no such file", want="a file that can be read") from broken
    except PermissionError as broken:
        raise Malformed(file=file, got="no permission to read it", want="a file that can be read") from broken
    except (OSError, ValueError) as broken:
        got = getattr(broken, "strerror", None) or str(broken)
        raise Malformed(file=file, got=got, want="a file that can be read") from broken
    if len(held) > most:
        raise Malformed(file=file, got=f"{max(size, len(held)):,} bytes", want=f"at most {most:,} bytes")
    if not held.strip():
        raise Malformed(file=file, got="an empty file", want="a file that can be read")
    return held


# --- CSV -------------------------------------------------------------------------------------------------------------


def csv_text(held: bytes, file: str) -> tuple[str, str]:
    """The text of a CSV file and its encoding: UTF-8 with or without its mark, else GB18030 (which holds GBK).

    Raises: Malformed.
    """
    if held[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Malformed(file=file, got="text in UTF-16", want="text in UTF-8 or GB18030")
    try:
        return held.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as broken:
        at = broken.start
    try:
        return held.decode("gb18030"), "GB18030"
    except UnicodeDecodeError as broken:
        at = min(at, broken.start)
        line = held[:at].count(b"\n") + 1
        raise Malformed(
            file=file, place=f"line {line}", got=f"the byte 0x{held[at]:02x}", want="text in UTF-8 or GB18030"
        ) from broken


def read_csv(held: bytes, file: str) -> Grid:
    """The cells of a CSV file.  Raises: Malformed."""
    text, encoding = csv_text(held, file)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[Cell, ...]] = []
    line = 1
    try:
        for cells in reader:
            rows.append(tuple(Cell(cell.strip() or None, line, n) for n, cell in enumerate(cells, 1)))
            _within(file, f"line {line}", rows)
            line = reader.line_num + 1
    except csv.Error as broken:
        raise Malformed(
            file=file, place=f"line {line}", got="a quote that does not end, or text after one",
            want="comma-separated values",
        ) from broken  # fmt: skip
    return Grid(file, None, encoding, _below_blanks(rows))


def _within(file: str, place: str, rows: list[tuple[Cell, ...]]) -> None:
    if len(rows) > MAX_ROWS:
        raise Malformed(file=file, got=f"more than {MAX_ROWS:,} rows", want=f"at most {MAX_ROWS:,} rows")
    row = rows[-1]
    if len(row) > MAX_COLUMNS:
        raise Malformed(file=file, place=place, got=f"{len(row):,} columns", want=f"at most {MAX_COLUMNS:,} columns")
    for cell in row:
        if isinstance(cell.value, str) and len(cell.value) > MAX_CELL:
            raise Malformed(
                file=file, place=place, got=f"a cell of {len(cell.value):,} characters",
                want=f"at most {MAX_CELL} characters",
            )  # fmt: skip


def _below_blanks(rows: Iterable[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """Rows without the empty ones."""
    return tuple(row for row in rows if any(cell.value is not None or cell.odd for cell in row))


# --- Excel -----------------------------------------------------------------------------------------------------------

WORKBOOK = "a workbook (.xlsx)"


def read_xlsx(held: bytes, file: str) -> Grid:
    """The cells of the first sheet of a workbook; macros, formulas and links are never run.  Raises: Malformed."""
    _refuse_bomb(held, file)
    import openpyxl

    try:
        books = [
            openpyxl.load_workbook(io.BytesIO(held), read_only=True, data_only=results, keep_links=False)
            for results in (True, False)
        ]
        if not books[0].worksheets:
            raise Malformed(file=file, got="a workbook without a sheet", want=WORKBOOK)
        sheets = [book.worksheets[0] for book in books]
        return _read_sheet(file, str(sheets[0].title), *(_rows_of(sheet) for sheet in sheets))
    except Malformed:
        raise
    except Exception as broken:
        # A damaged workbook makes the library fail in any way at all: everything it raises is about these bytes.
        says = " ".join(f"{type(broken).__name__}: {broken}".split())[:80]
        raise Malformed(file=file, got=f"a broken workbook ({says})", want=WORKBOOK) from broken


def _rows_of(sheet: Any) -> Iterator[tuple[Any, ...]]:
    # What a sheet says of its own size is not believed.
    sheet.reset_dimensions()
    return iter(sheet.iter_rows())


def _read_sheet(file: str, title: str, results: Iterator[Any], written: Iterator[Any]) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    cells = 0
    for number, (with_results, as_written) in enumerate(zip(results, written, strict=True), 1):
        cells += len(with_results)
        if number > LAST_ROW or cells > MAX_CELLS:
            raise Malformed(file=file, got=f"{max(number, cells):,} cells", want=f"at most {MAX_CELLS:,} cells")
        pairs = list(zip(with_results, as_written, strict=True))
        while pairs and pairs[-1][0].value is None and pairs[-1][1].value is None:
            pairs.pop()
        if not pairs:
            continue
        rows.append(tuple(_cell(one, other, number, n) for n, (one, other) in enumerate(pairs, 1)))
        _within(file, f"sheet {title}, row {number}", rows)
    return Grid(file, title, None, _below_blanks(rows))


def _cell(result: Any, written: Any, row: int, column: int) -> Cell:
    value = result.value
    if value is None and isinstance(written.value, str) and written.value.startswith("="):
        return Cell(None, row, column, "a formula without a result")
    if isinstance(value, bool):
        return Cell("yes" if value else "no", row, column)
    if isinstance(value, datetime):
        return Cell(value.date(), row, column)
    if isinstance(value, date) or value is None:
        return Cell(value, row, column)
    if isinstance(value, (int, float)):
        # The sheet itself shows and keeps 15 digits; the binary tail of 0.1 + 0.2 is none of them.
        exact = Decimal(format(value, f".{EXACT_DIGITS}g")) if isinstance(value, float) else Decimal(value)
        odd = "a number of more than 15 digits" if abs(exact) >= 10**EXACT_DIGITS else None
        if not exact.is_finite():
            return Cell(str(value), row, column)
        return Cell(format(exact.normalize(), "f") if abs(exact) < Decimal(10) ** 40 else str(exact), row, column, odd)
    return Cell(str(value).strip() or None, row, column)


def _refuse_bomb(held: bytes, file: str) -> None:
    if held[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Malformed(file=file, got="an old or password-protected workbook", want=WORKBOOK)
    try:
        with zipfile.ZipFile(io.BytesIO(held)) as packed:
            parts = packed.infolist()
            if len(parts) > MAX_PARTS:
                raise Malformed(file=file, got=f"{len(parts):,} parts", want=f"at most {MAX_PARTS:,} parts")
            if any(re.search(r"vbaProject\.bin$", part.filename, re.IGNORECASE) for part in parts):
                raise Malformed(file=file, got="a workbook with macros", want=WORKBOOK)
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MAX_UNPACKED:
                raise Malformed(
                    file=file, got=f"{unpacked:,} bytes once unpacked",
                    want=f"at most {MAX_UNPACKED:,} bytes once unpacked",
                )  # fmt: skip
            for part in parts:
                with packed.open(part) as opened:
                    _refuse_entities(opened.read(MAX_UNPACKED + 1), file)
    except Malformed:
        raise
    except Exception as broken:
        # zipfile fails with half a dozen kinds of error on damaged bytes.
        raise Malformed(file=file, got="no workbook", want=WORKBOOK) from broken


def _refuse_entities(part: bytes, file: str) -> None:
    """XML that declares its own entities, or hides in another encoding, is never written by a spreadsheet program."""
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or part[:4] in (b"<\0?\0", b"\0<\0?") or b"<!DOCTYPE" in part:
        raise Malformed(
            file=file, got="a document type declaration", want="a workbook as spreadsheet programs write it"
        )
