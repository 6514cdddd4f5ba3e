"""Waiving: the emergency measures that claims fall under, as the cases of docs/cases.md state them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hearth.desks.claims import facts as stated_facts
from hearth.store.models import Claim, ClaimPolicy, EmergencyMeasure


def measures_of(
    claims: Sequence[Claim], rows: Mapping[int, Sequence[ClaimPolicy]], at: datetime
) -> dict[int, list[dict[str, Any]]]:
    """The measures approved by `at` that could concern each claim, by its id; the kernel looks at days and illness.

    Needs:   the policies of each claim (wanting.policies_of); a measure of a branch is for contracts of that branch
    """
    held = list(EmergencyMeasure.objects.filter(is_approved=True, decided_at__lte=at).order_by("pk"))
    found: dict[int, list[dict[str, Any]]] = {claim.pk: [] for claim in claims}
    for claim in claims if held else ():
        days = _days_of(claim)
        for one in held:
            last = one.until_on if one.last_on is None or one.ended_at is None or one.ended_at > at else one.last_on
            mine = [
                row.policy.product
                for row in rows[claim.pk]
                if (one.branch_id is None or row.policy.branch_id == one.branch_id)
                and (not one.products or row.policy.product in one.products)
            ]
            if mine and any(one.starts_on.isoformat() <= day <= last.isoformat() for day in days):
                found[claim.pk].append(
                    {
                        "code": one.code,
                        "what": {"zh": one.what_zh, "en": one.what_en},
                        "waives": sorted(one.waives),
                        "starts_on": one.starts_on.isoformat(),
                        "until_on": last.isoformat(),
                        "products": sorted(set(mine)),
                        **({"icd": list(one.icd)} if one.icd else {}),
                    }
                )
    return found


def _days_of(claim: Claim) -> list[str]:
    stated = stated_facts.stated(claim.facts)
    days = [one.get("admitted_on") or one.get("visited_on") or "" for one in stated.get("invoices", ())]
    return [*days, *(one.get("on") or "" for one in stated.get("diagnoses", ()))]
