"""Days: calendar days as int32 numbers (days since 1970-01-01), months by the Civil Code."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

EPOCH = date(1970, 1, 1)
NEVER = -(2**31) + 1
"""The day number that stands for "no such day"."""


def day_number(day: date) -> int:
    """A calendar day -> days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """Days since 1970-01-01 -> a calendar day."""
    return EPOCH + timedelta(days=int(number))


def add_months(day: date, months: int) -> date:
    """The same day `months` months later; the month's last day where there is no such day (Civil Code art. 202)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_until(first: date, later: date) -> int:
    """The smallest whole number of months m >= 0 with later <= first + m months."""
    months = max(0, (later.year - first.year) * 12 + later.month - first.month - 1)
    while add_months(first, months) < later:
        months += 1
    return months
