"""Tracking: what each day costs against the letter, a changed plan, tasks, and the discharge that opens the claim."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from hearth.desks.advances.faults import AmountWrong, DayWrong
from hearth.desks.advances.steps import advance_for, begin, follow, must_be, step
from hearth.desks.books import records
from hearth.kernel.advances.guarantee import Watch, watch
from hearth.store.access import HOUSE, NotThere, Who, one
from hearth.store.models import Advance, AdvanceCost, AdvanceTask, UsualCourse
from hearth.words.advances import AdvanceState
from hearth.words.calendar import day_in_china
from hearth.words.money import MAX_FEN, yuan

A = AdvanceState
IN_HOSPITAL = (A.NECESSITY, A.GUARANTEE, A.PAYING, A.TRACKING)
MOST_TEXT = 2_000

AFTER_STAY: tuple[tuple[str, str, int], ...] = (
    # owner, what, days after the discharge (S0.11)
    ("hospital", "settlement_sheet", 1),
    ("customer", "papers", 3),
    ("provider", "rehabilitation", 3),
    ("provider", "expert_visit", 7),
    ("provider", "medicine", 14),
    ("provider", "expert_visit", 30),
    ("provider", "expert_visit", 90),
)
"""What follows a stay, dated."""


@transaction.atomic(durable=True)
def tell_cost(by: Who, advance_no: str, on: date, cost_fen: int, *, at: datetime) -> Watch:
    """Write down what a day cost; above the watch or the cap of the letter the plan goes back to the expert, once each.

    Gives:   where the cost stands
    Records: advance.cost_known, and advance.sent_back where it goes back.
    Raises:  NotThere, NotAllowed, AdvanceNotNow, DayWrong, AmountWrong.
    """
    advance = advance_for(by, "track", advance_no, at)
    must_be(advance, *IN_HOSPITAL, A.DISCHARGED)
    today = day_in_china(at)
    if not advance.admitted_on <= on <= min(today, advance.discharged_on or today):
        raise DayWrong(day=on, admitted_on=advance.admitted_on, today=today)
    if not 0 <= cost_fen <= MAX_FEN // 100:
        raise AmountWrong(amount=yuan(cost_fen), most=yuan(MAX_FEN // 100))
    before = watched(advance)
    AdvanceCost.objects.create(advance=advance, on=on, cost_fen=cost_fen, told_by=by.actor, at=at)
    now = watched(advance)
    advance.cost_fen = now.cost
    record = records.append(
        "advance.cost_known",
        f"advance:{advance_no}",
        by=by,
        at=at,
        data={"on": on.isoformat(), "cost_fen": cost_fen, "total_fen": now.cost, "cap_fen": now.cap},
    )
    follow(advance, record.kind, at)
    if advance.state in (A.PAYING, A.TRACKING):
        begin(advance, "advance.tracked", at)
        crossed = (now.above_watch and not before.above_watch) or (now.above_cap and not before.above_cap)
        if crossed:
            _back(by, advance, at, "cost")
    advance.save()
    return now


@transaction.atomic(durable=True)
def change_plan(by: Who, advance_no: str, *, at: datetime, plan: str, estimate_fen: int) -> None:
    """The hospital changes the plan or its estimate: back to the expert; the letter that holds stays meanwhile.

    Records: advance.sent_back.  Raises: NotThere, NotAllowed, AdvanceNotNow, AmountWrong.
    """
    advance = advance_for(by, "track", advance_no, at)
    must_be(advance, A.GUARANTEE, A.PAYING, A.TRACKING)
    if not 0 < estimate_fen <= MAX_FEN:
        raise AmountWrong(amount=yuan(estimate_fen), most=yuan(MAX_FEN))
    advance.plan, advance.estimate_fen = plan.strip()[:MOST_TEXT], estimate_fen
    _back(by, advance, at, "plan")


def _back(by: Who, advance: Advance, at: datetime, why: str) -> None:
    advance.letters_proposed.filter(state="waiting").update(state="overtaken", ended_at=at)
    record = records.append(
        "advance.sent_back",
        f"advance:{advance.advance_no}",
        by=by,
        at=at,
        data={
            "why": why,
            "cost_fen": advance.cost_fen,
            "cap_fen": advance.cap_fen,
            "estimate_fen": advance.estimate_fen,
        },
        sealed={"plan": advance.plan},
    )
    step(advance, A.NECESSITY, by=by, at=at, record=record)
    # The opinion's clock runs anew.
    begin(advance, "advance.reviewed", at)
    follow(advance, "", at)
    advance.save(update_fields=["due_at"])


@transaction.atomic(durable=True)
def discharge(by: Who, advance_no: str, on: date, *, at: datetime, settlement: Mapping[str, Any] | None = None) -> None:
    """The patient has left: the claim is opened by a job, with the settlement sheet where it is here.

    Needs:   `settlement`: facts of a claim as docs/cases.md states them, social insurance settled first
    Records: advance.discharged.  Raises: NotThere, NotAllowed, AdvanceNotNow, DayWrong.
    """
    advance = advance_for(by, "discharge", advance_no, at)
    if advance.state == A.DISCHARGED:
        return
    must_be(advance, *IN_HOSPITAL)
    today = day_in_china(at)
    if not advance.admitted_on <= on <= today:
        raise DayWrong(day=on, admitted_on=advance.admitted_on, today=today)
    advance.discharged_on = on
    advance.letters_proposed.filter(state="waiting").update(state="overtaken", ended_at=at)
    record = records.append(
        "advance.discharged",
        f"advance:{advance_no}",
        by=by,
        at=at,
        data={"on": on.isoformat(), "cost_fen": advance.cost_fen, "paid_fen": advance.paid_fen},
        sealed={"settlement": dict(settlement or {})},
    )
    advance.clocks.filter(state="running").update(state="void", ended_at=at)
    step(advance, A.DISCHARGED, by=by, at=at, record=record)
    AdvanceTask.objects.bulk_create(
        AdvanceTask(advance=advance, owner=owner, what=what, due_on=on + timedelta(days=days))
        for owner, what, days in AFTER_STAY
    )


@transaction.atomic(durable=True)
def claim_opened(advance_no: str, *, at: datetime) -> None:
    """The claim of a stay is there: the limit for opening it ends; follows advance.claim_opened."""
    advance = advance_for(HOUSE, "track", advance_no, at)
    follow(advance, "advance.claim_opened", at)
    advance.save(update_fields=["due_at"])


@transaction.atomic(durable=True)
def task_done(by: Who, task_id: int, *, at: datetime) -> None:
    """A task of a case is done.  Records: advance.task_done.  Raises: NotThere, NotAllowed."""
    task = AdvanceTask.objects.select_for_update().filter(pk=task_id).first()
    if task is None:
        raise NotThere(kind="advance", key=task_id)
    advance = one(by, "advance", "track", at, pk=task.advance_id)
    if task.done_at is not None:
        return
    task.done_at, task.done_by_id = at, by.person_id
    task.save(update_fields=["done_at", "done_by"])
    records.append(
        "advance.task_done", f"advance:{advance.advance_no}", by=by, at=at, data={"task": task.pk, "what": task.what}
    )


def costs_of(advance: Advance) -> dict[date, int]:
    """What each day cost, by the last word of the day."""
    return dict(advance.costs.order_by("id").values_list("on", "cost_fen"))


def watched(advance: Advance) -> Watch:
    """Where the cost of a stay stands against its letter and the usual course of its illness."""
    return watch(costs_of(advance), advance.cap_fen, usual_high(advance))


def usual_high(advance: Advance) -> int | None:
    """The upper usual cost of a stay for this illness in the company's own claims; None where there is no data."""
    if not advance.icd:
        return None
    courses = UsualCourse.objects.filter(disease__in=(advance.icd, advance.icd[:3]), setting="inpatient")
    course = courses.order_by("-disease").first()
    return int(course.cost_fen[-1]) if course is not None and course.cost_fen else None
