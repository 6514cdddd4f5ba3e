"""Calls: what was said with hospitals, on the case and on the advance; a call written down; whom to call again."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.service import calls as desk
from hearth.doors.office.desk.asking import Asked, go, page, show
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import cell, chip, day, iso, moment, table
from hearth.store.access import permit
from hearth.store.access.advances import advance_file
from hearth.store.access.calls import CallRow, calls_of, calls_to_make
from hearth.store.access.claims_case import one_claim
from hearth.words.calendar import CHINA_TIME, day_in_china
from hearth.words.calls import CALL_OUTCOME_WORDS, CALL_TOPIC_WORDS, CALL_WAY_WORDS, CallOutcome, CallTopic, CallWay
from hearth.words.faults import Fault


def on_claim(asked: Asked, claim_no: str, *, may_note: bool) -> dict[str, Any] | None:
    """What the page of a case shows of calls with hospitals."""
    if not asked.works_with("hospital_call", "see"):
        return None
    url = reverse("office-claim-call", args=[claim_no])
    return _shown(asked, calls_of(asked.by, asked.at, claim_no=claim_no), url if may_note else "", claim_no)


def on_advance(asked: Asked, advance_no: str, *, may_note: bool) -> dict[str, Any] | None:
    """What the page of an advance shows of calls with hospitals."""
    if not asked.works_with("hospital_call", "see"):
        return None
    url = reverse("office-advance-call", args=[advance_no])
    return _shown(asked, calls_of(asked.by, asked.at, advance_no=advance_no), url if may_note else "", advance_no)


def _shown(asked: Asked, found: tuple[CallRow, ...], url: str, here: str) -> dict[str, Any]:
    today = day_in_china(asked.at)
    return {
        "count": len(found),
        "url": url if asked.works_with("hospital_call", "note") else "",
        "rows": [
            {
                "title": f"{asked.says(CALL_TOPIC_WORDS[one.topic])} · {one.hospital}",
                "outcome": chip(asked.says(CALL_OUTCOME_WORDS[one.outcome]), _kind(one)),
                "who": " · ".join(
                    part for part in (one.by, asked.says(CALL_WAY_WORDS[one.way]), one.spoke_with) if part
                ),
                "at": moment(one.called_at, asked.lang, now=asked.at),
                "at_iso": iso(one.called_at),
                "words": one.words,
                "next": _("call again on %(day)s") % {"day": day(one.next_on, asked.lang, today=today)}
                if one.waits
                else "",
                "is_late": one.waits and one.next_on is not None and one.next_on < today,
                "where": next((no for no in (one.claim_no, one.advance_no) if no and no != here), ""),
            }
            for one in found
        ],
    }


def _kind(one: CallRow) -> str:
    return "waits" if one.waits else "done" if one.outcome is CallOutcome.ANSWERED else "plain"


def listed(asked: Asked) -> dict[str, Any] | None:
    """Where a hospital is to be called again, by its day; None where nobody is, or they do not see it."""
    if not asked.works_with("hospital_call", "see"):
        return None
    found = calls_to_make(asked.by, asked.at)
    if not found:
        return None
    today = day_in_china(asked.at)
    return table(
        _("Hospitals to call again"), [_("Case"), _("Member"), _("Hospital"), _("About"), _("On")],
        [[cell(one.claim_no or one.advance_no, url=_where(one)), cell(one.person), cell(one.hospital),
          cell(asked.says(CALL_TOPIC_WORDS[one.topic]), aside=one.by),
          cell(day(one.next_on, asked.lang, today=today), kind="day",
               aside=_("overdue") if one.next_on is not None and one.next_on < today else "")]
         for one in found],
    )  # fmt: skip


def _where(one: CallRow) -> str:
    if one.claim_no:
        return reverse("office-case", args=[one.claim_no]) + "#calls"
    return reverse("office-advance", args=[one.advance_no]) + "#calls"


@page("GET", "POST")
def claim_call(request: HttpRequest, asked: Asked, claim_no: str) -> HttpResponse:
    """Write down a call with a hospital about a claim."""
    permit(asked.by, "hospital_call", "note")
    file = one_claim(asked.by, claim_no, asked.at, purpose="claim")
    invoices = file.invoices
    start = next((str(name) for one in invoices if (name := _hospital_of(one))), "")
    return _noted(request, asked, start, "office-case", claim_no=claim_no)


@page("GET", "POST")
def advance_call(request: HttpRequest, asked: Asked, advance_no: str) -> HttpResponse:
    """Write down a call with a hospital about an advance."""
    permit(asked.by, "hospital_call", "note")
    file = advance_file(asked.by, advance_no, asked.at)
    return _noted(request, asked, file.row.hospital, "office-advance", advance_no=advance_no)


def _noted(request: HttpRequest, asked: Asked, hospital: str, back: str, **case: str) -> HttpResponse:
    number = next(iter(case.values()))
    there = asked.at.astimezone(CHINA_TIME)
    form = Form(
        [
            Box("way", _("Who called"), "choice", options=_options(asked, CALL_WAY_WORDS)),
            Box("hospital", _("Hospital"), most=desk.MOST_HOSPITAL, start=hospital),
            Box("spoke_with", _("Spoke with"), must=False, most=desk.MOST_NAME, hint=_("Name and department.")),
            Box("called_on", _("Day of the call"), "date", start=there.date()),
            Box("called_at", _("Time"), start=f"{there:%H:%M}", most=5),
            Box("topic", _("About"), "choice", options=_options(asked, CALL_TOPIC_WORDS)),
            Box("words", _("What was said"), "area", most=desk.MOST_WORDS, focus=True),
            Box("outcome", _("What came of it"), "choice", options=_options(asked, CALL_OUTCOME_WORDS)),
            Box("next_on", _("Call again on"), "date", must=False, start=None,
                hint=_("Needed unless the hospital answered or declined.")),
        ],
        request.POST if request.method == "POST" else None,
    )  # fmt: skip
    if form.is_right:
        called = _moment(form)
        if called is None:
            form.errors["called_at"] = _("A time looks like 14:30.")
            form.status = 422
        else:
            try:
                desk.note_call(
                    asked.by, at=asked.at, way=CallWay(form["way"]), topic=CallTopic(form["topic"]),
                    outcome=CallOutcome(form["outcome"]), hospital=form["hospital"], spoke_with=form["spoke_with"],
                    words=form["words"], called_at=called, next_on=form["next_on"], **case,
                )  # fmt: skip
            except Fault as fault:
                form.refuse(fault, asked.lang)
            else:
                return go(back, number, said="call_noted", anchor="calls")
    return show(
        request, asked, "office/form.html", "advances" if "advance_no" in case else "queue",
        _("Call with a hospital: %(no)s") % {"no": number}, status=form.status, form=form, yes=_("Write it down"),
        back_url=reverse(back, args=[number]),
    )  # fmt: skip


def _options(asked: Asked, words: dict[Any, tuple[str, str]]) -> list[tuple[str, str]]:
    return [(code.value, asked.says(said)) for code, said in words.items()]


def _moment(form: Form) -> datetime | None:
    """When the call was; the minute under way counts as now, not as the future."""
    try:
        said = time.fromisoformat(form["called_at"])
    except ValueError:
        return None
    return datetime.combine(form["called_on"], said.replace(tzinfo=None), tzinfo=CHINA_TIME)


def _hospital_of(invoice: Any) -> str:
    stated = invoice.get("hospital") if isinstance(invoice, dict) else None
    return str(stated.get("name", "")) if isinstance(stated, dict) else ""
