"""A case that nobody moves on is asked about at its limit and goes to the head of the desk a quarter later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hearth.kernel.advances.chase import chase

BEGAN = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "level"),
    # Two hours in an emergency: asked about after 120 minutes, the head of the desk after 150.
    [(0, 0), (119, 0), (120, 1), (149, 1), (150, 2), (10_000, 2)],
)
def test_a_late_review_rises_by_its_own_length(minutes: int, level: int) -> None:
    assert chase(BEGAN, BEGAN + timedelta(hours=2), BEGAN + timedelta(minutes=minutes)) == level
