"""Named reads of people: cards, families, accounts, consents, roles, requests; and who a telephone number is."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from hearth.store.access.rows import one, rows
from hearth.store.access.who import Who
from hearth.store.models import (
    BankAccount,
    Branch,
    Consent,
    DataRequest,
    Introduction,
    Person,
    Relation,
    RoleGrant,
)
from hearth.store.sealed import digest
from hearth.words.calendar import day_in_china
from hearth.words.claims import Role
from hearth.words.consents import version_on
from hearth.words.faults import Malformed
from hearth.words.numbers import identity_form, masked, phone_form

PAGE = 50


def phone_digest(text: str) -> bytes:
    """What a telephone number is found by.  Raises: Malformed."""
    return digest(phone_form(text), "store_person.phone")


def id_digest(text: str) -> bytes:
    """What an identity number is found by.  Raises: Malformed."""
    return digest(identity_form(text), "store_person.id_number")


def account_digest(number: str) -> bytes:
    """What a bank account is found by."""
    return digest(number, "store_bankaccount.number")


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as those see them who may: numbers are shown in part, in full to the person alone."""

    person_id: int
    username: str
    full_name: str
    phone: str
    email: str
    id_number: str
    born_on: date | None
    died_on: date | None
    sex: str
    language: str
    large_print: bool
    quiet_from: int
    quiet_to: int
    branch: str
    steward_id: int | None
    is_locked: bool
    external_id: str


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """Somebody the person states to act for, and what it rests on."""

    relation_id: int
    person_id: int
    full_name: str
    born_on: date | None
    kind: str
    is_proven: bool
    proof: str
    until_on: date | None
    acts_now: bool


@dataclass(frozen=True, slots=True)
class RelationRow:
    """A relation that waits for somebody to look at its proof."""

    relation_id: int
    person_id: int
    full_name: str
    other_id: int
    other_name: str
    kind: str
    until_on: date | None
    is_proven: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account for money, its number in part."""

    account_id: int
    person_id: int
    holder_name: str
    bank: str
    tail: str


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent, given and perhaps taken back."""

    consent_id: int
    person_id: int
    purpose: str
    data_class: str
    version: str
    given_at: datetime
    given_by: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role somebody has or had."""

    grant_id: int
    person_id: int
    full_name: str
    role: Role
    branch: str
    authority_fen: int
    from_at: datetime
    to_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffRow:
    """Somebody who works here, with the roles they hold now."""

    person_id: int
    username: str
    full_name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch."""

    branch_id: int
    code: str
    name_zh: str
    name_en: str
    is_headquarters: bool


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request for one's data or for their erasure, and what came of it."""

    request_id: int
    kind: str
    state: str
    asked_at: datetime
    due_on: date
    done_at: datetime | None
    kept_until: date | None
    outcome: dict[str, Any]


def person(by: Who, person_id: int, at: datetime) -> PersonCard:
    """The card of one person.  Raises: NotThere, NotAllowed."""
    row: Person = one(by, "person", "see", at, pk=person_id)
    return _card(row, external_id=_external_ids(by, [row])[row.pk], in_full=by.person_id == person_id)


def people(by: Who, at: datetime, *, after: int = 0, limit: int = PAGE) -> tuple[PersonCard, ...]:
    """A page of people in order of ids, `after` the last one seen; `search.people_found` looks for one."""
    found = rows(by, "person", "see", at).select_related("branch").filter(pk__gt=after, erased_at__isnull=True)
    page = list(found.order_by("pk")[: max(1, min(limit, PAGE))])
    numbers = _external_ids(by, page)
    return tuple(_card(each, external_id=numbers[each.pk], in_full=False) for each in page)


def family(by: Who, person_id: int, at: datetime) -> tuple[FamilyRow, ...]:
    """Whom a person acts for or says to act for: proven, waiting for proof, and those that ended by age."""
    one(by, "person", "see", at, pk=person_id)
    today = day_in_china(at)
    found = (
        Relation.objects.filter(person_id=person_id, ended_at__isnull=True, other__locked_at__isnull=True)
        .select_related("other")
        .order_by("pk")
    )
    return tuple(
        FamilyRow(
            relation_id=each.pk,
            person_id=each.other_id,
            full_name=each.other.full_name,
            born_on=each.other.born_on,
            kind=each.kind,
            is_proven=each.proven_at is not None,
            proof=each.proof,
            until_on=each.until_on,
            acts_now=each.proven_at is not None
            and each.proven_at <= at
            and (each.until_on is None or each.until_on > today),
        )
        for each in found
    )


def relations(by: Who, at: datetime, *, waiting: bool = True, limit: int = PAGE) -> tuple[RelationRow, ...]:
    """Relations of the people in reach; by default those that wait for their proof."""
    found = rows(by, "relation", "see", at).filter(ended_at__isnull=True)
    if waiting:
        found = found.filter(proven_at__isnull=True)
    return tuple(
        RelationRow(
            relation_id=each.pk,
            person_id=each.person_id,
            full_name=each.person.full_name,
            other_id=each.other_id,
            other_name=each.other.full_name,
            kind=each.kind,
            until_on=each.until_on,
            is_proven=each.proven_at is not None,
        )
        for each in found.select_related("person", "other").order_by("pk")[:limit]
    )


def accounts(by: Who, person_id: int, at: datetime) -> tuple[AccountRow, ...]:
    """The living accounts of a person, newest first."""
    found = rows(by, "account", "see", at).filter(person_id=person_id, ended_at__isnull=True)
    return tuple(_account(each) for each in found.defer("number").order_by("-pk"))


def consents(by: Who, person_id: int, at: datetime) -> tuple[ConsentRow, ...]:
    """What a person agreed to and took back, newest first."""
    found = rows(by, "consent", "see", at).filter(person_id=person_id).select_related("given_by").order_by("-pk")
    return tuple(
        ConsentRow(
            consent_id=each.pk,
            person_id=each.person_id,
            purpose=each.purpose,
            data_class=each.data_class,
            version=each.version,
            given_at=each.given_at,
            given_by=each.given_by.full_name,
            withdrawn_at=each.withdrawn_at,
        )
        for each in found
    )


def consented(person_id: int, purpose: str, data_class: str, at: datetime) -> bool:
    """Whether a person's data of a class may be used for a purpose at a moment: a yes to the words that held then."""
    words = version_on(purpose, data_class, day_in_china(at))
    return (
        words is not None
        and Consent.objects.filter(
            Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at),
            person_id=person_id,
            purpose=purpose,
            data_class=data_class,
            version=words.version,
            given_at__lte=at,
        ).exists()
    )


def roles_of(by: Who, person_id: int, at: datetime) -> tuple[RoleRow, ...]:
    """Every role somebody has or had, newest first."""
    found = rows(by, "role", "see", at).filter(person_id=person_id).select_related("person", "branch")
    return tuple(
        RoleRow(
            grant_id=each.pk,
            person_id=each.person_id,
            full_name=each.person.full_name,
            role=Role(each.role),
            branch=each.branch.code if each.branch else "",
            authority_fen=each.authority_fen,
            from_at=each.from_at,
            to_at=each.to_at,
        )
        for each in found.order_by("-pk")
    )


def staff(by: Who, at: datetime) -> tuple[StaffRow, ...]:
    """Colleagues with the roles they hold now, by name: all of them at headquarters, else those of the branch."""
    if not by.is_house and not by.is_staff:
        return ()
    held = RoleGrant.objects.filter(Q(to_at__isnull=True) | Q(to_at__gt=at), from_at__lte=at, person__is_active=True)
    places = {grant.branch_id for grant in by.grants if grant.role is not Role.MEMBER}
    if not by.is_house and None not in places:
        held = held.filter(Q(branch__in=places) | Q(branch__isnull=True) | Q(branch__is_headquarters=True))
    found: dict[int, tuple[str, str, list[Role]]] = {}
    for pk, username, name, role in (
        held.exclude(role=Role.MEMBER.value)
        .order_by("person__full_name", "person_id", "role")
        .values_list("person_id", "person__username", "person__full_name", "role")
    ):
        found.setdefault(pk, (username, name, []))[2].append(Role(role))
    return tuple(
        StaffRow(pk, username, name, tuple(dict.fromkeys(roles))) for pk, (username, name, roles) in found.items()
    )


def branches() -> tuple[BranchRow, ...]:
    """Every branch, headquarters first."""
    return tuple(
        BranchRow(each.pk, each.code, each.name_zh, each.name_en, each.is_headquarters)
        for each in Branch.objects.order_by("-is_headquarters", "code")
    )


def data_requests(by: Who, person_id: int, at: datetime) -> tuple[RequestRow, ...]:
    """What a person asked about their data, newest first."""
    found = rows(by, "data_request", "see", at).filter(person_id=person_id).order_by("-pk")
    return tuple(_request(each) for each in found)


def person_of_login(login: str) -> Person | None:
    """The person who may log in under a user name or a telephone number, however typed; None where nobody may."""
    wanted = Q(username=Person.normalize_username(login))
    with suppress(Malformed):
        wanted |= Q(phone_digest=phone_digest(login))
    return Person.objects.filter(wanted, is_active=True, locked_at__isnull=True).order_by("pk").first()


def person_of_phone(phone: str) -> Person | None:
    """The person whose telephone this is, where they may log in; None where it is nobody's."""
    try:
        wanted = phone_digest(phone)
    except Malformed:
        return None
    return Person.objects.filter(phone_digest=wanted, is_active=True, locked_at__isnull=True).first()


def person_of_external(partner_id: int, external_id: str) -> int | None:
    """The person whom a partner knows by its own number, locked or not; None where there is none."""
    if not external_id:
        return None
    named = {"partner_id": partner_id, "external_id": external_id}
    brought = Person.objects.filter(**named).values_list("pk", flat=True).first()
    return brought or Introduction.objects.filter(**named).values_list("person_id", flat=True).first()


def acts_as(person_id: int, other_id: int, at: datetime) -> frozenset[str]:
    """As what somebody acts for somebody at a moment: "self", and the kinds of their proven relations."""
    if person_id == other_id:
        return frozenset({"self"})
    held = (
        Relation.objects.filter(person_id=person_id, other_id=other_id, proven_at__lte=at)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
        .filter(Q(until_on__isnull=True) | Q(until_on__gt=day_in_china(at)))
    )
    return frozenset(held.values_list("kind", flat=True))


def is_guardian(person_id: int, child_id: int, at: datetime) -> bool:
    """Whether somebody is a child's proven guardian at a moment."""
    return (
        Relation.objects.filter(person_id=person_id, other_id=child_id, kind="guardian", proven_at__lte=at)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
        .filter(until_on__gt=day_in_china(at))
        .exists()
    )


def _external_ids(by: Who, found: Iterable[Person]) -> dict[int, str]:
    """What people are called by the partner that asks; for others, by the partner that brought them in."""
    if by.partner_id is None:
        return {each.pk: each.external_id for each in found}
    numbers = {each.pk: each.external_id if each.partner_id == by.partner_id else "" for each in found}
    introduced = Introduction.objects.filter(partner_id=by.partner_id, person__in=numbers).exclude(external_id="")
    return numbers | dict(introduced.values_list("person_id", "external_id"))


def _card(row: Person, *, external_id: str, in_full: bool) -> PersonCard:
    return PersonCard(
        person_id=row.pk,
        username=row.username,
        full_name=row.full_name,
        phone=row.phone if in_full else masked(row.phone.removeprefix("+86")) if row.phone else "",
        email=row.email if in_full else _masked_email(row.email),
        id_number=row.id_number if in_full else masked(row.id_number, front=4, back=2) if row.id_number else "",
        born_on=row.born_on,
        died_on=row.died_on,
        sex=row.sex,
        language=row.language,
        large_print=row.large_print,
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        branch=row.branch.code if row.branch else "",
        steward_id=row.steward_id,
        is_locked=row.locked_at is not None,
        external_id=external_id,
    )


def _masked_email(email: str) -> str:
    name, _, host = email.partition("@")
    return f"{name[:1]}****@{host}" if host else ""


def _account(row: BankAccount) -> AccountRow:
    return AccountRow(row.pk, row.person_id, row.holder_name, row.bank, row.number_tail)


def _request(row: DataRequest) -> RequestRow:
    return RequestRow(
        row.pk, row.kind, row.state, row.asked_at, row.due_on, row.done_at, row.kept_until, dict(row.outcome)
    )
