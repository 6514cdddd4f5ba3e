"""Chaser: who is chased when, as one table of rungs on the claim's clocks, and what fires now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hearth.kernel.promises.clock import Clock
from hearth.kernel.promises.deadline import Deadline, deadline
from hearth.kernel.promises.hour import windows
from hearth.kernel.promises.limit import LIMITS, Unit
from hearth.kernel.promises.workday import Looked
from hearth.words.calendar import Calendar, day_in_china, end_of_day, start_of_day
from hearth.words.claims import Role, Step
from hearth.words.money import BP
from hearth.words.promises import Chaser

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of a chaser's ladder, on one limit.

    It fires when `share_bp` of the limit's running time is used up (more than all of it: that much too late); where
    no share is named, `days` from its end: 0 the moment it is too late, below that so many calendar days before the
    last day, moved forward to a working day, above it so many working days after.
    """

    chaser: Chaser
    level: int
    limit: str
    share_bp: int | None = None
    days: int = 0
    to: Role | None = None
    """Who gets the work order; none: nobody of ours is asked to do anything."""
    tells: str = ""
    """What the customer is told, by the code of a notice; nothing where it is empty."""
    steps: tuple[Step, ...] = ()
    """The steps in which it means anything; all of them where none is named."""
    source: str = "DOMAIN 6.4, a service promise of the claim desk"


C = Chaser
_INTAKE, _EXPERT, _SUPERVISOR, _HEAD = Role.ASSESSOR, Role.CLAIM_EXPERT, Role.REVIEWER, Role.SENIOR_EXPERT
_AGENT, _OPERATOR = Role.SERVICE_AGENT, Role.OPERATOR
_IN_REVIEW = (Step.ACCEPTED, Step.REVIEW)
_DISPUTED = "DOMAIN 6.5, a service promise of the dispute desk"
_COMPLAINED = "Measures on complaints about banks and insurers, Order 2020 No. 3; service promise: before the last day"
_COMPLAINTS = ("L_COMPLAINT_15", "L_COMPLAINT_30", "L_COMPLAINT_60")

RUNGS: tuple[Rung, ...] = (
    Rung(C.SUBMIT, 1, "P_SUBMIT_3", tells="unfinished", source="DOMAIN 6.1, step 2: a reminder after three idle days"),
    Rung(C.ACCEPTANCE, 1, "P_ACCEPT", to=_INTAKE),
    Rung(C.ACCEPTANCE, 2, "P_ACCEPT", days=1, to=_EXPERT, tells="late"),
    Rung(C.SUPPLEMENT, 1, "P_SUPPLEMENT_3", tells="chased"),
    Rung(C.SUPPLEMENT, 2, "P_SUPPLEMENT_7", to=_EXPERT, tells="chased"),
    Rung(C.SUPPLEMENT, 3, "P_SUPPLEMENT_15", to=_EXPERT, tells="chased"),
    # The claim rests; it is never closed as refused.
    Rung(C.SUPPLEMENT, 4, "P_SUPPLEMENT_30", to=_EXPERT, tells="rests"),
    Rung(C.ORIGINALS, 1, "P_ORIGINALS_5", tells="originals_chased"),
    Rung(C.ORIGINALS, 2, "P_ORIGINALS_5", days=1, to=_EXPERT),
    Rung(C.ORIGINALS, 2, "P_PARCEL_3", to=Role.STEWARD, source="service promise: a late parcel is asked for"),
    Rung(C.ORIGINALS, 4, "P_PARCEL_3", days=2, to=_SUPERVISOR, source="service promise: a late parcel is asked for"),
    # The moment it is known to be lost.
    Rung(C.ORIGINALS, 3, "P_PARCEL_LOST", days=-1, to=Role.STEWARD, source="service promise: a lost parcel"),
    Rung(C.ORIGINALS, 4, "P_PARCEL_LOST", to=_SUPERVISOR, source="service promise: a lost parcel"),
    Rung(C.LIABILITY, 1, "P_REVIEW", share_bp=6_000, to=Role.ASSESSOR),
    Rung(C.LIABILITY, 2, "P_REVIEW", share_bp=8_000, to=_SUPERVISOR),
    Rung(C.LIABILITY, 1, "P_INVESTIGATE", share_bp=6_000, to=Role.ASSESSOR),
    Rung(C.LIABILITY, 2, "P_INVESTIGATE", share_bp=8_000, to=_SUPERVISOR),
    Rung(C.LIABILITY, 3, "L1", days=-3, to=_HEAD, steps=_IN_REVIEW),
    Rung(C.CLOSING, 1, "P_DECIDE", to=Role.ASSESSOR),
    Rung(C.CLOSING, 2, "P_DECIDE", days=1, to=_SUPERVISOR, tells="late"),
    Rung(C.CLOSING, 1, "P_DECIDE_25", to=Role.ASSESSOR),
    Rung(C.CLOSING, 1, "P_FAST", share_bp=6_000, to=Role.ASSESSOR, source="service promise: the fast lane"),
    Rung(C.CLOSING, 2, "P_FAST", share_bp=8_000, to=_SUPERVISOR, source="service promise: the fast lane"),
    # Two days before the legal thirty: day 28, earlier where that is a rest day.
    Rung(C.CLOSING, 3, "L1", days=-2, to=_HEAD),
    Rung(C.CLOSING, 4, "L1", to=_HEAD, tells="late"),
    Rung(C.PREPAYMENT, 1, "L4", days=-7, to=Role.ASSESSOR, source="Insurance Law art. 25"),
    Rung(C.PREPAYMENT, 2, "L4", days=-3, to=_SUPERVISOR, source="Insurance Law art. 25"),
    Rung(C.PREPAYMENT, 3, "L4", days=-1, to=_HEAD, source="Insurance Law art. 25"),
    Rung(C.REFUSAL, 1, "L3", days=-1, to=Role.STEWARD, source="Insurance Law art. 24"),
    Rung(C.REFUSAL, 2, "L3", to=_SUPERVISOR, source="Insurance Law art. 24"),
    Rung(C.PAYMENT, 1, "P_PAY", to=Role.FINANCE),
    Rung(C.PAYMENT, 2, "L2", days=-3, to=_SUPERVISOR, source="Insurance Law art. 23"),
    Rung(C.PAYMENT, 3, "L2", to=_HEAD, tells="late", source="Insurance Law art. 23"),
    Rung(C.ADVANCE, 1, "P_ADVANCE_EMERGENCY", to=Role.MEDICAL_EXPERT),
    Rung(C.ADVANCE, 2, "P_ADVANCE_EMERGENCY", share_bp=12_500, to=_HEAD),
    Rung(C.ADVANCE, 1, "P_ADVANCE", to=Role.MEDICAL_EXPERT),
    Rung(C.ADVANCE, 2, "P_ADVANCE", share_bp=12_500, to=_HEAD),
    Rung(C.DISPUTE, 1, "P_DISPUTE_ANSWER", share_bp=5_000, to=Role.STEWARD, source=_DISPUTED),
    Rung(C.DISPUTE, 2, "P_DISPUTE_ANSWER", to=_EXPERT, source=_DISPUTED),
    Rung(C.DISPUTE, 1, "P_DISPUTE_ROUTE", share_bp=6_000, to=Role.STEWARD, source=_DISPUTED),
    Rung(C.DISPUTE, 2, "P_DISPUTE_ROUTE", share_bp=8_000, to=_EXPERT, source=_DISPUTED),
    Rung(C.DISPUTE, 3, "P_DISPUTE_ROUTE", to=_SUPERVISOR, tells="late", source=_DISPUTED),
    Rung(C.DISPUTE, 1, "P_DISPUTE_EXPERT", share_bp=6_000, to=_EXPERT, source=_DISPUTED),
    Rung(C.DISPUTE, 2, "P_DISPUTE_EXPERT", share_bp=8_000, to=_SUPERVISOR, source=_DISPUTED),
    Rung(C.DISPUTE, 3, "P_DISPUTE_EXPERT", to=_HEAD, tells="late", source=_DISPUTED),
    # Whoever reviews is a senior expert; above them stands the supervisor, who only asks how far it is.
    Rung(C.DISPUTE, 1, "P_DISPUTE_SENIOR", share_bp=6_000, to=_HEAD, source=_DISPUTED),
    Rung(C.DISPUTE, 2, "P_DISPUTE_SENIOR", share_bp=8_000, to=_SUPERVISOR, source=_DISPUTED),
    Rung(C.DISPUTE, 3, "P_DISPUTE_SENIOR", to=_SUPERVISOR, tells="late", source=_DISPUTED),
    # Natural days: each rung comes earlier where it would fall into days of rest, so that somebody is there.
    *(Rung(C.COMPLAINT, 1, code, days=-8, to=_AGENT, source=_COMPLAINED) for code in _COMPLAINTS),
    *(Rung(C.COMPLAINT, 2, code, days=-5, to=_SUPERVISOR, source=_COMPLAINED) for code in _COMPLAINTS),
    *(Rung(C.COMPLAINT, 3, code, days=-2, to=_HEAD, source=_COMPLAINED) for code in _COMPLAINTS),
    *(Rung(C.COMPLAINT, 4, code, to=_HEAD, tells="late", source=_COMPLAINED) for code in _COMPLAINTS),
    Rung(C.COMPLAINT, 1, "L_REVIEW", days=-8, to=_SUPERVISOR, source=_COMPLAINED),
    Rung(C.COMPLAINT, 2, "L_REVIEW", days=-5, to=_HEAD, source=_COMPLAINED),
    Rung(C.COMPLAINT, 3, "L_REVIEW", days=-2, to=_OPERATOR, source=_COMPLAINED),
    Rung(C.COMPLAINT, 4, "L_REVIEW", to=_OPERATOR, tells="late", source=_COMPLAINED),
)
"""Every rung, ladder by ladder; staff stand below the customer wherever it is the insurer who is waited for."""

WATCHED: frozenset[str] = frozenset(rung.limit for rung in RUNGS)
"""The limits that any chaser watches."""

OURS: frozenset[str] = frozenset(row.code for row in LIMITS if row.waits_for == "insurer")
"""The limits in which the insurer is who is waited for."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A rung and the moment at which it fires on one clock."""

    at: datetime
    rung: Rung


def rungs_on(code: str) -> tuple[Rung, ...]:
    """The rungs that watch a limit.

    Needs:   a code of LIMITS
    Gives:   rungs in the order of RUNGS; none where no chaser watches it
    Source:  RUNGS
    """
    return tuple(rung for rung in RUNGS if rung.limit == code)


def alarms(clock: Clock, calendar: Calendar, due: Deadline | None = None) -> tuple[Alarm, ...]:
    """When each rung on a clock fires, if nothing ends it before.

    Needs:   a clock; the calendar; `due`: its deadline, where that is known already
    Gives:   moments in their order, lower levels first at the same moment; none while the clock stands still: nobody
             is chased then; none on a limit that no chaser watches; YearUnknown
    Source:  RUNGS, each with its own
    """
    rungs = rungs_on(clock.code)
    if not rungs:
        return ()
    ends = deadline(clock, calendar) if due is None else due
    if ends.due_at is None or ends.day is None:
        return ()
    found = [Alarm(_moment(rung, clock, ends.due_at, ends.day, calendar), rung) for rung in rungs]
    return tuple(sorted(found, key=lambda alarm: (alarm.at, alarm.rung.chaser, alarm.rung.level)))


def firing(found: Iterable[Alarm], fired: Collection[tuple[Chaser, int]], at: datetime) -> tuple[Alarm, ...]:
    """What fires now: alarms whose moment has come and that have not fired before.

    Needs:   the alarms of one clock; the chasers and levels that fired on it before; a moment with its time zone
    Gives:   alarms in their order; each chaser and level once, however often it is asked
    Source:  DOMAIN 6.4: a chaser is idempotent after a restart
    """
    return tuple(each for each in found if each.at <= at and (each.rung.chaser, each.rung.level) not in fired)


def next_look(found: Iterable[Alarm], at: datetime) -> datetime | None:
    """When a clock is to be looked at again.

    Needs:   the alarms of one clock; a moment with its time zone
    Gives:   the first moment after `at` at which one fires; None where none is to come
    Source:  RUNGS
    """
    return min((each.at for each in found if each.at > at), default=None)


def means_anything(rung: Rung, step: Step) -> bool:
    """Whether a rung means anything while a claim is in a step.

    Needs:   a rung; the step that is under way
    Gives:   True for rungs of every step
    Source:  RUNGS
    """
    return not rung.steps or step in rung.steps


def used_up(clock: Clock, due_at: datetime, share_bp: int, calendar: Calendar) -> datetime:
    """The moment at which a share of a limit's running time is used up.

    Needs:   a clock; its deadline's moment; a share > 0 in basis points; the calendar
    Gives:   a moment after the start: time in pauses does not count, nor do rest days where the limit counts in working
             days, nor the hours outside those of work where it counts in these; at 10,000 the deadline itself, above it
             that much later; YearUnknown
    Source:  DOMAIN 6.4: 60 % and 80 % of the limit
    """
    spans = _running(clock, due_at, calendar)
    total = sum((end - start for start, end in spans), timedelta())
    wanted = total * share_bp / BP
    if wanted >= total:
        return due_at + (wanted - total)
    for start, end in spans:
        if wanted <= end - start:
            return start + wanted
        wanted -= end - start
    return due_at


def _moment(rung: Rung, clock: Clock, due_at: datetime, day: date, calendar: Calendar) -> datetime:
    if rung.share_bp is not None:
        return used_up(clock, due_at, rung.share_bp, calendar)
    if rung.days == 0:
        return due_at
    look = Looked(calendar)
    if rung.days > 0:
        return end_of_day(look.later(day, rung.days))
    first = day_in_china(clock.start_at)
    return max(clock.start_at, start_of_day(look.on_or_before(day + _DAY * rung.days, first)))


def _running(clock: Clock, due_at: datetime, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """The times in which a clock runs, from its start to its deadline."""
    spans: list[tuple[datetime, datetime]] = []
    here = clock.start_at
    for pause in sorted(clock.pauses, key=lambda each: each.from_at):
        if pause.from_at >= due_at:
            break
        if pause.from_at > here:
            spans.append((here, pause.from_at))
        here = max(here, due_at if pause.to_at is None else pause.to_at)
    if here < due_at:
        spans.append((here, due_at))
    if clock.unit is Unit.WORKING_HOURS:
        return _in_working_hours(spans, calendar)
    return _on_working_days(spans, calendar) if clock.unit is Unit.WORKING_DAYS else spans


def _on_working_days(spans: Iterable[tuple[datetime, datetime]], calendar: Calendar) -> list[tuple[datetime, datetime]]:
    look, found = Looked(calendar), []
    for start, end in spans:
        day = day_in_china(start)
        while start_of_day(day) < end:
            if not look.is_rest(day):
                found.append((max(start, start_of_day(day)), min(end, end_of_day(day))))
            day += _DAY
    return found


def _in_working_hours(
    spans: Iterable[tuple[datetime, datetime]], calendar: Calendar
) -> list[tuple[datetime, datetime]]:
    found = []
    for start, end in spans:
        for first, last in windows(calendar, start):
            if first >= end:
                break
            found.append((max(first, start), min(last, end)))
    return found
