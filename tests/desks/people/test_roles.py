"""Roles are granted by another person, for a place and an amount, and end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hearth.desks import people
from hearth.desks.people.faults import BadPerson, OwnRole, RoleHeld
from hearth.store.access import NotAllowed
from hearth.store.access.people import roles_of, staff
from hearth.store.models import Record
from hearth.words.claims import Role
from tests.desks.people.somebody import AT, MEI, asks, branch, member, worker

pytestmark = pytest.mark.django_db


def test_a_role_holds_from_its_grant_until_its_end() -> None:
    admin, gu = worker(Role.ADMINISTRATOR), member(MEI)
    grant = people.grant_role(admin, gu, "assessor", at=AT, branch=branch(), authority_fen=500_000)
    assert asks(gu).has(Role.ASSESSOR) and asks(gu).authority(Role.ASSESSOR) == 500_000
    assert not asks(gu, AT - timedelta(seconds=1)).has(Role.ASSESSOR)
    assert people.grant_role(admin, gu, "assessor", at=AT, branch=branch(), authority_fen=500_000) == grant
    with pytest.raises(RoleHeld, match=r"5,000\.00"):
        people.grant_role(admin, gu, "assessor", at=AT, branch=branch(), authority_fen=900_000)
    people.end_role(admin, grant, at=AT + timedelta(days=1))
    people.end_role(admin, grant, at=AT + timedelta(days=2))
    assert not asks(gu, AT + timedelta(days=1)).has(Role.ASSESSOR)
    assert [row.to_at for row in roles_of(admin, gu, AT)] == [AT + timedelta(days=1)]
    assert Record.objects.filter(kind="role.ended").count() == 1


def test_nobody_grants_themself_a_role_and_only_administrators_grant() -> None:
    admin, mei = worker(Role.ADMINISTRATOR), member(MEI)
    assert admin.person_id is not None
    with pytest.raises(OwnRole):
        people.grant_role(admin, admin.person_id, "reviewer", at=AT)
    for other in (worker(Role.REVIEWER), worker(Role.AUDITOR), asks(mei)):
        with pytest.raises(NotAllowed):
            people.grant_role(other, mei, "reviewer", at=AT)
    for role in ("member", "king"):
        with pytest.raises(BadPerson):
            people.grant_role(admin, mei, role, at=AT)


def test_a_grant_at_headquarters_is_a_grant_everywhere() -> None:
    admin, mei = worker(Role.ADMINISTRATOR), member(MEI)
    people.grant_role(admin, mei, "steward", at=AT, branch=branch("hq", headquarters=True))
    assert [grant.branch_id for grant in asks(mei).grants] == [None]


def test_colleagues_are_listed_by_branch() -> None:
    here, there = branch("sz"), branch("bj")
    ours = worker(Role.STEWARD, at_branch=here, username="ours")
    worker(Role.STEWARD, at_branch=there, username="theirs")
    worker(Role.REVIEWER, username="everywhere")
    assert {row.username for row in staff(ours, AT)} == {"ours", "everywhere"}
    assert staff(asks(member(MEI)), AT) == ()
