"""Run: one call of the scan over arrays, as plain Python or compiled, on one thread or several."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from types import FunctionType
from typing import Any

import numpy as np

from hearth.kernel.adjudication.scan.arithmetic import (
    cover_on,
    in_windows,
    largest_reason,
    lowest_bit,
    month_of,
    mul_div,
    mul_div_in_halves,
    name_spans,
    occasion_of,
    span_key,
    tiers_of,
)
from hearth.kernel.adjudication.scan.gates import invoice_gates, is_waiting, papers_lacking, without_mark
from hearth.kernel.adjudication.scan.invoices import try_invoices
from hearth.kernel.adjudication.scan.memory import Memory, Work, entries_of, find, mask_over, recall
from hearth.kernel.adjudication.scan.rows import try_rows
from hearth.kernel.adjudication.scan.sharing import order_units, share_others
from hearth.kernel.adjudication.scan.steps import scan
from hearth.kernel.adjudication.scan.tracing import trace_rule, trace_unit
from hearth.words.arrays import RULE_FIELDS, UNIT_FIELDS, Columns, Inputs, Outcome, RowTrace, UnitTrace

COMPILE_FROM_ROWS = 5_000
"""Below so many rows the plain functions are quicker than loading the compiled ones."""

COMPILED_TOGETHER: tuple[Any, ...] = (
    mul_div_in_halves, mul_div, lowest_bit, month_of, name_spans, span_key, cover_on, tiers_of, occasion_of,
    is_waiting, invoice_gates, papers_lacking, without_mark, in_windows, largest_reason, entries_of, mask_over, recall,
    find, order_units, share_others, trace_unit, trace_rule, try_invoices, try_rows, scan,
)  # fmt: skip
"""The functions of the scan, callees first."""

TOGETHER = 4_096
"""Rows after which a new group of owners begins: what gates give for one group stays near the processor."""

NO_VARIANTS = np.zeros((0, 0), np.int64)
"""What the scan is given where the book holds the terms once."""

MONEY = ("public", "others", "not_covered", "deductible", "own_share", "over_limits", "reduced_for_age", "payable")
"""The money columns; on an indemnity row they add up to what was billed."""

DENSE = ("public", "not_covered", "deductible", "payable")
"""The money columns that most batches write on rows everywhere."""


@cache
def compiled_scan() -> Callable[..., None]:
    """The scan compiled by numba, releasing the interpreter lock.

    Needs:   numba installed
    Gives:   a function with the signature of scan.scan
    Source:  the same functions as the plain form, nothing else
    """
    import numba

    names: dict[str, Any] = {}
    for plain in COMPILED_TOGETHER:
        names.update(vars(sys.modules[plain.__module__]))
    digest = sha256(repr(sorted((k, v) for k, v in names.items() if isinstance(v, (int, tuple)))).encode())
    for plain in COMPILED_TOGETHER:
        digest.update(plain.__code__.co_code + repr(plain.__code__.co_consts).encode())
    for plain in COMPILED_TOGETHER:
        bound = FunctionType(plain.__code__, names, plain.__name__, plain.__defaults__)
        bound.__module__ = plain.__module__
        # numba keeps compiled code by file time and by this name: the digest makes it follow the callees too
        bound.__qualname__ = f"{plain.__name__}_{digest.hexdigest()[:12]}"
        # what only the scan calls needs no way in from Python, which would have to be compiled too
        ways_in = {"no_cfunc_wrapper": True, "no_cpython_wrapper": plain is not scan}
        made: Any = numba.njit(cache=True, nogil=True, error_model="numpy", **ways_in)(bound)  # type: ignore[call-overload]
        made.compile = _counting_from_the_start(made.compile)
        names[plain.__name__] = made
    return names["scan"]  # type: ignore[no-any-return]


def _counting_from_the_start(compile_as: Callable[..., Any]) -> Callable[..., Any]:
    """Compiling with element numbers taken as they are: none here is below zero, and none counts from the end."""
    from numba.core import types
    from numba.core.compiler_lock import global_compiler_lock
    from numba.np import arrayobj

    def as_it_is(context: Any, builder: Any, kind: Any, number: Any, size: Any) -> Any:
        return context.cast(builder, number, kind, types.intp)

    def compiled(*given: Any) -> Any:
        with global_compiler_lock:
            wrapping = getattr(arrayobj, "fix_integer_index", None)
            if wrapping is None:  # another version of numba: right all the same, and slower
                return compile_as(*given)
            arrayobj.fix_integer_index = as_it_is
            try:
                return compile_as(*given)
            finally:
                arrayobj.fix_integer_index = wrapping

    return compiled


def has_numba() -> bool:
    """Whether the compiled form can be had.

    Needs:   nothing
    Gives:   True where numba is installed
    Source:  the optional extra `fast`
    """
    return importlib.util.find_spec("numba") is not None


def empty_outcome(inputs: Inputs, *, traced: bool, rows: int | None = None) -> Outcome:
    """Columns of zeros, and room for traces where they are kept.

    Needs:   inputs; how many rows are written, all of the steps unless told
    Gives:   an outcome for the scan to write into
    Source:  words.arrays
    """
    n = _rows_written(inputs) if rows is None else rows
    # The system gives one large piece in larger pages than small ones; of what is hardly written it gives few pages.
    money = dict(zip(DENSE, np.zeros((len(DENSE), n), np.int64), strict=True))
    money |= {name: np.zeros(n, np.int64) for name in MONEY if name not in DENSE}
    kept = n if traced else 0
    book = inputs.book
    met = int(np.max(np.diff(book.deductible_from), initial=0) + np.max(np.diff(book.limit_from), initial=0))
    return Outcome(
        columns=Columns(**money, gates=np.zeros(n, np.int32), reason=np.zeros(n, np.int8)),
        row_trace=RowTrace(
            benefit=np.full(kept, -1, np.int16),
            exclusions=np.zeros(kept, np.int64),
            eligible=np.zeros(kept, np.int64),
            unit=np.full(kept, -1, np.int64),
        ),
        unit_trace=UnitTrace(
            table=np.zeros((kept, len(UNIT_FIELDS)), np.int64),
            filled=np.zeros(2, np.int64),
            rules=np.zeros((kept * met, len(RULE_FIELDS)), np.int64),
        ),
    )


def _rows_written(inputs: Inputs) -> int:
    steps, claims, invoices = inputs.steps, inputs.claims, inputs.invoices
    rows_of_claim = invoices.row_from[claims.invoice_from[1:]] - invoices.row_from[claims.invoice_from[:-1]]
    return int(rows_of_claim[steps.claim].sum())


def room_for(inputs: Inputs, first: int, last: int, variants: int = 1) -> tuple[Memory, Work]:
    """Memory for the largest owner and work arrays for the longest claim among the owners first .. last-1.

    Needs:   inputs; how many variants of the terms the book holds
    Gives:   (Memory, Work), sized once so that the scan allocates nothing
    Source:  kernel.adjudication.scan.memory
    """
    steps, claims, invoices, opening = inputs.steps, inputs.claims, inputs.invoices, inputs.opening
    rows_of_claim = invoices.row_from[claims.invoice_from[1:]] - invoices.row_from[claims.invoice_from[:-1]]
    rows_of_step = rows_of_claim[steps.claim]
    running = np.concatenate(([0], np.cumsum(rows_of_step)))
    per_owner = running[steps.step_from[first + 1 : last + 1]] - running[steps.step_from[first:last]]
    declared = opening.opening_from[first + 1 : last + 1] - opening.opening_from[first:last]
    book = inputs.book
    entries = int(np.max(per_owner * entries_of(book.deductible_from, book.limit_from) + declared, initial=0))
    size = mask_over(variants * entries) + 1
    memory = Memory(
        np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int32)
    )
    owner_from = np.array([0, last - first])
    if per_owner.sum() > TOGETHER:
        group = (np.cumsum(per_owner) - per_owner) // TOGETHER
        owner_from = np.concatenate(([0], np.flatnonzero(np.diff(group)) + 1, [last - first]))
    invoices_of_step = np.diff(claims.invoice_from)[steps.claim]
    invoices_before = np.concatenate(([0], np.cumsum(invoices_of_step)))[steps.step_from[first + owner_from]]
    rows_before = running[steps.step_from[first + owner_from]]
    longest = np.max(rows_of_claim, initial=0), np.max(np.diff(book.limit_from), initial=0), 9

    def line(*shape: int) -> np.ndarray:
        return np.zeros((int(max(longest)) + 1, *shape), np.int64)

    wide = {"unit_source": 4, "unit_result": 5, "running": 8}
    sized: dict[str, Any] = {
        "invoice": np.zeros((int(np.max(np.diff(invoices_before), initial=0)), 13), np.int64),
        "row_benefit": np.zeros(int(np.max(np.diff(rows_before), initial=0)), np.int8),
        "owner_from": first + owner_from,
        "owner_rows": per_owner,
    }
    lines: dict[str, Any] = {
        name: line(wide[name]) if name in wide else line() for name in Work._fields if name not in sized
    }
    work = Work(**lines, **sized)
    return memory, work


def adjudicate(inputs: Inputs, *, traced: bool = False, compiled: bool | None = None, threads: int = 1) -> Outcome:
    """Decides everything in the arrays.

    Needs:   arrays as words.arrays says, steps in declared order (kernel.adjudication.prepare, store.frames)
    Gives:   the columns of every row of every step; the traces where asked for (one thread then)
    Source:  docs/computing.md; DOMAIN 3.2 steps 0-11
    """
    outcome = empty_outcome(inputs, traced=traced)
    owners = len(inputs.steps.step_from) - 1
    feeding = bool(inputs.steps.payable_counts.any())
    earlier = np.zeros(len(inputs.rows.billed) if feeding else 0, np.int64)
    if compiled is None:
        compiled = len(inputs.rows.billed) >= COMPILE_FROM_ROWS and has_numba()
    run = compiled_scan() if compiled else scan
    if traced or threads < 2 or owners < 2 * threads:
        run(inputs, outcome, *room_for(inputs, 0, owners), earlier, NO_VARIANTS, traced)
        return outcome
    cuts = [owners * n // threads for n in range(threads + 1)]

    def part(first: int, last: int) -> None:
        run(inputs, outcome, *room_for(inputs, first, last), earlier, NO_VARIANTS, False)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(part, cuts[:-1], cuts[1:]))
    return outcome


def adjudicate_one(inputs: Inputs) -> tuple[Outcome, Memory]:
    """Decides everything, keeping every step and what deductibles and limits have used in the end.

    Needs:   inputs of one owner
    Gives:   the outcome with its traces, and the memory after the last step
    Source:  docs/computing.md
    """
    outcome = empty_outcome(inputs, traced=True)
    owners = len(inputs.steps.step_from) - 1
    memory, work = room_for(inputs, 0, owners)
    feeding = bool(inputs.steps.payable_counts.any())
    earlier = np.zeros(len(inputs.rows.billed) if feeding else 0, np.int64)
    scan(inputs, outcome, memory, work, earlier, NO_VARIANTS, True)
    return outcome, memory


def balance_check(inputs: Inputs, outcome: Outcome) -> None:
    """The identity of every row: where each fen of the bill went.

    Needs:   the inputs and what adjudicate gave for them
    Gives:   nothing; a broken identity or a column below zero is a bug and raises ArithmeticError
    Source:  docs/computing.md 5
    """
    billed = billed_of(inputs)
    columns = outcome.columns
    fixed = _fixed_rows(inputs)
    total = sum(np.asarray(getattr(columns, name)) for name in MONEY)
    broken = np.flatnonzero((total != billed) & ~fixed)
    below = [name for name in MONEY if len(billed) and getattr(columns, name).min() < 0]
    if len(broken) or below:
        where = int(broken[0]) if len(broken) else -1
        raise ArithmeticError(f"row {where} does not balance ({len(broken)} rows); below zero: {below}")


def rows_of_steps(inputs: Inputs) -> np.ndarray:
    """The number of the input row of every output row.

    Needs:   inputs
    Gives:   int64 [output rows]
    Source:  words.arrays.Steps
    """
    steps, claims, invoices = inputs.steps, inputs.claims, inputs.invoices
    first = invoices.row_from[claims.invoice_from[:-1]][steps.claim]
    last = invoices.row_from[claims.invoice_from[1:]][steps.claim]
    count = last - first
    total = int(count.sum())
    gives = np.empty(total, np.int64)
    start = np.repeat(steps.row_from, count)
    inside = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    gives[start + inside] = np.repeat(first, count) + inside
    return gives


def billed_of(inputs: Inputs) -> np.ndarray:
    """What was billed on every output row.

    Needs:   inputs
    Gives:   int64 fen [output rows]
    Source:  words.arrays
    """
    return np.asarray(inputs.rows.billed[rows_of_steps(inputs)])


def _fixed_rows(inputs: Inputs) -> np.ndarray:
    return np.asarray(inputs.rows.category[rows_of_steps(inputs)] >= 62)
