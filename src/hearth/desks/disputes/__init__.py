"""Disputes: a decision that is disputed goes up three tiers, the last one independent; complaints with their limits."""

from hearth.desks.disputes.judging import follow, opine, take
from hearth.desks.disputes.opening import (
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

__all__ = [
    "add_evidence",
    "answer",
    "dispute",
    "follow",
    "move_up",
    "opine",
    "say",
    "settle",
    "settle_silent",
    "silent",
    "take",
    "take_back",
]
