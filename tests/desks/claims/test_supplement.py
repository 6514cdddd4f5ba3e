"""What is missing is asked for once and completely; the legal limit stands still from the day the notice arrives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from hearth.desks.books import clocks
from hearth.desks.claims import calculating, deciding, intake, reporting, reviewing
from hearth.desks.claims.faults import AskedAlready, NothingMissing, PapersMissing, TwoPeople
from hearth.store.access import NotAllowed
from hearth.store.models import Claim, Deadline, Record, Supplement
from hearth.words.calendar import day_in_china, end_of_day
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, DAY, HOUR, STAY_PAPERS, Cast, add_papers, stay
from tests.desks.claims.way import claim_at

S = ClaimState


def on(day: date) -> datetime:
    """Ten in the morning in China."""
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


def incomplete(cast: Cast, at: datetime = AT) -> str:
    """An accepted stay without discharge summary: the member has no more, she says."""
    mei = cast.who("mei", at)
    no = claim_at(cast, S.REPORTED, at=at, policies=["M1-MEI"], facts={"invoices": [stay()]})
    add_papers(mei, no, "invoice", "itemised_list", at=at)
    reporting.submit(mei, no, at=at, has_no_more=True)
    intake.accept(cast.who("an", at), no, at=at)
    return no


def last_day(no: str, code: str) -> date:
    """The last day of a limit."""
    due = Deadline.objects.get(claim__claim_no=no, code=code, state__in=("running", "met", "late")).due_at
    assert due is not None
    return day_in_china(due - timedelta(seconds=1))


def test_everything_missing_is_asked_for_with_what_it_is_worth(cast: Cast) -> None:
    no = incomplete(cast)
    asked = intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
    assert [(item["paper"], item["worth_fen"]) for item in asked.items] == [
        ("discharge_summary", 1_705_287),
        ("prescription", None),
    ]
    assert asked.items[0]["why_zh"] == "证明住院日期、原因与治疗经过"
    assert asked.items[0]["clause"] == "5.2(c)"


def test_papers_needed_together_are_all_asked_for_at_once(cast: Cast) -> None:
    mei = cast.who("mei")
    no = claim_at(cast, S.REPORTED, policies=["M1-MEI"], facts={"invoices": [stay()]})
    reporting.submit(mei, no, at=AT, has_no_more=True)
    intake.accept(cast.who("an"), no, at=AT)
    asked = intake.ask_supplement(cast.who("ai"), no, at=AT)
    assert {item["paper"] for item in asked.items} == set(STAY_PAPERS)


def test_where_nothing_is_missing_nothing_is_asked_for(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    with pytest.raises(NothingMissing):
        intake.ask_supplement(cast.who("ai"), no, at=AT)


def test_the_pause_of_e19_moves_the_legal_day_exactly(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED, at=on(date(2026, 1, 28)))
    assert last_day(no, "L1") == date(2026, 2, 27)
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=on(date(2026, 1, 30)))
    assert last_day(no, "L1") == date(2026, 2, 27), "asking alone stops nothing"
    intake.supplement_delivered(no, at=on(date(2026, 2, 2)))
    assert Deadline.objects.get(claim__claim_no=no, code="L1").state == "paused"
    add_papers(cast.who("mei"), no, "prescription", at=on(date(2026, 2, 11)))
    intake.receive_supplement(cast.who("mei"), no, at=on(date(2026, 2, 11)))
    l1 = Deadline.objects.get(claim__claim_no=no, code="L1")
    assert l1.due_at == end_of_day(date(2026, 3, 9))
    assert l1.target_on == date(2026, 3, 6)


def test_the_sixty_days_of_the_prepayment_do_not_stand_still(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    before = last_day(no, "L4")
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
    intake.supplement_delivered(no, at=AT + DAY)
    intake.receive_supplement(cast.who("mei"), no, at=AT + 20 * DAY, gave_up=True)
    assert last_day(no, "L4") == before == date(2026, 7, 31)


def test_a_notice_that_never_arrived_stops_nothing(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    before = last_day(no, "L1")
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
    intake.receive_supplement(cast.who("mei"), no, at=AT + 9 * DAY, gave_up=True)
    assert last_day(no, "L1") == before


def test_a_notice_delivered_twice_stops_the_clock_once(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
    for hours in (1, 30):
        intake.supplement_delivered(no, at=AT + hours * HOUR)
    supplement = Supplement.objects.get(claim__claim_no=no)
    assert supplement.delivered_at == AT + HOUR
    assert len(Deadline.objects.get(claim__claim_no=no, code="L1").pauses) == 1
    codes = set(Deadline.objects.filter(claim__claim_no=no, state="running").values_list("code", flat=True))
    assert {"P_SUPPLEMENT_3", "P_SUPPLEMENT_7", "P_SUPPLEMENT_15", "P_SUPPLEMENT_30", "L4"} <= codes


def test_what_is_asked_for_is_due_from_the_insurer_only_when_it_came(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
    intake.supplement_delivered(no, at=AT)
    claim = Claim.objects.get(claim_no=no)
    assert claim.due_at == clocks.due_of(claim, "L4").due_at  # type: ignore[union-attr]
    intake.receive_supplement(cast.who("mei"), no, at=AT + DAY, gave_up=True)
    claim.refresh_from_db()
    assert claim.due_at == clocks.due_of(claim, "P_REVIEW").due_at  # type: ignore[union-attr]


def test_a_second_request_needs_a_supervisor_and_a_new_fact(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
    intake.receive_supplement(cast.who("mei"), no, at=AT, gave_up=True)
    with pytest.raises(AskedAlready):
        intake.ask_supplement(cast.who("ai"), no, ["pathology"], at=AT)
    with pytest.raises(AskedAlready):
        intake.ask_supplement(cast.who("ai"), no, ["pathology"], at=AT, new_fact="病历提到肿块")
    with pytest.raises(AskedAlready):
        intake.ask_supplement(cast.who("rui"), no, ["pathology"], at=AT)
    asked = intake.ask_supplement(cast.who("rui"), no, ["pathology"], at=AT, new_fact="病历提到肿块")
    second = Supplement.objects.get(claim__claim_no=no, number=2)
    assert asked.number == 2
    assert (second.asked_by_id, second.supervisor_id, second.new_fact) == (
        cast.id("ai"), cast.id("rui"), "病历提到肿块",
    )  # fmt: skip
    record = Record.objects.filter(subject=f"claim:{no}", kind="claim.supplement_asked").latest("pk")
    assert "肿块".encode() not in bytes(record.body)


def test_a_supervisor_is_not_their_own_second_person(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    intake.ask_supplement(cast.who("rui"), no, ["prescription"], at=AT)
    intake.receive_supplement(cast.who("mei"), no, at=AT, gave_up=True)
    with pytest.raises(TwoPeople):
        intake.ask_supplement(cast.who("rui"), no, ["pathology"], at=AT, new_fact="新的情况")


@pytest.mark.parametrize("lacking", [{"supervisor": None}, {"has_new_fact": False}, {"supervisor": "asker"}])
def test_the_database_itself_refuses_a_second_request_without_them(cast: Cast, lacking: dict[str, object]) -> None:
    no = claim_at(cast, S.ACCEPTED)
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
    intake.receive_supplement(cast.who("mei"), no, at=AT, gave_up=True)
    given = {"supervisor": cast.people["rui"], "has_new_fact": True} | lacking
    if given["supervisor"] == "asker":
        given["supervisor"] = cast.people["ai"]
    with pytest.raises(IntegrityError, match="supplement_second_needs_supervisor"), transaction.atomic():
        Supplement.objects.create(
            claim=Claim.objects.get(claim_no=no), number=2, items=[], asked_by=cast.people["ai"], asked_at=AT, **given
        )


def test_what_was_asked_for_is_received_whole_or_given_up(cast: Cast) -> None:
    no = incomplete(cast)
    intake.ask_supplement(cast.who("ai"), no, at=AT)
    with pytest.raises(PapersMissing) as told:
        intake.receive_supplement(cast.who("mei"), no, at=AT)
    assert "出院小结" in told.value.sentence("zh")
    add_papers(cast.who("mei"), no, "discharge_summary")
    intake.receive_supplement(cast.who("mei"), no, at=AT)
    assert Supplement.objects.get(claim__claim_no=no).ending == "received"
    assert calculating.calculate(cast.who("ai"), no, at=AT).payable == 1_705_287


def test_what_stays_missing_is_a_proposal_for_a_person_and_no_refusal_by_itself(cast: Cast) -> None:
    no = incomplete(cast)
    intake.ask_supplement(cast.who("ai"), no, at=AT)
    intake.receive_supplement(cast.who("mei"), no, at=AT, gave_up=True)
    assert not deciding.decide_straight_through(no, at=AT)
    calculated = calculating.calculate(cast.who("ai"), no, at=AT)
    assert (calculated.payable, calculated.proposal) == (0, "refused")
    assert {why["gate"] for why in calculated.needs_person if why["code"] == "gate"} == {"papers"}


def test_the_member_herself_says_that_all_is_here_and_others_do_not(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
    with pytest.raises(NotAllowed):
        intake.receive_supplement(cast.who("shen"), no, at=AT)
    intake.receive_supplement(cast.who("gu"), no, at=AT, gave_up=True)
    assert Claim.objects.get(claim_no=no).state == S.REVIEW


def test_after_a_supplement_in_review_the_review_goes_on_where_it_stood(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    reviewing.write_note(cast.who("ai"), no, "缺处方", at=AT)
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
    intake.supplement_delivered(no, at=AT)
    intake.receive_supplement(cast.who("mei"), no, at=AT + 5 * DAY, gave_up=True)
    rows = Deadline.objects.filter(claim__claim_no=no, code="P_REVIEW")
    assert [(row.state, len(row.pauses)) for row in rows] == [("running", 1)]
