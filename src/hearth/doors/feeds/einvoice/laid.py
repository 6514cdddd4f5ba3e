"""Laid: an invoice that its file states without any print, laid out on sheets, each value with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from hearth.kernel.documents.reading.found import Found, Line, Paper
from hearth.kernel.documents.reading.label import LABELS
from hearth.words.papers import Box, Run

WIDE, MARGIN, ROW, SIGN = 1_000, 50, 44, 24
"""Pixels of a sheet's width, of its margins, of a row, of a sign."""

LINES_A_SHEET = 100

HEADS = {"name": ("项目", 0), "quantity": ("数量", 460), "unit": ("单位", 570), "price": ("单价", 660),
         "amount": ("金额", 780)}  # fmt: skip
"""Cells of a line: what stands above them, and where."""

_NAMES = {label.key: label.names[0] for label in reversed(LABELS)}


def laid(paper: Paper) -> Iterator[tuple[int, int, tuple[Run, ...], Paper]]:
    """Width, height and print of each sheet, and what stands on it with its places."""
    parts = [paper.lines[at : at + LINES_A_SHEET] for at in range(0, len(paper.lines), LINES_A_SHEET)] or [()]
    for number, lines in enumerate(parts, 1):
        runs: list[Run] = []
        y = MARGIN
        fields: dict[str, Found] = {}
        if number == 1:
            title = paper.fields.get("title")
            runs.append(_run(title.text if title is not None else "电子票据", MARGIN, y, WIDE - 2 * MARGIN))
            if title is not None:
                fields["title"] = replace(title, box=_box(runs[-1]))
            y += 2 * ROW
            rest = {key: one for key, one in paper.fields.items() if key != "title"}
            y = _fields(rest, y, runs, fields)
        told, y = _lines(lines, y, runs)
        page = replace(paper, fields=fields, lines=tuple(told), page=number, pages=len(parts))
        yield WIDE, y + MARGIN, tuple(runs), page


def _fields(fields: Mapping[str, Found], y: int, runs: list[Run], told: dict[str, Found]) -> int:
    """Two fields a row, each behind its label; the row below them."""
    half = (WIDE - 2 * MARGIN) // 2
    for place, (key, one) in enumerate(fields.items()):
        x, row = MARGIN + place % 2 * half, y + place // 2 * ROW
        label = f"{_NAMES.get(key, key)}："
        wide = min(half // 2, round(_wide(label)) + 8)
        runs += [_run(label, x, row, wide), _run(one.text, x + wide, row, half - wide - 16)]
        told[key] = replace(one, box=_box(runs[-1]))
    return y + (len(fields) + 1) // 2 * ROW + ROW


def _lines(lines: Sequence[Line], y: int, runs: list[Run]) -> tuple[list[Line], int]:
    told: list[Line] = []
    if not lines:
        return told, y
    ends = [*(at for _, at in list(HEADS.values())[1:]), WIDE - 2 * MARGIN]
    columns = [(cell, name, at, end) for (cell, (name, at)), end in zip(HEADS.items(), ends, strict=True)]
    runs += [_run(name, MARGIN + at, y, end - at - 12) for _, name, at, end in columns]
    for line in lines:
        y += ROW
        placed = dict(line)
        for cell, _, at, end in columns:
            if cell in line:
                runs.append(_run(line[cell].text, MARGIN + at, y, end - at - 12))
                placed[cell] = replace(line[cell], box=_box(runs[-1]))
        told.append(placed)
    return told, y + ROW


def _run(text: str, x: int, y: int, most: int) -> Run:
    said = " ".join(text.split())
    x1, y1 = x + max(8, min(most, round(_wide(said)))), y + SIGN + 8
    return Run(said, ((x, y), (x1, y), (x1, y1), (x, y1)), 1.0)


def _wide(text: str) -> float:
    return sum(SIGN if ord(sign) > 0x2E7F else 0.56 * SIGN for sign in text)


def _box(run: Run) -> Box:
    (x0, y0), _, (x1, y1), _ = run.box
    return x0, y0, x1, y1
