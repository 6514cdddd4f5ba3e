"""A disputed decision: what is not disputed paid at once and once, three tiers, an opinion, decided anew by another."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from hearth.desks import disputes
from hearth.desks.books import ledger
from hearth.desks.claims import agreeing, following
from hearth.desks.claims.faults import TwoPeople
from hearth.desks.disputes.faults import DisputedAlready, NotTheReviewer, OpinionIncomplete, ReasonWanted, WasInvolved
from hearth.store.access import NotAllowed, NotThere
from hearth.store.models import Claim, Decision, Payment, Posting, Record
from hearth.words.claims import ClaimState
from hearth.words.disputes import DisputeState
from tests.desks.cast_rows import AT, DAY, Cast, add_papers, settle_constraints
from tests.desks.claims.way import claim_at
from tests.desks.disputes.rows import claim_of, clause_of, dispute_of, disputed_at, paid, redecide, told

pytestmark = pytest.mark.django_db
S, D = ClaimState, DisputeState


def test_a_dispute_goes_to_the_third_tier_and_the_difference_alone_is_paid(cast: Cast) -> None:
    no = disputed_at(cast, D.TRIAGE)
    first = claim_of(no).decision
    assert first is not None
    told(no, "claim.disputed")
    assert claim_of(no).state == S.AGREED
    undisputed = paid(no)
    assert (undisputed.amount_fen, claim_of(no).state, claim_of(no).is_disputed) == (first.paid_out_fen, S.PAID, True)
    number = dispute_of(no).dispute_no
    assert disputes.move_up(cast.who("an"), number, at=AT, words="需要专家查明") == 2
    assert disputes.move_up(cast.who("gu"), number, at=AT, words="需要独立意见") == 3
    disputes.take(cast.who("shi"), number, at=AT)
    disputes.opine(cast.who("shi"), number, at=AT, verdict="customer", reasons="复诊漏算", clause=clause_of(cast))
    told(no, "claim.dispute_opined")
    assert (claim_of(no).state, dispute_of(no).state) == (S.REVIEW, D.REDECIDING)
    redecide(cast, no, more=True)
    settle_constraints()
    held, second = dispute_of(no), claim_of(no).decision
    assert second is not None and held.new_decision_id == second.pk
    assert (held.state, held.changed_fen) == (D.CHANGED, second.paid_out_fen - first.paid_out_fen)
    assert held.changed_fen > 0 and not claim_of(no).is_disputed
    agreeing.agree(cast.who("mei"), no, at=AT)
    difference = paid(no)
    assert difference.amount_fen == held.changed_fen
    assert sum(Payment.objects.values_list("amount_fen", flat=True)) == second.paid_out_fen
    assert (
        ledger.balance(f"payable:{no}")
        == -sum(Payment.objects.filter(state="intended").values_list("amount_fen", flat=True))
        or Posting.objects.filter(what="decision.owed").count() == 2
    )


def test_what_is_not_disputed_is_paid_once_however_often_its_job_runs(cast: Cast) -> None:
    no = disputed_at(cast, D.TRIAGE)
    record = Record.objects.get(subject=f"claim:{no}", kind="claim.disputed")
    assert [following.disputed(record.pk, AT) for _ in range(3)] == [True, False, False]
    paid(no)
    assert not following.disputed(record.pk, AT)
    assert paid(no).pk == Payment.objects.get(claim__claim_no=no).pk
    assert Record.objects.filter(subject=f"claim:{no}", kind="claim.agreed").count() == 1
    assert Posting.objects.filter(what="decision.owed").count() == 1


def test_a_refusal_has_nothing_undisputed_and_is_decided_anew_from_where_it_stands(cast: Cast) -> None:
    no = disputed_at(cast, D.TRIAGE)
    Claim.objects.filter(claim_no=no).update(account=None)
    told(no, "claim.disputed")
    assert claim_of(no).state == S.DECIDED
    number = dispute_of(no).dispute_no
    disputes.move_up(cast.who("mei"), number, at=AT, words="不同意")
    disputes.move_up(cast.who("mei"), number, at=AT, words="还是不同意")
    disputes.take(cast.who("shi"), number, at=AT)
    disputes.opine(cast.who("shi"), number, at=AT, verdict="partly", reasons="部分成立", clause=clause_of(cast))
    told(no, "claim.dispute_opined")
    assert claim_of(no).state == S.REVIEW


def test_money_on_its_way_is_waited_for_before_the_claim_is_opened_again(cast: Cast) -> None:
    no = disputed_at(cast, D.REDECIDING)
    told(no, "claim.disputed")
    told(no, "claim.dispute_opined")
    assert claim_of(no).state == S.AGREED
    paid(no)
    assert claim_of(no).state == S.REVIEW
    assert Record.objects.filter(subject=f"claim:{no}", kind="claim.reopened").count() == 1


def test_an_opinion_that_comes_first_pays_what_is_not_disputed_first(cast: Cast) -> None:
    no = disputed_at(cast, D.REDECIDING)
    told(no, "claim.dispute_opined")
    assert claim_of(no).state == S.AGREED


def test_who_made_the_disputed_decision_does_not_make_the_next_one(cast: Cast) -> None:
    no = disputed_at(cast, D.REDECIDING)
    Claim.objects.filter(claim_no=no).update(account=None)
    told(no, "claim.dispute_opined")
    with pytest.raises(TwoPeople):
        redecide(cast, no, by="ai")
    first = Decision.objects.get(claim__claim_no=no)
    with pytest.raises(IntegrityError, match="does not make the next one"), transaction.atomic():
        first.pk, first.number = None, 2
        first.save(force_insert=True)
    redecide(cast, no, by="lin")
    assert (dispute_of(no).state, dispute_of(no).changed_fen) == (D.UPHELD, 0)


def test_an_opinion_for_the_decision_ends_the_dispute_with_reasons_and_clause(cast: Cast) -> None:
    no = disputed_at(cast, D.UPHELD)
    settle_constraints()
    held = dispute_of(no)
    assert (held.opinion.verdict, held.opinion.reasons, held.ended_at) == ("insurer", "按条款应当计算", AT)
    assert not claim_of(no).is_disputed and held.opinion.record.kind == "claim.upheld"


def test_nobody_signs_an_opinion_without_taking_the_dispute_or_without_clause(cast: Cast) -> None:
    number = dispute_of(disputed_at(cast, D.SENIOR)).dispute_no
    words = {"verdict": "insurer", "reasons": "维持", "clause": clause_of(cast)}
    with pytest.raises(NotTheReviewer):
        disputes.opine(cast.who("shi"), number, at=AT, **words)
    disputes.take(cast.who("shi"), number, at=AT)
    for wrong in ({"verdict": "maybe"}, {"reasons": " "}, {"clause": "99.9"}):
        with pytest.raises(OpinionIncomplete):
            disputes.opine(cast.who("shi"), number, at=AT, **{**words, **wrong})
    with pytest.raises(NotAllowed):
        disputes.opine(cast.who("gu"), number, at=AT, **words)


def test_who_ever_wrote_a_note_on_the_claim_is_not_its_independent_reviewer(cast: Cast) -> None:
    from hearth.desks.claims import reviewing

    no = claim_at(cast, S.DECIDED)
    reviewing.write_note(cast.who("shi"), no, "看过", at=AT)
    number = disputes.dispute(cast.who("mei"), no, at=AT, reason="amount", words="少算")
    for who in ("an", "gu"):
        disputes.move_up(cast.who(who), number, at=AT, words="上一级")
    with pytest.raises(WasInvolved):
        disputes.take(cast.who("shi"), number, at=AT)


def test_one_decision_is_disputed_once_at_a_time_and_the_same_words_twice_are_one(cast: Cast) -> None:
    no = claim_at(cast, S.PAID)
    say = {"at": AT, "reason": "amount", "words": "少算"}
    number = disputes.dispute(cast.who("mei"), no, **say)
    assert disputes.dispute(cast.who("mei"), no, **say) == number
    with pytest.raises(DisputedAlready):
        disputes.dispute(cast.who("mei"), no, **{**say, "words": "别的"})
    for wrong in ({"reason": "never"}, {"words": " "}, {"words": "长" * 5_000}):
        with pytest.raises(ReasonWanted):
            disputes.dispute(cast.who("mei"), no, **{**say, **wrong})
    with pytest.raises(NotThere):
        disputes.dispute(cast.who("bo"), no, **say)


def test_a_steward_disputes_for_the_member_and_a_paper_of_the_claim_is_evidence(cast: Cast) -> None:
    no = claim_at(cast, S.CLOSED)
    number = disputes.dispute(cast.who("an"), no, at=AT, reason="papers", words="客户来电提出")
    (paper,) = add_papers(cast.who("mei"), no, "pathology")
    for _ in range(2):
        disputes.add_evidence(cast.who("mei"), number, at=AT, paper_id=paper, words="新的病理报告")
    assert [one.what for one in dispute_of(no).events.order_by("seq")] == ["opened", "evidence"]


def test_an_answer_to_which_nobody_replies_for_a_week_is_enough(cast: Cast) -> None:
    no = disputed_at(cast, D.TRIAGE)
    number = dispute_of(no).dispute_no
    disputes.answer(cast.who("an"), number, at=AT, words="按条款 3.2 计算")
    assert disputes.silent(AT + 6 * DAY) == [] and not disputes.settle_silent(number, at=AT + 6 * DAY)
    assert disputes.silent(AT + 7 * DAY) == [number]
    disputes.say(cast.who("mei"), number, at=AT + 6 * DAY, words="还想问一下")
    assert not disputes.settle_silent(number, at=AT + 8 * DAY)
    disputes.answer(cast.who("an"), number, at=AT + 8 * DAY, words="补充说明")
    assert disputes.settle_silent(number, at=AT + 15 * DAY)
    assert not disputes.settle_silent(number, at=AT + 15 * DAY)
    assert dispute_of(no).state == D.SOLVED and not claim_of(no).is_disputed


def test_each_tier_has_its_limit_and_is_met_or_late(cast: Cast) -> None:
    no = disputed_at(cast, D.EXPERT)
    held = dispute_of(no)
    assert {row.code: row.state for row in held.clocks.all()} == {
        "P_DISPUTE_ANSWER": "running", "P_DISPUTE_ROUTE": "met", "P_DISPUTE_EXPERT": "running",
    }  # fmt: skip
    disputes.move_up(cast.who("gu"), held.dispute_no, at=AT + 20 * DAY, words="需要独立意见")
    assert {row.code: row.state for row in held.clocks.all()}["P_DISPUTE_EXPERT"] == "late"
    disputes.take(cast.who("shi"), held.dispute_no, at=AT + 21 * DAY)
    disputes.opine(
        cast.who("shi"), held.dispute_no, at=AT + 22 * DAY, verdict="insurer", reasons="维持", clause=clause_of(cast)
    )
    states = {row.code: row.state for row in held.clocks.all()}
    assert states["P_DISPUTE_SENIOR"] == "met"
    assert states["P_DISPUTE_ANSWER"] == "late", "the opinion is the first that the member heard"
    assert dispute_of(no).due_at is None, "nothing of what ended runs on"


def test_opened_again_on_new_evidence_the_dispute_follows(cast: Cast) -> None:
    no = disputed_at(cast, D.TRIAGE, claim_state=S.PAID)
    (paper,) = add_papers(cast.who("mei"), no, "pathology")
    agreeing.reopen(cast.who("rui"), no, at=AT, why="新证据", evidence=[f"paper:{paper}"])
    told(no, "claim.reopened")
    told(no, "claim.reopened")
    assert dispute_of(no).state == D.REDECIDING
    redecide(cast, no)
    assert dispute_of(no).state == D.UPHELD


def test_a_claim_taken_back_takes_its_dispute_along(cast: Cast) -> None:
    no = disputed_at(cast, D.EXPERT)
    agreeing.withdraw(cast.who("mei"), no, at=AT)
    told(no, "claim.withdrawn")
    assert dispute_of(no).state == D.WITHDRAWN
