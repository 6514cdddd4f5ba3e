"""Frames: line files (Parquet, one row a line of an invoice) as the kernel's arrays; decisions back (docs/year.md)."""

from __future__ import annotations

from hearth.store.frames.calendar import months_between, months_on
from hearth.store.frames.columns import COLUMNS, FORMAT, REQUIRED, Column
from hearth.store.frames.decided import LINE_NAMES, decided_frame, written_beside
from hearth.store.frames.part import Part
from hearth.store.frames.reading import Reading
from hearth.store.frames.source import PART_LINES, LineFile

__all__ = [
    "COLUMNS",
    "FORMAT",
    "LINE_NAMES",
    "PART_LINES",
    "REQUIRED",
    "Column",
    "LineFile",
    "Part",
    "Reading",
    "decided_frame",
    "months_between",
    "months_on",
    "written_beside",
]
