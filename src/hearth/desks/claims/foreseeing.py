"""Foreseeing: what a stay that is not over would come to, what is left of the limits, and what advances hold back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from hearth.desks.books.outlook import Outlook, Stay
from hearth.desks.claims import sold
from hearth.desks.claims.history import case_of_decided, one_at_a_time, person_value, reach
from hearth.desks.claims.reserving import held_back, letters
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import Decision, PolicyDecision
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.advances.tier import Bounds
from hearth.kernel.product.terms import StayTiers
from hearth.store.models import Policy
from hearth.words.calendar import day_in_china
from hearth.words.money import yuan

EVERYTHING_FEN = 100_000_000_00
"""A bill larger than any limit: what is paid of it is what is left of them."""

HOLDING = ("policy_year", "guaranteed", "life", "month")
"""Spans of limits that a promise holds back; those of a visit or a stay are the stay's own."""


def foresee(stay: Stay, at: datetime) -> Outlook:
    """What a contract would pay for a stay.  (1) alone (2) without it (3) with its cost (4) with more than any limit.

    What it adds to all that the owner's claims pay is counted: a stay between two decided claims takes nothing from
    the later one.
    Needs:   a transaction under way
    Raises:  NotComputable's causes as they are: a case that cannot be decided.
    """
    policy = Policy.objects.get(pk=stay.policy_id)
    terms = sold.terms_of(policy.product)
    service = terms.advance
    # 1.
    one_at_a_time([policy.pk])
    reached = reach([policy.pk])
    value = case_of_decided(reached, f"advance {stay.advance_no}")
    promised = letters([one.pk for one in reached.policies])
    value["used"] = [*value["used"], *held_back(reached.policies, promised, except_advance=stay.advance_no)]
    person = f"person:{stay.person_id}"
    if person not in {one["id"] for one in value["people"]}:
        value["people"].append(person_value(stay.person_id, reached.claims))
    products = {code: each.terms for code, each in sold.sold().items()}
    # 2.
    before = _total(_decided(value, products)) if value["claims"] else 0
    # 3.
    with_it = _decided(_with(value, stay, policy, max(stay.cost_fen, 100), at), products)
    mine = next(one for one in with_it.claims if one.no == _no(stay))
    # 4.
    most = _decided(_with(value, stay, policy, EVERYTHING_FEN, at), products)
    part = next((one for one in mine.policies if one.policy == policy.policy_no), None)
    most_part = next((one for claim in most.claims if claim.no == _no(stay) for one in claim.policies), None)
    return Outlook(
        policy_id=policy.pk,
        has_service=service is not None,
        service_clause=service.clause if service else "",
        share_bp=service.share.at(policy.starts_on) if service else 0,
        valid_days=service.valid_days.at(policy.starts_on) if service else 0,
        programmes=service.programmes if service else (),
        expected_fen=max(0, _total(with_it) - before) if stay.cost_fen else 0,
        limit_left_fen=max(0, _total(most) - before),
        gates=_gates(part),
        reserved=_reserved(most_part, person, stay),
        tiers=_tiers(service.tiers, policy.starts_on) if service and service.tiers else Bounds(),
    )


def _tiers(stated: StayTiers, first: date) -> Bounds:
    return Bounds(stated.serious, stated.raised_from.at(first), stated.close_from.at(first))


def _no(stay: Stay) -> str:
    return f"stay-{stay.advance_no}"


def _with(value: Mapping[str, Any], stay: Stay, policy: Policy, cost: int, at: datetime) -> dict[str, Any]:
    until = max(stay.admitted_on + timedelta(days=1), min(day_in_china(at), stay.admitted_on + timedelta(days=60)))
    invoice: dict[str, Any] = {
        "setting": "inpatient",
        "admitted_on": stay.admitted_on.isoformat(),
        "discharged_on": until.isoformat(),
        "hospital": {"name": stay.hospital, "level": stay.level, "ownership": stay.ownership},
        "icd": stay.icd,
        "lines": [{"category": "surgery", "amount": yuan(cost)}],
    }
    if stay.is_emergency:
        invoice["emergency"] = True
    claim = {
        "no": _no(stay),
        "insured": f"person:{stay.person_id}",
        "registered_on": day_in_china(at).isoformat(),
        "policies": [policy.policy_no],
        "invoices": [invoice],
    }
    return {**value, "claims": [*value["claims"], claim]}


def _decided(value: Mapping[str, Any], products: Mapping[str, Any]) -> Decision:
    return decide(Case.model_validate(value), products, orders=False, worth=False)


def _total(decision: Decision) -> int:
    return sum(one.payable for one in decision.claims)


def _gates(part: PolicyDecision | None) -> tuple[tuple[str, str, str], ...]:
    if part is None:
        return (("in_force", "fail", ""),)
    found = {(gate.gate, gate.result, gate.clause or "") for line in part.lines if line.line for gate in line.gates}
    return tuple(sorted(found))


def _reserved(part: PolicyDecision | None, person: str, stay: Stay) -> tuple[dict[str, Any], ...]:
    if part is None:
        return ()
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for unit in part.units:
        for rule in unit.rules:
            if rule.is_limit and rule.unit in ("yuan", "sum_insured") and rule.span in HOLDING:
                found[rule.code] = {"of": rule.code, "insured": person}
                if rule.span == "month":
                    found[rule.code]["on"] = stay.admitted_on.isoformat()
    return tuple(found[code] for code in sorted(found))
