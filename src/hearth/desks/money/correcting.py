"""Correcting: a payment that failed or came back is made again, to another account and under another key."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hearth.desks.books.estate import is_part
from hearth.desks.books.ledger import LIVING
from hearth.desks.money.faults import PAYEE_FAULTS, NothingToCorrect, PaymentUnderWay
from hearth.desks.money.intending import create
from hearth.store import access
from hearth.store.access import Who
from hearth.store.access.money import payee_objection
from hearth.store.models import BankAccount, Claim, Payment


@transaction.atomic(durable=True)
def correct_account(by: Who, claim_no: str, *, at: datetime, account_id: int) -> tuple[int, ...]:
    """Pay what failed or came back to an account that the member, the steward or finance names.

    (1) the claim, alone (2) what can be made again (3) the account (4) new rows under new keys; the debt in the books
    stands from before, so nothing is owed twice.
    Gives:   ids of the new payments; asked again for the same account while they live, the same ones
    Records: payment.intended for each.  Raises: NotThere, NothingToCorrect, PaymentUnderWay, PayeeNotPossible.
    """
    # 1. The claim, alone.
    theirs = access.rows(by, "payment", "correct", at).filter(claim__claim_no=claim_no)
    if not theirs.exists():
        if access.rows(by, "claim", "see", at).filter(claim_no=claim_no).exists():
            raise NothingToCorrect(claim_no=claim_no)
        raise access.NotThere(kind="payment", key=claim_no)
    claim = Claim.objects.select_related("person").select_for_update(of=("self",)).get(claim_no=claim_no)
    # 2. The last attempt of each purpose, where it did not reach anybody.
    last: dict[tuple[int | None, str], Payment] = {}
    for payment in Payment.objects.filter(claim=claim).select_related("decision", "prepayment").order_by("id"):
        last[payment.decision_id, payment.what] = payment
    failed = [payment for payment in last.values() if payment.state not in LIVING]
    if not failed:
        living = [payment for payment in last.values() if payment.state in ("intended", "sent")]
        again = [payment.pk for payment in living if payment.account_id == account_id and _followed(payment)]
        if again:
            return tuple(again)
        if living:
            raise PaymentUnderWay(claim_no=claim_no, state=living[0].state)
        raise NothingToCorrect(claim_no=claim_no)
    # 3. The account.
    account = access.one(by, "account", "see", at, pk=account_id)
    assert isinstance(account, BankAccount)
    objection = payee_objection(claim, account, at)
    if objection:
        raise PAYEE_FAULTS[objection](claim_no=claim_no, tail=account.number_tail)
    # 4. New rows; an heir's part goes to that heir alone.
    failed = [payment for payment in failed if not is_part(payment.what) or payment.payee_id == account.person_id]
    if not failed:
        raise NothingToCorrect(claim_no=claim_no)
    if not any(is_part(payment.what) for payment in failed):
        claim.account = account
        claim.save(update_fields=["account"])
    return tuple(
        create(
            claim,
            payment.decision,
            payment.what,
            payment.amount_fen,
            account,
            by=by,
            at=at,
            prepayment=payment.prepayment,
        ).pk
        for payment in failed
    )


def _followed(payment: Payment) -> bool:
    """Whether it came after one that failed."""
    return Payment.objects.filter(decision=payment.decision_id, what=payment.what, pk__lt=payment.pk).exists()
