"""Fetching: the windows of time in which a courier can be asked to come to somebody's door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hearth.words.calendar import day_in_china, start_of_day

WINDOWS: tuple[tuple[int, int], ...] = ((9, 12), (13, 16), (16, 19))
"""Hours of a day in China, half-open; couriers come on rest days too."""

AHEAD_DAYS = 6
"""The last day that is offered, counted from today."""

NOTICE = timedelta(hours=2)
"""So long before its beginning a window is closed."""


def pickup_windows(at: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The windows that can be booked at a moment.

    Needs:   a moment with its time zone
    Gives:   half-open pairs of moments in UTC, in their order: three a day of today and six days more, those that begin
             in less than two hours left out; never none
    Source:  S2.5: originals are fetched at the customer's door in a time they choose
    """
    today = day_in_china(at)
    found = []
    for ahead in range(AHEAD_DAYS + 1):
        midnight = start_of_day(today + timedelta(days=ahead))
        for first, last in WINDOWS:
            start = midnight + timedelta(hours=first)
            if start >= at + NOTICE:
                found.append((start.astimezone(UTC), (midnight + timedelta(hours=last)).astimezone(UTC)))
    return tuple(found)
