"""Numbers of people: telephone and identity numbers in the one form in which they are kept and compared."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from hearth.words.faults import Malformed

_CHINA = re.compile(r"1[3-9][0-9]{9}")
_ABROAD = re.compile(r"\+[1-9][0-9]{6,14}")
_IDENTITY = re.compile(r"[0-9A-Z]{5,20}")
_RESIDENT = re.compile(r"[1-9][0-9]{16}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def phone_form(text: str) -> str:
    """A telephone number as +8613800000000: mainland numbers may be typed without +86, with blanks or hyphens.

    Raises: Malformed.
    """
    plain = re.sub(r"[\s()./-]", "", unicodedata.normalize("NFKC", text))
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    bare = re.sub(r"^(\+?86)(?=1[3-9][0-9]{9}$)", "", plain)
    if _CHINA.fullmatch(bare):
        return "+86" + bare
    if _ABROAD.fullmatch(plain) and not plain.startswith("+86"):
        return plain
    raise Malformed(
        file="telephone",
        place="number",
        got=f"{len(text)} characters",
        want="11 digits of a mobile number, or + and the country",
    )


def identity_form(text: str) -> str:
    """An identity number in capital letters without blanks; a resident number's day and last digit are checked.

    Raises: Malformed.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "").upper()
    if not _IDENTITY.fullmatch(plain):
        raise Malformed(
            file="identity number", place="number", got=f"{len(plain)} characters", want="5 to 20 letters and digits"
        )
    if len(plain) == 18:
        if not _RESIDENT.fullmatch(plain) or plain[17] != check_digit(plain[:17]):
            raise Malformed(
                file="identity number",
                place="last digit",
                got=f"a number ending in {plain[-1]}",
                want="the check digit of GB 11643",
            )
        if born_by_number(plain) is None:
            raise Malformed(file="identity number", place="birthday", got=plain[6:14], want="a day")
    return plain


def check_digit(first: str) -> str:
    """The 18th place of a resident number from the first 17 (GB 11643-1999, ISO 7064 MOD 11-2)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]


def born_by_number(number: str) -> date | None:
    """The birthday that a resident number states; None where it states none."""
    if len(number) != 18 or not number[6:14].isdecimal():
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_by_number(number: str) -> str:
    """F or M as a resident number states; empty where it states none."""
    return "" if len(number) != 18 else "M" if int(number[16]) % 2 else "F"


def masked(text: str, *, front: int = 3, back: int = 4) -> str:
    """A number of which the middle is not shown: 138****5678."""
    return text if len(text) <= front + back else f"{text[:front]}{'*' * 4}{text[-back:] if back else ''}"
