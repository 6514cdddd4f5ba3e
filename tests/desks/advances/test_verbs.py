"""Every verb in every state: it does what it is for, or says where it belongs; nothing else happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from hearth.desks import advances
from hearth.desks.advances.faults import AdvanceNotNow, NoOpinion, NotPayable, StillPossible
from hearth.desks.claims import agreeing
from hearth.desks.claims.foreseeing import foresee
from hearth.store.models import Advance, AdvanceEntry, AdvanceStep, Instalment, Relation
from hearth.words.advances import AdvanceState
from hearth.words.faults import Fault
from tests.desks.advances.rows import A, follow_jobs, state_of, way_to
from tests.desks.cast_rows import AT, Cast

Verb = Callable[[Cast, str], Any]
DAY_1 = date(2026, 6, 1)

VERBS: dict[str, tuple[Verb, frozenset[AdvanceState]]] = {
    # verb, and the states in which it does something
    "call": (lambda cast, no: advances.call(cast.who("an"), no, at=AT), frozenset({A.NOTIFIED, A.ELIGIBILITY})),
    "complete": (
        lambda cast, no: advances.complete(cast.who("an"), no, at=AT, plan="另一方案"),
        frozenset({A.NOTIFIED, A.ELIGIBILITY, A.RISK_CHECK}),
    ),
    "check": (
        lambda cast, no: advances.check(cast.who("an"), no, at=AT, look=foresee),
        frozenset({A.ELIGIBILITY}),
    ),
    "judge_risk": (
        lambda cast, no: advances.judge_risk(cast.who("gu"), no, at=AT, result="clear", why="已核实"),
        frozenset({A.RISK_CHECK}),
    ),
    "opine": (
        lambda cast, no: advances.opine(
            cast.who("chen"), no, at=AT, verdict="necessary", reasons="指征明确", reference="指南"
        ),
        frozenset({A.NECESSITY}),
    ),
    "guarantee": (
        lambda cast, no: advances.guarantee(cast.who("rui"), no, at=AT, look=foresee),
        frozenset({A.GUARANTEE}),
    ),
    "prepare": (
        lambda cast, no: advances.prepare(cast.who("fang"), no, 1_000, at=AT),
        frozenset({A.PAYING, A.TRACKING}),
    ),
    "tell_cost": (
        lambda cast, no: advances.tell_cost(cast.who("an"), no, DAY_1, 1_000, at=AT),
        frozenset({A.NECESSITY, A.GUARANTEE, A.PAYING, A.TRACKING, A.DISCHARGED}),
    ),
    "change_plan": (
        lambda cast, no: advances.change_plan(cast.who("an"), no, at=AT, plan="加做", estimate_fen=12_000_000),
        frozenset({A.GUARANTEE, A.PAYING, A.TRACKING}),
    ),
    "discharge": (
        lambda cast, no: advances.discharge(cast.who("an"), no, DAY_1, at=AT),
        frozenset({A.NECESSITY, A.GUARANTEE, A.PAYING, A.TRACKING, A.DISCHARGED}),
    ),
    "recover": (
        lambda cast, no: advances.recover(cast.who("fang"), no, 1, at=AT, payer="hospital", reference="R"),
        frozenset({A.TRACKING, A.DISCHARGED, A.RECOVERY}),
    ),
    "sign_plan": (
        lambda cast, no: advances.sign_plan(cast.who("mei"), no, 2, DAY_1, at=AT),
        frozenset({A.RECOVERY}),
    ),
    "propose_waiver": (
        lambda cast, no: advances.propose_waiver(cast.who("an"), no, 1, at=AT, why="特困"),
        frozenset({A.RECOVERY}),
    ),
    "cancel": (
        lambda cast, no: advances.cancel(cast.who("mei"), no, at=AT),
        frozenset({A.NOTIFIED, A.ELIGIBILITY, A.RISK_CHECK, A.NECESSITY, A.GUARANTEE, A.PAYING, A.CANCELLED}),
    ),
}


def at_state(cast: Cast, state: AdvanceState) -> str:
    if state is A.CANCELLED:
        no = way_to(cast, A.NOTIFIED)
        advances.cancel(cast.who("mei"), no, at=AT)
    elif state is A.DECLINED:
        no = way_to(cast, A.NECESSITY)
        advances.opine(cast.who("chen"), no, at=AT, verdict="not", reasons="无指征", reference="指南")
        advances.decline(cast.who("rui"), no, at=AT, reason="NOT_NECESSARY", words="仍可申请理赔")
    elif state in (A.RECOVERY, A.SETTLED):
        no = way_to(cast, A.DISCHARGED)
        follow_jobs()
        claim = Advance.objects.get(advance_no=no).claim
        assert claim is not None
        agreeing.withdraw(cast.who("mei"), claim.claim_no, at=AT)
        follow_jobs()
        if state is A.SETTLED:
            advances.recover(cast.who("fang"), no, 3_000_000, at=AT, payer="member", reference="ALL")
    else:
        no = way_to(cast, state)
    assert state_of(no) == state
    return no


@pytest.mark.parametrize("state", list(AdvanceState))
def test_every_verb_in_every_state(cast: Cast, state: AdvanceState) -> None:
    no = at_state(cast, state)
    case = Advance.objects.get(advance_no=no)

    def counted() -> tuple[Any, ...]:
        case.refresh_from_db()
        return (
            case.state, case.seq, case.balance_fen, case.cap_fen, AdvanceStep.objects.count(),
            AdvanceEntry.objects.count(), Instalment.objects.count(), case.repayment_plans.count(),
            case.waivers.count(), case.costs.count(),
        )  # fmt: skip

    before = counted()
    for name, (verb, allowed) in VERBS.items():
        mark = transaction.savepoint()
        if state in allowed:
            verb(cast, no)
        else:
            with pytest.raises((AdvanceNotNow, NotPayable)):
                verb(cast, no)
            assert counted() == before, name
        transaction.savepoint_rollback(mark)


def test_nobody_declines_what_can_still_be(cast: Cast) -> None:
    no = way_to(cast, A.ELIGIBILITY)
    advances.check(cast.who("an"), no, at=AT, look=foresee)
    for reason in ("NOT_ELIGIBLE", "NOT_NECESSARY", "NO_LIMIT", "ELSE"):
        with pytest.raises(StillPossible):
            advances.decline(cast.who("rui"), no, at=AT, reason=reason, words="不行")


def test_no_letter_on_an_opinion_that_says_not(cast: Cast) -> None:
    no = way_to(cast, A.NECESSITY)
    advances.opine(cast.who("chen"), no, at=AT, verdict="not", reasons="无指征", reference="指南")
    assert state_of(no) == A.NECESSITY
    with pytest.raises(AdvanceNotNow):
        advances.guarantee(cast.who("rui"), no, at=AT, look=foresee)


@pytest.mark.parametrize("verb", ["opine", "guarantee", "prepare", "judge_risk", "check"])
def test_nobody_works_on_their_own_familys_advance(cast: Cast, verb: str) -> None:
    no = way_to(cast, A.NECESSITY)
    for code in ("chen", "rui", "fang", "gu", "an"):
        Relation.objects.create(
            person=cast.people[code], other=cast.people["mei"], kind="spouse", proof="结婚证", proven_at=AT,
            proven_by=cast.people["shi"],
        )  # fmt: skip
    with pytest.raises(Fault) as caught:
        VERBS[verb][0](cast, no)
    assert caught.value.code in ("NOT_ALLOWED", "NOT_THERE")


def test_what_the_fault_says_names_the_state_in_both_languages(cast: Cast) -> None:
    no = way_to(cast, A.NOTIFIED)
    with pytest.raises(AdvanceNotNow) as caught:
        advances.opine(cast.who("chen"), no, at=AT, verdict="necessary", reasons="x", reference="y")
    assert "Admission notified" in caught.value.sentence("en") and "已收到入院通知" in caught.value.sentence("zh")
    assert NoOpinion(advance_no=no).sentence("zh").endswith("签署意见。")
