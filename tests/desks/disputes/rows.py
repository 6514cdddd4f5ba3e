"""Disputes taken some way along, for the tests of what comes next."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hearth.desks import disputes
from hearth.desks.books import records
from hearth.desks.claims import agreeing, calculating, deciding, following
from hearth.desks.money import intend
from hearth.store.access import HOUSE
from hearth.store.models import Claim, Dispute, Payment, Record
from hearth.words.claims import ClaimState
from hearth.words.disputes import DisputeState
from tests.desks.cast_rows import AT, Cast
from tests.desks.claims.way import claim_at

S, D = ClaimState, DisputeState
CLAUSE = "3.2"


def dispute_of(no: str) -> Dispute:
    """The last dispute of a claim."""
    return Dispute.objects.filter(claim__claim_no=no).latest("pk")


def claim_of(no: str) -> Claim:
    """A claim as the database has it."""
    return Claim.objects.get(claim_no=no)


def disputed_at(cast: Cast, state: DisputeState, *, claim_state: ClaimState = S.DECIDED) -> str:
    """A claim of Mei with a dispute in a state, by the desk's own verbs; the claim's number."""
    no = claim_at(cast, claim_state)
    number = disputes.dispute(cast.who("mei"), no, at=AT, reason="amount", words="金额少算了")
    if state is D.SOLVED:
        disputes.settle(cast.who("mei"), number, at=AT)
    if state is D.WITHDRAWN:
        disputes.take_back(cast.who("mei"), number, at=AT)
    if state in (D.TRIAGE, D.SOLVED, D.WITHDRAWN):
        return no
    disputes.move_up(cast.who("an"), number, at=AT, words="需要专家查明")
    if state is D.EXPERT:
        return no
    disputes.move_up(cast.who("gu"), number, at=AT, words="需要独立意见")
    if state is D.SENIOR:
        return no
    disputes.take(cast.who("shi"), number, at=AT)
    verdict = "insurer" if state is D.UPHELD else "customer"
    disputes.opine(cast.who("shi"), number, at=AT, verdict=verdict, reasons="按条款应当计算", clause=clause_of(cast))
    if state is D.CHANGED:
        told(no, "claim.dispute_opined")
        # What is not disputed is paid first; its news opens the claim again.
        paid(no)
        redecide(cast, no, more=True)
    return no


def clause_of(cast: Cast) -> str:
    """A clause of the outpatient wording."""
    from hearth.store.shelf import wording

    return next(iter(wording("outpatient").clauses))


def told(no: str, kind: str, at: datetime = AT) -> None:
    """The jobs of the last record of a kind about a claim run, as workers run them."""
    record = Record.objects.filter(subject=f"claim:{no}", kind=kind).latest("pk")
    run = {
        "claim.disputed": lambda: following.disputed(record.pk, at),
        "claim.dispute_opined": lambda: following.opined(record.pk, at),
        "claim.redecided": lambda: disputes.follow(record.pk, at=at),
        "claim.reopened": lambda: disputes.follow(record.pk, at=at),
        "claim.withdrawn": lambda: disputes.follow(record.pk, at=at),
        "claim.agreed": lambda: intend(no, at=at),
        "payment.confirmed": lambda: following.payment_confirmed(record.pk, at),
    }
    run[kind]()


def paid(no: str, at: datetime = AT) -> Payment:
    """What is agreed reaches the member, as the money desk and the bank leave it."""
    payment_id = intend(no, at=at)
    assert payment_id is not None
    payment = Payment.objects.get(pk=payment_id)
    if payment.state != "confirmed":
        for to in ("sent", "confirmed"):
            payment.state = to
            payment.save()
    with transaction.atomic():
        record = records.append("payment.confirmed", f"claim:{no}", by=HOUSE, at=at, data={"payment": payment.pk})
    following.payment_confirmed(record.pk, at)
    return payment


def redecide(cast: Cast, no: str, *, by: str = "lin", more: bool = False, at: datetime = AT) -> None:
    """Decided anew by another assessor; `more`: with a second visit that was overlooked."""
    if more:
        from tests.desks.cast_rows import visit

        claim = claim_of(no)
        claim.facts = {**claim.facts, "invoices": [*claim.facts["invoices"], visit("300.00", "100.00", "2026-05-21")]}
        claim.save(update_fields=["facts"])
    calculating.calculate(cast.who(by), no, at=at)
    proposal = claim_of(no).calculations.latest("pk").proposal
    deciding.decide(cast.who(by), no, at=at, outcome=proposal)
    told(no, "claim.redecided", at)


def agreed(cast: Cast, no: str, at: datetime = AT) -> None:
    """The member agrees to what stands now."""
    agreeing.agree(cast.who("mei"), no, at=at)
