"""Agreeing: what follows a decision: agreed, disputed or met with silence, paid, returned, closed, opened again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from hearth.desks.books import clocks, estate, ledger, records
from hearth.desks.claims.deciding import is_evidence
from hearth.desks.claims.faults import (
    MoneyUnderWay,
    NoAccount,
    NoNewEvidence,
    NotNow,
    TooMuch,
)
from hearth.desks.claims.reporting import account_for
from hearth.desks.claims.sold import terms_of
from hearth.desks.claims.steps import claim_for, must_be, person_of, step
from hearth.store.access import HOUSE, Who
from hearth.store.models import Claim, Dispute, Payment, Record
from hearth.words.claims import ClaimState
from hearth.words.disputes import DisputeState
from hearth.words.money import yuan

S = ClaimState
BEFORE_AGREED = (
    S.DRAFT, S.REPORTED, S.SUBMITTED, S.ACCEPTED, S.SUPPLEMENT, S.REVIEW, S.CALCULATED, S.DECIDED,
)  # fmt: skip
CLOSE_AFTER = timedelta(days=10)
"""A paid claim is closed after so long: time enough to say that the money did not come."""
MOST_TEXT = 4_000
A_BATCH = 500
_READ = ("what", "state", "claim__claim_no", "decision__number")
"""What is read of a payment whose news its claim follows."""


@transaction.atomic(durable=True)
def agree(by: Who, claim_no: str, *, at: datetime, account_id: int | None = None) -> None:
    """Agree to a decision, and say where the money goes; with nothing to pay the claim is closed.

    Records:  claim.agreed, or claim.closed.  Raises: NotThere, NotAllowed, NotNow, AccountNotPossible,
    NoAccount.
    """
    claim = claim_for(by, "agree", claim_no, at)
    # A second press finds what the first one did, whether money follows or nothing does.
    if claim.state == S.AGREED or (claim.state == S.CLOSED and not claim.payments.exists()):
        return
    must_be(claim, S.DECIDED)
    if account_id is not None:
        claim.account = account_for(claim, account_id, at)
    _agree(by, claim, at, by_silence=False)


@transaction.atomic(durable=True)
def silence(claim_no: str, *, at: datetime) -> bool:
    """Let silence mean what the products say it means, once the member has had the decision for so many days.

    Gives:   whether anything followed
    Records:  claim.agreed, or claim.closed where nothing is to be paid.
    """
    claim = claim_for(HOUSE, "agree", claim_no, at)
    if claim.state != S.DECIDED or claim.is_disputed or claim.told_at is None or claim.decision is None:
        return False
    stated = [
        (terms_of(row.policy.product).silence, row.policy.starts_on) for row in claim.policies.select_related("policy")
    ]
    days = [0 if said is None else said.after_days.at(first) for said, first in stated]
    if not stated or any(said is None for said, _ in stated) or at < claim.told_at + timedelta(days=max(days)):
        return False
    is_agreed = all(said is not None and said.means == "agreed" for said, _ in stated)
    if ledger.left_to_pay(claim.decision) > 0 and (not is_agreed or claim.account is None):
        return False
    _agree(HOUSE, claim, at, by_silence=True)
    return True


@transaction.atomic(durable=True)
def pay_undisputed(claim_no: str, *, at: datetime) -> bool:
    """What a disputed decision pays is not disputed: it is agreed and paid at once, where there is an account.

    Taking it is no agreement with the rest: the dispute goes on, and a second decision pays the difference alone.
    Gives:   whether the claim took the step; asked again it takes none
    Records: claim.agreed.
    """
    claim = claim_for(HOUSE, "agree", claim_no, at)
    return _pay_undisputed(claim, at)


@transaction.atomic(durable=True)
def reopen_disputed(claim_no: str, *, at: datetime) -> bool:
    """An independent opinion is for the member: the claim is opened again, once nothing of it is on its way.

    Gives:   whether it was opened; asked again it is not, and while money is on its way the payment's news asks again
    Records: claim.reopened, or claim.agreed where what is not disputed was still to be paid.
    """
    asked = Dispute.objects.filter(claim__claim_no=claim_no, state=DisputeState.REDECIDING, why="opinion")
    if not asked.exists():
        # Nothing to open, and no claim to lock; an opinion that comes now asks by itself.
        return False
    claim = claim_for(HOUSE, "reopen", claim_no, at)
    dispute = claim.disputes.filter(state=DisputeState.REDECIDING, why="opinion").first()
    if dispute is None or claim.state not in (S.DECIDED, S.PAID, S.CLOSED) or claim.decision is None:
        return False
    if dispute.decision_id != claim.decision_id or _pay_undisputed(claim, at):
        return False
    record = records.append(
        "claim.reopened",
        f"claim:{claim_no}",
        by=HOUSE,
        at=at,
        data={
            "decision": claim.decision.number,
            "evidence": [],
            "disputed": True,
            "dispute": dispute.dispute_no,
            "verdict": dispute.opinion.verdict,
        },
    )
    back_to_review(claim, HOUSE, at, record, "reopened")
    return True


def _pay_undisputed(claim: Claim, at: datetime) -> bool:
    decision = claim.decision
    if claim.state != S.DECIDED or not claim.is_disputed or decision is None or claim.account is None:
        return False
    if ledger.left_to_pay(decision) <= 0:
        return False
    _agree(HOUSE, claim, at, by_silence=False, undisputed=True)
    return True


@transaction.atomic(durable=True)
def withdraw(by: Who, claim_no: str, *, at: datetime) -> None:
    """Take a claim back, at any time before its decision is agreed.

    Records:  claim.withdrawn (of a draft nothing is recorded but its end).  Raises: NotThere, NotAllowed, NotNow,
    MoneyUnderWay.
    """
    claim = claim_for(by, "withdraw", claim_no, at)
    if claim.state == S.WITHDRAWN:
        return
    must_be(claim, *BEFORE_AGREED)
    if claim.payments.exists() or claim.prepayments.filter(state="approved").exists():
        raise MoneyUnderWay(claim_no=claim_no)
    claim.proposals.filter(state="waiting").update(state="overtaken", ended_at=at)
    claim.supplements.filter(ended_at__isnull=True).update(ended_at=at, ending="withdrawn")
    record = records.append("claim.withdrawn", f"claim:{claim_no}", by=by, at=at, data={"from": claim.state})
    step(claim, S.WITHDRAWN, by=by, at=at, record=record, visible="withdrawn")


@transaction.atomic(durable=True)
def close(by: Who, claim_no: str, *, at: datetime) -> None:
    """Close a claim that was paid, or of which nothing is to be paid and the member was told.

    Records:  claim.closed.  Raises: NotThere, NotAllowed, NotNow.
    """
    claim = claim_for(by, "decide", claim_no, at)
    if claim.state == S.CLOSED:
        return
    must_be(claim, S.PAID, S.DECIDED)
    if claim.state == S.DECIDED and (not _nothing_left(claim) or claim.told_at is None):
        raise NotNow(claim_no, claim.state, (S.PAID,))
    _close(by, claim, at)


@transaction.atomic(durable=True)
def reopen(by: Who, claim_no: str, *, at: datetime, why: str, evidence: Sequence[str] = ()) -> None:
    """Open a decided claim again, on new evidence ("paper:12", "record:34") or on the member's dispute.

    Records:  claim.reopened.  Raises: NotThere, NotAllowed, NotNow, NoNewEvidence, TooMuch.
    """
    claim = claim_for(by, "reopen", claim_no, at)
    must_be(claim, S.DECIDED, S.PAID, S.CLOSED)
    if claim.decision is None:
        raise NotNow(claim_no, claim.state, (S.DECIDED, S.PAID))
    names = tuple(dict.fromkeys(evidence))
    if not claim.is_disputed and (not names or not all(is_evidence(claim, name) for name in names)):
        raise NoNewEvidence(claim_no=claim_no)
    note = claim.notes.create(by_id=person_of(by), at=at, text=_text(why))
    record = records.append(
        "claim.reopened",
        f"claim:{claim_no}",
        by=by,
        at=at,
        data={
            "decision": claim.decision.number,
            "evidence": list(names),
            "disputed": claim.is_disputed,
            "note": note.pk,
        },
        sealed={"why": why},
    )
    back_to_review(claim, by, at, record, "reopened")


def back_to_review(claim: Claim, by: Who, at: datetime, record: Record, visible: str) -> None:
    """A decided claim goes back to review, in the transaction under way: its limits run anew."""
    claim.reopened_count += 1
    claim.for_person = "reopened"
    # Whoever decided does not have to look again; whoever investigated still does not decide.
    claim.assessor_id = None
    clocks.void(claim)
    clocks.start(claim, "L1", at)
    clocks.start(claim, "P_DECIDE", at)
    step(claim, S.REVIEW, by=by, at=at, record=record, visible=visible, events=(record.kind, "claim.review_begun"))


@transaction.atomic(durable=True)
def decision_told(claim_no: str, *, at: datetime, number: int | None = None) -> None:
    """The decision has reached the member: a refusal's limit is met, and the days of silence begin.

    Needs:   the number of the decision, the one that stands if not given; news of an earlier one changes nothing
    """
    claim = claim_for(HOUSE, "decide", claim_no, at)
    if claim.state != S.DECIDED or claim.told_at is not None or claim.decision is None:
        return
    if number not in (None, claim.decision.number):
        return
    claim.told_at = at
    claim.due_at = clocks.turn(claim, ("claim.refusal_sent",), at)
    claim.save(update_fields=["told_at", "due_at"])


@transaction.atomic(durable=True)
def mark_paid(payment_id: int, at: datetime) -> bool:
    """The bank has confirmed a payment: the claim is paid.

    Gives:   whether the claim took the step; asked again it takes none
    Records:  claim.paid.
    """
    found = Payment.objects.select_related("account", "claim", "decision")
    payment = found.only(*_READ, "amount_fen", "account__number_tail").get(pk=payment_id)
    claim = claim_for(HOUSE, "agree", payment.claim.claim_no, at)
    if claim.state not in (S.AGREED, S.RETURNED) or not _is_of_decision(payment, claim, "confirmed"):
        return False
    amount, is_shared = payment.amount_fen, estate.is_part(payment.what)
    if is_shared:
        # Paid is paid to every heir.
        last = {one.what: one for one in claim.payments.filter(decision=claim.decision_id).order_by("pk")}
        parts = [one for one in last.values() if one.what.startswith("benefit")]
        if any(one.state != "confirmed" for one in parts):
            return False
        amount = sum(one.amount_fen for one in parts)
    record = records.append(
        "claim.paid",
        f"claim:{claim.claim_no}",
        by=HOUSE,
        at=at,
        data={
            "payment": payment.pk,
            "amount_fen": amount,
            "decision": payment.decision_number,
            **({"shared": True} if is_shared else {}),
        },
    )
    values = {"amount": yuan(amount), "tail": payment.account.number_tail}
    step(claim, S.PAID, by=HOUSE, at=at, record=record, visible="paid_shared" if is_shared else "paid", values=values)
    return True


@transaction.atomic(durable=True)
def mark_returned(payment_id: int, at: datetime) -> bool:
    """A payment came back, or the bank refused it, and none has taken its place: the account has to be corrected.

    Gives:   whether the claim took the step; asked again it takes none
    Records:  claim.returned.
    """
    payment = Payment.objects.select_related("claim", "decision").only(*_READ, "reason").get(pk=payment_id)
    claim = claim_for(HOUSE, "agree", payment.claim.claim_no, at)
    if claim.state not in (S.AGREED, S.PAID, S.CLOSED):
        return False
    if (
        not _is_of_decision(payment, claim, "returned", "failed")
        or claim.payments.filter(
            decision=payment.decision_id, what=payment.what, state__in=("intended", "sent", "confirmed")
        ).exists()
    ):
        return False
    record = records.append(
        "claim.returned",
        f"claim:{claim.claim_no}",
        by=HOUSE,
        at=at,
        data={"payment": payment.pk, "reason": payment.reason, "decision": payment.decision_number},
    )
    step(claim, S.RETURNED, by=HOUSE, at=at, record=record, visible="returned")
    return True


def silent(at: datetime, limit: int = A_BATCH) -> list[str]:
    """Claims whose decision the member has had for at least a day and did not answer: those that `silence` looks at."""
    found = Claim.objects.filter(state=S.DECIDED, is_disputed=False, told_at__lte=at - timedelta(days=1))
    return list(found.order_by("told_at").values_list("claim_no", flat=True)[:limit])


def long_paid(at: datetime, limit: int = A_BATCH) -> list[str]:
    """Paid claims that are to be closed."""
    found = Claim.objects.filter(state=S.PAID, is_disputed=False, paid_at__lte=at - CLOSE_AFTER)
    return list(found.order_by("paid_at").values_list("claim_no", flat=True)[:limit])


def _nothing_left(claim: Claim) -> bool:
    return claim.decision is not None and ledger.left_to_pay(claim.decision) <= 0


def _is_of_decision(payment: Payment, claim: Claim, *states: str) -> bool:
    return (
        payment.what.partition(":")[0] == "benefit"
        and payment.state in states
        and payment.decision_id == claim.decision_id
    )


def _agree(by: Who, claim: Claim, at: datetime, *, by_silence: bool, undisputed: bool = False) -> None:
    decision = claim.decision
    assert decision is not None
    if ledger.left_to_pay(decision) <= 0:
        if claim.told_at is None:
            claim.told_at = at
            clocks.end(claim, "claim.refusal_sent", at)
        _close(by, claim, at, by_silence=by_silence)
        return
    is_shared = estate.is_divided(claim.person, at)
    if claim.account is None:
        raise NoAccount(claim_no=claim.claim_no)
    record = records.append(
        "claim.agreed",
        f"claim:{claim.claim_no}",
        by=by,
        at=at,
        data={
            "decision": decision.number,
            "paid_out_fen": decision.paid_out_fen,
            "account": claim.account_id,
            "by_silence": by_silence,
            **({"undisputed": True} if undisputed else {}),
            **({"shared": True} if is_shared else {}),
        },
    )
    values = {"amount": yuan(decision.paid_out_fen), "tail": claim.account.number_tail}
    visible = (
        "agreed_shared"
        if is_shared
        else "agreed_undisputed"
        if undisputed
        else "agreed_by_silence"
        if by_silence
        else "agreed"
    )
    step(claim, S.AGREED, by=by, at=at, record=record, visible=visible, values=values)


def _close(by: Who, claim: Claim, at: datetime, *, by_silence: bool = False) -> None:
    nothing = claim.state == S.DECIDED
    outcome = claim.decision.outcome if claim.decision is not None else ""
    record = records.append(
        "claim.closed",
        f"claim:{claim.claim_no}",
        by=by,
        at=at,
        data={"outcome": outcome, "nothing_to_pay": nothing, "by_silence": by_silence},
    )
    step(claim, S.CLOSED, by=by, at=at, record=record, visible="closed_nothing" if nothing else "closed")


def _text(text: str) -> str:
    plain = text.strip()
    if not plain or len(plain) > MOST_TEXT:
        raise TooMuch(what="text", got=len(plain), most=f"1-{MOST_TEXT}")
    return plain
