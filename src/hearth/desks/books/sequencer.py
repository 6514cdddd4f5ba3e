"""Sequencer: records get their places in the Merkle tree, in batches, and the tree's root is signed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from hearth.desks.books.records import in_order
from hearth.kernel.proof.checkpoint import note
from hearth.kernel.proof.tree import appended, leaf_hash, peak_places, root
from hearth.store.models import Checkpoint, Leaf, Node

BATCH = 20_000


@transaction.atomic(durable=True)
def sequence(at: datetime, most: int = BATCH) -> int:
    """Give up to `most` waiting records their places.  (1) one at a time (2) take (3) append (4) sign.

    Gives:   how many records were placed; a checkpoint is signed with every batch
    """
    # 1. One sequencer at a time: the tree has one right edge.
    in_order("hearth.sequencer")
    # 2. Those that are committed and wait, in the order of their ids.
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM store_unsequenced WHERE record_id IN "
            "(SELECT record_id FROM store_unsequenced ORDER BY record_id LIMIT %s) RETURNING record_id) "
            "SELECT r.id, r.body FROM store_record r JOIN gone ON gone.record_id = r.id ORDER BY r.id",
            [most],
        )
        waiting = cursor.fetchall()
    if not waiting:
        return 0
    # 3. New leaves and the complete subtrees they make.
    size = tree_size()
    peaks = tuple(node(level, index) for level, index in peak_places(size))
    nodes, new_peaks = appended(size, peaks, (leaf_hash(bytes(body)) for _, body in waiting))
    with connection.cursor() as cursor:
        with cursor.copy("COPY store_leaf (index, record_id) FROM STDIN") as copy:
            for place, (record_id, _) in enumerate(waiting, start=size):
                copy.write_row((place, record_id))
        with cursor.copy("COPY store_node (level, index, hash) FROM STDIN") as copy:
            for level, index, found in nodes:
                copy.write_row((level, index, found))
    # 4. The signed root.
    new_size = size + len(waiting)
    new_root = root(new_peaks)
    Checkpoint.objects.create(
        size=new_size,
        root=new_root,
        at=at,
        note=note(settings.LOG_NAME, new_size, new_root, settings.LOG_NAME, settings.LOG_KEY, at),
    )
    return len(waiting)


def tree_size() -> int:
    """How many records have a place."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def node(level: int, index: int) -> bytes:
    """The hash of a complete subtree, as it was stored."""
    return bytes(Node.objects.values_list("hash", flat=True).get(level=level, index=index))
