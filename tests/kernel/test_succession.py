"""What somebody left is divided to the last fen, by law in equal shares, otherwise as all heirs agreed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.succession import objection, parted
from hearth.words.successions import Ground


@given(st.integers(0, 10**12), st.lists(st.integers(1, 10_000), min_size=1, max_size=12))
def test_no_fen_is_made_or_lost_and_nobody_is_a_fen_away_from_their_part(amount: int, parts: list[int]) -> None:
    found = parted(amount, parts)
    assert sum(found) == amount and len(found) == len(parts)
    for fen, part in zip(found, parts, strict=True):
        assert abs(fen - Fraction(amount * part, sum(parts))) < 1


def test_ten_yuan_among_three_is_three_thirty_three_twice_and_three_thirty_four() -> None:
    # 1000 fen: 333, 666 - 333 = 333, 1000 - 666 = 334
    assert parted(1_000, (1, 1, 1)) == (333, 333, 334)
    assert parted(1, (1, 1, 1)) == (0, 0, 1)


@pytest.mark.parametrize(
    ("ground", "whole", "parts", "heirs", "why"),
    [
        (Ground.LAW, 3, {1: 1, 2: 1, 3: 1}, {1, 2, 3}, ""),
        (Ground.LAW, 2, {1: 1, 2: 1}, {1, 2, 3}, "LEFT_OUT"),
        (Ground.LAW, 3, {1: 2, 2: 1}, {1, 2}, "NOT_EQUAL"),
        (Ground.AGREEMENT, 3, {1: 2, 2: 1}, {1, 2, 3}, ""),
        (Ground.AGREEMENT, 1, {2: 1}, {1, 2, 3}, ""),
        (Ground.WILL, 4, {1: 3}, {1, 2}, "NOT_WHOLE"),
        (Ground.JUDGMENT, 4, {1: 5}, {1}, "NOT_WHOLE"),
        (Ground.JUDGMENT, 0, {1: 0}, {1}, "NOT_WHOLE"),
        (Ground.WILL, 2, {1: 1, 9: 1}, {1, 2}, "NOT_PROVEN"),
        (Ground.LAW, 1, {}, {1}, "NOBODY"),
    ],
)
def test_shares_stand_only_as_the_law_or_the_agreement_of_all_lets_them(
    ground: Ground, whole: int, parts: dict[int, int], heirs: set[int], why: str
) -> None:
    assert objection(ground, whole, parts, heirs) == why
