"""Table: the lines of a list by its head: columns from the words of the head, lines from the rows below it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hearth.kernel.documents.reading.beside import told
from hearth.kernel.documents.reading.found import Found, Line
from hearth.kernel.documents.reading.label import places
from hearth.kernel.documents.reading.row import Mark, Piece, Row, box_of, plain
from hearth.words.papers import Box, Run

MAX_LINES = 400
"""The most lines of one page."""

HEADS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # cell, kind of its value, what heads say
    ("name", "text", ("项目名称", "收费项目", "项目名称/规格", "项目", "名称", "药品名称", "费用项目",
                      "药品/项目名称", "收费项目名称",
                      "医疗服务项目", "明细项目", "项目/药品名称", "药品名称/规格", "费用名称", "收费明细",
                      "药品及项目名称", "品名", "收费名称",
                      "费用明细", "项目内容", "收费内容")),
    ("category", "text", ("费用类别", "大项名称", "收费类别", "费用大类", "项目类别", "费用分类", "发票项目")),
    ("spec", "text", ("规格", "规格型号", "剂型规格", "规格/单位")),
    ("quantity", "quantity", ("数量", "数量/单位", "用量", "总量", "次数")),
    ("unit", "text", ("单位", "计价单位", "计量单位")),
    ("price", "amount", ("单价", "单价(元)", "价格")),
    ("amount", "amount", ("金额", "金额(元)", "总价", "费用", "小计", "总金额", "合计金额", "项目金额", "费用金额",
                          "金额(¥)", "收费金额",
                          "费用(元)", "实收金额")),
    ("on", "day", ("费用日期", "日期", "收费日期", "记账日期", "发生日期", "计费日期", "执行日期")),
    ("scheme", "text", ("医保类别", "医保等级", "等级", "甲乙丙类", "收费等级", "类别", "医保属性", "费用等级",
                        "报销类别", "项目等级", "甲乙类", "类型", "医保")),
    ("own_share", "percent", ("自付比例", "自付比例(%)", "自理比例", "先行自付比例", "自付%", "个人自付比例",
                              "先自付比例", "首付比例")),
    ("out_of_scope", "amount", ("自费金额", "自费", "全自费", "目录外金额", "自费(元)")),
    ("甲", "amount", ("甲类", "甲类金额", "甲类(元)")),
    ("乙", "amount", ("乙类", "乙类金额", "乙类(元)")),
    ("丙", "amount", ("丙类", "丙类(自费)", "丙类自费")),
    ("code", "text", ("项目编码", "医保编码", "国家编码", "国家医保编码", "医保代码")),
    ("", "text", ("备注", "序号", "编码", "自付金额", "自理金额", "自付", "科室",
                  "执行科室", "开单科室", "产地",
                  "用法", "频次", "报销金额", "限价", "no", "批号", "生产厂家", "厂家")),
)  # fmt: skip
"""Cells of a line, in the order of docs/papers.md; those without a name are told apart and not kept."""

ENDS = (
    "合计",
    "金额合计",
    "总计",
    "小计",
    "本页小计",
    "大写",
    "其他信息",
    "费用合计",
    "收款单位",
    "共计",
    "本页合计",
    "累计",
)
"""What the first row after the lines begins with."""

_HEAD_OF = {plain(name): (cell, kind) for cell, kind, names in HEADS for name in names}
_HEAD = re.compile("|".join(re.escape(name) for name in sorted(_HEAD_OF, key=lambda name: (-len(name), name))))
_TWO_AMOUNTS = re.compile(r"\d\.\d{2}$")
_HEADING = re.compile(r"[【\[](\w{2,10})[】\]]")
_NUMERIC = {"quantity", "price", "amount", "own_share", "out_of_scope", "on", "甲", "乙", "丙"}
_SPLIT = re.compile(r"\s+")
_QUANTITY_UNIT = re.compile(r"(-?\d{1,7}(?:\.\d{1,4})?)\s*[/ ]?\s*([一-鿿()A-Za-z/%μ]{1,8})?$")


Hit = tuple[str, str, float, float, tuple[Mark, ...]]
"""A word of a head: its cell, the kind of its values, where it stands, its signs."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of one half of a table: its cell, where its head stands."""

    cell: str
    kind: str
    group: int
    x0: float
    x1: float
    box: Box

    @property
    def middle(self) -> float:
        """The middle of its head."""
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class Table:
    """Lines, the heads of each one's columns, sums of headings, and which rows the table takes up: first and after."""

    lines: tuple[Line, ...]
    heads: tuple[Mapping[str, Box], ...]
    sums: Mapping[str, Found]
    first: int
    after: int


def tables(rows: Sequence[Row], runs: Sequence[Run]) -> tuple[Table, ...]:
    """The tables of a page.

    Needs:   rows of a page and its runs
    Gives:   tables from above; a head has a column of names and one of amounts or quantities; a head that is printed
             twice side by side makes two halves, whose lines follow each other
    Source:  docs/papers.md
    """
    found = []
    at = 0
    while at < len(rows):
        columns, used = _head(rows, at, runs)
        if columns:
            table = _read(rows, at + used, columns, runs, at)
            if table.lines:
                found.append(table)
            at = max(at + used, table.after)
        else:
            at += 1
    return tuple(found)


_LOOSE = re.compile(r"(?:\d{1,2}[.、])?(?P<name>[^\d\s].{1,40}?)\s*[×xX*]?\s*(?P<quantity>\d{1,5}(?:\.\d{1,3})?)\s*"
                    r"(?P<unit>[一-鿿]{1,3})\s+(?P<amount>\d{1,7}\.\d{2})")  # fmt: skip


_COUNTED = (("quantity", "quantity"), ("unit", "text"), ("amount", "amount"))


def loose_lines(rows: Sequence[Row], runs: Sequence[Run]) -> tuple[Line, ...]:
    """Lines that stand without a head, as on prescriptions: name, strength, quantity, unit, amount in one row.

    Needs:   rows of a page and its runs
    Gives:   the lines from above; rows that say anything else are passed over
    Source:  docs/papers.md
    """
    found = []
    for row in rows:
        hit = _LOOSE.fullmatch(row.text.strip())
        if hit is None:
            continue
        marks: list[Mark | None] = []
        name_ends = 0
        for number, piece in enumerate(row.pieces):
            # After a wide gap what follows the name is its strength.
            if number and not name_ends and piece.x0 - row.pieces[number - 1].x1 > row.height:
                name_ends = len(marks)
            marks += ([None] if number else []) + list(piece.marks)
        middle = name_ends if hit.start("name") < name_ends < hit.end("name") else hit.end("name")
        cells = (
            ("name", "text", hit.start("name"), middle),
            ("spec", "text", middle, hit.end("name")),
            *((cell, kind, *hit.span(cell)) for cell, kind in _COUNTED),
        )
        line: dict[str, Found] = {}
        for cell, kind, first, last in cells:
            signs = tuple(mark for mark in marks[first:last] if mark is not None)
            if not signs:
                continue
            one = told(cell, kind, [Piece(signs, row.pieces[0].x0, row.pieces[-1].x1, row.y, row.height)], runs)
            if one is not None:
                line[cell] = one
        if {"name", "amount"} <= line.keys():
            found.append(line)
    return tuple(found)


# --- the head --------------------------------------------------------------------------------------------------------


def _head(rows: Sequence[Row], at: int, runs: Sequence[Run]) -> tuple[list[Column], int]:
    hits = _hits(rows[at])
    if not _is_head(hits):
        # A head may stand in two rows that are close to each other.
        if at + 1 < len(rows) and rows[at + 1].y - rows[at].y < 1.3 * rows[at].height and len(hits) >= 1:
            both = sorted(hits + _hits(rows[at + 1]), key=lambda hit: hit[2])
            if _is_head(both) and len(hits) >= 2:
                return _columns(both, runs), 2
        return [], 0
    return _columns(hits, runs), 1


def _hits(row: Row) -> list[Hit]:
    hits: list[Hit] = []
    for piece in row.pieces:
        text = piece.text.lower()
        bare = "".join(" " if sign.isspace() else sign for sign in text)
        squeezed = [(sign, place) for place, sign in enumerate(bare) if sign != " "]
        tight = "".join(sign for sign, _ in squeezed)
        at = 0
        while at < len(tight):
            hit = _HEAD.match(tight, at)
            if hit is None:
                at += 1
                continue
            cell, kind = _HEAD_OF[hit[0]]
            part = piece.cut(squeezed[hit.start()][1], squeezed[hit.end() - 1][1] + 1)
            # A name inside a longer word, or with a colon after it, is a label and no head.
            follows = tight[hit.end() : hit.end() + 1]
            before = tight[hit.start() - 1 : hit.start()]
            inner = (follows and "一" <= follows <= "鿿" and not _HEAD.match(tight, hit.end())) or (
                before and "一" <= before <= "鿿" and not (hits and at and hits[-1][3] <= part.x0 + 1)
            )
            if follows != ":" and not inner:
                hits.append((cell, kind, part.x0, part.x1, part.marks))
            at = hit.end()
    return hits


def _is_head(hits: Sequence[Hit]) -> bool:
    cells = {hit[0] for hit in hits}
    return "name" in cells and bool(cells & {"amount", "quantity", "price"}) and len(hits) >= 2


def _columns(hits: Sequence[Hit], runs: Sequence[Run]) -> list[Column]:
    columns: list[Column] = []
    group = 0
    seen: set[str] = set()
    for cell, kind, x0, x1, marks in sorted(hits, key=lambda hit: hit[2]):
        if cell == "name" and "name" in seen:
            group, seen = group + 1, set()
        if cell and cell in seen:
            cell, kind = "", "text"
        seen.add(cell)
        columns.append(Column(cell, kind, group, x0, x1, box_of(runs, marks)))
    return columns


# --- the lines -------------------------------------------------------------------------------------------------------


def _read(rows: Sequence[Row], start: int, columns: Sequence[Column], runs: Sequence[Run], first: int) -> Table:
    groups: dict[int, list[dict[str, list[Piece]]]] = {column.group: [] for column in columns}
    ys: dict[int, list[float]] = {group: [] for group in groups}
    at = start
    last_y = rows[first].y
    # Where a page is seen from the side, columns wander: each is followed down by what was found in it last.
    drift = [0.0] * len(columns)
    gap = 0.0
    sums: dict[str, Found] = {}
    while at < len(rows) and at - start < MAX_LINES:
        row = rows[at]
        text = plain(row.text)
        heading = _HEADING.match(text)
        if heading:
            _subtotal(sums, heading[1], row, runs)
            last_y = row.y
            at += 1
            continue
        if text.startswith(ENDS) or _is_head(_hits(row)) or _is_labelled(row):
            break
        if gap and row.y - last_y > max(4.5 * row.height, 4 * gap) and any(groups.values()):
            break
        placed = _placed(row, columns, drift)
        for group in groups:
            cells = {columns[n].cell: pieces for n, pieces in placed.items() if columns[n].group == group}
            cells = {cell: pieces for cell, pieces in cells.items() if cell}
            if cells:
                groups[group].append(cells)
                ys[group].append(row.y)
        if placed:
            gap = gap or row.y - last_y
        last_y = row.y
        at += 1
    lines: list[Line] = []
    heads: list[Mapping[str, Box]] = []
    for group, found in groups.items():
        boxes = {column.cell: column.box for column in columns if column.group == group and column.cell}
        kinds = {column.cell: column.kind for column in columns if column.group == group}
        for cells in _whole(found, ys[group]):
            line = _line(cells, kinds, runs)
            if line:
                lines.append(line)
                heads.append(boxes)
    return Table(tuple(lines[:MAX_LINES]), tuple(heads[:MAX_LINES]), sums, first, at)


def _is_labelled(row: Row) -> bool:
    """Whether a row says fields by their labels, as the rows after a list do."""
    return any(place.key is not None and place.sure for piece in row.pieces for place in places(piece.text))


def _subtotal(sums: dict[str, Found], heading: str, row: Row, runs: Sequence[Run]) -> None:
    """The sum of a heading, where it is printed beside it: 【西药费】 小计 389.67."""
    for piece in row.pieces:
        text = piece.text
        at = text.find("小计")
        digit = next((n for n, sign in enumerate(text) if sign.isdigit() and n > at), None)
        if digit is not None and "." in text[digit:]:
            one = told(f"小计.{heading}", "amount", [piece.cut(digit, len(text))], runs)
            if one is not None:
                sums[heading] = one


def _placed(row: Row, columns: Sequence[Column], drift: list[float]) -> dict[int, list[Piece]]:
    placed: dict[int, list[Piece]] = {}
    for piece in row.pieces:
        for part in _apart(piece, columns, drift):
            best = min(range(len(columns)), key=lambda n: _far(part, columns[n], drift[n]), default=None)
            if best is None:
                continue
            if _far(part, columns[best], drift[best]) > 6 * row.height:
                continue
            placed.setdefault(best, []).append(part)
            column = columns[best]
            # A column is aligned left, right or in its middle: the least of the three is how far it wandered.
            shifts = (part.x0 - column.x0, part.x1 - column.x1, (part.x0 + part.x1) / 2 - column.middle)
            near = min(shifts, key=lambda shift: abs(shift - drift[best]))
            if abs(near - drift[best]) < row.height:
                drift[best] += 0.5 * (near - drift[best])
    return placed


def _apart(piece: Piece, columns: Sequence[Column], drift: Sequence[float]) -> list[Piece]:
    """A piece that reaches over several columns, cut at its blanks and where figures begin or end."""
    over = [n for n, one in enumerate(columns) if piece.x0 <= one.middle + drift[n] <= piece.x1]
    if len(over) < 2:
        return [piece]
    cuts = [0]
    text = piece.text
    for place in range(1, len(text)):
        marks = piece.marks
        wide = max(1e-9, (marks[-1].end - marks[0].start) / len(marks))
        apart = marks[place].start - marks[place - 1].end > 0.8 * wide
        if _TWO_AMOUNTS.search(text[:place]) and text[place].isdigit():
            cuts.append(place)
            continue
        turns = text[place - 1].isdigit() and "一" <= text[place] <= "鿿"
        if text[place].isspace() or apart or (turns and len(over) > 1):
            cuts.append(place)
    cuts.append(len(text))
    parts = [piece.cut(a, b) for a, b in pairwise(cuts)]
    return [part for part in parts if part.marks]


def _far(piece: Piece, column: Column, drift: float) -> float:
    """How far a piece stands from a column: 0 where they overlap, more where it cannot be of its kind."""
    x0, x1 = column.x0 + drift, column.x1 + drift
    apart = max(0.0, x0 - piece.x1, piece.x0 - x1)
    # Among columns that a piece overlaps the one counts whose left, right or middle it shares.
    align = min(abs(piece.x0 - x0), abs(piece.x1 - x1), abs((piece.x0 + piece.x1) / 2 - (x0 + x1) / 2))
    wrong = 0.0
    if column.cell in _NUMERIC and not any(sign.isdigit() for sign in piece.text):
        wrong = 8 * piece.height
    if column.kind == "amount" and any("一" <= sign <= "鿿" for sign in piece.text):
        wrong = 8 * piece.height
    return apart + 0.25 * align + wrong


def _whole(found: Sequence[dict[str, list[Piece]]], ys: Sequence[float]) -> list[dict[str, list[Piece]]]:
    """Rows as lines: a row with a name alone goes on with the line before it, or begins the one after it."""
    lines: list[dict[str, list[Piece]]] = []
    line_ys: list[float] = []
    full = [bool({"amount", "price", "quantity"} & cells.keys()) for cells in found]
    steps = [b - a for a, b, one, other in zip(ys, ys[1:], full, full[1:], strict=False) if one and other]
    usual = sorted(steps)[len(steps) // 2] if steps else 0.0
    waiting: dict[str, list[Piece]] | None = None
    for place, cells in enumerate(found):
        if full[place]:
            if waiting is not None:
                cells = _merged(waiting, cells)
                waiting = None
            lines.append(cells)
            line_ys.append(ys[place])
        elif "name" in cells or "spec" in cells:
            before = ys[place] - line_ys[-1] if line_ys else float("inf")
            after = next((ys[n] - ys[place] for n in range(place + 1, len(found)) if full[n]), float("inf"))
            if lines and before <= after and (not usual or before < 1.3 * usual):
                lines[-1] = _merged(lines[-1], cells)
            elif after != float("inf") and (not usual or after < 1.3 * usual):
                waiting = cells if waiting is None else _merged(waiting, cells)
    return lines


def _merged(first: dict[str, list[Piece]], second: dict[str, list[Piece]]) -> dict[str, list[Piece]]:
    return {cell: [*first.get(cell, []), *second.get(cell, [])] for cell in {**first, **second}}


def _line(cells: dict[str, list[Piece]], kinds: dict[str, str], runs: Sequence[Run]) -> dict[str, Found]:
    line: dict[str, Found] = {}
    for cell, pieces in cells.items():
        # Under 数量/单位 both stand together; where the head was read as two, they may stand below the second.
        if cell == "quantity" or (cell == "unit" and "quantity" not in cells and _has_both(pieces)):
            _quantity(line, pieces, runs)
            continue
        one = told(cell, kinds[cell], pieces, runs)
        if one is not None:
            line[cell] = one
    if not {"amount", "price"} & line.keys():
        return {}
    return {cell: line[cell] for cell, _, _ in HEADS if cell in line}


def _has_both(pieces: Sequence[Piece]) -> bool:
    fits = _QUANTITY_UNIT.fullmatch(" ".join(piece.text for piece in pieces).strip())
    return fits is not None and fits[2] is not None


def _quantity(line: dict[str, Found], pieces: Sequence[Piece], runs: Sequence[Run]) -> None:
    """A quantity, and the unit where it is printed with it: 2 盒, 2/盒."""
    one = told("quantity", "quantity", pieces, runs)
    if one is None:
        return
    line["quantity"] = one
    text = " ".join(piece.text for piece in pieces)
    fits = _QUANTITY_UNIT.search(text)
    if fits and fits[2] and "unit" not in line:
        marks = [mark for piece in pieces for mark in piece.marks if not mark.char.isspace()]
        unit = marks[len(marks) - len(fits[2]) :]
        if unit and "".join(mark.char for mark in unit) == fits[2]:
            piece = Piece(tuple(unit), pieces[-1].x0, pieces[-1].x1, pieces[-1].y, pieces[-1].height)
            found = told("unit", "text", [piece], runs)
            if found is not None:
                line["unit"] = found
