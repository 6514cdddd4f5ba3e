"""Following: where a claim stands in its eight steps, who is waited for, and its decision with every clause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from hearth.doors.api.claims import ClaimKey
from hearth.doors.api.deciding import PolicySteps, Step, explanation
from hearth.doors.api.interface import answers
from hearth.doors.api.problems import Both
from hearth.doors.api.tokens import Token, caller
from hearth.kernel.adjudication.decided import ClaimDecision, from_json
from hearth.store.access import claims_case as reads
from hearth.store.access import partners as partner_reads
from hearth.words.claims import OUTCOME_WORDS, STATE_WORDS, ClaimState, Outcome
from hearth.words.faults import Fault

router = Router(tags=["claims"])

S = ClaimState
_OF_MEMBER = (S.DRAFT, S.REPORTED, S.SUPPLEMENT, S.DECIDED, S.RETURNED)
_OF_NOBODY = (S.PAID, S.CLOSED, S.WITHDRAWN)


class NotDecided(Fault):
    """There is no decision yet."""

    code, status = "NOT_DECIDED", 404
    says = "Claim {claim_no} is not decided; it is at \u201c{state}\u201d."
    says_zh = "赔案 {claim_no} 尚未核定；目前为“{state_zh}”。"


class TrackStep(Schema):
    """One of the eight steps that a customer sees."""

    number: int = Field(description="1 to 8")
    step: str
    name: Both
    what: Both
    state: Literal["done", "now", "to_come", "skipped"]
    entered_at: datetime | None
    done_at: datetime | None
    note: Both = Field(description="why it was skipped; else empty")


class Happened(Schema):
    """A step of the claim as the customer reads it."""

    seq: int
    state: str
    at: datetime
    says: Both
    record: int


class Asked(Schema):
    """A paper that was asked for."""

    paper: str
    why: Both
    worth_fen: int | None = Field(description="about what it would add; null where that is not known")


class PaperHere(Schema):
    """A paper that is here."""

    paper: int
    kind: str
    name: str
    content_type: str
    pages: int
    numbers: list[int]
    added_at: datetime


class ClaimLimit(Schema):
    """A legal or promised limit that runs for the claim."""

    code: str
    state: str
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None


class ClaimStatus(Schema):
    """Where a claim stands."""

    claim: str
    external_id: str
    state: str
    name: Both
    state_at: datetime
    step: str
    steps: list[TrackStep]
    waits_for: Literal["member", "insurer", "nobody"]
    due_at: datetime | None = Field(description="when the limit that ends first ends")
    expected_on: date | None
    event_on: date | None
    policies: list[str]
    claimed_fen: int
    outcome: str = Field(description="approved, partial, refused; empty until it is decided")
    payable_fen: int
    paid_out_fen: int
    is_disputed: bool
    asked: list[Asked] = Field(description="papers that were asked for and are waited for")
    papers: list[PaperHere]
    limits: list[ClaimLimit]
    history: list[Happened]


class DecidedLine(Schema):
    """A line of an invoice under one policy: billed is the sum of what follows it."""

    invoice: int = Field(description="from 1; 0: a stay or a diagnosis as a whole")
    line: int
    category: str
    name: str
    billed_fen: int
    public_fen: int = Field(description="paid by public funds")
    others_fen: int
    not_covered_fen: int
    deductible_fen: int
    own_share_fen: int
    over_limits_fen: int
    reduced_for_age_fen: int
    payable_fen: int
    benefit: str | None
    reason: str


class DecidedPolicy(Schema):
    """What one policy pays, line by line."""

    policy: str
    product: str
    version: str
    plan: str
    payable_fen: int
    lines: list[DecidedLine]


class ClaimDecisionOut(Schema):
    """The decision of a claim."""

    claim: str
    external_id: str
    number: int = Field(description="2 and more: decided anew")
    outcome: str
    name: Both
    payable_fen: int
    paid_out_fen: int
    is_automatic: bool
    decided_at: datetime
    record: int = Field(description="its receipt is .../receipts/{record}")
    reason: str = Field(description="of a refusal")
    clause: str = Field(description="of a refusal")
    evidence: list[str] = Field(description="of a refusal")
    words: str = Field(description="what the insurer wrote to the member")
    policies: list[DecidedPolicy]
    explanation: list[PolicySteps] = Field(description="every step of the arithmetic with its clause")
    steps: list[Step] = Field(description="from payable to paid out")


@router.get(
    "/claims/{key}",
    auth=Token("claims:read"),
    response=answers({200: ClaimStatus}, 404),
    summary="Where a claim stands",
)
def get_claim(request: HttpRequest, key: ClaimKey) -> ClaimStatus:
    """The eight steps with their days, who is waited for, papers asked for, limits.  The read is written down."""
    asks = caller(request)
    found = reads.one_claim(asks.by, partner_reads.own_claim_no(asks.by, key), asks.at, purpose="claim")
    row = found.row
    zh, en = STATE_WORDS[row.state]
    return ClaimStatus(
        claim=row.claim_no,
        external_id=row.external_id,
        state=row.state.value,
        name=Both(zh=zh, en=en),
        state_at=row.state_at,
        step=row.step.value,
        steps=[_step(step) for step in found.track],
        waits_for="member" if row.state in _OF_MEMBER else "nobody" if row.state in _OF_NOBODY else "insurer",
        due_at=row.due_at,
        expected_on=row.expected_on,
        event_on=row.event_on,
        policies=[policy.policy_no for policy in found.policies],
        claimed_fen=row.claimed_fen,
        outcome=row.outcome,
        payable_fen=row.payable_fen,
        paid_out_fen=row.paid_out_fen,
        is_disputed=row.is_disputed,
        asked=[_asked(item) for one in found.supplements if one.ended_at is None for item in one.items],
        papers=[
            PaperHere(
                paper=paper.paper_id,
                kind=paper.kind,
                name=paper.name,
                content_type=paper.content_type,
                pages=paper.pages,
                numbers=list(paper.numbers),
                added_at=paper.added_at,
            )
            for paper in found.papers
        ],
        limits=[
            ClaimLimit(
                code=limit.code,
                state=limit.state,
                started_at=limit.started_at,
                due_at=limit.due_at,
                met_at=limit.met_at,
            )
            for limit in found.deadlines
        ],
        history=[
            Happened(seq=one.seq, state=one.to_state, at=one.at, says=Both(zh=one.zh, en=one.en), record=one.record_id)
            for one in found.steps
        ],
    )


@router.get(
    "/claims/{key}/decision",
    auth=Token("claims:read"),
    response=answers({200: ClaimDecisionOut}, 404),
    summary="The decision of a claim",
)
def get_decision(request: HttpRequest, key: ClaimKey) -> ClaimDecisionOut:
    """Amounts, every line, and every step of the arithmetic with its clause.  The read is written down."""
    asks = caller(request)
    found = reads.one_claim(asks.by, partner_reads.own_claim_no(asks.by, key), asks.at, purpose="claim")
    decision = found.decision
    if decision is None:
        zh, en = STATE_WORDS[found.row.state]
        raise NotDecided(claim_no=found.row.claim_no, state=en, state_zh=zh)
    zh, en = OUTCOME_WORDS[Outcome(decision.outcome)]
    mine = computed(decision.result)
    # A claim may run under policies of other insurers too: what those pay is not this partner's.
    own = partner_reads.own_policies(asks.by, (policy.policy for policy in mine.policies))
    explained = explanation(mine)
    return ClaimDecisionOut(
        claim=found.row.claim_no,
        external_id=found.row.external_id,
        number=decision.number,
        outcome=decision.outcome,
        name=Both(zh=zh, en=en),
        payable_fen=decision.payable_fen,
        paid_out_fen=decision.paid_out_fen,
        is_automatic=decision.is_automatic,
        decided_at=decision.decided_at,
        record=decision.record_id,
        reason=decision.reason,
        clause=decision.clause,
        evidence=list(decision.evidence),
        words=decision.words,
        policies=[
            DecidedPolicy(
                policy=policy.policy,
                product=policy.product,
                version=policy.version,
                plan=policy.plan,
                payable_fen=policy.payable,
                lines=[
                    DecidedLine(
                        invoice=line.invoice,
                        line=line.line,
                        category=line.category,
                        name=line.name,
                        billed_fen=line.billed,
                        public_fen=line.public,
                        others_fen=line.others,
                        not_covered_fen=line.not_covered,
                        deductible_fen=line.deductible,
                        own_share_fen=line.own_share,
                        over_limits_fen=line.over_limits,
                        reduced_for_age_fen=line.reduced_for_age,
                        payable_fen=line.payable,
                        benefit=line.benefit,
                        reason=line.reason,
                    )
                    for line in policy.lines
                ],
            )
            for policy in mine.policies
            if policy.policy in own
        ],
        explanation=[PolicySteps(**one) for one in explained["policies"] if one["policy"] in own],
        steps=[Step(**one) for one in explained["steps"]],
    )


def computed(result: Mapping[str, Any]) -> ClaimDecision:
    """A claim's part of a decision, from the plain data in which it was kept."""
    return from_json(ClaimDecision, result["claims"][0])


def _step(step: Any) -> TrackStep:
    words = step.words
    return TrackStep(
        number=step.number,
        step=step.step.value,
        name=Both(zh=words.zh, en=words.en),
        what=Both(zh=words.what_zh, en=words.what_en),
        state=step.state,
        entered_at=step.entered_at,
        done_at=step.done_at,
        note=Both(zh=step.note_zh, en=step.note_en),
    )


def _asked(item: Mapping[str, Any]) -> Asked:
    return Asked(
        paper=str(item["paper"]),
        why=Both(zh=str(item["why_zh"]), en=str(item["why_en"])),
        worth_fen=item.get("worth_fen"),
    )
