"""A line is answered within two hours of work; outside them the member is told from when."""

from __future__ import annotations

from datetime import datetime

import pytest

from hearth.kernel.promises.answering import answering
from hearth.words.calendar import CHINA_TIME, Calendar, YearUnknown


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA_TIME)


@pytest.mark.parametrize(
    ("written", "opens", "by"),
    [
        # A Monday: 9-12 and 13:30-18.
        ("2026-06-01 10:00", "2026-06-01 10:00", "2026-06-01 12:00"),
        ("2026-06-01 11:00", "2026-06-01 11:00", "2026-06-01 14:30"),
        ("2026-06-01 12:30", "2026-06-01 13:30", "2026-06-01 15:30"),
        ("2026-06-01 17:30", "2026-06-01 17:30", "2026-06-02 10:30"),
        ("2026-06-05 20:00", "2026-06-08 09:00", "2026-06-08 11:00"),
        # National Day: seven days off.
        ("2026-10-01 09:00", "2026-10-08 09:00", "2026-10-08 11:00"),
    ],
)
def test_two_hours_of_work_are_counted_within_the_hours_of_work(
    calendar: Calendar, written: str, opens: str, by: str
) -> None:
    found = answering(calendar, china(written))
    assert (found.opens_at, found.by) == (china(opens), china(by))
    assert found.is_open is (written == opens)


def test_a_year_without_its_notice_is_named(calendar: Calendar) -> None:
    with pytest.raises(YearUnknown):
        answering(calendar, china("2031-03-01 10:00"))
