"""The kernel and the clerk who crosses out days agree on every deadline, and what must hold of deadlines holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hearth.kernel.promises.clock import Clock, Pause
from hearth.kernel.promises.deadline import deadline, paused_days
from hearth.kernel.promises.limit import Unit
from hearth.store.calendars import work_calendar
from hearth.words.calendar import CHINA_TIME, Calendar, day_in_china
from tests.twins import deadline_clerk as clerk

CALENDAR = work_calendar()
SHORTER = Calendar(CALENDAR.years[:2])
FIRST = datetime(2024, 1, 1, tzinfo=UTC)

minutes = st.one_of(
    st.integers(0, 1_000).map(lambda day: day * 1_440 + 960 - 480),
    st.integers(0, 1_000 * 1_440),
    # Around midnight in China, where the day in UTC is another.
    st.integers(0, 1_000).flatmap(lambda day: st.integers(day * 1_440 + 955, day * 1_440 + 965)),
)


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """A clock with pauses before, at, around and after its start and its end."""
    start = draw(minutes)
    amount = draw(st.integers(1, 40))
    unit, moves = draw(st.sampled_from((Unit.DAYS, Unit.WORKING_DAYS))), draw(st.booleans())
    start_at = FIRST + timedelta(minutes=start)
    pauses: list[Pause] = []
    for _ in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            offset = draw(st.integers(-10, 70)) * 1_440 + draw(st.integers(-700, 700))
        else:
            # Around the end as it stands so far, where a pause is just in time or just too late.
            so_far = deadline(Clock("L1", start_at, amount, unit, tuple(pauses), moves), CALENDAR)
            offset = draw(st.integers(-3, 5)) * 1_440
            if so_far.due_at is not None:
                offset += int((so_far.due_at - start_at) / timedelta(minutes=1))
        first = max(start_at + timedelta(minutes=offset), FIRST)
        length = draw(st.none() if draw(st.integers(0, 9)) == 0 else st.integers(0, 12 * 1_440))
        pauses.append(Pause(first, None if length is None else first + timedelta(minutes=length)))
    return Clock("L1", start_at, amount, unit, tuple(pauses), moves)


def spans(clock: Clock) -> list[tuple[datetime, datetime | None]]:
    return [(pause.from_at, pause.to_at) for pause in clock.pauses]


@settings(max_examples=600)
@given(clocks())
def test_the_kernel_agrees_with_the_clerk(clock: Clock) -> None:
    wanted = clerk.last_day(
        clock.start_at,
        clock.amount,
        spans(clock),
        CALENDAR,
        working=clock.unit is Unit.WORKING_DAYS,
        moves=clock.moves,
    )
    found = deadline(clock, CALENDAR)
    assert found.is_paused == (wanted is None)
    if wanted is not None:
        assert (found.ends_on, found.day) == wanted
        assert found.target_on is not None and found.due_at is not None
        assert found.target_on <= wanted[0]
        assert day_in_china(found.due_at - timedelta(microseconds=1)) == found.day
        assert found.due_at.astimezone(CHINA_TIME).hour == 0


@st.composite
def short_clocks(draw: st.DrawFn) -> Clock:
    """A clock in hours or minutes, with pauses of minutes before, at, around and after its start and its end."""
    start = FIRST + timedelta(minutes=draw(minutes))
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        first = start + timedelta(minutes=draw(st.integers(-60, 300)))
        length = draw(st.none() if draw(st.integers(0, 9)) == 0 else st.integers(0, 90))
        pauses.append(Pause(first, None if length is None else first + timedelta(minutes=length)))
    unit = draw(st.sampled_from((Unit.HOURS, Unit.MINUTES)))
    return Clock("P_ADVANCE", start, draw(st.integers(1, 4 if unit is Unit.HOURS else 240)), unit, tuple(pauses))


@settings(max_examples=200)
@given(short_clocks())
def test_hours_and_minutes_agree_with_the_clerk(clock: Clock) -> None:
    length = clock.amount * (60 if clock.unit is Unit.HOURS else 1)
    assert deadline(clock, CALENDAR).due_at == clerk.last_minute(clock.start_at, length, spans(clock))


@settings(max_examples=200)
@given(clocks(), st.randoms(use_true_random=False))
def test_the_order_in_which_pauses_are_told_changes_nothing(clock: Clock, chance) -> None:
    mixed = list(clock.pauses)
    chance.shuffle(mixed)
    other = Clock(clock.code, clock.start_at, clock.amount, clock.unit, tuple(mixed), clock.moves)
    assert deadline(other, CALENDAR) == deadline(clock, CALENDAR)


@settings(max_examples=200)
@given(clocks())
def test_without_a_pause_a_deadline_is_never_later(clock: Clock) -> None:
    found = deadline(clock, CALENDAR)
    plain = deadline(Clock(clock.code, clock.start_at, clock.amount, clock.unit, (), clock.moves), CALENDAR)
    assert plain.day is not None
    assert found.day is None or plain.day <= found.day


@settings(max_examples=200)
@given(clocks())
def test_the_last_day_is_the_limit_and_the_pauses_after_the_start(clock: Clock) -> None:
    """Where no pause begins between the last day and the day it moves to, exactly: start + limit + pauses."""
    found = deadline(clock, CALENDAR)
    if found.ends_on is None or found.due_at is None or clock.unit is not Unit.DAYS or clock.moves:
        return
    paused = paused_days(clock, CALENDAR, found.due_at)
    assert found.ends_on == day_in_china(clock.start_at) + timedelta(days=clock.amount + paused)


@settings(max_examples=300)
@given(clocks())
def test_what_is_not_provisional_stays_when_the_next_notice_comes(clock: Clock) -> None:
    """Clocks that start up to 2025, with the notices up to 2025 and then with that of 2026 too."""
    assume(clock.start_at.year < 2026)
    before, after = deadline(clock, SHORTER), deadline(clock, CALENDAR)
    if not before.is_provisional:
        assert before == after
    if before.day is not None and before.day.year > 2025 and clock.moves:
        assert before.is_provisional
