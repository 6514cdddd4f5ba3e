"""Years of the work calendar: loaded from notices, and every limit that leans on them counted anew with its pauses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hearth.desks.books import clocks
from hearth.desks.books.clocks import LimitOfLaw
from hearth.desks.promises.faults import YearsApart
from hearth.desks.promises.years import load_years, recount
from hearth.store import calendars
from hearth.store.access import HOUSE, NotAllowed
from hearth.store.calendars import FILE, asked_again, stated_years, work_calendar
from hearth.store.models import CalendarYear, Claim, Deadline
from hearth.words.calendar import CHINA_TIME, YearUnknown, day_in_china
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, DAY, Cast
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_shipped() -> Iterator[None]:
    calendars._KEPT.calendar = None
    yield
    calendars._KEPT.calendar = None


def year(number: int, *rest: tuple[str, str], worked: tuple[str, ...] = (), hours: list[str] | None = None) -> Any:
    return {
        "notice": f"国办发明电〔{number - 1}〕0号",
        "title": "试用",
        "issued_on": f"{number - 1}-11-05",
        "rest": [{"from": first, "to": last} for first, last in rest],
        "worked": list(worked),
        "hours": hours,
    }


NEW = year(2027, ("2027-01-01", "2027-01-03"), ("2027-02-05", "2027-02-11"), worked=("2027-02-14",))


def at(month: int, day: int, in_year: int = 2026) -> datetime:
    return datetime(in_year, month, day, 10, tzinfo=CHINA_TIME).astimezone(UTC)


def last_day(claim_no: str, code: str) -> date:
    row = Deadline.objects.get(claim__claim_no=claim_no, code=code)
    assert row.due_at is not None
    return day_in_china(row.due_at - DAY / 24)


def test_a_year_that_is_loaded_is_known_and_the_one_after_the_next_is_an_error_that_names_it() -> None:
    assert load_years(HOUSE, {2027: NEW}, at=AT) == (2027,)
    assert work_calendar().is_rest(date(2027, 2, 8)) and not work_calendar().is_rest(date(2027, 2, 14))
    assert work_calendar().looked_at(date(2028, 1, 3)) == (False, True)
    with pytest.raises(YearUnknown, match="2029"):
        work_calendar().looked_at(date(2029, 1, 2))


def test_a_limit_that_leaned_on_the_year_ends_as_its_notice_says(cast: Cast) -> None:
    # Accepted on 2027-01-06: thirty days later is Friday 02-05, which nobody knew to be a day off.
    no = claim_at(cast, ClaimState.ACCEPTED, at=at(1, 6, 2027))
    row = Deadline.objects.get(claim__claim_no=no, code="L1")
    assert (last_day(no, "L1"), row.is_provisional) == (date(2027, 2, 5), True)
    load_years(HOUSE, {2027: NEW}, at=AT)
    done = recount(2027)
    assert done.changed > 0 and recount(2027, after_id=done.after_id).looked_at == 0
    row.refresh_from_db()
    assert (last_day(no, "L1"), row.is_provisional) == (date(2027, 2, 12), False)
    claim = Claim.objects.get(claim_no=no)
    assert claim.due_at == clocks.soonest(claim)


def test_a_program_that_runs_on_learns_of_the_year_when_it_needs_it(cast: Cast) -> None:
    load_years(HOUSE, {2027: NEW}, at=AT)
    calendars._KEPT.calendar = None
    assert work_calendar().last_year == 2026
    no = claim_at(cast, ClaimState.ACCEPTED, at=at(1, 6, 2027))
    assert last_day(no, "L1") == date(2027, 2, 12)


def test_a_notice_that_was_amended_takes_the_place_of_the_first() -> None:
    load_years(HOUSE, {2027: NEW}, at=AT)
    assert load_years(HOUSE, {2027: NEW}, at=AT) == ()
    longer = year(2027, ("2027-01-01", "2027-01-04"), ("2027-02-05", "2027-02-11"), worked=("2027-02-14",))
    assert load_years(HOUSE, {2027: longer}, at=AT) == (2027,)
    assert asked_again().is_rest(date(2027, 1, 4))
    assert CalendarYear.objects.count() == 2


def test_the_file_that_ships_changes_nothing() -> None:
    assert load_years(HOUSE, stated_years(FILE), at=AT) == ()


def test_a_year_with_a_gap_before_it_is_refused_and_says_which_is_missing() -> None:
    with pytest.raises(YearsApart, match="2027"):
        load_years(HOUSE, {2028: year(2028, ("2028-01-01", "2028-01-03"))}, at=AT)
    assert not CalendarYear.objects.exists()


def test_the_calendar_is_the_houses_to_load(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        load_years(cast.who("rui"), {2027: NEW}, at=AT)


def test_hours_of_work_are_loaded_with_a_year(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = FILE.read_text("utf-8").replace("country: CN\n", 'country: CN\nhours: ["08:30-12:00", "14:00-24:00"]\n')
    path.write_text(text, "utf-8")
    assert load_years(HOUSE, stated_years(path), at=AT) == (2024, 2025, 2026)
    assert work_calendar().hours == ((510, 720), (840, 1_440))


def test_a_limit_that_is_changed_keeps_its_pauses(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.REVIEW)
    claim = Claim.objects.get(claim_no=no)
    clocks.pause(claim, at(6, 3))
    clocks.resume(claim, at(6, 13))
    before = Deadline.objects.get(claim=claim, code="L1")
    clocks.change(claim, "L1", 20, at(6, 14))
    after = Deadline.objects.get(claim=claim, code="L1")
    # 06-01 + 20 + 10 days of pause = 07-01.
    assert (after.pauses, last_day(no, "L1")) == (before.pauses, date(2026, 7, 1))
    clocks.pause(claim, at(6, 15))
    clocks.resume(claim, at(6, 17))
    assert last_day(no, "L1") == date(2026, 7, 3)


def test_a_limit_of_the_law_is_never_made_longer(cast: Cast) -> None:
    claim = Claim.objects.get(claim_no=claim_at(cast, ClaimState.REVIEW))
    with pytest.raises(LimitOfLaw, match="30"):
        clocks.change(claim, "L1", 31, AT)
