"""Sheets of claims: the same decision as the case file in YAML, and one clear message for whatever is wrong."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from hearth.doors.feeds.cases import read_case
from hearth.doors.feeds.problems import told
from hearth.doors.feeds.products import load_products
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decision import decide
from hearth.store.reading import read_yaml
from hearth.words.faults import Malformed
from tests.doors.feeds.rows import as_csv, as_xlsx, rows_of
from tests.house.tree import ROOT

EXAMPLES = sorted((ROOT / "products").glob("*/examples/*.yaml"))
PRODUCTS = load_products(ROOT / "products")

HEADER = "policy,product,policy_starts_on,insured,claim,setting,visited_on,category,amount"
ROW = "P1,outpatient,2026-01-01,mei,C-1,outpatient,2026-03-02,western_drug,100.00"


def read(tmp_path: Path, held: bytes | str, name: str = "claims.csv") -> Case:
    path = tmp_path / name
    path.write_bytes(held.encode() if isinstance(held, str) else held)
    return read_case(path).case


def refused(tmp_path: Path, held: bytes | str, name: str = "claims.csv", lang: str = "en") -> list[str]:
    """What is wrong, without the folder of the file."""
    with pytest.raises(Malformed) as wrong:
        read(tmp_path, held, name)
    return told(wrong.value, lang).replace(f"{tmp_path}/", "").splitlines()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize(("form", "lang", "repeated"), [("csv", "zh", True), ("xlsx", "en", False)])
def test_a_sheet_gives_the_decision_of_the_case_file(
    path: Path, form: str, lang: str, repeated: bool, tmp_path: Path
) -> None:
    value = read_yaml(path.read_bytes(), path.name)
    stated = Case.model_validate(value)
    products = PRODUCTS | {terms.code: terms for terms in stated.terms}
    rows = rows_of(value, repeated=repeated)
    held = as_csv(rows, lang) if form == "csv" else as_xlsx(rows, lang)
    case = read(tmp_path, held, f"sheet.{form}")
    expected = decide(stated.model_copy(update={"terms": ()}), products)
    assert replace(decide(case, products), case=expected.case) == expected


def test_there_are_examples_to_compare() -> None:
    assert len(EXAMPLES) >= 20


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_a_sheet_states_is_what_the_case_file_states(form: str, tmp_path: Path) -> None:
    path = ROOT / "products/million-medical/examples/e01-personal-account-is-own-money.yaml"
    value = read_yaml(path.read_bytes(), path.name)
    rows = rows_of(value, repeated=False)
    case = read(tmp_path, as_csv(rows, "zh") if form == "csv" else as_xlsx(rows, "zh"), f"sheet.{form}")
    stated = Case.model_validate(value)
    assert case.claims[0].invoices == stated.claims[0].invoices
    assert case.case == stated.case
    assert [policy.model_dump() for policy in case.policies] == [policy.model_dump() for policy in stated.policies]
    assert case.people[0].name == "梅"


def test_what_is_expected_of_a_claim_can_stand_in_the_sheet(tmp_path: Path) -> None:
    case = read(tmp_path, f"{HEADER},expect_payable\n{ROW},12.34\n")
    assert [(one.claim, one.payable) for one in case.expect] == [("C-1", 1234)]


# --- encodings -------------------------------------------------------------------------------------------------------

CHINESE = "保单号,产品,保单生效日,被保险人,赔案号,就诊类型,就诊日期,费用类别,金额\n"
CHINESE_ROW = "P1,outpatient,2026/1/1,梅,C-1,门诊,2026年3月2日,西药费,100\n"


@pytest.mark.parametrize(
    ("encoding", "told_as"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gbk", "GB18030"), ("gb18030", "GB18030")]
)
def test_chinese_encodings_are_read_and_named(encoding: str, told_as: str, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes((CHINESE + CHINESE_ROW).encode(encoding))
    found = read_case(path)
    assert found.encoding == told_as
    assert found.case.people[0].id == "梅"
    assert found.case.claims[0].invoices[0].lines[0].amount == 10000


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, (CHINESE + CHINESE_ROW).encode("utf-16")) == [
        "claims.csv: whole file: got text in UTF-16; want text in UTF-8 or GB18030."
    ]
    assert refused(tmp_path, f"{HEADER}\n".encode() + b"P1,\xff\xff\n") == [
        "claims.csv: line 2: got the byte 0xff; want text in UTF-8 or GB18030."
    ]


# --- headers ---------------------------------------------------------------------------------------------------------


def test_headers_may_carry_units_stars_and_spaces(tmp_path: Path) -> None:
    case = read(tmp_path, CHINESE.replace("金额", " 金额（元） *").replace("赔案号", "Claim") + CHINESE_ROW)
    assert case.claims[0].no == "C-1"


def test_every_missing_column_is_named_at_once(tmp_path: Path) -> None:
    assert refused(
        tmp_path, "policy,product,insured,claim,setting,category\nP1,outpatient,mei,C,outpatient,other\n"
    ) == [
        "claims.csv: line 1: got no column policy_starts_on; want the column 保单生效日 (policy_starts_on).",
        "claims.csv: line 1: got no column amount; want the column 金额 (amount).",
    ]


def test_a_header_nobody_knows_is_named_with_the_likeliest(tmp_path: Path) -> None:
    wrong = refused(tmp_path, f"{HEADER},ammount,天气\n{ROW},1,2\n")
    assert wrong[0] == (
        "claims.csv: line 1, column 10: got the header 'ammount'; want amount, or another header of docs/cases.md."
    )
    assert wrong[1] == "claims.csv: line 1, column 11: got the header '天气'; want a header of docs/cases.md."


def test_a_header_twice_and_a_value_without_one_are_named(tmp_path: Path) -> None:
    assert refused(tmp_path, f"{HEADER},金额\n{ROW},1\n") == [
        "claims.csv: line 1, column 10: got the header '金额' twice; want each header once."
    ]
    assert refused(tmp_path, f"{HEADER}\n{ROW},forgotten\n") == [
        "claims.csv: line 2, column 10: got a value without a header; want a header above it."
    ]


def test_a_sheet_without_rows_or_claims_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, f"{HEADER}\n\n") == [
        "claims.csv: whole file: got no row; want a header and a row a line of an invoice."
    ]
    assert refused(tmp_path, f"{HEADER}\nP1,outpatient,2026-01-01,mei,,,,,\n") == [
        "claims.csv: claims: got a list of 0; want at least 1."
    ]


# --- rows ------------------------------------------------------------------------------------------------------------


def test_rows_below_belong_to_the_policy_claim_and_invoice_above(tmp_path: Path) -> None:
    case = read(tmp_path, f"{HEADER}\n{ROW}\n,,,,,,,other,5\n,,,,C-2,outpatient,2026-03-05,other,7\n")
    assert [[len(invoice.lines) for invoice in claim.invoices] for claim in case.claims] == [[2], [1]]
    assert [claim.insured for claim in case.claims] == ["mei", "mei"]
    assert case.policies[0].insured == ("mei",)


def test_invoices_are_told_apart_by_number_or_by_place(tmp_path: Path) -> None:
    head = f"{HEADER},invoice_number,invoice"
    by_number = read(tmp_path, f"{head}\n{ROW},001,\n,,,,,outpatient,2026-03-02,other,5,002,\n,,,,,,,other,5,001,\n")
    assert [(one.number, len(one.lines)) for one in by_number.claims[0].invoices] == [("001", 2), ("002", 1)]
    by_place = read(tmp_path, f"{head}\n{ROW},001,1\n,,,,,outpatient,2026-03-02,other,5,001,2\n")
    assert [one.number for one in by_place.claims[0].invoices] == ["001", "001"]


def test_repeated_values_must_agree(tmp_path: Path) -> None:
    second = ROW.replace("2026-03-02", "2026-03-04").replace("P1,outpatient,2026-01-01", "P1,outpatient,2026-02-01")
    assert refused(tmp_path, f"{HEADER}\n{ROW}\n{second}\n") == [
        "claims.csv: line 3, column policy_starts_on: got '2026-02-01'; want '2026-01-01', as in line 2, column 3.",
        "claims.csv: line 3, column visited_on: got '2026-03-04'; want '2026-03-02', as in line 2, column 7.",
    ]


def test_who_is_insured_by_several_policies_says_the_order(tmp_path: Path) -> None:
    rows = "P1,outpatient,2026-01-01,mei,,,,,,\nP2,outpatient,2026-01-01,mei,,,,,,\n"
    claim = ",,,mei,C-1,outpatient,2026-03-02,other,5,"
    assert refused(tmp_path, f"{HEADER},claimed_under\n{rows}{claim}\n") == [
        "claims.csv: line 4: got nothing; want the chosen order in claimed_under: mei is insured by P1, P2."
    ]
    case = read(tmp_path, f"{HEADER},claimed_under\n{rows}{claim}P2 > P1\n")
    assert case.claims[0].policies == ("P2", "P1")
    named = read(tmp_path, f"{HEADER},claimed_under\n{rows}P1,,,mei,C-1,outpatient,2026-03-02,other,5,\n")
    assert named.claims[0].policies == ("P1",)


def test_rows_that_belong_to_nothing_are_told(tmp_path: Path) -> None:
    assert refused(tmp_path, f"{HEADER}\n,,,,,outpatient,2026-03-02,other,5\n") == [
        "claims.csv: line 2, column setting: got 'outpatient'; want a claim above or on this row."
    ]
    assert refused(tmp_path, f"{HEADER}\n{ROW}\nP2,outpatient,2026-01-01,mei,,,,other,5\n") == [
        "claims.csv: line 3, column policy: got 'P2'; want a claim number on this row: its policy differs from the row "
        "above."
    ]


def test_every_bad_cell_is_told_with_its_place(tmp_path: Path) -> None:
    head = f"{HEADER},si_settled,quantity,out_of_scope,hospital_level,served_on"
    row = "P1,outpatient,2026-13-01,mei,C-1,inpatien,yesterday,西要费,-5,maybe,two,some,甲级,2026-02-30"
    assert refused(tmp_path, f"{head}\n{row}\n") == [
        "claims.csv: line 2, column policy_starts_on: got '2026-13-01'; want a day of the calendar.",
        "claims.csv: line 2, column setting: got 'inpatien'; want inpatient, or another one of outpatient, inpatient, "
        "special_outpatient, outpatient_surgery, pharmacy.",
        "claims.csv: line 2, column visited_on: got 'yesterday'; want a day such as 2026-04-02.",
        "claims.csv: line 2, column category: got '西要费'; want 西药费, or another word that docs/cases.md lists.",
        "claims.csv: line 2, column amount: got '-5'; want 0 or more.",
        "claims.csv: line 2, column si_settled: got 'maybe'; want yes or no.",
        "claims.csv: line 2, column quantity: got 'two'; want a quantity above 0 and up to 100,000 with "
        "at most three decimals.",
        "claims.csv: line 2, column out_of_scope: got 'some'; want an amount in yuan, or all.",
        "claims.csv: line 2, column hospital_level: got '甲级'; want 3, 2, 1 or 0.",
        "claims.csv: line 2, column served_on: got '2026-02-30'; want a day of the calendar.",
    ]


@pytest.mark.parametrize(
    ("amount", "want"),
    [
        ("NaN", "an amount in yuan with at most two decimals"),
        ("Infinity", "an amount in yuan with at most two decimals"),
        ("1.005", "an amount in yuan with at most two decimals"),
        ("1e5", "an amount in yuan with at most two decimals"),
        ("10000000000000", "at most 10,000,000,000.00 yuan"),
        ("-0.01", "0 or more"),
    ],
)
def test_amounts_that_are_none_are_refused(amount: str, want: str, tmp_path: Path) -> None:
    wrong = refused(tmp_path, f"{HEADER}\n{ROW.replace('100.00', amount)}\n")
    assert wrong == [f"claims.csv: line 2, column amount: got '{amount}'; want {want}."]


def test_what_the_case_finds_wrong_is_told_at_its_cell(tmp_path: Path) -> None:
    head = "保单号,产品,保单生效日,被保险人,赔案号,就诊类型,入院日期,出院日期,费用类别,金额,目录外金额"
    row = "P1,million-medical,2026-01-01,梅,C-1,住院,2026-04-15,2026-04-02,床位费,100,200"
    assert refused(tmp_path, f"{head}\n{row}\n", lang="zh") == [
        "claims.csv：第 2 行：收到的是 目录外金额 大于本行金额，应为 相互一致的内容。".replace(
            "目录外金额", "out_of_scope"
        )
    ]
    assert refused(tmp_path, f"{head}\n{row.replace(',200', ',20')}\n", lang="zh") == [
        "claims.csv：第 2 行：收到的是 出院日 2026-04-02 早于入院日 2026-04-15，应为 相互一致的内容。"
    ]
    assert refused(tmp_path, f"{HEADER}\n{ROW.replace('outpatient,2026-03-02', 'outpatient,')}\n") == [
        "claims.csv: line 2: got a visit needs visited_on; want entries that agree with one another."
    ]
    assert refused(tmp_path, f"{HEADER}\n{ROW.replace('P1,outpatient,2026-01-01', 'P1,outpatient,')}\n") == [
        "claims.csv: line 2, column policy_starts_on: got nothing; want the field starts_on."
    ]


def test_a_quote_that_does_not_end_is_told_with_its_line(tmp_path: Path) -> None:
    assert refused(tmp_path, f'{HEADER}\n{ROW}\n"P2,outpatient\n') == [
        "claims.csv: line 3: got a quote that does not end, or text after one; want comma-separated values."
    ]


# --- workbooks -------------------------------------------------------------------------------------------------------

CELLS: dict[str, Any] = {
    "policy": "P1", "product": "outpatient", "policy_starts_on": datetime(2026, 1, 1), "insured": "mei",
    "claim": "C-1", "setting": "门诊", "visited_on": datetime(2026, 3, 2, 9, 30), "category": "西药", "amount": 100,
}  # fmt: skip


def workbook(**cells: Any) -> bytes:
    stated = CELLS | cells
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "理赔"
    sheet.append(list(stated))
    sheet.append(list(stated.values()))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


TOO_LONG = "got a number of more than 15 digits; want text: a sheet keeps 15 digits of a number."


def test_cells_of_a_workbook_are_days_numbers_and_truths(tmp_path: Path) -> None:
    case = read(
        tmp_path,
        workbook(amount=0.1 + 0.2, total=68432.17000000001, invoice_number=26041801, si_settled=False, icd="J18.9"),
        "claims.xlsx",
    )
    invoice = case.claims[0].invoices[0]
    assert (invoice.visited_on and invoice.visited_on.isoformat()) == "2026-03-02"
    assert (invoice.lines[0].amount, invoice.total, invoice.number) == (30, 6843217, "26041801")
    assert invoice.si_settled is False


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (
            {"amount": "=1+1"},
            "cell I2 (amount): got a formula without a result; want a value: save the file once in a spreadsheet "
            "program.",
        ),
        ({"invoice_number": 26117000000012345678}, f"cell J2 (invoice_number): {TOO_LONG}"),
        ({"amount": "#DIV/0!"}, "cell I2 (amount): got '#DIV/0!'; want an amount in yuan with at most two decimals."),
        ({"amount": 1e300}, f"cell I2 (amount): {TOO_LONG}"),
        ({"visited_on": 46083}, "cell G2 (visited_on): got '46083'; want a day such as 2026-04-02."),
        ({"amount": -3}, "cell I2 (amount): got '-3'; want 0 or more."),
    ],
    ids=["formula", "digits", "error", "huge", "serial-number", "negative"],
)  # fmt: skip
def test_a_bad_cell_of_a_workbook_is_told_with_its_letter(cells: dict[str, Any], says: str, tmp_path: Path) -> None:
    assert refused(tmp_path, workbook(**cells), "claims.xlsx") == [f"claims.xlsx: sheet 理赔, {says}"]


def test_a_cell_is_told_in_chinese(tmp_path: Path) -> None:
    assert refused(tmp_path, workbook(amount="许多"), "claims.xlsx", lang="zh") == [
        "claims.xlsx：工作表 理赔 的单元格 I2（amount）：收到的是 '许多'，应为 以元为单位、最多两位小数的金额。"
    ]
