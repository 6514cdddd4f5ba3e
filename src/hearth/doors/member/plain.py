"""Plain: the same claims in few words: one thing a page, large buttons, and the steward to call on each of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.claims import agreeing, reporting
from hearth.doors.member import way
from hearth.doors.member.advances.following import at_home
from hearth.doors.member.boxes import box
from hearth.doors.member.claim import held_of
from hearth.doors.member.deciding import shares_of
from hearth.doors.member.family import persons
from hearth.doors.member.home import PLAIN
from hearth.doors.member.page import Ask, page, shown
from hearth.doors.member.report.steps import draft_for
from hearth.doors.member.saying import day
from hearth.store.access.claims import ClaimRow, claims_of
from hearth.store.access.claims_case import CaseFile
from hearth.store.access.stewards import my_steward
from hearth.words.claims import ClaimState
from hearth.words.faults import Fault
from hearth.words.money import yuan

S = ClaimState
YEAR_SECONDS = 365 * 86_400
SHOWN = 3
MOST_STORY = 2_000
OVER = (S.CLOSED, S.WITHDRAWN, S.PAID)


@page
def plain(ask: Ask) -> HttpResponse:
    """The first plain page: the claims under way, and a new one.  Opening it chooses plain pages on this phone."""
    rows = [row for row in claims_of(ask.by, ask.at) if row.state not in OVER]
    rows.sort(key=lambda row: (not way.is_yours(row), -row.claim_id))
    asked = [(one["card"]["title"], one["asks"]) for one in at_home(ask) if one["asks"]]
    yours = len(asked) + sum(way.is_yours(row) for row in rows)
    lines = [_("One thing waits for you.") if yours == 1 else _("%(count)s things wait for you.") % {"count": yours}]
    answer = _shown(
        ask,
        _("Hello, %(name)s") % {"name": ask.me.full_name if ask.me is not None else ""},
        lines if yours else [_("You have to do nothing now.")],
        [
            *((asks["url"], _("%(name)s: %(says)s") % {"name": hospital, "says": asks["says"]}, place == 0)
              for place, (hospital, asks) in enumerate(asked)),
            *((_address(row),
               _("%(name)s: %(says)s") % {"name": _name(ask, row), "says": way.chip(row, ask.lang)["says"]},
               place == 0 and not asked and way.is_yours(row))
              for place, row in enumerate(rows[:SHOWN])),
            (reverse("member-plain-report"), _("I was treated. I want my money back."), not yours),
        ],
        is_home=True,
    )  # fmt: skip
    answer.set_cookie(PLAIN, "1", max_age=YEAR_SECONDS, samesite="Lax", secure=ask.request.is_secure(), httponly=True)
    return answer


@page
def off(ask: Ask) -> HttpResponse:
    """Back to all pages."""
    answer = HttpResponseRedirect(reverse("member-home"))
    if ask.is_post:
        answer.delete_cookie(PLAIN, samesite="Lax")
    return answer


@page
def claim(ask: Ask, claim_no: str) -> HttpResponse:
    """Where one claim stands, in a sentence or two, and the one thing to do."""
    held = held_of(ask, claim_no)
    row = held.row
    now = next((one for one in held.track if one.state == "now"), None)
    lines = [way.says(held, now, ask.lang)] if now is not None else []
    until = way.decided_by(held)
    if until is not None and row.state in way.UNDER_WAY:
        lines.append(_("We answer by %(day)s.") % {"day": day(until, ask.lang)})
    if row.state in way.UNDER_WAY or row.state == S.AGREED:
        lines.append(_("You have to do nothing now."))
    return _shown(ask, _name(ask, row), lines, _next(ask, held))


@page
def agree(ask: Ask, claim_no: str) -> HttpResponse:
    """The amount, where it goes, and yes or no."""
    held = held_of(ask, claim_no)
    decided = held.decision
    if decided is None or held.account is None or decided.paid_out_fen <= 0 or shares_of(ask, held):
        return redirect("member-decision", claim_no=claim_no)
    if not ask.is_post and held.row.state != S.DECIDED:
        return redirect("member-plain-claim", claim_no=claim_no)
    if ask.is_post:
        try:
            agreeing.agree(ask.by, claim_no, at=ask.at)
            return redirect("member-plain-claim", claim_no=claim_no)
        except Fault as fault:
            ask.wrong(fault)
    return _shown(
        ask,
        _("We pay you %(amount)s yuan") % {"amount": yuan(decided.paid_out_fen)},
        [
            _("It goes to your account that ends in %(tail)s.") % {"tail": held.account.tail},
            _("Is that right? If you say yes, we pay within ten days at the latest."),
        ],
        [
            (reverse("member-dispute", kwargs={"claim_no": claim_no}), _("No, I do not agree"), False),
            (reverse("member-decision", kwargs={"claim_no": claim_no}), _("Show me how it was worked out"), False),
        ],
        yes=_("Yes, pay me"),
        back_url=reverse("member-plain-claim", kwargs={"claim_no": claim_no}),
        status=422 if ask.is_post else 200,
    )


@page
def report(ask: Ask) -> HttpResponse:
    """Who was treated: one press begins a claim; pressed twice it is one."""
    everybody = persons(ask)
    who = ask.number("who")
    if ask.is_post and who in {person_id for person_id, _name_ in everybody}:
        try:
            return redirect("member-plain-tell", claim_no=draft_for(ask, who))
        except Fault as fault:
            ask.wrong(fault)
    return _shown(
        ask,
        _("Who was treated?"),
        [],
        [],
        choices=[
            (person_id, _("Me") if person_id == ask.person_id else name) for person_id, name in everybody
        ],
        status=422 if ask.is_post else 200,
    )  # fmt: skip


@page
def tell(ask: Ask, claim_no: str) -> HttpResponse:
    """What happened, in a few words; the steward does the rest with the member."""
    held = held_of(ask, claim_no)
    if held.row.state != S.DRAFT:
        return redirect("member-plain-claim", claim_no=claim_no)
    text, error = ask.typed("story", MOST_STORY).strip(), ""
    if ask.is_post:
        try:
            if text:
                reporting.save_draft(ask.by, claim_no, at=ask.at, story=text)
                reporting.report(ask.by, claim_no, at=ask.at, device=ask.device)
                return redirect("member-plain-claim", claim_no=claim_no)
            error = _("Write a few words first.")
        except Fault as fault:
            error = fault.sentence(ask.lang)
    told = box(
        "story", _("What happened?"), text or held.story, "area", rows=4, maxlength=MOST_STORY, must=True, error=error,
        hint=_("A few words are enough: I was in hospital for three days."),
    )  # fmt: skip
    return _shown(
        ask,
        _("Tell us what happened"),
        [_("Your steward helps you with the papers.")],
        [],
        field=told,
        yes=_("Send it"),
        back_url=reverse("member-plain-report"),
        status=422 if error else 200,
    )


def _next(ask: Ask, held: CaseFile) -> list[tuple[str, str, bool]]:
    """The one thing to do with a claim, and the steward."""
    row, number = held.row, {"claim_no": held.row.claim_no}
    write = (reverse("member-message", kwargs=number), _("Write to my steward"), False)
    if row.state == S.DECIDED and row.paid_out_fen > 0 and not row.is_disputed:
        return [(reverse("member-plain-agree", kwargs=number), _("See what we pay you"), True), write]
    if row.state == S.REPORTED:
        return [(reverse("member-papers", kwargs=number), _("Take photos of the papers"), True), write]
    found = way.next_of(row)
    return [*([(found.url, found.says, True)] if found is not None else []), write]


def _address(row: ClaimRow) -> str:
    name = "member-plain-tell" if row.state == S.DRAFT else "member-plain-claim"
    return reverse(name, kwargs={"claim_no": row.claim_no})


def _name(ask: Ask, row: ClaimRow) -> str:
    """A claim in words: whose, and of which day."""
    whose = _("My claim") if row.person_id == ask.person_id else _("Claim of %(name)s") % {"name": row.person_name}
    if not row.event_on:
        return whose
    return _("%(what)s, %(day)s") % {"what": whose, "day": day(row.event_on, ask.lang)}


def _shown(
    ask: Ask,
    title: str,
    lines: list[str],
    buttons: list[tuple[str, str, bool]],
    *,
    back_url: str = "",
    is_home: bool = False,
    **more: Any,
) -> HttpResponse:
    return shown(
        ask,
        "plain",
        title=title,
        section="home",
        lines=[line for line in lines if line],
        buttons=[{"url": url, "says": says, "is_first": is_first} for url, says, is_first in buttons],
        steward=my_steward(ask.by, ask.at),
        back_url="" if is_home else back_url or reverse("member-plain"),
        is_home=is_home,
        **{"large_print": True, **more},
    )
