"""Variants: several books over the same arrays in one pass, what each claim is paid under each of them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from hearth.kernel.adjudication.run import (
    COMPILE_FROM_ROWS,
    adjudicate,
    compiled_scan,
    empty_outcome,
    has_numba,
    room_for,
    rows_of_steps,
)
from hearth.kernel.adjudication.scan.steps import scan
from hearth.words.arrays import Book, Inputs

BEFORE_UNITS = (
    "benefit_from", "waiting_days", "accident_waits", "attribution", "zero_is_unsettled", "pre_existing",
    "hospital_ok", "emergency_excepted", "windowed", "per_setting", "per_cause", "per_disease", "per_item",
    "excluded_item", "excluded_disease", "kind", "per", "window_before", "window_after", "window_inclusive",
    "trigger_days", "trigger_months", "any_hospital", "no_waiting", "papers", "cap", "cap_by_quantity",
)  # fmt: skip
"""The tables that the scan reads before it comes to units.  Books that agree in them share that part of the work;
ratios, deductibles, limits, netting, allowances, shares and the end of a contract may differ."""

AT_ONCE = 32
"""How many books one pass holds: what owners have used under each of them has to stay near the processor."""


def alike(one: Book, other: Book) -> bool:
    """Whether two books differ only in what is computed unit by unit.

    Needs:   books for the same diseases
    Gives:   True where gates, eligible amounts and public payments are the same under both
    Source:  docs/computing.md 2-4
    """
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in BEFORE_UNITS)


def stacked(books: Sequence[Book]) -> Book:
    """Several books one behind the other, each with versions, benefits and rules of its own.

    Needs:   books that are `alike`
    Gives:   version v of book k as k * versions + v, and so its benefits; its rules behind those of the books before
    Source:  words.arrays.Book
    """
    rules_before = np.cumsum([0, *(len(book.rule_no) for book in books)])
    starts = ("benefit_from", "deductible_from", "limit_from")
    columns: dict[str, np.ndarray] = {}
    for name in Book._fields:
        pieces = [getattr(book, name) for book in books]
        if name in starts:
            ends = np.cumsum([0, *(piece[-1] for piece in pieces)])
            pieces = [piece[1:] + before for piece, before in zip(pieces, ends, strict=False)]
            pieces.insert(0, np.zeros(1, np.int64))
        elif name in ("deductible_rule", "limit_rule"):
            pieces = [piece + int(before) for piece, before in zip(pieces, rules_before, strict=False)]
        columns[name] = np.concatenate(pieces).astype(getattr(books[0], name).dtype, copy=False)
    return Book(**columns)


def payables(inputs: Inputs, books: Sequence[Book], *, compiled: bool | None = None, threads: int = 1) -> np.ndarray:
    """What every claim is paid under each book.

    Needs:   inputs as for adjudicate, whatever book they hold; books for the diseases of the inputs
    Gives:   int64 fen [claims, books]: the sum of `payable` over the rows of all steps of the claim, as adjudicate
             gives it; books that are alike go over the rows together
    Source:  docs/computing.md; DOMAIN 3.2 steps 0-11
    """
    gives = np.zeros((len(inputs.claims.insured), len(books)), np.int64)
    if compiled is None:
        compiled = len(inputs.rows.billed) >= COMPILE_FROM_ROWS and has_numba()
    feeding = bool(inputs.steps.payable_counts.any())
    for group in _groups(books):
        if feeding:
            # What one step pays is another's reimbursement by others: nothing before the units is the same then.
            for place in group:
                gives[:, place] = _alone(inputs._replace(book=books[place]), compiled, threads)
        else:
            sums = _together(inputs._replace(book=stacked([books[n] for n in group])), len(group), compiled, threads)
            np.add.at(gives, (inputs.steps.claim[:, None], np.array(group)), sums)
    return gives


def _groups(books: Sequence[Book]) -> list[list[int]]:
    """Places of books that are alike, some at once."""
    groups: list[list[int]] = []
    for place, book in enumerate(books):
        group = next((one for one in groups if len(one) < AT_ONCE and alike(books[one[0]], book)), None)
        if group is None:
            groups.append([place])
        else:
            group.append(place)
    return groups


def _alone(inputs: Inputs, compiled: bool, threads: int) -> np.ndarray:
    columns = adjudicate(inputs, compiled=compiled, threads=threads).columns
    invoices, claims = inputs.invoices, inputs.claims
    claim_of_row = np.searchsorted(invoices.row_from[claims.invoice_from[1:]], rows_of_steps(inputs), "right")
    gives = np.zeros(len(claims.insured), np.int64)
    np.add.at(gives, claim_of_row, columns.payable)
    return gives


def _together(inputs: Inputs, variants: int, compiled: bool, threads: int) -> np.ndarray:
    """What every step pays under each of the stacked books."""
    run = compiled_scan() if compiled else scan
    owners = len(inputs.steps.step_from) - 1
    sums = np.zeros((len(inputs.steps.claim), variants), np.int64)
    earlier = np.zeros(0, np.int64)
    nothing = empty_outcome(inputs, traced=False, rows=0)
    pieces = threads if owners >= 2 * threads else 1
    cuts = [owners * n // pieces for n in range(pieces + 1)]

    def part(first: int, last: int) -> None:
        run(inputs, nothing, *room_for(inputs, first, last, variants), earlier, sums, False)

    if pieces == 1:
        part(0, owners)
        return sums
    with ThreadPoolExecutor(pieces) as pool:
        list(pool.map(part, cuts[:-1], cuts[1:]))
    return sums
