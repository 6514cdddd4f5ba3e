"""Clear claims of small amounts are promised a short time, which stands still while the member decides."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.desks.claims import agreeing, calculating, deciding
from hearth.desks.promises import sweep
from hearth.desks.suspicion import investigate
from hearth.store.models import Calculation, Claim, Deadline, WorkOrder
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, DAY, HOUR, STAY_PAPERS, Cast, confirm, stay, visit
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db

S = ClaimState


def lane(no: str, code: str = "P_FAST") -> Deadline | None:
    return Deadline.objects.filter(claim__claim_no=no, code=code).first()


def decided(cast: Cast, no: str) -> None:
    ai = cast.who("ai")
    calculating.calculate(ai, no, at=AT + HOUR)
    deciding.decide(ai, no, at=AT + HOUR, outcome=Calculation.objects.latest("pk").proposal)


def test_a_clear_visit_is_promised_to_be_paid_within_two_days(cast: Cast) -> None:
    row = lane(claim_at(cast, S.ACCEPTED))
    assert row is not None and row.due_at is not None
    # Accepted on 06-01; the last moment is 24:00 of 06-03.
    assert (row.amount, row.state, day_in_china(row.due_at - HOUR)) == (2, "running", date(2026, 6, 3))
    assert lane(row.claim.claim_no, "P_SMALL") is not None


def test_a_stay_under_a_product_that_promises_nothing_is_on_no_lane(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED, policies=["M1-MEI"], facts={"invoices": [stay()]}, papers=STAY_PAPERS)
    assert lane(no) is None and lane(no, "P_SMALL") is None


def test_a_contract_older_than_the_promise_was_sold_without_it(cast: Cast) -> None:
    visits = {"invoices": [visit(on="2025-11-20")]}
    no = claim_at(cast, S.ACCEPTED, member="lan", policies=["OP-LAN"], facts=visits)
    assert lane(no) is None


def test_the_promise_waits_while_the_member_decides_and_is_kept_when_the_money_is_there(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    decided(cast, no)
    row = lane(no)
    assert row is not None and row.state == "paused"
    agreeing.agree(cast.who("mei"), no, at=AT + 5 * DAY)
    row.refresh_from_db()
    assert row.state == "running" and row.due_at is not None
    assert day_in_china(row.due_at - HOUR) == date(2026, 6, 8)
    agreeing.mark_paid(confirm(Claim.objects.get(claim_no=no)).pk, AT + 6 * DAY)
    row.refresh_from_db()
    assert row.state == "met"


def test_a_claim_that_is_investigated_leaves_the_lanes(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    investigate(cast.who("ai"), no, at=AT, words="发票号码存疑")
    row = lane(no)
    assert row is not None and row.state == "void"


def test_the_fast_lane_is_chased_before_it_is_broken(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    # 62 hours from Monday 10:00; 60 % are over on Tuesday at 23:12.
    sweep(at=AT + 37 * HOUR)
    assert not WorkOrder.objects.filter(claim__claim_no=no, chaser="closing").exists()
    sweep(at=AT + 38 * HOUR)
    assert WorkOrder.objects.filter(claim__claim_no=no, chaser="closing", level=1).exists()
