"""Telling: each record of a partner's claim becomes one delivery to each of its webhooks, tried until it is taken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from hearth.desks.books import records
from hearth.desks.partners.organisations import subject
from hearth.desks.partners.webhooks import stop
from hearth.store.access import HOUSE, Who, one
from hearth.store.models import Claim, Delivery, Record, Transition, Webhook
from hearth.wires import webhooks as wire
from hearth.words.claims import STEP_OF, ClaimState

BACKOFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""How long after each failed attempt the next one follows; after the last of them a delivery is given up."""

REST, LONGEST_REST = timedelta(seconds=30), timedelta(minutes=30)
BATCH = 50


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one call: the status that was answered, None where there was no answer."""

    is_taken: bool
    status: int | None
    trouble: str


@transaction.atomic(durable=True)
def tell(record_id: int, *, at: datetime) -> tuple[int, ...]:
    """Prepare the deliveries of one record: one for each active webhook of the partner that brought the claim in.

    Told twice it prepares them once.  Gives: the webhooks that have something to be told.
    """
    record = Record.objects.get(pk=record_id)
    claim = _claim_of(record)
    if claim is None or claim.partner_id is None:
        return ()
    found = list(Webhook.objects.filter(partner_id=claim.partner_id, partner__is_active=True, is_active=True))
    Delivery.objects.bulk_create(
        (Delivery(webhook=webhook, record=record, next_at=at) for webhook in found), ignore_conflicts=True
    )
    return tuple(webhook.pk for webhook in found)


def due_webhooks(at: datetime) -> list[int]:
    """The webhooks that have something to be told at `at`."""
    due = Delivery.objects.filter(_due(at)).order_by("webhook_id").values_list("webhook_id", flat=True).distinct()
    return list(due[:200])


def deliver(webhook_id: int, *, at: datetime, most: int = BATCH) -> int:
    """Call one webhook with what is due for it, oldest first, until one call fails; how many were taken.

    (1) what is due: its rows are the intent (2) the call, outside of any transaction (3) its outcome.
    A call may be made twice: the receiver knows a delivery by its key.
    """
    # 1. The intent.
    due = Delivery.objects.filter(_due(at), webhook_id=webhook_id).select_related("webhook", "record")
    taken = 0
    for delivery in due.order_by("next_at", "pk")[:most]:
        # 2. The call.
        answer = _call(delivery.webhook, f"D{delivery.pk}", message(delivery), at)
        # 3. The outcome.
        _outcome(delivery.pk, answer, at)
        if not answer.is_taken:
            break
        taken += 1
    return taken


def try_webhook(by: Who, webhook_id: int, *, at: datetime) -> Tried:
    """Call a webhook with a message that is about nothing, and say what came of it.

    Raises: NotAllowed, NotThere.
    """
    webhook = one(by, "webhook", "edit", at, pk=webhook_id, is_active=True)
    body = {"kind": "webhook.tried", "webhook": webhook.pk, "at": _written(at)}
    answer = _call(webhook, f"T{webhook.pk}-{at:%Y%m%d%H%M%S%f}", _bytes(body), at)
    return Tried(answer.is_taken, answer.status, answer.trouble.value)


def message(delivery: Delivery) -> bytes:
    """What a delivery says, the same in every attempt: ids and states alone, no name, amount or health content."""
    record = delivery.record
    claim = _claim_of(record)
    assert claim is not None
    step = Transition.objects.filter(record=record).order_by("-seq").first()
    body: dict[str, object] = {
        "delivery": f"D{delivery.pk}",
        "record": record.pk,
        "kind": record.kind,
        "claim": claim.claim_no,
        "external_id": claim.external_id,
        "at": _written(record.at),
    }
    if step is not None:
        body |= {"seq": step.seq, "state": step.to_state, "step": STEP_OF[ClaimState(step.to_state)].value}
    return _bytes(body)


def _claim_of(record: Record) -> Claim | None:
    kind, _, number = record.subject.partition(":")
    return Claim.objects.filter(claim_no=number).first() if kind == "claim" else None


def _due(at: datetime) -> Q:
    awake = Q(webhook__rests_until__isnull=True) | Q(webhook__rests_until__lte=at)
    return Q(state="due", next_at__lte=at, webhook__is_active=True) & awake


def _call(webhook: Webhook, key: str, body: bytes, at: datetime) -> wire.Answer:
    way = wire.opened(settings.WEBHOOKS_WIRE, private=settings.WEBHOOKS_PRIVATE)
    return way.call(wire.Call(url=webhook.url, key=key, body=body, secret=webhook.secret, at=at))


@transaction.atomic(durable=True)
def _outcome(delivery_id: int, answer: wire.Answer, at: datetime) -> None:
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    webhook = Webhook.objects.select_for_update(of=("self",)).select_related("partner").get(pk=delivery.webhook_id)
    if delivery.state != "due":
        return
    delivery.attempts += 1
    delivery.last_status, delivery.last_trouble = answer.status, answer.trouble.value
    if answer.is_taken:
        delivery.state = "taken"
        webhook.failures, webhook.rests_until = 0, None
    elif delivery.attempts > len(BACKOFF):
        delivery.state = "given_up"
    else:
        delivery.next_at = at + BACKOFF[delivery.attempts - 1]
    delivery.save(update_fields=["state", "attempts", "last_status", "last_trouble", "next_at"])
    if answer.is_taken:
        webhook.save(update_fields=["failures", "rests_until"])
    elif answer.is_gone and webhook.is_active:
        stop(webhook, "the receiver answered that this address is gone")
        data = {"webhook": webhook.pk, "status": 410}
        records.append("webhook.removed", subject(webhook.partner), by=HOUSE, at=at, data=data)
    else:
        rest = min(REST * 2 ** min(webhook.failures, 10), LONGEST_REST)
        Webhook.objects.filter(pk=webhook.pk).update(failures=F("failures") + 1, rests_until=at + rest)


def _bytes(body: dict[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
