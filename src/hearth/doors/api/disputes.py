"""Disputes: a decision disputed for the member, followed through its tiers to the opinion and what it changed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import BaseModel, ConfigDict, Field

from hearth.desks import disputes
from hearth.doors.api.bodies import stated
from hearth.doors.api.claims import ClaimKey
from hearth.doors.api.interface import answers, takes
from hearth.doors.api.once import answered, once
from hearth.doors.api.problems import Both
from hearth.doors.api.tokens import Caller, Token, caller
from hearth.store.access import disputes as reads
from hearth.store.access import partners as partner_reads
from hearth.words.disputes import DISPUTE_EVENTS, DISPUTE_REASONS, DISPUTE_STATES, VERDICT_WORDS

router = Router(tags=["disputes"])

DisputeNo = Annotated[str, Path(min_length=1, max_length=32, description="our number of the dispute")]
Reason = Literal[
    "not_covered", "exclusion", "clause_not_explained", "waiting_period", "prior_illness", "hospital",
    "not_necessary", "amount", "papers", "other",
]  # fmt: skip
MOST_TEXT = 4_000


class DisputeIn(BaseModel):
    """What the member does not agree with."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Reason
    words: str = Field(min_length=1, max_length=MOST_TEXT, description="what is wrong, in the member's words")


class DisputeWordsIn(BaseModel):
    """Something said of a dispute."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    words: str = Field(min_length=1, max_length=MOST_TEXT)


class DisputeEndIn(BaseModel):
    """How the member ends a dispute."""

    model_config = ConfigDict(extra="forbid")

    how: Literal["settled", "withdrawn"] = Field(description="satisfied with what was explained; or taken back")


class DisputeRef(Schema):
    """Which dispute it is."""

    dispute: str = Field(description="our number")
    claim: str


class DisputeShort(Schema):
    """A dispute in a list."""

    dispute: str
    state: str = Field(description="triage, expert, senior, redeciding, solved, upheld, changed, withdrawn")
    name: Both
    tier: int = Field(description="1 steward, 2 claim expert, 3 independent senior expert")
    opened_at: datetime
    due_at: datetime | None = Field(description="when the limit that ends first ends")
    ended_at: datetime | None


class DisputeList(Schema):
    """The disputes of a claim, newest first."""

    claim: str
    disputes: list[DisputeShort]


class DisputeHappened(Schema):
    """Something that happened to a dispute."""

    what: str
    name: Both
    tier: int
    side: Literal["member", "service", "partner"]
    at: datetime
    words: str = Field(
        description="what the service or you said; what the member wrote here themselves is theirs: empty"
    )


class DisputeLimit(Schema):
    """A limit of a dispute."""

    code: str
    state: str
    started_at: datetime
    due_at: datetime


class DisputeOpinionOut(Schema):
    """The signed opinion of somebody who never had to do with the claim."""

    verdict: str = Field(description="customer, partly or insurer: for whom it is")
    name: Both
    clause: str
    reasons: str
    signed_at: datetime
    record: int


class DisputeOut(DisputeShort):
    """Where a dispute stands."""

    claim: str
    reason: str
    reason_name: Both
    first_paid_out_fen: int = Field(description="what the disputed decision pays out; it is paid all the same")
    second_paid_out_fen: int | None = Field(description="of the decision made anew; null while there is none")
    changed_fen: int
    opinion: DisputeOpinionOut | None
    limits: list[DisputeLimit]
    history: list[DisputeHappened]


@router.post(
    "/claims/{key}/disputes",
    auth=Token("disputes:write"),
    response=answers({200: DisputeRef, 201: DisputeRef}, 404, 409, 413, 415),
    openapi_extra=takes(DisputeIn),
    summary="Dispute a decision",
)
def open_dispute(request: HttpRequest, key: ClaimKey) -> HttpResponse:
    """For the member whose claim you brought in (201); the same words again are the same dispute (200).

    What the decision pays is paid all the same. A hospital disputes for nobody.
    """
    said, _ = stated(request, DisputeIn)
    asks = caller(request)

    def work() -> HttpResponse:
        claim_no = partner_reads.claim_acted_for(asks.by, key)
        before = {one.dispute_no for one in reads.open_disputes_of(claim_no)}
        number = disputes.dispute(asks.by, claim_no, at=asks.at, reason=said.reason, words=said.words)
        return answered(200 if number in before else 201, DisputeRef(dispute=number, claim=claim_no))

    return once(request, request.body, work)


@router.get(
    "/claims/{key}/disputes",
    auth=Token("disputes:read"),
    response=answers({200: DisputeList}, 404),
    summary="The disputes of a claim",
)
def list_disputes(request: HttpRequest, key: ClaimKey) -> DisputeList:
    """All of them, whoever opened them."""
    asks = caller(request)
    claim_no = partner_reads.claim_acted_for(asks.by, key)
    return DisputeList(claim=claim_no, disputes=[_short(one) for one in reads.disputes_of(asks.by, claim_no, asks.at)])


@router.get(
    "/disputes/{dispute}", auth=Token("disputes:read"), response=answers({200: DisputeOut}, 404), summary="A dispute"
)
def get_dispute(request: HttpRequest, dispute: DisputeNo) -> DisputeOut:
    """Who has it, by when, what was answered, the opinion, what it changed.  The read is written down."""
    return _out(caller(request), dispute)


@router.post(
    "/disputes/{dispute}/words",
    auth=Token("disputes:write"),
    response=answers({200: DisputeRef}, 404, 409, 413, 415),
    openapi_extra=takes(DisputeWordsIn),
    summary="Say something of a dispute",
)
def say_of_dispute(request: HttpRequest, dispute: DisputeNo) -> HttpResponse:
    """It stands in the dispute under your name; an answer that waits for the member is replied to by it."""
    said, _ = stated(request, DisputeWordsIn)
    asks = caller(request)

    def work() -> HttpResponse:
        disputes.say(asks.by, dispute, at=asks.at, words=said.words)
        return answered(200, _ref(asks, dispute))

    return once(request, request.body, work)


@router.post(
    "/disputes/{dispute}/up",
    auth=Token("disputes:write"),
    response=answers({200: DisputeRef}, 404, 409, 413, 415),
    openapi_extra=takes(DisputeWordsIn),
    summary="Pass a dispute on",
)
def pass_dispute_on(request: HttpRequest, dispute: DisputeNo) -> HttpResponse:
    """To the next tier, with the reason; never down."""
    said, _ = stated(request, DisputeWordsIn)
    asks = caller(request)

    def work() -> HttpResponse:
        disputes.move_up(asks.by, dispute, at=asks.at, words=said.words)
        return answered(200, _ref(asks, dispute))

    return once(request, request.body, work)


@router.post(
    "/disputes/{dispute}/end",
    auth=Token("disputes:write"),
    response=answers({200: DisputeRef}, 404, 409, 413, 415),
    openapi_extra=takes(DisputeEndIn),
    summary="End a dispute",
)
def end_dispute(request: HttpRequest, dispute: DisputeNo) -> HttpResponse:
    """The member is satisfied, or takes it back; they may dispute again."""
    said, _ = stated(request, DisputeEndIn)
    asks = caller(request)

    def work() -> HttpResponse:
        end = disputes.settle if said.how == "settled" else disputes.take_back
        end(asks.by, dispute, at=asks.at)
        return answered(200, _ref(asks, dispute))

    return once(request, request.body, work)


def _ref(asks: Caller, dispute: str) -> DisputeRef:
    return DisputeRef(dispute=dispute, claim=reads.claim_of_dispute(asks.by, dispute, asks.at, verb="say"))


def _short(one: reads.DisputeRow) -> DisputeShort:
    return DisputeShort(
        dispute=one.dispute_no,
        state=one.state.value,
        name=_both(DISPUTE_STATES[one.state]),
        tier=one.tier,
        opened_at=one.opened_at,
        due_at=one.due_at if one.is_open else None,
        ended_at=one.ended_at,
    )


def _out(asks: Caller, dispute: str) -> DisputeOut:
    claim_no = partner_reads.claim_acted_for(asks.by, reads.claim_of_dispute(asks.by, dispute, asks.at))
    file = reads.dispute_file(asks.by, dispute, asks.at)
    row, opinion = file.row, file.opinion
    return DisputeOut(
        **_short(row).model_dump(),
        claim=claim_no,
        reason=row.reason,
        reason_name=_both(DISPUTE_REASONS[row.reason]),
        first_paid_out_fen=file.first.paid_out_fen,
        second_paid_out_fen=None if file.second is None else file.second.paid_out_fen,
        changed_fen=row.changed_fen,
        opinion=None
        if opinion is None
        else DisputeOpinionOut(
            verdict=opinion.verdict.value,
            name=_both(VERDICT_WORDS[opinion.verdict]),
            clause=opinion.clause,
            reasons=opinion.reasons,
            signed_at=opinion.signed_at,
            record=opinion.record_id,
        ),
        limits=[
            DisputeLimit(code=one.code, state=one.state, started_at=one.started_at, due_at=one.due_at)
            for one in file.clocks
        ],
        history=[_happened(asks, one) for one in file.events],
    )


def _happened(asks: Caller, one: reads.DisputeEventRow) -> DisputeHappened:
    is_own = one.partner_id is not None and one.partner_id == asks.by.partner_id
    return DisputeHappened(
        what=one.what,
        name=_both(DISPUTE_EVENTS[one.what]),
        tier=one.tier,
        side="partner" if one.partner_id is not None else "service" if one.is_staff else "member",
        at=one.at,
        words=one.words if is_own or one.is_staff else "",
    )


def _both(words: tuple[str, str]) -> Both:
    return Both(zh=words[0], en=words[1])
