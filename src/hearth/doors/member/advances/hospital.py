"""Hospital: the page that a hospital opens with its one-time link: no account, nothing of anybody stands on it."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.utils.translation import gettext as _

from hearth.desks import advances as desk
from hearth.doors.member.boxes import Box, box, problems_of
from hearth.doors.member.page import Ask, open_page, shown
from hearth.doors.member.saying import iso, moment
from hearth.words.faults import Fault
from hearth.words.money import fen_from_yuan


@open_page
def notice(ask: Ask, token: str) -> HttpResponse:
    """Tell of one admission; the link is used up then."""
    link = desk.link_for(token, ask.at)
    name = (link.hospital.name_en if ask.lang == "en" else "") or link.hospital.name
    wrong: dict[str, str] = {}
    if ask.is_post:
        told = _admission(ask, wrong)
        if told is not None:
            try:
                no = desk.notify_by_link(
                    token, at=ask.at, name=ask.typed("name", 100), id_number=ask.typed("id_number", 30), admission=told
                )
            except Fault as fault:
                if fault.status == 410:
                    raise
                wrong["admitted_on" if fault.code == "ADVANCE_ADMISSION_DAY_WRONG" else "id_number"] = fault.sentence(
                    ask.lang
                )
            else:
                return shown(
                    ask, "hospital-done", title=_("Thank you"), advance_no=no, hospital=name,
                )  # fmt: skip
    form = _form(ask, wrong)
    return shown(
        ask,
        "hospital",
        title=_("Notice of admission"),
        hospital=name,
        until=moment(link.until_at, ask.lang),
        form=form,
        problems=problems_of(form),
        status=422 if wrong else 200,
    )


def _form(ask: Ask, wrong: dict[str, str]) -> list[Box]:
    typed = ask.typed
    return [
        box("name", _("Patient's name"), typed("name", 100), must=True, maxlength=100, error=wrong.get("name")),
        box(
            "id_number", _("Patient's identity number"), typed("id_number", 30), must=True, maxlength=30,
            error=wrong.get("id_number"), hint=_("We look the patient up with it; it is kept encrypted."),
        ),
        box(
            "admitted_on", _("Admitted on"), typed("admitted_on", 10) or iso(ask.today), "date", must=True,
            error=wrong.get("admitted_on"),
        ),
        box("emergency", _("It is an emergency"), ask.request.POST.get("emergency") == "1", "check", must=False),
        box("icd", _("Diagnosis on admission (ICD-10)"), typed("icd", 20), must=False, maxlength=20),
        box("illness", _("Diagnosis in words"), typed("illness", 1_000), "area", rows=2, must=True,
            maxlength=1_000, error=wrong.get("illness")),
        box("plan", _("Plan of treatment"), typed("plan", 2_000), "area", rows=3, must=False, maxlength=2_000),
        box("estimate", _("Estimate of the whole cost"), typed("estimate", 20), "money", must=True, maxlength=20,
            error=wrong.get("estimate")),
    ]  # fmt: skip


def _admission(ask: Ask, wrong: dict[str, str]) -> desk.Admission | None:
    admitted_on, estimate = None, 0
    try:
        admitted_on = date.fromisoformat(ask.typed("admitted_on", 10))
    except ValueError:
        wrong["admitted_on"] = _("This is not a day. Write it as 2027-01-31.")
    try:
        estimate = fen_from_yuan(ask.typed("estimate", 20).strip())
        if estimate <= 0:
            raise ValueError
    except ValueError:
        wrong["estimate"] = _("This is not an amount. Write it as 50000 or 50,000.00.")
    for name in ("name", "id_number", "illness"):
        if not ask.typed(name, 1_000).strip():
            wrong[name] = _("Please fill this in.")
    if wrong or admitted_on is None:
        return None
    return desk.Admission(
        admitted_on=admitted_on,
        illness=ask.typed("illness", 1_000),
        icd=ask.typed("icd", 20).strip().upper(),
        plan=ask.typed("plan", 2_000),
        estimate_fen=estimate,
        is_emergency=ask.request.POST.get("emergency") == "1",
    )
