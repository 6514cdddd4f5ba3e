"""Lists: itemised lists (费用清单) of visits and stays, over as many pages as their lines take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from hearth.doors.demo.papers.bill import Bill, Line
from hearth.doors.demo.papers.said import Column, entries, line_cells, money, print_entry, print_headings, print_row
from hearth.doors.demo.papers.sheet import BLUE, GREY, INK, Cell, Colour, Sheet


@dataclass(frozen=True)
class Style:
    """The manner of one system that prints lists."""

    title: str
    width: int
    height: int
    columns: tuple[tuple[str, str, int, str], ...]
    """Cell, heading, share of the width, alignment."""
    rows: int
    size: float
    ruled: str
    """cells, rows, stripes, none."""
    head: tuple[str, ...]
    daily: bool
    """Whether each day has lines of its own."""
    look: str = "sans"
    colour: Colour = INK
    across: int = 3
    sums: str = "合计金额"
    watermark: str = ""
    grouped: bool = False
    """Whether the headings stand as rows of their own, with their sums."""


def _columns_of(rows: str) -> tuple[tuple[str, str, int, str], ...]:
    """A table of columns written as text: cell, heading, share of the width, alignment."""
    cells = [[cell.strip() for cell in row.split("|")] for row in rows.strip().splitlines()]
    return tuple((name, heading, int(share), align) for name, heading, share, align in cells)


_WHO = ("payer", "sex", "年龄", "stay_no", "visit_no", "hospital.clinic")
_WHEN = ("admitted_on", "visited_on", "discharged_on")

STYLES: dict[str, Style] = {
    "ruled": Style(
        "住院病人费用清单", 1654, 2339, _columns_of(
            """
            on | 日期 | 13 | left
            category | 费用类别 | 11 | left
            name | 项目名称 | 27 | left
            spec | 规格 | 13 | left
            unit | 单位 | 6 | middle
            price | 单价 | 9 | right
            quantity | 数量 | 7 | right
            amount | 金额 | 11 | right
            scheme | 类别 | 6 | middle
            """
        ),
        rows=36, size=20, ruled="cells", head=(*_WHO, *_WHEN, "insurance_type"), daily=True,
    ),
    "plain": Style(
        "收费明细清单", 1654, 2339, _columns_of(
            """
            name | 收费项目 | 34 | left
            spec | 规格 | 16 | left
            quantity | 数量 | 9 | right
            unit | 单位 | 8 | middle
            price | 单价(元) | 13 | right
            amount | 金额(元) | 16 | right
            """
        ),
        rows=44, size=21, ruled="none", head=("payer", "stay_no", "visit_no", *_WHEN), daily=False,
        look="serif", sums="总金额", grouped=True,
    ),
    "dense": Style(
        "患者费用明细清单", 1654, 2339, _columns_of(
            """
            name | 项目名称 | 30 | left
            spec | 规格/型号 | 14 | left
            on | 费用日期 | 12 | left
            unit | 单位 | 6 | middle
            quantity | 数量 | 7 | right
            price | 单价 | 9 | right
            amount | 金额 | 10 | right
            own_share | 自付比例 | 8 | right
            """
        ),
        rows=60, size=17, ruled="rows",
        head=(*_WHO, "record_no", "stay", "visited_on", "insurance_type", "insurance_no"),
        daily=True, colour=BLUE, across=4, watermark="仅供测试",
    ),
    "striped": Style(
        "费用汇总清单", 2339, 1654, _columns_of(
            """
            category | 收费类别 | 12 | left
            name | 收费项目 | 28 | left
            spec | 规格 | 13 | left
            quantity | 数量 | 8 | right
            unit | 单位 | 7 | middle
            price | 单价 | 10 | right
            amount | 金额 | 11 | right
            scheme | 等级 | 6 | middle
            out_of_scope | 自理金额 | 10 | right
            """
        ),
        rows=26, size=24, ruled="stripes", head=(*_WHO, *_WHEN), daily=False, across=5, sums="总金额",
    ),
}  # fmt: skip
"""Layouts of itemised lists, by name."""


def itemised_list(bill: Bill, layout: str, scale: float = 1.0) -> list[Sheet]:
    """The itemised list of a bill, page after page; the total stands on the last."""
    style = STYLES[layout]
    rows = _grouped(bill) if style.grouped else list(_by_day(bill) if style.daily else bill.lines)
    pages = [rows[start : start + style.rows] for start in range(0, len(rows), style.rows)]
    return [_page(bill, style, page, place + 1, len(pages), scale) for place, page in enumerate(pages)]


def _by_day(bill: Bill) -> list[Line]:
    """Lines of a stay on the days on which they were given; every one still quantity times price."""
    made = []
    for line in bill.lines:
        times = int(line.quantity) if line.quantity == int(line.quantity) else 1
        days = min(times, bill.days) if bill.stay and line.item.unit != "克" else 1
        if days == 1:
            made.append(line)
            continue
        for day in range(days):
            quantity = Decimal(times // days + (1 if day < times % days else 0))
            on = bill.from_on + timedelta(days=day)
            made.append(replace(line, quantity=quantity, amount=int(quantity * line.price), on=on))
    return sorted(made, key=lambda line: line.on)


def _grouped(bill: Bill) -> list[Line | tuple[str, int]]:
    """Lines under the headings that sum them up."""
    made: list[Line | tuple[str, int]] = []
    for heading, fen in bill.headings().items():
        made.append((heading, fen))
        made.extend(line for line in bill.lines if line.item.heading == heading)
    return made


def _page(
    bill: Bill, style: Style, rows: Sequence[Line | tuple[str, int]], page: int, pages: int, scale: float
) -> Sheet:
    sheet = Sheet(style.width, style.height, scale)
    if style.watermark:
        sheet.watermark(style.watermark, 64, 22)
    left, right = 90.0, style.width - 90.0
    said = entries(bill, "dashes", {"payer": "姓名"})
    bold = "serif_bold" if style.look == "serif" else "sans_bold"
    title = style.title if bill.stay else style.title.replace("住院病人", "门诊病人")
    sheet.told(
        "hospital.name", bill.hospital, sheet.text(style.width / 2, 96, bill.hospital, 36, look=bold, align="middle")
    )
    sheet.told("title", title, sheet.text(style.width / 2, 150, title, 32, look=bold, align="middle", gap=6))
    shown = [said[key] for key in style.head if key in said]
    size = style.size + 1
    wide = (right - left) / style.across
    y = 206.0
    for place, entry in enumerate(shown):
        print_entry(sheet, left + wide * (place % style.across), y + 36 * (place // style.across), entry, size,
                    look=style.look, label_ink=style.colour)  # fmt: skip
    y += 36 * ((len(shown) + style.across - 1) // style.across) + 6
    columns, edges = _columns(style, left, right)
    step = min(style.size * 2.3, (style.height - 230 - y) / (style.rows + 1))
    bottom = _table(sheet, style, columns, edges, rows, y, step)
    y = bottom + 34
    if page == pages:
        x = left + 20
        sheet.text(x, y, style.sums + "：", size + 2, look=style.look)
        x += sheet.measure(style.sums + "：", size + 2, style.look)
        sheet.told("total", money(bill.total), sheet.text(x, y, money(bill.total), size + 2, look=style.look))
        if bill.settled:
            print_entry(sheet, style.width * 0.40, y, said["fund"], size, look=style.look)
            print_entry(sheet, style.width * 0.72, y, said["own_outside"], size, look=style.look)
        sheet.stamp(style.width * 0.78, y + 70, bill.hospital, "费用清单专用（样）", wide=300, high=190, strength=150)
    foot = f"第{page}页 共{pages}页"
    sheet.text(style.width / 2, style.height - 74, foot, 20, look=style.look, align="middle")
    print_entry(sheet, left, style.height - 74, said["issued_on"]._replace(label="打印日期"), 19, look=style.look)
    sheet.sample(style.width / 2, style.height - 34, "middle", 15)
    return sheet


def _columns(style: Style, left: float, right: float) -> tuple[tuple[Column, ...], list[float]]:
    whole = sum(share for _cell, _heading, share, _align in style.columns)
    x, made, edges = left, [], [left]
    for cell, heading, share, align in style.columns:
        width = (right - left) * share / whole
        made.append(Column(cell, heading, x + 8, width - 16, align))
        x += width
        edges.append(x)
    return tuple(made), edges


def _table(
    sheet: Sheet, style: Style, columns: tuple[Column, ...], edges: list[float],
    rows: Sequence[Line | tuple[str, int]], top: float, step: float,
) -> float:  # fmt: skip
    left, right = edges[0], edges[-1]
    bottom = top + step * (len(rows) + 1)
    if style.ruled == "stripes":
        sheet.band(left, top, right, top + step, (214, 224, 232))
        for place in range(1, len(rows), 2):
            sheet.band(left, top + step * (place + 1), right, top + step * (place + 2), (240, 243, 246))
    print_headings(sheet, top + step / 2 + 1, columns, style.size, look=style.look, ink=style.colour)
    if style.ruled == "cells":
        for place in range(len(rows) + 2):
            sheet.rule(left, top + step * place, right, top + step * place, style.colour, 1.2)
        for x in edges:
            sheet.rule(x, top, x, bottom, style.colour, 1.2)
    else:
        for y in (top, top + step, bottom):
            sheet.rule(left, y, right, y, style.colour, 1.6)
        if style.ruled == "rows":
            for place in range(2, len(rows) + 1):
                sheet.rule(left, top + step * place, right, top + step * place, GREY, 0.8)
    for place, row in enumerate(rows):
        y = top + step * (place + 1.5) + 1
        if isinstance(row, tuple):
            _heading_row(sheet, style, columns, row, y)
        else:
            print_row(sheet, y, columns, line_cells(row), style.size, look=style.look)
    return bottom


def _heading_row(sheet: Sheet, style: Style, columns: tuple[Column, ...], row: tuple[str, int], y: float) -> None:
    """A row that sums up a heading: it is a field of the page, not a line."""
    heading, fen = row
    bold = "serif_bold" if style.look == "serif" else "sans_bold"
    sheet.text(columns[0].at, y, f"【{heading}】", style.size, look=bold)
    last = columns[-1]
    run = sheet.text(last.at, y, "小计 " + money(fen), style.size, look=bold, align="right")
    sheet.fields[f"小计.{heading}"] = Cell(money(fen), money(fen), [run])
