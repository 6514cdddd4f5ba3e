"""Asking: who asks for a page of the console, when and in which language; faults become pages, never a stack trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hearth.doors.office.desk.told import told
from hearth.store import access
from hearth.store.access import Who
from hearth.store.access.matrix import reaches_others
from hearth.words.claims import ROLE_WORDS, Role
from hearth.words.faults import Fault

MOST_TYPED = 400
"""Characters of an address' parameter that are read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of somebody who works here."""

    by: Who
    at: datetime
    lang: str
    large_print: bool = False

    def says(self, pair: tuple[str, str]) -> str:
        """One of two sentences, (zh, en)."""
        return pair[0 if self.lang == "zh" else 1]

    def may(self, kind: str, *verbs: str) -> bool:
        """Whether one of these verbs could be done with some rows of the kind."""
        return any(access.may(self.by, kind, verb) for verb in verbs)

    def works_with(self, kind: str, *verbs: str) -> bool:
        """Whether a role of theirs does one of these with rows of others; their own are on the member's pages."""
        return any(reaches_others(role, kind, verb) for role in self.by.roles for verb in verbs)

    @property
    def may_queue(self) -> bool:
        """Whether there are claims for them in the queue."""
        return self.works_with("claim", "see")

    @property
    def may_advance(self) -> bool:
        """Whether the advance desk is open to them."""
        return self.works_with("advance", "see")

    @property
    def may_order(self) -> bool:
        """Whether work orders are open to them."""
        return self.works_with("order", "see")

    @property
    def may_dispute(self) -> bool:
        """Whether the dispute desk is open to them."""
        return self.works_with("dispute", "see", "count")

    @property
    def may_complain(self) -> bool:
        """Whether the complaint desk is open to them."""
        return self.works_with("complaint", "see", "count")

    @property
    def may_service(self) -> bool:
        """Whether they write to members."""
        return self.works_with("claim", "message")

    @property
    def may_suspect(self) -> bool:
        """Whether suspicions, investigations or rescissions are open to them."""
        return self.works_with("suspicion", "see") or self.works_with("rescission", "see")

    @property
    def may_people(self) -> bool:
        """Whether the register of people and policies is open to them."""
        return self.works_with("person", "see")

    @property
    def may_pay(self) -> bool:
        """Whether the pay runs or the books are open to them."""
        return self.works_with("payment", "prepare") or self.works_with("ledger", "see")

    @property
    def may_audit(self) -> bool:
        """Whether the records are open to them."""
        return self.works_with("record", "see")

    @property
    def may_sample(self) -> bool:
        """Whether the audit of automatic decisions is open to them."""
        return self.works_with("sample", "see")

    @property
    def roles(self) -> str:
        """What they are here, in words."""
        held = [role for role in Role if role is not Role.MEMBER and self.by.has(role)]
        return ("、" if self.lang == "zh" else ", ").join(self.says(ROLE_WORDS[role]) for role in held)


View = Callable[..., HttpResponse]


def page(*methods: str) -> Callable[[View], View]:
    """A view for staff: `view(request, asked, ...)`; others log in first, members are told there is nothing."""

    def wrap(view: View) -> View:
        @require_http_methods([*(methods or ("GET",)), "HEAD"])
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            person = getattr(request, "user", None)
            if person is None or not person.is_authenticated:
                return _to_log_in(request)
            at = datetime.now(UTC)
            lang = "zh" if (get_language() or "zh").startswith("zh") else "en"
            by = access.who(person, at)
            asked = Asked(by, at, lang, bool(person.large_print))
            if not by.is_staff:
                return _kept_apart(render(request, "404.html", status=404))
            try:
                return _kept_apart(view(request, asked, *args, **kwargs))
            except Fault as fault:
                return _kept_apart(show_fault(request, asked, fault))

        return answer

    return wrap


def _to_log_in(request: HttpRequest) -> HttpResponse:
    address = resolve_url(settings.LOGIN_URL)
    return HttpResponseRedirect(f"{address}?{urlencode({'next': request.get_full_path()})}")


def _kept_apart(answer: HttpResponse) -> HttpResponse:
    # Pages of people and claims are not kept by a browser that others use after.
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def show(
    request: HttpRequest, asked: Asked, template: str, section: str, title: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    """A page of the console."""
    notices = [*([said] if (said := told(typed(request, "told"), asked.lang)) else []), *more.pop("notices", ())]
    context = {
        "asked": asked,
        "lang": asked.lang,
        "section": section,
        "title": title,
        "large_print": asked.large_print,
        "signed_in": {"name": asked.by.name, "says": asked.roles},
        "notices": notices,
        **more,
    }
    return render(request, template, context, status=status)


def show_fault(request: HttpRequest, asked: Asked, fault: Fault) -> HttpResponse:
    """What was asked cannot be: what happened, and where to go on."""
    missing = fault.status == 404
    return show(
        request,
        asked,
        "office/fault.html",
        "",
        _("Not found") if missing else _("This cannot be done"),
        status=fault.status,
        says=fault.sentence(asked.lang),
        back_url=back_of(request),
    )


def back_of(request: HttpRequest) -> str:
    """The page of ours that led here, else the queue."""
    came = request.headers.get("Referer", "")
    home = f"{request.scheme}://{request.get_host()}/"
    if came.startswith(home) and "\n" not in came:
        return "/" + came[len(home) :]
    return reverse("office-queue")


def go(name: str, *args: Any, said: str = "", anchor: str = "", **query: Any) -> HttpResponse:
    """After a POST: on to a page, which says what was done."""
    query = {key: value for key, value in query.items() if value not in (None, "")}
    if said:
        query["told"] = said
    address = reverse(name, args=args) + (f"?{urlencode(query)}" if query else "")
    return HttpResponseRedirect(address + (f"#{anchor}" if anchor else ""))


def typed(request: HttpRequest, name: str) -> str:
    """A parameter of the address as plain text: no control characters, a bounded length."""
    return plain(request.GET.get(name, ""))[:MOST_TYPED].strip()


def plain(text: str) -> str:
    """Text without the characters that a database or a page cannot hold."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def whole(text: str, most: int = 2**53) -> int | None:
    """A whole number from 0 to `most`; None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 and int(text) <= most else None
