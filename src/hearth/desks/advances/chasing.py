"""Chasing: an advance whose limit passed becomes a task, and then one of the head of the desk; the member is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from hearth.desks.books import records
from hearth.kernel.advances.chase import chase
from hearth.store.access import HOUSE
from hearth.store.models import Advance, AdvanceClock, AdvanceTask
from hearth.words.advances import ENDED
from hearth.words.calendar import day_in_china

LATE = ("late", "late_head")
"""Tasks of a case that is late, by level."""

OF_CUSTOMERS = "P_ADVANCE_REPAY_"
"""Limits in which the member is who is waited for: the ladder of repayment has reminders of its own."""


def chase_due(*, at: datetime, most: int = 200) -> int:
    """Chase the cases whose limits passed, the longest ones first.

    Gives:   how many tasks were made
    """
    late = AdvanceClock.objects.filter(state="running", due_at__lte=at).exclude(code__startswith=OF_CUSTOMERS)
    found = late.exclude(advance__state__in=ENDED).order_by("due_at").values_list("advance__advance_no", flat=True)
    return sum(_chase(no, at) for no in dict.fromkeys(found[:most]))


@transaction.atomic(durable=True)
def _chase(advance_no: str, at: datetime) -> int:
    """Make the task of the level that was reached, once while one is open.

    Records: advance.late at the first level, which the member is told of; advance.escalated at the second.
    """
    advance = Advance.objects.select_for_update().get(advance_no=advance_no)
    clocks = advance.clocks.filter(state="running", due_at__lte=at).exclude(code__startswith=OF_CUSTOMERS)
    reached = max((chase(each.started_at, each.due_at, at) for each in clocks), default=0)
    made = 0
    for level, what in enumerate(LATE[:reached], 1):
        began = min(each.due_at for each in clocks)
        # Once for what is late now: one that was answered for comes again with another limit alone.
        if advance.tasks.filter(what=what, due_on__gte=day_in_china(began - timedelta(days=1))).exists():
            continue
        AdvanceTask.objects.create(advance=advance, owner="insurer", what=what, due_on=day_in_china(at))
        records.append(
            "advance.late" if level == 1 else "advance.escalated",
            f"advance:{advance_no}",
            by=HOUSE,
            at=at,
            data={"level": level, "limits": sorted(each.code for each in clocks)},
        )
        made += 1
    return made
