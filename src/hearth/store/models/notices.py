"""Notices: what people are told at each step, through the messages wire."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from hearth.store.models.people import Person
from hearth.store.models.records import Record
from hearth.store.sealed import SealedText


class Notice(models.Model):
    """A message to one person: due, sent or given up.  `key` makes it one message however often the job runs.

    `text` goes by SMS and holds no health content; `title` and `body` are the long form: inbox, e-mail.
    """

    key = models.CharField(max_length=80, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    claim = models.ForeignKey("store.Claim", null=True, on_delete=models.PROTECT, related_name="notices")
    record = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=40)
    channel = models.CharField(max_length=8)
    language = models.CharField(max_length=8)
    text = SealedText()
    title = SealedText()
    body = SealedText()
    # Where it went at the first attempt: every later one goes there too, for a key stands for one message.
    sent_to = SealedText()
    made_at = models.DateTimeField()
    # Not before: quiet hours end then.
    send_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="due")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    # It reached the person: the carrier took it, or they read it in their inbox.
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="notice_state", condition=models.Q(state__in=("due", "sent", "given_up"))),
            models.CheckConstraint(name="notice_channel", condition=models.Q(channel__in=("sms", "email", "app"))),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["send_at"], name="notice_due", condition=models.Q(state="due")),
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            models.Index(fields=["-id"], name="notice_given_up", condition=models.Q(state="given_up")),
        ]
