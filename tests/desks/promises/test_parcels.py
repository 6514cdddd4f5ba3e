"""A parcel of originals that is late or lost becomes one work order, closed with a cause and words to the member."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hearth.desks.claims import agreeing
from hearth.desks.promises import close, settle, sweep, take
from hearth.desks.service import couriers, notices, pickups
from hearth.kernel.promises.fetching import pickup_windows
from hearth.store.models import Claim, Deadline, Message, Notice, Pickup, Record, WorkOrder
from hearth.wires.couriers.contract import Kind, News
from hearth.wires.couriers.van import Van
from hearth.words.calendar import CHINA_TIME
from hearth.words.claims import ClaimState, Role
from hearth.words.promises import LateCause
from tests.desks.cast_rows import DAY, HOUR, Cast
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=CHINA_TIME).astimezone(UTC)


WEDNESDAY, FRIDAY = at(6, 3), at(6, 5)


class Told(Van):
    """A courier whose news the test tells, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[News] = []

    def news(self, after: int, at: datetime) -> tuple[News, ...]:
        return tuple(one for one in self.said if one.no > after)

    def tells(self, key: str, kind: Kind, when: datetime) -> None:
        self.said.append(News(len(self.said) + 1, key, kind, when))
        couriers.learn(at=when, wire=self)


def fetched(cast: Cast, no: str, van: Told, when: datetime) -> Pickup:
    """A pick-up that was booked, and is with the courier."""
    one = pickups.book(
        cast.who("mei"), no, at=when, contact="梅", phone="13800000001", address="深圳市某路 1 号",
        window_from=pickup_windows(when)[0][0], papers=["invoice"],
    )  # fmt: skip
    couriers.tell(one, at=when, wire=van)
    row = Pickup.objects.get(pk=one)
    van.tells(row.key, Kind.COLLECTED, when + HOUR)
    return row


def of_originals() -> Any:
    return WorkOrder.objects.filter(chaser="originals")


def test_a_lost_parcel_is_one_order_for_the_steward_at_once_closed_with_words_to_the_member(cast: Cast) -> None:
    no, van = claim_at(cast, ClaimState.ACCEPTED, at=WEDNESDAY), Told()
    row = fetched(cast, no, van, WEDNESDAY)
    van.tells(row.key, Kind.LOST, FRIDAY)
    assert Deadline.objects.get(code="P_PARCEL_3").state == "met"
    for _ in range(3):
        sweep(at=FRIDAY + HOUR)
    order = of_originals().get()
    assert (order.state, order.role, order.level) == ("open", Role.STEWARD.value, 3)
    assert order.deadline.code == "P_PARCEL_LOST"
    take(cast.who("an"), order.pk, at=FRIDAY + HOUR)
    close(
        cast.who("an"), order.pk, at=FRIDAY + 2 * HOUR, cause=LateCause.SYSTEM,
        message="快递确认遗失；医院可补打发票，费用由我们承担，我陪您办理。",
    )  # fmt: skip
    order.refresh_from_db()
    assert (order.state, order.cause) == ("closed", "system")
    assert "补打发票" in Message.objects.latest("pk").text
    told = Record.objects.get(kind="claim.explained", subject=f"claim:{no}")
    assert notices.notify(told.pk, at=FRIDAY + 2 * HOUR) and Notice.objects.filter(record=told).count() == 1
    assert Deadline.objects.get(code="P_PARCEL_LOST").state == "met"
    sweep(at=FRIDAY + 9 * DAY)
    assert not of_originals().filter(state="open").exists(), "what was explained is not chased again"
    claim = Claim.objects.get(claim_no=no)
    assert (claim.state, claim.for_person) == (ClaimState.ACCEPTED, ""), "nothing is refused or held up because of it"


def test_a_lost_parcel_that_nobody_explains_goes_up_and_ends_when_it_turns_up(cast: Cast) -> None:
    no, van = claim_at(cast, ClaimState.ACCEPTED, at=WEDNESDAY), Told()
    row = fetched(cast, no, van, WEDNESDAY)
    van.tells(row.key, Kind.LOST, FRIDAY)
    sweep(at=FRIDAY)
    sweep(at=at(6, 9))
    order = of_originals().get()
    assert (order.state, order.role, order.level) == ("open", Role.REVIEWER.value, 4)
    pickups.receive(cast.who("an"), row.pk, at=at(6, 9, 11))
    found = Record.objects.get(kind="claim.originals_received")
    assert b'"was_lost":true' in bytes(found.body).replace(b" ", b"")
    assert Deadline.objects.get(code="P_PARCEL_LOST").state == "late"
    assert no in str(order.claim.claim_no)
    settle(at=at(6, 9, 12))
    assert of_originals().get().state == "open", "that we were slow is explained all the same"


def test_a_late_parcel_is_asked_for_after_three_working_days_and_a_timely_one_never(cast: Cast) -> None:
    late, timely, van = claim_at(cast, ClaimState.ACCEPTED, at=WEDNESDAY), "", Told()
    row = fetched(cast, late, van, WEDNESDAY)
    limit = Deadline.objects.get(claim__claim_no=late, code="P_PARCEL_3")
    assert limit.due_at is not None and limit.due_at.astimezone(CHINA_TIME).date().isoformat() == "2026-06-09"
    timely = claim_at(cast, ClaimState.ACCEPTED, at=WEDNESDAY)
    other = fetched(cast, timely, van, WEDNESDAY)
    van.tells(other.key, Kind.ARRIVED, FRIDAY)
    sweep(at=at(6, 9, 1))
    order = of_originals().get(claim__claim_no=late)
    assert order.deadline.code in ("P_PARCEL_3", "P_ORIGINALS_5")
    sweep(at=at(6, 12))
    order = of_originals().get(claim__claim_no=late)
    assert (order.level, order.role, order.deadline.code) == (4, Role.REVIEWER.value, "P_PARCEL_3")
    assert not of_originals().filter(claim__claim_no=timely).exists()
    van.tells(row.key, Kind.ARRIVED, at(6, 12, 12))
    assert Deadline.objects.get(claim__claim_no=late, code="P_PARCEL_3").state == "late"


def test_originals_lost_on_their_way_back_have_an_order_though_the_claim_is_closed(cast: Cast) -> None:
    no, van = claim_at(cast, ClaimState.ACCEPTED, at=WEDNESDAY), Told()
    row = fetched(cast, no, van, WEDNESDAY)
    van.tells(row.key, Kind.ARRIVED, WEDNESDAY + 3 * HOUR)
    Claim.objects.filter(claim_no=no).update(due_at=None)
    back = pickups.send_back(cast.who("an"), no, at=WEDNESDAY + 4 * HOUR)
    couriers.tell(back, at=WEDNESDAY + 4 * HOUR, wire=van)
    key = Pickup.objects.get(pk=back).key
    van.tells(key, Kind.COLLECTED, WEDNESDAY + 5 * HOUR)
    van.tells(key, Kind.LOST, FRIDAY)
    sweep(at=FRIDAY)
    assert of_originals().get().role == Role.STEWARD.value
    # It turned up at the door after all.
    van.tells(key, Kind.ARRIVED, FRIDAY + HOUR)
    settle(at=FRIDAY + 2 * HOUR)
    assert of_originals().get().state == "settled"


def test_a_lost_parcel_is_looked_for_though_the_claim_is_taken_back_meanwhile(cast: Cast) -> None:
    no, van = claim_at(cast, ClaimState.ACCEPTED, at=WEDNESDAY), Told()
    row = fetched(cast, no, van, WEDNESDAY)
    van.tells(row.key, Kind.LOST, FRIDAY)
    sweep(at=FRIDAY)
    agreeing.withdraw(cast.who("mei"), no, at=FRIDAY + HOUR)
    assert set(Deadline.objects.filter(claim__claim_no=no, state="running").values_list("code", flat=True)) == {
        "P_PARCEL_LOST"
    }
    settle(at=FRIDAY + 2 * HOUR)
    assert of_originals().get().state == "open", "where the originals are is told all the same"
