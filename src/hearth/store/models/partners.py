"""Partners: insurers, brokers and hospitals that speak to the interface; their tokens, requests and webhooks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from hearth.store.models.people import Branch, Person
from hearth.store.sealed import SealedBytes, SealedText


class Partner(models.Model):
    """An organisation that brings claims in and follows them."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=12)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="partner_kind_known", condition=models.Q(kind__in=("insurer", "broker", "hospital"))
            ),
        ]


class Introduction(models.Model):
    """A person who was known already, made known to one more partner, and what this partner calls them."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="introductions")
    external_id = models.CharField(max_length=64, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="introduction_once", fields=["partner", "person"]),
            models.UniqueConstraint(
                name="introduction_external_once",
                fields=["partner", "external_id"],
                condition=~models.Q(external_id=""),
            ),
        ]


class Token(models.Model):
    """A partner's key to the interface; only its digest is kept."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.BinaryField(unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    # How fast it may ask; `paced_at` is the moment up to which its requests are paid for (a leaky bucket).
    per_minute = models.PositiveIntegerField(default=600)
    paced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="token_pace", condition=models.Q(per_minute__gte=1)),
        ]


class ApiRequest(models.Model):
    """A request made under an idempotency key, and what was answered: asked again, it is answered the same."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = SealedBytes(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="api_request_once", fields=["partner", "key"]),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="api_request_at")]


class Webhook(models.Model):
    """An address of a partner that is told of each step of its claims."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=500)
    secret = SealedText()
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    # A receiver that fails rests a while, so that it costs one attempt and not one for each message.
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="webhook_once", fields=["partner", "url"], condition=models.Q(is_active=True)),
        ]


class Delivery(models.Model):
    """One message to one webhook: sent until it is taken, or given up after named attempts."""

    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    record = models.ForeignKey("store.Record", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default="due")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    last_status = models.PositiveSmallIntegerField(null=True)
    last_trouble = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="delivery_once", fields=["webhook", "record"]),
            models.CheckConstraint(name="delivery_state", condition=models.Q(state__in=("due", "taken", "given_up"))),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["webhook", "next_at"], name="delivery_due", condition=models.Q(state="due")),
        ]
