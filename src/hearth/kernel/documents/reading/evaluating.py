"""Evaluating: a paper that was read, held against its truth: which fields and cells are exactly right."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hearth.kernel.documents.reading.confidence import group_of
from hearth.kernel.documents.reading.found import Found, Line, Paper
from hearth.kernel.documents.reading.label import LABELS

_KEYS = {name: label.key for label in reversed(LABELS) for name in label.names}


@dataclass(frozen=True, slots=True)
class Scored:
    """One field or cell of a labelled page: whether it was found, whether it is right, how sure the reader was."""

    key: str
    is_cell: bool
    is_found: bool
    is_right: bool
    score: float
    confidence: float
    group: str
    status: str


def scored(paper: Paper, truth: Mapping[str, Any]) -> tuple[Scored, ...]:
    """Every field and cell of the truth of a page beside what was read.

    Needs:   a paper of one page; its truth as docs/papers.md has it
    Gives:   one entry a field, one a cell of a line; lines are matched one to one, each with the one most like it;
             exact is the same value, whatever the width of its signs and its blanks
    Source:  docs/papers.md
    """
    found = []
    for name, want in truth.get("fields", {}).items():
        key = _KEYS.get(name, name)
        found.append(_of(key, False, paper.fields.get(key), str(want["value"])))
    wanted = [{cell: str(one["value"]) for cell, one in line.items()} for line in truth.get("lines", [])]
    for want_line, line in zip(wanted, _matched(wanted, paper.lines), strict=True):
        found += [_of(cell, True, line.get(cell), value) for cell, value in want_line.items()]
    return tuple(found)


def is_same(one: str, other: str) -> bool:
    """Whether two values are the same but for the width of signs and blanks.

    Needs:   two values
    Gives:   圆 is 元, full width is half width, capital is small
    Source:  docs/papers.md
    """
    return _bare(one) == _bare(other)


def _of(key: str, is_cell: bool, one: Found | None, want: str) -> Scored:
    if one is None or not one.value:
        return Scored(key, is_cell, False, False, 0.0, 0.0, "missing", "missing")
    right = is_same(one.value, want)
    return Scored(key, is_cell, True, right, one.score, one.confidence, group_of(one), one.status.value)


def _matched(wanted: Sequence[Mapping[str, str]], lines: Sequence[Line]) -> list[Line]:
    """For each line of the truth the line that was read for it, in reading order where several are as like."""
    pairs = sorted(
        (-sum(cell in line and is_same(line[cell].value, value) for cell, value in want.items()), abs(w - n), w, n)
        for w, want in enumerate(wanted)
        for n, line in enumerate(lines)
    )
    given: dict[int, int] = {}
    taken: set[int] = set()
    for alike, _, w, n in pairs:
        if alike < 0 and w not in given and n not in taken:
            given[w] = n
            taken.add(n)
    return [lines[given[w]] if w in given else {} for w in range(len(wanted))]


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("圆", "元").lower()
