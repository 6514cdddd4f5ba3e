"""Judging: the medical expert's opinion, the letter of guarantee within authority or by two, what ends without one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from hearth.desks.advances.checking import BEFORE_LETTER, agreed, foreseen, take_in
from hearth.desks.advances.faults import (
    AboveAuthority,
    NoOpinion,
    NotEligible,
    NothingProposed,
    NothingToPromise,
    OpinionWrong,
    SecondSignature,
    StillPossible,
)
from hearth.desks.advances.steps import advance_for, must_be, person_of, step
from hearth.desks.books import records
from hearth.desks.books.outlook import Look
from hearth.kernel.advances.eligibility import Check, cannot_be
from hearth.kernel.advances.guarantee import cap
from hearth.store.access import Who
from hearth.store.models import Advance, AdvanceOpinion, Guarantee, GuaranteeProposal, Person
from hearth.words.advances import DECLINE_REASONS, VERDICTS, AdvanceConsentOf, AdvanceState
from hearth.words.calendar import day_in_china
from hearth.words.claims import Role
from hearth.words.money import yuan

A = AdvanceState
SIGNING = (Role.CLAIM_EXPERT, Role.SENIOR_EXPERT, Role.REVIEWER)
LIVING = ("intended", "sent", "confirmed")
MOST_TEXT = 4_000


@transaction.atomic(durable=True)
def opine(
    by: Who,
    advance_no: str,
    *,
    at: datetime,
    verdict: str,
    reasons: str,
    reference: str,
    approved_fen: int | None = None,
) -> int:
    """A medical expert signs an opinion of the plan: necessary, partly (with the part that is), or not.

    A "not" while a letter holds leaves the letter as it is, and nothing more is promised; else a person declines.
    Gives:   the opinion's number
    Records: advance.opined.  Raises: NotThere, NotAllowed, AdvanceNotNow, OpinionWrong.
    """
    advance = advance_for(by, "opine", advance_no, at)
    must_be(advance, A.NECESSITY)
    if verdict not in VERDICTS:
        raise OpinionWrong(what="a verdict", what_zh="结论")
    if not reasons.strip():
        raise OpinionWrong(what="reasons", what_zh="理由")
    if not reference.strip():
        raise OpinionWrong(what="a guideline or source", what_zh="依据的指南或文献")
    if verdict == "partly" and not (approved_fen and 0 < approved_fen < advance.estimate_fen):
        raise OpinionWrong(what="the necessary part, below the estimate", what_zh="必要部分的金额（低于估算）")
    number = advance.opinions.count() + 1
    record = records.append(
        "advance.opined",
        _subject(advance),
        by=by,
        at=at,
        data={
            "number": number,
            "verdict": verdict,
            "estimate_fen": advance.estimate_fen,
            "approved_fen": approved_fen or 0,
            "reference": reference.strip()[:200],
        },
        sealed={"reasons": reasons.strip()[:MOST_TEXT]},
    )
    AdvanceOpinion.objects.create(
        advance=advance,
        number=number,
        verdict=verdict,
        approved_fen=approved_fen if verdict == "partly" else None,
        estimate_fen=advance.estimate_fen,
        reasons=reasons.strip()[:MOST_TEXT],
        reference=reference.strip()[:200],
        signed_by_id=person_of(by),
        signed_at=at,
        record=record,
    )
    if verdict != "not":
        step(advance, A.GUARANTEE, by=by, at=at, record=record)
    elif advance.cap_fen:
        advance.watches_cost = True
        step(advance, A.TRACKING, by=by, at=at, record=record)
    return number


@transaction.atomic(durable=True)
def guarantee(by: Who, advance_no: str, *, at: datetime, look: Look) -> bool:
    """Issue the letter within one's authority, or propose it to somebody with more.

    The limit is looked at while nobody else decides under the same contracts; from here on it is held back.
    Gives:   whether the letter was issued
    Records: advance.guaranteed, or advance.letter_proposed.
    Raises:  NotThere, NotAllowed, AdvanceNotNow, NoOpinion, NotEligible, NothingToPromise.
    """
    advance = advance_for(by, "guarantee", advance_no, at)
    must_be(advance, A.GUARANTEE)
    drawn = _drawn(advance, at, look)
    if drawn.cap_fen > by.authority(*SIGNING):
        if not advance.letters_proposed.filter(state="waiting").exists():
            GuaranteeProposal.objects.create(
                advance=advance, cap_fen=drawn.cap_fen, proposed_by_id=person_of(by), proposed_at=at
            )
            records.append("advance.letter_proposed", _subject(advance), by=by, at=at, data={"cap_fen": drawn.cap_fen})
        return False
    _issue(by, advance, drawn, at, first=person_of(by), second=None)
    return True


@transaction.atomic(durable=True)
def approve(by: Who, advance_no: str, *, at: datetime, look: Look) -> None:
    """A second person with the authority issues a letter that was proposed; it is reckoned anew.

    Records: advance.guaranteed.
    Raises:  NotThere, NotAllowed, AdvanceNotNow, NothingProposed, SecondSignature, AboveAuthority, NothingToPromise.
    """
    advance = advance_for(by, "approve", advance_no, at)
    must_be(advance, A.GUARANTEE)
    proposed = advance.letters_proposed.select_for_update().filter(state="waiting").first()
    if proposed is None:
        raise NothingProposed(advance_no=advance_no)
    if proposed.proposed_by_id == person_of(by):
        raise SecondSignature
    drawn = _drawn(advance, at, look)
    if drawn.cap_fen > by.authority(*SIGNING):
        raise AboveAuthority(amount=yuan(drawn.cap_fen))
    proposed.state, proposed.ended_at = "approved", at
    proposed.save(update_fields=["state", "ended_at"])
    _issue(by, advance, drawn, at, first=proposed.proposed_by_id, second=person_of(by))


@transaction.atomic(durable=True)
def decline(by: Who, advance_no: str, *, at: datetime, reason: str, words: str) -> None:
    """A person declines an advance, with the reason that stands against it; the right to claim stays.

    Records: advance.declined.  Raises: NotThere, NotAllowed, AdvanceNotNow, StillPossible.
    """
    advance = advance_for(by, "decline", advance_no, at)
    must_be(advance, A.ELIGIBILITY, A.NECESSITY, A.GUARANTEE)
    last = advance.opinions.order_by("-number").first()
    holds = {
        "NOT_ELIGIBLE": advance.state == A.ELIGIBILITY and bool(cannot_be(_kept(advance))),
        "NOT_NECESSARY": last is not None and last.verdict == "not" and not advance.cap_fen,
        "NO_LIMIT": advance.state == A.GUARANTEE and advance.limit_left_fen == 0,
    }
    if not holds.get(reason, False) or not words.strip():
        raise StillPossible(advance_no=advance_no)
    _end(by, advance, A.DECLINED, reason, words, at)


@transaction.atomic(durable=True)
def cancel(by: Who, advance_no: str, *, at: datetime, reason: str = "MEMBER", words: str = "") -> None:
    """Take a request back before any money moved.

    Records: advance.cancelled.  Raises: NotThere, NotAllowed, AdvanceNotNow.
    """
    advance = advance_for(by, "cancel", advance_no, at)
    if advance.state == A.CANCELLED:
        return
    must_be(advance, *BEFORE_LETTER, A.PAYING)
    if advance.instalments.filter(state__in=LIVING).exists():
        must_be(advance)
    if reason not in DECLINE_REASONS:
        raise StillPossible(advance_no=advance_no)
    _end(by, advance, A.CANCELLED, reason, words, at)


def _end(by: Who, advance: Advance, to: AdvanceState, reason: str, words: str, at: datetime) -> None:
    advance.reason, advance.words = reason, words.strip()[:MOST_TEXT]
    advance.letters_proposed.filter(state="waiting").update(state="overtaken", ended_at=at)
    if advance.cap_fen:
        advance.guarantees.filter(ended_at__isnull=True).update(ended_at=at)
        advance.cap_fen = 0
    record = records.append(
        f"advance.{to.value}", _subject(advance), by=by, at=at, data={"reason": reason}, sealed={"words": advance.words}
    )
    step(advance, to, by=by, at=at, record=record)


def _drawn(advance: Advance, at: datetime, look: Look) -> Guarantee:
    """The letter as it would be now, not saved."""
    opinion = advance.opinions.order_by("-number").first()
    if opinion is None or opinion.verdict == "not":
        raise NoOpinion(advance_no=advance.advance_no)
    missing = frozenset(AdvanceConsentOf) - agreed(advance)
    if missing:
        raise NotEligible(
            advance_no=advance.advance_no, why="something is not agreed to any more", why_zh="有授权已撤回或未给出"
        )
    assert advance.policy_id is not None
    seen = foreseen(advance, advance.policy_id, at, look)
    found = cap(seen.limit_left_fen, opinion.estimate_fen, seen.share_bp, opinion.approved_fen)
    # What was paid stays promised.
    paid = advance.instalments.filter(state__in=LIVING).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    fen = max(found.fen, paid)
    take_in(advance, seen)
    if fen <= 0 or fen > min(seen.limit_left_fen, opinion.estimate_fen):
        raise NothingToPromise(
            advance_no=advance.advance_no, left=yuan(seen.limit_left_fen), estimate=yuan(opinion.estimate_fen)
        )
    return Guarantee(
        advance=advance,
        opinion=opinion,
        cap_fen=fen,
        bound=found.bound if fen == found.fen else "paid",
        estimate_fen=opinion.estimate_fen,
        limit_left_fen=seen.limit_left_fen,
        expected_fen=seen.expected_fen,
        share_bp=seen.share_bp,
        valid_until=day_in_china(at) + timedelta(days=seen.valid_days),
        reserved=list(seen.reserved),
    )


def _issue(by: Who, advance: Advance, drawn: Guarantee, at: datetime, *, first: int, second: int | None) -> None:
    advance.guarantees.filter(ended_at__isnull=True).update(ended_at=at)
    drawn.number = advance.guarantees.count() + 1
    drawn.issued_by_id, drawn.approved_by_id = first, second
    drawn.authority_fen, drawn.issued_at = by.authority(*SIGNING), at
    hospital = advance.hospital
    patient = Person.objects.get(pk=advance.person_id)
    drawn.record = records.append(
        "advance.guaranteed",
        _subject(advance),
        by=by,
        at=at,
        data={
            "number": drawn.number,
            "amount_fen": drawn.cap_fen,
            "hospital": hospital.code if hospital else "",
            "policy": advance.policy.policy_no if advance.policy else "",
            "valid_until": drawn.valid_until.isoformat(),
            "opinion": drawn.opinion.number,
        },
        sealed={"insured": patient.full_name},
    )
    drawn.save()
    advance.cap_fen = drawn.cap_fen
    step(advance, A.PAYING, by=by, at=at, record=drawn.record)


def _kept(advance: Advance) -> list[Check]:
    return [Check(one["code"], one["result"], one["clause"], one["detail"]) for one in advance.checks]


def _subject(advance: Advance) -> str:
    return f"advance:{advance.advance_no}"
