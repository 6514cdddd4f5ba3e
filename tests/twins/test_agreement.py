"""The kernel and the clerk agree on every column, gate, reason and step, compiled and uncompiled.

TWIN_YEARS sets how many seeded owner-years are tried compiled (10,000 unless set).
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from hearth.kernel.adjudication.decision import decide
from hearth.kernel.adjudication.run import has_numba
from hearth.words.codes import Gate, Reason
from hearth.words.faults import OrdersDiffer
from tests.twins.agreement import decision_differences, disagreement
from tests.twins.clerk import adjudicate_by_hand
from tests.twins.generator import Instance, seeded
from tests.twins.strategies import instances

YEARS = int(os.environ.get("TWIN_YEARS", "10000"))
PORTIONS = 40
PLAIN_YEARS = 400
SHOWN = 5


def check(seeds: range, *, compiled: bool) -> None:
    """Fails with the seeds that differ, the first of them in full."""
    differing = {seed: found for seed in seeds if (found := disagreement(seeded(seed), compiled=compiled))}
    if differing:
        seed, found = min(differing.items(), key=lambda item: len(repr(seeded(item[0]))))
        pytest.fail(
            f"{len(differing)} of {len(seeds)} owner-years differ: seeds {list(differing)[:20]}\n"
            f"the shortest, seed {seed}:\n  " + "\n  ".join(found[:SHOWN]) + f"\n{seeded(seed)!r}",
            pytrace=False,
        )


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_both_agree_on_ten_thousand_owner_years_compiled(portion: int) -> None:
    if not has_numba():
        pytest.skip("numba is not installed: the compiled scan cannot be tried")
    each = YEARS // PORTIONS
    check(range(portion * each, (portion + 1) * each), compiled=True)


@pytest.mark.parametrize("portion", range(4))
def test_both_agree_on_some_hundred_owner_years_uncompiled(portion: int) -> None:
    each = PLAIN_YEARS // 4
    check(range(10**6 + portion * each, 10**6 + (portion + 1) * each), compiled=False)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(case=instances())
def test_both_agree_on_what_hypothesis_finds(case: Instance) -> None:
    found = disagreement(case, compiled=False)
    assert not found, "\n".join(found[:SHOWN])


def test_both_agree_on_what_is_paid_out_and_what_is_used() -> None:
    differing = {}
    for seed in range(2 * 10**6, 2 * 10**6 + 300):
        case = seeded(seed)
        try:
            result = adjudicate_by_hand(case.case, case.products)
        except OrdersDiffer:
            with pytest.raises(OrdersDiffer):
                decide(case.case, case.products, orders=False, worth=False)
            continue
        decision = decide(case.case, case.products, orders=False, worth=False)
        if found := decision_differences(decision, result):
            differing[seed] = found[:SHOWN]
    assert not differing


def test_the_random_owner_years_reach_every_reason_gate_and_rule() -> None:
    reasons: Counter[Reason] = Counter()
    failed: Counter[Gate] = Counter()
    referred: Counter[Gate] = Counter()
    rules: Counter[tuple[str, str, str]] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    years = refused = several = 0
    for seed in range(1_500):
        case = seeded(seed)
        try:
            result = adjudicate_by_hand(case.case, case.products)
        except OrdersDiffer:
            refused += 1
            continue
        years += 1
        several += len({line.chain for line in result.lines}) > 1
        for line in result.lines:
            reasons[line.reason] += 1
            failed.update(line.failed)
            referred.update(line.referred)
        for unit in result.units:
            terms = case.products[next(p.product for p in case.case.policies if p.no == unit.chain)]
            benefit = next(one for one in terms.benefits if one.code == unit.benefit)
            kinds[benefit.kind, benefit.computed_per] += unit.steps["payable"] > 0
            for rule in (*terms.deductibles, *terms.limits):
                if unit.benefit in rule.benefits:
                    rules[rule.span, rule.holder, rule.unit] += 1
    assert set(Reason) == set(reasons)
    assert set(Gate) - {Gate.SUMS} <= set(failed)
    assert {Gate.EXCLUSION, Gate.PRE_EXISTING, Gate.DUPLICATE, Gate.SUMS} == set(referred)
    assert {per for kind, per in kinds if kind == "indemnity" and kinds[kind, per]} == {"claim", "visit", "day", "line"}
    assert {kind for kind, per in kinds if kinds[kind, per]} == {"indemnity", "daily", "lump_sum"}
    spans = {"visit", "stay", "day", "month", "event", "trigger", "policy_year", "guaranteed", "life"}
    assert {(span, holder) for span, holder, _ in rules} == {(s, h) for s in spans for h in ("insured", "family")}
    assert {unit for *_, unit in rules} == {"yuan", "days", "times", "sum_insured"}
    assert refused > 0
    assert several > years // 10
    paid = reasons.total() - sum(
        reasons[reason] for reason in reasons if reason <= Reason.NOT_A_BENEFIT and reason != 0
    )
    assert paid > reasons.total() // 4
