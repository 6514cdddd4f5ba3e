"""Every task that follows a record has its code, and every record that is subscribed to is written by a desk."""

from __future__ import annotations

import re

from hearth.words.subscriptions import SUBSCRIPTIONS
from tests.house.tree import HOUSE


def known_tasks() -> set[str]:
    """The names of all tasks the workers know."""
    from procrastinate.contrib.django import app

    from hearth.doors.jobs import load_every_job

    load_every_job()
    return set(app.tasks)


def test_every_subscriber_has_its_code() -> None:
    named = {task for tasks in SUBSCRIPTIONS.values() for task in tasks}
    assert named - known_tasks() == set()


def test_every_record_that_is_subscribed_to_is_written_by_a_desk() -> None:
    texts = "\n".join(path.read_text("utf-8") for path in sorted((HOUSE / "desks").rglob("*.py")))
    written = set(re.findall(r"\"((?:[a-z_]+)\.(?:[a-z_]+))\"", texts))
    # A payment's record is named after the state it goes to.
    made = re.findall(r"f\"([a-z_]+)\.\{", texts)
    words = set(re.findall(r"\"([a-z_]+)\"", texts))
    written |= {f"{prefix}.{word}" for prefix in made for word in words}
    assert set(SUBSCRIPTIONS) - written == set()
