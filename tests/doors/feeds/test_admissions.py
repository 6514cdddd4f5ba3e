"""A hospital's sheet of admissions: read whole in either language, or everything that is wrong is told at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from hearth.doors.feeds.admissions import read_admissions
from hearth.doors.feeds.problems import Problems

ZH = "住院流水号,患者姓名,证件号码,入院日期,急诊,诊断编码,诊断,治疗方案,费用估算\n"
EN = "stay,name,identity number,admitted on,estimate\n"


def sheet(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "admissions.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_sheet_in_chinese_is_read_whole(tmp_path: Path, encoding: str) -> None:
    text = (
        ZH + 'ZY1,梅,11010119740506002x,2026/6/1,是,k80.1,胆囊结石,腹腔镜胆囊切除,"100,000"\nZY2,波,110,20260602,,,,,\n'
    )
    first, second = read_admissions(sheet(tmp_path, text, encoding))
    assert (first.external_id, first.id_number, first.icd) == ("ZY1", "11010119740506002X", "K80.1")
    assert (first.admitted_on, first.is_emergency, first.estimate_fen) == (date(2026, 6, 1), True, 10_000_000)
    assert (second.admitted_on, second.is_emergency, second.estimate_fen) == (date(2026, 6, 2), False, 0)


def test_a_workbook_in_english_with_days_as_days_is_read_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(EN.strip().split(","))
    book.active.append(["ZY1", "Mei", "110", date(2026, 6, 1), "¥50.5"])
    book.save(tmp_path / "admissions.xlsx")
    (row,) = read_admissions(tmp_path / "admissions.xlsx")
    assert (row.name, row.admitted_on, row.estimate_fen) == ("Mei", date(2026, 6, 1), 5_050)


def test_everything_that_is_wrong_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    text = EN + "ZY1,Mei,110,tomorrow,5\nZY1,,110,2026-06-01,-5\nZY3,Bo,110,2026-13-01,many\n"
    with pytest.raises(Problems) as caught:
        read_admissions(sheet(tmp_path, text))
    said = caught.value.sentence("en")
    for place in ("line 2, column admitted on", "line 3, column name", "line 3", "line 4, column estimate"):
        assert place in said
    assert "each stay once" in said
    zh = caught.value.sentence("zh")
    assert "第 2 行" in zh and "each stay once" not in zh and "a day such as" not in zh


def test_a_sheet_without_its_columns_names_them(tmp_path: Path) -> None:
    with pytest.raises(Problems) as caught:
        read_admissions(sheet(tmp_path, "stay,weather\nZY1,fine\n"))
    said = caught.value.sentence("en")
    assert "weather" in said and "the column 入院日期 (admitted on)" in said and "(name)" in said
    assert "没有这一列，应为 列 入院日期 (admitted on)" in caught.value.sentence("zh")
