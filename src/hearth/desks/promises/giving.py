"""Giving: work orders are given to who is at work, can do it and has room; nobody gets one about their own family."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from hearth.desks.books import records
from hearth.desks.books.many import Told, append_many
from hearth.kernel.promises.dispatch import Colleague, Window, dispatched, is_at_work
from hearth.store.access import HOUSE
from hearth.store.calendars import work_calendar
from hearth.store.models import (
    CaseOrder,
    Claim,
    OrderEvent,
    Relation,
    RoleGrant,
    StaffAbsence,
    StaffShift,
    StaffSkill,
    WorkOrder,
)
from hearth.words.promises import OrderState, OrderStep

HEALTH = ("facts", "story", "marks", "known", "held", "event_on")
"""Columns of a claim that nobody who only watches its clocks reads."""

MOST = 500
"""The most orders that are looked at together."""


def left_out(claim: str) -> tuple[str, ...]:
    """The same, by the way that leads to the claim."""
    return tuple(f"{claim}__{column}" for column in HEALTH)


class Roster:
    """Who holds which role where at a moment, when they work, what they can do, and what they have."""

    def __init__(
        self, claims: Iterable[Claim], roles: Iterable[str], at: datetime, *, about: Iterable[int] = ()
    ) -> None:
        self.at, self.calendar = at, work_calendar()
        held = RoleGrant.objects.filter(role__in=set(roles), person__is_active=True, from_at__lte=at)
        self.grants: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
        for role, person_id, branch_id, is_headquarters in held.exclude(to_at__lte=at).values_list(
            "role", "person_id", "branch_id", "branch__is_headquarters"
        ):
            self.grants[role].append((person_id, None if is_headquarters else branch_id))
        people = {person_id for grants in self.grants.values() for person_id, _ in grants}
        self.shifts: dict[int, list[Window]] = defaultdict(list)
        for row in StaffShift.objects.filter(person__in=people):
            self.shifts[row.person_id].append(Window(row.weekday, row.from_minute, row.to_minute, row.rests_too))
        self.absent = set(
            StaffAbsence.objects.filter(person__in=people, from_at__lte=at, to_at__gt=at).values_list(
                "person", flat=True
            )
        )
        self.here = {person_id for person_id in people if self._is_here(person_id)}
        self.skills: dict[int, set[str]] = defaultdict(set)
        for person_id, skill in StaffSkill.objects.filter(person__in=people).values_list("person", "skill"):
            self.skills[person_id].add(skill)
        self.load: Counter[int] = Counter()
        for orders in (WorkOrder.objects, CaseOrder.objects):
            held_now = orders.filter(state=OrderState.OPEN, holder__in=people).values_list("holder")
            self.load.update(dict(held_now.annotate(count=Count("pk"))))
        self.family: dict[int, set[int]] = defaultdict(set)
        insured = {*about, *(claim.person_id for claim in claims)}
        acting = Relation.objects.filter(other__in=insured, proven_at__isnull=False, ended_at__isnull=True)
        for person_id, other_id in acting.values_list("person", "other"):
            self.family[other_id].add(person_id)

    def give(self, claim: Claim, chaser: str, role: str) -> int | None:
        """Whom an order of a claim goes to now; None while nobody is at work who may have it."""
        skill = claim.product if any(claim.product in held for held in self.skills.values()) else chaser
        own = {claim.person_id, claim.reporter_id} | self.family[claim.person_id]
        return self.choose(role, skill, claim.branch_id, barred=own, known=(claim.assessor_id, claim.steward_id))

    def choose(
        self, role: str, skill: str, branch_id: int | None, *, barred: Collection[int], known: Collection[int | None]
    ) -> int | None:
        """Who of a role at a branch is at work and has room, without those who may not have it; nobody: None."""
        colleagues = [
            Colleague(
                person_id=person_id,
                skills=frozenset(self.skills.get(person_id, ())),
                open_orders=self.load[person_id],
                knows_claim=person_id in known,
            )
            for person_id, at_branch in self.grants[role]
            if person_id in self.here and at_branch in (None, branch_id) and person_id not in barred
        ]
        chosen = dispatched(colleagues, skill)
        if chosen is not None:
            self.load[chosen] += 1
        return chosen

    def _is_here(self, person_id: int) -> bool:
        shifts = tuple(self.shifts.get(person_id, ()))
        return is_at_work(Colleague(person_id, shifts, person_id in self.absent), self.at, self.calendar)


@transaction.atomic(durable=True)
def give_waiting(*, at: datetime, most: int = MOST) -> int:
    """Give out orders that nobody has, and those whose holder is away; how many found somebody.

    Records: order.given for each.
    """
    records.in_order("promises.sweep")
    away = StaffAbsence.objects.filter(person=OuterRef("holder"), from_at__lte=at, to_at__gt=at)
    found = WorkOrder.objects.filter(Q(holder__isnull=True) | Exists(away) | Q(holder__is_active=False))
    waiting = list(
        found.filter(state=OrderState.OPEN)
        .select_related("claim")
        .defer(*left_out("claim"))
        .select_for_update(of=("self",))
        .order_by("id")[:most]
    )
    if not waiting:
        return 0
    roster = Roster([order.claim for order in waiting], {order.role for order in waiting}, at)
    given = []
    for order in waiting:
        chosen = roster.give(order.claim, order.chaser, order.role)
        if chosen is not None and chosen != order.holder_id:
            order.holder_id, order.given_at, order.taken_at = chosen, at, None
            given.append(order)
    WorkOrder.objects.bulk_update(given, ["holder", "given_at", "taken_at"])
    write(given, OrderStep.GIVEN, at)
    append_many(
        [
            Told(
                "order.given",
                f"claim:{order.claim.claim_no}",
                {"order": order.pk, "chaser": order.chaser, "holder": order.holder_id},
            )
            for order in given
        ],
        by=HOUSE,
        at=at,
    )
    return len(given)


def write(orders: Sequence[WorkOrder], step: OrderStep, at: datetime, *, by: int | None = None, text: str = "") -> None:
    """Write down what happened to orders."""
    OrderEvent.objects.bulk_create(
        OrderEvent(
            order=order,
            step=step.value,
            at=at,
            by_id=by,
            level=order.level,
            role=order.role,
            holder_id=order.holder_id,
            text=text,
        )
        for order in orders
    )
