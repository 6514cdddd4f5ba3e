"""Measures: what an insurer waives for a time in an emergency, for which products, illnesses and branch."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hearth.store.models.people import Branch, Person


class EmergencyMeasure(models.Model):
    """A measure as it was proposed; it holds once another person approved it, until its last day."""

    what_zh = models.CharField(max_length=200)
    what_en = models.CharField(max_length=200)
    # hospital, waiting
    waives = ArrayField(models.CharField(max_length=16))
    # Codes of products and prefixes of ICD-10; empty: all of them.
    products = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    icd = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    # Contracts of this branch alone; none: of every branch.
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    until_on = models.DateField()
    # The insurer's decision that it rests on: its number, its date, its words.
    basis = models.CharField(max_length=400)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(default=False)
    # Where it was ended before its last day: the last day on which bills still fall under it.
    last_on = models.DateField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=400, default="", blank=True)

    @property
    def code(self) -> str:
        """How it is named: EM-0007."""
        return f"EM-{self.pk:04d}"

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="measure_waives_something",
                condition=Q(waives__len__gt=0) & Q(waives__contained_by=["hospital", "waiting"]),
            ),
            models.CheckConstraint(name="measure_days", condition=Q(until_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="measure_by_two",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, is_approved=False)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="measure_ended",
                condition=Q(last_on__isnull=True, ended_by__isnull=True, ended_at__isnull=True)
                | Q(last_on__isnull=False, ended_by__isnull=False, ended_at__isnull=False, is_approved=True)
                & Q(last_on__lt=F("until_on")) & ~Q(why=""),
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["starts_on"], name="measure_approved", condition=Q(is_approved=True)),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="stated_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "what_zh", "what_en", "waives", "products", "icd", "branch", "starts_on", "until_on", "basis",
                    "proposed_by", "proposed_at",
                ),
            ),
            pgtrigger.Protect(
                name="decided_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False)
                & (
                    pgtrigger.Q(old__decided_at__df=pgtrigger.F("new__decided_at"))
                    | pgtrigger.Q(old__decided_by__df=pgtrigger.F("new__decided_by"))
                    | pgtrigger.Q(old__is_approved__df=pgtrigger.F("new__is_approved"))
                ),
            ),
            pgtrigger.Protect(
                name="ended_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__ended_at__isnull=False)
            ),
        ]  # fmt: skip
