"""Fields come from their labels and lines from their columns, wherever a page prints them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.documents.reading.check import checked
from hearth.kernel.documents.reading.paper import extract, joined_pages
from hearth.words.papers import PaperKind, Run, Status
from tests.kernel.documents.reading.pages import invoice, run, with_text


def values(runs: list[Run]) -> dict[str, str]:
    return {key: one.value for key, one in extract(runs).fields.items()}


INVOICE = {
    "code": "31060122",
    "number": "0034567812",
    "payer": "钱波",
    "check_code": "a3f9d2",
    "issued_on": "2026-03-14",
    "total_in_words": "陆拾贰元伍角整",
    "total": "62.50",
    "business_no": "2026031400123",
    "visited_on": "2026-03-14",
    "sex": "男",
    "fund": "40.00",
    "other_public": "0.00",
    "account": "10.00",
    "cash": "12.50",
    "own_inside": "12.50",
    "own_outside": "10.00",
    "hospital.name": "云澜市第一人民医院",
    "复核人": "萧华",
    "title": "示范省医疗门诊收费票据（电子）",
}


def test_an_invoice_is_read_field_by_field_and_line_by_line() -> None:
    paper = extract(invoice())
    assert paper.kind is PaperKind.INVOICE
    assert {key: one.value for key, one in paper.fields.items()} == INVOICE
    assert [{cell: one.value for cell, one in line.items()} for line in paper.lines] == [
        {"name": "氨氯地平片", "quantity": "3", "price": "12.50", "amount": "37.50"},
        {"name": "血常规", "quantity": "1", "price": "25.00", "amount": "25.00"},
    ]


def test_a_box_lies_around_the_value_alone() -> None:
    page = with_text(invoice(), "票据号码：0034567812", run(900, 90, "票据号码：0034567812"))
    found = extract(page).fields["number"]
    left, top, right, bottom = found.box
    assert (left, top, right, bottom) == pytest.approx((900 + 5 * 24, 90, 900 + 5 * 24 + 10 * 24 * 0.55, 114), abs=0.2)


@pytest.mark.parametrize("degrees", [-6, -2, 3, 8])
def test_a_tilted_page_says_the_same(degrees: float) -> None:
    turn = math.radians(degrees)

    def turned(x: float, y: float) -> tuple[float, float]:
        return x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)

    tilted = [replace(one, box=tuple(turned(*corner) for corner in one.box)) for one in invoice()]
    paper = extract(tilted)
    assert {key: one.value for key, one in paper.fields.items()} == INVOICE
    assert [line["amount"].value for line in paper.lines] == ["37.50", "25.00"]


@given(st.permutations(range(31)))
def test_the_order_in_which_print_was_found_does_not_matter(order: list[int]) -> None:
    page = invoice()
    assert values([page[n] for n in order]) == INVOICE


def test_a_misread_label_is_known_by_what_it_nearly_says() -> None:
    page = with_text(invoice(), "医保统筹基金支付：40.00", run(60, 480, "医保统筹墓金支付：40.00"))
    assert values(page)["fund"] == "40.00"


def test_labels_and_values_in_one_run_are_told_apart() -> None:
    page = [run(60, 100, "姓名：钱波 性别：男 年龄：41岁 住院号：0012345"), run(500, 20, "住院费用清单", high=36)]
    found = values(page)
    assert (found["payer"], found["sex"], found["年龄"], found["stay_no"]) == ("钱波", "男", "41岁", "0012345")


def test_a_word_that_is_a_label_elsewhere_can_be_a_value() -> None:
    assert values([run(60, 100, "医保类型："), run(190, 100, "自费")])["insurance_type"] == "自费"
    assert values([run(60, 100, "医保类型：自费")])["insurance_type"] == "自费"


def test_a_value_may_stand_below_its_label() -> None:
    page = [run(60, 100, "费用总额"), run(300, 100, "统筹基金支付"), run(60, 140, "1,234.50"), run(300, 140, "800.00")]
    found = values(page)
    assert (found["total"], found["fund"]) == ("1234.50", "800.00")


def test_two_halves_of_a_table_are_read_one_after_the_other() -> None:
    page = []
    for x in (60, 700):
        page += [run(x, 100, "项目名称"), run(x + 300, 100, "数量/单位"), run(x + 460, 100, "金额（元）")]
    page += [run(60, 140, "西药费"), run(520, 140, "12.00"), run(700, 140, "化验费"), run(1160, 140, "30.00")]
    page += [run(60, 180, "检查费"), run(520, 180, "8.50")]
    lines = extract(page).lines
    assert [(line["name"].value, line["amount"].value) for line in lines] == [
        ("西药费", "12.00"),
        ("检查费", "8.50"),
        ("化验费", "30.00"),
    ]


def test_a_name_that_goes_on_in_the_next_row_is_one_name() -> None:
    page = [run(60, 100, "项目名称"), run(420, 100, "数量"), run(600, 100, "金额")]
    page += [run(60, 150, "复方氨基酸"), run(430, 150, "2"), run(600, 150, "80.00"), run(60, 176, "注射液")]
    page += [run(60, 226, "血常规"), run(430, 226, "1"), run(600, 226, "25.00")]
    assert [line["name"].value for line in extract(page).lines] == ["复方氨基酸注射液", "血常规"]


def test_columns_that_were_read_as_one_run_are_taken_apart() -> None:
    page = [run(60, 100, "项目名称"), run(420, 100, "数量"), run(560, 100, "单价"), run(700, 100, "金额")]
    page += [run(60, 140, "氨氯地平片"), run(430, 140, "3 盒"), run(560, 140, "12.50    37.50")]
    (line,) = extract(page).lines
    assert (line["quantity"].value, line["unit"].value) == ("3", "盒")
    assert (line["price"].value, line["amount"].value) == ("12.50", "37.50")


def test_a_quantity_with_its_unit_below_the_head_of_the_unit_is_both() -> None:
    page = [run(60, 230, "项目名称"), run(420, 230, "数量"), run(500, 230, "单位"), run(700, 230, "金额(元)"),
            run(60, 270, "二级护理"), run(490, 270, "4 日"), run(700, 270, "103.52"),
            run(60, 310, "换药"), run(420, 310, "2"), run(500, 310, "次"), run(700, 310, "25.00")]  # fmt: skip
    assert [{cell: one.value for cell, one in line.items()} for line in extract(page).lines] == [
        {"name": "二级护理", "quantity": "4", "unit": "日", "amount": "103.52"},
        {"name": "换药", "quantity": "2", "unit": "次", "amount": "25.00"},
    ]


def test_pages_of_one_list_are_one_list() -> None:
    def page(number: int, name: str) -> list[Run]:
        head = [run(400, 20, "住院费用清单", high=36), run(60, 80, "姓名：钱波")]
        table = [run(60, 120, "项目名称"), run(420, 120, "金额"), run(60, 160, name), run(420, 160, "10.00")]
        return [*head, *table, run(500, 400, f"第{number}页 共2页")]

    second, first = extract(page(2, "血常规")), extract(page(1, "床位费"))
    assert (first.page, first.pages, first.is_whole) == (1, 2, False)
    whole = joined_pages([second, first])
    assert [line["name"].value for line in whole.lines] == ["床位费", "血常规"]
    assert whole.is_whole and whole.kind is PaperKind.ITEMISED_LIST


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("出院小结", PaperKind.DISCHARGE_SUMMARY),
        ("诊断证明书", PaperKind.DIAGNOSIS_CERTIFICATE),
        ("病理检查报告单", PaperKind.PATHOLOGY),
        ("医疗保险住院费用结算单", PaperKind.SETTLEMENT_SHEET),
        ("住院病人费用清单", PaperKind.ITEMISED_LIST),
        ("医疗费用分割单", PaperKind.OTHER_INSURER_SHEET),
        ("意外事故证明", PaperKind.ACCIDENT_PROOF),
        ("处方笺", PaperKind.PRESCRIPTION),
        ("通知", PaperKind.UNKNOWN),
    ],
)
def test_a_paper_is_known_by_its_title(title: str, kind: PaperKind) -> None:
    assert (
        extract([run(400, 20, title, high=40), run(60, 100, "姓名：钱波"), run(60, 150, "2026年3月1日")]).kind is kind
    )


def test_an_identity_card_and_a_bank_card_are_read() -> None:
    card = extract([run(40, 40, "姓名 钱波"), run(40, 80, "性别男"), run(200, 80, "民族 汉"),
                    run(40, 120, "出生 1985 年 3 月 7 日"),
                    run(40, 300, "公民身份号码 990101198503070017")])  # fmt: skip
    assert card.kind is PaperKind.ID_CARD
    found = {key: one.value for key, one in card.fields.items()}
    assert (found["payer"], found["sex"], found["民族"], found["出生日期"]) == ("钱波", "男", "汉", "1985-03-07")
    assert found["公民身份号码"] == "990101198503070017"
    bank = extract([run(40, 40, "示范农商银行"), run(600, 40, "借记卡"), run(40, 300, "6299 0000 7308 2047 316")])
    assert bank.kind is PaperKind.BANK_CARD and bank.fields["卡号"].value == "6299000073082047316"


def test_a_time_of_day_after_a_day_belongs_to_the_day() -> None:
    said = values(
        [run(60, 40, "姓名：钱波"), run(60, 100, "就诊时间：2026-03-14 10:22:31"), run(60, 160, "科室：骨科")]
    )
    assert (said["visited_on"], said["hospital.clinic"]) == ("2026-03-14", "骨科")


def test_what_another_insurer_paid_and_a_proof_of_an_accident_are_read() -> None:
    sheet = checked(
        extract(
            [run(500, 20, "样例人寿保险股份有限公司", high=36), run(600, 90, "医疗费用分割单", high=36),
             run(60, 180, "被保险人：钱波"), run(700, 180, "赔案号：L2026031400123"),
             run(60, 230, "票据号码：0034567812"), run(700, 230, "医疗费用总额：62.50"),
             run(60, 280, "本次赔付金额：12.50"), run(700, 280, "赔付金额（大写）：壹拾贰元伍角整"),
             run(700, 340, "结案日期：2026年04月02日")]
        )
    )  # fmt: skip
    assert sheet.kind is PaperKind.OTHER_INSURER_SHEET and not sheet.doubts
    said = {key: one.value for key, one in sheet.fields.items()}
    assert (said["payer"], said["保险公司"], said["赔案号"]) == ("钱波", "样例人寿保险股份有限公司", "L2026031400123")
    assert (said["number"], said["total"], said["issued_on"]) == ("0034567812", "62.50", "2026-04-02")
    assert sheet.fields["赔付金额"].status is Status.PROVEN and said["赔付金额"] == "12.50"
    proof = extract(
        [run(500, 20, "意外事故证明", high=40), run(60, 100, "当事人：钱波"),
         run(60, 150, "事故时间：2026年3月14日15时20分"),
         run(60, 200, "事故地点：云澜市样例区测试路"), run(60, 250, "事故经过：下楼时摔倒，左膝着地，"),
         run(60, 290, "由家人送医。"), run(60, 330, "特此证明。"), run(600, 400, "证明单位（章）：云澜物业服务中心"),
         run(600, 450, "证明日期：2026年3月16日")]
    )  # fmt: skip
    assert proof.kind is PaperKind.ACCIDENT_PROOF
    said = {key: one.value for key, one in proof.fields.items()}
    assert (said["payer"], said["事故时间"], said["事故地点"]) == ("钱波", "2026-03-14", "云澜市样例区测试路")
    assert said["事故经过"] == "下楼时摔倒，左膝着地，由家人送医。"
    assert (said["证明单位"], said["issued_on"]) == ("云澜物业服务中心", "2026-03-16")


def test_a_drug_on_a_prescription_and_its_strength_are_told_apart() -> None:
    page = [run(400, 20, "处方笺", high=40), run(60, 90, "开具日期：2026-03-14"),
            run(60, 150, "1.氨氯地平片"), run(500, 150, "5mg×28片"), run(800, 150, "2"), run(840, 150, "盒"),
            run(1000, 150, "51.00"),
            run(60, 200, "当归"), run(800, 200, "30"), run(840, 200, "克"), run(1000, 200, "10.50")]  # fmt: skip
    paper = extract(page)
    assert paper.kind is PaperKind.PRESCRIPTION and paper.fields["issued_on"].value == "2026-03-14"
    assert [{cell: one.value for cell, one in line.items()} for line in paper.lines] == [
        {"name": "氨氯地平片", "spec": "5mg×28片", "quantity": "2", "unit": "盒", "amount": "51.00"},
        {"name": "当归", "quantity": "30", "unit": "克", "amount": "10.50"},
    ]


@given(
    st.lists(
        st.tuples(
            st.floats(-50, 2000),
            st.floats(-50, 2000),
            st.text("金额合计项目名称数量票据代码：:0123456789.,-/年月日 第共页\u3000㈱½", max_size=24),
            st.floats(1, 80),
        ),
        max_size=40,
    )
)
def test_no_print_whatever_breaks_the_extraction(page: list[tuple[float, float, str, float]]) -> None:
    runs = [run(x, y, text, high=high) for x, y, text, high in page]
    assert extract(runs).kind in PaperKind
