"""The random owner-years reach every reason, gate and rule, and the turns of the contract that are easily missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

from hearth.kernel.adjudication.case import Claim, Invoice
from hearth.kernel.product.terms import Benefit
from hearth.words.codes import Gate, Reason, Setting
from hearth.words.faults import OrdersDiffer
from tests.twins.clerk import LineResult, Result, adjudicate_by_hand
from tests.twins.generator import Instance, seeded

YEARS = 2_000


@cache
def worked_out() -> list[tuple[Instance, Result | None]]:
    """Owner-years with the clerk's answer, None where the orders of claims go in a circle."""
    found: list[tuple[Instance, Result | None]] = []
    for instance in map(seeded, range(YEARS)):
        try:
            found.append((instance, adjudicate_by_hand(instance.case, instance.products)))
        except OrdersDiffer:
            found.append((instance, None))
    return found


def answers() -> Iterator[tuple[Instance, Result]]:
    return ((instance, result) for instance, result in worked_out() if result is not None)


def benefit_of(instance: Instance, chain: str, code: str) -> Benefit:
    product = next(policy.product for policy in instance.case.policies if policy.no == chain)
    return next(benefit for benefit in instance.products[product].benefits if benefit.code == code)


def test_the_random_owner_years_reach_every_reason_and_gate() -> None:
    reasons: Counter[Reason] = Counter()
    failed: Counter[Gate] = Counter()
    referred: Counter[Gate] = Counter()
    for _, result in answers():
        for line in result.lines:
            reasons[line.reason] += 1
            failed.update(line.failed)
            referred.update(line.referred)
    assert set(Reason) == set(reasons)
    assert set(Gate) - {Gate.SUMS} <= set(failed)
    assert {Gate.EXCLUSION, Gate.PRE_EXISTING, Gate.DUPLICATE, Gate.SUMS} == set(referred)
    refused = sum(count for reason, count in reasons.items() if 0 < reason <= Reason.NOT_A_BENEFIT)
    assert reasons.total() - refused > reasons.total() // 4


def test_the_random_owner_years_reach_every_kind_of_benefit_and_every_rule() -> None:
    rules: Counter[tuple[str, str, str]] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    for instance, result in answers():
        for unit in result.units:
            terms = instance.products[next(p.product for p in instance.case.policies if p.no == unit.chain)]
            kinds[unit.kind, benefit_of(instance, unit.chain, unit.benefit).computed_per] += unit.steps["payable"] > 0
            for rule in (*terms.deductibles, *terms.limits):
                if unit.benefit in rule.benefits:
                    rules[rule.span, rule.holder, rule.unit] += 1
    assert {per for kind, per in kinds if kind == "indemnity" and kinds[kind, per]} == {"claim", "visit", "day", "line"}
    assert {kind for kind, per in kinds if kinds[kind, per]} == {"indemnity", "daily", "lump_sum"}
    spans = {"visit", "stay", "day", "month", "event", "trigger", "policy_year", "guaranteed", "life"}
    assert {(span, holder) for span, holder, _ in rules} == {(s, h) for s in spans for h in ("insured", "family")}
    assert {unit for *_, unit in rules} == {"yuan", "days", "times", "sum_insured"}


def test_the_random_owner_years_have_several_chains_and_orders_that_go_in_a_circle() -> None:
    several = [len({line.chain for line in result.lines}) > 1 for _, result in answers()]
    assert len(several) < YEARS
    assert sum(several) > YEARS // 10


def test_the_random_owner_years_take_the_turns_that_are_easily_missed() -> None:
    turns: Counter[str] = Counter()
    for instance, result in answers():
        for line in result.lines:
            turns.update(turns_of(instance, line))
        turns["the days of a stay count under two chains over two claims"] += stays_under_two_chains(instance, result)
    assert min(turns.values()) >= 10, turns
    assert len(turns) == 10, turns


def turns_of(instance: Instance, line: LineResult) -> Iterator[str]:
    """What is unusual about a row."""
    claim = next(one for one in instance.case.claims if one.no == line.claim)
    invoice = invoice_of(claim, line)
    first = next(policy for policy in instance.case.policies if policy.no == line.chain)
    joined = claim.insured not in first.insured
    if joined and Gate.WAITING in line.failed:
        yield "a member who joined waits"
    if joined and Gate.PRE_EXISTING in line.failed:
        yield "a member who joined was ill before"
    if joined and not line.failed:
        yield "a member who joined is covered"
    if line.diagnosis and Gate.EXCLUSION in line.failed:
        yield "a diagnosis is excluded by its code"
    if line.diagnosis and Gate.EXCLUSION in line.referred:
        yield "a diagnosis may be excluded by its code"
    if invoice is not None and line.line == 0 and Gate.DUPLICATE in line.failed and not invoice.number:
        yield "the days of a stay were counted before"
    if line.benefit is None or benefit_of(instance, line.chain, line.benefit).around_stay is None:
        return
    if invoice is not None and invoice.setting is Setting.INPATIENT and not line.failed:
        yield "a stay lies in the window around a stay"
    if invoice is not None and invoice.setting is not Setting.INPATIENT and not line.failed:
        yield "a visit lies in the window around a stay"
    if invoice is not None and Gate.TIME_WINDOW in line.failed:
        yield "a visit lies outside the window around a stay"


def invoice_of(claim: Claim, line: LineResult) -> Invoice | None:
    return claim.invoices[line.invoice - 1] if line.invoice else None


def stays_under_two_chains(instance: Instance, result: Result) -> int:
    """How many stays were counted by the day under one chain in one claim and under another chain in another."""
    counted: dict[tuple[object, ...], list[tuple[str, str]]] = {}
    for line in result.lines:
        claim = next(one for one in instance.case.claims if one.no == line.claim)
        invoice = invoice_of(claim, line)
        if invoice is not None and line.line == 0 and not line.failed:
            stay = (claim.insured, invoice.event_on, invoice.hospital.name, invoice.hospital.level)
            counted.setdefault(stay, []).append((line.claim, line.chain))
    return sum(
        len({claim for claim, _ in ways}) > 1 and len({chain for _, chain in ways}) > 1 for ways in counted.values()
    )


def test_measures_take_both_gates_away_and_are_now_and_then_for_another_product_day_or_illness() -> None:
    helped: Counter[Gate] = Counter()
    in_vain = 0
    for instance, result in answers():
        claims = instance.case.claims
        if not any(claim.measures for claim in claims):
            continue
        without = tuple(claim.model_copy(update={"measures": ()}) for claim in claims)
        before = adjudicate_by_hand(instance.case.model_copy(update={"claims": without}), instance.products)
        for gate in (Gate.HOSPITAL, Gate.WAITING):
            failed = [sum(gate in line.failed for line in one.lines) for one in (before, result)]
            assert failed[1] <= failed[0]
            helped[gate] += failed[0] > failed[1]
        in_vain += result.lines == before.lines
    assert helped[Gate.HOSPITAL] > 10 and helped[Gate.WAITING] > 10 and in_vain > 10
