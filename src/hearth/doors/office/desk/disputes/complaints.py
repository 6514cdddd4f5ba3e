"""Complaints in the console: by the legal days left, one on a screen, its verbs, shares by business, open measures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hearth.desks import disputes as desk
from hearth.doors.office.desk.asking import Asked, go, page, show, show_fault, typed
from hearth.doors.office.desk.disputes import orders as case_orders
from hearth.doors.office.desk.disputes.listing import parts
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import cell, clock, day, moment, table
from hearth.store.access import NotThere
from hearth.store.access import complaints as reads
from hearth.store.access.complaints import ComplaintFile
from hearth.words.calendar import day_in_china
from hearth.words.complaints import (
    CHANNELS,
    COMPLAINT_CAUSES,
    COMPLAINT_EVENTS,
    COMPLAINT_STATES,
    FINDINGS_OF_COMPLAINT,
    MOST_REPRESENTATIVES,
    OPEN_COMPLAINTS,
    STAGES,
    ComplaintState,
)
from hearth.words.faults import Fault
from hearth.words.limits import limit_name

C = ComplaintState
FIGURES_OF = timedelta(days=365)
MOST = 4_000


@dataclass(frozen=True)
class Act:
    """One verb: its word, key, name, states, right, boxes (none: a button), what it calls."""

    word: str
    key: str
    name: Any
    states: tuple[ComplaintState, ...]
    verb: str
    do: Callable[[Asked, str, Form], object]
    boxes: Callable[[Asked, ComplaintFile], list[Box]] | None = None
    when: Callable[[Asked, ComplaintFile], bool] = lambda asked, file: True
    says: Any = ""


def _finding(asked: Asked) -> Box:
    found = [(key, asked.says(said)) for key, said in FINDINGS_OF_COMPLAINT.items()]
    return Box("finding", _("What was found"), "choice", options=[("", _("choose")), *found])


def _answer_boxes(asked: Asked, file: ComplaintFile) -> list[Box]:
    return [_finding(asked), Box("words", _("Answer, as the member reads it"), "area", most=MOST, rows=8)]


def _is_mine(asked: Asked, file: ComplaintFile) -> bool:
    return file.row.handler_id == asked.by.person_id


ACTS: tuple[Act, ...] = (
    Act("take", "t", gettext_lazy("Look into it"), (C.REGISTERED,), "answer",
        lambda asked, no, form: desk.take_complaint(asked.by, no, at=asked.at),
        when=lambda asked, file: not _is_mine(asked, file)),
    Act("answer", "a", gettext_lazy("Answer"), (C.REGISTERED,), "answer",
        lambda asked, no, form: desk.answer_complaint(
            asked.by, no, at=asked.at, finding=form["finding"], words=form["words"]),
        _answer_boxes, when=_is_mine),
    Act("longer", "l", gettext_lazy("Take 30 days"), (C.REGISTERED,), "answer",
        lambda asked, no, form: desk.extend(asked.by, no, at=asked.at, days=30, words=form["words"]),
        lambda asked, file: [Box("words", _("What makes it complex"), "area", most=MOST, focus=True)],
        when=lambda asked, file: _is_mine(asked, file) and file.row.limit_days < 30,
        says=gettext_lazy("Counted from the day of registration, as the 15 days were.")),
    Act("longest", "x", gettext_lazy("Approve 60 days"), (C.REGISTERED,), "extend",
        lambda asked, no, form: desk.extend(asked.by, no, at=asked.at, days=60, words=form["words"]),
        lambda asked, file: [Box("words", _("What makes it especially complex"), "area", most=MOST, focus=True)],
        when=lambda asked, file: file.row.handler_id is not None and not _is_mine(asked, file)
        and file.row.limit_days < 60),
    Act("review", "r", gettext_lazy("Answer the review"), (C.IN_REVIEW,), "review",
        lambda asked, no, form: desk.review(asked.by, no, at=asked.at, finding=form["finding"], words=form["words"]),
        _answer_boxes, when=lambda asked, file: not _is_mine(asked, file)),
    Act("action", "m", gettext_lazy("Do something about the cause"), tuple(C), "act",
        lambda asked, no, form: desk.begin_action(
            asked.by, no, at=asked.at, root_cause=form["root_cause"], action=form["action"],
            due_on=_day(form["due_on"]), aim=form["aim"]),
        lambda asked, file: [
            Box("root_cause", _("Root cause"), most=400, focus=True),
            Box("action", _("What is done"), "area", most=400),
            Box("due_on", _("Until"), "date", start=day_in_china(asked.at) + timedelta(days=30)),
            Box("aim", _("At most so many such complaints in 90 days"), "whole", start="0"),
        ],
        says=gettext_lazy("It stays open until the complaints of this business and cause were counted again.")),
)  # fmt: skip
"""In the order in which they stand on the page."""


@page()
def complaints(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Complaints that are owed an answer, by the legal days left; what they are about; measures still open."""
    state = typed(request, "state")
    chosen = state if state in list(C) else ""
    may_see = asked.works_with("complaint", "see")
    rows = reads.complaint_queue(asked.by, asked.at, state=chosen) if may_see else ()
    here = reverse("office-complaints")
    tabs = [
        {"name": _("Not ended"), "url": here, "current": not chosen},
        *(
            {"name": asked.says(COMPLAINT_STATES[one]), "url": f"{here}?state={one.value}", "current": chosen == one}
            for one in (*OPEN_COMPLAINTS, C.ANSWERED, C.CLOSED)
        ),
    ]
    cells = [
        [
            cell(one.complaint_no, url=reverse("office-complaint", args=[one.complaint_no]), aside=one.person),
            cell(asked.says(COMPLAINT_STATES[one.state]), aside=_("several people") if one.is_group else ""),
            cell(asked.says(STAGES[one.stage]), aside=asked.says(COMPLAINT_CAUSES[one.cause])),
            cell(one.handler or _("nobody yet")),
            cell(day(day_in_china(one.registered_at), asked.lang)),
            cell(clock(one.due_at, asked.at, asked.lang)["left"] if one.is_open and one.due_at else ""),
        ]
        for one in rows
    ]
    columns = [_("Complaint"), _("Where it stands"), _("About"), _("With"), _("Registered on"), _("Time left")]
    found = (
        reads.complaint_figures(asked.by, asked.at, asked.at - FIGURES_OF)
        if asked.works_with("complaint", "count")
        else None
    )
    return show(
        request, asked, "office/complaints.html", "disputes", _("Complaints"), tabs=tabs if may_see else [],
        parts=parts(asked, "complaints"),
        table=table(_("Complaints"), columns, cells, rows_move=True) if cells else None,
        may_register=asked.works_with("complaint", "register"), figures=_figures(found) if found else [],
        shares=_shares(asked, found) if found else None, actions=_actions(asked),
    )  # fmt: skip


def _figures(found: reads.ComplaintFigures) -> list[tuple[str, str]]:
    share = found.claim_share_bp
    return [
        (_("Registered in the last 365 days"), str(found.registered)),
        (_("About claims, of all"), "–" if share is None else f"{share / 100:.1f} %"),
        (_("Open now"), str(found.open)),
        (_("Of these past a limit"), str(found.late)),
        (_("Answered"), str(found.answered)),
        (_("Of these right or partly right"), str(found.right)),
    ]


def _shares(asked: Asked, found: reads.ComplaintFigures) -> Any:
    cells = [
        [
            cell(asked.says(STAGES[stage])),
            cell(count, kind="whole", of=_("Complaints")),
            cell(f"{count * 100 / found.registered:.1f} %", of=_("Share")),
        ]
        for stage, count in found.by_stage
    ]
    columns = [_("Business"), (_("Complaints"), "whole"), _("Share")]
    return table(_("By business"), columns, cells, show_caption=True) if cells else None


def _actions(asked: Asked) -> list[dict[str, Any]]:
    if not asked.works_with("complaint", "act"):
        return []
    return [_action(asked, one) for one in reads.open_actions(asked.by, asked.at)]


def _action(asked: Asked, one: reads.RootActionRow) -> dict[str, Any]:
    ready = one.begun_at + timedelta(days=one.counted_days)
    return {
        "id": one.action_id, "cause": one.root_cause, "what": one.action, "owner": one.owner,
        "due": day(one.due_on, asked.lang), "is_late": one.closed_at is None and one.due_on < day_in_china(asked.at),
        "is_open": one.closed_at is None, "before": one.before, "aim": one.aim, "measured": one.measured,
        "may_measure": one.closed_at is None and asked.at >= ready and asked.works_with("complaint", "act"),
        "ready": day(day_in_china(ready), asked.lang), "no": one.complaint_no,
    }  # fmt: skip


@page("GET", "POST")
def new_complaint(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Register a complaint for somebody who calls, writes or comes."""
    form = Form(
        [
            Box("person", _("Number of the member"), "whole", focus=True, start=typed(request, "person"),
                hint=_("As in the address of the member's page in the register.")),
            Box("channel", _("How it came"), "choice",
                options=[(key, asked.says(said)) for key, said in CHANNELS.items() if key != "online"]),
            Box("stage", _("About"), "choice", options=[(key, asked.says(said)) for key, said in STAGES.items()],
                start="claim"),
            Box("cause", _("What went wrong"), "choice",
                options=[(key, asked.says(said)) for key, said in COMPLAINT_CAUSES.items()]),
            Box("claim", _("Claim"), must=False, most=32),
            Box("about", _("Number of the colleague whose act it is about"), "whole", must=False),
            Box("representatives", _("Representatives, one a line"), "area", must=False, most=500,
                hint=_("Of a complaint by several people: %(most)s at most.") % {"most": MOST_REPRESENTATIVES}),
            Box("words", _("What was said"), "area", most=MOST, rows=6),
        ],
        request.POST if request.method == "POST" else None,
    )  # fmt: skip
    if form.is_right:
        try:
            no = desk.complain(
                asked.by, form["person"], at=asked.at, stage=form["stage"], cause=form["cause"], words=form["words"],
                channel=form["channel"], claim_no=form["claim"], about=form["about"],
                representatives=form["representatives"].splitlines(),
            )  # fmt: skip
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-complaint", no, said="complaint_done")
    return show(
        request, asked, "office/form.html", "disputes", _("New complaint"), status=form.status, form=form,
        yes=_("Register it"), back_url=reverse("office-complaints"),
    )  # fmt: skip


@page()
def complaint(request: HttpRequest, asked: Asked, complaint_no: str) -> HttpResponse:
    """One complaint."""
    file = reads.complaint_file(asked.by, complaint_no, asked.at)
    row = file.row
    return show(
        request, asked, "office/complaint.html", "disputes",
        _("Complaint %(no)s, %(name)s") % {"no": complaint_no, "name": row.person}, parts=parts(asked, ""), row=row,
        state=asked.says(COMPLAINT_STATES[row.state]), kind="waits" if row.is_open else "plain",
        clocks=[
            {**clock(until, asked.at, asked.lang, basis=limit_name(code, asked.lang)),
             "name": limit_name(code, asked.lang)}
            for code, state, _since, until in file.clocks if state == "running"
        ],
        acts=_acts(asked, file), facts=_facts(asked, file),
        orders=case_orders.on_complaint(asked, row.complaint_no) if row.is_open else [],
        parties=[(one.name, _party(one)) for one in file.parties],
        messages=[
            {"who": one.by or _("Hearth"), "mine": one.by_id == asked.by.person_id, "text": one.words,
             "role": asked.says(COMPLAINT_EVENTS[one.what]), "at": moment(one.at, asked.lang, now=asked.at),
             "at_iso": one.at.isoformat(), "papers": []}
            for one in file.events
        ],
        actions=[_action(asked, one) for one in file.actions],
        claim_url=reverse("office-case", args=[row.claim_no]) if row.claim_no and asked.may_queue else "",
    )  # fmt: skip


@page("GET", "POST")
def act(request: HttpRequest, asked: Asked, complaint_no: str, word: str) -> HttpResponse:
    """Do something with a complaint."""
    known = next((one for one in ACTS if one.word == word), None)
    if known is None:
        raise NotThere(kind="complaint", key=complaint_no)
    file = reads.complaint_file(asked.by, complaint_no, asked.at)
    form = Form(known.boxes(asked, file) if known.boxes else [], request.POST if request.method == "POST" else None)
    if form.is_right:
        try:
            known.do(asked, complaint_no, form)
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-complaint", complaint_no, said="complaint_done")
    return show(
        request, asked, "office/form.html", "disputes", f"{known.name}: {complaint_no}", status=form.status, form=form,
        yes=known.name, says=known.says, back_url=reverse("office-complaint", args=[complaint_no]),
    )  # fmt: skip


@page("POST")
def measure(request: HttpRequest, asked: Asked, action_id: int) -> HttpResponse:
    """Count again whether a cause is gone."""
    try:
        is_closed = desk.measure_action(asked.by, action_id, at=asked.at)
    except Fault as fault:
        return show_fault(request, asked, fault)
    return go("office-complaints", said="measure_closed" if is_closed else "measure_open", anchor="actions")


def _acts(asked: Asked, file: ComplaintFile) -> dict[str, Any]:
    found = [
        {
            "word": one.word, "key": one.key, "name": one.name, "at_once": one.boxes is None,
            "url": reverse("office-complaint-act", args=[file.row.complaint_no, one.word]),
        }
        for one in ACTS
        if file.row.state in one.states and asked.works_with("complaint", one.verb)
        and file.row.person_id != asked.by.person_id and one.when(asked, file)
    ]  # fmt: skip
    first = found[0] if found and file.row.is_open else None
    return {"next": first, "rest": [one for one in found if one is not first]}


def _facts(asked: Asked, file: ComplaintFile) -> list[tuple[str, str]]:
    row = file.row
    return [
        (_("About"), asked.says(STAGES[row.stage])),
        (_("What went wrong"), asked.says(COMPLAINT_CAUSES[row.cause])),
        (_("How it came"), asked.says(CHANNELS[row.channel])),
        (_("Registered on"), moment(row.registered_at, asked.lang, now=asked.at)),
        (_("Limit"), _("%(count)s days") % {"count": row.limit_days}),
        (_("With"), row.handler or _("nobody yet")),
        *([(_("Longer limit approved by"), file.extended_by)] if file.extended_by else []),
        *([(_("What was found"), asked.says(FINDINGS_OF_COMPLAINT[row.finding]))] if row.finding else []),
        *([(_("What the review found"), f"{asked.says(FINDINGS_OF_COMPLAINT[row.review_finding])} · {file.reviewer}")]
          if row.review_finding else []),
    ]  # fmt: skip


def _party(one: reads.PartyRow) -> str:
    if one.declined_at is not None:
        return _("does not represent the others")
    if one.is_asked:
        return _("asked to represent the others; has not answered")
    if one.confirmed_at is not None:
        return _("represents the others, by their own word")
    return _("represents the others") if one.is_representative else ""


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value
