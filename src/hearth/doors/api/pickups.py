"""Pick-ups: originals fetched at a member's door, asked for by the partner that brought the claim in, and followed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from hearth.desks.service import pickups
from hearth.doors.api.bodies import stated
from hearth.doors.api.claims import ClaimKey
from hearth.doors.api.interface import answers, takes
from hearth.doors.api.once import answered, once
from hearth.doors.api.problems import Both
from hearth.doors.api.tokens import Token, caller
from hearth.kernel.promises.fetching import pickup_windows
from hearth.store.access import NotThere
from hearth.store.access import partners as partner_reads
from hearth.store.access import pickups as reads
from hearth.words.service import HOLDER_WORDS, PICKUP_WORDS

router = Router(tags=["pick-ups"])

PickupId = Annotated[int, Path(ge=1, le=2**62)]


class PickupIn(BaseModel):
    """A pick-up at somebody's door."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    contact: str = Field(min_length=1, max_length=40, description="name at the door")
    phone: str = Field(min_length=5, max_length=32)
    address: str = Field(min_length=1, max_length=200)
    window_from: AwareDatetime = Field(description="the beginning of a window of GET /pickup-windows")
    papers: list[Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,31}$")]] = Field(
        min_length=1, max_length=20, description="kinds of papers: invoice, discharge_summary, ..."
    )


class PickupRef(Schema):
    """Which pick-up it is."""

    pickup: int
    claim: str


class PickupWindow(Schema):
    """A time in which a courier can come."""

    window_from: datetime
    window_to: datetime


class PickupWindows(Schema):
    """The times that can be booked now; none where no courier can be booked."""

    windows: list[PickupWindow]


class CustodyOut(Schema):
    """Who held the originals from a moment on."""

    holder: str
    name: Both
    at: datetime


class PickupOut(Schema):
    """A trip of originals: no address, no telephone."""

    pickup: int
    direction: str = Field(description="in: to the insurer; back: to the member")
    state: str = Field(description="booked, taken, collected, arrived, lost, refused, cancelled")
    name: Both
    papers: list[str]
    window_from: datetime
    window_to: datetime
    booked_at: datetime
    ended_at: datetime | None
    custody: list[CustodyOut]


class PickupList(Schema):
    """The trips of a claim's originals, newest first."""

    claim: str
    pickups: list[PickupOut]


@router.get(
    "/pickup-windows",
    auth=Token("pickups:read", "pickups:write"),
    response=answers({200: PickupWindows}),
    summary="When a courier can come",
)
def list_windows(request: HttpRequest) -> PickupWindows:
    """The windows that can be booked now."""
    asks = caller(request)
    found = pickup_windows(asks.at) if pickups.is_offered() else ()
    return PickupWindows(windows=[PickupWindow(window_from=start, window_to=end) for start, end in found])


@router.post(
    "/claims/{key}/pickups",
    auth=Token("pickups:write"),
    response=answers({201: PickupRef}, 404, 409, 413, 415),
    openapi_extra=takes(PickupIn),
    summary="Have originals fetched",
)
def book_pickup(request: HttpRequest, key: ClaimKey) -> HttpResponse:
    """For the member whose claim you brought in, free of charge; one at a time."""
    said, _ = stated(request, PickupIn)
    asks = caller(request)

    def work() -> HttpResponse:
        claim_no = partner_reads.claim_acted_for(asks.by, key)
        pickup_id = pickups.book(
            asks.by, claim_no, at=asks.at, contact=said.contact, phone=said.phone, address=said.address,
            window_from=said.window_from, papers=said.papers,
        )  # fmt: skip
        return answered(201, PickupRef(pickup=pickup_id, claim=claim_no))

    return once(request, request.body, work)


@router.get(
    "/claims/{key}/pickups",
    auth=Token("pickups:read"),
    response=answers({200: PickupList}, 404),
    summary="Where the originals are",
)
def list_pickups(request: HttpRequest, key: ClaimKey) -> PickupList:
    """Every trip with who held the originals from when."""
    asks = caller(request)
    claim_no = partner_reads.claim_acted_for(asks.by, key)
    return PickupList(claim=claim_no, pickups=[_out(one) for one in reads.pickups_of(asks.by, claim_no, asks.at)])


@router.post(
    "/claims/{key}/pickups/{pickup}/cancel",
    auth=Token("pickups:write"),
    response=answers({200: PickupRef}, 404, 409),
    summary="Cancel a pick-up",
)
def cancel_pickup(request: HttpRequest, key: ClaimKey, pickup: PickupId) -> PickupRef:
    """While the originals are still at the door; done twice, it is done once."""
    asks = caller(request)
    claim_no = partner_reads.claim_acted_for(asks.by, key)
    if not reads.is_of(pickup, claim_no):
        raise NotThere(kind="pickup", key=pickup)
    pickups.cancel(asks.by, pickup, at=asks.at)
    return PickupRef(pickup=pickup, claim=claim_no)


def _out(one: reads.PickupRow) -> PickupOut:
    return PickupOut(
        pickup=one.pickup_id,
        direction=one.direction.value,
        state=one.state.value,
        name=_both(PICKUP_WORDS[one.state]),
        papers=list(one.papers),
        window_from=one.window_from,
        window_to=one.window_to,
        booked_at=one.booked_at,
        ended_at=one.ended_at,
        custody=[
            CustodyOut(holder=each.holder.value, name=_both(HOLDER_WORDS[each.holder]), at=each.at)
            for each in one.custody
        ],
    )


def _both(words: tuple[str, str]) -> Both:
    return Both(zh=words[0], en=words[1])
