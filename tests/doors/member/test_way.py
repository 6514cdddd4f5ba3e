"""The days that the way of a claim tells of steps to come: in order, and never a day that has passed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from hearth.doors.member.way import expected_by
from hearth.words.claims import ClaimState, Step

LIMIT = date(2026, 11, 25)
TODAY = date(2026, 11, 20)


def case(expected_on: date | None, state: ClaimState = ClaimState.REVIEW) -> Any:
    limit = SimpleNamespace(
        code="P_DECIDE", state="running", target_on=LIMIT, due_at=datetime(2026, 11, 25, 16, tzinfo=UTC)
    )
    return SimpleNamespace(row=SimpleNamespace(expected_on=expected_on, state=state), deadlines=(limit,))


@pytest.mark.parametrize(
    ("expected_on", "decided", "paid"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 30), LIMIT, date(2026, 11, 30)),
        (date(2026, 11, 19), LIMIT, date(2026, 11, 19)),
        (None, LIMIT, None),
    ],
)
def test_a_decision_is_expected_no_later_than_the_payment_that_follows_it(
    expected_on: date | None, decided: date, paid: date | None
) -> None:
    held = case(expected_on)
    days = {step: expected_by(held, SimpleNamespace(step=step), TODAY) for step in Step}  # type: ignore[arg-type]
    assert days.pop(Step.DECIDED) == decided and days.pop(Step.PAID) == paid
    assert set(days.values()) == {None}


def test_once_it_is_agreed_no_day_is_told_but_the_limits_of_the_law() -> None:
    assert expected_by(case(date(2026, 11, 23), ClaimState.AGREED), SimpleNamespace(step=Step.PAID), TODAY) is None  # type: ignore[arg-type]
