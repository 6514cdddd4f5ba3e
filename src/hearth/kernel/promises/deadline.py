"""Deadline: the day and moment at which a limit ends, pauses added, moved off a legal rest day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from hearth.kernel.promises.clock import Clock
from hearth.kernel.promises.hour import later_by, worked_between
from hearth.kernel.promises.limit import Unit
from hearth.kernel.promises.workday import Looked
from hearth.words.calendar import Calendar, day_in_china, end_of_day

_DAY = timedelta(days=1)
Moment = TypeVar("Moment", date, datetime)
_LENGTH = {Unit.HOURS: timedelta(hours=1), Unit.MINUTES: timedelta(minutes=1)}


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit ends; every day and moment is None while it stands still and nobody can know."""

    code: str
    is_law: bool
    basis: str
    is_paused: bool
    is_provisional: bool
    """It leans on days of a year whose notice is not out: Saturdays and Sundays alone rest there."""
    ends_on: date | None
    """The last day before it is moved off a legal rest day."""
    day: date | None
    """The last day: what people are told."""
    target_on: date | None
    """The last working day by which the house wants to be done: not after `ends_on`, so it never needs the move."""
    due_at: datetime | None
    """The first moment, in UTC, that is too late: 24:00 of the last day in China.  People are shown `day`, not this."""


def deadline(clock: Clock, calendar: Calendar) -> Deadline:
    """Last day and moment of a limit, pauses added, moved off a legal rest day where the limit says so.

    Needs:   a clock; the calendar of the years it reaches, or of all but the last of them
    Gives:   a deadline: the start day is not counted; a pause counts the days (or working days) from the day it began
             up to the day it ended, and only where it began while the limit ran; provisional where it leans on the year
             after the last notice; paused, without a day, while a pause is open; YearUnknown
    Source:  Civil Code art. 201, 203; Insurance Law art. 23-25; SPC Interpretation II art. 15   (worked: E19)
    """
    if clock.unit in _LENGTH:
        return _by_moment(clock)
    if clock.unit is Unit.WORKING_HOURS:
        return _by_hours(clock, calendar)
    look = Looked(calendar)
    run = _run(clock, look)
    if run.is_open:
        return _standing_still(clock, look.is_provisional)
    ends = _later(clock, look, run.here, run.left)
    day = look.on_or_after(ends) if _moves(clock) else ends
    # A target before the clock ran again would ask for work while somebody else is waited for.
    target = look.on_or_before(ends, run.here)
    return Deadline(
        code=clock.code,
        is_law=clock.is_law,
        basis=clock.basis,
        is_paused=False,
        is_provisional=look.is_provisional,
        ends_on=ends,
        day=day,
        target_on=target,
        due_at=end_of_day(day),
    )


def paused_days(clock: Clock, calendar: Calendar, at: datetime) -> int:
    """Days that a clock has stood still up to a moment, as they are added to its limit.

    Needs:   a clock; the calendar; a moment with its time zone
    Gives:   working days where the limit counts in them, else calendar days (whole ones for hours of any kind); an open
             pause counts up to `at`, pauses that began after the limit had ended count nothing; YearUnknown
    Source:  SPC Interpretation II art. 15   (worked: E19)
    """
    if clock.unit in _LENGTH or clock.unit is Unit.WORKING_HOURS:
        spans = _effective_moments(clock) if clock.unit in _LENGTH else _worked(clock, calendar)[0]
        stood = sum((min(to or at, at) - start for start, to in spans if start < at), timedelta())
        return stood // _DAY
    look, today = Looked(calendar), day_in_china(at)
    return sum(
        _passed(clock, look, first, min(last or today, today))
        for first, last in _run(clock, look).pauses
        if first < today
    )


def time_left(due: Deadline, at: datetime) -> timedelta | None:
    """Time until a deadline.

    Needs:   a deadline; a moment with its time zone
    Gives:   a duration, below zero once it is late; None while it is paused
    Source:  Civil Code art. 203
    """
    return None if due.due_at is None else due.due_at - at


def is_late(due: Deadline, at: datetime) -> bool:
    """Whether a moment is too late for a deadline; for one that was met, ask with the moment at which it was.

    Needs:   a deadline; a moment with its time zone
    Gives:   True from 24:00 of the last day on; never while it is paused
    Source:  Civil Code art. 203
    """
    return due.due_at is not None and at >= due.due_at


def urgency(due: Deadline) -> tuple[bool, datetime, bool, str]:
    """The key that sorts what breaks first to the front.

    Needs:   a deadline
    Gives:   a sort key: running before paused, earlier before later, law before promise at the same moment, then code
    Source:  service promise of the claim desk: the queue shows what breaks first
    """
    return due.is_paused, due.due_at or datetime.max.replace(tzinfo=UTC), not due.is_law, due.code


def most_urgent(deadlines: Iterable[Deadline]) -> list[Deadline]:
    """Deadlines in the order in which they break.

    Needs:   deadlines
    Gives:   the same, sorted by `urgency`; what is late already comes first
    Source:  service promise of the claim desk: the queue shows what breaks first
    """
    return sorted(deadlines, key=urgency)


# --- days ------------------------------------------------------------------------------------------------------------


def _moves(clock: Clock) -> bool:
    return clock.moves or clock.unit is Unit.WORKING_DAYS


def _later(clock: Clock, look: Looked, day: date, number: int) -> date:
    return look.later(day, number) if clock.unit is Unit.WORKING_DAYS else day + _DAY * number


def _passed(clock: Clock, look: Looked, first: date, last: date) -> int:
    return look.between(first, last) if clock.unit is Unit.WORKING_DAYS else (last - first).days


@dataclass(frozen=True, slots=True)
class _Run:
    """How a clock in days ran: the pauses that count, the day it last began to run on, and what was left then."""

    pauses: tuple[tuple[date, date | None], ...]
    here: date
    left: int

    @property
    def is_open(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None


def _run(clock: Clock, look: Looked) -> _Run:
    """Pauses as half-open days, joined, from the start on, up to the first that began when the limit was over."""
    here, left = day_in_china(clock.start_at), clock.amount
    spans = _joined(
        (
            (day_in_china(pause.from_at), None if pause.to_at is None else day_in_china(pause.to_at))
            for pause in clock.pauses
        ),
        here,
    )
    effective: list[tuple[date, date | None]] = []
    for first, last in spans:
        gone = _passed(clock, look, here, first)
        if gone >= left:
            ends = _later(clock, look, here, left)
            if first > ends and not (_moves(clock) and first <= look.on_or_after(ends)):
                break
        effective.append((first, last))
        if last is None:
            break
        here, left = last, max(0, left - gone)
    return _Run(tuple(effective), here, left)


# --- hours and minutes -----------------------------------------------------------------------------------------------


def _effective_moments(clock: Clock) -> list[tuple[datetime, datetime | None]]:
    effective: list[tuple[datetime, datetime | None]] = []
    due = clock.start_at + clock.amount * _LENGTH[clock.unit]
    for first, last in _joined(((pause.from_at, pause.to_at) for pause in clock.pauses), clock.start_at):
        if first >= due:
            break
        effective.append((first, last))
        if last is None:
            break
        due += last - first
    return effective


def _by_moment(clock: Clock) -> Deadline:
    due = clock.start_at + clock.amount * _LENGTH[clock.unit]
    for first, last in _effective_moments(clock):
        if last is None:
            return _standing_still(clock, False)
        due += last - first
    day = day_in_china(due)
    return Deadline(
        code=clock.code,
        is_law=clock.is_law,
        basis=clock.basis,
        is_paused=False,
        is_provisional=False,
        ends_on=day,
        day=day,
        target_on=day,
        due_at=due.astimezone(UTC),
    )


# --- hours of work ---------------------------------------------------------------------------------------------------


def _worked(clock: Clock, calendar: Calendar) -> tuple[list[tuple[datetime, datetime | None]], datetime, timedelta]:
    """How a clock in working hours ran: the pauses that count, the moment it last ran on, and what was left then."""
    effective: list[tuple[datetime, datetime | None]] = []
    here, left = clock.start_at, timedelta(hours=clock.amount)
    for first, last in _joined(((pause.from_at, pause.to_at) for pause in clock.pauses), clock.start_at):
        gone = worked_between(calendar, here, first)
        if gone >= left:
            break
        effective.append((first, last))
        if last is None:
            break
        here, left = last, left - gone
    return effective, here, left


def _by_hours(clock: Clock, calendar: Calendar) -> Deadline:
    pauses, here, left = _worked(clock, calendar)
    if pauses and pauses[-1][1] is None:
        return _standing_still(clock, False)
    due = later_by(calendar, here, left)
    day, look = day_in_china(due), Looked(calendar)
    # Both ends are looked at: what lies between them is of the same years.
    for each in (day_in_china(clock.start_at), day):
        look.is_rest(each)
    return Deadline(
        code=clock.code,
        is_law=clock.is_law,
        basis=clock.basis,
        is_paused=False,
        is_provisional=look.is_provisional,
        ends_on=day,
        day=day,
        target_on=day,
        due_at=due,
    )


# --- both ------------------------------------------------------------------------------------------------------------


def _joined(spans: Iterable[tuple[Moment, Moment | None]], start: Moment) -> list[tuple[Moment, Moment | None]]:
    """Half-open spans cut at the start, in order, those that overlap or touch made one; empty ones are gone."""
    joined: list[tuple[Moment, Moment | None]] = []
    for first, last in sorted(spans, key=lambda span: span[0]):
        begins = max(first, start)
        if last is not None and last <= begins:
            continue
        if joined and ((before := joined[-1][1]) is None or begins <= before):
            ends = None if before is None or last is None else max(before, last)
            joined[-1] = (joined[-1][0], ends)
        else:
            joined.append((begins, last))
    return joined


def _standing_still(clock: Clock, is_provisional: bool) -> Deadline:
    return Deadline(
        code=clock.code,
        is_law=clock.is_law,
        basis=clock.basis,
        is_paused=True,
        is_provisional=is_provisional,
        ends_on=None,
        day=None,
        target_on=None,
        due_at=None,
    )
