"""Gathering: what the cases of many claims rest on, asked for once for all of them; it is as if asked for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from pydantic import ValidationError

from hearth.desks.claims.facts import stated
from hearth.desks.claims.history import (
    Beside,
    Reach,
    as_calculated,
    elsewhere,
    ids_of_many,
    owner_key,
    reach_of_many,
    roots,
)
from hearth.desks.claims.sold import sold
from hearth.desks.claims.wanting import wanted
from hearth.kernel.adjudication.case import Claim as StatedClaim
from hearth.kernel.documents.checklist import AtHand, Contract, Facts, checklist, papers_at_hand
from hearth.store.models import BankAccount, Claim, ClaimPolicy, Paper, Policy
from hearth.words.calendar import day_in_china
from hearth.words.days import add_months


@dataclass(frozen=True, slots=True)
class Gathered:
    """Claims that may be decided together, no two of one owner, and by their ids what each rests on."""

    claims: tuple[Claim, ...]
    rows: Mapping[int, Sequence[ClaimPolicy]]
    reach: Mapping[int, Reach]
    beside: Mapping[int, Beside]


def gathered(claims: Sequence[Claim], at: datetime) -> Gathered:
    """What claims rest on, while nobody else decides under the same contracts.  (1) whose (2) wait (3) look.

    Needs:   locked claims, in the order in which they are to be decided
    Gives:   those that may be decided together: of each owner the first one
    """
    # 1. Two claims of one owner are never decided together: the second rests on the first.
    rows = policies_of(claims)
    starts = {claim.pk: [row.policy_id for row in rows[claim.pk]] for claim in claims if rows[claim.pk]}
    chosen: list[Claim] = []
    taken: set[int] = set()
    owners = _owners(starts)
    for claim in claims:
        mine = owners.get(claim.pk)
        if mine and not mine & taken:
            chosen.append(claim)
            taken |= mine
    # 2. In one order, as everybody waits.
    with connection.cursor() as cursor:
        keys = [owner_key(owner) for owner in sorted(taken)]
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key", [keys])
    # 3. What others decided while we waited is seen now.
    starts = {claim.pk: starts[claim.pk] for claim in chosen}
    reach = reach_of_many(starts, {claim.pk: claim.claim_no for claim in chosen})
    chosen = [claim for claim in chosen if claim.pk in reach and _owners_of(reach[claim.pk]) <= taken]
    decided = as_calculated([one for claim in chosen for one in reach[claim.pk].claims])
    used = elsewhere(chosen, reach)
    papers = papers_of(chosen, rows, at)
    beside = {
        claim.pk: Beside(
            policies=tuple(row.policy.policy_no for row in rows[claim.pk]),
            papers=papers[claim.pk],
            elsewhere=used[claim.pk],
            decided=decided,
        )
        for claim in chosen
    }
    return Gathered(tuple(chosen), rows, reach, beside)


def policies_of(claims: Sequence[Claim]) -> dict[int, list[ClaimPolicy]]:
    """The policies of claims, each claim's in the chosen order."""
    found: dict[int, list[ClaimPolicy]] = {claim.pk: [] for claim in claims}
    rows = ClaimPolicy.objects.filter(claim__in=found).select_related("policy").order_by("claim_id", "position")
    for row in rows:
        found[row.claim_id].append(row)
    return found


def papers_of(
    claims: Sequence[Claim], rows: Mapping[int, Sequence[ClaimPolicy]], at: datetime
) -> dict[int, tuple[str, ...]]:
    """The papers of claims that are at hand, by the names a case knows them by: as history asks for one claim."""
    own = [claim for claim in claims if claim.reporter_id == claim.person_id]
    uploaded: dict[int, list[AtHand]] = defaultdict(list)
    for claim_id, kind, numbers in (
        Paper.objects.filter(claim__in=own, removed_at__isnull=True)
        .order_by("pk")
        .values_list("claim_id", "kind", "numbers")
    ):
        uploaded[claim_id].append(AtHand(kind, tuple(numbers)))
    with_account = set(
        BankAccount.objects.filter(person_id__in={claim.person_id for claim in own}, ended_at__isnull=True).values_list(
            "person_id", flat=True
        )
    )
    found, products = {}, sold()
    for claim in claims:
        if claim.reporter_id != claim.person_id:
            # Who acts for somebody else shows by what right: few do, and their relations are looked up one by one.
            listed = wanted(claim, at)
        else:
            has_account = claim.account_id is not None or claim.person_id in with_account
            policies = [row.policy for row in rows[claim.pk]]
            listed = checklist(
                [Contract(policy.policy_no, policy.starts_on, products[policy.product].terms) for policy in policies],
                _facts(claim, (*uploaded[claim.pk], *_known(claim, has_account)), at),
            )
        found[claim.pk] = tuple(paper.name.lower() for paper in papers_at_hand(listed))
    return found


def _facts(claim: Claim, at_hand: tuple[AtHand, ...], at: datetime) -> Facts:
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
        for_somebody_else=False,
        under_14=_is_under(14, claim.person.born_on, at),
        under_18=_is_under(18, claim.person.born_on, at),
    )


def _known(claim: Claim, has_account: bool) -> Iterable[AtHand]:
    """What nobody uploads again: what a partner holds, the application, and what the insurer has already."""
    yield from (AtHand(paper) for paper in claim.held)
    yield AtHand("application")
    if claim.person.id_digest is not None:
        yield AtHand("identity")
    if has_account:
        yield AtHand("bank_account")


def _is_under(years: int, born_on: date | None, at: datetime) -> bool:
    return born_on is not None and day_in_china(at) < add_months(born_on, years * 12)


def _owners(starts: Mapping[int, Sequence[int]]) -> dict[int, set[int]]:
    """Whom each claim's decision concerns: the first contract of every chain it reaches."""
    found = {start: policies for start, (policies, _) in ids_of_many(starts).items()}
    every = set().union(*found.values())
    earlier = dict(Policy.objects.filter(pk__in=every).values_list("pk", "renews_id"))
    return {
        start: set(roots({pk: earlier[pk] for pk in policies if pk in earlier}).values())
        for start, policies in found.items()
    }


def _owners_of(reached: Reach) -> set[int]:
    return set(roots({policy.pk: policy.renews_id for policy in reached.policies}).values())
