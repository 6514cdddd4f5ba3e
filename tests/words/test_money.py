"""Amounts are whole fen: what people write is read exactly or refused, and written back the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.words.money import BP, FEN_PER_YUAN, MAX_FEN, fen_from_yuan, percent, yuan


@given(st.integers(-MAX_FEN, MAX_FEN))
def test_every_amount_is_read_back_as_it_was_written(fen: int) -> None:
    assert fen_from_yuan(yuan(fen)) == fen
    assert fen_from_yuan(yuan(fen).replace(",", "")) == fen
    assert fen_from_yuan(Decimal(fen).scaleb(-2)) == fen


@given(st.integers(-(MAX_FEN // FEN_PER_YUAN), MAX_FEN // FEN_PER_YUAN))
def test_whole_yuan_may_be_written_as_a_number(amount: int) -> None:
    assert fen_from_yuan(amount) == amount * FEN_PER_YUAN


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("17,052.87", 1_705_287),
        ("17052.87", 1_705_287),
        (" 12 ", 1200),
        ("0.1", 10),
        ("0.10", 10),
        ("0.100", 10),
        ("0.00000", 0),
        ("-0.01", -1),
        ("-0.00", 0),
        ("007", 700),
        ("1,234,567", 123_456_700),
        (Decimal("1E+3"), 100_000),
        (Decimal("0.500"), 50),
        ("10000000000.00", MAX_FEN),
        ("-10,000,000,000", -MAX_FEN),
    ],
)
def test_an_amount_is_read_as_people_write_it(written: Any, fen: int) -> None:
    assert fen_from_yuan(written) == fen


@pytest.mark.parametrize(
    "written",
    [
        "", " ", ".", "1.", ".5", "1.005", "0.001", "1,23", "12,34.00", "1,2345", ",100", "1 000", "1e3", "+5", "--5",
        "5-", "NaN", "inf", "Infinity", "-", "abc", "¥5", "5元", "１２", "٣", "0x10", "1_000", "1.2.3", "1.0,0", "1\n2",
        "½", None, True, False, 0.1, float("nan"), float("inf"), b"5", [5], {}, Decimal("NaN"), Decimal("Infinity"),
        Decimal("0.001"), Decimal("1E-9"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_amount_is_refused(written: Any) -> None:
    with pytest.raises(ValueError, match="is not an amount in yuan"):
        fen_from_yuan(written)


@pytest.mark.parametrize(
    "written",
    ["10000000000.01", "-10000000000.01", 10**15, "9" * 23, "9" * 500, "0" * 40, Decimal("1E+30"), Decimal(10**12)],
    ids=lambda written: str(written)[:30],
)
def test_an_amount_above_ten_billion_yuan_is_refused_with_the_ceiling(written: Any) -> None:
    with pytest.raises(ValueError, match=r"larger than the ceiling of 10,000,000,000\.00 yuan") as refused:
        fen_from_yuan(written)
    assert len(str(refused.value)) < 120, "a long text is not told back whole"


@given(st.text(max_size=20))
def test_any_text_is_an_amount_within_the_ceiling_or_refused(text: str) -> None:
    try:
        assert abs(fen_from_yuan(text)) <= MAX_FEN
    except ValueError:
        return


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0.00"), (1, "0.01"), (-1, "-0.01"), (-100, "-1.00"), (99_999, "999.99"), (100_000, "1,000.00"),
     (MAX_FEN, "10,000,000,000.00")],
)  # fmt: skip
def test_yuan_have_two_decimals_and_separators(fen: int, text: str) -> None:
    assert yuan(fen) == text


@pytest.mark.parametrize(
    ("bp", "text"),
    [(0, "0%"), (1, "0.01%"), (10, "0.1%"), (8000, "80%"), (6250, "62.5%"), (6205, "62.05%"), (BP, "100%")],
)
def test_percent_have_no_needless_zeros(bp: int, text: str) -> None:
    assert percent(bp) == text


@given(st.integers(0, 10 * BP))
def test_percent_are_exact(bp: int) -> None:
    assert Decimal(percent(bp).removesuffix("%")) * 100 == bp
