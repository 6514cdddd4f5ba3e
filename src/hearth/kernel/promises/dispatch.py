"""Dispatch: to whom of those who could take a work order it is given: by who works now, by skill, and by load."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hearth.kernel.promises.hour import is_open
from hearth.kernel.promises.workday import Looked
from hearth.words.calendar import CHINA_TIME, Calendar, day_in_china

MOST_OPEN = 40
"""The most open orders that somebody is given; above it one waits for whoever has room."""


@dataclass(frozen=True, slots=True)
class Window:
    """A shift: a day of the week (Monday is 1) and two minutes of the day in China, half-open."""

    weekday: int
    from_minute: int
    to_minute: int
    rests_too: bool = False
    """Whether it is worked on legal rest days as well."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who holds the role that an order asks for."""

    person_id: int
    shifts: tuple[Window, ...] = ()
    """Their own shifts; without any they keep the house's hours."""
    is_absent: bool = False
    skills: frozenset[str] = frozenset()
    open_orders: int = 0
    knows_claim: bool = False
    """Whether they work on the claim already."""


def is_at_work(one: Colleague, at: datetime, calendar: Calendar) -> bool:
    """Whether somebody works at a moment.

    Needs:   a colleague; a moment with its time zone; the calendar
    Gives:   by their own shifts where they have any, else by the house's hours; never while absent; a weekend day that
             is worked by the yearly notice, and for which somebody has no shift, is worked by the house's hours
    Source:  the roster; the work calendar
    """
    if one.is_absent:
        return False
    if not one.shifts:
        return is_open(calendar, at)
    local = at.astimezone(CHINA_TIME)
    minute, rests = local.hour * 60 + local.minute, Looked(calendar).is_rest(day_in_china(at))
    today = [window for window in one.shifts if window.weekday == local.isoweekday()]
    if not today and not rests and local.isoweekday() > 5:
        return is_open(calendar, at)
    return any(each.from_minute <= minute < each.to_minute and (each.rests_too or not rests) for each in today)


def dispatched(at_work: Iterable[Colleague], skill: str) -> int | None:
    """To whom an order is given.

    Needs:   those who hold the role it asks for and are at work (`is_at_work`); the skill it needs
    Gives:   the id of one who has room: who has the skill before who has not, then who knows the claim,
             then who has the fewest open orders, then the lowest id; None where there is nobody: it waits for them
    Source:  DOMAIN 6.4: dispatched to an expert by skill, load and shift
    """
    here = [one for one in at_work if one.open_orders < MOST_OPEN]
    return min(here, key=lambda one: _rank(one, skill)).person_id if here else None


def _rank(one: Colleague, skill: str) -> tuple[bool, bool, int, int]:
    return skill not in one.skills, not one.knows_claim, one.open_orders, one.person_id
