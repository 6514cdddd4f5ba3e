"""Thread: the conversation with a member, in their case: read as it grows, answered, explained; and the stewards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.service import explaining, stewards
from hearth.desks.service import thread as talk
from hearth.doors.office.desk import calls, originals
from hearth.doors.office.desk.asking import Asked, go, page, plain, show, whole
from hearth.doors.office.desk.pieces import cell, iso, mark, moment, table
from hearth.doors.office.explore.clauses import Clauses
from hearth.store.access import stewards as reads
from hearth.store.access import thread as threads
from hearth.store.access.claims_case import CaseFile
from hearth.words.canned import CANNED
from hearth.words.faults import Fault
from hearth.words.service import CHECKPOINT_TASKS, CHECKPOINT_WORDS, HANDOVER_WORDS, PART_WORDS, Handover, Part

MEASURED = timedelta(days=90)
"""Over how long the share of contacts that the service starts is told."""


def thread_shown(asked: Asked, row: threads.ThreadRow) -> dict[str, Any]:
    """A thread as office/thread.html draws it."""
    chips = Clauses(asked.lang, frozenset())
    return {
        "url": reverse("office-thread", args=[row.claim_no]) + f"?mark={row.mark}",
        "earlier": row.earlier,
        "messages": [_line(asked, row, one, chips) for one in row.lines],
        "waits": _("The member has waited for an answer since %(at)s.")
        % {"at": moment(row.waits_since, asked.lang, now=asked.at)}
        if row.waits_since
        else "",
        "settled": _("The member has nothing open any more.") if row.settled_at else "",
    }


def _line(asked: Asked, row: threads.ThreadRow, one: threads.ThreadLine, chips: Clauses) -> dict[str, Any]:
    mine = one.by_id == asked.by.person_id
    product, _colon, clause = one.cites.partition(":")
    return {
        "who": one.by,
        "role": asked.says(PART_WORDS[one.part]),
        "text": one.text,
        "at": moment(one.at, asked.lang, now=asked.at),
        "at_iso": iso(one.at),
        "mine": mine,
        "clause": chips.view(product, clause) if clause else None,
        "state": (_("seen") if one.line_id <= row.others_read_to else _("sent")) if one.part is not Part.MEMBER else "",
        "papers": [
            (paper.name, reverse("office-paper", args=[row.claim_no, paper.paper_id]))
            for paper in one.papers
            if not paper.is_removed
        ],
    }


def in_case(asked: Asked, file: CaseFile, purpose: str) -> dict[str, Any]:
    """What the page of a case shows of its thread and its steward's checkpoints."""
    row = threads.thread_of(asked.by, file.row.claim_no, asked.at, purpose=purpose)
    may_write = file.is_desk and asked.works_with("claim", "message")
    if may_write:
        _have_read(asked, row)
    said: tuple[explaining.Said, ...] = ()
    if may_write:
        said = explaining.offered_for(asked.by, file.row.claim_no, asked.lang, at=asked.at)
    trips = originals.in_case(asked, file)
    return {
        "thread": thread_shown(asked, row),
        "may_write": may_write,
        "explains": [
            {
                "code": one.code,
                "name": asked.says((CANNED[one.code].name_zh, CANNED[one.code].name_en)),
                "says": one.text,
            }
            for one in said
        ],
        "originals": trips,
        "pickup_url": originals.booking_url(asked, file, trips),
        "checkpoints": _checkpoints(asked, file) if file.is_desk else [],
        "steward": "" if row.steward is None else row.steward.name,
    }


def _checkpoints(asked: Asked, file: CaseFile) -> list[dict[str, Any]]:
    may = asked.may("claim", "steward")
    return [
        {
            "code": one.what.value,
            "name": asked.says(CHECKPOINT_WORDS[one.what]),
            "task": asked.says(CHECKPOINT_TASKS[one.what]),
            "is_due": one.is_due and may,
            "done": f"{one.done_by} · {moment(one.done_at, asked.lang, now=asked.at)}" if one.done_at else "",
            "words": one.words,
        }
        for one in reads.checkpoints_of(asked.by, file.row.claim_no, asked.at)
    ]


def _have_read(asked: Asked, row: threads.ThreadRow) -> None:
    if row.last > row.read_to:
        talk.read(asked.by, row.claim_no, row.last, at=asked.at)


@page("GET", "POST")
def thread(request: HttpRequest, asked: Asked, claim_no: str) -> HttpResponse:
    """The lines alone, for a case that is open (nothing while nothing is new); a line is written by POST."""
    if request.method == "POST":
        talk.write(asked.by, claim_no, plain(request.POST.get("words", "")), at=asked.at)
        return go("office-case", claim_no, said="sent", anchor="thread")
    if threads.mark_of(asked.by, claim_no, asked.at) == request.GET.get("mark", ""):
        return HttpResponse(status=204)
    row = threads.thread_of(asked.by, claim_no, asked.at, purpose="service")
    _have_read(asked, row)
    return render(request, "office/thread.html", {"thread": thread_shown(asked, row)})


@page("POST")
def explain(request: HttpRequest, asked: Asked, claim_no: str) -> HttpResponse:
    """Give the member an explanation that cites its clause."""
    talk.explain(asked.by, claim_no, plain(request.POST.get("code", ""))[:24], at=asked.at)
    return go("office-case", claim_no, said="sent", anchor="thread")


@page("POST")
def checkpoint(request: HttpRequest, asked: Asked, claim_no: str, what: str) -> HttpResponse:
    """The steward has done what a checkpoint asks for."""
    stewards.complete(asked.by, claim_no, what, at=asked.at, words=plain(request.POST.get("words", "")))
    return go("office-case", claim_no, said="checkpoint", anchor="checkpoints")


@page("GET", "POST")
def service(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Who waits for an answer, how contacts began, and who looks after how many; members are handed over."""
    trouble = ""
    if request.method == "POST":
        try:
            return _handed_over(request, asked)
        except Fault as fault:
            trouble = fault.sentence(asked.lang)
    mine = request.GET.get("mine") == "1"
    waits = threads.waiting(asked.by, asked.at, mine=mine)
    found = threads.contacts(asked.by, asked.at, asked.at - MEASURED)
    may_hand = asked.may("person", "hand_over") and asked.works_with("person", "hand_over")
    roster = reads.stewards(asked.by, asked.at) if may_hand else ()
    share = found.share_bp
    return show(
        request, asked, "office/service.html", "service", _("Members and stewards"), status=422 if trouble else 200,
        trouble=trouble, mine=mine,
        waits=table(
            _("Who waits for an answer"), [_("Claim"), _("Member"), _("Waits since"), _("Steward")],
            [[cell(one.claim_no, url=reverse("office-case", args=[one.claim_no]) + "#thread"), cell(one.person),
              cell(moment(one.waits_since, asked.lang, now=asked.at), kind="day"), cell(one.steward or "—")]
             for one in waits],
        ) if waits else None,
        share=None if share is None else f"{share // 100}.{share % 100 // 10}%",
        originals=originals.listed(asked), calls=calls.listed(asked), contacts=found, days=MEASURED.days,
        stewards=[{"id": one.person_id, "name": one.name, "mark": mark(one.name), "looks_after": one.looks_after,
                   "waiting": one.waiting, "is_absent": one.is_absent} for one in roster],
        reasons=[(each.value, asked.says(HANDOVER_WORDS[each])) for each in Handover if each is not Handover.FIRST],
        may_hand=may_hand,
    )  # fmt: skip


def _handed_over(request: HttpRequest, asked: Asked) -> HttpResponse:
    why = plain(request.POST.get("why", ""))[:8]
    words = plain(request.POST.get("words", ""))
    to = whole(request.POST.get("to", ""))
    person = whole(request.POST.get("person", ""))
    if person is not None:
        stewards.hand_over(asked.by, person, at=asked.at, why=why, to=to, words=words)
        return go("office-person", person, said="handed_over")
    count = stewards.hand_over_all(
        asked.by, whole(request.POST.get("steward", "")) or 0, at=asked.at, why=why, words=words
    )
    return go("office-service", said="handed_over" if count else "")
