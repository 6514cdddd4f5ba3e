"""Originals: a pick-up at the reader's door, booked and followed: where they are, who holds them, what happens now."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.service import pickups
from hearth.doors.member import papers
from hearth.doors.member.boxes import box, card, cards, choice, problems_of
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.saying import day, iso, moment
from hearth.kernel.promises.fetching import pickup_windows
from hearth.store.access import NotThere
from hearth.store.access.claims_case import CaseFile, one_claim
from hearth.store.access.pickups import PickupRow, pickups_of
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
    Holder,
    PickupState,
)

KINDS = {PickupState.ARRIVED: "done", PickupState.LOST: "ink", PickupState.REFUSED: "ink", PickupState.CANCELLED: "ink"}
WEEKDAYS = (
    ("周一", "Mon"), ("周二", "Tue"), ("周三", "Wed"), ("周四", "Thu"), ("周五", "Fri"), ("周六", "Sat"),
    ("周日", "Sun"),
)  # fmt: skip


@page
def originals(ask: Ask, claim_no: str) -> HttpResponse:
    """Where the originals of a claim are; a pick-up is booked where none is under way."""
    held = one_claim(ask.by, claim_no, ask.at, purpose="claim")
    trips = pickups_of(ask.by, claim_no, ask.at)
    wanted = _wanted(held)
    error: Fault | None = None
    if ask.is_post:
        codes = [code for code in ask.chosen("papers") if code in wanted]
        try:
            pickups.book(
                ask.by, claim_no, at=ask.at, contact=ask.typed("contact", 41), phone=ask.typed("phone", 32),
                address=ask.typed("address", 201), window_from=_moment(ask.typed("window", 40)) or ask.at, papers=codes,
            )  # fmt: skip
            return go("member-originals", claim_no=claim_no, told="pickup")
        except Fault as fault:
            trips = pickups_of(ask.by, claim_no, ask.at)
            # Pressed twice: it is booked, as it was asked for.
            if fault.code == "PICKUP_UNDER_WAY" and any(_is_what_was_typed(ask, one, codes) for one in trips):
                return go("member-originals", claim_no=claim_no, told="pickup")
            error = fault
    fields = _fields(ask, trips, error) if may_book(held, trips) else []
    chosen = ask.chosen("papers") if ask.is_post else ["invoice"] if wanted == USUAL_ORIGINALS else list(wanted)
    if error is not None and error.code not in _WHERE:
        ask.wrong(error)
    which = cards(
        "papers",
        _("Which originals"),
        [card(code, papers.name_of(code, ask.lang), chosen=code in chosen) for code in wanted],
        many=True,
        error=error.sentence(ask.lang) if error is not None and _WHERE.get(error.code) == "papers" else "",
    )
    return shown(
        ask,
        "originals",
        title=_("Originals"),
        section="claims",
        back_url=reverse("member-claim", kwargs={"claim_no": claim_no}),
        about=claim_no,
        trips=[trip_shown(ask, one) for one in trips],
        fields=fields,
        # Who has nothing to do now is not asked for it by the page's one button.
        is_due=not trips or trips[0].state in (PickupState.REFUSED, PickupState.CANCELLED) or error is not None,
        which=which,
        problems=problems_of([*fields, which]),
        closed="" if fields or any(one.is_under_way for one in trips) else _closed(held),
        status=422 if error is not None else 200,
    )


@page
def cancel(ask: Ask, claim_no: str, pickup_id: int) -> HttpResponse:
    """The courier need not come."""
    if pickup_id not in {one.pickup_id for one in pickups_of(ask.by, claim_no, ask.at)}:
        raise NotThere(kind="pickup", key=pickup_id)
    told = ""
    if ask.is_post:
        try:
            pickups.cancel(ask.by, pickup_id, at=ask.at)
            told = "pickup-cancelled"
        except Fault as fault:
            if fault.code != "PICKUP_TOO_LATE":
                raise
            told = "pickup-late"
    return go("member-originals", claim_no=claim_no, told=told)


def on_claim(ask: Ask, held: CaseFile) -> dict[str, Any] | None:
    """What the page of a claim says of its originals: where the newest trip stands, or that one can be booked."""
    trips = pickups_of(ask.by, held.row.claim_no, ask.at)
    if not trips and not may_book(held, trips):
        return None
    return {"trip": trip_shown(ask, trips[0]) if trips else None}


def may_book(held: CaseFile, trips: tuple[PickupRow, ...]) -> bool:
    """Whether a pick-up can be booked now."""
    open_ = held.row.state not in OVER and held.row.state != ClaimState.DRAFT
    return open_ and pickups.is_offered() and not any(one.is_under_way for one in trips)


def trip_shown(ask: Ask, one: PickupRow) -> dict[str, Any]:
    """A trip as member/originals.html draws it."""
    at = 0 if ask.lang == "zh" else 1
    names = ("、" if ask.lang == "zh" else ", ").join(papers.name_of(code, ask.lang) for code in one.papers)
    facts = [(_("Papers"), names)]
    if one.direction is Direction.IN:
        facts.append((_("The courier comes"), window(one.window_from, one.window_to, ask.lang)))
    facts += [(_("Address"), f"{one.address} · {one.contact} {one.phone}")]
    if one.courier_ref:
        facts.append((_("Number of the parcel"), one.courier_ref))
    return {
        "id": one.pickup_id,
        "name": _("To us") if one.direction is Direction.IN else _("Back to you"),
        "state": {"says": PICKUP_WORDS[one.state][at], "kind": KINDS.get(one.state, "waits")},
        "now": _now(one),
        "facts": facts,
        "custody": [
            {
                "at": moment(row.at, ask.lang),
                "at_iso": iso(row.at),
                "says": _("With you") if row.holder is Holder.MEMBER else HOLDER_WORDS[row.holder][at],
                "who": "",
            }
            for row in reversed(one.custody)
        ],
        "may_cancel": one.direction is Direction.IN and one.state in (PickupState.BOOKED, PickupState.TAKEN),
    }


def window(first: datetime, last: datetime, lang: str) -> str:
    """A time in which the courier comes, with its day."""
    start, end = first.astimezone(CHINA_TIME), last.astimezone(CHINA_TIME)
    weekday = WEEKDAYS[start.weekday()][0 if lang == "zh" else 1]
    return f"{day(start.date(), lang)} {weekday} {start:%H:%M}–{end:%H:%M}"


def _now(one: PickupRow) -> str:
    """What happens now, and what the reader has to do: often nothing."""
    state, is_in = one.state, one.direction is Direction.IN
    if state is PickupState.BOOKED:
        return (
            _("We asked the courier and tell you as soon as they confirm. Keep the originals until then.")
            if is_in
            else _("We asked the courier to bring them back to you; there is nothing you need to do.")
        )
    if state is PickupState.TAKEN:
        return (
            _("Put the originals together and hand them over at the door. We pay for it.")
            if is_in
            else _("The courier fetches them from us and brings them to you; there is nothing you need to do.")
        )
    if state is PickupState.COLLECTED:
        return _("The courier has them. We tell you when they arrive; there is nothing you need to do.")
    if state is PickupState.ARRIVED:
        return (
            _("They are with us and kept safe. We send them back to you free of charge.")
            if is_in
            else _("They are with you again. If something is missing, write to your steward.")
        )
    if state is PickupState.LOST:
        return _(
            "We are sorry: the courier lost them. It is no fault of yours, and nothing is refused because of it. The "
            "courier searches; your claim goes on with the pictures you gave us. If a paper has to be issued again, "
            "your steward does it with you and we pay for it. There is nothing you need to do now."
        )
    if state is PickupState.REFUSED:
        return (
            _("The courier cannot come at that time or place. You still have the originals: choose another time below.")
            if is_in
            else _("The courier could not take them. They are safe with us; your steward arranges another way.")
        )
    return _("Cancelled; the courier does not come. You still have the originals.")


_WHERE = {"PICKUP_ADDRESS": "address", "WINDOW_GONE": "window", "NOTHING_TO_FETCH": "papers"}


def _fields(ask: Ask, trips: tuple[PickupRow, ...], error: Fault | None) -> list[dict[str, Any]]:
    last = trips[0] if trips else None
    me = ask.me

    def value(name: str, otherwise: str) -> str:
        return ask.typed(name, 201) if ask.is_post else otherwise

    def wrong(name: str) -> str:
        return error.sentence(ask.lang) if error is not None and _WHERE.get(error.code) == name else ""

    times = [(iso(start), window(start, end, ask.lang)) for start, end in pickup_windows(ask.at)]
    return [
        choice("window", _("When the courier comes"), times, value("window", ""), must=True, error=wrong("window")),
        box(
            "address", _("Address"), value("address", last.address if last else ""), "area", rows=2, maxlength=200,
            must=True, autocomplete="street-address", error=wrong("address"),
        ),
        box(
            "contact", _("Name at the door"), value("contact", last.contact if last else me.full_name if me else ""),
            maxlength=40, must=True, autocomplete="name",
        ),
        box(
            "phone", _("Telephone"), value("phone", last.phone if last else me.phone if me else ""), "tel",
            maxlength=20, must=True, autocomplete="tel",
        ),
    ]  # fmt: skip


def _is_what_was_typed(ask: Ask, one: PickupRow, codes: list[str]) -> bool:
    """Whether a trip under way is the one that is asked for, as the desk keeps what is typed."""
    phone = re.sub(r"[\s-]", "", ask.typed("phone", 32))
    return (
        one.is_under_way
        and one.direction is Direction.IN
        and one.window_from == _moment(ask.typed("window", 40))
        and (one.contact, one.phone) == (ask.typed("contact", 41).strip(), phone)
        and one.address == " ".join(ask.typed("address", 201).split())
        and set(one.papers) == set(codes)
    )


def _wanted(held: CaseFile) -> tuple[str, ...]:
    """The papers that can be chosen: those of which the claim has a picture, else all that have originals."""
    there = {one.kind for one in held.papers}
    return tuple(code for code in ORIGINALS if code in there) or USUAL_ORIGINALS


def _closed(held: CaseFile) -> str:
    if held.row.state in OVER:
        return _("This claim is at its end; no originals are needed any more.")
    if not pickups.is_offered():
        return _("No courier can be booked here at present. Ask your steward how to send originals.")
    return _("Report the claim first; you can book a pick-up then.")


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
