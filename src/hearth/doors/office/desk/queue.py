"""The queue: what breaks first stands first, a page at a time; the states with their counts; flags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.doors.office.desk.asking import Asked, go, page, show, typed, whole
from hearth.doors.office.desk.pieces import clock, money, pager, state_chip
from hearth.doors.office.desk.register import product_name
from hearth.doors.office.desk.words import FOR_PERSON, WAITING_FOR_MEMBER
from hearth.doors.office.explore import offer
from hearth.store.access import Who
from hearth.store.access import claims as reads
from hearth.store.access.people import branches
from hearth.store.access.thread import unread_of
from hearth.words.claims import STATE_WORDS, ClaimState

MARKS = ("mine", "unassigned", "late", "disputed")
"""Filters that are on or off."""


@page()
def queue(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The claims somebody works on."""
    if not asked.may_queue:
        return _elsewhere(asked)
    chosen = {name: typed(request, name) for name in ("state", "product", "branch", "flag", *MARKS)}
    states = {state.value: state for state in reads.QUEUED}
    products = offer.products()[0]
    state = states.get(chosen["state"])
    filters = reads.Filters(
        states=(state,) if state else (),
        mine=chosen["mine"] == "1",
        unassigned=chosen["unassigned"] == "1",
        late=chosen["late"] == "1",
        disputed=chosen["disputed"] == "1",
        for_person=chosen["flag"] if chosen["flag"] in FOR_PERSON else "",
        product=chosen["product"] if chosen["product"] in products else "",
    )
    places = branches()
    branch = next((one for one in places if one.code == chosen["branch"]), None)
    by = asked.by if branch is None else _at_branch(asked.by, branch.branch_id)
    found = reads.queue(by, asked.at, filters, after=_after(request))
    counts = reads.counts(by, asked.at, replace(filters, states=()))
    new = unread_of(asked.by, [one.claim_id for one in found.rows]) if asked.works_with("claim", "message") else {}
    kept = {name: value for name, value in chosen.items() if value}
    more = None
    if found.after is not None:
        due, pk = found.after
        more = "?" + urlencode({**kept, "due": due.isoformat() if due else "", "after": pk})
    return show(
        request, asked, "office/queue.html", "queue", _("Queue"),
        tabs=_tabs(asked, counts, state, kept), rows=[row(asked, one, new.get(one.claim_id, 0)) for one in found.rows],
        pager=pager(
            _("%(count)s shown, sorted by what breaks first") % {"count": len(found.rows)}, more,
            _without(kept, ()) if typed(request, "after") else None,
        )
        if found.rows else None,
        kept=chosen, is_filtered=bool(kept),
        products=[(code, product_name(code, asked.lang), code == filters.product) for code in products],
        branches=[(one.code, asked.says((one.name_zh, one.name_en)), one is branch) for one in places],
        flags=[(code, asked.says(words), code == filters.for_person) for code, words in FOR_PERSON.items()],
        marks=[{"name": name, "says": says, "on": bool(chosen[name]), "url": _without(kept, (name,)) if chosen[name]
                else "?" + urlencode({**kept, name: 1}), "key": key}
               for name, says, key in (("mine", _("Mine"), "m"), ("unassigned", _("With nobody"), "u"),
                                       ("late", _("Late"), "l"), ("disputed", _("Disputed"), "d"))],
    )  # fmt: skip


def _elsewhere(asked: Asked) -> HttpResponse:
    """The first page for those who work on no claims."""
    for is_open, name in (
        (asked.may_pay, "office-payrun"),
        (asked.may_audit, "office-audit"),
        (asked.may_sample, "office-sampling"),
        (asked.may("measure", "propose"), "office-measures"),
    ):
        if is_open:
            return go(name)
    return go("office-people")


def _at_branch(by: Who, branch_id: int) -> Who:
    """Somebody with what they may do narrowed to one branch."""
    return replace(
        by,
        grants=tuple(replace(each, branch_id=branch_id) for each in by.grants if each.branch_id in (None, branch_id)),
    )


def _after(request: HttpRequest) -> reads.Key | None:
    pk = whole(typed(request, "after"))
    if pk is None:
        return None
    try:
        due = datetime.fromisoformat(typed(request, "due")) if typed(request, "due") else None
    except ValueError:
        return None
    return None if due is not None and due.tzinfo is None else (due, pk)


def _without(kept: Mapping[str, str], names: tuple[str, ...]) -> str:
    return "?" + urlencode({name: value for name, value in kept.items() if name not in names})


def _tabs(asked: Asked, counts: Mapping[ClaimState, int], state: ClaimState | None, kept: Mapping[str, str]) -> Any:
    rest = {name: value for name, value in kept.items() if name != "state"}
    tabs = [{"name": _("All"), "url": f"?{urlencode(rest)}", "current": state is None}]
    for each, count in counts.items():
        if count or each is state:
            tabs.append(
                {
                    "name": asked.says(STATE_WORDS[each]),
                    "url": f"?{urlencode({**rest, 'state': each.value})}",
                    "current": each is state,
                    "count": counted(count),
                }
            )
    return tabs


def counted(count: int) -> str:
    """A count that stops at its limit."""
    return f"{reads.COUNTED:,}+" if count > reads.COUNTED else f"{count:,}"


def row(asked: Asked, one: reads.ClaimRow, unread: int = 0) -> dict[str, Any]:
    """A claim as a row of the queue; `unread`: lines of the member that the reader has not seen."""
    waits = one.state in WAITING_FOR_MEMBER
    return {
        "id": one.claim_id,
        "url": reverse("office-case", args=[one.claim_no]),
        "claim_no": one.claim_no,
        "clock": clock(one.due_at, asked.at, asked.lang, who=_("waiting for the customer") if waits else ""),
        "who": one.person_name,
        "who_says": "" if one.reporter_id == one.person_id else _("reported by somebody else"),
        "product": _products(asked, one),
        "amount": money(one.claimed_fen),
        "state": state_chip(one.state, asked.lang),
        "flags": [*_new(unread), *flags(asked, one)],
        "owner": one.assessor_name or one.steward_name,
    }


def _new(unread: int) -> list[dict[str, str]]:
    if not unread:
        return []
    says = ngettext("%(count)s new line", "%(count)s new lines", unread) % {"count": unread}
    return [{"says": says, "kind": "look"}]


def _products(asked: Asked, one: reads.ClaimRow) -> str:
    """The first policy's product, and how many more there are."""
    names = [product_name(each.product, asked.lang) for each in one.policies]
    if len(names) < 2:
        return "".join(names)
    return _("%(product)s and %(count)s more") % {"product": names[0], "count": len(names) - 1}


def flags(asked: Asked, one: reads.ClaimRow) -> list[dict[str, str]]:
    """What of a claim is out of the ordinary."""
    told = []
    if one.is_disputed:
        told.append({"says": _("disputed"), "kind": "look"})
    if one.is_investigated:
        told.append({"says": _("under investigation"), "kind": "look"})
    if one.for_person:
        told.append({"says": asked.says(FOR_PERSON.get(one.for_person, (one.for_person,) * 2)), "kind": "note"})
    if one.is_prepaid:
        told.append({"says": _("paid in part already"), "kind": "note"})
    return told
