"""The worker of the past knows every job that a record defers."""

from __future__ import annotations

from hearth.doors.demo.following import JOBS
from hearth.words.subscriptions import SUBSCRIPTIONS


def test_every_subscriber_is_followed_in_the_past_too() -> None:
    assert {task for tasks in SUBSCRIPTIONS.values() for task in tasks} <= set(JOBS)
