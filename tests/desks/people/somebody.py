"""People for the tests of the people desk: the cast, made through the desk itself."""

from __future__ import annotations

from datetime import UTC, datetime

from hearth.desks import people
from hearth.store.access import HOUSE, Who, who
from hearth.store.models import Branch, Person, RoleGrant
from hearth.words.claims import Role
from tests.cast import AN, FAMILY, HUI, HUIS_SON, MEI, Member, Worker

AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
PHONES = {"mei": "13800000001", "bo": "13800000002", "hui": "13800000003", "qiang": "13800000004"}


def branch(code: str = "sz", headquarters: bool = False) -> int:
    """A branch."""
    found, _ = Branch.objects.get_or_create(
        code=code, defaults={"name_zh": "深圳", "name_en": "Shenzhen", "is_headquarters": headquarters}
    )
    return found.pk


def member(one: Member, **more: object) -> int:
    """Somebody of the cast, made known; once a test."""
    known = Person.objects.filter(username=one.code).values_list("pk", flat=True).first()
    if known is not None:
        return known
    stated = {"phone": PHONES.get(one.code, ""), "born_on": one.born_on, "sex": one.sex, "username": one.code}
    return people.create_person(HOUSE, at=AT, full_name=one.zh, **{**stated, **more})  # type: ignore[arg-type]


def asks(person_id: int, at: datetime = AT) -> Who:
    """The person as somebody who asks."""
    return who(Person.objects.get(pk=person_id), at)


def worker(role: Role, one: Worker = AN, at_branch: int | None = None, username: str | None = None) -> Who:
    """Somebody who works here in one role."""
    person = people.create_person(HOUSE, at=AT, full_name=one.zh, username=username or f"{one.code}-{role.value}")
    RoleGrant.objects.create(person_id=person, role=role.value, branch_id=at_branch, from_at=AT)
    return asks(person)


__all__ = ["AN", "AT", "FAMILY", "HUI", "HUIS_SON", "MEI", "asks", "branch", "member", "worker"]
