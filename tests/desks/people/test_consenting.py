"""What people agree to is kept word for word, for one use and one class of data, and can be taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from hearth.desks import people
from hearth.desks.people.faults import ForTheGuardian, ForThemself, OtherWords
from hearth.store.access import NotThere
from hearth.store.access.people import consented, consents
from hearth.store.models import Consent, Record
from hearth.words.claims import Role
from hearth.words.consents import CONSENTS, UnknownConsent, consent_words, version_on
from tests.desks.people.somebody import AT, HUI, HUIS_SON, MEI, asks, member, worker

pytestmark = pytest.mark.django_db

HEALTH = consent_words("claim", "health", "2026-1")


def test_a_consent_holds_from_when_it_is_given_until_it_is_taken_back() -> None:
    mei = member(MEI)
    given = people.give_consent(asks(mei), mei, "claim", "health", "2026-1", at=AT, words=HEALTH.zh)
    assert people.give_consent(asks(mei), mei, "claim", "health", "2026-1", at=AT, words=HEALTH.en) == given
    assert consented(mei, "claim", "health", AT)
    assert not consented(mei, "claim", "health", AT - timedelta(seconds=1))
    assert not consented(mei, "pass_on", "health", AT), "passing on is a consent of its own"
    later = AT + timedelta(days=1)
    people.withdraw_consent(asks(mei), given, at=later)
    people.withdraw_consent(asks(mei), given, at=later)
    assert consented(mei, "claim", "health", AT) and not consented(mei, "claim", "health", later)
    assert [row.withdrawn_at for row in consents(asks(mei), mei, AT)] == [later]
    assert Record.objects.filter(kind__startswith="consent.").count() == 2


def test_what_was_agreed_to_cannot_be_changed_or_removed() -> None:
    mei = member(MEI)
    given = people.give_consent(asks(mei), mei, "claim", "health", "2026-1", at=AT, words=HEALTH.zh)
    for change in (
        lambda: Consent.objects.filter(pk=given).update(purpose="care"),
        Consent.objects.get(pk=given).delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_other_words_than_those_that_hold_are_not_agreed_to() -> None:
    mei = member(MEI)
    with pytest.raises(OtherWords):
        people.give_consent(asks(mei), mei, "claim", "health", "2026-1", at=AT, words=HEALTH.zh + "!")
    with pytest.raises(UnknownConsent):
        people.give_consent(asks(mei), mei, "claim", "health", "1999-1", at=AT, words=HEALTH.zh)


def test_for_a_child_the_proven_guardian_agrees_and_nobody_else() -> None:
    hui, son = member(HUI), member(HUIS_SON)
    words = consent_words("claim", "child", "2026-1").zh
    with pytest.raises(NotThere):
        people.give_consent(asks(hui), son, "claim", "child", "2026-1", at=AT, words=words)
    steward = worker(Role.STEWARD)
    relation = people.state_relation(steward, hui, son, "parent", at=AT)
    people.prove_relation(steward, relation, "户口簿", at=AT)
    with pytest.raises(ForTheGuardian):
        people.give_consent(asks(hui), son, "claim", "child", "2026-1", at=AT, words=words)
    relation = people.state_relation(steward, hui, son, "guardian", at=AT)
    people.prove_relation(steward, relation, "户口簿", at=AT)
    given = people.give_consent(asks(hui), son, "claim", "child", "2026-1", at=AT, words=words)
    assert consented(son, "claim", "child", AT)
    people.withdraw_consent(asks(hui), given, at=AT)
    with pytest.raises(ForTheGuardian):
        people.give_consent(asks(son), son, "claim", "child", "2026-1", at=AT, words=words)


def test_nobody_agrees_for_another_adult() -> None:
    hui, mei, steward = member(HUI), member(MEI), worker(Role.STEWARD)
    relation = people.state_relation(steward, hui, mei, "agent", at=AT, until_on=date(2026, 12, 1))
    people.prove_relation(steward, relation, "授权委托书", at=AT)
    with pytest.raises(ForThemself):
        people.give_consent(asks(hui), mei, "claim", "health", "2026-1", at=AT, words=HEALTH.zh)


def test_every_consent_says_in_both_languages_what_it_is_for_and_that_it_can_be_taken_back() -> None:
    for words in CONSENTS:
        assert "撤回同意" in words.zh and "take this back" in words.en and words.title_zh and words.title_en, words
        assert version_on(words.purpose, words.data_class, words.from_on) is not None
        assert version_on(words.purpose, words.data_class, date(2025, 12, 31)) is None
    assert len({(one.purpose, one.data_class, one.version) for one in CONSENTS}) == len(CONSENTS)
