"""Roles: what somebody may be here, granted and ended by another person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.people.faults import BadPerson, OwnRole, RoleHeld
from hearth.store.access import NotThere, Who, one, permit
from hearth.store.models import Branch, Person, RoleGrant
from hearth.words.claims import ROLE_WORDS, Role
from hearth.words.money import yuan


@transaction.atomic(durable=True)
def grant_role(
    by: Who, person_id: int, role: str, *, at: datetime, branch: int | None = None, authority_fen: int = 0
) -> int:
    """Give somebody a role from now on: at one branch, or everywhere; with the amount they decide alone.

    Gives:    the grant's id; the same grant asked for twice is one grant
    Records:  role.granted.  Raises: NotAllowed, NotThere, OwnRole, RoleHeld, BadPerson.
    """
    permit(by, "role", "grant")
    if by.person_id == person_id:
        raise OwnRole
    if role not in list(Role) or role == Role.MEMBER or authority_fen < 0:
        raise BadPerson(
            place="role",
            place_zh="岗位",
            got=f"{role[:24]}, {authority_fen}",
            want="a role of staff",
            want_zh="员工岗位",
        )
    person = Person.objects.select_for_update().filter(pk=person_id, locked_at__isnull=True).first()
    if person is None:
        raise NotThere(kind="person", key=person_id)
    place = None
    if branch is not None:
        found = Branch.objects.filter(pk=branch).first()
        if found is None:
            raise NotThere(kind="branch", key=branch)
        place = None if found.is_headquarters else found
    held = RoleGrant.objects.filter(person=person, role=role, branch=place, to_at__isnull=True).first()
    if held is not None:
        if held.authority_fen == authority_fen:
            return held.pk
        zh, en = ROLE_WORDS[Role(role)]
        raise RoleHeld(name=person.full_name, role=en, role_zh=zh, yuan=yuan(held.authority_fen))
    grant = RoleGrant.objects.create(
        person=person, role=role, branch=place, authority_fen=authority_fen, from_at=at, granted_by_id=by.person_id
    )
    records.append(
        "role.granted",
        f"person:{person.pk}",
        by=by,
        at=at,
        data={
            "person": person.pk,
            "grant": grant.pk,
            "role": str(role),
            "branch": place.code if place else None,
            "authority_fen": authority_fen,
        },
    )
    return grant.pk


@transaction.atomic(durable=True)
def end_role(by: Who, grant_id: int, *, at: datetime) -> None:
    """End a role now; one that has ended stays as it is.

    Records:  role.ended.  Raises: NotAllowed, NotThere, OwnRole.
    """
    grant: RoleGrant = one(by, "role", "end", at, lock=True, pk=grant_id)
    if by.person_id == grant.person_id:
        raise OwnRole
    if grant.to_at is not None:
        return
    grant.to_at = at
    grant.save(update_fields=["to_at"])
    records.append(
        "role.ended",
        f"person:{grant.person_id}",
        by=by,
        at=at,
        data={"person": grant.person_id, "grant": grant.pk, "role": grant.role},
    )
