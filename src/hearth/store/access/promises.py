"""Promises, read: how many were kept, broken and are open, by limit, product and branch; days that were expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q, Sum

from hearth.store.access.claims import places_of
from hearth.store.access.rows import one, permit
from hearth.store.access.who import Who
from hearth.store.models import Branch, ExpectedDay, PromiseCount
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


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """The days between which a claim was expected to be done from a moment on, and why they changed."""

    at: datetime
    first_on: date
    last_on: date
    basis: str
    """claims, steps or promised."""
    seen: int
    because: str


def expected_days(by: Who, claim_no: str, at: datetime, *, limit: int = 20) -> tuple[ExpectedRow, ...]:
    """What was expected of a claim, the newest first.  Raises: NotThere, NotAllowed."""
    claim = one(by, "claim", "see", at, claim_no=claim_no)
    found = ExpectedDay.objects.filter(claim=claim).order_by("-pk")[:limit]
    return tuple(
        ExpectedRow(each.at, each.first_on, each.last_on, each.basis, each.seen, each.because) for each in found
    )
