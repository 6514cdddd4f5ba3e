"""Sending: the bank is asked outside every transaction, between a row that says so and a row with its answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from hearth.desks.money.moving import STEPPED, advance
from hearth.store.access import HOUSE
from hearth.store.access.money import payee_objection
from hearth.store.models import Payment
from hearth.wires import payments
from hearth.wires.faults import KeyReused, NoAnswer
from hearth.words.faults import Malformed

LEASE = timedelta(minutes=2)
"""For so long one worker asks the bank about a payment and no other does; then it is taken for dead."""

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)

PURPOSES = {"benefit": "理赔款", "adjustment": "理赔款补付", "interest": "理赔款迟延利息", "prepayment": "先行赔付"}
"""What the bank shows the payee, before the claim's number; no health content."""

_TAKEN = (
    *STEPPED, "claim__person__born_on", "claim__person__died_on", "account__holder_name", "account__number",
    "account__bank", "account__ended_at", "account__person__full_name", "run__released_at",
)  # fmt: skip
"""What the bank's order and the look at the payee read."""

_STATES = {
    payments.State.ACCEPTED: "sent",
    payments.State.CONFIRMED: "confirmed",
    payments.State.REFUSED: "failed",
    payments.State.RETURNED: "returned",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of looking at a payment: its state, and whether it waits for a pay run, a worker, or the bank."""

    payment_id: int
    state: str
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class _Asking:
    payment_id: int
    order: payments.Order
    was_asked: bool
    state: str


def send(payment_id: int, *, at: datetime, wire: payments.Payments | None = None) -> Sent:
    """Bring one payment forward.  (1) take it for a moment (2) ask the bank (3) write down what it said.

    A payment that was sent before is first asked about by its key, then sent again under the same key if the bank does
    not know it.  No answer changes nothing: the row stays, and is looked at again later.
    Records: payment.sent, payment.confirmed, payment.failed or payment.returned, where the state changed.
    """
    taken = _take(payment_id, at)
    if isinstance(taken, Sent):
        return taken
    try:
        answer = _ask(wire or payments.opened(settings.PAYMENTS_WIRE), taken, at)
    except NoAnswer:
        return _unanswered(payment_id)
    except KeyReused:
        # The bank holds another order under this key: nothing was done for ours, and nothing may be.
        return _write(payment_id, "failed", at, at, "", "KEY_REUSED")
    if _STATES[answer.state] == taken.state and _no_news(payment_id, taken.state):
        return Sent(payment_id, taken.state)
    reason = answer.reason.value if answer.reason else ""
    return _write(payment_id, _STATES[answer.state], at, answer.at, answer.bank_ref or "", reason)


def send_run(run_id: int, *, at: datetime) -> list[Sent]:
    """Send the open payments of a released pay run."""
    return [send(payment_id, at=at) for payment_id in _open().filter(run=run_id)]


def look_again(*, at: datetime, most: int = 500) -> list[Sent]:
    """Look again at open payments whose moment has come, those that wait longest first."""
    due = list(_open().filter(next_at__lte=at)[:most])
    wire = payments.opened(settings.PAYMENTS_WIRE) if due else None
    return [send(payment_id, at=at, wire=wire) for payment_id in due]


def _open() -> QuerySet[Payment, int]:
    free = Q(is_held=False) | Q(run__released_at__isnull=False)
    found = Payment.objects.filter(free, state__in=("intended", "sent"))
    return found.order_by("next_at", "id").values_list("pk", flat=True)


@transaction.atomic(durable=True)
def _take(payment_id: int, at: datetime) -> Sent | _Asking:
    payment = (
        Payment.objects.select_related("claim__person", "decision", "account__person", "run")
        .only(*_TAKEN)
        .select_for_update(of=("self",))
        .get(pk=payment_id)
    )
    if payment.state not in ("intended", "sent"):
        return Sent(payment_id, payment.state)
    if payment.is_held and (payment.run is None or payment.run.released_at is None):
        return Sent(payment_id, payment.state, "pay run")
    if payment.asked_at is not None and payment.asked_at <= at < payment.asked_at + LEASE:
        return Sent(payment_id, payment.state, "worker")
    was_asked = payment.attempts > 0
    if not was_asked:
        # Before the bank sees it: the payee's name is the account's, and this claim's money may go there.
        objection = payee_objection(payment.claim, payment.account, at)
        if objection:
            return _failed(payment, objection, at)
    try:
        order = payments.Order(
            key=payment.key,
            amount_fen=payment.amount_fen,
            payee_name=payment.account.holder_name,
            account_no=payment.account.number,
            bank=payment.account.bank,
            purpose=f"{PURPOSES[payment.what.partition(':')[0]]} {payment.claim.claim_no}",
            at=payment.intended_at,
        )
    except Malformed:
        return _failed(payment, "UNREADABLE_ACCOUNT", at)
    payment.attempts += 1
    payment.asked_at = at
    payment.next_at = at + min(FIRST_WAIT * 2 ** min(payment.attempts - 1, 10), LONGEST_WAIT)
    payment.save(update_fields=["attempts", "asked_at", "next_at"])
    return _Asking(payment_id, order, was_asked, payment.state)


def _failed(payment: Payment, reason: str, at: datetime) -> Sent:
    advance(payment, "failed", by=HOUSE, at=at, reason=reason, happened=at)
    return Sent(payment.pk, payment.state)


def _ask(wire: payments.Payments, asking: _Asking, at: datetime) -> payments.Answer:
    answer = wire.status(asking.order.key, at) if asking.was_asked else None
    return answer or wire.send(asking.order)


@transaction.atomic(durable=True)
def _unanswered(payment_id: int) -> Sent:
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.asked_at = None
    payment.save(update_fields=["asked_at"])
    return Sent(payment_id, payment.state, "bank")


@transaction.atomic(durable=True)
def _no_news(payment_id: int, state: str) -> bool:
    """Whether a payment stands as it stood before the bank was asked: then it is free again, and nothing more."""
    return Payment.objects.filter(pk=payment_id, state=state).update(asked_at=None) > 0


@transaction.atomic(durable=True)
def _write(payment_id: int, state: str, at: datetime, happened: datetime, bank_ref: str, reason: str) -> Sent:
    found = Payment.objects.select_related("claim", "decision").only(*STEPPED)
    payment = found.select_for_update(of=("self",)).get(pk=payment_id)
    if not advance(payment, state, by=HOUSE, at=at, bank_ref=bank_ref, reason=reason, happened=happened):
        payment.asked_at = None
        payment.save(update_fields=["asked_at"])
    return Sent(payment_id, payment.state)
