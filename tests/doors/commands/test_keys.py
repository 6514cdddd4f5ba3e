"""`hearth keys` tells which keys seal what, and seals all again."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from click.testing import CliRunner

from hearth.desks import people
from hearth.doors.commands.keys import keys
from hearth.store.access import HOUSE
from tests.desks.people.somebody import MEI, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", "postgresql://named/elsewhere")
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    return CliRunner()


def test_it_shows_the_versions_and_turns_them(terminal: CliRunner, settings: Any) -> None:
    member(MEI)
    shown = terminal.invoke(keys, ["show"])
    assert shown.exit_code == 0 and "store_person.phone" in shown.output, shown.output
    settings.SEAL_KEYS = {**settings.SEAL_KEYS, 2: hashlib.sha256(b"two").digest()}
    turned = terminal.invoke(keys, ["rotate", "--batch", "2"])
    assert turned.exit_code == 0 and "sealed again with key 2" in turned.output, turned.output
    assert {count.version for count in people.key_counts(HOUSE)} == {2}
    again = terminal.invoke(keys, ["rotate"])
    assert "Everything is sealed with key 2" in again.output


def test_it_asks_for_a_database_where_none_is_named(terminal: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    told = terminal.invoke(keys, ["show"])
    assert told.exit_code == 1 and "DATABASE_URL" in told.output
