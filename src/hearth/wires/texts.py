"""Texts: keys and letters that may leave the house: no control characters; rare characters of names stand."""

from __future__ import annotations

import re
import unicodedata

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
KEY_WANT = "1 to 100 letters, digits and . _ : / -"
"""Idempotency keys, as the other side sees them."""


def plain(text: str) -> bool:
    """Whether a text is one line without control, format or surrogate characters, as names and purposes are."""
    return written(text, lines=False) and all(unicodedata.category(letter) != "Cf" for letter in text)


def written(text: str, *, lines: bool) -> bool:
    """Whether a text holds nothing but letters, and newlines where `lines` allows them.

    Characters of private use and ones newer than the tables of this Python stand: people's names have them.
    """
    return all(
        (letter == "\n" and lines)
        or (unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp") and ord(letter) & 0xFFFE != 0xFFFE)
        for letter in text
    )
