"""Tokens: a partner's keys to the interface, of which only digests are kept; who may enter, and how fast."""

from __future__ import annotations

import hashlib
import json
import math
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from hearth.desks.books import records
from hearth.desks.partners.organisations import subject
from hearth.store.access import Who, one, who_partner
from hearth.store.access.matrix import PARTNER_SCOPES
from hearth.store.models import Partner, Token
from hearth.words.faults import Fault, Malformed

MOST_DAYS = 366
MOST_PER_MINUTE = 60_000
BURST_SECONDS = 10
"""So many seconds' worth of requests may come at once."""

_BEGINS = "hearth_"
_FORM = re.compile(r"hearth_[A-Za-z0-9_-]{43}")


class TokenRefused(Fault):
    """The token opens nothing: it is not known, has run out or was revoked.  Which of these is not told."""

    code, status = "TOKEN_REFUSED", 401
    says = "This token is not known, has run out or was revoked. Ask the administrator for a new one."
    says_zh = "令牌无效、已到期或已撤销，请向管理员申请新的令牌。"


class TooFast(Fault):
    """The token asks faster than its pace."""

    code, status = "TOO_FAST", 429
    says = "Too many requests: this token may ask {per_minute} times a minute. Try again in {seconds} s."
    says_zh = "请求过于频繁：该令牌每分钟可请求 {per_minute} 次，请在 {seconds} 秒后重试。"


class PartnerEnded(Fault):
    """The work with this partner has ended."""

    code, status = "PARTNER_ENDED", 409
    says = "The work with {partner} has ended; it gets no new token."
    says_zh = "与 {partner} 的合作已结束，不能再发放令牌。"


@dataclass(frozen=True, slots=True)
class Made:
    """A new token.  Its text is told this once and kept nowhere."""

    token_id: int
    text: str = field(repr=False)
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that was let in."""

    by: Who
    token_id: int


@transaction.atomic(durable=True)
def make_token(
    by: Who,
    partner: str,
    *,
    at: datetime,
    name: str,
    scopes: Iterable[str],
    days: int = MOST_DAYS,
    per_minute: int = 600,
) -> Made:
    """Make a token of a partner, with scopes, for a number of days.

    Records: token.made.  Raises: NotAllowed, NotThere, Malformed, PartnerEnded.
    """
    of = one(by, "partner", "edit", at, lock=True, code=partner)
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in PARTNER_SCOPES]
    if unknown or not wanted:
        raise _wrong("scopes", repr((unknown or [""])[0][:40]), f"some of {', '.join(PARTNER_SCOPES)}")
    if not 0 < len(name.strip()) <= 60 or not name.isprintable():
        raise _wrong("name", f"{len(name)} characters", "1 to 60 characters on one line")
    if not 1 <= days <= MOST_DAYS:
        raise _wrong("days", str(days), f"1 to {MOST_DAYS}")
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise _wrong("per_minute", str(per_minute), f"1 to {MOST_PER_MINUTE}")
    if not of.is_active:
        raise PartnerEnded(partner=partner)
    text = _BEGINS + secrets.token_urlsafe(32)
    until_at = at + timedelta(days=days)
    token = Token.objects.create(
        partner=of,
        name=name.strip(),
        digest=_digest(text),
        scopes=wanted,
        made_at=at,
        until_at=until_at,
        per_minute=per_minute,
    )
    records.append("token.made", subject(of), by=by, at=at, data={"token": token.pk, "scopes": wanted})
    return Made(token.pk, text, until_at)


@transaction.atomic(durable=True)
def revoke_token(by: Who, partner: str, token_id: int, *, at: datetime) -> None:
    """Revoke a token: it opens nothing from this moment on.

    Records: token.revoked.  Raises: NotAllowed, NotThere.
    """
    of = one(by, "partner", "edit", at, lock=True, code=partner)
    if of.tokens.filter(pk=token_id, revoked_at__isnull=True).update(revoked_at=at):
        records.append("token.revoked", subject(of), by=by, at=at, data={"token": token_id})


_ADMIT = """
    WITH soon AS (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE store_token AS token SET
        paced_at = GREATEST(paced_at, %(at)s) + make_interval(secs => 60.0 / per_minute),
        last_used_at = %(at)s
    FROM soon, store_partner AS partner
    WHERE digest = %(digest)s AND revoked_at IS NULL AND (until_at IS NULL OR until_at > %(at)s)
        AND partner.id = token.partner_id AND partner.is_active
        AND (paced_at IS NULL
            OR paced_at <= %(at)s + make_interval(secs => GREATEST(0, %(burst)s - 60.0 / per_minute)))
    RETURNING token.id, partner.id, partner.name, scopes
"""


def admit(text: str, *, at: datetime) -> Admitted:
    """Let a request in by its token, and count it.  One statement: two processes never count apart.

    Nothing is recorded: a request is no event.  Raises: TokenRefused, TooFast.
    """
    if not _FORM.fullmatch(text):
        raise TokenRefused
    digest = _digest(text)
    with connection.cursor() as cursor:
        # What a power cut would lose of this is a second of counting.
        cursor.execute(_ADMIT, {"at": at, "digest": digest, "burst": BURST_SECONDS})
        found = cursor.fetchone()
    if found is None:
        raise _why_not(digest, at)
    token_id, partner_id, name, scopes = found
    held = frozenset(json.loads(scopes) if isinstance(scopes, str) else scopes)
    return Admitted(who_partner(Partner(pk=partner_id, name=name), held), token_id)


def _why_not(digest: bytes, at: datetime) -> Fault:
    token = (
        Token.objects.filter(digest=digest, revoked_at__isnull=True, partner__is_active=True, paced_at__isnull=False)
        .exclude(until_at__lte=at)
        .first()
    )
    if token is None or token.paced_at is None:
        return TokenRefused()
    wait = (token.paced_at - at).total_seconds() - max(0.0, BURST_SECONDS - 60.0 / token.per_minute)
    return TooFast(per_minute=token.per_minute, seconds=max(1, math.ceil(wait)))


def _digest(text: str) -> bytes:
    # 256 bits of chance: no key and no slow hash would make it harder to guess.
    return hashlib.sha256(text.encode()).digest()


def _wrong(place: str, got: str, want: str) -> Malformed:
    return Malformed(file="token", place=place, got=got, want=want)
