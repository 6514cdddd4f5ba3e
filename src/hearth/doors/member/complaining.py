"""Complaining: a complaint of the reader: registered, followed until its legal day, reviewed once, taken back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import disputes as desk
from hearth.doors.member.boxes import Box, box, card, cards, choice, problems_of
from hearth.doors.member.claim import MOST_TEXT
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.saying import day, iso, moment
from hearth.doors.member.way import last_day
from hearth.store.access import NotThere
from hearth.store.access.claims import claims_of
from hearth.store.access.complaints import ComplaintFile, ComplaintRow, complaint_file, complaints_of
from hearth.words.calendar import day_in_china
from hearth.words.complaints import (
    COMPLAINT_CAUSES,
    COMPLAINT_EVENTS,
    COMPLAINT_STATES,
    FINDINGS_OF_COMPLAINT,
    STAGES,
    ComplaintState,
)
from hearth.words.faults import Fault
from hearth.words.limits import limit_name

C = ComplaintState
KINDS = {C.ANSWERED: "done", C.REVIEWED: "done", C.CLOSED: "plain", C.WITHDRAWN: "plain"}


@page
def complaints(ask: Ask) -> HttpResponse:
    """Complaints of the reader, newest first."""
    return shown(
        ask,
        "complaints",
        title=_("Complaints"),
        section="me",
        back_url=reverse("member-me"),
        rows=[_card(ask, one) for one in complaints_of(ask.by, ask.at)],
    )


@page
def complain(ask: Ask) -> HttpResponse:
    """Say what a complaint is about; the fifteen days of the law begin."""
    about = ask.typed("claim") if ask.is_post else ask.request.GET.get("claim", "")[:32]
    fields = _fields(ask, about)
    wrong = False
    if ask.is_post and not problems_of(fields):
        try:
            number = desk.complain(
                ask.by, ask.person_id, at=ask.at, stage=ask.typed("stage"), cause=ask.typed("cause"),
                words=ask.typed("words", MOST_TEXT + 1), claim_no=about,
            )  # fmt: skip
            return go("member-complaint", complaint_no=number, told="complained")
        except Fault as fault:
            wrong = True
            ask.wrong(fault)
    return shown(
        ask,
        "complain",
        title=_("Complain"),
        section="me",
        back_url=reverse("member-complaints"),
        cause=fields[0],
        fields=fields[1:],
        problems=problems_of(fields),
        status=422 if wrong or problems_of(fields) else 200,
    )


def _fields(ask: Ask, about: str) -> tuple[Box, ...]:
    cause, words = ask.typed("cause"), ask.typed("words", MOST_TEXT + 1)
    at = 0 if ask.lang == "zh" else 1
    sent = ask.is_post
    mine = [one.claim_no for one in claims_of(ask.by, ask.at)]
    named = [(no, no) for no in dict.fromkeys([*([about] if about in mine else []), *mine])]
    return (
        cards(
            "cause", _("What went wrong?"),
            [card(key, said[at], chosen=key == cause) for key, said in COMPLAINT_CAUSES.items()],
            error=_("Please choose what went wrong.") if sent and cause not in COMPLAINT_CAUSES else "",
        ),
        choice("stage", _("What is it about?"), [(key, said[at]) for key, said in STAGES.items()],
               ask.typed("stage") or "claim"),
        choice("claim", _("Which claim?"), [("", _("none")), *named], about if about in mine else "", must=False),
        box("words", _("In your words"), words, "area", rows=6, maxlength=MOST_TEXT,
            error=_("Say in a few words what happened.") if sent and not words.strip() else "",
            hint=_("You need not send again what we have already.")),
    )  # fmt: skip


@page
def complaint(ask: Ask, complaint_no: str) -> HttpResponse:
    """One complaint: who has it, by when, what was found; asking for a review, taking it back."""
    file = complaint_file(ask.by, complaint_no, ask.at)
    error = ""
    if ask.is_post:
        what = ask.typed("do")
        try:
            if what == "review":
                desk.ask_review(ask.by, complaint_no, at=ask.at, words=ask.typed("words", MOST_TEXT + 1))
            elif what == "back":
                desk.withdraw_complaint(ask.by, complaint_no, at=ask.at)
            else:
                raise NotThere(kind="complaint", key=complaint_no)
            return go("member-complaint", complaint_no=complaint_no, told=f"complaint-{what}")
        except Fault as fault:
            error = fault.sentence(ask.lang)
            ask.wrong(fault)
    return _shown(ask, file, error)


def _shown(ask: Ask, file: ComplaintFile, error: str) -> HttpResponse:
    row = file.row
    at = 0 if ask.lang == "zh" else 1
    may_review = row.state is C.ANSWERED and row.review_until is not None and ask.at < row.review_until
    review = box("words", _("Why do you not agree?"), ask.typed("words", MOST_TEXT) if ask.is_post else "", "area",
                 rows=4, maxlength=MOST_TEXT, error=error)  # fmt: skip
    return shown(
        ask,
        "complaint",
        title=_("Your complaint"),
        section="me",
        back_url=reverse("member-complaints"),
        row=row,
        about=f"{row.complaint_no} · {STAGES[row.stage][at]} · {COMPLAINT_CAUSES[row.cause][at]}",
        state=COMPLAINT_STATES[row.state][at],
        state_kind=KINDS.get(row.state, "waits"),
        clocks=[
            {
                "state": "late" if until <= ask.at else "open",
                "left": _("late; we are chasing it") if until <= ask.at else _("until %(at)s") % {
                    "at": day(last_day(until), ask.lang)},
                "until_iso": iso(until),
                "basis": limit_name(code, ask.lang),
            }
            for code, state, _since, until in file.clocks
            if state == "running"
        ],
        with_whom=row.handler if row.state is C.REGISTERED else "",
        found=[
            (name, FINDINGS_OF_COMPLAINT[code][at])
            for name, code in ((_("What was found"), row.finding), (_("What the review found"), row.review_finding))
            if code
        ],
        messages=[
            {
                "who": one.by or _("Hearth"), "role": COMPLAINT_EVENTS[one.what][at], "text": one.words,
                "at": moment(one.at, ask.lang), "at_iso": iso(one.at), "mine": one.by_id == ask.person_id, "papers": [],
            }
            for one in file.events
        ],
        review=review if may_review else None,
        review_until=moment(row.review_until, ask.lang) if may_review else "",
        may_take_back=row.state in (C.REGISTERED, C.IN_REVIEW),
        status=422 if error else 200,
    )  # fmt: skip


def _card(ask: Ask, one: ComplaintRow) -> dict[str, Any]:
    at = 0 if ask.lang == "zh" else 1
    return {
        "url": reverse("member-complaint", kwargs={"complaint_no": one.complaint_no}),
        "title": f"{STAGES[one.stage][at]} · {COMPLAINT_CAUSES[one.cause][at]}",
        "says": f"{one.complaint_no} · {day(day_in_china(one.registered_at), ask.lang)}",
        "chip": {"says": COMPLAINT_STATES[one.state][at], "kind": KINDS.get(one.state, "waits")},
    }
