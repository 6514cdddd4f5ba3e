"""Roster, read: who takes work orders, when they work, what they have open, and when they are away."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from hearth.store.access.rows import permit
from hearth.store.access.who import Who
from hearth.store.models import CaseOrder, RoleGrant, StaffAbsence, StaffShift, StaffSkill, WorkOrder
from hearth.words.claims import Role
from hearth.words.promises import OrderState

ON_ORDERS = (
    Role.STEWARD, Role.CLAIM_EXPERT, Role.SENIOR_EXPERT, Role.ASSESSOR, Role.REVIEWER, Role.MEDICAL_EXPERT,
    Role.FINANCE, Role.SERVICE_AGENT, Role.OPERATOR,
)  # fmt: skip
"""Roles that orders are given to."""


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A time of the week in which somebody works."""

    weekday: int
    from_minute: int
    to_minute: int
    rests_too: bool


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """A time in which somebody is away, or will be."""

    absence_id: int
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A colleague who takes orders."""

    person_id: int
    name: str
    roles: tuple[Role, ...]
    branches: tuple[tuple[str, str], ...]
    """Names in Chinese and English; none: everywhere."""
    shifts: tuple[ShiftRow, ...]
    """None: the hours of the house."""
    skills: tuple[str, ...]
    absences: tuple[AbsenceRow, ...]
    open_orders: int
    late_orders: int

    def is_away(self, at: datetime) -> bool:
        """Whether they are away at a moment."""
        return any(one.from_at <= at < one.to_at for one in self.absences)


def roster(by: Who, at: datetime) -> tuple[RosterRow, ...]:
    """Everybody who takes orders, by name.  Raises: NotAllowed."""
    permit(by, "absence", "see")
    grants = RoleGrant.objects.filter(
        Q(to_at__isnull=True) | Q(to_at__gt=at), role__in=[role.value for role in ON_ORDERS], from_at__lte=at,
        person__is_active=True, person__locked_at__isnull=True,
    ).select_related("person", "branch")  # fmt: skip
    held: dict[int, list[RoleGrant]] = defaultdict(list)
    for grant in grants.order_by("person__full_name", "person_id", "role"):
        held[grant.person_id].append(grant)
    shifts: dict[int, list[ShiftRow]] = defaultdict(list)
    for shift in StaffShift.objects.filter(person__in=held).order_by("weekday", "from_minute"):
        row = ShiftRow(shift.weekday, shift.from_minute, shift.to_minute, shift.rests_too)
        shifts[shift.person_id].append(row)
    skills: dict[int, list[str]] = defaultdict(list)
    for person_id, skill in StaffSkill.objects.filter(person__in=held).order_by("skill").values_list("person", "skill"):
        skills[person_id].append(skill)
    away: dict[int, list[AbsenceRow]] = defaultdict(list)
    for absence in StaffAbsence.objects.filter(person__in=held, to_at__gt=at).order_by("from_at", "pk"):
        away[absence.person_id].append(AbsenceRow(absence.pk, absence.from_at, absence.to_at))
    load: Counter[int] = Counter()
    late: Counter[int] = Counter()
    for orders in (WorkOrder.objects, CaseOrder.objects):
        found = orders.filter(state=OrderState.OPEN, holder__in=held).order_by().values_list("holder")
        counted = found.annotate(count=Count("pk"), overdue=Count("pk", filter=Q(due_at__lte=at)))
        for holder, count, overdue in counted:
            load[holder] += count
            late[holder] += overdue
    return tuple(
        RosterRow(
            person_id=person_id,
            name=rows[0].person.full_name,
            roles=tuple(dict.fromkeys(Role(each.role) for each in rows)),
            branches=tuple(dict.fromkeys((each.branch.name_zh, each.branch.name_en) for each in rows if each.branch)),
            shifts=tuple(shifts[person_id]),
            skills=tuple(skills[person_id]),
            absences=tuple(away[person_id]),
            open_orders=load[person_id],
            late_orders=late[person_id],
        )
        for person_id, rows in held.items()
    )
