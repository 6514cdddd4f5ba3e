"""Registering: a person is made known, and what is known of them is changed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from hearth.desks.books import records
from hearth.desks.books.numbers import next_number
from hearth.desks.people.faults import AlreadyKnown, BadPerson
from hearth.store.access import NotAllowed, Who, branch_for, one, rows
from hearth.store.access.people import id_digest, person_of_external, phone_digest
from hearth.store.models import Introduction, Person
from hearth.words.faults import Malformed
from hearth.words.numbers import born_by_number, identity_form, phone_form, sex_by_number

LANGUAGES = ("zh-hans", "en")
OWN = frozenset({"email", "language", "large_print", "quiet_from", "quiet_to"})
"""What members change themselves; their telephone they change by proving the new one (set_phone)."""


@transaction.atomic(durable=True)
def create_person(
    by: Who,
    *,
    at: datetime,
    full_name: str,
    phone: str = "",
    id_number: str = "",
    born_on: date | None = None,
    sex: str = "",
    language: str = "zh-hans",
    branch: int | None = None,
    username: str | None = None,
    external_id: str = "",
    email: str = "",
) -> int:
    """Make somebody known.  (1) who may (2) what is stated (3) known to another already (4) the row (5) the record.

    Gives:    the person's id; a partner's external id stands for one person, however often it is sent.
              Whom a partner names as they are known (identity number and name, birthday and sex where both are known)
              is introduced to it: nothing of them is changed, and what else it sent is not kept.
              A resident identity number states birthday and sex where they are not given
    Records:  person.created, person.introduced.  Raises: NotAllowed, AlreadyKnown, BadPerson, Malformed.
    """
    # 1. Where, and whether a partner brought them in before.
    place = branch_for(by, "person", "create", branch)
    external_id = external_id.strip()[:64]
    if by.partner_id is not None and external_id:
        # Two tables hold such numbers: those who send the same one at once pass one by one.
        records.in_order(f"person of partner:{by.partner_id}:{external_id}")
        known = person_of_external(by.partner_id, external_id)
        if known is not None:
            if Person.objects.filter(pk=known, locked_at__isnull=False).exists():
                raise AlreadyKnown(what="external id", what_zh="外部编号")
            return known
    # 2. Everything in its one form.
    stated: dict[str, Any] = {
        "full_name": _name(full_name),
        "phone": phone_form(phone) if phone else "",
        "id_number": identity_form(id_number) if id_number else "",
        "born_on": _born(born_on, at),
        "sex": _sex(sex),
        "language": _language(language),
        "email": _email(email),
    }
    _agree(stated)
    name = Person.normalize_username(username) if username else next_number("person", at).lower()
    _plain_username(name)
    # 3. Somebody whom another brought in.
    met = _introduced(by, stated, external_id, at)
    if met is not None:
        return met
    # 4. The row; the database lets no number stand twice.
    person = Person(
        username=name,
        branch_id=place,
        partner_id=by.partner_id,
        external_id=external_id,
        joined_at=at,
        **stated,
    )
    person.set_unusable_password()
    _numbers(person)
    try:
        _save(person)
    except AlreadyKnown:
        # Another may have made them known since we looked.
        met = _introduced(by, stated, external_id, at)
        if met is None:
            raise
        return met
    # 5. Names and numbers go into the record as digests alone.
    records.append(
        "person.created",
        f"person:{person.pk}",
        by=by,
        at=at,
        data={"person": person.pk, "branch": place, "partner": by.partner_id},
        sealed={
            "stated": {key: value.isoformat() if isinstance(value, date) else value for key, value in stated.items()}
        },
    )
    return person.pk


@transaction.atomic(durable=True)
def edit_person(by: Who, person_id: int, *, at: datetime, **changes: Any) -> None:
    """Change what is known of somebody: the fields of EDITABLE; members change those of OWN.

    Records:  person.edited, where something changed.  Raises: NotThere, NotAllowed, AlreadyKnown, BadPerson, Malformed.
    """
    person: Person = one(by, "person", "edit", at, lock=True, pk=person_id)
    if not _may_edit_all(by, person_id, at) and set(changes) - OWN:
        raise NotAllowed
    before = {name: getattr(person, name) for name in changes}
    for name, value in changes.items():
        setattr(person, name, EDITABLE[name](value, at))
    after = {name: getattr(person, name) for name in changes}
    changed = sorted(name for name in changes if before[name] != after[name])
    if not changed:
        return
    _agree({"born_on": person.born_on, "sex": person.sex, "id_number": person.id_number})
    if "phone" in changed:
        person.phone_verified = False
    _numbers(person)
    _save(person)
    _record_edit(by, person, changed, at)


@transaction.atomic(durable=True)
def set_phone(by: Who, person_id: int, phone: str, verified: bool, *, at: datetime) -> None:
    """Keep the telephone that the person themself gave while logged in, and whether a code sent to it came back.

    Records:  person.edited.  Raises: NotAllowed, AlreadyKnown, Malformed.
    """
    if by.person_id != person_id and not by.is_house:
        raise NotAllowed
    person = Person.objects.select_for_update().get(pk=person_id)
    person.phone = phone_form(phone) if phone else ""
    person.phone_verified = verified and bool(phone)
    _numbers(person)
    _save(person)
    _record_edit(by, person, ["phone", "phone_verified"], at)


def _introduced(by: Who, stated: dict[str, Any], external_id: str, at: datetime) -> int | None:
    """Introduce whoever has this identity number to the partner that asks; None where they are not whom it states.

    Records:  person.introduced, where they were not known to this partner before.
    """
    if by.partner_id is None or not stated["id_number"]:
        return None
    found = Person.objects.select_for_update(no_key=True).filter(locked_at__isnull=True)
    person = found.filter(id_digest=id_digest(stated["id_number"])).first()
    if person is None or not _is_same(person, stated):
        return None
    before = Introduction.objects.filter(partner_id=by.partner_id, person=person).first()
    theirs = before.external_id if before else person.external_id if person.partner_id == by.partner_id else ""
    if theirs:
        # By another number of this partner's: the one just sent stood for nobody.
        return None
    if before is not None:
        before.external_id = external_id
        before.save(update_fields=["external_id"])
        return person.pk
    Introduction.objects.create(partner_id=by.partner_id, person=person, external_id=external_id, at=at)
    data = {"person": person.pk, "partner": by.partner_id}
    records.append("person.introduced", f"person:{person.pk}", by=by, at=at, data=data)
    return person.pk


def _is_same(person: Person, stated: dict[str, Any]) -> bool:
    """Whether somebody is called as stated, with the birthday and the sex that are stated where they are known."""
    if person.full_name.casefold() != stated["full_name"].casefold():
        return False
    known = ((person.born_on, stated["born_on"]), (person.sex, stated["sex"]))
    return all(not ours or not theirs or ours == theirs for ours, theirs in known)


def _may_edit_all(by: Who, person_id: int, at: datetime) -> bool:
    """Whether somebody edits as staff: as a member one edits oneself and one's wards."""
    if by.is_house:
        return True
    staff = Who(person_id=None, name=by.name, grants=tuple(grant for grant in by.grants if grant.role != "member"))
    return person_id != by.person_id and rows(staff, "person", "edit", at).filter(pk=person_id).exists()


def _record_edit(by: Who, person: Person, changed: list[str], at: datetime) -> None:
    values = {name: getattr(person, name) for name in changed}
    records.append(
        "person.edited",
        f"person:{person.pk}",
        by=by,
        at=at,
        data={"person": person.pk, "changed": changed},
        sealed={
            "now": {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
        },
    )


def _save(person: Person) -> None:
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as refused:
        for constraint, what, what_zh in (
            ("phone_digest", "telephone number", "手机号"),
            ("id_digest", "identity number", "证件号码"),
            ("username", "user name", "用户名"),
            ("person_external_once", "external id", "外部编号"),
        ):
            if constraint in str(refused):
                raise AlreadyKnown(what=what, what_zh=what_zh) from None
        raise


def _numbers(person: Person) -> None:
    person.phone_digest = phone_digest(person.phone) if person.phone else None
    person.phone_tail = person.phone[-4:] if person.phone else ""
    person.id_digest = id_digest(person.id_number) if person.id_number else None


def _agree(stated: dict[str, Any]) -> None:
    """A resident number states birthday and sex: they are filled in where absent, and must not differ."""
    number = stated["id_number"]
    told = {"born_on": born_by_number(number), "sex": sex_by_number(number)}
    for name, place, place_zh in (("born_on", "birthday", "出生日期"), ("sex", "sex", "性别")):
        if told[name] and stated[name] and stated[name] != told[name]:
            raise BadPerson(
                place=place,
                place_zh=place_zh,
                got=str(stated[name]),
                want=f"{told[name]}, as the identity number says",
                want_zh=f"证件号码所示的 {told[name]}",
            )
        stated[name] = stated[name] or told[name] or stated[name]


def _name(value: Any, at: datetime | None = None) -> str:
    name = " ".join(unicodedata.normalize("NFC", str(value)).split())
    if not 1 <= len(name) <= 100 or any(unicodedata.category(letter) in ("Cc", "Cs", "Cf") for letter in name):
        raise BadPerson(
            place="name",
            place_zh="姓名",
            got=f"{len(name)} characters",
            want="1 to 100 letters",
            want_zh=" 1 至 100 个字",
        )
    return name


def _born(value: date | None, at: datetime) -> date | None:
    if value is not None and not date(1880, 1, 1) <= value <= at.date():
        raise BadPerson(
            place="birthday", place_zh="出生日期", got=str(value), want="a day of the past", want_zh="过去的日期"
        )
    return value


def _sex(value: str, at: datetime | None = None) -> str:
    if value not in ("", "F", "M"):
        raise BadPerson(place="sex", place_zh="性别", got=value[:10], want="F, M or nothing", want_zh=" F、M 或不填")
    return value


def _language(value: str, at: datetime | None = None) -> str:
    if value not in LANGUAGES:
        raise BadPerson(
            place="language", place_zh="语言", got=value[:10], want=" or ".join(LANGUAGES), want_zh="、".join(LANGUAGES)
        )
    return value


def _email(value: str, at: datetime | None = None) -> str:
    email = value.strip()
    name, _, host = email.rpartition("@")
    if email and (not name or "." not in host or len(email) > 254 or any(letter.isspace() for letter in email)):
        raise BadPerson(
            place="e-mail", place_zh="邮箱", got=f"{len(email)} characters", want="name@host", want_zh="邮箱地址"
        )
    return email


def _hour(value: Any, at: datetime) -> int:
    if not isinstance(value, int) or not 0 <= value <= 23:
        raise BadPerson(
            place="quiet hours", place_zh="免打扰时段", got=str(value)[:10], want="0 to 23", want_zh=" 0 至 23"
        )
    return value


def _plain_username(name: str) -> None:
    try:
        phone_form(name)
    except Malformed:
        pass
    else:
        # A user name that reads as somebody's telephone would let two people answer to one login.
        raise BadPerson(
            place="user name", place_zh="用户名", got="a telephone number", want="a name", want_zh="名称，不能是手机号"
        )


EDITABLE: dict[str, Callable[[Any, datetime], Any]] = {
    "full_name": _name,
    "phone": lambda value, at: phone_form(value) if value else "",
    "id_number": lambda value, at: identity_form(value) if value else "",
    "email": _email,
    "born_on": _born,
    "sex": _sex,
    "language": _language,
    "large_print": lambda value, at: bool(value),
    "quiet_from": _hour,
    "quiet_to": _hour,
    "steward_id": lambda value, at: value,
}
"""What can be changed, and its one form."""
