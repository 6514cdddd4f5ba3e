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
from hearth.store.access.complaints import (
    ComplaintFile,
    ComplaintRow,
    PartyRow,
    complaints_of,
    member_complaint,
    namings_of,
    represented_by,
)
from hearth.words.calendar import day_in_china
from hearth.words.complaints import (
    COMPLAINT_CAUSES,
    COMPLAINT_EVENTS,
    COMPLAINT_STATES,
    FINDINGS_OF_COMPLAINT,
    MOST_REPRESENTATIVES,
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
        represented=[_card(ask, one) for one in represented_by(ask.by, ask.at)],
        namings=[
            {
                "no": one.complaint_no,
                "by": one.by,
                "on": day(day_in_china(one.registered_at), ask.lang),
                "url": reverse("member-complaint-named", kwargs={"complaint_no": one.complaint_no}),
            }
            for one in namings_of(ask.by, ask.at)
        ],
    )


@page
def named(ask: Ask, complaint_no: str) -> HttpResponse:
    """Whether one represents a complaint that names one: yes or no, for oneself alone."""
    answer = ask.typed("answer") if ask.is_post else ""
    if answer not in ("yes", "no"):
        raise NotThere(kind="complaint", key=complaint_no)
    desk.answer_naming(ask.by, complaint_no, at=ask.at, yes=answer == "yes")
    if answer == "yes":
        return go("member-complaint", complaint_no=complaint_no, told="complaint-represented")
    return go("member-complaints", told="complaint-declined")


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
                words=ask.typed("words", MOST_TEXT + 1), claim_no=about, asked=_asked(ask),
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
        people=[_person(ask, number) for number in range(1, MOST_REPRESENTATIVES)],
        has_people=bool(_asked(ask)),
        most=MOST_REPRESENTATIVES,
        problems=problems_of(fields),
        status=422 if wrong or problems_of(fields) else 200,
    )


def _asked(ask: Ask) -> list[tuple[str, str]]:
    """The names and telephones that were typed of those who complain together."""
    typed = [(ask.typed(f"name{n}", 81), ask.typed(f"phone{n}", 33)) for n in range(1, MOST_REPRESENTATIVES)]
    return [one for one in typed if any(part.strip() for part in one)]


def _person(ask: Ask, number: int) -> tuple[Box, Box]:
    return (
        box(f"name{number}", _("Name"), ask.typed(f"name{number}", 81), maxlength=80, must=False),
        box(f"phone{number}", _("Telephone"), ask.typed(f"phone{number}", 33), "tel", maxlength=20, must=False),
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
    file = member_complaint(ask.by, complaint_no, ask.at)
    error = ""
    if ask.is_post:
        what = ask.typed("do")
        try:
            if what == "review":
                desk.ask_review(ask.by, complaint_no, at=ask.at, words=ask.typed("words", MOST_TEXT + 1))
            elif what == "name":
                desk.name_representative(
                    ask.by, complaint_no, at=ask.at, name=ask.typed("name", 81), phone=ask.typed("phone", 33)
                )
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
    is_own = _is_own(ask, row.complaint_no)
    done = ask.typed("do") if ask.is_post else ""
    may_name = is_own and row.is_group and row.is_open
    may_review = row.state is C.ANSWERED and row.review_until is not None and ask.at < row.review_until
    review = box("words", _("Why do you not agree?"), ask.typed("words", MOST_TEXT) if ask.is_post else "", "area",
                 rows=4, maxlength=MOST_TEXT, error=error if done == "review" else "")  # fmt: skip
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
        may_take_back=is_own and row.state in (C.REGISTERED, C.IN_REVIEW),
        parties=[(one.name, _says_of(ask, one)) for one in file.parties] if row.is_group else [],
        naming=_naming(ask, error if done == "name" else "") if may_name and _free(file) else (),
        full=may_name and not _free(file),
        most=MOST_REPRESENTATIVES,
        status=422 if error else 200,
    )  # fmt: skip


def _is_own(ask: Ask, complaint_no: str) -> bool:
    """Whether a complaint is the reader's own, or of somebody they act for."""
    return any(one.complaint_no == complaint_no for one in complaints_of(ask.by, ask.at))


def _free(file: ComplaintFile) -> bool:
    return sum(one.is_representative for one in file.parties) < MOST_REPRESENTATIVES


def _naming(ask: Ask, error: str) -> tuple[Box, Box]:
    return (
        box("name", _("Name"), ask.typed("name", 81) if error else "", maxlength=80, must=True, error=error),
        box("phone", _("Telephone"), ask.typed("phone", 33) if error else "", "tel", maxlength=20, must=True),
    )


def _says_of(ask: Ask, one: PartyRow) -> str:
    if one.declined_at is not None:
        return _("has said no")
    if one.is_asked:
        return _("asked; has not answered yet")
    if one.confirmed_at is not None:
        return _("has said yes, on %(day)s") % {"day": day(day_in_china(one.confirmed_at), ask.lang)}
    return _("represents this complaint") if one.is_representative else _("complains too")


def _card(ask: Ask, one: ComplaintRow) -> dict[str, Any]:
    at = 0 if ask.lang == "zh" else 1
    return {
        "url": reverse("member-complaint", kwargs={"complaint_no": one.complaint_no}),
        "title": f"{STAGES[one.stage][at]} · {COMPLAINT_CAUSES[one.cause][at]}",
        "says": f"{one.complaint_no} · {day(day_in_china(one.registered_at), ask.lang)}",
        "chip": {"says": COMPLAINT_STATES[one.state][at], "kind": KINDS.get(one.state, "waits")},
    }
