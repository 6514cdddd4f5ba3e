"""Source: a line file on disk, opened, checked, and cut into parts that hold whole owners."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from hearth.store.frames.columns import COLUMNS, Array, Lines, checked_schema, key_numbers
from hearth.store.frames.part import Part, arrays_of
from hearth.store.frames.reading import Reading
from hearth.words.faults import Malformed

PART_LINES = 262_144
"""How many lines one part holds at most: what is read at once stays small, and a bar moves.

Two of the row groups that Hearth writes: a group that two parts reach into is unpacked twice.  Arrays a little longer
than a power of two would leave a quarter of their memory unused.
"""

_BROKEN = (
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    OSError,
    ValueError,
)


class LineFile:
    """A line file, ready to be read part by part.  Raises: Malformed where it is no such file."""

    def __init__(self, path: Path) -> None:
        self.path, self.file = path, str(path)
        if not path.is_file():
            raise Malformed(
                file=self.file, got="no file" if not path.exists() else "no plain file", want="a Parquet file"
            )
        if path.stat().st_size == 0:
            raise Malformed(file=self.file, got="an empty file", want="a Parquet file of claim lines")
        try:
            self._scan = pl.scan_parquet(path, glob=False)
            self.schema = self._scan.collect_schema()
            self.lines = int(self._scan.select(pl.len()).collect().item())
            self.metadata = pl.read_parquet_metadata(path)
        except _BROKEN as broken:
            raise self._broken(broken) from broken
        checked_schema(self.schema, self.file)
        if self.lines == 0:
            raise Malformed(file=self.file, got="a file without rows", want="one row a claim line")
        self._sorted: tuple[pl.DataFrame, Array] | None = None
        self._starts = self._owner_starts()
        self.diseases: tuple[str, ...] = tuple(dict.fromkeys(("", *self._distinct("icd"))))
        """Diseases of the file by their numbers; 0 is none."""
        self._duplicates = self._find_duplicates()

    @property
    def unread(self) -> tuple[str, ...]:
        """Columns of the file that the format does not know."""
        return tuple(name for name in self.schema if name not in COLUMNS)

    @property
    def owners(self) -> int:
        """How many owners the file holds."""
        return len(self._starts)

    @property
    def synthetic(self) -> bool:
        """Whether the file says that it is made up."""
        return self.metadata.get("hearth.synthetic") == "yes"

    def parts(self, count: int | None = None) -> list[tuple[int, int]]:
        """(first, last) lines of parts that hold whole owners; PART_LINES each at most unless told how many."""
        if count is None:
            return list(pairwise(self._edges()))
        cuts = np.linspace(0, self.lines, count + 1)[1:-1]
        inner = self._starts[np.searchsorted(self._starts, cuts).clip(0, len(self._starts) - 1)]
        edges = sorted({0, *(int(cut) for cut in inner), self.lines})
        return list(pairwise(edges))

    def _edges(self) -> list[int]:
        """Where parts begin: no part is longer than PART_LINES unless it is one owner's."""
        edges = [0]
        while edges[-1] + PART_LINES < self.lines:
            place = int(np.searchsorted(self._starts, edges[-1] + PART_LINES, "right")) - 1
            if self._starts[place] <= edges[-1]:
                place += 1
            if place == len(self._starts):
                break
            edges.append(int(self._starts[place]))
        return [*edges, self.lines]

    def read(self, part: tuple[int, int], reading: Reading) -> Part:
        """The arrays of one part for one product.  Raises: Malformed."""
        first, last = part
        names = reading.columns(name for name in COLUMNS if name in self.schema)
        lines = Lines(*self._slice(names, first, last))
        return arrays_of(lines, reading, self.diseases, self._duplicates)

    def names(self, part: tuple[int, int], columns: Sequence[str]) -> pl.DataFrame:
        """Columns of one part as the file has them, with `row`, the number of each line from 1."""
        first, last = part
        frame, _, start, places = self._slice([name for name in columns if name in self.schema], first, last)
        rows = np.arange(start, start + last - first) if places is None else start + places
        return frame.with_columns(pl.Series("row", rows + 1))

    def _slice(self, names: Sequence[str], first: int, last: int) -> tuple[pl.DataFrame, str, int, Array | None]:
        if self._sorted is not None:
            frame, places = self._sorted
            return frame[first:last].select(names), self.file, 0, places[first:last]
        try:
            frame = self._scan.select(names).slice(first, last - first).collect()
        except _BROKEN as broken:
            raise self._broken(broken) from broken
        return frame, self.file, first, None

    def _whole(self, names: Sequence[str]) -> pl.DataFrame:
        try:
            return self._scan.select(names).collect()
        except _BROKEN as broken:
            raise self._broken(broken) from broken

    def _owner_starts(self) -> Array:
        """Where each owner's lines start, after sorting them together where they are not."""
        owner = Lines(self._whole(["owner"]), self.file).keys("owner")
        assert owner is not None
        values = owner[0]
        starts = _run_starts(values)
        heads = values[starts]
        if len(heads) > 1 and not (heads[1:] > heads[:-1]).all() and len(np.unique(heads)) < len(heads):
            frame = self._whole([name for name in COLUMNS if name in self.schema])
            places = np.argsort(values, kind="stable")
            self._sorted = (frame[places], places)
            starts = _run_starts(values[places])
        return starts

    def _distinct(self, name: str) -> tuple[str, ...]:
        """Every text of a column, in order."""
        dtype = self.schema.get(name)
        if dtype is None:
            return ()
        if isinstance(dtype, pl.Enum):
            return tuple(dtype.categories.to_list())
        series = self._whole([name])[name]
        return tuple(sorted({"" if text is None else text for text in series.cast(pl.String).unique().to_list()}))

    def _find_duplicates(self) -> Array:
        """Rows (from 0) that begin an invoice whose code and number stood before in the file."""
        none = np.zeros(0, np.int64)
        if "invoice_no" not in self.schema or "duplicate" in self.schema:
            return none
        more = [name for name in ("void",) if name in self.schema]
        lines = Lines(self._whole(["owner", "claim", "invoice", "invoice_no", *more]), self.file)
        keys = {name: key_numbers(lines.frame[name]) for name in ("owner", "claim", "invoice", "invoice_no")}
        new = np.ones(lines.size, bool)
        new[1:] = False
        for values in keys.values():
            new[1:] |= values[1:] != values[:-1]
        starts = np.flatnonzero(new)
        given = lines.frame["invoice_no"].is_not_null().to_numpy()[starts]
        if more:
            given &= ~lines.frame["void"].fill_null(False).to_numpy()[starts]
        starts = starts[given]
        numbers = np.sort(keys["invoice_no"][starts])
        again = np.unique(numbers[1:][numbers[1:] == numbers[:-1]])
        if not len(again):
            return none
        number = keys["invoice_no"][starts]
        starts = starts[again[np.searchsorted(again, number).clip(0, len(again) - 1)] == number]
        twice = pl.DataFrame({name: values[starts] for name, values in keys.items()} | {"start": starts})
        invoice = pl.struct("owner", "claim", "invoice")
        later = twice.filter(invoice != invoice.sort_by("start").first().over("invoice_no"))
        return later["start"].sort().to_numpy()

    def _broken(self, broken: BaseException) -> Malformed:
        if isinstance(broken, OSError) and broken.strerror:
            return Malformed(file=self.file, got=broken.strerror, want="a Parquet file that can be read")
        first = (str(broken).strip().splitlines() or [type(broken).__name__])[0]
        return Malformed(
            file=self.file, got=f"bytes that are not Parquet ({first[:120]})", want="a Parquet file of claim lines"
        )


def _run_starts(values: Array) -> Array:
    changes = np.flatnonzero(values[1:] != values[:-1]) + 1
    return np.concatenate((np.zeros(1, np.int64), changes))


__all__ = ["PART_LINES", "LineFile"]
