"""Deciding: within one's authority at once, above it by two people; refusals by people, with clause and evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.claims import sampling, sold
from hearth.desks.claims.calculating import Drafted, alone, drafted, fingerprint, rule_version, save
from hearth.desks.claims.doubted import doubted
from hearth.desks.claims.faults import (
    CalculationStale,
    NoAuthority,
    NoProposal,
    OutcomeDiffers,
    ProposalWaits,
    RefusalIncomplete,
    TwoPeople,
)
from hearth.desks.claims.reviewing import review_begun
from hearth.desks.claims.steps import claim_for, must_be, person_of, step
from hearth.desks.claims.wanting import policies_of
from hearth.desks.claims.weighing import automatic_up_to
from hearth.store.access import HOUSE, Who
from hearth.store.models import Calculation, Claim, Decision, Paper, Proposal, Record, Rescission
from hearth.store.shelf import wording
from hearth.words.claims import OUTCOME_WORDS, ClaimState, Outcome, Role
from hearth.words.disputes import OPEN_DISPUTES
from hearth.words.faults import Fault, Malformed
from hearth.words.money import yuan
from hearth.words.reasons import NON_DISCLOSURE, REASONS, REFUSALS
from hearth.words.suspicion import RescissionState

S = ClaimState
DECIDERS = (Role.ASSESSOR, Role.REVIEWER, Role.SENIOR_EXPERT)
MOST_EVIDENCE = 100
MOST_WORDS = 4_000
CANNOT_COMPUTE = "cannot_compute"
"""Why a claim is for a person: it cannot be computed as it stands."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it: a decision, or a proposal that waits for a second person."""

    state: Literal["decided", "proposed"]
    outcome: Outcome
    payable: int
    paid_out: int
    decision: int | None = None
    proposal_id: int | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody says of a calculated claim."""

    outcome: Outcome
    reason: str = ""
    clause: str = ""
    evidence: tuple[str, ...] = ()
    words: str = ""


@transaction.atomic(durable=True)
def decide(
    by: Who,
    claim_no: str,
    *,
    at: datetime,
    outcome: Outcome | str,
    reason: str = "",
    clause: str = "",
    evidence: Sequence[str] = (),
    words: str = "",
) -> Decided:
    """Decide a calculated claim.  (1) the claim and its calculation (2) who may (3) what is said (4) what follows.

    Needs:   a refusal: `reason` of words.reasons, `clause` of a wording of its products, `evidence` as "paper:12" or
             "record:34" of this claim
    Gives:   a decision where what is at stake is within the authority of `by`, else a proposal for a second person
    Records:  claim.decided or claim.proposed.  Raises: NotThere, NotAllowed, NotNow, ProposalWaits, CalculationStale,
    TwoPeople, OutcomeDiffers, RefusalIncomplete.
    """
    outcome, decider = Outcome(outcome), person_of(by)
    # 1.
    claim = claim_for(by, "refuse" if outcome is Outcome.REFUSED else "decide", claim_no, at)
    must_be(claim, S.CALCULATED)
    if claim.proposals.filter(state="waiting").exists():
        raise ProposalWaits(claim_no=claim_no)
    calculation = _calculation(claim, at)
    # 2.
    not_by_investigator(claim, by)
    _not_by_first_decider(claim, by)
    # 3.
    ruling = Ruling(outcome, reason.strip(), clause.strip(), tuple(dict.fromkeys(evidence)), words.strip()[:MOST_WORDS])
    _fits(claim, calculation, ruling)
    # 4.
    authority = authority_of(by, claim)
    if calculation.at_stake_fen > authority:
        return _propose(claim, calculation, ruling, by, authority, at)
    decision = _decide(claim, calculation, ruling, by, at, authority=authority, decided_by=decider)
    return _told(decision)


@transaction.atomic(durable=True)
def approve(by: Who, claim_no: str, *, at: datetime) -> Decided:
    """Approve a proposed decision as a second person, whose authority reaches what is at stake.

    Records:  claim.decided.
    Raises: NotThere, NotAllowed, NotNow, NoProposal, TwoPeople, NoAuthority, CalculationStale.
    """
    claim = claim_for(by, "approve", claim_no, at)
    must_be(claim, S.CALCULATED)
    proposal = _waiting(claim)
    if proposal.proposed_by_id == by.person_id:
        raise TwoPeople(why="you proposed this decision", why_zh="这项核定建议由您提出")
    not_by_investigator(claim, by)
    _not_by_first_decider(claim, by)
    authority = authority_of(by, claim)
    if proposal.at_stake_fen > authority:
        raise NoAuthority(at_stake=yuan(proposal.at_stake_fen), authority=yuan(authority))
    calculation = _calculation(claim, at)
    if calculation.pk != proposal.calculation_id:
        raise CalculationStale(claim_no=claim_no)
    proposal.state, proposal.ended_by_id, proposal.ended_at = "approved", by.person_id, at
    proposal.save(update_fields=["state", "ended_by", "ended_at"])
    ruling = Ruling(
        Outcome(proposal.outcome), proposal.reason, proposal.clause, tuple(proposal.evidence), proposal.words
    )
    decision = _decide(
        claim, calculation, ruling, by, at,
        authority=authority, decided_by=proposal.proposed_by_id, approved_by=by.person_id,
    )  # fmt: skip
    return _told(decision)


@transaction.atomic(durable=True)
def send_back_proposal(by: Who, claim_no: str, *, at: datetime, why: str) -> None:
    """Send a proposed decision back to whoever proposed it.

    Records:  claim.proposal_sent_back.  Raises: NotThere, NotAllowed, NotNow, NoProposal, TwoPeople.
    """
    claim = claim_for(by, "approve", claim_no, at)
    must_be(claim, S.CALCULATED)
    proposal = _waiting(claim)
    if proposal.proposed_by_id == by.person_id:
        raise TwoPeople(why="you proposed this decision", why_zh="这项核定建议由您提出")
    proposal.state, proposal.ended_by_id, proposal.ended_at = "sent_back", by.person_id, at
    proposal.save(update_fields=["state", "ended_by", "ended_at"])
    if why.strip():
        claim.notes.create(by_id=person_of(by), at=at, text=why.strip()[:MOST_WORDS])
    records.append(
        "claim.proposal_sent_back",
        f"claim:{claim_no}",
        by=by,
        at=at,
        data={"proposal": proposal.pk},
        sealed={"why": why},
    )


@transaction.atomic(durable=True)
def decide_straight_through(claim_no: str, *, at: datetime) -> bool:
    """Decide a claim without a person where its products allow it; else leave it to one, and say why.

    It pays or it asks for a person; it never refuses.  A random share goes to a person although it could be decided,
    and nothing is decided while a product is braked.
    Gives:   whether it was decided
    Records:  claim.decided, or claim.review_begun with what keeps it for a person.
    """
    claim = claim_for(HOUSE, "decide", claim_no, at)
    if not is_for_machine(claim):
        return False
    try:
        rows = policies_of([claim])
        found = drafted(claim, at, alone(claim, rows), rows=rows)
    except Fault:
        return leave(claim, CANNOT_COMPUTE, at)
    why = why_person(found, sampling.is_braked) or doubted([claim]).get(claim.pk, "")
    if why:
        return leave(claim, why, at)
    if (drawn := drawn_under(claim_no, found, at)) is not None:
        sampling.draw(claim, save(claim, found, HOUSE, at), drawn, at=at)
        return leave(claim, "sample", at)
    calculation = save(claim, found, HOUSE, at)
    _decide(claim, calculation, Ruling(Outcome.APPROVED), HOUSE, at, authority=machine_limit(found), passing=found)
    return True


def is_for_machine(claim: Claim) -> bool:
    """Whether no person has begun with a claim, nor is to, and it waits for its decision."""
    is_taken = claim.state == S.REVIEW and (claim.assessor_id is not None or claim.is_investigated)
    return claim.state in (S.ACCEPTED, S.REVIEW) and not claim.for_person and not claim.reopened_count and not is_taken


def why_person(found: Drafted, is_braked: Callable[[str], bool]) -> str:
    """Why a computed claim is for a person; empty where it is not."""
    if found.needs_person:
        return str(found.needs_person[0]["code"])
    if found.proposal is not Outcome.APPROVED:
        return "proposal"
    return "brake" if any(is_braked(product) for product in _products(found)) else ""


def drawn_under(claim_no: str, found: Drafted, at: datetime) -> str | None:
    """The product under which a claim goes to a person's audit, if it does."""
    return next((one for one in _products(found) if sampling.drawn_for_person(claim_no, one, at)), None)


def machine_limit(found: Drafted) -> int:
    """The most (fen) that is decided without a person under all policies of a computed claim."""
    first_days = [(policy.product, _first_day(found, policy.policy)) for policy in found.mine.policies]
    return automatic_up_to(first_days, {code: one.terms for code, one in sold.sold().items()})


def _products(found: Drafted) -> list[str]:
    return list(dict.fromkeys(policy.product for policy in found.mine.policies))


def authority_of(by: Who, claim: Claim) -> int:
    """The largest amount (fen) that somebody may decide alone at the claim's branch."""
    held = (
        grant.authority_fen
        for grant in by.grants
        if grant.role in DECIDERS and grant.branch_id in (None, claim.branch_id)
    )
    return max(held, default=0)


def leave(claim: Claim, why: str, at: datetime) -> bool:
    """Leave a claim to a person, and say why; false, because it was not decided."""
    claim.for_person = why
    if claim.state == S.ACCEPTED:
        review_begun(HOUSE, claim, at)
    else:
        claim.save(update_fields=["for_person"])
    return False


def _first_day(found: Drafted, policy_no: str) -> date:
    return date.fromisoformat(str(found.policies[policy_no]["starts_on"]))


def _calculation(claim: Claim, at: datetime) -> Calculation:
    """The last calculation, which still rests on what is true now.  Raises: CalculationStale."""
    rows = policies_of([claim])
    reached = alone(claim, rows)
    last = claim.calculations.order_by("-pk").first()
    if last is None:
        raise CalculationStale(claim_no=claim.claim_no)
    now = drafted(claim, at, reached, rows=rows)
    if last.case != now.case or last.terms != sold.keep(now.products):
        raise CalculationStale(claim_no=claim.claim_no)
    return last


def not_by_investigator(claim: Claim, by: Who) -> None:
    """Whoever investigated a claim, now or once, decides nothing of it.  Raises: TwoPeople."""
    if by.person_id is None:
        return
    if by.person_id == claim.investigator_id or claim.investigations.filter(investigator=by.person_id).exists():
        raise TwoPeople(why="you investigated this claim", why_zh="您参与了本案的调查")


def _not_by_first_decider(claim: Claim, by: Who) -> None:
    """A disputed decision is made anew by somebody else."""
    if not claim.is_disputed:
        return
    for one in claim.disputes.filter(state__in=OPEN_DISPUTES).select_related("decision"):
        if by.person_id in (one.decision.decided_by_id, one.decision.approved_by_id):
            raise TwoPeople(why="you made the decision that is disputed", why_zh="有异议的原核定由您作出")


def _waiting(claim: Claim) -> Proposal:
    proposal = claim.proposals.filter(state="waiting").first()
    if proposal is None:
        raise NoProposal(claim_no=claim.claim_no)
    return proposal


def _fits(claim: Claim, calculation: Calculation, ruling: Ruling) -> None:
    """Whether the outcome fits what was calculated, and a refusal is complete."""
    if ruling.outcome is Outcome.REFUSED:
        _complete(claim, ruling)
    elif ruling.outcome != calculation.proposal:
        zh, en = OUTCOME_WORDS[ruling.outcome]
        raise OutcomeDiffers(claim_no=claim.claim_no, amount=yuan(calculation.payable_fen), outcome=en, outcome_zh=zh)


def _complete(claim: Claim, ruling: Ruling) -> None:
    if ruling.reason not in REASONS and ruling.reason not in REFUSALS:
        raise RefusalIncomplete(what="a reason", what_zh="理由", why="choose one of the list", why_zh="请从列表中选择")
    if ruling.reason == NON_DISCLOSURE and not is_rescinded(claim):
        raise RefusalIncomplete(
            what="a rescission that two people finished",
            what_zh="由两人完成的合同解除",
            why="for non-disclosure nothing is refused while the contract stands (art. 16; SPC II art. 8)",
            why_zh="未解除合同的，不得以未如实告知为由拒赔（第十六条；司法解释二第八条）",
        )
    clauses = {
        anchor for product in claim.policies.values_list("policy__product", flat=True) for anchor in _clauses(product)
    }
    if ruling.clause not in clauses:
        raise RefusalIncomplete(
            what="a clause", what_zh="条款", why="name one of the product's wording", why_zh="请引用产品条款中的一条"
        )
    if not ruling.evidence or len(ruling.evidence) > MOST_EVIDENCE:
        raise RefusalIncomplete(
            what="evidence",
            what_zh="依据",
            why="name the papers or records it rests on",
            why_zh="请列明所依据的材料或记录",
        )
    for name in ruling.evidence:
        if not is_evidence(claim, name):
            raise RefusalIncomplete(
                what="evidence",
                what_zh="依据",
                why=f"{name[:40]} is not of this claim",
                why_zh=f"{name[:40]} 不属于本案",
            )


def is_rescinded(claim: Claim) -> bool:
    """Whether a contract of the claim was rescinded for non-disclosure, so that it pays nothing."""
    return Rescission.objects.filter(
        policy__claims__claim=claim, state=RescissionState.APPROVED, benefits="none"
    ).exists()


def is_evidence(claim: Claim, name: str) -> bool:
    """Whether "paper:12" or "record:34" is a paper or a record of this claim."""
    kind, _, number = name.partition(":")
    if not number.isdecimal() or len(number) > 18:
        return False
    if kind == "paper":
        return Paper.objects.filter(pk=int(number), claim=claim, removed_at__isnull=True).exists()
    return kind == "record" and Record.objects.filter(pk=int(number), subject=f"claim:{claim.claim_no}").exists()


def _clauses(product: str) -> tuple[str, ...]:
    try:
        return tuple(wording(product).clauses)
    except (Malformed, Fault):
        return ()


def _propose(claim: Claim, calculation: Calculation, ruling: Ruling, by: Who, authority: int, at: datetime) -> Decided:
    proposal = Proposal.objects.create(
        claim=claim,
        calculation=calculation,
        outcome=ruling.outcome.value,
        proposed_by_id=person_of(by),
        proposed_at=at,
        authority_fen=authority,
        at_stake_fen=calculation.at_stake_fen,
        reason=ruling.reason,
        clause=ruling.clause,
        evidence=list(ruling.evidence),
        words=ruling.words,
    )
    records.append(
        "claim.proposed",
        f"claim:{claim.claim_no}",
        by=by,
        at=at,
        data={
            "proposal": proposal.pk,
            "calculation": calculation.pk,
            "outcome": proposal.outcome,
            "at_stake_fen": proposal.at_stake_fen,
            "authority_fen": authority,
            "reason": ruling.reason,
            "clause": ruling.clause,
            "evidence": list(ruling.evidence),
        },
        sealed={"words": ruling.words},
    )
    payable = 0 if ruling.outcome is Outcome.REFUSED else calculation.payable_fen
    paid_out = 0 if ruling.outcome is Outcome.REFUSED else calculation.paid_out_fen
    return Decided("proposed", ruling.outcome, payable, paid_out, proposal_id=proposal.pk)


def _decide(
    claim: Claim,
    calculation: Calculation,
    ruling: Ruling,
    by: Who,
    at: datetime,
    *,
    authority: int,
    decided_by: int | None = None,
    approved_by: int | None = None,
    passing: Drafted | None = None,
) -> Decision:
    """The record, the decision, what each policy pays, and the step; `passing` where a machine goes the whole way."""
    number = claim.decisions.count() + 1
    decision = row_of(claim, number, calculation, ruling, at, authority, decided_by, approved_by)
    by_policy = paid_by_policy(calculation, ruling.outcome is Outcome.REFUSED)
    record = records.append(
        "claim.decided",
        f"claim:{claim.claim_no}",
        by=by,
        at=at,
        data=told_of(decision, by_policy),
        sealed=sealed_of(decision),
    )
    decision.record = record
    decision.save(force_insert=True)
    for row in claim.policies.select_related("policy"):
        row.payable_fen = by_policy.get(row.policy.policy_no, 0)
        row.save(update_fields=["payable_fen"])
    if claim.is_disputed:
        records.append(
            "claim.redecided",
            f"claim:{claim.claim_no}",
            by=by,
            at=at,
            data={"decision": number, "paid_out_fen": decision.paid_out_fen, "outcome": decision.outcome},
        )
    claim.decision, claim.told_at, claim.is_disputed = decision, None, False
    versions = ", ".join(_versions(calculation))
    if passing is not None:
        versions = rule_version(passing)
        if claim.state == S.ACCEPTED:
            step(claim, S.REVIEW, by=by, at=at, record=record, visible="review_begun", in_passing=True)
        step(
            claim,
            S.CALCULATED,
            by=by,
            at=at,
            record=record,
            visible="calculated",
            rule_version=versions,
            in_passing=True,
        )
    visible, values = visible_of(ruling.outcome, decision.paid_out_fen)
    step(claim, S.DECIDED, by=by, at=at, record=record, visible=visible, values=values, rule_version=versions)
    return decision


def row_of(
    claim: Claim,
    number: int,
    calculation: Calculation,
    ruling: Ruling,
    at: datetime,
    authority: int,
    decided_by: int | None = None,
    approved_by: int | None = None,
) -> Decision:
    """A decision as it will be kept, still without its record; one that no person made is the machine's."""
    refused = ruling.outcome is Outcome.REFUSED
    return Decision(
        claim=claim,
        number=number,
        calculation=calculation,
        outcome=ruling.outcome.value,
        payable_fen=0 if refused else calculation.payable_fen,
        paid_out_fen=0 if refused else calculation.paid_out_fen,
        is_automatic=decided_by is None,
        decided_by_id=decided_by,
        approved_by_id=approved_by,
        at_stake_fen=calculation.at_stake_fen,
        authority_fen=authority,
        reason=ruling.reason,
        clause=ruling.clause,
        evidence=list(ruling.evidence),
        words=ruling.words,
        decided_at=at,
    )


def told_of(decision: Decision, by_policy: Mapping[str, int]) -> dict[str, Any]:
    """What the record of a decision says."""
    calculation = decision.calculation
    return {
        "decision": decision.number,
        "calculation": calculation.pk,
        "engine": calculation.engine,
        "terms": calculation.terms,
        "outcome": decision.outcome,
        "payable_fen": decision.payable_fen,
        "paid_out_fen": decision.paid_out_fen,
        "policies": [{"policy": no, "payable_fen": fen} for no, fen in by_policy.items()],
        "automatic": decision.is_automatic,
        "decided_by": decision.decided_by_id,
        "approved_by": decision.approved_by_id,
        "at_stake_fen": decision.at_stake_fen,
        "authority_fen": decision.authority_fen,
        "reason": decision.reason,
        "clause": decision.clause,
        "evidence": list(decision.evidence),
    }


def sealed_of(decision: Decision) -> dict[str, Any]:
    """What the record of a decision seals."""
    calculation = decision.calculation
    return {
        "case": fingerprint(calculation.case),
        "result": calculation.result["claims"][0],
        "words": decision.words,
    }


def visible_of(outcome: Outcome, paid_out: int) -> tuple[str, dict[str, str]]:
    if outcome is Outcome.REFUSED:
        return "decided_refused", {}
    if paid_out == 0:
        return "decided_nothing", {}
    return ("decided_partial" if outcome is Outcome.PARTIAL else "decided"), {"amount": yuan(paid_out)}


def paid_by_policy(calculation: Calculation, refused: bool) -> dict[str, int]:
    """What each policy of the claim pays; a chain's contract year pays, whichever of its contracts was named."""
    found: dict[str, int] = {}
    if refused:
        return found
    policies = {policy["no"]: policy for policy in calculation.case["policies"]}
    (mine,) = calculation.result["claims"]
    named = next(one for one in calculation.case["claims"] if one["no"] == mine["no"])["policies"]
    for policy in mine["policies"]:
        no = policy["policy"]
        chain = {no}
        while (before := policies[min(chain, key=lambda one: policies[one]["starts_on"])].get("renews")) is not None:
            chain.add(before)
        while after := [one for one in policies if policies[one].get("renews") in chain and one not in chain]:
            chain |= set(after)
        target = no if no in named else next((one for one in named if one in chain), no)
        found[target] = found.get(target, 0) + sum(line["payable"] for line in policy["lines"])
    return found


def _versions(calculation: Calculation) -> list[str]:
    (mine,) = calculation.result["claims"]
    return list(dict.fromkeys(f"{policy['product']} {policy['version']}" for policy in mine["policies"]))


def _told(decision: Decision) -> Decided:
    return Decided(
        "decided", Outcome(decision.outcome), decision.payable_fen, decision.paid_out_fen, decision=decision.number
    )
