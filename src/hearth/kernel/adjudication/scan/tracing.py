"""Tracing: the steps of a unit written down where a decision is to be explained."""

from __future__ import annotations

from hearth.words.arrays import I64


def trace_unit(
    table: I64, at: int, step: int, cover: int, benefit: int, ratio_class: int, first_row: int, eligible: int,
    public: int, others: int, netted: int,
    loss: int, base: int, ratio: int, after_ratio: int, deductible: int, limit_rule: int,
    after_limits: int, ceiling: int, after_ceiling: int, payable: int, days: int, days_entitled: int, days_paid: int,
) -> None:  # fmt: skip
    """One unit into UnitTrace.table, in the order of words.arrays.UNIT_FIELDS.

    Needs:   room for one more unit
    Gives:   row `at` of the table
    Source:  words.arrays
    """
    table[at, 0] = step
    table[at, 1] = cover
    table[at, 2] = benefit
    table[at, 3] = ratio_class
    table[at, 4] = first_row
    table[at, 5] = eligible
    table[at, 6] = public
    table[at, 7] = others
    table[at, 8] = netted
    table[at, 9] = loss
    table[at, 10] = base
    table[at, 11] = ratio
    table[at, 12] = after_ratio
    table[at, 13] = deductible
    table[at, 14] = limit_rule
    table[at, 15] = after_limits
    table[at, 16] = ceiling
    table[at, 17] = after_ceiling
    table[at, 18] = payable
    table[at, 19] = days
    table[at, 20] = days_entitled
    table[at, 21] = days_paid


def trace_rule(
    rules: I64, filled: I64, rule: int, is_limit: int, full: int, used: int, offset: int, left: int, took: int
) -> None:
    """One deductible or limit as the unit at hand met it, in the order of words.arrays.RULE_FIELDS.

    Needs:   filled[0] = the number of the unit at hand, filled[1] = how many rules stand there
    Gives:   one more row of the rules
    Source:  words.arrays
    """
    at = int(filled[1])
    filled[1] = at + 1
    rules[at, 0] = filled[0]
    rules[at, 1] = rule
    rules[at, 2] = is_limit
    rules[at, 3] = full
    rules[at, 4] = used
    rules[at, 5] = offset
    rules[at, 6] = left
    rules[at, 7] = took
