"""Home: what waits for the reader, their claims on their way, their policies and family; and the list of all claims."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.doors.member import policies as policy_pages
from hearth.doors.member import way
from hearth.doors.member.advances.following import at_home
from hearth.doors.member.family import chip
from hearth.doors.member.page import Ask, number, page, shown
from hearth.doors.member.saying import day, mark, product, relation
from hearth.store.access import notices, people, thread
from hearth.store.access import policies as policy_reads
from hearth.store.access.claims import PAGE, ClaimRow, claims_of
from hearth.words.claims import ClaimState

S = ClaimState
PLAIN = "hearth_plain"
"""Who chose plain pages on this phone begins there."""
SHOWN = 5
"""Claims on the first page; all of them stand in the list."""


@page
def home(ask: Ask) -> HttpResponse:
    """What waits for the reader first, with one thing to do; then what is on its way."""
    if ask.request.COOKIES.get(PLAIN) == "1":
        return redirect("member-plain")
    rows = claims_of(ask.by, ask.at)
    waiting = sorted(
        ((next_, row) for row in rows if (next_ := way.next_of(row)) is not None), key=lambda one: one[0].urgency
    )
    first = waiting[0] if waiting else None
    advances = at_home(ask)
    asked = next(({**one["asks"], "about": _("Hospital paid in advance")} for one in advances if one["asks"]), None)
    open_ones = [row for row in rows if row.state not in (S.CLOSED, S.WITHDRAWN, S.PAID)]
    listed = sorted(open_ones, key=lambda row: (not way.is_yours(row), -row.claim_id)) or list(rows)
    held = policy_reads.policies_of(ask.by, ask.at)
    return shown(
        ask,
        "home",
        title=_("Hello, %(name)s") % {"name": ask.me.full_name if ask.me is not None else ""},
        section="home",
        # Treatment may wait for an advance: what it asks comes before all else.
        next=asked or (first and {"says": first[0].says, "url": first[0].url, "about": _about(ask, first[1])}),
        advances=[one["card"] for one in advances],
        unread=notices.unread(ask.by, ask.at),
        written=_written(ask),
        cards=[way.card(ask, row) for row in listed[:SHOWN]],
        more=len(rows) > SHOWN,
        policies=[
            {
                "url": reverse("member-policy", kwargs={"policy_no": row.policy_no}),
                "title": product(row.product, ask.lang),
                "says": policy_pages.names(row, ask),
                "chip": policy_pages.state(ask, row),
            }
            for row in held
            if row.covers_on(ask.today)
        ][:SHOWN],
        family=[
            {
                "name": row.full_name,
                "mark": mark(row.full_name),
                "says": relation(row.kind, ask.lang),
                "state": chip(ask, row),
            }
            for row in people.family(ask.by, ask.person_id, ask.at)
        ],
    )


def _written(ask: Ask) -> dict[str, Any] | None:
    """Lines that a steward wrote and the reader has not read, and where the newest stands."""
    claim_no, count = thread.unread_at_home(ask.by, ask.at)
    if not count:
        return None
    return {"count": count, "url": reverse("member-message", kwargs={"claim_no": claim_no}) + "#thread-end"}


def _about(ask: Ask, row: ClaimRow) -> str:
    whose = _("you") if row.person_id == ask.person_id else row.person_name
    parts = [_("Claim for %(name)s") % {"name": whose}]
    if row.event_on is not None:
        parts.append(day(row.event_on, ask.lang))
    return " · ".join(parts)


@page
def claims(ask: Ask) -> HttpResponse:
    """Every claim of the reader and of those they act for, newest first."""
    before = number(ask.request.GET.get("before", ""))
    rows = claims_of(ask.by, ask.at, before=before, limit=PAGE)
    pager: dict[str, Any] | None = None
    if before is not None or len(rows) == PAGE:
        here = reverse("member-claims")
        pager = {
            "says": "",
            "previous_url": here if before is not None else None,
            "next_url": f"{here}?before={rows[-1].claim_id}" if len(rows) == PAGE else None,
        }
    return shown(
        ask,
        "claims",
        title=_("Claims"),
        section="claims",
        cards=[way.card(ask, row) for row in rows],
        pager=pager,
    )
