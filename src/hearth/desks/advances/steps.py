"""Steps: the one way in which an advance goes from state to state: the step, its record, its clocks."""

from __future__ import annotations

from datetime import datetime

from hearth.desks.advances.faults import AdvanceNotNow
from hearth.kernel.promises.clock import started
from hearth.kernel.promises.deadline import deadline
from hearth.kernel.promises.limit import starting, stopped_by
from hearth.store.access import NotAllowed, Who, one
from hearth.store.calendars import work_calendar
from hearth.store.models import Advance, AdvanceClock, AdvanceStep, Record
from hearth.words.advances import ENDED, AdvanceState
from hearth.words.calendar import day_in_china

A = AdvanceState

EMERGENCY = frozenset({"P_ADVANCE_EMERGENCY", "P_ADVANCE_OPINION_URGENT"})
ORDINARY = frozenset({"P_ADVANCE", "P_ADVANCE_OPINION"})


def advance_for(by: Who, verb: str, advance_no: str, at: datetime) -> Advance:
    """The advance, its row locked, where `by` may do this with it.  Raises: NotThere, NotAllowed."""
    found: Advance = one(by, "advance", verb, at, lock=True, advance_no=advance_no)
    return found


def person_of(by: Who) -> int:
    """The person who asks; what only people do is refused to partners and to the house's own jobs."""
    if by.person_id is None:
        raise NotAllowed
    return by.person_id


def must_be(advance: Advance, *states: AdvanceState) -> None:
    """Raises AdvanceNotNow unless the advance is in one of these states."""
    if advance.state not in states:
        raise AdvanceNotNow(advance.advance_no, advance.state, states)


def step(advance: Advance, to: AdvanceState, *, by: Who, at: datetime, record: Record) -> None:
    """Take a locked advance one step on: (1) the step is written (2) clocks end and begin (3) the row is saved."""
    # 1.
    before = AdvanceState(advance.state)
    advance.seq += 1
    AdvanceStep.objects.create(
        advance=advance, seq=advance.seq, from_state=before.value, to_state=to.value, at=at, by=by.actor, record=record
    )
    advance.state, advance.state_at = to.value, at
    # 2.
    if to in ENDED:
        advance.clocks.filter(state="running").update(state="void", ended_at=at)
    follow(advance, record.kind, at)
    # 3.
    advance.save()


def follow(advance: Advance, event: str, at: datetime) -> None:
    """End and begin the clocks that an event ends and begins, in the transaction under way."""
    codes = stopped_by(event)
    for row in advance.clocks.filter(code__in=codes, state="running") if codes else ():
        row.state = "late" if at >= row.due_at else "met"
        row.ended_at = at
        row.save(update_fields=["state", "ended_at"])
    begin(advance, event, at)
    running = advance.clocks.filter(state="running").order_by("due_at").first()
    advance.due_at = None if running is None else running.due_at


def begin(advance: Advance, event: str, at: datetime) -> None:
    """Begin the clocks that an event begins; those that run already go on."""
    kept = EMERGENCY if not advance.is_emergency else ORDINARY
    codes = [row.code for row in starting(event, day_in_china(at)) if row.code not in kept]
    running = set(advance.clocks.filter(code__in=codes, state="running").values_list("code", flat=True))
    for code in codes:
        if code not in running:
            due = deadline(started(code, at), work_calendar())
            assert due.due_at is not None
            AdvanceClock.objects.create(advance=advance, code=code, started_at=at, due_at=due.due_at)
