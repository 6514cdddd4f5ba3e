"""Answering: when a line that a member writes is answered, by the hours of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hearth.kernel.promises.hour import later_by, opens
from hearth.words.calendar import Calendar
from hearth.words.service import ANSWER_WORKED


@dataclass(frozen=True, slots=True)
class Answering:
    """Whether somebody is there at a moment; from when else, and by when a line is answered."""

    is_open: bool
    opens_at: datetime
    by: datetime


def answering(calendar: Calendar, at: datetime) -> Answering:
    """When a line written at a moment is answered.

    Needs:   the calendar; a moment with its time zone
    Gives:   whether it falls into the hours of work, the first moment of work that is not before it, and the moment by
             which two hours have been worked from there; YearUnknown
    Source:  DOMAIN 6.5: tier 1 answers within two hours; S2.15: hours of service are shown
    """
    start = opens(calendar, at)
    return Answering(start == at, start, later_by(calendar, at, ANSWER_WORKED))
