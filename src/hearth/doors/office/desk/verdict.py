"""Verdict: a decision, live or as it was kept, put into the pictures and sentences of the case page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hearth.desks.claims import facts as stated_facts
from hearth.desks.claims.calculating import Drafted
from hearth.doors.office.explore import offer
from hearth.doors.office.explore.outcome import ClaimView, show
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import ClaimDecision, Decision, from_json
from hearth.kernel.adjudication.decision import decide
from hearth.store.access.claims_case import CaseFile


@dataclass(frozen=True)
class Verdict:
    """What the case page shows of a decision: the picture, and the amounts in fen."""

    view: ClaimView
    payable: int
    paid_out: int


def of_draft(drafted: Drafted, lang: str) -> Verdict:
    """The decision as it would be now."""
    case = Case.model_validate(drafted.case)
    return _shown(case, drafted.decision, drafted.mine, lang)


def of_result(file: CaseFile, result: Mapping[str, Any], lang: str) -> Verdict:
    """A decision as it was kept."""
    (kept,) = result["claims"]
    mine = from_json(ClaimDecision, kept)
    return _shown(_case_of(file, mine), Decision("", (mine,), (), {}), mine, lang)


def with_changes(
    drafted: Drafted, claim_no: str, facts: Mapping[str, Any], marks: list[dict[str, Any]], lang: str
) -> Verdict:
    """The decision as it would be with other facts or marks of this claim.  Raises: Fault, ValidationError."""
    value = dict(drafted.case)
    before = next(claim for claim in value["claims"] if claim["no"] == claim_no)
    kept = {name: each for name, each in before.items() if name not in stated_facts.STATED}
    changed = {**kept, **stated_facts.with_marks(facts, marks)}
    value["claims"] = [changed if claim["no"] == claim_no else claim for claim in value["claims"]]
    case = Case.model_validate(value)
    decision = decide(case, offer.products()[0])
    return _shown(case, decision, next(one for one in decision.claims if one.no == claim_no), lang)


def _shown(case: Case, decision: Decision, mine: ClaimDecision, lang: str) -> Verdict:
    only = replace(decision, claims=(mine,), balances=())
    return Verdict(show(case, only, offer.products()[0], lang).claims[0], mine.payable, mine.paid_out)


def _case_of(file: CaseFile, mine: ClaimDecision) -> Case:
    """Enough of a case to read a kept decision by: the claim as it was stated, and its policies."""
    nos = [policy.policy_no for policy in file.policies]
    return Case.model_validate(
        {
            "case": file.row.claim_no,
            "people": [{"id": mine.insured, "name": file.person.full_name}],
            "policies": [
                {
                    "no": policy.policy_no,
                    "product": policy.product,
                    "starts_on": policy.starts_on,
                    "insured": [mine.insured],
                }
                for policy in file.policies
            ],
            "claims": [
                {
                    "no": mine.no,
                    "insured": mine.insured,
                    "policies": nos,
                    **stated_facts.with_marks(file.facts, file.marks),
                }
            ],
        }
    )
