"""Reviewing: whether the policies cover it: begun, single lines looked at, notes written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hearth.desks.books import clocks, records
from hearth.desks.claims import facts as stated_facts
from hearth.desks.claims.faults import FactsWrong, TooMuch
from hearth.desks.claims.steps import claim_for, must_be, person_of, step
from hearth.store.access import NotThere, Who
from hearth.store.models import Claim, ClaimNote
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from hearth.words.money import fen_from_yuan, yuan

S = ClaimState
MOST_TEXT = 4_000
MOST_KNOWN = 50
IN_REVIEW = (S.ACCEPTED, S.REVIEW, S.CALCULATED)


@transaction.atomic(durable=True)
def begin_review(by: Who, claim_no: str, *, at: datetime) -> None:
    """Take an accepted claim, whose file is complete, into review.

    Records:  claim.review_begun.  Raises: NotThere, NotAllowed, NotNow.
    """
    claim = claim_for(by, "review", claim_no, at)
    if claim.state == S.REVIEW:
        return
    must_be(claim, S.ACCEPTED)
    review_begun(by, claim, at)


def review_begun(by: Who, claim: Claim, at: datetime) -> None:
    """An accepted claim goes to review, in the transaction under way."""
    if claim.assessor_id is None and by.person_id is not None:
        claim.assessor_id = by.person_id
    record = records.append(
        "claim.review_begun", f"claim:{claim.claim_no}", by=by, at=at, data={"for_person": claim.for_person}
    )
    step(claim, S.REVIEW, by=by, at=at, record=record, visible="review_begun")


@transaction.atomic(durable=True)
def write_note(by: Who, claim_no: str, text: str, *, at: datetime) -> int:
    """Write a note for colleagues; the member does not see it.  Raises: NotThere, NotAllowed, TooMuch."""
    return _note(claim_for(by, "note", claim_no, at), by, at, text).pk


@transaction.atomic(durable=True)
def mark_line(
    by: Who,
    claim_no: str,
    invoice: int,
    line: int,
    *,
    at: datetime,
    disputed: bool = False,
    not_necessary: str = "",
    why: str,
) -> None:
    """Say of one line that it is not yet accepted, or which part of it was not reasonable or necessary, and why.

    Needs:   numbers of the invoice and the line, from 1; `not_necessary` in yuan, at most the line's amount
    Gives:   nothing; a claim that was calculated goes back to review
    Records:  claim.edited.  Raises: NotThere, NotAllowed, NotNow, FactsWrong, TooMuch.
    """
    claim = claim_for(by, "review", claim_no, at)
    must_be(claim, *IN_REVIEW)
    try:
        stated = claim.facts["invoices"][invoice - 1]["lines"][line - 1]
    except (KeyError, IndexError):
        raise NotThere(kind="line", key=f"{invoice}/{line}") from None
    mark: dict[str, Any] = {"invoice": invoice, "line": line, "amount": stated.get("amount")}
    if disputed:
        mark["disputed"] = True
    if not_necessary:
        try:
            cut = fen_from_yuan(not_necessary)
            whole = fen_from_yuan(stated.get("amount", 0))
        except ValueError:
            cut, whole = 1, 0
        if not 0 <= cut <= whole:
            raise FactsWrong(
                [stated_facts.Trouble("not_necessary", "不能超过该行金额", "at most the amount of the line")]
            )
        mark["not_necessary"] = yuan(cut).replace(",", "")
    claim.marks = [
        *(one for one in claim.marks if (one["invoice"], one["line"]) != (invoice, line)),
        *([mark] if len(mark) > 3 else []),
    ]
    _changed(claim, by, at, {"marks": claim.marks}, why)


@transaction.atomic(durable=True)
def state_known(by: Who, claim_no: str, icd: str, *, at: datetime, evidence_on: date | None = None, why: str) -> None:
    """Say that an illness was there before the cover: proven by a paper of `evidence_on`, else suspected.

    Records:  claim.edited.  Raises: NotThere, NotAllowed, NotNow, TooMuch.
    """
    claim = claim_for(by, "review", claim_no, at)
    must_be(claim, *IN_REVIEW)
    entry = {"icd": icd.strip().upper()[:32], "evidence_on": None if evidence_on is None else evidence_on.isoformat()}
    if not entry["icd"]:
        raise FactsWrong([stated_facts.Trouble("icd", "请填写疾病编码", "name the illness by its code")])
    known = [one for one in claim.known if one["icd"] != entry["icd"]]
    if len(known) >= MOST_KNOWN:
        raise TooMuch(what="known", got=len(known) + 1, most=MOST_KNOWN)
    claim.known = [*known, entry]
    _changed(claim, by, at, {"known": claim.known}, why)


@transaction.atomic(durable=True)
def amend(by: Who, claim_no: str, facts: Mapping[str, Any], *, at: datetime, why: str) -> tuple[dict[str, Any], ...]:
    """Correct what was typed about a claim, from its papers, and say why.

    Gives:   the marks of lines that are no longer there: they are cleared, each other goes with its line; a claim that
             was calculated goes back to review
    Records:  claim.edited.  Raises: NotThere, NotAllowed, NotNow, FactsWrong, TooMuch.
    """
    claim = claim_for(by, "review", claim_no, at)
    must_be(claim, *IN_REVIEW)
    new = stated_facts.taken(facts)
    stated_facts.checked(new, day_in_china(at))
    marks, lost = stated_facts.followed(claim.marks, claim.facts, new)
    changed: dict[str, Any] = {"facts": new} if marks == claim.marks else {"facts": new, "marks": marks}
    claim.facts, claim.marks = new, marks
    claim.claimed_fen = stated_facts.claimed(new)
    claim.event_on = stated_facts.event_day(new) or claim.event_on
    claim.save()
    stated_facts.keep_keys(claim)
    _changed(claim, by, at, changed, why)
    return tuple(lost)


@transaction.atomic(durable=True)
def send_back_to_review(by: Who, claim_no: str, *, at: datetime, why: str) -> None:
    """Send a calculated claim back to review.  Records: claim.review_begun.  Raises: NotThere, NotAllowed, NotNow."""
    claim = claim_for(by, "review", claim_no, at)
    if claim.state == S.REVIEW:
        return
    must_be(claim, S.CALCULATED)
    _note(claim, by, at, why)
    _back(claim, by, at)


def _changed(claim: Claim, by: Who, at: datetime, what: Mapping[str, Any], why: str) -> None:
    note = _note(claim, by, at, why)
    claim.save()
    records.append(
        "claim.edited",
        f"claim:{claim.claim_no}",
        by=by,
        at=at,
        data={"fields": sorted(what), "note": note.pk},
        sealed={**what, "why": why},
    )
    if claim.state == S.CALCULATED:
        _back(claim, by, at)


def _back(claim: Claim, by: Who, at: datetime) -> None:
    claim.proposals.filter(state="waiting").update(state="overtaken", ended_at=at, ended_by=by.person_id)
    clocks.void(claim, codes=("P_CALCULATE",))
    record = records.append("claim.review_begun", f"claim:{claim.claim_no}", by=by, at=at, data={"again": True})
    step(claim, S.REVIEW, by=by, at=at, record=record, visible="sent_back_inside")


def _note(claim: Claim, by: Who, at: datetime, text: str) -> ClaimNote:
    return ClaimNote.objects.create(claim=claim, by_id=person_of(by), at=at, text=_text(text))


def _text(text: str) -> str:
    plain = text.strip()
    if not plain or len(plain) > MOST_TEXT:
        raise TooMuch(what="text", got=len(plain), most=f"1-{MOST_TEXT}")
    return plain
