"""Line files become the arrays that the kernel itself makes of the same case; what is no line file is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from hearth.doors.feeds.rehearsal import decide_part, judge_of
from hearth.kernel.adjudication.prepare import Prepared
from hearth.kernel.adjudication.run import adjudicate, rows_of_steps
from hearth.kernel.product.terms import Terms
from hearth.store.frames import COLUMNS, LineFile, Part, decided_frame, months_between, months_on, written_beside
from hearth.store.frames.keys import packed
from hearth.words.arrays import Columns, Invoices, Outcome, Rows
from hearth.words.codes import Scope
from hearth.words.days import add_months, day_number, day_of, months_until
from hearth.words.faults import Malformed
from hearth.words.money import MAX_FEN
from tests.store.case_lines import RowKey, Written, lines_of, one_product
from tests.twins.generator import seeded

SEEDS = range(160)
KEYS = ("visit", "stay", "disease", "row_from")


def written(seed: int) -> tuple[Written, Prepared, Terms] | None:
    found = one_product(seeded(seed).case, seeded(seed).products)
    if found is None:
        return None
    case, terms = found
    if all(claim.void for claim in case.claims):
        return None
    return *lines_of(case, terms), terms


def decided(path: Path, terms: Terms) -> tuple[Part, Outcome]:
    file = LineFile(path)
    judge = judge_of(terms, file.diseases)
    (span,) = file.parts(1)
    part = file.read(span, judge.reading)
    return part, decide_part(part, judge, compiled=False)


def kernel_rows(prepared: Prepared) -> dict[RowKey, tuple[int, ...]]:
    """Every row of the kernel's own arrays with what was decided of it."""
    inputs, outcome = prepared.inputs, adjudicate(prepared.inputs, compiled=False)
    source = rows_of_steps(inputs)
    found = {}
    for at, row in enumerate(source.tolist()):
        name = prepared.row_of[row]
        scope = Scope(int(inputs.rows.scope[row])).name.lower()
        values = tuple(int(getattr(inputs.rows, field)[row]) for field in Rows._fields if field != "line")
        found[name.claim, name.invoice, name.line, scope, name.cut] = (*values, *decision(outcome, at))
    return found


def file_rows(part: Part, outcome: Outcome, keys: list[RowKey]) -> dict[RowKey, tuple[int, ...]]:
    found: dict[RowKey, tuple[int, ...]] = {}
    before: RowKey | None = None
    for at, place in enumerate(part.line_of.tolist()):
        key = keys[place] if place >= 0 else (before[0], before[1], -1, "in", False) if before else None
        assert key is not None and key not in found
        values = tuple(int(getattr(part.rows, field)[at]) for field in Rows._fields if field != "line")
        found[key] = (*values, *decision(outcome, at))
        before = key
    return found


def decision(outcome: Outcome, at: int) -> tuple[int, ...]:
    return tuple(int(getattr(outcome.columns, name)[at]) for name in Columns._fields)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_case_written_as_lines_is_decided_as_the_case_is(seed: int, tmp_path: Path) -> None:
    found = written(seed)
    if found is None:
        pytest.skip("nothing of this case fits a line file")
    lines, prepared, terms = found
    path = tmp_path / "lines.parquet"
    lines.frame.write_parquet(path)
    part, outcome = decided(path, terms)
    assert file_rows(part, outcome, lines.keys) == kernel_rows(prepared)
    assert len(part.claims.insured) == len(prepared.inputs.claims.insured)
    same_invoices(part, prepared, lines)
    same_claims(part, prepared, lines)


def same_invoices(part: Part, prepared: Prepared, lines: Written) -> None:
    at_first = part.line_of[part.invoices.row_from[:-1]]
    mine = {lines.keys[place][:2]: number for number, place in enumerate(at_first.tolist())}
    assert mine.keys() == set(prepared.invoice_of)
    order = [mine[where] for where in prepared.invoice_of]
    theirs = prepared.inputs.invoices
    terms = prepared.chains[0].terms
    windows = any(benefit.around_stay for benefit in terms.benefits)
    triggers = any(benefit.since_trigger for benefit in terms.benefits) or any(
        rule.span == "trigger" for rule in (*terms.deductibles, *terms.limits)
    )
    for name in Invoices._fields:
        if name in KEYS or ("trigger" in name and not triggers) or (name.startswith("days_") and not windows):
            continue
        assert getattr(part.invoices, name)[order].tolist() == getattr(theirs, name).tolist(), name
    assert partition(part.invoices.visit[order]) == partition(theirs.visit)


def same_claims(part: Part, prepared: Prepared, lines: Written) -> None:
    theirs = prepared.inputs.claims
    numbers = {claim.no: number for number, claim in enumerate(lines.case.claims)}
    mine = {numbers[no]: place for place, no in enumerate(part.claim_ids.to_list())}
    order = [mine[number] for number in prepared.claim_of]
    for name in ("cause", "papers"):
        assert getattr(part.claims, name)[order].tolist() == getattr(theirs, name).tolist()
    assert part.claims.others[order].tolist() == theirs.others.tolist()
    assert partition(part.claims.event[order]) == partition(theirs.event)
    steps = [prepared.claim_of[claim] for claim in prepared.inputs.steps.claim.tolist()]
    by_chain: dict[int, list[int]] = {}
    for claim, chain in zip(steps, prepared.inputs.steps.chain.tolist(), strict=True):
        by_chain.setdefault(chain, []).append(claim)
    ours: dict[int, list[int]] = {}
    place_of = {place: number for number, place in mine.items()}
    for place, chain in zip(part.steps.claim.tolist(), part.steps.chain.tolist(), strict=True):
        ours.setdefault(chain, []).append(place_of[place])
    assert sorted(ours.values()) == sorted(by_chain.values())


def partition(keys: Any) -> list[int]:
    seen: dict[int, int] = {}
    return [seen.setdefault(int(key), len(seen)) for key in keys]


@pytest.mark.parametrize("seed", range(0, 60))
def test_the_order_of_the_rows_changes_nothing(seed: int, tmp_path: Path) -> None:
    found = written(seed)
    if found is None:
        pytest.skip("nothing of this case fits a line file")
    lines, prepared, terms = found
    # All first lines, then all second lines: claims and invoices keep their order, but no two lines of one stand together.
    order = sorted(range(len(lines.keys)), key=lambda at: lines.frame["line"][at])
    path = tmp_path / "lines.parquet"
    lines.frame[order].write_parquet(path)
    part, outcome = decided(path, terms)
    assert file_rows(part, outcome, [lines.keys[at] for at in order]) == kernel_rows(prepared)


def test_the_seeds_try_what_line_files_can_say() -> None:
    frames = [found[0].frame for seed in SEEDS if (found := written(seed)) is not None]
    assert len(frames) > 100
    rows = pl.concat(frames, how="diagonal")
    assert set(COLUMNS) - set(rows.columns) == {"duplicate"}
    for name in ("void", "disputed", "cut", "used_elsewhere", "other_person", "suspected"):
        assert rows[name].any(), name
    for name in ("event", "trigger_on", "onset_on", "papers", "total", "known_on", "premium_due", "public_of_line"):
        assert 0 < rows[name].null_count() < rows.height, name
    assert rows["setting"].n_unique() == 6
    assert rows["invoice_no"].drop_nulls().is_duplicated().any()
