"""Pen and paper: yuan in Decimal, rounded half-up to the fen where the rules say so and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

NOTHING = Decimal("0.00")
ONE_FEN = Decimal("0.01")
PAPER = Context(prec=80, rounding=ROUND_HALF_UP)
"""Wide enough that a quotient is never rounded before it is rounded to the fen."""


def in_yuan(fen: int) -> Decimal:
    """Whole fen -> yuan."""
    return Decimal(fen) * ONE_FEN


def in_fen(yuan: Decimal) -> int:
    """Yuan with two decimals -> whole fen; anything finer is a slip of the pen."""
    fen = int(yuan * 100)
    assert yuan == fen * ONE_FEN, yuan
    return fen


def rounded(amount: Decimal) -> Decimal:
    """Half-up to the fen."""
    return amount.quantize(ONE_FEN, rounding=ROUND_HALF_UP)


def share_of(amount: Decimal, basis_points: int) -> Decimal:
    """A ratio of an amount, rounded once."""
    return rounded(amount * basis_points / 10_000)


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """A total shared over weights in order by cumulative rounding."""
    whole = sum(weights, NOTHING)
    if whole == 0:
        return [NOTHING for _ in weights]
    shares, running, given = [], NOTHING, NOTHING
    for weight in weights:
        running += weight
        up_to_here = rounded(total * running / whole)
        shares.append(up_to_here - given)
        given = up_to_here
    return shares
