"""Asking: what an advance is, those the reader asked for, and the form in which one is asked for."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import advances as desk
from hearth.doors.member.advances.following import card
from hearth.doors.member.boxes import Box, box, choice, problems_of
from hearth.doors.member.family import persons
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.saying import iso
from hearth.store.access import advances as reads
from hearth.words.advances import PROGRAMMES
from hearth.words.faults import Fault
from hearth.words.money import fen_from_yuan


@page
def advances(ask: Ask) -> HttpResponse:
    """What an advance is, and those the reader or their family asked for."""
    rows = reads.advances_of(ask.by, ask.at)
    return shown(
        ask,
        "advances",
        title=_("Hospital paid in advance"),
        section="claims",
        back_url=reverse("member-claims"),
        cards=[card(ask, row) for row in rows],
    )


@page
def new(ask: Ask) -> HttpResponse:
    """Tell of an admission and ask for an advance."""
    wrong: dict[str, str] = {}
    is_refused = False
    if ask.is_post:
        told = _admission(ask, wrong)
        whose = ask.number("whose") if ask.typed("whose") else ask.person_id
        if whose is None:
            wrong["whose"] = _("Choose one of the list.")
        if told is not None and whose is not None:
            try:
                no = desk.notify(ask.by, whose, told, at=ask.at, hospital=ask.typed("hospital", 32))
                return go("member-advance", told="advance-asked", advance_no=no)
            except Fault as fault:
                if fault.code == "ADVANCE_ADMISSION_DAY_WRONG":
                    wrong["admitted_on"] = fault.sentence(ask.lang)
                elif fault.code == "NOT_THERE" and fault.data["kind"] == "hospital":
                    wrong["hospital"] = _("Choose one of the list.")
                else:
                    ask.wrong(fault)
                    is_refused = True
    form = _form(ask, wrong)
    return shown(
        ask,
        "advance-new",
        title=_("Ask for an advance"),
        section="claims",
        back_url=reverse("member-advances"),
        form=form,
        problems=problems_of(form),
        status=422 if wrong or is_refused else 200,
    )


def _form(ask: Ask, wrong: dict[str, str]) -> list[Box]:
    names = [(code, name if ask.lang == "zh" or not en else en) for code, name, en in reads.hospital_names(ask.at)]
    people = [(str(person_id), name) for person_id, name in persons(ask)]
    typed = ask.typed
    boxes = []
    if len(people) > 1:
        boxes.append(choice("whose", _("Who is in hospital"), people, typed("whose"), error=wrong.get("whose")))
    boxes += [
        choice(
            "hospital", _("Which hospital"), [("", _("another hospital, or not known yet")), *names],
            typed("hospital"), must=False, error=wrong.get("hospital"),
            hint=_("Hospitals in our network can be paid in advance; for others we tell you what is possible."),
        ),
        box(
            "admitted_on", _("Admitted on"), typed("admitted_on", 10) or iso(ask.today), "date", must=True,
            error=wrong.get("admitted_on"), hint=_("The day of admission, or the day that is planned."),
        ),
        box("emergency", _("It is an emergency"), ask.request.POST.get("emergency") == "1", "check", must=False),
        box(
            "illness", _("What is the illness, as far as you know"), typed("illness", 2_000), "area", rows=3,
            must=False, maxlength=2_000,
        ),
        box(
            "estimate", _("What the hospital says it will cost"), typed("estimate", 20), "money", must=False,
            maxlength=20, error=wrong.get("estimate"), hint=_("Not known yet? Leave it empty; we ask the hospital."),
        ),
        box(
            "hardship", _("The deposit is beyond our means"), ask.request.POST.get("hardship") == "1", "check",
            must=False,
        ),
        box(
            "hardship_says", _("What makes it hard"), typed("hardship_says", 1_000), "area", rows=2, must=False,
            maxlength=1_000, hint=_("Only if you ticked the line above. Those who help read it, nobody else."),
        ),
        choice(
            "programme", _("Programme"),
            [("", _("none")), *((code, words[0 if ask.lang == "zh" else 1]) for code, words in PROGRAMMES.items())],
            typed("programme"), must=False, error=wrong.get("programme"),
        ),
        box(
            "intake", _("For the programme: diagnosis, treatment centre, phase of treatment"), typed("intake", 2_000),
            "area", rows=3, must=False, maxlength=2_000, error=wrong.get("intake"),
        ),
    ]  # fmt: skip
    return boxes


def _admission(ask: Ask, wrong: dict[str, str]) -> desk.Admission | None:
    try:
        admitted_on = date.fromisoformat(ask.typed("admitted_on", 10))
    except ValueError:
        wrong["admitted_on"] = _("This is not a day. Write it as 2027-01-31.")
        return None
    estimate = 0
    if ask.typed("estimate", 20).strip():
        try:
            estimate = fen_from_yuan(ask.typed("estimate", 20).strip())
            if estimate < 0:
                raise ValueError
        except ValueError:
            wrong["estimate"] = _("This is not an amount. Write it as 50000 or 50,000.00.")
            return None
    programme = ask.typed("programme", 20)
    if programme not in ("", *PROGRAMMES):
        wrong["programme"] = _("Choose one of the list.")
        return None
    if programme and not ask.typed("intake", 2_000).strip():
        wrong["intake"] = _("The programme needs these three; write what you know.")
        return None
    return desk.Admission(
        admitted_on=admitted_on,
        illness=ask.typed("illness", 2_000),
        estimate_fen=estimate,
        is_emergency=ask.request.POST.get("emergency") == "1",
        is_hardship=ask.request.POST.get("hardship") == "1",
        hardship=ask.typed("hardship_says", 1_000),
        programme=programme,
        intake=ask.typed("intake", 2_000),
    )
