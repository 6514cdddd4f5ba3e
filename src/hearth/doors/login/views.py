"""Views of logging in beside allauth's own: where one lands, a forgotten password, the demo's panel and inbox."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hearth.desks.people import codes
from hearth.doors.login import demo
from hearth.store import access

PRINT_COOKIE = "hearth_print"


@require_safe
@never_cache
@login_required
def landing(request: HttpRequest) -> HttpResponse:
    """Where one lands after logging in: the office for those who work there, else home; in the language one chose."""
    person: Any = request.user
    is_staff = access.who(person, timezone.now()).is_staff
    answer = HttpResponseRedirect(_first_of("office-queue", "first") if is_staff else _first_of("member-home", "first"))
    common: dict[str, Any] = {
        "httponly": True,
        "samesite": "Lax",
        "secure": settings.PRODUCTION,
        "max_age": 365 * 86_400,
    }
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, **common)
    if person.large_print and PRINT_COOKIE not in request.COOKIES:
        # The switch for the print size is a script's: it must read the cookie.
        answer.set_cookie(PRINT_COOKIE, "large", **{**common, "httponly": False})
    return answer


@require_safe
def forgotten(request: HttpRequest) -> HttpResponse:
    """A forgotten password: log in with a code, then set another."""
    return render(request, "login/forgotten.html")


@require_safe
@never_cache
def demo_panel(request: HttpRequest) -> HttpResponse:
    """People of the demo company with their password and their code of the moment; not there outside the demo."""
    if not demo.is_demo():
        raise Http404
    people = demo.logins(get_language() or "zh-hans", timezone.now())
    told = {
        "members": [one for one in people if not one.code],
        "staff": [one for one in people if one.code],
        "password": demo.PASSWORD,
    }
    return render(request, "login/demo.html", told)


@require_safe
@never_cache
def demo_inbox(request: HttpRequest) -> HttpResponse:
    """Messages that the demo sent to nobody; not there outside the demo."""
    if not demo.is_demo():
        raise Http404
    return render(request, "login/inbox.html", {"sent": codes.outbox()})


def _first_of(*names: str) -> str:
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    raise NoReverseMatch(names)
