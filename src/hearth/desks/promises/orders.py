"""Orders: taken, noted, escalated and closed by people; closing says why it took so long, to us and to the customer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hearth.desks.books import clocks, records, talk
from hearth.desks.promises.faults import CauseNeeded, OrderEnded, OrderTaken, TopOfLadder, WordsNeeded
from hearth.desks.promises.giving import Roster, write
from hearth.kernel.promises.chaser import RUNGS
from hearth.store.access import NotAllowed, Who, one
from hearth.store.models import WorkOrder
from hearth.words.claims import ROLE_WORDS, Role
from hearth.words.promises import LATE_CAUSE_WORDS, Chaser, LateCause, OrderState, OrderStep
from hearth.words.service import Side

MOST_WORDS = 2_000
LADDER = (Role.REVIEWER, Role.SENIOR_EXPERT)
"""Who stands above those who take orders, from below."""


@transaction.atomic(durable=True)
def take(by: Who, order_id: int, *, at: datetime) -> None:
    """Take a work order: from now on it is one's own.

    Records:  order.taken.  Raises: NotThere, NotAllowed, OrderEnded, OrderTaken.
    """
    order = _open(by, "take", order_id, at)
    person_id = _person(by)
    if order.taken_at is not None:
        if order.holder_id == person_id:
            return
        _not_anothers(order, by)
    order.holder_id, order.taken_at, order.given_at = person_id, at, order.given_at or at
    order.save(update_fields=["holder", "taken_at", "given_at"])
    write([order], OrderStep.TAKEN, at, by=person_id)
    _record("order.taken", order, by, at, holder=person_id)


@transaction.atomic(durable=True)
def note(by: Who, order_id: int, text: str, *, at: datetime) -> None:
    """Write what was found out about a work order; the customer does not see it.

    Records:  order.noted.  Raises: NotThere, NotAllowed, OrderEnded, WordsNeeded.
    """
    words = _words(text, "what you found out", "查到的情况")
    order = _open(by, "note", order_id, at)
    write([order], OrderStep.NOTED, at, by=_person(by), text=words)
    _record("order.noted", order, by, at)


@transaction.atomic(durable=True)
def escalate(by: Who, order_id: int, why: str, *, at: datetime) -> Role:
    """Hand a work order to whoever stands above: the next rung of its ladder, else the next role above.

    Gives:    the role it waits for now
    Records:  order.escalated.  Raises: NotThere, NotAllowed, OrderEnded, WordsNeeded, TopOfLadder.
    """
    words = _words(why, "why somebody above has to look", "需要上级处理的原因")
    order = _open(by, "escalate", order_id, at)
    above = _above(order)
    if above is None:
        zh, en = ROLE_WORDS[Role(order.role)]
        raise TopOfLadder(order=order.pk, role=en, role_zh=zh)
    order.level, order.role = above[0], above[1].value
    roster = Roster([order.claim], {order.role}, at)
    order.holder_id, order.taken_at = roster.give(order.claim, order.chaser, order.role), None
    order.given_at = None if order.holder_id is None else at
    order.save(update_fields=["level", "role", "holder", "taken_at", "given_at"])
    write([order], OrderStep.ESCALATED, at, by=_person(by), text=words)
    _record("order.escalated", order, by, at, holder=order.holder_id, role=order.role)
    return above[1]


@transaction.atomic(durable=True)
def close(by: Who, order_id: int, *, at: datetime, cause: LateCause | str, message: str) -> None:
    """Close a work order: why it took so long, and what the customer is told.

    The message stands in the claim's thread, and a notice tells the customer that it is there.
    Records:  claim.explained.  Raises: NotThere, NotAllowed, OrderEnded, OrderTaken, CauseNeeded, WordsNeeded.
    """
    if cause not in set(LateCause):
        raise CauseNeeded(
            known=", ".join(en for _, en in LATE_CAUSE_WORDS.values()),
            known_zh="、".join(zh for zh, _ in LATE_CAUSE_WORDS.values()),
        )
    words = _words(message, "what the customer is told", "给客户的说明")
    order = _open(by, "close", order_id, at)
    person_id = _person(by)
    if order.taken_at is not None and order.holder_id != person_id and not by.has(*LADDER):
        _not_anothers(order, by)
    said = talk.say(order.claim, by_id=person_id, side=Side.SERVICE, at=at, text=words)
    order.state, order.ended_at, order.ended_by_id = OrderState.CLOSED.value, at, person_id
    order.cause, order.message = LateCause(cause).value, said
    order.save(update_fields=["state", "ended_at", "ended_by", "cause", "message"])
    write([order], OrderStep.CLOSED, at, by=person_id)
    if order.chaser == Chaser.ORIGINALS:
        # What was lost may stay lost: the promise is that somebody found out and said so.
        clocks.end(order.claim, "claim.parcel_explained", at)
        order.claim.due_at = clocks.soonest(order.claim)
        order.claim.save(update_fields=["due_at"])
    records.append(
        "claim.explained",
        f"claim:{order.claim.claim_no}",
        by=by,
        at=at,
        data={"order": order.pk, "chaser": order.chaser, "cause": order.cause, "message": said.pk},
        sealed={"message": words},
    )


def _open(by: Who, verb: str, order_id: int, at: datetime) -> WorkOrder:
    order: WorkOrder = one(by, "order", verb, at, lock=True, pk=order_id)
    if order.state != OrderState.OPEN:
        raise OrderEnded(order=order_id)
    return order


def _person(by: Who) -> int:
    if by.person_id is None:
        raise NotAllowed
    return by.person_id


def _not_anothers(order: WorkOrder, by: Who) -> None:
    if order.holder is not None and order.holder_id != by.person_id:
        raise OrderTaken(order=order.pk, who=order.holder.full_name)


def _words(text: str, what: str, what_zh: str) -> str:
    words = text.strip()
    if not words or len(words) > MOST_WORDS:
        raise WordsNeeded(what=what, what_zh=what_zh, most=MOST_WORDS)
    return words


def _above(order: WorkOrder) -> tuple[int, Role] | None:
    """The next level above an order, and who stands there."""
    rungs = sorted((rung.level, rung.to) for rung in RUNGS if rung.chaser == order.chaser and rung.to is not None)
    for level, role in rungs:
        if level > order.level and role.value != order.role:
            return level, role
    above = [role for role in LADDER if order.role not in LADDER or LADDER.index(role) > LADDER.index(Role(order.role))]
    return (order.level, above[0]) if above else None


def _record(kind: str, order: WorkOrder, by: Who, at: datetime, **more: int | str | None) -> None:
    data = {"order": order.pk, "chaser": order.chaser, "level": order.level, **more}
    records.append(kind, f"claim:{order.claim.claim_no}", by=by, at=at, data=data)
