"""Service: the thread of a claim and who is in it, stewards, their checkpoints, originals and who holds them."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.claims import KEPT, Claim, Message, Paper
from hearth.store.models.people import Person
from hearth.store.models.records import APPEND_ONLY
from hearth.store.sealed import SealedText
from hearth.words.service import UNDER_WAY, Checkpoint, Direction, Handover, Holder, Part, PickupState


class Thread(models.Model):
    """The conversation of a claim: when it was opened, who waits for an answer, and whether the service is done."""

    claim = models.OneToOneField(Claim, primary_key=True, on_delete=models.PROTECT, related_name="thread")
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)
    # The first line of the member that nobody has answered.
    waits_since = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # member: they said so; quiet: nobody wrote for seven days after the last answer.
    settled_by = models.CharField(max_length=8, default="", blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="thread_settled",
                condition=models.Q(settled_at__isnull=True, settled_by="")
                | models.Q(settled_at__isnull=False, settled_by__in=("member", "quiet"), waits_since__isnull=True),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["waits_since"], name="thread_waits", condition=models.Q(waits_since__isnull=False)),
            models.Index(fields=["answered_at"], name="thread_open", condition=models.Q(settled_at__isnull=True)),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class ThreadMember(models.Model):
    """Somebody who is in the thread of a claim, and up to which line they have read it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="thread_members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=8)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    read_to = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="thread_member_once", fields=["claim", "person"]),
            models.CheckConstraint(
                name="thread_member_part", condition=models.Q(part__in=[each.value for each in Part])
            ),
            models.UniqueConstraint(
                name="thread_one_steward",
                fields=["claim"],
                condition=models.Q(part=Part.STEWARD.value, left_at__isnull=True),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "claim"], name="thread_of_person", condition=models.Q(left_at__isnull=True)),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class MessagePaper(models.Model):
    """A paper of the claim that came with a line of its thread."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="papers")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="said_in")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="message_paper_once", fields=["message", "paper"]),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]


class Stewardship(models.Model):
    """Who looks after a paying user, from when and why: one at a time."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stewardships")
    steward = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="looks_after")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=8)
    words = SealedText()
    given_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="steward_one_active", fields=["person"], condition=models.Q(to_at__isnull=True)
            ),
            models.CheckConstraint(name="steward_of_others", condition=~models.Q(person=models.F("steward"))),
            models.CheckConstraint(name="steward_why", condition=models.Q(why__in=[each.value for each in Handover])),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["steward"], name="steward_load", condition=models.Q(to_at__isnull=True)),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="given_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("person", "steward", "from_at", "why", "given_by"),
            ),
            pgtrigger.Protect(
                name="ended_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__to_at__isnull=False) & pgtrigger.Q(old__to_at__df=pgtrigger.F("new__to_at")),
            ),
        ]


class StewardStep(models.Model):
    """One of the four checkpoints of a claim: open until the steward has done what it says."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="steward_steps")
    what = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    words = SealedText()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="steward_step_once", fields=["claim", "what"]),
            models.CheckConstraint(
                name="steward_step_what", condition=models.Q(what__in=[each.value for each in Checkpoint])
            ),
            models.CheckConstraint(
                name="steward_step_done",
                condition=models.Q(done_at__isnull=True, done_by__isnull=True)
                | models.Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="done_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__done_at__isnull=False)
                & pgtrigger.Q(old__done_at__df=pgtrigger.F("new__done_at")),
            ),
        ]


class Pickup(models.Model):
    """A trip of originals, from the member's door or back to it; where it stands follows the courier's news."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="pickups")
    direction = models.CharField(max_length=4)
    # Under this key the courier has it, once however often it is asked.
    key = models.CharField(max_length=64, unique=True)
    # Codes of papers.
    papers = models.JSONField(default=list)
    contact = SealedText()
    phone = SealedText()
    address = SealedText()
    window_from = models.DateTimeField()
    window_to = models.DateTimeField()
    state = models.CharField(max_length=10, default=PickupState.BOOKED.value)
    courier_ref = models.CharField(max_length=64, default="", blank=True)
    booked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="pickup_one_under_way",
                fields=["claim", "direction"],
                condition=models.Q(state__in=[each.value for each in UNDER_WAY]),
            ),
            models.CheckConstraint(
                name="pickup_direction", condition=models.Q(direction__in=[each.value for each in Direction])
            ),
            models.CheckConstraint(name="pickup_window", condition=models.Q(window_from__lt=models.F("window_to"))),
            models.CheckConstraint(
                name="pickup_state",
                condition=models.Q(state__in=[each.value for each in UNDER_WAY], ended_at__isnull=True)
                | models.Q(
                    state__in=[each.value for each in PickupState if each not in UNDER_WAY], ended_at__isnull=False
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], name="pickup_to_tell", condition=models.Q(state=PickupState.BOOKED.value)),
            models.Index(
                fields=["window_to"], name="pickup_under_way",
                condition=models.Q(state__in=[each.value for each in UNDER_WAY]),
            ),
        ]  # fmt: skip
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="booked_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "claim", "direction", "key", "papers", "window_from", "window_to", "booked_by", "booked_at"
                ),
            ),
        ]


class Custody(models.Model):
    """Who holds the originals of a trip, from when: a chain that is only added to."""

    pickup = models.ForeignKey(Pickup, on_delete=models.PROTECT, related_name="custody")
    seq = models.PositiveSmallIntegerField()
    holder = models.CharField(max_length=8)
    at = models.DateTimeField()
    noted_at = models.DateTimeField()
    # Who says so: somebody, or the courier's news.
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="custody_in_order", fields=["pickup", "seq"]),
            models.CheckConstraint(
                name="custody_holder", condition=models.Q(holder__in=[each.value for each in Holder])
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]


class CourierNews(models.Model):
    """A piece of the courier's news, each once, whatever came of it."""

    no = models.BigIntegerField(primary_key=True)
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    happened_at = models.DateTimeField()
    learnt_at = models.DateTimeField()
    pickup = models.ForeignKey(Pickup, null=True, on_delete=models.PROTECT, related_name="news")
    # Whether it was the first of its kind and changed something.
    is_told = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["key", "kind"], name="courier_news_of")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]
