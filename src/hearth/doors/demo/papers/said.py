"""Said: what a paper calls a fact and how it prints it, with the value that is meant: one entry a fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from hearth.doors.demo.papers.bill import Bill, Line
from hearth.doors.demo.papers.sheet import INK, Cell, Colour, Sheet


class Entry(NamedTuple):
    """A fact as it is printed: its label, its key in the truth, the text, the value."""

    label: str
    key: str
    text: str
    value: str


def money(fen: int) -> str:
    """Fen as papers print them and as the truth holds them: 123456 is 1234.56."""
    return f"{fen // 100}.{fen % 100:02d}"


def amount(number: Decimal) -> str:
    """A quantity without needless zeros."""
    return f"{number.normalize():f}"


DAY_FORMS: Mapping[str, Callable[[date], str]] = {
    "dashes": lambda day: f"{day:%Y-%m-%d}",
    "signs": lambda day: f"{day.year}年{day.month:02d}月{day.day:02d}日",
    "bare": lambda day: f"{day:%Y%m%d}",
    "slashes": lambda day: f"{day.year}/{day.month:02d}/{day.day:02d}",
    "dots": lambda day: f"{day.year}.{day.month:02d}.{day.day:02d}",
}
"""Ways in which days are printed."""


def entries(bill: Bill, days: str, names: Mapping[str, str] | None = None) -> dict[str, Entry]:
    """Every fact of a bill that papers print beside a label, by its key; `names` are labels other than the usual."""
    day = DAY_FORMS[days]
    stay = f"{day(bill.from_on)}至{day(bill.to_on)}"
    plain: tuple[tuple[str, str, str], ...] = (
        ("title", "票据名称", ""),
        ("code", "票据代码", bill.code),
        ("number", "票据号码", bill.number),
        ("check_code", "校验码", bill.check_code),
        ("payer", "交款人", bill.person.name),
        ("sex", "性别", bill.person.sex),
        ("年龄", "年龄", f"{bill.age}岁"),
        ("business_no", "业务流水号", bill.business_no),
        ("record_no", "病历号", bill.record_no),
        ("医疗机构类型", "医疗机构类型", bill.kind_of_hospital),
        ("hospital.level", "医院等级", bill.level),
        ("hospital.name", "收款单位", bill.hospital),
        ("hospital.clinic", "科别", bill.clinic),
        ("insurance_type", "医保类型", bill.insurance),
        ("insurance_no", "医保编号", bill.person.insurance_no if bill.settled else ""),
        ("收款人", "收款人", bill.cashier),
        ("复核人", "复核人", bill.checker),
        ("结算方式", "结算方式", "医保结算" if bill.settled else "自费结算"),
    )
    made = {key: Entry(label, key, text, text) for key, label, text in plain}
    for key, label, on in (
        ("issued_on", "开票日期", bill.issued_on),
        *((("admitted_on", "入院日期", bill.from_on), ("discharged_on", "出院日期", bill.to_on)) if bill.stay else ()),
        *(() if bill.stay else (("visited_on", "就诊日期", bill.from_on),)),
    ):
        made[key] = Entry(label, key, day(on), on.isoformat())
    if bill.stay:
        made["stay_no"] = Entry("住院号", "stay_no", bill.visit_no, bill.visit_no)
        made["stay"] = Entry("住院时间", "stay", stay, f"{bill.from_on}/{bill.to_on}")
        made["days"] = Entry("住院天数", "days", str(bill.days), str(bill.days))
    else:
        made["visit_no"] = Entry("门诊号", "visit_no", bill.visit_no, bill.visit_no)
    outstanding = max(0, bill.account + bill.cash - bill.prepaid) if bill.stay else 0
    back = max(0, bill.prepaid - bill.cash) if bill.stay else 0
    for key, label, fen in (
        ("total", "金额合计", bill.total),
        ("fund", "医保统筹基金支付", bill.fund),
        ("other_public", "其他支付", bill.other),
        ("account", "个人账户支付", bill.account),
        ("cash", "个人现金支付", bill.cash),
        ("own_inside", "个人自付", bill.own_inside),
        ("own_outside", "个人自费", bill.own_outside),
        ("自付一", "自付一", bill.own_one),
        ("自付二", "自付二", bill.own_two),
        ("起付金额", "起付金额", bill.threshold),
        ("超封顶金额", "超封顶金额", 0),
        (
            "本次医保范围内金额",
            "本次医保范围内金额",
            bill.total - bill.own_outside - bill.own_two if bill.settled else 0,
        ),
        ("预缴金额", "预缴金额", bill.prepaid),
        ("补缴金额", "补缴金额", outstanding if bill.prepaid < bill.cash else 0),
        ("退费金额", "退费金额", back),
    ):
        made[key] = Entry(label, key, money(fen), money(fen))
    for key, label in (names or {}).items():
        if key in made:
            made[key] = made[key]._replace(label=label)
    return made


def print_entry(
    sheet: Sheet, x: float, y: float, entry: Entry, size: float = 21, *, sign: str = "：", look: str = "sans",
    ink: Colour = INK, label_ink: Colour | None = None, gap: float = 0, within: float = 0,
) -> float:  # fmt: skip
    """Print an entry; gives the x after it."""
    return sheet.label(
        x, y, entry.label + sign, entry.text, entry.key, size,
        value=entry.value, look=look, ink=ink, label_ink=label_ink, gap=gap, within=within,
    )  # fmt: skip


def line_cells(line: Line) -> dict[str, tuple[str, str]]:
    """What the cells of a line print and mean, by their names in the truth."""
    own = f"{line.own_bp // 100}%"
    return {
        "name": (line.item.name, line.item.name),
        "category": (line.item.heading, line.item.heading),
        "spec": (line.item.spec, line.item.spec),
        "quantity": (amount(line.quantity), amount(line.quantity)),
        "unit": (line.item.unit, line.item.unit),
        "price": (money(line.price), money(line.price)),
        "amount": (money(line.amount), money(line.amount)),
        "on": (f"{line.on:%Y-%m-%d}", line.on.isoformat()),
        "scheme": (line.item.scheme, line.item.scheme),
        "own_share": (own, own),
        "out_of_scope": (money(line.own), money(line.own)),
    }


class Column(NamedTuple):
    """A column of a list: the name of its cells in the truth, its heading, where it stands, how it is aligned."""

    cell: str
    heading: str
    x: float
    width: float
    align: str = "left"

    @property
    def at(self) -> float:
        """Where its text is set from."""
        return self.x + (0 if self.align == "left" else self.width if self.align == "right" else self.width / 2)


def print_row(
    sheet: Sheet, y: float, columns: tuple[Column, ...], cells: Mapping[str, tuple[str, str]], size: float = 20,
    *, look: str = "sans", shift: float = 0, keep: bool = True,
) -> None:  # fmt: skip
    """Print a line in columns and remember it as a line of the paper."""
    told: dict[str, Cell] = {}
    for column in columns:
        text, value = cells.get(column.cell, ("", ""))
        if text:
            run = sheet.text(
                column.at + shift, y, text, size, look=look, align=column.align, within=column.width
            )  # fmt: skip
            told[column.cell] = Cell(text, value, [run])
    if keep:
        sheet.lines.append(told)


def print_headings(
    sheet: Sheet, y: float, columns: tuple[Column, ...], size: float = 20, *, look: str = "sans", ink: Colour = INK,
    shift: float = 0,
) -> None:  # fmt: skip
    """Print the headings of columns."""
    for column in columns:
        if column.heading:
            sheet.text(column.at + shift, y, column.heading, size, look=look, ink=ink, align=column.align)
