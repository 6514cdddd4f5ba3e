"""Papers looked at and read: the verdict on each page's picture, what was read, and what people said it really is."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from hearth.store.models.claims import Paper
from hearth.store.models.people import Person
from hearth.store.sealed import SealedBytes, SealedText


class PaperLook(models.Model):
    """How good the picture of a paper is, and what it looks like: said the moment it comes in.

    `findings`: [{"code", "score", "threshold", "severity", "page", "box": [left, top, right, bottom]}] in pixels of
    the picture; `worst`: fine, warn, block.
    """

    paper = models.OneToOneField(Paper, primary_key=True, on_delete=models.PROTECT, related_name="look")
    findings = models.JSONField(default=list)
    worst = models.CharField(max_length=8, default="fine")
    # 64 bits of the picture's coarse shape, and their four quarters, of which the same picture saved anew shares one.
    shape = models.BigIntegerField(null=True)
    quarters = ArrayField(models.IntegerField(), default=list)
    looked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="paper_look_worst", condition=models.Q(worst__in=("fine", "warn", "block"))),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["quarters"], name="paper_quarters", condition=models.Q(shape__isnull=False))
        ]


class PaperReading(models.Model):
    """What was read of a paper.  States: due, read, failed (the bytes or the reader would not), absent (no reader).

    `answer`: canonical JSON of what was read, sealed (docs/papers.md); the counts are of its fields by status.
    """

    paper = models.OneToOneField(Paper, primary_key=True, on_delete=models.PROTECT, related_name="reading")
    state = models.CharField(max_length=8, default="due")
    kind = models.CharField(max_length=32, default="", blank=True)
    answer = SealedBytes(null=True)
    proven = models.PositiveSmallIntegerField(default=0)
    read = models.PositiveSmallIntegerField(default=0)
    doubtful = models.PositiveSmallIntegerField(default=0)
    missing = models.PositiveSmallIntegerField(default=0)
    # Signs of an altered picture: codes alone.
    signs = models.JSONField(default=list)
    reader = models.CharField(max_length=24, default="", blank=True)
    trouble = models.CharField(max_length=40, default="", blank=True)
    due_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="paper_reading_state", condition=models.Q(state__in=("due", "read", "failed", "absent"))
            ),
            models.CheckConstraint(
                name="paper_reading_read", condition=~models.Q(state="read") | models.Q(answer__isnull=False)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="paper_reading_due", condition=models.Q(state="due"))
        ]


class PaperLabel(models.Model):
    """What a person said a field of a paper is: confirmed as it was read, or corrected; for measuring the reader."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="labels")
    field = models.CharField(max_length=64)
    was_read = SealedText()
    is_really = SealedText()
    is_same = models.BooleanField()
    score = models.FloatField(null=True)
    status = models.CharField(max_length=8)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="paper_label_once", fields=["paper", "field", "by"]),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["field", "-id"], name="paper_label_field")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]
