"""Figures of the kernel alone: one claim, a batch on one core, twenty what-ifs, cost by size; the clerk beside them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from benchmarks.cases import case_of, eight_lines
from benchmarks.measuring import Figure, Spread, timed
from hearth.doors.feeds.rehearsal import Judge, claim_payables, decide_part, judge_of, what_ifs
from hearth.kernel.adjudication.bound import Bound
from hearth.kernel.adjudication.prepare import prepare
from hearth.kernel.adjudication.run import adjudicate
from hearth.kernel.product.terms import Term, Terms
from hearth.store.frames import LineFile, Part
from tests.twins.clerk import adjudicate_by_hand

CLERK = "the Decimal clerk of tests/twins"
OWNERS_FOR_THE_CLERK = 60


def one_claim(terms: Terms, compiled: bool, runs: int) -> tuple[Figure, Figure]:
    """One claim of eight lines, arrays in and out: bound once and decided over and over, and handed over anew."""
    case, products = eight_lines(terms.code), {terms.code: terms}
    inputs = prepare(case, products).inputs
    assert len(inputs.rows.billed) == 8
    paid = int(adjudicate(inputs, compiled=compiled).columns.payable.sum())
    by_hand = sum(line.money["payable"] for line in adjudicate_by_hand(case, products).lines)
    assert paid == by_hand > 0, f"the kernel pays {paid}, the clerk {by_hand}"
    bound = Bound(inputs, compiled=compiled)
    spread = timed(bound.decide, runs, before=20)
    assert int(bound.columns.payable.sum()) == paid
    anew = timed(lambda: adjudicate(inputs, compiled=compiled), max(3, runs // 4), before=20)
    clerk = timed(lambda: adjudicate_by_hand(case, products), max(3, runs // 20))
    ratio = clerk.median / spread.median
    first = Figure(
        "one_claim", "one claim of 8 lines through the kernel, bound arrays in and out", spread.median * 1e6, "us",
        "<= 10 us median; >= 8x the clerk", spread.median <= 10e-6 and ratio >= 8, CLERK, ratio, spread.least * 1e6,
        spread.most * 1e6, runs,
    )  # fmt: skip
    second = Figure(
        "one_claim_anew", "the same with arrays and room handed over anew each time", anew.median * 1e6, "us",
        "none", None, CLERK, clerk.median / anew.median, anew.least * 1e6, anew.most * 1e6, max(3, runs // 4),
    )  # fmt: skip
    return first, second


def clerk_seconds_a_line(file: LineFile, terms: Terms, judge: Judge) -> float:
    """How long the clerk takes for a line of the same year; the kernel must pay what the clerk pays."""
    frame = pl.read_parquet(file.path, n_rows=60_000)
    owners = frame["owner"].unique(maintain_order=True)[:-1].head(OWNERS_FOR_THE_CLERK).to_list()
    rows = frame.filter(pl.col("owner").is_in(owners))
    cases = [case_of(one, terms.code) for one in rows.partition_by("owner", maintain_order=True)]
    began = time.perf_counter()
    results = [adjudicate_by_hand(case, {terms.code: terms}) for case in cases]
    seconds = time.perf_counter() - began
    part = file.read((0, rows.height), judge.reading)
    ours = claim_payables(part, decide_part(part, judge, compiled=False))
    by_hand: dict[str, int] = {}
    for result in results:
        for line in result.lines:
            by_hand[line.claim] = by_hand.get(line.claim, 0) + line.money["payable"]
    kernel = dict(zip(map(str, part.claim_ids.to_list()), ours.tolist(), strict=True))
    differ = [no for no in kernel if kernel[no] != by_hand.get(no, 0)]
    assert not differ, f"the clerk differs on claims {differ[:5]}"
    return seconds / rows.height


def batch(part: Part, judge: Judge, clerk: float, compiled: bool, runs: int) -> Figure:
    """A year's arrays on one core, the columns of a batch out."""
    size = len(part.rows.billed)
    spread = timed(lambda: decide_part(part, judge, compiled), runs, clock=time.process_time)
    speed = size / spread.median
    ratio = clerk * speed
    return Figure(
        "batch", f"batch of {size:,} lines on one core, arrays in and out, by processor time", speed / 1e6, "M lines/s",
        ">= 25 M lines/s; >= 100x the clerk", speed >= 25e6 and ratio >= 100, CLERK, ratio, size / spread.most / 1e6,
        size / spread.least / 1e6, runs,
    )  # fmt: skip


def twenty(parts: Sequence[Part], terms: Terms, diseases: Sequence[str], compiled: bool, threads: int) -> list[Figure]:
    """Twenty changed products over the same arrays, what each claim is paid under each: in one pass, and one by one."""
    judges = [judge_of(changed, diseases) for changed in variants(terms)]
    size = sum(len(part.rows.billed) for part in parts)
    began, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        paid = list(pool.map(lambda part: what_ifs(part, judges, compiled), parts))
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    totals = sum(one.sum(axis=0) for one in paid)
    assert len(set(totals.tolist())) > len(judges) // 2, "the variants hardly differ"
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        alone = list(pool.map(lambda part: claim_payables(part, decide_part(part, judges[-1], compiled)), parts))
    by_itself = time.perf_counter() - began
    assert all((one[:, -1] == other).all() for one, other in zip(paid, alone, strict=True)), "one pass pays otherwise"
    says = f"{len(judges)} what-ifs over {size:,} lines, what each claim is paid under each, {threads} threads"
    against = "deciding one of them by itself, with all columns"
    return [
        Figure("what_ifs", says, seconds, "s", "<= 4 s", seconds <= 4, against, seconds / by_itself, runs=1),
        Figure("what_ifs_cpu", "processor time of that", cpu, "s", "none", None, "seconds it took", cpu / seconds),
    ]


def variants(terms: Terms) -> list[Terms]:
    """Twenty products that differ in deductibles, ratios and limits alone."""
    changed = []
    for number in range(20):
        shares = {"yuan": 50 + 10 * (number % 10), "basis points": 100 - 2 * (number // 2)}
        changed.append(_scaled(terms, shares))
    return changed


def _scaled(terms: Terms, shares: dict[str, int]) -> Terms:
    def rules(table: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(rule.model_copy(update={"amount": _term(rule.amount, shares)}) for rule in table)

    benefits = tuple(
        benefit
        if benefit.ratios is None
        else benefit.model_copy(
            update={"ratios": benefit.ratios.model_copy(update={"settled": _term(benefit.ratios.settled, shares)})}
        )
        for benefit in terms.benefits
    )
    return terms.model_copy(
        update={"benefits": benefits, "deductibles": rules(terms.deductibles), "limits": rules(terms.limits)}
    )


def _term(term: Term, shares: dict[str, int]) -> Term:
    if term.unit not in shares:
        return term
    values: dict[date, Any] = {}
    for day, value in term.values.items():
        amount = Decimal(str(value).replace(",", "")) * shares[term.unit] / 100
        values[day] = amount.quantize(Decimal("1"))
    return term.model_copy(update={"values": values})


def growth(file: LineFile, judge: Judge, sizes: Sequence[int], compiled: bool, runs: int) -> tuple[list[Figure], Part]:
    """Nanoseconds a line of one call, by the number of lines; and the arrays of the largest."""
    figures, nanoseconds = [], {}
    part = None
    for size in sizes:
        part = file.read(_whole_owners(file, size), judge.reading)
        lines = len(part.rows.billed)
        enough = max(3, min(runs * 4, int(runs * 1e6 / size)))
        spread = timed(lambda part=part: decide_part(part, judge, compiled), enough, clock=time.process_time)
        nanoseconds[size] = spread.median / lines * 1e9
        figures.append(_of_size(size, lines, spread))
    assert part is not None
    small = sizes[min(1, len(sizes) - 1)]
    largest, base, million = nanoseconds[sizes[-1]], nanoseconds[small], nanoseconds[sizes[-2]]
    figures.append(
        Figure(
            "growth", f"ns a line at {sizes[-1]:,} lines against {small:,}", largest / base, "times",
            "<= 2.5x", largest / base <= 2.5, f"{small:,} lines", largest / base,
        )
    )  # fmt: skip
    figures.append(
        Figure(
            "growth_beyond", f"ns a line at {sizes[-1]:,} lines against {sizes[-2]:,}", largest / million, "times",
            "within 15 %", abs(largest / million - 1) <= 0.15, f"{sizes[-2]:,} lines", largest / million,
        )
    )  # fmt: skip
    return figures, part


def _whole_owners(file: LineFile, size: int) -> tuple[int, int]:
    if size >= file.lines:
        return 0, file.lines
    spans = file.parts(max(1, round(file.lines / size)))
    return spans[0]


def _of_size(size: int, lines: int, spread: Spread) -> Figure:
    def each(seconds: float) -> float:
        return seconds / lines * 1e9

    says = f"one call over {lines:,} lines, one core, by processor time"
    figure = Figure(f"ns_a_line_{size}", says, each(spread.median), "ns/line", "see growth", None)
    return replace(figure, least=each(spread.least), most=each(spread.most), runs=spread.runs)


def clerk_figure(seconds: float) -> Figure:
    """What the clerk itself does, for whoever reads the ratios."""
    return Figure("clerk", "the Decimal clerk over owners of the same year", 1 / seconds, "lines/s", "none", None)
