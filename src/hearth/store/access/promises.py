"""Promises, read: how many were kept and broken lately and how the open ones stand, by limit, product and branch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q, Sum

from hearth.store.access.claims import places_of
from hearth.store.access.rows import permit
from hearth.store.access.who import Who
from hearth.store.models import Branch, PromiseCount
from hearth.words.calendar import day_in_china

DAYS = 30
"""Over how many days what was kept and broken is told."""


@dataclass(frozen=True, slots=True)
class PromiseSum:
    """How a promise fared for a product at a branch."""

    code: str
    product: str
    branch: str
    kept: int
    late: int
    safe: int
    paused: int
    at_risk: int
    broken: int


def counted_at(by: Who, at: datetime) -> datetime | None:
    """When the board was counted last; None before the first count.  Raises: NotAllowed."""
    permit(by, "order", "see")
    last: datetime | None = PromiseCount.objects.filter(day__gte=day_in_china(at) - timedelta(1)).aggregate(
        last=Max("counted_at")
    )["last"]
    return last


def board(by: Who, at: datetime, *, product: str = "", branch: str = "") -> tuple[PromiseSum, ...]:
    """The promises of the branches whose claims somebody sees, over the last DAYS days and now.

    Raises: NotAllowed.
    """
    permit(by, "order", "see")
    places = places_of(by)
    today = day_in_china(at)
    found = PromiseCount.objects.filter(day__gt=today - timedelta(DAYS))
    if places is not None:
        found = found.filter(branch__in=Branch.objects.filter(pk__in=places).values("code"))
    if product:
        found = found.filter(product=product)
    if branch:
        found = found.filter(branch=branch)
    # What is open was counted for the last day alone; right after midnight that is yesterday still.
    last = PromiseCount.objects.aggregate(last=Max("day"))["last"] or today
    now = Q(day=last)
    sums = (
        found.order_by("code", "product", "branch")
        .values_list("code", "product", "branch")
        .annotate(
            n_kept=Sum("kept"), n_late=Sum("late"), n_safe=Sum("safe", filter=now), n_paused=Sum("paused", filter=now),
            n_at_risk=Sum("at_risk", filter=now), n_broken=Sum("broken", filter=now),
        )
    )  # fmt: skip
    return tuple(PromiseSum(*row[:3], *(number or 0 for number in row[3:])) for row in sums)
