"""Thread: the conversation of one claim: read as it grows, answered with words and photos; the steward, and when."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import documents
from hearth.desks.service import thread as talk
from hearth.doors.member import papers
from hearth.doors.member.boxes import box, problems_of
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.saying import day, iso, mark, moment
from hearth.doors.office.explore.clauses import Clauses
from hearth.kernel.promises.answering import answering
from hearth.store.access.claims_case import CaseFile, one_claim
from hearth.store.access.thread import MOST_LINES, ThreadLine, ThreadRow, mark_of, thread_of
from hearth.store.calendars import work_calendar
from hearth.words.calendar import CHINA_TIME, YearUnknown, day_in_china
from hearth.words.faults import Fault
from hearth.words.service import OVER, PART_WORDS, Part, Side

MOST_TEXT = 4_000
ON_CLAIM = 4
"""Lines that stand on the page of the claim; the conversation has them all."""


@page
def conversation(ask: Ask, claim_no: str) -> HttpResponse:
    """The whole conversation, and the box to write in; photos and files come with a line as papers of the claim."""
    held = one_claim(ask.by, claim_no, ask.at, purpose="claim")
    text, error, refused = ask.typed("text", MOST_TEXT + 1), "", []
    if ask.is_post:
        kept: tuple[int, ...] = ()
        if ask.request.FILES.getlist("files"):
            took = papers.take(ask, held, documents.OTHER, may_remove=False)
            kept, refused = took.papers, list(took.refused)
        try:
            if not refused:
                talk.write(ask.by, claim_no, text, at=ask.at, papers=kept)
                return go("member-message", claim_no=claim_no, told="message", at="thread-end")
            if kept:
                talk.write(ask.by, claim_no, "", at=ask.at, papers=kept)
        except Fault as fault:
            error = fault.sentence(ask.lang)
    row = thread_of(ask.by, claim_no, ask.at)
    _have_read(ask, row)
    field = box("text", _("Your message"), text, "area", rows=4, maxlength=MOST_TEXT, error=error, must=False)
    return shown(
        ask,
        "message",
        title=_("Messages"),
        section="claims",
        back_url=reverse("member-claim", kwargs={"claim_no": claim_no}),
        about=claim_no,
        steward=steward_of(ask, row),
        thread=thread_shown(ask, row),
        field=field,
        drop=papers.drop("files", _("Add photos or files"), "files", " ".join(refused))
        if held.row.state not in documents.FINAL
        else None,
        problems=problems_of([field]),
        may_confirm=held.row.state in OVER and row.settled_at is None and bool(row.lines),
        settled=_settled(ask, row),
        status=422 if error or refused else 200,
    )


@page
def lines(ask: Ask, claim_no: str) -> HttpResponse:
    """The lines alone, for a page that looks after them: nothing (204) while nothing is new."""
    if mark_of(ask.by, claim_no, ask.at) == ask.request.GET.get("mark", ""):
        return HttpResponse(status=204)
    most = ON_CLAIM if ask.request.GET.get("part") == "claim" else 0
    row = thread_of(ask.by, claim_no, ask.at, most=most or MOST_LINES)
    _have_read(ask, row)
    return render(ask.request, "member/thread.html", {"thread": thread_shown(ask, row, most)})


@page
def helped(ask: Ask, claim_no: str) -> HttpResponse:
    """Everything is done for the reader: the service of this claim ends."""
    mark_of(ask.by, claim_no, ask.at)
    if ask.is_post:
        talk.confirm(ask.by, claim_no, at=ask.at)
    return go("member-message", claim_no=claim_no, told="helped" if ask.is_post else "")


def on_claim(ask: Ask, held: CaseFile) -> dict[str, Any]:
    """What stands of the thread on the page of a claim: the newest lines, and who looks after it."""
    row = thread_of(ask.by, held.row.claim_no, ask.at, most=ON_CLAIM)
    _have_read(ask, row)
    return {"thread": thread_shown(ask, row, ON_CLAIM), "steward": steward_of(ask, row)}


def _have_read(ask: Ask, row: ThreadRow) -> None:
    if row.last > row.read_to:
        talk.read(ask.by, row.claim_no, row.last, at=ask.at)


def thread_shown(ask: Ask, row: ThreadRow, most: int = 0) -> dict[str, Any]:
    """A thread as member/thread.html draws it."""
    address = reverse("member-thread", kwargs={"claim_no": row.claim_no})
    chips = Clauses(ask.lang, frozenset())
    return {
        "url": f"{address}?mark={row.mark}" + ("&part=claim" if most else ""),
        "messages": [_line(ask, row, one, chips) for one in row.lines],
        "earlier": row.earlier,
        "all_url": reverse("member-message", kwargs={"claim_no": row.claim_no}),
        "answer": service_hours(ask) if row.side is Side.MEMBER else "",
    }


def _line(ask: Ask, row: ThreadRow, one: ThreadLine, chips: Clauses) -> dict[str, Any]:
    mine = one.by_id == ask.person_id
    product, _colon, clause = one.cites.partition(":")
    return {
        "id": one.line_id,
        "who": one.by,
        "role": PART_WORDS[one.part][0 if ask.lang == "zh" else 1] if one.part is not Part.MEMBER else "",
        "text": one.text,
        "at": moment(one.at, ask.lang),
        "at_iso": iso(one.at),
        "mine": mine,
        "clause": chips.view(product, clause) if clause else None,
        "state": (_("seen") if one.line_id <= row.others_read_to else _("sent")) if mine else "",
        "papers": [
            (
                papers.name_of(paper.kind, ask.lang) if paper.kind != documents.OTHER else paper.name,
                reverse("member-paper", kwargs={"claim_no": row.claim_no, "paper_id": paper.paper_id}),
            )
            for paper in one.papers
            if not paper.is_removed
        ],
    }


def steward_of(ask: Ask, row: ThreadRow) -> dict[str, Any] | None:
    """Who looks after the claim, and when they can be reached."""
    if row.steward is None:
        return None
    says = " · ".join(one for one in (_("Your steward"), service_hours(ask)) if one)
    return {"name": row.steward.name, "mark": mark(row.steward.name), "says": says}


def service_hours(ask: Ask) -> str:
    """When a line that is written now is answered."""
    try:
        found = answering(work_calendar(), ask.at)
    except YearUnknown:
        return ""
    start, by = found.opens_at.astimezone(CHINA_TIME), found.by.astimezone(CHINA_TIME)
    if found.is_open:
        return (
            _("Answers usually by %(at)s today.") % {"at": f"{by:%H:%M}"}
            if by.date() == ask.today
            else _("Answers usually by %(at)s.") % {"at": moment(found.by, ask.lang)}
        )
    away = (day_in_china(found.opens_at) - ask.today).days
    at = f"{start:%H:%M}"
    if away == 0:
        return _("Answered today from %(at)s.") % {"at": at}
    if away == 1:
        return _("Answered tomorrow from %(at)s.") % {"at": at}
    return _("Answered from %(at)s on %(day)s.") % {"at": at, "day": day(start.date(), ask.lang)}


def _settled(ask: Ask, row: ThreadRow) -> str:
    if row.settled_at is None:
        return ""
    if row.settled_by == "member":
        return _("You said on %(day)s that everything is done. Write at any time if something comes up.") % {
            "day": day(day_in_china(row.settled_at), ask.lang)
        }
    return _("Nothing was open any more. Write at any time if something comes up.")
