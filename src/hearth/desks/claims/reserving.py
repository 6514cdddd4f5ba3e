"""Reserving: what letters of guarantee hold back of limits, and what hospitals were paid before the claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hearth.store.models import Advance, Claim, Guarantee, Policy
from hearth.words.advances import PROMISING
from hearth.words.money import yuan


def held_back(
    policies: Iterable[Policy], among: Iterable[Guarantee], *, except_advance: str = "", except_claim: int = 0
) -> tuple[dict[str, Any], ...]:
    """Entries of a case's `used` for letters that hold under these contracts; one's own is not in one's way."""
    contracts = {policy.pk: policy.policy_no for policy in policies if policy.state != "void"}
    return tuple(
        {"policy": contracts[guarantee.advance.policy_id], "amount": yuan(guarantee.cap_fen), **held}
        for guarantee in among
        if guarantee.advance.policy_id in contracts
        and guarantee.advance.advance_no != except_advance
        and (not except_claim or guarantee.advance.claim_id != except_claim)
        for held in guarantee.reserved
    )


def letters(policy_ids: Iterable[int]) -> Sequence[Guarantee]:
    """Letters that hold a limit back: issued, not replaced, and their stay not decided upon yet."""
    found = Guarantee.objects.filter(
        advance__policy_id__in=tuple(policy_ids), ended_at__isnull=True, advance__state__in=PROMISING
    ).exclude(advance__claim__decision__isnull=False)
    return list(found.select_related("advance").order_by("pk"))


def advanced(claims: Iterable[Claim]) -> Mapping[int, int]:
    """What hospitals were paid in advance of these claims and did not come back otherwise, in fen by the claim's id."""
    found = Advance.objects.filter(claim__in=[claim.pk for claim in claims], paid_fen__gt=0)
    return {
        row.claim_id: row.paid_fen - row.recovered_fen - row.written_off_fen
        for row in found
        if row.claim_id is not None
    }
