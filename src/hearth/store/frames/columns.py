"""Columns of a line file: their names, types and limits, and how one becomes an array (docs/year.md)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hearth.words.codes import Category, Cause, Department, Ownership, Paper, Scope, Setting
from hearth.words.days import NEVER, day_of
from hearth.words.faults import Malformed
from hearth.words.money import MAX_FEN

Array = NDArray[Any]

FORMAT = "hearth lines 1"
"""What the metadata of a line file written by Hearth says under `hearth.format`."""

NO_AMOUNT = -1
FIRST_DAY, LAST_DAY = -25_567, 84_370
"""1900-01-01 and 2200-12-31."""


@dataclass(frozen=True)
class Column:
    """One column: what it holds, what its numbers lie between, and what an absent column or value means.

    `level` says inside what the value may not change: a claim, an invoice, or nothing (a line).
    """

    name: str
    level: str
    dtype: Any
    means: str
    required: bool = False
    null: bool = False
    fallback: int = 0
    low: int = 0
    high: int = MAX_FEN
    codes: type[IntEnum] | None = None
    words: tuple[str, ...] = ()
    kind: str = "number"  # number, day, truth, code, name, text


def _named(codes: type[IntEnum]) -> tuple[str, ...]:
    """Names by number, with a blank where a number is not used."""
    names = {int(member): member.name.lower() for member in codes}
    return tuple(names.get(number, "") for number in range(max(names) + 1))


def _fen(name: str, level: str, means: str, **more: Any) -> Column:
    return Column(name, level, pl.Int64, means, **more)


def _count(name: str, level: str, means: str, high: int, **more: Any) -> Column:
    return Column(name, level, pl.Int32, means, high=high, **more)


def _day(name: str, level: str, means: str, **more: Any) -> Column:
    return Column(name, level, pl.Date, means, kind="day", fallback=NEVER, low=FIRST_DAY, high=LAST_DAY, **more)


def _truth(name: str, level: str, means: str, **more: Any) -> Column:
    return Column(name, level, pl.Boolean, means, high=1, kind="truth", **more)


def _code(name: str, level: str, means: str, codes: type[IntEnum], **more: Any) -> Column:
    words = _named(codes)
    # Rows of stay_days are made by the reader; the enumeration of a written file ends before them.
    kept = words[: int(Category.DEVICE) + 1] if codes is Category else words
    return Column(
        name, level, pl.Enum(kept), means, kind="code", codes=codes, words=kept, high=max(map(int, codes)), **more
    )


def _name(name: str, level: str, means: str, dtype: Any = pl.Int32, **more: Any) -> Column:
    return Column(name, level, dtype, means, kind="name", **more)


_ALL = (
    _name("owner", "invoice", "who shares deductibles and limits: the family, else the insured", required=True),
    _name("insured", "claim", "the insured person; the owner where the column is absent"),
    _name("policy", "invoice", "the contract of one year that the day of treatment falls in", required=True),
    _name("chain", "claim", "the line of contracts that renew one another; the policy where absent"),
    Column("plan", "invoice", pl.String, "the plan's code; the product's first plan where absent", kind="text"),
    _day("starts_on", "invoice", "first day of the contract", required=True),
    _day("ends_on", "invoice", "first day no longer covered; a year after the start where absent", null=True),
    _day("continuous_since", "invoice", "first day of unbroken cover, where earlier contracts are missing", null=True),
    _day("guaranteed_since", "invoice", "first day of the guaranteed-renewal period, likewise", null=True),
    _truth("with_social_insurance", "invoice", "bought as a person with social insurance", fallback=1),
    _count("claim_free_years", "invoice", "years without claim before this contract", 60),
    _fen("sum_insured", "invoice", "basic sum insured"),
    _fen("premium_paid", "invoice", "premium paid for the age stated", null=True, fallback=1),
    _fen("premium_due", "invoice", "premium due for the true age", null=True, fallback=1, low=1),
    Column("unproven_clauses", "invoice", pl.String, "clauses of exclusions not proven to be explained, by spaces",
           kind="text", null=True),
    _name("claim", "claim", "the application", required=True),
    _truth("void", "claim", "left out altogether, as if its lines were not in the file"),
    _day("registered_on", "claim", "day of registration", null=True),
    _day("settled_on", "claim", "day of settlement", null=True),
    _code("cause", "claim", "why treatment was needed", Cause),
    _name("event", "claim", "the illness or accident that claims share; the claim itself where absent", null=True),
    _day("trigger_on", "claim", "accident, first diagnosis or enrolment that time windows count from", null=True),
    _day("onset_on", "claim", "first diagnosis, judged against the waiting period", null=True),
    Column("papers", "claim", pl.Int64, "bits of the papers at hand; complete where absent", null=True, fallback=-1,
           high=(1 << len(Paper)) - 1),
    _fen("insurer_paid", "claim", "what another insurer paid for this claim"),
    _fen("employer_paid", "claim", "what the employer or group cover paid"),
    _fen("charity_paid", "claim", "what charity paid"),
    _fen("third_party_paid", "claim", "what a third party paid"),
    _name("invoice", "invoice", "the invoice or diagnosis, by any number inside its claim", required=True),
    _name("invoice_no", "invoice", "code and number of the e-invoice together: the second with it is a duplicate",
          pl.Int64, null=True),
    _truth("duplicate", "invoice", "known to have been counted before; then invoice_no is not looked at"),
    _truth("used_elsewhere", "invoice", "used at another policy without being declared"),
    _truth("other_person", "invoice", "names another person than the insured"),
    _code("setting", "invoice", "where treatment took place", Setting, required=True),
    _day("event_on", "invoice", "admission day of a stay, else the day of the visit or diagnosis", required=True),
    _day("until_on", "invoice", "discharge day of a stay; event_on where absent", null=True),
    _count("leave_days", "invoice", "days of leave inside the stay", 36_500),
    _name("hospital", "invoice", "the hospital: same day and hospital is one visit", null=True),
    _name("clinic", "invoice", "the clinic inside it, likewise", null=True),
    _count("level", "invoice", "3 tertiary, 2 secondary, 1 primary, 0 not graded", 3, fallback=3),
    _code("ownership", "invoice", "who runs the hospital", Ownership),
    _code("department", "invoice", "kind of ward or clinic", Department),
    _day("emergency_until", "invoice", "last day of an emergency", null=True),
    Column("icd", "invoice", pl.String, "disease; condition:<code>|<ICD-10> of a diagnosis", kind="text", null=True),
    _truth("settled", "invoice", "settled through social insurance", fallback=1),
    _fen("public", "invoice", "what public funds paid of this invoice, never the personal account"),
    _fen("total", "invoice", "total as printed; checked against the lines where given", null=True, fallback=NO_AMOUNT),
    _fen("account", "invoice", "personal account, checked with cash against the total", null=True, fallback=NO_AMOUNT),
    _fen("cash", "invoice", "cash, likewise", null=True, fallback=NO_AMOUNT),
    _day("known_on", "invoice", "earliest proof that this illness was there", null=True),
    _truth("suspected", "invoice", "suspected, without proof, to have been there before"),
    _count("line", "line", "number of the line: the part inside and the part outside the list share it", 2**31 - 2),
    _code("category", "line", "what the line is for", Category, required=True),
    _code("scope", "line", "inside or outside the social-insurance list", Scope),
    _count("quantity", "line", "days or pieces that an item cap is multiplied by", 100_000, low=1, fallback=1),
    _day("served_on", "line", "day of service; event_on where absent", null=True),
    _fen("billed", "line", "amount of the line, or of this part of it", required=True),
    _fen("public_of_line", "line", "public payments on it, by the settlement sheet", null=True, fallback=NO_AMOUNT),
    _truth("disputed", "line", "not yet accepted as reasonable and necessary"),
    _truth("cut", "line", "found not reasonable and necessary by a person"),
)  # fmt: skip

COLUMNS: dict[str, Column] = {column.name: column for column in _ALL}
"""Every column of a line file, in its order; amounts are fen."""

REQUIRED = tuple(column.name for column in _ALL if column.required)


class Lines:
    """Some lines of a file, and their columns as arrays; says what is wrong with one in terms of the whole file."""

    def __init__(self, frame: pl.DataFrame, file: str, first: int = 0, places: Array | None = None) -> None:
        self.frame, self.file, self.first, self.places = frame, file, first, places
        self.size = frame.height
        self.local: Array | None = None  # places among the lines first read, where some were left out or moved

    def has(self, name: str) -> bool:
        """Whether the file has the column."""
        return name in self.frame.columns

    def place(self, at: int) -> int:
        """The number in the file, from 1, of the line that stands at `at` here."""
        return self.first + int(at if self.places is None else self.places[at]) + 1

    def wrong(self, name: str, at: int, got: object, want: str) -> Malformed:
        """The fault that names file, column and row."""
        return Malformed(file=self.file, place=f"column {name}, row {self.place(at)}", got=str(got), want=want)

    def series(self, name: str) -> pl.Series:
        """A column, without blanks where the format allows none.  Raises: Malformed."""
        series = self.frame[name]
        if series.null_count() and not COLUMNS[name].null:
            raise self.wrong(name, int(series.is_null().arg_max() or 0), "nothing", "a value in every row")
        return series

    def numbers(self, name: str, heads: Array | None = None, inside: Array | None = None) -> Array | None:
        """A column of numbers, days, truths or codes as integers; blanks become its fallback; None where absent.

        With `heads` its values there, after making sure that it changes on no line marked in `inside`: which lines but
        the first continue the invoice before them.
        Raises: Malformed where a value lies outside the column's limits.
        """
        if not self.has(name):
            return None
        column, series = COLUMNS[name], self.series(name)
        if column.kind == "code":
            return self._steady(name, self._codes(column, series), heads, inside)
        if column.kind == "truth":
            filled = series.fill_null(bool(column.fallback)) if series.null_count() else series
            return self._steady(name, filled.to_numpy().view(np.int8), heads, inside)
        values = series.to_physical() if column.kind == "day" else series
        blank = series.null_count() > 0
        if blank:
            values = (values if column.kind == "day" else values.cast(pl.Int64)).fill_null(column.fallback)
        found = self._steady(name, values.to_numpy(), heads, inside)
        self._within(column, found, series, heads)
        return found

    def _steady(self, name: str, values: Array, heads: Array | None, inside: Array | None) -> Array:
        if heads is None:
            return values
        if inside is not None:
            changes = values[1:] != values[:-1]
            changes &= inside
            if changes.any():
                at = int(np.argmax(changes)) + 1
                raise self.wrong(name, at, self.frame[name][at], "the same value on every line of one invoice")
        return values[heads]

    def _within(self, column: Column, values: Array, series: pl.Series, heads: Array | None) -> None:
        """Values lie between the column's limits; its fallback stands for a blank."""
        if not len(values):
            return
        low, high = int(values.min()), int(values.max())
        if low == column.fallback < column.low and series.null_count():
            rest = values[values != column.fallback]
            low = int(rest.min()) if len(rest) else column.low
        if low >= column.low and high <= column.high:
            return
        bad = (values < column.low) | (values > column.high)
        if series.null_count():
            bad &= ~series.is_null().to_numpy()[slice(None) if heads is None else heads]
        if not bad.any():
            return
        at = int(np.argmax(bad))
        at = at if heads is None else int(heads[at])
        if column.kind == "day":
            raise self.wrong(column.name, at, series[at], f"a day from {day_of(FIRST_DAY)} to {day_of(LAST_DAY)}")
        raise self.wrong(column.name, at, f"{series[at]:,}", f"{column.low:,} to {column.high:,}{_unit(column)}")

    def _codes(self, column: Column, series: pl.Series) -> Array:
        known = {name: number for number, name in enumerate(column.words) if name}
        if column.codes is not None:
            known = {member.name.lower(): int(member) for member in column.codes if member is not Category.STAY_DAYS}
        if series.dtype.is_integer():
            bad = ~series.is_in(list(known.values()))
            if bad.any():
                at = int(bad.arg_max() or 0)
                raise self.wrong(column.name, at, series[at], f"one of {', '.join(map(str, known.values()))}")
            return series.to_numpy().astype(np.int8)
        numbers, names = spelled(series)
        if tuple(names) == column.words:
            return numbers.view(np.int8) if numbers.dtype == np.uint8 else numbers.astype(np.int8)
        table = np.array([known.get(name, -1) for name in names] or [-1], np.int8)
        codes: Array = table[numbers]
        if (codes < 0).any():
            at = int(np.argmax(codes < 0))
            raise self.wrong(column.name, at, repr(series[at]), f"one of {', '.join(known)}")
        return codes

    def texts(
        self, name: str, words: dict[str, int], want: str, heads: Array | None = None, inside: Array | None = None
    ) -> Array | None:
        """A column of texts as numbers by `words`; blanks are ""; None where absent; with `heads` as `numbers` does.

        Raises: Malformed.
        """
        if not self.has(name):
            return None
        series = self.series(name)
        numbers, names = spelled(series.fill_null("") if series.null_count() else series)
        table = np.array([words.get(text, -1) for text in names] or [-1], np.int32)
        codes: Array = table[self._steady(name, numbers, heads, inside)]
        if len(codes) and codes.min() < 0:
            at = int(np.argmax(codes < 0))
            at = at if heads is None else int(heads[at])
            raise self.wrong(name, at, repr(series[at]), want)
        return codes

    def keys(
        self, name: str, heads: Array | None = None, inside: Array | None = None
    ) -> tuple[Array, Array | None] | None:
        """A column of names as (integers that differ where they differ, where blank or None); None where absent.

        With `heads` its values there, as `numbers` does.  Raises: Malformed.
        """
        if not self.has(name):
            return None
        series = self.series(name)
        blank = None
        if series.null_count():
            blank = self._steady(name, series.is_null().to_numpy(), heads, inside)
        return self._steady(name, key_numbers(series), heads, inside), blank


def key_numbers(series: pl.Series) -> Array:
    """Integers that differ where the names or numbers differ; 0 where blank."""
    if series.dtype.is_integer():
        values = series.fill_null(0) if series.null_count() else series
        if values.dtype == pl.UInt64:
            values = values.reinterpret(signed=True)
        return values.to_numpy()
    filled = series.fill_null("") if series.null_count() else series
    return spelled(filled)[0]


def spelled(series: pl.Series) -> tuple[Array, list[str]]:
    """Texts as (numbers, their words)."""
    if not isinstance(series.dtype, pl.Enum):
        texts = series.cast(pl.String)
        series = texts.cast(pl.Enum(texts.unique().sort()))
    names: list[str] = series.dtype.categories.to_list()  # type: ignore[attr-defined]
    return series.to_physical().to_numpy(), names


def _signed(column: Column) -> Any:
    return pl.Int32 if column.kind == "day" else pl.Int64


def _unit(column: Column) -> str:
    return " fen" if column.high == MAX_FEN else ""


def checked_schema(schema: pl.Schema, file: str) -> None:
    """Says what is wrong with the columns of a file.  Raises: Malformed."""
    missing = [name for name in REQUIRED if name not in schema]
    if missing:
        raise Malformed(file=file, place=f"column {missing[0]}", got="no such column", want=COLUMNS[missing[0]].means)
    for name, dtype in schema.items():
        if name in COLUMNS and not _fits(COLUMNS[name], dtype):
            raise Malformed(
                file=file, place=f"column {name}", got=f"values of type {dtype}", want=_wanted(COLUMNS[name])
            )


def _fits(column: Column, dtype: pl.DataType) -> bool:
    textual = dtype == pl.String or isinstance(dtype, (pl.Categorical, pl.Enum))
    if column.kind in ("name", "code"):
        return dtype.is_integer() or textual
    if column.kind == "text":
        return textual
    if column.kind == "day":
        return dtype == pl.Date
    if column.kind == "truth":
        return dtype == pl.Boolean
    return dtype.is_integer()


def _wanted(column: Column) -> str:
    return {
        "name": "whole numbers or texts",
        "code": "texts such as " + ", ".join(name for name in column.words[:3] if name),
        "text": "texts",
        "day": "days (Parquet DATE)",
        "truth": "true or false",
        "number": "whole fen" if column.high == MAX_FEN else "whole numbers",
    }[column.kind]
