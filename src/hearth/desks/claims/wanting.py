"""Wanting: the complete list of papers of a claim: what is at hand, what is missing, and why each is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
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
from hearth.store.models import BankAccount, Claim, ClaimPolicy, Paper, Person, Policy, Relation
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
    return wanted_by([claim], policies_of([claim]), at)[claim.pk]


def policies_of(claims: Sequence[Claim]) -> dict[int, list[ClaimPolicy]]:
    """The policies of claims by the claim's id, each claim's in the chosen order."""
    found: dict[int, list[ClaimPolicy]] = {claim.pk: [] for claim in claims}
    rows = ClaimPolicy.objects.filter(claim__in=found).select_related("policy").order_by("claim_id", "position")
    for row in rows:
        found[row.claim_id].append(row)
    return found


def wanted_by(
    claims: Sequence[Claim], rows: Mapping[int, Sequence[ClaimPolicy]], at: datetime
) -> dict[int, tuple[Wanted, ...]]:
    """The complete lists of papers of claims by the claim's id; what is at hand is asked for once for all of them.

    Needs:   the policies of each claim, as `policies_of` gives them
    """
    known = _known(claims)
    at_hand = _at_hand(claims, known)
    return {
        claim.pk: checklist(
            [_contract(row.policy) for row in rows[claim.pk]],
            _facts(claim, at_hand[claim.pk], known[claim.person_id].born_on, at),
        )
        for claim in claims
    }


class _Person(NamedTuple):
    """What the insurer knows of somebody already."""

    born_on: date | None
    is_proven: bool
    """Whether their identity number is known."""
    has_account: bool


def _known(claims: Sequence[Claim]) -> dict[int, _Person]:
    """Whose claims they are, and who reported them."""
    people = {person for claim in claims for person in (claim.person_id, claim.reporter_id)}
    open_account = BankAccount.objects.filter(person=OuterRef("pk"), ended_at__isnull=True)
    found = Person.objects.filter(pk__in=people).values_list(
        "pk", "born_on", ExpressionWrapper(Q(id_digest__isnull=False), BooleanField()), Exists(open_account)
    )
    return {pk: _Person(*told) for pk, *told in found}


def _facts(claim: Claim, at_hand: tuple[AtHand, ...], born_on: date | None, at: datetime) -> Facts:
    try:
        value = StatedClaim.model_validate({"no": claim.claim_no, "insured": "person", **stated(claim.facts)})
    except ValidationError:
        value = None
    return Facts(
        invoices=value.invoices if value is not None else (),
        diagnoses=value.diagnoses if value is not None else (),
        cause=value.cause if value is not None else None,
        trigger_on=value.trigger_on if value is not None else None,
        other_sources=(
            None if value is None else tuple(dict.fromkeys(payment.source for payment in value.other_payments))
        ),
        at_hand=at_hand,
        for_somebody_else=claim.reporter_id != claim.person_id,
        under_14=is_under(14, born_on, at),
        under_18=is_under(18, born_on, at),
    )


def still_missing(claim: Claim, at: datetime) -> tuple[Wanted, ...]:
    """The obligatory papers of a claim that are not at hand."""
    return missing(wanted(claim, at))


def _contract(policy: Policy) -> Contract:
    return Contract(policy.policy_no, policy.starts_on, terms_of(policy.product))


def is_under(years: int, born_on: date | None, at: datetime) -> bool:
    """Whether somebody is younger than so many years on that day in China; nobody is whose birthday is not known."""
    return born_on is not None and day_in_china(at) < add_months(born_on, years * 12)


def _at_hand(claims: Sequence[Claim], people: Mapping[int, _Person]) -> dict[int, tuple[AtHand, ...]]:
    """Papers that were uploaded, those a partner holds, and what the insurer has already and never asks for again.

    One whose picture nobody can read is still to be given: it stays, and counts for nothing.
    """
    uploaded: dict[int, list[AtHand]] = {claim.pk: [] for claim in claims}
    papers = Paper.objects.filter(claim__in=uploaded, removed_at__isnull=True).exclude(look__worst="block")
    for claim_id, kind, numbers in papers.order_by("pk").values_list("claim_id", "kind", "numbers"):
        uploaded[claim_id].append(AtHand(kind, tuple(numbers)))
    acting = _acting(claims)
    found = {}
    for claim in claims:
        # The application is what is sent through the pages or by a partner, signed by logging in or by their word.
        known = [*claim.held, "application"]
        if people[claim.person_id].is_proven:
            known.append("identity")
        theirs = (people[claim.person_id], people[claim.reporter_id])
        if claim.account_id is not None or any(one.has_account for one in theirs):
            known.append("bank_account")
        kinds = acting.get((claim.reporter_id, claim.person_id), frozenset())
        if kinds:
            known.append("relation_proof")
        if kinds & {"guardian", "parent", "heir"}:
            known.append(GUARDIANSHIP)
        if kinds & {"agent", "spouse", "child", "parent", "heir"}:
            known.append(AUTHORISATION)
        found[claim.pk] = (*uploaded[claim.pk], *(AtHand(paper) for paper in known))
    return found


def _acting(claims: Sequence[Claim]) -> dict[tuple[int, int], frozenset[str]]:
    """By what proven relations whoever reported a claim stands for its person, by both, where they are not the same."""
    others = [claim for claim in claims if claim.reporter_id != claim.person_id]
    if not others:
        return {}
    relations = Relation.objects.filter(
        person__in={claim.reporter_id for claim in others},
        other__in={claim.person_id for claim in others},
        proven_at__isnull=False,
        ended_at__isnull=True,
    )
    found: dict[tuple[int, int], frozenset[str]] = {}
    for person_id, other_id, kind in relations.values_list("person_id", "other_id", "kind"):
        found[person_id, other_id] = found.get((person_id, other_id), frozenset()) | {kind}
    return found
