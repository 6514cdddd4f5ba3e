"""A work order goes to somebody who is at work, can do it, and has the fewest."""

from __future__ import annotations

from datetime import UTC, datetime

from hearth.kernel.promises.dispatch import MOST_OPEN, Colleague, Window, dispatched, is_at_work
from hearth.store.calendars import work_calendar
from hearth.words.calendar import CHINA_TIME

CALENDAR = work_calendar()


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=CHINA_TIME).astimezone(UTC)


def given(colleagues: list[Colleague], skill: str, moment: datetime) -> int | None:
    return dispatched([one for one in colleagues if is_at_work(one, moment, CALENDAR)], skill)


MONDAY, HOLIDAY, WORKED_SATURDAY = at(6, 1), at(10, 1), at(2, 14)


def test_the_fewest_orders_decide_among_equals_and_then_the_lowest_number() -> None:
    gu, lin = Colleague(7, open_orders=3), Colleague(9, open_orders=2)
    assert given([gu, lin], "", MONDAY) == 9
    assert given([Colleague(9), Colleague(7)], "", MONDAY) == 7


def test_skill_comes_before_load_and_knowing_the_claim_before_load() -> None:
    skilled = Colleague(1, skills=frozenset({"outpatient"}), open_orders=9)
    knows = Colleague(2, knows_claim=True, open_orders=5)
    free = Colleague(3)
    assert given([free, knows, skilled], "outpatient", MONDAY) == 1
    assert given([free, knows], "outpatient", MONDAY) == 2


def test_nobody_is_given_an_order_at_night_on_leave_or_on_a_holiday() -> None:
    one = Colleague(1)
    assert given([one], "", at(6, 1, 20)) is None
    assert given([one], "", HOLIDAY) is None
    assert given([Colleague(1, is_absent=True)], "", MONDAY) is None


def test_whoever_has_a_night_shift_is_given_orders_at_night() -> None:
    night = Colleague(4, shifts=(Window(1, 18 * 60, 24 * 60),))
    assert given([Colleague(1), night], "", at(6, 1, 20)) == 4
    assert not is_at_work(night, MONDAY, CALENDAR)


def test_a_shift_on_holidays_is_one_that_says_so() -> None:
    thursday = Window(4, 9 * 60, 18 * 60)
    assert not is_at_work(Colleague(1, shifts=(thursday,)), HOLIDAY, CALENDAR)
    always = Window(4, 9 * 60, 18 * 60, rests_too=True)
    assert is_at_work(Colleague(1, shifts=(always,)), HOLIDAY, CALENDAR)


def test_a_saturday_that_is_worked_by_notice_is_worked_by_those_of_the_week_too() -> None:
    assert is_at_work(Colleague(1, shifts=(Window(1, 9 * 60, 18 * 60),)), WORKED_SATURDAY, CALENDAR)


def test_whoever_has_no_room_is_passed_over() -> None:
    assert given([Colleague(1, open_orders=MOST_OPEN)], "", MONDAY) is None
