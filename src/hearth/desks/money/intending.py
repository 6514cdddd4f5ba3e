"""Intending: what is agreed becomes a payment row with the key that the bank will see, and an entry in the books."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from hearth.desks.books import estate, ledger, records
from hearth.desks.money.configured import automatic_fen, late_interest_bp
from hearth.desks.money.faults import NoAccountToPay, NothingAgreed
from hearth.desks.money.moving import INTEREST, STEPPED, expense, payable, receivable
from hearth.kernel.promises.clock import started
from hearth.kernel.promises.deadline import deadline
from hearth.store.access import HOUSE, Who
from hearth.store.calendars import work_calendar
from hearth.store.models import Adjustment, BankAccount, Claim, ClaimPolicy, Decision, Payment, Prepayment
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from hearth.words.money import BP

_AGREED = (ClaimState.AGREED, ClaimState.RETURNED, ClaimState.PAID, ClaimState.CLOSED)
_DAYS_A_YEAR = 365
BENEFIT, INTEREST_ON = "benefit", "interest"
INTEREST_BASIS = "Insurance Law art. 23"
"""What interest rests on; the rate is the company's own: the law names none."""


@transaction.atomic(durable=True)
def intend(claim_no: str, *, at: datetime) -> int | None:
    """Intend what the agreed decision of a claim pays.  (1) find (2) once (3) row, books, record.

    Gives:   the payment's id, new or of before; None where the decision pays nothing beyond what was paid already
    Records: payment.intended.  Raises: NothingAgreed, NoAccountToPay.
    """
    # 1. The claim and its decision, alone.
    claim = _locked(claim_no)
    decision = claim.decision
    if decision is None or claim.agreed_at is None or claim.state not in _AGREED:
        raise NothingAgreed(claim_no=claim_no, state=claim.state)
    # 2. Once a decision: a failed payment is followed by a new one only when somebody names another account.
    before = _of_before(decision, BENEFIT)
    if before is not None:
        return before.pk
    amount = ledger.left_to_pay(decision)
    if amount <= 0:
        return None
    if claim.account is None:
        raise NoAccountToPay(claim_no=claim_no)
    # 3. What is owed, and how it will be paid.
    return _made(claim, decision, BENEFIT, amount, claim.account, at)


@transaction.atomic(durable=True)
def intend_adjustment(adjustment_id: int, *, at: datetime) -> int | None:
    """Intend what an adjustment that was taken pays on top; what it takes back is booked as owed to us, and waits.

    Gives:   the payment's id; None where nothing is to be paid
    Records: payment.intended.  Raises: NoAccountToPay.
    """
    adjustment = Adjustment.objects.select_related("decision").get(pk=adjustment_id)
    if adjustment.state != "taken":
        return None
    claim = _locked(Claim.objects.values_list("claim_no", flat=True).get(pk=adjustment.claim_id))
    decision, what = adjustment.decision, f"adjustment:{adjustment.pk}"
    before = _of_before(decision, what)
    if before is not None:
        return before.pk
    amount = adjustment.new_fen - adjustment.old_fen
    if amount == 0:
        return None
    shares = _by_product(claim.pk, abs(amount))
    if amount < 0:
        lines = [(*expense(product), -fen) for product, fen in shares.items()]
        ledger.post(f"owed:{what}", "adjustment.owed", [*lines, (*receivable(claim.claim_no), -amount)], at=at)
        return None
    if claim.account is None:
        raise NoAccountToPay(claim_no=claim.claim_no)
    return _made(claim, decision, what, amount, claim.account, at)


@transaction.atomic(durable=True)
def intend_interest(payment_id: int, *, at: datetime) -> int | None:
    """Intend interest on a benefit that reached the member after the legal ten days (Insurance Law art. 23).

    Simple interest by the day from the last day of L2 to the day the money arrived; where a first payment failed or
    came back, to the day the bank first had it: a wrong account is no delay of ours.
    Gives:   the interest payment's id; None where it was in time or comes to nothing.  Records: payment.intended.
    """
    paid = Payment.objects.select_related("claim", "decision").only(*STEPPED).get(pk=payment_id)
    if paid.what.partition(":")[0] != BENEFIT or paid.state != "confirmed" or paid.agreed_at is None:
        return None
    if _days_late(paid.agreed_at, paid.settled_at or at) == 0:
        # In time for this payment is in time for any that went before it.
        return None
    claim = _locked(paid.claim.claim_no)
    what = INTEREST_ON + paid.what.removeprefix(BENEFIT)
    before = Payment.objects.filter(decision=paid.decision_id, what=what).order_by("-id").first()
    if before is not None:
        return before.pk
    first = Payment.objects.filter(decision=paid.decision_id, what=paid.what).earliest("id")
    arrived = paid.settled_at if first.pk == paid.pk else first.sent_at or first.settled_at
    days = _days_late(paid.agreed_at, arrived or at)
    amount = _interest(paid.amount_fen, days)
    if amount == 0:
        return None
    worked_out: dict[str, int | str] = {
        "on_fen": paid.amount_fen,
        "days": days,
        "rate_bp": late_interest_bp(),
        "basis": INTEREST_BASIS,
    }
    payment = create(claim, paid.decision, what, amount, paid.account, by=HOUSE, at=at, told=worked_out)
    _owe(payment, [(*INTEREST, amount), (*payable(claim.claim_no), -amount)], at)
    return payment.pk


@transaction.atomic(durable=True)
def intend_prepayment(prepayment_id: int, *, at: datetime) -> int | None:
    """Intend the undisputed part of a claim that two people let go before its decision (Insurance Law art. 25).

    Gives:   the payment's id, new or of before; None where nobody approved it
    Records: payment.intended.
    """
    prepayment = Prepayment.objects.select_related("claim", "account__person").get(pk=prepayment_id)
    if prepayment.state != "approved":
        return None
    claim, what = _locked(prepayment.claim.claim_no), f"prepayment:{prepayment.pk}"
    before = Payment.objects.filter(prepayment=prepayment).order_by("-id").first()
    if before is not None:
        return before.pk
    account = claim.account or prepayment.account
    payment = create(claim, None, what, prepayment.amount_fen, account, by=HOUSE, at=at, prepayment=prepayment)
    shares = _by_product(claim.pk, prepayment.amount_fen)
    lines = [(*expense(product), fen) for product, fen in shares.items()]
    _owe(payment, [*lines, (*payable(claim.claim_no), -prepayment.amount_fen)], at)
    return payment.pk


def _of_before(decision: Decision, what: str) -> Payment | None:
    """The last payment of a decision for a purpose, to one account or to several heirs."""
    parts = Q(what=what) | Q(what__startswith=f"{what}:")
    return Payment.objects.filter(parts, decision=decision).order_by("-id").first()


def _made(claim: Claim, decision: Decision, what: str, amount: int, account: BankAccount, at: datetime) -> int:
    """The rows of what is owed: one to the claim's account, or each heir's part to their own, together the amount."""
    parts = [(f"{what}:{part.share}", part.fen, part.account) for part in estate.parts_of(claim.person, amount)]
    made = []
    for purpose, part, to in parts or [(what, amount, account)]:
        payment = create(claim, decision, purpose, part, to, by=HOUSE, at=at)
        lines = [(*expense(product), fen) for product, fen in _by_product(claim.pk, part).items()]
        _owe(payment, [*lines, (*payable(claim.claim_no), -part)], at)
        made.append(payment.pk)
    return made[0]


def create(
    claim: Claim,
    decision: Decision | None,
    what: str,
    amount: int,
    account: BankAccount,
    *,
    by: Who,
    at: datetime,
    prepayment: Prepayment | None = None,
    told: Mapping[str, int | str] | None = None,
) -> Payment:
    """The row of a payment and its record, in the transaction under way.

    The key follows from claim, decision, purpose and number of the attempt alone: rows that were lost and made again
    are the same order to the bank.
    """
    number = Payment.objects.filter(claim=claim, decision=decision, what=what).count() + 1
    of = 0 if decision is None else decision.number
    payment = Payment.objects.create(
        claim=claim,
        decision=decision,
        prepayment=prepayment,
        payee_id=account.person_id,
        account=account,
        what=what,
        amount_fen=amount,
        key=f"{claim.claim_no}-{of}-{what}-{number}",
        is_held=amount > automatic_fen(),
        agreed_at=claim.agreed_at,
        intended_at=at,
        next_at=at,
    )
    records.append(
        "payment.intended",
        f"claim:{claim.claim_no}",
        by=by,
        at=at,
        data={
            "payment": payment.pk,
            "key": payment.key,
            "what": what,
            "decision": of,
            "amount_fen": amount,
            "account": account.pk,
            "is_held": payment.is_held,
            **(told or {}),
        },
    )
    return payment


_READ = (
    "claim_no", "state", "agreed_at", "person__died_on", "decision__number", "decision__paid_out_fen",
    "decision__claim", "account__person",
)  # fmt: skip
"""What is read of a claim that is paid."""


def _locked(claim_no: str) -> Claim:
    claims = Claim.objects.select_related("decision", "person", "account").only(*_READ)
    return claims.select_for_update(of=("self",)).get(claim_no=claim_no)


def _owe(payment: Payment, lines: list[ledger.Line], at: datetime) -> None:
    ledger.post(f"owed:{payment.decision_id}:{payment.what}", "decision.owed", lines, at=at)


def _by_product(claim_id: int, amount: int) -> dict[str, int]:
    """An amount over the products of the claim's policies, in their order, by cumulative rounding."""
    held = ClaimPolicy.objects.filter(claim=claim_id).order_by("position")
    parts = [(product, fen or 0) for product, fen in held.values_list("policy__product", "payable_fen")]
    total = sum(fen for _, fen in parts)
    if total == 0:
        return {parts[0][0]: amount}
    shares: dict[str, int] = {}
    seen = given = 0
    for product, fen in parts:
        seen += fen
        share = amount * seen // total - given
        given += share
        if share:
            shares[product] = shares.get(product, 0) + share
    return shares


def _days_late(agreed_at: datetime, arrived: datetime) -> int:
    due = deadline(started("L2", agreed_at), work_calendar())
    assert due.day is not None
    return max(0, (day_in_china(arrived) - due.day).days)


def _interest(fen: int, days: int) -> int:
    """Half-up to the fen."""
    below = _DAYS_A_YEAR * BP
    return (2 * fen * late_interest_bp() * days + below) // (2 * below)
