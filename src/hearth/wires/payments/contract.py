"""Contract of payments: orders, answers, events, and what every payment wire can do."""

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
from hearth.words.money import MAX_FEN

_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,34}")


class State(StrEnum):
    """What has become of an order."""

    ACCEPTED = "ACCEPTED"
    """The bank has it; the money has not moved yet as far as is known."""
    CONFIRMED = "CONFIRMED"
    """The money moved."""
    REFUSED = "REFUSED"
    """The money did not move and will not move under this key."""
    RETURNED = "RETURNED"
    """The money moved and came back."""


class Kind(StrEnum):
    """What news of an order says."""

    CONFIRMED = "CONFIRMED"
    FAILED = "FAILED"
    """Accepted at first, then refused: the money did not move."""
    RETURNED = "RETURNED"


class Reason(StrEnum):
    """Why an order was refused, failed or came back."""

    NAME_MISMATCH = "NAME_MISMATCH"
    NO_SUCH_ACCOUNT = "NO_SUCH_ACCOUNT"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    ACCOUNT_BLOCKED = "ACCOUNT_BLOCKED"
    LIMIT = "LIMIT"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Order:
    """Pay so much to this account.  `at` is the moment of the intent: a repeated order carries the first one's.

    Raises: Malformed.
    """

    key: str
    """The idempotency key, which the bank sees: a new attempt to other particulars is a new key."""
    amount_fen: int
    payee_name: str = field(repr=False)
    account_no: str = field(repr=False)
    bank: str
    """The payee's bank: its twelve-digit CNAPS number, or its name."""
    purpose: str = field(repr=False)
    at: datetime

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise _wrong("key", repr(self.key[:40]), KEY_WANT)
        if type(self.amount_fen) is not int or not 0 < self.amount_fen <= MAX_FEN:
            raise _wrong("amount_fen", str(self.amount_fen)[:40], f"whole fen from 1 to {MAX_FEN}")
        if not _ACCOUNT.fullmatch(self.account_no):
            raise _wrong(
                "account_no", f"{len(self.account_no)} characters", "1 to 34 letters and digits without spaces"
            )
        for name, most in (("payee_name", 140), ("bank", 140), ("purpose", 140)):
            text: str = getattr(self, name)
            if not 0 < len(text.strip()) <= len(text) <= most or not plain(text):
                raise _wrong(name, f"{len(text)} characters", f"1 to {most} characters that can be printed")
        if self.at.utcoffset() is None:
            raise _wrong("at", "a moment without its zone", "a moment with its zone")

    def content(self) -> str:
        """A digest of everything but the moment: two orders under one key must have the same."""
        held = [self.key, self.amount_fen, self.payee_name, self.account_no, self.bank, self.purpose]
        return hashlib.sha256(json.dumps(held, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank says of one order now."""

    key: str
    state: State
    at: datetime
    bank_ref: str | None = None
    reason: Reason | None = None
    says: str = ""
    """The bank's own words or code, for staff."""


@dataclass(frozen=True, slots=True)
class Event:
    """News of one order.  It may come twice and out of order: (key, kind) tells whether it is known already."""

    no: int
    """The place in the news, rising; ask for what is after the last one seen."""
    key: str
    kind: Kind
    amount_fen: int
    at: datetime
    """When it happened, by the bank's account."""
    bank_ref: str | None = None
    reason: Reason | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something that came from the bank and could not be read: a person has to look at it."""

    name: str
    says: str
    at: datetime


class Payments(Protocol):
    """A way to pay.  One key pays at most once, however often and from wherever it is sent."""

    def send(self, order: Order) -> Answer:
        """Hand an order to the bank, or hear again what became of it.  Raises: NoAnswer, KeyReused."""

    def status(self, key: str, at: datetime) -> Answer | None:
        """What the bank says of a key at this moment; None where it never had it.  Raises: NoAnswer."""

    def news(self, after: int, at: datetime) -> list[Event]:
        """Up to a thousand events after number `after` (0 for all), in the order they came.  Raises: NoAnswer."""

    def set_aside(self) -> list[SetAside]:
        """What came from the bank and could not be read, oldest first."""


NEWS_AT_ONCE = 1000


def _wrong(place: str, got: str, want: str) -> Malformed:
    return Malformed(file="payment order", place=place, got=got, want=want)
