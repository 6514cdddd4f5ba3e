"""Orders of cases: what disputes and complaints ask for, by the time left; and who has the orders of one case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.doors.office.desk.asking import Asked, page, show
from hearth.doors.office.desk.disputes.listing import parts
from hearth.doors.office.desk.orders import pill_of, tabs
from hearth.doors.office.desk.pieces import cell, chip, clock, table
from hearth.store.access import NotAllowed
from hearth.store.access import case_orders as reads
from hearth.store.access.orders import orders_of
from hearth.words.claims import ROLE_WORDS, Role
from hearth.words.limits import limit_name
from hearth.words.promises import CHASER_WORDS, Chaser


@page()
def case_orders(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Open orders of disputes and complaints, those whose limit breaks first on top."""
    if not (asked.may_dispute or asked.may_complain):
        raise NotAllowed
    found = reads.case_orders(asked.by, asked.at)
    columns = [_("What is in danger"), _("Time left"), _("Case"), _("Stage"), _("With whom")]
    cells = [
        [
            cell(asked.says(CHASER_WORDS[one.chaser]), url=_url(one), aside=limit_name(one.limit, asked.lang)),
            cell(_pill(asked, one)["left"]),
            cell(one.case_no, aside=" · ".join(part for part in (one.person, one.claim_no) if part)),
            cell(chip=chip(_("stage %(level)s") % {"level": one.level}, "waits" if one.level > 1 else "plain")),
            cell(one.holder or _("nobody yet"), aside=asked.says(ROLE_WORDS[one.role])),
        ]
        for one in found
    ]
    return show(
        request, asked, "office/case_orders.html", "orders" if asked.may_order else "disputes",
        _("Orders of disputes and complaints"),
        tabs=tabs(asked, "cases") if asked.may_order else parts(asked, "orders"),
        table=table(_("Orders of disputes and complaints"), columns, cells, rows_move=True) if cells else None,
    )  # fmt: skip


def on_case(asked: Asked, claim_no: str, *, is_disputed: bool) -> list[dict[str, Any]]:
    """The open orders of a claim and of its disputes: what is in danger, who has it, until when."""
    of_claim = [
        _line(asked, one.chaser, one.limit, one.role, one.holder, pill_of(asked, one),
              reverse("office-order", args=[one.order_id]))
        for one in orders_of(asked.by, claim_no, asked.at)
    ]  # fmt: skip
    of_disputes = reads.orders_of_disputes_about(asked.by, claim_no, asked.at) if is_disputed else ()
    return [*of_claim, *lines(asked, of_disputes)]


def on_dispute(asked: Asked, dispute_no: str) -> list[dict[str, Any]]:
    """The open order of a dispute."""
    return lines(asked, reads.orders_of_dispute(asked.by, dispute_no, asked.at), is_linked=False)


def on_complaint(asked: Asked, complaint_no: str) -> list[dict[str, Any]]:
    """The open order of a complaint."""
    return lines(asked, reads.orders_of_complaint(asked.by, complaint_no, asked.at), is_linked=False)


def lines(asked: Asked, found: Iterable[reads.CaseOrderRow], *, is_linked: bool = True) -> list[dict[str, Any]]:
    """Orders of cases as office/orders_of.html lists them."""
    return [
        _line(asked, one.chaser, one.limit, one.role, one.holder, _pill(asked, one), _url(one) if is_linked else "")
        for one in found
    ]


def _line(
    asked: Asked, chaser: Chaser, limit: str, role: Role, holder: str, pill: dict[str, Any], url: str
) -> dict[str, Any]:
    return {
        "name": asked.says(CHASER_WORDS[chaser]), "limit": limit_name(limit, asked.lang), "clock": pill, "url": url,
        "who": holder or _("nobody yet"), "role": asked.says(ROLE_WORDS[role]),
    }  # fmt: skip


def _pill(asked: Asked, one: reads.CaseOrderRow) -> dict[str, Any]:
    pill: dict[str, Any] = clock(one.due_at, asked.at, asked.lang, basis=limit_name(one.limit, asked.lang))
    return pill


def _url(one: reads.CaseOrderRow) -> str:
    return reverse("office-dispute" if one.chaser is Chaser.DISPUTE else "office-complaint", args=[one.case_no])
