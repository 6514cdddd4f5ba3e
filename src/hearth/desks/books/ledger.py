"""Ledger: the books in double entry.  A posting happens once by its key; the database checks that it balances."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from hearth.store.models import Entry, LedgerAccount, Posting, Record

Line = tuple[str, str, int]
"""Code of the account, its kind, fen: debits above zero, credits below."""


def post(key: str, what: str, lines: Sequence[Line], *, at: datetime, record: Record | None = None) -> Posting:
    """Post one business fact, in the transaction that is under way; again under the same key it is not posted twice.

    Needs:   lines that add up to nothing, each account once, no line of 0 fen
    Gives:   the posting, new or of before
    Raises:  ValueError where the lines do not balance; the database checks it again at commit
    """
    if sum(fen for _, _, fen in lines) != 0 or len({code for code, _, _ in lines}) != len(lines):
        raise ValueError(f"posting {key} does not balance: {lines}")
    try:
        with transaction.atomic():
            posting = Posting.objects.create(key=key, what=what, at=at, record=record)
    except IntegrityError:
        return Posting.objects.get(key=key)
    LedgerAccount.objects.bulk_create(
        (LedgerAccount(code=code, kind=kind) for code, kind, _ in lines), ignore_conflicts=True
    )
    amounts = {code: fen for code, _, fen in lines}
    # Locked in the order of their codes: two postings never wait for each other in a circle.
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
