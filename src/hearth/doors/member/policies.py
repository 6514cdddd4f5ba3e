"""Policies: what the reader and their family are insured by."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.claims import sold
from hearth.doors.member.family import persons
from hearth.doors.member.page import Ask, page, shown
from hearth.doors.member.saying import day, plan, product
from hearth.doors.office.explore.clauses import Clauses
from hearth.store.access import policies as read
from hearth.store.shelf import wording
from hearth.words.faults import Fault
from hearth.words.money import yuan


@page
def policies(ask: Ask) -> HttpResponse:
    """Every policy of the reader and of their family, those in force first."""
    found = read.policies_of(ask.by, ask.at)
    cards = [(state(ask, row), row) for row in found]
    return shown(
        ask,
        "policies",
        title=_("Policies"),
        section="policies",
        cards=[
            {
                "url": reverse("member-policy", kwargs={"policy_no": row.policy_no}),
                "title": product(row.product, ask.lang),
                "says": f"{row.policy_no} · {names(row, ask)}",
                "chip": chip,
                "days": _("until %(day)s") % {"day": day(row.ended_on or row.ends_on, ask.lang)},
            }
            for chip, row in sorted(cards, key=lambda one: one[0]["kind"] != "done")
        ],
    )


@page
def policy(ask: Ask, policy_no: str) -> HttpResponse:
    """One policy: its days, its people, its clauses."""
    row = read.one_policy(ask.by, policy_no, ask.at)
    people = [insured.full_name for insured in row.insured if insured.full_name]
    facts: list[Any] = [
        (_("Policy"), row.policy_no),
        (_("Plan"), plan(row.product, row.plan, ask.lang)),
        (_("Holder"), row.holder_name),
        (_("Insured"), _(", ").join(people)),
        (_("Cover begins"), day(row.starts_on, ask.lang)),
        (_("Cover until, this day not included"), day(row.ended_on or row.ends_on, ask.lang)),
        (_("Premium"), _("%(amount)s yuan") % {"amount": yuan(row.premium_fen)}),
    ]
    if row.renews:
        facts.append((_("Renews"), row.renews))
    may_report = any(row.covers(person_id) for person_id, _name in persons(ask)) and row.state != "void"
    return shown(
        ask,
        "policy",
        title=product(row.product, ask.lang),
        section="policies",
        back_url=reverse("member-policies"),
        chip=state(ask, row),
        facts=facts,
        clauses=clauses(row.product, ask.lang),
        version=version(row.product),
        may_report=may_report,
    )


def state(ask: Ask, row: read.PolicyRow) -> dict[str, str]:
    """The state of a policy in one word."""
    if row.state == "void":
        return {"says": _("void"), "kind": "ink"}
    if row.covers_on(ask.today):
        return {"says": _("in force"), "kind": "done"}
    if row.starts_on > ask.today:
        return {"says": _("begins %(day)s") % {"day": day(row.starts_on, ask.lang)}, "kind": "waits"}
    return {"says": _("ended"), "kind": "plain"}


def names(row: read.PolicyRow, ask: Ask) -> str:
    """Whom a policy covers, in a line."""
    return _(", ").join(insured.full_name for insured in row.insured[:6] if insured.full_name)


def clauses(product_code: str, lang: str) -> list[dict[str, Any]]:
    """The wording of a product, clause by clause; nothing where it is not on the shelf."""
    try:
        found = wording(product_code)
    except Fault:
        return []
    chips = Clauses(lang, frozenset())
    return [
        {"anchor": view.anchor, "title": view.title, "paragraphs": view.paragraphs}
        for view in (chips.view(product_code, anchor) for anchor in found.clauses)
    ]


def version(product_code: str) -> str:
    """The version of the terms on the shelf."""
    try:
        return sold.terms_of(product_code).version
    except Fault:
        return ""
