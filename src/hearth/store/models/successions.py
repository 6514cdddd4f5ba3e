"""Successions: how what was somebody's who died is divided among heirs: stated by one, confirmed by another person."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.claims import KEPT
from hearth.store.models.people import BankAccount, Person
from hearth.store.models.records import APPEND_ONLY
from hearth.store.sealed import SealedText
from hearth.words.successions import Ground

SHARES_ARE_THE_WHOLE = """
    IF NEW.confirmed_at IS NOT NULL AND (
        SELECT COALESCE(SUM(parts), 0) FROM store_successionshare WHERE succession_id = NEW.id
    ) <> NEW.whole THEN
        RAISE EXCEPTION 'succession %: its shares are not the whole', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'succession_is_whole';
    END IF;
    RETURN NULL;
"""

SHARE_OF_AN_OPEN_ONE = """
    IF EXISTS (SELECT 1 FROM store_succession WHERE id = NEW.succession_id AND confirmed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'succession %: it is confirmed', NEW.succession_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'succession_confirmed_stays';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM store_bankaccount WHERE id = NEW.account_id AND person_id = NEW.heir_id AND ended_at IS NULL
    ) THEN
        RAISE EXCEPTION 'succession %: a share goes to an account of the heir alone', NEW.succession_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'share_to_own_account';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM store_relation r JOIN store_succession s ON s.person_id = r.other_id
        WHERE s.id = NEW.succession_id AND r.person_id = NEW.heir_id AND r.kind = 'heir'
          AND r.proven_at IS NOT NULL AND r.ended_at IS NULL
    ) THEN
        RAISE EXCEPTION 'succession %: % is no proven heir', NEW.succession_id, NEW.heir_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'share_of_a_proven_heir';
    END IF;
    RETURN NEW;
"""


class Succession(models.Model):
    """How the money of somebody who died is divided: `whole` parts among heirs, on a ground with its proof.

    It holds once a second person confirmed it; another one takes its place only when it is ended.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="successions")
    ground = models.CharField(max_length=10)
    whole = models.PositiveIntegerField()
    proof = SealedText()
    stated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="succession_one", fields=["person"], condition=models.Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="succession_ground", condition=models.Q(ground__in=[each.value for each in Ground])
            ),
            models.CheckConstraint(
                name="succession_whole", condition=models.Q(whole__gte=1) & models.Q(whole__lte=10_000)
            ),
            models.CheckConstraint(
                name="succession_two_people",
                condition=models.Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                   & ~models.Q(confirmed_by=models.F("stated_by"))),
            ),
        ]  # fmt: skip
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="stated_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("person", "ground", "whole", "stated_by", "stated_at"),
            ),
            pgtrigger.Protect(
                name="confirmed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__confirmed_at__isnull=False)
                & (
                    pgtrigger.Q(old__confirmed_at__df=pgtrigger.F("new__confirmed_at"))
                    | pgtrigger.Q(old__confirmed_by__df=pgtrigger.F("new__confirmed_by"))
                ),
            ),
            pgtrigger.Protect(
                name="ended_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False)
                & pgtrigger.Q(old__ended_at__df=pgtrigger.F("new__ended_at")),
            ),
            pgtrigger.Trigger(
                name="shares_are_the_whole",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=SHARES_ARE_THE_WHOLE,
            ),
        ]


class SuccessionShare(models.Model):
    """An heir's parts of the whole, and the account of their own that they are paid to."""

    succession = models.ForeignKey(Succession, on_delete=models.PROTECT, related_name="shares")
    heir = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    parts = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="succession_share_once", fields=["succession", "heir"]),
            models.CheckConstraint(name="succession_share_something", condition=models.Q(parts__gte=1)),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="share_of_an_open_one",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=SHARE_OF_AN_OPEN_ONE,
            ),
        ]
