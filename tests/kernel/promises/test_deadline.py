"""Deadlines of law and promise: worked cases that can be checked on a wall calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hearth.kernel.promises.clock import Clock, ClockWrong, Pause, resumed, started
from hearth.kernel.promises.deadline import Deadline, deadline, is_late, most_urgent, paused_days, time_left
from hearth.kernel.promises.limit import Unit
from hearth.words.calendar import CHINA_TIME, Calendar, YearUnknown


def at(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2026) -> datetime:
    """A moment on the wall clock in China, as the database keeps it."""
    return datetime(year, month, day, hour, minute, tzinfo=CHINA_TIME).astimezone(UTC)


def due(code: str, start: datetime, calendar: Calendar, *pauses: Pause) -> Deadline:
    return deadline(started(code, start, pauses), calendar)


def last_day(code: str, start: datetime, calendar: Calendar, *pauses: Pause) -> date:
    day = due(code, start, calendar, *pauses).day
    assert day is not None
    return day


# --- E19 -------------------------------------------------------------------------------------------------------------


def test_e19_the_supplement_is_deducted_and_the_sunday_moves_to_monday(calendar: Calendar) -> None:
    # Received 01-28; asked 02-02, here 02-11: 9 days. 01-28 + 30 + 9 = 03-08, a Sunday -> 03-09.
    clock = started("L1", at(1, 28), [Pause(at(2, 2), at(2, 11))])
    found = deadline(clock, calendar)
    assert paused_days(clock, calendar, at(2, 20)) == 9
    assert (found.ends_on, found.day) == (date(2026, 3, 8), date(2026, 3, 9))
    assert found.target_on == date(2026, 3, 6), "the last working day before 03-08, not leaning on the move"
    assert found.due_at == datetime(2026, 3, 9, 16, 0, tzinfo=UTC), "24:00 of 03-09 in China"
    assert (found.is_paused, found.is_provisional, found.is_law) == (False, False, True)


def test_e19_is_not_late_on_the_evening_of_the_last_day_and_late_at_midnight(calendar: Calendar) -> None:
    found = due("L1", at(1, 28), calendar, Pause(at(2, 2), at(2, 11)))
    assert not is_late(found, at(3, 9, 23, 59))
    assert is_late(found, at(3, 10, 0, 0))
    assert time_left(found, at(3, 9, 23, 0)) == timedelta(hours=1)
    assert time_left(found, at(3, 10, 1, 0)) == timedelta(hours=-1)


# --- the four limits of the law --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "start", "day"),
    [
        ("L1", at(4, 8), date(2026, 5, 8)),  # 04-08 + 30 = 05-08, a Friday
        ("L1", at(3, 6), date(2026, 4, 7)),  # 03-06 + 30 = 04-05, Tomb-Sweeping until 04-06 -> Tuesday 04-07
        ("L2", at(6, 1), date(2026, 6, 11)),
        ("L2", at(9, 10), date(2026, 9, 20)),  # a Sunday, but worked for National Day: no move
        ("L3", at(2, 13), date(2026, 2, 24)),  # 02-16 lies in the Spring Festival (02-15 .. 02-23)
        ("L3", at(1, 1), date(2026, 1, 4)),  # a Sunday, but worked for New Year: no move
        ("L4", at(8, 3), date(2026, 10, 8)),  # 08-03 + 60 = 10-02, National Day until 10-07
    ],
)
def test_limits_of_the_law_end_on_the_right_day(code: str, start: datetime, day: date, calendar: Calendar) -> None:
    assert last_day(code, start, calendar) == day


def test_waiting_for_the_customer_stops_the_thirty_days_but_not_the_sixty(calendar: Calendar) -> None:
    pause = Pause(at(4, 10), at(4, 30))
    assert last_day("L1", at(4, 8), calendar, pause) == date(2026, 5, 28)  # 05-08 + 20
    assert last_day("L4", at(4, 8), calendar, pause) == date(2026, 6, 8)  # 06-07 is a Sunday
    assert last_day("L2", at(4, 8), calendar, pause) == date(2026, 4, 20)  # 04-18 is a Saturday


# --- promises --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "start", "day"),
    [
        ("P_DECIDE", at(6, 15), date(2026, 6, 23)),  # Mon; 16, 17, 18, (19-21 Dragon Boat), 22, 23
        ("P_DECIDE", at(2, 11), date(2026, 2, 25)),  # Wed; 12, 13, 14 (a worked Saturday), (15-23), 24, 25
        ("P_ACCEPT", at(3, 6), date(2026, 3, 9)),  # a Friday -> Monday
        ("P_ACCEPT", at(2, 13), date(2026, 2, 14)),  # a Friday -> the worked Saturday
        ("P_ACCEPT", at(2, 17), date(2026, 2, 24)),  # inside the Spring Festival -> its first working day
        ("P_SUPPLEMENT_3", at(2, 13), date(2026, 2, 16)),  # a reminder is not moved
    ],
)
def test_promises_count_working_days_by_the_notice(code: str, start: datetime, day: date, calendar: Calendar) -> None:
    assert last_day(code, start, calendar) == day


def test_a_pause_of_a_promise_deducts_the_working_days_in_it(calendar: Calendar) -> None:
    # Monday 06-01, 5 working days: 06-08. Asked on Wednesday, here on the Tuesday after: Thu, Fri, Mon, Tue = 4.
    clock = started("P_DECIDE", at(6, 1), [Pause(at(6, 3), at(6, 9))])
    assert paused_days(clock, calendar, at(6, 30)) == 4
    assert deadline(clock, calendar).day == date(2026, 6, 12)  # 06-08 + 4 working days


def test_hours_run_day_and_night_and_need_no_calendar(calendar: Calendar) -> None:
    found = due("P_ADVANCE_EMERGENCY", at(2, 17, 23, 30), calendar)
    assert (found.due_at, found.day) == (at(2, 18, 1, 30), date(2026, 2, 18))
    assert due("P_GUIDANCE", at(12, 31, 23, 55, year=2031), calendar).due_at == at(1, 1, 0, 5, year=2032)


def test_a_product_may_promise_another_number(calendar: Calendar) -> None:
    assert deadline(started("P_DECIDE", at(6, 1), amount=3), calendar).day == date(2026, 6, 4)


# --- days and moments ------------------------------------------------------------------------------------------------


def test_the_start_day_is_the_day_in_china_not_in_utc(calendar: Calendar) -> None:
    # 23:59 of 04-08 in China is 15:59 UTC; one minute later it is 04-09 in China and still 04-08 in UTC.
    late, next_day = at(4, 8, 23, 59), at(4, 9, 0, 0)
    assert (late.date(), next_day.date()) == (date(2026, 4, 8), date(2026, 4, 8))
    assert last_day("L1", late, calendar) == date(2026, 5, 8)
    assert last_day("L1", next_day, calendar) == date(2026, 5, 9)  # a Saturday, but worked for Labour Day


def test_moments_of_other_zones_are_read_as_what_they_are(calendar: Calendar) -> None:
    east = datetime(2026, 4, 8, 23, 59, tzinfo=CHINA_TIME)
    assert deadline(started("L1", east), calendar) == deadline(started("L1", east.astimezone(UTC)), calendar)


# --- pauses ----------------------------------------------------------------------------------------------------------


def test_a_pause_that_began_before_the_start_counts_from_the_start(calendar: Calendar) -> None:
    early = last_day("L1", at(4, 8), calendar, Pause(at(4, 1), at(4, 13)))
    assert early == last_day("L1", at(4, 8), calendar, Pause(at(4, 8), at(4, 13))) == date(2026, 5, 13)


def test_a_pause_over_before_the_start_counts_nothing(calendar: Calendar) -> None:
    assert last_day("L1", at(4, 8), calendar, Pause(at(4, 1), at(4, 8))) == date(2026, 5, 8)


def test_pauses_that_touch_or_overlap_count_each_day_once(calendar: Calendar) -> None:
    whole = last_day("L1", at(4, 8), calendar, Pause(at(4, 10), at(4, 20)))
    touching = last_day("L1", at(4, 8), calendar, Pause(at(4, 15), at(4, 20)), Pause(at(4, 10), at(4, 15)))
    overlapping = last_day("L1", at(4, 8), calendar, Pause(at(4, 10), at(4, 18)), Pause(at(4, 12), at(4, 20)))
    assert whole == touching == overlapping == date(2026, 5, 18)


def test_papers_that_come_on_the_day_they_were_asked_for_deduct_nothing(calendar: Calendar) -> None:
    assert last_day("L1", at(4, 8), calendar, Pause(at(4, 10, 9), at(4, 10, 17))) == date(2026, 5, 8)


def test_while_papers_are_awaited_there_is_no_day_and_nothing_is_late(calendar: Calendar) -> None:
    clock = started("L1", at(4, 8), [Pause(at(4, 10))])
    found = deadline(clock, calendar)
    assert found.is_paused
    assert (found.day, found.due_at, found.target_on, found.ends_on) == (None, None, None, None)
    assert not is_late(found, at(12, 31))
    assert time_left(found, at(12, 31)) is None
    assert paused_days(clock, calendar, at(4, 25)) == 15


def test_what_the_day_would_be_if_the_papers_came_now(calendar: Calendar) -> None:
    clock = started("L1", at(4, 8), [Pause(at(4, 10))])
    assert deadline(resumed(clock, at(4, 25)), calendar).day == date(2026, 5, 25)  # 05-08 + 15 = 05-23, a Saturday
    assert deadline(clock, calendar).is_paused, "the clock itself still stands"


def test_asking_for_papers_when_it_is_too_late_mends_nothing(calendar: Calendar) -> None:
    assert last_day("L1", at(4, 8), calendar, Pause(at(5, 9), at(5, 20))) == date(2026, 5, 8)
    assert not due("L1", at(4, 8), calendar, Pause(at(5, 9))).is_paused


def test_asking_on_the_last_day_leaves_the_day_on_which_the_papers_come(calendar: Calendar) -> None:
    assert last_day("L1", at(4, 8), calendar, Pause(at(5, 8), at(5, 20))) == date(2026, 5, 20)


def test_asking_on_the_monday_to_which_the_last_day_moved_is_in_time(calendar: Calendar) -> None:
    # 02-06 + 30 = 03-08, a Sunday -> Monday 03-09 is the last day; papers come on Thursday.
    assert last_day("L1", at(2, 6), calendar) == date(2026, 3, 9)
    assert last_day("L1", at(2, 6), calendar, Pause(at(3, 9), at(3, 12))) == date(2026, 3, 12)
    assert last_day("L1", at(2, 6), calendar, Pause(at(3, 10), at(3, 12))) == date(2026, 3, 9)


def test_the_house_never_wants_to_be_done_while_it_waits_for_papers(calendar: Calendar) -> None:
    # Asked on the last day, Friday 05-08; the papers come on Saturday 05-16: Monday is the last day.
    found = due("L1", at(4, 8), calendar, Pause(at(5, 8), at(5, 16)))
    assert (found.ends_on, found.day, found.target_on) == (date(2026, 5, 16), date(2026, 5, 18), date(2026, 5, 16))


def test_working_days_never_end_on_a_rest_day_even_where_the_papers_come_on_one(calendar: Calendar) -> None:
    # Monday 06-01, 1 working day; asked on that last day, Tuesday; the papers come on Saturday: Monday 06-08.
    clock = Clock("P_PAY", at(6, 1), 1, Unit.WORKING_DAYS, (Pause(at(6, 2), at(6, 6)),), moves=False)
    assert deadline(clock, calendar).day == date(2026, 6, 8)


def test_hours_that_are_over_are_not_opened_again_by_a_question(calendar: Calendar) -> None:
    over, in_time = Pause(at(6, 1, 12), at(6, 1, 15)), Pause(at(6, 1, 11, 59), at(6, 1, 14, 59))
    due_at = {
        pause: deadline(Clock("P_ADVANCE", at(6, 1, 10), 2, Unit.HOURS, (pause,)), calendar).due_at
        for pause in (over, in_time)
    }
    assert due_at == {over: at(6, 1, 12), in_time: at(6, 1, 15)}


# --- years -----------------------------------------------------------------------------------------------------------


def test_a_december_claim_reaches_into_a_year_whose_notice_is_not_out(calendar: Calendar) -> None:
    found = due("L1", at(12, 10), calendar)  # 12-10 + 30 = 2027-01-09, a Saturday -> 01-11
    assert (found.day, found.is_provisional) == (date(2027, 1, 11), True)
    assert due("L4", at(11, 22), calendar).is_provisional  # 2027-01-21
    assert not due("L1", at(11, 20), calendar).is_provisional  # 12-20, a Sunday -> 12-21


def test_promises_over_new_year_are_provisional_too(calendar: Calendar) -> None:
    found = due("P_DECIDE", at(12, 29), calendar)  # Tue; 30, 31, then 01-01 (a Friday, taken as worked), 04, 05
    assert (found.day, found.is_provisional) == (date(2027, 1, 5), True)


@pytest.mark.parametrize(("start", "year"), [(at(12, 20, year=2027), 2028), (at(5, 5, year=2029), 2029)])
def test_two_years_beyond_the_last_notice_is_a_fault_that_names_the_year(
    start: datetime, year: int, calendar: Calendar
) -> None:
    with pytest.raises(YearUnknown) as told:
        due("L1", start, calendar)
    assert told.value.data["year"] == year


def test_years_before_the_first_notice_are_a_fault_too(calendar: Calendar) -> None:
    with pytest.raises(YearUnknown) as told:
        due("L1", at(5, 5, year=2023), calendar)
    assert told.value.data["year"] == 2023


def test_a_claim_of_2023_that_ends_in_2024_needs_nothing_of_2023(calendar: Calendar) -> None:
    assert last_day("L1", at(12, 20, year=2023), calendar) == date(2024, 1, 19)


# --- what breaks first -----------------------------------------------------------------------------------------------


def test_the_queue_shows_what_breaks_first_and_what_waits_for_others_last(calendar: Calendar) -> None:
    waiting = due("L1", at(4, 8), calendar, Pause(at(4, 9)))
    late = due("P_ACCEPT", at(3, 2), calendar)
    law = due("L2", at(4, 10), calendar)  # 04-20
    promise = due("P_SUPPLEMENT_3", at(4, 17), calendar)  # 04-20 too
    hours = due("P_ADVANCE_EMERGENCY", at(4, 20, 9), calendar)
    assert most_urgent([waiting, promise, law, hours, late]) == [late, hours, law, promise, waiting]


# --- clocks that cannot run ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: Clock("L1", at(4, 8), 0, Unit.DAYS), "0 days"),
        (lambda: Clock("L1", at(4, 8), 10**6, Unit.DAYS), "1000000 days"),
        (lambda: Clock("L1", datetime(2026, 4, 8), 30, Unit.DAYS), "time zone"),
        (lambda: started("L1", datetime(2026, 4, 8)), "time zone"),
        (lambda: Clock("L1", at(4, 8, year=1980), 30, Unit.DAYS), "1980"),
        (lambda: Clock("L1", at(4, 8), 30, Unit.DAYS, (Pause(at(4, 9), at(4, 8)),)), "pause"),
        (lambda: Clock("L1", at(4, 8), 30, Unit.DAYS, (Pause(at(4, 9)),) * 1_001), "1001 pauses"),
        (lambda: resumed(Clock("L1", at(4, 8), 30, Unit.DAYS, (Pause(at(4, 9)),)), datetime(2026, 5, 1)), "time zone"),
        (lambda: resumed(Clock("L1", at(4, 8), 30, Unit.DAYS, (Pause(at(4, 9)),)), at(1, 1, year=9000)), "9000"),
    ],
)
def test_a_clock_that_cannot_run_is_told(wrong, says: str) -> None:
    with pytest.raises(ClockWrong) as told:
        wrong()
    assert says in told.value.sentence("en")
    assert "L1" in told.value.sentence("zh")
