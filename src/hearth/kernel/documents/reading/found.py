"""Found: a field as it was found on a paper: what is printed, what it means, where it stands, how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hearth.kernel.documents.reading.row import Mark, Piece
from hearth.words.papers import Box, PaperKind, Status


@dataclass(frozen=True, slots=True)
class Found:
    """One field or cell.  `read` is what stood there before a repair, where one was made; `why` are codes of checks."""

    key: str
    kind: str
    text: str
    value: str
    box: Box
    score: float
    status: Status = Status.READ
    confidence: float = 0.0
    read: str | None = None
    why: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that does not agree on a paper: a code, the fields it is about, what was got and what is wanted."""

    code: str
    fields: tuple[str, ...]
    got: str = ""
    want: str = ""


Line = Mapping[str, Found]


@dataclass(frozen=True, slots=True)
class Paper:
    """What a page says."""

    kind: PaperKind
    fields: Mapping[str, Found]
    lines: Sequence[Line]
    page: int = 1
    pages: int = 1
    is_whole: bool = True
    """Whether all its pages are here, so that its lines can be added up."""
    doubts: tuple[Doubt, ...] = ()
    altered: tuple[Doubt, ...] = ()
    heads: tuple[Mapping[str, Box], ...] = field(default=(), repr=False)
    """Per line, where the heads of its columns stand: an empty cell below a head may hold print that was not found."""


def certainty(marks: Sequence[Mark]) -> float:
    """How sure signs were read, before it is calibrated.

    Needs:   the signs that say the value
    Gives:   0 to 1: the least sure sign counts most, since one wrong sign makes a wrong value
    Source:  docs/papers.md
    """
    scores = [mark.score for mark in marks if not mark.char.isspace()]
    if not scores:
        return 0.0
    return round(0.75 * min(scores) + 0.25 * sum(scores) / len(scores), 4)


def joined(pieces: Sequence[Piece], gap: str = "") -> str:
    """What pieces say, as printed.

    Needs:   pieces from left to right
    Gives:   their signs as they are printed, `gap` between pieces
    Source:  docs/papers.md
    """
    return gap.join(shown(piece.marks) for piece in pieces if piece.marks)


def shown(marks: Sequence[Mark]) -> str:
    """Signs as they are printed.

    Needs:   signs of one run or several
    Gives:   the text; a printed sign that became several in plain form stands once
    Source:  docs/papers.md
    """
    said = ""
    last: tuple[int, float] | None = None
    for mark in marks:
        if last != (mark.run, mark.start):
            said += mark.shown
        last = (mark.run, mark.start)
    return said
