"""What is due is chased once, by staff before the customer hears of it, and never refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hearth.desks.books import clocks
from hearth.desks.claims import agreeing, intake
from hearth.desks.promises import close, give_waiting, note_absence, settle, sweep
from hearth.desks.promises.sweeping import Swept
from hearth.desks.service import notices
from hearth.store.models import Claim, Deadline, Firing, Notice, OrderEvent, Record, WorkOrder
from hearth.words.calendar import CHINA_TIME
from hearth.words.claims import ClaimState, Role
from tests.desks.cast_rows import AT, DAY, HOUR, Cast, add_papers, visit
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db

S = ClaimState


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA_TIME).astimezone(UTC)


def told(claim_no: str) -> list[str]:
    """What the customer was told by chasers, in order."""
    found = Record.objects.filter(subject=f"claim:{claim_no}", kind__in=CHASED).order_by("pk")
    return list(found.values_list("kind", flat=True))


CHASED = ("claim.unfinished", "claim.chased", "claim.originals_chased", "claim.rests", "claim.late")


def orders(claim_no: str, chaser: str | None = None) -> list[WorkOrder]:
    found = WorkOrder.objects.filter(claim__claim_no=claim_no).order_by("pk")
    return list(found if chaser is None else found.filter(chaser=chaser))


def swept_through(first: datetime, last: datetime, every: timedelta = HOUR) -> None:
    moment = first
    while moment <= last:
        settle(at=moment)
        sweep(at=moment)
        give_waiting(at=moment)
        moment += every


class TestAcceptance:
    def test_intake_is_chased_first_and_the_customer_told_only_once_the_expert_has_it(self, cast: Cast) -> None:
        no = claim_at(cast, S.SUBMITTED)
        # Submitted on Monday 06-01: Tuesday is the working day, too late from Wednesday 00:00 on.
        assert sweep(at=at(6, 2, 23, 59)).fired == 0
        assert sweep(at=at(6, 3, 0)) == Swept(looked_at=1, fired=1, opened=1)
        (order,) = orders(no)
        assert (order.chaser, order.level, order.role, order.state) == ("acceptance", 1, "assessor", "open")
        assert told(no) == []
        assert sweep(at=at(6, 4, 0)) == Swept(looked_at=1, fired=1, escalated=1, told=1)
        (order,) = orders(no)
        assert (order.level, order.role) == (2, "claim_expert")
        assert told(no) == ["claim.late"]

    def test_at_night_nobody_is_given_the_order_and_in_the_morning_somebody_is(self, cast: Cast) -> None:
        no = claim_at(cast, S.SUBMITTED)
        sweep(at=at(6, 3, 0))
        assert orders(no)[0].holder_id is None
        assert give_waiting(at=at(6, 3, 8)) == 0
        assert give_waiting(at=at(6, 3, 9)) == 1
        (order,) = orders(no)
        assert order.holder_id in {cast.id("ai"), cast.id("lin")}
        assert [event.step for event in OrderEvent.objects.filter(order=order).order_by("pk")] == ["opened", "given"]

    def test_whoever_is_away_has_their_orders_given_to_another(self, cast: Cast) -> None:
        no = claim_at(cast, S.SUBMITTED)
        sweep(at=at(6, 3, 10))
        first = orders(no)[0].holder_id
        assert first is not None
        note_absence(cast.who("rui"), first, at(6, 3, 11), at(6, 5, 18), at=at(6, 3, 10))
        assert give_waiting(at=at(6, 3, 14)) == 1
        second = orders(no)[0].holder_id
        assert {first, second} == {cast.id("ai"), cast.id("lin")}
        assert give_waiting(at=at(6, 3, 15)) == 0

    def test_nobody_is_given_an_order_about_their_own_claim(self, cast: Cast) -> None:
        no = claim_at(cast, S.SUBMITTED)
        Claim.objects.filter(claim_no=no).update(person=cast.people["ai"])
        sweep(at=at(6, 3, 10))
        assert orders(no)[0].holder_id == cast.id("lin")

    def test_what_is_accepted_in_time_is_never_chased(self, cast: Cast) -> None:
        no = claim_at(cast, S.ACCEPTED)
        swept_through(at(6, 1, 11), at(6, 4))
        assert orders(no, "acceptance") == [] and told(no) == []

    def test_an_order_on_what_was_late_stays_until_somebody_says_why(self, cast: Cast) -> None:
        no = claim_at(cast, S.SUBMITTED)
        sweep(at=at(6, 3, 10))
        intake.accept(cast.who("an"), no, at=at(6, 3, 11))
        assert settle(at=at(6, 3, 12)) == 0
        assert orders(no)[0].state == "open"


class TestTwice:
    def test_however_often_the_sweep_runs_there_is_one_order_and_one_message(self, cast: Cast) -> None:
        no = claim_at(cast, S.SUBMITTED)
        for hour in (0, 0, 1, 5):
            sweep(at=at(6, 4, hour))
        assert len(orders(no)) == 1 and told(no) == ["claim.late"]
        assert Firing.objects.filter(deadline__claim__claim_no=no).count() == 2
        # As if a restart had made it look at everything anew.
        Deadline.objects.update(watch_at=AT)
        assert sweep(at=at(6, 4, 6)).fired == 0
        assert len(orders(no)) == 1 and told(no) == ["claim.late"]

    def test_after_a_standstill_only_the_highest_rung_speaks(self, cast: Cast) -> None:
        no = claim_at(cast, S.REPORTED)
        add_papers(cast.who("mei"), no, "invoice")
        swept = sweep(at=at(6, 20))
        assert (swept.fired, told(no)) == (1, ["claim.unfinished"])

    def test_the_database_refuses_a_second_open_order_of_a_claim_and_chaser(self, cast: Cast) -> None:
        no = claim_at(cast, S.SUBMITTED)
        sweep(at=at(6, 3, 10))
        (order,) = orders(no)
        with pytest.raises(IntegrityError, match="order_one_open"), transaction.atomic():
            WorkOrder.objects.create(
                claim=order.claim, chaser=order.chaser, level=1, deadline=order.deadline, role="assessor", opened_at=AT
            )

    def test_a_rung_cannot_fire_twice_even_by_hand(self, cast: Cast) -> None:
        claim_at(cast, S.SUBMITTED)
        sweep(at=at(6, 3, 10))
        firing = Firing.objects.get()
        with pytest.raises(IntegrityError, match="firing_once"), transaction.atomic():
            Firing.objects.create(deadline=firing.deadline, chaser=firing.chaser, level=firing.level, due_at=AT, at=AT)

    def test_a_sweep_that_dies_before_its_end_leaves_nothing_half_done(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        no = claim_at(cast, S.SUBMITTED)
        with monkeypatch.context() as patched:
            patched.setattr(Firing.objects, "bulk_create", lambda rows: (_ for _ in ()).throw(RuntimeError("killed")))
            with pytest.raises(RuntimeError, match="killed"), transaction.atomic():
                sweep.__wrapped__(at=at(6, 4))  # type: ignore[attr-defined]
        assert orders(no) == [] and told(no) == []
        assert sweep(at=at(6, 4)).opened == 1


class TestSupplement:
    def asked(self, cast: Cast) -> str:
        """A claim whose member was asked on 06-01, and has the notice since 10:00."""
        no = claim_at(cast, S.REVIEW)
        intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
        intake.supplement_delivered(no, at=AT)
        return no

    def test_the_customer_is_reminded_on_day_three_and_the_expert_calls_from_day_seven(self, cast: Cast) -> None:
        no = self.asked(cast)
        swept_through(at(6, 2), at(6, 5))
        assert told(no) == ["claim.chased"] and orders(no) == []
        swept_through(at(6, 5), at(6, 9, 10))
        assert told(no) == ["claim.chased"] * 2
        (order,) = orders(no, "supplement")
        assert (order.role, order.holder_id, order.level) == ("claim_expert", cast.id("gu"), 2)

    def test_at_thirty_days_the_claim_rests_and_is_neither_refused_nor_closed(self, cast: Cast) -> None:
        no = self.asked(cast)
        swept_through(at(6, 2), at(7, 3), every=6 * HOUR)
        assert told(no) == ["claim.chased"] * 3 + ["claim.rests"]
        claim = Claim.objects.get(claim_no=no)
        assert (claim.state, claim.decision_id) == ("supplement", None)
        assert len(orders(no, "supplement")) == 1

    def test_while_the_member_is_asked_no_clock_of_ours_chases_anybody(self, cast: Cast) -> None:
        no = self.asked(cast)
        swept_through(at(6, 2), at(7, 3), every=6 * HOUR)
        assert {order.chaser for order in orders(no)} == {"supplement"}

    def test_the_reminder_names_what_is_missing_now_and_not_what_came_since(self, cast: Cast) -> None:
        no = self.asked(cast)
        asked = [item["paper"] for item in Claim.objects.get(claim_no=no).supplements.get().items]
        assert "prescription" in asked
        add_papers(cast.who("mei"), no, "prescription", at=at(6, 2))
        sweep(at=at(6, 5))
        record = Record.objects.get(kind="claim.chased")
        assert b"prescription" not in bytes(record.body)

    def test_what_comes_ends_the_order_by_itself(self, cast: Cast) -> None:
        no = self.asked(cast)
        swept_through(at(6, 2), at(6, 9, 10))
        intake.receive_supplement(cast.who("mei"), no, at=at(6, 9, 11), gave_up=True)
        assert settle(at=at(6, 9, 12)) == 1
        assert orders(no, "supplement")[0].state == "settled"

    def test_the_customer_is_not_pressed_while_we_are_late_ourselves(self, cast: Cast) -> None:
        no = self.asked(cast)
        claim = Claim.objects.get(claim_no=no)
        clocks.start(claim, "P_GUIDANCE", AT)
        sweep(at=at(6, 5))
        assert told(no) == []

    def test_the_reminder_is_a_notice_that_keeps_quiet_hours(self, cast: Cast) -> None:
        no = self.asked(cast)
        sweep(at=at(6, 5, 0))
        record = Record.objects.get(kind="claim.chased")
        notices.notify(record.pk, at=at(6, 5, 0))
        notice = Notice.objects.get(record=record)
        assert notice.send_at == at(6, 5, 8)
        assert no in notice.text and "prescription" not in notice.body


class TestDeciding:
    def test_the_reviewer_is_chased_at_sixty_percent_and_the_supervisor_at_eighty(self, cast: Cast) -> None:
        no = claim_at(cast, S.REVIEW)
        # From Monday 10:00 to Tuesday 24:00: 38 hours; 60 % Tuesday 08:48, 80 % Tuesday 16:24.
        sweep(at=at(6, 2, 8, 47))
        assert orders(no) == []
        sweep(at=at(6, 2, 8, 48))
        assert [(each.chaser, each.role) for each in orders(no)] == [("liability", "assessor")]
        sweep(at=at(6, 2, 16, 24))
        assert [(each.chaser, each.role) for each in orders(no)] == [("liability", "reviewer")]
        assert orders(no)[0].holder_id == cast.id("rui")

    def test_what_was_in_danger_and_is_done_in_time_needs_no_explaining(self, cast: Cast) -> None:
        no = claim_at(cast, S.REVIEW)
        sweep(at=at(6, 2, 9))
        Deadline.objects.filter(claim__claim_no=no, code="P_REVIEW").update(state="met", met_at=at(6, 2, 11))
        assert settle(at=at(6, 2, 12)) == 1
        (order,) = orders(no)
        assert (order.state, order.cause, order.ended_by_id) == ("settled", "", None)

    def test_no_legal_limit_is_broken_without_an_escalation_before_it(self, cast: Cast) -> None:
        no = claim_at(cast, S.REVIEW)
        swept_through(at(6, 1, 11), at(7, 3), every=6 * HOUR)
        claim = Claim.objects.get(claim_no=no)
        legal = clocks.due_of(claim, "L1")
        assert legal is not None and legal.due_at is not None and legal.due_at <= at(7, 3)
        escalated = OrderEvent.objects.filter(
            order__claim=claim, step__in=("opened", "escalated"), role=Role.SENIOR_EXPERT, at__lt=legal.due_at
        )
        assert escalated.exists()
        assert claim.state == S.REVIEW and claim.decision_id is None, "no machine refuses"

    def test_day_sixty_is_prepared_a_week_before(self, cast: Cast) -> None:
        no = claim_at(cast, S.REVIEW)
        swept_through(at(7, 20), at(7, 25), every=6 * HOUR)
        assert [each.role for each in orders(no, "prepayment")] == ["assessor"]

    def test_an_agreed_claim_that_is_not_paid_is_chased_before_the_legal_ten_days(self, cast: Cast) -> None:
        no = claim_at(cast, S.AGREED)
        swept_through(at(6, 1, 11), at(6, 12), every=6 * HOUR)
        steps = OrderEvent.objects.filter(order__claim__claim_no=no, order__chaser="payment").order_by("pk")
        roles = [(each.step, each.role) for each in steps if each.step != "given"]
        assert roles == [("opened", "finance"), ("escalated", "reviewer"), ("escalated", "senior_expert")]
        assert told(no) == ["claim.late"]

    def test_after_an_order_is_closed_the_next_rung_opens_another(self, cast: Cast) -> None:
        no = claim_at(cast, S.SUBMITTED)
        sweep(at=at(6, 3, 10))
        close(cast.who("ai"), orders(no)[0].pk, at=at(6, 3, 11), cause="insurer", message="我们今天处理。")
        sweep(at=at(6, 4, 10))
        assert [each.state for each in orders(no)] == ["closed", "open"]

    def test_a_claim_taken_back_leaves_no_order(self, cast: Cast) -> None:
        no = claim_at(cast, S.SUBMITTED)
        sweep(at=at(6, 3, 10))
        agreeing.withdraw(cast.who("mei"), no, at=at(6, 3, 11))
        settle(at=at(6, 3, 12))
        assert [each.state for each in orders(no)] == ["settled"]
        assert sweep(at=at(7, 30)).fired == 0


def test_many_claims_are_swept_in_batches_and_none_is_left_out(cast: Cast) -> None:
    numbers = [claim_at(cast, S.SUBMITTED, facts={"invoices": [visit(on=f"2026-05-{day}")]}) for day in (11, 12, 13)]
    assert [sweep(at=at(6, 3, 10), most=2).opened for _ in range(3)] == [2, 1, 0]
    assert all(len(orders(no)) == 1 for no in numbers)


def test_a_limit_that_leans_on_a_year_without_a_notice_is_named_and_stops_nobody(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    no = claim_at(cast, S.SUBMITTED)
    far = claim_at(cast, S.SUBMITTED, facts={"invoices": [visit(on="2026-05-11")]})
    Deadline.objects.filter(claim__claim_no=far).update(started_at=datetime(2031, 1, 2, tzinfo=UTC))
    assert sweep(at=at(6, 3, 10)).fired == 1
    assert len(orders(no)) == 1
    assert "2031" in caplog.text and far in caplog.text


def test_the_sweep_asks_the_index_and_not_every_limit(cast: Cast) -> None:
    claim_at(cast, S.SUBMITTED)
    with connection.cursor() as cursor:
        # A few rows are read in any way; with those off, it is seen which index knows them in their order.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM store_deadline WHERE state = 'running' AND watch_at <= now()"
            " ORDER BY watch_at, id LIMIT 500"
        )
        assert "deadline_watch" in str(cursor.fetchall())


def test_a_day_passes_without_a_word_where_nothing_is_due(cast: Cast) -> None:
    claim_at(cast, S.CLOSED)
    assert sweep(at=AT + 60 * DAY) == Swept()


def test_the_sweep_passes_over_a_claim_that_a_desk_has_and_never_waits_for_it(cast: Cast) -> None:
    claim_at(cast, S.SUBMITTED)
    with CaptureQueriesContext(connection) as asked:
        sweep(at=AT + 30 * DAY)
    (locks,) = (one["sql"] for one in asked if 'FROM "store_deadline"' in one["sql"] and "UPDATE OF" in one["sql"])
    assert locks.endswith('FOR NO KEY UPDATE OF "store_deadline", "store_claim" SKIP LOCKED')
