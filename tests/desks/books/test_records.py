"""What happened is appended once, cannot be changed, and gets its place in the tree."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from hearth.desks.books import many, records
from hearth.desks.books.sequencer import sequence, tree_size
from hearth.kernel.proof.canonical import canonical
from hearth.kernel.proof.checkpoint import key_of, read_note
from hearth.kernel.proof.receipt import digest
from hearth.kernel.proof.tree import leaf_hash
from hearth.store.access import HOUSE
from hearth.store.models import Checkpoint, Leaf, Node, Record, Salt, Unsequenced
from tests.twins import merkle

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC)


def append(number: int = 1, **more: Any) -> Record:
    """One record of a claim."""
    with transaction.atomic():
        return records.append("claim.closed", f"claim:C{number}", by=HOUSE, at=AT, data={"fen": number}, **more)


def test_a_record_tells_what_happened_in_one_form() -> None:
    record = append(22)
    assert json.loads(record.body) == {
        "v": 1,
        "id": record.pk,
        "kind": "claim.closed",
        "at": "2026-11-22T09:00:00.123456Z",
        "by": "house",
        "subject": "claim:C22",
        "data": {"fen": 22},
    }
    assert canonical(json.loads(record.body)) == record.body


def test_health_content_is_in_the_record_as_a_salted_digest_alone() -> None:
    record = append(1, sealed={"diagnosis": "E11.9"})
    salt = Salt.objects.get(record=record)
    assert b"E11" not in record.body
    assert json.loads(record.body)["data"]["sealed"] == {"diagnosis": digest(bytes(salt.salt), "E11.9")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM store_salt WHERE id = %s", [salt.pk])
        assert b"E11" not in bytes(cursor.fetchone()[0])
    assert bytes(Salt.objects.get(record=record).value) == b'"E11.9"'


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store_record SET kind = 'claim.paid' WHERE id = %s",
        "DELETE FROM store_record WHERE id = %s",
        "UPDATE store_leaf SET index = index + 1 WHERE record_id = %s",
        "DELETE FROM store_leaf WHERE record_id = %s",
        "TRUNCATE store_record CASCADE -- %s",
        "ALTER TABLE store_record DISABLE TRIGGER ALL -- %s",
        "SET session_replication_role = replica -- %s",
    ],
)
def test_the_database_refuses_to_change_the_past(statement: str) -> None:
    record = append()
    sequence(AT)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.replace("%s", str(record.pk)))
    assert Record.objects.get(pk=record.pk).kind == "claim.closed"
    assert Leaf.objects.get(record=record).index == 0


def test_nodes_and_checkpoints_cannot_be_changed_either() -> None:
    append()
    sequence(AT)
    for statement in (
        "UPDATE store_node SET hash = decode(repeat('00', 32), 'hex')",
        "DELETE FROM store_node",
        "UPDATE store_checkpoint SET size = 7",
        "DELETE FROM store_checkpoint",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_rolled_back_change_leaves_no_record_and_no_job() -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs = ProcrastinateJob.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        records.append("claim.agreed", "claim:C1", by=HOUSE, at=AT)
        assert ProcrastinateJob.objects.count() > jobs
        1 / 0  # noqa: B018
    assert not Record.objects.exists()
    assert ProcrastinateJob.objects.count() == jobs


def test_the_subscribers_of_a_record_are_deferred_with_its_id() -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    with transaction.atomic():
        record = records.append("claim.agreed", "claim:C1", by=HOUSE, at=AT)
    deferred = ProcrastinateJob.objects.filter(args={"record_id": record.pk}).values_list("task_name", flat=True)
    assert set(deferred) >= {"money.pay_claim", "service.notify"}


def test_the_tree_over_the_records_is_that_of_the_standard() -> None:
    bodies = []
    for size in (1, 2, 5, 3):
        for _ in range(size):
            bodies.append(bytes(append(len(bodies)).body))
        assert sequence(AT + timedelta(seconds=len(bodies))) == size
        assert tree_size() == len(bodies)
        newest = Checkpoint.objects.get(size=len(bodies))
        assert bytes(newest.root) == merkle.mth(bodies)
    assert not Unsequenced.objects.exists()
    assert bytes(Node.objects.get(level=0, index=3).hash) == leaf_hash(bodies[3])


def test_a_checkpoint_is_signed_with_the_logs_key(settings: Any) -> None:
    append()
    sequence(AT)
    note = read_note(Checkpoint.objects.get().note, key_of(settings.LOG_NAME, settings.LOG_KEY).line)
    assert (note.size, note.at) == (1, AT.replace(microsecond=0))


def test_more_records_than_one_batch_keep_their_order() -> None:
    numbers = [append(number).pk for number in range(7)]
    assert [sequence(AT + timedelta(seconds=turn), most=3) for turn in range(4)] == [3, 3, 1, 0]
    assert list(Leaf.objects.order_by("index").values_list("record_id", flat=True)) == numbers


def test_a_record_outside_a_transaction_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Alone:
        in_atomic_block = False

    monkeypatch.setattr(many, "connection", Alone())
    with pytest.raises(RuntimeError, match="in the transaction of what it tells"):
        records.append("claim.closed", "claim:C1", by=HOUSE, at=AT)
