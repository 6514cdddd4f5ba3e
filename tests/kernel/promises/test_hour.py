"""Working time: several windows a day, nothing on rest days, weekend days that are worked count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.promises.clock import Clock, Pause
from hearth.kernel.promises.deadline import deadline, paused_days
from hearth.kernel.promises.hour import is_open, later_by, opens, worked_between
from hearth.kernel.promises.limit import Unit
from hearth.store.calendars import work_calendar
from hearth.words.calendar import CHINA_TIME, Calendar, YearUnknown

CALENDAR = work_calendar()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def at(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=CHINA_TIME).astimezone(UTC)


def test_the_house_works_from_nine_to_twelve_and_from_half_past_one_to_six() -> None:
    assert CALENDAR.hours == ((540, 720), (810, 1080))
    assert is_open(CALENDAR, at(6, 1, 9)) and is_open(CALENDAR, at(6, 1, 17, 59))
    assert not is_open(CALENDAR, at(6, 1, 12, 30)) and not is_open(CALENDAR, at(6, 1, 18))


def test_work_that_comes_at_lunch_begins_at_half_past_one() -> None:
    assert opens(CALENDAR, at(6, 1, 12, 10)) == at(6, 1, 13, 30)


def test_four_hours_from_friday_afternoon_end_on_monday() -> None:
    # Friday 16:00 to 18:00 are two; Monday 09:00 to 11:00 the other two.
    assert later_by(CALENDAR, at(5, 29, 16), 4 * HOUR) == at(6, 1, 11)


def test_a_sunday_that_is_worked_for_a_holiday_counts_and_the_holiday_does_not() -> None:
    # 2026-02-14 is a Saturday worked for the Spring Festival, which rests from 02-15 to 02-23.
    assert is_open(CALENDAR, at(2, 14))
    assert later_by(CALENDAR, at(2, 14, 17), 2 * HOUR) == at(2, 24, 10)


def test_a_year_without_a_notice_is_named() -> None:
    with pytest.raises(YearUnknown, match="2029"):
        opens(CALENDAR, at(1, 2, year=2029))


@pytest.mark.parametrize("hours", [(), ((600, 540),), ((540, 720), (700, 800)), ((540, 1_500),)])
def test_hours_that_are_no_windows_of_a_day_are_refused(hours: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="hours of work"):
        Calendar(CALENDAR.years, hours)


moments = st.datetimes(datetime(2024, 1, 5), datetime(2026, 11, 1)).map(lambda each: each.replace(tzinfo=UTC))


@given(moments, st.integers(1, 6_000))
def test_what_was_worked_until_the_moment_is_what_was_asked_for(start: datetime, minutes: int) -> None:
    worked = minutes * MINUTE
    end = later_by(CALENDAR, start, worked)
    assert worked_between(CALENDAR, start, end) == worked
    assert end - start >= worked


@given(moments, st.integers(0, 600), st.integers(0, 600))
def test_time_worked_adds_up(start: datetime, first: int, second: int) -> None:
    middle, end = start + first * HOUR, start + (first + second) * HOUR
    whole = worked_between(CALENDAR, start, end)
    assert worked_between(CALENDAR, start, middle) + worked_between(CALENDAR, middle, end) == whole


class TestLimitsInWorkingHours:
    def clock(self, start: datetime, hours: int, *pauses: Pause) -> Clock:
        return Clock("P_ADVANCE", start, hours, Unit.WORKING_HOURS, pauses)

    def test_two_hours_from_half_past_eleven_end_at_three(self) -> None:
        found = deadline(self.clock(at(6, 1, 11, 30), 2), CALENDAR)
        assert (found.due_at, found.is_provisional) == (at(6, 1, 15), False)

    def test_what_comes_at_night_counts_from_nine(self) -> None:
        assert deadline(self.clock(at(6, 1, 23), 1), CALENDAR).due_at == at(6, 2, 10)

    def test_a_pause_takes_away_no_working_time(self) -> None:
        pause = Pause(at(6, 1, 11), at(6, 3, 16))
        clock = self.clock(at(6, 1, 10), 3, pause)
        # One hour before the pause; Wednesday 16:00 to 18:00 are the other two.
        assert deadline(clock, CALENDAR).due_at == at(6, 3, 18)
        assert paused_days(clock, CALENDAR, at(6, 5)) == 2

    def test_while_it_is_paused_nobody_knows_when_it_ends(self) -> None:
        assert deadline(self.clock(at(6, 1), 3, Pause(at(6, 1, 11))), CALENDAR).due_at is None

    def test_a_pause_after_the_end_changes_nothing(self) -> None:
        assert deadline(self.clock(at(6, 1), 1, Pause(at(6, 1, 12), at(6, 9))), CALENDAR).due_at == at(6, 1, 11)

    def test_hours_that_reach_into_the_year_without_a_notice_are_provisional(self) -> None:
        found = deadline(self.clock(at(12, 31, 17), 4), CALENDAR)
        assert (found.due_at, found.is_provisional) == (at(1, 1, 12, year=2027), True)


@given(moments, st.integers(1, 40), st.integers(0, 300), st.integers(0, 300))
def test_a_limit_in_working_hours_is_what_was_worked_outside_its_pause(
    start: datetime, hours: int, gap: int, length: int
) -> None:
    pause = Pause(start + gap * HOUR, start + (gap + length) * HOUR)
    due = deadline(Clock("P_ADVANCE", start, hours, Unit.WORKING_HOURS, (pause,)), CALENDAR).due_at
    assert due is not None and pause.to_at is not None
    whole = worked_between(CALENDAR, start, due)
    if due > pause.from_at:
        whole -= worked_between(CALENDAR, pause.from_at, min(pause.to_at, due))
    assert whole == hours * HOUR
