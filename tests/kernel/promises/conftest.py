"""The work calendar, as the store reads it."""

from __future__ import annotations

import pytest

from hearth.store.calendars import work_calendar
from hearth.words.calendar import Calendar


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    """The calendar that ships with Hearth: 2024 to 2026."""
    return work_calendar()
