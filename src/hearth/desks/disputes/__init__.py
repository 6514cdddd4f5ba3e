"""Disputes: a decision that is disputed goes up three tiers, the last one independent; complaints with their limits."""

from hearth.desks.disputes.complaining import (
    answer_complaint,
    ask_review,
    close_silent,
    complain,
    complaints_over,
    extend,
    review,
    take_complaint,
    withdraw_complaint,
)
from hearth.desks.disputes.judging import follow, opine, take
from hearth.desks.disputes.mending import begin_action, measure_action
from hearth.desks.disputes.opening import (
    DISPUTABLE,
    add_evidence,
    answer,
    dispute,
    move_up,
    say,
    settle,
    settle_silent,
    silent,
    take_back,
)
from hearth.desks.disputes.representing import answer_naming, name_representative

__all__ = [
    "DISPUTABLE",
    "add_evidence",
    "answer",
    "answer_complaint",
    "answer_naming",
    "ask_review",
    "begin_action",
    "close_silent",
    "complain",
    "complaints_over",
    "dispute",
    "extend",
    "follow",
    "measure_action",
    "move_up",
    "name_representative",
    "opine",
    "review",
    "say",
    "settle",
    "settle_silent",
    "silent",
    "take",
    "take_back",
    "take_complaint",
    "withdraw_complaint",
]
