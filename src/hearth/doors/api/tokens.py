"""Tokens: who asks, by the bearer token of a partner, and whether the token's scopes include what is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest
from ninja.security import HttpBearer

from hearth.desks import partners
from hearth.store.access import Who
from hearth.words.faults import Fault

_AUTHORIZATION = re.compile(r"(?i:bearer) +([!-~]+) *")


class TokenNeeded(Fault):
    """Nobody said who asks."""

    code, status = "TOKEN_NEEDED", 401
    says = "This address needs a token: Authorization: Bearer hearth_..."
    says_zh = "此地址需要令牌：Authorization: Bearer hearth_…"


class ScopeMissing(Fault):
    """The token was not given what this needs."""

    code, status = "SCOPE_MISSING", 403
    says = "This needs the scope {scope}; the token has {held}."
    says_zh = "此操作需要权限范围 {scope}；该令牌的权限范围为 {held}。"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who was let in, at this moment."""

    by: Who
    at: datetime


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def let_in(request: HttpRequest, *scopes: str) -> Caller:
    """Who asks, by the Authorization header, with one of these scopes (none named: with any token).

    Raises: TokenNeeded, TokenRefused, TooFast, ScopeMissing.
    """
    header = request.META.get("HTTP_AUTHORIZATION", "")
    found = _AUTHORIZATION.fullmatch(header)
    if found is None:
        raise TokenNeeded
    at = now()
    by = partners.admit(found[1], at=at).by
    if scopes and not by.scopes & set(scopes):
        raise ScopeMissing(scope=" / ".join(scopes), held=", ".join(sorted(by.scopes)))
    return Caller(by, at)


class Token(HttpBearer):
    """A partner's token with one of the named scopes; what is let in becomes `request.auth`."""

    def __init__(self, *scopes: str) -> None:
        self.scopes = scopes
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller:
        """Let the caller in, or raise the fault that says why not."""
        return let_in(request, *self.scopes)

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Not asked: the whole header is read at once."""
        return let_in(request, *self.scopes)


def caller(request: HttpRequest) -> Caller:
    """Who was let in."""
    found = request.auth  # type: ignore[attr-defined]
    assert isinstance(found, Caller)
    return found
