"""The webhook wire of the demo keeps what it is told, and fails as receivers do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hearth.wires.webhooks import Call, Trouble, opened, signature
from hearth.wires.webhooks.pinboard import Pinboard

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def call(key: str, at: datetime = NOON) -> Call:
    return Call("https://partner.example/hearth", key, b"{}", "secret", at)


def test_what_is_told_can_be_read_by_another_process(tmp_path: Path) -> None:
    spec = f"memory:{tmp_path}/board.sqlite3"
    assert opened(spec).call(call("D1")).is_taken
    board = opened(spec)
    assert isinstance(board, Pinboard)
    [pinned] = board.calls()
    assert (pinned.url, pinned.key, pinned.body, pinned.at) == ("https://partner.example/hearth", "D1", b"{}", NOON)
    assert pinned.signature == "v1=" + signature("secret", pinned.stamp, b"{}")
    assert board.calls("https://other.example/") == []


def test_receivers_fail_now_and_then_and_every_message_arrives_in_the_end() -> None:
    board = opened("memory:?timeout=0.3&failing=0.3&timeout_after_taking=0.2&seed=5")
    assert isinstance(board, Pinboard)
    troubles = set()
    for number in range(40):
        at = NOON
        while not (answer := board.call(call(f"D{number}", at))).is_taken:
            troubles.add(answer.trouble)
            at += timedelta(seconds=30)
    assert troubles == {Trouble.NO_ANSWER, Trouble.STATUS}
    arrived = [pinned.key for pinned in board.calls()]
    assert set(arrived) == {f"D{number}" for number in range(40)}
    # An answer that was lost makes a second call: receivers count by key.
    assert len(arrived) > 40


def test_an_address_can_be_gone() -> None:
    assert opened("memory:?gone=1").call(call("D1")).is_gone
