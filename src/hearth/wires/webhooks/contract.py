"""Contract of webhooks: one signed message to an address of a partner, and what came of it."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from hearth.wires.moments import micros
from hearth.wires.texts import KEY, KEY_WANT
from hearth.words.faults import Malformed

MAX_BODY = 16 * 1024
MAX_URL = 500
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?")


class Trouble(StrEnum):
    """Why a message was not taken."""

    NONE = ""
    STATUS = "the answer is not 2xx"
    REDIRECT = "the answer is a redirect, which is not followed"
    NO_HOST = "the host has no address"
    PRIVATE = "the host's address is private"
    CERTIFICATE = "the certificate is not one for this host"
    NO_ANSWER = "no answer within the time limit"


@dataclass(frozen=True, slots=True)
class Call:
    """A message for one address.  `key` is the same in every attempt, so it counts once.  Raises: Malformed."""

    url: str
    key: str
    body: bytes
    secret: str = field(repr=False)
    at: datetime

    def __post_init__(self) -> None:
        address(self.url)
        if not KEY.fullmatch(self.key):
            raise wrong("key", repr(self.key[:40]), KEY_WANT)
        if not 0 < len(self.body) <= MAX_BODY:
            raise wrong("body", f"{len(self.body):,} bytes", f"1 to {MAX_BODY:,} bytes")
        if self.at.utcoffset() is None:
            raise wrong("at", "a moment without its zone", "a moment with its zone")

    def headers(self) -> dict[str, str]:
        """What goes before the body: its kind, the key, the moment, and the signature over moment and body."""
        stamp = str(micros(self.at) // 1_000_000)
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Hearth-Delivery": self.key,
            "Hearth-Signature": f"v1={signature(self.secret, stamp, self.body)}",
            "Hearth-Timestamp": stamp,
            "User-Agent": "Hearth-Webhooks",
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: the status of the answer, None where there was none."""

    status: int | None
    trouble: Trouble = Trouble.NONE

    @property
    def is_taken(self) -> bool:
        """Whether the other side has it."""
        return self.trouble is Trouble.NONE

    @property
    def is_gone(self) -> bool:
        """Whether the other side says that this address is no more."""
        return self.status == 410


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address leads."""

    is_tls: bool
    host: str
    port: int
    target: str


class Webhooks(Protocol):
    """A way to tell partners."""

    def call(self, call: Call) -> Answer:
        """Hand a message over, once.  Whatever goes wrong on the way is an answer and no exception."""


def address(url: str) -> Place:
    """The parts of a webhook's address.  Raises: Malformed."""
    want = "https://, a host, perhaps a port, and a path"
    if not 0 < len(url) <= MAX_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise wrong("url", f"{len(url)} characters", f"printable ASCII of at most {MAX_URL} characters: {want}")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as broken:
        raise wrong("url", repr(url[:80]), want) from broken
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("https", "http") or not host or parts.username is not None or parts.password is not None:
        raise wrong("url", repr(url[:80]), want)
    if parts.fragment or "#" in url or port == 0 or not (":" in host or _HOST.fullmatch(host)) or len(host) > 253:
        raise wrong("url", repr(url[:80]), want)
    is_tls = parts.scheme == "https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(is_tls, host, port or (443 if is_tls else 80), target)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 in hex, under the webhook's secret, over the timestamp, a full stop and the body."""
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def wrong(place: str, got: str, want: str) -> Malformed:
    """The fault of one part of a call."""
    return Malformed(file="webhook", place=place, got=got, want=want)
