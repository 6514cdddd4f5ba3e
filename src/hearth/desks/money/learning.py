"""Learning: the bank's news, each piece once, whatever order it comes in."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from hearth.desks.money.moving import STEPPED, advance
from hearth.store.access import HOUSE
from hearth.store.models import BankEvent, Instalment, Payment
from hearth.wires import payments
from hearth.wires.faults import NoAnswer
from hearth.wires.payments.contract import NEWS_AT_ONCE

_STATES = {
    payments.Kind.CONFIRMED: "confirmed",
    payments.Kind.FAILED: "failed",
    payments.Kind.RETURNED: "returned",
}
# What is news of the past where a payment stands so: told twice, or overtaken.
_KNOWN = {
    "confirmed": ("confirmed", "returned"),
    "failed": ("failed",),
    "returned": ("returned",),
}


def learn(*, at: datetime, wire: payments.Payments | None = None) -> int:
    """Hear the bank's news after what was heard before, piece by piece, each in its own transaction.

    Pieces are written down in their order by every worker, so what is known is always the beginning of the news and
    nothing is passed over when one dies.
    Gives:   how many pieces were new; a bank that does not answer is heard another time
    Records: payment.confirmed, payment.failed or payment.returned for each that changed a payment.
    """
    bank = wire or payments.opened(settings.PAYMENTS_WIRE)
    heard = 0
    after = BankEvent.objects.aggregate(no=Max("no"))["no"] or 0
    while True:
        try:
            news = bank.news(after, at)
        except NoAnswer:
            return heard
        for event in news:
            heard += _hear(event, at)
            after = event.no
        if len(news) < NEWS_AT_ONCE:
            return heard


@transaction.atomic(durable=True)
def _hear(event: payments.Event, at: datetime) -> int:
    payment = (
        Payment.objects.select_related("claim", "decision")
        .only(*STEPPED)
        .select_for_update(of=("self",))
        .filter(key=event.key)
        .first()
    )
    state = _STATES[event.kind]
    oddity = ""
    if payment is None:
        # News of an advance is written down here like any other, and followed by the advance desk.
        oddity = "" if Instalment.objects.filter(key=event.key).exists() else "unknown_key"
    elif payment.amount_fen != event.amount_fen:
        oddity = "other_amount"
    try:
        with transaction.atomic():
            written = BankEvent.objects.create(
                event_id=f"{event.no}:{event.key}:{event.kind.value}",
                no=event.no,
                key=event.key,
                payment=payment,
                what=event.kind.value.lower(),
                amount_fen=event.amount_fen,
                oddity=oddity or ("" if payment is None else _contradiction(payment, state)),
                at=event.at,
                seen_at=at,
            )
    except IntegrityError:
        return 0
    if payment is not None and not written.oddity:
        reason = event.reason.value if event.reason else ""
        advance(payment, state, by=HOUSE, at=at, bank_ref=event.bank_ref or "", reason=reason, happened=event.at)
    return 1


def _contradiction(payment: Payment, state: str) -> str:
    """Whether news cannot be true together with what we hold; a person looks at it."""
    if payment.state in _KNOWN[state]:
        return ""
    if state == "failed":
        return "contradicts" if payment.state in ("confirmed", "returned") else ""
    if payment.state == "failed":
        taken = Payment.objects.filter(decision=payment.decision_id, what=payment.what).exclude(pk=payment.pk)
        return "contradicts" if taken.filter(state__in=("intended", "sent", "confirmed")).exists() else ""
    return ""
