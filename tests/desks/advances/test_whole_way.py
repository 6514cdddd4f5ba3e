"""The whole way of an advance: told of, checked, judged, promised, paid, discharged, claimed, settled, paid back."""

from __future__ import annotations

from datetime import date

from hearth.desks import advances
from hearth.desks.books import ledger
from hearth.desks.claims import calculating, deciding, intake, reporting, reviewing
from hearth.desks.claims.foreseeing import foresee
from hearth.store.models import Advance, Claim
from tests.desks.advances.rows import A, follow_jobs, instalment, kinds, sign_all, state_of, told
from tests.desks.cast_rows import AT, DAY, HOUR, STAY_PAPERS, Cast, add_papers, stay


def test_from_the_members_notice_to_a_settled_claim_and_what_is_left_paid_back(cast: Cast) -> None:
    no = told(cast)
    assert state_of(no) == A.NOTIFIED
    advances.call(cast.who("an"), no, at=AT)
    follow_jobs()
    case = Advance.objects.get(advance_no=no)
    # Nothing is signed yet: it waits, and says for what.
    assert case.state == A.ELIGIBILITY
    assert [one["code"] for one in case.checks if one["result"] == "no"] == [
        "MEDICAL_DATA",
        "PAY_HOSPITAL",
        "REPAYMENT",
    ]
    sign_all(cast.who("mei"), no)
    follow_jobs()
    case.refresh_from_db()
    assert (case.state, case.risk) == (A.NECESSITY, "clear")
    assert case.policy is not None and case.policy.policy_no == "M1-MEI"
    advances.opine(
        cast.who("chen"), no, at=AT, verdict="necessary", reasons="指征明确", reference="胆囊结石诊治指南 2021"
    )
    # A hundred thousand at 80 % is above what Gu signs for: Rui, who has more, does.
    assert not advances.guarantee(cast.who("gu"), no, at=AT, look=foresee)
    advances.approve(cast.who("rui"), no, at=AT, look=foresee)
    case.refresh_from_db()
    assert (case.state, case.cap_fen) == (A.PAYING, 8_000_000)
    instalment(cast, no, 5_000_000)
    case.refresh_from_db()
    assert (case.state, case.paid_fen, case.balance_fen) == (A.TRACKING, 5_000_000, 5_000_000)
    assert ledger.balance(f"advance:{no}") == 5_000_000 == -ledger.balance("bank_advances")

    later = AT + 10 * DAY
    bill = stay(admitted_on="2026-06-01", discharged_on="2026-06-10")
    advances.discharge(cast.who("an"), no, date(2026, 6, 10), at=later, settlement={"invoices": [bill]})
    follow_jobs(later)
    case.refresh_from_db()
    claim = case.claim
    assert claim is not None and claim.state == "reported" and claim.facts["invoices"][0]["number"] == bill["number"]
    assert case.tasks.count() == 7

    claim_no = claim.claim_no
    reporting.save_draft(cast.who("mei"), claim_no, at=later, account_id=cast.accounts["mei"].pk)
    add_papers(cast.who("mei"), claim_no, *STAY_PAPERS, at=later)
    reporting.submit(cast.who("mei"), claim_no, at=later)
    intake.accept(cast.who("an"), claim_no, at=later)
    reviewing.begin_review(cast.who("ai"), claim_no, at=later)
    found = calculating.calculate(cast.who("ai"), claim_no, at=later)
    # E1: 68,112.17 - 41,059.30 public - 10,000 deductible = 17,052.87 payable; 50,000 were advanced.
    assert (found.payable, found.paid_out) == (1_705_287, 0)
    deciding.decide(cast.who("ai"), claim_no, at=later, outcome="approved")
    follow_jobs(later)
    case.refresh_from_db()
    assert (case.state, case.offset_fen, case.balance_fen) == (A.RECOVERY, 1_705_287, 3_294_713)
    assert Claim.objects.get(claim_no=claim_no).calculations.get().result["claims"][0]["recovery"] == 3_294_713

    rows = advances.sign_plan(cast.who("mei"), no, 3, date(2026, 7, 1), at=later)
    assert sum(fen for _, fen in rows) == 3_294_713 and rows[0][0] == date(2026, 7, 1)
    advances.recover(cast.who("fang"), no, 3_000_000, at=later + HOUR, payer="member", reference="T-1")
    advances.recover(cast.who("fang"), no, 3_000_000, at=later + HOUR, payer="member", reference="T-1")
    advances.propose_waiver(cast.who("an"), no, 294_713, at=later + HOUR, why="低保家庭")
    advances.let_off(cast.who("rui"), no, at=later + HOUR, grants=True)
    case.refresh_from_db()
    assert (case.state, case.balance_fen, case.written_off_fen) == (A.SETTLED, 0, 294_713)
    assert case.paid_fen == case.offset_fen + case.recovered_fen + case.written_off_fen
    assert ledger.balance(f"advance:{no}") == 0
    assert [kind for kind in kinds(no) if kind in ("advance.guaranteed", "advance.paid", "advance.owed")] == [
        "advance.guaranteed",
        "advance.paid",
        "advance.owed",
    ]
