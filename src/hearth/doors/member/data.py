"""Data: a copy of all that is kept about the reader, and the request to have it erased."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.people.erasing import ask_erasure
from hearth.desks.people.exporting import export_data, readable
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.saying import day, moment
from hearth.store.access import people


@page
def data(ask: Ask) -> HttpResponse:
    """What one may ask about one's data, and what came of it."""
    asked = [
        {
            "at": moment(row.asked_at, ask.lang),
            "says": kind(row.kind),
            "who": outcome(row, ask.lang),
        }
        for row in people.data_requests(ask.by, ask.person_id, ask.at)
    ]
    return shown(ask, "data", title=_("Your data"), section="me", back_url=reverse("member-me"), asked=asked)


@page
def copy(ask: Ask) -> HttpResponse:
    """All that is kept about the reader, as a file: to read, or for another service."""
    if not ask.is_post:
        return go("member-data")
    exported = export_data(ask.by, ask.person_id, at=ask.at)
    if ask.typed("form") == "json":
        held, name, kind_ = json.dumps(exported, ensure_ascii=False, indent=1), "hearth-data.json", "application/json"
    else:
        held, name, kind_ = readable(exported, ask.lang), "hearth-data.md", "text/markdown; charset=utf-8"
    answer = HttpResponse(held.encode(), content_type=kind_)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def kind(code: str) -> str:
    """What was asked for."""
    return {"export": _("A copy of your data"), "erase": _("Erasure of your data")}.get(code, code)


def outcome(row: people.RequestRow, lang: str) -> str:
    """What came of it."""
    if row.state == "refused":
        return _("not possible yet: %(why)s") % {"why": because(row.outcome.get("because", []))}
    if row.state == "kept":
        return _("locked; kept by law until %(day)s, then erased") % {"day": day(row.kept_until, lang)}
    return {"done": _("done"), "open": _("being looked at")}.get(row.state, row.state)


def because(codes: list[str]) -> str:
    """Why data are still needed."""
    words = {
        "policy": _("policy %(key)s is in force"),
        "claim": _("claim %(key)s is open"),
        "payment": _("money of claim %(key)s is on its way"),
        "role": _("you work here (%(key)s)"),
    }
    said = [
        words[what] % {"key": key} for what, _colon, key in (code.partition(":") for code in codes) if what in words
    ]
    return "; ".join(said)


@page
def erase(ask: Ask) -> HttpResponse:
    """Ask once more, then ask for erasure."""
    if ask.is_post:
        came = ask_erasure(ask.by, ask.person_id, at=ask.at)
        if came.state == "refused":
            return go("member-data", told="erasure")
        return shown(
            ask,
            "gone",
            title=_("Your data"),
            says=_("Your data are erased.")
            if came.kept_until is None
            else _(
                "Your data are locked: nobody works with them any more. "
                "The law keeps them until %(day)s; then they are erased."
            )
            % {"day": day(came.kept_until, ask.lang)},
        )
    return shown(
        ask,
        "confirm",
        title=_("Have your data erased?"),
        section="me",
        back_url=reverse("member-data"),
        confirm={
            "id": "erase",
            "title": _("This cannot be taken back"),
            "says": _(
                "You will not be able to sign in any more. While a policy is in force or a claim is open, your data "
                "are still needed and stay. What the law wants kept (five or ten years after the contract) is locked "
                "until then."
            ),
            "url": ask.request.path,
            "yes": _("Erase my data"),
            "no": _("Leave them as they are"),
            "back_url": reverse("member-data"),
        },
    )
