"""Beside: fields by their labels: the value stands after the label, further right in its row, or below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hearth.kernel.documents.reading.found import Found, certainty, joined
from hearth.kernel.documents.reading.label import Place, places
from hearth.kernel.documents.reading.row import Mark, Piece, Row, box_of
from hearth.kernel.documents.reading.value import meant
from hearth.words.papers import Run, Status

MAX_VALUE_PIECES = 6
"""A value in one row is printed in at most so many runs."""

MAX_LONG_ROWS = 12
"""A long text, such as a diagnosis, goes on over at most so many rows."""

BELOW = 2.6
"""A value below its label stands at most so many heights of print lower."""


@dataclass(slots=True)
class Part:
    """A label with the pieces after it, or pieces before the first label of a row."""

    place: Place | None
    label: Piece | None
    pieces: list[Piece]
    row: int
    last: bool = False

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The signs of all pieces."""
        return tuple(mark for piece in self.pieces for mark in piece.marks)


def parts_of(rows: Sequence[Row]) -> list[list[Part]]:
    """Rows as labels with what follows them.

    Needs:   rows of a page
    Gives:   per row its parts from the left; the first may have no label
    Source:  docs/papers.md
    """
    made = []
    for number, row in enumerate(rows):
        parts: list[Part] = []
        for piece in row.pieces:
            at = 0
            stand = places(piece.text)
            if len(stand) == 1 and stand[0].end - stand[0].start == len(piece.marks) and _awaits(parts, piece):
                stand = ()
            for place in stand:
                before = piece.cut(at, place.start)
                if before.marks:
                    _add(parts, before, number)
                parts.append(Part(place, piece.cut(place.start, place.end), [], number))
                at = place.end
            rest = piece.cut(at, len(piece.marks))
            if rest.marks:
                _add(parts, rest, number)
        if parts:
            parts[-1].last = True
        made.append(parts)
    return made


def fields_of(parts: Sequence[Sequence[Part]], rows: Sequence[Row], runs: Sequence[Run]) -> dict[str, list[Found]]:
    """Every reading of every field, in the order of the page.

    Needs:   parts of the rows, the rows and runs they were made from
    Gives:   key -> what was found under its labels; a label with nothing beside it gives what stands below, if it fits
    Source:  docs/papers.md
    """
    found: dict[str, list[Found]] = {}
    taken: set[int] = set()
    for number, row in enumerate(parts):
        for part in row:
            if part.place is None or part.place.key is None:
                continue
            one = _beside(part, parts, number, runs) or _below(part, parts, rows, number, runs, taken)
            if one is not None:
                found.setdefault(part.place.key, []).append(one)
    return found


def told(key: str, kind: str, pieces: Sequence[Piece], runs: Sequence[Run], sure: bool = True) -> Found | None:
    """A field from the pieces that print it.

    Needs:   a key, the kind of its value, pieces from left to right
    Gives:   the field; None where they say nothing of that kind
    Source:  docs/papers.md
    """
    gap = "" if kind in ("long", "text") and not _is_latin(pieces) else " "
    text = joined(pieces, gap)
    marks: list[Mark | None] = []
    plain = ""
    for number, piece in enumerate(pieces):
        if number:
            plain += gap
            marks += [None] * len(gap)
        plain += piece.text
        marks += piece.marks
    value = meant(kind, plain)
    if value is None:
        return None
    signs = tuple(mark for mark in marks[value.start : value.end] if mark is not None)
    if not signs:
        return None
    said = value.value
    if kind in ("text", "long"):
        said = text.strip(" :：")
    score = certainty(signs) * (0.9 if value.mended else 1.0) * (1.0 if sure else 0.95)
    status = Status.DOUBTFUL if value.mended and kind == "capitals" else Status.READ
    return Found(key, kind, text, said, box_of(runs, signs), round(score, 4), status, marks=signs)


def _awaits(parts: Sequence[Part], piece: Piece) -> bool:
    """Whether the label before wants a word and has none: 医保类型：自费, where 自费 alone would be a label."""
    last = parts[-1] if parts else None
    if last is None or last.place is None or last.label is None or last.pieces or piece.text.endswith(":"):
        return False
    asks = last.label.text.endswith(":") and last.place.kind in ("text", "long")
    asks = asks or (last.place.key == "insurance_type" and piece.text in ("自费", "全自费"))
    return asks and piece.x0 - last.label.x1 < (1.5 if last.label.text.endswith(":") else 12) * piece.height


# --- where the value stands ------------------------------------------------------------------------------------------


def _beside(part: Part, parts: Sequence[Sequence[Part]], number: int, runs: Sequence[Run]) -> Found | None:
    place = part.place
    assert place is not None and place.key is not None
    pieces = [piece for piece in part.pieces if _is_level(piece, part.label)]
    if place.kind in ("amount", "day", "code", "masked", "number", "sex", "capitals", "icd", "percent", "quantity"):
        # What is measured stands close: the first pieces that make a value, and no more.
        doubtful = None
        for count in range(1, min(len(pieces), 8 if place.kind == "day" else 3) + 1):
            one = told(place.key, place.kind, pieces[:count], runs, place.sure)
            if one is not None and one.status is not Status.DOUBTFUL:
                return one
            doubtful = doubtful or one
        return doubtful
    if place.kind == "stay":
        return told(place.key, place.kind, pieces[:4], runs, place.sure)
    if place.kind == "long":
        more = list(pieces)
        if part.last:
            more += _going_on(part, parts, number)
        return told(place.key, place.kind, more, runs, place.sure) if more else None
    kept: list[Piece] = []
    for piece in pieces[:MAX_VALUE_PIECES]:
        # A wide gap ends a value that is a word: what follows is another column or a stamp.
        if kept and piece.x0 - kept[-1].x1 > 2.2 * piece.height:
            break
        kept.append(piece)
    return told(place.key, place.kind, kept, runs, place.sure) if kept else None


def _is_level(piece: Piece, label: Piece | None) -> bool:
    """Whether print is about as high as its label: what a stamp says lies across the rows, and larger or smaller."""
    return label is None or 0.55 * label.height < piece.height < 1.6 * label.height


def _going_on(part: Part, parts: Sequence[Sequence[Part]], number: int) -> list[Piece]:
    """The rows after a long text that belong to it: those that begin without a label, close below."""
    kept: list[Piece] = []
    label = part.label
    assert label is not None
    last_y, height = label.y, label.height
    for below in parts[number + 1 : number + 1 + MAX_LONG_ROWS]:
        if not below or below[0].place is not None or not below[0].pieces:
            break
        first = below[0].pieces[0]
        if not _is_level(first, label) or first.y - last_y > 2.4 * height or first.x0 < label.x0 - 3 * height:
            break
        kept += below[0].pieces
        last_y = first.y
        if len(below) > 1:
            break
    return kept


def _below(
    part: Part,
    parts: Sequence[Sequence[Part]],
    rows: Sequence[Row],
    number: int,
    runs: Sequence[Run],
    taken: set[int],
) -> Found | None:
    """A value in the cell below a label that stands alone in its own cell."""
    place, label = part.place, part.label
    assert place is not None and place.key is not None
    if part.pieces or label is None or place.kind in ("text", "long", "sex") or label.text.rstrip().endswith(":"):
        return None
    for below in parts[number + 1 : number + 3]:
        for other in below:
            if other.place is not None and other.label is not None and _over(other.label, label) > 0.3:
                return None
            for piece in other.pieces:
                close = piece.y - label.y < BELOW * max(label.height, piece.height)
                if close and id(piece) not in taken and _over(piece, label) > 0.3:
                    one = told(place.key, place.kind, [piece], runs, False)
                    if one is not None:
                        taken.add(id(piece))
                        return replace(one, score=round(one.score * 0.9, 4))
    return None


def _over(one: Piece, other: Piece) -> float:
    """How much of the narrower piece stands over or under the other."""
    shared = min(one.x1, other.x1) - max(one.x0, other.x0)
    return shared / max(1.0, min(one.x1 - one.x0, other.x1 - other.x0))


def _add(parts: list[Part], piece: Piece, row: int) -> None:
    if not parts:
        parts.append(Part(None, None, [], row))
    parts[-1].pieces.append(piece)


def _is_latin(pieces: Sequence[Piece]) -> bool:
    return all(piece.text.isascii() for piece in pieces)
