"""Steps: the one way in which a claim goes from state to state: the step, its moment, its clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hearth.desks.books import clocks
from hearth.desks.claims.expecting import expect, keep
from hearth.desks.claims.faults import NotNow
from hearth.store.access import NotAllowed, Who, one, rows
from hearth.store.models import Claim, Record, Transition
from hearth.words.claims import ClaimState

S = ClaimState

_MOMENTS: dict[ClaimState, str] = {
    S.SUBMITTED: "submitted_at",
    S.ACCEPTED: "accepted_at",
    S.DECIDED: "decided_at",
    S.AGREED: "agreed_at",
    S.PAID: "paid_at",
    S.CLOSED: "closed_at",
    S.WITHDRAWN: "closed_at",
}
"""The column that holds when a claim last came to a state."""

STATED = frozenset({
    "id", "claim_no", "person", "reporter", "facts", "story", "channel", "partner", "external_id", "event_on",
})  # fmt: skip
"""What a claim states: written where it is typed or brought in, never by a step."""

MOVING = tuple(field.name for field in Claim._meta.concrete_fields if field.name not in STATED)
"""What a step writes of a claim."""

STARTED = (S.DECIDED, S.AGREED, S.RETURNED, S.PAID, S.CLOSED)
"""From these a claim comes back to review only by being opened again."""


def claim_for(by: Who, verb: str, claim_no: str, at: datetime) -> Claim:
    """The claim, its row locked, where `by` may do this with it.  Raises: NotThere, NotAllowed."""
    found: Claim = one(by, "claim", verb, at, lock=True, claim_no=claim_no)
    return found


def claim_for_any(by: Who, verbs: tuple[str, ...], claim_no: str, at: datetime) -> Claim:
    """The claim, its row locked, where `by` may do one of these with it.  Raises: NotThere, NotAllowed."""
    for verb in verbs:
        if rows(by, "claim", verb, at).filter(claim_no=claim_no).exists():
            return claim_for(by, verb, claim_no, at)
    return claim_for(by, verbs[-1], claim_no, at)


def person_of(by: Who) -> int:
    """The person who asks; what only people do is refused to partners and to the house's own jobs."""
    if by.person_id is None:
        raise NotAllowed
    return by.person_id


def must_be(claim: Claim, *states: ClaimState) -> None:
    """Raises NotNow unless the claim is in one of these states."""
    if claim.state not in states:
        raise NotNow(claim.claim_no, claim.state, states)


def step(
    claim: Claim,
    to: ClaimState,
    *,
    by: Who,
    at: datetime,
    record: Record,
    visible: str = "",
    values: Mapping[str, Any] | None = None,
    rule_version: str = "",
    events: tuple[str, ...] | None = None,
    in_passing: bool = False,
) -> None:
    """Take a locked claim one step on: (1) the step is written (2) clocks end and begin (3) the row is saved.

    Needs:   an open transaction; `visible` an id of words.progress with its values; `events`: what clocks follow,
             the record's kind where it is not given; `in_passing`: the next step follows at once, clocks wait for it
    Gives:   nothing; what else was changed on the claim is saved with it, but what is STATED of it
    """
    before = ClaimState(claim.state)
    # 1. The step.
    claim.seq += 1
    expecting = None if in_passing else expect(claim, to, at)
    if not in_passing:
        claim.expected_on = expecting.last_on if expecting is not None else None
    Transition.objects.create(
        claim=claim,
        seq=claim.seq,
        from_state=before.value,
        to_state=to.value,
        at=at,
        by=by.actor,
        rule_version=rule_version[:60],
        visible={"id": visible, "values": dict(values or {})} if visible else {},
        expected_on=claim.expected_on,
        record=record,
    )
    if expecting is not None:
        keep(claim, expecting, to.value, at)
    claim.state, claim.state_at = to.value, at
    if to in _MOMENTS:
        setattr(claim, _MOMENTS[to], at)
    if to is S.REPORTED and claim.reported_at is None:
        claim.reported_at = at
    if to is S.REVIEW and before in STARTED:
        claim.agreed_at = claim.paid_at = claim.closed_at = None
    if in_passing:
        claim.save(update_fields=MOVING)
        return
    # 2. Clocks.
    claim.due_at = clocks.turn(claim, (record.kind,) if events is None else events, at)
    if to in (S.CLOSED, S.WITHDRAWN):
        clocks.void(claim)
        claim.due_at = None
    # 3. The row.
    claim.save(update_fields=MOVING)
