"""Paying: instalments to a hospital's registered account: prepared by one, released by another, paid once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Sum

from hearth.desks.advances.checking import agreed
from hearth.desks.advances.entering import BANK, enter, undo_offset
from hearth.desks.advances.faults import NotPayable, SecondSignature
from hearth.desks.advances.hospitals import account_of
from hearth.desks.advances.judging import LIVING
from hearth.desks.advances.steps import advance_for, follow, must_be, person_of, step
from hearth.desks.books import records
from hearth.store.access import HOUSE, NotThere, Who
from hearth.store.access.money import same_name
from hearth.store.models import Advance, AdvanceTask, BankEvent, Instalment, Record
from hearth.wires import payments
from hearth.wires.faults import KeyReused, NoAnswer
from hearth.words.advances import AdvanceConsentOf, AdvanceState
from hearth.words.calendar import day_in_china
from hearth.words.faults import Malformed
from hearth.words.money import yuan

A = AdvanceState

LEASE = timedelta(minutes=2)
"""For so long one worker asks the bank about an instalment and no other does."""

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
MOST_NEWS = 1_000
PURPOSE = "住院垫付款"

_STATES = {
    payments.State.ACCEPTED: "sent",
    payments.State.CONFIRMED: "confirmed",
    payments.State.REFUSED: "failed",
    payments.State.RETURNED: "returned",
}
_AFTER = {
    "intended": ("sent", "confirmed", "failed", "returned"),
    "sent": ("confirmed", "failed", "returned"),
    "confirmed": ("returned",),
    "failed": ("confirmed", "returned"),
    "returned": (),
}
"""Where an instalment can go from a state; other news is of the past."""


@dataclass(frozen=True, slots=True)
class _Asking:
    instalment_id: int
    order: payments.Order
    was_asked: bool


@transaction.atomic(durable=True)
def prepare(by: Who, advance_no: str, amount_fen: int, *, at: datetime) -> int:
    """Prepare an instalment within the letter: (1) the letter holds (2) the account (3) the row.

    Gives:   the instalment's id
    Records: advance.instalment_prepared.  Raises: NotThere, NotAllowed, AdvanceNotNow, NotPayable.
    """
    advance = advance_for(by, "pay", advance_no, at)
    must_be(advance, A.PAYING, A.TRACKING)
    # 1.
    letter = advance.guarantees.filter(ended_at__isnull=True).first()
    if letter is None or letter.valid_until < day_in_china(at):
        raise NotPayable(advance_no=advance_no, why="the letter of guarantee has run out", why_zh="担保函已过有效期")
    if AdvanceConsentOf.MEDICAL_DATA not in agreed(advance):
        raise NotPayable(advance_no=advance_no, why="the member took the consent back", why_zh="客户已撤回授权")
    last = advance.opinions.order_by("-number").first()
    if last is not None and last.verdict == "not":
        raise NotPayable(
            advance_no=advance_no,
            why="the last opinion finds the plan not necessary",
            why_zh="最近的医学意见认为方案不必要",
        )
    if advance.instalments.filter(state__in=("intended", "sent")).exists():
        raise NotPayable(advance_no=advance_no, why="another instalment is on its way", why_zh="另一笔款项尚在途中")
    paid = advance.instalments.filter(state__in=LIVING).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    if not 0 < amount_fen <= letter.cap_fen - paid:
        left = yuan(letter.cap_fen - paid)
        raise NotPayable(
            advance_no=advance_no, why=f"{left} yuan of the letter are left", why_zh=f"担保额度还剩 {left} 元"
        )
    # 2.
    account = account_of(advance.hospital_id)
    if account is None:
        raise NotPayable(
            advance_no=advance_no, why="the hospital has no confirmed account", why_zh="医院没有经核对的收款账户"
        )
    # 3.
    number = advance.instalments.count() + 1
    row = Instalment.objects.create(
        advance=advance,
        guarantee=letter,
        number=number,
        account=account,
        amount_fen=amount_fen,
        key=f"{advance_no}-{number}",
        prepared_by_id=person_of(by),
        prepared_at=at,
        next_at=at,
    )
    _told("advance.instalment_prepared", row, by, at)
    return row.pk


@transaction.atomic(durable=True)
def release(by: Who, instalment_id: int, *, at: datetime) -> None:
    """Let an instalment go that somebody else prepared; a job hands it to the bank.

    Records: advance.instalment_released.  Raises: NotThere, NotAllowed, SecondSignature, NotPayable.
    """
    row = _locked(by, instalment_id, at)
    if row.released_at is not None:
        return
    if row.prepared_by_id == person_of(by):
        raise SecondSignature
    if row.state != "intended":
        raise NotPayable(advance_no=row.advance.advance_no, why="it was taken back", why_zh="该笔款项已撤回")
    row.released_by_id, row.released_at, row.next_at = person_of(by), at, at
    row.save(update_fields=["released_by", "released_at", "next_at"])
    _told("advance.instalment_released", row, by, at)


@transaction.atomic(durable=True)
def take_back(by: Who, instalment_id: int, *, at: datetime) -> None:
    """Take an instalment back that nobody released yet.

    Records: advance.instalment_failed.  Raises: NotThere, NotAllowed, NotPayable.
    """
    row = _locked(by, instalment_id, at)
    if row.released_at is not None:
        raise NotPayable(advance_no=row.advance.advance_no, why="it was released already", why_zh="该笔款项已放行")
    _move(row, "failed", at, at, "", "TAKEN_BACK", by=by)


def send(instalment_id: int, *, at: datetime, wire: payments.Payments | None = None) -> str:
    """Bring one instalment forward.  (1) take it for a moment (2) ask the bank (3) write down what it said.

    One that was sent before is first asked about by its key; no answer changes nothing.
    Gives:   its state
    Records: advance.paid and the like, where the state changed.
    """
    taken = _take(instalment_id, at)
    if isinstance(taken, str):
        return taken
    bank = wire or payments.opened(settings.PAYMENTS_WIRE)
    try:
        answer = (bank.status(taken.order.key, at) if taken.was_asked else None) or bank.send(taken.order)
    except NoAnswer:
        return _unanswered(instalment_id)
    except KeyReused:
        return _write(instalment_id, "failed", at, at, "", "KEY_REUSED")
    reason = answer.reason.value if answer.reason else ""
    return _write(instalment_id, _STATES[answer.state], at, answer.at, answer.bank_ref or "", reason)


def look_again(*, at: datetime, most: int = 200) -> int:
    """Look again at released instalments whose moment has come, and follow what the bank told of them since.

    Gives:   how many were looked at
    """
    due = Instalment.objects.filter(released_at__isnull=False, state__in=("intended", "sent"), next_at__lte=at)
    found = list(due.order_by("next_at", "id").values_list("pk", flat=True)[:most])
    for pk in found:
        send(pk, at=at)
    return len(found) + hear(at=at)


def hear(*, at: datetime) -> int:
    """Follow the bank's news of instalments, which the money desk wrote down; each piece once, in its order.

    Gives:   how many pieces were followed
    """
    of = Instalment.objects.filter(key=OuterRef("key")).values("heard_no")
    news = BankEvent.objects.filter(payment__isnull=True, oddity="").annotate(heard=Subquery(of[:1]))
    found = news.filter(no__gt=F("heard")).order_by("no").values_list("pk", flat=True)
    return sum(_hear(pk, at) for pk in list(found[:MOST_NEWS]))


@transaction.atomic(durable=True)
def _hear(event_id: int, at: datetime) -> int:
    event = BankEvent.objects.get(pk=event_id)
    advance_id = Instalment.objects.values_list("advance_id", flat=True).get(key=event.key)
    Advance.objects.select_for_update().get(pk=advance_id)
    row = _row(Instalment.objects.values_list("pk", flat=True).get(key=event.key))
    if event.no <= row.heard_no:
        return 0
    row.heard_no = event.no
    row.save(update_fields=["heard_no"])
    state = {"confirmed": "confirmed", "failed": "failed", "returned": "returned"}.get(event.what, "")
    if event.amount_fen == row.amount_fen and state:
        _move(row, state, at, event.at, "", "")
    return 1


def _locked(by: Who, instalment_id: int, at: datetime) -> Instalment:
    found = Instalment.objects.filter(pk=instalment_id).values_list("advance__advance_no", flat=True).first()
    if found is None:
        raise NotThere(kind="payment", key=instalment_id)
    # The case first, then its rows: everybody waits in this order.
    advance_for(by, "pay", found, at)
    return _row(instalment_id)


def _row(instalment_id: int) -> Instalment:
    rows = Instalment.objects.select_related("advance__hospital", "account__hospital", "guarantee")
    return rows.select_for_update(of=("self",)).get(pk=instalment_id)


def _held(instalment_id: int) -> Instalment:
    """An instalment with its case locked first, in the transaction under way."""
    advance_id = Instalment.objects.values_list("advance_id", flat=True).get(pk=instalment_id)
    Advance.objects.select_for_update().get(pk=advance_id)
    return _row(instalment_id)


@transaction.atomic(durable=True)
def _take(instalment_id: int, at: datetime) -> str | _Asking:
    row = _held(instalment_id)
    if row.state not in ("intended", "sent") or row.released_at is None:
        return row.state
    if row.asked_at is not None and row.asked_at <= at < row.asked_at + LEASE:
        return row.state
    was_asked = row.attempts > 0
    if not was_asked:
        objection = _objection(row)
        if objection:
            _move(row, "failed", at, at, "", objection)
            return "failed"
    try:
        order = payments.Order(
            key=row.key,
            amount_fen=row.amount_fen,
            payee_name=row.account.holder_name,
            account_no=row.account.number,
            bank=row.account.bank,
            purpose=f"{PURPOSE} {row.advance.advance_no}",
            at=row.prepared_at,
        )
    except Malformed:
        _move(row, "failed", at, at, "", "UNREADABLE_ACCOUNT")
        return "failed"
    row.attempts += 1
    row.asked_at = at
    row.next_at = at + min(FIRST_WAIT * 2 ** min(row.attempts - 1, 10), LONGEST_WAIT)
    row.save(update_fields=["attempts", "asked_at", "next_at"])
    return _Asking(instalment_id, order, was_asked)


def _objection(row: Instalment) -> str:
    """Before the bank sees it: the account is still the hospital's own and its holder bears the hospital's name."""
    if row.account.ended_at is not None:
        return "ACCOUNT_ENDED"
    return "" if same_name(row.account.holder_name) == same_name(row.account.hospital.name) else "NAME_MISMATCH"


@transaction.atomic(durable=True)
def _unanswered(instalment_id: int) -> str:
    row = _held(instalment_id)
    row.asked_at = None
    row.save(update_fields=["asked_at"])
    return row.state


@transaction.atomic(durable=True)
def _write(instalment_id: int, state: str, at: datetime, happened: datetime, bank_ref: str, reason: str) -> str:
    row = _held(instalment_id)
    if not _move(row, state, at, happened, bank_ref, reason):
        row.asked_at = None
        row.save(update_fields=["asked_at"])
    return row.state


def _move(
    row: Instalment, to: str, at: datetime, happened: datetime, bank_ref: str, reason: str, *, by: Who = HOUSE
) -> bool:
    """Take a locked instalment to a state, if it can still go there: the row, its record, the case's entries."""
    before = row.state
    if to not in _AFTER[before]:
        return False
    row.state, row.asked_at = to, None
    row.bank_ref, row.reason = bank_ref or row.bank_ref, reason[:40]
    if row.sent_at is None and to != "failed":
        row.sent_at = min(happened, at)
    if to != "sent":
        row.settled_at = happened
    kind = {"confirmed": "advance.paid"}.get(to, f"advance.instalment_{to}")
    record = _told(kind, row, by, at)
    if to == "confirmed":
        row.record = record
    row.save()
    advance = Advance.objects.select_for_update().get(pk=row.advance_id)
    moved = 0
    if to == "confirmed" or (to == "returned" and before != "confirmed"):
        enter(advance, "paid", row.amount_fen, f"{row.key}:paid", [(*BANK, -row.amount_fen)], at=at, record=record)
        moved = 1
    if to == "returned":
        # What the benefit had covered of it was not paid after all: the claim is decided again by a person.
        short = row.amount_fen - advance.balance_fen
        if short > 0:
            undo_offset(advance, short, f"{row.key}:undone", at=at, record=record)
            AdvanceTask.objects.get_or_create(
                advance=advance, owner="insurer", what="decide_again", due_on=day_in_china(at)
            )
        enter(
            advance, "returned", row.amount_fen, f"{row.key}:returned", [(*BANK, row.amount_fen)], at=at, record=record
        )
        moved = 1
    if to == "confirmed" and advance.state == A.PAYING:
        step(advance, A.TRACKING, by=by, at=at, record=record)
        follow(advance, "advance.tracked", at)
        moved = 1
    if advance.state == A.SETTLED and advance.balance_fen > 0:
        # Money seen to move outweighs word that it would not.
        advance.owed_at = at
        step(advance, A.RECOVERY, by=by, at=at, record=record)
    elif advance.state == A.RECOVERY and advance.balance_fen == 0:
        _nothing_owed(advance, by, at)
    elif moved:
        advance.save()
    return True


def _nothing_owed(advance: Advance, by: Who, at: datetime) -> None:
    """What the member owed came back from the hospital's bank: nobody owes anything any more."""
    record = records.append(
        "advance.settled",
        f"advance:{advance.advance_no}",
        by=by,
        at=at,
        data={"advanced_fen": advance.paid_fen, "offset_fen": advance.offset_fen, "owed_fen": 0},
    )
    follow(advance, "advance.repaid", at)
    step(advance, A.SETTLED, by=by, at=at, record=record)


def _told(kind: str, row: Instalment, by: Who, at: datetime) -> Record:
    return records.append(
        kind,
        f"advance:{row.advance.advance_no}",
        by=by,
        at=at,
        data={
            "instalment": row.pk,
            "key": row.key,
            "number": row.number,
            "amount_fen": row.amount_fen,
            "account": row.account_id,
            "letter": row.guarantee.number,
            "bank_ref": row.bank_ref,
            "reason": row.reason,
        },
    )
