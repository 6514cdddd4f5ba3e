"""Numbers: claim, policy and person numbers, each given once."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

SHANGHAI = ZoneInfo("Asia/Shanghai")
_LETTER = {"claim": "C", "policy": "P", "person": "M", "advance": "A", "dispute": "D", "complaint": "T"}


def next_number(what: str, at: datetime) -> str:
    """The next number of a claim, a policy, a person and so on: a letter, the year, eight digits (C2600000042)."""
    letter = _LETTER[what]
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [f"store_{what}_no"])
        (count,) = cursor.fetchone()
    return f"{letter}{at.astimezone(SHANGHAI):%y}{count:08d}"


def next_numbers(what: str, count: int, at: datetime) -> list[str]:
    """`count` numbers at once, for a bulk verb."""
    letter = _LETTER[what]
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [f"store_{what}_no", count])
        return [f"{letter}{at.astimezone(SHANGHAI):%y}{number:08d}" for (number,) in cursor.fetchall()]
