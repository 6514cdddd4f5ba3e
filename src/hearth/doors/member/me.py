"""Me: what is kept of the reader and how Hearth speaks to them: print, language, quiet hours; who read their data."""

from __future__ import annotations

from typing import Any

from django.conf import settings as configured
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hearth.desks import people as people_desk
from hearth.doors.member.boxes import box, card, cards, choice, problems_of
from hearth.doors.member.page import Ask, go, open_page, page, shown
from hearth.doors.member.saying import iso, moment
from hearth.store.access import logs, people
from hearth.words.calendar import day_in_china
from hearth.words.faults import Fault

PRINT_COOKIE = "hearth_print"
YEAR_SECONDS = 365 * 86_400
MOST_KEYS = 6
"""Papers or claims that one line of the list of readings names."""


@page
def me(ask: Ask) -> HttpResponse:
    """Everything that is the reader's own, one line each."""
    card = people.person(ask.by, ask.person_id, ask.at)
    facts = [
        (_("Name"), card.full_name),
        (_("Telephone"), card.phone),
        (_("Identity number"), _hidden(card.id_number)),
        (_("E-mail"), card.email),
    ]
    return shown(
        ask,
        "me",
        title=_("Me"),
        section="me",
        facts=[(name, value) for name, value in facts if value],
        links=_links(),
        out_url=_url("account_logout"),
    )


def _links() -> list[tuple[str, str, str]]:
    """(address, name, what it is) of the pages about the reader."""
    rows = [
        ("member-inbox", _("Messages to you"), _("Everything you were told about your claims")),
        ("member-family", _("Family"), _("Whom you act for, and what still has to be proven")),
        ("member-complaints", _("Complaints"), _("Who looks into them, and by when they are answered")),
        ("member-accounts", _("Bank accounts"), _("Where your money goes")),
        ("member-plain", _("Plain pages"), _("Large buttons, few words, one thing a page")),
        ("member-settings", _("Language and messages"), _("In which language we write, and when we stay quiet")),
        ("member-consents", _("What you agreed to"), _("Read it again, take it back")),
        ("member-reads", _("Who read your health data"), _("Every reading, with its purpose")),
        ("member-data", _("Your data"), _("Take a copy, or have it erased")),
        ("receipts-verify", _("Check a receipt"), _("Yours or anybody's")),
        ("account_change_password", _("Password"), _("Change it")),
        ("mfa_index", _("Second factor"), _("A code from an app, beside the password")),
    ]
    return [(address, name, says) for name_, name, says in rows if (address := _url(name_))]


@page
def settings(ask: Ask) -> HttpResponse:
    """Language, print, quiet hours, e-mail."""
    card_ = people.person(ask.by, ask.person_id, ask.at)
    value: dict[str, Any] = {
        "language": card_.language,
        "large_print": card_.large_print,
        "quiet_from": card_.quiet_from,
        "quiet_to": card_.quiet_to,
        "email": card_.email,
    }
    error = ""
    if ask.is_post:
        value = {
            "language": ask.typed("language", 8),
            "large_print": ask.typed("print", 8) == "large",
            "quiet_from": ask.number("quiet_from"),
            "quiet_to": ask.number("quiet_to"),
            "email": ask.typed("email", 254).strip(),
        }
        try:
            people_desk.edit_person(ask.by, ask.person_id, at=ask.at, **value)
        except Fault as fault:
            error = fault.sentence(ask.lang)
        else:
            return _remembered(go("member-me", told="language"), value["language"], value["large_print"])
    hours = [(str(hour), f"{hour:02d}:00") for hour in range(24)]
    fields = [
        choice("quiet_from", _("Quiet from"), hours, str(value["quiet_from"])),
        choice("quiet_to", _("until"), hours, str(value["quiet_to"])),
    ]
    email = box(
        "email", _("E-mail"), value["email"], "email", maxlength=254, must=False, error=error,
        hint=_("Only to write to you about your claims."),
    )  # fmt: skip
    return shown(
        ask,
        "settings",
        title=_("Language and messages"),
        section="me",
        back_url=reverse("member-me"),
        status=422 if error else 200,
        problems=problems_of([email]),
        languages=cards(
            "language",
            _("Language of these pages and of our messages"),
            [
                card("zh-hans", "中文", chosen=value["language"] == "zh-hans"),
                card("en", "English", chosen=value["language"] == "en"),
            ],
        ),
        prints=cards(
            "print",
            _("Size of print"),
            [
                card("normal", _("Normal"), chosen=not value["large_print"]),
                card("large", _("Large print"), chosen=bool(value["large_print"])),
            ],
        ),
        hours=fields,
        email=email,
    )


@open_page
def set_print(ask: Ask) -> HttpResponse:
    """Remember the size of print, on this phone and for whoever is signed in."""
    large = ask.typed("print", 8) == "large"
    if ask.is_post and ask.me is not None and ask.me.large_print != large:
        people_desk.edit_person(ask.by, ask.person_id, at=ask.at, large_print=large)
    back = HttpResponseRedirect(_inside(ask.request, ask.typed("next", 2_000)))
    return _print_cookie(back, large) if ask.is_post else back


@page
def reads(ask: Ask) -> HttpResponse:
    """Who read the health data of the reader and of their children, newest first."""
    cards_ = people.family(ask.by, ask.person_id, ask.at)
    names = {ask.person_id: ask.me.full_name if ask.me is not None else ""}
    names |= {row.person_id: row.full_name for row in cards_ if row.kind == "guardian" and row.acts_now}
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for person_id in names:
        for read in logs.reads_of(ask.by, person_id, ask.at):
            mine = read.reader == names[ask.person_id]
            # Somebody who leafs through a claim stands here once a day, not with every page.
            key = (person_id, read.reader, read.purpose, read.kind, day_in_china(read.at))
            said = found.setdefault(
                key,
                {
                    "at": moment(read.at, ask.lang),
                    "at_iso": iso(read.at),
                    "says": _("you looked at it") if mine else f"{read.reader} · {purpose(read.purpose)}",
                    "about": f"{names[person_id]} · {read_kind(read.kind)}",
                    "keys": [],
                    "when": read.at,
                },
            )
            said["when"] = max(said["when"], read.at)
            if read.key not in said["keys"]:
                said["keys"].append(read.key)
    for said in found.values():
        said["who"] = said["about"] + " " + _(", ").join(sorted(said["keys"])[:MOST_KEYS])
        if len(said["keys"]) > MOST_KEYS:
            said["who"] += _(" and %(count)s more") % {"count": len(said["keys"]) - MOST_KEYS}
    events = sorted(found.values(), key=lambda one: one["when"], reverse=True)
    return shown(
        ask,
        "reads",
        title=_("Who read your health data"),
        section="me",
        back_url=reverse("member-me"),
        events=events[:200],
    )


def purpose(code: str) -> str:
    """Why data were read."""
    return {
        "claim": _("to decide a claim"),
        "audit": _("to audit"),
        "service": _("to answer you"),
        "advance": _("for an advance"),
        "payment": _("to pay"),
    }.get(code, code)


def read_kind(kind: str) -> str:
    """What was read."""
    return {"claim": _("claim"), "paper": _("paper"), "decision": _("decision"), "policy": _("policy")}.get(kind, kind)


def _remembered(answer: HttpResponseRedirect, language: str, large: bool) -> HttpResponse:
    if language in dict(configured.LANGUAGES):
        answer.set_cookie(
            configured.LANGUAGE_COOKIE_NAME,
            language,
            max_age=configured.LANGUAGE_COOKIE_AGE or YEAR_SECONDS,
            secure=configured.LANGUAGE_COOKIE_SECURE,
            httponly=configured.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return _print_cookie(answer, large)


def _print_cookie(answer: HttpResponse, large: bool) -> HttpResponse:
    answer.set_cookie(
        PRINT_COOKIE,
        "large" if large else "normal",
        max_age=YEAR_SECONDS,
        secure=configured.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _inside(request: HttpRequest, address: str) -> str:
    if address and url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()):
        return address
    return reverse("member-home")


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _hidden(number: str) -> str:
    return f"{number[:4]}{'*' * (len(number) - 6)}{number[-2:]}" if len(number) > 8 else number
