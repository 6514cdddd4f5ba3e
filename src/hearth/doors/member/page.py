"""Page: one request of a member: who asks, when and in which language; what every page shows; faults as sentences."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hearth.doors.member.told import told
from hearth.store import access
from hearth.store.access import Who, people
from hearth.store.access.people import PersonCard
from hearth.words.calendar import day_in_china
from hearth.words.faults import Fault

MOST_TEXT = 400
"""Letters of a box, unless it says otherwise."""


DEVICE = "hearth_device"
"""The random mark of a browser in which somebody is signed in: of claims it reports a keyed digest is kept."""
DEVICE_SECONDS = 365 * 86_400


@dataclass
class Ask:
    """One request: who asks, at which moment, in "zh" or "en"."""

    request: HttpRequest
    by: Who
    at: datetime
    lang: str
    me: PersonCard | None
    notices: list[dict[str, Any]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day in China."""
        return day_in_china(self.at)

    @property
    def person_id(self) -> int:
        """Who is signed in; pages for nobody do not ask."""
        assert self.by.person_id is not None
        return self.by.person_id

    @property
    def device(self) -> str:
        """The mark that this browser was given; empty where it keeps none."""
        return self.request.COOKIES.get(DEVICE, "")[:64]

    @property
    def is_post(self) -> bool:
        """Whether something is to be done."""
        return self.request.method == "POST"

    def typed(self, name: str, most: int = MOST_TEXT) -> str:
        """What was typed into a box, without signs that no text holds, cut at a length."""
        return plain(self.request.POST.get(name, ""), most)

    def chosen(self, name: str, most: int = 40) -> list[str]:
        """What was ticked, in its order."""
        return [plain(value, 64) for value in self.request.POST.getlist(name)[:most]]

    def number(self, name: str) -> int | None:
        """A number that was sent; None where it is none."""
        return number(self.request.POST.get(name, ""))

    def wrong(self, fault: Fault) -> None:
        """Tell what cannot be, above the page."""
        self.notices.append({"kind": "wrong", "says": fault.sentence(self.lang)})


View = Callable[..., HttpResponse]


def asker(request: HttpRequest, at: datetime) -> Who:
    """Who asks: the person that is signed in, with the roles they hold at `at`."""
    user: Any = getattr(request, "user", None)
    # The phone pages show what is one's own and the family's, whatever else somebody may see at work.
    return access.who(user if user is not None and user.is_authenticated else None, at).as_member()


def page(view: View) -> View:
    """A view for whoever is signed in: `view(ask, ...)`; others are asked to sign in first."""

    @wraps(view)
    def answer(request: HttpRequest, **key: Any) -> HttpResponse:
        at = datetime.now(UTC)
        by = asker(request, at)
        if by.person_id is None:
            return redirect_to_login(request.get_full_path())
        ask = Ask(request, by, at, _lang(), people.person(by, by.person_id, at))
        said = _answered(view, ask, key)
        if not ask.device:
            said.set_cookie(
                DEVICE, secrets.token_urlsafe(16), max_age=DEVICE_SECONDS, samesite="Lax", secure=request.is_secure(),
                httponly=True,
            )  # fmt: skip
        return said

    return answer


def open_page(view: View) -> View:
    """A view for anybody, signed in or not."""

    @wraps(view)
    def answer(request: HttpRequest, **key: Any) -> HttpResponse:
        at = datetime.now(UTC)
        by = asker(request, at)
        me = people.person(by, by.person_id, at) if by.person_id is not None else None
        return _answered(view, Ask(request, by, at, _lang(), me), key)

    return answer


def _answered(view: View, ask: Ask, key: Mapping[str, Any]) -> HttpResponse:
    if ask.request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    try:
        _ = ask.request.POST, ask.request.FILES
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return sorry(ask, 413, too_much())
    except (MultiPartParserError, SuspiciousOperation, ValueError):
        return sorry(ask, 400, unreadable())
    try:
        said = told(ask.request.GET.get("told", ""))
        if said is not None and not ask.is_post:
            ask.notices.append(said)
        answer = view(ask, **key)
    except Fault as fault:
        answer = sorry(ask, fault.status, fault.sentence(ask.lang))
    # What stands on a member's page is for nobody else who uses this phone after them.
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def shown(ask: Ask, template: str, *, title: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page in the member's layout."""
    return render(
        ask.request,
        f"member/{template}.html",
        {
            "ask": ask,
            "lang": ask.lang,
            "title": title,
            "notices": ask.notices,
            "large_print": ask.me is not None and ask.me.large_print,
            "signed_in": None if ask.me is None else {"name": ask.me.full_name, "url": reverse("member-me")},
            **context,
        },
        status=status,
    )


def sorry(ask: Ask, status: int, says: str) -> HttpResponse:
    """A page that says what cannot be, and where to go on."""
    titles = {404: _("This is not here"), 403: _("This is not for you to do"), 413: _("That is too much at once")}
    back = reverse("member-home") if ask.me is not None else "/"
    return shown(
        ask, "sorry", title=titles.get(status, _("This cannot be done now")), status=status, says=says, go=back
    )


def too_much() -> str:
    """The sentence for a request that is too large."""
    return _("At most 20 files at once, each up to 10 MB. Send them in smaller lots; nothing you sent before is lost.")


def unreadable() -> str:
    """The sentence for a request that cannot be read."""
    return _("What was sent could not be read. Please go back and try again.")


def go(name: str, *, told: str = "", at: str = "", **key: Any) -> HttpResponseRedirect:
    """To a page by its name, where `told` is said (a code of told.SAYS) and `at` is the place on it."""
    address = reverse(name, kwargs=key or None)
    if told:
        address += "?" + urlencode({"told": told})
    return HttpResponseRedirect(address + (f"#{at}" if at else ""))


def plain(text: str, most: int = MOST_TEXT) -> str:
    """Text as it can be kept: one form, no control signs but line ends and tabs, cut at a length."""
    even = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in even if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))[:most]


def number(text: str) -> int | None:
    """A whole number as a database can look it up; None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _lang() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"
