"""Prepaying: what of a claim is certain is paid by day sixty, though the whole is not decided (Insurance Law art. 25).

The kernel holds disputed lines back: what it pays without them is the undisputed part.  One person proposes it, another
approves, the money desk pays; the decision later takes it off and pays the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hearth.desks.books import clocks, records
from hearth.desks.books.estate import is_divided
from hearth.desks.claims.calculating import Drafted, alone, drafted, save
from hearth.desks.claims.deciding import authority_of
from hearth.desks.claims.faults import CalculationStale, NoAccount, NoAuthority, TwoPeople
from hearth.desks.claims.steps import claim_for, must_be, person_of
from hearth.desks.claims.wanting import policies_of
from hearth.store.access import HOUSE, Who, one
from hearth.store.models import Claim, Payment, Prepayment
from hearth.words.claims import ClaimState
from hearth.words.faults import Fault
from hearth.words.money import yuan

S = ClaimState
BEFORE_DECIDED = (S.ACCEPTED, S.SUPPLEMENT, S.REVIEW, S.CALCULATED)
MOST_WORDS = 2_000


class NothingUndisputed(Fault):
    """Nothing of the claim is certain to be paid."""

    code, status = "NOTHING_UNDISPUTED", 409
    says = "Nothing of claim {claim_no} is certain to be paid yet: mark the lines that are disputed, or decide it."
    says_zh = "赔案 {claim_no} 目前没有可以先行支付的无争议金额：请先标记有争议的明细，或直接核定。"


class PrepaidAlready(Fault):
    """The undisputed part is proposed or paid already."""

    code, status = "PREPAID_ALREADY", 409
    says = "The undisputed part of claim {claim_no} is {state} already: {amount} yuan."
    says_zh = "赔案 {claim_no} 的无争议部分已{state_zh}：{amount} 元。"


class NoPrepayment(Fault):
    """No prepayment waits for a second person."""

    code, status = "NO_PREPAYMENT", 409
    says = "No prepayment of claim {claim_no} waits for a second person."
    says_zh = "赔案 {claim_no} 没有等待复核的先行赔付。"


@dataclass(frozen=True, slots=True)
class Undisputed:
    """What of a claim is certain as it stands: what would be paid now, and what it was computed as."""

    amount: int
    drafted: Drafted


def undisputed(by: Who, claim_no: str, *, at: datetime) -> Undisputed:
    """What of a claim is certain: the decision as it would be now, disputed lines held back; nothing is saved.

    Raises: NotThere, NotAllowed, NotComputable, NoPolicy.
    """
    found = drafted(one(by, "claim", "see", at, claim_no=claim_no), at)
    return Undisputed(found.mine.paid_out, found)


@transaction.atomic(durable=True)
def propose_prepayment(by: Who, claim_no: str, *, at: datetime) -> int:
    """Propose to pay the undisputed part first.  (1) the claim, alone (2) compute (3) keep it for a second person.

    Gives:   the amount, in fen
    Records:  claim.prepayment_proposed.  Raises: NotThere, NotAllowed, NotNow, PrepaidAlready, NoAccount,
    NothingUndisputed, NotComputable.
    """
    # 1.
    claim = claim_for(by, "calculate", claim_no, at)
    must_be(claim, *BEFORE_DECIDED)
    proposer = person_of(by)
    living = claim.prepayments.filter(state__in=("proposed", "approved")).first()
    if living is not None:
        states = {"proposed": ("proposed", "提出"), "approved": ("approved", "批准")}
        en, zh = states[living.state]
        raise PrepaidAlready(claim_no=claim_no, state=en, state_zh=zh, amount=yuan(living.amount_fen))
    if claim.account is None or is_divided(claim.person, at):
        raise NoAccount(claim_no=claim_no)
    rows = policies_of([claim])
    reached = alone(claim, rows)
    # 2.
    found = drafted(claim, at, reached, rows=rows)
    if found.mine.paid_out <= 0:
        raise NothingUndisputed(claim_no=claim_no)
    # 3.
    saved = save(claim, found, by, at)
    row = Prepayment.objects.create(
        claim=claim,
        calculation=saved,
        account=claim.account,
        amount_fen=found.mine.paid_out,
        proposed_by_id=proposer,
        proposed_at=at,
    )
    records.append(
        "claim.prepayment_proposed",
        f"claim:{claim_no}",
        by=by,
        at=at,
        data={"prepayment": row.pk, "amount_fen": row.amount_fen, "calculation": saved.pk},
    )
    return row.amount_fen


@transaction.atomic(durable=True)
def approve_prepayment(by: Who, claim_no: str, *, at: datetime) -> int:
    """Approve a proposed prepayment as a second person; it is paid at once.

    Gives:   the prepayment's id
    Records:  claim.prepayment_approved.  Raises: NotThere, NotAllowed, NotNow, NoPrepayment, TwoPeople, NoAuthority,
    CalculationStale where what is certain has changed since.
    """
    claim = claim_for(by, "approve", claim_no, at)
    must_be(claim, *BEFORE_DECIDED)
    row = _proposed(claim, by)
    authority = authority_of(by, claim)
    if row.amount_fen > authority:
        raise NoAuthority(at_stake=yuan(row.amount_fen), authority=yuan(authority))
    if drafted(claim, at, alone(claim)).mine.paid_out != row.amount_fen:
        raise CalculationStale(claim_no=claim_no)
    row.state, row.ended_by_id, row.ended_at, row.authority_fen = "approved", by.person_id, at, authority
    row.save(update_fields=["state", "ended_by", "ended_at", "authority_fen"])
    records.append(
        "claim.prepayment_approved",
        f"claim:{claim_no}",
        by=by,
        at=at,
        data={"prepayment": row.pk, "amount_fen": row.amount_fen, "account": row.account_id},
    )
    return row.pk


@transaction.atomic(durable=True)
def send_back_prepayment(by: Who, claim_no: str, *, at: datetime, why: str) -> None:
    """Send a proposed prepayment back, with the reason as a note.

    Records:  claim.prepayment_sent_back.  Raises: NotThere, NotAllowed, NoPrepayment, TwoPeople.
    """
    claim = claim_for(by, "approve", claim_no, at)
    row = _proposed(claim, by)
    row.state, row.ended_by_id, row.ended_at = "sent_back", by.person_id, at
    row.save(update_fields=["state", "ended_by", "ended_at"])
    note = claim.notes.create(by_id=person_of(by), at=at, text=why.strip()[:MOST_WORDS])
    records.append(
        "claim.prepayment_sent_back",
        f"claim:{claim_no}",
        by=by,
        at=at,
        data={"prepayment": row.pk, "note": note.pk},
        sealed={"why": why},
    )


@transaction.atomic(durable=True)
def mark_prepaid(payment_id: int, at: datetime) -> bool:
    """The undisputed part has reached the member: the sixty days of the law are kept.

    Gives:   whether anything changed; asked again nothing does, nor for payments of another purpose
    Records:  claim.prepaid.
    """
    payment = Payment.objects.select_related("claim").get(pk=payment_id)
    if payment.prepayment_id is None or payment.state != "confirmed":
        return False
    claim = claim_for(HOUSE, "agree", payment.claim.claim_no, at)
    if claim.is_prepaid:
        return False
    claim.is_prepaid = True
    records.append(
        "claim.prepaid",
        f"claim:{claim.claim_no}",
        by=HOUSE,
        at=at,
        data={"payment": payment.pk, "prepayment": payment.prepayment_id, "amount_fen": payment.amount_fen},
    )
    clocks.end(claim, "claim.prepaid", at)
    claim.due_at = clocks.soonest(claim)
    claim.save(update_fields=["is_prepaid", "due_at"])
    return True


def _proposed(claim: Claim, by: Who) -> Prepayment:
    """The prepayment that waits, for somebody who did not propose it."""
    row = claim.prepayments.filter(state="proposed").first()
    if row is None:
        raise NoPrepayment(claim_no=claim.claim_no)
    if row.proposed_by_id == by.person_id:
        raise TwoPeople(why="you proposed this prepayment", why_zh="这笔先行赔付由您提出")
    return row
