"""Gap: cells of a list in which nothing was found, though their column has a head: places worth a second look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hearth.kernel.documents.reading.beside import told
from hearth.kernel.documents.reading.found import Found, Line, Paper
from hearth.kernel.documents.reading.row import rows
from hearth.words.papers import Box, Quad, Run

CELLS: dict[str, str] = {
    "quantity": "quantity", "price": "amount", "amount": "amount", "unit": "text", "scheme": "text",
                         "own_share": "percent",
}  # fmt: skip
"""Cells that are looked at again, with the kind of their value."""

MAX_GAPS = 240
"""The most cells of one page that are looked at again."""

LEAST_SCORE = 0.6
"""What is read less surely in an empty cell is no print."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An empty cell: its line, its name, and where it should stand in the picture."""

    line: int
    cell: str
    place: Quad


def gaps(paper: Paper) -> tuple[Gap, ...]:
    """Empty cells below the heads of a list.

    Needs:   a paper as extracted, boxes in pixels of one picture
    Gives:   at most MAX_GAPS places, as wide as what stands above and below, as high as what stands beside
    Source:  docs/papers.md
    """
    found: list[Gap] = []
    for number, (line, heads) in enumerate(zip(paper.lines, paper.heads, strict=False)):
        for cell in CELLS:
            if cell in line or cell not in heads or not line:
                continue
            place = _place(paper, number, cell)
            if place is not None:
                found.append(Gap(number, cell, place))
    return tuple(found[:MAX_GAPS])


def filled(paper: Paper, looked_for: Sequence[Gap], runs: Sequence[Run]) -> Paper:
    """The paper with what a second look found.

    Needs:   gaps of this paper, and per gap the run that was read there; an empty text where there was nothing
    Gives:   the paper with those cells, where what was read is of their kind
    Source:  docs/papers.md
    """
    lines: list[dict[str, Found]] = [dict(line) for line in paper.lines]
    for gap, run in zip(looked_for, runs, strict=True):
        if not run.text.strip() or run.score < LEAST_SCORE or len(run.text) > 14:
            continue
        pieces = [piece for row in rows([run]) for piece in row.pieces]
        one = told(gap.cell, CELLS[gap.cell], pieces, [run]) if pieces else None
        if one is not None and one.value:
            lines[gap.line][gap.cell] = one
    order = tuple(lines)
    return replace(paper, lines=order)


def complete(paper: Paper, again: Callable[[Sequence[Quad]], Sequence[Run]]) -> Paper:
    """The paper after a second look at the empty cells of its lists.

    Needs:   a paper as extracted from one picture; `again` reads places of that picture, one run a place
    Gives:   the paper; `again` is not called where no cell is empty
    Source:  docs/papers.md
    """
    looked_for = gaps(paper)
    return filled(paper, looked_for, again([gap.place for gap in looked_for])) if looked_for else paper


def _place(paper: Paper, number: int, cell: str) -> Quad | None:
    line, head = paper.lines[number], paper.heads[number]
    same = [n for n, one in enumerate(paper.heads) if one is head or one == head]
    stand = sorted((abs(n - number), paper.lines[n][cell].box) for n in same if cell in paper.lines[n])
    columns = [box for _, box in stand[:4]] + [head[cell]]
    x0, x1 = min(box[0] for box in columns), max(box[2] for box in columns)
    row = _row(line, (x0 + x1) / 2)
    y0, y1 = row[1], row[3]
    grow = 0.1 * (y1 - y0)
    # A column may be wider than its head and what was found in it by a sign.
    x0, x1 = x0 - 3 * grow, x1 + 3 * grow
    others = [box for name, one in line.items() if name != cell for box in [one.box]]
    for left, _, right, _ in others:
        middle = (left + right) / 2
        if middle < (x0 + x1) / 2:
            x0 = max(x0, right + grow)
        else:
            x1 = min(x1, left - grow)
    if x1 - x0 < 0.4 * (y1 - y0):
        return None
    y0, y1 = y0 - grow, y1 + grow
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def _row(line: Line, x: float) -> Box:
    """The cell of a line that stands next to a place, of those that are one row high."""
    boxes = [one.box for one in line.values()]
    least = min(box[3] - box[1] for box in boxes)
    near = [box for box in boxes if box[3] - box[1] < 1.6 * least]
    return min(near, key=lambda box: abs((box[0] + box[2]) / 2 - x))
