"""Sharing: the order of units, and what others paid shared over units and rows by cumulative rounding."""

from __future__ import annotations

from hearth.kernel.adjudication.scan.arithmetic import mul_div
from hearth.words.arrays import I64


def order_units(
    units: int, work_order: I64, work_unit_invoice: I64, work_unit_benefit: I64, work_unit_first: I64
) -> None:
    """Units in the order (invoice of the first row, benefit as listed, first row), by insertion.

    Needs:   units in order of their first row
    Gives:   work_order
    Source:  docs/computing.md 4
    """
    for n in range(units):
        work_order[n] = n
    for n in range(1, units):
        here = work_order[n]
        m = n - 1
        while m >= 0:
            there = work_order[m]
            if work_unit_invoice[there] < work_unit_invoice[here] or (
                work_unit_invoice[there] == work_unit_invoice[here]
                and (
                    work_unit_benefit[there] < work_unit_benefit[here]
                    or (
                        work_unit_benefit[there] == work_unit_benefit[here]
                        and work_unit_first[there] < work_unit_first[here]
                    )
                )
            ):
                break
            work_order[m + 1] = there
            m -= 1
        work_order[m + 1] = here


def share_others(
    surplus: int, claim: int, units: int, r_first: int, r_last: int, claims_others: I64, rows_billed: I64,
    work_row_unit: I64, work_row_eligible: I64, work_row_public: I64, work_row_public_rest: I64, work_row_others: I64,
    work_row_others_rest: I64, work_order: I64, work_unit_left: I64, work_unit_source: I64, work_unit_spread: I64,
    work_running: I64,
) -> None:  # fmt: skip
    """What others paid for the claim, source by source, over its units, then over the rows inside them.

    Needs:   unit_left without what earlier chains pay; surplus of theirs that their rows could not take
    Gives:   row_others, row_others_rest, unit_source, unit_spread grown; unit_left reduced
    Source:  docs/computing.md 3
    """
    leftover = 0
    spread_any = False
    for s in range(4):
        amount = int(claims_others[claim, s])
        if s == 0:
            amount += surplus
        if amount > 0:
            left = 0
            for n in range(units):
                left += int(work_unit_left[n])
            take = min(amount, left)
            leftover += amount - take
            if take > 0:
                spread_any = True
                running = 0
                done = 0
                for n in range(units):
                    unit = int(work_order[n])
                    running += int(work_unit_left[unit])
                    upto = mul_div(take, running, left)
                    share = upto - done
                    done = upto
                    work_unit_source[unit, s] += share
                    work_unit_spread[unit] += share
                    work_unit_left[unit] -= share
    if spread_any or leftover > 0:
        for n in range(units):
            work_running[n, 0] = 0
            work_running[n, 1] = 0
        rest_all = 0
        for r in range(r_first, r_last):
            j = r - r_first
            unit = int(work_row_unit[j])
            if unit >= 0 and work_unit_spread[unit] > 0:
                work_running[unit, 0] += work_row_eligible[j] - work_row_public[j] - work_row_others[j]
                upto = mul_div(
                    int(work_unit_spread[unit]),
                    int(work_running[unit, 0]),
                    int(work_unit_left[unit] + work_unit_spread[unit]),
                )
                work_row_others[j] += upto - work_running[unit, 1]
                work_running[unit, 1] = upto
            rest_all += int(rows_billed[r] - work_row_eligible[j] - work_row_public_rest[j] - work_row_others_rest[j])
        leftover = min(leftover, rest_all)
        if leftover > 0:
            running = 0
            done = 0
            for r in range(r_first, r_last):
                j = r - r_first
                running += int(
                    rows_billed[r] - work_row_eligible[j] - work_row_public_rest[j] - work_row_others_rest[j]
                )
                upto = mul_div(leftover, running, rest_all)
                work_row_others_rest[j] += upto - done
                done = upto
