"""Work orders, read: what is open by the time that is left, how many of each chaser, and one with all that happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from hearth.store.access.rows import NotAllowed, may, one, rows
from hearth.store.access.who import Who
from hearth.store.models import OrderEvent, Paper, Supplement, WorkOrder
from hearth.words.claims import ClaimState, Role
from hearth.words.promises import Chaser, LateCause, OrderState, OrderStep

PAGE = 50
Key = tuple[datetime | None, int]
"""The place of an order in the list: when its promise is broken, and its id."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A work order in a list."""

    order_id: int
    chaser: Chaser
    level: int
    limit: str
    state: OrderState
    claim_no: str
    person_name: str
    product: str
    claim_state: ClaimState
    role: Role
    holder_id: int | None
    holder: str
    due_at: datetime | None
    opened_at: datetime
    taken_at: datetime | None
    clock: str
    """running, paused, met, late or void: how the limit stands that fired last."""


@dataclass(frozen=True, slots=True)
class OrderHappened:
    """Something that happened to an order."""

    step: OrderStep
    at: datetime
    by: str
    level: int
    role: Role
    holder: str
    text: str


@dataclass(frozen=True, slots=True)
class OrderFile:
    """A work order with what happened to it, and what its customer was asked for and has sent."""

    row: OrderRow
    events: tuple[OrderHappened, ...]
    cause: LateCause | None
    message: str
    ended_at: datetime | None
    ended_by: str
    asked_for: tuple[Mapping[str, Any], ...]
    """The items of the request for papers that is under way."""
    at_hand: tuple[tuple[str, tuple[int, ...]], ...]
    """The papers at hand that can be read: kind, and the numbers of the invoices they are about."""
    may_work: bool
    """Whether the reader may take and close it; nobody may where it is about them or those they act for."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A page of the list, and where the next one begins."""

    rows: tuple[OrderRow, ...]
    after: Key | None


def orders(
    by: Who,
    at: datetime,
    *,
    chaser: Chaser | None = None,
    mine: bool = False,
    ungiven: bool = False,
    late: bool = False,
    after: Key | None = None,
    limit: int = PAGE,
) -> OrderPage:
    """Open orders, those whose promise is broken first on top; what stands still comes last.  Raises: NotAllowed."""
    found = _open(by, at)
    if chaser is not None:
        found = found.filter(chaser=chaser.value)
    if mine:
        found = found.filter(holder=by.person_id)
    if ungiven:
        found = found.filter(holder__isnull=True)
    if late:
        found = found.filter(due_at__lte=at)
    parts = [found.filter(due_at__isnull=False), found.filter(due_at__isnull=True)]
    if after is not None:
        due, pk = after
        if due is None:
            parts = [parts[1].filter(pk__gt=pk)]
        else:
            parts[0] = parts[0].filter(Q(due_at__gt=due) | Q(due_at=due, pk__gt=pk))
    kept: list[WorkOrder] = []
    for part in parts:
        if len(kept) <= limit:
            kept += (
                part.select_related("claim__person", "deadline", "holder")
                .only(*_SHOWN)
                .order_by("due_at", "pk")[: limit + 1 - len(kept)]
            )
    page = tuple(_row(each) for each in kept[:limit])
    return OrderPage(page, (page[-1].due_at, page[-1].order_id) if len(kept) > limit else None)


def counts(by: Who, at: datetime, *, mine: bool = False, ungiven: bool = False) -> dict[Chaser, int]:
    """How many orders of each chaser are open.  Raises: NotAllowed."""
    found = _open(by, at)
    if mine:
        found = found.filter(holder=by.person_id)
    if ungiven:
        found = found.filter(holder__isnull=True)
    by_chaser = dict(found.order_by().values_list("chaser").annotate(Count("pk")))
    return {chaser: by_chaser[chaser.value] for chaser in Chaser if chaser.value in by_chaser}


def orders_of(by: Who, claim_no: str, at: datetime) -> tuple[OrderRow, ...]:
    """The open orders of a claim; none for those who see no orders."""
    if not may(by, "order", "see"):
        return ()
    found = rows(by, "order", "see", at).filter(claim__claim_no=claim_no, state=OrderState.OPEN)
    return tuple(_row(each) for each in found.select_related("claim__person", "deadline", "holder").order_by("pk"))


def order(by: Who, order_id: int, at: datetime) -> OrderFile:
    """One order with all that happened to it.  Raises: NotThere, NotAllowed."""
    held: WorkOrder = one(by, "order", "see", at, pk=order_id)
    events = OrderEvent.objects.filter(order=held).select_related("by", "holder").order_by("pk")
    asked = Supplement.objects.filter(claim=held.claim_id, ended_at__isnull=True).order_by("-number").first()
    here: tuple[tuple[str, tuple[int, ...]], ...] = ()
    if asked is not None:
        papers = Paper.objects.filter(claim=held.claim_id, removed_at__isnull=True).exclude(look__worst="block")
        here = tuple((kind, tuple(numbers)) for kind, numbers in papers.values_list("kind", "numbers"))
    return OrderFile(
        row=_row(held),
        events=tuple(
            OrderHappened(
                step=OrderStep(each.step),
                at=each.at,
                by=each.by.full_name if each.by is not None else "",
                level=each.level,
                role=Role(each.role),
                holder=each.holder.full_name if each.holder is not None else "",
                text=each.text,
            )
            for each in events
        ),
        cause=LateCause(held.cause) if held.cause else None,
        message=held.message.text if held.message is not None else "",
        ended_at=held.ended_at,
        ended_by=held.ended_by.full_name if held.ended_by is not None else "",
        asked_for=tuple(asked.items) if asked is not None else (),
        at_hand=here,
        may_work=held.state == OrderState.OPEN and rows(by, "order", "close", at).filter(pk=held.pk).exists(),
    )


_SHOWN = (
    "chaser", "level", "state", "role", "due_at", "opened_at", "taken_at", "claim__claim_no", "claim__product",
    "claim__state", "claim__person__full_name", "deadline__code", "deadline__state", "holder__full_name",
)  # fmt: skip


def _open(by: Who, at: datetime) -> QuerySet[WorkOrder]:
    if not may(by, "order", "see"):
        raise NotAllowed
    found: QuerySet[WorkOrder] = rows(by, "order", "see", at).filter(state=OrderState.OPEN)
    return found


def _row(held: WorkOrder) -> OrderRow:
    return OrderRow(
        order_id=held.pk,
        chaser=Chaser(held.chaser),
        level=held.level,
        limit=held.deadline.code,
        state=OrderState(held.state),
        claim_no=held.claim.claim_no,
        person_name=held.claim.person.full_name,
        product=held.claim.product,
        claim_state=ClaimState(held.claim.state),
        role=Role(held.role),
        holder_id=held.holder_id,
        holder=held.holder.full_name if held.holder is not None else "",
        due_at=held.due_at,
        opened_at=held.opened_at,
        taken_at=held.taken_at,
        clock=held.deadline.state,
    )


@dataclass(frozen=True, slots=True)
class OrderTold:
    """What a member is told of a work order about their claim."""

    limit: str
    role: Role
    is_open: bool
    is_held: bool
    """Whether somebody has it already."""
    since: datetime
    cause: LateCause | None
    ended_at: datetime | None


def told_of(by: Who, claim_no: str, at: datetime) -> tuple[OrderTold, ...]:
    """Who looks after the promises of a claim that are late, and why they were: the newest of each chaser.

    What was done in time after all is not told.  Raises: NotThere, NotAllowed.
    """
    claim = one(by, "claim", "see", at, claim_no=claim_no)
    found = WorkOrder.objects.filter(claim=claim, due_at__lte=at).exclude(state=OrderState.SETTLED)
    newest: dict[str, WorkOrder] = {}
    for each in found.select_related("deadline").order_by("pk"):
        newest[each.chaser] = each
    return tuple(
        OrderTold(
            each.deadline.code, Role(each.role), each.state == OrderState.OPEN, each.holder_id is not None,
            each.given_at or each.opened_at,
            LateCause(each.cause) if each.cause else None, each.ended_at,
        )
        for each in newest.values()
    )  # fmt: skip
