"""What was advanced is offset, paid back, let off or outstanding: nobody can commit anything else, not even by SQL."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from hearth.desks import advances
from hearth.desks.advances.faults import AboveAuthority, AmountWrong, DayWrong, NotPayable, SecondSignature
from hearth.desks.books import ledger
from hearth.desks.claims import agreeing
from hearth.desks.claims.foreseeing import foresee
from hearth.store.models import Advance, AdvanceEntry, Guarantee, Instalment
from tests.desks.advances.rows import A, follow_jobs, instalment, kinds, refused, state_of, way_to
from tests.desks.cast_rows import AT, DAY, Cast


def sql(text: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)


ATTACKS: tuple[tuple[str, str, str], ...] = (
    # what is tried, the statement, what stops it
    ("a balance without an entry", "UPDATE store_advance SET balance_fen = 0 WHERE id = %s", "advance_identity"),
    (
        "a balance and its sum without an entry",
        "UPDATE store_advance SET balance_fen = 0, recovered_fen = paid_fen WHERE id = %s",
        "its sums differ from its entries",
    ),
    (
        "more outstanding than the letter promises",
        "UPDATE store_advance SET paid_fen = cap_fen + 1, balance_fen = cap_fen + 1 WHERE id = %s",
        "advance_outstanding_within_cap",
    ),
    (
        "a higher cap",
        "UPDATE store_advance SET cap_fen = cap_fen + 1 WHERE id = %s",
        "its cap is not that of its letter",
    ),
    (
        "a letter made larger",
        "UPDATE store_guarantee SET cap_fen = cap_fen + 1 WHERE advance_id = %s",
        "Cannot update",
    ),
    ("a letter taken away", "DELETE FROM store_guarantee WHERE advance_id = %s", "delete rows"),
    ("a letter ended under what was paid", "UPDATE store_guarantee SET ended_at = now() WHERE advance_id = %s", "cap"),
    ("an entry changed", "UPDATE store_advanceentry SET fen = fen - 1 WHERE advance_id = %s", "Cannot update"),
    ("an entry taken away", "DELETE FROM store_advanceentry WHERE advance_id = %s", "delete rows"),
    (
        "an instalment made larger",
        "UPDATE store_instalment SET amount_fen = amount_fen + 1 WHERE advance_id = %s",
        "Cannot update",
    ),
    (
        "money off the books",
        "UPDATE store_ledgeraccount SET balance_fen = 0 WHERE code = 'advance:' ||"
        " (SELECT advance_no FROM store_advance WHERE id = %s)",
        "differs from its entries",
    ),
    (
        "settled with something owed",
        "UPDATE store_advance SET state = 'settled', seq = seq + 1 WHERE id = %s",
        "follow",
    ),
    (
        "a step that nobody wrote down",
        "UPDATE store_advance SET state = 'discharged', seq = seq + 1 WHERE id = %s",
        "is not written down",
    ),
    (
        "declined after money moved",
        "UPDATE store_advance SET state = 'cancelled', reason = 'MEMBER', seq = seq + 1 WHERE id = %s",
        "cannot follow",
    ),
    ("a case taken away", "DELETE FROM store_advance WHERE id = %s", "delete rows"),
)


def test_no_statement_breaks_the_books_of_an_advance(cast: Cast) -> None:
    case = Advance.objects.get(advance_no=way_to(cast, A.TRACKING))
    for _what, statement, stops in ATTACKS:
        with refused(stops):
            sql(statement, case.pk)
    case.refresh_from_db()
    assert (case.paid_fen, case.balance_fen, case.cap_fen) == (3_000_000, 3_000_000, 8_000_000)


def test_an_entry_that_the_case_does_not_know_of_is_refused(cast: Cast) -> None:
    case = Advance.objects.get(advance_no=way_to(cast, A.TRACKING))
    entry = AdvanceEntry.objects.get(advance=case)
    with refused("its sums differ from its entries"):
        posting = ledger.post("forged", "forged", [("a", "bank", 1), ("b", "bank", -1)], at=AT)
        AdvanceEntry.objects.create(
            advance=case, seq=2, what="recovered", fen=1, key="forged", posting=posting, record=entry.record, at=AT
        )
    with refused("advance_entry_waived"):
        posting = ledger.post("forged", "forged", [("a", "bank", 1), ("b", "bank", -1)], at=AT)
        AdvanceEntry.objects.create(
            advance=case, seq=2, what="written_off", fen=1, key="forged", posting=posting, record=entry.record, at=AT
        )


def test_no_money_goes_without_a_second_person_or_to_an_account_that_is_not_the_hospitals(cast: Cast) -> None:
    no = way_to(cast, A.PAYING)
    pk = advances.prepare(cast.who("fang"), no, 1_000_000, at=AT)
    with pytest.raises(SecondSignature):
        advances.release(cast.who("fang"), pk, at=AT)
    assert advances.send(pk, at=AT) == "intended"
    with refused("waits for a second person"):
        sql("UPDATE store_instalment SET state = 'sent' WHERE id = %s", pk)
    with refused("instalment_released_by_another"):
        sql("UPDATE store_instalment SET released_by_id = prepared_by_id, released_at = now() WHERE id = %s", pk)
    with refused("Cannot update"):
        sql("UPDATE store_instalment SET account_id = account_id + 1 WHERE id = %s", pk)
    row = Instalment.objects.get(pk=pk)
    other = advances.enter_account(
        cast.who("fang"), row.account.hospital_id, at=AT, holder_name="别处", bank="银行", number="6222020211002233"
    )
    advances.take_back(cast.who("fang"), pk, at=AT)
    with refused("not the registered account"):
        Instalment.objects.create(
            advance=row.advance, guarantee=row.guarantee, number=9, account_id=other, amount_fen=1, key="forged",
            prepared_by=row.prepared_by, prepared_at=AT, next_at=AT,
        )  # fmt: skip


def test_no_letter_without_an_opinion_or_above_the_authority_of_who_signs(cast: Cast) -> None:
    no = way_to(cast, A.NECESSITY)
    with refused("no signed opinion"):
        sql("UPDATE store_advance SET state = 'guarantee', seq = seq + 1 WHERE advance_no = %s", no)
    advances.opine(cast.who("chen"), no, at=AT, verdict="necessary", reasons="指征明确", reference="指南")
    assert not advances.guarantee(cast.who("gu"), no, at=AT, look=foresee)
    with pytest.raises(AboveAuthority):
        cast.people["shi"].grants.update(authority_fen=100)
        advances.approve(cast.who("shi"), no, at=AT, look=foresee)
    advances.approve(cast.who("rui"), no, at=AT, look=foresee)
    letter = Guarantee.objects.get(advance__advance_no=no)
    assert (letter.issued_by_id, letter.approved_by_id) == (
        cast.id("gu"),
        cast.id("rui"),
    ) and letter.authority_fen >= letter.cap_fen
    with refused("guarantee_within_authority"):
        Guarantee.objects.create(
            advance=letter.advance, number=2, opinion=letter.opinion, cap_fen=9_000_000, bound="limit",
            estimate_fen=10_000_000, limit_left_fen=10_000_000, share_bp=8_000, valid_until=letter.valid_until,
            issued_by=letter.issued_by, authority_fen=1, issued_at=AT, record=letter.record, ended_at=AT,
        )  # fmt: skip


def test_what_is_owed_is_let_off_by_two_people_within_authority(cast: Cast) -> None:
    no = way_to(cast, A.DISCHARGED)
    follow_jobs()
    case = Advance.objects.get(advance_no=no)
    assert case.claim is not None
    agreeing.withdraw(cast.who("mei"), case.claim.claim_no, at=AT)
    follow_jobs()
    assert state_of(no) == A.RECOVERY
    advances.propose_waiver(cast.who("shi"), no, 3_000_000, at=AT, why="特困")
    with pytest.raises(SecondSignature):
        advances.let_off(cast.who("shi"), no, at=AT, grants=True)
    with refused("advance_waiver_two_people"):
        sql("UPDATE store_advancewaiver SET approved_by_id = proposed_by_id WHERE advance_id = %s", case.pk)
    with pytest.raises(AmountWrong):
        advances.recover(cast.who("fang"), no, 3_000_001, at=AT, payer="member", reference="X")
    advances.let_off(cast.who("rui"), no, at=AT, grants=True)
    case.refresh_from_db()
    assert (case.state, case.written_off_fen, case.balance_fen) == (A.SETTLED, 3_000_000, 0)
    assert ledger.balance("advances_written_off") == 3_000_000


def test_who_owes_is_reminded_at_thirty_sixty_and_ninety_days_and_never_charged_interest(cast: Cast) -> None:
    no = way_to(cast, A.DISCHARGED)
    follow_jobs()
    case = Advance.objects.get(advance_no=no)
    assert case.claim is not None
    agreeing.withdraw(cast.who("mei"), case.claim.claim_no, at=AT)
    follow_jobs()
    told = [advances.remind_due(at=AT + timedelta(days=day)) for day in (29, 30, 31, 60, 61, 90, 200)]
    assert told == [0, 1, 0, 1, 0, 1, 0]
    case.refresh_from_db()
    assert case.balance_fen == 3_000_000


def test_above_ones_authority_a_waiver_waits(cast: Cast) -> None:
    no = way_to(cast, A.DISCHARGED)
    follow_jobs()
    case = Advance.objects.get(advance_no=no)
    assert case.claim is not None
    agreeing.withdraw(cast.who("mei"), case.claim.claim_no, at=AT)
    follow_jobs()
    cast.people["shi"].grants.update(authority_fen=100)
    advances.propose_waiver(cast.who("an"), no, 200, at=AT, why="特困")
    with pytest.raises(AboveAuthority):
        advances.let_off(cast.who("shi"), no, at=AT, grants=True)


def test_a_second_instalment_stays_within_the_letter(cast: Cast) -> None:
    no = way_to(cast, A.TRACKING)
    with pytest.raises(NotPayable):
        advances.prepare(cast.who("fang"), no, 5_000_001, at=AT)
    instalment(cast, no, 5_000_000)
    case = Advance.objects.get(advance_no=no)
    assert case.balance_fen == case.cap_fen == 8_000_000
    with pytest.raises(NotPayable):
        advances.prepare(cast.who("fang"), no, 1, at=AT)


def test_a_letter_that_ran_out_pays_nothing_more(cast: Cast) -> None:
    no = way_to(cast, A.TRACKING)
    with pytest.raises(NotPayable):
        advances.prepare(cast.who("fang"), no, 1_000, at=AT + 31 * DAY)


def test_a_plan_of_repayment_signed_three_times_is_one_plan_and_another_takes_its_place(cast: Cast) -> None:
    no = way_to(cast, A.DISCHARGED)
    follow_jobs()
    case = Advance.objects.get(advance_no=no)
    assert case.claim is not None
    agreeing.withdraw(cast.who("mei"), case.claim.claim_no, at=AT)
    follow_jobs()
    assert state_of(no) == A.RECOVERY
    signed = [advances.sign_plan(cast.who("mei"), no, 3, date(2026, 7, 1), at=AT) for _press in range(3)]
    assert signed[0] == signed[1] == signed[2] and case.repayment_plans.count() == 1
    assert kinds(no).count("advance.plan_signed") == 1
    advances.sign_plan(cast.who("mei"), no, 3, date(2026, 7, 1), at=AT, may_set_off=True)
    advances.sign_plan(cast.who("mei"), no, 2, date(2026, 7, 1), at=AT, may_set_off=True)
    assert case.repayment_plans.count() == 3 and len(case.repayment_plans.get(ended_at=None).instalments) == 2
    # A plan that ended can be signed anew.
    advances.sign_plan(cast.who("mei"), no, 3, date(2026, 7, 1), at=AT)
    assert case.repayment_plans.count() == 4 and case.repayment_plans.filter(ended_at=None).count() == 1


def test_a_stay_day_before_the_admission_is_none(cast: Cast) -> None:
    no = way_to(cast, A.TRACKING)
    with pytest.raises(DayWrong):
        advances.tell_cost(cast.who("an"), no, date(2026, 5, 31), 1, at=AT)
