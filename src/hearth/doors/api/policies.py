"""Policies: contracts that a partner issues, with the people they cover."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import BaseModel, ConfigDict, Field, create_model

from hearth.desks import policies
from hearth.doors.api.bodies import stated
from hearth.doors.api.interface import answers, takes
from hearth.doors.api.once import answered, once
from hearth.doors.api.people import MAX_PAGE, ExternalId, PersonIn, bring_in
from hearth.doors.api.tokens import Caller, Token, caller
from hearth.kernel.adjudication import case
from hearth.store.access import partners as partner_reads
from hearth.store.access import policies as reads

router = Router(tags=["persons and policies"])

MOST_INSURED = 100
BESIDE = ("no", "product", "plan", "starts_on", "ends_on", "insured", "renews", "premium")
"""Fields of the case format's policy that stand beside its facts here."""

PolicyFacts: type[BaseModel] = create_model(
    "PolicyFacts",
    __base__=case.Frozen,
    __doc__="What the case format says of a policy beyond the fields beside (docs/cases.md).",
    **{name: (field.annotation, field) for name, field in case.Policy.model_fields.items() if name not in BESIDE},  # type: ignore[call-overload]
)

Party = Annotated[str, Field(min_length=1, max_length=64, description="external_id or our number")] | PersonIn


class PolicyIn(BaseModel):
    """A contract as a partner issues it; people are named by number, or brought in with it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, coerce_numbers_to_str=True)

    external_id: ExternalId = Field(description="your number of this policy: it stands for one policy for ever")
    policy_no: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/-]{1,31}$")] | None = Field(
        None, description="the number the policy shall have; ours if absent"
    )
    product: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,47}$")
    plan: str = Field("", max_length=48, description="the product's first plan if absent")
    holder: Party
    insured: list[Party] = Field(min_length=1, max_length=MOST_INSURED)
    starts_on: case.Day
    ends_on: case.Day | None = Field(
        None, description="first day no longer covered; one year after the start if absent"
    )
    premium: case.Fen
    renews: str | None = Field(None, max_length=64, description="the policy it continues")
    facts: PolicyFacts = Field(default_factory=PolicyFacts)


class PolicyRef(Schema):
    """What was issued."""

    policy: str = Field(description="the policy's number")
    external_id: str


class Insured(Schema):
    """Somebody whom a policy covers."""

    person: str = Field(description="our number")
    full_name: str


class PolicyOut(Schema):
    """A contract."""

    policy: str = Field(description="the policy's number")
    external_id: str
    product: str
    plan: str
    state: str = Field(description="in_force, lapsed, surrendered or void")
    holder: Insured
    insured: list[Insured]
    starts_on: date
    ends_on: date = Field(description="first day no longer covered")
    ended_on: date | None = Field(description="the day from which it covers nothing, where it ended early")
    premium_fen: int
    renews: str | None
    facts: dict[str, Any]


class PolicyPage(Schema):
    """A page of policies; `cursor` leads to the next one, null on the last."""

    policies: list[PolicyOut]
    cursor: str | None


@router.post(
    "/policies",
    auth=Token("policies:write"),
    response=answers({200: PolicyRef, 201: PolicyRef}, 404, 409, 413, 415),
    openapi_extra=takes(PolicyIn),
    summary="Issue a policy",
)
def issue_policy(request: HttpRequest) -> HttpResponse:
    """A new contract (201), or the one that this external_id stands for already (200): nothing of it is changed.

    People who are not known yet are brought in with it, each with an external_id of their own.
    """
    policy, sent = stated(request, PolicyIn)
    asks = caller(request)

    def work() -> HttpResponse:
        known = reads.policy_of_external(_own(asks), policy.external_id)
        no = known or policies.issue_policy(
            asks.by,
            at=asks.at,
            product=policy.product,
            plan=policy.plan,
            holder_id=_party(asks, policy.holder),
            insured_ids=[_party(asks, one) for one in policy.insured],
            starts_on=policy.starts_on,
            ends_on=policy.ends_on,
            premium_fen=policy.premium,
            facts=sent.get("facts") or {},
            renews=None if policy.renews is None else partner_reads.own_policy_no(asks.by, policy.renews),
            branch=partner_reads.branch_of(asks.by),
            external_id=policy.external_id,
            policy_no=policy.policy_no,
        )
        return answered(200 if known else 201, PolicyRef(policy=no, external_id=policy.external_id))

    return once(request, request.body, work)


@router.get(
    "/policies", auth=Token("policies:read"), response=answers({200: PolicyPage}), summary="Policies, newest first"
)
def list_policies(
    request: HttpRequest,
    cursor: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = MAX_PAGE,
) -> PolicyPage:
    """Policies that you issued."""
    asks = caller(request)
    found = reads.policies(asks.by, asks.at, before=cursor, limit=limit)
    before = str(found[-1].policy_id) if len(found) == limit else None
    return PolicyPage(policies=_out(found), cursor=before)


@router.get(
    "/policies/{path:key}", auth=Token("policies:read"), response=answers({200: PolicyOut}, 404), summary="A policy"
)
def get_policy(
    request: HttpRequest,
    key: Annotated[str, Path(min_length=1, max_length=64, description="your external_id of it, else its number")],
) -> PolicyOut:
    """A policy by your external_id, else by its number."""
    asks = caller(request)
    no = partner_reads.policy_no_by_key(asks.by, key, asks.at)
    return _out((reads.one_policy(asks.by, no, asks.at),))[0]


def _own(asks: Caller) -> int:
    assert asks.by.partner_id is not None
    return asks.by.partner_id


def _party(asks: Caller, party: str | PersonIn) -> int:
    if isinstance(party, PersonIn):
        return bring_in(asks, party)
    return partner_reads.own_person(asks.by, party)


def _out(found: tuple[reads.PolicyRow, ...]) -> list[PolicyOut]:
    numbers = partner_reads.usernames(
        person_id for row in found for person_id in (row.holder_id, *(one.person_id for one in row.insured))
    )
    return [
        PolicyOut(
            policy=row.policy_no,
            external_id=row.external_id,
            product=row.product,
            plan=row.plan,
            state=row.state,
            holder=Insured(person=numbers[row.holder_id], full_name=row.holder_name),
            insured=[Insured(person=numbers[one.person_id], full_name=one.full_name) for one in row.insured],
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            ended_on=row.ended_on,
            premium_fen=row.premium_fen,
            renews=row.renews,
            facts=row.facts,
        )
        for row in found
    ]
