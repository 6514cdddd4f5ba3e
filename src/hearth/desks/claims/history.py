"""History: all that a limit reaches: the owner's contracts, what was decided under them, and the case made of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from hearth.desks.books.records import in_order
from hearth.desks.claims import facts as stated_facts
from hearth.desks.claims.reserving import advanced, held_back, letters
from hearth.desks.claims.waiving import measures_of
from hearth.desks.claims.wanting import wanted_by
from hearth.kernel.documents.checklist import papers_at_hand
from hearth.store.models import Claim, ClaimPolicy, InvoiceKey, Policy, Prepayment
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
    WITH RECURSIVE reached (start, kind, id) AS (
        SELECT start, 'p'::text, policy FROM unnest(%s::bigint[], %s::bigint[]) AS begun (start, policy)
        UNION
        SELECT r.start, more.kind, more.id FROM reached r CROSS JOIN LATERAL (
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
    SELECT r.start, r.kind, r.id, p.renews_id FROM (SELECT start, kind, id FROM reached LIMIT %s) r
        LEFT JOIN store_policy p ON r.kind = 'p' AND p.id = r.id
"""
"""Contracts and decided claims that reach one another, from some contracts on; several starts are told apart."""


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


@dataclass(frozen=True, slots=True)
class Beside:
    """What a claim's case rests on beside the claim's row and its reach."""

    policies: tuple[str, ...]
    """Numbers of the claim's policies, in the chosen order."""
    papers: tuple[str, ...]
    elsewhere: frozenset[str]
    """Keys of its invoices that other living claims use too, wherever they are."""
    decided: Mapping[int, dict[str, Any]]
    """Each decided claim of its reach as it stood in its own calculation, by id."""
    held_back: tuple[dict[str, Any], ...] = ()
    """What letters of guarantee of others hold back of the limits."""
    advanced: int = 0
    """What the hospital was paid in advance of this claim, in fen."""
    measures: tuple[dict[str, Any], ...] = ()
    """The emergency measures that it may fall under, as a case states them."""
    prepaid: int = 0
    """What the member was paid before there was a decision, in fen (Insurance Law art. 25)."""


def settled() -> Q:
    """Claims whose decision stands: agreed or not, paid or not; refused and withdrawn ones use nothing up."""
    return Q(decision__isnull=False) & ~Q(state=S.WITHDRAWN) & ~Q(decision__outcome=Outcome.REFUSED)


def reach(policies: Iterable[int], claim_no: str = "") -> Reach:
    """Everything that limits reach from these contracts: earlier and later years, the families they cover, and every
    decided claim under any of them, with the other contracts of those claims.
    """
    contracts, claims = _ids(list(policies), claim_no)
    decided = tuple(claim for claim in _decided(claims) if claim.claim_no != claim_no)
    return Reach(_contracts(contracts), decided)


def reach_of_many(starts: Mapping[int, Sequence[int]], claim_nos: Mapping[int, str]) -> dict[int, Reach]:
    """What each of several claims reaches from its contracts on; those that reach too much are left out.

    Needs:   ids of contracts, and the claim's own number, by the claim's id
    """
    found = ids_of_many(starts)
    contracts = _contracts({pk for policies, _ in found.values() for pk in policies})
    decided = _decided({pk for _, claims in found.values() for pk in claims})
    return {
        start: Reach(
            tuple(one for one in contracts if one.pk in policies),
            tuple(one for one in decided if one.pk in claims and one.claim_no != claim_nos[start]),
        )
        for start, (policies, claims) in found.items()
    }


def ids_of_many(starts: Mapping[int, Sequence[int]]) -> dict[int, tuple[dict[int, int | None], set[int]]]:
    """Ids of contracts, each with the one it renews, and of decided claims that each start reaches.

    Those that reach too much are left out.
    """
    most = MOST_CLAIMS + MOST_POLICIES
    found: dict[int, tuple[dict[int, int | None], set[int]]] = {start: ({}, set()) for start in starts}
    rows = _reached(starts, most)
    for start, kind, pk, renews in rows:
        if kind == "c":
            found[start][1].add(pk)
        else:
            found[start][0][pk] = renews
    if len(rows) > most:
        return {}
    return {start: one for start, one in found.items() if len(one[1]) <= MOST_CLAIMS}


def _contracts(found: Iterable[int]) -> tuple[Policy, ...]:
    return tuple(Policy.objects.filter(pk__in=found).prefetch_related("covers").order_by("starts_on", "pk"))


def _decided(found: Iterable[int]) -> tuple[Claim, ...]:
    claims = Claim.objects.filter(pk__in=found).select_related("decision").defer("facts", "story")
    return tuple(claims.order_by("reported_at", "pk"))


def _reached(starts: Mapping[int, Sequence[int]], most: int) -> list[tuple[int, str, int, int | None]]:
    begun = [(start, policy) for start, policies in starts.items() for policy in policies]
    with connection.cursor() as cursor:
        cursor.execute(
            _REACH,
            [
                [start for start, _ in begun],
                [policy for _, policy in begun],
                S.WITHDRAWN.value,
                Outcome.REFUSED.value,
                most + 1,
            ],
        )
        return list(cursor.fetchall())


def _ids(policies: list[int], claim_no: str) -> tuple[dict[int, int | None], list[int]]:
    """Contracts, each with the one it renews, and decided claims that reach one another, by their ids."""
    rows = _reached({0: policies}, MOST_CLAIMS + MOST_POLICIES)
    found = {pk: renews for _, kind, pk, renews in rows if kind == "p"}
    claims = [pk for _, kind, pk, _ in rows if kind == "c"]
    if len(claims) > MOST_CLAIMS or len(rows) > MOST_CLAIMS + MOST_POLICIES:
        raise HistoryTooLong(claim_no=claim_no, got=len(claims), most=MOST_CLAIMS)
    return found, claims


def decided_beside(policies: Iterable[int], claims: Iterable[int]) -> bool:
    """Whether these contracts reach a decided claim other than these; nobody is waited for."""
    _, found = _ids(list(policies), "")
    return bool(set(found) - set(claims))


def one_at_a_time(policies: Iterable[int], claim_no: str = "") -> None:
    """Let one calculation at a time go on for these contracts: two claims never use up the same deductible."""
    found, _ = _ids(list(policies), claim_no)
    # Whoever decides under these contracts waits for others who decide under them: the first of every chain.
    for owner in sorted(set(roots(found).values())):
        in_order(owner_key(owner))


def owner_key(owner: int) -> str:
    """Under which name one waits for others who decide about an owner."""
    return f"hearth.owner:{owner}"


def roots(earlier: Mapping[int, int | None]) -> dict[int, int]:
    """The first contract of every contract's chain."""
    roots = {}
    for start in earlier:
        at, seen = start, {start}
        while (before := earlier.get(at)) is not None and before not in seen:
            at = before
            seen.add(at)
        roots[start] = at
    return roots


def case_value(claim: Claim, at: datetime, reached: Reach, beside: Beside) -> dict[str, Any]:
    """The whole case of a claim as plain data (docs/cases.md): every contract, every decided claim, and this one."""
    value = case_of_decided(reached, f"claim {claim.claim_no}", known_of=(claim,), stated=beside.decided)
    value["used"] += beside.held_back
    value["claims"].append(_claim_value(claim, at, reached, beside))
    people = {one["id"] for one in value["people"]}
    if _person(claim.person_id) not in people:
        value["people"].append(person_value(claim.person_id, (claim,)))
    return value


def beside_of(
    claims: Sequence[Claim], rows: Mapping[int, Sequence[ClaimPolicy]], reached: Mapping[int, Reach], at: datetime
) -> dict[int, Beside]:
    """What the cases of claims rest on beside rows and reach, asked for once for all of them.

    Needs:   the policies of each claim (wanting.policies_of) and what each reaches, by the claim's id
    """
    decided = as_calculated([one for claim in claims for one in reached[claim.pk].claims])
    used = elsewhere(claims, reached)
    listed = wanted_by(claims, rows, at)
    contracts = {policy.pk for one in reached.values() for policy in one.policies}
    seldom = _seldom([claim.pk for claim in claims], contracts, at)
    paid_before = advanced(claims) if seldom.is_advanced else {}
    prepayments = prepaid(claims) if seldom.is_prepaid else {}
    waived = measures_of(claims, rows, at) if seldom.is_waived else defaultdict(list)
    promised = letters(contracts) if seldom.is_promised else ()
    return {
        claim.pk: Beside(
            policies=tuple(row.policy.policy_no for row in rows[claim.pk]),
            papers=tuple(paper.name.lower() for paper in papers_at_hand(listed[claim.pk])),
            elsewhere=used[claim.pk],
            decided=decided,
            held_back=held_back(reached[claim.pk].policies, promised, except_claim=claim.pk),
            measures=tuple(waived[claim.pk]),
            advanced=paid_before.get(claim.pk, 0),
            prepaid=prepayments.get(claim.pk, 0),
        )
        for claim in claims
    }


class _Seldom(NamedTuple):
    """What few claims rest on: whether any of some do."""

    is_advanced: bool
    is_prepaid: bool
    is_waived: bool
    is_promised: bool


def _seldom(claims: Iterable[int], contracts: Iterable[int], at: datetime) -> _Seldom:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM store_advance WHERE claim_id = ANY(%(claims)s)),"
            " EXISTS (SELECT 1 FROM store_prepayment WHERE claim_id = ANY(%(claims)s)),"
            " EXISTS (SELECT 1 FROM store_emergencymeasure WHERE is_approved AND decided_at <= %(at)s),"
            " EXISTS (SELECT 1 FROM store_guarantee g JOIN store_advance a ON a.id = g.advance_id"
            " WHERE a.policy_id = ANY(%(contracts)s))",
            {"claims": list(claims), "contracts": list(contracts), "at": at},
        )
        return _Seldom(*cursor.fetchone())


def case_of_decided(
    reached: Reach,
    name: str,
    known_of: Sequence[Claim] = (),
    stated: Mapping[int, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The case of contracts and decided claims alone: what a void or a late event is measured on."""
    alive = [policy for policy in reached.policies if _stands(policy)]
    nos = {policy.pk: policy.policy_no for policy in alive}
    stated = as_calculated(reached.claims) if stated is None else stated
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
        "people": [person_value(person, (*reached.claims, *known_of)) for person in covered],
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


def person_value(person_id: int, claims: Sequence[Claim]) -> dict[str, Any]:
    """Somebody as a case states them: what illness was known, as found for these claims."""
    known = [entry for claim in claims if claim.person_id == person_id for entry in claim.known]
    once = {(entry["icd"], entry["evidence_on"]): entry for entry in known}
    value: dict[str, Any] = {"id": _person(person_id)}
    if once:
        value["pre_existing"] = [
            {name: text for name, text in entry.items() if text is not None}
            for _, entry in sorted(once.items(), key=str)
        ]
    return value


def _claim_value(claim: Claim, at: datetime, reached: Reach, beside: Beside) -> dict[str, Any]:
    nos = {policy.policy_no for policy in reached.policies if _stands(policy)}
    value = {
        "no": claim.claim_no,
        "insured": _person(claim.person_id),
        "registered_on": day_in_china(claim.reported_at or at).isoformat(),
        "policies": [no for no in beside.policies if no in nos],
        "papers": list(beside.papers),
        **stated_facts.with_marks(claim.facts, claim.marks),
    }
    if beside.measures:
        value["measures"] = list(beside.measures)
    if beside.advanced:
        value["advance"] = yuan(beside.advanced)
    if beside.prepaid:
        value["prepaid"] = yuan(beside.prepaid)
    for invoice in value.get("invoices", ()):
        if stated_facts.key_of(invoice) in beside.elsewhere:
            invoice["used_elsewhere"] = True
    return value


def prepaid(claims: Iterable[Claim]) -> dict[int, int]:
    """What was paid, or is to be paid by a second person's word, before these claims are decided: fen by claim's id.

    A payment that failed or came back counts until another account is named: it is owed all the same.
    """
    found = Prepayment.objects.filter(claim__in=[claim.pk for claim in claims], state="approved")
    return dict(found.values_list("claim", "amount_fen"))


def elsewhere(claims: Sequence[Claim], reached: Mapping[int, Reach]) -> dict[int, frozenset[str]]:
    """The keys of each claim's invoices that another living claim outside its case uses too: a person looks at them."""
    keys = {
        claim.pk: {
            key for one in stated_facts.stated(claim.facts).get("invoices", ()) if (key := stated_facts.key_of(one))
        }
        for claim in claims
    }
    used: dict[str, set[int]] = defaultdict(set)
    living = InvoiceKey.objects.filter(key__in=set().union(*keys.values())).exclude(
        claim__state__in=(S.DRAFT, S.WITHDRAWN)
    )
    for key, claim_id in living.values_list("key", "claim_id"):
        used[key].add(claim_id)
    return {
        claim.pk: frozenset(
            key for key in keys[claim.pk] if used[key] - {claim.pk, *(one.pk for one in reached[claim.pk].claims)}
        )
        for claim in claims
    }


def as_calculated(claims: Sequence[Claim]) -> dict[int, dict[str, Any]]:
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
