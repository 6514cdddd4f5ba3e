"""Quantities: how much was billed and what one of it costs, exact, as people write them."""

from __future__ import annotations

import re
from decimal import Decimal

from hearth.words.money import MAX_FEN, fen_from_yuan

MOST_QUANTITY = 100_000
QUANTITY_FORM = "a quantity above 0 and up to 100,000 with at most three decimals"
PRICE_FORM = "a price in yuan with at most six decimals"

_QUANTITY = re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,3})?|\d{1,6}(\.\d{1,3})?")
_PRICE = re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,6})?|\d{1,14}(\.\d{1,6})?")


def quantity_from(text: str | int | Decimal) -> int | Decimal:
    """A quantity as written ("7", "2.50", 7): whole ones as whole numbers, others exact.

    Raises: ValueError where it is none, is 0, above MOST_QUANTITY, or has more than three decimals.
    """
    plain = _plain(text)
    value = Decimal(plain.replace(",", "")) if plain.isascii() and _QUANTITY.fullmatch(plain) else Decimal(0)
    if not 0 < value <= MOST_QUANTITY:
        raise ValueError(f"{_short(text)} is not {QUANTITY_FORM}")
    return int(value) if value == value.to_integral_value() else value.normalize()


def price_from(text: str | int | Decimal) -> Decimal:
    """What one unit costs, in yuan as written ("0.0417", "1,234.50"): hospitals state more than two decimals.

    Raises: ValueError where it is none, is below zero, has more than six decimals, or is larger than MAX_FEN.
    """
    plain = _plain(text)
    if not plain.isascii() or not _PRICE.fullmatch(plain):
        raise ValueError(f"{_short(text)} is not {PRICE_FORM}")
    value = Decimal(plain.replace(",", ""))
    if value * 100 > MAX_FEN:
        fen_from_yuan(str(int(value) + 1))
    return value


def _plain(text: str | int | Decimal) -> str:
    if isinstance(text, bool) or not isinstance(text, (str, int, Decimal)):
        return ""
    plain = format(text, "f") if isinstance(text, Decimal) else str(text).strip()
    return plain.rstrip("0").removesuffix(".") if "." in plain else plain


def _short(text: object) -> str:
    return repr(text) if isinstance(text, bool) or not isinstance(text, (int, Decimal)) else str(text)[:40]
