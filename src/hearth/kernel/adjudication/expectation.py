"""Expectation: what a case file says it should give, compared with what it gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hearth.kernel.adjudication.case import Case, Expect
from hearth.kernel.adjudication.chains import BadCase
from hearth.kernel.adjudication.decided import ClaimDecision, Decision, LineDecision, PolicyDecision
from hearth.words.money import fen_from_yuan, yuan

COLUMNS = (
    "eligible", "public", "others", "not_covered", "deductible", "own_share", "over_limits", "reduced_for_age",
    "payable",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One value of `expect` that came out otherwise."""

    place: str
    expected: str
    got: str


def compare(case: Case, decision: Decision) -> list[Difference]:
    """The `expect` entries of a case against its decision.

    Needs:   the decision of this case, with orders and worth
    Gives:   the differences, in file order; none where all came out as expected
    Raises:  BadCase where an entry names what is not there
    Source:  docs/cases.md
    """
    return [
        difference
        for n, expect in enumerate(case.expect)
        for difference in _one(f"expect {n + 1}", expect, case, decision)
    ]


def _one(place: str, expect: Expect, case: Case, decision: Decision) -> Iterable[Difference]:
    if expect.of is not None:
        yield from _used(place, expect, case, decision)
        return
    claims = [claim for claim in decision.claims if expect.claim in (None, claim.no)]
    if not claims:
        raise BadCase(place=f"{place}: claim", got=str(expect.claim), want="a claim of this case that is not void")
    yield from _amounts(place, expect, claims)
    claim = claims[0]
    if expect.gates is not None:
        gates = {gate.gate for line in _lines(expect, claims) for gate in line.gates if gate.result == "fail"}
        yield from _differs(place, "gates", tuple(sorted(expect.gates)), tuple(sorted(gates)))
    if expect.findings is not None:
        codes = tuple(sorted(finding.code for claim in claims for finding in claim.findings))
        yield from _differs(place, "findings", tuple(sorted(expect.findings)), codes)
    if expect.refund_premium is not None:
        refund = any(policy.refund_premium for policy in _policies(expect, claims))
        yield from _differs(place, "refund_premium", expect.refund_premium, refund)
    if expect.order is not None:
        tried = {one.order: one.total for one in claim.orders}
        got = tried.get(expect.order)
        yield from _differs(place, f"total of {' > '.join(expect.order)}", expect.total, got, money=True)
    if expect.recommended is not None:
        yield from _differs(place, "recommended", expect.recommended, claim.recommended)
    if expect.worth is not None:
        wanted = {paper.name.lower() for paper in expect.paper or ()}
        found = {frozenset(one.papers): one.amount for one in claim.worth}
        name = f"worth of {', '.join(sorted(wanted)) or 'disputed lines'}"
        yield from _differs(place, name, expect.worth, found.get(frozenset(wanted)), money=True)


def _differs(place: str, name: str, expected: Any, got: Any, money: bool = False) -> Iterable[Difference]:
    if expected != got:

        def show(value: Any) -> str:
            return yuan(value) if money and value is not None else str(value)

        yield Difference(f"{place}: {name}", show(expected), show(got))


def _policies(expect: Expect, claims: Iterable[ClaimDecision]) -> list[PolicyDecision]:
    policies = [policy for claim in claims for policy in claim.policies if expect.policy in (None, policy.policy)]
    if not policies:
        raise BadCase(place="expect: policy", got=str(expect.policy), want="a policy that the claim runs under")
    return policies


def _lines(expect: Expect, claims: Iterable[ClaimDecision]) -> list[LineDecision]:
    return [
        line
        for policy in _policies(expect, claims)
        for line in policy.lines
        if expect.invoice in (None, line.invoice) and expect.line in (None, line.line)
    ]


def _amounts(place: str, expect: Expect, claims: list[ClaimDecision]) -> Iterable[Difference]:
    lines = _lines(expect, claims)
    if not lines:
        raise BadCase(place=place, got=f"invoice {expect.invoice}, line {expect.line}", want="one that is there")
    for column in COLUMNS:
        expected = getattr(expect, column)
        if expected is not None:
            yield from _differs(place, column, expected, sum(getattr(line, column) for line in lines), money=True)
    for column in ("paid_out", "recovery"):
        expected = getattr(expect, column)
        if expected is not None:
            yield from _differs(place, column, expected, sum(getattr(claim, column) for claim in claims), money=True)


def _used(place: str, expect: Expect, case: Case, decision: Decision) -> Iterable[Difference]:
    found = [
        balance
        for balance in decision.balances
        if balance.rule == expect.of
        and expect.policy in (None, balance.policy, balance.span_name)
        and (expect.insured in (None, balance.insured) or balance.insured is None)
    ]
    assert expect.used is not None
    if not any(
        expect.policy in (None, policy.no)
        and expect.of in decision.rules[policy.no]
        and expect.insured in (None, *policy.insured)
        for policy in case.policies
    ):
        raise BadCase(place=f"{place}: of", got=str(expect.of), want="a rule of this policy, for one whom it insures")
    counts_fen = not found or found[0].unit in ("yuan", "sum_insured")
    expected: Any = fen_from_yuan(expect.used) if counts_fen else Decimal(str(expect.used))
    yield from _differs(place, f"used of {expect.of}", expected, sum(one.used for one in found), money=counts_fen)
