"""Hospitals: those that are registered, their accounts confirmed by two people, one-time links given out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import advances as desk
from hearth.doors.office.desk.asking import Asked, go, page, show
from hearth.doors.office.desk.forms import Box, Form
from hearth.store.access import NotThere
from hearth.store.access import advances as reads
from hearth.words.faults import Fault


@page()
def hospitals(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Every registered hospital."""
    return _shown(request, asked)


def _shown(request: HttpRequest, asked: Asked, link: str = "") -> HttpResponse:
    rows = [
        {
            "one": one,
            "level": _level(one.level),
            "may_confirm": one.waiting_id is not None
            and one.waiting_by_id != asked.by.person_id
            and asked.may("hospital", "confirm_account"),
        }
        for one in reads.hospitals(asked.by, asked.at)
    ]
    return show(
        request, asked, "office/hospitals.html", "advances", _("Hospitals"), rows=rows, link=link,
        may_register=asked.may("hospital", "register"), may_enter=asked.may("hospital", "enter_account"),
        may_link=asked.may("hospital", "link"),
    )  # fmt: skip


@page("GET", "POST")
def new_hospital(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Register a hospital."""
    form = Form(
        [
            Box("code", _("Code"), most=32, focus=True, hint=_("The registration number of the institution.")),
            Box("name", _("Name, as its account bears it"), most=100),
            Box("name_en", _("Name in English"), must=False, most=100),
            Box("level", _("Level"), "choice", options=[(str(level), _level(level)) for level in (3, 2, 1, 0)]),
            Box("ownership", _("Ownership"), "choice", options=[("public", _("public")), ("private", _("private"))]),
            Box("in_network", _("In the network for advances"), "check", must=False, start=True),
            Box("partner", _("Partner that speaks for it"), must=False, most=32,
                hint=_("The code of a partner of kind hospital, if it uses the interface.")),
        ],
        request.POST if request.method == "POST" else None,
    )  # fmt: skip
    if form.is_right:
        try:
            desk.register_hospital(
                asked.by, form["code"], at=asked.at, name=form["name"], name_en=form["name_en"] or "",
                level=int(form["level"]), ownership=form["ownership"], in_network=form["in_network"],
                partner=form["partner"] or "",
            )  # fmt: skip
        except Fault as fault:
            form.refuse(fault, asked.lang, "code")
        else:
            return go("office-hospitals", said="changed")
    return show(
        request, asked, "office/form.html", "advances", _("Register a hospital"), status=form.status, form=form,
        yes=_("Register"), back_url=reverse("office-hospitals"),
    )  # fmt: skip


@page("GET", "POST")
def account(request: HttpRequest, asked: Asked, hospital_id: int) -> HttpResponse:
    """Enter a hospital's account; somebody else confirms it."""
    one = _one(asked, hospital_id)
    form = Form(
        [
            Box("holder", _("Holder, as the bank writes it"), most=100, start=one.name),
            Box("bank", _("Bank"), most=60, focus=True),
            Box("number", _("Account number"), most=40),
        ],
        request.POST if request.method == "POST" else None,
    )
    if form.is_right:
        try:
            desk.enter_account(
                asked.by, hospital_id, at=asked.at, holder_name=form["holder"], bank=form["bank"],
                number=form["number"],
            )  # fmt: skip
        except Fault as fault:
            form.refuse(fault, asked.lang, "number")
        else:
            return go("office-hospitals", said="changed")
    return show(
        request, asked, "office/form.html", "advances", _("Account of %(name)s") % {"name": one.name},
        status=form.status, form=form, yes=_("Enter"), back_url=reverse("office-hospitals"),
        says=_("Nothing is paid to it until a second person types the number again."),
    )  # fmt: skip


@page("GET", "POST")
def confirm(request: HttpRequest, asked: Asked, hospital_id: int) -> HttpResponse:
    """Confirm an account by typing its number again."""
    one = _one(asked, hospital_id)
    if one.waiting_id is None:
        return go("office-hospitals")
    form = Form(
        [Box("number", _("Account number, from the hospital's own paper"), most=40, focus=True)],
        request.POST if request.method == "POST" else None,
    )
    if form.is_right:
        try:
            desk.confirm_account(asked.by, one.waiting_id, at=asked.at, number=form["number"])
        except Fault as fault:
            form.refuse(fault, asked.lang, "number")
        else:
            return go("office-hospitals", said="changed")
    return show(
        request, asked, "office/form.html", "advances", _("Confirm the account of %(name)s") % {"name": one.name},
        status=form.status, form=form, yes=_("Confirm"), back_url=reverse("office-hospitals"),
    )  # fmt: skip


@page("POST")
def link(request: HttpRequest, asked: Asked, hospital_id: int) -> HttpResponse:
    """Make a one-time link; it is shown in the answer itself and kept nowhere."""
    token = desk.make_link(asked.by, hospital_id, at=asked.at)
    address = request.build_absolute_uri(reverse("hospital-notice", kwargs={"token": token}))
    return _shown(request, asked, address)


def _one(asked: Asked, hospital_id: int) -> reads.HospitalRow:
    found = next((one for one in reads.hospitals(asked.by, asked.at) if one.id == hospital_id), None)
    if found is None:
        raise NotThere(kind="hospital", key=hospital_id)
    return found


def _level(level: int) -> str:
    return {3: _("tertiary"), 2: _("secondary"), 1: _("primary")}.get(level, _("not graded"))
