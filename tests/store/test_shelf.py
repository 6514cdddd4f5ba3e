"""The shelf: product folders become terms, wordings and rates; what is missing or broken is told."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from hearth.doors.feeds.products import load_products, read_terms
from hearth.store.shelf import (
    clause_text,
    example_files,
    ours_to_mend,
    parse_wording,
    products_folder,
    read_file,
    read_rates,
    read_wording,
    wording,
)
from hearth.words.faults import Malformed, ProductBroken, UnknownProduct

WORDING = """\
# 条款 / Terms

引言不属于任何条款。

# 第一部分 / Part 1

## 1.1 等待期 / Waiting period {#1.1}

等待期为 30 日。

意外除外。

> 30 days.
>
> Not for accidents.

### 1.1(a) 间隔 / Gap {#1.1(a)}

60 日。

> 60 days.

# 第二部分 / Part 2

这里也不属于条款。
"""


def test_a_wording_is_read_by_anchor_in_both_languages() -> None:
    read = parse_wording(WORDING, "wording.md")
    assert list(read.clauses) == ["1.1", "1.1(a)"]
    assert read.clause_text("1.1", "zh") == ("等待期", "等待期为 30 日。\n\n意外除外。")
    assert read.clause_text("1.1", "en") == ("Waiting period", "30 days.\n\nNot for accidents.")
    assert read.clause_text("1.1(a)", "zh-hans") == ("间隔", "60 日。")
    assert read.clauses["1.1(a)"].line == 17


def test_a_clause_that_is_not_there_is_told() -> None:
    with pytest.raises(Malformed, match=r"no clause 9\.9; want one of 1\.1, 1\.1\(a\)"):
        parse_wording(WORDING, "wording.md").clause_text("9.9", "zh")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (WORDING + "\n## 1.1 又 / Again {#1.1}\n", "line 27: got clause 1.1 twice"),
        ("## 1.1 等待期 {#1.1}\n", "line 1: got '等待期'; want a title"),
        ("# 无条款\n", "got no clause"),
    ],
)
def test_a_wording_that_cannot_be_cited_is_refused(text: str, says: str) -> None:
    with pytest.raises(Malformed) as told:
        parse_wording(text, "wording.md")
    assert says in str(told.value)


def test_the_products_of_the_repository_are_found_by_default() -> None:
    assert "million-medical" in load_products()
    title, text = clause_text("million-medical", "3.3(a)", "en")
    assert title == "Standard plan" and "10,000 yuan" in text
    assert clause_text("million-medical", "3.3(a)", "zh")[0] == "标准计划"


def test_another_folder_of_products_is_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(products_folder() / "hospital-cash", tmp_path / "hospital-cash")
    monkeypatch.setenv("HEARTH_PRODUCTS", str(tmp_path))
    assert list(load_products()) == ["hospital-cash"]
    assert next(path.name for path in example_files("hospital-cash")).endswith(".yaml")
    with pytest.raises(UnknownProduct, match="no product outpatient; there are hospital-cash"):
        wording("outpatient")


def test_what_is_wrong_with_a_product_is_logged_with_its_place_and_told_by_its_name_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HEARTH_PRODUCTS", str(tmp_path))
    path = tmp_path / "hospital-cash" / "terms.yaml"
    with pytest.raises(ProductBroken) as told, ours_to_mend():
        read_file(path)
    assert told.value.status == 503 and told.value.data == {"product": "hospital-cash"}
    assert str(tmp_path) not in told.value.sentence("en") + told.value.sentence("zh")
    [record] = caplog.records
    assert record.levelname == "ERROR" and str(path) in record.getMessage()
    with pytest.raises(Malformed), ours_to_mend():
        raise Malformed(file="body", got="nothing", want="a case")


def test_a_changed_wording_is_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "wording.md").write_text(WORDING, encoding="utf-8")
    assert wording("small", tmp_path).clause_text("1.1(a)", "en")[1] == "60 days."
    (folder / "wording.md").write_text(WORDING.replace("60 days", "90 days!"), encoding="utf-8")
    os.utime(folder / "wording.md", ns=(1, 1))
    assert wording("small", tmp_path).clause_text("1.1(a)", "en")[1] == "90 days!."


@pytest.mark.parametrize("code", ["../secrets", "", "UPPER", "no-such-product"])
def test_a_code_that_is_no_product_is_told_and_leaves_the_folder_alone(code: str) -> None:
    with pytest.raises(UnknownProduct):
        wording(code)


def test_a_folder_without_products_is_told(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="got no product"):
        load_products(tmp_path)


def test_a_product_in_a_folder_of_another_name_is_told(tmp_path: Path) -> None:
    shutil.copytree(products_folder() / "hospital-cash", tmp_path / "cash")
    with pytest.raises(Malformed, match="got hospital-cash; want cash, as the folder"):
        load_products(tmp_path)


def test_a_file_that_is_missing_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="No such file"):
        read_terms(tmp_path / "terms.yaml")
    (tmp_path / "wording.md").write_bytes(b"\xff\xfe")
    with pytest.raises(Malformed, match="UTF-8"):
        read_wording(tmp_path / "wording.md")
    with pytest.raises(Malformed):
        read_terms(tmp_path)


def test_rates_are_read_by_column_with_their_line(tmp_path: Path) -> None:
    table = tmp_path / "rates.csv"
    table.write_text("age_from,age_to,premium\n0,17, 100.00\n\n18,60,200.00\n", encoding="utf-8")
    assert read_rates(table) == [
        {"age_from": "0", "age_to": "17", "premium": "100.00", "line": "2"},
        {"age_from": "18", "age_to": "60", "premium": "200.00", "line": "4"},
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "no header"), ("a,a\n1,2\n", "a column twice"), ("a,b\n1\n", "line 2: got 1 cells; want 2")],
)
def test_a_rate_table_that_is_no_table_is_told(tmp_path: Path, text: str, says: str) -> None:
    table = tmp_path / "rates.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(Malformed, match=says):
        read_rates(table)
