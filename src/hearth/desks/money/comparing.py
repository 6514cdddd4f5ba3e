"""Comparing: payments, the books and the bank set against each other; whatever differs is listed for finance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from hearth.desks.money.moving import BANK, SUSPENSE
from hearth.store import access
from hearth.store.access import Who
from hearth.store.models import BankEvent, Entry, LedgerAccount, Payment
from hearth.wires import payments
from hearth.wires.faults import NoAnswer

MAX_DIFFERENCES = 500
GRACE = timedelta(minutes=15)
"""What moved so recently is not compared with the bank: its news may be on the way."""

_AGREES = {
    "intended": (None,),
    "sent": (payments.State.ACCEPTED,),
    "confirmed": (payments.State.CONFIRMED,),
    "failed": (None, payments.State.REFUSED),
    "returned": (payments.State.RETURNED,),
}
"""What the bank should say of a payment in each state; None: it does not know the key."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not agree.

    `kind`: bank (another state than ours), no_answer, news (that does not fit), unreadable (what the bank sent),
    owed (a claim's debt), suspense, bank_balance, entries (the books do not add up).
    """

    kind: str
    key: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many payments were asked about, and what differs; nothing differs where the list is empty."""

    at: datetime
    payments: int
    differences: tuple[Difference, ...]
    is_whole: bool
    """False where the list was cut at its limit."""


def compare(
    by: Who, *, at: datetime, since: datetime | None = None, wire: payments.Payments | None = None
) -> Comparison:
    """Compare payments with the bank (those made since a moment, or all) and both with the books.

    Needs:   no transaction under way: the bank is asked about every payment by its key
    Raises:  NotAllowed.
    """
    access.permit(by, "ledger", "see")
    found: list[Difference] = []
    asked = _bank(wire or payments.opened(settings.PAYMENTS_WIRE), at, since, found)
    found += [
        Difference("news", event.key, event.payment.state if event.payment else "", f"{event.what} ({event.oddity})")
        for event in BankEvent.objects.exclude(oddity="").select_related("payment").order_by("id")[:MAX_DIFFERENCES]
    ]
    found += _books()
    return Comparison(at, asked, tuple(found[:MAX_DIFFERENCES]), len(found) <= MAX_DIFFERENCES)


def _bank(wire: payments.Payments, at: datetime, since: datetime | None, found: list[Difference]) -> int:
    rows = Payment.objects.filter(intended_at__lt=at - GRACE)
    if since is not None:
        rows = rows.filter(intended_at__gte=since)
    asked = 0
    for key, state, attempts, asked_at in rows.order_by("id").values_list("key", "state", "attempts", "asked_at"):
        if asked_at is not None:
            continue
        asked += 1
        try:
            answer = wire.status(key, at)
        except NoAnswer:
            found.append(Difference("no_answer", key, state, ""))
            continue
        says = answer.state if answer else None
        # An order without an answer may have been taken: the next look will tell.
        if says not in _AGREES[state] and not (state == "intended" and attempts):
            found.append(Difference("bank", key, state, says.value if says else "unknown"))
    found += [Difference("unreadable", each.name, "", each.says) for each in wire.set_aside()]
    return asked


def _books() -> list[Difference]:
    """The balances that the payments lead one to expect, and the books' own sums."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH owed AS (
                SELECT e.account_id, SUM(e.fen) AS fen FROM store_entry e
                JOIN store_posting p ON p.id = e.posting_id WHERE p.key LIKE 'owed:%%' GROUP BY e.account_id
            ), moved AS (
                SELECT c.claim_no, SUM(m.amount_fen) AS fen FROM store_payment m JOIN store_claim c ON c.id = m.claim_id
                WHERE m.state IN ('sent', 'confirmed') GROUP BY c.claim_no
            )
            SELECT a.code, a.balance_fen, COALESCE(o.fen, 0) + COALESCE(m.fen, 0)
            FROM store_ledgeraccount a LEFT JOIN owed o ON o.account_id = a.id
            LEFT JOIN moved m ON a.code = 'claim_payable:' || m.claim_no
            WHERE a.kind = 'payable' AND a.balance_fen <> COALESCE(o.fen, 0) + COALESCE(m.fen, 0) ORDER BY a.code
            """
        )
        found += [Difference("owed", code, str(expected), str(held)) for code, held, expected in cursor.fetchall()]
        cursor.execute(
            "SELECT COALESCE(SUM(amount_fen) FILTER (WHERE state = 'sent'), 0),"
            " COALESCE(SUM(amount_fen) FILTER (WHERE state = 'confirmed'), 0) FROM store_payment"
        )
        sent, confirmed = cursor.fetchone()
        cursor.execute(f"SELECT COALESCE(SUM(fen), 0) FROM {Entry._meta.db_table}")
        (entries,) = cursor.fetchone()
    held = dict(LedgerAccount.objects.filter(code__in=(BANK[0], SUSPENSE[0])).values_list("code", "balance_fen"))
    if held.get(SUSPENSE[0], 0) != -sent:
        found.append(Difference("suspense", SUSPENSE[0], str(-sent), str(held.get(SUSPENSE[0], 0))))
    if held.get(BANK[0], 0) != -confirmed:
        found.append(Difference("bank_balance", BANK[0], str(-confirmed), str(held.get(BANK[0], 0))))
    if entries != 0:
        found.append(Difference("entries", "", "0", str(entries)))
    return found
