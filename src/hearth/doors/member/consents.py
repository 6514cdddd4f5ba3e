"""Consents: what the reader is asked to agree to, for themself and for their children, given and taken back here."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import people as people_desk
from hearth.doors.member.page import Ask, go, number, page, shown
from hearth.doors.member.saying import iso, moment
from hearth.store.access import people
from hearth.words.consents import CONSENTS, ConsentWords, DataClass, Purpose, consent_words, version_on
from hearth.words.faults import Fault

OF_A_CHILD = ((Purpose.CLAIM, DataClass.CHILD), (Purpose.CLAIM, DataClass.HEALTH), (Purpose.PASS_ON, DataClass.HEALTH))
"""What a guardian is asked for a child under 14."""


@dataclass(frozen=True)
class Asked:
    """One thing somebody is asked to agree to, and whether they did."""

    person_id: int
    words: ConsentWords
    title: str
    text: str
    consent_id: int | None
    given: str
    given_iso: str
    given_by: str


@page
def consents(ask: Ask) -> HttpResponse:
    """All that the reader may agree to; a POST gives one consent or takes one back."""
    if ask.is_post:
        try:
            return _changed(ask)
        except Fault as fault:
            ask.wrong(fault)
    groups = [(ask.me.full_name if ask.me else "", asked_of(ask, ask.person_id))]
    for child in children(ask):
        groups.append((child.full_name, asked_of(ask, child.person_id, OF_A_CHILD)))
    return shown(
        ask,
        "consents",
        title=_("What you agreed to"),
        section="me",
        back_url=reverse("member-me"),
        groups=groups,
        status=422 if ask.is_post else 200,
    )


def children(ask: Ask) -> list[people.FamilyRow]:
    """The children under 14 whose proven guardian the reader is."""
    return [row for row in people.family(ask.by, ask.person_id, ask.at) if row.kind == "guardian" and row.acts_now]


def asked_of(ask: Ask, person_id: int, of: tuple[tuple[Purpose, DataClass], ...] | None = None) -> list[Asked]:
    """What is asked on behalf of a person, with what was answered; without `of`, what an adult is asked."""
    kinds = of or tuple(
        dict.fromkeys((one.purpose, one.data_class) for one in CONSENTS if one.data_class is not DataClass.CHILD)
    )
    held = {
        (row.purpose, row.data_class, row.version): row
        for row in people.consents(ask.by, person_id, ask.at)
        if row.withdrawn_at is None
    }
    found = []
    for purpose, data_class in kinds:
        words = version_on(purpose, data_class, ask.today)
        if words is None:
            continue
        row = held.get((purpose, data_class, words.version))
        found.append(
            Asked(
                person_id=person_id,
                words=words,
                title=words.title(ask.lang),
                text=words.words(ask.lang),
                consent_id=row.consent_id if row else None,
                given=moment(row.given_at, ask.lang) if row else "",
                given_iso=iso(row.given_at) if row else "",
                given_by=row.given_by if row else "",
            )
        )
    return found


def agree(ask: Ask, person_id: int, purpose: str, data_class: str, version: str) -> None:
    """Write down that the reader agreed to the words they were shown, in the language they read."""
    words = consent_words(purpose, data_class, version)
    people_desk.give_consent(ask.by, person_id, purpose, data_class, version, at=ask.at, words=words.words(ask.lang))


def _changed(ask: Ask) -> HttpResponse:
    taken_back = ask.number("withdraw")
    if taken_back is not None:
        people_desk.withdraw_consent(ask.by, taken_back, at=ask.at)
        return go("member-consents", told="withdrawn-consent")
    parts = ask.typed("give", 120).split("|")
    whose = number(parts[0])
    if len(parts) == 4 and whose is not None:
        agree(ask, whose, *parts[1:])
    return go("member-consents", told="agreed-consent")
