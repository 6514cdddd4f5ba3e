"""Finding: the search over names and numbers; one whole number that one thing has leads straight there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.doors.office.desk.asking import Asked, go, page, show, typed
from hearth.doors.office.desk.pieces import amount, cell, day, state_chip, table
from hearth.doors.office.desk.policies import policy_table
from hearth.store.access import search as reads
from hearth.words.calendar import day_in_china


@page()
def search(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What has this name or number, each kind apart."""
    text = typed(request, "q")
    hits = reads.search(asked.by, text, asked.at)
    if hits.exact is not None and (name := _PAGES.get(hits.exact[0])) and typed(request, "stay") != "1":
        return go(name, hits.exact[1] if hits.exact[0] != "person" else int(hits.exact[1]))
    people = [
        [
            cell(one.full_name, url=reverse("office-person", args=[one.person_id]), aside=one.username),
            cell(day(one.born_on, asked.lang), kind="day"),
            cell(one.phone),
            cell(one.branch),
        ]
        for one in hits.people
    ]
    columns = [_("Name"), _("Born"), _("Telephone"), _("Branch")]
    today = day_in_china(asked.at)
    found = [
        part
        for part in (
            _claims(asked, _("Claims"), hits.claims),
            table(_("People"), columns, people, show_caption=True, rows_move=True) if people else None,
            policy_table(asked, hits.policies, today, show_caption=True),
            _claims(asked, _("Claims of these people"), hits.claims_of_people),
        )
        if part is not None
    ]
    return show(
        request, asked, "office/search.html", "search", _("Search"), search_value=text, text=text, found=found,
        most=reads.MOST,
    )  # fmt: skip


_PAGES = {"claim": "office-case", "policy": "office-policy", "person": "office-person"}


def _claims(asked: Asked, caption: str, hits: tuple[reads.ClaimHit, ...]) -> dict[str, object] | None:
    rows = [
        [
            cell(one.claim_no, url=reverse("office-case", args=[one.claim_no]), aside=one.invoice),
            cell(one.full_name),
            cell(day(one.event_on, asked.lang), kind="day"),
            cell(chip=state_chip(one.state, asked.lang)),
            amount(one.claimed_fen),
        ]
        for one in hits
    ]
    columns = [_("Claim"), _("Insured"), _("Day"), _("State"), (_("Billed, yuan"), "money")]
    return table(caption, columns, rows, show_caption=True, rows_move=True) if rows else None
