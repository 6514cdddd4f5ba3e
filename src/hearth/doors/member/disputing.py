"""Disputing: a decision disputed, followed through its tiers, written about, passed on, settled; the ways outside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import disputes as desk
from hearth.doors.member import papers
from hearth.doors.member.boxes import Box, box, card, cards, choice, problems_of
from hearth.doors.member.claim import MOST_TEXT, held_of
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.saying import day, iso, moment, product
from hearth.doors.office.explore.clauses import Clauses
from hearth.kernel.promises.limit import limit
from hearth.store.access import NotThere
from hearth.store.access.claims_case import CaseFile
from hearth.store.access.disputes import DisputeClockRow, DisputeEventRow, DisputeFile, dispute_file, disputes_of
from hearth.store.shelf import wording
from hearth.words.calendar import day_in_china
from hearth.words.days import add_months
from hearth.words.disputes import (
    DISPUTE_EVENTS,
    DISPUTE_REASONS,
    DISPUTE_STATES,
    NEXT_TIER,
    TIERS,
    VERDICT_WORDS,
    DisputeState,
)
from hearth.words.faults import Fault
from hearth.words.limits import limit_name, limit_sentence
from hearth.words.money import yuan

D = DisputeState
KINDS = {D.CHANGED: "done", D.SOLVED: "done", D.UPHELD: "ink", D.WITHDRAWN: "plain"}
COURT_MONTHS = 24


@page
def dispute(ask: Ask, claim_no: str) -> HttpResponse:
    """Say what is wrong with a decision, what happens then, and the ways outside."""
    held = held_of(ask, claim_no)
    if held.decision is None:
        raise NotThere(kind="decision", key=claim_no)
    before = disputes_of(ask.by, claim_no, ask.at)
    if before and before[0].is_open and not ask.is_post:
        return go("member-dispute-case", dispute_no=before[0].dispute_no)
    reason, why = ask.typed("reason"), ask.typed("why", MOST_TEXT + 1)
    fields = _fields(ask, reason, why)
    wrong = ""
    if ask.is_post:
        fields = _fields(ask, reason, why, is_sent=True)
        if not problems_of(fields):
            try:
                number = desk.dispute(ask.by, claim_no, at=ask.at, reason=reason, words=why)
                return go("member-dispute-case", dispute_no=number, told="disputed")
            except Fault as fault:
                wrong = fault.code
                ask.wrong(fault)
    return shown(
        ask,
        "dispute",
        title=_("Dispute the decision"),
        section="claims",
        back_url=reverse("member-decision", kwargs={"claim_no": claim_no}),
        reasons=fields[0],
        field=fields[1],
        problems=problems_of(fields),
        tiers=[_tier(ask, number, 0) for number in TIERS],
        earlier=[
            {"no": one.dispute_no, "says": DISPUTE_STATES[one.state][_at(ask)], "on": day(day_in_china(one.opened_at),
             ask.lang)}
            for one in before
        ],
        **outside(ask, held),
        status=422 if wrong or problems_of(fields) else 200,
    )  # fmt: skip


def _fields(ask: Ask, reason: str, why: str, *, is_sent: bool = False) -> tuple[Box, Box]:
    return (
        cards(
            "reason",
            _("What is wrong?"),
            [card(key, said[_at(ask)], chosen=key == reason) for key, said in DISPUTE_REASONS.items()],
            error=_("Please choose what is wrong.") if is_sent and reason not in DISPUTE_REASONS else "",
        ),
        box(
            "why", _("In your words"), why, "area", rows=5, maxlength=MOST_TEXT,
            error=_("Say in a few words what you think is wrong.") if is_sent and not why.strip() else "",
            hint=_("Name the line, the amount or the clause. Medical evidence may change the decision; you can add it "
                   "on the next page."),
        ),
    )  # fmt: skip


@page
def case(ask: Ask, dispute_no: str) -> HttpResponse:
    """One dispute: who has it, until when, what was said; the opinion; what one can do now."""
    file = dispute_file(ask.by, dispute_no, ask.at)
    error, at_field, typed = "", "", ""
    if ask.is_post:
        at_field = ask.typed("do")
        typed = ask.typed("words", MOST_TEXT + 1)
        try:
            _did(ask, dispute_no, at_field, typed)
            return go("member-dispute-case", dispute_no=dispute_no, told=f"dispute-{at_field}", at="said")
        except Fault as fault:
            error = fault.sentence(ask.lang)
            ask.wrong(fault)
    return _shown(ask, file, error, at_field, typed)


def _did(ask: Ask, dispute_no: str, what: str, words: str) -> None:
    match what:
        case "say":
            desk.say(ask.by, dispute_no, at=ask.at, words=words)
        case "evidence":
            desk.add_evidence(ask.by, dispute_no, at=ask.at, paper_id=ask.number("paper") or 0, words=words)
        case "up":
            desk.move_up(ask.by, dispute_no, at=ask.at, words=words)
        case "settle":
            desk.settle(ask.by, dispute_no, at=ask.at)
        case "back":
            desk.take_back(ask.by, dispute_no, at=ask.at)
        case _:
            raise NotThere(kind="dispute", key=dispute_no)


def _shown(ask: Ask, file: DisputeFile, error: str, at_field: str, typed: str) -> HttpResponse:
    row = file.row
    held = held_of(ask, row.claim_no)
    next_tier = NEXT_TIER.get(row.state)
    left = [one for one in file.papers if one.paper_id not in file.evidence]
    say = box("words", _("Write about your dispute"), typed if at_field == "say" else "", "area", rows=3, id="f-say",
              maxlength=MOST_TEXT, error=error if at_field == "say" else "")  # fmt: skip
    up = box("words", _("Why are you not satisfied?"), typed if at_field == "up" else "", "area", rows=3, id="f-up",
             maxlength=MOST_TEXT, error=error if at_field == "up" else "")  # fmt: skip
    return shown(
        ask,
        "dispute-case",
        title=_("Your dispute"),
        section="claims",
        back_url=reverse("member-claim", kwargs={"claim_no": row.claim_no}),
        back_says=_("The claim"),
        row=row,
        about=f"{row.dispute_no} · {DISPUTE_REASONS[row.reason][_at(ask)]}",
        state=DISPUTE_STATES[row.state][_at(ask)],
        state_kind=KINDS.get(row.state, "waits"),
        track={"steps": [_tier(ask, number, row.tier, file) for number in TIERS]},
        clocks=[_clock(ask, one) for one in file.clocks if one.state == "running"],
        now=_now(ask, file),
        paid=_paid(held, ask, file),
        opinion=_opinion(ask, file),
        outcome=_outcome(file),
        messages=[_line(ask, row.claim_no, one) for one in file.events],
        say=say if row.is_open else None,
        up=up if next_tier is not None else None,
        up_name=("" if next_tier is None else _tier(ask, row.tier + 1, 0)["name"]),
        up_says=("" if next_tier is None else _tier(ask, row.tier + 1, 0)["says"]),
        may_settle=row.state in (D.TRIAGE, D.EXPERT) and row.answered_at is not None,
        may_take_back=row.state in (D.TRIAGE, D.EXPERT, D.SENIOR),
        may_again=not row.is_open and held.row.outcome != "",
        evidence=choice(
            "paper", _("A paper of the claim"),
            [(str(one.paper_id), f"{papers.name_of(one.kind, ask.lang)} · {one.name}") for one in left],
        ) if row.state in (D.TRIAGE, D.EXPERT, D.SENIOR) and left else None,
        may_evidence=row.state in (D.TRIAGE, D.EXPERT, D.SENIOR),
        status=422 if error else 200,
        **outside(ask, held),
    )  # fmt: skip


def _now(ask: Ask, file: DisputeFile) -> str:
    row = file.row
    who = TIERS[row.tier].zh if ask.lang == "zh" else TIERS[row.tier].en
    if row.state in (D.TRIAGE, D.EXPERT) and row.answered_at is not None:
        return _("There is an answer. Say whether it is enough; after seven days without a word from you it counts as "
                 "enough, and you may dispute again.")  # fmt: skip
    if row.state is D.REDECIDING:
        return _("The decision is made anew, by somebody who did not make the first one. What it adds is paid to you.")
    if row.state is D.SENIOR and row.reviewer:
        return _("%(who)s looks at it: %(name)s, who never had to do with this claim.") % {
            "who": who, "name": row.reviewer,
        }  # fmt: skip
    if row.is_open:
        return _("Now with: %(who)s") % {"who": who + (f" {row.holder}" if row.holder else "")}
    return ""


def _paid(held: CaseFile, ask: Ask, file: DisputeFile) -> str:
    amount = file.first.paid_out_fen
    if not file.row.is_open or amount == 0:
        return ""
    if held.account is None:
        return _("%(amount)s yuan are not disputed. Name an account and they are paid at once.") % {
            "amount": yuan(amount)
        }
    return _("%(amount)s yuan are not disputed and are paid at once; taking them is no agreement with the rest.") % {
        "amount": yuan(amount)
    }


def _opinion(ask: Ask, file: DisputeFile) -> dict[str, Any] | None:
    found = file.opinion
    if found is None:
        return None
    chips = Clauses(ask.lang, frozenset())
    clauses = [
        {"product": product(code, ask.lang), "view": chips.view(code, found.clause)}
        for code in file.products
        if _has(code, found.clause)
    ]
    return {
        "verdict": VERDICT_WORDS[found.verdict][_at(ask)],
        "reasons": found.reasons,
        "clauses": clauses,
        "by": found.signed_by,
        "at": moment(found.signed_at, ask.lang),
    }


def _has(code: str, clause: str) -> bool:
    try:
        return clause in wording(code).clauses
    except Fault:
        return False


def _outcome(file: DisputeFile) -> list[tuple[str, str]]:
    if file.second is None:
        return []
    return [
        (_("First decision"), _("%(amount)s yuan") % {"amount": yuan(file.first.paid_out_fen)}),
        (_("Second decision"), _("%(amount)s yuan") % {"amount": yuan(file.second.paid_out_fen)}),
        (_("What the dispute changed"), _("%(amount)s yuan") % {"amount": yuan(file.row.changed_fen)}),
    ]


def _tier(ask: Ask, number: int, reached: int, file: DisputeFile | None = None) -> dict[str, Any]:
    words = TIERS[number]
    zh = ask.lang == "zh"
    state, when = "todo", ""
    if file is not None:
        is_here = number == reached
        state = "done" if number < reached or (is_here and not file.row.is_open) else "now" if is_here else "todo"
        if number > reached and not file.row.is_open:
            state = "skipped"
        first = next((one for one in file.events if one.tier == number), None)
        when = moment(first.at, ask.lang) if first is not None else ""
    return {
        "code": str(number),
        "name": words.zh if zh else words.en,
        "says": words.what_zh if zh else words.what_en,
        "state": state,
        "when": when,
        "limits": [] if file is not None else [_promise(ask, code) for code in TIER_LIMITS[number]],
    }


TIER_LIMITS = {1: ("P_DISPUTE_ANSWER", "P_DISPUTE_ROUTE"), 2: ("P_DISPUTE_EXPERT",), 3: ("P_DISPUTE_SENIOR",)}


def _promise(ask: Ask, code: str) -> str:
    return limit_sentence(code, limit(code, ask.today).amount, ask.lang)


def _clock(ask: Ask, one: DisputeClockRow) -> dict[str, Any]:
    is_late = one.due_at <= ask.at
    return {
        "state": "late" if is_late else "open",
        "left": _("late; we are chasing it") if is_late else _("until %(at)s") % {"at": moment(one.due_at, ask.lang)},
        "until_iso": iso(one.due_at),
        "says": limit_sentence(one.code, limit(one.code, day_in_china(one.started_at)).amount, ask.lang),
        "basis": limit_name(one.code, ask.lang),
    }


def _line(ask: Ask, claim_no: str, one: DisputeEventRow) -> dict[str, Any]:
    said = DISPUTE_EVENTS[one.what][_at(ask)]
    if one.what == "moved":
        tier = TIERS[one.tier].zh if ask.lang == "zh" else TIERS[one.tier].en
        said = f"{said}: {tier}"
    if one.what == "ended":
        said = DISPUTE_STATES[one.to_state][_at(ask)]
    return {
        "id": "",
        "who": one.by or _("Hearth"),
        "role": said,
        "text": one.words,
        "at": moment(one.at, ask.lang),
        "at_iso": iso(one.at),
        "mine": one.by_id == ask.person_id,
        "papers": [
            (
                papers.name_of(one.paper_kind, ask.lang),
                reverse("member-paper", kwargs={"claim_no": claim_no, "paper_id": one.paper_id}),
            )
        ]
        if one.paper_id is not None
        else [],
    }


def outside(ask: Ask, held: CaseFile) -> dict[str, Any]:
    """What the ways outside are shown with: the last day for court, counted from the event."""
    return {"claim_no": held.row.claim_no, "court_until": court_until(ask, held.row.event_on)}


def court_until(ask: Ask, event_on: Any) -> str:
    """The day by which court or arbitration is called upon where the member knew at once (Insurance Law art. 26)."""
    if event_on is None:
        return ""
    on = event_on.date() if isinstance(event_on, datetime) else event_on
    return day(add_months(on, COURT_MONTHS), ask.lang)


def _at(ask: Ask) -> int:
    return 0 if ask.lang == "zh" else 1
