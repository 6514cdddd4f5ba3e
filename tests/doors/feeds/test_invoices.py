"""Invoice data of other systems: what is read, what is told with its place, and what is never lost in silence."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.doors.feeds import invoice_fields, invoices
from hearth.doors.feeds.invoices import InvoiceFile, read_invoices
from hearth.doors.feeds.problems import told
from hearth.kernel.adjudication.case import Invoice
from hearth.store.reading import read_yaml
from hearth.words.codes import Category
from hearth.words.faults import Malformed
from tests.house.tree import ROOT

TODAY = date(2026, 6, 1)

STAY: dict[str, Any] = {
    "票据代码": "11060126", "票据号码": "0026041801", "校验码": "a1b2c3", "开票日期": "2026-04-18",
    "收款单位": "市第一人民医院", "医疗机构类型": "三级甲等", "住院科别": "心内科", "医保类型": "职工医保",
    "入院时间": "2026-04-10", "出院时间": "2026年4月18日", "住院天数": "8天", "交款人": "梅",
    "总金额小写": "￥1,230.40", "医保统筹基金支付": "1,000.00", "其他支付": "0.00", "个人账户支付": "30.40",
    "个人现金支付": "200.00", "个人自付": "180.40", "个人自费": "50.00",
    "收费大项": [
        {"大项名称": "床位费", "大项金额": "230.40"},
        {"大项名称": "西药费", "大项金额": 1000},
    ],
}  # fmt: skip

VISITS = """票据代码,票据号码,就诊日期,收款单位,科别,医保类型,金额合计,基金支付,个人账户支付,现金支付,\
费用类别,项目名称,金额,数量
11060126,0026030201,2026/3/2,市第一人民医院,内分泌科,职工医保,480.00,120.00,60.00,300.00,化验费,糖化血红蛋白,80.00,1
,,,,,,,,,,西药,二甲双胍,400.00,2.00
11060126,0026030202,2026-03-02,市第一人民医院,内分泌科,自费,30.00,,,30.00,检查费,心电图,30.00,
"""


def read(value: Any, name: str = "invoices.json", today: date | None = TODAY) -> InvoiceFile:
    content = value if isinstance(value, (bytes, str)) else json.dumps(value, ensure_ascii=False)
    return read_invoices(name, content.encode() if isinstance(content, str) else content, today)


def refused(value: Any, name: str = "invoices.json", lang: str = "en") -> list[str]:
    with pytest.raises(Malformed) as wrong:
        read(value, name)
    return told(wrong.value, lang).splitlines()


def codes(file: InvoiceFile) -> list[list[str]]:
    return [[one.problem.code for one in invoice.problems] for invoice in file.invoices]


def test_an_invoice_as_the_national_platform_names_it_becomes_an_invoice_of_a_case() -> None:
    file = read(STAY)
    (found,) = file.invoices
    assert found.problems == () and file.unread == ()
    invoice = Invoice.model_validate(found.invoice)
    assert (invoice.code, invoice.number, invoice.setting.name) == ("11060126", "0026041801", "INPATIENT")
    assert (invoice.admitted_on, invoice.discharged_on) == (date(2026, 4, 10), date(2026, 4, 18))
    assert (invoice.hospital.name, invoice.hospital.level, invoice.hospital.clinic) == ("市第一人民医院", 3, "心内科")
    assert (invoice.total, invoice.fund, invoice.account, invoice.cash) == (123_040, 100_000, 3_040, 20_000)
    assert [(line.category, line.amount) for line in invoice.lines] == [
        (Category.BED, 23_040), (Category.WESTERN_DRUG, 100_000),
    ]  # fmt: skip
    assert invoice.si_settled
    assert found.noted == {"hospital_type": "三级甲等", "insurance_type": "职工医保", "payer": "梅"}
    assert found.facts["check_code"] == "A1B2C3" and "check_code" not in found.invoice
    assert json.loads(json.dumps(found.facts)) == found.facts


def test_common_keys_and_groups_are_read_alike() -> None:
    common = {
        "invoiceCode": "11060126", "invoiceNumber": "0026041801", "checkCode": "a1b2c3", "issueDate": "20260418",
        "hospitalName": "市第一人民医院", "hospitalLevel": "3", "clinic": "心内科", "insuranceType": "职工医保",
        "admissionDate": "2026-04-10 08:30:00", "dischargeDate": "2026-04-18", "hospitalDays": 8,
        "totalAmount": 1230.40, "fundPayAmount": 1000, "otherPayAmount": 0, "accountPayAmount": "30.4",
        "ownPayAmount": "200", "selfpaymentAmount": "180.40", "selfpaymentCost": 50,
        "items": [{"itemCategory": "床位", "itemAmount": "230.40"}, {"itemCategory": "western drug", "amount": 1000}],
    }  # fmt: skip
    grouped: dict[str, Any] = {"票据基本信息": {}, "总金额": {}, "收费大项": STAY["收费大项"]}
    for name, value in STAY.items():
        if not isinstance(value, list):
            grouped["总金额" if name.startswith("总金额") else "票据基本信息"][name] = value
    wanted = read(STAY).invoices[0].invoice
    assert read(common).invoices[0].invoice == wanted
    assert read([grouped]).invoices[0].invoice == wanted
    assert read({"invoices": [common]}).invoices[0].invoice == wanted


def test_the_invoices_of_a_case_file_are_read_as_they_stand() -> None:
    seen = 0
    for path in sorted((ROOT / "products").glob("*/examples/*.yaml")):
        for claim in read_yaml(path.read_bytes(), path.name)["claims"]:
            for stated in claim.get("invoices", ()):
                left = {name: one for name, one in stated.items() if name != "patient"}
                left["lines"] = [
                    {name: one for name, one in line.items() if name not in ("disputed", "not_necessary")}
                    for line in left.get("lines", ())
                ]
                found = read(json.dumps(left, default=str), today=None).invoices[0]
                assert Invoice.model_validate(found.invoice) == Invoice.model_validate(left), path.name
                seen += 1
    assert seen > 30


def test_a_sheet_has_a_line_a_row_and_says_the_invoice_once_or_on_each() -> None:
    file = read(VISITS, "visits.csv")
    first, second = (Invoice.model_validate(one.invoice) for one in file.invoices)
    assert [line.amount for line in first.lines] == [8_000, 40_000]
    assert first.lines[1].quantity == 2
    assert (first.setting.name, first.si_settled, second.si_settled) == ("OUTPATIENT", True, False)
    assert codes(file) == [[], []]
    rows = VISITS.splitlines()
    repeated = "\n".join([*rows[:2], rows[1].rsplit(",", 4)[0] + ",西药,二甲双胍,400.00,2", *rows[3:]])
    assert [one.invoice for one in read(repeated, "v.csv").invoices] == [one.invoice for one in file.invoices]
    assert read(VISITS.encode("gb18030"), "visits.csv").encoding == "GB18030"


def test_a_workbook_is_read_like_a_sheet() -> None:
    book = openpyxl.Workbook()
    for n, row in enumerate(csv.reader(io.StringIO(VISITS))):
        book.worksheets[0].append([date(2026, 3, 2) if n and at == 2 and cell else cell for at, cell in enumerate(row)])
    held = io.BytesIO()
    book.save(held)
    file = read_invoices("visits.xlsx", held.getvalue(), TODAY)
    assert [one.invoice for one in file.invoices] == [one.invoice for one in read(VISITS, "v.csv").invoices]
    assert file.invoices[1].place == "sheet Sheet, row 4"


def test_every_field_name_of_real_invoices_is_read_or_known_and_left(shared_data: Path) -> None:
    named = json.loads((shared_data / "invoice_fields/field_names.json").read_text("utf-8"))
    lines = {*named["收费大项"], *named["收费细项"]}
    for group in ("票据基本信息", "总金额", "票据其他信息"):
        for name in named[group]:
            key = invoice_fields.plain(name)
            known = key in invoice_fields.INVOICE_CALLED or key in invoice_fields.PART_CALLED
            assert known != invoice_fields.is_known_unread(name), name
    for name in lines:
        assert invoice_fields.plain(name) in invoice_fields.LINE_CALLED or invoice_fields.is_known_unread(name), name


def test_real_field_names_together_make_an_invoice(shared_data: Path) -> None:
    named = json.loads((shared_data / "invoice_fields/field_names.json").read_text("utf-8"))
    filled: dict[str, Any] = {
        group: {name: STAY.get(name, "") for name in named[group]}
        for group in ("票据基本信息", "总金额", "票据其他信息")
    }
    filled["收费大项"] = STAY["收费大项"]
    filled["收费细项"] = [dict.fromkeys(named["收费细项"], "")]
    file = read(filled)
    assert file.invoices[0].invoice == read(STAY).invoices[0].invoice
    assert "收费细项" in file.unread


def test_no_name_stands_for_two_fields() -> None:
    stands: dict[str, set[tuple[str, str]]] = {}
    for table in (invoice_fields.INVOICE, invoice_fields.LINE):
        for field in table:
            for name in field.called:
                stands.setdefault(invoice_fields.plain(name), set()).add((field.name, field.kind))
    assert {name for name, fields in stands.items() if len(fields) > 1} == {"code"}, "the invoice's in a sheet"
    assert not [name for name in stands if invoice_fields.is_known_unread(name)]


def test_a_name_of_another_thing_is_no_slip() -> None:
    assert [invoice_fields.mistyped(name) for name in ("出生日期", "收款单位代码", "医院地址", "项目名称", "金额")] == [
        None
    ] * 5
    assert invoice_fields.mistyped("统筹基金支村") == "统筹基金支付"


# --- what does not agree ---------------------------------------------------------------------------------------------


def test_lines_that_do_not_add_up_are_taken_and_told_with_their_place() -> None:
    wrong = STAY | {"总金额小写": "1257.40", "个人现金支付": "227.00", "个人自付": "207.40"}
    file = read(json.dumps(wrong, ensure_ascii=False, indent=1))
    (one,) = file.invoices[0].problems
    assert (one.problem.code, one.problem.grade, one.problem.difference) == ("LINES_DIFFER", "check", -2_700)
    assert one.sentence("en").startswith(
        "line 1: The lines add up to 1,230.40, the invoice says 1,257.40: 27.00 too little."
    )
    assert one.sentence("zh").startswith("第 1 行：各项费用合计 1,230.40 元")
    Invoice.model_validate(file.invoices[0].invoice)


def test_a_problem_in_a_sheet_names_its_cell() -> None:
    file = read(VISITS.replace("2026/3/2", "2027/3/2"), "visits.csv")
    (one,) = file.invoices[0].problems
    assert (one.problem.code, one.place) == ("DAY_IN_FUTURE", "line 2, column 就诊日期")


def test_the_same_invoice_twice_in_a_file_is_told() -> None:
    copy = STAY | {"票据号码": " ００２６０４１８０１ "}
    assert codes(read([STAY, STAY | {"票据号码": "0026041802"}, copy])) == [[], [], ["TWICE"]]


def test_where_nothing_says_who_settled_it_is_told() -> None:
    assert codes(read({name: one for name, one in STAY.items() if name != "医保类型"})) == [["SETTLED_NOT_SAID"]]


@pytest.mark.parametrize(
    ("said", "settled"), [("城乡居民", True), ("自费", False), ("全自费", False), ("无", False), ("公费", True)]
)
def test_the_insurance_type_says_whether_the_bill_was_settled(said: str, settled: bool) -> None:
    assert read(STAY | {"医保类型": said}).invoices[0].invoice["si_settled"] is settled
    number = {name: one for name, one in STAY.items() if name != "医保类型"} | {"医保编号": "3101"}
    assert read(number).invoices[0].invoice["si_settled"] is True
    assert "3101" not in json.dumps(read(number).invoices[0].facts | read(number).invoices[0].noted)


def test_other_payments_are_public_until_somebody_says_otherwise_and_that_is_told() -> None:
    file = read(STAY | {"其他支付": "16.80", "个人现金支付": "183.20"})
    assert codes(file) == [["OTHER_PAID"]]
    assert file.invoices[0].invoice["other_public"] == "16.80"


def test_parts_are_added_where_the_whole_is_not_given() -> None:
    # DOMAIN 3.1: total 90.00; 自付二 6.00; 自付一 25.20; fund 58.80; a special fund pays 16.80; the person 14.40.
    value = {
        "票据代码": "11060126", "票据号码": "0026030203", "就诊日期": "2026-03-02", "医保类型": "职工",
        "总金额": "90.00", "基金支付": "58.80", "残军补助支付": "16.80", "个人账户支付": "0", "个人现金支付": "14.40",
        "自付一": "25.20", "自付二": "6.00", "自费": "0.00", "起付金额": "0",
        "items": [{"category": "诊察费", "amount": "90.00"}],
    }  # fmt: skip
    file = read(value)
    assert codes(file) == [[]]
    facts = file.invoices[0].facts
    assert (facts["other_public"], facts["own_inside"], facts["own_outside"]) == ("16.80", "31.20", "0.00")
    assert file.unread == ("起付金额",)
    stated = read(value | {"其他公共支付": "16.80"}).invoices[0].facts
    assert stated["other_public"] == "16.80"


def test_a_quantity_in_parts_counts_as_one_and_is_told() -> None:
    file = read(VISITS.replace("400.00,2.00", "400.00,0.5"), "visits.csv")
    assert codes(file) == [["QUANTITY_IN_PARTS"], []]
    assert file.invoices[0].problems[0].place == "line 3, column 数量"
    line = file.invoices[0].invoice["lines"][1]
    assert line["quantity"] == "0.5" and Invoice.model_validate(file.invoices[0].invoice).lines[1].pieces == 1
    file = read(VISITS.replace("400.00,2.00", "400.00,0"), "visits.csv")
    assert codes(file) == [["QUANTITY_IN_PARTS"], []] and "quantity" not in file.invoices[0].invoice["lines"][1]


def test_code_unit_and_price_of_a_line_are_read_and_stop_nothing_where_they_cannot_be() -> None:
    line = {"项目名称": "晨露片", "费用类别": "西药费", "金额": "12.50", "数量": "2.5", "单位": "盒", "单价": "5.0000",
            "国家医保编码": "xt01aaa001a0"}  # fmt: skip
    stay = {"就诊日期": "2026-04-02", "发票类型": "门诊", "医保类型": "自费", "金额合计": "12.50"}
    file = read({**stay, "明细": [line]})
    (taken,) = file.invoices[0].invoice["lines"]
    assert (taken["code"], taken["unit"], taken["price"], taken["quantity"]) == ("XT01AAA001A0", "盒", "5", "2.5")
    assert codes(file) == [["QUANTITY_IN_PARTS"]]
    odd = {**line, "数量": "2", "单价": "见附件", "单位": "单" * 17, "国家医保编码": "X" * 60}
    file = read({**stay, "明细": [odd]})
    assert sorted(codes(file)[0]) == ["NOT_TAKEN", "NOT_TAKEN", "PRICE_NOT_TAKEN"]
    assert {"code", "unit", "price"} & set(file.invoices[0].invoice["lines"][0]) == set()
    (other,) = codes(read({**stay, "明细": [{**line, "数量": "2", "单价": "7.00"}]}))
    assert other == ["LINE_DIFFERS"]


def test_the_setting_is_told_by_type_title_or_days() -> None:
    plain = {"就诊日期": "2026-03-02"}
    assert read(plain).invoices[0].facts["setting"] == "outpatient"
    assert read(plain | {"就诊类型": "门诊慢特病"}).invoices[0].facts["setting"] == "special_outpatient"
    assert read(plain | {"发票名称": "医疗门诊收费票据（电子）"}).invoices[0].facts["setting"] == "outpatient"
    assert read({"住院时间": "2026-03-02至2026-03-09"}).invoices[0].facts == {
        "admitted_on": "2026-03-02", "discharged_on": "2026-03-09", "setting": "inpatient", "lines": [],
    }  # fmt: skip


# --- what cannot be read ---------------------------------------------------------------------------------------------


def test_everything_that_cannot_be_read_is_told_at_once() -> None:
    wrong = VISITS.replace("2026/3/2", "yesterday").replace("化验费", "化验票").replace("400.00", "4OO")
    assert refused(wrong, "visits.csv")[0] == (
        "visits.csv: line 2, column 就诊日期: got 'yesterday'; want a day such as 2026-04-02."
    )
    assert len(refused(wrong, "visits.csv")) == 3
    chinese = refused(wrong, "visits.csv", "zh")
    assert chinese[0] == "visits.csv：第 2 行 就诊日期 列：收到的是 'yesterday'，应为 日期，如 2026-04-02。"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([], "whole file: got nothing; want fields such as 票据代码"),
        ("[1]", "got 1; want fields, each with its name"),
        ('"text"', "no column"),
        ("{", "want JSON"),
        ("", "got an empty file"),
        ("票据代码,票据号码\n", "got no row"),
        ("甲,乙\n1,2\n", "no column 票据号码"),
        ("票据代码,票据代码\n1,2\n", "twice; want each header once"),
        ("票据代码,金额合记\n1,2\n", "got the header '金额合记'; want the header 金额合计"),
        ('{"invoiceNumbr": "1"}', "got the header 'invoiceNumbr'; want the header invoiceNumber"),
        ('{"票据代码": "1", "电子票据代码": "2"}', "got '2'; want '1', as in line 1: 票据代码"),
        ('{"收费大项": [1]}', "got 1; want fields, each with its name"),
        ('{"金额合计": "-3"}', "want 0 or more"),
        ('{"金额合计": "1e5"}', "want an amount in yuan with at most two decimals"),
        ('{"金额合计": 99999999999.99}', "want at most 10,000,000,000.00 yuan"),
        ('{"就诊日期": "2026-02-30"}', "want a day of the calendar"),
        ('{"医院等级": "四级"}', "want 3, 2, 1 or 0"),
        ('{"items": [{"category": "西药费", "amount": "1", "数量": "两"}]}', "want a number"),
    ],
)
def test_what_cannot_be_read_says_what_is_wanted(value: Any, says: str) -> None:
    assert any(says in line for line in refused(value)), refused(value)


def test_the_limits_are_kept() -> None:
    many = [STAY | {"票据号码": f"{n:010d}"} for n in range(invoices.MAX_INVOICES + 1)]
    assert len(read(many[:-1]).invoices) == 200
    assert "got a list of 201; want at most 200" in refused(many)[0]
    rows = "票据号码,金额\n" + "".join(f"{n},1.00\n" for n in range(201))
    assert "want at most 200" in refused(rows, "a.csv")[0]
    line = {"大项名称": "床位费", "大项金额": "1.00"}
    assert len(read({"收费大项": [line] * 2_000}).invoices[0].facts["lines"]) == 2_000
    assert "got a list of 2001; want at most 2,000" in refused({"收费大项": [line] * 2_001})[0]
    assert "want at most 2,000" in refused("票据号码,金额\n" + "1,1.00\n" * 2_001, "a.csv")[0]
    assert "want at most 4,000,000 bytes" in refused(b" " * 4_000_001)[0]
    assert "want at most 500 characters" in refused({"交款人": "x" * 501})[0]


def test_what_nothing_reads_is_named() -> None:
    file = read(STAY | {"收款人": "王", "会员等级": "金", "票据": {"a": 1}, "项目名称": "x"})
    assert file.unread == ("收款人", "会员等级", "票据.a", "项目名称")


@given(
    st.one_of(
        st.binary(max_size=300),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from([*STAY, "items", "hospital", "amount", "category", "总金额", "数量", "x"]),
                    inner,
                    max_size=6,
                )
            ),
            max_leaves=20,
        ).map(lambda value: json.dumps(value).encode()),
        st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=5).map(
            lambda rows: (
                "票据号码,金额,就诊日期,费用类别,医保类型\n".encode()
                + "\n".join(",".join(row) for row in rows).encode("utf-8", "replace")
            )
        ),
    )
)
def test_anything_is_read_or_told_and_never_breaks(content: bytes) -> None:
    try:
        file = read_invoices("any", content, TODAY)
    except Malformed as fault:
        assert told(fault, "en") and told(fault, "zh")
        return
    for one in file.invoices:
        assert all(found.sentence("zh") and found.sentence("en") for found in one.problems)
        if all(found.problem.grade != "mend" for found in one.problems):
            Invoice.model_validate(one.invoice)
