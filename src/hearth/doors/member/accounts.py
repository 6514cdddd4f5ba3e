"""Accounts: the bank accounts that the reader's money, and their children's, may go to."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import people as people_desk
from hearth.doors.member.boxes import Box, box, choice, problems_of
from hearth.doors.member.family import persons
from hearth.doors.member.page import Ask, go, page, shown
from hearth.store.access import people
from hearth.words.faults import Fault


@page
def accounts(ask: Ask) -> HttpResponse:
    """The accounts of the reader and of those they act for; a POST adds one."""
    form, error = form_of(ask), ""
    if ask.is_post:
        try:
            added(ask)
            return go("member-accounts", told="account")
        except Fault as fault:
            error = fault.sentence(ask.lang)
            form = form_of(ask, fault)
    found = [
        {"title": f"{row.bank} ···· {row.tail}", "says": row.holder_name}
        for person_id, _name in persons(ask)
        for row in people.accounts(ask.by, person_id, ask.at)
    ]
    return shown(
        ask,
        "accounts",
        title=_("Bank accounts"),
        section="me",
        back_url=reverse("member-me"),
        accounts=found,
        form=form,
        problems=problems_of(form),
        status=422 if error else 200,
    )


def form_of(ask: Ask, fault: Fault | None = None, whose: int | None = None) -> list[Box]:
    """The boxes of an account; what was typed stays in them, and what is wrong stands beside the box it is about."""
    everybody = persons(ask)
    typed = ask.is_post
    wrong = {} if fault is None else {_box_of(fault): fault.sentence(ask.lang)}
    first = str(whose or ask.person_id)
    boxes = []
    if whose is None and len(everybody) > 1:
        options = [(str(person_id), name) for person_id, name in everybody]
        boxes.append(choice("whose", _("Whose money goes there"), options, ask.typed("whose") if typed else first))
    names = {str(person_id): name for person_id, name in everybody}
    boxes += [
        box(
            "holder", _("Name on the account"), ask.typed("holder", 100) if typed else names.get(first, ""),
            must=True, maxlength=100, autocomplete="name", error=wrong.get("holder"),
            hint=_("Exactly as the bank writes it. Money for a child may go to its parent's account."),
        ),
        box(
            "bank", _("Bank"), ask.typed("bank", 60) if typed else "", must=True, maxlength=60,
            error=wrong.get("bank"), placeholder=_("for example: Industrial and Commercial Bank of China"),
        ),
        box(
            "account", _("Account number"), ask.typed("account", 60) if typed else "", "whole", must=True,
            maxlength=60, error=wrong.get("account"),
            hint=_("The number on the card. We show only its last four digits."),
        ),
    ]  # fmt: skip
    return boxes


def added(ask: Ask, whose: int | None = None) -> int:
    """Keep the account that was typed; its id."""
    person_id = whose if whose is not None else (ask.number("whose") or ask.person_id)
    return people_desk.add_account(
        ask.by, person_id, ask.typed("holder", 100), ask.typed("bank", 60), ask.typed("account", 60), at=ask.at
    )


def _box_of(fault: Fault) -> str:
    place = str(fault.data.get("place", ""))
    return {"account number": "account", "bank": "bank"}.get(place, "holder")
