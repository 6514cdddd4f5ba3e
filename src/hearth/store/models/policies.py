"""Policies: contracts in force, and whom they cover."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.people import Branch, Household, Person


class Policy(models.Model):
    """One contract year of a product, as the case format states it (docs/cases.md): `facts` holds what it adds."""

    policy_no = models.CharField(max_length=32, unique=True)
    product = models.CharField(max_length=48)
    plan = models.CharField(max_length=48, default="", blank=True)
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="policies_held")
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="policies")
    starts_on = models.DateField()
    ends_on = models.DateField()
    renews = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="renewed_by")
    state = models.CharField(max_length=12, default="in_force")
    state_at = models.DateTimeField()
    # The day from which a policy that lapsed or was given up covers nothing.
    ended_on = models.DateField(null=True)
    premium_fen = models.BigIntegerField(default=0)
    # Fields of the case format beyond the columns: sum_insured, claim_free_years, unproven_clauses, ...
    facts = models.JSONField(default=dict)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey("store.Partner", null=True, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=64, default="", blank=True)
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="policy_days", condition=models.Q(ends_on__gt=models.F("starts_on"))),
            models.CheckConstraint(
                name="policy_state", condition=models.Q(state__in=("in_force", "lapsed", "surrendered", "void"))
            ),
            models.CheckConstraint(name="policy_premium", condition=models.Q(premium_fen__gte=0)),
            models.UniqueConstraint(
                name="policy_external_once", fields=["partner", "external_id"], condition=~models.Q(external_id="")
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]


class Cover(models.Model):
    """A person whom a policy covers."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="covers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="covers")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="cover_once", fields=["policy", "person"]),
        ]
