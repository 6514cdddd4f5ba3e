"""Advances: hospitals paid before the claim: told of, checked, judged, promised, followed, settled, paid back."""

from hearth.desks.advances.chasing import chase_due
from hearth.desks.advances.checking import (
    assess_risk,
    call,
    check,
    complete,
    consent,
    judge_risk,
    withdraw_consent,
)
from hearth.desks.advances.hospitals import (
    confirm_account,
    enter_account,
    link_for,
    make_link,
    register_hospital,
)
from hearth.desks.advances.judging import approve, cancel, decline, guarantee, opine
from hearth.desks.advances.notifying import Admission, notify, notify_as_partner, notify_by_link, notify_in_feed
from hearth.desks.advances.paying import hear, look_again, prepare, release, send, take_back
from hearth.desks.advances.settling import (
    let_off,
    propose_waiver,
    recover,
    remind_due,
    settle,
    settle_due,
    sign_plan,
)
from hearth.desks.advances.tracking import change_plan, discharge, task_done, tell_cost

__all__ = [
    "Admission",
    "approve",
    "assess_risk",
    "call",
    "cancel",
    "change_plan",
    "chase_due",
    "check",
    "complete",
    "confirm_account",
    "consent",
    "decline",
    "discharge",
    "enter_account",
    "guarantee",
    "hear",
    "judge_risk",
    "let_off",
    "link_for",
    "look_again",
    "make_link",
    "notify",
    "notify_as_partner",
    "notify_by_link",
    "notify_in_feed",
    "opine",
    "prepare",
    "propose_waiver",
    "recover",
    "register_hospital",
    "release",
    "remind_due",
    "send",
    "settle",
    "settle_due",
    "sign_plan",
    "take_back",
    "task_done",
    "tell_cost",
    "withdraw_consent",
]
