"""Chains: contracts that continue one another, and the order in which claims run under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Any

from hearth.kernel.adjudication.case import Case, Claim, Policy
from hearth.kernel.product.book import claim_order
from hearth.kernel.product.terms import Terms
from hearth.words.codes import ClaimOrder
from hearth.words.days import add_months
from hearth.words.faults import Fault, OrdersDiffer, UnknownProduct


class BadCase(Fault):
    """A case that names what is not there or cannot be."""

    code, status = "BAD_CASE", 422
    says = "{place}: got {got}; want {want}."
    says_zh = "{place}：收到的是 {got}，应为 {want}。"


@dataclass(frozen=True)
class Chain:
    """Contracts that continue one another, in order of their first day."""

    number: int
    policies: tuple[Policy, ...]
    terms: Terms


def one_year_after(day: date) -> date:
    """The first day no longer covered by a contract of one year.

    Needs:   the first day
    Gives:   the same day a year on (28 February for 29 February)
    Source:  Civil Code art. 202
    """
    return add_months(day, 12)


def chains_of(case: Case, products: Mapping[str, Terms]) -> tuple[Chain, ...]:
    """Contracts gathered by what they renew.

    Needs:   the products that the policies name, unless the case states them
    Gives:   chains in the order of their first policy in the file
    Raises:  UnknownProduct, BadCase
    Source:  docs/computing.md 1
    """
    known = {**products, **{terms.code: terms for terms in case.terms}}
    by_no = {policy.no: policy for policy in case.policies}
    root: dict[str, str] = {}
    for policy in case.policies:
        seen = [policy.no]
        while (earlier := by_no[seen[-1]].renews) is not None:
            if earlier in seen:
                raise BadCase(place=f"policy {policy.no}", got="a circle of renewals", want="a first contract")
            seen.append(earlier)
        root[policy.no] = seen[-1]
    chains = []
    for number, first in enumerate(dict.fromkeys(root[policy.no] for policy in case.policies)):
        years = sorted((p for p in case.policies if root[p.no] == first), key=lambda p: p.starts_on)
        for policy in years:
            if policy.product not in known:
                raise UnknownProduct(product=policy.product, known=", ".join(sorted(known)) or "none")
            terms = known[policy.product]
            if policy.product != years[0].product:
                raise BadCase(
                    place=f"policy {policy.no}", got=f"product {policy.product}",
                    want=f"{years[0].product}, the product that it renews",
                )  # fmt: skip
            if policy.plan is not None and policy.plan not in terms.plans:
                raise BadCase(
                    place=f"policy {policy.no}", got=f"plan {policy.plan}", want=f"one of {', '.join(terms.plans)}"
                )
            codes = {clause.clause for clause in terms.exclusions}
            for clause in policy.unproven_clauses:
                if clause not in codes:
                    raise BadCase(
                        place=f"policy {policy.no}: unproven_clauses", got=clause,
                        want=f"a clause of an exclusion ({', '.join(sorted(codes)) or 'there are none'})",
                    )  # fmt: skip
        for before, then in pairwise(years):
            if then.starts_on < ends_on(before):
                raise BadCase(
                    place=f"policy {then.no}", got=f"start {then.starts_on} before {before.no} ends",
                    want=f"{ends_on(before)} or later",
                )  # fmt: skip
        chains.append(Chain(number, tuple(years), known[years[0].product]))
    return tuple(chains)


def ends_on(policy: Policy) -> date:
    """First day that a policy no longer covers.

    Needs:   a policy
    Gives:   its stated end, else a year after its start
    Source:  docs/cases.md
    """
    return policy.ends_on if policy.ends_on is not None else one_year_after(policy.starts_on)


def chains_of_claim(claim: Claim, chains: Sequence[Chain]) -> list[int]:
    """The chains a claim runs under, in the chosen order.

    Needs:   chains of the case
    Gives:   their numbers; those that insure the person, as listed, where the claim names none
    Raises:  BadCase where a named policy does not insure the person
    Source:  docs/computing.md 1; Health Insurance Regulation art. 25
    """
    insuring = [chain.number for chain in chains if any(claim.insured in p.insured for p in chain.policies)]
    if claim.policies is None:
        return insuring
    of_policy = {policy.no: chain.number for chain in chains for policy in chain.policies}
    chosen = list(dict.fromkeys(of_policy[no] for no in claim.policies))
    for no in claim.policies:
        if of_policy[no] not in insuring:
            raise BadCase(place=f"claim {claim.no}: policies", got=no, want=f"a policy that insures {claim.insured}")
    return chosen


def event_day(claim: Claim) -> date:
    """The earliest event day of a claim's invoices and diagnoses.

    Needs:   a claim with at least one
    Gives:   a day
    Source:  docs/computing.md 1
    """
    return min([*(invoice.event_on for invoice in claim.invoices), *(diagnosis.on for diagnosis in claim.diagnoses)])


def _order_key(claim: Claim, place: int, order: ClaimOrder) -> tuple[Any, ...]:
    registered = claim.registered_on or date.max
    if order is ClaimOrder.EVENT_DAY:
        return (event_day(claim), registered, place)
    if order is ClaimOrder.REGISTRATION:
        return (registered, event_day(claim), place)
    return (claim.settled_on or date.max, registered, event_day(claim), place)


def steps_in_order(case: Case, chains: Sequence[Chain]) -> list[tuple[int, int]]:
    """(claim, chain) in an order that respects every chain's claim order and every claim's order of chains.

    Needs:   chains of the case
    Gives:   every claim that is not void under each of its chains
    Raises:  OrdersDiffer where the orders wait for one another
    Source:  docs/computing.md 1
    """
    runs = {n: chains_of_claim(claim, chains) for n, claim in enumerate(case.claims) if not claim.void}
    after: dict[tuple[int, int], list[tuple[int, int]]] = {(n, k): [] for n, ks in runs.items() for k in ks}
    waits = dict.fromkeys(after, 0)

    def wait_in_turn(turn: Sequence[tuple[int, int]]) -> None:
        for before, then in pairwise(turn):
            after[before].append(then)
            waits[then] += 1

    for chain in chains:
        order = claim_order(chain.terms)
        mine = sorted(
            (n for n, ks in runs.items() if chain.number in ks), key=lambda n: _order_key(case.claims[n], n, order)
        )
        wait_in_turn([(n, chain.number) for n in mine])
    for n, ks in runs.items():
        wait_in_turn([(n, k) for k in ks])
    rank = {n: _order_key(case.claims[n], n, ClaimOrder.EVENT_DAY) for n in runs}
    ready = [(rank[n], runs[n].index(k), n, k) for (n, k), count in waits.items() if count == 0]
    heapify(ready)
    steps = []
    while ready:
        _, _, n, k = heappop(ready)
        steps.append((n, k))
        for then in after[n, k]:
            waits[then] -= 1
            if waits[then] == 0:
                heappush(ready, (rank[then[0]], runs[then[0]].index(then[1]), *then))
    if len(steps) < len(waits):
        stuck = min(n for (n, k), count in waits.items() if count > 0)
        raise OrdersDiffer(claim=case.claims[stuck].no)
    return steps
