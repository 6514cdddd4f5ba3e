"""Originals: where those of a claim are and who holds them, fetched, received and sent back; all on their way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.service import pickups
from hearth.doors.office.desk.asking import Asked, go, page, show
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import cell, chip, iso, moment, table
from hearth.kernel.documents.checklist import NAMES
from hearth.kernel.promises.fetching import pickup_windows
from hearth.store.access import NotThere, permit
from hearth.store.access.claims_case import CaseFile, one_claim
from hearth.store.access.pickups import PickupRow, on_their_way, pickups_of
from hearth.words.calendar import CHINA_TIME
from hearth.words.claims import ClaimState
from hearth.words.faults import Fault
from hearth.words.service import (
    HOLDER_WORDS,
    ORIGINALS,
    OVER,
    PICKUP_WORDS,
    USUAL_ORIGINALS,
    Direction,
    PickupState,
)

KINDS = {
    PickupState.ARRIVED: "done",
    PickupState.LOST: "ink",
    PickupState.REFUSED: "ink",
    PickupState.CANCELLED: "plain",
}


def in_case(asked: Asked, file: CaseFile) -> list[dict[str, Any]]:
    """The trips of a claim's originals, the newest first, each with what can be done."""
    if not asked.works_with("pickup", "see"):
        return []
    trips = pickups_of(asked.by, file.row.claim_no, asked.at)
    # The newest trip says where they are now.
    here = bool(trips) and trips[0].direction is Direction.IN and trips[0].state is PickupState.ARRIVED
    return [
        {
            **_trip(asked, one),
            "may_receive": file.is_desk
            and asked.may("pickup", "receive")
            and one.direction is Direction.IN
            and (one.is_under_way or one.state is PickupState.LOST),
            "may_cancel": file.is_desk
            and asked.works_with("pickup", "cancel")
            and one.direction is Direction.IN
            and one.state in (PickupState.BOOKED, PickupState.TAKEN),
            "may_return": here and place == 0 and file.is_desk and asked.may("pickup", "send_back"),
        }
        for place, one in enumerate(trips)
    ]


def booking_url(asked: Asked, file: CaseFile, trips: list[dict[str, Any]]) -> str:
    """Where a pick-up is booked for the member; nothing where none can be."""
    able = file.is_desk and asked.works_with("pickup", "book") and pickups.is_offered()
    is_open = file.row.state not in OVER and file.row.state != ClaimState.DRAFT
    if not able or not is_open or any(one["is_under_way"] for one in trips):
        return ""
    return reverse("office-pickup", args=[file.row.claim_no])


def _trip(asked: Asked, one: PickupRow) -> dict[str, Any]:
    names = [asked.says((NAMES[code].zh, NAMES[code].en)) if code in NAMES else code for code in one.papers]
    return {
        "id": one.pickup_id,
        "is_under_way": one.is_under_way,
        "name": _("Originals to us") if one.direction is Direction.IN else _("Originals back to the member"),
        "state": chip(asked.says(PICKUP_WORDS[one.state]), KINDS.get(one.state, "waits")),
        "facts": [
            (_("Papers"), ("、" if asked.lang == "zh" else ", ").join(names)),
            (_("Window"), window(asked, one.window_from, one.window_to)),
            (_("Address"), f"{one.address} · {one.contact} {one.phone}"),
            (_("Parcel"), one.courier_ref or "—"),
        ],
        "custody": [
            {
                "at": moment(row.at, asked.lang, now=asked.at),
                "at_iso": iso(row.at),
                "says": asked.says(HOLDER_WORDS[row.holder]),
                "who": row.by or _("by the courier's news"),
            }
            for row in reversed(one.custody)
        ],
    }


def window(asked: Asked, first: datetime, last: datetime) -> str:
    """A time in which the courier comes."""
    return f"{moment(first, asked.lang, now=asked.at)}–{last.astimezone(CHINA_TIME):%H:%M}"


def listed(asked: Asked) -> dict[str, Any] | None:
    """All originals that are on their way, or went wrong and need somebody."""
    if not asked.works_with("pickup", "see"):
        return None
    found = on_their_way(asked.by, asked.at)
    if not found:
        return None
    return table(
        _("Originals on their way"), [_("Claim"), _("Member"), _("How far"), _("Window"), _("Steward")],
        [[cell(one.claim_no, url=reverse("office-case", args=[one.claim_no]) + "#originals"), cell(one.person),
          cell(chip=chip(asked.says(PICKUP_WORDS[one.state]), KINDS.get(one.state, "waits")),
               aside="" if one.direction is Direction.IN else _("back to the member")),
          cell(window(asked, one.window_from, one.window_to), kind="day"), cell(one.steward or "—")]
         for one in found],
    )  # fmt: skip


@page("POST")
def move(request: HttpRequest, asked: Asked, claim_no: str, word: str) -> HttpResponse:
    """The originals are here, or they are sent back."""
    if word == "cancel":
        return _cancelled(asked, claim_no)
    if word == "back":
        pickups.send_back(asked.by, claim_no, at=asked.at)
        return go("office-case", claim_no, said="originals_back", anchor="originals")
    trips = pickups_of(asked.by, claim_no, asked.at)
    if word != "here" or not trips:
        raise NotThere(kind="pickup", key=word[:20])
    trip = next((one for one in trips if one.direction is Direction.IN and one.state is not PickupState.REFUSED), None)
    if trip is None:
        raise NotThere(kind="pickup", key=claim_no)
    pickups.receive(asked.by, trip.pickup_id, at=asked.at)
    return go("office-case", claim_no, said="originals_here", anchor="originals")


def _cancelled(asked: Asked, claim_no: str) -> HttpResponse:
    """The courier need not come."""
    trips = pickups_of(asked.by, claim_no, asked.at)
    trip = next((one for one in trips if one.direction is Direction.IN and one.is_under_way), None)
    if trip is None:
        raise NotThere(kind="pickup", key=claim_no)
    pickups.cancel(asked.by, trip.pickup_id, at=asked.at)
    return go("office-case", claim_no, said="pickup_cancelled", anchor="originals")


@page("GET", "POST")
def book(request: HttpRequest, asked: Asked, claim_no: str) -> HttpResponse:
    """Book a pick-up at the member's door, for a member who asked for it: papers, time, address."""
    permit(asked.by, "pickup", "book")
    file = one_claim(asked.by, claim_no, asked.at, purpose="service")
    there = {one.kind for one in file.papers}
    codes = tuple(code for code in ORIGINALS if code in there) or USUAL_ORIGINALS
    last = next((one for one in pickups_of(asked.by, claim_no, asked.at) if one.direction is Direction.IN), None)
    times = [(iso(start), window(asked, start, end)) for start, end in pickup_windows(asked.at)]
    form = Form(
        [
            Box("window", _("When the courier comes"), "choice", options=times),
            Box("address", _("Address"), "area", most=pickups.MOST_ADDRESS, rows=2, focus=True,
                start=last.address if last else "", hint=_("As the member tells it; it is kept sealed.")),
            Box("contact", _("Name at the door"), most=pickups.MOST_NAME,
                start=last.contact if last else file.person.full_name),
            Box("phone", _("Telephone"), "tel", most=20, start=last.phone if last else ""),
            *(Box(f"paper_{code}", asked.says((NAMES[code].zh, NAMES[code].en)) if code in NAMES else code, "check",
                  must=False, start=code in there or code == "invoice") for code in codes),
        ],
        request.POST if request.method == "POST" else None,
    )  # fmt: skip
    if form.is_right:
        try:
            pickups.book(
                asked.by, claim_no, at=asked.at, contact=form["contact"], phone=form["phone"],
                address=form["address"], window_from=datetime.fromisoformat(form["window"]),
                papers=[code for code in codes if form[f"paper_{code}"]],
            )  # fmt: skip
        except Fault as fault:
            form.refuse(fault, asked.lang, _PLACES.get(fault.code, "").format(first=codes[0]))
        else:
            return go("office-case", claim_no, said="pickup_booked", anchor="originals")
    return show(
        request, asked, "office/form.html", "queue", _("Pick-up of originals: %(no)s") % {"no": claim_no},
        status=form.status, form=form, yes=_("Book the pick-up"),
        says=_("The courier comes free of charge; the member is told the time once the courier confirms."),
        back_url=reverse("office-case", args=[claim_no]) + "#originals",
    )  # fmt: skip


_PLACES = {"PICKUP_ADDRESS": "address", "WINDOW_GONE": "window", "NOTHING_TO_FETCH": "paper_{first}"}
