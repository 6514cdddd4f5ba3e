"""What others paid is shared to the fen, no unit or row gets more than is left of it, and units keep their order."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.adjudication.scan.sharing import order_units, share_others


def in_order(units: list[tuple[int, int, int]]) -> list[int]:
    """(invoice, benefit, first row) of each unit -> the order they run in."""
    invoice, benefit, first = (np.array(column, np.int64) for column in zip(*units, strict=True))
    order = np.zeros(len(units), np.int64)
    order_units(len(units), order, invoice, benefit, first)
    return [int(n) for n in order]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12))
def test_units_run_by_invoice_then_benefit_as_listed_then_first_row(pairs: list[tuple[int, int]]) -> None:
    units = [(invoice, benefit, row) for row, (invoice, benefit) in enumerate(pairs)]
    assert in_order(units) == sorted(range(len(units)), key=lambda n: units[n])


def shared(rows: list[tuple[int, int, int]], others: tuple[int, int, int, int], surplus: int = 0) -> dict[str, Any]:
    """rows: (billed, eligible, unit or -1) of one claim, without public payments."""
    billed, eligible, unit = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    units = int(unit.max()) + 1
    left = np.array([int(eligible[unit == n].sum()) for n in range(units)], np.int64)

    def zeros(*shape: int) -> np.ndarray:
        return np.zeros(shape, np.int64)

    found = {
        "rows": zeros(len(rows)),
        "rest": zeros(len(rows)),
        "left": left,
        "source": zeros(units, 4),
        "spread": zeros(units),
    }
    share_others(
        surplus, 0, units, 0, len(rows), np.array([others], np.int64), billed, unit, eligible, zeros(len(rows)),
        zeros(len(rows)), found["rows"], found["rest"], np.arange(units), left, found["source"], found["spread"],
        zeros(max(units, 1), 8),
    )  # fmt: skip
    return found


ROWS = st.lists(
    st.tuples(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(-1, 2)).map(
        lambda row: (row[0] + row[1], row[1] if row[2] >= 0 else 0, row[2])
    ),
    min_size=1,
    max_size=10,
)
OTHERS = st.tuples(*[st.integers(0, 2 * 10**9)] * 4)


@given(ROWS, OTHERS, st.integers(0, 10**9))
def test_nothing_is_lost_but_what_exceeds_the_bill(
    rows: list[tuple[int, int, int]], others: tuple[int, int, int, int], surplus: int
) -> None:
    found = shared(rows, others, surplus)
    total = int(found["rows"].sum() + found["rest"].sum())
    assert total == min(sum(others) + surplus, sum(billed for billed, _, _ in rows))
    for place, (billed, eligible, _) in enumerate(rows):
        assert 0 <= found["rows"][place] <= eligible
        assert 0 <= found["rest"][place] <= billed - eligible
    assert (found["left"] >= 0).all()
    assert np.array_equal(found["source"].sum(axis=1), found["spread"])


@given(ROWS, OTHERS)
def test_each_unit_gets_its_part_by_cumulative_rounding(
    rows: list[tuple[int, int, int]], others: tuple[int, int, int, int]
) -> None:
    found = shared(rows, others)
    left = [sum(eligible for _, eligible, unit in rows if unit == n) for n in range(len(found["spread"]))]
    for source, amount in enumerate(others):
        whole, running, done = sum(left), 0, 0
        take = min(amount, whole)
        for n, weight in enumerate(list(left)):
            running += weight
            upto = floor(Fraction(take * running, whole) + Fraction(1, 2)) if whole else 0
            assert found["source"][n, source] == upto - done
            left[n] -= upto - done
            done = upto


def test_a_payment_of_100_over_three_equal_rows_is_33_34_33() -> None:
    found = shared([(50, 50, 0), (50, 50, 0), (50, 50, 0)], (0, 100, 0, 0))
    assert found["rows"].tolist() == [33, 34, 33]


def test_what_no_unit_can_take_goes_to_costs_outside_the_cover() -> None:
    found = shared([(100, 60, 0), (40, 0, -1)], (0, 0, 110, 0))
    assert found["rows"].tolist() == [60, 0]
    assert found["rest"].tolist() == [25, 25]
