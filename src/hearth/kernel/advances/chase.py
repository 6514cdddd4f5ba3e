"""Chase: when an advance that nobody moves on is asked about, and when it goes to the head of the desk."""

from __future__ import annotations

from datetime import datetime

HEAD_BP = 12_500
"""At this share of a limit the case goes to the head of the desk."""

BP = 10_000


def chase(started_at: datetime, due_at: datetime, at: datetime) -> int:
    """How far the chasing of a running limit has come.

    Needs:   when the limit began and ends, and now, with their time zones; the end is after the beginning
    Gives:   0 within the limit, 1 from its end on, 2 from HEAD_BP of its length on
    Source:  DOMAIN 6.4: chaser of advance review, at the limit, then the duty manager
    """
    if at < due_at:
        return 0
    return 2 if (at - started_at) * BP >= (due_at - started_at) * HEAD_BP else 1
