"""Jobs of partners: each step of their claims is told to their webhooks; old requests are forgotten."""

from __future__ import annotations

import datetime
from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from hearth.desks import partners
from hearth.words.subscriptions import WEBHOOK_TASK

DELIVER = "api.deliver"


@app.task(name=WEBHOOK_TASK, queue="webhooks")
def tell_partners(record_id: int) -> None:
    """Prepare what is to be told of one record, and wake the webhooks it is for."""
    for webhook_id in partners.tell(record_id, at=_now()):
        _wake(webhook_id)


@app.task(name=DELIVER, queue="webhooks")
def deliver(webhook_id: int) -> None:
    """Tell one webhook what is due; one job of a webhook at a time."""
    while partners.deliver(webhook_id, at=_now()) == partners.BATCH:
        pass


@app.periodic(cron="* * * * * */10")
@app.task(name="api.deliver_due", queue="webhooks", queueing_lock="api.deliver_due")
def deliver_due(timestamp: int) -> None:
    """Wake every webhook for which something has become due again."""
    for webhook_id in partners.due_webhooks(_now()):
        _wake(webhook_id)


@app.periodic(cron="17 3 * * *")
@app.task(name="api.forget_requests", queueing_lock="api.forget_requests")
def forget_requests(timestamp: int) -> None:
    """Forget what was answered under idempotency keys long ago."""
    partners.forget_requests(at=_now())


def _wake(webhook_id: int) -> None:
    name = f"{DELIVER}:{webhook_id}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(DELIVER, queue="webhooks", lock=name, queueing_lock=name).defer(webhook_id=webhook_id)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
