"""Promises: limits are watched, what is in danger becomes work for somebody, and the customer hears of it in time."""

from hearth.desks.promises.counting import count
from hearth.desks.promises.giving import give_waiting
from hearth.desks.promises.orders import close, escalate, note, take
from hearth.desks.promises.roster import end_absence, note_absence, set_shifts, set_skills
from hearth.desks.promises.sweeping import BATCH, Swept, settle, sweep

__all__ = [
    "BATCH",
    "Swept",
    "close",
    "count",
    "end_absence",
    "escalate",
    "give_waiting",
    "note",
    "note_absence",
    "set_shifts",
    "set_skills",
    "settle",
    "sweep",
    "take",
]
