"""Promises: what chasers fired, the work orders that followed, who works when, and the years of the work calendar."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.claims import KEPT, Claim, Message
from hearth.store.models.decisions import Calculation
from hearth.store.models.people import BankAccount, Person
from hearth.store.models.records import APPEND_ONLY, Deadline, Record
from hearth.store.sealed import SealedText
from hearth.words.promises import OF_CASES, Chaser, LateCause, OrderState, OrderStep

OF_CLAIMS = [each.value for each in Chaser if each not in OF_CASES]


class WorkOrder(models.Model):
    """Work that somebody is asked to do because a promise is in danger or broken: one open a claim and chaser."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="orders")
    chaser = models.CharField(max_length=16)
    # The highest rung of the ladder that fired while it was open.
    level = models.PositiveSmallIntegerField()
    # The limit that fired last, and when that one is broken: what orders are sorted by.
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="orders")
    due_at = models.DateTimeField(null=True)
    # The role it waits for, and who of them has it; nobody until somebody is at work.
    role = models.CharField(max_length=24)
    holder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=8, default=OrderState.OPEN.value)
    opened_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=8, default="", blank=True)
    # What the customer was told of it.
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="order_one_open", fields=["claim", "chaser"], condition=models.Q(state=OrderState.OPEN.value)
            ),
            models.CheckConstraint(name="order_chaser", condition=models.Q(chaser__in=OF_CLAIMS)),
            # Closed by a person, with a cause and words for the customer; or settled, because it was done in time.
            models.CheckConstraint(
                name="order_state",
                condition=models.Q(state=OrderState.OPEN.value, ended_at__isnull=True, cause="", message__isnull=True)
                | models.Q(
                    state=OrderState.CLOSED.value,
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                    message__isnull=False,
                    cause__in=[each.value for each in LateCause],
                )
                | models.Q(
                    state=OrderState.SETTLED.value, ended_at__isnull=False, ended_by__isnull=True, cause="",
                    message__isnull=True,
                ),
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at", "id"], name="order_by_time_left", condition=models.Q(state="open")),
            models.Index(fields=["holder", "due_at", "id"], name="order_of_holder", condition=models.Q(state="open")),
            models.Index(
                fields=["id"], name="order_ungiven", condition=models.Q(state="open", holder__isnull=True)
            ),
            models.Index(fields=["claim", "-id"], name="order_of_claim"),
        ]  # fmt: skip
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="ended_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__ended_at__isnull=False)
            ),
            pgtrigger.Protect(
                name="opened_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("claim", "chaser", "opened_at"),
            ),
        ]


class OrderEvent(models.Model):
    """What happened to a work order: never changed; what somebody wrote is sealed and can be emptied."""

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=24)
    holder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    text = SealedText()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="order_event_step", condition=models.Q(step__in=[each.value for each in OrderStep])
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="happened_stays", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["text"])
            ),
        ]


class Firing(models.Model):
    """A rung of a chaser's ladder that fired on a limit: each once, whatever restarts."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="firings")
    chaser = models.CharField(max_length=16)
    level = models.PositiveSmallIntegerField()
    # When it was due, and when the sweep came to it.
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    order = models.ForeignKey(WorkOrder, null=True, on_delete=models.PROTECT, related_name="firings")
    # What the customer was told by it.
    record = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="firing_once", fields=["deadline", "chaser", "level"]),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]


class StaffShift(models.Model):
    """A time of the week in which a colleague works; several a day where there are several."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shifts")
    weekday = models.PositiveSmallIntegerField()
    from_minute = models.PositiveSmallIntegerField()
    to_minute = models.PositiveSmallIntegerField()
    rests_too = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="staff_shift_window",
                condition=models.Q(weekday__gte=1, weekday__lte=7, to_minute__lte=1440)
                & models.Q(from_minute__lt=models.F("to_minute")),
            ),
            models.UniqueConstraint(name="staff_shift_once", fields=["person", "weekday", "from_minute"]),
        ]


class StaffAbsence(models.Model):
    """A time in which a colleague is not there."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="staff_absence_runs", condition=models.Q(from_at__lt=models.F("to_at"))),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "to_at"], name="staff_absence_of")]


class StaffSkill(models.Model):
    """What a colleague can do beyond their role: a product's code, or a chaser's."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="skills")
    skill = models.CharField(max_length=48)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="staff_skill_once", fields=["person", "skill"]),
        ]


class CalendarYear(models.Model):
    """A year of the work calendar as it was loaded: its notice, days off, weekend days worked; the last one counts."""

    year = models.PositiveSmallIntegerField()
    # As the calendar's file states a year: notice, title, issued_on, rest, worked.
    stated = models.JSONField()
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=40)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["year", "-id"], name="calendar_year_last")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]


class PromiseCount(models.Model):
    """How many promises of a day were kept and broken, by limit, product and branch; and of the last, how the rest is.

    Counted anew every minute for the day under way, so that the board reads a few rows whatever there is.
    """

    day = models.DateField()
    code = models.CharField(max_length=24)
    product = models.CharField(max_length=48)
    # The branch's code; empty where a claim has none.
    branch = models.CharField(max_length=32)
    kept = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    # Of those that are open at `counted_at`.
    safe = models.PositiveIntegerField(default=0)
    paused = models.PositiveIntegerField(default=0)
    at_risk = models.PositiveIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="promise_count_once", fields=["day", "code", "product", "branch"]),
        ]


class Prepayment(models.Model):
    """The undisputed part of a claim that is paid before the whole can be determined (Insurance Law art. 25)."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="prepayments")
    # The whole case without the disputed lines, and what came out.
    calculation = models.ForeignKey(Calculation, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField()
    # proposed, approved, sent_back
    state = models.CharField(max_length=9, default="proposed")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    authority_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="prepayment_above_nothing", condition=models.Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="prepayment_state",
                condition=models.Q(state="proposed", ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(state="sent_back", ended_at__isnull=False, ended_by__isnull=False)
                | models.Q(
                    state="approved", ended_at__isnull=False, ended_by__isnull=False,
                    amount_fen__lte=models.F("authority_fen"),
                ),
            ),
            models.CheckConstraint(
                name="prepayment_two_people",
                condition=models.Q(ended_by__isnull=True) | ~models.Q(ended_by=models.F("proposed_by")),
            ),
            models.UniqueConstraint(
                name="prepayment_one_living", fields=["claim"], condition=models.Q(state__in=("proposed", "approved"))
            ),
        ]  # fmt: skip
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="prepaid_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("claim", "calculation", "account", "amount_fen", "proposed_by"),
            ),
            pgtrigger.Protect(
                name="prepaid_ended_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]
