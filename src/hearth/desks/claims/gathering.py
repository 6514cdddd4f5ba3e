"""Gathering: what the cases of many claims rest on, asked for once for all of them; it is as if asked for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from hearth.desks.claims.history import Beside, Reach, beside_of, ids_of_many, owner_key, reach_of_many, roots
from hearth.desks.claims.wanting import policies_of
from hearth.store.models import Claim, ClaimPolicy


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
    beside = beside_of(chosen, rows, reach, at)
    return Gathered(tuple(chosen), rows, reach, beside)


def _owners(starts: Mapping[int, Sequence[int]]) -> dict[int, set[int]]:
    """Whom each claim's decision concerns: the first contract of every chain it reaches."""
    return {start: set(roots(policies).values()) for start, (policies, _) in ids_of_many(starts).items()}


def _owners_of(reached: Reach) -> set[int]:
    return set(roots({policy.pk: policy.renews_id for policy in reached.policies}).values())
