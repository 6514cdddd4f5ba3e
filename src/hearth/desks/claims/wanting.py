"""Wanting: the complete list of papers of a claim: what is at hand, what is missing, and why each is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import ValidationError

from hearth.desks.claims.facts import stated
from hearth.desks.claims.sold import terms_of
from hearth.kernel.adjudication.case import Claim as StatedClaim
from hearth.kernel.documents.checklist import (
    AUTHORISATION,
    GUARDIANSHIP,
    AtHand,
    Contract,
    Facts,
    Wanted,
    checklist,
    missing,
)
from hearth.store.access import Who, one
from hearth.store.models import BankAccount, Claim, Policy, Relation
from hearth.words.calendar import day_in_china
from hearth.words.codes import Cause
from hearth.words.days import add_months


def wanted_of(by: Who, claim_no: str, *, at: datetime) -> tuple[Wanted, ...]:
    """The complete list of papers of a claim.  Raises: NotThere, NotAllowed."""
    return wanted(one(by, "claim", "see", at, claim_no=claim_no), at)


def wanted_for(
    by: Who, policy_nos: Sequence[str], person_id: int, *, at: datetime, cause: str | None = None
) -> tuple[Wanted, ...]:
    """The list of papers before there is a claim: for a person under some policies.  Raises: NotThere."""
    policies = [one(by, "policy", "see", at, policy_no=no) for no in policy_nos]
    person = one(by, "person", "see", at, pk=person_id)
    facts = Facts(
        cause=None if cause is None else Cause[cause.upper()],
        at_hand=tuple(AtHand(paper) for paper in ("identity",) if person.id_digest is not None),
        for_somebody_else=by.person_id is not None and by.person_id != person_id,
        under_14=is_under(14, person.born_on, at),
        under_18=is_under(18, person.born_on, at),
    )
    return checklist([_contract(policy) for policy in policies], facts)


def wanted(claim: Claim, at: datetime) -> tuple[Wanted, ...]:
    """The complete list of papers of a claim, those at hand marked."""
    policies = [row.policy for row in claim.policies.select_related("policy").order_by("position")]
    try:
        value = StatedClaim.model_validate({"no": claim.claim_no, "insured": "person", **stated(claim.facts)})
    except ValidationError:
        value = None
    facts = Facts(
        invoices=value.invoices if value is not None else (),
        diagnoses=value.diagnoses if value is not None else (),
        cause=value.cause if value is not None else None,
        trigger_on=value.trigger_on if value is not None else None,
        other_sources=(
            None if value is None else tuple(dict.fromkeys(payment.source for payment in value.other_payments))
        ),
        at_hand=_at_hand(claim, at),
        for_somebody_else=claim.reporter_id != claim.person_id,
        under_14=is_under(14, claim.person.born_on, at),
        under_18=is_under(18, claim.person.born_on, at),
    )
    return checklist([_contract(policy) for policy in policies], facts)


def still_missing(claim: Claim, at: datetime) -> tuple[Wanted, ...]:
    """The obligatory papers of a claim that are not at hand."""
    return missing(wanted(claim, at))


def _contract(policy: Policy) -> Contract:
    return Contract(policy.policy_no, policy.starts_on, terms_of(policy.product))


def is_under(years: int, born_on: date | None, at: datetime) -> bool:
    """Whether somebody is younger than so many years on that day in China; nobody is whose birthday is not known."""
    return born_on is not None and day_in_china(at) < add_months(born_on, years * 12)


def _at_hand(claim: Claim, at: datetime) -> tuple[AtHand, ...]:
    """Papers that were uploaded, those a partner holds, and what the insurer has already and never asks for again.

    One whose picture nobody can read is still to be given: it stays, and counts for nothing.
    """
    found = [
        AtHand(paper.kind, tuple(paper.numbers))
        for paper in claim.papers.filter(removed_at__isnull=True).exclude(look__worst="block").order_by("pk")
    ]
    found += [AtHand(paper) for paper in claim.held]
    # The application is what is sent through the pages or by a partner, signed by logging in or by the partner's word.
    found.append(AtHand("application"))
    if claim.person.id_digest is not None:
        found.append(AtHand("identity"))
    if (
        claim.account_id is not None
        or BankAccount.objects.filter(
            person_id__in={claim.person_id, claim.reporter_id}, ended_at__isnull=True
        ).exists()
    ):
        found.append(AtHand("bank_account"))
    if claim.reporter_id != claim.person_id:
        relations = Relation.objects.filter(
            person=claim.reporter_id, other=claim.person_id, proven_at__isnull=False, ended_at__isnull=True
        )
        if relations.exists():
            found.append(AtHand("relation_proof"))
        if relations.filter(kind__in=("guardian", "parent")).exists():
            found.append(AtHand(GUARDIANSHIP))
        if relations.filter(kind__in=("agent", "spouse", "child", "parent")).exists():
            found.append(AtHand(AUTHORISATION))
    return tuple(found)
