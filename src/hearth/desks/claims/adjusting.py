"""Adjusting: what a void or a late event would change in settled decisions is proposed, and a person decides it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.claims import sold
from hearth.desks.claims.calculating import computed, kept_result
from hearth.desks.claims.deciding import authority_of, not_by_investigator
from hearth.desks.claims.faults import AdjustmentDone, NoAuthority, TooMuch
from hearth.desks.claims.history import Reach, case_of_decided, decided_beside, one_at_a_time, reach, settled
from hearth.desks.claims.steps import claim_for, person_of
from hearth.store.access import HOUSE, NotThere, Who
from hearth.store.models import Adjustment, Claim, ClaimPolicy, Policy, Record
from hearth.words.claims import ClaimState
from hearth.words.money import yuan

S = ClaimState
MOST_TEXT = 4_000
CAUSES = {
    "policy.voided": "policy_voided",
    "policy.ended": "policy_ended",
    "claim.decided": "later_event_decided",
    "claim.adjusted": "earlier_claim_adjusted",
}
"""Kind of record -> what it is called as the cause of an adjustment."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """An adjustment that was proposed."""

    adjustment_id: int
    claim_no: str
    old: int
    new: int


@transaction.atomic(durable=True)
def propose_adjustments(record_id: int, at: datetime) -> tuple[Proposed, ...]:
    """Run the owners again that a record concerns, and propose what comes out differently.  (1) whose (2) run (3) rows.

    A settled decision stays as it is until a person takes the adjustment; the same record proposes once.
    Needs:   the record of a policy that was voided or ended, or of a claim that was decided or adjusted
    Gives:   what was proposed; nothing where every settled claim comes out as it was decided
    Records:  claim.adjustment_proposed, for each.
    """
    record = Record.objects.only("kind", "subject").get(pk=record_id)
    # 1. The contracts, and what else was settled under them.
    reached = _reached(record)
    if reached is None:
        return ()
    # 2. The whole owner again, as things stand now.
    value = case_of_decided(reached, f"owner of {record.subject}")
    products = {code: one.terms for code, one in sold.sold().items()}
    decision = computed(record.subject, value, products) if value["claims"] else None
    paid_out = {one.no: one.paid_out for one in decision.claims} if decision is not None else {}
    # 3. What differs, claim by claim; one that lost its last contract pays nothing.
    found = []
    for claim in reached.claims:
        if f"claim:{claim.claim_no}" == record.subject and record.kind == "claim.decided":
            continue
        new = paid_out.get(claim.claim_no, 0)
        old = standing(claim)
        if new == old or _said_already(claim, old, new):
            continue
        result = kept_result(decision, claim.claim_no) if decision is not None and claim.claim_no in paid_out else {}
        found.append(_propose(claim, record, old, new, result, at))
    return tuple(found)


@transaction.atomic(durable=True)
def settle_adjustment(by: Who, adjustment_id: int, *, at: datetime, take: bool, why: str) -> None:
    """Take a proposed adjustment, or leave the decision as it was, and say why.

    What it adds is paid by its own payment; what it takes back is owed, and is asked for by people, not set off.
    Records:  claim.adjusted where it is taken, claim.adjustment_left else.  Raises: NotThere, NotAllowed, TwoPeople,
    NoAuthority, AdjustmentDone, TooMuch.
    """
    adjustment = Adjustment.objects.select_related("claim", "decision").filter(pk=adjustment_id).first()
    if adjustment is None:
        raise NotThere(kind="adjustment", key=adjustment_id)
    claim = claim_for(by, "adjust", adjustment.claim.claim_no, at)
    adjustment = Adjustment.objects.select_for_update().get(pk=adjustment_id)
    state = "taken" if take else "left"
    if adjustment.state == state:
        return
    if adjustment.state != "proposed":
        raise AdjustmentDone(claim_no=claim.claim_no)
    if not why.strip() or len(why) > MOST_TEXT:
        raise TooMuch(what="why", got=len(why.strip()), most=f"1-{MOST_TEXT}")
    not_by_investigator(claim, by)
    change = abs(adjustment.new_fen - adjustment.old_fen)
    authority = authority_of(by, claim)
    if take and change > authority:
        raise NoAuthority(at_stake=yuan(change), authority=yuan(authority))
    adjustment.state, adjustment.decided_by_id, adjustment.decided_at = state, person_of(by), at
    adjustment.why = why.strip()
    adjustment.save(update_fields=["state", "decided_by", "decided_at", "why"])
    records.append(
        "claim.adjusted" if take else "claim.adjustment_left",
        f"claim:{claim.claim_no}",
        by=by,
        at=at,
        data={
            "adjustment": adjustment.pk,
            "decision": adjustment.decision.number,
            "old_fen": adjustment.old_fen,
            "new_fen": adjustment.new_fen,
            "caused_by": adjustment.caused_by,
        },
        sealed={"why": adjustment.why},
    )


def standing(claim: Claim) -> int:
    """What the claim's decision pays out as it stands, adjustments that were taken among it, in fen."""
    assert claim.decision is not None
    taken = claim.decision.adjustments_made.filter(state="taken").order_by("-pk").first()
    return taken.new_fen if taken is not None else claim.decision.paid_out_fen


def _reached(record: Record) -> Reach | None:
    what, _, key = record.subject.partition(":")
    if record.kind not in CAUSES:
        return None
    own: set[int] = set()
    if what == "policy":
        known = list(Policy.objects.filter(policy_no=key).values_list("pk", flat=True))
    else:
        under = ClaimPolicy.objects.filter(claim__in=Claim.objects.filter(settled(), claim_no=key).values("pk"))
        rows = list(under.values_list("policy_id", "claim_id"))
        known, own = [policy_id for policy_id, _ in rows], {claim_id for _, claim_id in rows}
    if not known or (record.kind == "claim.decided" and not decided_beside(known, own)):
        # One that is decided meanwhile has a record of its own, which is followed when it can be seen.
        return None
    one_at_a_time(known)
    return reach(known)


def _said_already(claim: Claim, old: int, new: int) -> bool:
    """Whether the same was proposed before: it waits, or a person left the decision as it was."""
    last = Adjustment.objects.filter(decision=claim.decision_id).exclude(state="taken").order_by("-pk").first()
    return last is not None and (last.old_fen, last.new_fen) == (old, new)


def _propose(claim: Claim, record: Record, old: int, new: int, result: dict[str, object], at: datetime) -> Proposed:
    assert claim.decision is not None
    adjustment, is_new = Adjustment.objects.get_or_create(
        decision=claim.decision,
        caused_by=f"record:{record.pk}",
        defaults={
            "claim": claim,
            "cause": CAUSES[record.kind],
            "old_fen": old,
            "new_fen": new,
            "result": result,
            "proposed_at": at,
        },
    )
    if is_new:
        records.append(
            "claim.adjustment_proposed",
            f"claim:{claim.claim_no}",
            by=HOUSE,
            at=at,
            data={
                "adjustment": adjustment.pk,
                "decision": claim.decision.number,
                "cause": adjustment.cause,
                "caused_by": adjustment.caused_by,
                "old_fen": old,
                "new_fen": new,
            },
        )
    return Proposed(adjustment.pk, claim.claim_no, adjustment.old_fen, adjustment.new_fen)
