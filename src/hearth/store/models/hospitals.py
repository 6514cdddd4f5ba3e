"""Hospitals: registered ones, their accounts confirmed by two people, and links that need no account with us."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.claims import KEPT
from hearth.store.models.people import Branch, Person
from hearth.store.sealed import SealedText


class Hospital(models.Model):
    """A hospital as it is registered: level 3 tertiary, 2 secondary, 1 primary, 0 not graded."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, default="", blank=True)
    level = models.PositiveSmallIntegerField()
    ownership = models.CharField(max_length=10, default="public")
    in_network = models.BooleanField(default=False)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    partner = models.OneToOneField("store.Partner", null=True, on_delete=models.PROTECT, related_name="hospital")
    registered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="hospital_level", condition=models.Q(level__lte=3)),
            models.CheckConstraint(name="hospital_ownership", condition=models.Q(ownership__in=("public", "private"))),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class HospitalAccount(models.Model):
    """A hospital's account for money: entered by one person, confirmed by another, then never changed."""

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="accounts")
    holder_name = models.CharField(max_length=100)
    bank = models.CharField(max_length=60)
    number = SealedText()
    number_tail = models.CharField(max_length=4)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="hospital_account_two_people",
                condition=models.Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (
                    models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                    & ~models.Q(confirmed_by=models.F("added_by"))
                ),
            ),
            models.UniqueConstraint(
                name="hospital_account_one",
                fields=["hospital"],
                condition=models.Q(ended_at__isnull=True, confirmed_at__isnull=False),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            # Its number alone is sealed anew with another key.
            pgtrigger.Protect(
                name="entered_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("hospital", "holder_name", "bank", "number_tail", "added_by", "added_at"),
            ),
            pgtrigger.Protect(
                name="confirmed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__confirmed_at__isnull=False, old__confirmed_at__df=pgtrigger.F("new__confirmed_at")
                ),
            ),
        ]


class HospitalLink(models.Model):
    """A link with which a hospital tells of one admission: signed, used once, until a moment; nothing stands in it."""

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="links")
    nonce = models.CharField(max_length=32, unique=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    until_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="used_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__used_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="made_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("hospital", "nonce", "made_by", "made_at", "until_at"),
            ),
        ]
