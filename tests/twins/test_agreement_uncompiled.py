"""The kernel and the clerk agree uncompiled too, on what hypothesis finds, and on what is paid out and used."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from hearth.kernel.adjudication.decision import decide
from hearth.words.faults import OrdersDiffer
from tests.twins.agreement import SHOWN, check, decision_differences, disagreement
from tests.twins.clerk import adjudicate_by_hand
from tests.twins.generator import Instance, seeded
from tests.twins.strategies import instances

PLAIN_YEARS = 400


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
