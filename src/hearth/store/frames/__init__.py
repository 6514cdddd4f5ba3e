"""Frames: line files (Parquet, one row a line of an invoice) to the kernel's arrays, and decisions back (docs/year.md)."""

from __future__ import annotations

from hearth.store.frames.calendar import months_between, months_on
from hearth.store.frames.columns import COLUMNS, FORMAT, REQUIRED, Column
from hearth.store.frames.decided import decided_frame, written_beside
from hearth.store.frames.part import Part, Reading
from hearth.store.frames.source import PART_LINES, LineFile

__all__ = [
    "COLUMNS",
    "FORMAT",
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
