"""Invoice: medical e-invoices (医疗电子票据) in the manner of several places, of visits and of stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

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
from hearth.doors.demo.papers.sheet import BLUE, BROWN, GREY, INK, RED, Colour, Sheet

WIDTH, HEIGHT = 1654, 1180

_MONEY_KEYS = ("fund", "other_public", "account", "cash", "own_inside", "own_outside")


@dataclass(frozen=True)
class Style:
    """The manner of one place."""

    visit_title: str
    stay_title: str
    body: str
    """How lines are set: headings in two columns, details in one, or details in two."""
    look: str = "sans"
    colour: Colour = BROWN
    days: str = "dashes"
    head_days: str = "signs"
    names: dict[str, str] = field(default_factory=dict)
    visit_info: tuple[str, ...] = ()
    stay_info: tuple[str, ...] = ()
    across: int = 4
    """Entries in a row of the other facts."""
    yuan: str = "元"
    sign: str = "："
    head: str = "pairs"
    code_at: str = "left"
    size: float = 20


_NATIONAL_VISIT = ("business_no", "visit_no", "visited_on", "医疗机构类型", "insurance_type", "insurance_no", "sex",
                   "fund", "other_public", "account", "cash", "own_inside", "own_outside")  # fmt: skip
_NATIONAL_STAY = ("business_no", "record_no", "stay_no", "hospital.clinic", "stay", "预缴金额", "补缴金额", "退费金额",
                  "医疗机构类型", "insurance_type", "insurance_no", "sex", "fund", "other_public", "account", "cash",
                  "own_inside", "own_outside")  # fmt: skip
_BEIJING = ("business_no", "visited_on", "admitted_on", "discharged_on", "days", "hospital.clinic", "医疗机构类型",
            "insurance_type", "insurance_no", "sex", "本次医保范围内金额", "fund", "other_public", "account", "cash",
            "自付一", "自付二", "起付金额", "超封顶金额", "own_inside", "own_outside")  # fmt: skip

STYLES: dict[str, Style] = {
    "shanghai": Style(
        "上海市医疗门急诊收费票据（电子）", "上海市医疗住院收费票据（电子）", "headings",
        visit_info=_NATIONAL_VISIT, stay_info=_NATIONAL_STAY,
    ),
    "beijing": Style(
        "北京市医疗门诊收费票据（电子）", "北京市医疗住院收费票据（电子）", "details", colour=RED, look="serif",
        names={"fund": "基金支付", "cash": "个人支付金额", "own_outside": "自费"},
        visit_info=_BEIJING, stay_info=_BEIJING, days="bare", head_days="dashes", code_at="right",
    ),
    "zhejiang": Style(
        "浙江省医疗门诊收费票据（电子）", "浙江省医疗住院收费票据（电子）", "both", colour=BROWN,
        names={"hospital.name": "收款单位（章）"},
        visit_info=_NATIONAL_VISIT, stay_info=_NATIONAL_STAY, across=3, head_days="dashes",
    ),
    "national": Style(
        "医疗门诊收费票据（电子）", "医疗住院收费票据（电子）", "headings", look="serif", colour=BLUE, sign=":",
        visit_info=_NATIONAL_VISIT, stay_info=_NATIONAL_STAY, across=3, days="signs", yuan="圆",
    ),
    "guangdong": Style(
        "广东省医疗收费票据（电子）", "广东省医疗住院收费票据（电子）", "two_details", colour=BROWN,
        names={"fund": "医保统筹基金支付", "visited_on": "就诊时间"},
        visit_info=(*_NATIONAL_VISIT[:3], "hospital.clinic", *_NATIONAL_VISIT[3:]), stay_info=_NATIONAL_STAY,
        head="right", head_days="dashes",
    ),
    "jiangsu": Style(
        "江苏省医疗门诊收费票据（电子）", "江苏省医疗住院收费票据（电子）", "details", colour=BLUE, look="serif",
        visit_info=_NATIONAL_VISIT, stay_info=_NATIONAL_STAY, across=4, days="slashes", head_days="signs",
    ),
    "sichuan": Style(
        "四川省医疗门诊收费票据（电子）", "四川省医疗住院收费票据（电子）", "both", colour=INK, sign=":",
        visit_info=_NATIONAL_VISIT, stay_info=_NATIONAL_STAY, across=3, head="right", head_days="dashes",
        yuan="圆", code_at="right",
    ),
}  # fmt: skip
"""Layouts of e-invoices, by name."""


def invoice(bill: Bill, layout: str, scale: float = 1.0, *, still: bool = False) -> list[Sheet]:
    """The e-invoice of a bill: one page; `still` leaves the code as it was drawn first (a picture for show)."""
    style = STYLES[layout]
    sheet = Sheet(WIDTH, HEIGHT, scale)
    said = entries(bill, style.days, style.names)
    head = entries(bill, style.head_days, style.names)
    bottom = _BODIES[style.body](sheet, bill, style, _heads(sheet, bill, style, head, still))
    y = _sums(sheet, bill, style, bottom)
    _info(sheet, style, said, style.stay_info if bill.stay else style.visit_info, y)
    _foot(sheet, style, said)
    return [sheet]


def payload(bill: Bill) -> str:
    """What the code on an e-invoice says: version, kind, code, number, check code, day, total."""
    kind, day = "02" if bill.stay else "01", f"{bill.issued_on:%Y%m%d}"
    return ",".join(("01", kind, bill.code, bill.number, bill.check_code, day, money(bill.total)))


def _heads(sheet: Sheet, bill: Bill, style: Style, said: dict[str, Entry], still: bool) -> float:
    title = style.stay_title if bill.stay else style.visit_title
    run = sheet.text(WIDTH / 2, 74, title, 40, look="serif_bold" if style.look == "serif" else "sans_bold",
                     ink=style.colour, align="middle", gap=3)  # fmt: skip
    sheet.told("title", title, run)
    sheet.stamp(WIDTH / 2, 118, "全国财政票据样张监制", "样 张", wide=250, high=150, strength=170)
    code_x = 60 if style.code_at == "left" else WIDTH - 60 - 118
    sheet.code(code_x, 26, 118, payload(bill), still=still)
    left, right = 70.0, WIDTH - 520.0
    options: dict[str, Any] = {"look": style.look, "label_ink": style.colour, "sign": style.sign}
    if style.head == "pairs":
        rows = (
            (("code", left), ("number", right)),
            (("payer", left), ("check_code", right)),
            ((None, left), ("issued_on", right)),
        )
        for place, row in enumerate(rows):
            y = 172 + place * 36
            for key, x in row:
                if key is None:
                    sheet.text(x, y, "交款人统一社会信用代码" + style.sign, 21, look=style.look, ink=style.colour)
                else:
                    print_entry(sheet, x, y, said[key], 21, **options)
        return 268
    for place, key in enumerate(("code", "number", "check_code", "issued_on")):
        print_entry(sheet, right + (0 if style.code_at == "left" else -90), 136 + place * 32, said[key], 20, **options)
    print_entry(sheet, left, 200, said["payer"], 22, **options)
    sheet.text(left, 232, "交款人统一社会信用代码" + style.sign, 20, look=style.look, ink=style.colour)
    return 268


# --- the lines -------------------------------------------------------------------------------------------------------


def _headings(sheet: Sheet, bill: Bill, style: Style, top: float) -> float:
    """Sums by heading, in two columns side by side."""
    columns = (
        Column("name", "项目名称", 90, 290),
        Column("quantity", "数量/单位", 400, 120, "middle"),
        Column("amount", "金额（元）", 540, 160, "right"),
        Column("note", "备注", 720, 80, "middle"),
    )
    return _summed(sheet, bill, style, top, columns, 10)


def _summed(sheet: Sheet, bill: Bill, style: Style, top: float, columns: tuple[Column, ...], least: int) -> float:
    sums = list(bill.headings().items())
    rows = max(least, (len(sums) + 1) // 2)
    step = 36
    bottom = top + step * (rows + 1) + 10
    sheet.frame(60, top, WIDTH - 60, bottom, style.colour)
    sheet.rule(60, top + step, WIDTH - 60, top + step, style.colour)
    half = (WIDTH - 120) / 2
    sheet.rule(60 + half, top, 60 + half, bottom, style.colour)
    for shift in (0.0, half):
        print_headings(sheet, top + step / 2 + 2, columns, 20, look=style.look, ink=style.colour, shift=shift)
    for place, (heading, fen) in enumerate(sums):
        shift, row = (0.0, place) if place < rows else (half, place - rows)
        cells = {"name": (heading, heading), "amount": (money(fen), money(fen))}
        print_row(sheet, top + step * (row + 1.5) + 4, columns, cells, 20, look=style.look, shift=shift)
    return bottom


def _details(sheet: Sheet, bill: Bill, style: Style, top: float) -> float:
    """Every item in one column with its quantity, unit and amount."""
    columns = (
        Column("name", "项目名称", 84, 560),
        Column("spec", "规格", 660, 230),
        Column("quantity", "数量", 900, 110, "right"),
        Column("unit", "单位", 1040, 90, "middle"),
        Column("price", "单价", 1150, 150, "right"),
        Column("amount", "金额（元）", 1330, 220, "right"),
    )
    return _itemised(sheet, bill, style, top, columns, 440)


def _two_details(sheet: Sheet, bill: Bill, style: Style, top: float) -> float:
    """Every item, in two columns side by side."""
    columns = (
        Column("name", "项目名称", 80, 340),
        Column("quantity", "数量", 430, 80, "right"),
        Column("unit", "单位", 526, 60, "middle"),
        Column("amount", "金额(元)", 610, 190, "right"),
    )
    half = (WIDTH - 120) / 2
    rows = max(9, (len(bill.lines) + 1) // 2)
    step = min(38.0, 440 / (rows + 1))
    bottom = top + step * (rows + 1) + 8
    sheet.frame(60, top, WIDTH - 60, bottom, style.colour, 2.4)
    for shift in (0.0, half):
        print_headings(sheet, top + step / 2 + 2, columns, 20, look=style.look, ink=style.colour, shift=shift)
    sheet.rule(60, top + step, WIDTH - 60, top + step, style.colour)
    for place, line in enumerate(bill.lines):
        shift, row = (half, place // 2) if place % 2 else (0.0, place // 2)
        print_row(sheet, top + step * (row + 1.5) + 2, columns, line_cells(line), min(20, step * 0.68), look=style.look,
                  shift=shift)  # fmt: skip
    return bottom


def _both(sheet: Sheet, bill: Bill, style: Style, top: float) -> float:
    """Sums by heading in a row of cells, then the items under them."""
    sums = list(bill.headings().items())
    across = 5
    rows = (len(sums) + across - 1) // across
    width = (WIDTH - 120) / across
    bottom = top + 34 * rows + 6
    sheet.frame(60, top, WIDTH - 60, bottom, style.colour)
    for place, (heading, fen) in enumerate(sums):
        x, y = 60 + width * (place % across), top + 20 + 34 * (place // across)
        sheet.text(x + 12, y, heading, 18, look=style.look, ink=style.colour)
        sheet.text(x + width - 14, y, money(fen), 18, look=style.look, align="right")
    columns = (
        Column("name", "收费项目", 84, 520),
        Column("quantity", "数量", 640, 120, "right"),
        Column("unit", "单位", 800, 90, "middle"),
        Column("amount", "金额", 930, 190, "right"),
        Column("scheme", "医保类别", 1180, 120, "middle"),
        Column("own_share", "自付比例", 1370, 140, "middle"),
    )
    return _itemised(sheet, bill, style, bottom + 8, columns, 440 - 34 * rows)


def _itemised(sheet: Sheet, bill: Bill, style: Style, top: float, columns: tuple[Column, ...], room: float) -> float:
    step = min(36.0, room / (len(bill.lines) + 1.4))
    bottom = top + max(room, step * (len(bill.lines) + 1.4))
    sheet.frame(60, top, WIDTH - 60, bottom, style.colour)
    head = max(step, 26)
    sheet.rule(60, top + head, WIDTH - 60, top + head, style.colour)
    print_headings(sheet, top + head / 2 + 1, columns, min(20, head * 0.72), look=style.look, ink=style.colour)
    step = min(step, (bottom - top - head) / len(bill.lines))
    for place, line in enumerate(bill.lines):
        y = top + head + step * (place + 0.5) + 1
        print_row(sheet, y, columns, line_cells(line), min(20, step * 0.74), look=style.look)
    return bottom


_BODIES: dict[str, Callable[[Sheet, Bill, Style, float], float]] = {
    "headings": _headings, "details": _details, "two_details": _two_details, "both": _both,
}  # fmt: skip


# --- below the lines -------------------------------------------------------------------------------------------------


def _sums(sheet: Sheet, bill: Bill, style: Style, top: float) -> float:
    bottom = top + 46
    sheet.frame(60, top, WIDTH - 60, bottom, style.colour)
    words = in_capitals(bill.total).replace("元", style.yuan)
    y = top + 24
    x = sheet.label(
        84, y, "金额合计（大写）", words, "total_in_words", 22, look=style.look, label_ink=style.colour, gap=18
    )
    small = max(x + 60, WIDTH * 0.62)
    sheet.text(small, y, "（小写）", 22, look=style.look, ink=style.colour)
    small += sheet.measure("（小写）", 22, style.look) + 12
    sheet.told("total", money(bill.total), sheet.text(small, y, money(bill.total), 22, look=style.look))
    return bottom


def _info(sheet: Sheet, style: Style, said: dict[str, Entry], keys: tuple[str, ...], top: float) -> None:
    shown = [said[key] for key in keys if key in said]
    room = HEIGHT - 130 - top
    across = style.across
    rows = (len(shown) + across - 1) // across
    while room / rows < 25 and across < 5:
        across += 1
        rows = (len(shown) + across - 1) // across
    step = min(40.0, room / rows)
    size = min(style.size, step * 0.66)
    sheet.frame(60, top, WIDTH - 60, top + step * rows + 8, style.colour)
    strip = 92
    for place, sign in enumerate("其他信息"):
        sheet.text(60 + strip / 2, top + (step * rows + 8) * (place + 0.75) / 4.5, sign, size, look=style.look,
                   ink=style.colour, align="middle")  # fmt: skip
    sheet.rule(60 + strip, top, 60 + strip, top + step * rows + 8, style.colour)
    width = (WIDTH - 120 - strip) / across
    for place, entry in enumerate(shown):
        x = 60 + strip + 14 + width * (place % across)
        y = top + 6 + step * (place // across + 0.5)
        space = width - 18 - sheet.measure(entry.label + style.sign, size, style.look)
        print_entry(sheet, x, y, entry, size, sign=style.sign, look=style.look, label_ink=style.colour, within=space)


def _foot(sheet: Sheet, style: Style, said: dict[str, Entry]) -> None:
    y = HEIGHT - 66
    for key, x in (("hospital.name", 70), ("复核人", 860), ("收款人", 1230)):
        entry = said[key]
        if key == "hospital.name" and "章" not in entry.label:
            entry = entry._replace(label="收款单位（章）")
        print_entry(sheet, x, y, entry, 21, sign=style.sign, look=style.look, label_ink=style.colour)
    sheet.stamp(470, y - 30, said["hospital.name"].text, "收费专用章（样）", wide=250, high=160, strength=150)
    sheet.sample(WIDTH / 2, HEIGHT - 20, "middle", 14)
    sheet.text(WIDTH - 60, HEIGHT - 20, "电子票据打印件无需签章", 13, ink=GREY, align="right")
