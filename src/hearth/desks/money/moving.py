"""Moving: a payment's step from one state to another, with its record and its postings."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from hearth.desks.books import ledger, records
from hearth.store.access import Who
from hearth.store.models import Payment

Account = tuple[str, str]

BANK: Account = ("bank", "bank")
SUSPENSE: Account = ("bank_suspense", "suspense")
"""With the bank, not confirmed yet."""

# From one state to the next: whose debit, whose credit.  What skips a state is posted step by step.
_PAYABLE: Account = ("claim_payable", "payable")
_STEPS: dict[tuple[str, str], tuple[Account, Account]] = {
    ("intended", "sent"): (_PAYABLE, SUSPENSE),
    ("sent", "confirmed"): (SUSPENSE, BANK),
    ("sent", "failed"): (SUSPENSE, _PAYABLE),
    ("confirmed", "returned"): (BANK, _PAYABLE),
}
_WAYS: dict[tuple[str, str], tuple[str, ...]] = {
    ("intended", "sent"): ("intended", "sent"),
    ("intended", "confirmed"): ("intended", "sent", "confirmed"),
    ("intended", "returned"): ("intended", "sent", "confirmed", "returned"),
    ("intended", "failed"): (),
    ("sent", "confirmed"): ("sent", "confirmed"),
    ("sent", "failed"): ("sent", "failed"),
    ("sent", "returned"): ("sent", "confirmed", "returned"),
    ("confirmed", "returned"): ("confirmed", "returned"),
    # Money seen to move outweighs word that it would not.
    ("failed", "confirmed"): ("intended", "sent", "confirmed"),
    ("failed", "returned"): ("intended", "sent", "confirmed", "returned"),
}
"""Every step a payment can take; what is not here is news of the past and changes nothing."""


def payable(claim_no: str) -> Account:
    """What is owed on a claim."""
    return f"{_PAYABLE[0]}:{claim_no}", _PAYABLE[1]


def expense(product: str) -> Account:
    """What claims under a product cost."""
    return f"benefit_expense:{product}", "expense"


def receivable(claim_no: str) -> Account:
    """What was paid too much on a claim."""
    return f"claim_receivable:{claim_no}", "receivable"


INTEREST: Account = ("interest_expense", "expense")
"""Interest on what was paid late."""

STEPPED = (*(field.name for field in Payment._meta.concrete_fields), "claim__claim_no", "decision__number")
"""What a step reads of a payment, its claim and its decision: the row is saved whole, the others stay as they are."""


def advance(
    payment: Payment, to: str, *, by: Who, at: datetime, bank_ref: str = "", reason: str = "", happened: datetime
) -> bool:
    """Take a locked payment to a state, if it can still go there: (1) the row (2) the record (3) the books.

    Needs:   an open transaction that holds the payment's row; `happened`: when it did by the bank's account
    Gives:   whether anything changed; news that is older than what is known changes nothing
    Records: payment.sent, payment.confirmed, payment.failed or payment.returned.
    """
    before = payment.state
    way = _WAYS.get((before, to))
    if way is None or (before == "failed" and _replaced(payment)):
        return False
    # 1. The row.
    payment.state = to
    payment.bank_ref = bank_ref or payment.bank_ref
    payment.reason = reason[:40]
    payment.asked_at = None
    if payment.sent_at is None and to != "failed":
        payment.sent_at = min(happened, at)
    if to != "sent":
        payment.settled_at = happened
    # 2. What happened.
    record = records.append(
        f"payment.{to}",
        f"claim:{payment.claim.claim_no}",
        by=by,
        at=at,
        data={
            "payment": payment.pk,
            "key": payment.key,
            "what": payment.what,
            "decision": payment.decision_number,
            "amount_fen": payment.amount_fen,
            "account": payment.account_id,
            "bank_ref": payment.bank_ref,
            "reason": payment.reason,
        },
    )
    if to == "confirmed":
        payment.record = record
    payment.save()
    # 3. The books.
    owed = payable(payment.claim.claim_no)
    for step in pairwise(way):
        debit, credit = (owed if account == _PAYABLE else account for account in _STEPS[step])
        ledger.post(
            f"{payment.key}:{'again:' if before == 'failed' else ''}{step[1]}",
            f"payment.{step[1]}",
            [(*debit, payment.amount_fen), (*credit, -payment.amount_fen)],
            at=at,
            record=record,
        )
    return True


def _replaced(payment: Payment) -> bool:
    """Whether another living payment took the place of one that had failed."""
    others = Payment.objects.filter(decision=payment.decision_id, what=payment.what, state__in=ledger.LIVING)
    return others.exclude(pk=payment.pk).exists()
