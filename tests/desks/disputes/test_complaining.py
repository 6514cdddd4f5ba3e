"""Complaints: the legal days, recusal, one review, five representatives, causes open until they are counted again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hearth.desks import disputes
from hearth.desks.disputes.faults import (
    AboutYourself,
    ComplaintIncomplete,
    ComplaintNotNow,
    ReviewTooLate,
    TooManyRepresentatives,
    WasInvolved,
)
from hearth.store.access import NotAllowed, NotThere
from hearth.store.access.complaints import complaint_figures, complaint_file, open_actions
from hearth.store.models import Complaint, ComplaintEvent
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from hearth.words.complaints import ComplaintState
from tests.desks.cast_rows import AT, DAY, Cast, settle_constraints
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db
C, S = ComplaintState, ClaimState


def complained(cast: Cast, *, at: datetime = AT, **more: Any) -> str:
    """A complaint of Mei about something slow."""
    said = {"stage": "claim", "cause": "slow", "words": "等了两周没有消息", **more}
    return disputes.complain(cast.who("mei"), cast.id("mei"), at=at, **said)


def answered(cast: Cast, *, finding: str = "not") -> str:
    """A complaint that was answered."""
    no = complained(cast)
    disputes.take_complaint(cast.who("shi"), no, at=AT)
    disputes.answer_complaint(cast.who("shi"), no, at=AT + DAY, finding=finding, words="时限内已处理")
    return no


def held(no: str) -> Complaint:
    """A complaint as the database has it."""
    return Complaint.objects.get(complaint_no=no)


def days_of(no: str) -> list[tuple[str, str, int]]:
    """The limits of a complaint: code, state, days to its last day."""
    return [
        (one.code, one.state, (day_in_china(one.due_at - timedelta(microseconds=1)) - day_in_china(AT)).days)
        for one in held(no).clocks.order_by("id")
    ]


def test_a_complaint_is_answered_within_fifteen_days_longer_where_it_is_complex(cast: Cast) -> None:
    no = complained(cast)
    assert days_of(no) == [("L_COMPLAINT_15", "running", 15)]
    disputes.take_complaint(cast.who("shi"), no, at=AT)
    disputes.extend(cast.who("shi"), no, at=AT + DAY, days=30, words="涉及三家医院")
    with pytest.raises(AboutYourself):
        disputes.extend(cast.who("shi"), no, at=AT + 2 * DAY, days=60, words="还要更久")
    disputes.extend(cast.who("rui"), no, at=AT + 2 * DAY, days=60, words="需要外地取证")
    codes = {code: (state, days) for code, state, days in days_of(no)}
    assert codes["L_COMPLAINT_15"][0] == codes["L_COMPLAINT_30"][0] == "void"
    # Counted from the same day; what ends on a day of rest ends on the next working day.
    assert 60 <= codes["L_COMPLAINT_60"][1] <= 62
    disputes.answer_complaint(cast.who("shi"), no, at=AT + 40 * DAY, finding="right", words="确有延误")
    assert {code: state for code, state, _days in days_of(no)}["L_COMPLAINT_60"] == "met"
    settle_constraints()


def test_nobody_looks_into_their_own_act_or_a_claim_they_worked_on(cast: Cast) -> None:
    about = complained(cast, about=cast.id("shi"))
    with pytest.raises(AboutYourself):
        disputes.take_complaint(cast.who("shi"), about, at=AT)
    disputes.take_complaint(cast.who("rui"), about, at=AT)
    no = claim_at(cast, S.DECIDED)
    from hearth.desks.claims import reviewing

    reviewing.write_note(cast.who("shi"), no, "看过", at=AT)
    other = complained(cast, claim_no=no)
    with pytest.raises(WasInvolved):
        disputes.take_complaint(cast.who("shi"), other, at=AT)
    for number, column in ((about, "reviewer_id"), (other, "handler_id")):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE store_complaint SET {column} = %s WHERE complaint_no = %s", [cast.id("shi"), number]
            )


def test_a_review_is_asked_for_once_in_its_days_and_answered_by_somebody_else(cast: Cast) -> None:
    no = answered(cast)
    with pytest.raises(ReviewTooLate):
        disputes.ask_review(cast.who("mei"), no, at=AT + 40 * DAY, words="不同意")
    disputes.ask_review(cast.who("mei"), no, at=AT + 2 * DAY, words="不同意")
    with pytest.raises(AboutYourself):
        disputes.review(cast.who("shi"), no, at=AT + 3 * DAY, finding="partly", words="部分属实")
    disputes.review(cast.who("rui"), no, at=AT + 3 * DAY, finding="partly", words="部分属实")
    with pytest.raises(ComplaintNotNow):
        disputes.ask_review(cast.who("mei"), no, at=AT + 4 * DAY, words="还是不同意")
    assert disputes.close_silent(no, at=AT + 4 * DAY) and not disputes.close_silent(no, at=AT + 4 * DAY)
    settle_constraints()
    assert (held(no).state, held(no).finding, held(no).review_finding) == (C.CLOSED, "not", "partly")


def test_an_answer_that_nobody_asks_to_review_is_closed_after_its_days(cast: Cast) -> None:
    no = answered(cast)
    assert disputes.complaints_over(AT + 10 * DAY) == [] and not disputes.close_silent(no, at=AT + 10 * DAY)
    assert disputes.complaints_over(AT + 40 * DAY) == [no] and disputes.close_silent(no, at=AT + 40 * DAY)


def test_at_most_five_people_represent_a_complaint_of_many(cast: Cast) -> None:
    six = [f"代表{number}" for number in range(6)]
    with pytest.raises(TooManyRepresentatives):
        complained(cast, representatives=six)
    no = complained(cast, representatives=six[:5], others=["其他人"])
    file = complaint_file(cast.who("mei"), no, AT)
    assert [one.is_representative for one in file.parties] == [True] * 5 + [False]
    with pytest.raises(IntegrityError, match="at most 5"), transaction.atomic():
        held(no).parties.create(name="第六人", is_representative=True)


def test_a_cause_stays_open_until_it_was_counted_again_and_is_gone(cast: Cast) -> None:
    first = complained(cast)
    more = {"root_cause": "节假日无人受理", "action": "排班", "due_on": day_in_china(AT + 30 * DAY)}
    with pytest.raises(ComplaintIncomplete):
        disputes.begin_action(cast.who("shi"), first, at=AT, aim=2, **more)
    action = disputes.begin_action(cast.who("shi"), first, at=AT, aim=0, **more)
    with pytest.raises(ComplaintIncomplete):
        disputes.measure_action(cast.who("shi"), action, at=AT + 30 * DAY)
    complained(cast, at=AT + 20 * DAY)
    assert not disputes.measure_action(cast.who("shi"), action, at=AT + 91 * DAY)
    assert [one.measured for one in open_actions(cast.who("shi"), AT + 91 * DAY)] == [1]
    assert disputes.measure_action(cast.who("shi"), action, at=AT + 120 * DAY)
    assert open_actions(cast.who("shi"), AT + 120 * DAY) == ()


def test_the_share_of_complaints_about_claims_is_told_without_a_word_of_them(cast: Cast) -> None:
    for stage in ("claim", "claim", "claim", "sales", "care"):
        complained(cast, stage=stage)
    found = complaint_figures(cast.who("shi"), AT + DAY, AT - DAY)
    assert (found.registered, found.claim_share_bp, found.open, found.late) == (5, 6_000, 5, 0)
    assert complaint_figures(cast.who("shi"), AT + 20 * DAY, AT - DAY).late == 5


def test_a_complaint_is_of_whoever_complains_and_can_be_taken_back(cast: Cast) -> None:
    no = complained(cast)
    for verb in (disputes.withdraw_complaint, disputes.take_complaint):
        with pytest.raises((NotThere, NotAllowed)):
            verb(cast.who("bo"), no, at=AT)
    disputes.withdraw_complaint(cast.who("mei"), no, at=AT)
    disputes.withdraw_complaint(cast.who("mei"), no, at=AT)
    with pytest.raises(ComplaintNotNow):
        disputes.take_complaint(cast.who("shi"), no, at=AT)
    for wrong in ({"stage": "x"}, {"cause": "x"}, {"words": " "}, {"about": 10**9}):
        with pytest.raises(ComplaintIncomplete):
            complained(cast, **wrong)
    assert ComplaintEvent.objects.filter(complaint__complaint_no=no).count() == 2
