"""The table of limits says what the law says, and has its words in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.kernel.promises.limit import CODES, LIMITS, Unit, UnknownLimit, limit, starting, stopped_by
from hearth.words.calendar import CHINA_TIME, day_in_china, end_of_day, start_of_day
from hearth.words.claims import Step
from hearth.words.faults import BeforeFirstDay
from hearth.words.limits import LIMIT_NAMES, LIMIT_SENTENCES, WAITED_FOR, limit_name, limit_sentence
from hearth.words.subscriptions import SUBSCRIPTIONS

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("code", "amount", "pausable", "article"),
    [
        ("L1", 30, True, "art. 23"),
        ("L2", 10, False, "art. 23"),
        ("L3", 3, False, "art. 24"),
        ("L4", 60, False, "art. 25"),
    ],
)
def test_the_limits_of_the_insurance_law(code: str, amount: int, pausable: bool, article: str) -> None:
    row = limit(code, TODAY)
    assert (row.amount, row.unit, row.is_pausable, row.moves, row.is_law) == (amount, Unit.DAYS, pausable, True, True)
    assert article in row.source and "Insurance Law" in row.source


@pytest.mark.parametrize(
    ("code", "amount", "unit"),
    [
        ("P_GUIDANCE", 10, Unit.MINUTES),
        ("P_ACCEPT", 1, Unit.WORKING_DAYS),
        ("P_REVIEW", 1, Unit.WORKING_DAYS),
        ("P_INVESTIGATE", 15, Unit.DAYS),
        ("P_CALCULATE", 1, Unit.WORKING_DAYS),
        ("P_DECIDE", 5, Unit.WORKING_DAYS),
        ("P_PAY", 1, Unit.WORKING_DAYS),
        ("P_SUPPLEMENT_3", 3, Unit.DAYS),
        ("P_SUPPLEMENT_7", 7, Unit.DAYS),
        ("P_SUPPLEMENT_15", 15, Unit.DAYS),
    ],
)
def test_the_promises_of_the_desk(code: str, amount: int, unit: Unit) -> None:
    row = limit(code, TODAY)
    assert (row.amount, row.unit, row.is_law) == (amount, unit, False)


def test_every_limit_has_its_words_source_and_room_in_the_table_of_deadlines() -> None:
    assert set(LIMIT_NAMES) == set(LIMIT_SENTENCES) == set(CODES)
    for row in LIMITS:
        assert row.source and row.stops and row.starts not in row.stops, row.code
        assert len(row.code) <= 24 and row.waits_for in WAITED_FOR
        assert "{amount}" in LIMIT_SENTENCES[row.code][0]
        # Working days never end on a rest day; what is told to customers as a reminder is never moved.
        assert row.moves == (row.is_law or row.unit is Unit.WORKING_DAYS), row.code
    assert len({(row.code, row.since) for row in LIMITS}) == len(LIMITS)


def test_every_step_but_none_other_has_a_limit() -> None:
    assert {row.step for row in LIMITS} - {None} == set(Step)


def test_events_are_kinds_of_records_where_there_is_such_a_record() -> None:
    events = {row.starts for row in LIMITS} | {event for row in LIMITS for event in row.stops}
    of_claims = {event for event in events if event.startswith("claim.")}
    beyond = {
        "claim.guidance_sent",
        "claim.refusal_sent",
        "claim.prepaid",
        "claim.pickup_asked",
        "claim.originals_received",
        "claim.originals_home",
        "claim.parcel_under_way",
        "claim.parcel_explained",
        "claim.investigation_begun",
        "claim.lane_entered",
    }
    assert of_claims - beyond <= set(SUBSCRIPTIONS)


def test_what_an_event_starts_and_stops() -> None:
    assert [row.code for row in starting("claim.accepted", TODAY)] == [
        "L1", "L4", "P_DECIDE", "P_DECIDE_25", "P_DECIDE_28",
    ]  # fmt: skip
    assert [row.code for row in starting("claim.agreed", TODAY)] == ["L2", "P_PAY"]
    assert stopped_by("claim.decided") == ("L1", "L4", "P_CALCULATE", "P_DECIDE", "P_DECIDE_25", "P_DECIDE_28")
    assert stopped_by("claim.prepaid") == ("L4",)
    assert starting("claim.unheard_of", TODAY) == ()


def test_before_its_first_day_a_limit_is_not_there() -> None:
    with pytest.raises(BeforeFirstDay):
        limit("L1", date(2009, 9, 30))
    assert limit("L1", date(2009, 10, 1)).amount == 30
    assert [row.code for row in starting("claim.agreed", date(2020, 1, 1))] == ["L2"]


def test_a_limit_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownLimit) as told:
        limit("L9", TODAY)
    assert "L9" in told.value.sentence("zh")


def test_a_limit_is_told_in_both_languages_with_its_amount() -> None:
    assert limit_name("L1", "zh") == "作出核定（法定）"
    assert limit_sentence("L2", 10, "zh-hans") == "与您达成给付协议后 10 天内付款。"
    assert limit_sentence("L2", 10, "en") == "We pay within 10 days of agreeing the amount with you."


def test_days_in_china_are_the_zones_own_and_have_no_summer_time() -> None:
    from datetime import UTC, datetime, timedelta
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        zone = ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        pytest.skip("this machine has no zone files")
    for hours in range(0, 24 * 366 * 40, 97):
        moment = datetime(1992, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
        assert moment.astimezone(zone).utcoffset() == CHINA_TIME.utcoffset(None)
    assert day_in_china(start_of_day(TODAY)) == TODAY
    assert day_in_china(end_of_day(TODAY)) == TODAY + timedelta(days=1)
    with pytest.raises(ValueError, match="time zone"):
        day_in_china(datetime(2026, 11, 22))
