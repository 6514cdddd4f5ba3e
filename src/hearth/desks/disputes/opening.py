"""Opening: the member's side of a dispute: opened, evidence added, written to, passed on, settled, taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.books.numbers import next_number
from hearth.desks.disputes.faults import DisputedAlready, NoDecisionToDispute, NotEvidence, ReasonWanted
from hearth.desks.disputes.steps import (
    MOST_TEXT,
    acting,
    clocks_of,
    dispute_for,
    go_on,
    must_be,
    of_tier,
    person_of,
    text_of,
    write,
)
from hearth.store.access import HOUSE, Who, one
from hearth.store.access.rows import family_of
from hearth.store.models import Claim, Dispute, DisputeClock
from hearth.words.claims import ClaimState
from hearth.words.disputes import DISPUTE_REASONS, NEXT_TIER, OPEN_DISPUTES, SETTLED_AFTER_DAYS, DisputeState

D, S = DisputeState, ClaimState
DISPUTABLE = (S.DECIDED, S.AGREED, S.RETURNED, S.PAID, S.CLOSED)
A_BATCH = 500


@transaction.atomic(durable=True)
def dispute(by: Who, claim_no: str, *, at: datetime, reason: str, words: str) -> str:
    """Dispute the decision that stands; what it pays is paid all the same, by its own job.

    By the member, by whoever acts for them by a proven relation, by the insurer or broker that brought the claim in, or
    by a steward for them.
    Gives:   the number of the dispute; sent twice in the same words it is the same dispute
    Records: claim.disputed.  Raises: NotThere, NotAllowed, NoDecisionToDispute, DisputedAlready, ReasonWanted.
    """
    claim: Claim = one(by, "claim", "dispute", at, lock=True, claim_no=claim_no)
    opener, plain = acting(by, claim), text_of(words)
    if reason not in DISPUTE_REASONS:
        raise ReasonWanted(most=MOST_TEXT)
    decision = claim.decision
    if decision is None or claim.state not in DISPUTABLE:
        raise NoDecisionToDispute(claim_no=claim_no)
    before: Dispute | None = claim.disputes.filter(state__in=OPEN_DISPUTES).first()
    if before is not None:
        first = before.events.get(seq=1)
        if before.opened_by_id == opener and before.reason == reason and first.words == plain:
            return before.dispute_no
        raise DisputedAlready(claim_no=claim_no, dispute_no=before.dispute_no)
    made = Dispute(
        dispute_no=next_number("dispute", at),
        claim=claim,
        decision=decision,
        reason=reason,
        opened_by_id=opener,
        opened_at=at,
        state_at=at,
        holder_id=claim.steward_id,
    )
    clocks = clocks_of(made, "dispute.opened", at)
    made.due_at = min(one.due_at for one in clocks)
    made.save()
    DisputeClock.objects.bulk_create(clocks)
    record = records.append(
        "claim.disputed",
        f"claim:{claim_no}",
        by=by,
        at=at,
        data={"dispute": made.dispute_no, "decision": decision.number, "reason": reason},
        sealed={"words": plain},
    )
    write(made, "opened", by, at, record, words=plain)
    claim.is_disputed = True
    claim.save(update_fields=["is_disputed"])
    return made.dispute_no


@transaction.atomic(durable=True)
def add_evidence(by: Who, dispute_no: str, *, at: datetime, paper_id: int, words: str = "") -> None:
    """Name a paper of the claim as evidence: medical evidence may turn a refusal round (S2.32).

    Records: claim.dispute_evidence.  Raises: NotThere, NotAllowed, DisputeNotNow, NotEvidence, ReasonWanted.
    """
    held = dispute_for(by, "say", dispute_no, at)
    must_be(held, D.TRIAGE, D.EXPERT, D.SENIOR)
    if not by.is_house:
        acting(by, held.claim)
    paper = held.claim.papers.filter(pk=paper_id, removed_at__isnull=True).first()
    if paper is None:
        raise NotEvidence(claim_no=held.claim.claim_no)
    if held.events.filter(what="evidence", paper=paper).exists():
        return
    said = text_of(words) if words.strip() else ""
    go_on(held, "evidence", "claim.dispute_evidence", by=by, at=at, words=said, paper=paper, data={"paper": paper.pk})


@transaction.atomic(durable=True)
def say(by: Who, dispute_no: str, *, at: datetime, words: str) -> None:
    """Write a line about a dispute; the first of the company's meets the first promise.

    Records: claim.dispute_said.  Raises: NotThere, NotAllowed, DisputeNotNow, ReasonWanted.
    """
    held = dispute_for(by, "say", dispute_no, at)
    must_be(held, *OPEN_DISPUTES)
    acting(by, held.claim)
    is_ours = by.is_staff and held.claim.person_id not in family_of(person_of(by), at)
    if not is_ours:
        # The member has replied: what was answered is not settled by silence.
        held.answered_at = None
    go_on(
        held, "said", "claim.dispute_said", by=by, at=at, words=text_of(words),
        event="dispute.said" if is_ours else "",
    )  # fmt: skip


@transaction.atomic(durable=True)
def answer(by: Who, dispute_no: str, *, at: datetime, words: str) -> None:
    """Explain the decision, or what is done, on the first two tiers; the member settles it or goes on.

    Records: claim.dispute_answered.  Raises: NotThere, NotAllowed, DisputeNotNow, ReasonWanted.
    """
    held = dispute_for(by, "answer", dispute_no, at)
    must_be(held, D.TRIAGE, D.EXPERT)
    of_tier(held, by)
    held.holder_id, held.answered_at = person_of(by), at
    go_on(held, "answered", "claim.dispute_answered", by=by, at=at, words=text_of(words), event="dispute.answered")


@transaction.atomic(durable=True)
def move_up(by: Who, dispute_no: str, *, at: datetime, words: str) -> int:
    """Pass a dispute on to the next tier, with a reason: by the member, or by who has it.  Never down.

    Gives:   the tier that has it now
    Records: claim.dispute_moved.  Raises: NotThere, NotAllowed, DisputeNotNow, ReasonWanted.
    """
    held = dispute_for(by, "move", dispute_no, at)
    must_be(held, *NEXT_TIER)
    of_tier(held, by)
    to = NEXT_TIER[D(held.state)]
    held.holder_id, held.answered_at, held.why = None, None, "staff" if by.is_staff else "member"
    acting(by, held.claim)
    go_on(held, "moved", "claim.dispute_moved", by=by, at=at, to=to, words=text_of(words), event=f"dispute.{to.value}")
    return held.tier


@transaction.atomic(durable=True)
def settle(by: Who, dispute_no: str, *, at: datetime, words: str = "") -> None:
    """The member is satisfied with what was explained.

    Records: claim.dispute_ended.  Raises: NotThere, NotAllowed, DisputeNotNow.
    """
    held = dispute_for(by, "settle", dispute_no, at)
    if held.state == D.SOLVED:
        return
    acting(by, held.claim)
    must_be(held, D.TRIAGE, D.EXPERT)
    _end(held, D.SOLVED, "member", by, at, words)


@transaction.atomic(durable=True)
def take_back(by: Who, dispute_no: str, *, at: datetime, words: str = "") -> None:
    """The member takes a dispute back; they may dispute again.

    Records: claim.dispute_ended.  Raises: NotThere, NotAllowed, DisputeNotNow.
    """
    held = dispute_for(by, "settle", dispute_no, at)
    if held.state == D.WITHDRAWN:
        return
    acting(by, held.claim)
    must_be(held, D.TRIAGE, D.EXPERT, D.SENIOR)
    _end(held, D.WITHDRAWN, "member", by, at, words)


@transaction.atomic(durable=True)
def settle_silent(dispute_no: str, *, at: datetime) -> bool:
    """An answer to which the member said nothing for seven days counts as enough; they may dispute again (S2.38).

    Gives:   whether it was settled
    Records: claim.dispute_ended.
    """
    held = dispute_for(HOUSE, "settle", dispute_no, at)
    late = at - timedelta(days=SETTLED_AFTER_DAYS)
    if held.state not in (D.TRIAGE, D.EXPERT) or held.answered_at is None or held.answered_at > late:
        return False
    _end(held, D.SOLVED, "silence", HOUSE, at, "")
    return True


def silent(at: datetime) -> list[str]:
    """Disputes that were answered at least seven days ago and not replied to."""
    late = at - timedelta(days=SETTLED_AFTER_DAYS)
    found = Dispute.objects.filter(state__in=(D.TRIAGE, D.EXPERT), answered_at__lte=late)
    return list(found.order_by("answered_at").values_list("dispute_no", flat=True)[:A_BATCH])


def _end(held: Dispute, to: DisputeState, why: str, by: Who, at: datetime, words: str) -> None:
    held.why = why
    go_on(
        held, "ended", "claim.dispute_ended", by=by, at=at, to=to, event="dispute.ended", data={"why": why},
        words=text_of(words) if words.strip() else "",
    )  # fmt: skip
