"""Reader: the wire that reads print, opened once a process; a picture becomes its print and what that says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from hearth.kernel.documents.reading.found import Paper
from hearth.kernel.documents.reading.gap import complete
from hearth.kernel.documents.reading.paper import extract
from hearth.wires import ocr
from hearth.words.papers import PaperKind, Run


@lru_cache(maxsize=2)
def reader(spec: str) -> ocr.Reader:
    """The reader of an address (docs/wires.md).  Raises: Malformed, ReaderAbsent."""
    return ocr.opened(spec)


def read_page(picture: ocr.Picture, spec: str, expected: PaperKind | None = None) -> tuple[Sequence[Run], Paper]:
    """The print on a picture and what it says, empty cells of lists looked at again; nothing is checked yet.

    Raises: Malformed, ReaderAbsent.
    """
    used = reader(spec)
    runs = used.read(picture)
    return runs, complete(extract(runs, expected), lambda places: used.read_at(picture, places))
