"""Sampling: what people found of automatic decisions, the bounds on their error rates, and the brake."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.claims import sampling as desk
from hearth.doors.office.desk.asking import Asked, go, page, show, typed, whole
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import amount, cell, chip, moment, money, pager, table
from hearth.doors.office.desk.register import product_name
from hearth.store.access import NotThere
from hearth.store.access import samples as reads
from hearth.words.faults import Fault
from hearth.words.money import percent

VERDICTS: dict[str, tuple[str, str, str]] = {
    "right": ("正确", "right", "done"),
    "over": ("多付", "too much", "ink"),
    "under": ("少付", "too little", "ink"),
}


@page()
def sampling(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Each product's error rates with their bounds, the brake, and the claims drawn to be judged."""
    audits = [_audit(asked, one) for one in reads.product_audits(asked.by, asked.at)]
    judged = typed(request, "judged") == "1"
    product = typed(request, "product")
    before = whole(typed(request, "before"))
    found = reads.samples(asked.by, asked.at, product=product, is_judged=judged, before=before)
    rows = []
    for one in found:
        zh, en, kind = VERDICTS.get(one.verdict, ("待抽检", "to be judged", "waits"))
        is_open = one.may_judge and asked.may("sample", "judge")
        rows.append(
            [
                cell(one.claim_no, url=reverse("office-judge", args=[one.claim_no])) if is_open else cell(one.claim_no),
                cell(product_name(one.product, asked.lang)),
                cell(moment(one.drawn_at, asked.lang, now=asked.at), kind="day"),
                cell(chip=chip(asked.says((zh, en)), kind), aside=one.judged_by),
                # The machine's figure is shown once a person has stated theirs.
                amount(one.machine_fen if one.verdict else None),
                amount(one.person_fen),
            ]
        )
    columns = [
        _("Claim"), _("Product"), _("Drawn"), _("Verdict"), (_("Machine, yuan"), "money"), (_("Person, yuan"), "money"),
    ]  # fmt: skip
    tabs = [
        {"name": _("To be judged"), "url": "?", "current": not judged},
        {"name": _("Judged"), "url": "?judged=1", "current": judged},
    ]
    more = f"?judged=1&before={found[-1].id}" if judged and len(found) == 50 else None
    return show(
        request, asked, "office/sampling.html", "sampling", _("Automatic deciding"), audits=audits, tabs=tabs,
        table=table(_("Drawn claims"), columns, rows, rows_move=True) if rows else None,
        pager=pager("", more) if more else None,
    )  # fmt: skip


def _audit(asked: Asked, one: reads.ProductAudit) -> dict[str, Any]:
    whole_bp = max(one.over_bound_bp, one.under_bound_bp, (one.limit_bp or 0) * 2, 100)
    return {
        "product": one.product,
        "name": product_name(one.product, asked.lang),
        "chip": chip(_("stopped"), "ink") if one.is_braked else chip(_("decides"), "done"),
        "is_braked": one.is_braked,
        "judged": f"{one.judged:,}",
        "drawn": f"{one.drawn:,}",
        "waiting": f"{one.waiting:,}",
        "round": one.round,
        "limit": percent(one.limit_bp) if one.limit_bp is not None else "",
        "limit_x": _x(one.limit_bp, whole_bp) if one.limit_bp is not None else "",
        "whole": percent(whole_bp),
        "ways": [
            _way(_("Paid too much"), one.over, one.over_floor_bp, one.over_bound_bp, whole_bp),
            _way(_("Paid too little"), one.under, one.under_floor_bp, one.under_bound_bp, whole_bp),
        ],
        "stopped": f"{one.braked_by} · {moment(one.braked_at, asked.lang, now=asked.at)}" if one.is_braked else "",
        "released": f"{one.released_by} · {moment(one.released_at, asked.lang, now=asked.at)}"
        if one.released_at and not one.is_braked else "",
        "why": one.released_why,
        "may_release": one.may_release and asked.may("sample", "release"),
        "is_own": one.is_braked and not one.may_release,
    }  # fmt: skip


def _way(name: str, errors: int, floor: int, bound: int, whole_bp: int) -> dict[str, str]:
    return {
        "name": name,
        "errors": f"{errors:,}",
        "floor": percent(floor),
        "bound": percent(bound),
        "x": _x(floor, whole_bp),
        "width": f"{max(1.0, 100 * (bound - floor) / whole_bp):.2f}%",
    }


def _x(rate: int, whole_bp: int) -> str:
    return f"{min(99.0, 100 * rate / whole_bp):.2f}%"


@page("GET", "POST")
def judge(request: HttpRequest, asked: Asked, claim_no: str) -> HttpResponse:
    """Say what a person would pay for a drawn claim; the machine's figure is not shown before."""
    one = next((each for each in reads.samples(asked.by, asked.at, limit=200) if each.claim_no == claim_no), None)
    if one is None:
        raise NotThere(kind="sample", key=claim_no)
    form = Form(
        [Box("amount", _("What you would pay"), "money", focus=True, start=one.decided_fen,
             hint=_("A fen more or less counts as an error; there is no tolerance."))],
        request.POST if request.method == "POST" else None,
    )  # fmt: skip
    if form.is_right:
        try:
            judged = desk.judge(asked.by, claim_no, at=asked.at, person_fen=form["amount"])
        except Fault as fault:
            form.refuse(fault, asked.lang, "amount")
        else:
            return go("office-sampling", said="judged", judged=1, product=judged.product)
    return show(
        request, asked, "office/form.html", "sampling", _("Judge %(no)s") % {"no": claim_no}, status=form.status,
        form=form, yes=_("Write it down"), back_url=reverse("office-sampling"),
        says=_("%(product)s, drawn %(when)s. Look at the case first; what the machine would pay is shown afterwards.")
        % {"product": product_name(one.product, asked.lang), "when": moment(one.drawn_at, asked.lang, now=asked.at)},
        link_url=reverse("office-case", args=[claim_no]), link=_("Open the case"),
        facts=[(_("Decided by a person"), _("%(amount)s yuan") % {"amount": money(one.decided_fen)})]
        if one.decided_fen is not None else (),
    )  # fmt: skip


@page("GET", "POST")
def release(request: HttpRequest, asked: Asked, product: str) -> HttpResponse:
    """Let automatic deciding of a product go on once what was wrong is mended."""
    one = next((each for each in reads.product_audits(asked.by, asked.at) if each.product == product), None)
    if one is None:
        raise NotThere(kind="sample", key=product[:48])
    form = Form(
        [Box("why", _("What was mended"), "area", most=2_000, focus=True)],
        request.POST if request.method == "POST" else None,
    )
    if form.is_right:
        try:
            desk.release(asked.by, product, at=asked.at, why=form["why"])
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-sampling", said="brake_released")
    return show(
        request, asked, "office/form.html", "sampling", _("Automatic deciding goes on"), status=form.status, form=form,
        yes=_("Release the brake"), back_url=reverse("office-sampling"),
        says=_("%(product)s. Judgements count anew from now on; who pulled the brake does not release it.")
        % {"product": product_name(product, asked.lang)},
    )  # fmt: skip
