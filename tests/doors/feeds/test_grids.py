"""Grids: named limits hold against files made to hurt, and nothing in a workbook is run."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from hearth.doors.feeds import grids
from hearth.doors.feeds.grids import letters, read_bytes, read_csv, read_xlsx
from hearth.words.faults import Malformed

PARTS = {
    "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
}


def packed(parts: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as pack:
        for name, text in parts.items():
            pack.writestr(name, text)
    return held.getvalue()


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def with_sheet(xml: str) -> bytes:
    """A workbook whose first sheet is this XML."""
    with zipfile.ZipFile(io.BytesIO(workbook([["a"]]))) as pack:
        parts = {part.filename: pack.read(part) for part in pack.infolist()}
    parts["xl/worksheets/sheet1.xml"] = xml.encode()
    return packed(dict(parts))


def sheet_of(rows: str) -> str:
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>'
    )


def wrong(held: bytes) -> str:
    with pytest.raises(Malformed) as raised:
        read_xlsx(held, "x.xlsx")
    return str(raised.value)


def test_cells_have_letters() -> None:
    assert [letters(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (b"PK\x03\x04 nonsense", "got no workbook; want a workbook (.xlsx)."),
        (b"policy,product\n", "got no workbook; want a workbook (.xlsx)."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "got an old or password-protected workbook; want a workbook (.xlsx).",
        ),
        (packed({"xl/vbaProject.bin": "x"}), "got a workbook with macros; want a workbook (.xlsx)."),
        (
            packed({"xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
            "got a document type declaration; want a workbook as spreadsheet programs write it.",
        ),
        (
            packed({"xl/workbook.xml": '<?xml version="1.0" encoding="utf-16"?><x/>'.encode("utf-16")}),
            "got a document type declaration; want a workbook as spreadsheet programs write it.",
        ),
        (packed({f"part{n}": "" for n in range(600)}), "got 600 parts; want at most 500 parts."),
    ],
    ids=["nonsense", "text", "old", "macros", "entities", "another-encoding", "parts"],
)  # fmt: skip
def test_what_is_no_plain_workbook_is_refused(held: bytes, says: str) -> None:
    assert wrong(held) == f"x.xlsx: whole file: {says}"


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = packed({"xl/workbook.xml": bytes(grids.MAX_UNPACKED + 1)})
    assert len(bomb) < 100_000
    assert "got 64,000,001 bytes once unpacked; want at most 64,000,000 bytes once unpacked." in wrong(bomb)


def test_a_pack_without_a_workbook_is_refused() -> None:
    assert "got a broken workbook (" in wrong(packed(PARTS))


def test_too_many_rows_columns_cells_and_letters_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "MAX_ROWS", 3)
    monkeypatch.setattr(grids, "MAX_COLUMNS", 3)
    monkeypatch.setattr(grids, "MAX_CELL", 10)
    for read, held in ((read_xlsx, workbook([["a"]] * 4)), (read_csv, b"a\n" * 4)):
        with pytest.raises(Malformed, match="got more than 3 rows; want at most 3 rows"):
            read(held, "x")
    for read, held in ((read_xlsx, workbook([["a"] * 4])), (read_csv, b"a,b,c,d\n")):
        with pytest.raises(Malformed, match="got 4 columns; want at most 3 columns"):
            read(held, "x")
    for read, held in ((read_xlsx, workbook([["a" * 11]])), (read_csv, b"a" * 11)):
        with pytest.raises(Malformed, match="got a cell of 11 characters; want at most 10 characters"):
            read(held, "x")


def test_a_sheet_that_jumps_to_its_end_costs_little() -> None:
    grid = read_xlsx(with_sheet(sheet_of('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"/>')), "x.xlsx")
    assert [[cell.value for cell in row] for row in grid.rows] == [["1"]]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ('<row r="99999999"><c r="A99999999"><v>1</v></c></row>', "cells; want at most 2,000,000 cells"),
        (
            "".join(f'<row r="{n}"><c r="XFD{n}" s="0"/></row>' for n in range(1, 200)),
            "cells; want at most 2,000,000 cells",
        ),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "got 16,384 columns; want at most 200 columns"),
        ('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', "got a broken workbook ("),
        ('<row r="1"><c r="A1"><v>', "got a broken workbook ("),
        ('<row r="1"><c r="A1" t="d"><v>soon</v></c></row>', "got a broken workbook ("),
    ],
    ids=["far-row", "wide-rows", "far-column", "no-such-text", "unfinished", "no-day"],
)  # fmt: skip
def test_a_sheet_made_to_hurt_is_refused(rows: str, says: str) -> None:
    assert says in wrong(with_sheet(sheet_of(rows)))


def test_only_the_first_sheet_is_read_and_empty_rows_are_not() -> None:
    grid = read_xlsx(workbook([["a", None, "b"], [None], ["c"]]), "x.xlsx")
    assert [[cell.value for cell in row] for row in grid.rows] == [["a", None, "b"], ["c"]]
    assert grid.place(grid.rows[1][0]) == "sheet Sheet, cell A3"


def test_lines_of_csv_are_counted_as_an_editor_counts_them() -> None:
    grid = read_csv(b'a,"b\nc"\r\n\r\nd,e\n', "x.csv")
    assert [row[0].row for row in grid.rows] == [1, 4]


def test_files_that_are_none_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(path: Path) -> str:
        with pytest.raises(Malformed) as raised:
            read_bytes(path, "x")
        return str(raised.value).removeprefix("x: whole file: ")

    assert told(tmp_path) == "got a folder; want a file."
    assert told(tmp_path / "none") == "got no such file; want a file that can be read."
    assert told(Path("/dev/null")) == "got something that is not a file on disk; want a file."
    (tmp_path / "empty").write_bytes(b" \n")
    assert told(tmp_path / "empty") == "got an empty file; want a file that can be read."
    (tmp_path / "large").write_bytes(b"x" * (grids.MAX_BYTES + 1))
    assert told(tmp_path / "large") == "got 4,000,001 bytes; want at most 4,000,000 bytes."
    assert told(tmp_path / ("n" * 300)) == "got File name too long; want a file that can be read."
    assert told(tmp_path / "nul\0") == "got embedded null byte; want a file that can be read."

    def refuse(self: Path, mode: str) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert told(tmp_path / "large") == "got no permission to read it; want a file that can be read."
