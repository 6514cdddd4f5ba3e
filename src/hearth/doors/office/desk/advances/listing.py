"""Listing: open advances by the time that is left, and a new one that staff take down."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import advances as desk
from hearth.doors.office.desk.asking import Asked, go, page, show, typed
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import amount, cell, chip, clock, day, table
from hearth.store.access import advances as reads
from hearth.words.advances import (
    ADVANCE_CODES,
    ADVANCE_DESKS,
    ADVANCE_STATES,
    ENDED,
    STAY_TIERS,
    AdvanceState,
    Tier,
)
from hearth.words.faults import Fault

A = AdvanceState
FOLLOWED = (Tier.RAISED, Tier.CLOSE)
DAY_PARTS = tuple(state for state in AdvanceState if state not in ENDED)


@page()
def advances(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Open advances, those whose limit ends first at the top."""
    state = typed(request, "state")
    rows = reads.advance_queue(asked.by, asked.at, state=state if state in list(AdvanceState) else "")
    here = reverse("office-advances")
    tabs = [
        {"name": _("Open cases"), "url": here, "current": not state},
        *(
            {
                "name": f"{ADVANCE_CODES[one]} {asked.says(ADVANCE_STATES[one])}",
                "url": f"{here}?state={one.value}",
                "current": state == one.value,
            }
            for one in (*DAY_PARTS, A.SETTLED)
        ),
    ]
    cells = [
        [
            cell(one.advance_no, url=reverse("office-advance", args=[one.advance_no]), aside=one.person),
            cell(f"{ADVANCE_CODES[one.state]} {asked.says(ADVANCE_STATES[one.state])}",
                 aside=asked.says(ADVANCE_DESKS.get(one.state, ("", "")))),
            cell(one.hospital_in(asked.lang) or _("not known yet"), aside=day(one.admitted_on, asked.lang)),
            {**amount(one.cap_fen), "of": _("Guaranteed")},
            {**amount(one.cost_fen), "of": _("Cost so far")},
            {**amount(one.balance_fen), "of": _("Outstanding")},
            cell(chip=chip(_("emergency"), "next") if one.is_emergency else chip(_("ordinary")),
                 aside=asked.says(STAY_TIERS[one.tier]) if one.tier in FOLLOWED else ""),
            cell(clock(one.due_at, asked.at, asked.lang)["left"] if one.due_at else ""),
        ]
        for one in rows
    ]  # fmt: skip
    columns = [
        _("Advance"), _("Where it stands"), _("Hospital"), (_("Guaranteed"), "money"), (_("Cost so far"), "money"),
        (_("Outstanding"), "money"), _("Urgency"), _("Time left"),
    ]  # fmt: skip
    return show(
        request, asked, "office/advances.html", "advances", _("Advances"), tabs=tabs,
        table=table(_("Advances"), columns, cells, rows_move=True) if cells else None,
        may_ask=asked.works_with("advance", "ask"), may_hospitals=asked.may("hospital", "see"),
    )  # fmt: skip


@page("GET", "POST")
def new_advance(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Take an admission down for a member who calls."""
    names = [(one.code, one.name) for one in reads.hospitals(asked.by, asked.at)]
    form = Form(
        [
            Box("person", _("Number of the member"), "whole", focus=True,
                hint=_("As in the address of the member's page in the register."),
                start=typed(request, "person")),
            Box("admitted_on", _("Admitted on"), "date", start=None),
            Box("hospital", _("Hospital"), "choice", must=False, options=[("", _("not known yet")), *names]),
            Box("emergency", _("It is an emergency"), "check", must=False),
            Box("illness", _("Illness, as told"), "area", must=False, most=2_000),
            Box("estimate", _("Estimate of the cost"), "money", must=False),
            Box("hardship", _("In economic hardship"), "check", must=False),
        ],
        request.POST if request.method == "POST" else None,
    )  # fmt: skip
    if form.is_right:
        try:
            told = desk.Admission(
                admitted_on=_date(form["admitted_on"]), illness=form["illness"] or "",
                estimate_fen=form["estimate"] or 0, is_emergency=form["emergency"], is_hardship=form["hardship"],
            )  # fmt: skip
            no = desk.notify(asked.by, form["person"], told, at=asked.at, hospital=form["hospital"] or "")
        except Fault as fault:
            form.refuse(fault, asked.lang, "admitted_on" if fault.code == "ADVANCE_ADMISSION_DAY_WRONG" else "person")
        else:
            return go("office-advance", no, said="adv_asked")
    return show(
        request, asked, "office/form.html", "advances", _("New advance"), status=form.status, form=form,
        yes=_("Take it down"), back_url=reverse("office-advances"),
    )  # fmt: skip


def _date(value: object) -> date:
    assert isinstance(value, date)
    return value
