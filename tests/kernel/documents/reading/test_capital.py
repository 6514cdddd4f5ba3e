"""Amounts in capitals are read as the rules of writing have them, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.documents.reading.capital import CAPITALS, fen_of_capitals
from tests.twins.capitals_writer import written


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("壹仟贰佰零玖元肆角叁分", 120943),
        ("贰万壹仟玖佰捌拾柒圆整", 2198700),
        ("壹万零贰佰元伍角整", 1020050),
        ("叁元零伍分", 305),
        ("伍角", 50),
        ("捌分", 8),
        ("壹亿零叁佰万元整", 1_0300_0000_00),
        ("人民币陆拾元正", 6000),
        ("拾伍元整", 1500),
        ("壹仟零伍元整", 100500),
        ("壹佰万元整", 100000000),
        ("零元整", 0),
    ],
)
def test_amounts_as_invoices_print_them(text: str, fen: int) -> None:
    assert fen_of_capitals(text) == fen


@pytest.mark.parametrize(
    "text",
    ["", "整", "元", "壹贰元整", "壹拾佰元整", "佰元整", "壹仟仟元", "叁角伍角", "壹元贰", "五元整",
     "壹元元整", "壹零元整",
     "壹分伍角"],
)  # fmt: skip
def test_what_breaks_the_rules_is_no_amount(text: str) -> None:
    assert fen_of_capitals(text) is None


@given(st.integers(1, 10**12))
def test_what_a_clerk_writes_is_read_back(fen: int) -> None:
    assert fen_of_capitals(written(fen)) == fen


@given(st.text(CAPITALS, max_size=14))
def test_no_string_of_capitals_breaks_the_reader_and_what_is_read_can_be_written(text: str) -> None:
    fen = fen_of_capitals(text)
    if fen:
        assert fen_of_capitals(written(fen)) == fen


@given(st.integers(1, 10**9), st.data())
def test_one_wrong_digit_never_reads_as_the_same_amount(fen: int, data: st.DataObject) -> None:
    text = written(fen)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([sign for sign in "壹贰叁肆伍陆柒捌玖" if sign != text[at]]))
    assert fen_of_capitals(text[:at] + other + text[at + 1 :]) != fen
