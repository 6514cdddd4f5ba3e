"""Ledger: the books in double entry.  A posting happens once by its key; the database refuses what does not balance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Sum

from hearth.store.models import Decision, LedgerAccount, Payment, Posting, Record

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
    posting = _made(key, what, at, record)
    if posting is None:
        posting = Posting.objects.get(key=key)
        if dict(posting.entries.values_list("account__code", "fen")) != amounts:
            raise ValueError(f"posting {key} was made before with other lines") from None
        return posting
    # Made and locked in the order of their codes: two postings never wait for each other in a circle.
    LedgerAccount.objects.bulk_create(
        (LedgerAccount(code=code, kind=kind) for code, kind, _ in sorted(lines)), ignore_conflicts=True
    )
    locked = list(LedgerAccount.objects.select_for_update().filter(code__in=amounts).order_by("code"))
    with connection.cursor() as cursor:
        cursor.execute(
            _ENTERED, [[account.pk for account in locked], [amounts[one.code] for one in locked], posting.pk]
        )
    return posting


_ENTERED = """
    WITH moved AS (
        UPDATE store_ledgeraccount a SET balance_fen = a.balance_fen + v.fen, entries_count = a.entries_count + 1
        FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY AS v (id, fen, place) WHERE a.id = v.id
        RETURNING a.id, a.entries_count, v.fen, a.balance_fen, v.place
    )
    INSERT INTO store_entry (posting_id, account_id, seq, fen, balance_after)
    SELECT %s, id, entries_count, fen, balance_fen FROM moved ORDER BY place
"""
"""The entries of a posting in the books of its locked accounts, and the accounts' balances."""


def _made(key: str, what: str, at: datetime, record: Record | None) -> Posting | None:
    """The posting, unless there is one under the key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_posting (key, what, at, record_id) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (key) DO NOTHING RETURNING id",
            [key, what, at, None if record is None else record.pk],
        )
        made = cursor.fetchone()
    if made is None:
        return None
    posting = Posting(id=made[0], key=key, what=what, at=at, record=record)
    posting._state.adding, posting._state.db = False, connection.alias
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
    others = others.filter(prepayment__isnull=True).exclude(what__startswith="interest")
    paid = others.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return decision.paid_out_fen - paid
