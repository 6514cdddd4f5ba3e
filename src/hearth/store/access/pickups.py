"""Pick-ups, read: trips of originals, where each stands and who held them from when; what needs somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hearth.store.access.rows import may, one, rows
from hearth.store.access.who import Who
from hearth.store.models import Claim, Custody, Pickup
from hearth.words.service import OVER, UNDER_WAY, Direction, Holder, PickupState


@dataclass(frozen=True, slots=True)
class CustodyRow:
    """Who held originals from a moment on; `by`: who says so, empty where it is the courier's news."""

    holder: Holder
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PickupRow:
    """A trip of originals."""

    pickup_id: int
    claim_no: str
    direction: Direction
    state: PickupState
    papers: tuple[str, ...]
    contact: str
    phone: str
    address: str
    window_from: datetime
    window_to: datetime
    courier_ref: str
    booked_at: datetime
    ended_at: datetime | None
    custody: tuple[CustodyRow, ...]

    @property
    def is_under_way(self) -> bool:
        """Whether it is not over."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class PickupLine:
    """A trip in a list: what it is about and who looks after the member."""

    claim_no: str
    person: str
    steward: str
    direction: Direction
    state: PickupState
    window_from: datetime
    window_to: datetime


def pickups_of(by: Who, claim_no: str, at: datetime) -> tuple[PickupRow, ...]:
    """The trips of a claim's originals, the newest first.  Raises: NotThere, NotAllowed for the claim itself."""
    claim: Claim = one(by, "claim", "see", at, claim_no=claim_no)
    if not may(by, "pickup", "see"):
        return ()
    found = list(rows(by, "pickup", "see", at).filter(claim=claim).order_by("-pk"))
    held: dict[int, list[CustodyRow]] = {}
    for row in Custody.objects.filter(pickup__in=found).select_related("by").order_by("pickup", "seq"):
        said = row.by.full_name if row.by is not None else ""
        held.setdefault(row.pickup_id, []).append(CustodyRow(Holder(row.holder), row.at, said))
    return tuple(
        PickupRow(
            row.pk, claim_no, Direction(row.direction), PickupState(row.state), tuple(row.papers), row.contact,
            row.phone, row.address, row.window_from, row.window_to, row.courier_ref, row.booked_at, row.ended_at,
            tuple(held.get(row.pk, ())),
        )
        for row in found
    )  # fmt: skip


def is_of(pickup_id: int, claim_no: str) -> bool:
    """Whether a trip is one of a claim's originals."""
    return Pickup.objects.filter(pk=pickup_id, claim__claim_no=claim_no).exists()


def on_their_way(by: Who, at: datetime, *, limit: int = 50) -> tuple[PickupLine, ...]:
    """Trips that are not over, and those that failed while the claim is open and nothing came after; failed first."""
    failed = (PickupState.LOST, PickupState.REFUSED)
    found = rows(by, "pickup", "see", at).filter(state__in=[*UNDER_WAY, *failed])
    found = found.select_related("claim__person", "claim__steward").order_by("-pk")[: limit * 4]
    newest: dict[tuple[int, str], Pickup] = {}
    for row in found:
        newest.setdefault((row.claim_id, row.direction), row)
    after = {
        (claim_id, direction)
        for claim_id, direction, pk in Pickup.objects.filter(claim__in=[row.claim_id for row in newest.values()])
        .values_list("claim", "direction", "pk")
        if (kept := newest.get((claim_id, direction))) is not None and pk > kept.pk
    }  # fmt: skip
    shown = [
        row
        for key, row in newest.items()
        if key not in after and not (row.state in failed and row.direction == Direction.IN and row.claim.state in OVER)
    ]
    shown.sort(key=lambda row: (row.state not in failed, row.window_from, row.pk))
    return tuple(
        PickupLine(
            row.claim.claim_no, row.claim.person.full_name, row.claim.steward.full_name if row.claim.steward else "",
            Direction(row.direction), PickupState(row.state), row.window_from, row.window_to,
        )
        for row in shown[:limit]
    )  # fmt: skip
