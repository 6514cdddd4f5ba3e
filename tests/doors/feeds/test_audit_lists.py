"""CSV files of audit lists: known by their headings; whatever is wrong is told at once, with row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from hearth.doors.feeds.audit_lists import files_of, parse_list, read_list
from hearth.doors.feeds.chinese import in_chinese
from hearth.doors.feeds.problems import Problems, told
from hearth.kernel.documents.audit.forms import FORMS, ListKind
from hearth.words.faults import Malformed
from tests.twins.audit.lists import OWN


def test_every_list_is_known_by_its_headings_in_both_encodings() -> None:
    for file, text in OWN.items():
        kinds = {parse_list(text.encode(how), file, "1").kind for how in ("utf-8", "utf-8-sig", "gb18030")}
        assert len(kinds) == 1, file
    assert parse_list(OWN["icd.csv"].encode(), "icd.csv", "1").kind is ListKind.ICD10


def test_row_numbers_are_those_of_the_file_and_blank_lines_are_passed_over() -> None:
    made = parse_list(b"code,name\nA00.0,x\n\nA00.1,y\n", "icd.csv", "1")
    assert [(number, values["code"]) for number, values in made.rows] == [(2, "A00.0"), (4, "A00.1")]
    assert len(made.sha256) == 64 and made.version == "1"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("药品限制.csv", "晨露片,,,,,女", "晨露片,,,,,雌", "line 2, column 性别限制: got `雌`; want one of 男, 女."),
        ("药品限制.csv", "XT01AAA001A0,", ",", "line 2, column 药品编码: got nothing; want text that is not empty."),
        ("药品限制.csv", "XT01AAA001A0", "XT 1", "line 2, column 药品编码: got `XT 1`; want a code of letters"),
        ("项目加收.csv", "双侧加收),1", "双侧加收),一", "line 2, column 加收限制: got `一`; want a whole number."),
        ("项目重复.csv", "(009902010020000|", "(甲|", "line 2, column 从项编码: got `(甲|00990201003)`; want codes of"),
        ("项目主次.csv", ",0.5,", ",1.5,", "line 2, column 主次折率: got `1.5`; want a rate from 0 to 1."),
        ("icd.csv", "Z88.000,假热病", "Z88.000", "line 2: got 1 cells; want 2 cells."),
        ("icd.csv", "假热病\n", "假\x07病\n", "line 2, column name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(file: str, old: str, new: str, says: str) -> None:
    assert old in OWN[file]
    with pytest.raises(Malformed) as wrong:
        parse_list(OWN[file].replace(old, new, 1).encode(), file, "1")
    assert f"{file}: {says}" in wrong.value.sentence("en")
    want = wrong.value.data["want"]
    assert in_chinese(want) != want and in_chinese(want) in told(wrong.value, "zh")


def test_every_wrong_row_is_told_not_only_the_first() -> None:
    text = OWN["项目主次.csv"].replace("0.5", "half")
    with pytest.raises(Problems) as wrong:
        parse_list(text.encode(), "x.csv", "1")
    assert [fault.data["place"] for fault in wrong.value.faults] == [f"line {n}, column 主次折率" for n in (2, 3, 4)]


@pytest.mark.parametrize(
    ("held", "want"),
    [
        (b"a,b\n1,2\n", "the headings of an audit list"),
        ("药品编码,药品名称\nX,y\n".encode(), "the headings 药品编码, 药品名称, 险种限制"),
        (b"code,name\n", "headings and at least one row"),
        (b'code,name\n"A00,x\n', "comma-separated values"),
        (b"\xff\xfec\x00", "text in UTF-8 or GB18030"),
        (b"code,name\n\x81\xff\n", "text in UTF-8 or GB18030"),
        (b"code,name\nA00.0," + b"x" * 2_001, "at most 2000 characters"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_what_is_wanted(held: bytes, want: str) -> None:
    with pytest.raises(Malformed) as wrong:
        parse_list(held, "x.csv", "1")
    assert want in wrong.value.sentence("en")
    said = wrong.value.data["want"]
    assert in_chinese(said) != said


def test_a_folder_gives_its_csv_files_and_a_missing_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text(OWN["icd.csv"], "utf-8")
    (tmp_path / "a.CSV").write_text(OWN["icd.csv"], "utf-8")
    (tmp_path / "notes.txt").write_text("x", "utf-8")
    assert [path.name for path in files_of([tmp_path])] == ["a.CSV", "b.csv"]
    with pytest.raises(Malformed, match="no such file"):
        read_list(tmp_path / "gone.csv", "1")


def test_the_national_lists_are_read_without_a_problem(shared_data: Path) -> None:
    folders = [shared_data / "nhsa_rules", shared_data / "icd10_zh"]
    if not all(folder.is_dir() for folder in folders):
        pytest.skip("the national audit lists are not in the folder of real data")
    kinds = [read_list(path, "1").kind for path in files_of(folders)]
    assert sorted(kinds) == sorted(form.kind for form in FORMS)
