"""After a decision: agreement, silence, dispute, withdrawal, payments that come back, claims opened again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from hearth.desks import disputes
from hearth.desks.books import records
from hearth.desks.claims import agreeing, calculating, deciding, following, intake, reporting, reviewing
from hearth.desks.claims.faults import (
    AccountNotPossible,
    MoneyUnderWay,
    NoAccount,
    NoNewEvidence,
    NotNow,
)
from hearth.store.access import HOUSE, NotAllowed, NotThere
from hearth.store.models import Claim, Decision, Payment, Record
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, DAY, STAY_PAPERS, Cast, add_papers, confirm, small_stay, visit
from tests.desks.claims.way import ORDER, claim_at

S = ClaimState


def claim(no: str) -> Claim:
    """The claim as it is."""
    return Claim.objects.get(claim_no=no)


def test_agreement_starts_the_ten_days_of_the_law(cast: Cast) -> None:
    no = claim_at(cast, S.AGREED)
    due = claim(no).deadlines.get(code="L2").due_at
    assert due is not None and day_in_china(due - timedelta(seconds=1)) == date(2026, 6, 11)


def test_money_goes_to_the_members_own_account_alone(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    with pytest.raises(NotThere):
        agreeing.agree(cast.who("mei"), no, at=AT, account_id=cast.accounts["bo"].pk)
    Claim.objects.filter(claim_no=no).update(account=None)
    with pytest.raises(NoAccount):
        agreeing.agree(cast.who("mei"), no, at=AT)
    agreeing.agree(cast.who("mei"), no, at=AT, account_id=cast.accounts["mei"].pk)
    assert claim(no).state == S.AGREED


def test_a_childs_money_goes_to_its_guardian_but_a_husbands_to_himself(cast: Cast) -> None:
    of_yue = claim_at(
        cast, S.DECIDED, member="hui", person="yue", policies=["M1-HUI"], papers=STAY_PAPERS,
        facts={"invoices": [small_stay("20000.00")]},
    )  # fmt: skip
    agreeing.agree(cast.who("hui"), of_yue, at=AT)
    assert claim(of_yue).state == S.AGREED
    with pytest.raises(AccountNotPossible) as told:
        claim_at(cast, S.DRAFT, member="hui", person="qiang", policies=["M1-HUI"])
    assert told.value.status == 422


def test_an_account_in_another_name_is_no_account(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    cast.accounts["mei"].holder_name = "别人"
    cast.accounts["mei"].save()
    with pytest.raises(AccountNotPossible):
        agreeing.agree(cast.who("mei"), no, at=AT, account_id=cast.accounts["mei"].pk)


def test_silence_is_agreement_where_the_product_says_so_and_only_after_its_days(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    assert not agreeing.silence(no, at=AT + 30 * DAY), "the member has not been told yet"
    agreeing.decision_told(no, at=AT + DAY)
    assert agreeing.silent(AT + 11 * DAY) == [no]
    assert not agreeing.silence(no, at=AT + 11 * DAY - timedelta(seconds=1))
    assert agreeing.silence(no, at=AT + 11 * DAY)
    assert claim(no).state == S.AGREED
    assert b'"by_silence":true' in bytes(Record.objects.get(subject=f"claim:{no}", kind="claim.agreed").body)


def test_silence_waits_where_there_is_no_account_or_a_dispute(cast: Cast) -> None:
    without, disputed = claim_at(cast, S.DECIDED), claim_at(cast, S.DECIDED)
    Claim.objects.filter(claim_no=without).update(account=None)
    for no in (without, disputed):
        agreeing.decision_told(no, at=AT)
    disputes.dispute(cast.who("mei"), disputed, at=AT, reason="amount", words="发票少算一张")
    assert not agreeing.silence(without, at=AT + 30 * DAY)
    assert not agreeing.silence(disputed, at=AT + 30 * DAY)


def test_silence_about_a_critical_illness_is_no_agreement(cast: Cast) -> None:
    diagnosis = {"diagnoses": [{"on": "2026-05-30", "condition": "stroke_mild", "icd": "I64"}]}
    no = claim_at(
        cast, S.CALCULATED, policies=["CI-MEI"], facts=diagnosis, papers=("diagnosis_certificate", "pathology")
    )
    deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")
    deciding.approve(cast.who("rui"), no, at=AT)
    agreeing.decision_told(no, at=AT)
    assert claim(no).decision.paid_out_fen == 9_000_000  # type: ignore[union-attr]
    assert not agreeing.silence(no, at=AT + 90 * DAY)


def test_the_days_run_by_themselves(cast: Cast) -> None:
    decided, paid = claim_at(cast, S.DECIDED), claim_at(cast, S.PAID)
    agreeing.decision_told(decided, at=AT)
    assert following.every_day(AT + 9 * DAY) == (0, 0)
    assert following.every_day(AT + 11 * DAY) == (1, 1)
    assert (claim(decided).state, claim(paid).state) == (S.AGREED, S.CLOSED)
    assert following.every_day(AT + 11 * DAY) == (0, 0)


def test_with_nothing_to_pay_agreeing_closes_the_claim(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED, policies=["M1-MEI"], papers=STAY_PAPERS, facts={"invoices": [small_stay()]})
    agreeing.agree(cast.who("mei"), no, at=AT)
    assert claim(no).state == S.CLOSED
    assert not claim(no).deadlines.filter(state="running").exists()
    agreeing.agree(cast.who("mei"), no, at=AT)
    assert Record.objects.filter(kind="claim.closed", subject=f"claim:{no}").count() == 1, "two presses are one"


def test_a_decision_that_pays_is_not_closed_instead(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    agreeing.decision_told(no, at=AT)
    with pytest.raises(NotNow):
        agreeing.close(cast.who("ai"), no, at=AT)


def test_a_dispute_stops_no_payment_of_what_is_agreed(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    disputes.dispute(cast.who("mei"), no, at=AT, reason="amount", words="少算了一张发票")
    agreeing.agree(cast.who("mei"), no, at=AT)
    assert (claim(no).state, claim(no).is_disputed) == (S.AGREED, True)


def test_a_dispute_opens_the_claim_again_and_the_difference_alone_is_paid(cast: Cast) -> None:
    no = claim_at(cast, S.PAID)
    disputes.dispute(cast.who("mei"), no, at=AT, reason="amount", words="还有一次复诊")
    agreeing.reopen(cast.who("rui"), no, at=AT + DAY, why="同一病程")
    reopened = claim(no)
    assert (reopened.state, reopened.reopened_count, reopened.agreed_at) == (S.REVIEW, 1, None)
    assert reopened.deadlines.get(code="L1", state="running").started_at == AT + DAY
    facts = {**reopened.facts, "invoices": [*reopened.facts["invoices"], visit("200.00", "0.00", on="2026-05-21")]}
    reviewing.amend(cast.who("lin"), no, facts, at=AT + DAY, why="补上复诊发票")
    add_papers(cast.who("lin"), no, "invoice", "medical_record", at=AT + DAY)
    calculating.calculate(cast.who("lin"), no, at=AT + DAY)
    deciding.decide(cast.who("lin"), no, at=AT + DAY, outcome="approved")
    assert [decision.paid_out_fen for decision in Decision.objects.order_by("number")] == [28_800, 44_800]
    agreeing.agree(cast.who("mei"), no, at=AT + DAY)
    assert claim(no).state == S.AGREED


def test_a_second_decision_that_adds_nothing_closes_the_claim(cast: Cast) -> None:
    no = claim_at(cast, S.PAID)
    disputes.dispute(cast.who("mei"), no, at=AT, reason="amount", words="请再看看")
    agreeing.reopen(cast.who("rui"), no, at=AT, why="复核")
    calculating.calculate(cast.who("lin"), no, at=AT)
    deciding.decide(cast.who("lin"), no, at=AT, outcome="approved")
    agreeing.agree(cast.who("mei"), no, at=AT)
    assert (claim(no).state, Payment.objects.filter(claim__claim_no=no).count()) == (S.CLOSED, 1)


def test_without_new_evidence_or_a_dispute_nothing_is_opened_again(cast: Cast) -> None:
    no = claim_at(cast, S.CLOSED)
    for evidence in ([], ["paper:999999"], ["record:1"]):
        with pytest.raises(NoNewEvidence):
            agreeing.reopen(cast.who("rui"), no, at=AT, why="想再看看", evidence=evidence)
    with pytest.raises(NotAllowed):
        agreeing.reopen(cast.who("ai"), no, at=AT, why="想再看看")


def test_a_reopened_claim_of_which_money_moved_is_not_withdrawn(cast: Cast) -> None:
    no = claim_at(cast, S.PAID)
    disputes.dispute(cast.who("mei"), no, at=AT, reason="amount", words="再看")
    agreeing.reopen(cast.who("rui"), no, at=AT, why="复核")
    with pytest.raises(MoneyUnderWay):
        agreeing.withdraw(cast.who("mei"), no, at=AT)


@pytest.mark.parametrize("state", ORDER, ids=lambda state: state.value)
def test_a_claim_is_withdrawn_at_any_time_before_it_is_agreed(cast: Cast, state: ClaimState) -> None:
    no = claim_at(cast, state)
    if ORDER.index(state) >= ORDER.index(S.AGREED):
        with pytest.raises(NotNow):
            agreeing.withdraw(cast.who("mei"), no, at=AT)
        return
    agreeing.withdraw(cast.who("mei"), no, at=AT)
    withdrawn = claim(no)
    assert (withdrawn.state, withdrawn.due_at, withdrawn.closed_at) == (S.WITHDRAWN, None, AT)
    assert not withdrawn.deadlines.filter(state__in=("running", "paused")).exists()
    agreeing.withdraw(cast.who("mei"), no, at=AT + DAY)
    assert claim(no).closed_at == AT


def test_a_claim_is_withdrawn_while_papers_are_awaited(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
    agreeing.withdraw(cast.who("mei"), no, at=AT)
    assert claim(no).supplements.get().ending == "withdrawn"


def test_nobody_withdraws_for_somebody_else(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED)
    with pytest.raises(NotThere):
        agreeing.withdraw(cast.who("bo"), no, at=AT)
    with pytest.raises(NotAllowed):
        agreeing.withdraw(cast.who("ai"), no, at=AT)


def test_a_payment_that_comes_back_waits_for_a_corrected_account_and_is_paid_once(cast: Cast) -> None:
    no = claim_at(cast, S.AGREED)
    back = confirm(claim(no), "returned")
    assert agreeing.mark_returned(back.pk, AT)
    assert not agreeing.mark_returned(back.pk, AT)
    assert claim(no).state == S.RETURNED
    again = confirm(claim(no))
    assert not agreeing.mark_returned(back.pk, AT), "another payment has taken its place"
    assert agreeing.mark_paid(again.pk, AT)
    assert not agreeing.mark_paid(again.pk, AT)
    assert claim(no).state == S.PAID


def test_news_of_an_older_decisions_payment_moves_nothing(cast: Cast) -> None:
    no = claim_at(cast, S.PAID)
    payment = Payment.objects.get(claim__claim_no=no)
    disputes.dispute(cast.who("mei"), no, at=AT, reason="amount", words="再看")
    agreeing.reopen(cast.who("rui"), no, at=AT, why="复核")
    assert not agreeing.mark_paid(payment.pk, AT)
    assert claim(no).state == S.REVIEW


def test_the_jobs_follow_their_records(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    decided = Record.objects.get(subject=f"claim:{no}", kind="claim.decided")
    with transaction.atomic():
        told = records.append("notice.sent", f"claim:{no}", by=HOUSE, at=AT + DAY, data={"about": decided.pk})
    following.notice_delivered(told.pk, AT + DAY)
    assert claim(no).told_at == AT + DAY
    agreeing.agree(cast.who("mei"), no, at=AT + DAY)
    payment = confirm(claim(no))
    with transaction.atomic():
        paid = records.append("payment.confirmed", f"claim:{no}", by=HOUSE, at=AT, data={"payment": payment.pk})
    assert following.payment_confirmed(paid.pk, AT + DAY)
    assert not following.payment_returned(paid.pk, AT + DAY)
    sent = reporting.start_draft(cast.who("mei"), cast.id("mei"), at=AT)
    assert claim(sent).state == S.DRAFT
