"""Suspicion: what looks wrong is raised, looked at by people, investigated; a contract is rescinded by two."""

from hearth.desks.suspicion.investigating import (
    add_evidence,
    close_investigation,
    end_task,
    investigate,
    set_task,
)
from hearth.desks.suspicion.judging import clear, confirm, take
from hearth.desks.suspicion.raising import follow, look
from hearth.desks.suspicion.rescinding import (
    STEPS,
    approve_rescission,
    drop_rescission,
    prepare_rescission,
    propose_rescission,
    standing,
    state_step,
    to_be_voided,
)
from hearth.desks.suspicion.surveying import Surveyed, survey

__all__ = [
    "STEPS",
    "Surveyed",
    "add_evidence",
    "approve_rescission",
    "clear",
    "close_investigation",
    "confirm",
    "drop_rescission",
    "end_task",
    "follow",
    "investigate",
    "look",
    "prepare_rescission",
    "propose_rescission",
    "set_task",
    "standing",
    "state_step",
    "survey",
    "take",
    "to_be_voided",
]
