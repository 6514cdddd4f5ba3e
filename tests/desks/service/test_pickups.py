"""Originals are fetched at the door, lost by a courier, received and sent back; who holds them is always known."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import Error, transaction

from hearth.desks.people import export_data
from hearth.desks.service import couriers, notices, pickups
from hearth.desks.service.faults import (
    AddressNeeded,
    NoCourier,
    NoPickupNow,
    NothingToFetch,
    NothingToReturn,
    TooLateToCancel,
    UnderWayAlready,
    WindowGone,
)
from hearth.kernel.promises.fetching import pickup_windows
from hearth.store.access import NotAllowed, NotThere
from hearth.store.access.people import phone_digest
from hearth.store.access.pickups import on_their_way, pickups_of
from hearth.store.models import Claim, ClaimTrace, CourierNews, Custody, Deadline, Notice, Pickup, Record
from hearth.wires.couriers.van import Habits, Van
from hearth.words.claims import ClaimState
from hearth.words.service import Direction, Holder, PickupState
from tests.desks.cast_rows import AT, DAY, HOUR, Cast, cast
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db
S, H = PickupState, Holder


@pytest.fixture(name="cast")
def everybody() -> Cast:
    return cast()


def booked(cast: Cast, no: str, by: str = "mei", at: Any = AT, **more: Any) -> int:
    held: dict[str, Any] = {
        "contact": "梅",
        "phone": "138-0000 0001",
        "address": "深圳市某路 1 号",
        "window_from": pickup_windows(at)[0][0],
        "papers": ["invoice", "discharge_summary"],
    }
    return pickups.book(cast.who(by), no, at=at, **{**held, **more})


def asked(no: str, kind: str = "claim.pickup_asked") -> int:
    """The record that the job follows."""
    return Record.objects.filter(kind=kind, subject=f"claim:{no}").latest("pk").pk


def told(no: str, kind: str, at: Any) -> str:
    """What the member is told of the last record of a kind."""
    (notice_id,) = notices.notify(asked(no, kind), at=at)
    return Notice.objects.get(pk=notice_id).text


def chain(pickup_id: int) -> list[str]:
    return list(Custody.objects.filter(pickup=pickup_id).order_by("seq").values_list("holder", flat=True))


def test_originals_are_fetched_received_and_the_limit_ends(cast: Cast) -> None:
    no, van = claim_at(cast, ClaimState.ACCEPTED), Van()
    one = booked(cast, no)
    limit = Deadline.objects.get(claim__claim_no=no, code="P_ORIGINALS_5")
    assert limit.state == "running" and limit.due_at is not None and limit.due_at > AT + 4 * DAY
    assert couriers.tell_courier(asked(no), at=AT, wire=van) is S.TAKEN
    assert couriers.tell_courier(asked(no), at=AT, wire=van) is S.TAKEN
    assert "13:00-16:00" in told(no, "claim.pickup_taken", AT)
    assert couriers.learn(at=AT + 8 * HOUR, wire=van) == 1
    assert Pickup.objects.get().state == S.COLLECTED and chain(one) == [H.MEMBER, H.COURIER]
    assert couriers.learn(at=AT + 3 * DAY, wire=van) == 1 and couriers.learn(at=AT + 9 * DAY, wire=van) == 0
    (trip,) = pickups_of(cast.who("mei"), no, AT + 3 * DAY)
    assert trip.state is S.ARRIVED and [row.holder for row in trip.custody] == [H.MEMBER, H.COURIER, H.INSURER]
    assert [row.by for row in trip.custody] == ["梅", "", ""] and trip.phone == "13800000001"
    limit.refresh_from_db()
    assert limit.state == "met"
    assert "已收到" in told(no, "claim.originals_received", AT + 3 * DAY)


def test_a_courier_that_does_not_answer_is_asked_again_and_comes_once(cast: Cast, tmp_path: Path) -> None:
    no, book = claim_at(cast, ClaimState.ACCEPTED), tmp_path / "van.sqlite3"
    booked(cast, no)
    deaf = Van(book, Habits(timeout_after_success=1.0))
    assert couriers.tell_courier(asked(no), at=AT, wire=deaf) is S.BOOKED
    # The same courier, on a better line.
    heard = Van(book)
    assert couriers.tell(Pickup.objects.get().pk, at=AT + HOUR, wire=heard) is S.TAKEN
    assert len(heard.news(0, AT + 9 * DAY)) == 2
    assert Record.objects.filter(kind="claim.pickup_taken").count() == 1


def test_a_lost_parcel_is_told_at_once_no_limit_waits_for_it_and_it_may_turn_up(cast: Cast) -> None:
    no, van = claim_at(cast, ClaimState.ACCEPTED), Van(habits=Habits(losing_addresses="某路", duplicate_news=1.0))
    one = booked(cast, no)
    couriers.tell_courier(asked(no), at=AT, wire=van)
    assert couriers.learn(at=AT + 3 * DAY, wire=van) == 4
    assert Pickup.objects.get().state == S.LOST and chain(one) == [H.MEMBER, H.COURIER, H.NOBODY]
    assert CourierNews.objects.filter(is_told=True).count() == 2
    assert Record.objects.filter(kind="claim.parcel_lost").count() == 1
    assert "理赔不受影响" in told(no, "claim.parcel_lost", AT + 3 * DAY)
    assert Deadline.objects.get(code="P_ORIGINALS_5").state == "void"
    assert [line.state for line in on_their_way(cast.who("an"), AT + 3 * DAY)] == [S.LOST]
    assert Claim.objects.get(claim_no=no).state == ClaimState.ACCEPTED
    pickups.receive(cast.who("an"), one, at=AT + 5 * DAY)
    pickups.receive(cast.who("an"), one, at=AT + 6 * DAY)
    assert chain(one)[-1] == H.INSURER and on_their_way(cast.who("an"), AT + 6 * DAY) == ()
    assert Record.objects.filter(kind="claim.originals_received").count() == 1


def test_a_pick_up_is_cancelled_until_the_courier_has_it(cast: Cast) -> None:
    no, van = claim_at(cast, ClaimState.ACCEPTED), Van()
    one = booked(cast, no)
    couriers.tell_courier(asked(no), at=AT, wire=van)
    with pytest.raises(UnderWayAlready):
        booked(cast, no)
    with pytest.raises(NotThere):
        pickups.cancel(cast.who("bo"), one, at=AT)
    pickups.cancel(cast.who("mei"), one, at=AT)
    pickups.cancel(cast.who("mei"), one, at=AT)
    assert couriers.tell_courier(asked(no, "claim.pickup_cancelled"), at=AT, wire=van) is S.CANCELLED
    assert couriers.learn(at=AT + 9 * DAY, wire=van) == 0
    assert Deadline.objects.get(code="P_ORIGINALS_5").state == "void"
    two = booked(cast, no, at=AT + DAY)
    couriers.tell(two, at=AT + DAY, wire=van)
    couriers.learn(at=AT + 2 * DAY, wire=van)
    with pytest.raises(TooLateToCancel):
        pickups.cancel(cast.who("mei"), two, at=AT + 2 * DAY)


def test_what_was_fetched_although_it_was_taken_back_is_followed_all_the_same(cast: Cast) -> None:
    no, van = claim_at(cast, ClaimState.ACCEPTED), Van()
    one = booked(cast, no)
    couriers.tell_courier(asked(no), at=AT, wire=van)
    # The courier came; its news had not.
    pickups.cancel(cast.who("mei"), one, at=AT + 8 * HOUR)
    couriers.tell_courier(asked(no, "claim.pickup_cancelled"), at=AT + 8 * HOUR, wire=van)
    couriers.learn(at=AT + 3 * DAY, wire=van)
    assert chain(one) == [H.MEMBER, H.COURIER, H.INSURER] and Pickup.objects.get().state == S.ARRIVED


def test_what_was_fetched_although_it_was_taken_back_and_is_lost_is_told_like_any_other(cast: Cast) -> None:
    no, van = claim_at(cast, ClaimState.ACCEPTED), Van(habits=Habits(losing_addresses="某路"))
    one = booked(cast, no)
    couriers.tell_courier(asked(no), at=AT, wire=van)
    pickups.cancel(cast.who("mei"), one, at=AT + 8 * HOUR)
    couriers.tell_courier(asked(no, "claim.pickup_cancelled"), at=AT + 8 * HOUR, wire=van)
    couriers.learn(at=AT + 3 * DAY, wire=van)
    assert chain(one) == [H.MEMBER, H.COURIER, H.NOBODY] and Pickup.objects.get().state == S.LOST
    assert Record.objects.filter(kind="claim.parcel_lost").count() == 1
    assert Deadline.objects.get(code="P_PARCEL_LOST").state == "running", "somebody of ours finds out and says so"


def test_a_courier_that_does_not_come_there_leaves_the_originals_with_the_member(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.ACCEPTED)
    one = booked(cast, no)
    assert couriers.tell_courier(asked(no), at=AT, wire=Van(habits=Habits(refused=1.0))) is S.REFUSED
    assert chain(one) == [H.MEMBER] and "重新预约" in told(no, "claim.pickup_refused", AT)
    assert booked(cast, no, at=AT + HOUR) > one


def test_originals_go_back_once_and_the_member_follows_them(cast: Cast) -> None:
    no, van = claim_at(cast, ClaimState.ACCEPTED), Van()
    an = cast.who("an")
    booked(cast, no)
    with pytest.raises(NothingToReturn):
        pickups.send_back(an, no, at=AT)
    couriers.tell_courier(asked(no), at=AT, wire=van)
    couriers.learn(at=AT + 3 * DAY, wire=van)
    with pytest.raises(NotAllowed):
        pickups.send_back(cast.who("mei"), no, at=AT + 3 * DAY)
    back = pickups.send_back(an, no, at=AT + 3 * DAY)
    with pytest.raises(NothingToReturn):
        pickups.send_back(an, no, at=AT + 3 * DAY)
    couriers.tell_courier(asked(no, "claim.return_asked"), at=AT + 3 * DAY, wire=van)
    couriers.learn(at=AT + 6 * DAY, wire=van)
    assert chain(back) == [H.INSURER, H.COURIER, H.MEMBER]
    assert "寄还给您" in told(no, "claim.originals_back", AT + 6 * DAY)
    (returned, came) = pickups_of(cast.who("mei"), no, AT + 6 * DAY)
    assert (returned.direction, returned.address) == (Direction.BACK, came.address)


def test_nothing_is_booked_that_a_courier_could_not_do(cast: Cast, settings: Any) -> None:
    no = claim_at(cast, ClaimState.ACCEPTED)
    for wrong in ({"address": " "}, {"phone": "call me"}, {"contact": "x" * 41}):
        with pytest.raises(AddressNeeded):
            booked(cast, no, **wrong)
    with pytest.raises(NothingToFetch):
        booked(cast, no, papers=["<b>"])
    with pytest.raises(WindowGone):
        booked(cast, no, window_from=AT)
    with pytest.raises(NotThere):
        booked(cast, no, by="bo")
    with pytest.raises(NotAllowed):
        booked(cast, no, by="fang")
    with pytest.raises(NoPickupNow):
        booked(cast, claim_at(cast, ClaimState.CLOSED))
    settings.COURIERS_WIRE = "none:"
    with pytest.raises(NoCourier):
        booked(cast, no)
    assert not Pickup.objects.exists() and couriers.look_again(at=AT) == 0


def test_a_steward_books_for_a_member_and_the_chain_is_only_added_to(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.ACCEPTED)
    one = booked(cast, no, by="an")
    for change in (lambda: Custody.objects.update(holder="nobody"), lambda: Custody.objects.all().delete()):
        with pytest.raises(Error), transaction.atomic():
            change()
    exported = export_data(cast.who("mei"), cast.id("mei"), at=AT)
    (claim,) = [row for row in exported["claims"] if row["claim_no"] == no]
    assert claim["pickups"][0]["address"] == "深圳市某路 1 号" and claim["pickups"][0]["custody"]
    assert Pickup.objects.filter(pk=one, booked_by=cast.id("an")).exists()
    assert timedelta() < Pickup.objects.get().window_from - AT < DAY


def test_a_members_own_booking_leaves_digests_of_telephone_and_address_and_a_stewards_none(cast: Cast) -> None:
    own, taken_down = claim_at(cast, ClaimState.REVIEW), claim_at(cast, ClaimState.REVIEW)
    booked(cast, own)
    booked(cast, taken_down, by="an")
    left = ClaimTrace.objects.order_by("kind")
    assert [(one.claim.claim_no, one.kind) for one in left] == [(own, "address"), (own, "phone")]
    assert bytes(left[1].digest) == phone_digest("13800000001"), "the one that a member of this number is found by"
