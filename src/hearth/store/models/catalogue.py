"""Catalogue: audit lists and disease codes as loaded, the graph made of them, and the company's own counts."""

from __future__ import annotations

import builtins
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from hearth.store.models.claims import Claim
from hearth.store.models.people import Person
from hearth.store.models.records import APPEND_ONLY
from hearth.store.sealed import SealedText
from hearth.words.catalogue import Judgement


class CatalogueList(models.Model):
    """One version of a list: where its rows came from, and how many a machine can check.  One version is current."""

    kind = models.CharField(max_length=24)
    version = models.CharField(max_length=40)
    file = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    # Of an audited list: rows that are rules in whole, in part, not at all, and rows that state nothing.
    encoded = models.PositiveIntegerField(default=0)
    partly = models.PositiveIntegerField(default=0)
    text = models.PositiveIntegerField(default=0)
    silent = models.PositiveIntegerField(default=0)
    is_current = models.BooleanField(default=True)
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="catalogue_version_once", fields=["kind", "version"]),
            models.UniqueConstraint(name="catalogue_one_current", fields=["kind"], condition=models.Q(is_current=True)),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]


class CatalogueRow(models.Model):
    """A row of a list as it stands in the file: never changed, since findings and edges name it."""

    list = models.ForeignKey(CatalogueList, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=48)
    name = models.CharField(max_length=300)
    values = models.JSONField()
    # encoded, partly, text, silent; empty for dictionaries
    state = models.CharField(max_length=8, default="", blank=True)
    # Headings that a person must read.  `list` is the field above in here.
    left = models.JSONField(default=builtins.list)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="catalogue_row_once", fields=["list", "number"]),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["code"], name="catalogue_code")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]


class GraphNode(models.Model):
    """Something that edges join: a disease, an indication, a drug, an operation, an examination, a clause, ..."""

    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=300, default="", blank=True)
    name_en = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="graph_node_once", fields=["kind", "key"]),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["key"], name="graph_node_key")]


class GraphEdge(models.Model):
    """What one node is to another, and who says so: a row of a list, a product's clause, or the company's claims."""

    kind = models.CharField(max_length=20)
    start = models.ForeignKey(GraphNode, on_delete=models.PROTECT, related_name="leads")
    end = models.ForeignKey(GraphNode, on_delete=models.PROTECT, related_name="led")
    # list, product or claims
    told_by = models.CharField(max_length=8)
    list = models.ForeignKey(CatalogueList, null=True, on_delete=models.PROTECT, related_name="edges")
    row = models.PositiveIntegerField(null=True)
    product = models.CharField(max_length=48, default="", blank=True)
    version = models.CharField(max_length=40, default="", blank=True)
    clause = models.CharField(max_length=24, default="", blank=True)
    # Of claims: how many bills show it, of how many.
    count = models.PositiveIntegerField(null=True)
    of = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="graph_edge_once",
                fields=["start", "kind", "end", "told_by", "list", "product", "clause"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="graph_edge_has_source",
                condition=models.Q(told_by="list", list__isnull=False, row__isnull=False)
                | (models.Q(told_by="product") & ~models.Q(product="") & ~models.Q(clause=""))
                | models.Q(told_by="claims", count__isnull=False, of__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["start", "kind", "end"], name="graph_out"),
            models.Index(fields=["end", "kind", "start"], name="graph_in"),
        ]


class UsualCourse(models.Model):
    """What bills of a disease in a setting usually come to, from the company's own decided claims."""

    disease = models.CharField(max_length=8)
    setting = models.CharField(max_length=20)
    bills = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    # Fen at the 5th, 25th, 50th, 75th and 95th percent; days of a stay likewise, empty for visits.
    cost_fen = models.JSONField()
    stay_days = models.JSONField(default=list)
    # [{"name": ..., "category": ..., "bills": n, "amount_fen": median}]
    items = models.JSONField(default=list)
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="usual_course_once", fields=["disease", "setting"]),
        ]


class JudgedFinding(models.Model):
    """What a person said of a finding of the lists in a claim; said anew, the earlier word stays beside it.

    `key`: a keyed digest of list, edition, rows and the lines themselves: the same finding wherever its lines stand.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="findings")
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=24)
    version = models.CharField(max_length=40)
    rows = ArrayField(models.PositiveIntegerField())
    family = models.CharField(max_length=24)
    # Where its lines stood, from 1, when it was judged.
    invoice = models.PositiveIntegerField()
    lines = ArrayField(models.PositiveIntegerField())
    item = SealedText()
    judgement = models.CharField(max_length=16)
    why = SealedText()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="judged_finding_once", fields=["claim", "key"], condition=models.Q(is_current=True)
            ),
            models.CheckConstraint(
                name="judged_finding_how", condition=models.Q(judgement__in=[one.value for one in Judgement])
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "version"], name="judged_finding_list", condition=models.Q(is_current=True))
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            # What the words hold may be erased, and a later word takes the place; what was said stays.
            pgtrigger.ReadOnly(
                name="stays", fields=["claim", "key", "kind", "version", "rows", "family", "judgement", "by", "at"]
            ),
        ]
