"""Jobs are deferred in the transaction of what they follow, in a worker as anywhere else."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from hearth.desks.books import records
from hearth.desks.books.deferring import defer
from hearth.store.access import HOUSE
from tests.desks.books.test_records import AT

pytestmark = pytest.mark.django_db


def waiting(task: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [task])
        return [args for (args,) in cursor.fetchall()]


def test_a_job_is_undone_with_what_it_follows() -> None:
    with pytest.raises(LookupError), transaction.atomic():
        defer("test.follows", record_id=1)
        assert len(waiting("test.follows")) == 1
        raise LookupError
    assert waiting("test.follows") == []


def test_a_job_inside_a_worker_waits_for_its_record_to_be_there() -> None:
    # A worker fetches its jobs over connections beside the one on which they work.
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        with transaction.atomic():
            record = records.append("claim.agreed", "claim:C1", by=HOUSE, at=AT)
            assert any(str(record.pk) in str(args) for args in waiting("money.pay_claim"))
            transaction.set_rollback(True)
        assert waiting("money.pay_claim") == []
