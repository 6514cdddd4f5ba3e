"""Limits: sessions end by idleness and by age; who works here passes a second factor before any page of ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from hearth.store import access

Answer = Callable[[HttpRequest], HttpResponse]

WITHOUT_FACTOR = (
    # what who works here reaches before the second factor: logging in and out, and setting it up
    "/login/",
    "/logout/",
    "/me/factor/",
    "/me/password/",
    "/language/",
    "/print",
    "/alive",
)
BEGAN, SEEN, STAFF, FACTOR = "session_began", "session_seen", "session_staff", "session_factor"
NOTED_EVERY_SECONDS = 60


def sessions_end(answer: Answer) -> Answer:
    """Django middleware: a session ends some time after its last request, and some time after its first."""

    def ended_or_noted(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            now, held = int(time.time()), request.session
            if _is_over(held, now):
                logout(request)
            elif now - held.get(SEEN, 0) >= NOTED_EVERY_SECONDS:
                held[SEEN] = now
                held.setdefault(BEGAN, now)
        return answer(request)

    return ended_or_noted


def second_factor_of_staff(answer: Answer) -> Answer:
    """Django middleware: who works here reaches nothing before a second factor was passed in this session."""

    def asked_for_it(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path_info.startswith(WITHOUT_FACTOR):
            return answer(request)
        if not request.user.is_authenticated or not access.who(request.user, timezone.now()).is_staff:
            return answer(request)
        if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
            return _to("mfa_activate_totp", request)
        if not passed_second_factor(request):
            return _to("mfa_reauthenticate", request)
        return answer(request)

    return asked_for_it


def passed_second_factor(request: HttpRequest) -> bool:
    """Whether a second factor was passed, or just set up, in this session."""
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    return any(each.get("method") == "mfa" for each in records) or request.session.get(FACTOR) == request.user.pk


def _is_over(held: Any, now: int) -> bool:
    idle = settings.SESSION_IDLE_SECONDS_STAFF if held.get(STAFF) else settings.SESSION_IDLE_SECONDS
    return now - held.get(SEEN, now) > idle or now - held.get(BEGAN, now) > settings.SESSION_COOKIE_AGE


def _to(name: str, request: HttpRequest) -> HttpResponse:
    # After it, back to the page that was asked for; not to a form that was being sent.
    back = request.get_full_path() if request.method == "GET" else reverse("landing")
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': back})}")


@receiver(user_logged_in)
def _begins(sender: Any, request: HttpRequest | None, user: Any, **_: Any) -> None:
    if request is not None and hasattr(request, "session"):
        now = int(time.time())
        request.session[BEGAN] = request.session[SEEN] = now
        request.session[STAFF] = access.who(user, timezone.now()).is_staff


@receiver(authenticator_added)
def _has_factor(sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        request.session[FACTOR] = user.pk
