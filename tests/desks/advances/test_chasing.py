"""What is late becomes one task whatever runs again, then one of the head of the desk; the member is told once."""

from __future__ import annotations

from datetime import timedelta

from hearth.desks import advances
from hearth.store.models import Advance, AdvanceTask
from tests.desks.advances.rows import A, kinds, way_to
from tests.desks.cast_rows import AT, Cast


def open_tasks(no: str) -> list[str]:
    found = AdvanceTask.objects.filter(advance__advance_no=no, done_at__isnull=True).order_by("id")
    return list(found.values_list("what", flat=True))


def test_an_emergency_that_waits_for_its_opinion_is_chased_at_two_hours_and_escalated_at_two_and_a_half(
    cast: Cast,
) -> None:
    no = way_to(cast, A.NECESSITY, is_emergency=True)
    assert advances.chase_due(at=AT + timedelta(minutes=119)) == 0
    assert [advances.chase_due(at=AT + timedelta(minutes=120)) for _ in range(3)] == [1, 0, 0]
    assert [advances.chase_due(at=AT + timedelta(minutes=150)) for _ in range(2)] == [1, 0]
    assert open_tasks(no) == ["late", "late_head"]
    task = AdvanceTask.objects.get(what="late")
    advances.task_done(cast.who("an"), task.pk, at=AT + timedelta(minutes=151))
    assert advances.chase_due(at=AT + timedelta(minutes=160)) == 0
    advances.opine(
        cast.who("chen"), no, at=AT + timedelta(minutes=170), verdict="necessary", reasons="指征明确", reference="指南"
    )
    assert Advance.objects.get(advance_no=no).clocks.get(code="P_ADVANCE_OPINION_URGENT").state == "late"
    assert [kind for kind in kinds(no) if kind in ("advance.late", "advance.escalated")] == [
        "advance.late",
        "advance.escalated",
    ]
