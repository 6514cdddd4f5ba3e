"""Calls with hospitals are written down, on the claim and its advance; the next one is followed up by a later call."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from hearth.desks.people import export_data
from hearth.desks.service.calls import note_call
from hearth.desks.service.faults import CallIncomplete
from hearth.store.access import HOUSE, NotAllowed, NotThere
from hearth.store.access.calls import calls_of, calls_to_make
from hearth.store.models import Advance, Claim, HealthRead, HospitalCall, Record
from hearth.words.calls import CallOutcome
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, DAY, HOUR, Cast, cast
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db
TOMORROW = (AT + DAY).date()


@pytest.fixture(name="cast")
def everybody() -> Cast:
    return cast()


def called(cast: Cast, by: str = "an", *, at: datetime = AT, **more: Any) -> int:
    said: dict[str, Any] = {
        "way": "to", "topic": "records", "outcome": "promised", "hospital": "市第一人民医院", "spoke_with": "病案室 李",
        "words": "出院小结本周内补寄", "called_at": at - HOUR, "next_on": TOMORROW,
    }  # fmt: skip
    return note_call(cast.who(by), at=at, **{**said, **more})


def test_seven_calls_to_a_hospital_stand_in_order_and_each_follows_up_the_one_before(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.REVIEW)
    for day in range(7):
        at = AT + day * DAY
        called(cast, claim_no=no, at=at, next_on=(at + DAY).date())
    rows = calls_of(cast.who("an"), AT + 7 * DAY, claim_no=no)
    assert [row.called_at for row in rows] == [AT + day * DAY - HOUR for day in reversed(range(7))]
    assert [row.waits for row in rows] == [True] + [False] * 6
    assert rows[0].by == "安" and rows[0].hospital == "市第一人民医院"
    called(cast, claim_no=no, at=AT + 7 * DAY, outcome="answered", next_on=None, words="小结已寄出")
    assert not any(row.waits for row in calls_of(cast.who("an"), AT + 7 * DAY, claim_no=no))
    assert Record.objects.filter(kind="claim.hospital_called", subject=f"claim:{no}").count() == 8


def test_where_and_with_whom_is_sealed_and_stays_out_of_the_log(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.REVIEW)
    pk = called(cast, claim_no=no)
    body = bytes(Record.objects.get(kind="claim.hospital_called").body).decode()
    assert "人民医院" not in body and "小结" not in body and '"topic":"records"' in body.replace(" ", "")
    for change in ({"outcome": "answered"}, {"called_at": AT}, {"next_on": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            HospitalCall.objects.filter(pk=pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        HospitalCall.objects.filter(pk=pk).delete()
    (told,) = export_data(cast.who("mei"), cast.id("mei"), at=AT)["calls"]
    assert told["hospital"] == "市第一人民医院" and told["next_on"] == TOMORROW.isoformat()


@pytest.mark.parametrize(
    "wrong",
    [
        {"hospital": " "},
        {"hospital": "院" * 101},
        {"words": ""},
        {"outcome": "maybe"},
        {"next_on": None},
        {"next_on": AT.date() - timedelta(days=1)},
        {"next_on": date(2030, 1, 1)},
        {"called_at": AT + HOUR},
        {"called_at": AT - 90 * DAY},
    ],
)
def test_a_call_that_says_too_little_is_asked_for_more(cast: Cast, wrong: dict[str, Any]) -> None:
    no = claim_at(cast, ClaimState.SUBMITTED)
    with pytest.raises(CallIncomplete):
        called(cast, claim_no=no, **wrong)
    assert not HospitalCall.objects.exists()


def test_a_declined_call_needs_no_next_day_and_nobody_notes_one_of_their_own_claim(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.REVIEW)
    called(cast, "gu", claim_no=no, outcome=CallOutcome.DECLINED, next_on=None)
    for code in ("mei", "shen", "fang"):
        with pytest.raises((NotAllowed, NotThere)):
            called(cast, code, claim_no=no)
    with pytest.raises(NotAllowed):
        note_call(HOUSE, at=AT, claim_no=no, way="to", topic="bill", outcome="answered", hospital="x", words="x",
                  called_at=AT)  # fmt: skip
    Claim.objects.filter(claim_no=no).update(person=cast.id("an"))
    with pytest.raises((NotAllowed, NotThere)):
        called(cast, claim_no=no)
    assert HospitalCall.objects.count() == 1


def test_an_advance_and_its_claim_share_their_calls_and_the_list_says_where_to_call_again(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.REVIEW)
    claim = Claim.objects.get(claim_no=no)
    other = claim_at(cast, ClaimState.REVIEW, member="bo", policies=["M1-BO"])
    advance = Advance.objects.create(
        advance_no="A26000001", person=claim.person, branch=claim.branch, state_at=AT, source="member",
        notified_at=AT, admitted_on=AT.date(),
    )  # fmt: skip
    called(cast, advance_no="A26000001", topic="cost")
    called(cast, claim_no=other, next_on=(AT + 2 * DAY).date())
    assert Record.objects.filter(kind="advance.hospital_called", subject="advance:A26000001").exists()
    due = calls_to_make(cast.who("an"), AT)
    assert [(row.claim_no, row.advance_no) for row in due] == [("", "A26000001"), (other, "")]
    assert HealthRead.objects.filter(kind="hospital_call", reader=cast.id("an")).count() == 2
    Advance.objects.filter(pk=advance.pk).update(claim=claim)
    assert [row.advance_no for row in calls_of(cast.who("an"), AT, claim_no=no)] == ["A26000001"]
    called(cast, claim_no=no, at=AT + HOUR, called_at=AT, outcome="answered", next_on=None)
    assert [row.claim_no for row in calls_to_make(cast.who("an"), AT + HOUR)] == [other]
    assert len(calls_of(cast.who("an"), AT + HOUR, advance_no="A26000001")) == 2
    with pytest.raises(NotAllowed):
        calls_to_make(cast.who("mei"), AT)
