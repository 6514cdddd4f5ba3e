"""Sealed columns are sealed again with the newest key, some at a time; nothing is lost, the old key can go."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from hearth.desks import people
from hearth.desks.people.keys import sealed_columns
from hearth.store.access import HOUSE, NotAllowed
from hearth.store.models import BankAccount, Calculation, Claim, Decision, PaperContent, Person, Record
from hearth.store.sealed import SealBroken
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, Cast
from tests.desks.cast_rows import cast as made
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db

NEW = hashlib.sha256(b"the second key").digest()


@pytest.fixture
def cast(db: None) -> Cast:
    found = made()
    claim_at(found, ClaimState.CLOSED)
    people.give_totp(HOUSE, found.id("an"), "JBSWY3DPEHPK3PXP", at=AT)
    return found


def opened() -> tuple[Any, ...]:
    """What the sealed columns say."""
    return (
        sorted(Person.objects.values_list("phone", "email", "id_number")),
        sorted(BankAccount.objects.values_list("number", flat=True)),
        sorted(Claim.objects.values_list("story", flat=True)),
        sorted(Decision.objects.values_list("words", flat=True)),
        sorted(bytes(content) for content in PaperContent.objects.values_list("content", flat=True)),
        Calculation.objects.count(),
    )


def test_every_value_is_sealed_again_and_then_the_old_key_may_go(cast: Cast, settings: Any) -> None:
    before, code = opened(), people.totp_now(cast.id("an"), AT)
    old = settings.SEAL_KEYS
    settings.SEAL_KEYS = {**old, 2: NEW}
    assert {count.version for count in people.key_counts(HOUSE)} == {1}
    waiting = sum(count.rows for count in people.key_counts(HOUSE))
    batches = []
    while changed := people.rotate_keys(HOUSE, at=AT, batch=7):
        batches.append(changed)
    # One factor, whose secret counts once; every other value is a row of a column.
    assert sum(batches) >= waiting and max(batches) == 7
    assert {count.version for count in people.key_counts(HOUSE) if count.place != "store_salt.value"} == {2}
    settings.SEAL_KEYS = {2: NEW}
    assert opened() == before and people.totp_now(cast.id("an"), AT) == code
    assert Record.objects.filter(kind="keys.rotated").count() == len(batches)
    settings.SEAL_KEYS = old
    with pytest.raises(SealBroken, match="no key of version 2"):
        opened()


def test_it_can_be_stopped_and_taken_up_at_any_moment(cast: Cast, settings: Any) -> None:
    before = opened()
    settings.SEAL_KEYS = {**settings.SEAL_KEYS, 2: NEW}
    people.rotate_keys(HOUSE, at=AT, batch=3)
    assert opened() == before, "half old and half new, all of it opens"
    assert {count.version for count in people.key_counts(HOUSE)} == {1, 2}
    while people.rotate_keys(HOUSE, at=AT):
        pass
    assert people.rotate_keys(HOUSE, at=AT) == 0 and opened() == before


def test_every_sealed_column_is_among_them_and_only_the_house_turns_keys(cast: Cast) -> None:
    places = {column.place for column in sealed_columns()}
    assert {"store_person.phone", "store_papercontent.content", "store_decision.words", "store_salt.value"} <= places
    with pytest.raises(NotAllowed):
        people.rotate_keys(cast.who("guan"), at=AT)
    with pytest.raises(NotAllowed):
        people.key_counts(cast.who("guan"))
