"""Identities: whether the figures of an invoice agree with one another, as they are typed; and which invoice is which.

What fails here is looked at by a person; it refuses nothing (DOMAIN 2.10).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from pydantic import ValidationError

from hearth.kernel.adjudication.case import Invoice
from hearth.kernel.documents.sentences import HINTS, SAYS
from hearth.words.codes import Setting
from hearth.words.money import MAX_FEN, fen_from_yuan, yuan
from hearth.words.quantities import price_from, quantity_from

Grade = Literal["mend", "check", "warn"]
"""mend: nothing can be computed from it; check: a person compares it; warn: worth a second look."""

TOLERANCE = 1
"""Fen by which the figures of one invoice may differ."""

SMALL_PRICE = 10
"""Yuan below which half a fen of the price matters, however many there are."""

FAR_OFF_DAYS = 90
"""A line's day lies at most so many days before or after the treatment."""

BESIDE = ("check_code", "own_inside", "own_outside", "issued_on", "days")
"""Fields that stand on an invoice and serve as a check alone; an Invoice of a case does not hold them."""

MONEY = ("total", "fund", "other_public", "account", "cash", "own_inside", "own_outside")
LINE_MONEY = ("amount", "out_of_scope", "public", "not_necessary")
SETTINGS = tuple(setting.name.lower() for setting in Setting if setting is not Setting.DIAGNOSIS)
DAYS = ("visited_on", "admitted_on", "discharged_on", "emergency_until", "issued_on")


@dataclass(frozen=True)
class Problem:
    """Something that does not agree: where, what was got, what is wanted, and by how many fen they differ.

    `field` is a path in the facts ("lines[2].amount"); `difference` is got − want where both are amounts.
    """

    code: str
    grade: Grade
    field: str
    got: str
    want: str
    difference: int | None
    says_zh: str
    says_en: str

    def sentence(self, lang: str) -> str:
        """The problem in "zh" or "en"."""
        return self.says_zh if lang.startswith("zh") else self.says_en


def plain_number(text: str) -> str:
    """A code or number as it is compared.

    Needs:   text as typed or read: full width, with spaces or invisible signs
    Gives:   half width, upper case, without spaces; leading zeros stay
    Source:  DOMAIN 2.10 (code and number are the key by which a copy is known)
    """
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] not in "ZC").upper()


def same_invoice(code: str, number: str) -> tuple[str, str] | None:
    """The key under which an invoice is one and the same.

    Needs:   code and number as typed
    Gives:   both in plain form; None where one is missing: nothing can then be said
    Source:  DOMAIN 2.10, 3.2 step 0; E20(d)
    """
    key = plain_number(code), plain_number(number)
    return key if all(key) else None


def invoice_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an invoice's facts that a case takes.

    Needs:   facts as typed, blanks and those of BESIDE among them
    Gives:   what is filled in, without BESIDE, with code and number in plain form
    Source:  docs/cases.md, invoices
    """
    kept = {name: value for name, value in _filled(facts).items() if name not in BESIDE}
    for name in ("code", "number"):
        if isinstance(kept.get(name), str):
            kept[name] = plain_number(kept[name])
    return kept


def _unblank(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _filled(value: Any) -> Any:
    """Values without the blanks of a form."""
    if isinstance(value, Mapping):
        return {key: _filled(one) for key, one in value.items() if not (isinstance(one, str) and not one.strip())}
    return [_filled(one) for one in value] if isinstance(value, (list, tuple)) else value


def problems(facts: Mapping[str, Any], today: date | None = None) -> tuple[Problem, ...]:
    """Everything in an invoice's facts that does not agree.

    Needs:   facts as a case file has them, with those of BESIDE; amounts in yuan and days as typed, any may be absent
    Gives:   problems in the order of the form; none of grade "mend" means that `invoice_facts` are an Invoice
    Source:  DOMAIN 2.10 (identities, tolerance 0.01), 3.1; docs/invoices.md
    """
    return _Look(facts, today).found()


def problem(
    code: str, grade: Grade, field: str, got: Any = "", want: Any = "", *, fen: int | None = None, **more: str
) -> Problem:
    """A problem with its sentences.

    Needs:   a code of SAYS, with _LESS or _MORE where it has both; `more`: what else its sentences name, or a `hint` of
             HINTS with the line and amount it names
    Gives:   the problem; its code without _LESS and _MORE, its difference being `fen`
    Source:  docs/invoices.md
    """
    values = {**more, "got": str(got), "want": str(want), "difference": "" if fen is None else yuan(abs(fen))}
    zh, en = (text.format(**values) for text in SAYS[code])
    if "hint" in more:
        hint_zh, hint_en = (text.format(**more) for text in HINTS[more["hint"]])
        zh, en = zh + hint_zh, f"{en} {hint_en}"
    name = code.removesuffix("_LESS").removesuffix("_MORE")
    return Problem(name, grade, field, values["got"], values["want"], fen, zh, en)


# --- one invoice -----------------------------------------------------------------------------------------------------


class _Look:
    def __init__(self, facts: Mapping[str, Any], today: date | None) -> None:
        self.facts, self.today = facts, today
        self.told: list[Problem] = []
        lines = facts.get("lines")
        self.lines: Sequence[Any] = lines if isinstance(lines, (list, tuple)) else ()
        self.fen: dict[str, int] = {}
        self.days: dict[str, date] = {}
        self.counts: dict[str, Decimal] = {}

    def found(self) -> tuple[Problem, ...]:
        self._numbers()
        self._read()
        self._treatment()
        self._line_parts()
        self._lines_and_total()
        self._payments()
        self._own()
        self._public()
        self._whole()
        return tuple(self.told)

    def _tell(
        self, code: str, grade: Grade, field: str, got: Any = "", want: Any = "", *, fen: int | None = None, **more: str
    ) -> None:
        self.told.append(problem(code, grade, field, got, want, fen=fen, **more))

    def _given(self, name: str) -> Any:
        return _unblank(self.facts.get(name))

    # --- numbers, amounts and days as written -------------------------------------------------------------------------

    def _numbers(self) -> None:
        code, number, check = (plain_number(str(self._given(name) or "")) for name in ("code", "number", "check_code"))
        if code and not re.fullmatch(r"[0-9]{8}", code):
            self._tell("CODE_UNUSUAL", "warn", "code", _short(code))
        if number and not re.fullmatch(r"[0-9]{10}", number):
            self._tell("NUMBER_UNUSUAL", "warn", "number", _short(number))
        if bool(code) != bool(number):
            self._tell("NUMBER_WITHOUT_CODE", "warn", "number" if code else "code")
        if check and not re.fullmatch(r"[0-9A-Z]{6}", check):
            self._tell("CHECK_CODE_UNUSUAL", "warn", "check_code", _short(check))

    def _read(self) -> None:
        for name in DAYS:
            self._day(name, self._given(name))
        for name in MONEY:
            self._amount(name, self._given(name))
        for n, line in enumerate(self.lines):
            if isinstance(line, Mapping):
                for name in LINE_MONEY:
                    if not (name == "out_of_scope" and line.get(name) == "all"):
                        self._amount(f"lines[{n}].{name}", _unblank(line.get(name)))
                self._day(f"lines[{n}].on", _unblank(line.get("on")))
                self._count(f"lines[{n}].quantity", _unblank(line.get("quantity")), quantity_from, "NOT_A_QUANTITY")
                self._count(f"lines[{n}].price", _unblank(line.get("price")), price_from, "NOT_A_PRICE")
                for name in ("category", "amount"):
                    if line.get(name) is None or not str(line[name]).strip():
                        self._tell("MISSING", "mend", f"lines[{n}].{name}")

    def _amount(self, field: str, value: Any) -> None:
        if value is None:
            return
        try:
            fen = fen_from_yuan(value) if isinstance(value, (str, int, Decimal)) else None
        except ValueError as wrong:
            if "ceiling" in str(wrong):
                return self._tell("ABOVE_CEILING", "mend", field, _short(value), yuan(MAX_FEN))
            fen = None
        if fen is None:
            self._tell("NOT_AN_AMOUNT", "mend", field, _short(value))
        elif fen < 0:
            self._tell("BELOW_ZERO", "mend", field, yuan(fen))
        else:
            self.fen[field] = fen

    def _count(self, field: str, value: Any, read: Callable[[Any], int | Decimal], code: str) -> None:
        if value is None:
            return
        try:
            self.counts[field] = Decimal(read(value))
        except ValueError:
            self._tell(code, "mend", field, _short(value))

    def _day(self, field: str, value: Any) -> None:
        if value is None:
            return
        day = value if type(value) is date else _day_of(value)
        if day is None or not 1900 <= day.year <= 2200:
            return self._tell("NOT_A_DAY", "mend", field, _short(value))
        self.days[field] = day
        if self.today is not None and day > self.today:
            self._tell("DAY_IN_FUTURE", "check", field, day, self.today)

    # --- days that belong together ------------------------------------------------------------------------------------

    def _treatment(self) -> None:
        setting = self._given("setting")
        if setting is None:
            self._tell("MISSING", "mend", "setting")
        elif setting not in SETTINGS:
            self._tell("DOES_NOT_FIT", "mend", "setting", _short(setting), ", ".join(SETTINGS))
        stay = setting == "inpatient"
        for name in ("admitted_on", "discharged_on") if stay else ("visited_on",) if setting in SETTINGS else ():
            if self._given(name) is None:
                self._tell("MISSING", "mend", name)
        first = self.days.get("admitted_on" if stay else "visited_on")
        last = self.days.get("discharged_on" if stay else "visited_on")
        if stay and first and last:
            self._stay(first, last)
        issued = self.days.get("issued_on")
        if issued and first and issued < first:
            self._tell("ISSUED_BEFORE", "warn", "issued_on", issued, first)
        if first and last:
            for field, day in self.days.items():
                near = first - timedelta(days=FAR_OFF_DAYS) <= day <= last + timedelta(days=FAR_OFF_DAYS)
                if field.startswith("lines[") and not near:
                    self._tell("DAY_FAR_OFF", "mend", field, day, first)

    def _stay(self, first: date, last: date) -> None:
        length = (last - first).days
        if length < 0:
            return self._tell("DAYS_REVERSED", "mend", "discharged_on", last, first)
        leave = _whole(self._given("leave_days"))
        if leave is not None and leave > length:
            self._tell("LEAVE_TOO_LONG", "mend", "leave_days", leave, length)
        days = _whole(self._given("days"))
        # Some hospitals count the day of discharge, and a stay within one day counts as one.
        if days is not None and days not in (length, length + 1):
            self._tell("DAYS_OF_STAY_DIFFER", "warn", "days", days, length)

    # --- amounts that belong together ---------------------------------------------------------------------------------

    def _line_parts(self) -> None:
        for n in range(len(self.lines)):
            amount = self.fen.get(f"lines[{n}].amount")
            for name in LINE_MONEY[1:]:
                part = self.fen.get(f"lines[{n}].{name}")
                if amount is not None and part is not None and part > amount:
                    field = f"lines[{n}].{name}"
                    self._tell("PART_ABOVE_LINE", "mend", field, yuan(part), yuan(amount), fen=part - amount)
            self._times(n, amount)

    def _times(self, n: int, amount: int | None) -> None:
        """Quantity times price is the amount; less may be right (a discount, a secondary operation), so it is told."""
        quantity, price = self.counts.get(f"lines[{n}].quantity"), self.counts.get(f"lines[{n}].price")
        if amount is None or quantity is None or price is None:
            return
        want = int((quantity * price * 100).quantize(Decimal(1), ROUND_HALF_UP))
        # A price stated to the fen may be off by half a fen, and that counts as often as the quantity.
        off = int(quantity) // 2 if price < SMALL_PRICE and price == price.quantize(Decimal("0.01")) else 0
        if abs(want - amount) > max(TOLERANCE, off):
            self._tell(
                "LINE_DIFFERS", "warn", f"lines[{n}].amount", yuan(amount), yuan(want), fen=amount - want,
                line=str(n + 1), price=f"{price:f}", quantity=f"{quantity:f}",
            )  # fmt: skip

    def _amounts(self) -> list[int] | None:
        """The amounts of all lines; None where one cannot be read yet, or there is no line."""
        amounts = [self.fen.get(f"lines[{n}].amount") for n in range(len(self.lines))]
        return [one for one in amounts if one is not None] if amounts and None not in amounts else None

    def _lines_and_total(self) -> None:
        amounts, total = self._amounts(), self.fen.get("total")
        if amounts is None or total is None:
            return
        self._differ("LINES_DIFFER", "lines", sum(amounts), total, **_hint(amounts, total))

    def _payments(self) -> None:
        amounts, total = self._amounts(), self.fen.get("total")
        bill = total if total is not None else sum(amounts) if amounts is not None else None
        if bill is None or {"fund", "other_public", "account", "cash"} & self._unread():
            return
        paid = [self.fen.get(name) for name in ("fund", "other_public", "account", "cash")]
        known = sum(one or 0 for one in paid)
        # Until both are typed, only too much is wrong.
        if (paid[2] is not None and paid[3] is not None) or known > bill:
            self._differ("PAYMENTS_DIFFER", "total", known, bill)

    def _own(self) -> None:
        names = ("own_inside", "own_outside", "account", "cash")
        if any(name not in self.fen for name in names) or "other_public" in self._unread():
            return
        inside, outside, account, cash = (self.fen[name] for name in names)
        own, paid, other = inside + outside, account + cash, self.fen.get("other_public", 0)
        # What another payment took over of the own share stands in both figures or in one, as the place has it.
        if not paid - TOLERANCE <= own <= paid + other + TOLERANCE:
            self._differ("OWN_DIFFER", "own_inside", own, paid)

    def _public(self) -> None:
        amounts, total = self._amounts(), self.fen.get("total")
        bill = sum(amounts) if amounts is not None else total
        if bill is None:
            return
        public = self.fen.get("fund", 0) + self.fen.get("other_public", 0)
        if public > bill:
            self._tell("PUBLIC_ABOVE_BILL", "check", "fund", yuan(public), yuan(bill), fen=public - bill)

    def _differ(self, code: str, field: str, got: int, want: int, **hint: str) -> None:
        if abs(got - want) > TOLERANCE:
            which = f"{code}_{'LESS' if got < want else 'MORE'}"
            self._tell(which, "check", field, yuan(got), yuan(want), fen=got - want, **hint)

    def _unread(self) -> set[str]:
        return {name for name in MONEY if self._given(name) is not None and name not in self.fen}

    # --- whatever only the schema sees --------------------------------------------------------------------------------

    def _whole(self) -> None:
        if any(problem.grade == "mend" for problem in self.told):
            return
        try:
            Invoice.model_validate(invoice_facts(self.facts))
        except ValidationError as invalid:
            for error in invalid.errors(include_url=False)[:40]:
                message = str(error["msg"]).removeprefix("Value error, ")
                self._tell("DOES_NOT_FIT", "mend", _dotted(error["loc"]), _short(error["input"]), message[:300])


def _hint(amounts: Sequence[int], total: int) -> dict[str, str]:
    """What a difference of lines and total looks like, where exactly one slip would explain it."""
    more = sum(amounts) - total
    if abs(more) <= TOLERANCE:
        return {}
    slips = [("DIGITS_SWAPPED", n, one) for n, one in enumerate(amounts, 1) if _is_swapped(one, one - more)]
    slips += [("TOTAL_SWAPPED", 0, total)] if _is_swapped(total, total + more) else []
    slips += [("STANDS_TWICE", n, one) for n, one in enumerate(amounts, 1) if one == more and one in amounts[: n - 1]]
    if len(slips) != 1:
        return {}
    name, line, amount = slips[0]
    right = total + more if name == "TOTAL_SWAPPED" else amount - more
    return {"hint": name, "line": str(line), "amount": yuan(right)}


def _is_swapped(amount: int, other: int) -> bool:
    """Whether `other` is `amount` with two neighbouring digits swapped."""
    digits, wanted = str(amount), str(other)
    return any(
        digits[n] != digits[n + 1] and digits[:n] + digits[n + 1] + digits[n] + digits[n + 2 :] == wanted
        for n in range(len(digits) - 1)
    )


def _day_of(value: Any) -> date | None:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        return None


def _whole(value: Any) -> int | None:
    text = str(value).strip()
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def _dotted(loc: Sequence[str | int]) -> str:
    path = ""
    for step in loc:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    return path or "setting"


def _short(value: Any) -> str:
    text = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in str(value)[:44])
    return text if len(text) <= 40 else text[:37] + "..."
