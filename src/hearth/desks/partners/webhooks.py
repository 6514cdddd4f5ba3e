"""Webhooks: addresses of a partner that are told of each step of its claims."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from hearth.desks.books import records
from hearth.desks.partners.organisations import subject
from hearth.store.access import NotAllowed, Who, one, permit
from hearth.store.models import Partner, Webhook
from hearth.wires.webhooks import address
from hearth.words.faults import Fault

MOST_WEBHOOKS = 10


class WebhookThere(Fault):
    """The partner has a webhook of that address."""

    code, status = "WEBHOOK_THERE", 409
    says = "There is a webhook for this address already; delete it first if you need another secret."
    says_zh = "该地址已登记回调；如需更换密钥，请先删除原有登记。"


class TooManyWebhooks(Fault):
    """The partner has as many webhooks as it may."""

    code, status = "TOO_MANY_WEBHOOKS", 409
    says = "There are {count} webhooks, which is as many as one partner may have; delete one first."
    says_zh = "已有 {count} 个回调地址，达到上限；请先删除一个。"


class WebhookNotTls(Fault):
    """The address is not encrypted."""

    code, status = "WEBHOOK_NOT_TLS", 422
    says = "A webhook's address begins with https://."
    says_zh = "回调地址必须以 https:// 开头。"


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook that was registered.  Its secret is told this once."""

    webhook_id: int
    url: str
    secret: str = field(repr=False)
    made_at: datetime


@transaction.atomic(durable=True)
def add_webhook(by: Who, url: str, *, at: datetime) -> NewWebhook:
    """Register an address of the partner that asks.

    Records: webhook.added.  Raises: NotAllowed, Malformed, WebhookNotTls, WebhookThere, TooManyWebhooks.
    """
    permit(by, "webhook", "edit")
    if by.partner_id is None:
        raise NotAllowed
    if not address(url).is_tls and not settings.WEBHOOKS_PRIVATE:
        raise WebhookNotTls
    partner = Partner.objects.select_for_update().get(pk=by.partner_id)
    if partner.webhooks.filter(is_active=True).count() >= MOST_WEBHOOKS:
        raise TooManyWebhooks(count=MOST_WEBHOOKS)
    secret = "whsec_" + secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            webhook = Webhook.objects.create(partner=partner, url=url, secret=secret, made_at=at)
    except IntegrityError:
        raise WebhookThere from None
    records.append("webhook.added", subject(partner), by=by, at=at, data={"webhook": webhook.pk})
    return NewWebhook(webhook.pk, url, secret, at)


@transaction.atomic(durable=True)
def remove_webhook(by: Who, webhook_id: int, *, at: datetime) -> None:
    """Tell an address nothing more; what still waits for it is given up.

    Records: webhook.removed.  Raises: NotAllowed, NotThere.
    """
    webhook = one(by, "webhook", "edit", at, lock=True, pk=webhook_id, is_active=True)
    stop(webhook, "the webhook was removed")
    data = {"webhook": webhook.pk}
    records.append("webhook.removed", subject(webhook.partner), by=by, at=at, data=data)


def stop(webhook: Webhook, why: str) -> None:
    """Make a webhook inactive, in the transaction that is under way."""
    webhook.is_active = False
    webhook.save(update_fields=["is_active"])
    webhook.deliveries.filter(state="due").update(state="given_up", last_trouble=why)
