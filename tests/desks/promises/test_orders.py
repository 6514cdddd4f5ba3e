"""Work orders: taken by one, noted, handed up, and closed with a cause and words that reach the customer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from hearth.desks.promises import (
    close,
    end_absence,
    escalate,
    give_waiting,
    note,
    note_absence,
    set_shifts,
    set_skills,
    sweep,
    take,
)
from hearth.desks.promises.faults import CauseNeeded, OrderEnded, OrderTaken, ShiftWrong, TopOfLadder, WordsNeeded
from hearth.desks.service import notices
from hearth.kernel.promises.dispatch import Window
from hearth.store.access import NotAllowed, NotThere
from hearth.store.models import Message, Notice, OrderEvent, Record, StaffAbsence, StaffShift, WorkOrder
from hearth.words.calendar import CHINA_TIME
from hearth.words.claims import ClaimState, Role
from hearth.words.promises import LateCause
from tests.desks.cast_rows import DAY, HOUR, Cast
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=CHINA_TIME).astimezone(UTC)


NOW = at(6, 3)
"""Wednesday: the acceptance of what was submitted on Monday is late."""


@pytest.fixture
def order(cast: Cast) -> WorkOrder:
    claim_at(cast, ClaimState.SUBMITTED)
    sweep(at=NOW)
    return WorkOrder.objects.get()


def steps(order: WorkOrder) -> list[str]:
    return list(OrderEvent.objects.filter(order=order).order_by("pk").values_list("step", flat=True))


def test_an_order_is_closed_with_a_cause_and_the_customer_reads_why(cast: Cast, order: WorkOrder) -> None:
    ai = cast.who("ai")
    take(ai, order.pk, at=NOW)
    note(ai, order.pk, "扫描件方向不对，已转正。", at=NOW + HOUR)
    close(ai, order.pk, at=NOW + 2 * HOUR, cause=LateCause.DATA, message="您的材料已整理好，今天受理。")
    order.refresh_from_db()
    assert (order.state, order.cause, order.ended_by_id) == ("closed", "data", cast.id("ai"))
    assert steps(order) == ["opened", "taken", "noted", "closed"]
    assert Message.objects.get().text == "您的材料已整理好，今天受理。"
    record = Record.objects.get(kind="claim.explained")
    assert b'"cause":"data"' in bytes(record.body) and "整理" not in bytes(record.body).decode()
    notices.notify(record.pk, at=NOW)
    assert Notice.objects.get(record=record).person_id == cast.id("mei")


@pytest.mark.parametrize("cause", ["", "weather", "DATA"])
def test_an_order_is_not_closed_without_a_cause_of_the_list(cast: Cast, order: WorkOrder, cause: str) -> None:
    with pytest.raises(CauseNeeded):
        close(cast.who("ai"), order.pk, at=NOW, cause=cause, message="x")


@pytest.mark.parametrize("words", ["", "   ", "长" * 2_001])
def test_an_order_is_not_closed_without_words_for_the_customer(cast: Cast, order: WorkOrder, words: str) -> None:
    with pytest.raises(WordsNeeded):
        close(cast.who("ai"), order.pk, at=NOW, cause="data", message=words)
    order.refresh_from_db()
    assert order.state == "open" and not Message.objects.exists()


@pytest.mark.parametrize("missing", ["cause", "message", "ended_by"])
def test_the_database_refuses_a_closed_order_without_cause_message_or_person(
    cast: Cast, order: WorkOrder, missing: str
) -> None:
    said = Message.objects.create(claim=order.claim, by=cast.people["ai"], at=NOW, text="x")
    whole = {"cause": "data", "message": said, "ended_by": cast.people["ai"], "ended_at": NOW, "state": "closed"}
    whole[missing] = "" if missing == "cause" else None
    with pytest.raises(IntegrityError, match="order_state"), transaction.atomic():
        WorkOrder.objects.filter(pk=order.pk).update(**whole)


def test_what_is_closed_stays_closed(cast: Cast, order: WorkOrder) -> None:
    close(cast.who("ai"), order.pk, at=NOW, cause="data", message="x")
    for verb in (
        lambda: take(cast.who("lin"), order.pk, at=NOW),
        lambda: note(cast.who("lin"), order.pk, "x", at=NOW),
        lambda: close(cast.who("lin"), order.pk, at=NOW, cause="data", message="x"),
    ):
        with pytest.raises(OrderEnded):
            verb()


def test_what_one_works_on_another_does_not_take_and_a_supervisor_may_close(cast: Cast, order: WorkOrder) -> None:
    take(cast.who("ai"), order.pk, at=NOW)
    take(cast.who("ai"), order.pk, at=NOW + HOUR)
    assert steps(order) == ["opened", "taken"]
    for verb in (
        lambda: take(cast.who("lin"), order.pk, at=NOW),
        lambda: close(cast.who("lin"), order.pk, at=NOW, cause="data", message="x"),
    ):
        with pytest.raises(OrderTaken, match="艾"):
            verb()
    close(cast.who("rui"), order.pk, at=NOW, cause="insurer", message="x")


def test_an_order_is_handed_up_rung_by_rung_and_no_further(cast: Cast, order: WorkOrder) -> None:
    assert escalate(cast.who("ai"), order.pk, "需要专家联系客户", at=NOW) is Role.CLAIM_EXPERT
    assert escalate(cast.who("gu"), order.pk, "专家也未能推动", at=NOW) is Role.REVIEWER
    order.refresh_from_db()
    assert order.holder_id == cast.id("rui") and order.taken_at is None
    assert escalate(cast.who("rui"), order.pk, "请负责人看", at=NOW) is Role.SENIOR_EXPERT
    with pytest.raises(TopOfLadder):
        escalate(cast.who("shi"), order.pk, "再上", at=NOW)


def test_members_other_branches_and_the_insured_themselves_have_nothing_to_do_with_it(
    cast: Cast, order: WorkOrder
) -> None:
    with pytest.raises(NotAllowed):
        take(cast.who("mei"), order.pk, at=NOW)
    with pytest.raises(NotAllowed):
        take(cast.who("shen"), order.pk, at=NOW)
    order.claim.person = cast.people["ai"]
    order.claim.save()
    with pytest.raises(NotAllowed):
        take(cast.who("ai"), order.pk, at=NOW)
    with pytest.raises(NotThere):
        take(cast.who("lin"), order.pk + 99, at=NOW)


class TestRoster:
    def test_who_has_a_night_shift_is_given_what_falls_due_at_night(self, cast: Cast) -> None:
        claim_at(cast, ClaimState.SUBMITTED)
        set_shifts(cast.who("rui"), cast.id("lin"), [Window(3, 0, 6 * 60), Window(2, 20 * 60, 24 * 60)], at=NOW)
        sweep(at=at(6, 3, 0))
        assert WorkOrder.objects.get().holder_id == cast.id("lin")

    def test_the_product_that_somebody_knows_brings_them_its_orders(self, cast: Cast) -> None:
        claim_at(cast, ClaimState.SUBMITTED)
        set_skills(cast.who("rui"), cast.id("lin"), ["outpatient", " "], at=NOW)
        sweep(at=NOW)
        assert WorkOrder.objects.get().holder_id == cast.id("lin")

    def test_an_absence_ends_when_somebody_is_back_early(self, cast: Cast, order: WorkOrder) -> None:
        away = [note_absence(cast.who("rui"), cast.id(who), NOW, NOW + DAY, at=NOW) for who in ("ai", "lin")]
        assert give_waiting(at=NOW + HOUR) == 0
        end_absence(cast.who("rui"), away[0], at=NOW + HOUR)
        assert StaffAbsence.objects.get(pk=away[0]).to_at == NOW + HOUR
        later = note_absence(cast.who("rui"), cast.id("gu"), NOW + DAY, NOW + 2 * DAY, at=NOW)
        end_absence(cast.who("rui"), later, at=NOW)
        assert not StaffAbsence.objects.filter(pk=later).exists()

    @pytest.mark.parametrize(
        "windows",
        [[Window(8, 0, 60)], [Window(1, 60, 60)], [Window(1, 0, 1_441)], [Window(1, 0, 120), Window(1, 60, 180)]],
    )
    def test_a_week_that_cannot_be_is_refused_and_the_old_one_stays(self, cast: Cast, windows: list[Window]) -> None:
        set_shifts(cast.who("rui"), cast.id("lin"), [Window(1, 0, 60)], at=NOW)
        with pytest.raises(ShiftWrong):
            set_shifts(cast.who("rui"), cast.id("lin"), windows, at=NOW)
        assert StaffShift.objects.get().to_minute == 60

    def test_the_roster_is_kept_by_supervisors_and_of_colleagues_alone(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            set_shifts(cast.who("ai"), cast.id("lin"), [], at=NOW)
        with pytest.raises(NotThere):
            set_skills(cast.who("rui"), cast.id("mei"), ["outpatient"], at=NOW)
