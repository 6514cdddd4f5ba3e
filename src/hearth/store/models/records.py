"""Records: what happened, never changed; the Merkle tree over them; signed checkpoints; deadlines."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.sealed import SealedBytes

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Record(models.Model):
    """One thing that happened: ids, codes and salted digests, no health content.  `body` is the leaf's content."""

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=48)
    at = models.DateTimeField()
    by = models.CharField(max_length=40)
    # The canonical JSON bytes of the whole record: what is hashed into the tree.
    body = models.BinaryField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject", "id"], name="record_of"),
            models.Index(fields=["kind", "id"], name="record_kind"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="waits_for_its_place",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                func="INSERT INTO store_unsequenced (record_id) VALUES (NEW.id); RETURN NULL;",
            ),
        ]


class Unsequenced(models.Model):
    """A record that has no place in the tree yet; written by the database itself, taken away by the sequencer."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.PROTECT, related_name="+")


class Salt(models.Model):
    """What a record's digests stand for: the salt and the content, apart from the record so that they can be erased."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="salts")
    name = models.CharField(max_length=40)
    salt = models.BinaryField()
    # Canonical JSON; sealed, because it may be health content.
    value = SealedBytes()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="salt_once", fields=["record", "name"]),
        ]


class Leaf(models.Model):
    """The place of a record in the tree."""

    index = models.BigIntegerField(primary_key=True)
    record = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="leaf")

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]


class Node(models.Model):
    """The hash of a complete subtree: `level` 0 is a leaf, `index` counts from the left."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="node_once", fields=["level", "index"]),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]


class Checkpoint(models.Model):
    """The tree's size and root at a moment, signed."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]


class Deadline(models.Model):
    """A limit that runs for a claim: legal (L1-L4) or promised.  Paused while somebody else is waited for."""

    claim = models.ForeignKey("store.Claim", on_delete=models.PROTECT, related_name="deadlines")
    code = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    # How long it is where that is not what the table of limits says: a product promised less, or it was changed.
    amount = models.PositiveIntegerField(null=True)
    # Half-open [from, to) pairs of UTC moments; the last one may be open: [from, null].
    pauses = models.JSONField(default=list)
    due_at = models.DateTimeField(null=True)
    # The last working day by which the house wants to be done; due_at may lie later, off a legal rest day.
    target_on = models.DateField(null=True)
    is_provisional = models.BooleanField(default=False)
    met_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="running")
    # When a chaser looks at it next; none where no chaser is to come.
    watch_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="deadline_one_running",
                fields=["claim", "code"],
                condition=models.Q(state__in=("running", "paused")),
            ),
            models.CheckConstraint(
                name="deadline_state", condition=models.Q(state__in=("running", "paused", "met", "late", "void"))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="deadline_due", condition=models.Q(state="running")),
            models.Index(fields=["watch_at", "id"], name="deadline_watch", condition=models.Q(state="running")),
            models.Index(fields=["met_at"], name="deadline_ended", condition=models.Q(state__in=("met", "late"))),
        ]
