"""Contract of messages: what is sent to people, what came of it, and what every message wire can do."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from hearth.wires.texts import KEY, KEY_WANT, written
from hearth.words.faults import Malformed

MAX_TEXT = 4000
MAX_SUBJECT = 200


class Channel(StrEnum):
    """The way a message goes."""

    SMS = "sms"
    EMAIL = "email"
    APP = "app"


_TO = {
    Channel.SMS: (re.compile(r"\+?[0-9]{5,15}"), "a phone number of 5 to 15 digits"),
    Channel.EMAIL: (
        re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])"),
        "an e-mail address",
    ),
    Channel.APP: (re.compile(r"[A-Za-z0-9._:-]{1,64}"), "an inbox of 1 to 64 letters, digits and . _ : -"),
}


class State(StrEnum):
    """What has become of a message."""

    SENT = "SENT"
    """The carrier took it."""
    THROTTLED = "THROTTLED"
    """Not sent: too many at once; send it again later under the same key."""
    UNREACHABLE = "UNREACHABLE"
    """Not sent: there is no such number or address, or it takes nothing."""
    REFUSED = "REFUSED"
    """Not sent: the carrier does not take this message as it is."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text for one person.  `at` is the moment of the intent.  Raises: Malformed."""

    key: str
    """The idempotency key, which the carrier sees."""
    to: str = field(repr=False)
    channel: Channel
    text: str = field(repr=False)
    lang: str
    """zh-Hans or en."""
    at: datetime
    subject: str = field(default="", repr=False)
    """Of an e-mail; else the first line of the text is used."""

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise _wrong("key", repr(self.key[:40]), KEY_WANT)
        form, want = _TO[self.channel]
        if not form.fullmatch(self.to):
            raise _wrong("to", f"{len(self.to)} characters", want)
        if not 0 < len(self.text.strip()) <= len(self.text) <= MAX_TEXT or not written(self.text, lines=True):
            raise _wrong(
                "text", f"{len(self.text)} characters", f"1 to {MAX_TEXT} characters, lines ended by a newline"
            )
        if len(self.subject) > MAX_SUBJECT or not written(self.subject, lines=False):
            raise _wrong("subject", f"{len(self.subject)} characters", f"one line of at most {MAX_SUBJECT} characters")
        if self.lang not in ("zh-Hans", "en"):
            raise _wrong("lang", repr(self.lang[:20]), "zh-Hans or en")
        if self.at.utcoffset() is None:
            raise _wrong("at", "a moment without its zone", "a moment with its zone")

    def content(self) -> str:
        """A digest of everything but the moment: two messages under one key must have the same."""
        held = [self.key, self.to, self.channel, self.text, self.lang, self.subject]
        return hashlib.sha256(json.dumps(held, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the carrier says of one message."""

    key: str
    state: State
    at: datetime
    ref: str | None = None
    """The carrier's own number for it."""
    says: str = ""
    """The carrier's own words, for staff."""


class Messages(Protocol):
    """A way to reach people."""

    def send(self, message: Message) -> Answer:
        """Hand a message to the carrier, or hear again what became of it.  Raises: NoAnswer, KeyReused, NotCarried."""

    def status(self, key: str, at: datetime) -> Answer | None:
        """What the carrier says of a key; None where it does not know it, or cannot say.  Raises: NoAnswer."""

    def carries(self) -> frozenset[Channel]:
        """The channels that this wire sends on."""


def _wrong(place: str, got: str, want: str) -> Malformed:
    return Malformed(file="message", place=place, got=got, want=want)
