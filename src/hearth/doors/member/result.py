"""Result: a decision as it was kept, read back into values, and shown in words and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from hearth.desks.claims.facts import stated
from hearth.doors.office.explore.outcome import ClaimView, show
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import Decision, from_json
from hearth.store.access.claims_case import CaseFile


def shown(held: CaseFile, result: Mapping[str, Any], lang: str) -> ClaimView | None:
    """The claim's part of a kept decision in words and pictures; None where its contents were erased."""
    if not result.get("claims"):
        return None
    decision = from_json(Decision, result)
    case = _case(held, decision)
    if case is None:
        return None
    return show(case, decision, {}, lang).claims[0]


def _case(held: CaseFile, decision: Decision) -> Case | None:
    """What the pages name beside a decision: who is insured, and the bills with their days and hospitals."""
    (mine,) = decision.claims
    policies = [
        {"no": one.policy_no, "product": one.product, "starts_on": one.starts_on, "insured": [mine.insured]}
        for one in held.policies
    ]
    known = {one["no"] for one in policies}
    # A contract of the chain that the claim does not name may be the one that pays.
    policies += [
        {"no": one.policy, "product": one.product, "starts_on": mine.event_on, "insured": [mine.insured]}
        for one in mine.policies
        if one.policy not in known
    ]
    value = {
        "case": mine.no,
        "people": [{"id": mine.insured, "name": held.person.full_name}],
        "policies": policies,
        "claims": [{"no": mine.no, "insured": mine.insured, **stated(held.facts)}],
    }
    try:
        case = Case.model_validate(value)
    except ValidationError:
        return None
    bills = len(case.claims[0].invoices) + len(case.claims[0].diagnoses)
    most = max((line.invoice for policy in mine.policies for line in policy.lines), default=0)
    return case if most <= bills else None
