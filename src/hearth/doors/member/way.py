"""Way: where a claim stands on its eight steps, whose turn it is, what comes next and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.doors.member.page import Ask
from hearth.doors.member.saying import day, iso, moment
from hearth.kernel.promises.limit import limit
from hearth.store.access.claims import ClaimRow
from hearth.store.access.claims_case import CaseFile, DeadlineRow
from hearth.store.access.claims_track import TrackStep
from hearth.words.calendar import day_in_china
from hearth.words.claims import OUTCOME_WORDS, STATE_WORDS, STEPS, ClaimState, Outcome, Step
from hearth.words.limits import CALENDAR_NOTES, WAITED_FOR, limit_name, limit_sentence
from hearth.words.money import yuan

S = ClaimState
YOURS = (S.DRAFT, S.REPORTED, S.SUPPLEMENT, S.RETURNED)
"""States in which the reader has something to do, whatever was decided."""
UNDER_WAY = (S.SUBMITTED, S.ACCEPTED, S.REVIEW, S.CALCULATED)
"""States in which the insurer works and a decision is expected."""

SOON_DAYS = 2
TOLD = ("P_ACCEPT", "P_DECIDE", "L1", "P_PAY", "L2", "L3")
"""Limits that a member is told of, the nearer ones first."""


@dataclass(frozen=True)
class Next:
    """What the reader does next: words and address."""

    says: str
    url: str
    urgency: int


def next_of(row: ClaimRow) -> Next | None:
    """The one thing that waits for the reader; None where it is the insurer's turn."""
    number = {"claim_no": row.claim_no}
    match row.state:
        case S.RETURNED:
            return Next(_("Correct the account"), reverse("member-correct", kwargs=number), 0)
        case S.SUPPLEMENT:
            return Next(_("Add the papers asked for"), reverse("member-supplement", kwargs=number), 1)
        case S.DECIDED if row.paid_out_fen > 0 and not row.is_disputed:
            return Next(_("Read the decision and agree"), reverse("member-decision", kwargs=number), 2)
        case S.DECIDED:
            return Next(_("Read the decision"), reverse("member-decision", kwargs=number), 3)
        case S.REPORTED:
            return Next(_("Add papers and send"), reverse("member-fill", kwargs=number), 4)
        case S.DRAFT:
            return Next(_("Go on with the report"), reverse("member-fill", kwargs=number), 5)
    return None


def is_yours(row: ClaimRow) -> bool:
    """Whether it is the reader's turn."""
    return row.state in YOURS or (row.state == S.DECIDED and row.paid_out_fen > 0 and not row.is_disputed)


def chip(row: ClaimRow, lang: str) -> dict[str, str]:
    """The state of a claim in one word."""
    at = 0 if lang == "zh" else 1
    state = STATE_WORDS[row.state][at]
    if row.outcome == Outcome.REFUSED and row.state in (S.DECIDED, S.CLOSED):
        return {"says": OUTCOME_WORDS[Outcome.REFUSED][at], "kind": "ink"}
    if is_yours(row):
        return {"says": _("Your turn"), "kind": "next"}
    if row.state in (S.PAID, S.CLOSED):
        return {"says": state, "kind": "done"}
    return {"says": state, "kind": "plain" if row.state == S.WITHDRAWN else "waits"}


def small(row: ClaimRow) -> list[dict[str, str]]:
    """The eight steps of a claim in a list, as a short bar."""
    order = list(Step)
    now = order.index(row.step)
    over = row.state in (S.PAID, S.CLOSED)
    steps = []
    for number, step in enumerate(order):
        if row.state == S.WITHDRAWN:
            state = "skipped"
        elif number < now or (over and number == now):
            state = "done"
        elif number == now:
            state = "waiting" if is_yours(row) else "now"
        else:
            state = "todo"
        steps.append({"code": step.value, "state": state})
    return steps


def card(ask: Ask, row: ClaimRow) -> dict[str, Any]:
    """A claim in a list (pieces/card.html)."""
    words = STEPS[row.step]
    whose = _("Me") if row.person_id == ask.person_id else row.person_name
    next_ = next_of(row)
    about = [row.claim_no]
    if row.event_on is not None:
        about.append(day(row.event_on, ask.lang))
    elif row.reported_at is not None:
        about.append(_("reported %(day)s") % {"day": day(day_in_china(row.reported_at), ask.lang)})
    if row.expected_on is not None and row.state in UNDER_WAY:
        about.append(_("expected by %(day)s") % {"day": day(row.expected_on, ask.lang)})
    shown: dict[str, Any] = {
        "url": reverse("member-claim", kwargs={"claim_no": row.claim_no}),
        "title": whose,
        "says": " · ".join(about),
        "chip": chip(row, ask.lang),
        "next": next_.says if next_ is not None else "",
        "amount": _amount(row),
    }
    if row.state not in (S.CLOSED, S.WITHDRAWN, S.PAID):
        shown |= {
            "track": {"steps": small(row)},
            "number": list(Step).index(row.step) + 1,
            "name": words.zh if ask.lang == "zh" else words.en,
        }
    if row.state == S.DRAFT:
        shown["url"] = reverse("member-fill", kwargs={"claim_no": row.claim_no})
    return shown


def _amount(row: ClaimRow) -> str:
    paid = row.state in (S.DECIDED, S.AGREED, S.PAID, S.CLOSED, S.RETURNED)
    return yuan(row.paid_out_fen) if paid and row.outcome and row.outcome != Outcome.REFUSED else ""


# --- the eight steps of one claim ------------------------------------------------------------------------------------


def track(ask: Ask, held: CaseFile) -> dict[str, Any]:
    """The way of one claim (pieces/track.html)."""
    return {"steps": [_step(ask, held, one) for one in held.track]}


def _step(ask: Ask, held: CaseFile, one: TrackStep) -> dict[str, Any]:
    zh = ask.lang == "zh"
    yours = one.state == "now" and is_yours(held.row)
    state = {"done": "done", "now": "waiting" if yours else "now", "to_come": "todo", "skipped": "skipped"}[one.state]
    when, when_iso = "", ""
    if one.done_at is not None:
        when, when_iso = moment(one.done_at, ask.lang), iso(one.done_at)
    elif one.state == "now" and one.entered_at is not None:
        when, when_iso = _("since %(at)s") % {"at": moment(one.entered_at, ask.lang)}, iso(one.entered_at)
    elif one.state == "skipped":
        when = one.note_zh if zh else one.note_en
    elif by := expected_by(held, one, ask.today):
        when, when_iso = _("expected by %(day)s") % {"day": day(by, ask.lang)}, iso(by)
    return {
        "code": one.step.value,
        "name": one.words.zh if zh else one.words.en,
        "state": state,
        "when": when,
        "when_iso": when_iso,
        "says": says(held, one, ask.lang) if one.state == "now" else "",
        "owner": (one.words.owner_zh if zh else one.words.owner_en) if one.state == "now" else "",
        "yours": yours,
    }


def says(held: CaseFile, one: TrackStep, lang: str) -> str:
    """What happens in the step under way: what the last step told, else what the step is."""
    last = held.steps[-1] if held.steps else None
    told = (last.zh if lang == "zh" else last.en) if last is not None else ""
    return told or (one.words.what_zh if lang == "zh" else one.words.what_en)


def expected_by(held: CaseFile, one: TrackStep, today: date) -> date | None:
    """The day by which a step to come is expected to be over: of the decision and of the payment.

    A decision is never told for later than the payment that follows it.
    """
    paid = held.row.expected_on if held.row.state in UNDER_WAY else None
    if one.step is Step.PAID:
        return paid
    if one.step is not Step.DECIDED:
        return None
    decided = decided_by(held)
    return paid if paid is not None and decided is not None and today <= paid < decided else decided


def decided_by(held: CaseFile) -> date | None:
    """The day by which a decision is expected: what was promised, else what the law allows."""
    for code in ("P_DECIDE", "L1"):
        found = living(held, code)
        if found is not None and found.due_at is not None:
            return found.target_on or last_day(found.due_at)
    return None


def living(held: CaseFile, code: str) -> DeadlineRow | None:
    """A limit of a claim that runs or stands still."""
    return next((one for one in held.deadlines if one.code == code and one.state in ("running", "paused")), None)


def last_day(due_at: datetime) -> date:
    """The last day of a limit whose first moment too late is `due_at`."""
    return day_in_china(due_at - timedelta(microseconds=1))


def clocks(ask: Ask, held: CaseFile) -> list[dict[str, Any]]:
    """The limits that the reader is told of: the promised ones and the law's (pieces/clock.html)."""
    return [_clock(ask, found) for code in TOLD if (found := living(held, code)) is not None]


def _clock(ask: Ask, one: DeadlineRow) -> dict[str, Any]:
    rule = limit(one.code, day_in_china(one.started_at))
    at = 0 if ask.lang == "zh" else 1
    until: date | None = None
    if one.state == "paused" or one.due_at is None:
        state, left = "paused", CALENDAR_NOTES["PAUSED"][at]
    else:
        until = last_day(one.due_at)
        days = (until - ask.today).days
        if one.due_at <= ask.at:
            state, left = "late", _("late; we are chasing it")
        else:
            state = "soon" if days <= SOON_DAYS else "open"
            left = (
                _("today")
                if days == 0
                else ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}
            )
    return {
        "name": limit_name(one.code, ask.lang),
        "says": limit_sentence(one.code, rule.amount, ask.lang),
        "note": CALENDAR_NOTES["PROVISIONAL"][at] if one.is_provisional else "",
        "state": state,
        "left": left,
        "who": WAITED_FOR["customer" if state == "paused" else rule.waits_for][at],
        "until": day(until, ask.lang),
        "until_iso": iso(until),
        "basis": limit_name(one.code, ask.lang),
    }
