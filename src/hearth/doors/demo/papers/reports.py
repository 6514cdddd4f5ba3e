"""Reports: settlement sheets, discharge summaries, certificates, pathology reports and prescriptions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from hearth.doors.demo.papers.bill import Bill
from hearth.doors.demo.papers.capitals import in_capitals
from hearth.doors.demo.papers.said import (
    Column,
    Entry,
    entries,
    line_cells,
    money,
    print_entry,
    print_headings,
    print_row,
)
from hearth.doors.demo.papers.sheet import BLUE, INK, RED, Cell, Colour, Sheet

WIDTH, HEIGHT = 1654, 2339
LEFT, RIGHT = 110.0, WIDTH - 110.0


def _headed(bill: Bill, title: str, look: str, ink: Colour = INK, *, wide: int = WIDTH, high: int = HEIGHT,
            scale: float = 1.0) -> Sheet:  # fmt: skip
    sheet = Sheet(wide, high, scale)
    bold = "serif_bold" if look == "serif" else "sans_bold"
    run = sheet.text(wide / 2, 110, bill.hospital, 40, look=bold, ink=ink, align="middle")
    sheet.told("hospital.name", bill.hospital, run)
    sheet.told("title", title, sheet.text(wide / 2, 176, title, 36, look=bold, ink=ink, align="middle", gap=8))
    sheet.sample(wide / 2, high - 34, "middle", 15)
    return sheet


def _open(sheet: Sheet, shown: Sequence[Entry], y: float, *, across: int = 3, size: float = 23, look: str = "sans",
          step: float = 46, left: float = LEFT, right: float = RIGHT, ink: Colour = INK) -> float:  # fmt: skip
    """Entries in columns without rules; gives the y below them."""
    wide = (right - left) / across
    for place, entry in enumerate(shown):
        x = left + wide * (place % across)
        space = wide - sheet.measure(entry.label + "：", size, look) - 12
        print_entry(sheet, x, y + step * (place // across), entry, size, look=look, label_ink=ink, within=space)
    return y + step * ((len(shown) + across - 1) // across)


def _cells(sheet: Sheet, shown: Sequence[Entry], y: float, *, across: int = 2, size: float = 22, look: str = "sans",
           step: float = 52, ink: Colour = INK, share: float = 0.42) -> float:  # fmt: skip
    """Entries in a ruled table, each label in a cell of its own, as printed forms have them; gives the y below."""
    wide = (RIGHT - LEFT) / across
    rows = (len(shown) + across - 1) // across
    for place, entry in enumerate(shown):
        x, middle = LEFT + wide * (place % across), y + step * (place // across + 0.5)
        sheet.text(x + 12, middle, entry.label, size, look=look, ink=ink, within=wide * share - 20)
        if entry.text:
            run = sheet.text(x + wide * share + 12, middle, entry.text, size, look=look, within=wide * (1 - share) - 20)
            sheet.told(entry.key, entry.text, run, entry.value)
    for row in range(rows + 1):
        sheet.rule(LEFT, y + step * row, RIGHT, y + step * row, ink, 1.2)
    for column in range(across):
        for at in (0.0, share):
            x = LEFT + wide * (column + at)
            sheet.rule(x, y, x, y + step * rows, ink, 1.2)
    sheet.rule(RIGHT, y, RIGHT, y + step * rows, ink, 1.2)
    return y + step * rows


def _section(sheet: Sheet, y: float, label: str, text: str, key: str | None, size: float = 23, look: str = "sans",
             left: float = LEFT, right: float = RIGHT) -> float:  # fmt: skip
    """A label with a text that runs over as many rows as it takes; gives the y below."""
    bold = "serif_bold" if look == "serif" else "sans_bold"
    sheet.text(left, y, label + "：", size, look=bold)
    x = left + sheet.measure(label + "：", size, bold) + 6
    runs, below = sheet.wrapped(x, y, text, right - x, size, look=look, step=1.75)
    if key and runs:
        sheet.told(key, text, runs)
    return below + size * 0.5


# --- settlement ------------------------------------------------------------------------------------------------------

_SETTLED_WHO = ("payer", "sex", "年龄", "insurance_type", "insurance_no", "hospital.level", "hospital.clinic",
                "stay_no", "visit_no", "admitted_on", "discharged_on", "visited_on", "days", "issued_on")  # fmt: skip
_SETTLED_SUMS = ("total", "本次医保范围内金额", "自付二", "own_outside", "起付金额", "fund", "other_public", "自付一",
                 "own_inside", "account", "cash", "超封顶金额")  # fmt: skip


def settlement_sheet(bill: Bill, layout: str, scale: float = 1.0) -> list[Sheet]:
    """The settlement sheet of social insurance: sums by heading and who paid."""
    ruled = layout == "table"
    look = "sans" if ruled else "serif"
    title = "医疗保险住院费用结算单" if bill.stay else "医疗保险门诊费用结算单"
    names = {"payer": "姓名", "issued_on": "结算日期", "total": "医疗费用总额"}
    if not ruled:
        names |= {"fund": "统筹基金支付", "own_outside": "自费", "cash": "现金支付"}
    said = entries(bill, "dashes" if ruled else "slashes", names)
    sheet = _headed(bill, title, look, scale=scale)
    who = [said[key] for key in _SETTLED_WHO if key in said]
    who.append(Entry("出院诊断" if bill.stay else "诊断", "诊断", bill.disease[0], bill.disease[0]))
    who.append(Entry("疾病编码", "icd", bill.disease[1], bill.disease[1]))
    y = _cells(sheet, who, 250, look=look) if ruled else _open(sheet, who, 260, look=look)
    y = _sums_by_heading(sheet, bill, y + 40, look, ruled)
    words = in_capitals(bill.total)
    sums = [said[key] for key in _SETTLED_SUMS if key in said]
    y = _cells(sheet, sums, y + 40, look=look) if ruled else _open(sheet, sums, y + 70, look=look)
    sheet.label(LEFT + 12, y + 44, "费用总额（大写）：", words, "total_in_words", 23, look=look)
    print_entry(sheet, LEFT + 12, y + 104, said["收款人"]._replace(label="经办人"), 22, look=look)
    print_entry(sheet, WIDTH * 0.45, y + 104, said["复核人"], 22, look=look)
    sheet.stamp(RIGHT - 220, y + 90, bill.hospital, "医保结算专用（样）", wide=320, high=210)
    return [sheet]


def _sums_by_heading(sheet: Sheet, bill: Bill, y: float, look: str, ruled: bool) -> float:
    """Sums by heading with what is inside the scheme, in part and outside."""
    columns = (
        Column("name", "费用项目", LEFT + 12, 360), Column("amount", "金额", 500, 220, "right"),
        Column("甲", "甲类", 760, 200, "right"), Column("乙", "乙类", 1000, 200, "right"),
        Column("丙", "丙类（自费）", 1260, 260, "right"),
    )  # fmt: skip
    step = 44.0
    print_headings(sheet, y + step / 2, columns, 22, look=look)
    sums = bill.headings()
    for place, (heading, fen) in enumerate(sums.items()):
        cells = {"name": (heading, heading), "amount": (money(fen), money(fen))}
        for scheme in "甲乙丙":
            part = sum(one.amount for one in bill.lines if one.item.heading == heading and one.item.scheme == scheme)
            cells[scheme] = (money(part), money(part))
        print_row(sheet, y + step * (place + 1.5), columns, cells, 21, look=look)
    rows = len(sums) + 1
    for row in range(rows + 1) if ruled else (0, 1, rows):
        sheet.rule(LEFT, y + step * row, RIGHT, y + step * row, INK, 1.2)
    return y + step * rows


# --- what doctors write ----------------------------------------------------------------------------------------------

_PATIENT = ("payer", "sex", "年龄", "hospital.clinic", "stay_no", "visit_no", "record_no", "admitted_on", "visited_on",
            "discharged_on", "days")  # fmt: skip


def discharge_summary(bill: Bill, layout: str, scale: float = 1.0) -> list[Sheet]:
    """What the ward writes at the end of a stay."""
    ruled = layout == "form"
    look = "serif" if ruled else "sans"
    said = entries(bill, "dashes" if ruled else "signs", {"payer": "姓名", "hospital.clinic": "科室"})
    title = ("出院记录" if ruled else "出院小结") if bill.stay else "门诊小结"
    sheet = _headed(bill, title, look, scale=scale)
    who = [said[key] for key in _PATIENT if key in said]
    y = _cells(sheet, who, 250, across=3, look=look, share=0.36) if ruled else _open(sheet, who, 260, look=look)
    first, second = bill.disease, bill.second
    drugs = [line.item.name for line in bill.lines if line.item.heading in ("西药费", "中成药费")][:4]
    done = [line.item.name for line in bill.lines if line.item.heading in ("检查费", "化验费", "手术费", "治疗费")][:5]
    y += 40
    for label, key, text in (
        ("入院诊断", "入院诊断", first[0]),
        ("出院诊断", "出院诊断", f"1.{first[0]}（{first[1]}） 2.{second[0]}（{second[1]}）"),
        ("入院情况", None, f"患者因身体不适{2 + bill.age % 9}天就诊，神志清楚，精神尚可，体温36.{bill.age % 9}℃，"
                       f"脉搏{70 + bill.age % 20}次/分，血压{118 + bill.age % 30}/{72 + bill.age % 14}mmHg，"
                       "心肺听诊无明显异常。"),
        ("诊疗经过", None, "入院后完善" + ("、".join(done) or "相关检查") + "等，给予" + ("、".join(drugs) or "对症") +
                       "等治疗，病情逐步好转，未见不良反应。"),
        ("出院情况", None, "患者一般情况良好，生命体征平稳，症状较前明显缓解，切口无红肿渗出。"),
        ("出院医嘱", None, "1.注意休息，清淡饮食，避免劳累。2.按时服药，" + ("、".join(drugs[:2]) or "遵医嘱") +
                       "。3.两周后门诊复查，如有不适随时就诊。"),
    ):  # fmt: skip
        y = _section(sheet, y, label, text, key, 24, look)
    _signed(
        sheet, bill, y + 60, look, "出院证明专用章（样）", bill.to_on.isoformat() if ruled else said["issued_on"].text
    )
    return [sheet]


def diagnosis_certificate(bill: Bill, layout: str, scale: float = 1.0) -> list[Sheet]:
    """A doctor's certificate of a diagnosis: half a page."""
    boxed = layout == "boxed"
    look = "sans" if boxed else "serif"
    said = entries(bill, "signs" if boxed else "dashes", {"payer": "姓名", "hospital.clinic": "科别"})
    sheet = _headed(bill, "疾病诊断证明书" if boxed else "诊断证明书", look, high=1170, scale=scale)
    if boxed:
        sheet.frame(70, 60, WIDTH - 70, 1100, BLUE, 3)
    sheet.text(RIGHT, 232, "编号：", 22, look=look, align="right")
    who = [said[key] for key in ("payer", "sex", "年龄", "hospital.clinic", "visit_no", "stay_no", "visited_on",
        "admitted_on",
                                 "discharged_on") if key in said]  # fmt: skip
    y = _open(sheet, who, 290, look=look, size=25, step=56) + 26
    y = _section(sheet, y, "诊断", f"{bill.disease[0]}；{bill.second[0]}", "诊断", 26, look)
    days = 3 + bill.age % 25
    y = _section(sheet, y, "处理意见", f"建议休息{days}天，门诊随诊，病情变化及时复诊。", "处理意见", 26, look)
    _signed(sheet, bill, y + 50, look, "诊断证明专用章（样）", said["issued_on"].text)
    sheet.text(LEFT, 1080 if boxed else 1100, "此证明未加盖公章无效", 18, look=look)
    return [sheet]


def pathology(bill: Bill, layout: str, scale: float = 1.0) -> list[Sheet]:
    """A report of what was seen under the microscope."""
    ruled = layout == "ruled"
    look = "sans" if ruled else "serif"
    on = bill.from_on + timedelta(days=min(2, bill.days))
    said = entries(bill, "dashes", {"payer": "姓名", "hospital.clinic": "送检科室"})
    sheet = _headed(bill, "病理检查报告单" if ruled else "病理诊断报告书", look, scale=scale)
    number = f"{on:%Y}{bill.record_no[:5]}"
    who = [
        said[key]
        for key in ("payer", "sex", "年龄", "hospital.clinic", "stay_no", "visit_no", "record_no")
        if key in said
    ]
    who += [
        Entry("病理号", "病理号", number, number),
        Entry("送检日期", "送检日期", bill.from_on.isoformat(), bill.from_on.isoformat()),
    ]
    y = _cells(sheet, who, 250, across=3, look=look, share=0.36) if ruled else _open(sheet, who, 260, look=look)
    for x in (LEFT + 40, WIDTH / 2 + 20):
        sheet.band(x, y + 40, x + 580, y + 420, (226, 198, 214))
        for place in range(90):
            turn = (place * 7919 + int(bill.record_no) + int(x)) % 10_000
            cx, cy, r = x + 20 + turn * 540 / 10_000, y + 60 + turn * 37 % 340, 7 + turn % 9
            sheet.pen.ellipse(
                [sheet.px(cx - r), sheet.px(cy - r), sheet.px(cx + r), sheet.px(cy + r)], fill=(134, 78, 150)
            )
    y += 470
    for label, key, text in (
        ("送检标本", "送检标本", "组织一块，大小1.2cm×0.8cm×0.5cm，固定液为10%中性福尔马林。"),
        ("肉眼所见", None, "灰白灰红色组织一块，切面灰白，质中，未见明显坏死及出血。"),
        ("镜下所见", None, "镜下见细胞排列较规则，间质内散在淋巴细胞浸润，局部纤维组织增生，核分裂象少见。"),
        ("病理诊断", "病理诊断", f"结合临床，符合{bill.disease[0]}。"),
    ):
        y = _section(sheet, y, label, text, key, 24, look)
    _signed(sheet, bill, y + 60, look, "病理报告专用章（样）", on.isoformat())
    return [sheet]


def prescription(bill: Bill, layout: str, scale: float = 1.0) -> list[Sheet]:
    """A prescription with its drugs, quantities and how to take them."""
    wide, high = 1170, 1654
    green = layout == "tinted"
    look = "sans" if green else "serif"
    said = entries(bill, "dashes" if green else "signs", {"payer": "姓名", "hospital.clinic": "科别"})
    sheet = _headed(bill, "处方笺" if green else "门诊处方笺", look, wide=wide, high=high, scale=scale)
    left, right = 80.0, wide - 80.0
    sheet.text(right, 60, "普通", 26, look=look, align="right", ink=RED if green else INK)
    who = [
        said[key]
        for key in ("payer", "sex", "年龄", "hospital.clinic", "visit_no", "stay_no", "insurance_type")
        if key in said
    ]
    who.append(
        Entry(
            "开具日期",
            "issued_on",
            said["visited_on" if "visited_on" in said else "admitted_on"].text,
            bill.from_on.isoformat(),
        )
    )
    y = _open(sheet, who, 250, across=2, look=look, left=left, right=right, step=44)
    y = _section(sheet, y + 6, "临床诊断", bill.disease[0], "诊断", 23, look, left, right)
    sheet.rule(left, y, right, y)
    sheet.text(left, y + 40, "Rp.", 34, look="serif_bold")
    columns = (Column("name", "", left + 30, 430), Column("spec", "", left + 480, 250), Column("quantity", "",
        left + 750, 80, "right"),
               Column("unit", "", left + 850, 60), Column("amount", "", right - 110, 110, "right"))  # fmt: skip
    y += 90
    drugs = [line for line in bill.lines if line.item.heading in ("西药费", "中成药费", "中草药费")][:6]
    for place, line in enumerate(drugs):
        print_row(sheet, y, columns, line_cells(line), 22, look=look)
        ways = ("口服 每日三次 每次1片", "口服 每日一次 每次1片", "静脉滴注 每日一次", "口服 每日两次 饭后")
        sheet.text(left + 60, y + 38, "用法：" + ways[(place + bill.age) % 4], 20, look=look)
        y += 88
    sheet.text(left + 30, y, "（以下空白）", 20, look=look)
    foot = high - 250
    sheet.rule(left, foot, right, foot)
    total = sum(line.amount for line in drugs)
    sheet.fields["药品金额"] = Cell(money(total), money(total), [])
    sheet.text(left, foot + 44, "药品金额：", 22, look=look)
    x = left + sheet.measure("药品金额：", 22, look)
    sheet.told("药品金额", money(total), sheet.text(x, foot + 44, money(total), 22, look=look))
    for place, (label, name) in enumerate((("医师", bill.doctor), ("审核", bill.checker), ("调配", bill.cashier))):
        sheet.label(
            left + 330 * place, foot + 100, label + "：", name, label if label == "医师" else None, 22, look=look
        )
    sheet.stamp(right - 170, foot + 60, bill.hospital, "处方专用（样）", wide=240, high=150)
    return [sheet]


def _signed(sheet: Sheet, bill: Bill, y: float, look: str, stamp: str, day: str) -> None:
    """The doctor's name, the day and the stamp across both."""
    sheet.label(WIDTH * 0.58, y, "医师签名：", bill.doctor, "医师", 24, look=look)
    sheet.label(WIDTH * 0.58, y + 54, "日期：", day, None, 24, look=look)
    sheet.stamp(WIDTH * 0.72, y + 34, bill.hospital, stamp, wide=340, high=220, strength=160)


REPORTS: dict[str, Callable[[Bill, str, float], list[Sheet]]] = {
    "settlement_sheet": settlement_sheet,
    "discharge_summary": discharge_summary,
    "diagnosis_certificate": diagnosis_certificate,
    "pathology": pathology,
    "prescription": prescription,
}
"""Papers of this file, by kind."""
