"""Claim: one claim of the reader: its way, whose turn it is, by when, the thread, the papers, the receipts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.claims import agreeing
from hearth.doors.member import originals, receipts, standing, thread, way
from hearth.doors.member.boxes import box
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.paper_cards import Here
from hearth.doors.member.saying import day, iso, moment, product
from hearth.kernel.proof.receipt import KINDS
from hearth.store.access import logs
from hearth.store.access.claims_case import CaseFile, one_claim
from hearth.store.access.disputes import disputes_of
from hearth.store.access.interest import InterestRow, interest_of
from hearth.store.access.money import PaymentRow, payments_of
from hearth.words.claims import OUTCOME_WORDS, ClaimState, Outcome
from hearth.words.faults import Fault
from hearth.words.money import yuan

S = ClaimState
DECIDED = (S.DECIDED, S.AGREED, S.PAID, S.RETURNED, S.CLOSED)
"""States in which a decision stands."""

WITHDRAWABLE = (S.DRAFT, S.REPORTED, S.SUBMITTED, S.ACCEPTED, S.SUPPLEMENT, S.REVIEW, S.CALCULATED, S.DECIDED)
RECEIPTS = tuple(kind for kinds in KINDS.values() for kind in kinds if kind != "claim.paid")
MOST_TEXT = 4_000


def held_of(ask: Ask, claim_no: str) -> CaseFile:
    """The claim, as the reader may see it."""
    return one_claim(ask.by, claim_no, ask.at, purpose="claim")


def title(ask: Ask, held: CaseFile) -> str:
    """Whose claim it is."""
    if held.person.person_id == ask.person_id:
        return _("My claim")
    return _("Claim for %(name)s") % {"name": held.person.full_name}


@page
def claim(ask: Ask, claim_no: str) -> HttpResponse:
    """Where a claim stands: one figure, one thing to do, the eight steps with their days."""
    held = held_of(ask, claim_no)
    row = held.row
    if row.state == S.DRAFT:
        return go("member-fill", claim_no=claim_no)
    next_ = way.next_of(row)
    here = Here(ask, held)
    return shown(
        ask,
        "claim",
        title=title(ask, held),
        section="claims",
        back_url=reverse("member-claims"),
        back_says=_("Claims"),
        held=held,
        row=row,
        about=about(ask, held),
        headline=headline(ask, held),
        next=next_,
        track=way.track(ask, held),
        clocks=way.clocks(ask, held),
        waits=waits(held, ask.lang),
        standing=standing.standing(ask, held),
        events=events(ask, held),
        **thread.on_claim(ask, held),
        originals=originals.on_claim(ask, held),
        message=box("text", _("Write to your steward"), "", "area", rows=3, maxlength=MOST_TEXT, must=False),
        papers=[here.card(one, removable=False) for one in held.papers],
        payments=payments(ask, claim_no),
        receipts=receipts_of(ask, claim_no),
        policies=[
            (f"{product(one.product, ask.lang)} {one.policy_no}", _("first") if place == 0 else "")
            for place, one in enumerate(held.policies)
        ],
        may_withdraw=row.state in WITHDRAWABLE,
        may_dispute=row.state in DECIDED and row.outcome != "" and not row.is_disputed,
        has_decision=held.decision is not None,
        last_dispute=next(iter(disputes_of(ask.by, claim_no, ask.at)), None),
        reopened=row.reopened_count > 0 and row.state not in DECIDED,
    )


def about(ask: Ask, held: CaseFile) -> str:
    """What a claim is about, in a line."""
    parts = [held.row.claim_no]
    if held.row.event_on is not None:
        parts.append(_("treated from %(day)s") % {"day": day(held.row.event_on, ask.lang)})
    return " · ".join(parts)


def headline(ask: Ask, held: CaseFile) -> dict[str, Any] | None:
    """The one figure of a decided claim; a refusal has none: it is told in words."""
    decision = held.decision
    if decision is None or held.row.state not in DECIDED:
        return None
    if decision.outcome == Outcome.REFUSED:
        return {"refused": OUTCOME_WORDS[Outcome.REFUSED][0 if ask.lang == "zh" else 1]}
    name = {
        S.PAID: _("Paid"),
        S.CLOSED: _("Paid") if decision.paid_out_fen else _("Nothing to pay"),
        S.AGREED: _("On its way to you"),
        S.RETURNED: _("Came back to us"),
    }.get(held.row.state, _("Decided"))
    return {"name": name, "amount": yuan(decision.paid_out_fen), "kind": "" if decision.paid_out_fen else "none"}


def waits(held: CaseFile, lang: str) -> str:
    """Who is being waited for, in words."""
    if way.is_yours(held.row):
        return _("Waiting for you")
    if held.row.state in (S.CLOSED, S.WITHDRAWN, S.PAID):
        return ""
    step = next((one for one in held.track if one.state == "now"), None)
    if step is None:
        return ""
    return _("With %(owner)s") % {"owner": step.words.owner_zh if lang == "zh" else step.words.owner_en}


def events(ask: Ask, held: CaseFile) -> list[dict[str, Any]]:
    """Everything that happened, newest first."""
    return [
        {"at": moment(one.at, ask.lang), "at_iso": iso(one.at), "says": one.zh if ask.lang == "zh" else one.en}
        for one in reversed(held.steps)
        if one.zh
    ]


def payments(ask: Ask, claim_no: str) -> list[dict[str, Any]]:
    """What was paid, each interest with what it was worked out from."""
    interest = {one.payment_id: one for one in interest_of(ask.by, claim_no, ask.at)}
    return [payment(ask, one, interest.get(one.id)) for one in payments_of(ask.by, claim_no, ask.at)]


def payment(ask: Ask, one: PaymentRow, interest: InterestRow | None = None) -> dict[str, Any]:
    """A payment in words: what, how much, where to, what became of it."""
    state = {
        "intended": _("being sent"),
        "sent": _("with the bank"),
        "confirmed": _("arrived"),
        "failed": _("refused by the bank"),
        "returned": _("sent back by the bank"),
    }.get(one.state, one.state)
    kind = {"confirmed": "done", "failed": "ink", "returned": "ink"}.get(one.state, "waits")
    at = one.settled_at or one.sent_at or one.intended_at
    return {
        "name": _("Interest for late payment") if one.what == "interest" else _("Benefit"),
        "why": ""
        if interest is None
        else _(
            "%(amount)s yuan arrived %(days)s days after the last day; %(rate)s%% a year (Insurance Law art. 23; the "
            "rate is set by the company)."
        )
        % {
            "amount": yuan(interest.on_fen),
            "days": interest.days,
            "rate": f"{interest.rate_bp // 100}.{interest.rate_bp % 100:02d}".rstrip("0").rstrip("."),
        },
        "amount": yuan(one.amount_fen),
        "state": {"says": state, "kind": kind},
        "to": f"{one.bank} ···· {one.account_tail}",
        "at": moment(at, ask.lang),
        "at_iso": iso(at),
    }


def receipts_of(ask: Ask, claim_no: str) -> list[dict[str, Any]]:
    """The receipts that the reader may save of a claim."""
    rows = logs.records_with_receipts(ask.by, f"claim:{claim_no}", RECEIPTS, ask.at)
    return [receipts.box_of(ask, row) for row in rows]


@page
def withdraw(ask: Ask, claim_no: str) -> HttpResponse:
    """Ask once more, then take the claim back."""
    held = held_of(ask, claim_no)
    back = reverse("member-claim", kwargs={"claim_no": claim_no})
    if ask.is_post:
        try:
            agreeing.withdraw(ask.by, claim_no, at=ask.at)
            return go("member-claims" if held.row.state == S.DRAFT else "member-claim",
                      **({} if held.row.state == S.DRAFT else {"claim_no": claim_no}), told="withdrawn")  # fmt: skip
        except Fault as fault:
            ask.wrong(fault)
    return shown(
        ask,
        "confirm",
        title=_("Withdraw this claim?"),
        section="claims",
        back_url=back,
        status=409 if ask.is_post else 200,
        confirm={
            "id": "withdraw",
            "title": _("Withdraw claim %(no)s?") % {"no": claim_no},
            "says": _("Nothing is paid then. You lose no right: you may claim again later with the same papers."),
            "facts": [(_("Claim"), claim_no), (_("For"), held.person.full_name)],
            "url": ask.request.path,
            "yes": _("Withdraw it"),
            "no": _("Go on with it"),
            "back_url": back,
        },
    )
