"""Originals: fetched at members' doors by a courier that is late, loses parcels and tells its news twice; sent back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from benchmarks.quarter.beside import Beside, Strand
from benchmarks.quarter.lives import Life
from hearth.words.claims import ClaimState, Role
from hearth.words.service import OVER, UNDER_WAY, Direction, PickupState

LOSING = "丢件"
"""What the courier fetches at an address that holds this is lost."""

FAULTS = (
    "timeout_before=0.03&timeout_after_success=0.08&timeout_asking=0.03&refused=0.06&late=0.2&late_seconds=345600"
    f"&lost=0.04&duplicate_news=0.2&out_of_order=0.35&out_of_order_seconds=777600&losing_addresses={LOSING}"
)
"""Habits of the courier: late by four days, and news that comes up to nine days late."""

P = PickupState
GONE = (P.REFUSED, P.CANCELLED)
KEPT_FOR_DAYS = 4
"""For so long originals are with us at least."""

GIVEN_UP_AFTER = 6
"""After so many trips nobody books another."""


class Originals(Beside):
    """One trip after the other, until what was fetched is at home again or known to be lost."""

    def begin(self, life: Life, kind: str) -> None:
        """A claim was reported: the member is asked for originals, and has them fetched."""
        strand = Strand(life, kind, life.claim_no)
        self.strands[life.claim_no] = strand
        self.wait(strand, float(self.world.rng.uniform(1, 20)))

    def look(self, strand: Strand) -> None:
        """Look at the last trip."""
        from hearth.store.models import Claim, Pickup

        found = Pickup.objects.filter(claim__claim_no=strand.no).order_by("pk")
        trips: list[dict[str, Any]] = [dict(row) for row in found.values("pk", "direction", "state", "ended_at")]
        state = ClaimState(Claim.objects.values_list("state", flat=True).get(claim_no=strand.no))
        last = trips[-1]["state"] if trips else P.CANCELLED
        came = _with_us(trips)
        if last in UNDER_WAY:
            if strand.kind == "taken back" and len(trips) == 1 and last != P.COLLECTED:
                self._take_back(strand, trips[-1]["pk"])
            else:
                self.wait(strand, 24)
        elif came is not None:
            self._to_send_back(strand, state, came)
        elif last in GONE and state not in OVER and len(trips) < GIVEN_UP_AFTER:
            self._have_fetched(strand)
        elif last == P.CANCELLED and trips:
            # Taken back, and fetched even so: the courier's news says it yet.
            self._until_nothing_comes(strand)

    def _have_fetched(self, strand: Strand) -> None:
        if strand.kind == "by a steward":
            self.office(strand, Role.STEWARD, 10, lambda by, at: self._book(strand, by, at), forgotten=0.0)
        else:
            self.member(strand, 0.5, 8, lambda by, at: self._book(strand, by, at))

    def _book(self, strand: Strand, by: Any, at: datetime) -> None:
        from hearth.desks.service import pickups
        from hearth.kernel.promises.fetching import pickup_windows

        windows = pickup_windows(at)
        street = "路 12 号 " + (LOSING if strand.kind == "lost" else "3 栋")
        pickups.book(
            by, strand.no, at=at, contact="请先电话联系", phone="13800000000", address=f"深圳市福田区振华{street}",
            window_from=windows[int(self.world.rng.integers(1, 5))][0], papers=("invoice", "itemised_list"),
        )  # fmt: skip

    def _take_back(self, strand: Strand, trip: int) -> None:
        from hearth.desks.service import pickups

        self.member(strand, 0.1, 3, lambda by, at: pickups.cancel(by, trip, at=at))

    def _until_nothing_comes(self, strand: Strand) -> None:
        """Of what was taken back nothing is heard any more after a while."""
        looks = strand.notes["looks"] = strand.notes.get("looks", 0) + 1
        if looks < 15:
            self.wait(strand, 24)

    def _to_send_back(self, strand: Strand, state: ClaimState, last: dict[str, Any]) -> None:
        from hearth.desks.service import pickups

        kept = (self.world.now - last["ended_at"]).days
        if state in OVER or kept >= KEPT_FOR_DAYS:
            self.office(
                strand, Role.STEWARD, 8, lambda by, at: pickups.send_back(by, strand.no, at=at), forgotten=0.05
            )  # fmt: skip
        else:
            self.wait(strand, 24)


def _with_us(trips: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The trip by which originals came that are with us still."""
    here = None
    for trip in trips:
        if trip["direction"] == Direction.IN and trip["state"] == P.ARRIVED:
            here = trip
        elif trip["direction"] == Direction.BACK and trip["state"] not in GONE:
            here = None
    return here


def are_over() -> bool:
    """Whether no parcel is on its way, and nothing that was fetched is with us still."""
    from hearth.store.models import Pickup

    trips: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in Pickup.objects.order_by("pk").values("claim_id", "direction", "state"):
        trips[row["claim_id"]].append(dict(row))
    return not any(one[-1]["state"] in UNDER_WAY or _with_us(one) is not None for one in trips.values())
