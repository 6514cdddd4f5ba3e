"""Verdict: a decision, live or as it was kept, put into the pictures and sentences of the case page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from hearth.desks.claims import facts as stated_facts
from hearth.desks.claims.calculating import Drafted
from hearth.doors.office.explore import offer
from hearth.doors.office.explore.outcome import ClaimView, show
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import ClaimDecision, Decision
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.product.terms import Bilingual
from hearth.store.access.claims_case import CaseFile

Some = TypeVar("Some")


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
    mine = revived(ClaimDecision, kept)
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


def revived(kind: type[Some], value: Mapping[str, Any]) -> Some:
    """A part of a decision back from the plain data that `to_json` made of it."""
    hints: dict[str, Any] = _hints(kind)  # type: ignore[arg-type]
    return kind(**{one.name: _as(hints[one.name], value[one.name]) for one in fields(kind)})  # type: ignore[arg-type]


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _as(hint: Any, value: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return None if value is None else _as(next(one for one in inner if one is not type(None)), value)
    if origin is tuple:
        if inner[-1] is Ellipsis:
            return tuple(_as(inner[0], each) for each in value)
        return tuple(_as(one, each) for one, each in zip(inner, value, strict=True))
    if origin is dict:
        return {key: _as(inner[1], each) for key, each in value.items()}
    if hint is Bilingual:
        return Bilingual(zh=value["zh"], en=value["en"])
    if hint is date:
        return date.fromisoformat(value)
    return revived(hint, value) if is_dataclass(hint) and isinstance(hint, type) else value
