"""Bound: the form's boxes with what was typed in them and what is wrong with it, as templates read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hearth.doors.office.explore.checks import Problems, plans_of
from hearth.doors.office.explore.draft import PAPERS, Draft, Item, amount_of
from hearth.doors.office.explore.fields import CASE, Box, Group
from hearth.kernel.product.terms import Terms
from hearth.words.codes import Paper, word
from hearth.words.money import yuan

REDRAWING = {("policies", "product"), ("invoices", "setting")}
"""Boxes that decide which other boxes or choices there are."""


@dataclass(frozen=True)
class BoundBox:
    """One input with its value."""

    id: str
    kind: str
    label: str
    hint: str
    value: str
    error: str
    must: bool
    options: tuple[tuple[str, str, bool], ...]
    redraws: bool = False
    """Other boxes depend on it: the form is drawn again when it changes."""

    @property
    def input_type(self) -> str:
        """A day that the browser's own picker cannot hold stays text, so that nothing typed is lost."""
        return "date" if self.kind == "day" and (not self.value or _is_day(self.value)) else "text"

    @property
    def is_money(self) -> bool:
        """Whether it holds an amount."""
        return self.kind in ("money", "part", "count", "number")


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and (text[:4] + text[5:7] + text[8:]).isdigit()


@dataclass(frozen=True)
class Node:
    """An item of the form: its boxes by key, the items below it, and a line that sums it up."""

    path: str
    number: int
    box: Mapping[str, BoundBox]
    lists: Mapping[str, tuple[Node, ...]]
    error: str
    has_own_errors: bool
    has_errors: bool
    sums_up: str
    papers: tuple[tuple[str, str, bool], ...] = ()
    papers_listed: bool = False
    can_add: Mapping[str, bool] | None = None


def _plan_name(plan: str, terms: Terms | None, lang: str) -> str:
    if terms is None:
        return plan
    name = terms.plan_name(plan)
    return name.zh if lang == "zh" else name.en


def bind(draft: Draft, problems: Problems, products: Mapping[str, Terms], lang: str) -> Node:
    """The whole form."""
    own = {str(terms.get("code")): terms for terms in draft.kept.get("terms") or () if isinstance(terms, Mapping)}
    offered = [(terms.code, terms.name.zh if lang == "zh" else terms.name.en) for terms in products.values()]
    offered += [(code, _own_name(terms, code, lang)) for code, terms in own.items() if code not in products]

    def options(group: Group, box: Box, item: Item) -> Iterable[tuple[str, str, bool]]:
        typed = item.get(box.key, "")
        if group.name == "policies" and box.key == "product":
            choices = offered
        elif group.name == "policies" and box.key == "plan":
            code = item.get("product", "").strip()
            plans = [(plan, _plan_name(plan, products.get(code), lang)) for plan in plans_of(code, products, own)]
            first = _("first listed (%(plan)s)") % {"plan": plans[0][1]} if plans else _("first listed")
            choices = [("", first), *plans]
        else:
            choices = box.choices(lang) if box.choices else []
        values = {value for value, _words in choices}
        if typed not in values:
            choices = [(typed, typed or _("choose")), *choices]
        return ((value, words, value == typed) for value, words in choices)

    def node(group: Group, item: Item, prefix: str, number: int) -> Node:
        boxes = {}
        for box in group.boxes:
            name = prefix + box.key
            boxes[box.key] = BoundBox(
                id=name,
                kind=box.kind,
                label=str(box.label),
                hint=str(box.hint),
                value=item.get(box.key, ""),
                error=problems.get(name, ""),
                must=box.must,
                options=tuple(options(group, box, item)) if box.kind == "choice" else (),
                redraws=(group.name, box.key) in REDRAWING,
            )
        lists = {
            inner.name: tuple(
                node(inner, entry, f"{prefix}{inner.name}-{n}-", n + 1)
                for n, entry in enumerate(item.get(inner.name, []))
            )
            for inner in group.lists
        }
        own_error = problems.get(prefix.rstrip("-"), "") if prefix else ""
        listed = item.get("papers", ())
        return Node(
            path=prefix.rstrip("-"),
            number=number,
            box=boxes,
            lists=lists,
            error=own_error,
            has_own_errors=bool(own_error) or any(box.error for box in boxes.values()),
            has_errors=bool(own_error)
            or any(box.error for box in boxes.values())
            or any(one.has_errors for nodes in lists.values() for one in nodes),
            sums_up=_sums_up(group, item, lang),
            papers=tuple((name, word(Paper[name.upper()], lang), name in listed) for name in PAPERS)
            if group.name == "claims"
            else (),
            papers_listed=bool(item.get("papers_listed")),
            can_add={inner.name: len(item.get(inner.name, [])) < inner.most for inner in group.lists},
        )

    return node(CASE, draft.item, "", 1)


def _own_name(terms: Mapping[str, Any], code: str, lang: str) -> str:
    name = terms.get("name")
    return str(name.get(lang, code)) if isinstance(name, Mapping) else code


def _sums_up(group: Group, item: Item, lang: str) -> str:
    """A line that says what a folded part of the form holds."""
    if group.name == "invoices":
        amounts = [amount_of(line.get("amount", "")) for line in item.get("lines", ())]
        total = sum(int(amount * 100) for amount in amounts if not isinstance(amount, str))
        day = item.get("admitted_on") if item.get("setting") == "inpatient" else item.get("visited_on")
        return " · ".join(part for part in (day, item.get("hospital_name", ""), yuan(total)) if part)
    if group.name == "policies":
        return " · ".join(part for part in (item.get("product", ""), item.get("starts_on", "")) if part)
    return ""
