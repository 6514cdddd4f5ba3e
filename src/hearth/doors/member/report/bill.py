"""Bill: the form of one invoice: what was typed, as facts of a claim and as boxes, with what is wrong beside each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hearth.doors.member.boxes import Box, box, choice
from hearth.doors.member.page import plain
from hearth.kernel.documents.identities import Problem, problems
from hearth.words.codes import Category, Department, Ownership, Setting, word
from hearth.words.money import fen_from_yuan, yuan

MOST_LINES = 200
"""Lines that the form shows; longer bills are read in from a file."""

TEXT = ("code", "number", "check_code", "icd")
MONEY = ("total", "fund", "other_public", "account", "cash", "own_inside", "own_outside")
DAYS = ("visited_on", "admitted_on", "discharged_on")
HOSPITAL = ("name", "level", "ownership", "department")
LINE = ("category", "name", "amount", "out_of_scope", "quantity", "unit", "price", "on")
KNOWN = {"setting", "hospital", "si_settled", "emergency", "lines", *TEXT, *MONEY, *DAYS}
"""Fields of an invoice that have a box; what else was read in from a file is kept as it is."""

LABELS: dict[str, Any] = {
    "code": gettext_lazy("Invoice code"),
    "number": gettext_lazy("Invoice number"),
    "check_code": gettext_lazy("Check code"),
    "icd": gettext_lazy("Diagnosis (ICD-10)"),
    "total": gettext_lazy("Total on the invoice"),
    "fund": gettext_lazy("Pooled fund paid"),
    "other_public": gettext_lazy("Other public payments"),
    "account": gettext_lazy("Personal account"),
    "cash": gettext_lazy("Cash"),
    "own_inside": gettext_lazy("Own share inside the list"),
    "own_outside": gettext_lazy("Own cost outside the list"),
    "visited_on": gettext_lazy("Visited on"),
    "admitted_on": gettext_lazy("Admitted on"),
    "discharged_on": gettext_lazy("Discharged on"),
    "category": gettext_lazy("Category"),
    "name": gettext_lazy("Name on the bill"),
    "amount": gettext_lazy("Amount"),
    "out_of_scope": gettext_lazy("Of it outside the list"),
    "quantity": gettext_lazy("Quantity"),
    "unit": gettext_lazy("Unit"),
    "price": gettext_lazy("Price of one"),
    "on": gettext_lazy("Day of service"),
}
HINTS: dict[str, Any] = {
    "code": gettext_lazy("8 digits at the top: 票据代码"),
    "number": gettext_lazy("10 digits: 票据号码"),
    "check_code": gettext_lazy("6 characters: 校验码"),
    "fund": gettext_lazy("what social insurance paid: 医保统筹基金支付"),
    "other_public": gettext_lazy("large-sum, assistance, civil servants: 其他支付"),
    "account": gettext_lazy("your own money on the insurance card: 个人账户支付"),
    "cash": gettext_lazy("个人现金支付"),
    "own_inside": gettext_lazy("个人自付"),
    "own_outside": gettext_lazy("个人自费"),
    "out_of_scope": gettext_lazy("yuan, or “all”"),
}

_LINE = re.compile(r"line-(\d{1,4})-(\w{1,16})")
_PLACE = re.compile(r"lines\[(\d+)\](?:\.(\w+))?")


@dataclass(frozen=True)
class Typed:
    """A form as it was sent: the facts, and the place in the form of each line that holds anything."""

    facts: dict[str, Any]
    places: tuple[int, ...]


def typed(posted: Mapping[str, str], before: Mapping[str, Any]) -> Typed:
    """The facts of a form; blank lines are left out, fields without a box stay as they were."""
    facts: dict[str, Any] = {name: value for name, value in before.items() if name not in KNOWN}
    for name in ("setting", *TEXT, *MONEY, *DAYS):
        value = plain(posted.get(name, ""), 60).strip()
        if value:
            facts[name] = value
    hospital: dict[str, Any] = {
        name: value for name, value in (before.get("hospital") or {}).items() if name not in HOSPITAL
    }
    for name in HOSPITAL:
        value = plain(posted.get(f"hospital_{name}", ""), 100).strip()
        if value:
            hospital[name] = int(value) if name == "level" and value in "0123" else value
    if hospital:
        facts["hospital"] = hospital
    settled = posted.get("si_settled", "")
    if settled in ("yes", "no"):
        facts["si_settled"] = settled == "yes"
    if posted.get("emergency"):
        facts["emergency"] = True
    kept, places = _lines(posted, before.get("lines") or ())
    if kept:
        facts["lines"] = kept
    return Typed(facts, places)


def _lines(posted: Mapping[str, str], before: Sequence[Any]) -> tuple[list[dict[str, Any]], tuple[int, ...]]:
    boxes: dict[int, dict[str, Any]] = {}
    for key in posted:
        found = _LINE.fullmatch(key)
        if found and found[2] in LINE:
            value = plain(posted[key], 100).strip()
            if value:
                boxes.setdefault(int(found[1]), {})[found[2]] = value
    kept, places = [], []
    for number in sorted(boxes):
        line = boxes[number]
        if not set(line) - {"category"} and not line.get("category"):
            continue
        # What a file said of the line beyond its boxes.
        held = before[number] if number < len(before) and isinstance(before[number], Mapping) else {}
        more = {name: value for name, value in held.items() if name not in LINE}
        if (
            "quantity" in line
            and line["quantity"].isascii()
            and line["quantity"].isdigit()
            and len(line["quantity"]) < 7
        ):
            line["quantity"] = int(line["quantity"])
        kept.append({**more, **line})
        places.append(number)
    return kept[:MOST_LINES], tuple(places[:MOST_LINES])


# --- what is wrong ---------------------------------------------------------------------------------------------------


def found_in(facts: Mapping[str, Any], today: date) -> tuple[Problem, ...]:
    """Everything in the facts that does not agree."""
    return problems(facts, today)


def place_of(problem: Problem, places: Sequence[int] | None = None) -> str:
    """The id of the box that a problem is about."""
    inside = _PLACE.match(problem.field)
    if inside:
        number = int(inside[1])
        if places is not None and number < len(places):
            number = places[number]
        return f"f-line-{number}-{inside[2] or 'amount'}"
    if problem.field.startswith("hospital."):
        return f"f-hospital_{problem.field.split('.', 1)[1]}"
    return "f-lines" if problem.field.startswith("lines") else f"f-{problem.field}"


def beside(
    found: Iterable[Problem], lang: str, places: Sequence[int] | None = None
) -> tuple[dict[str, str], dict[str, str]]:
    """Box -> what is wrong there, and box -> what is worth a second look."""
    wrong: dict[str, str] = {}
    look: dict[str, str] = {}
    for problem in found:
        kept = look if problem.grade == "warn" else wrong
        place = place_of(problem, places)
        kept[place] = f"{kept[place]} {problem.sentence(lang)}" if place in kept else problem.sentence(lang)
    return wrong, look


def to_mend(found: Iterable[Problem]) -> list[Problem]:
    """What has to be put right before anything can be computed."""
    return [problem for problem in found if problem.grade == "mend"]


# --- boxes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bill:
    """The form of an invoice, bound."""

    box: Mapping[str, Box]
    lines: tuple[Mapping[str, Any], ...]
    lines_error: str
    other: tuple[str, ...]
    """What is wrong and has no box of its own."""
    tally: str
    has_more: bool
    """Something stands in the part that is folded away."""


def bound(facts: Mapping[str, Any], found: Sequence[Problem], lang: str) -> Bill:
    """The boxes of an invoice with what stands in them."""
    wrong, look = beside(found, lang)
    lines = [line for line in facts.get("lines") or () if isinstance(line, Mapping)][:MOST_LINES]
    used: set[str] = set()

    def one(name: str, kind: str = "text", value: Any = None, label: Any = "", **more: Any) -> Box:
        key = more.pop("id", f"f-{name}")
        used.add(key)
        held = facts.get(name, "") if value is None else value
        hint = " ".join(part for part in (look.get(key, ""), str(more.pop("hint", HINTS.get(name, "")))) if part)
        return box(name, label or LABELS[name], held, kind, id=key, error=wrong.get(key, ""), hint=hint, **more)

    boxes: dict[str, Box] = {name: one(name) for name in TEXT}
    boxes |= {name: one(name, "money") for name in MONEY}
    boxes |= {name: one(name, "date") for name in DAYS}
    boxes["setting"] = _setting(facts, wrong, lang)
    used.add("f-setting")
    boxes |= _hospital(facts, wrong, lang, used)
    settled = facts.get("si_settled")
    boxes["si_settled"] = choice(
        "si_settled",
        _("Settled through social insurance"),
        [("", _("I do not know")), ("yes", _("yes")), ("no", _("no"))],
        "" if settled is None else "yes" if settled is True else "no" if settled is False else "",
        error=wrong.get("f-si_settled", ""),
    )
    used.add("f-si_settled")
    boxes["emergency"] = box("emergency", _("Emergency"), bool(facts.get("emergency")), "check")
    shown = tuple(_line(number, line, wrong, look, lang, used) for number, line in enumerate([*lines, *_blank(lines)]))
    used.add("f-lines")
    return Bill(
        box=boxes,
        lines=shown,
        lines_error=wrong.get("f-lines", ""),
        other=tuple(says for key, says in wrong.items() if key not in used),
        tally=tally(facts, lang),
        has_more=any(facts.get(name) for name in ("check_code", "icd", "own_inside", "own_outside", "emergency"))
        or any((facts.get("hospital") or {}).get(name) for name in ("ownership", "department"))
        if isinstance(facts.get("hospital") or {}, Mapping)
        else True,
    )


def _setting(facts: Mapping[str, Any], wrong: Mapping[str, str], lang: str) -> Box:
    options = [(code.name.lower(), word(code, lang)) for code in Setting if code is not Setting.DIAGNOSIS]
    return choice(
        "setting", _("Kind of treatment"), [("", _("please choose")), *options], str(facts.get("setting", "")),
        must=True, error=wrong.get("f-setting", ""),
    )  # fmt: skip


def _hospital(facts: Mapping[str, Any], wrong: Mapping[str, str], lang: str, used: set[str]) -> dict[str, Box]:
    held = facts.get("hospital")
    value: Mapping[str, Any] = held if isinstance(held, Mapping) else {}
    levels = [("3", _("tertiary")), ("2", _("secondary")), ("1", _("primary")), ("0", _("not graded"))]
    lists: tuple[tuple[str, str, list[tuple[str, str]]], ...] = (
        ("level", _("Hospital level"), levels),
        ("ownership", _("Run by"), [(one.name.lower(), word(one, lang)) for one in Ownership]),
        ("department", _("Ward"), [(one.name.lower(), word(one, lang)) for one in Department]),
    )
    used.update(f"f-hospital_{name}" for name in HOSPITAL)
    found = {
        f"hospital_{name}": choice(
            f"hospital_{name}", label, [("", _("I do not know")), *options], str(value.get(name, "")),
            error=wrong.get(f"f-hospital_{name}", ""),
        )
        for name, label, options in lists
    }  # fmt: skip
    found["hospital_name"] = box(
        "hospital_name", _("Hospital"), value.get("name", ""), maxlength=100, error=wrong.get("f-hospital_name", "")
    )
    return found


def _line(
    number: int, line: Mapping[str, Any], wrong: Mapping[str, str], look: Mapping[str, str], lang: str, used: set[str]
) -> dict[str, Any]:
    def one(name: str, kind: str = "text", **more: Any) -> Box:
        key = f"f-line-{number}-{name}"
        used.add(key)
        value = line.get(name, "")
        return box(
            f"line-{number}-{name}", LABELS[name], value, kind, id=key,
            error=wrong.get(key, ""), hint=look.get(key, "") or HINTS.get(name, ""), **more,
        )  # fmt: skip

    categories = [
        (code.name.lower(), word(code, lang))
        for code in Category
        if code not in (Category.STAY_DAYS, Category.DIAGNOSED)
    ]
    category = str(line.get("category", ""))
    if category and category not in {key for key, _words in categories}:
        categories.append((category, category))
    key = f"f-line-{number}-category"
    used.add(key)
    name = str(line.get("name", ""))
    return {
        "number": number,
        "shown_number": number + 1,
        "category": choice(
            f"line-{number}-category", LABELS["category"], [("", _("please choose")), *categories], category,
            id=key, error=wrong.get(key, ""),
        ),
        "name": one("name", maxlength=100),
        "amount": one("amount", "money"),
        "out_of_scope": one("out_of_scope"),
        "quantity": one("quantity", "decimal"),
        "unit": one("unit", maxlength=16),
        "price": one("price", "money"),
        "on": one("on", "date"),
        "has_more": any(line.get(field) for field in LINE[3:])
        or any(f"f-line-{number}-{field}" in wrong for field in LINE[3:]),
        "title": name,
        "is_blank": not line,
    }  # fmt: skip


def _blank(lines: Sequence[Any]) -> list[dict[str, Any]]:
    return [{}] if not lines else []


def with_line(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with one more line, empty so far."""
    lines = [*(facts.get("lines") or ()), {}]
    return {**facts, "lines": lines[:MOST_LINES]}


def without_line(facts: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The facts without one of their lines."""
    lines = [line for place, line in enumerate(facts.get("lines") or ()) if place != number]
    rest = {name: value for name, value in facts.items() if name != "lines"}
    return {**rest, "lines": lines} if lines else rest


def sum_of(facts: Mapping[str, Any]) -> int | None:
    """What the lines add up to, as far as they can be read; None where none can."""
    amounts = []
    for line in facts.get("lines") or ():
        try:
            amounts.append(fen_from_yuan(line.get("amount", "")))
        except (ValueError, AttributeError):
            continue
    return sum(amounts) if amounts else None


def total_of(facts: Mapping[str, Any]) -> int | None:
    """What the invoice adds up to: its total, else its lines."""
    try:
        return fen_from_yuan(facts["total"])
    except (KeyError, ValueError):
        return sum_of(facts)


def tally(facts: Mapping[str, Any], lang: str) -> str:
    """What the lines add up to so far."""
    lines = sum_of(facts)
    if lines is None:
        return ""
    return _("The lines add up to %(amount)s yuan.") % {"amount": yuan(lines)}


def title_of(facts: Mapping[str, Any], lang: str) -> str:
    """A bill in a line: the kind of treatment, the hospital, the day."""
    setting = str(facts.get("setting", ""))
    named = {code.name.lower(): word(code, lang) for code in Setting}
    hospital = facts.get("hospital")
    place = str(hospital.get("name", "")) if isinstance(hospital, Mapping) else ""
    day = str(facts.get("admitted_on") or facts.get("visited_on") or "")
    said = " · ".join(part for part in (named.get(setting, ""), place, day) if part)
    return said or _("A bill without days yet")
