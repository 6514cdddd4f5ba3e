"""Calls: what was said with hospitals about a claim or an advance: who called whom, when, and when to call next."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.advances import Advance
from hearth.store.models.claims import KEPT, Claim
from hearth.store.models.people import Person
from hearth.store.sealed import SealedText
from hearth.words.calls import CallOutcome, CallTopic, CallWay


class HospitalCall(models.Model):
    """One call with a hospital.  It is never changed; a later call on the same matter follows it up.

    `hospital`, `spoke_with` and `words` are sealed: where somebody was treated says something of their health.
    """

    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="calls")
    advance = models.ForeignKey(Advance, null=True, on_delete=models.PROTECT, related_name="calls")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=4)
    topic = models.CharField(max_length=10)
    outcome = models.CharField(max_length=12)
    hospital = SealedText()
    spoke_with = SealedText()
    words = SealedText()
    called_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # When the hospital is called again, until a later call was noted.
    next_on = models.DateField(null=True)
    followed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="hospital_call_of_one",
                condition=models.Q(claim__isnull=False, advance__isnull=True)
                | models.Q(claim__isnull=True, advance__isnull=False),
            ),
            models.CheckConstraint(
                name="hospital_call_known",
                condition=models.Q(
                    way__in=[each.value for each in CallWay],
                    topic__in=[each.value for each in CallTopic],
                    outcome__in=[each.value for each in CallOutcome],
                ),
            ),
            models.CheckConstraint(
                name="hospital_call_before_noted", condition=models.Q(called_at__lte=models.F("noted_at"))
            ),
            models.CheckConstraint(
                name="hospital_call_followed",
                condition=models.Q(followed_at__isnull=True) | models.Q(next_on__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_on", "id"],
                name="hospital_call_next",
                condition=models.Q(next_on__isnull=False, followed_at__isnull=True),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="call_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "claim", "advance", "person", "way", "topic", "outcome", "called_at", "noted_at", "by", "next_on"
                ),
            ),
            pgtrigger.Protect(
                name="followed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__followed_at__isnull=False)
                & pgtrigger.Q(old__followed_at__df=pgtrigger.F("new__followed_at")),
            ),
        ]
