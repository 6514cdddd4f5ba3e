"""Heirs: how what somebody left is divided: stated with its proof, confirmed by a colleague, ended with a reason."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import people as desk
from hearth.desks.people import Share
from hearth.doors.office.desk.asking import Asked, go, page, show
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import chip, moment
from hearth.store.access import NotThere, permit
from hearth.store.access import people as reads
from hearth.store.access.people import PersonCard
from hearth.store.access.successions import SuccessionRow, heirs_of, successions_of
from hearth.words.faults import Fault
from hearth.words.successions import GROUND_SOURCE, GROUND_WORDS, Ground


def on_person(asked: Asked, card: PersonCard) -> dict[str, Any] | None:
    """What the page of somebody who died shows of their heirs' shares."""
    if card.died_on is None or not asked.works_with("succession", "see"):
        return None
    found = successions_of(asked.by, card.person_id, asked.at)
    now = next((one for one in found if one.ended_at is None), None)
    may_state = asked.works_with("succession", "state") and (now is None or now.confirmed_at is None)
    return {
        "now": _shown(asked, now) if now else None,
        "ended": [_shown(asked, one) for one in found if one.ended_at is not None],
        "state_url": reverse("office-heirs", args=[card.person_id]) if may_state else "",
        "move_url": reverse("office-heirs-move", args=[card.person_id]),
        "may_confirm": now is not None
        and now.confirmed_at is None
        and now.stated_by_id != asked.by.person_id
        and asked.works_with("succession", "confirm"),
        "may_end": now is not None and now.confirmed_at is not None and asked.works_with("succession", "end"),
    }


def _shown(asked: Asked, one: SuccessionRow) -> dict[str, Any]:
    state = (
        chip(_("ended"), "plain") if one.ended_at
        else chip(_("holds"), "done") if one.holds
        else chip(_("waits for a second person"), "waits")
    )  # fmt: skip
    facts = [
        (_("On the ground of"), f"{asked.says(GROUND_WORDS[one.ground])} · {GROUND_SOURCE[one.ground]}"),
        (_("Proof"), one.proof),
        *((share.heir, f"{share.parts}/{one.whole} · {share.bank} ···· {share.tail}") for share in one.shares),
        (_("Stated by"), f"{one.stated_by} · {moment(one.stated_at, asked.lang, now=asked.at)}"),
    ]
    if one.confirmed_at:
        facts.append((_("Confirmed by"), f"{one.confirmed_by} · {moment(one.confirmed_at, asked.lang, now=asked.at)}"))
    return {"state": state, "facts": facts}


@page("GET", "POST")
def heirs(request: HttpRequest, asked: Asked, person_id: int) -> HttpResponse:
    """State how what somebody left is divided among the heirs who are proven."""
    permit(asked.by, "succession", "state")
    card = reads.person(asked.by, person_id, asked.at)
    found = heirs_of(asked.by, person_id, asked.at)
    boxes = [
        Box("ground", _("On the ground of"), "choice",
            options=[(ground.value, asked.says(GROUND_WORDS[ground])) for ground in Ground]),
        Box("proof", _("Proof"), most=60, focus=True,
            hint=_("Kind and number of the paper, such as: certificate of inheritance")),
        Box("whole", _("Into how many equal parts"), "whole", start=max(1, len(found)),
            hint=_("For thirds 3; for everything to one person 1.")),
    ]  # fmt: skip
    for one in found:
        accounts = [(str(pk), f"{bank} ···· {tail}") for pk, bank, tail in one.accounts]
        boxes += [
            Box(f"parts_{one.person_id}", _("Parts of %(name)s") % {"name": one.name}, "whole", must=False, start=1),
            Box(f"account_{one.person_id}", _("Account of %(name)s") % {"name": one.name}, "choice", must=False,
                options=accounts or [("", _("none yet"))]),
        ]  # fmt: skip
    form = Form(boxes, request.POST if request.method == "POST" else None)
    if form.is_right:
        try:
            desk.state_succession(
                asked.by, person_id, form["ground"],
                [
                    Share(one.person_id, form[f"parts_{one.person_id}"], int(form[f"account_{one.person_id}"] or 0))
                    for one in found
                    if form[f"parts_{one.person_id}"]
                ],
                form["proof"], whole=form["whole"], at=asked.at,
            )  # fmt: skip
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-person", person_id, said="shares_stated")
    says = _(
        "Each heir's kinship is proven first, and each has an account in their own name. By law the shares of all "
        "heirs are equal; other shares, or one person alone, need an agreement of all, a will or a judgment."
    )
    return show(
        request, asked, "office/form.html", "people", _("Shares of the heirs: %(name)s") % {"name": card.full_name},
        status=form.status, form=form, yes=_("State the shares"), says=says,
        back_url=reverse("office-person", args=[person_id]),
    )  # fmt: skip


@page("POST")
def move(request: HttpRequest, asked: Asked, person_id: int) -> HttpResponse:
    """Confirm how it is divided as a second person, or end it with a reason."""
    now = next((one for one in successions_of(asked.by, person_id, asked.at) if one.ended_at is None), None)
    if now is None:
        raise NotThere(kind="succession", key=person_id)
    if "end" in request.POST:
        desk.end_succession(asked.by, now.succession_id, request.POST.get("why", "")[:500], at=asked.at)
        return go("office-person", person_id, said="shares_ended")
    desk.confirm_succession(asked.by, now.succession_id, at=asked.at)
    return go("office-person", person_id, said="shares_confirmed")
