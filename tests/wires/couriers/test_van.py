"""The van: takes a key once, comes in its window, and goes wrong as couriers do: late, lost, told twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hearth.wires.couriers import Kind, State, Trip, opened
from hearth.wires.couriers.van import Habits, Van
from hearth.wires.faults import KeyReused, NoAnswer
from hearth.words.faults import Malformed
from tests.wires.orders import LATER, NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def trip(key: str = "pickup-1", **changed: Any) -> Trip:
    values: dict[str, Any] = {
        "key": key,
        "is_fetched": True,
        "contact": "惠",
        "phone": "13800000004",
        "address": "上海市某路 1 号",
        "window_from": NOON + HOUR,
        "window_to": NOON + 4 * HOUR,
        "at": NOON,
    }
    return Trip(**{**values, **changed})


def test_a_parcel_is_fetched_in_its_window_and_brought_a_day_later() -> None:
    van = Van()
    assert van.book(trip()).state is State.TAKEN and van.status("pickup-2", NOON) is None
    fetched, brought = van.news(0, LATER)
    assert (fetched.kind, brought.kind) == (Kind.COLLECTED, Kind.ARRIVED)
    assert NOON + HOUR <= fetched.at < NOON + 4 * HOUR and brought.at == fetched.at + DAY
    assert van.news(fetched.no, LATER) == [brought] and van.news(brought.no, LATER) == []
    states = [van.status("pickup-1", at) for at in (NOON, fetched.at, brought.at)]
    assert [one.state for one in states if one is not None] == [State.TAKEN, State.COLLECTED, State.ARRIVED]


def test_news_is_not_told_before_it_happens_and_no_cursor_passes_it_over() -> None:
    van = Van()
    van.book(trip())
    assert van.news(0, NOON) == []
    (first,) = van.news(0, NOON + 5 * HOUR)
    assert [one.kind for one in van.news(first.no, LATER)] == [Kind.ARRIVED]


def test_a_key_booked_again_is_one_trip_and_another_address_is_refused() -> None:
    van = Van()
    assert van.book(trip()) == van.book(trip())
    with pytest.raises(KeyReused):
        van.book(trip(address="别处"))
    assert len(van.news(0, LATER)) == 2


def test_a_lost_parcel_is_told_of_and_a_marked_address_always_loses() -> None:
    van = Van(habits=Habits(losing_addresses="某路"))
    van.book(trip())
    van.book(trip("pickup-2", address="别处"))
    kinds = {(one.key, one.kind) for one in van.news(0, LATER)}
    assert ("pickup-1", Kind.LOST) in kinds and ("pickup-2", Kind.ARRIVED) in kinds and len(kinds) == 4
    assert Van(habits=Habits(lost=1.0)).book(trip()).state is State.TAKEN


def test_for_a_demo_the_van_comes_at_once_whatever_the_window() -> None:
    van = Van(habits=Habits(demo_seconds=5))
    van.book(trip())
    assert [one.at - NOON for one in van.news(0, NOON + HOUR)] == [timedelta(seconds=5), timedelta(seconds=10)]


def test_a_trip_is_taken_back_until_the_parcel_is_fetched() -> None:
    van = Van()
    van.book(trip())
    van.book(trip("pickup-2"))
    gone, late = van.cancel("pickup-1", NOON), van.cancel("pickup-2", NOON + 5 * HOUR)
    assert gone is not None and gone.state is State.CANCELLED
    assert late is not None and late.state is State.COLLECTED and van.cancel("pickup-3", NOON) is None
    assert {one.key for one in van.news(0, LATER)} == {"pickup-2"}


def test_a_time_out_after_success_is_a_trip_that_was_taken() -> None:
    van = Van(habits=Habits(timeout_after_success=1.0))
    with pytest.raises(NoAnswer):
        van.book(trip())
    found = van.status("pickup-1", NOON)
    assert found is not None and found.state is State.TAKEN
    never = Van(habits=Habits(timeout_before=1.0))
    with pytest.raises(NoAnswer):
        never.book(trip())
    assert never.status("pickup-1", NOON) is None


def test_news_comes_twice_late_and_out_of_order_with_the_moment_it_happened() -> None:
    van = Van(habits=Habits(seed=3, duplicate_news=1.0, out_of_order=1.0, out_of_order_seconds=400_000))
    for number in range(20):
        van.book(trip(f"pickup-{number}"))
    told = van.news(0, LATER)
    assert len(told) == 80 and len({(one.key, one.kind) for one in told}) == 40
    assert [one.no for one in told] == sorted(one.no for one in told)
    happened = {(one.key, one.kind): one.at for one in told}
    order = [(one.key, one.kind) for one in told]
    upside_down = [key for key, _ in happened if order.index((key, Kind.ARRIVED)) < order.index((key, Kind.COLLECTED))]
    assert upside_down, "some arrivals are told before the parcel was fetched"


def test_processes_share_a_van_and_a_wrong_address_of_the_wire_is_named(tmp_path: Path) -> None:
    place = f"memory:{tmp_path}/courier.sqlite3"
    one, other = opened(place), opened(f"{place}?refused=1")
    assert one is not None and other is not None
    one.book(trip())
    found = other.status("pickup-1", NOON)
    assert found is not None and found.state is State.TAKEN
    assert other.book(trip("pickup-2")).state is State.REFUSED
    assert opened("none:") is None
    for wrong in ("memory:?lost=2", "memory:?shape=1", "https://courier.example"):
        with pytest.raises(Malformed):
            opened(wrong)


@pytest.mark.parametrize("changed", [{"phone": "call me"}, {"address": " "}, {"contact": "a\nb"}, {"window_to": NOON}])
def test_a_trip_that_cannot_be_made_is_refused_before_it_is_sent(changed: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        trip(**changed)
