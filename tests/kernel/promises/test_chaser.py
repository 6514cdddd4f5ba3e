"""Who is chased when: each rung once, staff before customers, and nobody while the clock stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.promises.chaser import (
    OURS,
    RUNGS,
    Rung,
    alarms,
    firing,
    means_anything,
    next_look,
    rungs_on,
    used_up,
)
from hearth.kernel.promises.clock import Pause, started
from hearth.kernel.promises.deadline import deadline
from hearth.kernel.promises.limit import CODES
from hearth.store.calendars import work_calendar
from hearth.words.calendar import CHINA_TIME, Calendar, day_in_china
from hearth.words.claims import Role, Step
from hearth.words.promises import CHASER_WORDS, WHAT_TO_DO, Chaser

CALENDAR = work_calendar()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA_TIME).astimezone(UTC)


def when(code: str, start: datetime, *pauses: Pause) -> dict[tuple[Chaser, int], str]:
    """Wall-clock moments in China by chaser and level."""
    return {
        (one.rung.chaser, one.rung.level): f"{one.at.astimezone(CHINA_TIME):%m-%d %H:%M}"
        for one in alarms(started(code, start, pauses), CALENDAR)
    }


class TestTheTable:
    def test_every_ladder_rises_one_rung_at_a_time_from_the_first(self) -> None:
        for chaser in Chaser:
            levels = sorted({rung.level for rung in RUNGS if rung.chaser is chaser})
            assert levels == list(range(1, len(levels) + 1)), chaser

    def test_each_chaser_and_level_stands_once_on_a_limit_that_is_there(self) -> None:
        keys = [(rung.chaser, rung.level, rung.limit) for rung in RUNGS]
        assert len(keys) == len(set(keys))
        assert {rung.limit for rung in RUNGS} <= set(CODES)
        assert all(rung.source for rung in RUNGS)

    def test_where_the_insurer_is_waited_for_staff_are_chased_before_the_customer_hears_of_it(self) -> None:
        for rung in RUNGS:
            if rung.limit in OURS and rung.tells:
                below = [one for one in RUNGS if one.chaser is rung.chaser and one.level < rung.level]
                assert any(one.to is not None for one in below), rung
                assert rung.tells == "late"

    def test_every_legal_limit_has_an_order_before_its_last_day_is_over(self) -> None:
        for code in ("L1", "L2", "L3", "L4", "L_COMPLAINT_15", "L_COMPLAINT_30", "L_COMPLAINT_60", "L_REVIEW"):
            assert any(rung.to is not None and rung.days < 0 for rung in rungs_on(code)), code

    def test_every_rung_asks_somebody_or_tells_somebody(self) -> None:
        assert all(rung.to is not None or rung.tells for rung in RUNGS)

    def test_every_chaser_says_what_it_is_and_what_to_do_in_both_languages(self) -> None:
        assert set(CHASER_WORDS) == set(WHAT_TO_DO) == set(Chaser)


class TestMoments:
    def test_acceptance_is_chased_a_working_day_after_the_papers_came_and_at_the_next_with_the_expert(self) -> None:
        # Friday 05-29 -> Monday 06-01 is the working day; too late from 24:00 on; the expert a working day later.
        assert when("P_ACCEPT", at(5, 29)) == {
            (Chaser.ACCEPTANCE, 1): "06-02 00:00",
            (Chaser.ACCEPTANCE, 2): "06-03 00:00",
        }

    def test_an_investigation_is_chased_at_sixty_and_eighty_percent_of_its_days(self) -> None:
        # 06-01 00:00 + 15 days = 06-16; too late from 06-17 00:00: 384 hours; 60 % = 230.4 h, 80 % = 307.2 h.
        assert when("P_INVESTIGATE", at(6, 1, 0)) == {
            (Chaser.LIABILITY, 1): "06-10 14:24",
            (Chaser.LIABILITY, 2): "06-13 19:12",
        }

    def test_a_share_of_working_days_passes_over_the_weekend(self) -> None:
        # Friday 05-29 12:00 to Monday 24:00: 12 h + 24 h are worked days; 60 % = 21.6 h: Monday 09:36.
        assert when("P_REVIEW", at(5, 29, 12))[Chaser.LIABILITY, 1] == "06-01 09:36"

    def test_the_legal_thirty_days_are_chased_three_and_two_days_before_on_a_working_day(self) -> None:
        # E19: Sunday 03-08, moved to Monday 03-09: three days before is Friday 03-06, two a Saturday, hence Friday.
        found = when("L1", at(1, 28), Pause(at(2, 2), at(2, 11)))
        assert found == {
            (Chaser.LIABILITY, 3): "03-06 00:00",
            (Chaser.CLOSING, 3): "03-06 00:00",
            (Chaser.CLOSING, 4): "03-10 00:00",
        }

    def test_an_emergency_is_chased_after_two_hours_and_escalated_half_an_hour_later(self) -> None:
        assert when("P_ADVANCE_EMERGENCY", at(6, 6, 23)) == {
            (Chaser.ADVANCE, 1): "06-07 01:00",
            (Chaser.ADVANCE, 2): "06-07 01:30",
        }

    def test_a_dispute_is_chased_before_its_two_hours_of_work_are_over_the_night_left_out(self) -> None:
        # Monday 17:30, work ends at 18:00 and begins at 09:00: two hours are over at 10:30, half of them at 09:30.
        assert deadline(started("P_DISPUTE_ANSWER", at(6, 1, 17, 30)), CALENDAR).due_at == at(6, 2, 10, 30)
        assert when("P_DISPUTE_ANSWER", at(6, 1, 17, 30)) == {
            (Chaser.DISPUTE, 1): "06-02 09:30",
            (Chaser.DISPUTE, 2): "06-02 10:30",
        }

    def test_an_independent_opinion_is_chased_at_sixty_and_eighty_percent_of_its_working_days(self) -> None:
        # Monday 06-01 00:00, ten working days after it, Dragon Boat Festival on Friday 06-19: until Monday 06-15 24:00.
        # Eleven days of work are counted: 60 % = 6.6 days, 80 % = 8.8 days.
        assert when("P_DISPUTE_SENIOR", at(6, 1, 0)) == {
            (Chaser.DISPUTE, 1): "06-09 14:24",
            (Chaser.DISPUTE, 2): "06-11 19:12",
            (Chaser.DISPUTE, 3): "06-16 00:00",
        }

    def test_a_complaint_is_chased_eight_five_and_two_days_before_its_legal_day_on_working_days(self) -> None:
        # Registered on Monday 06-01: the fifteenth day is 06-16.  Eight before is 06-08; two before, Sunday 06-14, is
        # moved to Friday 06-12.
        assert when("L_COMPLAINT_15", at(6, 1)) == {
            (Chaser.COMPLAINT, 1): "06-08 00:00",
            (Chaser.COMPLAINT, 2): "06-11 00:00",
            (Chaser.COMPLAINT, 3): "06-12 00:00",
            (Chaser.COMPLAINT, 4): "06-17 00:00",
        }

    def test_while_the_member_is_asked_nobody_of_ours_is_chased_and_no_share_is_used_up(self) -> None:
        assert when("P_INVESTIGATE", at(6, 1, 0), Pause(at(6, 3))) == {}
        with_pause = when("P_INVESTIGATE", at(6, 1, 0), Pause(at(6, 3, 0), at(6, 8, 0)))
        assert with_pause[Chaser.LIABILITY, 1] == "06-15 14:24", "five days later than without"

    def test_the_head_is_asked_about_a_review_only_while_there_is_one(self) -> None:
        rung = next(one for one in RUNGS if one.chaser is Chaser.LIABILITY and one.level == 3)
        assert means_anything(rung, Step.REVIEW) and not means_anything(rung, Step.CALCULATED)
        assert means_anything(Rung(Chaser.CLOSING, 1, "L1", to=Role.ASSESSOR), Step.PAID)


codes = st.sampled_from(sorted({rung.limit for rung in RUNGS}))
starts = st.datetimes(datetime(2024, 2, 1), datetime(2026, 9, 1)).map(lambda each: each.replace(tzinfo=UTC))


@st.composite
def clocks(draw: st.DrawFn) -> tuple[str, datetime, tuple[Pause, ...]]:
    code, start = draw(codes), draw(starts)
    pauses, here = [], start
    for gap, length in draw(st.lists(st.tuples(st.integers(1, 400), st.integers(1, 400)), max_size=3)):
        here += gap * HOUR
        pauses.append(Pause(here, here + length * HOUR))
        here += length * HOUR
    return code, start, tuple(pauses)


@given(clocks())
def test_every_rung_fires_once_after_the_start_and_higher_ones_not_before_lower_ones(
    made: tuple[str, datetime, tuple[Pause, ...]],
) -> None:
    code, start, pauses = made
    clock = started(code, start, pauses)
    found = alarms(clock, CALENDAR)
    assert sorted((one.rung.chaser, one.rung.level) for one in found) == sorted(
        (rung.chaser, rung.level) for rung in rungs_on(code)
    )
    for one in found:
        assert one.at >= start
        higher = [each.at for each in found if each.rung.chaser is one.rung.chaser and each.rung.level > one.rung.level]
        assert all(each >= one.at for each in higher)


@given(clocks(), st.lists(st.integers(0, 2_000), min_size=1, max_size=40))
def test_however_often_and_whenever_one_looks_each_rung_fires_exactly_once(
    made: tuple[str, datetime, tuple[Pause, ...]], hours: list[int]
) -> None:
    code, start, pauses = made
    found = alarms(started(code, start, pauses), CALENDAR)
    fired: list[tuple[Chaser, int]] = []
    for look in [*sorted(hours), 10_000]:
        moment = start + look * HOUR
        new = firing(found, set(fired), moment)
        assert all(one.at <= moment for one in new)
        fired += [(one.rung.chaser, one.rung.level) for one in new]
        assert firing(found, set(fired), moment) == ()
        following = next_look(found, moment)
        assert following is None or following > moment
    assert len(fired) == len(set(fired)) == len(found)


@given(clocks())
def test_to_look_only_when_the_next_alarm_is_due_misses_nothing(
    made: tuple[str, datetime, tuple[Pause, ...]],
) -> None:
    code, start, pauses = made
    found = alarms(started(code, start, pauses), CALENDAR)
    fired: set[tuple[Chaser, int]] = set()
    moment: datetime | None = next_look(found, start - DAY)
    while moment is not None:
        new = firing(found, fired, moment)
        assert new, "every alarm that is looked at has something to say"
        fired |= {(one.rung.chaser, one.rung.level) for one in new}
        moment = next_look(found, moment)
    assert len(fired) == len(found)


def a_clerk_with_a_watch(
    code: str, start: datetime, pauses: tuple[Pause, ...], share: int, calendar: Calendar
) -> datetime:
    """Minute by minute: the first at which a share of all minutes that count has passed."""
    clock = started(code, start, pauses)
    due = deadline(clock, calendar).due_at
    assert due is not None
    works = code in {"P_REVIEW", "P_ACCEPT", "P_DECIDE", "P_PAY"}

    def counts(moment: datetime) -> bool:
        if any(each.from_at <= moment < (each.to_at or due) for each in clock.pauses):
            return False
        return not works or not calendar.looked_at(day_in_china(moment))[0]

    minutes = [moment for number in range((due - start) // MINUTE) if counts(moment := start + number * MINUTE)]
    return minutes[-(-len(minutes) * share // 10_000) - 1] + MINUTE


@pytest.mark.parametrize("share", [6_000, 8_000])
@pytest.mark.parametrize("code", ["P_REVIEW", "P_INVESTIGATE"])
@pytest.mark.parametrize(
    ("start", "pauses"),
    [(at(5, 29, 16), ()), (at(9, 30, 9), ()), (at(2, 13, 12), (Pause(at(2, 14), at(2, 14, 15)),)), (at(6, 6, 3), ())],
)
def test_a_share_is_what_a_clerk_with_a_watch_finds(
    code: str, start: datetime, pauses: tuple[Pause, ...], share: int
) -> None:
    clock = started(code, start, pauses)
    due = deadline(clock, CALENDAR).due_at
    assert due is not None
    found = used_up(clock, due, share, CALENDAR)
    assert abs(found - a_clerk_with_a_watch(code, start, pauses, share, CALENDAR)) <= MINUTE
