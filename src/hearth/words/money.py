"""Money: whole fen, exact; yuan as people write it."""

from __future__ import annotations

import re
from decimal import Decimal

FEN_PER_YUAN = 100

# Two amounts below 2**40 multiply in two halves without leaving int64 (kernel.adjudication.scan.arithmetic.mul_div).
MAX_FEN = 10**12
"""The largest amount that the kernel takes, of one line, one claim or one limit: ten billion yuan, in fen."""

BP = 10_000
"""Basis points in one."""

_YUAN = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d{1,2})?|-?\d+(\.\d{1,2})?")


def fen_from_yuan(text: str | int | Decimal) -> int:
    """Yuan as written ("1,234.50", 1234, Decimal) -> whole fen.

    Raises: ValueError when it is no amount, has more than two decimals, or is larger than MAX_FEN either way.
    """
    if isinstance(text, bool) or not isinstance(text, (str, int, Decimal)):
        raise ValueError(f"{text!r} is not an amount in yuan")
    plain = format(text, "f") if isinstance(text, Decimal) else str(text).strip()
    if "." in plain:
        whole, cents = plain.split(".", 1)
        plain = whole + "." + (cents[:2] + cents[2:].rstrip("0") if len(cents) > 2 else cents)
    if not plain.isascii() or not _YUAN.fullmatch(plain):
        raise ValueError(f"{str(text)[:40]!r} is not an amount in yuan with at most two decimals")
    if len(plain) > 24:
        raise ValueError(f"{plain[:40]} is larger than the ceiling of {yuan(MAX_FEN)} yuan")
    fen = int(Decimal(plain.replace(",", "")).scaleb(2))
    if abs(fen) > MAX_FEN:
        raise ValueError(f"{plain} is larger than the ceiling of {yuan(MAX_FEN)} yuan")
    return fen


def yuan(fen: int) -> str:
    """Fen -> yuan with separators and two decimals: 1705287 -> "17,052.87"."""
    fen = int(fen)
    sign = "-" if fen < 0 else ""
    whole, cents = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{whole:,}.{cents:02d}"


def percent(bp: int) -> str:
    """Basis points -> percent without needless zeros: 8000 -> "80%", 6250 -> "62.5%"."""
    whole, rest = divmod(int(bp), 100)
    return f"{whole}%" if rest == 0 else f"{whole}.{rest:02d}".rstrip("0") + "%"
