"""Decided: what the kernel gave, as rows of a Parquet file; and files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import polars as pl

from hearth.store.frames.part import Part
from hearth.words.arrays import Outcome
from hearth.words.codes import Reason
from hearth.words.faults import Malformed

REASONS = tuple({int(code): code.name.lower() for code in Reason}.get(n, f"unused_{n}") for n in range(max(Reason) + 1))
"""Names of reasons by number, with a placeholder word where a number is not used."""

LINE_NAMES = ("owner", "insured", "policy", "claim", "invoice", "line", "category", "scope", "billed")
"""What a line is known by in a file of decisions, besides `row`, its number in the line file."""


def decided_frame(names: pl.DataFrame, part: Part, outcome: Outcome) -> pl.DataFrame:
    """Lines of a part and what was decided of each, in the order of the file.

    Days in hospital that a daily allowance counts have no line of their own: their row is the stay's last one; their
    line, category and bill are empty.
    """
    line_of = part.line_of
    of_file = np.asarray(line_of >= 0)
    # Rows of days in hospital follow the last line of their invoice.
    at = np.where(of_file, line_of, np.concatenate((line_of[:1], line_of[:-1])))
    frame = names[at]
    if not of_file.all():
        own = pl.Series(of_file)
        frame = frame.with_columns(
            pl.when(own).then(pl.col(name)).otherwise(None).alias(name)
            for name in ("line", "category", "scope", "billed")
            if name in frame.columns
        )
    columns = outcome.columns
    decided = frame.with_columns(
        *(pl.Series(name, getattr(columns, name)) for name in columns._fields if name != "reason"),
        pl.Series("reason", REASONS, dtype=pl.Enum(REASONS))[columns.reason.astype(np.uint32)],
    )
    return decided if part.in_file_order else decided.sort("row", maintain_order=True)


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to; it becomes `path` when all went well, and nothing stays when it did not.

    Raises: Malformed where the folder cannot be written to.
    """
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as broken:
        raise Malformed(
            file=str(path), got=broken.strerror or "no folder", want="a folder that can be written to"
        ) from broken
    os.close(number)
    beside = Path(name)
    try:
        yield beside
        mask = os.umask(0)
        os.umask(mask)
        beside.chmod(0o666 & ~mask)
        beside.replace(path)
    except OSError as broken:
        raise Malformed(file=str(path), got=broken.strerror or str(broken), want="room to write the file") from broken
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
