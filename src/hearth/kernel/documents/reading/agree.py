"""Agree: what must agree on a paper: sums, capitals, quantity times price, days, check digits; what holds proves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hearth.kernel.documents.identities import TOLERANCE
from hearth.kernel.documents.reading.capital import fen_of_capitals
from hearth.kernel.documents.reading.found import Found, Line
from hearth.words.money import MAX_FEN, fen_from_yuan
from hearth.words.numbers import check_digit

Where = tuple[str, int]
"""A field is (key, -1), a cell of a line is (cell, number of the line)."""

Figures = Mapping[Where, str]
"""Values by place, in the form of value.meant."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must agree: a code, the places it is about, how to look, and whether a coincidence is unlikely."""

    code: str
    about: tuple[Where, ...]
    look: Callable[[Figures], tuple[bool, str, str]]
    strong: bool = True


def fen(text: str | None) -> int | None:
    """Whole fen of an amount as read.

    Needs:   a value, perhaps absent
    Gives:   None where it is no amount the kernel takes
    Source:  words.money
    """
    if not text:
        return None
    try:
        return fen_from_yuan(text)
    except ValueError:
        return None


def rules(fields: Mapping[str, Found], lines: Sequence[Line]) -> tuple[Rule, ...]:
    """What must agree on this paper.

    Needs:   fields and lines as extracted
    Gives:   a rule for each agreement of which every part was found
    Source:  DOMAIN 2.10, 3.1; GB 11643 (resident numbers), ISO/IEC 7812 (card numbers)
    """
    return (*_amounts(fields, lines), *_line_rules(lines), *_days(fields, lines), *_numbers(fields))


# --- amounts ---------------------------------------------------------------------------------------------------------


def _amounts(fields: Mapping[str, Found], lines: Sequence[Line]) -> Iterator[Rule]:
    has = fields.keys()
    if {"total", "total_in_words"} <= has:
        yield Rule("WORDS_DIFFER", (("total", -1), ("total_in_words", -1)), _in_words("total", "total_in_words"))
    if {"赔付金额", "赔付金额大写"} <= has:
        paid_there = (("赔付金额", -1), ("赔付金额大写", -1))
        yield Rule("WORDS_DIFFER", paid_there, _in_words("赔付金额", "赔付金额大写"))
    pays = [key for key in ("fund", "other_public", "account", "cash") if key in has]
    if "total" in has and {"fund", "cash"} <= has:
        yield _sum("PAYMENTS_DIFFER", [(key, -1) for key in pays], [("total", -1)])
    if {"own_inside", "own_outside", "cash"} <= has:
        own = (("own_inside", -1), ("own_outside", -1))
        paid = tuple((key, -1) for key in ("account", "cash", "other_public") if key in has)
        yield Rule("OWN_DIFFER", (*own, *paid), _own)
    if {"自付一", "自付二", "own_inside"} <= has:
        yield _sum("OWN_PARTS_DIFFER", [("自付一", -1), ("自付二", -1)], [("own_inside", -1)])
    if {"total", "本次医保范围内金额", "自付二", "own_outside"} <= has:
        parts = [("本次医保范围内金额", -1), ("自付二", -1), ("own_outside", -1)]
        yield _sum("INSIDE_DIFFER", parts, [("total", -1)])
    amounts = [("amount", n) for n, line in enumerate(lines) if "amount" in line]
    if "total" in has and amounts and len(amounts) == len(lines):
        yield _sum("LINES_DIFFER", amounts, [("total", -1)])
    sums = [(key, -1) for key in fields if key.startswith("小计.")]
    if "total" in has and len(sums) > 1:
        yield _sum("HEADINGS_DIFFER", sums, [("total", -1)])


def _line_rules(lines: Sequence[Line]) -> Iterator[Rule]:
    for n, line in enumerate(lines):
        if {"quantity", "price", "amount"} <= line.keys():
            yield Rule("LINE_DIFFERS", (("quantity", n), ("price", n), ("amount", n)), _times(n))
        classes = [(cell, n) for cell in ("甲", "乙", "丙") if cell in line]
        if len(classes) == 3 and "amount" in line:
            yield _sum("LINE_DIFFERS", classes, [("amount", n)])


def _sum(code: str, parts: Sequence[Where], whole: Sequence[Where]) -> Rule:
    def look(figures: Figures) -> tuple[bool, str, str]:
        left, right = (_added(figures, of) for of in (parts, whole))
        return left is not None and right is not None and abs(left - right) <= TOLERANCE, _yuan(left), _yuan(right)

    return Rule(code, (*parts, *whole), look)


def _in_words(figure: str, capitals: str) -> Callable[[Figures], tuple[bool, str, str]]:
    def look(figures: Figures) -> tuple[bool, str, str]:
        total, words = fen(figures[(figure, -1)]), fen_of_capitals(figures[(capitals, -1)])
        return total is not None and total == words, _yuan(total), _yuan(words)

    return look


def _own(figures: Figures) -> tuple[bool, str, str]:
    own = _added(figures, (("own_inside", -1), ("own_outside", -1)))
    paid = _added(figures, [(key, -1) for key in ("account", "cash") if (key, -1) in figures])
    other = fen(figures.get(("other_public", -1))) or 0
    holds = own is not None and paid is not None and paid - TOLERANCE <= own <= paid + other + TOLERANCE
    return holds, _yuan(own), _yuan(paid)


def _times(n: int) -> Callable[[Figures], tuple[bool, str, str]]:
    def look(figures: Figures) -> tuple[bool, str, str]:
        price, amount = fen(figures[("price", n)]), fen(figures[("amount", n)])
        try:
            quantity = Decimal(figures[("quantity", n)])
        except ArithmeticError:
            return False, "", _yuan(amount)
        if price is None or amount is None or not 0 <= quantity <= 100_000:
            return False, "", _yuan(amount)
        want = int((quantity * price).quantize(Decimal(1), ROUND_HALF_UP))
        # A price printed to the fen stands for one up to half a fen off, and that counts as often as the quantity.
        return (
            abs(want - amount) <= max(TOLERANCE, int(quantity) // 2 if price < 1_000 else 1),
            _yuan(want),
            _yuan(amount),
        )

    return look


def _added(figures: Figures, of: Sequence[Where]) -> int | None:
    parts = [fen(figures.get(where)) for where in of]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) and abs(sum(known)) <= MAX_FEN else None


def _yuan(amount: int | None) -> str:
    return "" if amount is None else f"{amount / 100:.2f}"


# --- days ------------------------------------------------------------------------------------------------------------


def _days(fields: Mapping[str, Found], lines: Sequence[Line]) -> Iterator[Rule]:
    has = fields.keys()
    if {"admitted_on", "discharged_on"} <= has:
        yield Rule(
            "STAY_REVERSED",
            (("admitted_on", -1), ("discharged_on", -1)),
            _in_order("admitted_on", "discharged_on"),
            False,
        )
        if "days" in has:
            yield Rule("DAYS_DIFFER", (("admitted_on", -1), ("discharged_on", -1), ("days", -1)), _length)
    if {"stay", "days"} <= has:
        yield Rule("DAYS_DIFFER", (("stay", -1), ("days", -1)), _length)
    first = next((key for key in ("discharged_on", "visited_on", "admitted_on") if key in has), None)
    if first and "issued_on" in has:
        yield Rule("ISSUED_BEFORE", ((first, -1), ("issued_on", -1)), _in_order(first, "issued_on"), False)
    stay = (
        ("admitted_on", "discharged_on")
        if {"admitted_on", "discharged_on"} <= has
        else ("stay",)
        if "stay" in has
        else ()
    )
    for n, line in enumerate(lines):
        if stay and "on" in line:
            about = (*((key, -1) for key in stay), ("on", n))
            yield Rule("DAY_OUTSIDE_STAY", about, _within(n), False)


def _in_order(first: str, second: str) -> Callable[[Figures], tuple[bool, str, str]]:
    def look(figures: Figures) -> tuple[bool, str, str]:
        one, other = _day(figures[(first, -1)]), _day(figures[(second, -1)])
        return one is not None and other is not None and one <= other, str(one or ""), str(other or "")

    return look


def _ends(figures: Figures) -> tuple[date | None, date | None]:
    if ("stay", -1) in figures and ("admitted_on", -1) not in figures:
        first, _, last = figures[("stay", -1)].partition("/")
        return _day(first), _day(last)
    return _day(figures.get(("admitted_on", -1), "")), _day(figures.get(("discharged_on", -1), ""))


def _length(figures: Figures) -> tuple[bool, str, str]:
    first, last = _ends(figures)
    said = figures[("days", -1)]
    if first is None or last is None or not said.isdigit():
        return False, said, ""
    length = (last - first).days
    # Some hospitals count the day of discharge, and a stay within one day counts as one.
    return length >= 0 and int(said) in (length, length + 1), said, str(length)


def _within(n: int) -> Callable[[Figures], tuple[bool, str, str]]:
    def look(figures: Figures) -> tuple[bool, str, str]:
        first, last = _ends(figures)
        day = _day(figures[("on", n)])
        holds = first is not None and last is not None and day is not None and first <= day <= last
        return holds, str(day or ""), f"{first}/{last}"

    return look


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# --- numbers with check digits ---------------------------------------------------------------------------------------


def _numbers(fields: Mapping[str, Found]) -> Iterator[Rule]:
    if "公民身份号码" in fields:
        yield Rule("ID_CHECK_WRONG", (("公民身份号码", -1),), _resident)
        if "出生日期" in fields:
            yield Rule("BORN_DIFFERS", (("公民身份号码", -1), ("出生日期", -1)), _born)
        if "sex" in fields:
            yield Rule("SEX_DIFFERS", (("公民身份号码", -1), ("sex", -1)), _sex, False)
    if "卡号" in fields:
        yield Rule("CARD_CHECK_WRONG", (("卡号", -1),), _luhn)


def _resident(figures: Figures) -> tuple[bool, str, str]:
    number = figures[("公民身份号码", -1)].upper()
    if len(number) != 18 or not number[:17].isdigit():
        return False, number[-1:], ""
    want = check_digit(number[:17])
    return number[17] == want, number[17], want


def _born(figures: Figures) -> tuple[bool, str, str]:
    number, born = figures[("公民身份号码", -1)], figures[("出生日期", -1)]
    return number[6:14] == born.replace("-", ""), born, number[6:14]


def _sex(figures: Figures) -> tuple[bool, str, str]:
    number, sex = figures[("公民身份号码", -1)], figures[("sex", -1)]
    want = "" if len(number) != 18 or not number[16].isdigit() else "男" if int(number[16]) % 2 else "女"
    return sex == want, sex, want


def _luhn(figures: Figures) -> tuple[bool, str, str]:
    number = figures[("卡号", -1)]
    if not number.isdigit() or not 12 <= len(number) <= 19:
        return False, number[-1:], ""
    total = 0
    for place, sign in enumerate(reversed(number)):
        digit = int(sign) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0, number[-1], str((int(number[-1]) - total) % 10)
