"""Listing: open disputes by the time that is left, and what disputes came to: helped, changed, overturned, days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.doors.office.desk.asking import Asked, page, show, typed
from hearth.doors.office.desk.pieces import amount, cell, clock, day, money, table
from hearth.store.access import disputes as reads
from hearth.words.calendar import day_in_china
from hearth.words.disputes import DISPUTE_REASONS, DISPUTE_STATES, OPEN_DISPUTES, TIERS, DisputeState

D = DisputeState
FIGURES_OF = timedelta(days=365)


def parts(asked: Asked, current: str) -> list[dict[str, Any]]:
    """The pages of this desk."""
    found = [
        ("disputes", _("Disputes"), "office-disputes", asked.may_dispute),
        ("complaints", _("Complaints"), "office-complaints", asked.may_complain),
        ("orders", _("Orders"), "office-case-orders", asked.may_dispute or asked.may_complain),
    ]
    return [{"name": name, "url": reverse(to), "current": key == current} for key, name, to, may in found if may]


@page()
def disputes(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Open disputes, those whose limit ends first at the top; or those of one state."""
    state, is_mine = typed(request, "state"), typed(request, "mine") == "1"
    chosen = state if state in list(D) else ""
    may_see = asked.works_with("dispute", "see")
    rows = reads.dispute_queue(asked.by, asked.at, state=chosen, mine=is_mine) if may_see else ()
    here = reverse("office-disputes")
    tabs = [
        {"name": _("Not ended"), "url": here, "current": not chosen and not is_mine},
        {"name": _("Mine"), "url": f"{here}?mine=1", "current": is_mine},
        *(
            {"name": asked.says(DISPUTE_STATES[one]), "url": f"{here}?state={one.value}", "current": chosen == one}
            for one in (*OPEN_DISPUTES, D.CHANGED, D.UPHELD, D.SOLVED)
        ),
    ]
    cells = [
        [
            cell(one.dispute_no, url=reverse("office-dispute", args=[one.dispute_no]), aside=one.person),
            cell(asked.says(DISPUTE_STATES[one.state]), aside=_("tier %(number)s") % {"number": one.tier}),
            cell(asked.says(DISPUTE_REASONS[one.reason]), aside=one.claim_no),
            cell(one.reviewer or one.holder or _("nobody yet"),
                 aside=_("answered; the member is waited for") if one.is_open and one.answered_at else ""),
            cell(day(day_in_china(one.opened_at), asked.lang)),
            amount(one.changed_fen) if one.state is D.CHANGED
            else cell(clock(one.due_at, asked.at, asked.lang)["left"] if one.is_open and one.due_at else ""),
        ]
        for one in rows
    ]  # fmt: skip
    last = (_("Changed by"), "money") if chosen == D.CHANGED else _("Time left")
    columns = [_("Dispute"), _("Where it stands"), _("Reason"), _("With"), _("Opened on"), last]
    counted = asked.works_with("dispute", "count")
    found = reads.dispute_figures(asked.by, asked.at, asked.at - FIGURES_OF) if counted else None
    listed = table(_("Disputes"), columns, cells, rows_move=True) if cells else None
    return show(
        request, asked, "office/disputes.html", "disputes", _("Disputes"), tabs=tabs if may_see else [], table=listed,
        parts=parts(asked, "disputes"), figures=_figures(found) if found else [],
        reasons=_reasons(asked, found) if found else None, tiers=_tiers(asked, found) if found else [],
    )  # fmt: skip


def _tiers(asked: Asked, found: reads.DisputeFigures) -> list[tuple[str, str]]:
    return [(asked.says((TIERS[tier].zh, TIERS[tier].en)), str(count)) for tier, count in found.by_tier]


def _figures(found: reads.DisputeFigures) -> list[tuple[str, str]]:
    overturned = found.overturn_bp
    return [
        (_("Opened in the last 365 days"), str(found.opened)),
        (_("Open now"), str(found.open)),
        (_("Of these past a limit"), str(found.late)),
        (_("Explained and settled"), str(found.solved)),
        (_("Decision changed"), str(found.changed)),
        (_("Decision stayed"), str(found.upheld)),
        (_("Members helped to more"), str(found.helped)),
        (_("Paid on top, in yuan"), money(found.changed_fen)),
        (_("Overturned of those judged"), "–" if overturned is None else f"{overturned / 100:.1f} %"),
        (_("Days to the end, middle value"), "–" if found.median_days is None else f"{found.median_days:.1f}"),
    ]


def _reasons(asked: Asked, found: reads.DisputeFigures) -> Any:
    cells = [
        [
            cell(asked.says(DISPUTE_REASONS[reason])),
            cell(count, kind="whole", of=_("Ended")),
            cell(changed, kind="whole", of=_("Changed")),
        ]
        for reason, count, changed in found.by_reason
    ]
    return (
        table(_("By reason"), [_("Reason"), (_("Ended"), "whole"), (_("Changed"), "whole")], cells, show_caption=True)
        if cells
        else None
    )
