"""Steps: the one way in which a dispute goes on: its row, the record, the event, its clocks and the claim's mark."""

from __future__ import annotations

from datetime import datetime

from hearth.desks.books import records
from hearth.desks.disputes.faults import DisputeNotNow, ReasonWanted
from hearth.kernel.promises.chaser import alarms, next_look
from hearth.kernel.promises.clock import started
from hearth.kernel.promises.deadline import deadline
from hearth.kernel.promises.limit import starting, stopped_by
from hearth.store.access import NotAllowed, Who, one
from hearth.store.access.partners import acts_for
from hearth.store.calendars import work_calendar
from hearth.store.models import Claim, Dispute, DisputeClock, DisputeEvent, Paper, Record
from hearth.words.calendar import day_in_china
from hearth.words.disputes import ENDED_DISPUTES, TIER_OF, TIER_ROLES, DisputeState

D = DisputeState
MOST_TEXT = 4_000


def dispute_for(by: Who, verb: str, dispute_no: str, at: datetime) -> Dispute:
    """The dispute, its claim and itself locked, where `by` may do this with it.  Raises: NotThere, NotAllowed."""
    claim_id = one(by, "dispute", verb, at, dispute_no=dispute_no).claim_id
    # The claim first, as everywhere: two who come from its two ends never wait for each other in a circle.
    Claim.objects.select_for_update().get(pk=claim_id)
    found: Dispute = one(by, "dispute", verb, at, lock=True, dispute_no=dispute_no)
    return found


def person_of(by: Who) -> int:
    """The person who asks; what only people do is refused to partners and to the house's own jobs."""
    if by.person_id is None:
        raise NotAllowed
    return by.person_id


def acting(by: Who, claim: Claim) -> int:
    """The person who asks, or for whom a partner asks in a claim that it brought in.  Raises: NotAllowed."""
    if by.partner_id is None:
        return person_of(by)
    person_id = acts_for(by, claim)
    if person_id is None:
        raise NotAllowed
    return person_id


def of_tier(dispute: Dispute, by: Who) -> None:
    """Raises NotAllowed where a colleague does not hold the role of the tier that has the dispute."""
    if by.is_staff and not by.has(TIER_ROLES[dispute.tier]):
        raise NotAllowed


def must_be(dispute: Dispute, *states: DisputeState) -> None:
    """Raises DisputeNotNow unless the dispute is in one of these states."""
    if dispute.state not in states:
        raise DisputeNotNow(dispute.dispute_no, dispute.state, states)


def text_of(words: str) -> str:
    """Words that are neither empty nor too long.  Raises: ReasonWanted."""
    plain = words.strip()
    if not plain or len(plain) > MOST_TEXT:
        raise ReasonWanted(most=MOST_TEXT)
    return plain


def go_on(
    dispute: Dispute,
    what: str,
    kind: str,
    *,
    by: Who,
    at: datetime,
    to: DisputeState | None = None,
    event: str = "",
    words: str = "",
    paper: Paper | None = None,
    data: dict[str, object] | None = None,
    record: Record | None = None,
) -> Record:
    """Something happens to a locked dispute: (1) the row (2) the record and the event (3) its clocks (4) the claim.

    Needs:   an open transaction; `to` where it changes its state; `event`: what clocks follow; `record` where another
             verb has told of it already
    Gives:   the record
    """
    # 1. Before the record: who takes it is checked by the database against all that was recorded before.
    before = D(dispute.state)
    if to is not None and to is not before:
        dispute.state, dispute.state_at = to.value, at
        dispute.tier = max(dispute.tier, TIER_OF.get(to, 0))
        if to in ENDED_DISPUTES:
            dispute.ended_at = at
    dispute.seq += 1
    clocks = _follow(dispute, event, at) if event else None
    dispute.save()
    # 2.
    if record is None:
        record = records.append(
            kind,
            f"claim:{dispute.claim.claim_no}",
            by=by,
            at=at,
            data={"dispute": dispute.dispute_no, "from": before.value, "to": dispute.state, **(data or {})},
            sealed={"words": words} if words else None,
        )
    write(dispute, what, by, at, record, words=words, paper=paper)
    # 3.
    if clocks:
        DisputeClock.objects.bulk_create(clocks)
    # 4.
    if to in ENDED_DISPUTES:
        Claim.objects.filter(pk=dispute.claim_id, is_disputed=True).update(is_disputed=False)
    return record


def write(
    dispute: Dispute, what: str, by: Who, at: datetime, record: Record, *, words: str = "", paper: Paper | None = None
) -> None:
    """The event of a row that was saved with its number."""
    DisputeEvent.objects.create(
        dispute=dispute,
        seq=dispute.seq,
        what=what,
        to_state=dispute.state,
        tier=dispute.tier,
        by_id=by.person_id,
        partner_id=by.partner_id,
        is_staff=by.is_staff or by.is_house,
        at=at,
        words=words,
        paper=paper,
        record=record,
    )


def clocks_of(dispute: Dispute, event: str, at: datetime) -> list[DisputeClock]:
    """The clocks that an event begins, not saved."""
    made = []
    for row in starting(event, day_in_china(at)):
        clock, calendar = started(row.code, at), work_calendar()
        due = deadline(clock, calendar)
        assert due.due_at is not None
        watch_at = next_look(alarms(clock, calendar, due), at)
        made.append(DisputeClock(dispute=dispute, code=row.code, started_at=at, due_at=due.due_at, watch_at=watch_at))
    return made


def _follow(dispute: Dispute, event: str, at: datetime) -> list[DisputeClock]:
    if event == "dispute.ended":
        # A limit of a dispute that ends another way is neither met nor missed.
        answering = stopped_by(event)
        dispute.clocks.filter(state="running").exclude(code__in=answering).update(state="void", ended_at=at)
    # An opinion that ends it is what they hear from us, where nobody answered before.
    ending = stopped_by("dispute.ended") if dispute.state in ENDED_DISPUTES else ()
    for row in dispute.clocks.filter(code__in=(*stopped_by(event), *ending), state="running"):
        row.state, row.ended_at = "late" if at >= row.due_at else "met", at
        row.save(update_fields=["state", "ended_at"])
    made = clocks_of(dispute, event, at)
    running = [*dispute.clocks.filter(state="running").values_list("due_at", flat=True), *(one.due_at for one in made)]
    dispute.due_at = min(running, default=None)
    return made
