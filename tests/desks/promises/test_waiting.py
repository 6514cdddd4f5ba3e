"""What waits is known before a sweep looks: where a part of it is said to have nothing to do, it has nothing to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from hearth.desks import disputes
from hearth.desks.claims import intake
from hearth.desks.promises import (
    Waiting,
    give_waiting,
    give_waiting_cases,
    note_absence,
    settle,
    sweep,
    sweep_cases,
    waiting,
)
from hearth.store.models import CaseOrder, Deadline, WorkOrder
from hearth.words.calendar import CHINA_TIME
from hearth.words.claims import ClaimState
from hearth.words.disputes import DisputeState
from tests.desks.cast_rows import AT, DAY, HOUR, Cast
from tests.desks.claims.way import claim_at
from tests.desks.disputes.rows import dispute_of, disputed_at

pytestmark = pytest.mark.django_db
D, S = DisputeState, ClaimState
NOTHING = Waiting(False, False, False, False, False)
PARTS: tuple[Callable[[datetime], int], ...] = (
    lambda at: settle(at=at),
    lambda at: sweep(at=at).looked_at,
    lambda at: give_waiting(at=at),
    lambda at: sweep_cases(at=at).looked_at,
    lambda at: give_waiting_cases(at=at),
)
"""The parts of a sweep in the order of what is said of them."""


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=CHINA_TIME).astimezone(UTC)


def swept(now: datetime) -> None:
    """Every part once; those of which it was said that they have nothing to do do nothing."""
    for place, part in enumerate(PARTS):
        has = waiting(now)[place]
        assert part(now) == 0 or has


def test_a_house_without_claims_has_nothing_to_sweep(cast: Cast) -> None:
    assert waiting(AT) == NOTHING


def test_a_limit_that_is_due_waits_until_it_was_looked_at(cast: Cast) -> None:
    claim_at(cast, S.SUBMITTED)
    row = Deadline.objects.get(code="P_ACCEPT")
    assert row.watch_at is not None
    assert waiting(row.watch_at - timedelta(microseconds=1)) == NOTHING
    assert waiting(row.watch_at) == NOTHING._replace(limits=True)
    sweep(at=row.watch_at)
    assert not waiting(row.watch_at).limits


def test_an_order_is_to_be_settled_once_its_limit_was_kept_and_to_be_given_while_its_holder_is_away(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED)
    now = at(6, 3)
    swept(now)
    order = WorkOrder.objects.get()
    assert order.holder_id is not None and waiting(now) == NOTHING
    note_absence(cast.who("rui"), order.holder_id, now, now + DAY, at=now)
    assert waiting(now + HOUR) == NOTHING._replace(orders_to_give=True)
    swept(now + HOUR)
    assert waiting(now + HOUR) == NOTHING
    # An order that stands on a limit of the insurer's which was broken waits for whoever has it.
    intake.accept(cast.who("gu"), no, at=now + 2 * HOUR)
    assert not waiting(now + 2 * HOUR).orders_to_settle
    WorkOrder.objects.update(deadline=Deadline.objects.get(code="L1"))
    assert waiting(now + 2 * HOUR).orders_to_settle, "the time left is another"
    settle(at=now + 2 * HOUR)
    assert not waiting(now + 2 * HOUR).orders_to_settle
    Deadline.objects.filter(code="L1").update(state="met", met_at=now)
    assert waiting(now + 2 * HOUR).orders_to_settle and settle(at=now + 2 * HOUR) == 1


def test_an_order_of_a_dispute_waits_when_the_dispute_goes_on_and_when_somebody_else_takes_it(cast: Cast) -> None:
    no = disputed_at(cast, D.TRIAGE)
    assert waiting(AT + timedelta(minutes=59)) == NOTHING
    assert waiting(AT + HOUR) == NOTHING._replace(cases=True)
    swept(AT + HOUR)
    assert waiting(AT + HOUR) == NOTHING
    order = CaseOrder.objects.get()
    assert order.holder_id == cast.id("an")
    CaseOrder.objects.update(holder=cast.people["gu"])
    assert waiting(AT + HOUR) == NOTHING._replace(case_orders_to_give=True)
    swept(AT + HOUR)
    assert waiting(AT + HOUR) == NOTHING
    disputes.answer(cast.who("an"), dispute_of(no).dispute_no, at=AT + HOUR, words="已说明")
    assert waiting(AT + HOUR).cases
    swept(AT + HOUR)
    assert waiting(AT + HOUR) == NOTHING and CaseOrder.objects.get().state == "settled"


def test_over_a_month_nothing_is_left_out(cast: Cast) -> None:
    claim_at(cast, S.SUBMITTED)
    disputed_at(cast, D.EXPERT)
    disputes.complain(cast.who("mei"), cast.id("mei"), at=AT, stage="claim", cause="slow", words="等了两周没有消息")
    note_absence(cast.who("rui"), cast.id("an"), AT + 2 * DAY, AT + 9 * DAY, at=AT)
    for step in range(120):
        swept(AT + step * 6 * HOUR)
    assert WorkOrder.objects.exists() and CaseOrder.objects.count() >= 2
