"""Calculating: the kernel is given the owner's whole reachable history and this claim; what comes out is kept whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from hearth.desks.books import records
from hearth.desks.claims import sold, weighing
from hearth.desks.claims.faults import NoPolicy, NotComputable
from hearth.desks.claims.history import Beside, Reach, beside_of, case_value, one_at_a_time, reach
from hearth.desks.claims.reviewing import review_begun
from hearth.desks.claims.steps import claim_for, must_be, step
from hearth.desks.claims.wanting import policies_of
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import ClaimDecision, Decision, to_json
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.product.terms import Terms
from hearth.kernel.proof.canonical import canonical
from hearth.store.access import Who, one
from hearth.store.models import Calculation, Claim, ClaimPolicy
from hearth.words.claims import ClaimState, Outcome
from hearth.words.faults import Fault

S = ClaimState
Rows = Mapping[int, Sequence[ClaimPolicy]]
"""The policies of claims by the claim's id, each claim's in the chosen order."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A claim computed as it stands now, not saved: the case that went in, the decision, and this claim's part."""

    case: dict[str, Any]
    decision: Decision
    mine: ClaimDecision
    proposal: Outcome
    at_stake: int
    needs_person: tuple[dict[str, Any], ...]
    products: tuple[str, ...]

    @property
    def policies(self) -> dict[str, dict[str, Any]]:
        """The contracts of the case by number."""
        return {policy["no"]: policy for policy in self.case["policies"]}


@dataclass(frozen=True, slots=True)
class Calculated:
    """A calculation that was saved."""

    calculation_id: int
    payable: int
    paid_out: int
    proposal: Outcome
    needs_person: tuple[dict[str, Any], ...]


def draft(by: Who, claim_no: str, at: datetime) -> Drafted:
    """The decision as it would be now; nothing is saved.  Raises: NotThere, NotAllowed, NotComputable, NoPolicy."""
    return drafted(one(by, "claim", "see", at, claim_no=claim_no), at)


@transaction.atomic(durable=True)
def calculate(by: Who, claim_no: str, *, at: datetime) -> Calculated:
    """Calculate a claim whose file is complete.  (1) one at a time an owner (2) compute (3) save, record, step.

    Asked again while nothing has changed it gives the same calculation.
    Records:  claim.calculated.  Raises: NotThere, NotAllowed, NotNow, NotComputable, NoPolicy.
    """
    claim = claim_for(by, "calculate", claim_no, at)
    must_be(claim, S.ACCEPTED, S.REVIEW, S.CALCULATED)
    # 1.
    rows = policies_of([claim])
    reached = alone(claim, rows)
    # 2.
    found = drafted(claim, at, reached, rows=rows)
    if claim.state == S.CALCULATED:
        last = claim.calculations.order_by("-pk").first()
        if last is not None and last.case == found.case and last.terms == sold.keep(found.products):
            return _told(last)
        claim.proposals.filter(state="waiting").update(state="overtaken", ended_at=at, ended_by=by.person_id)
    # 3.
    if claim.assessor_id is None:
        claim.assessor_id = by.person_id
    if claim.state == S.ACCEPTED:
        review_begun(by, claim, at)
    saved = save(claim, found, by, at)
    record = records.append(
        "claim.calculated",
        f"claim:{claim_no}",
        by=by,
        at=at,
        data=_data(saved),
        sealed={"case": fingerprint(saved.case), "result": fingerprint(saved.result)},
    )
    if claim.state == S.REVIEW:
        step(claim, S.CALCULATED, by=by, at=at, record=record, visible="calculated", rule_version=rule_version(found))
    else:
        claim.save()
    return _told(saved)


def alone(claim: Claim, rows: Rows | None = None) -> Reach:
    """All that limits reach from a claim, while nobody else decides under the same contracts."""
    policies = _named(claim, policies_of([claim]) if rows is None else rows)
    one_at_a_time(policies, claim.claim_no)
    # What another decided while we waited is seen now.
    return reach(policies, claim.claim_no)


def _named(claim: Claim, rows: Rows) -> list[int]:
    """The policies that a claim names.  Raises: NoPolicy where it names none."""
    if not rows[claim.pk]:
        raise NoPolicy(claim_no=claim.claim_no)
    return [row.policy_id for row in rows[claim.pk]]


def drafted(
    claim: Claim,
    at: datetime,
    reached: Reach | None = None,
    beside: Beside | None = None,
    *,
    rows: Rows | None = None,
) -> Drafted:
    """A claim computed as it stands.  Raises: NotComputable, NoPolicy, HistoryTooLong.

    `reached`, `beside` and `rows` (wanting.policies_of): what was asked for already, in the same transaction.
    """
    if reached is None or beside is None:
        rows = policies_of([claim]) if rows is None else rows
        if reached is None:
            reached = reach(_named(claim, rows), claim.claim_no)
        beside = beside_of([claim], rows, {claim.pk: reached}, at)[claim.pk]
    value = case_value(claim, at, reached, beside)
    products = {code: each.terms for code, each in sold.sold().items()}
    decision = computed(claim.claim_no, value, products, only=claim.claim_no)
    mine = part_of(decision, claim.claim_no)
    policies = {policy["no"]: policy for policy in value["policies"]}
    return Drafted(
        case=value,
        decision=decision,
        mine=mine,
        proposal=weighing.proposal(mine),
        at_stake=weighing.at_stake(mine, products, policies),
        needs_person=tuple(weighing.for_a_person(mine, products, policies)),
        products=tuple(sorted({policy["product"] for policy in value["policies"]})),
    )


def computed(
    claim_no: str, value: Mapping[str, Any], products: Mapping[str, Terms], *, only: str | None = None
) -> Decision:
    """A case decided, or `only` one claim of it.  Raises: NotComputable, with what stands in the way."""
    try:
        case = Case.model_validate(value)
        return decide(case, products, only=only)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise NotComputable(claim_no=claim_no, why=f"{place}: {said}", why_zh=f"{place} 的内容不符合要求") from wrong
    except Fault as wrong:
        raise NotComputable(claim_no=claim_no, why=wrong.sentence("en"), why_zh=wrong.sentence("zh")) from wrong


def part_of(decision: Decision, claim_no: str) -> ClaimDecision:
    """One claim's part of a decided case."""
    return next(one for one in decision.claims if one.no == claim_no)


def kept_result(decision: Decision, claim_no: str) -> dict[str, Any]:
    """What is kept of a decided case: this claim's part, and what every deductible and limit has used."""
    kept: dict[str, Any] = to_json(replace(decision, claims=(part_of(decision, claim_no),)))
    return kept


def save(claim: Claim, found: Drafted, by: Who, at: datetime) -> Calculation:
    """Keep a calculation, and the terms it read, in the transaction under way."""
    calculation = row_of(claim, found, by, at, sold.keep(found.products))
    calculation.save(force_insert=True)
    return calculation


def row_of(claim: Claim, found: Drafted, by: Who, at: datetime, terms: list[str]) -> Calculation:
    """A calculation as it will be kept; `terms` are the digests of the terms it read."""
    return Calculation(
        claim=claim,
        at=at,
        by=by.actor,
        case=found.case,
        result=kept_result(found.decision, claim.claim_no),
        engine=engine(),
        terms=terms,
        at_stake_fen=found.at_stake,
        payable_fen=found.mine.payable,
        paid_out_fen=found.mine.paid_out,
        proposal=found.proposal.value,
        needs_person=list(found.needs_person),
    )


def again(calculation: Calculation) -> dict[str, Any]:
    """An old calculation run again, under the terms it read: the same result bit for bit."""
    claim_no = calculation.claim.claim_no
    decision = computed(claim_no, calculation.case, sold.kept(calculation.terms), only=claim_no)
    return kept_result(decision, claim_no)


def fingerprint(value: dict[str, Any]) -> str:
    """SHA-256 of plain data in its one canonical form: what a record seals of a whole case."""
    return hashlib.sha256(canonical(value)).hexdigest()


@lru_cache(maxsize=1)
def engine() -> str:
    """Which release of Hearth computes."""
    return f"hearth {version('hearth')}"


def rule_version(found: Drafted) -> str:
    """The versions of the terms that a claim's policies were computed under."""
    return ", ".join(dict.fromkeys(f"{policy.product} {policy.version}" for policy in found.mine.policies))


def _data(saved: Calculation) -> dict[str, Any]:
    return {
        "calculation": saved.pk,
        "engine": saved.engine,
        "terms": saved.terms,
        "payable_fen": saved.payable_fen,
        "paid_out_fen": saved.paid_out_fen,
        "proposal": saved.proposal,
    }


def _told(saved: Calculation) -> Calculated:
    return Calculated(
        saved.pk, saved.payable_fen, saved.paid_out_fen, Outcome(saved.proposal), tuple(saved.needs_person)
    )
