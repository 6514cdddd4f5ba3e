"""Investigating: the plan of an investigation, its tasks and evidence, and how it ended."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import suspicion as desk
from hearth.doors.office.desk.asking import Asked, go, page, show
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import cell, chip, clock, day, moment, table
from hearth.doors.office.desk.suspicions.board import named, paper_options
from hearth.store.access import NotAllowed, NotThere
from hearth.store.access import suspicion as reads
from hearth.words.faults import Fault
from hearth.words.suspicion import OUTCOME_SAYS

WORDS = ("task", "end", "evidence", "close")


@page()
def investigation(request: HttpRequest, asked: Asked, investigation_id: int) -> HttpResponse:
    """One investigation on one screen."""
    one = reads.one_investigation(asked.by, investigation_id, asked.at)
    is_mine = one.investigator_id == asked.by.person_id and one.closed_at is None and asked.may("investigation", "work")
    facts = [
        (_("Investigator"), one.investigator),
        (_("Member"), one.person),
        (_("Begun"), moment(one.opened_at, asked.lang, now=asked.at)),
    ]
    if one.closed_at is not None:
        facts.append((_("Ended"), moment(one.closed_at, asked.lang, now=asked.at)))
    return show(
        request, asked, "office/investigation.html", "suspicions",
        _("Investigation of %(claim)s") % {"claim": one.claim_no}, one=one, facts=facts,
        clock=clock(one.due_at, asked.at, asked.lang) if one.closed_at is None else None,
        outcome=_outcome(asked, one), tasks=_tasks(asked, one),
        evidence=[
            {**named(asked, name, one.claim_no, dict(one.papers)), "shows": shows} for name, shows in one.evidence
        ],
        claim_url=reverse("office-case", args=[one.claim_no]), is_mine=is_mine,
        has_open=any(task.state == "open" for task in one.tasks),
    )  # fmt: skip


@page("GET", "POST")
def act(request: HttpRequest, asked: Asked, investigation_id: int, word: str) -> HttpResponse:
    """A task more, a task ended, a piece of evidence, or the end of it."""
    one = reads.one_investigation(asked.by, investigation_id, asked.at)
    if not asked.may("investigation", "work"):
        raise NotAllowed
    if word not in WORDS:
        raise NotThere(kind="investigation", key=word)
    boxes, title, yes = _boxes(asked, one)[word]
    form = Form(boxes, request.POST if request.method == "POST" else None)
    if form.is_right:
        try:
            _do(asked, investigation_id, word, form)
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-investigation", investigation_id, said="changed")
    says = _("Whoever investigates does not decide. The legal limit runs on.") if word == "close" else ""
    return show(
        request, asked, "office/form.html", "suspicions", title, status=form.status, form=form, yes=yes, says=says,
        back_url=reverse("office-investigation", args=[investigation_id]),
    )  # fmt: skip


def _boxes(asked: Asked, one: reads.InvestigationRow) -> dict[str, tuple[list[Box], str, str]]:
    tasks = [(str(task.number), f"{task.number}. {task.what}"[:120]) for task in one.tasks if task.state == "open"]
    outcomes = [(code.value, asked.says(words)) for code, words in OUTCOME_SAYS.items()]
    return {
        "task": (
            [
                Box("what", _("What is to be done"), "area", most=4_000, focus=True),
                Box("until", _("Until when"), "date", must=False, hint=_("Empty: until the investigation ends.")),
            ],
            _("A task"),
            _("Set the task"),
        ),
        "end": (
            [
                Box("task", _("Task"), "choice", options=tasks),
                Box("result", _("What came of it"), "area", most=4_000, focus=True),
                Box("dropped", _("It was dropped: the words above say why"), "check"),
            ],
            _("End a task"),
            _("End the task"),
        ),
        "evidence": (
            [
                Box("name", _("Paper"), "choice", options=[("", "—"), *paper_options(asked, one.papers)]),
                Box("shows", _("What it shows"), "area", most=4_000, focus=True),
            ],
            _("Evidence"),
            _("Add the evidence"),
        ),
        "close": (
            [
                Box("outcome", _("Result"), "choice", options=[("", "—"), *outcomes]),
                Box("findings", _("What was found"), "area", most=4_000, rows=6, focus=True),
            ],
            _("End the investigation"),
            _("End it"),
        ),
    }


def _do(asked: Asked, number: int, word: str, form: Form) -> None:
    by, at = asked.by, asked.at
    if word == "task":
        desk.set_task(by, number, at=at, what=form["what"], until=form["until"])
    elif word == "end":
        desk.end_task(by, number, int(form["task"]), at=at, result=form["result"], is_dropped=form["dropped"])
    elif word == "evidence":
        desk.add_evidence(by, number, form["name"], at=at, shows=form["shows"])
    else:
        desk.close_investigation(by, number, at=at, outcome=form["outcome"], findings=form["findings"])


def _outcome(asked: Asked, one: reads.InvestigationRow) -> str:
    return next((asked.says(words) for code, words in OUTCOME_SAYS.items() if code.value == one.outcome), "")


def _tasks(asked: Asked, one: reads.InvestigationRow) -> dict[str, Any] | None:
    kinds = {"open": ("waits", _("to be done")), "done": ("done", _("done")), "dropped": ("plain", _("dropped"))}
    rows = [
        [
            cell(f"{task.number}. {task.what}", aside=task.result),
            cell(day(task.due_on, asked.lang), kind="day"),
            cell(chip=chip(kinds[task.state][1], kinds[task.state][0])),
        ]
        for task in one.tasks
    ]
    return table(_("Tasks"), [_("Task"), _("Until when"), _("State")], rows) if rows else None
