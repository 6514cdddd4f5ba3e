"""Originals: where those of a claim are and who holds them, received and sent back; and all that are on their way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.service import pickups
from hearth.doors.office.desk.asking import Asked, go, page
from hearth.doors.office.desk.pieces import cell, chip, iso, moment, table
from hearth.kernel.documents.checklist import NAMES
from hearth.store.access import NotThere
from hearth.store.access.claims_case import CaseFile
from hearth.store.access.pickups import PickupRow, on_their_way, pickups_of
from hearth.words.calendar import CHINA_TIME
from hearth.words.service import HOLDER_WORDS, PICKUP_WORDS, Direction, PickupState

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
            "may_return": here and place == 0 and file.is_desk and asked.may("pickup", "send_back"),
        }
        for place, one in enumerate(trips)
    ]


def _trip(asked: Asked, one: PickupRow) -> dict[str, Any]:
    names = [asked.says((NAMES[code].zh, NAMES[code].en)) if code in NAMES else code for code in one.papers]
    return {
        "id": one.pickup_id,
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
