"""Money, read: payments of a claim, of finance, of a pay run; the books; who may be paid for whom."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from hearth.store.access.rows import NotAllowed, permit, rows
from hearth.store.access.who import Who
from hearth.store.models import (
    Adjustment,
    BankAccount,
    BankEvent,
    Claim,
    Entry,
    LedgerAccount,
    Payment,
    PayRun,
    Record,
    Relation,
    SuccessionShare,
)
from hearth.words.calendar import day_in_china
from hearth.words.days import add_months

MAX_LIST = 200
"""The longest list of payments, runs or entries that is read at once."""

UNANSWERED = 5
"""Attempts without an answer of the bank after which finance is shown a payment as stuck."""

UNSETTLED = ("intended", "sent", "failed", "returned")
"""States of payments that somebody still looks after; those that are confirmed are nearly all there are."""

OBJECTIONS: dict[str, tuple[str, str]] = {
    "NAME_MISMATCH": ("户名与收款人姓名不一致", "the account's holder is not the payee"),
    "PAYEE_NOT_ENTITLED": (
        "户主不是被保险人本人、其未成年时的父母或监护人，或其身故后经核实的继承人",
        "its holder is neither the insured person, nor a proven parent or guardian of a child, nor an heir of the dead",
    ),
    "ACCOUNT_ENDED": ("账户已停用", "it is no longer used"),
}
"""Why an account cannot be paid for a claim (zh, en)."""


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment as it stands."""

    id: int
    key: str
    claim_no: str
    person: str
    payee: str
    what: str
    amount_fen: int
    state: str
    reason: str
    bank: str
    account_tail: str
    bank_ref: str
    attempts: int
    is_held: bool
    """Above what is paid automatically: finance lets it go in a pay run."""
    run_id: int | None
    is_free: bool
    """Nothing keeps it from being sent."""
    intended_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None
    record_id: int | None
    """What was recorded when it was confirmed: its receipt."""


@dataclass(frozen=True, slots=True)
class StateSum:
    """How many payments stand in one state, and how much they are."""

    state: str
    count: int
    fen: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What finance sees first."""

    states: tuple[StateSum, ...]
    held: StateSum
    """Waiting for a pay run."""
    unanswered: tuple[PaymentRow, ...]
    """Sent again and again without an answer."""
    odd_news: int
    """News of the bank that does not fit what we hold."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One pay run."""

    id: int
    prepared_by: str
    prepared_by_id: int
    prepared_at: datetime
    released_by: str
    released_at: datetime | None
    dissolved_at: datetime | None
    count: int
    total_fen: int


@dataclass(frozen=True, slots=True)
class BookAccount:
    """One account of the books and its balance, debits less credits."""

    code: str
    kind: str
    balance_fen: int
    entries: int


@dataclass(frozen=True, slots=True)
class BookEntry:
    """One side of a posting."""

    seq: int
    at: datetime
    what: str
    key: str
    fen: int
    balance_fen: int
    record_id: int | None


@dataclass(frozen=True, slots=True)
class OddNews:
    """News of the bank that a person has to look at."""

    no: int
    key: str
    what: str
    amount_fen: int
    oddity: str
    at: datetime
    claim_no: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record as the jobs that follow it read it."""

    kind: str
    subject: str
    data: dict[str, Any]

    @property
    def claim_no(self) -> str:
        """The claim it is about; empty where it is about something else."""
        what, _, key = self.subject.partition(":")
        return key if what == "claim" else ""

    def number(self, name: str) -> int:
        """A whole number that it states."""
        return int(self.data[name])


def recorded(by: Who, record_id: int) -> Recorded:
    """A record's subject and data, for the house's own jobs.  Raises: NotAllowed for anybody else."""
    if not by.is_house:
        raise NotAllowed
    record = Record.objects.get(pk=record_id)
    return Recorded(record.kind, record.subject, json.loads(bytes(record.body))["data"])


def adjustments_taken(by: Who, claim_no: str, at: datetime) -> tuple[int, ...]:
    """Adjustments of a claim that somebody took, for the house's own jobs.  Raises: NotAllowed for anybody else."""
    if not by.is_house:
        raise NotAllowed
    found = Adjustment.objects.filter(claim__claim_no=claim_no, state="taken")
    return tuple(found.order_by("id").values_list("pk", flat=True))


def payments_of(by: Who, claim_no: str, at: datetime) -> tuple[PaymentRow, ...]:
    """Every payment of a claim, newest first."""
    return _listed(rows(by, "payment", "see", at).filter(claim__claim_no=claim_no).order_by("-id"))


def payments(
    by: Who, at: datetime, *, state: str = "", before: int | None = None, limit: int = 50
) -> tuple[PaymentRow, ...]:
    """Payments of finance, newest first, a page below the id `before`."""
    permit(by, "payment", "prepare")
    found = rows(by, "payment", "see", at)
    if state:
        found = found.filter(state=state)
    if before is not None:
        found = found.filter(pk__lt=before)
    return _listed(found.order_by("-id"), limit)


def waiting_for_run(by: Who, at: datetime, *, limit: int = MAX_LIST) -> tuple[PaymentRow, ...]:
    """Payments above the automatic amount that are in no pay run yet, oldest first."""
    found = rows(by, "payment", "prepare", at).filter(state="intended", is_held=True, run__isnull=True)
    return _listed(found.order_by("intended_at", "id"), limit)


def run_payments(by: Who, run_id: int, at: datetime) -> tuple[PaymentRow, ...]:
    """The payments of a pay run, as far as they are theirs to see, largest first."""
    permit(by, "payment", "prepare")
    return _listed(rows(by, "payment", "see", at).filter(run=run_id).order_by("-amount_fen", "id"), 5_000)


def runs(by: Who, at: datetime, *, before: int | None = None, limit: int = 50) -> tuple[RunRow, ...]:
    """Pay runs, newest first: those with a payment that is theirs to see."""
    permit(by, "payment", "prepare")
    seen = rows(by, "payment", "see", at).filter(run__isnull=False).values("run")
    found = PayRun.objects.filter(Q(pk__in=seen) | Q(prepared_by=by.person_id))
    if before is not None:
        found = found.filter(pk__lt=before)
    return tuple(
        RunRow(
            id=run.pk,
            prepared_by=run.prepared_by.full_name,
            prepared_by_id=run.prepared_by_id,
            prepared_at=run.prepared_at,
            released_by=run.released_by.full_name if run.released_by else "",
            released_at=run.released_at,
            dissolved_at=run.dissolved_at,
            count=run.count,
            total_fen=run.total_fen,
        )
        for run in found.select_related("prepared_by", "released_by").order_by("-id")[: min(limit, MAX_LIST)]
    )


def payment_summary(by: Who, at: datetime) -> Summary:
    """Unsettled payments by state with their sums, what waits for a run, what the bank does not answer, odd news."""
    permit(by, "payment", "prepare")
    found = rows(by, "payment", "see", at)
    grouped = (
        found.filter(state__in=UNSETTLED)
        .values("state")
        .annotate(count=Count("pk"), fen=Sum("amount_fen"))
        .order_by("state")
    )
    held = found.filter(state="intended", is_held=True, run__isnull=True)
    total = held.aggregate(count=Count("pk"), fen=Sum("amount_fen"))
    return Summary(
        states=tuple(StateSum(row["state"], row["count"], row["fen"]) for row in grouped),
        held=StateSum("held", total["count"], total["fen"] or 0),
        unanswered=_listed(
            found.filter(state__in=("intended", "sent"), attempts__gte=UNANSWERED, sent_at__isnull=True).order_by(
                "intended_at"
            ),
            50,
        ),
        odd_news=BankEvent.objects.exclude(oddity="").count(),
    )


def odd_news(by: Who, at: datetime, *, limit: int = 50) -> tuple[OddNews, ...]:
    """News of the bank that does not fit what we hold, newest first."""
    permit(by, "ledger", "see")
    found = BankEvent.objects.exclude(oddity="").select_related("payment__claim").order_by("-id")
    return tuple(
        OddNews(
            no=event.no,
            key=event.key,
            what=event.what,
            amount_fen=event.amount_fen,
            oddity=event.oddity,
            at=event.at,
            claim_no=event.payment.claim.claim_no if event.payment else "",
        )
        for event in found[: min(limit, MAX_LIST)]
    )


def book_accounts(by: Who, at: datetime, *, kinds: tuple[str, ...] = ()) -> tuple[BookAccount, ...]:
    """Accounts of the books with their balances; without `kinds` all but the claims' own."""
    permit(by, "ledger", "see")
    found = LedgerAccount.objects.filter(kind__in=kinds) if kinds else LedgerAccount.objects.exclude(kind="payable")
    return tuple(
        BookAccount(row.code, row.kind, row.balance_fen, row.entries_count)
        for row in found.order_by("kind", "code")[:MAX_LIST]
    )


def book_entries(
    by: Who, code: str, at: datetime, *, before: int | None = None, limit: int = 50
) -> tuple[BookEntry, ...]:
    """Entries of one account, newest first, a page below the place `before`."""
    permit(by, "ledger", "see")
    found = Entry.objects.filter(account__code=code).select_related("posting")
    if before is not None:
        found = found.filter(seq__lt=before)
    return tuple(
        BookEntry(
            seq=entry.seq,
            at=entry.posting.at,
            what=entry.posting.what,
            key=entry.posting.key,
            fen=entry.fen,
            balance_fen=entry.balance_after,
            record_id=entry.posting.record_id,
        )
        for entry in found.order_by("-seq")[: min(limit, MAX_LIST)]
    )


def payee_objection(claim: Claim, account: BankAccount, at: datetime) -> str:
    """Why a claim's money may not go to an account: a code of OBJECTIONS, or nothing.

    It goes to the insured person, or for a child under eighteen to a proven guardian or parent; of somebody who died,
    to a proven heir alone (Insurance Law art. 42); the account must be in that person's own name (Internet Insurance
    Measures art. 40).
    """
    if account.ended_at is not None and account.ended_at <= at:
        return "ACCOUNT_ENDED"
    if same_name(account.holder_name) != same_name(account.person.full_name):
        return "NAME_MISMATCH"
    today = day_in_china(at)
    has_died = claim.person.died_on is not None
    if account.person_id == claim.person_id:
        return "PAYEE_NOT_ENTITLED" if has_died else ""
    born = claim.person.born_on
    grown = born is None or add_months(born, 18 * 12) <= today
    if has_died:
        # Where it is divided, by the shares that two people confirmed.
        shares = SuccessionShare.objects.filter(
            succession__person=claim.person_id,
            succession__confirmed_at__isnull=False,
            succession__ended_at__isnull=True,
        )
        heirs = set(shares.values_list("heir_id", flat=True))
        if heirs and account.person_id not in heirs:
            return "PAYEE_NOT_ENTITLED"
    kinds = ("heir",) if has_died else ("guardian", "parent")
    stands_for = (
        Relation.objects.filter(person=account.person_id, other=claim.person_id, kind__in=kinds)
        .filter(proven_at__lte=at)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
        .filter(Q(until_on__isnull=True) | Q(until_on__gt=today))
    )
    return "" if (has_died or not grown) and stands_for.exists() else "PAYEE_NOT_ENTITLED"


def same_name(name: str) -> str:
    """A name as banks compare it: width, case, blanks and the kind of middle dot do not matter."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in plain if not letter.isspace() and letter not in "·•・‧∙.")


def _listed(found: QuerySet[Payment], limit: int = MAX_LIST) -> tuple[PaymentRow, ...]:
    found = found.select_related("claim__person", "payee", "account", "run")[:limit]
    return tuple(
        PaymentRow(
            id=payment.pk,
            key=payment.key,
            claim_no=payment.claim.claim_no,
            person=payment.claim.person.full_name,
            payee=payment.payee.full_name,
            what=payment.what,
            amount_fen=payment.amount_fen,
            state=payment.state,
            reason=payment.reason,
            bank=payment.account.bank,
            account_tail=payment.account.number_tail,
            bank_ref=payment.bank_ref,
            attempts=payment.attempts,
            is_held=payment.is_held,
            run_id=payment.run_id,
            is_free=not payment.is_held or (payment.run is not None and payment.run.released_at is not None),
            intended_at=payment.intended_at,
            sent_at=payment.sent_at,
            settled_at=payment.settled_at,
            record_id=payment.record_id,
        )
        for payment in found
    )
