"""Moments: aware times as whole microseconds of UTC, as state files keep them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """An aware moment -> microseconds since 1970; a moment without its zone is a bug and raises TypeError."""
    return (at - _EPOCH) // _MICROSECOND


def moment(number: int) -> datetime:
    """Microseconds since 1970 -> a moment in UTC."""
    return _EPOCH + timedelta(microseconds=number)
