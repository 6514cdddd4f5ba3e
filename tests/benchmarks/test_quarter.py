"""A quarter of claims with faults: promises are chased and kept, money moves once; and the checks that say so can fail.

The checks ask rows and an oracle of their own (benchmarks/quarter/oracle.py); here they are also asked of a quarter in
which a chaser was left out, and of rows that were tampered with.
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from benchmarks.quarter.oracle import Past, Watch, expected, last_day, legal, moment
from benchmarks.quarter.oracle_cases import Case, Happened, after_hours, limits
from benchmarks.quarter.players import Players
from benchmarks.quarter.shares import WAYS, dealt
from hearth.words.calendar import CHINA_TIME
from tests.house.tree import ROOT

CLAIMS, BROKEN = 1_000, 55


def in_china(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA_TIME)


def weekend(day: date) -> bool:
    return day.isoweekday() > 5


def program(*words: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, timeout=3_000)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def quarter() -> dict[str, Any]:
    return program("benchmarks.quarter", "--claims", str(CLAIMS))


@pytest.fixture(scope="module")
def broken() -> dict[str, Any]:
    return program("tests.benchmarks.quarter_broken", str(BROKEN), "7")


class TestAQuarter:
    def test_every_check_holds(self, quarter: dict[str, Any]) -> None:
        assert {name: troubles[:5] for name, troubles in quarter["checks"].items() if troubles} == {}
        assert quarter["failed_jobs"] == []

    def test_programs_died_under_workers_and_rounds(self, quarter: dict[str, Any]) -> None:
        world = quarter["world"]
        assert min(world["jobs killed"], world["rounds killed"], world["outages"]) > 5

    def test_ladders_were_climbed_and_money_moved(self, quarter: dict[str, Any]) -> None:
        assert {"closing 1", "liability 1", "payment 1", "submit 1"} <= set(quarter["firings"])
        assert {"L1 kept", "L2 kept", "L4 kept"} <= set(quarter["legal"])
        assert quarter["payments"]["benefit confirmed"] > CLAIMS // 2

    def test_disputes_went_up_the_tiers_and_complaints_took_longer_limits(self, quarter: dict[str, Any]) -> None:
        disputes, complaints = quarter["disputes"], quarter["complaints"]
        assert {"solved on tier 1", "solved on tier 2", "upheld on tier 3", "changed on tier 3"} <= set(disputes)
        assert {"closed within 15 days", "reviewed within 15 days", "withdrawn within 15 days"} <= set(complaints)
        assert {"closed within 30 days", "closed within 60 days"} & set(complaints)
        assert {"L_COMPLAINT_15 4", "P_DISPUTE_SENIOR 3"} <= set(quarter["case_orders"])

    def test_stays_were_paid_in_advance_and_settled_paid_back_let_off_or_not_given(
        self, quarter: dict[str, Any]
    ) -> None:
        ends = {"settled covered", "settled paid back", "settled let off", "cancelled unpaid", "declined unpaid"}
        assert ends <= set(quarter["advances"])
        assert {"confirmed", "returned"} <= set(quarter["instalments"])

    def test_originals_were_fetched_lost_and_sent_back(self, quarter: dict[str, Any]) -> None:
        assert {"in arrived", "in lost", "in cancelled", "back arrived"} <= set(quarter["originals"])
        assert "originals 3" in quarter["firings"]


class TestBroken:
    def test_a_chaser_that_was_left_out_is_missed_and_nothing_else_is(self, broken: dict[str, Any]) -> None:
        said = broken["said"]
        assert said["no_chaser_missing"] and all("payment 1" in one for one in said.pop("no_chaser_missing"))
        assert said == {name: [] for name in said} and broken["failed_jobs"] == []

    @pytest.mark.parametrize(
        ("tampering", "check"),
        [
            ("a firing is taken away", "no_chaser_missing"),
            ("a firing has no order", "no_order_missing"),
            ("a chaser fires twice", "no_chaser_uncalled"),
            ("two orders are open at once", "no_order_doubled"),
            ("an order stays open", "every_order_ends_with_words"),
            ("a decision comes a hundred days later", "no_break_without_escalation"),
            ("a decision comes a hundred days later", "no_chaser_missing"),
            ("a limit of the law is a day longer", "limits_are_the_laws"),
            ("a machine refuses", "no_machine_refused"),
            ("a clock stands still for ever", "every_stopped_clock_has_an_end"),
            ("an entry is a fen more", "ledger_identities_hold"),
            ("a payment is a fen less", "every_payment_once"),
            ("a payment is not known", "every_payment_once"),
            ("a trip is held by nobody", "every_original_has_one_holder"),
            ("a parcel never comes home", "every_original_came_home"),
            ("nobody had an order about a lost parcel", "every_original_came_home"),
            ("a trip is asked for twice", "no_trip_was_booked_twice"),
            ("an order of a case comes a week later", "no_order_of_a_case_missing"),
            ("an order of a case comes a week earlier", "no_order_of_a_case_uncalled"),
            ("an order of a case stays open", "every_order_of_a_case_ends_with_its_limit"),
            ("nobody is told that a complaint is late", "no_order_of_a_case_missing"),
            ("a complaint is answered a hundred days later", "no_complaint_breaks_the_law_unseen"),
            ("a limit of a complaint is a day longer", "no_complaint_breaks_the_law_unseen"),
            ("a dispute has no end", "every_case_has_an_outcome"),
            ("a dispute changed another amount", "every_case_has_an_outcome"),
            ("a limit of a dispute runs on", "every_case_has_an_outcome"),
            ("whoever asked for papers judges", "nobody_judges_what_they_had_to_do_with"),
            ("whoever decided first decides anew", "nobody_judges_what_they_had_to_do_with"),
            ("what is not disputed is agreed to a week later", "what_is_not_disputed_is_paid_at_once"),
            ("an entry of an advance is a fen more", "advances_add_up"),
            ("an advance is paid a fen more than its books", "advances_paid_by_their_bank"),
            ("more is outstanding than was promised", "advances_add_up"),
            ("a letter promises more than its share", "every_letter_promises_what_it_may"),
            ("one person prepares and releases", "every_instalment_once"),
            ("an instalment is another amount than the bank's", "every_instalment_once"),
            ("an instalment is entered twice", "every_instalment_once"),
            ("a claim pays what its advance covered already", "every_advance_came_to_its_end"),
            ("whoever owes is reminded late", "whoever_owes_is_reminded"),
            ("a job waits", "nothing_was_left_behind"),
        ],
    )
    def test_what_is_wrong_is_found(self, broken: dict[str, Any], tampering: str, check: str) -> None:
        assert check in broken["after"][tampering]


class TestShares:
    """What goes on beside the course of claims."""

    def test_however_few_claims_there_are_each_kind_comes_and_a_large_quarter_has_its_shares(self) -> None:
        for way in WAYS:
            assert set(dealt(way, 40)) == set(dealt(way, 100)) == set(way.kinds)
            many = dealt(way, 18_400)
            assert len(many) == round(way.share * 18_400)
            whole = sum(weight for weight, _ in way.kinds.values())
            for kind, (weight, _) in way.kinds.items():
                assert abs(many.count(kind) - len(many) * weight / whole) < 1.5
            assert sum(dealt(way, 3).count(kind) for kind in way.kinds) <= 1


class TestPlayers:
    """Several processes, one clock."""

    def test_nobody_is_ahead_at_a_common_moment_and_nobody_behind(self) -> None:
        players = Players(3, ("sweep", "send"))
        days = multiprocessing.get_context("fork").Array("i", [0, 0, 0])

        def plays() -> list[list[int]]:
            seen = []
            for day in range(1, 6):
                days[players.number] = day
                players.meet()
                seen.append(list(days))
                players.meet()
            return seen

        assert players.play(plays) == [[[day] * 3 for day in range(1, 6)]] * 3

    def test_what_one_tells_the_others_hear_and_each_claim_and_round_is_one_players(self) -> None:
        players = Players(2, ("sweep", "send"))

        def plays() -> tuple[float, float, list[int], bool]:
            if players.turn_of("send") == players.number:
                players.say_again("send", 60.0)
            if players.leads:
                players.until = 90.0
            players.meet()
            return players.again("send"), players.until, [one for one in range(6) if players.has(one)], players.leads

        assert players.play(plays) == [(60.0, 90.0, [0, 2, 4], True), (60.0, 90.0, [1, 3, 5], False)]

    def test_where_one_player_breaks_the_play_ends(self, capfd: pytest.CaptureFixture[str]) -> None:
        players = Players(2, ("sweep",))

        def plays() -> None:
            if not players.leads:
                raise ZeroDivisionError("broken on purpose")
            players.meet()

        with pytest.raises(threading.BrokenBarrierError):
            players.play(plays)
        assert "broken on purpose" in capfd.readouterr().err


class TestOracle:
    """The oracle itself, against days that one can count on a wall."""

    def watch(self, days: int, *, working: bool = False, moves: bool = False, start: datetime, **more: Any) -> Watch:
        return Watch("x", start, start + timedelta(days=400), days, working, moves or working, (), (), **more)

    def test_the_worked_example_of_the_thirty_days(self) -> None:
        # E19: received 01-28, asked 02-02, answered 02-11: thirty days and nine end on Sunday 03-08, so on 03-09.
        watch = self.watch(30, moves=True, start=in_china(1, 28))
        asked = [(in_china(2, 2), in_china(2, 11))]
        assert last_day(watch, asked, weekend) == date(2026, 3, 9)
        assert last_day(watch, [], weekend) == date(2026, 2, 27)

    def test_a_pause_that_begins_on_the_last_day_is_added_whole(self) -> None:
        watch = self.watch(2, start=in_china(6, 10, 14))
        assert last_day(watch, [(in_china(6, 12, 10), in_china(6, 14, 9))], weekend) == date(2026, 6, 14)
        assert last_day(watch, [(in_china(6, 13, 10), in_china(6, 14, 9))], weekend) == date(2026, 6, 12)

    def test_a_working_day_after_friday_ends_with_monday(self) -> None:
        watch = self.watch(1, working=True, start=in_china(6, 5, 15))
        assert moment(("acceptance", 1, "due", 0), watch, (), weekend) == in_china(6, 9, 0)
        assert moment(("acceptance", 2, "after", 1), watch, (), weekend) == in_china(6, 10, 0)
        # Nine hours of Friday and the whole of Monday: sixty in a hundred of 33 hours are used up on Monday at 10:48.
        assert moment(("liability", 1, "share", 0.6), watch, (), weekend) == in_china(6, 8, 10, 48)

    def test_who_stands_above_is_told_on_the_working_day_before(self) -> None:
        watch = self.watch(10, moves=True, start=in_china(6, 1))
        assert last_day(watch, (), weekend) == date(2026, 6, 11)
        assert moment(("payment", 2, "before", 3), watch, (), weekend) == in_china(6, 8, 0)
        assert moment(("payment", 2, "before", 5), watch, (), weekend) == in_china(6, 5, 0)

    def test_a_claim_that_is_opened_again_has_its_limits_anew(self) -> None:
        steps = [
            (in_china(6, 1, 9), "draft", "reported"), (in_china(6, 1, 9, 5), "reported", "submitted"),
            (in_china(6, 1, 10), "submitted", "accepted"), (in_china(6, 1, 11), "accepted", "review"),
            (in_china(6, 1, 12), "review", "calculated"), (in_china(6, 1, 13), "calculated", "decided"),
            (in_china(6, 1, 14), "decided", "agreed"), (in_china(6, 2, 9), "agreed", "paid"),
            (in_china(6, 9, 10), "paid", "review"),
        ]  # fmt: skip
        past = Past("C", "million-medical", 100, False, steps, rulings=[(False, in_china(6, 1, 13))])
        rounds = [in_china(6, day, 0, 5) for day in range(1, 30)]
        found = {(one.chaser, one.level): one.by for one in expected(past, weekend, rounds, {})}
        # A working day of review, five of deciding, from the ninth on.
        assert found["liability", 1] == rounds[10] and found["closing", 1] == rounds[16]
        assert [(one.name, one.is_kept) for one in legal(past, weekend, in_china(7, 20))] == [
            ("L1", True), ("L4", True), ("L2", True), ("L1", False),
        ]  # fmt: skip

    def test_a_lost_parcel_is_somebodys_at_once_whatever_becomes_of_its_claim(self) -> None:
        rounds = [in_china(6, day, 0, 5) for day in range(1, 30)]
        steps = [(in_china(6, 1), "draft", "reported"), (in_china(6, 1), "reported", "withdrawn")]
        parcels = [(in_china(6, 1, 11), "pickup_asked"), (in_china(6, 2, 9), "originals_collected"),
                   (in_china(6, 3, 9), "parcel_lost:in")]  # fmt: skip
        past = Past("C", "outpatient", 100, False, steps, parcels=parcels)
        assert [(one.chaser, one.level, one.by) for one in expected(past, weekend, rounds, {})] == [
            ("originals", 3, rounds[3]),
            ("originals", 4, rounds[4]),
        ]
        past.parcels.append((in_china(6, 4, 9), "explained"))
        assert [one.level for one in expected(past, weekend, rounds, {})] == [3]

    def test_an_hour_of_work_goes_over_noon_night_and_weekend(self) -> None:
        assert after_hours(in_china(6, 5, 11, 30), 1, weekend) == in_china(6, 5, 14, 0)
        assert after_hours(in_china(6, 5, 17, 30), 2, weekend) == in_china(6, 8, 10, 30)
        assert after_hours(in_china(6, 6, 3), 2, weekend) == in_china(6, 8, 11, 0)

    def test_a_dispute_is_each_tiers_until_it_answers_or_the_dispute_has_gone_on(self) -> None:
        case = Case("D", "dispute", [
            Happened(in_china(6, 1, 10), "opened", "triage", is_ours=False),
            Happened(in_china(6, 2, 9), "moved", "expert", is_ours=False),
            Happened(in_china(6, 3, 9), "answered", "expert", is_ours=True),
            Happened(in_china(6, 4, 9), "moved", "senior", is_ours=True),
        ])  # fmt: skip
        found = {one.code: one for one in limits(case, weekend)}
        assert found["P_DISPUTE_ANSWER"].due_at == in_china(6, 1, 12)
        assert found["P_DISPUTE_ROUTE"].stop == in_china(6, 2, 9)
        assert found["P_DISPUTE_EXPERT"].stop == in_china(6, 3, 9)
        assert found["P_DISPUTE_SENIOR"].due_at == in_china(6, 19, 0) and found["P_DISPUTE_SENIOR"].stop.year == 2400

    def test_a_complaints_longer_limit_takes_the_place_of_the_first_and_counts_from_the_same_day(self) -> None:
        case = Case("T", "complaint", [
            Happened(in_china(6, 1, 10), "registered", "registered", is_ours=False),
            Happened(in_china(6, 10, 9), "extended", "registered", is_ours=True, days=30),
        ])  # fmt: skip
        first, longer = limits(case, weekend)
        assert (first.code, first.due_at, first.stop) == ("L_COMPLAINT_15", in_china(6, 17, 0), in_china(6, 10, 9))
        assert (longer.code, longer.due_at) == ("L_COMPLAINT_30", in_china(7, 2, 0))
        assert dict(longer.rungs)[3] == in_china(6, 29, 0), "two days before the last one: a working day"

    def test_a_claim_that_nobody_accepts_is_chased_twice_and_one_accepted_in_time_never(self) -> None:
        rounds = [in_china(6, day, 0, 5) for day in range(1, 30)]
        steps = [(in_china(6, 1), "draft", "reported"), (in_china(6, 1), "reported", "submitted")]
        past = Past("C", "outpatient", 100, False, steps)
        found = expected(past, weekend, rounds, {})
        assert [(one.chaser, one.level, one.by) for one in found] == [
            ("acceptance", 1, rounds[2]),
            ("acceptance", 2, rounds[3]),
        ]
        past.steps.append((in_china(6, 2, 23), "submitted", "accepted"))
        past.steps.append((in_china(6, 3, 9), "accepted", "decided"))
        assert expected(past, weekend, rounds, {}) == []
        (thirty, sixty) = legal(past, weekend, in_china(9, 1))
        assert (thirty.is_kept, sixty.is_kept) == (True, True)
