"""Row: runs of print put into rows from above down, straightened, each sign with its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hearth.words.papers import Box, Run

MAX_RUNS = 2_000
"""The most runs of one page that are looked at."""

MAX_SIGNS = 400
"""The most signs of one run that are looked at."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One sign in plain form (half width), where it stands, and how sure it is."""

    char: str
    shown: str
    run: int
    start: float
    end: float
    score: float
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Signs of one run that follow each other, with the straightened place of the run."""

    marks: tuple[Mark, ...]
    x0: float
    x1: float
    y: float
    height: float

    @property
    def text(self) -> str:
        """In plain form."""
        return "".join(mark.char for mark in self.marks)

    def cut(self, start: int, end: int) -> Piece:
        """The signs from `start` up to `end`, without blanks around them."""
        marks = self.marks[start:end]
        while marks and marks[0].char.isspace():
            marks = marks[1:]
        while marks and marks[-1].char.isspace():
            marks = marks[:-1]
        if not marks:
            return Piece((), self.x0, self.x0, self.y, self.height)
        wide = self.x1 - self.x0
        first, last = self.marks[0].start, self.marks[-1].end
        share = wide / (last - first) if last > first else 0.0
        return Piece(
            marks,
            self.x0 + (marks[0].start - first) * share,
            self.x0 + (marks[-1].end - first) * share,
            self.y,
            self.height,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """Pieces that stand side by side, from the left."""

    pieces: tuple[Piece, ...]
    y: float
    height: float

    @property
    def text(self) -> str:
        """In plain form, a blank between pieces."""
        return " ".join(piece.text for piece in self.pieces)


def plain(text: str) -> str:
    """Text as it is compared.

    Needs:   any text
    Gives:   half width, without blanks, lower case
    Source:  docs/papers.md
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def rows(runs: Sequence[Run]) -> tuple[Row, ...]:
    """Rows of a page, from above down.

    Needs:   runs of one page, boxes in pixels; at most MAX_RUNS are looked at
    Gives:   rows straightened: the slope of the print is taken out, also where it changes down the page
    Source:  docs/papers.md
    """
    pieces = [piece for number, run in enumerate(runs[:MAX_RUNS]) if (piece := _piece(number, run)) is not None]
    if not pieces:
        return ()
    straight = _straightened(pieces, runs)
    straight.sort(key=lambda piece: piece.y)
    grouped: list[list[Piece]] = []
    for piece in straight:
        near = [
            group
            for group in grouped[-6:]
            if abs(_middle(group) - piece.y) < 0.5 * min(piece.height, float(np.median([one.height for one in group])))
        ]
        best = min(near, key=lambda group: abs(_middle(group) - piece.y), default=None)
        if best is None:
            grouped.append([piece])
        else:
            best.append(piece)
    made = [
        Row(
            tuple(sorted(group, key=lambda piece: piece.x0)),
            _middle(group),
            float(np.median([one.height for one in group])),
        )
        for group in grouped
    ]
    return tuple(sorted(made, key=lambda row: row.y))


def box_of(runs: Sequence[Run], marks: Sequence[Mark]) -> Box:
    """The upright box around signs.

    Needs:   the runs of the page; at least one sign
    Gives:   left, top, right, bottom in pixels of the picture
    Source:  docs/papers.md
    """
    found: list[tuple[float, float]] = []
    for number in {mark.run for mark in marks}:
        start = min(mark.start for mark in marks if mark.run == number)
        end = max(mark.end for mark in marks if mark.run == number)
        upper_left, upper_right, lower_right, lower_left = runs[number].box
        for share in (start, end):
            for one, other in ((upper_left, upper_right), (lower_left, lower_right)):
                found.append((one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share))
    xs, ys = [x for x, _ in found], [y for _, y in found]
    return round(min(xs), 1), round(min(ys), 1), round(max(xs), 1), round(max(ys), 1)


# --- one run ---------------------------------------------------------------------------------------------------------


def _piece(number: int, run: Run) -> Piece | None:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = run.box
    across = float(np.hypot(bx - ax, by - ay) + np.hypot(cx - dx, cy - dy)) / 2
    down = float(np.hypot(dx - ax, dy - ay) + np.hypot(cx - bx, cy - by)) / 2
    text = run.text[:MAX_SIGNS]
    if not text.strip() or down <= 0 or across <= 0 or (down > 1.8 * across and len(text) > 1):
        return None
    marks = tuple(_marks(number, run, text))
    if not marks:
        return None
    return Piece(marks, (ax + dx) / 2, (bx + cx) / 2, (ay + by + cy + dy) / 4, down)


def _marks(number: int, run: Run, text: str) -> list[Mark]:
    edges = _edges(run, text)
    made = []
    for place, shown in enumerate(text):
        sign = run.signs[place] if len(run.signs) == len(run.text) else None
        score, others = (run.score, ()) if sign is None else (sign.score, sign.others)
        for plain_sign in unicodedata.normalize("NFKC", shown):
            if unicodedata.category(plain_sign)[0] != "C":
                made.append(Mark(plain_sign, shown, number, edges[place], edges[place + 1], score, others))
    return made


def _edges(run: Run, text: str) -> list[float]:
    """Where each sign begins, as a share of the run's length: as the reader told, else by usual widths."""
    if len(run.signs) == len(run.text):
        middles = [sign.at for sign in run.signs[: len(text)]]
        between = [(one + other) / 2 for one, other in pairwise(middles)]
        first = max(0.0, 2 * middles[0] - between[0]) if between else 0.0
        last = min(1.0, 2 * middles[-1] - between[-1]) if between else 1.0
        return [first, *between, last]
    widths = [1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.55 for sign in text]
    return [float(edge) for edge in np.concatenate([[0.0], np.cumsum(widths)]) / sum(widths)]


# --- straightened ----------------------------------------------------------------------------------------------------


def _straightened(pieces: Sequence[Piece], runs: Sequence[Run]) -> list[Piece]:
    """Pieces turned so that rows are level: the slope of the print is fitted as a + b * y over the long runs."""
    slopes, heights, weights = [], [], []
    for piece in pieces:
        upper_left, upper_right, lower_right, lower_left = runs[piece.marks[0].run].box
        wide = (upper_right[0] + lower_right[0] - upper_left[0] - lower_left[0]) / 2
        if wide > 3 * piece.height:
            rise = (upper_right[1] + lower_right[1] - upper_left[1] - lower_left[1]) / 2
            slopes.append(rise / wide)
            heights.append(piece.y)
            weights.append(wide)
    if len(slopes) < 3:
        return list(pieces)
    slope, y, weight = np.array(slopes), np.array(heights), np.array(weights)
    level = float(np.median(slope))
    near = np.abs(slope - level) < 0.06
    slope, y, weight = slope[near], y[near], weight[near]
    change = 0.0
    if len(slope) >= 8 and np.ptp(y) > 0:
        change, level = (float(one) for one in np.polyfit(y, slope, 1, w=weight))
    centre = float(np.median([(piece.x0 + piece.x1) / 2 for piece in pieces]))
    made = []
    for piece in pieces:
        middle = (piece.x0 + piece.x1) / 2 - centre
        # A row that stands at y0 in the middle of the page stands at y0 + (level + change * y0) * dx beside it.
        at = (piece.y - level * middle) / (1 + change * middle)
        lean = (level + change * at) * (at - float(np.median(y)))
        made.append(Piece(piece.marks, piece.x0 + lean, piece.x1 + lean, at, piece.height))
    return made


def _middle(group: Sequence[Piece]) -> float:
    return float(np.mean([piece.y for piece in group]))
