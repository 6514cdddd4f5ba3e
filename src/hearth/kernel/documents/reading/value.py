"""Value: what print beside a label means: amounts, days, numbers, words; and which signs of it say so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from hearth.kernel.documents.reading.capital import ALIKE, CAPITALS, fen_of_capitals

DIGIT_LIKE = {"O": "0", "o": "0", "Q": "0", "D": "0", "l": "1", "I": "1", "|": "1", "i": "1", "Z": "2", "z": "2",
              "S": "5", "s": "5", "B": "8", "b": "6", "g": "9", "q": "9", "〇": "0", "○": "0", "□": "0", "。": ".",
              "·": ".", "，": ",", "、": ",", ";": ":", "_": "-", "—": "-", "–": "-", "一": "-"}  # fmt: skip
"""Signs that stand for a digit or mark where only digits may stand."""

_AMOUNT = re.compile(r"[¥￥Y]?\s?(-?)(\d{1,3}(?:,\d{3})+|\d{1,10})(?:\.(\d{1,4}))?(?![\d])")
_DAY = re.compile(
    r"((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?|((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)"
)
_WHOLE = re.compile(r"\d{1,5}")
_QUANTITY = re.compile(r"-?\d{1,7}(?:\.\d{1,4})?")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s?%?")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-]*")
_MASKED = re.compile(r"[0-9A-Za-z*][0-9A-Za-z\-* ]*")
_ICD = re.compile(r"[A-TV-Z]\d{2}(?:[.x]\w{1,6})?(?:[†*+]\w*)?")
_CAPITAL = re.compile(f"[{CAPITALS}{''.join(ALIKE)}]{{2,40}}")


@dataclass(frozen=True, slots=True)
class Value:
    """What a text means: in the one form in which it is kept, from which sign to which, and whether it was mended."""

    value: str
    start: int
    end: int
    mended: bool = False


def meant(kind: str, text: str) -> Value | None:
    """What a text beside a label means.

    Needs:   `kind` of labels (text, amount, day, stay, number, quantity, percent, code, masked, capitals, sex, icd);
             the text in plain form, as it was read
    Gives:   amounts with two decimals, days as 2026-03-09, stays as two days with a slash; None where it is none
    Source:  docs/papers.md
    """
    if kind in ("text", "long"):
        bare = text.strip(" :")
        start = text.find(bare) if bare else 0
        return Value(bare, start, start + len(bare)) if bare else None
    found = _READERS[kind](text)
    if found is not None or kind in ("capitals", "sex", "icd"):
        return found
    mended = "".join(DIGIT_LIKE.get(sign, sign) for sign in text)
    again = _READERS[kind](mended) if mended != text else None
    return None if again is None else Value(again.value, again.start, again.end, True)


def amount_form(whole: str, cents: str | None, sign: str = "") -> str:
    """An amount in the one form in which it is kept.

    Needs:   digits, separators among them; at most four decimals
    Gives:   yuan with two decimals; more decimals stay where they are not zero
    Source:  docs/papers.md
    """
    bare = whole.replace(",", "").lstrip("0") or "0"
    after = (cents or "").ljust(2, "0")
    after = after[:2] + after[2:].rstrip("0")
    return f"{sign}{bare}.{after}"


def _amount(text: str) -> Value | None:
    # A blank inside an amount is a gap between two signs that was taken for one.
    point = re.search(r"(?<![\d,.])(\d{1,3}),(\d{2})(?![\d,.])", text)
    if point:
        return Value(amount_form(point[1], point[2]), point.start(), point.end(), True)
    for tried in (text, re.sub(r"(?<=[\d,.]) (?=[\d,.])", "", text)):
        found = _AMOUNT.search(tried)
        if found:
            if tried is text:
                return Value(amount_form(found[2], found[3], found[1]), found.start(), found.end())
            return Value(amount_form(found[2], found[3], found[1]), 0, len(text), True)
    return None


def _day(text: str) -> Value | None:
    found = _DAY.search(text)
    if found is None:
        return None
    parts = [int(part) for part in found.groups() if part is not None]
    try:
        return Value(date(*parts).isoformat(), found.start(), found.end())
    except ValueError:
        return None


def _stay(text: str) -> Value | None:
    first = _day(text)
    if first is None:
        return None
    second = _day(text[first.end :])
    if second is None:
        return None
    return Value(f"{first.value}/{second.value}", first.start, first.end + second.end)


def _number(text: str) -> Value | None:
    found = _WHOLE.search(text)
    return None if found is None else Value(str(int(found[0])), found.start(), found.end())


def _quantity(text: str) -> Value | None:
    found = _QUANTITY.search(text)
    return None if found is None else Value(plain_decimal(found[0]), found.start(), found.end())


def plain_decimal(text: str) -> str:
    """A decimal without needless zeros.

    Needs:   digits, perhaps with a point and a sign
    Gives:   15 for "15.00", 2.75 for "2.750"
    Source:  docs/papers.md
    """
    sign, bare = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, after = bare.partition(".")
    after = after.rstrip("0")
    return f"{sign}{int(whole)}" + (f".{after}" if after else "")


def _percent(text: str) -> Value | None:
    found = _PERCENT.search(text)
    return None if found is None else Value(f"{plain_decimal(found[1])}%", found.start(), found.end())


def _code(text: str) -> Value | None:
    found = _CODE.search(text)
    return None if found is None else Value(found[0], found.start(), found.end())


def _masked(text: str) -> Value | None:
    found = _MASKED.search(text)
    return None if found is None else Value(found[0].replace(" ", ""), found.start(), found.end())


def _capitals(text: str) -> Value | None:
    found = _CAPITAL.search(text.replace(" ", "").replace("圆", "元"))
    if found is None:
        return None
    # The place is that of the text with its blanks: from its first sign to its last.
    return Value(found[0], 0, len(text), fen_of_capitals(found[0]) is None)


def _sex(text: str) -> Value | None:
    place = next((n for n, sign in enumerate(text) if sign in "男女"), None)
    return None if place is None else Value(text[place], place, place + 1)


def _icd(text: str) -> Value | None:
    found = _ICD.search(text)
    if found is None and text[:1] in "|1l":
        # No code begins with a digit or a stroke: it is the letter I (diseases of the circulation).
        found = _ICD.search("I" + text[1:])
        return None if found is None else Value(found[0], found.start(), found.end(), True)
    return None if found is None else Value(found[0], found.start(), found.end())


_READERS = {
    "amount": _amount, "day": _day, "stay": _stay, "number": _number, "quantity": _quantity, "percent": _percent,
    "code": _code, "masked": _masked, "capitals": _capitals, "sex": _sex, "icd": _icd,
}  # fmt: skip
