"""Quantities and prices are exact: as they are written, or refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.words.quantities import price_from, quantity_from


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("7", 7), (7, 7), ("7.00", 7), ("1,200", 1_200), (Decimal("7.0"), 7), (100_000, 100_000), ("0.5", Decimal("0.5")),
     (" 2.125 ", Decimal("2.125"))],
)  # fmt: skip
def test_a_whole_quantity_is_a_whole_number_and_another_is_exact(text: Any, quantity: int | Decimal) -> None:
    assert (quantity_from(text), type(quantity_from(text))) == (quantity, type(quantity))


@pytest.mark.parametrize(
    "text", ["", "0", 0, "0.0001", "-1", "100001", "1e3", "二", "７", True, None, 1.5, "1,0", "NaN"]
)
def test_what_is_no_quantity_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="is not a quantity above 0"):
        quantity_from(text)


@pytest.mark.parametrize(
    ("text", "price"), [("12.50", "12.5"), ("0.0417", "0.0417"), (12, "12"), ("1,234.50", "1234.5"), ("0", "0")]
)
def test_a_price_keeps_what_is_below_a_fen(text: Any, price: str) -> None:
    assert price_from(text) == Decimal(price)


@pytest.mark.parametrize("text", ["", "-1", "1.0000001", "x", True, None, 0.1, "1e2"])
def test_what_is_no_price_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="is not a price"):
        price_from(text)


def test_a_price_above_what_can_be_computed_is_refused() -> None:
    assert price_from("10000000000") == 10**10
    with pytest.raises(ValueError, match="ceiling"):
        price_from("10000000000.01")


@given(st.decimals(min_value=Decimal("0.001"), max_value=100_000, places=3))
def test_a_quantity_read_again_from_its_own_writing_is_the_same(quantity: Decimal) -> None:
    read = quantity_from(f"{quantity:f}")
    assert read == quantity and quantity_from(f"{Decimal(read):f}") == read
