"""Consenting: the ledger of what people agreed to, word for word, and took back."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.people.faults import ForTheGuardian, ForThemself, OtherWords
from hearth.desks.people.relations import child_until
from hearth.store.access import Who, one, permit
from hearth.store.access.people import is_guardian
from hearth.store.models import Consent, Person
from hearth.words.calendar import day_in_china
from hearth.words.consents import consent_words, version_on


@transaction.atomic(durable=True)
def give_consent(
    by: Who, person_id: int, purpose: str, data_class: str, version: str, *, at: datetime, words: str
) -> int:
    """Agree to one use of one class of data: the person themself, or the guardian of a child under 14.

    Needs:    `words`: what was shown; it must be what the version that holds now says, in one of its languages
    Gives:    the consent's id; the same yes given twice is one
    Records:  consent.given.  Raises: NotAllowed, NotThere, UnknownConsent, OtherWords, ForTheGuardian, ForThemself.
    """
    asked = consent_words(purpose, data_class, version)
    shown = hashlib.sha256(words.encode()).hexdigest()
    if asked != version_on(purpose, data_class, day_in_china(at)) or shown not in (
        asked.digest("zh"),
        asked.digest("en"),
    ):
        raise OtherWords
    permit(by, "consent", "give")
    person: Person = one(by, "person", "see", at, lock=True, pk=person_id)
    is_child = person.born_on is not None and child_until(person.born_on) > day_in_china(at)
    if is_child and not (by.person_id is not None and is_guardian(by.person_id, person_id, at)):
        raise ForTheGuardian
    if by.person_id is None or (not is_child and by.person_id != person_id):
        raise ForThemself(name=person.full_name)
    held = Consent.objects.filter(
        person=person, purpose=purpose, data_class=data_class, version=version, withdrawn_at__isnull=True
    ).first()
    if held is not None:
        return held.pk
    consent = Consent.objects.create(
        person=person,
        given_by_id=by.person_id,
        purpose=purpose,
        data_class=data_class,
        version=version,
        words_digest=shown,
        given_at=at,
    )
    _record("consent.given", consent, by, at)
    return consent.pk


@transaction.atomic(durable=True)
def withdraw_consent(by: Who, consent_id: int, *, at: datetime) -> None:
    """Take a consent back, as easily as it was given; what was done before stays (PIPL art. 15).

    Records:  consent.withdrawn.  Raises: NotAllowed, NotThere.
    """
    consent: Consent = one(by, "consent", "withdraw", at, lock=True, pk=consent_id)
    if consent.withdrawn_at is not None:
        return
    consent.withdrawn_at, consent.withdrawn_by_id = at, by.person_id
    consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record("consent.withdrawn", consent, by, at)


def _record(kind: str, consent: Consent, by: Who, at: datetime) -> None:
    records.append(
        kind,
        f"person:{consent.person_id}",
        by=by,
        at=at,
        data={
            "consent": consent.pk,
            "person": consent.person_id,
            "purpose": consent.purpose,
            "data_class": consent.data_class,
            "version": consent.version,
            "words": consent.words_digest,
        },
    )
