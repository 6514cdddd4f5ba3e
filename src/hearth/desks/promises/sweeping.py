"""Sweeping: limits that are due, or at a share of their time, become work orders and words for the customer, once."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from hearth.desks.books import clocks, records
from hearth.desks.books.many import Told, append_many
from hearth.desks.promises.giving import Roster, left_out, write
from hearth.kernel.promises.chaser import OURS, Alarm, alarms, firing, means_anything, next_look
from hearth.kernel.promises.deadline import deadline
from hearth.kernel.promises.guidance import still_lacking
from hearth.store.access import HOUSE
from hearth.store.calendars import asked_again, work_calendar
from hearth.store.models import Claim, Deadline, Firing, Paper, Supplement, WorkOrder
from hearth.words.calendar import YearUnknown
from hearth.words.claims import STEP_OF, ClaimState
from hearth.words.promises import Chaser, OrderState, OrderStep

BATCH = 500
"""Limits that are looked at in one transaction."""

TOLD: dict[str, str] = {
    "unfinished": "claim.unfinished",
    "chased": "claim.chased",
    "originals_chased": "claim.originals_chased",
    "rests": "claim.rests",
    "late": "claim.late",
}
"""The record by which the customer is told of a rung."""

NUDGES = frozenset({"unfinished", "chased", "originals_chased"})
"""What asks something of the customer: not said while the insurer is late with its own part."""


UNKNOWN_WAITS = timedelta(hours=1)
"""A limit that leans on a year without a notice is tried again after so long."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did."""

    looked_at: int = 0
    fired: int = 0
    opened: int = 0
    escalated: int = 0
    told: int = 0


@dataclass
class _Fires:
    """What fires on one limit now, with the claim it is of."""

    row: Deadline
    claim: Claim
    now: list[Alarm] = field(default_factory=list)


@transaction.atomic(durable=True)
def sweep(*, at: datetime, most: int = BATCH) -> Swept:
    """Look at the limits whose next chaser is due.  (1) find (2) what fires (3) orders (4) the customer (5) written.

    Every rung fires once on a limit whatever restarts; a claim and chaser have at most one open order.
    Records: order.opened or order.escalated for each order; claim.chased, claim.late and the like for each message.
    """
    records.in_order("promises.sweep")
    asked_again()
    # 1.
    rows = list(
        Deadline.objects.filter(state="running", watch_at__lte=at)
        .select_related("claim")
        .defer(*left_out("claim"))
        # The claim with its limit, as a desk that has the claim goes on to its limits: neither waits for the other.
        .select_for_update(of=("self", "claim"), skip_locked=True, no_key=True)
        .order_by("watch_at", "id")[:most]
    )
    if not rows:
        return Swept()
    # 2.
    found = [one for one in _what_fires(rows, at) if one.now]
    # 3.
    orders, opened, raised = _orders(found, at)
    # 4.
    told = _tell(found, at)
    # 5.
    Firing.objects.bulk_create(
        Firing(
            deadline=one.row,
            chaser=alarm.rung.chaser.value,
            level=alarm.rung.level,
            due_at=alarm.at,
            at=at,
            order=orders.get((one.claim.pk, alarm.rung.chaser.value)) if alarm.rung.to is not None else None,
            record_id=told.get((one.row.pk, alarm.rung.tells)),
        )
        for one in found
        for alarm in one.now
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_deadline d SET watch_at = u.watch_at FROM unnest(%s::bigint[], %s::timestamptz[])"
            " AS u (id, watch_at) WHERE d.id = u.id",
            [[row.pk for row in rows], [row.watch_at for row in rows]],
        )
    return Swept(len(rows), sum(len(one.now) for one in found), opened, raised, len(set(told.values())))


@transaction.atomic(durable=True)
def settle(*, at: datetime, most: int = BATCH) -> int:
    """End open orders whose promise was kept after all, or has no meaning any more; how many there were.

    What the insurer did too late stays open: whoever has it says why, and tells the customer.
    Records: order.settled for each.
    """
    records.in_order("promises.sweep")
    with connection.cursor() as cursor:
        # Orders are sorted by the time left, which stands still with the clock.
        cursor.execute(
            "UPDATE store_workorder o SET due_at = d.due_at FROM store_deadline d"
            " WHERE d.id = o.deadline_id AND o.state = 'open' AND o.due_at IS DISTINCT FROM d.due_at"
        )
    found = WorkOrder.objects.filter(state=OrderState.OPEN, deadline__state__in=("met", "late", "void"))
    ended = [
        order
        for order in found.select_related("claim", "deadline")
        .defer(*left_out("claim"))
        .select_for_update(of=("self",))
        .order_by("id")[:most]
        if order.deadline.state != "late" or order.deadline.code not in OURS
    ]
    for order in ended:
        order.state, order.ended_at = OrderState.SETTLED.value, at
    WorkOrder.objects.bulk_update(ended, ["state", "ended_at"])
    write(ended, OrderStep.SETTLED, at)
    append_many([_told("order.settled", order) for order in ended], by=HOUSE, at=at)
    return len(ended)


def _what_fires(rows: Sequence[Deadline], at: datetime) -> Iterable[_Fires]:
    """What fires on each limit, lowest level first; each row knows afterwards when it is looked at again."""
    fired: dict[int, set[tuple[Chaser, int]]] = defaultdict(set)
    for deadline_id, chaser, level in Firing.objects.filter(deadline__in=rows).values_list(
        "deadline", "chaser", "level"
    ):
        fired[deadline_id].add((Chaser(chaser), level))
    calendar = work_calendar()
    for row in rows:
        clock = clocks.clock_of(row)
        try:
            to_come = alarms(clock, calendar, deadline(clock, calendar))
        except YearUnknown as unknown:
            # The others do not wait for the year to be loaded; this one is looked at again, and named until it is.
            logger.error("Limit %s of claim %s cannot be watched: %s", row.code, row.claim.claim_no, unknown)
            row.watch_at = at + UNKNOWN_WAITS
            continue
        step = STEP_OF[ClaimState(row.claim.state)]
        row.watch_at = next_look(to_come, at)
        now = [one for one in firing(to_come, fired[row.pk], at) if means_anything(one.rung, step)]
        yield _Fires(row, row.claim, now)


def _orders(found: Sequence[_Fires], at: datetime) -> tuple[dict[tuple[int, str], WorkOrder], int, int]:
    """Orders opened or raised to the highest rung that fires, by claim and chaser; how many of each."""
    wanted: dict[tuple[int, str], tuple[_Fires, Alarm]] = {}
    for one in found:
        for alarm in one.now:
            key = (one.claim.pk, alarm.rung.chaser.value)
            if alarm.rung.to is not None and (key not in wanted or alarm.rung.level >= wanted[key][1].rung.level):
                wanted[key] = (one, alarm)
    if not wanted:
        return {}, 0, 0
    claims = [one.claim for one, _ in wanted.values()]
    living = {
        (order.claim_id, order.chaser): order
        for order in WorkOrder.objects.filter(state=OrderState.OPEN, claim__in=claims).select_for_update()
    }
    roster = Roster(claims, {alarm.rung.to.value for _, alarm in wanted.values() if alarm.rung.to is not None}, at)
    made, raised = [], []
    for key, (one, alarm) in wanted.items():
        assert alarm.rung.to is not None
        order, role = living.get(key), alarm.rung.to.value
        if order is None:
            holder = roster.give(one.claim, key[1], role)
            made.append(
                WorkOrder(
                    claim=one.claim, chaser=key[1], level=alarm.rung.level, deadline=one.row, due_at=one.row.due_at,
                    role=role, holder_id=holder, opened_at=at, given_at=None if holder is None else at,
                )
            )  # fmt: skip
        elif alarm.rung.level > order.level:
            order.level, order.deadline, order.due_at = alarm.rung.level, one.row, one.row.due_at
            if order.role != role:
                order.role, order.holder_id, order.taken_at = role, roster.give(one.claim, key[1], role), None
                order.given_at = None if order.holder_id is None else at
            order.claim = one.claim
            raised.append(order)
    WorkOrder.objects.bulk_create(made)
    WorkOrder.objects.bulk_update(raised, ["level", "deadline", "due_at", "role", "holder", "taken_at", "given_at"])
    write(made, OrderStep.OPENED, at)
    write(raised, OrderStep.ESCALATED, at)
    append_many(
        [*(_told("order.opened", order) for order in made), *(_told("order.escalated", order) for order in raised)],
        by=HOUSE,
        at=at,
    )
    return living | {(order.claim_id, order.chaser): order for order in made}, len(made), len(raised)


def _told(kind: str, order: WorkOrder) -> Told:
    return Told(
        kind,
        f"claim:{order.claim.claim_no}",
        {
            "order": order.pk,
            "chaser": order.chaser,
            "level": order.level,
            "limit": order.deadline.code,
            "role": order.role,
            "holder": order.holder_id,
        },
    )


def _tell(found: Sequence[_Fires], at: datetime) -> dict[tuple[int, str], int]:
    """Tell customers what the highest rung says; ids of the records by limit and notice."""
    highest: dict[tuple[int, str], tuple[_Fires, Alarm]] = {}
    for one in found:
        for alarm in one.now:
            # Told once of a kind, however many rungs came due together.
            if alarm.rung.tells:
                highest[one.claim.pk, alarm.rung.tells] = (one, alarm)
    late = _we_are_late({claim_id for claim_id, tells in highest if tells in NUDGES}, at)
    saying = [
        (one, alarm)
        for (claim_id, tells), (one, alarm) in highest.items()
        if tells not in NUDGES or claim_id not in late
    ]
    if not saying:
        return {}
    lacking = _lacking({one.claim.pk for one, alarm in saying if alarm.rung.tells in ("chased", "rests")})
    told = append_many([_said(one, alarm, lacking) for one, alarm in saying], by=HOUSE, at=at)
    return {(one.row.pk, alarm.rung.tells): record.pk for (one, alarm), record in zip(saying, told, strict=True)}


def _said(one: _Fires, alarm: Alarm, lacking: dict[int, list[str]]) -> Told:
    data: dict[str, Any] = {
        "chaser": alarm.rung.chaser.value,
        "level": alarm.rung.level,
        "limit": one.row.code,
        "step": STEP_OF[ClaimState(one.claim.state)].value,
    }
    if alarm.rung.tells in ("chased", "rests"):
        data["papers"] = lacking.get(one.claim.pk, [])
    return Told(TOLD[alarm.rung.tells], f"claim:{one.claim.claim_no}", data)


def _we_are_late(claims: set[int], at: datetime) -> set[int]:
    """Of these claims, those of which a limit that waits for the insurer is over."""
    found = Deadline.objects.filter(claim__in=claims, state="running", due_at__lte=at, code__in=OURS)
    return set(found.values_list("claim", flat=True))


def _lacking(claims: set[int]) -> dict[int, list[str]]:
    """The papers that are still missing of what was asked for, by claim; what is worth most first."""
    at_hand: dict[int, list[tuple[str, list[int]]]] = defaultdict(list)
    papers = Paper.objects.filter(claim__in=claims, removed_at__isnull=True).exclude(look__worst="block")
    for claim_id, kind, numbers in papers.values_list("claim", "kind", "numbers"):
        at_hand[claim_id].append((kind, numbers))
    asked = Supplement.objects.filter(claim__in=claims, ended_at__isnull=True)
    return {
        one.claim_id: [lacking.paper for lacking in still_lacking(one.items, at_hand[one.claim_id])] for one in asked
    }
