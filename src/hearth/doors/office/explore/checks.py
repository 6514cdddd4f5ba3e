"""Checks: what is wrong in a draft, in plain words beside the box it is in.

The words are the form's own; the case schema is asked last, and whatever only it sees is told too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from hearth.doors.office.explore.draft import Draft, Item, Stated, amount_of, is_blank, to_value
from hearth.doors.office.explore.fields import CASE, Box, Group
from hearth.kernel.adjudication.case import Case
from hearth.kernel.product.terms import Terms
from hearth.words.money import MAX_FEN, yuan
from hearth.words.quantities import price_from, quantity_from

Problems = dict[str, str]
"""Id of a box, or of an item, -> what is wrong with it."""


def check(draft: Draft, products: Mapping[str, Terms]) -> tuple[Stated, Case | None, Problems]:
    """The values a draft states, their case where nothing is wrong, and everything that is wrong."""
    problems: Problems = {}
    for group, item, prefix in items(CASE, draft.item, ""):
        for box in group.boxes:
            says = _wrong(box, item.get(box.key, "").strip())
            if says:
                problems[prefix + box.key] = says
    _agree(draft.item, products, draft.kept.get("terms") or (), problems)
    stated = to_value(draft)
    if problems:
        return stated, None, problems
    try:
        return stated, Case.model_validate(stated.value), problems
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False)[:40]:
            place = _place(stated, error["loc"])
            if place not in problems:
                message = str(error["msg"]).removeprefix("Value error, ")
                problems[place] = (
                    _("Please fill this in.")
                    if error["type"] == "missing"
                    else _("This does not fit: %(message)s") % {"message": message[:300]}
                )
        return stated, None, problems


def items(group: Group, item: Item, prefix: str) -> Iterator[tuple[Group, Item, str]]:
    """Every item of a draft that is not blank, with the prefix of its boxes' ids."""
    yield group, item, prefix
    for inner in group.lists:
        for number, entry in enumerate(item.get(inner.name, [])):
            if not is_blank(inner, entry):
                yield from items(inner, entry, f"{prefix}{inner.name}-{number}-")


def _place(stated: Stated, loc: tuple[str | int, ...]) -> str:
    steps = list(stated.form_path(loc))
    if "hospital" in steps:
        at = steps.index("hospital")
        return "-".join([*steps[:at], "_".join(steps[at : at + 2])])
    return "-".join(steps) or "case"


def _wrong(box: Box, typed: str) -> str | None:
    if not typed:
        return _("Please fill this in.") if box.must else None
    if box.kind in ("money", "part", "count"):
        return None if box.kind == "part" and typed == "all" else _wrong_amount(typed)
    if box.kind == "number":
        return _wrong_number(box, typed)
    if box.kind == "day":
        return _wrong_day(typed)
    if box.kind == "whole" and not re.fullmatch(r"[0-9]{1,6}", typed):
        return _("Write a whole number, such as 3.")
    if box.kind == "choice" and box.choices and typed not in {value for value, _words in box.choices("en")}:
        return _("Choose one from the list.")
    return None


def _wrong_amount(typed: str) -> str | None:
    amount = amount_of(typed)
    if isinstance(amount, str):
        if re.fullmatch(r"-[\d,.]+", amount):
            return _("An amount cannot be below zero.")
        return _("Write an amount in yuan, such as 1,234.50.")
    if amount != amount.quantize(Decimal("0.01")):
        return _("Two decimals at most: the smallest unit is one fen (0.01 yuan).")
    if amount * 100 > MAX_FEN:
        return _("At most %(most)s yuan can be computed here.") % {"most": yuan(MAX_FEN)}
    return None


def _wrong_number(box: Box, typed: str) -> str | None:
    try:
        (price_from if box.name == "price" else quantity_from)(amount_of(typed))
    except ValueError:
        if box.name == "price":
            return _("Write yuan for one unit with at most six decimals, such as 12.50.")
        return _("Write a number above 0 with at most three decimals, such as 2 or 0.5.")
    return None


def _wrong_day(typed: str) -> str | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
        return _("Write a day as year-month-day, such as 2026-04-02.")
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return _("There is no such day in the calendar.")
    return None if 1900 <= day.year <= 2200 else _("Choose a day between 1900 and 2200.")


def _day(item: Item, key: str) -> date | None:
    typed = item.get(key, "").strip()
    return date.fromisoformat(typed) if typed and _wrong_day(typed) is None else None


def _fen(item: Item, key: str) -> Decimal | None:
    typed = item.get(key, "").strip()
    amount = amount_of(typed) if typed else None
    return amount if isinstance(amount, Decimal) else None


# --- what has to agree with something else ---------------------------------------------------------------------------


def _agree(case: Item, products: Mapping[str, Terms], own: Any, problems: Problems) -> None:
    def tell(place: str, says: str) -> None:
        problems.setdefault(place, says)

    own_codes = {str(terms.get("code")): terms for terms in own if isinstance(terms, Mapping)}
    policies = {policy["no"].strip(): policy for policy in case["policies"]}
    for list_name, key in (("policies", "no"), ("claims", "no"), ("people", "id")):
        seen: set[str] = set()
        for n, entry in enumerate(case[list_name]):
            name = entry[key].strip()
            if name and name in seen:
                tell(f"{list_name}-{n}-{key}", _("This stands twice; give each one its own."))
            seen.add(name)
    insured: set[str] = set()
    for n, policy in enumerate(case["policies"]):
        place = f"policies-{n}-"
        insured |= {one.strip() for one in re.split("[,，、]", policy["insured"]) if one.strip()}
        code, plan = policy["product"].strip(), policy["plan"].strip()
        if code and code not in products and code not in own_codes:
            tell(place + "product", _("There is no such product; choose one from the list."))
        elif plan and plan not in plans_of(code, products, own_codes):
            tell(place + "plan", _("This product has no such plan; choose one from the list."))
        if policy["renews"].strip() and policy["renews"].strip() not in policies:
            tell(place + "renews", _("No policy of this case has that number."))
        starts, ends = _day(policy, "starts_on"), _day(policy, "ends_on")
        if starts and ends and ends <= starts:
            tell(place + "ends_on", _("The end must be after the start."))
        paid, due = _fen(policy, "premium_paid"), _fen(policy, "premium_due")
        if (paid is None) != (due is None):
            tell(place + ("premium_paid" if paid is None else "premium_due"), _("Premium paid and due go together."))
        if due is not None and (due == 0 or (paid or 0) > due):
            tell(place + "premium_due", _("Must be above zero and not below the premium paid."))
    for n, claim in enumerate(case["claims"]):
        place = f"claims-{n}-"
        if claim["insured"].strip() and claim["insured"].strip() not in insured:
            tell(place + "insured", _("None of the policies insures this person."))
        named = [one.strip() for one in re.split("[,，、]", claim["policies"]) if one.strip()]
        if any(no not in policies for no in named):
            tell(place + "policies", _("No policy of this case has that number."))
        if len(set(named)) != len(named):
            tell(place + "policies", _("A policy stands twice in this order."))
        if not claim["invoices"] and not any(entry["on"].strip() for entry in claim["diagnoses"]):
            tell(place + "no", _("Add an invoice or a diagnosis: there is nothing to decide yet."))
        for m, invoice in enumerate(claim["invoices"]):
            _invoice(invoice, f"{place}invoices-{m}-", tell)
    for n, used in enumerate(case["used"]):
        if used["policy"].strip() and used["policy"].strip() not in policies:
            tell(f"used-{n}-policy", _("No policy of this case has that number."))


def plans_of(code: str, products: Mapping[str, Terms], own: Mapping[str, Any]) -> tuple[str, ...]:
    """The plans of a product, of the shelf or stated in the case itself."""
    if code in own:
        plans = own[code].get("plans")
        return tuple(str(plan) for plan in plans) if isinstance(plans, (list, tuple)) else ("standard",)
    return products[code].plans if code in products else ()


def _invoice(invoice: Item, place: str, tell: Any) -> None:
    stay = invoice["setting"].strip() == "inpatient"
    admitted, discharged, visited = (_day(invoice, key) for key in ("admitted_on", "discharged_on", "visited_on"))
    if stay:
        for key in ("admitted_on", "discharged_on"):
            if not invoice[key].strip():
                tell(place + key, _("A stay needs the days of admission and discharge."))
        if admitted and discharged and discharged < admitted:
            tell(place + "discharged_on", _("The discharge must not be before the admission."))
        leave = invoice["leave_days"].strip()
        if admitted and discharged and leave.isdigit() and int(leave) > max(0, (discharged - admitted).days):
            tell(place + "leave_days", _("More days on leave than the stay is long."))
    elif not invoice["visited_on"].strip():
        tell(place + "visited_on", _("A visit needs its day."))
    first, last = (admitted, discharged) if stay else (visited, visited)
    for n, line in enumerate(invoice["lines"]):
        amount = _fen(line, "amount")
        for key in ("out_of_scope", "public", "not_necessary"):
            part = _fen(line, key)
            if amount is not None and part is not None and part > amount:
                tell(f"{place}lines-{n}-{key}", _("This is more than the amount of the line."))
        served = _day(line, "on")
        near = timedelta(days=90)
        if served and first and last and not first - near <= served <= last + near:
            tell(f"{place}lines-{n}-on", _("This day is not near the days of the invoice."))
