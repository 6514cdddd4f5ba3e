"""Measures: what is waived in an emergency, proposed by one colleague and decided by another."""

from __future__ import annotations

import re
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import measures as desk
from hearth.doors.office.desk.asking import Asked, go, page, show
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import cell, chip, day, moment, table
from hearth.doors.office.desk.register import product_name, tabs
from hearth.doors.office.explore import offer
from hearth.store.access import measures as reads
from hearth.store.access.people import branches
from hearth.words.calendar import day_in_china
from hearth.words.faults import Fault

WAIVES: dict[str, tuple[str, str]] = {
    "hospital": ("不限指定医院", "any hospital counts"),
    "waiting": ("不适用等待期", "no waiting period"),
}
BOTH = "hospital waiting"


@page()
def measures(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Every measure, the newest first."""
    rows = [
        [
            cell(
                asked.says((one.what_zh, one.what_en)), url=reverse("office-measure", args=[one.code]), aside=one.code
            ),
            cell(_waives(asked, one)),
            cell(_days(asked, one), kind="day"),
            cell(chip=_state(asked, one)),
        ]
        for one in reads.measures(asked.by, asked.at)
    ]
    return show(
        request, asked, "office/measures.html", "people", _("Emergency measures"), tabs=tabs(asked, "measures"),
        table=table(
            _("Emergency measures"), [_("Measure"), _("Waives"), _("Days it holds"), _("State")], rows, rows_move=True
        ) if rows else None,
        may_propose=asked.may("measure", "propose"),
    )  # fmt: skip


@page()
def measure(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    """One measure, and what may be done with it."""
    one = reads.measure(asked.by, code, asked.at)
    on = day_in_china(asked.at)
    facts = [
        (_("What it says"), f"{one.what_zh} / {one.what_en}"),
        (_("Waives"), _waives(asked, one)),
        (_("Products"), "、".join(product_name(each, asked.lang) for each in one.products) or _("all")),
        (_("Illnesses"), " ".join(one.icd) or _("all")),
        (_("Branch"), asked.says((one.branch_zh, one.branch_en)) or _("every one")),
        (_("Days it holds"), _days(asked, one)),
        (_("Basis"), one.basis),
        (_("Proposed"), _by(asked, one.proposed_by, one.proposed_at)),
    ]
    if one.decided_at is not None:
        facts.append((_("Approved") if one.is_approved else _("Turned down"),
                      _by(asked, one.decided_by, one.decided_at)))  # fmt: skip
    if one.ended_at is not None:
        facts.append((_("Ended"), f"{_by(asked, one.ended_by, one.ended_at)}: {one.why}"))
    waits = one.decided_at is None
    runs = one.is_approved and one.ended_at is None and one.until_on > on
    return show(
        request, asked, "office/measure.html", "people", asked.says((one.what_zh, one.what_en)), measure=one,
        facts=facts, chip=_state(asked, one), tabs=tabs(asked, "measures"),
        may_decide=waits and not one.is_own and asked.may("measure", "approve"),
        is_own=waits and one.is_own,
        may_end=runs and asked.may("measure", "end"),
    )  # fmt: skip


@page("GET", "POST")
def propose(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Propose a measure."""
    products = [(code, product_name(code, asked.lang)) for code in sorted(offer.products()[0])]
    places = [(one.code, asked.says((one.name_zh, one.name_en))) for one in branches() if not one.is_headquarters]
    waives = [(code, asked.says(words)) for code, words in WAIVES.items()]
    form = Form(
        [
            Box("what_zh", _("What it is, in Chinese"), most=200, focus=True,
                hint=_("Customers read it beside the amount.")),
            Box("what_en", _("What it is, in English"), most=200),
            Box("waives", _("Waives"), "choice", options=[*waives, (BOTH, _("both"))]),
            Box("product", _("Product"), "choice", must=False, options=[("", _("all")), *products]),
            Box("icd", _("Illnesses"), must=False, hint=_("Prefixes of ICD-10 codes, such as J12 U07; empty: all.")),
            Box("branch", _("Branch"), "choice", must=False, options=[("", _("every one")), *places]),
            Box("starts_on", _("First day"), "date", hint=_("Counted by the day of the visit or admission.")),
            Box("until_on", _("Last day"), "date"),
            Box("basis", _("Basis"), "area", most=400, hint=_("The insurer's decision: its number, its date.")),
        ],
        request.POST if request.method == "POST" else None,
    )  # fmt: skip
    if form.is_right:
        try:
            code = desk.propose(
                asked.by, at=asked.at, what_zh=form["what_zh"], what_en=form["what_en"],
                waives=form["waives"].split(), products=[form["product"]] if form["product"] else (),
                icd=re.split(r"[\s,，、;；]+", form["icd"]), branch=form["branch"], starts_on=form["starts_on"],
                until_on=form["until_on"], basis=form["basis"],
            )  # fmt: skip
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-measure", code, said="measure_proposed")
    return show(
        request, asked, "office/form.html", "people", _("Propose an emergency measure"), status=form.status, form=form,
        yes=_("Propose"), back_url=reverse("office-measures"),
        says=_("It holds nothing until somebody else has approved it. Claims of its days fall under it whenever they "
               "are decided."),
    )  # fmt: skip


@page("POST")
def decide(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    """Approve a measure, or turn it down."""
    approve = request.POST.get("answer") == "approve"
    desk.decide_measure(asked.by, code, at=asked.at, approve=approve)
    return go("office-measure", code, said="measure_approved" if approve else "measure_turned_down")


@page("GET", "POST")
def end(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    """End a measure before its last day."""
    one = reads.measure(asked.by, code, asked.at)
    form = Form(
        [Box("why", _("Why it ends"), "area", most=400, focus=True)], request.POST if request.method == "POST" else None
    )
    if form.is_right:
        try:
            desk.end_measure(asked.by, code, at=asked.at, why=form["why"])
        except Fault as fault:
            form.refuse(fault, asked.lang, "why")
        else:
            return go("office-measure", code, said="measure_ended")
    return show(
        request, asked, "office/form.html", "people", _("End %(code)s") % {"code": one.code}, status=form.status,
        form=form, yes=_("End it today"), back_url=reverse("office-measure", args=[code]),
        says=_("Bills of today still fall under it, later ones do not. What was promised while it held stays."),
    )  # fmt: skip


def _waives(asked: Asked, one: reads.MeasureRow) -> str:
    return ("、" if asked.lang == "zh" else ", ").join(asked.says(WAIVES[each]) for each in one.waives)


def _days(asked: Asked, one: reads.MeasureRow) -> str:
    return f"{day(one.starts_on, asked.lang)} – {day(one.last_on or one.until_on, asked.lang)}"


def _by(asked: Asked, name: str, at: datetime | None) -> str:
    return f"{name} · {moment(at, asked.lang, now=asked.at)}"


def _state(asked: Asked, one: reads.MeasureRow) -> dict[str, str]:
    on = day_in_china(asked.at)
    if one.decided_at is None:
        return chip(_("to be decided"), "waits")
    if not one.is_approved:
        return chip(_("turned down"))
    if on < one.starts_on:
        return chip(_("begins later"), "waits")
    return chip(_("holds"), "done") if on <= (one.last_on or one.until_on) else chip(_("over"))
