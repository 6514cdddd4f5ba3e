"""One run gives the same on one thread or several, plain or compiled, and a fen that is lost is a bug."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hearth.doors.feeds.products import load_products
from hearth.kernel.adjudication.prepare import Prepared, prepare
from hearth.kernel.adjudication.run import (
    COMPILED_TOGETHER,
    MONEY,
    NO_VARIANTS,
    adjudicate,
    adjudicate_one,
    balance_check,
    billed_of,
    empty_outcome,
    has_numba,
    room_for,
    rows_of_steps,
)
from hearth.kernel.adjudication.scan.steps import scan
from hearth.kernel.product.terms import Terms
from hearth.store.shelf import example_files, parse_model
from hearth.words.arrays import Columns, Inputs, Outcome
from hearth.words.codes import Category
from tests.kernel.adjudication.cases import case_of, claim, contract, free, line, plain, shelf, stay, visit
from tests.twins.batches import one_batch


@pytest.fixture(scope="module")
def products() -> dict[str, Terms]:
    return load_products()


@pytest.fixture(scope="module")
def examples(products: dict[str, Terms]) -> list[Prepared]:
    """Every worked case of every product, as arrays."""
    from hearth.kernel.adjudication.case import Case

    files = [file for code in products for file in example_files(code)]
    return [prepare(parse_model(Case, Path(file).read_text("utf-8"), str(file)), products) for file in files]


@pytest.fixture(scope="module")
def batch(examples: list[Prepared]) -> Inputs:
    """Every worked case as an owner of its own, laid one after another."""
    return one_batch(examples)


def same(one: Outcome, two: Outcome) -> bool:
    return all(np.array_equal(getattr(one.columns, name), getattr(two.columns, name)) for name in Columns._fields)


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_several_threads_give_what_one_gives(batch: Inputs, threads: int) -> None:
    alone = adjudicate(batch, compiled=False)
    assert alone.columns.payable.any()
    assert same(alone, adjudicate(batch, compiled=False, threads=threads))


def test_a_batch_of_owners_gives_what_each_owner_gives_alone(batch: Inputs, examples: list[Prepared]) -> None:
    together = adjudicate(batch, compiled=False).columns
    alone = [adjudicate(prepared.inputs, compiled=False).columns for prepared in examples]
    for name in Columns._fields:
        assert np.array_equal(getattr(together, name), np.concatenate([getattr(one, name) for one in alone])), name


def test_compiled_every_worked_case_comes_out_the_same(examples: list[Prepared]) -> None:
    if not has_numba():
        pytest.skip("numba is not installed: there is no compiled form")
    for prepared in examples:
        plainly = adjudicate(prepared.inputs, traced=True, compiled=False)
        compiled = adjudicate(prepared.inputs, traced=True, compiled=True)
        assert same(plainly, compiled), prepared.case.case
        for field in ("benefit", "exclusions", "eligible", "unit"):
            assert np.array_equal(getattr(plainly.row_trace, field), getattr(compiled.row_trace, field))
        for field in ("table", "filled", "rules"):
            assert np.array_equal(getattr(plainly.unit_trace, field), getattr(compiled.unit_trace, field))


class CountedFromTheStart(np.ndarray):
    """An array that refuses a number below zero, which compiled code would not take to count from the end."""

    def __getitem__(self, at: Any) -> Any:
        return super().__getitem__(self._not_below_zero(at))

    def __setitem__(self, at: Any, value: Any) -> None:
        super().__setitem__(self._not_below_zero(at), value)

    @staticmethod
    def _not_below_zero(at: Any) -> Any:
        for number in at if isinstance(at, tuple) else (at,):
            assert isinstance(number, slice) or number >= 0, f"element {number}"
        return at


def guarded(table: Any) -> Any:
    """The same table, or table of tables, with guarded arrays."""
    if isinstance(table, np.ndarray):
        return table.view(CountedFromTheStart)
    return type(table)(*map(guarded, table))


def test_no_element_is_counted_from_the_end(examples: list[Prepared], batch: Inputs) -> None:
    with pytest.raises(AssertionError, match="element -1"):
        guarded(np.zeros((2, 2)))[0, -1]
    for inputs in (*(prepared.inputs for prepared in examples), two_claims()):
        for traced in (False, True):
            outcome, room = empty_outcome(inputs, traced=traced), room_for(inputs, 0, 1)
            earlier = np.zeros(len(inputs.rows.billed) if inputs.steps.payable_counts.any() else 0, np.int64)
            scan(*map(guarded, (inputs, outcome, *room, earlier, NO_VARIANTS)), traced)
            assert same(outcome, adjudicate(inputs, compiled=False))


def test_a_name_means_one_thing_in_all_files_that_are_compiled_together() -> None:
    meant: dict[str, Any] = {}
    for function in COMPILED_TOGETHER:
        for name, value in vars(sys.modules[function.__module__]).items():
            if not name.startswith("__"):
                assert meant.setdefault(name, value) == value, f"{name} in {function.__module__}"


def test_gates_are_the_same_however_many_owners_are_tried_at_once(
    batch: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = []
    for together in (1, 7, 40, 10**6):
        monkeypatch.setattr("hearth.kernel.adjudication.run.TOGETHER", together)
        outcomes.append(adjudicate(batch, compiled=False))
    assert all(same(outcomes[0], other) for other in outcomes[1:])


def test_keeping_the_steps_changes_no_amount(examples: list[Prepared]) -> None:
    for prepared in examples:
        bare = adjudicate(prepared.inputs, compiled=False)
        traced, _ = adjudicate_one(prepared.inputs)
        assert same(bare, traced)
        assert len(bare.unit_trace.table) == len(bare.row_trace.unit) == 0


def test_every_worked_case_balances(examples: list[Prepared]) -> None:
    for prepared in examples:
        balance_check(prepared.inputs, adjudicate(prepared.inputs, compiled=False))


def test_running_twice_gives_the_same(examples: list[Prepared]) -> None:
    for prepared in examples[:10]:
        assert same(adjudicate(prepared.inputs, compiled=False), adjudicate(prepared.inputs, compiled=False))


def two_claims() -> Inputs:
    terms, other = plain(), free()
    policies = [contract("P", terms), contract("Q", other)]
    first = claim({**stay(), "lines": [line("2000.00"), line("300.00", out_of_scope="100.00")]}, visit("40.00"))
    second = claim(stay("500.00", first="2026-05-01", last="2026-05-02"), no="C-2", policies=["Q"])
    return prepare(case_of(policies, first, second), shelf(terms, other)).inputs


@pytest.mark.parametrize("column", MONEY)
def test_a_fen_too_many_in_any_column_is_a_bug(column: str) -> None:
    inputs = two_claims()
    outcome = adjudicate(inputs, compiled=False)
    balance_check(inputs, outcome)
    getattr(outcome.columns, column)[2] += 1
    with pytest.raises(ArithmeticError, match="row 2 does not balance"):
        balance_check(inputs, outcome)


def test_a_column_below_zero_is_a_bug_even_where_the_row_adds_up() -> None:
    inputs = two_claims()
    outcome = adjudicate(inputs, compiled=False)
    outcome.columns.own_share[0] -= 10**9
    outcome.columns.payable[0] += 10**9
    with pytest.raises(ArithmeticError, match="below zero: \\['own_share'\\]"):
        balance_check(inputs, outcome)


def test_every_row_of_every_step_knows_its_line() -> None:
    inputs = two_claims()
    # claim 1 has rows 0-3 under P, then under Q; claim 2 has row 4
    assert rows_of_steps(inputs).tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 4]
    assert billed_of(inputs).tolist() == [200_000, 20_000, 10_000, 4_000] * 2 + [50_000]


def test_rows_of_fixed_benefits_are_billed_nothing_and_pay_all_the_same(examples: list[Prepared]) -> None:
    paid = 0
    for prepared in examples:
        outcome = adjudicate(prepared.inputs, compiled=False)
        rows = rows_of_steps(prepared.inputs)
        fixed = np.isin(prepared.inputs.rows.category[rows], (Category.STAY_DAYS, Category.DIAGNOSED))
        assert not billed_of(prepared.inputs)[fixed].any()
        paid += int(outcome.columns.payable[fixed].sum())
    assert paid > 0


def test_no_claim_at_all_is_decided_into_nothing() -> None:
    terms = free()
    inputs = prepare(case_of([contract("P", terms)], claim(stay(), void=True)), shelf(terms)).inputs
    outcome = adjudicate(inputs, compiled=False)
    balance_check(inputs, outcome)
    assert len(outcome.columns.payable) == 0
