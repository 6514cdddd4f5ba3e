"""The job of promises: whatever is due is chased by it, and running it again changes nothing."""

from __future__ import annotations

import pytest

from hearth.doors.jobs import promises
from hearth.store.models import Firing, PromiseCount, Record, WorkOrder
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import cast
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db


def test_a_claim_that_waits_for_months_has_one_order_however_often_the_job_runs() -> None:
    # Sent on 1 June 2026, long before the clock of this machine.
    claim_at(cast(), ClaimState.SUBMITTED)
    for minute in range(3):
        promises.sweep(minute)
    (order,) = WorkOrder.objects.all()
    assert (order.chaser, order.level, order.state) == ("acceptance", 2, "open")
    assert Firing.objects.count() == 2
    assert Record.objects.filter(kind="claim.late").count() == 1
    assert PromiseCount.objects.get(code="P_ACCEPT", broken=1).kept == 0
