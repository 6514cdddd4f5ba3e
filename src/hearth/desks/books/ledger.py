"""Ledger: the books in double entry.  A posting happens once by its key; the database refuses what does not balance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum

from hearth.store.models import Decision, Entry, LedgerAccount, Payment, Posting, Record

Line = tuple[str, str, int]
"""Code of the account, its kind, fen: debits above zero, credits below."""

LIVING = ("intended", "sent", "confirmed")
"""States of a payment whose money is on its way or there."""


def post(key: str, what: str, lines: Sequence[Line], *, at: datetime, record: Record | None = None) -> Posting:
    """Post one business fact, in the transaction that is under way; again under the same key it is not posted twice.

    Needs:   lines that add up to nothing, each account once, no line of 0 fen
    Gives:   the posting, new or of before
    Raises:  ValueError where the lines do not balance, or where the key was posted with other lines; the database
             checks the balance again at commit
    """
    amounts = {code: fen for code, _, fen in lines}
    if sum(amounts.values()) != 0 or len(amounts) != len(lines) or 0 in amounts.values() or not lines:
        raise ValueError(f"posting {key} does not balance: {lines}")
    try:
        with transaction.atomic():
            posting = Posting.objects.create(key=key, what=what, at=at, record=record)
    except IntegrityError:
        posting = Posting.objects.get(key=key)
        if dict(posting.entries.values_list("account__code", "fen")) != amounts:
            raise ValueError(f"posting {key} was made before with other lines") from None
        return posting
    # Made and locked in the order of their codes: two postings never wait for each other in a circle.
    LedgerAccount.objects.bulk_create(
        (LedgerAccount(code=code, kind=kind) for code, kind, _ in sorted(lines)), ignore_conflicts=True
    )
    for account in LedgerAccount.objects.select_for_update().filter(code__in=amounts).order_by("code"):
        account.balance_fen += amounts[account.code]
        account.entries_count += 1
        Entry.objects.create(
            posting=posting,
            account=account,
            seq=account.entries_count,
            fen=amounts[account.code],
            balance_after=account.balance_fen,
        )
        account.save(update_fields=["balance_fen", "entries_count"])
    return posting


def balance(code: str) -> int:
    """The balance of an account in fen, debits less credits; 0 where nothing was ever posted."""
    return LedgerAccount.objects.filter(code=code).values_list("balance_fen", flat=True).first() or 0


def left_to_pay(decision: Decision) -> int:
    """What a decision pays beyond what the claim's other decisions paid or are paying: below zero, too much was paid.

    A claim that was reopened is decided anew as a whole; only the difference is money to move.  What was paid before
    any decision is in `paid_out` already: the kernel took it off.
    """
    others = Payment.objects.filter(claim=decision.claim_id, state__in=LIVING).exclude(decision=decision)
    others = others.filter(prepayment__isnull=True).exclude(what="interest")
    paid = others.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return decision.paid_out_fen - paid
