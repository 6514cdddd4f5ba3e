"""Policies: found, issued by a form, ended and voided."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import policies as desk
from hearth.doors.office.desk.asking import Asked, go, page, show, typed, whole
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import amount, cell, chip, day, money, pager, table
from hearth.doors.office.desk.register import both, product_name, tabs
from hearth.doors.office.explore import offer
from hearth.kernel.product.terms import Terms
from hearth.store.access import policies as reads
from hearth.store.access.search import person_to_insure, policies_found
from hearth.words.calendar import day_in_china
from hearth.words.faults import Fault
from hearth.words.money import yuan

MOST_INSURED = 12
"""People that the form takes; more come through the interface."""

KINDS = {"in_force": "done", "lapsed": "plain", "surrendered": "plain", "void": "ink"}


def policy_table(
    asked: Asked, found: Iterable[reads.PolicyRow], today: date, *, show_caption: bool = False
) -> dict[str, Any] | None:
    """Policies in rows; None where there are none."""
    rows = []
    for one in found:
        is_over = one.state == "in_force" and not one.covers_on(today)
        zh, en = desk.STATE_WORDS[one.state]
        says = (_("over") if one.ends_on <= today else _("not begun")) if is_over else asked.says((zh, en))
        rows.append(
            [
                cell(one.policy_no, url=reverse("office-policy", args=[one.policy_no])),
                cell(product_name(one.product, asked.lang), aside=one.holder_name),
                cell("、".join(each.full_name for each in one.insured if each.full_name)),
                cell(f"{one.starts_on.isoformat()} → {one.ends_on.isoformat()}", kind="day"),
                cell(chip=chip(says, "plain" if is_over else KINDS[one.state])),
                amount(one.premium_fen),
            ]
        )
    columns = [_("Policy"), _("Product"), _("Insured"), _("Days"), _("State"), (_("Premium, yuan"), "money")]
    return table(_("Policies"), columns, rows, show_caption=show_caption, rows_move=True) if rows else None


@page()
def policies(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Policies, newest first, or found by number, product or the holder's name."""
    text = typed(request, "q")
    before = whole(typed(request, "before"))
    found = policies_found(asked.by, text, asked.at) if text else reads.policies(asked.by, asked.at, before=before)
    more = f"?before={found[-1].policy_id}" if not text and len(found) == reads.PAGE else None
    return show(
        request, asked, "office/policies.html", "people", _("Policies"),
        tabs=tabs(asked, "policies"), table=policy_table(asked, found, day_in_china(asked.at)), text=text,
        pager=pager("", more) if more else None, may_issue=asked.may("policy", "issue"),
    )  # fmt: skip


@page()
def policy(request: HttpRequest, asked: Asked, policy_no: str) -> HttpResponse:
    """One policy: whom it covers, what was agreed, what can be done with it."""
    one = reads.one_policy(asked.by, policy_no, asked.at)
    terms = offer.products()[0].get(one.product)
    plan = terms.plan_names.get(one.plan) if terms else None
    zh, en = desk.STATE_WORDS[one.state]
    facts: list[Any] = [
        (_("Product"), product_name(one.product, asked.lang)),
        (_("Plan"), both(plan, asked.lang) if plan else one.plan or "—"),
        (_("Days"), f"{one.starts_on.isoformat()} → {one.ends_on.isoformat()}"),
        (_("State"), asked.says((zh, en)) + (f" · {one.ended_on.isoformat()}" if one.ended_on else "")),
        {"name": _("Premium, yuan"), "value": money(one.premium_fen), "kind": "money"},
        (_("Renews"), one.renews or "—"),
        (_("Branch"), one.branch or "—"),
    ]
    facts += [(name, _shown(value)) for name, value in sorted(one.facts.items())]
    people = [
        {"name": one.holder_name, "says": _("holder"), "mark": one.holder_name[:1],
         "url": reverse("office-person", args=[one.holder_id])},
        *(
            {"name": each.full_name or _("locked"), "says": _("insured"), "mark": each.full_name[:1],
             "url": reverse("office-person", args=[each.person_id])}
            for each in one.insured
        ),
    ]  # fmt: skip
    is_open = one.state == "in_force"
    return show(
        request, asked, "office/policy.html", "people", one.policy_no, one=one, facts=facts, people=people,
        state=chip(asked.says((zh, en)), KINDS[one.state]),
        may_end=is_open and asked.may("policy", "end"), may_void=one.state != "void" and asked.may("policy", "void"),
        claims_url=f"{reverse('office-search')}?q={one.policy_no}" if asked.may("claim", "see") else None,
    )  # fmt: skip


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# --- issued ----------------------------------------------------------------------------------------------------------


def _terms() -> dict[str, Terms]:
    return offer.products()[0]


@page("GET", "POST")
def new_policy(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Issue a policy: the product first, then a form of what that product asks for."""
    known = _terms()
    code = typed(request, "product")
    if code not in known:
        options = [
            {"value": each, "label": both(terms.name, asked.lang), "says": terms.version}
            for each, terms in known.items()
        ]
        choices = {"id": "product", "name": "product", "label": _("Which product?"), "options": options}
        return show(
            request, asked, "office/policy_product.html", "people", _("Issue a policy"), choices=choices,
            holder=typed(request, "holder"), back_url=reverse("office-policies"),
        )  # fmt: skip
    terms = known[code]
    form = Form(
        _policy_boxes(terms, asked, typed(request, "holder")), request.POST if request.method == "POST" else None
    )
    if form.is_right:
        issued = _issue(asked, terms, form)
        if issued:
            if asked.may("policy", "see"):
                return go("office-policy", issued, said="issued")
            return go("office-people", said="issued")
    return show(
        request, asked, "office/form.html", "people",
        _("Issue: %(product)s") % {"product": both(terms.name, asked.lang)},
        status=form.status, form=form, yes=_("Issue"), back_url=reverse("office-policy-new"),
    )  # fmt: skip


def _policy_boxes(terms: Terms, asked: Asked, holder: str) -> list[Box]:
    plans = [(plan, both(terms.plan_names[plan], asked.lang) if plan in terms.plan_names else plan)
             for plan in terms.plans]  # fmt: skip
    who = _("Member number, telephone or identity number")
    boxes = [
        Box("holder", _("Holder"), hint=who, start=holder, most=40, focus=not holder),
        Box("insured", _("Insured"), "area", must=False, rows=3, most=1_000,
            hint=_("One a line; empty: the holder.")),
        Box("plan", _("Plan"), "choice", options=plans, start=terms.plans[0]),
        Box("starts_on", _("First day"), "date", start=day_in_china(asked.at)),
        Box("ends_on", _("First day no longer covered"), "date", must=False, hint=_("Empty: one year later.")),
        Box("premium", _("Premium"), "money"),
    ]  # fmt: skip
    if any(benefit.share is not None for benefit in terms.benefits):
        boxes.append(Box("sum_insured", _("Sum insured"), "money"))
    boxes += [
        Box("with_social_insurance", _("With social insurance"), "check", must=False, start=True),
        Box("renews", _("Renews policy"), must=False, most=32),
        Box("policy_no", _("Number"), must=False, most=32, hint=_("Empty: the next one.")),
    ]
    return boxes


def _issue(asked: Asked, terms: Terms, form: Form) -> str | None:
    """The number of the policy; None where something is wrong, told in the form."""
    holder = _person(asked, form, "holder", form["holder"])
    insured = []
    for text in form["insured"].splitlines()[: MOST_INSURED + 1]:
        if text.strip():
            insured.append(_person(asked, form, "insured", text.strip()))
    if len(insured) > MOST_INSURED:
        form.errors["insured"] = _("The form takes at most %(most)s people.") % {"most": MOST_INSURED}
    if holder is None or None in insured or form.errors:
        form.status = 422
        return None
    facts: dict[str, Any] = {"with_social_insurance": form["with_social_insurance"]}
    if form.values.get("sum_insured"):
        facts["sum_insured"] = yuan(form["sum_insured"]).replace(",", "")
    try:
        return desk.issue_policy(
            asked.by, at=asked.at, product=terms.code, plan=form["plan"], holder_id=holder,
            insured_ids=[one for one in insured if one is not None] or [holder], starts_on=form["starts_on"],
            ends_on=form["ends_on"], premium_fen=form["premium"], facts=facts, renews=form["renews"] or None,
            policy_no=form["policy_no"] or None,
        )  # fmt: skip
    except Fault as fault:
        form.refuse(fault, asked.lang, _PLACES.get(str(fault.data.get("place")), str(fault.data.get("place"))))
        return None


_PLACES = {"number": "policy_no", "no": "policy_no"}
"""What the desk calls a place -> the box it is in."""


def _person(asked: Asked, form: Form, box: str, text: str) -> int | None:
    found = person_to_insure(asked.by, text, asked.at)
    if found is None:
        form.errors[box] = _("Nobody here has the number %(text)s.") % {"text": text[:40]}
    return found


# --- ended and voided ------------------------------------------------------------------------------------------------


@page("GET", "POST")
def end_policy(request: HttpRequest, asked: Asked, policy_no: str) -> HttpResponse:
    """End a policy from a day on."""
    one = reads.one_policy(asked.by, policy_no, asked.at)
    hows = [("surrendered", _("given up by the holder")), ("lapsed", _("lapsed"))]
    form = Form(
        [
            Box("on", _("First day no longer covered"), "date", start=day_in_china(asked.at)),
            Box("how", _("How"), "choice", options=hows, start="surrendered"),
        ],
        request.POST if request.method == "POST" else None,
    )
    if form.is_right:
        try:
            desk.end_policy(asked.by, policy_no, at=asked.at, on=form["on"], how=form["how"])
        except Fault as fault:
            form.refuse(fault, asked.lang, str(fault.data.get("place")))
        else:
            return go("office-policy", policy_no, said="ended")
    return show(
        request, asked, "office/form.html", "people", _("End policy %(no)s") % {"no": policy_no}, status=form.status,
        form=form, yes=_("End it"), back_url=reverse("office-policy", args=[policy_no]),
        says=f"{product_name(one.product, asked.lang)} · {one.holder_name} · {day(one.starts_on, asked.lang)} → "
        f"{day(one.ends_on, asked.lang)}",
    )  # fmt: skip


@page("GET", "POST")
def void_policy(request: HttpRequest, asked: Asked, policy_no: str) -> HttpResponse:
    """Void a policy from its start; a person, with the legal ground."""
    one = reads.one_policy(asked.by, policy_no, asked.at)
    form = Form(
        [Box("why", _("Legal ground, and what it rests on"), "area", most=1_000, focus=True,
             hint=_("Insurance Law arts. 16 and 27: written down, and shown to auditors."))],
        request.POST if request.method == "POST" else None,
    )  # fmt: skip
    if form.is_right:
        try:
            desk.void_policy(asked.by, policy_no, at=asked.at, why=form["why"])
        except Fault as fault:
            form.refuse(fault, asked.lang, str(fault.data.get("place")))
        else:
            return go("office-policy", policy_no, said="voided")
    return show(
        request, asked, "office/form.html", "people", _("Void policy %(no)s") % {"no": policy_no}, status=form.status,
        form=form, yes=_("Void it from the start"), back_url=reverse("office-policy", args=[policy_no]),
        says=_("%(product)s of %(name)s, from its first day. Settled claims are not changed: what the void would "
               "change in them is proposed, and a person decides.")
        % {"product": product_name(one.product, asked.lang), "name": one.holder_name},
    )  # fmt: skip
