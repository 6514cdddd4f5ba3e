"""Addresses of wires, and the state files they name."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from hearth.wires import messages, payments
from hearth.wires.payments.bank import Bank
from hearth.words.faults import Malformed


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ("", "kind"),
        ("memory", "kind"),
        ("cash:", "kind"),
        ("memory:bank.sqlite3", "path"),
        ("memory:?slow", "options"),
        ("memory:?slow=2", "slow"),
        ("memory:?slow=nan", "slow"),
        ("memory:?slow=0.1&slow=0.2", "slow"),
        ("memory:?seed=-1", "seed"),
        ("memory:?limit_fen=0", "limit_fen"),
        ("memory:?sloow=0.1", "sloow"),
    ],
)
def test_an_address_with_a_mistake_says_where(spec: str, place: str) -> None:
    with pytest.raises(Malformed) as fault:
        payments.opened(spec)
    assert fault.value.data["place"] == place
    assert "payments" in str(fault.value)


def test_every_option_of_an_address_reaches_the_bank() -> None:
    bank = payments.opened(
        "memory:?timeout_after_success=0.05&timeout_before=0.02&timeout_asking=0.01&duplicate_events=0.1&returned=0.01"
        "&returned_seconds=5&slow=0.2&slow_seconds=6&failed=0.03&out_of_order=0.04&out_of_order_seconds=7&seed=7"
        "&limit_fen=100&new_accounts=&returning_accounts=99"
    )
    assert isinstance(bank, Bank)
    habits = bank.habits
    assert (habits.timeout_after_success, habits.timeout_before, habits.timeout_asking) == (0.05, 0.02, 0.01)
    assert (habits.duplicate_events, habits.returned, habits.returned_seconds) == (0.1, 0.01, 5)
    assert (habits.slow, habits.slow_seconds, habits.failed) == (0.2, 6, 0.03)
    assert (habits.out_of_order, habits.out_of_order_seconds, habits.seed) == (0.04, 7, 7)
    assert (habits.limit_fen, habits.new_accounts, habits.returning_accounts) == (100, "", "99")


def test_a_file_that_is_none_of_ours_is_left_as_it_is(tmp_path: Path) -> None:
    text, strange = tmp_path / "notes.txt", tmp_path / "strange.sqlite3"
    text.write_text("not a database, and long enough to be looked at\n" * 40)
    with sqlite3.connect(strange) as other:
        other.execute("CREATE TABLE theirs (x)")
    held = text.read_bytes()
    for path in (text, strange):
        with pytest.raises(Malformed, match=path.name):
            payments.opened(f"memory:{path}")
    assert text.read_bytes() == held
    with sqlite3.connect(strange) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_a_bank_and_an_outbox_cannot_share_a_file(tmp_path: Path) -> None:
    payments.opened(f"memory:{tmp_path}/state.sqlite3")
    with pytest.raises(Malformed):
        messages.opened(f"memory:{tmp_path}/state.sqlite3")
