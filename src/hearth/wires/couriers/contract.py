"""Contract of couriers: trips, answers, news, and what every courier wire can do."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from hearth.wires.texts import KEY, KEY_WANT, plain
from hearth.words.faults import Malformed

NEWS_AT_ONCE = 1000
_PHONE = re.compile(r"\+?[0-9]{5,15}")


class State(StrEnum):
    """What has become of a trip."""

    TAKEN = "TAKEN"
    """The courier will come."""
    REFUSED = "REFUSED"
    """The courier does not come there or then."""
    COLLECTED = "COLLECTED"
    ARRIVED = "ARRIVED"
    LOST = "LOST"
    CANCELLED = "CANCELLED"


class Kind(StrEnum):
    """What news of a trip says."""

    COLLECTED = "COLLECTED"
    ARRIVED = "ARRIVED"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Trip:
    """Fetch a parcel at a door and bring it to the insurer, or the other way.  Raises: Malformed."""

    key: str
    """The idempotency key, which the courier sees."""
    is_fetched: bool
    """Whether it goes from the door to the insurer; else from the insurer to the door."""
    contact: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    window_from: datetime
    window_to: datetime
    at: datetime
    """The moment of the intent: a repeated trip carries the first one's."""

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise _wrong("key", repr(self.key[:40]), KEY_WANT)
        if not _PHONE.fullmatch(self.phone):
            raise _wrong("phone", f"{len(self.phone)} characters", "a phone number of 5 to 15 digits")
        for name, most in (("contact", 40), ("address", 200)):
            text: str = getattr(self, name)
            if not 0 < len(text.strip()) <= len(text) <= most or not plain(text):
                raise _wrong(name, f"{len(text)} characters", f"1 to {most} characters that can be printed")
        if any(each.utcoffset() is None for each in (self.window_from, self.window_to, self.at)):
            raise _wrong("at", "a moment without its zone", "moments with their zone")
        if self.window_from >= self.window_to:
            raise _wrong("window_to", self.window_to.isoformat(), f"a moment after {self.window_from.isoformat()}")

    def content(self) -> str:
        """A digest of everything but the moment: two trips under one key must have the same."""
        window = [self.window_from.timestamp(), self.window_to.timestamp()]
        held = [self.key, self.is_fetched, self.contact, self.phone, self.address, *window]
        return hashlib.sha256(json.dumps(held, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the courier says of one trip now."""

    key: str
    state: State
    at: datetime
    ref: str | None = None
    """The courier's own number for it."""


@dataclass(frozen=True, slots=True)
class News:
    """News of one trip.  It may come late, twice and out of order: (key, kind) tells whether it is known already."""

    no: int
    """The place in the news, rising; ask for what is after the last one seen."""
    key: str
    kind: Kind
    at: datetime
    """When it happened, by the courier's account."""


class Couriers(Protocol):
    """A courier.  One key is at most one trip, however often it is asked for."""

    def book(self, trip: Trip) -> Answer:
        """Ask for a trip, or hear again what became of it.  Raises: NoAnswer, KeyReused."""

    def cancel(self, key: str, at: datetime) -> Answer | None:
        """Take a trip back, and hear what became of it; None where the courier never had it.  Raises: NoAnswer."""

    def status(self, key: str, at: datetime) -> Answer | None:
        """What the courier says of a key at this moment; None where it never had it.  Raises: NoAnswer."""

    def news(self, after: int, at: datetime) -> list[News]:
        """Up to a thousand pieces of news after number `after` (0 for all), in their order.  Raises: NoAnswer."""


def _wrong(place: str, got: str, want: str) -> Malformed:
    return Malformed(file="courier's trip", place=place, got=got, want=want)
