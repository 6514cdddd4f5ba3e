"""Rates: the filed rate table of a product as rows of bands and factors."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hearth.kernel.product.finding import ProductFinding
from hearth.kernel.product.terms import Terms
from hearth.words.money import fen_from_yuan

FACTORS = ("age", "sex", "social_insurance", "plan", "sum_insured", "deductible", "payment")
"""What a price may depend on; nothing else may (Health Insurance Regulation arts. 16, 17, 35, 38)."""

ONLY_IF_FILED = ("smoker",)
"""Allowed where the filed table has it, and told to a person who looks at the product."""

AMOUNTS = ("premium", "per")
"""Columns of a rate table that are no factors: the premium, and the sum insured it is for."""


@dataclass(frozen=True, slots=True)
class RateRow:
    """One row: the ages it is for (completed years, both ends included), the other factors, the premium in fen."""

    line: int
    age_from: int
    age_to: int
    others: tuple[tuple[str, str], ...]
    premium: int
    per: int | None


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that is not what its column wants."""

    line: int
    column: str
    got: str
    want: str


def columns_of(factors: Sequence[str]) -> tuple[str, ...]:
    """The columns a rate table has for the factors of a product.

    Needs:   factors of the terms; age is written as two columns
    Gives:   names of columns without the amounts
    Source:  rates.csv of each product
    """
    return tuple(column for factor in factors for column in (("age_from", "age_to") if factor == "age" else (factor,)))


def rate_rows(table: Iterable[Mapping[str, str]]) -> tuple[list[RateRow], list[BadCell]]:
    """Rows of text become rows of rates.

    Needs:   rows by column, each with its `line`
    Gives:   the rows that can be read, and every cell that cannot
    Source:  rates.csv of each product
    """
    rows: list[RateRow] = []
    bad: list[BadCell] = []
    for cells in table:
        line = int(cells.get("line", 0))
        ages = [_age(cells, column, line, bad) for column in ("age_from", "age_to")]
        premium = _amount(cells, "premium", line, bad)
        per = _amount(cells, "per", line, bad) if "per" in cells else None
        others = tuple(
            (column, value) for column, value in cells.items() if column not in ("line", "age_from", "age_to", *AMOUNTS)
        )
        bad.extend(BadCell(line, column, "", "a value") for column, value in others if not value)
        if None not in ages and premium is not None:
            rows.append(RateRow(line, ages[0] or 0, 999 if ages[1] is None else ages[1], others, premium, per))
    return rows, bad


def _age(cells: Mapping[str, str], column: str, line: int, bad: list[BadCell]) -> int | None:
    if column not in cells:
        return 0 if column == "age_from" else 999
    text = cells[column]
    if not text.isascii() or not text.isdigit() or int(text) > 150:
        bad.append(BadCell(line, column, text, "whole years up to 150"))
        return None
    return int(text)


def _amount(cells: Mapping[str, str], column: str, line: int, bad: list[BadCell]) -> int | None:
    text = cells.get(column, "")
    try:
        amount = fen_from_yuan(text)
    except ValueError:
        bad.append(BadCell(line, column, text, "an amount in yuan"))
        return None
    if amount <= 0:
        bad.append(BadCell(line, column, text, "an amount above zero"))
        return None
    return amount


def check_rates(terms: Terms, table: Sequence[Mapping[str, str]] | None) -> list[ProductFinding]:
    """Rating factors and rate table: admitted factors, bands without gap or overlap, readable positive amounts.

    Needs:   terms; the rows of rates.csv, each with its line (None: no file)
    Gives:   findings
    Source:  Health Insurance Regulation arts. 16, 17, 35, 38
    """
    product, found = terms.code, []
    factors = terms.rating.factors if terms.rating is not None else ()
    for factor in factors:
        if factor in ONLY_IF_FILED:
            found.append(ProductFinding(product, "FACTOR_TO_LOOK_AT", "rating.factors", factor, "rates.csv", False))
        elif factor not in FACTORS:
            found.append(ProductFinding(product, "FACTOR_BARRED", "rating.factors", factor, ", ".join(FACTORS)))
    if terms.rating is None:
        return found
    if not table:
        return [*found, ProductFinding(product, "RATES_MISSING", "rates.csv", "—", ", ".join(columns_of(factors)))]
    columns = [column for column in table[0] if column != "line"]
    want = columns_of(factors)
    if set(columns) - set(AMOUNTS) != set(want) or "premium" not in columns:
        got, wanted = ", ".join(columns), ", ".join((*want, "premium"))
        return [*found, ProductFinding(product, "RATES_COLUMNS", "rates.csv line 1", got, wanted)]
    rows, bad = rate_rows(table)
    found += [
        ProductFinding(product, "RATES_CELL", f"rates.csv line {cell.line}, {cell.column}", cell.got or "—", cell.want)
        for cell in bad
    ]
    return found + _bands(terms, rows)


def _bands(terms: Terms, rows: Sequence[RateRow]) -> list[ProductFinding]:
    product, found = terms.code, []
    groups: dict[tuple[tuple[str, str], ...], list[RateRow]] = {}
    for row in rows:
        groups.setdefault(row.others, []).append(row)
    names = [name for name, _ in rows[0].others] if rows else []
    values = [sorted({dict(row.others)[name] for row in rows}) for name in names]
    for combination in itertools.product(*values):
        if tuple(zip(names, combination, strict=True)) not in groups:
            got = ", ".join(combination)
            found.append(ProductFinding(product, "RATES_GAP", f"rates.csv ({got})", "—", "age_from .. age_to"))
    first = min((row.age_from for row in rows), default=0)
    last = max((row.age_to for row in rows), default=0)
    for others, group in groups.items():
        place = f"rates.csv ({', '.join(value for _, value in others)})" if others else "rates.csv"
        expected = first
        for row in sorted(group, key=lambda row: (row.age_from, row.age_to)):
            where = f"{place} line {row.line}"
            if row.age_from > expected:
                found.append(ProductFinding(product, "RATES_GAP", where, f"{row.age_from}", f"{expected}"))
            elif row.age_from < expected:
                found.append(ProductFinding(product, "RATES_OVERLAP", where, f"{row.age_from}", f"{expected}"))
            if row.age_to < row.age_from:
                found.append(ProductFinding(product, "RATES_CELL", where, f"{row.age_to}", f">= {row.age_from}"))
            expected = max(expected, row.age_to + 1)
        if expected <= last:
            found.append(ProductFinding(product, "RATES_GAP", place, f"{expected - 1}", f"{last}"))
    if "plan" in names:
        plans = values[names.index("plan")]
        if set(plans) != set(terms.plans):
            found.append(ProductFinding(product, "RATES_PLAN", "rates.csv", ", ".join(plans), ", ".join(terms.plans)))
    return found
