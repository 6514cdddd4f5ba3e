"""Orders: work orders by the time that is left; one of them taken, noted, handed up, and closed with a cause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import promises as desk
from hearth.doors.office.desk.asking import Asked, go, page, show, typed, whole
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import cell, chip, clock, iso, moment, money, pager, table
from hearth.doors.office.desk.register import product_name
from hearth.kernel.promises.guidance import Lacking, still_lacking
from hearth.store.access import orders as reads
from hearth.words.claims import ROLE_WORDS, STATE_WORDS
from hearth.words.faults import Fault
from hearth.words.limits import limit_name
from hearth.words.promises import (
    CHASER_WORDS,
    LATE_CAUSE_WORDS,
    ORDER_STEP_WORDS,
    WHAT_TO_DO,
    Chaser,
    OrderState,
    OrderStep,
)

VIEWS = ("all", "mine", "ungiven", "late")
WORDS = ("take", "note", "escalate", "close")
"""What can be done with an order."""


@page()
def orders(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Open orders, those whose promise breaks first on top."""
    view = typed(request, "view") if typed(request, "view") in VIEWS else "all"
    chaser = next((each for each in Chaser if each.value == typed(request, "chaser")), None)
    found = reads.orders(
        asked.by, asked.at, chaser=chaser, mine=view == "mine", ungiven=view == "ungiven", late=view == "late",
        after=_after(request),
    )  # fmt: skip
    counts = reads.counts(asked.by, asked.at, mine=view == "mine", ungiven=view == "ungiven")
    kept = {name: value for name, value in (("view", view), ("chaser", chaser.value if chaser else "")) if value}
    more = None
    if found.after is not None:
        due, pk = found.after
        more = "?" + urlencode({**kept, "due": due.isoformat() if due else "", "after": pk})
    return show(
        request, asked, "office/orders.html", "orders", _("Work orders"),
        tabs=tabs(asked, view),
        chasers=[
            {"name": asked.says(CHASER_WORDS[each]), "count": count, "on": each is chaser,
             "url": "?" + urlencode({"view": view} if each is chaser else {"view": view, "chaser": each.value})}
            for each, count in counts.items()
        ],
        table=_table(asked, found.rows) if found.rows else None,
        pager=pager(
            _("%(count)s shown, sorted by what breaks first") % {"count": len(found.rows)}, more,
            "?" + urlencode(kept) if typed(request, "after") else None,
        ),
        is_all=view == "all" and chaser is None,
    )  # fmt: skip


def tabs(asked: Asked, current: str) -> list[dict[str, Any]]:
    """The views of the orders, and the board of promises."""
    here = reverse("office-orders")
    names = {"all": _("All"), "mine": _("Mine"), "ungiven": _("With nobody"), "late": _("Broken")}
    shown = [
        {"name": names[view], "url": f"{here}?view={view}", "current": view == current}
        for view in VIEWS
        if view != "mine" or asked.works_with("order", "take")
    ]
    if asked.may_dispute or asked.may_complain:
        cases = {"name": _("Disputes and complaints"), "url": reverse("office-case-orders")}
        shown.append({**cases, "current": current == "cases"})
    if asked.works_with("absence", "see"):
        shown.append({"name": _("On shift"), "url": reverse("office-roster"), "current": current == "roster"})
    board = {"name": _("Promises"), "url": reverse("office-promises"), "current": current == "promises"}
    return [*shown, board]


def _table(asked: Asked, found: tuple[reads.OrderRow, ...]) -> dict[str, Any]:
    columns = [_("What is in danger"), _("Time left"), _("Claim"), _("Product"), _("Stage"), _("With whom")]
    return table(
        _("Work orders"), columns,
        [
            [
                cell(asked.says(CHASER_WORDS[one.chaser]), url=reverse("office-order", args=[one.order_id]),
                     aside=limit_name(one.limit, asked.lang)),
                cell(pill_of(asked, one)["left"]),
                cell(one.claim_no, aside=f"{one.person_name} · {asked.says(STATE_WORDS[one.claim_state])}"),
                cell(product_name(one.product, asked.lang) if one.product else ""),
                cell(chip=chip(_("stage %(level)s") % {"level": one.level}, "waits" if one.level > 1 else "plain")),
                cell(one.holder or _("nobody yet"),
                     aside=asked.says(ROLE_WORDS[one.role]) + (" · " + _("taken") if one.taken_at else "")),
            ]
            for one in found
        ],
        rows_move=True,
    )  # fmt: skip


def pill_of(asked: Asked, one: reads.OrderRow) -> dict[str, Any]:
    """The clock of an order's limit (pieces/clock.html)."""
    state = {"met": "met", "paused": "paused"}.get(one.clock, "")
    pill: dict[str, Any] = clock(one.due_at, asked.at, asked.lang, basis=limit_name(one.limit, asked.lang), state=state)
    return pill


def _after(request: HttpRequest) -> reads.Key | None:
    pk = whole(typed(request, "after"))
    if pk is None:
        return None
    try:
        due = datetime.fromisoformat(typed(request, "due")) if typed(request, "due") else None
    except ValueError:
        return None
    return None if due is not None and due.tzinfo is None else (due, pk)


@page()
def order(request: HttpRequest, asked: Asked, order_id: int) -> HttpResponse:
    """One order: what is to be done, what happened, and what can be done with it."""
    return _shown(request, asked, reads.order(asked.by, order_id, asked.at))


@page("POST")
def act(request: HttpRequest, asked: Asked, order_id: int, word: str) -> HttpResponse:
    """Take an order, note something, hand it up, or close it; what was typed stays where something is wrong."""
    held = reads.order(asked.by, order_id, asked.at)
    if word == "take":
        desk.take(asked.by, order_id, at=asked.at)
        return go("office-order", order_id, said="order_taken")
    form = _form(asked, word, request.POST) if word in WORDS else None
    if form is None:
        return go("office-order", order_id)
    if form.is_right:
        try:
            if word == "note":
                desk.note(asked.by, order_id, form["note"], at=asked.at)
                return go("office-order", order_id, said="noted")
            if word == "escalate":
                desk.escalate(asked.by, order_id, form["why"], at=asked.at)
                return go("office-order", order_id, said="order_up")
            desk.close(asked.by, order_id, at=asked.at, cause=form["cause"], message=form["message"])
            return go("office-orders", said="order_closed", view="mine")
        except Fault as fault:
            form.refuse(fault, asked.lang)
    return _shown(request, asked, held, {word: form})


def _form(asked: Asked, word: str, posted: Mapping[str, str] | None = None) -> Form:
    boxes = {
        "note": [Box("note", _("What you found out"), "area", most=2_000, hint=_("The customer does not see it."))],
        "escalate": [Box("why", _("Why somebody above has to look"), "area", most=2_000, rows=2)],
        "close": [
            Box("cause", _("Why it took so long"), "choice",
                options=[("", _("Please choose")),
                         *((each.value, asked.says(words)) for each, words in LATE_CAUSE_WORDS.items())]),
            Box("message", _("What the customer is told"), "area", most=2_000, rows=4,
                hint=_("It stands in the claim's messages, and the customer is told that it is there.")),
        ],
    }[word]  # fmt: skip
    return Form(boxes, posted)


def _shown(
    request: HttpRequest, asked: Asked, held: reads.OrderFile, forms: Mapping[str, Form] | None = None
) -> HttpResponse:
    row = held.row
    typed_in = forms or {}
    sent = next(iter(typed_in.values()), None)
    lacking = still_lacking(held.asked_for, held.at_hand) if row.chaser is Chaser.SUPPLEMENT else ()
    is_mine = row.holder_id == asked.by.person_id
    return show(
        request, asked, "office/order.html", "orders",
        _("%(what)s, claim %(no)s") % {"what": asked.says(CHASER_WORDS[row.chaser]), "no": row.claim_no},
        status=sent.status if sent is not None else 200,
        row=row, pill=pill_of(asked, row), what_to_do=asked.says(WHAT_TO_DO[row.chaser]),
        lacking=[_lacking(asked, one) for one in lacking],
        facts=[
            (_("Limit"), limit_name(row.limit, asked.lang)),
            (_("Member"), row.person_name),
            (_("Product"), product_name(row.product, asked.lang) if row.product else "—"),
            (_("The claim stands at"), asked.says(STATE_WORDS[row.claim_state])),
            (_("Stage"), str(row.level)),
            (_("Waits for"), asked.says(ROLE_WORDS[row.role])),
            (_("With whom"), (row.holder or _("nobody yet")) + (" · " + _("taken") if row.taken_at else "")),
        ],
        is_open=row.state is OrderState.OPEN,
        is_settled=row.state is OrderState.SETTLED,
        may_see_claim=asked.may("claim", "see"),
        may_work=held.may_work,
        may_take=held.may_work and not (is_mine and row.taken_at),
        others=row.holder if row.taken_at and not is_mine else "",
        forms={word: typed_in.get(word) or _form(asked, word) for word in ("note", "escalate", "close")}
        if held.may_work else {},
        sent=next(iter(typed_in), ""),
        ended=[
            (_("Why it took so long"), asked.says(LATE_CAUSE_WORDS[held.cause]) if held.cause else ""),
            (_("What the customer was told"), held.message),
            (_("Closed by"), f"{held.ended_by} · {moment(held.ended_at, asked.lang, now=asked.at)}"),
        ] if held.cause else [],
        events=[
            {"at": moment(one.at, asked.lang, now=asked.at), "at_iso": iso(one.at), "who": one.by,
             "says": _happened(asked, one)}
            for one in reversed(held.events)
        ],
    )  # fmt: skip


def _lacking(asked: Asked, one: Lacking) -> dict[str, str]:
    return {
        "name": asked.says((one.name_zh, one.name_en)),
        "why": asked.says((one.why_zh, one.why_en)),
        "worth": money(one.worth_fen) if one.worth_fen else "",
    }


def _happened(asked: Asked, one: reads.OrderHappened) -> str:
    said = asked.says(ORDER_STEP_WORDS[one.step])
    if one.step in (OrderStep.OPENED, OrderStep.GIVEN, OrderStep.ESCALATED):
        said += f" · {asked.says(ROLE_WORDS[one.role])}" + (f" · {one.holder}" if one.holder else "")
    return f"{said}: {one.text}" if one.text else said
