"""Rows: the gates of each row, for some claims at once; an invoice of which no row passes them is finished here."""

from __future__ import annotations

from typing import Any

from hearth.kernel.adjudication.scan.arithmetic import lowest_bit, mul_div
from hearth.kernel.adjudication.scan.gates import (
    G_BENEFIT,
    G_EXCLUSION,
    G_HOSPITAL,
    G_NECESSARY,
    G_PAPERS,
    G_TIME_WINDOW,
    G_WAITING,
    NO_BENEFIT,
    REFER,
)
from hearth.kernel.adjudication.scan.memory import (
    CANDIDATES,
    EMERGENCY,
    EXCLUDED,
    GATES,
    HOSPITAL,
    LACKING,
    OPEN,
    UNPROVEN,
    VERSION,
    WAITING,
    WINDOW,
)
from hearth.words.arrays import I8, I16, I64

FAILED = REFER - 1


def try_rows(
    rows: Any, columns: Any, invoices_row_from: I64, invoices_public: I64, claims_invoice_from: I64,
    claims_others: I64, steps_claim: I64, steps_row_from: I64, per_item: I64, excluded_item: I64, trace_benefit: I16,
    trace_exclusions: I64, tried: I64, row_benefit: I8, feeding: bool, kept: bool, traced: bool, first: int, last: int,
) -> None:  # fmt: skip
    """The gates of rows and the benefit that each row falls under, for the steps first .. last-1.

    Needs:   `tried` (work.invoice) as try_invoices gives it; room for the rows of these steps; columns of zeros where
             kept; no more tables than are read: what is passed is copied
    Gives:   the column gates; work.row_benefit (-1 where a gate failed); OPEN of work.invoice: 1 where a row passed or
             others paid for the claim; the columns of all rows of the other invoices
    Source:  docs/computing.md 2, 3, 5
    """
    billed, stated_public, served_on, flags = rows.billed, rows.public, rows.served_on, rows.flags
    categories, scopes = rows.category, rows.scope
    columns_public, columns_not_covered = columns.public, columns.not_covered
    columns_gates, columns_reason = columns.gates, columns.reason
    at = here = 0
    for step in range(first, last):
        claim = int(steps_claim[step])
        i_first, i_last = int(claims_invoice_from[claim]), int(claims_invoice_from[claim + 1])
        out = int(steps_row_from[step]) - int(invoices_row_from[i_first])
        with_others = feeding or (
            claims_others[claim, 0] + claims_others[claim, 1] + claims_others[claim, 2] + claims_others[claim, 3] > 0
        )
        for i in range(i_first, i_last):
            v, start, candidates = int(tried[at, VERSION]), int(tried[at, GATES]), int(tried[at, CANDIDATES])
            in_window, lacking, waiting = int(tried[at, WINDOW]), int(tried[at, LACKING]), int(tried[at, WAITING])
            hospital, emergency_until = int(tried[at, HOSPITAL]), int(tried[at, EMERGENCY])
            excluded_here, unproven = int(tried[at, EXCLUDED]), int(tried[at, UNPROVEN])
            r_first, r_last = int(invoices_row_from[i]), int(invoices_row_from[i + 1])
            is_open = with_others
            found = number = given = whole = whole_in = 0
            for r in range(r_first, r_last):
                category, scope, amount = int(categories[r]), int(scopes[r]), int(billed[r])
                fitting = candidates & int(per_item[v, category, scope])
                inside = fitting & in_window
                failed = start
                if inside == 0:
                    failed |= G_TIME_WINDOW if fitting else G_BENEFIT
                    inside = fitting if fitting else NO_BENEFIT
                inside &= -inside
                if inside & lacking:
                    failed |= G_PAPERS
                if inside & waiting:
                    failed |= G_WAITING
                if inside & hospital and served_on[r] > emergency_until:
                    failed |= G_HOSPITAL
                excluded = excluded_here | int(excluded_item[v, category])
                if excluded:
                    failed |= G_EXCLUSION if excluded & ~unproven else G_EXCLUSION * REFER
                if flags[r]:
                    failed |= G_NECESSARY
                benefit = -1
                if failed & FAILED == 0:
                    is_open = True
                    if inside != found:
                        found, number = inside, lowest_bit(inside)
                    benefit = number
                row_benefit[here] = benefit
                here += 1
                if kept:
                    columns_gates[out + r] = failed
                if traced:
                    trace_benefit[out + r] = -1 if inside == NO_BENEFIT else lowest_bit(inside)
                    trace_exclusions[out + r] = excluded
                stated = min(max(int(stated_public[r]), 0), amount)
                given += stated
                whole += amount - stated
                if scope == 0:
                    whole_in += amount - stated
            tried[at, OPEN] = is_open
            at += 1
            if is_open or not kept:
                continue
            # Nothing here passed its gates: the rows of the invoice are finished at once.
            left = max(int(invoices_public[i]) - given, 0)
            whole_out = whole - whole_in
            to_in = min(left, whole_in)
            to_out = min(left - to_in, whole_out)
            running = done = last_failed = reason = 0
            for r in range(r_first, r_last):
                amount = int(billed[r])
                paid = min(max(int(stated_public[r]), 0), amount)
                if to_in > 0:
                    running += amount - paid if scopes[r] == 0 else 0
                    upto = mul_div(to_in, running, whole_in)
                    paid, done = paid + upto - done, upto
                columns_public[out + r] = paid
                columns_not_covered[out + r] = amount - paid
                if columns_gates[out + r] != last_failed:
                    last_failed = int(columns_gates[out + r])
                    reason = 1 + lowest_bit(last_failed)
                columns_reason[out + r] = reason
            if to_out > 0:
                running = done = 0
                for r in range(r_first, r_last):
                    if scopes[r] == 0:
                        continue
                    running += int(columns_not_covered[out + r])
                    upto = mul_div(to_out, running, whole_out)
                    columns_public[out + r] += upto - done
                    columns_not_covered[out + r] -= upto - done
                    done = upto
