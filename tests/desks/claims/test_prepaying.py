"""What is certain is paid by day sixty: proposed by one, approved by another, and taken off the decision (E18)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hearth.desks import money
from hearth.desks.books import clocks, ledger
from hearth.desks.claims import agreeing, calculating, deciding, prepaying, reviewing
from hearth.desks.claims.faults import CalculationStale, MoneyUnderWay, NoAuthority, TwoPeople
from hearth.desks.claims.prepaying import (
    NoPrepayment,
    NothingUndisputed,
    PrepaidAlready,
    approve_prepayment,
    mark_prepaid,
    propose_prepayment,
    send_back_prepayment,
    undisputed,
)
from hearth.desks.service import notices
from hearth.store.access import NotAllowed
from hearth.store.models import Calculation, Claim, Deadline, Notice, Payment, Prepayment, Record, RoleGrant
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, DAY, STAY_PAPERS, Cast, settle_constraints, stay
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db

S = ClaimState
NOW = AT + 50 * DAY
DRUG = {"category": "western_drug", "name": "有争议的药品", "amount": "18000.00", "out_of_scope": "all"}


def bill() -> dict[str, Any]:
    """E18: 52,400.00 undisputed of which public funds paid 30,000.00, and a drug of 18,000.00."""
    return stay(
        total="70400.00",
        fund="30000.00",
        account="0.00",
        cash="40400.00",
        lines=[
            {"category": "surgery", "name": "手术", "amount": "32400.00"},
            {"category": "western_drug", "name": "药品", "amount": "20000.00"},
            DRUG,
        ],
    )


@pytest.fixture
def claim_no(cast: Cast) -> str:
    """A claim in review of which one line is disputed."""
    no = claim_at(cast, S.REVIEW, policies=["M1-MEI"], facts={"invoices": [bill()]}, papers=STAY_PAPERS)
    reviewing.mark_line(cast.who("ai"), no, at=AT, invoice=1, line=3, disputed=True, why="适应症待核实")
    return no


def paid(cast: Cast, no: str, at: datetime = NOW) -> Payment:
    """The prepayment approved, intended and confirmed by the bank."""
    propose_prepayment(cast.who("ai"), no, at=at)
    prepayment_id = approve_prepayment(cast.who("rui"), no, at=at)
    payment_id = money.intend_prepayment(prepayment_id, at=at)
    payment = Payment.objects.get(pk=payment_id)
    for state in ("sent", "confirmed"):
        payment.state = state
        payment.save()
    assert mark_prepaid(payment.pk, at)
    return payment


def test_the_undisputed_part_is_what_the_kernel_pays_without_the_disputed_line(cast: Cast, claim_no: str) -> None:
    # 52,400.00 - 30,000.00 = 22,400.00; - 10,000.00 deductible = 12,400.00.
    assert undisputed(cast.who("ai"), claim_no, at=NOW).amount == 1_240_000
    assert not Prepayment.objects.exists()


def test_it_is_paid_once_and_the_sixty_days_are_kept(cast: Cast, claim_no: str) -> None:
    payment = paid(cast, claim_no)
    assert (payment.amount_fen, payment.what.partition(":")[0], payment.decision_id) == (1_240_000, "prepayment", None)
    claim = Claim.objects.get(claim_no=claim_no)
    assert claim.is_prepaid and claim.state == S.REVIEW
    assert Deadline.objects.get(claim=claim, code="L4").state == "met"
    assert money.intend_prepayment(Prepayment.objects.get().pk, at=NOW) == payment.pk
    assert not mark_prepaid(payment.pk, NOW)
    assert Record.objects.filter(kind="claim.prepaid").count() == 1
    assert ledger.balance(f"claim_payable:{claim_no}") == -1_240_000
    settle_constraints()
    record = Record.objects.get(kind="claim.prepaid")
    notices.notify(record.pk, at=NOW)
    assert "12,400.00" in Notice.objects.get(record=record).text


def test_when_the_drug_is_accepted_the_difference_is_paid(cast: Cast, claim_no: str) -> None:
    paid(cast, claim_no)
    ai = cast.who("ai")
    reviewing.mark_line(ai, claim_no, at=NOW, invoice=1, line=3, disputed=False, why="适应症相符")
    calculating.calculate(ai, claim_no, at=NOW)
    told = deciding.decide(ai, claim_no, at=NOW, outcome=Calculation.objects.latest("pk").proposal)
    if told.state == "proposed":
        told = deciding.approve(cast.who("rui"), claim_no, at=NOW)
    assert (told.payable, told.paid_out) == (3_040_000, 1_800_000)
    agreeing.agree(cast.who("mei"), claim_no, at=NOW)
    payment_id = money.intend(claim_no, at=NOW)
    assert Payment.objects.get(pk=payment_id).amount_fen == 1_800_000
    settle_constraints()


def test_when_the_drug_is_refused_nothing_more_is_paid(cast: Cast, claim_no: str) -> None:
    paid(cast, claim_no)
    ai = cast.who("ai")
    reviewing.mark_line(ai, claim_no, at=NOW, invoice=1, line=3, not_necessary="18000.00", why="不属于适应症")
    calculating.calculate(ai, claim_no, at=NOW)
    last = Calculation.objects.latest("pk")
    assert (last.payable_fen, last.paid_out_fen) == (1_240_000, 0)


def test_nobody_approves_what_they_proposed_and_authority_is_asked(cast: Cast, claim_no: str) -> None:
    propose_prepayment(cast.who("rui"), claim_no, at=NOW)
    with pytest.raises(TwoPeople):
        approve_prepayment(cast.who("rui"), claim_no, at=NOW)
    with pytest.raises(NotAllowed):
        approve_prepayment(cast.who("ai"), claim_no, at=NOW)
    RoleGrant.objects.filter(person=cast.people["shi"]).update(authority_fen=1_000_000)
    with pytest.raises(NoAuthority):
        approve_prepayment(cast.who("shi"), claim_no, at=NOW)


def test_the_database_asks_for_two_people_and_for_authority(cast: Cast, claim_no: str) -> None:
    propose_prepayment(cast.who("ai"), claim_no, at=NOW)
    for wrong in ({"ended_by": cast.people["ai"], "authority_fen": 9_000_000}, {"ended_by": cast.people["rui"]}):
        with pytest.raises(IntegrityError, match="prepayment_"), transaction.atomic():
            Prepayment.objects.update(state="approved", ended_at=NOW, **wrong)


def test_it_is_proposed_once_and_again_after_it_was_sent_back(cast: Cast, claim_no: str) -> None:
    propose_prepayment(cast.who("ai"), claim_no, at=NOW)
    with pytest.raises(PrepaidAlready, match=r"12,400\.00"):
        propose_prepayment(cast.who("lin"), claim_no, at=NOW)
    send_back_prepayment(cast.who("rui"), claim_no, at=NOW, why="先补齐材料")
    with pytest.raises(NoPrepayment):
        approve_prepayment(cast.who("rui"), claim_no, at=NOW)
    assert propose_prepayment(cast.who("lin"), claim_no, at=NOW) == 1_240_000


def test_what_is_certain_no_longer_is_not_approved(cast: Cast, claim_no: str) -> None:
    propose_prepayment(cast.who("ai"), claim_no, at=NOW)
    reviewing.mark_line(cast.who("ai"), claim_no, at=NOW, invoice=1, line=2, disputed=True, why="再核实")
    with pytest.raises(CalculationStale):
        approve_prepayment(cast.who("rui"), claim_no, at=NOW)


def test_where_everything_is_disputed_there_is_nothing_to_pay_first(cast: Cast, claim_no: str) -> None:
    for line in (1, 2):
        reviewing.mark_line(cast.who("ai"), claim_no, at=NOW, invoice=1, line=line, disputed=True, why="再核实")
    with pytest.raises(NothingUndisputed):
        propose_prepayment(cast.who("ai"), claim_no, at=NOW)


def test_a_claim_of_which_money_has_moved_is_not_taken_back(cast: Cast, claim_no: str) -> None:
    paid(cast, claim_no)
    with pytest.raises(MoneyUnderWay):
        agreeing.withdraw(cast.who("mei"), claim_no, at=NOW)


def test_a_payment_is_of_a_decision_or_of_a_prepayment_and_never_of_both_or_neither(cast: Cast, claim_no: str) -> None:
    payment = paid(cast, claim_no)
    with pytest.raises(IntegrityError, match="payment_of_decision"), transaction.atomic():
        Payment.objects.create(
            claim=payment.claim, payee=payment.payee, account=payment.account, amount_fen=1, key="x", intended_at=NOW,
            next_at=NOW,
        )  # fmt: skip
    assert clocks.due_of(payment.claim, "L4") is not None
    assert prepaying.BEFORE_DECIDED[-1] is S.CALCULATED
