"""Following: what the subscribers of records do, at moments of the past: a worker whose clock is told to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from hearth.desks import disputes, founding, money, policies, suspicion
from hearth.desks.advances import following as advancing
from hearth.desks.claims import following, sampling
from hearth.desks.claims.advanced import open_for_advance
from hearth.desks.claims.foreseeing import foresee
from hearth.desks.service import couriers, notices, stewards
from hearth.doors.demo.house import CAST_KEYS
from hearth.store.access import HOUSE, Who
from hearth.store.access.money import adjustments_taken, recorded
from hearth.words.subscriptions import WEBHOOK_TASK

Job = Callable[[int, datetime], object]
JUDGED_AFTER = timedelta(days=2)


def _payment(record_id: int) -> int:
    return recorded(HOUSE, record_id).number("payment")


def _adjustments(record_id: int, at: datetime) -> None:
    for adjustment_id in adjustments_taken(HOUSE, recorded(HOUSE, record_id).claim_no, at):
        money.intend_adjustment(adjustment_id, at=at)


def _notify(record_id: int, at: datetime) -> None:
    """The cast is told of every step; those who were made up for one claim have no telephone to be told by."""
    claim_no = recorded(HOUSE, record_id).claim_no
    # What is of an advance, and its claim, which nobody gave a key, is of the cast.
    key = founding.key_of(claim_no) if claim_no else ""
    if (not key or key.startswith(CAST_KEYS)) and notices.notify(record_id, at=at):
        notices.send_due(at=at)


def _void_rescinded(record_id: int, at: datetime) -> None:
    if (found := suspicion.to_be_voided(record_id, at)) is not None:
        by, policy_no, why = found
        policies.void_policy(by, policy_no, at=at, why=why)


JOBS: dict[str, Job] = {
    # task -> what its job does, the record and the moment given
    "advances.check": lambda record, at: advancing.added(record, at, foresee),
    "advances.assess_risk": advancing.checked,
    "advances.pay": advancing.released,
    "advances.settle": advancing.claim_over,
    "advances.follow_claim": advancing.claim_opened,
    "claims.open_for_advance": lambda record, at: open_for_advance(record, at=at),
    "claims.accept_complete": following.accept_complete,
    "claims.decide_straight_through": following.decide_straight_through,
    "claims.pay_undisputed": following.disputed,
    "claims.reopen_disputed": following.opined,
    "disputes.follow": lambda record, at: disputes.follow(record, at=at),
    "claims.mark_paid": following.payment_confirmed,
    "claims.mark_prepaid": following.prepayment_confirmed,
    "claims.mark_returned": following.payment_returned,
    "claims.notice_delivered": following.notice_delivered,
    "claims.propose_adjustments": following.propose_adjustments,
    "money.pay_claim": lambda record, at: money.intend(recorded(HOUSE, record).claim_no, at=at),
    "money.pay_prepayment": lambda record, at: money.intend_prepayment(
        recorded(HOUSE, record).number("prepayment"), at=at
    ),
    "money.send_payment": lambda record, at: money.send(_payment(record), at=at, wire=founding.demo_bank()),
    "money.send_run": lambda record, at: money.send_run(recorded(HOUSE, record).number("run"), at=at),
    "money.pay_interest": lambda record, at: money.intend_interest(_payment(record), at=at),
    "money.pay_adjustments": _adjustments,
    "service.notify": _notify,
    "service.open_thread": lambda record, at: stewards.open_thread(record, at=at),
    "service.give_steward": lambda record, at: stewards.give_steward(record, at=at),
    "suspicion.look": lambda record, at: suspicion.follow(record, at=at),
    "suspicion.void_rescinded": _void_rescinded,
    "originals.tell_courier": lambda record, at: couriers.tell_courier(record, at=at),
    WEBHOOK_TASK: lambda record, at: None,
}
"""Every task that a record defers; a test compares it with the table of subscriptions.  The broker has no webhook."""


def morning(at: datetime, judge: Who) -> None:
    """What is done as days go by: silence speaks, paid claims are closed, the bank heard, samples judged."""
    following.every_day(at)
    money.look_again(at=at)
    money.learn(at=at)
    notices.send_due(at=at)
    for claim_no, machine_fen in founding.waiting_samples(at - JUDGED_AFTER):
        # One in nine is found wrong: ten yuan too much.
        wrong = 1_000 if int(claim_no[-4:]) % 9 == 0 and machine_fen > 1_000 else 0
        sampling.judge(judge, claim_no, at=at, person_fen=machine_fen - wrong)
