"""Search: people, policies, claims and invoices found by what somebody typed; each look goes through an index."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from hearth.store.access import policies as policy_reads
from hearth.store.access.people import AccountRow, RelationRow, id_digest, phone_digest
from hearth.store.access.policies import PolicyRow
from hearth.store.access.rows import may, one, people_for, rows
from hearth.store.access.who import Who
from hearth.store.models import Claim, Cover, InvoiceKey, Person, Policy
from hearth.words.faults import Malformed

MOST = 20
"""Hits of each kind that are shown."""

_INSIDE = re.compile(r"[A-Za-z0-9]{3}")
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.@+-]{0,63}")


@dataclass(frozen=True, slots=True)
class PersonHit:
    """Somebody who was found."""

    person_id: int
    username: str
    full_name: str
    born_on: date | None
    phone_tail: str
    branch: str

    @property
    def phone(self) -> str:
        """The telephone as far as it is shown."""
        return f"…{self.phone_tail}" if self.phone_tail else ""


@dataclass(frozen=True, slots=True)
class ClaimHit:
    """A claim that was found; `invoice` where it was found by one of its invoices."""

    claim_no: str
    state: str
    person_id: int
    full_name: str
    event_on: date | None
    claimed_fen: int
    due_at: datetime | None
    invoice: str


@dataclass(frozen=True, slots=True)
class Hits:
    """All that was found, each kind apart; `exact` says that a whole number was typed and one thing has it."""

    people: tuple[PersonHit, ...] = ()
    policies: tuple[PolicyRow, ...] = ()
    claims: tuple[ClaimHit, ...] = ()
    claims_of_people: tuple[ClaimHit, ...] = ()
    exact: tuple[str, str] | None = None
    """("claim", "C26...") , ("policy", "P26...") or ("person", "12")."""


def search(by: Who, text: str, at: datetime) -> Hits:
    """Everything of a name, telephone, identity, member, policy, claim or invoice number that `by` may see.

    Names are found from their beginning, Latin ones of three letters or more from inside too; numbers are found whole.
    """
    text = _plain(text)
    if not text:
        return Hits()
    exact_person = _by_number(by, text, at)
    people = exact_person or _by_name(by, text, at)
    claims = (*_claims_by_number(by, text, at), *_claims_by_invoice(by, text, at))
    policies = _policies(by, text, at, people)
    found = {("person", str(one.person_id)) for one in exact_person}
    found |= {("claim", one.claim_no) for one in claims if one.claim_no.casefold() == text.casefold()}
    found |= {("policy", one.policy_no) for one in policies if one.policy_no.casefold() == text.casefold()}
    return Hits(
        people=people,
        policies=policies,
        claims=tuple({one.claim_no: one for one in claims}.values()),
        claims_of_people=_claims_of(by, [one.person_id for one in people], at),
        exact=found.pop() if len(found) == 1 else None,
    )


def people_found(by: Who, text: str, at: datetime) -> tuple[PersonHit, ...]:
    """People of a name or of a whole number, as `search` finds them."""
    text = _plain(text)
    return (_by_number(by, text, at) or _by_name(by, text, at)) if text else ()


def policies_found(by: Who, text: str, at: datetime) -> tuple[PolicyRow, ...]:
    """Policies of a number, or of people of a name, as `search` finds them."""
    text = _plain(text)
    return _policies(by, text, at, people_found(by, text, at)) if text else ()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())[:100]


def person_to_insure(by: Who, text: str, at: datetime) -> int | None:
    """The one person, known to who issues policies, of a member, telephone or identity number or of a whole name."""
    known = people_for(by, "policy", "issue", at).filter(locked_at__isnull=True)
    condition = _numbered(text) | Q(full_name=text)
    found = list(known.filter(condition).values_list("pk", flat=True)[:2])
    return int(found[0]) if len(found) == 1 else None


def relation_to_prove(by: Who, relation_id: int, at: datetime) -> RelationRow:
    """One relation that somebody looks at.  Raises: NotThere, NotAllowed."""
    found = one(by, "relation", "see", at, pk=relation_id)
    return RelationRow(
        relation_id=found.pk,
        person_id=found.person_id,
        full_name=found.person.full_name,
        other_id=found.other_id,
        other_name=found.other.full_name,
        kind=found.kind,
        until_on=found.until_on,
        is_proven=found.proven_at is not None,
    )


def _numbered(text: str) -> Q:
    wanted = Q(username=Person.normalize_username(text)[:64])
    for field, read in (("phone_digest", phone_digest), ("id_digest", id_digest)):
        try:
            wanted |= Q(**{field: read(text)})
        except Malformed:
            continue
    return wanted


def _by_number(by: Who, text: str, at: datetime) -> tuple[PersonHit, ...]:
    return _people(rows(by, "person", "see", at).filter(_numbered(text)))


def _by_name(by: Who, text: str, at: datetime) -> tuple[PersonHit, ...]:
    # As names are written, so that an index can be followed; only Latin letters make trigrams.
    how = "contains" if _INSIDE.search(text) else "startswith"
    spellings = {text, text.title(), text.lower(), text.upper()}
    wanted = reduce(or_, (Q(**{f"full_name__{how}": spelling}) for spelling in sorted(spellings)))
    return _people(rows(by, "person", "see", at).filter(wanted))


def _people(found: QuerySet[Person]) -> tuple[PersonHit, ...]:
    listed = found.filter(erased_at__isnull=True).values_list(
        "pk", "username", "full_name", "born_on", "phone_tail", "branch__code"
    )[:MOST]
    return tuple(PersonHit(*each[:5], each[5] or "") for each in sorted(listed, key=lambda row: (row[2], row[0])))


def _claims_by_number(by: Who, text: str, at: datetime) -> tuple[ClaimHit, ...]:
    if not _NUMBER.fullmatch(text):
        return ()
    return _claims(rows(by, "claim", "see", at).filter(claim_no=text.upper()[:32]))


def _claims_by_invoice(by: Who, text: str, at: datetime) -> tuple[ClaimHit, ...]:
    """Claims that use an invoice: by its number, or by code and number with a blank or a stroke between."""
    parts = [part for part in re.split(r"[\s|/]+", text.upper(), maxsplit=1) if part]
    if not parts or not all(_NUMBER.fullmatch(part) for part in parts):
        return ()
    key = "|".join(parts)[:64]
    used = InvoiceKey.objects.filter(key=key) if len(parts) == 2 else InvoiceKey.objects.filter(number=key[:40])
    ids = list(used.order_by("-claim").values_list("claim_id", flat=True)[:MOST])
    return _claims(rows(by, "claim", "see", at).filter(pk__in=ids), key) if ids else ()


def _claims_of(by: Who, people: list[int], at: datetime) -> tuple[ClaimHit, ...]:
    if not people or not may(by, "claim", "see"):
        return ()
    return _claims(rows(by, "claim", "see", at).filter(person__in=people).exclude(state="draft").order_by("-pk"))


def _claims(found: QuerySet[Claim], invoice: str = "") -> tuple[ClaimHit, ...]:
    listed = found.values_list(
        "claim_no", "state", "person_id", "person__full_name", "event_on", "claimed_fen", "due_at"
    )[:MOST]
    return tuple(ClaimHit(*each, invoice) for each in listed)


def _policies(by: Who, text: str, at: datetime, people: tuple[PersonHit, ...]) -> tuple[PolicyRow, ...]:
    """Policies of that number, and those that these people hold or are insured by."""
    ids: set[int] = set()
    if _NUMBER.fullmatch(text):
        ids |= set(Policy.objects.filter(policy_no__in={text.upper()[:32], text[:32]}).values_list("pk", flat=True))
    if people:
        persons = [each.person_id for each in people]
        ids |= set(Policy.objects.filter(holder__in=persons).values_list("pk", flat=True)[: 5 * MOST])
        ids |= set(Cover.objects.filter(person__in=persons).values_list("policy_id", flat=True)[: 5 * MOST])
    if not ids:
        return ()
    return policy_reads.listed(rows(by, "policy", "see", at).filter(pk__in=ids).order_by("-pk")[:MOST])


@dataclass(frozen=True, slots=True)
class ReadOf:
    """Somebody read somebody's health data."""

    id: int
    reader: str
    person_id: int
    full_name: str
    kind: str
    key: str
    purpose: str
    at: datetime


def newest_reads(
    by: Who, at: datetime, *, person_id: int | None = None, before: int | None = None, limit: int = 50
) -> tuple[ReadOf, ...]:
    """Who read whose health data, newest first: of one person, or of everybody for an auditor."""
    found = rows(by, "health_read", "see", at).select_related("reader", "partner", "person")
    if person_id is not None:
        found = found.filter(person_id=person_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    return tuple(
        ReadOf(
            id=each.pk,
            reader=each.reader.full_name if each.reader else each.partner.name if each.partner else "",
            person_id=each.person_id,
            full_name=each.person.full_name,
            kind=each.kind,
            key=each.key,
            purpose=each.purpose,
            at=each.at,
        )
        for each in found.order_by("-pk")[: min(limit, 200)]
    )


def accounts_for(by: Who, claim_no: str, at: datetime) -> tuple[AccountRow, ...]:
    """Accounts of the insured person and of who reported a claim, as far as they are theirs to see, newest first."""
    claim = rows(by, "claim", "see", at).filter(claim_no=claim_no).first()
    if claim is None:
        return ()
    found = rows(by, "account", "see", at).filter(person__in={claim.person_id, claim.reporter_id}, ended_at=None)
    return tuple(
        AccountRow(each.pk, each.person_id, each.holder_name, each.bank, each.number_tail)
        for each in found.defer("number").order_by("-pk")
    )
