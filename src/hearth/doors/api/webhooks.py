"""Webhooks: addresses that a partner registers, tries and removes, and what was told to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import BaseModel, ConfigDict, Field

from hearth.desks import partners
from hearth.doors.api.bodies import stated
from hearth.doors.api.interface import answers, takes
from hearth.doors.api.once import answered, once
from hearth.doors.api.tokens import Token, caller
from hearth.store.access import partners as reads

router = Router(tags=["webhooks"])

WebhookId = Annotated[int, Path(ge=1, le=2**62)]


class WebhookIn(BaseModel):
    """An address to be told at."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    url: str = Field(min_length=1, max_length=500, description="https://host[:port]/path on the open internet")


class WebhookMade(Schema):
    """A webhook that was registered.  The secret is told this once."""

    webhook: int
    url: str
    secret: str = Field(description="the key of the signature: keep it; it is told this once")
    made_at: datetime


class WebhookOut(Schema):
    """A webhook."""

    webhook: int
    url: str
    made_at: datetime
    failures: int = Field(description="calls that failed one after another until now")
    rests_until: datetime | None = Field(description="after a failure it is left alone until then")


class WebhookList(Schema):
    """Every webhook."""

    webhooks: list[WebhookOut]


class Delivery(Schema):
    """One message to a webhook."""

    delivery: str = Field(description="the same in every attempt: the header Hearth-Delivery")
    record: int
    kind: str
    subject: str
    state: str = Field(description="due, taken or given_up")
    attempts: int
    next_at: datetime | None
    last_status: int | None
    last_trouble: str


class DeliveryList(Schema):
    """The newest messages, newest first."""

    deliveries: list[Delivery]


class Tried(Schema):
    """What came of a call."""

    is_taken: bool
    status: int | None = Field(description="the status that was answered; null where there was no answer")
    trouble: str


@router.post(
    "/webhooks",
    auth=Token("webhooks"),
    response=answers({201: WebhookMade}, 409, 413, 415),
    openapi_extra=takes(WebhookIn),
    summary="Register a webhook",
)
def add_webhook(request: HttpRequest) -> HttpResponse:
    """From now on each step of your claims is told there: signed, with ids and states alone, at least once."""
    wanted, _ = stated(request, WebhookIn)
    asks = caller(request)

    def work() -> HttpResponse:
        made = partners.add_webhook(asks.by, wanted.url, at=asks.at)
        value = WebhookMade(webhook=made.webhook_id, url=made.url, secret=made.secret, made_at=made.made_at)
        return answered(201, value)

    return once(request, request.body, work)


@router.get("/webhooks", auth=Token("webhooks"), response=answers({200: WebhookList}), summary="Your webhooks")
def list_webhooks(request: HttpRequest) -> WebhookList:
    """Every webhook that is told."""
    asks = caller(request)
    return WebhookList(webhooks=[_out(row) for row in reads.webhooks(asks.by, asks.at)])


@router.delete(
    "/webhooks/{webhook}", auth=Token("webhooks"), response=answers({204: None}, 404), summary="Remove a webhook"
)
def remove_webhook(request: HttpRequest, webhook: WebhookId) -> HttpResponse:
    """Nothing more is told there; what still waits is given up."""
    asks = caller(request)
    partners.remove_webhook(asks.by, webhook, at=asks.at)
    return HttpResponse(status=204)


@router.post(
    "/webhooks/{webhook}/test",
    auth=Token("webhooks"),
    response=answers({200: Tried}, 404),
    summary="Call a webhook now",
)
def try_webhook(request: HttpRequest, webhook: WebhookId) -> Tried:
    """Call it with a signed message of kind webhook.tried, and say what came of it."""
    asks = caller(request)
    tried = partners.try_webhook(asks.by, webhook, at=asks.at)
    return Tried(is_taken=tried.is_taken, status=tried.status, trouble=tried.trouble)


@router.get(
    "/webhooks/{webhook}/deliveries",
    auth=Token("webhooks"),
    response=answers({200: DeliveryList}, 404),
    summary="What was told to a webhook",
)
def list_deliveries(request: HttpRequest, webhook: WebhookId) -> DeliveryList:
    """The newest fifty messages and what has come of them."""
    asks = caller(request)
    found = reads.deliveries(asks.by, webhook, asks.at)
    return DeliveryList(
        deliveries=[
            Delivery(
                delivery=row.delivery,
                record=row.record_id,
                kind=row.kind,
                subject=row.subject,
                state=row.state,
                attempts=row.attempts,
                next_at=row.next_at,
                last_status=row.last_status,
                last_trouble=row.last_trouble,
            )
            for row in found
        ]
    )


def _out(row: reads.WebhookRow) -> WebhookOut:
    return WebhookOut(
        webhook=row.webhook_id,
        url=row.url,
        made_at=row.made_at,
        failures=row.failures,
        rests_until=row.rests_until,
    )
