"""Orders of disputes and complaints: raised before a limit breaks, one a case, ended by the case; never doubled."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hearth.desks import disputes
from hearth.desks.promises import count, give_waiting_cases, note_absence, sweep_cases
from hearth.store.models import CaseOrder, Person, PromiseCount, Record, RoleGrant
from hearth.words.calendar import CHINA_TIME
from hearth.words.claims import ClaimState, Role
from hearth.words.disputes import DisputeState
from tests.desks.cast_rows import AT, DAY, HOUR, Cast
from tests.desks.claims.way import claim_at
from tests.desks.disputes.rows import dispute_of, disputed_at

pytestmark = pytest.mark.django_db
D, S = DisputeState, ClaimState


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA_TIME).astimezone(UTC)


def colleague(cast: Cast, code: str, role: Role) -> int:
    """One more who works here, at headquarters."""
    person = Person(username=code, full_name=code, branch=cast.branches["hq"])
    person.set_unusable_password()
    person.save()
    RoleGrant.objects.create(person=person, role=role.value, from_at=AT - 300 * DAY)
    cast.people[code] = person
    return person.pk


def complained(cast: Cast, **more: Any) -> str:
    said = {"stage": "claim", "cause": "slow", "words": "等了两周没有消息", **more}
    return disputes.complain(cast.who("mei"), cast.id("mei"), at=AT, **said)


def order() -> CaseOrder:
    return CaseOrder.objects.get(state="open")


def recorded(kind: str) -> list[dict[str, Any]]:
    return [json.loads(bytes(one.body))["data"] for one in Record.objects.filter(kind=kind).order_by("pk")]


def test_a_dispute_is_chased_while_there_is_time_and_the_order_ends_when_it_is_answered(cast: Cast) -> None:
    # Monday 10:00; two hours of work: half of them are over at 11:00.
    disputed_at(cast, D.TRIAGE)
    assert sweep_cases(at=AT + timedelta(minutes=59)).opened == 0
    assert sweep_cases(at=AT + HOUR).opened == 1
    held = order()
    assert (held.chaser, held.level, held.code, held.role) == ("dispute", 1, "P_DISPUTE_ANSWER", "steward")
    assert held.holder_id == cast.id("an"), "the steward has it"
    assert held.due_at > AT + HOUR
    disputes.answer(cast.who("an"), held.dispute.dispute_no, at=AT + HOUR, words="已说明")  # type: ignore[union-attr]
    assert sweep_cases(at=AT + 2 * HOUR).settled == 1
    held.refresh_from_db()
    assert (held.state, held.was_late) == ("settled", False)
    assert [one["late"] for one in recorded("dispute.order_settled")] == [False]
    assert sweep_cases(at=AT + 9 * DAY).looked_at == 0


def test_asked_again_and_again_there_is_one_order_a_dispute(cast: Cast) -> None:
    disputed_at(cast, D.TRIAGE)
    for minute in range(60, 600, 60):
        sweep_cases(at=AT + timedelta(minutes=minute))
        sweep_cases(at=AT + timedelta(minutes=minute))
    assert CaseOrder.objects.filter(state="open").count() == CaseOrder.objects.count() == 1
    assert len(recorded("dispute.order_opened")) == 1


def test_an_order_rises_with_the_limit_and_the_member_hears_once_that_it_is_late(cast: Cast) -> None:
    disputed_at(cast, D.EXPERT)
    levels = {}
    for hour in range(6, 150, 6):
        sweep_cases(at=AT + hour * HOUR)
        for held in CaseOrder.objects.filter(state="open"):
            levels.setdefault((held.level, held.role), f"{(AT + hour * HOUR).astimezone(CHINA_TIME):%a %H}")
    # Three working days from Monday 10:00 until Thursday 24:00: 86 hours, 60 % of them on Wednesday, 80 % on Thursday.
    assert levels == {(1, "claim_expert"): "Wed 16", (2, "reviewer"): "Thu 10", (3, "senior_expert"): "Fri 04"}
    assert len(recorded("claim.dispute_late")) == 1
    assert [one["level"] for one in recorded("dispute.order_escalated")] == [2, 3]


def test_an_order_of_one_tier_ends_when_the_dispute_is_passed_on(cast: Cast) -> None:
    no = disputed_at(cast, D.TRIAGE)
    sweep_cases(at=AT + 2 * HOUR)
    assert (order().level, order().code) == (2, "P_DISPUTE_ANSWER")
    disputes.move_up(cast.who("mei"), dispute_of(no).dispute_no, at=AT + 3 * HOUR, words="等太久了")
    assert sweep_cases(at=AT + 3 * HOUR).settled == 1
    assert sweep_cases(at=AT + 4 * HOUR).looked_at == 0
    sweep_cases(at=AT + 60 * HOUR)
    assert (order().level, order().code) == (1, "P_DISPUTE_EXPERT")


def test_an_opinion_is_asked_of_somebody_who_never_had_to_do_with_the_claim(cast: Cast) -> None:
    other = colleague(cast, "tao", Role.SENIOR_EXPERT)
    no = disputed_at(cast, D.SENIOR, claim_state=S.DECIDED)
    disputes.say(cast.who("shi"), dispute_of(no).dispute_no, at=AT, words="看过了")
    sweep_cases(at=at(6, 10))
    assert (order().level, order().holder_id) == (1, other)


def test_the_order_follows_whoever_takes_the_case(cast: Cast) -> None:
    no = disputed_at(cast, D.SENIOR)
    sweep_cases(at=at(6, 10))
    assert order().holder_id == cast.id("shi")
    other = colleague(cast, "tao", Role.SENIOR_EXPERT)
    disputes.take(cast.who("tao"), dispute_of(no).dispute_no, at=at(6, 10))
    assert give_waiting_cases(at=at(6, 10, 11)) == 1
    assert order().holder_id == other
    assert give_waiting_cases(at=at(6, 10, 12)) == 0


def test_at_night_an_order_waits_for_the_morning_and_of_who_is_away_it_goes_to_another(cast: Cast) -> None:
    complained(cast)
    first, second = (colleague(cast, code, Role.SERVICE_AGENT) for code in ("ke", "fu"))
    sweep_cases(at=at(6, 8, 0, 1))
    assert order().holder_id is None
    assert give_waiting_cases(at=at(6, 8, 7)) == 0
    assert give_waiting_cases(at=at(6, 8, 10)) == 1
    assert order().holder_id == first
    note_absence(cast.who("rui"), first, at(6, 8, 11), at(6, 9, 11), at=at(6, 8, 10))
    assert give_waiting_cases(at=at(6, 8, 14)) == 1
    assert order().holder_id == second
    assert give_waiting_cases(at=at(6, 8, 15)) == 0, "nothing goes back and forth"


def test_no_legal_day_of_a_complaint_passes_without_an_order_before_it(cast: Cast) -> None:
    no = complained(cast)
    seen = {}
    for day in range(1, 20):
        sweep_cases(at=AT + day * DAY)
        for held in CaseOrder.objects.filter(state="open"):
            seen.setdefault(held.level, (AT + day * DAY).astimezone(CHINA_TIME).date().isoformat())
    # The fifteenth day is Tuesday 06-16.
    assert seen == {1: "2026-06-08", 2: "2026-06-11", 3: "2026-06-12", 4: "2026-06-17"}
    assert [one["limit"] for one in recorded("complaint.late")] == ["L_COMPLAINT_15"]
    assert Record.objects.get(kind="complaint.late").subject == f"complaint:{no}"


def test_a_longer_limit_ends_the_order_and_begins_its_own(cast: Cast) -> None:
    no = complained(cast)
    sweep_cases(at=at(6, 11))
    disputes.take_complaint(cast.who("shi"), no, at=at(6, 11))
    disputes.extend(cast.who("shi"), no, at=at(6, 11), days=30, words="涉及三家医院")
    assert sweep_cases(at=at(6, 11, 11)).settled == 1
    assert not CaseOrder.objects.filter(state="open").exists()
    sweep_cases(at=at(6, 25))
    assert (order().code, order().level) == ("L_COMPLAINT_30", 1)
    assert order().holder_id == cast.id("shi"), "who looks into it is asked first"
    disputes.answer_complaint(cast.who("shi"), no, at=at(6, 25, 11), finding="right", words="确有延误")
    sweep_cases(at=at(6, 25, 12))
    assert not CaseOrder.objects.filter(state="open").exists()


def test_a_review_is_asked_of_somebody_who_did_not_answer_before(cast: Cast) -> None:
    no = complained(cast)
    disputes.take_complaint(cast.who("rui"), no, at=AT)
    disputes.answer_complaint(cast.who("rui"), no, at=AT, finding="not", words="时限内已处理")
    disputes.ask_review(cast.who("mei"), no, at=AT, words="不认可")
    sweep_cases(at=at(6, 24))
    assert (order().role, order().holder_id) == ("reviewer", None), "the only reviewer answered it"
    other = colleague(cast, "tao", Role.REVIEWER)
    give_waiting_cases(at=at(6, 24, 11))
    assert order().holder_id == other


def test_nobody_is_chased_about_their_own_act_or_claim(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    agent = colleague(cast, "ke", Role.SERVICE_AGENT)
    complained(cast, claim_no=no, about=agent)
    sweep_cases(at=at(6, 8))
    assert order().holder_id is None


def test_what_was_late_is_written_down_when_it_ends(cast: Cast) -> None:
    no = complained(cast)
    sweep_cases(at=at(6, 18))
    disputes.take_complaint(cast.who("shi"), no, at=at(6, 18))
    disputes.answer_complaint(cast.who("shi"), no, at=at(6, 18), finding="right", words="抱歉")
    sweep_cases(at=at(6, 19))
    held = CaseOrder.objects.get()
    assert (held.state, held.was_late) == ("settled", True)


def test_the_database_keeps_one_order_a_case_and_what_ended_ended(cast: Cast) -> None:
    disputed_at(cast, D.TRIAGE)
    sweep_cases(at=AT + HOUR)
    held = order()
    with pytest.raises(IntegrityError, match="case_order_one_a_dispute"), transaction.atomic():
        CaseOrder.objects.create(
            dispute=held.dispute, chaser="dispute", level=1, code="P_DISPUTE_ROUTE", due_at=AT, role="steward",
            opened_at=AT,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="case_order_of_one_case"), transaction.atomic():
        CaseOrder.objects.create(chaser="dispute", level=1, code="X", due_at=AT, role="steward", opened_at=AT)
    with pytest.raises(IntegrityError, match="case_order_state"), transaction.atomic():
        CaseOrder.objects.filter(pk=held.pk).update(state="settled")


def test_promises_of_disputes_and_complaints_stand_on_the_board(cast: Cast) -> None:
    no = disputed_at(cast, D.TRIAGE)
    complained(cast)
    disputes.answer(cast.who("an"), dispute_of(no).dispute_no, at=AT + HOUR, words="已说明")
    count(at=AT + 2 * HOUR)
    found = {one.code: one for one in PromiseCount.objects.filter(code__contains="P_DISPUTE")}
    assert (found["P_DISPUTE_ANSWER"].kept, found["P_DISPUTE_ANSWER"].branch) == (1, "sz")
    assert PromiseCount.objects.get(code="L_COMPLAINT_15").safe == 1
    count(at=AT + 20 * DAY)
    assert PromiseCount.objects.filter(code="L_COMPLAINT_15").latest("day").broken == 1
