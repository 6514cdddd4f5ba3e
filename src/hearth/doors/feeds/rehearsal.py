"""Rehearsal: a line file decided part by part under a product, and two products' decisions set against each other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl
from pydantic import BaseModel

from hearth.doors.feeds.products import read_terms
from hearth.kernel.adjudication.run import MONEY, adjudicate, balance_check, compiled_scan, has_numba
from hearth.kernel.adjudication.variants import payables
from hearth.kernel.product.book import Sold, claim_order, compile_book, rules_of
from hearth.kernel.product.terms import Term, Terms
from hearth.store.frames import LineFile, Part, Reading
from hearth.store.shelf import products_folder
from hearth.words.arrays import Book, Outcome
from hearth.words.codes import Gate, Reason
from hearth.words.days import day_number, day_of
from hearth.words.faults import BeforeFirstDay, UnknownProduct

FIRST = day_number(day_of(0).replace(year=1900))
"""The day before which no contract begins; it stands for "before the terms" among the days from which values hold."""

COMPILE_FROM = 20_000
"""Lines of a whole file from which the compiled scan is worth loading."""


@dataclass(frozen=True)
class Judge:
    """A product ready to judge the lines of one file."""

    terms: Terms
    reading: Reading
    book: Book
    missing: dict[int, BeforeFirstDay]

    def check(self, part: Part) -> None:
        """Raises: BeforeFirstDay where a contract of the part began before the terms."""
        for version in sorted(part.versions & self.missing.keys()):
            began = part.covers.starts_on[part.covers.version == version].min()
            raise BeforeFirstDay(**{**self.missing[version].data, "asked_on": day_of(int(began))})


def judge_of(terms: Terms, diseases: Sequence[str]) -> Judge:
    """The product's tables for a file with these diseases.

    Raises: BeforeFirstDay where no version of the terms is whole.
    """
    reading = reading_of(terms)
    sold: list[Sold] = []
    missing: dict[int, BeforeFirstDay] = {}
    for plan in reading.plans:
        for day in reading.since:
            one = Sold(terms, day_of(int(day)), plan)
            try:
                compile_book([one], [""])
            except BeforeFirstDay as fault:
                missing[len(sold)] = fault
            sold.append(one)
    whole = [one for version, one in enumerate(sold) if version not in missing]
    if not whole:
        raise missing[0]
    # A version that lacks a value stands in the table as another; `check` keeps it from being used.
    usable = [whole[0] if version in missing else one for version, one in enumerate(sold)]
    return Judge(terms, reading, compile_book(usable, diseases), missing)


def reading_of(terms: Terms) -> Reading:
    """What of the terms shapes the arrays."""
    since = np.array(sorted({FIRST, *(day_number(day) for term in _terms(terms) for day in term.values)}), np.int64)
    grace = terms.waiting.grace_days if terms.waiting is not None else None
    years = terms.guaranteed_renewal.years if terms.guaranteed_renewal is not None else None
    rules = rules_of(terms)
    return Reading(
        plans=terms.plans,
        since=since,
        grace_days=np.array([_value(grace, day) for day in since], np.int64),
        guaranteed_years=np.array([_value(years, day) for day in since], np.int64),
        exclusions=tuple(exclusion.clause for exclusion in terms.exclusions),
        claim_order=claim_order(terms),
        daily=any(benefit.kind == "daily" for benefit in terms.benefits),
        windows=any(benefit.around_stay is not None for benefit in terms.benefits),
        triggers=any(benefit.since_trigger is not None for benefit in terms.benefits)
        or any(rule.span == "trigger" for rule in rules),
        waits=terms.waiting is not None,
        visits=any(
            benefit.kind != "indemnity" or benefit.computed_per in ("visit", "day") for benefit in terms.benefits
        )
        or any(rule.span in ("visit", "stay") or rule.unit in ("days", "times") for rule in rules),
    )


def _terms(value: Any) -> Iterator[Term]:
    if isinstance(value, Term):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _terms(getattr(value, name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _terms(each)


def _value(term: Term | None, day: Any) -> int:
    try:
        return 0 if term is None else term.at(day_of(int(day)))
    except BeforeFirstDay:
        return 0


# --- running ----------------------------------------------------------------------------------------------------------

Given = TypeVar("Given")
Span = tuple[int, int]


def in_parts(
    spans: Sequence[Span],
    work: Callable[[Span], Given],
    threads: int | None = None,
    done: Callable[[int], None] | None = None,
) -> Iterator[Given]:
    """What `work` gives for each part, in the order of the parts, some parts at once; never many parts ahead."""
    workers = threads or os.cpu_count() or 1
    if workers == 1 or len(spans) == 1:
        for span in spans:
            given = work(span)
            if done is not None:
                done(span[1] - span[0])
            yield given
        return
    with ThreadPoolExecutor(workers) as pool:
        ahead: list[Future[Given]] = []
        rest = iter(spans)
        try:
            for span in spans:
                while len(ahead) <= workers and (following := next(rest, None)) is not None:
                    ahead.append(pool.submit(work, following))
                yield ahead.pop(0).result()
                if done is not None:
                    done(span[1] - span[0])
        finally:
            for waiting in ahead:
                waiting.cancel()


def decided(file: LineFile, judge: Judge, span: Span, compiled: bool | None = None) -> tuple[Part, Outcome]:
    """One part of a file, read and decided.  Raises: Malformed, BeforeFirstDay."""
    part = file.read(span, judge.reading)
    return part, decide_part(part, judge, compiled)


def decide_part(part: Part, judge: Judge, compiled: bool | None = None) -> Outcome:
    """The decisions of one part.  Raises: BeforeFirstDay."""
    judge.check(part)
    return adjudicate(part.inputs(judge.book), compiled=compiled)


def what_ifs(part: Part, judges: Sequence[Judge], compiled: bool | None = None) -> np.ndarray:
    """What each claim of a part is paid under each of several products, fen [claims, products].

    The part must have been read for a product with the same Reading.  Products that differ in ratios, deductibles and
    limits alone share one pass over the lines.  Raises: BeforeFirstDay.
    """
    for judge in judges:
        judge.check(part)
    return payables(part.inputs(judges[0].book), [judge.book for judge in judges], compiled=compiled)


def compiles(file: LineFile) -> bool:
    """Whether the compiled scan is worth loading for this file."""
    return file.lines >= COMPILE_FROM and has_numba()


def warm(file: LineFile, judge: Judge) -> None:
    """Loads the compiled scan, by deciding the first part: what threads would otherwise each wait for."""
    compiled_scan()
    decided(file, judge, file.parts()[0], compiled=True)


def checked(part: Part, judge: Judge, outcome: Outcome) -> None:
    """The identity of every line; a fen that is nowhere is a bug and stops the run."""
    balance_check(part.inputs(judge.book), outcome)


# --- totals -----------------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """Totals of decisions: by column, by reason."""

    lines: int = 0
    claims: int = 0
    billed: int = 0
    money: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MONEY, 0))
    reasons: dict[Reason, tuple[int, int, int]] = field(default_factory=dict)
    """Rows, billed, payable of each reason."""
    referred: int = 0
    """Rows that a person has to look at: a gate failed, other than by arithmetic, or is to be looked at."""

    def add(self, part: Part, outcome: Outcome) -> None:
        """Adds the decisions of one part."""
        columns, rows = outcome.columns, part.rows
        # Steps write where their claim's rows stand, so rows and columns go side by side.
        self.lines += int((part.line_of >= 0).sum())
        self.claims += len(part.claims.insured)
        self.billed += int(rows.billed.sum())
        for name in MONEY:
            self.money[name] += int(getattr(columns, name).sum())
        counts = np.bincount(columns.reason, minlength=max(Reason) + 1)
        for code in Reason:
            if counts[code]:
                at = columns.reason == code
                had = self.reasons.get(code, (0, 0, 0))
                self.reasons[code] = (
                    had[0] + int(counts[code]),
                    had[1] + int(rows.billed[at].sum()),
                    had[2] + int(columns.payable[at].sum()),
                )
        self.referred += int(np.count_nonzero(columns.gates & ~np.int32(1 << Gate.BENEFIT)))

    def merge(self, other: Tally) -> None:
        """Adds another tally."""
        self.lines += other.lines
        self.claims += other.claims
        self.billed += other.billed
        self.referred += other.referred
        for name in MONEY:
            self.money[name] += other.money[name]
        for code, (rows, billed, payable) in other.reasons.items():
            had = self.reasons.get(code, (0, 0, 0))
            self.reasons[code] = (had[0] + rows, had[1] + billed, had[2] + payable)


def claim_payables(part: Part, outcome: Outcome) -> np.ndarray:
    """Payable of each claim of a part, in its order."""
    starts = part.invoices.row_from[part.claims.invoice_from[:-1]]
    return np.asarray(np.add.reduceat(outcome.columns.payable, starts))


def claim_frame(part: Part, before: Outcome, part_after: Part, after: Outcome) -> pl.DataFrame:
    """Payable of each claim under two products: claim, insured, before, after (fen)."""
    return pl.DataFrame(
        {
            "claim": part.claim_ids,
            "insured": part.insured_ids,
            "before": claim_payables(part, before),
            "after": claim_payables(part_after, after),
        }
    )


QUANTILES = (0.10, 0.50, 0.90, 0.99)


@dataclass(frozen=True)
class Side:
    """Those who gain, or those who lose."""

    count: int
    total: int
    quantiles: dict[str, int]
    largest: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Effect:
    """What a changed product does to claims, or to insured people."""

    of: str
    count: int
    unchanged: int
    gain: Side
    lose: Side


@dataclass(frozen=True)
class Comparison:
    """What a changed product would have cost on this year, and to whom."""

    before: int
    after: int
    claims: Effect
    insured: Effect


def comparison(frames: Sequence[pl.DataFrame]) -> Comparison:
    """Claims under two products -> who gains, who loses, by how much; amounts fen, positive on both sides."""
    claims = pl.concat(frames).with_columns(change=pl.col("after") - pl.col("before"))
    insured = claims.group_by("insured", maintain_order=True).agg(pl.col("before", "after", "change").sum())
    return Comparison(
        before=int(claims["before"].sum()),
        after=int(claims["after"].sum()),
        claims=_effect("claims", claims, ("claim", "insured")),
        insured=_effect("insured", insured, ("insured",)),
    )


def _effect(of: str, frame: pl.DataFrame, names: tuple[str, ...]) -> Effect:
    sides = [_side(frame.filter(pl.col("change") * sign > 0), sign, names) for sign in (1, -1)]
    return Effect(of, frame.height, frame.height - sides[0].count - sides[1].count, *sides)


def _side(frame: pl.DataFrame, sign: int, names: tuple[str, ...]) -> Side:
    amounts = frame["change"] * sign
    quantiles = {}
    if frame.height:
        ordered = amounts.sort()
        quantiles = {f"p{round(q * 100)}": int(ordered[int(q * (len(ordered) - 1))]) for q in QUANTILES}
        quantiles["max"] = int(ordered[-1])
    # The file's order decides between equals, whatever the parts were.
    place = pl.Series("place", np.arange(frame.height))
    top = frame.with_columns(place, size=amounts).sort(["size", "place"], descending=[True, False]).head(10)
    return Side(
        frame.height, int(amounts.sum()), quantiles, tuple(top.select(*names, "before", "after", "change").to_dicts())
    )


# --- which product ----------------------------------------------------------------------------------------------------


def product_named(name: str) -> Terms:
    """The product of that code, or of that terms.yaml.  Raises: UnknownProduct, Malformed."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        return read_terms(path / "terms.yaml" if path.is_dir() else path)
    found = products_folder() / name / "terms.yaml"
    if not found.is_file():
        known = sorted(each.parent.name for each in products_folder().glob("*/terms.yaml"))
        raise UnknownProduct(product=name, known=", ".join(known) or "none")
    return read_terms(found)
