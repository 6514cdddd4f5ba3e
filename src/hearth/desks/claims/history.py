"""History: all that a limit reaches: the owner's contracts, what was decided under them, and the case made of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from hearth.desks.books.records import in_order
from hearth.desks.claims import facts as stated_facts
from hearth.desks.claims.wanting import wanted
from hearth.kernel.documents.checklist import papers_at_hand
from hearth.store.models import Claim, InvoiceKey, Policy
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState, Outcome
from hearth.words.faults import Fault
from hearth.words.money import yuan

S = ClaimState

POLICY_FACTS = (
    "continuous_since", "guaranteed_since", "with_social_insurance", "claim_free_years", "sum_insured",
    "premium_paid", "premium_due", "arrears", "unproven_clauses",
)  # fmt: skip
"""What a case knows of a policy beyond the columns."""

MOST_CLAIMS = 5_000
"""Settled claims that one calculation reaches at most: a household's life; a group contract is computed in batches."""


MOST_POLICIES = 5_000

_REACH = """
    WITH RECURSIVE reached (kind, id) AS (
        SELECT 'p'::text, unnest(%s::bigint[])
        UNION
        SELECT more.kind, more.id FROM reached r CROSS JOIN LATERAL (
            SELECT 'p'::text AS kind, p.renews_id AS id FROM store_policy p
                WHERE r.kind = 'p' AND p.id = r.id AND p.renews_id IS NOT NULL
            UNION ALL
            SELECT 'p', p.id FROM store_policy p WHERE r.kind = 'p' AND p.renews_id = r.id
            UNION ALL
            SELECT 'c', c.id FROM store_claimpolicy cp JOIN store_claim c ON c.id = cp.claim_id
                JOIN store_decision d ON d.id = c.decision_id
                WHERE r.kind = 'p' AND cp.policy_id = r.id AND c.state <> %s AND d.outcome <> %s
            UNION ALL
            SELECT 'p', cp.policy_id FROM store_claimpolicy cp WHERE r.kind = 'c' AND cp.claim_id = r.id
        ) more
    )
    SELECT kind, id FROM reached LIMIT %s
"""
"""Contracts and decided claims that reach one another, from some contracts on."""


class HistoryTooLong(Fault):
    """More history than one calculation takes."""

    code, status = "HISTORY_TOO_LONG", 422
    says = "Claim {claim_no} reaches {got} earlier claims; one calculation takes {most}. Decide it in a batch."
    says_zh = "赔案 {claim_no} 涉及 {got} 个以往赔案，单次理算最多 {most} 个，请用批量方式处理。"


@dataclass(frozen=True, slots=True)
class Reach:
    """The contracts and the decided claims that a calculation rests on, in a fixed order."""

    policies: tuple[Policy, ...]
    claims: tuple[Claim, ...]


def settled() -> Q:
    """Claims whose decision stands: agreed or not, paid or not; refused and withdrawn ones use nothing up."""
    return Q(decision__isnull=False) & ~Q(state=S.WITHDRAWN) & ~Q(decision__outcome=Outcome.REFUSED)


def reach(policies: Iterable[int], claim_no: str = "") -> Reach:
    """Everything that limits reach from these contracts: earlier and later years, the families they cover, and every
    decided claim under any of them, with the other contracts of those claims.
    """
    found, claims = _ids(list(policies), claim_no)
    contracts = tuple(Policy.objects.filter(pk__in=found).prefetch_related("covers").order_by("starts_on", "pk"))
    decided = tuple(
        Claim.objects.filter(pk__in=claims)
        .exclude(claim_no=claim_no)
        .select_related("decision")
        .defer("facts", "story")
        .order_by("reported_at", "pk")
    )
    return Reach(contracts, decided)


def _ids(policies: list[int], claim_no: str) -> tuple[list[int], list[int]]:
    """Contracts and decided claims that reach one another, by their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_REACH, [policies, S.WITHDRAWN.value, Outcome.REFUSED.value, MOST_CLAIMS + MOST_POLICIES + 1])
        rows = cursor.fetchall()
    found = [pk for kind, pk in rows if kind == "p"]
    claims = [pk for kind, pk in rows if kind == "c"]
    if len(claims) > MOST_CLAIMS or len(rows) > MOST_CLAIMS + MOST_POLICIES:
        raise HistoryTooLong(claim_no=claim_no, got=len(claims), most=MOST_CLAIMS)
    return found, claims


def one_at_a_time(policies: Iterable[int], claim_no: str = "") -> None:
    """Let one calculation at a time go on for these contracts: two claims never use up the same deductible."""
    found, _ = _ids(list(policies), claim_no)
    earlier = dict(Policy.objects.filter(pk__in=found).values_list("pk", "renews_id"))
    for root in sorted(set(_roots(earlier).values())):
        in_order(f"hearth.owner:{root}")


def _roots(earlier: Mapping[int, int | None]) -> dict[int, int]:
    """The first contract of every contract's chain."""
    roots = {}
    for start in earlier:
        at, seen = start, {start}
        while (before := earlier.get(at)) is not None and before not in seen:
            at = before
            seen.add(at)
        roots[start] = at
    return roots


def case_value(claim: Claim, at: datetime, reached: Reach) -> dict[str, Any]:
    """The whole case of a claim as plain data (docs/cases.md): every contract, every decided claim, and this one."""
    value = case_of_decided(reached, f"claim {claim.claim_no}", known_of=(claim,))
    value["claims"].append(_claim_value(claim, at, reached))
    people = {one["id"] for one in value["people"]}
    if _person(claim.person_id) not in people:
        value["people"].append(_person_value(claim.person_id, (claim,)))
    return value


def case_of_decided(reached: Reach, name: str, known_of: Sequence[Claim] = ()) -> dict[str, Any]:
    """The case of contracts and decided claims alone: what a void or a late event is measured on."""
    alive = [policy for policy in reached.policies if _stands(policy)]
    nos = {policy.pk: policy.policy_no for policy in alive}
    stated = _as_calculated(reached.claims)
    claims = []
    for claim in reached.claims:
        entry = stated.get(claim.pk)
        if entry is None or claim.decision is None:
            continue
        under = [no for no in entry.get("policies", ()) if no in nos.values()]
        if under:
            settled_on = day_in_china(claim.decision.decided_at).isoformat()
            claims.append({**entry, "policies": under, "settled_on": settled_on})
    covered = sorted({cover.person_id for policy in alive for cover in policy.covers.all()})
    return {
        "case": name,
        "people": [_person_value(person, (*reached.claims, *known_of)) for person in covered],
        "policies": [_policy_value(policy, nos) for policy in alive],
        "used": [{"policy": policy.policy_no, **used} for policy in alive for used in policy.facts.get("used", ())],
        "claims": claims,
    }


def _stands(policy: Policy) -> bool:
    return policy.state != "void" and (policy.ended_on is None or policy.ended_on > policy.starts_on)


def _policy_value(policy: Policy, nos: dict[int, str]) -> dict[str, Any]:
    ends_on = policy.ends_on if policy.ended_on is None else min(policy.ends_on, policy.ended_on)
    value: dict[str, Any] = {
        "no": policy.policy_no,
        "product": policy.product,
        "starts_on": policy.starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "insured": [_person(cover.person_id) for cover in sorted(policy.covers.all(), key=lambda cover: cover.pk)],
        "premium": yuan(policy.premium_fen),
        **{name: policy.facts[name] for name in POLICY_FACTS if name in policy.facts},
    }
    if policy.plan:
        value["plan"] = policy.plan
    if policy.renews_id is not None and nos.get(policy.renews_id) is not None:
        value["renews"] = nos[policy.renews_id]
    return value


def _person(person_id: int) -> str:
    return f"person:{person_id}"


def _person_value(person_id: int, claims: Sequence[Claim]) -> dict[str, Any]:
    known = [entry for claim in claims if claim.person_id == person_id for entry in claim.known]
    once = {(entry["icd"], entry["evidence_on"]): entry for entry in known}
    value: dict[str, Any] = {"id": _person(person_id)}
    if once:
        value["pre_existing"] = [
            {name: text for name, text in entry.items() if text is not None}
            for _, entry in sorted(once.items(), key=str)
        ]
    return value


def _claim_value(claim: Claim, at: datetime, reached: Reach) -> dict[str, Any]:
    nos = {policy.policy_no for policy in reached.policies if _stands(policy)}
    rows = claim.policies.select_related("policy").order_by("position")
    value = {
        "no": claim.claim_no,
        "insured": _person(claim.person_id),
        "registered_on": day_in_china(claim.reported_at or at).isoformat(),
        "policies": [row.policy.policy_no for row in rows if row.policy.policy_no in nos],
        "papers": [paper.name.lower() for paper in papers_at_hand(wanted(claim, at))],
        **stated_facts.with_marks(claim.facts, claim.marks),
    }
    _mark_used_elsewhere(claim, value, reached)
    return value


def _mark_used_elsewhere(claim: Claim, value: dict[str, Any], reached: Reach) -> None:
    """An invoice that another living claim outside this case uses too is for a person to look at."""
    keys = [stated_facts.key_of(invoice) for invoice in value.get("invoices", ())]
    inside = {claim.pk, *(one.pk for one in reached.claims)}
    elsewhere = set(
        InvoiceKey.objects.filter(key__in=[key for key in keys if key])
        .exclude(claim__in=inside)
        .exclude(claim__state__in=(S.DRAFT, S.WITHDRAWN))
        .values_list("key", flat=True)
    )
    for invoice, key in zip(value.get("invoices", ()), keys, strict=True):
        if key in elsewhere:
            invoice["used_elsewhere"] = True


def _as_calculated(claims: Sequence[Claim]) -> dict[int, dict[str, Any]]:
    """The decided claims as they stood in their own calculations: what was decided upon, not what was typed since."""
    if not claims:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.claim_id, jsonb_path_query_first(c.\"case\", '$.claims[*] ? (@.no == $no)',"
            " jsonb_build_object('no', k.claim_no))"
            " FROM store_decision d JOIN store_calculation c ON c.id = d.calculation_id"
            " JOIN store_claim k ON k.id = d.claim_id WHERE d.id = ANY(%s)",
            [[claim.decision_id for claim in claims]],
        )
        return {claim_id: _loaded(entry) for claim_id, entry in cursor.fetchall() if entry is not None}


def _loaded(entry: Any) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(entry) if isinstance(entry, str) else entry
    return value
