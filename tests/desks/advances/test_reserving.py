"""A letter holds back the limit that it promises: from other claims, from other letters, until its stay is decided."""

from __future__ import annotations

from datetime import datetime, timedelta

from hearth.desks import advances
from hearth.desks.claims import calculating
from hearth.desks.claims.foreseeing import foresee
from hearth.store.models import Advance, Guarantee
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from tests.desks.advances.rows import A, follow_jobs, instalment, settle_by_claim, sign_all, told, way_to
from tests.desks.cast_rows import AT, DAY, STAY_PAPERS, Cast, stay
from tests.desks.claims.way import claim_at

LIMIT = 200_000_000
"""Two million yuan a year."""


LATER = AT + 25 * DAY


def large(cast: Cast, state: ClaimState, amount: str, *, at: datetime = AT, **days: str) -> str:
    """Another stay of Mei's, with a large bill."""
    lines = [{"category": "surgery", "name": "心脏移植术", "amount": amount}]
    bill = stay(total=amount, fund="0.00", account="0.00", cash=amount, lines=lines, **days)
    cast.people["ai"].grants.update(authority_fen=LIMIT)
    return claim_at(cast, state, policies=["M1-MEI"], facts={"invoices": [bill]}, papers=STAY_PAPERS, at=at)


def payable(cast: Cast, no: str) -> int:
    return calculating.calculate(cast.who("ai"), no, at=LATER + 2 * DAY).payable


def test_another_claim_gets_what_the_letter_leaves_and_after_its_stay_is_decided_what_that_left(cast: Cast) -> None:
    no = way_to(cast, A.PAYING)
    assert Guarantee.objects.get().cap_fen == 8_000_000 and Guarantee.objects.get().reserved
    instalment(cast, no, 1_000_000)
    # More than the whole limit, and later than the stay that the letter is for.
    waits = large(cast, ClaimState.REVIEW, "2500000.00", at=LATER, admitted_on="2026-06-12", discharged_on="2026-06-20")
    assert payable(cast, waits) == LIMIT - 8_000_000
    settle_by_claim(cast, no, LATER + DAY)
    assert payable(cast, waits) == LIMIT - 1_705_287


def test_a_second_letter_promises_what_the_first_one_left_and_a_third_nothing(cast: Cast) -> None:
    # 1,930,000.00 less the deductible of 10,000.00 is paid: 80,000.00 of the year are left.
    large(cast, ClaimState.DECIDED, "1930000.00")
    first = way_to(cast, A.PAYING, estimate_fen=7_500_000)
    assert Advance.objects.get(advance_no=first).cap_fen == 6_000_000
    second = way_to(cast, A.PAYING, admitted_on=day_in_china(AT) - timedelta(days=3))
    letter = Guarantee.objects.get(advance__advance_no=second)
    assert (letter.cap_fen, letter.bound) == (2_000_000, "limit")
    third = told(cast, admitted_on=day_in_china(AT) - timedelta(days=5))
    advances.call(cast.who("an"), third, at=AT)
    sign_all(cast.who("mei"), third)
    found = advances.check(cast.who("an"), third, at=AT, look=foresee)
    assert [one.code for one in found if one.result == "no"] == ["LIMIT"]
    # A stay that is over keeps its promise until a person has decided upon its claim.
    advances.discharge(cast.who("an"), second, day_in_china(AT), at=AT)
    follow_jobs()
    again = advances.check(cast.who("an"), third, at=AT, look=foresee)
    assert [one.code for one in again if one.result == "no"] == ["LIMIT"]
