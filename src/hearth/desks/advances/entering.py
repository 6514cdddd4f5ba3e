"""Entering: what was advanced and what became of it, in the case's entries and in the books, in one transaction."""

from __future__ import annotations

from datetime import datetime

from hearth.desks.books import ledger
from hearth.store.models import Advance, AdvanceEntry, AdvanceWaiver, Record

Account = tuple[str, str]

BANK: Account = ("bank_advances", "bank")
"""Advances are paid from an account of their own, apart from benefits."""

WRITTEN_OFF: Account = ("advances_written_off", "expense")

UP = {"paid": "paid_fen", "offset": "offset_fen", "recovered": "recovered_fen", "written_off": "written_off_fen"}
DOWN = {"returned": "paid_fen", "offset_undone": "offset_fen"}


def receivable(advance: Advance) -> Account:
    """What is outstanding of an advance."""
    return f"advance:{advance.advance_no}", "advance"


def enter(
    advance: Advance,
    what: str,
    fen: int,
    key: str,
    against: list[ledger.Line],
    *,
    at: datetime,
    record: Record,
    payer: str = "",
    waiver: AdvanceWaiver | None = None,
) -> None:
    """Write one movement of a locked case: the books, the entry, the case's sums; the caller saves the case.

    Needs:   fen above zero; `against`: the other side in the books, with its signs
    """
    posting = ledger.post(f"advance:{key}", f"advance.{what}"[:40], _lines(advance, against), at=at, record=record)
    advance.entries_count += 1
    AdvanceEntry.objects.create(
        advance=advance,
        seq=advance.entries_count,
        what=what,
        fen=fen,
        key=key,
        payer=payer,
        waiver=waiver,
        posting=posting,
        record=record,
        at=at,
    )
    name, sign = (UP[what], 1) if what in UP else (DOWN[what], -1)
    setattr(advance, name, getattr(advance, name) + sign * fen)
    advance.balance_fen = advance.paid_fen - advance.offset_fen - advance.recovered_fen - advance.written_off_fen


def offset(advance: Advance, fen: int, key: str, *, at: datetime, record: Record) -> None:
    """The benefit of the claim covers a part of what was advanced: it is an expense of the product from now on."""
    enter(advance, "offset", fen, key, [(*_expense(advance), fen)], at=at, record=record)


def undo_offset(advance: Advance, fen: int, key: str, *, at: datetime, record: Record) -> None:
    """What the benefit covered is less than was thought: at most what it covered."""
    taken = min(fen, advance.offset_fen)
    if taken > 0:
        enter(advance, "offset_undone", taken, key, [(*_expense(advance), -taken)], at=at, record=record)


def _expense(advance: Advance) -> Account:
    return f"benefit_expense:{advance.policy.product if advance.policy else 'none'}", "expense"


def _lines(advance: Advance, against: list[ledger.Line]) -> list[ledger.Line]:
    return [(*receivable(advance), -sum(fen for _, _, fen in against)), *against]
