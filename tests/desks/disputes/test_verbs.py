"""Every verb of a dispute in every state: it does what it is for, or says where it belongs; nothing else happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hearth.desks import disputes
from hearth.desks.disputes.faults import DisputeNotNow, NotTheReviewer
from hearth.store.access import NotAllowed
from hearth.store.models import DisputeEvent
from hearth.words.disputes import OPEN_DISPUTES, DisputeState
from tests.desks.cast_rows import AT, Cast, settle_constraints
from tests.desks.disputes.rows import claim_of, clause_of, dispute_of, disputed_at

pytestmark = pytest.mark.django_db
D = DisputeState
EARLY, UNJUDGED = frozenset({D.TRIAGE, D.EXPERT}), frozenset({D.TRIAGE, D.EXPERT, D.SENIOR})
TIER = {D.TRIAGE: "an", D.EXPERT: "gu"}


def _evidence(cast: Cast, number: str, state: D) -> None:
    paper = claim_of(_claim(number)).papers.values_list("pk", flat=True)[0]
    disputes.add_evidence(cast.who("mei"), number, at=AT, paper_id=paper)


def _claim(number: str) -> str:
    from hearth.store.models import Dispute

    return str(Dispute.objects.values_list("claim__claim_no", flat=True).get(dispute_no=number))


def _opine(cast: Cast, number: str, state: D) -> None:
    disputes.opine(cast.who("shi"), number, at=AT, verdict="insurer", reasons="维持", clause=clause_of(cast))


VERBS: dict[str, tuple[Callable[[Cast, str, D], Any], frozenset[D]]] = {
    # verb, and the states in which it does something
    "say": (lambda cast, no, state: disputes.say(cast.who("mei"), no, at=AT, words="请问"), frozenset(OPEN_DISPUTES)),
    "say as ours": (lambda cast, no, state: disputes.say(cast.who("an"), no, at=AT, words="您好"),
                    frozenset(OPEN_DISPUTES)),
    "answer": (lambda cast, no, state: disputes.answer(cast.who(TIER.get(state, "an")), no, at=AT, words="说明"),
               EARLY),
    "move up": (lambda cast, no, state: disputes.move_up(cast.who(TIER.get(state, "an")), no, at=AT, words="升级"),
                EARLY),
    "move up as the member": (lambda cast, no, state: disputes.move_up(cast.who("mei"), no, at=AT, words="不满意"),
                              EARLY),
    "evidence": (_evidence, UNJUDGED),
    "settle": (lambda cast, no, state: disputes.settle(cast.who("mei"), no, at=AT), EARLY | {D.SOLVED}),
    "take back": (lambda cast, no, state: disputes.take_back(cast.who("mei"), no, at=AT), UNJUDGED | {D.WITHDRAWN}),
    "take": (lambda cast, no, state: disputes.take(cast.who("shi"), no, at=AT), frozenset({D.SENIOR})),
    "opine": (_opine, frozenset()),
}  # fmt: skip


@pytest.mark.parametrize("state", list(D), ids=lambda state: state.value)
@pytest.mark.parametrize("verb", list(VERBS))
def test_each_verb_does_its_work_where_it_belongs_and_nothing_elsewhere(cast: Cast, verb: str, state: D) -> None:
    number = dispute_of(disputed_at(cast, state)).dispute_no
    do, works = VERBS[verb]
    before = DisputeEvent.objects.count()
    if state in works:
        do(cast, number, state)
        assert DisputeEvent.objects.count() == before + (state not in (D.SOLVED, D.WITHDRAWN))
    else:
        with pytest.raises((DisputeNotNow, NotTheReviewer)):
            do(cast, number, state)
        assert DisputeEvent.objects.count() == before
        assert dispute_of(_claim(number)).state == state
    settle_constraints()


def test_each_tier_answers_for_itself(cast: Cast) -> None:
    number = dispute_of(disputed_at(cast, D.TRIAGE)).dispute_no
    with pytest.raises(NotAllowed):
        disputes.answer(cast.who("gu"), number, at=AT, words="越级")
    disputes.move_up(cast.who("an"), number, at=AT, words="升级")
    for verb in (disputes.answer, disputes.move_up):
        with pytest.raises(NotAllowed):
            verb(cast.who("an"), number, at=AT, words="再答复")
