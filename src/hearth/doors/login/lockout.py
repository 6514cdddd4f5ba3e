"""Lock-out: names and places that fail to log in too often, told apart without writing down a telephone number."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hearth.store.access.people import phone_digest
from hearth.words.faults import Malformed


def login_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The one name an attempt is counted under: a telephone is a digest, however it was typed."""
    typed = credentials or {}
    login = str(typed.get("phone") or typed.get("username") or request.POST.get("login") or "").strip().lower()
    try:
        return f"phone:{phone_digest(login).hex()[:32]}"
    except Malformed:
        return login[:64]


def place_of(request: HttpRequest) -> str:
    """The address an attempt comes from; behind a proxy the one that the proxy names."""
    return get_client_ip(request) or ""


def in_the_log(username: str, ip_address: str, user_agent: str, path_info: str, request: HttpRequest) -> str:
    """An attempt as the log tells it: where it came from, not who it said it was."""
    return f"somebody at {ip_address}"


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The page for a name that failed too often from one place."""
    return render(request, "login/locked.html", status=429)
