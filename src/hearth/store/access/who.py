"""Who: somebody who asks, with the roles they hold at that moment; what doors pass to desks as `by`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from hearth.store.models import Partner, Person, RoleGrant
from hearth.words.claims import Role


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held now, at one branch or (no branch) everywhere."""

    role: Role
    branch_id: int | None
    authority_fen: int


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who asks: a person with roles, a partner with scopes, or the house's own jobs."""

    person_id: int | None = None
    partner_id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[str] = frozenset()
    is_house: bool = False

    @property
    def actor(self) -> str:
        """How records name them: person:12, partner:3, house."""
        if self.person_id is not None:
            return f"person:{self.person_id}"
        return f"partner:{self.partner_id}" if self.partner_id is not None else "house"

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held, wherever."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_staff(self) -> bool:
        """Whether any role is more than a member's."""
        return bool(self.roles - {Role.MEMBER})

    def as_member(self) -> Who:
        """The same person as a member alone: on a member's pages a colleague sees their own, and nobody else's."""
        return replace(self, grants=(Grant(Role.MEMBER, None, 0),) if self.grants else ())

    def has(self, *roles: Role) -> bool:
        """Whether one of these roles is held."""
        return not self.roles.isdisjoint(roles)

    def authority(self, *roles: Role) -> int:
        """The largest amount (fen) they may decide alone in one of these roles."""
        return max((grant.authority_fen for grant in self.grants if grant.role in roles), default=0)


HOUSE = Who(is_house=True, name="Hearth")
"""The house's own jobs: straight-through decisions, payments that were agreed, notices."""

NOBODY = Who()


def who(person: Person | None, at: datetime) -> Who:
    """The person who asks, with the roles that hold at `at`; NOBODY for nobody, for an inactive or a locked person."""
    if person is None or not person.is_active or person.locked_at is not None:
        return NOBODY
    held = RoleGrant.objects.filter(person=person, from_at__lte=at).filter(Q(to_at__isnull=True) | Q(to_at__gt=at))
    grants = tuple(
        # Headquarters sees every branch.
        Grant(Role(role), None if is_headquarters else branch_id, authority_fen)
        for role, branch_id, is_headquarters, authority_fen in held.order_by("role", "branch_id").values_list(
            "role", "branch_id", "branch__is_headquarters", "authority_fen"
        )
    )
    return Who(person_id=person.pk, name=person.full_name, grants=grants or (Grant(Role.MEMBER, None, 0),))


def who_partner(partner: Partner, scopes: frozenset[str]) -> Who:
    """A partner that asks through the interface, within the scopes of its token."""
    return Who(partner_id=partner.pk, name=partner.name, scopes=scopes) if partner.is_active else NOBODY
