"""Oracle of cases: which orders disputes and complaints must have had by when, from DOMAIN 6.5 and Order 2020 No. 3.

Like the oracle of claims it counts for itself: hours of work on the wall's clock, days on the wall's calendar.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from benchmarks.quarter.oracle import DAY, NEVER, IsRest, Watch, last_day, moment
from hearth.words.calendar import CHINA_TIME, HOURS

Rung = tuple[str, int, str, float]
IN_THREE: tuple[Rung, ...] = (("", 1, "share", 0.6), ("", 2, "share", 0.8), ("", 3, "due", 0))
IN_FOUR: tuple[Rung, ...] = (("", 1, "before", 8), ("", 2, "before", 5), ("", 3, "before", 2), ("", 4, "due", 0))

DISPUTES: dict[str, tuple[str, int, tuple[Rung, ...]]] = {
    # Limit: the tier that has the dispute, hours of work or days of work, its ladder.
    "P_DISPUTE_ANSWER": ("triage", 2, (("", 1, "share", 0.5), ("", 2, "due", 0))),
    "P_DISPUTE_ROUTE": ("triage", 1, IN_THREE),
    "P_DISPUTE_EXPERT": ("expert", 3, IN_THREE),
    "P_DISPUTE_SENIOR": ("senior", 10, IN_THREE),
}
COMPLAINTS = {15: "L_COMPLAINT_15", 30: "L_COMPLAINT_30", 60: "L_COMPLAINT_60"}
TOLD_FROM = {"dispute": 3, "complaint": 4}
"""The rung from which whoever waits is told that it is late."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to a case: when, what, where it stood then, whether one of ours did it."""

    at: datetime
    what: str
    state: str
    is_ours: bool
    days: int = 0
    """The longer limit, where it was made longer."""


@dataclass
class Case:
    """What happened to one dispute or complaint, and the orders that it had."""

    no: str
    kind: str
    events: list[Happened] = field(default_factory=list)
    orders: dict[int, Order] = field(default_factory=dict)


@dataclass
class Order:
    """An order of a case: each rung it came to, when it ended, when the member was told."""

    rungs: list[tuple[datetime, str, int]]
    """Moment, limit, level."""
    ended_at: datetime | None
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a case as it ran: from when, until when an order may stand on it, and when each rung is reached."""

    code: str
    begun: datetime
    stop: datetime
    """From here on no order stands on it: it was kept, means nothing any more, or somebody else has the case."""
    rungs: tuple[tuple[int, datetime], ...]
    due_at: datetime


def limits(case: Case, is_rest: IsRest) -> list[Limit]:
    """The limits of a case."""
    return _of_dispute(case, is_rest) if case.kind == "dispute" else _of_complaint(case, is_rest)


def _of_dispute(case: Case, is_rest: IsRest) -> list[Limit]:
    """Each tier's limits run from the moment it has the dispute until it answered, or the dispute has left it."""
    found = []
    begun = {"triage": case.events[0].at}
    for one in case.events:
        begun.setdefault(one.state, one.at)
    for code, (tier, amount, rungs) in DISPUTES.items():
        if tier not in begun:
            continue
        start = begun[tier]
        left = next((one.at for one in case.events if one.at > start and one.state != tier), NEVER)
        answers = ("answered", "said") if code == "P_DISPUTE_ANSWER" else ("answered",)
        spoke = next(
            (one.at for one in case.events if one.at > start and one.is_ours and one.what in answers), NEVER
        ) if tier != "senior" else NEVER  # fmt: skip
        stop = min(left, spoke)
        if code == "P_DISPUTE_ANSWER":
            due = after_hours(start, amount, is_rest)
            reached = tuple(
                (level, due if how == "due" else after_hours(start, amount * share, is_rest))
                for _, level, how, share in rungs
            )
        else:
            watch = Watch(code, start, stop, amount, True, True, (), rungs)
            due = _due(watch, is_rest)
            reached = tuple((rung[1], moment(rung, watch, (), is_rest)) for rung in rungs)
        found.append(Limit(code, start, stop, reached, due))
    return found


def _of_complaint(case: Case, is_rest: IsRest) -> list[Limit]:
    """Natural days from the registration; a longer limit takes the place of the one before, and counts like it."""
    found: list[Limit] = []
    registered = case.events[0].at
    answered = next((one.at for one in case.events if one.what in ("answered", "withdrawn")), NEVER)
    longer = [(one.days, one.at) for one in case.events if one.what == "extended"]
    spans = [(15, registered), *longer]
    for place, (days, begun) in enumerate(spans):
        stop = spans[place + 1][1] if place + 1 < len(spans) else answered
        found.append(_natural(COMPLAINTS[days], days, registered, begun, stop, is_rest))
    asked = next((one.at for one in case.events if one.what == "review_asked"), None)
    if asked is not None:
        ends = ("reviewed", "withdrawn")
        stop = next((one.at for one in case.events if one.what in ends and one.at > asked), NEVER)
        found.append(_natural("L_REVIEW", 30, asked, asked, stop, is_rest))
    return found


def _natural(code: str, days: int, start: datetime, begun: datetime, stop: datetime, is_rest: IsRest) -> Limit:
    watch = Watch(code, start, stop, days, False, True, (), IN_FOUR)
    reached = tuple((rung[1], max(begun, moment(rung, watch, (), is_rest))) for rung in IN_FOUR)
    return Limit(code, begun, stop, reached, _due(watch, is_rest))


def _due(watch: Watch, is_rest: IsRest) -> datetime:
    day = last_day(watch, (), is_rest) + DAY
    return datetime(day.year, day.month, day.day, tzinfo=CHINA_TIME)


def after_hours(start: datetime, hours: float, is_rest: IsRest) -> datetime:
    """So many hours of work after a moment: those outside the house's hours do not count, nor do days of rest."""
    left, day = timedelta(hours=hours), start.astimezone(CHINA_TIME).date()
    while True:
        midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA_TIME)
        for first, last in () if is_rest(day) else HOURS:
            here, end = max(start, midnight + timedelta(minutes=first)), midnight + timedelta(minutes=last)
            if here < end:
                if left <= end - here:
                    return here + left
                left -= end - here
        day += DAY
