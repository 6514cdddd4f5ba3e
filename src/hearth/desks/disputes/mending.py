"""Mending: what is done against the cause of a complaint stays open until it was counted again and is gone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.disputes.faults import ComplaintIncomplete
from hearth.desks.disputes.steps import person_of
from hearth.store.access import Who, one
from hearth.store.models import Complaint, RootAction
from hearth.words.calendar import day_in_china

COUNTED_DAYS = 90


@transaction.atomic(durable=True)
def begin_action(
    by: Who, complaint_no: str, *, at: datetime, root_cause: str, action: str, due_on: date, aim: int
) -> int:
    """Say what a complaint came from and what is done about it; counted now, and aimed at so many or fewer.

    Counted are complaints of the same stage and cause that were registered in the ninety days before.
    Gives:   the action's id
    Records: complaint.action_begun.  Raises: NotThere, NotAllowed, ComplaintIncomplete.
    """
    held: Complaint = one(by, "complaint", "act", at, lock=True, complaint_no=complaint_no)
    cause, what = root_cause.strip(), action.strip()
    before = counted(held.stage, held.cause, at)
    if not cause or not what or len(cause) > 400 or len(what) > 400:
        raise ComplaintIncomplete(what="the root cause and what is done", what_zh="根本原因和整改措施")
    if not 0 <= aim <= before or due_on < day_in_china(at):
        raise ComplaintIncomplete(
            what=f"an aim of at most {before} and a day that is still to come",
            what_zh=f"不超过 {before} 的目标和未来的日期",
        )
    made = RootAction.objects.create(
        complaint=held,
        root_cause=cause,
        action=what,
        owner_id=person_of(by),
        due_on=due_on,
        counted_days=COUNTED_DAYS,
        before=before,
        aim=aim,
        begun_at=at,
    )
    records.append(
        "complaint.action_begun",
        f"complaint:{complaint_no}",
        by=by,
        at=at,
        data={"action": made.pk, "before": before, "aim": aim, "due_on": due_on.isoformat()},
    )
    return made.pk


@transaction.atomic(durable=True)
def measure_action(by: Who, action_id: int, *, at: datetime) -> bool:
    """Count again; what came down to its aim is closed, the rest stays open with the new count.

    Only complaints registered since the measure began count, over the same number of days.
    Gives:   whether it was closed
    Records: complaint.action_measured.  Raises: NotThere, NotAllowed, ComplaintIncomplete.
    """
    found = RootAction.objects.select_related("complaint").filter(pk=action_id).first()
    number = "" if found is None else found.complaint.complaint_no
    held: Complaint = one(by, "complaint", "act", at, lock=True, complaint_no=number)
    action = RootAction.objects.select_for_update().get(pk=action_id)
    if action.closed_at is not None:
        return True
    if at < action.begun_at + timedelta(days=action.counted_days):
        ready = day_in_china(action.begun_at + timedelta(days=action.counted_days)).isoformat()
        raise ComplaintIncomplete(
            what=f"the days that are counted: it can be measured from {ready} on",
            what_zh=f"统计期未满：{ready} 起可复测",
        )
    action.measured = counted(held.stage, held.cause, at, action.counted_days)
    action.measured_at, action.measured_by_id = at, person_of(by)
    if action.measured <= action.aim:
        action.closed_at = at
    action.save()
    records.append(
        "complaint.action_measured",
        f"complaint:{held.complaint_no}",
        by=by,
        at=at,
        data={"action": action.pk, "measured": action.measured, "closed": action.closed_at is not None},
    )
    return action.closed_at is not None


def counted(stage: str, cause: str, at: datetime, days: int = COUNTED_DAYS) -> int:
    """Complaints of a stage and cause registered in the days before a moment."""
    since = at - timedelta(days=days)
    return Complaint.objects.filter(stage=stage, cause=cause, registered_at__gt=since, registered_at__lte=at).count()
