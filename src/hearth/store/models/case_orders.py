"""Orders of cases: work that a dispute or a complaint asks for because a limit of it is in danger or broken."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.claims import KEPT
from hearth.store.models.disputes import Complaint, Dispute
from hearth.store.models.people import Person
from hearth.words.promises import OF_CASES, Chaser, OrderState

_OPEN = models.Q(state=OrderState.OPEN.value)


class CaseOrder(models.Model):
    """Somebody is asked to go on with a dispute or a complaint: one open a case; it ends by itself when the case moves.

    Apart from the orders of claims: whoever is given one has not thereby had to do with the claim.
    """

    dispute = models.ForeignKey(Dispute, null=True, on_delete=models.PROTECT, related_name="orders")
    complaint = models.ForeignKey(Complaint, null=True, on_delete=models.PROTECT, related_name="orders")
    chaser = models.CharField(max_length=16)
    # The highest rung of the ladder that was reached while it was open, and the limit it stands on.
    level = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=24)
    due_at = models.DateTimeField()
    # The role it waits for, and who of them has it; nobody until somebody is at work.
    role = models.CharField(max_length=24)
    holder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="case_orders")
    state = models.CharField(max_length=8, default=OrderState.OPEN.value)
    opened_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    # When whoever waits was told that it is late.
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    was_late = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="case_order_of_one_case",
                condition=models.Q(
                    dispute__isnull=False, complaint__isnull=True, chaser=Chaser.DISPUTE.value
                )
                | models.Q(dispute__isnull=True, complaint__isnull=False, chaser=Chaser.COMPLAINT.value),
            ),
            models.CheckConstraint(
                name="case_order_chaser", condition=models.Q(chaser__in=[each.value for each in OF_CASES])
            ),
            models.UniqueConstraint(name="case_order_one_a_dispute", fields=["dispute"], condition=_OPEN),
            models.UniqueConstraint(name="case_order_one_a_complaint", fields=["complaint"], condition=_OPEN),
            # Nobody closes it: the case does.
            models.CheckConstraint(
                name="case_order_state",
                condition=models.Q(state=OrderState.OPEN.value, ended_at__isnull=True, was_late=False)
                | models.Q(state=OrderState.SETTLED.value, ended_at__isnull=False),
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at", "id"], name="case_order_by_time_left", condition=_OPEN),
            models.Index(fields=["holder"], name="case_order_of_holder", condition=_OPEN),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="ended_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__ended_at__isnull=False)
            ),
            pgtrigger.Protect(
                name="opened_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("dispute", "complaint", "chaser", "opened_at"),
            ),
        ]
