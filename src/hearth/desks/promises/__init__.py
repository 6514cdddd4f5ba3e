"""Promises: limits are watched, what is in danger becomes work for somebody, and the customer hears of it in time."""

from hearth.desks.promises.cases import CASES, CasesSwept, give_waiting_cases, sweep_cases
from hearth.desks.promises.counting import count
from hearth.desks.promises.giving import give_waiting
from hearth.desks.promises.orders import close, escalate, note, take
from hearth.desks.promises.roster import end_absence, note_absence, set_shifts, set_skills
from hearth.desks.promises.sweeping import BATCH, Swept, settle, sweep
from hearth.desks.promises.waiting import Waiting, waiting

__all__ = [
    "BATCH",
    "CASES",
    "CasesSwept",
    "Swept",
    "Waiting",
    "close",
    "count",
    "end_absence",
    "escalate",
    "give_waiting",
    "give_waiting_cases",
    "note",
    "note_absence",
    "set_shifts",
    "set_skills",
    "settle",
    "sweep",
    "sweep_cases",
    "take",
    "waiting",
]
