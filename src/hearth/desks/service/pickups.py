"""Pick-ups: originals fetched at the member's door, received, sent back; who holds them is written down each time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from hearth.desks.books import clocks, records, traces
from hearth.desks.service.faults import (
    AddressNeeded,
    NoCourier,
    NoPickupNow,
    NothingToFetch,
    NothingToReturn,
    TooLateToCancel,
    UnderWayAlready,
    WindowGone,
)
from hearth.kernel.promises.fetching import pickup_windows
from hearth.store.access import NotAllowed, NotThere, Who, one, rows
from hearth.store.access.partners import acts_for
from hearth.store.models import Claim, Custody, Pickup
from hearth.wires.texts import plain
from hearth.words.claims import ClaimState
from hearth.words.service import OVER, UNDER_WAY, Direction, Holder, PickupState

ENDED = (ClaimState.CLOSED, ClaimState.WITHDRAWN)
"""Of these nobody asks when they are due, though their originals may still be on the way back."""
MOST_NAME, MOST_ADDRESS, MOST_PAPERS = 40, 200, 20
LIMIT = "P_ORIGINALS_5"
_PHONE = re.compile(r"\+?[0-9]{5,15}")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")


def is_offered() -> bool:
    """Whether there is a courier at all."""
    return not settings.COURIERS_WIRE.startswith("none:")


@transaction.atomic(durable=True)
def book(
    by: Who,
    claim_no: str,
    *,
    at: datetime,
    contact: str,
    phone: str,
    address: str,
    window_from: datetime,
    papers: Sequence[str],
) -> int:
    """Have originals fetched at a door.  A job asks the courier; the limit for originals runs from now.

    Needs:   `window_from`: the beginning of one of `pickup_windows(at)`; `papers`: their codes
    Gives:   the trip's id
    Records:  claim.pickup_asked.  Raises: NotThere, NotAllowed, NoCourier, NoPickupNow, UnderWayAlready, WindowGone,
    AddressNeeded, NothingToFetch.
    """
    claim: Claim = one(by, "claim", "see", at, lock=True, claim_no=claim_no)
    # A partner books for whoever reported the claim that it brought in.
    booked_by = by.person_id or acts_for(by, claim)
    if booked_by is None:
        raise NotAllowed
    if not is_offered():
        raise NoCourier
    if claim.state in OVER or claim.state == ClaimState.DRAFT:
        raise NoPickupNow(claim_no=claim_no)
    trips = Pickup.objects.filter(claim=claim, direction=Direction.IN.value)
    if trips.filter(state__in=UNDER_WAY).exists():
        raise UnderWayAlready
    contact, phone, address = contact.strip(), re.sub(r"[\s-]", "", phone), " ".join(address.split())
    if not (0 < len(contact) <= MOST_NAME and plain(contact) and _PHONE.fullmatch(phone)) or not (
        0 < len(address) <= MOST_ADDRESS and plain(address)
    ):
        raise AddressNeeded
    codes = list(dict.fromkeys(code for code in papers if _CODE.fullmatch(code)))[:MOST_PAPERS]
    if not codes:
        raise NothingToFetch
    window = next((each for each in pickup_windows(at) if each[0] == window_from), None)
    if window is None:
        raise WindowGone
    pickup = Pickup.objects.create(
        claim=claim, direction=Direction.IN.value, key=f"originals:{claim_no}:in:{trips.count() + 1}", papers=codes,
        contact=contact, phone=phone, address=address, window_from=window[0], window_to=window[1],
        booked_by_id=booked_by, booked_at=at,
    )  # fmt: skip
    # The row is there now: it is theirs to book, or it is not made.
    if not rows(by, "pickup", "book", at).filter(pk=pickup.pk).exists():
        raise NotAllowed
    traces.leave(by, claim, at, phone=phone, address=address)
    held_by(pickup, Holder.MEMBER, at, at, booked_by)
    records.append("claim.pickup_asked", f"claim:{claim_no}", by=by, at=at, data={"pickup": pickup.pk, "papers": codes})
    clocks.begin(claim, "claim.pickup_asked", at)
    _due(claim)
    return pickup.pk


@transaction.atomic(durable=True)
def cancel(by: Who, pickup_id: int, *, at: datetime) -> None:
    """Take a pick-up back while the originals are still at the door.  Done twice, it is done once.

    Records:  claim.pickup_cancelled, which tells the courier.  Raises: NotThere, NotAllowed, TooLateToCancel.
    """
    pickup: Pickup = one(by, "pickup", "cancel", at, lock=True, pk=pickup_id)
    if pickup.state == PickupState.CANCELLED:
        return
    if pickup.direction != Direction.IN or pickup.state not in (PickupState.BOOKED, PickupState.TAKEN):
        raise TooLateToCancel
    over(pickup, PickupState.CANCELLED, at)
    stop_waiting(pickup.claim)
    records.append("claim.pickup_cancelled", f"claim:{pickup.claim.claim_no}", by=by, at=at, data={"pickup": pickup.pk})


@transaction.atomic(durable=True)
def receive(by: Who, pickup_id: int, *, at: datetime) -> None:
    """The originals are here, whatever the courier says of them.  Done twice, it is done once.

    Records:  claim.originals_received.  Raises: NotThere, NotAllowed.
    """
    pickup: Pickup = one(by, "pickup", "receive", at, lock=True, pk=pickup_id)
    if pickup.direction != Direction.IN or pickup.state == PickupState.REFUSED:
        raise NotThere(kind="pickup", key=pickup_id)
    if pickup.state != PickupState.ARRIVED:
        arrived(pickup, by, at, at)


@transaction.atomic(durable=True)
def send_back(by: Who, claim_no: str, *, at: datetime) -> int:
    """Send originals that are here back to where they were fetched.

    Gives:    the trip's id
    Records:  claim.return_asked, which tells the courier.  Raises: NotThere, NotAllowed, NoCourier, NothingToReturn.
    """
    claim: Claim = one(by, "claim", "see", at, lock=True, claim_no=claim_no)
    if by.person_id is None or not rows(by, "pickup", "send_back", at).filter(claim=claim).exists():
        raise NotAllowed
    if not is_offered():
        raise NoCourier
    came = here(claim)
    if came is None:
        raise NothingToReturn(claim_no=claim_no)
    window = pickup_windows(at)[0]
    number = Pickup.objects.filter(claim=claim, direction=Direction.BACK.value).count() + 1
    pickup = Pickup.objects.create(
        claim=claim, direction=Direction.BACK.value, key=f"originals:{claim_no}:back:{number}", papers=came.papers,
        contact=came.contact, phone=came.phone, address=came.address, window_from=window[0], window_to=window[1],
        booked_by_id=by.person_id, booked_at=at,
    )  # fmt: skip
    held_by(pickup, Holder.INSURER, at, at, by.person_id)
    records.append(
        "claim.return_asked", f"claim:{claim_no}", by=by, at=at, data={"pickup": pickup.pk, "papers": came.papers}
    )
    return pickup.pk


def here(claim: Claim) -> Pickup | None:
    """The trip by which originals came that are with the insurer now; None where none are."""
    trips = list(Pickup.objects.filter(claim=claim).order_by("pk"))
    came = next((each for each in reversed(trips) if each.state == PickupState.ARRIVED and _is_in(each)), None)
    gone = (PickupState.REFUSED, PickupState.CANCELLED)
    if came is None or any(not _is_in(each) and each.pk > came.pk and each.state not in gone for each in trips):
        return None
    return came


def held_by(pickup: Pickup, holder: Holder, happened: datetime, at: datetime, by_id: int | None) -> None:
    """Add to the chain of custody, the trip's row locked."""
    last = Custody.objects.filter(pickup=pickup).aggregate(last=Max("seq"))["last"] or 0
    Custody.objects.create(pickup=pickup, seq=last + 1, holder=holder.value, at=happened, noted_at=at, by_id=by_id)


def arrived(pickup: Pickup, by: Who, happened: datetime, at: datetime) -> None:
    """A trip is at its end: the originals are with the insurer, or with the member again.

    Records: claim.originals_received or claim.originals_home.
    """
    is_found = pickup.state == PickupState.LOST
    over(pickup, PickupState.ARRIVED, at)
    held_by(pickup, Holder.INSURER if _is_in(pickup) else Holder.MEMBER, happened, at, by.person_id)
    code = "claim.originals_received" if _is_in(pickup) else "claim.originals_home"
    data = {"pickup": pickup.pk, **({"was_lost": True} if is_found else {})}
    records.append(code, f"claim:{pickup.claim.claim_no}", by=by, at=at, data=data)
    clocks.end(pickup.claim, code, at)
    _due(pickup.claim)


def over(pickup: Pickup, state: PickupState, at: datetime) -> None:
    """A trip ends, or ended otherwise than was thought."""
    pickup.state, pickup.ended_at = state.value, at
    pickup.save(update_fields=["state", "ended_at"])


def under_way(pickup: Pickup, at: datetime) -> None:
    """The courier has the parcel: from now on it is the courier's turn, and ours to ask."""
    clocks.begin(pickup.claim, "claim.parcel_under_way", at)
    _due(pickup.claim)


def lost(pickup: Pickup, at: datetime) -> None:
    """The parcel is lost: nobody waits for it, and somebody of ours finds out and tells the member."""
    if _is_in(pickup):
        clocks.void(pickup.claim, codes=(LIMIT,))
    clocks.end(pickup.claim, "claim.parcel_lost", at)
    clocks.begin(pickup.claim, "claim.parcel_lost", at)
    _due(pickup.claim)


def stop_waiting(claim: Claim) -> None:
    """Nobody waits for originals of this claim any more, until they are asked for again."""
    clocks.void(claim, codes=(LIMIT,))
    _due(claim)


def _due(claim: Claim) -> None:
    claim.due_at = None if claim.state in ENDED else clocks.soonest(claim)
    claim.save(update_fields=["due_at"])


def _is_in(pickup: Pickup) -> bool:
    return bool(pickup.direction == Direction.IN)
