"""Bank: a little bank whose book is a state file; it checks names, pays a key once, and goes wrong as banks do."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hearth.wires.chance import draw
from hearth.wires.faults import KeyReused
from hearth.wires.line import TABLES, Line, release
from hearth.wires.moments import micros, moment
from hearth.wires.payments.contract import NEWS_AT_ONCE, Answer, Event, Kind, Order, Reason, SetAside, State
from hearth.wires.spec import Spec
from hearth.wires.statefile import StateFile
from hearth.words.money import MAX_FEN

_FORM = 1_001
_TABLES = (
    *TABLES,
    """CREATE TABLE accounts (
        account_no TEXT PRIMARY KEY, holder TEXT NOT NULL, is_closed INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    # A transfer's whole future is known when it is booked; what holds at a moment follows from its times.
    """CREATE TABLE transfers (
        key TEXT PRIMARY KEY, content TEXT NOT NULL, bank_ref TEXT NOT NULL UNIQUE,
        amount_fen INTEGER NOT NULL CHECK (amount_fen > 0), account_no TEXT NOT NULL, payee_name TEXT NOT NULL,
        purpose TEXT NOT NULL, taken_at INTEGER NOT NULL,
        confirmed_at INTEGER, failed_at INTEGER, returned_at INTEGER, reason TEXT,
        CHECK ((confirmed_at IS NULL) <> (failed_at IS NULL)), CHECK (returned_at IS NULL OR confirmed_at IS NOT NULL)
    ) STRICT""",
    """CREATE TABLE refusals (
        key TEXT PRIMARY KEY, content TEXT NOT NULL, reason TEXT NOT NULL, taken_at INTEGER NOT NULL
    ) STRICT""",
)


@dataclass(frozen=True, slots=True)
class Habits:
    """How often this bank goes wrong, drawn from a seed; rates are shares of keys (time-outs: of calls)."""

    seed: int = 0
    timeout_before: float = 0.0
    timeout_after_success: float = 0.0
    timeout_asking: float = 0.0
    slow: float = 0.0
    slow_seconds: int = 60
    failed: float = 0.0
    returned: float = 0.0
    returned_seconds: int = 3600
    duplicate_events: float = 0.0
    out_of_order: float = 0.0
    out_of_order_seconds: int = 7200
    limit_fen: int = MAX_FEN
    new_accounts: str = "6222"
    """Numbers that begin so exist under whatever name is given, unless opened with a holder; empty: none does."""
    returning_accounts: str = ""
    """Money to numbers that begin so always comes back; empty: chance alone decides."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One line of the bank's book."""

    key: str
    bank_ref: str
    amount_fen: int
    account_no: str
    payee_name: str
    purpose: str
    state: State
    taken_at: datetime


class Bank:
    """The payment wire of the demo and of tests: a real program with a bank's faults."""

    def __init__(self, path: Path | None = None, habits: Habits | None = None) -> None:
        self.habits = habits or Habits()
        self._file = StateFile(path, _TABLES, _FORM)
        self._line = Line("bank", self._file, self.habits)

    @classmethod
    def at(cls, spec: Spec) -> Bank:
        """The bank at `memory:` or `memory:/path?...`; options are the fields of Habits.  Raises: Malformed."""
        path = spec.file()
        habits = Habits(
            seed=spec.whole("seed", 0, 0, 2**31),
            timeout_before=spec.rate("timeout_before"),
            timeout_after_success=spec.rate("timeout_after_success"),
            timeout_asking=spec.rate("timeout_asking"),
            slow=spec.rate("slow"),
            slow_seconds=spec.whole("slow_seconds", 60, 1, 10**7),
            failed=spec.rate("failed"),
            returned=spec.rate("returned"),
            returned_seconds=spec.whole("returned_seconds", 3600, 1, 10**7),
            duplicate_events=spec.rate("duplicate_events"),
            out_of_order=spec.rate("out_of_order"),
            out_of_order_seconds=spec.whole("out_of_order_seconds", 7200, 1, 10**7),
            limit_fen=spec.whole("limit_fen", MAX_FEN, 1, MAX_FEN),
            new_accounts=spec.text("new_accounts", "6222"),
            returning_accounts=spec.text("returning_accounts", ""),
        )
        spec.close()
        return cls(path, habits)

    # --- the wire ---

    def send(self, order: Order) -> Answer:
        """Pay once, or say again what became of the key.  Raises: NoAnswer, KeyReused."""

        def take(book: sqlite3.Connection) -> Answer:
            self._take(book, order)
            answer = self._answer(book, order.key, order.at)
            assert answer is not None
            return answer

        return self._line.call(order.key, "send", take)

    def status(self, key: str, at: datetime) -> Answer | None:
        """What became of a key, as of `at`.  Raises: NoAnswer."""
        self._line.may_hang(key)
        with self._file.reading() as book:
            return self._answer(book, key, at)

    def news(self, after: int, at: datetime) -> list[Event]:
        """News told by `at`, after number `after`.  Raises: NoAnswer."""
        self._line.may_hang("news")
        with self._file.writing() as book:
            release(book, at)
            rows = book.execute(
                """SELECT no, key, kind, happened_at, bank_ref, amount_fen, reason FROM news JOIN transfers USING (key)
                   WHERE no > ? ORDER BY no LIMIT ?""",
                (after, NEWS_AT_ONCE),
            ).fetchall()
        return [
            Event(
                no=row["no"],
                key=row["key"],
                kind=Kind(row["kind"]),
                amount_fen=row["amount_fen"],
                at=moment(row["happened_at"]),
                bank_ref=row["bank_ref"],
                reason=Reason(row["reason"]) if row["reason"] and row["kind"] != Kind.CONFIRMED else None,
            )
            for row in rows
        ]

    def set_aside(self) -> list[SetAside]:
        """Nothing: this bank speaks in values."""
        return []

    # --- behind the counter ---

    def open_account(self, account_no: str, holder: str) -> None:
        """An account whose holder is known: from now on another name is refused."""
        with self._file.writing() as book:
            book.execute(
                "INSERT INTO accounts (account_no, holder) VALUES (?, ?) "
                "ON CONFLICT (account_no) DO UPDATE SET holder = excluded.holder, is_closed = 0",
                (account_no, holder),
            )

    def close_account(self, account_no: str) -> None:
        """An account that takes no more money."""
        with self._file.writing() as book:
            book.execute(
                "INSERT INTO accounts (account_no, holder, is_closed) VALUES (?, '', 1) "
                "ON CONFLICT (account_no) DO UPDATE SET is_closed = 1",
                (account_no,),
            )

    def book(self, at: datetime) -> list[Transfer]:
        """Every transfer in the order of its taking, as of `at`: each key at most once."""
        with self._file.reading() as book:
            rows = book.execute("SELECT * FROM transfers ORDER BY taken_at, key").fetchall()
        return [
            Transfer(
                key=row["key"],
                bank_ref=row["bank_ref"],
                amount_fen=row["amount_fen"],
                account_no=row["account_no"],
                payee_name=row["payee_name"],
                purpose=row["purpose"],
                state=_state(row, micros(at))[0],
                taken_at=moment(row["taken_at"]),
            )
            for row in rows
        ]

    def _take(self, book: sqlite3.Connection, order: Order) -> None:
        known = book.execute(
            "SELECT content FROM transfers WHERE key = ? UNION ALL SELECT content FROM refusals WHERE key = ?",
            (order.key, order.key),
        ).fetchone()
        if known is not None:
            if known["content"] != order.content():
                raise KeyReused(key=order.key)
            return
        reason = self._objection(book, order)
        if reason is not None:
            book.execute(
                "INSERT INTO refusals VALUES (?, ?, ?, ?)", (order.key, order.content(), reason, micros(order.at))
            )
            return
        self._book(book, order)

    def _objection(self, book: sqlite3.Connection, order: Order) -> Reason | None:
        account = book.execute("SELECT * FROM accounts WHERE account_no = ?", (order.account_no,)).fetchone()
        if account is None:
            prefix = self.habits.new_accounts
            if not (prefix and order.account_no.startswith(prefix)):
                return Reason.NO_SUCH_ACCOUNT
        elif account["is_closed"]:
            return Reason.ACCOUNT_CLOSED
        elif same_name(account["holder"]) != same_name(order.payee_name):
            return Reason.NAME_MISMATCH
        return Reason.LIMIT if order.amount_fen > self.habits.limit_fen else None

    def _book(self, book: sqlite3.Connection, order: Order) -> None:
        habits, taken = self.habits, micros(order.at)

        def drawn(what: str, rate: float) -> bool:
            return draw(habits.seed, what, order.key) < rate

        fails = drawn("failed", habits.failed)
        waits = fails or drawn("slow", habits.slow)
        settled = taken + (habits.slow_seconds * 1_000_000 if waits else 0)
        marked = habits.returning_accounts != "" and order.account_no.startswith(habits.returning_accounts)
        comes_back = not fails and (marked or drawn("returned", habits.returned))
        returned = settled + habits.returned_seconds * 1_000_000 if comes_back else None
        book.execute(
            "INSERT INTO transfers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                order.key,
                order.content(),
                "B" + hashlib.sha256(order.key.encode()).hexdigest()[:19].upper(),
                order.amount_fen,
                order.account_no,
                order.payee_name,
                order.purpose,
                taken,
                None if fails else settled,
                settled if fails else None,
                returned,
                Reason.ACCOUNT_BLOCKED if fails else Reason.ACCOUNT_CLOSED if comes_back else None,
            ),
        )
        happenings = [(Kind.FAILED if fails else Kind.CONFIRMED, settled)]
        if returned is not None:
            happenings.append((Kind.RETURNED, returned))
        self._line.plan(book, order.key, happenings, twice=habits.duplicate_events)

    def _answer(self, book: sqlite3.Connection, key: str, at: datetime) -> Answer | None:
        row = book.execute("SELECT * FROM transfers WHERE key = ?", (key,)).fetchone()
        if row is not None:
            state, since = _state(row, micros(at))
            reason = Reason(row["reason"]) if state in (State.REFUSED, State.RETURNED) else None
            return Answer(key, state, moment(since), row["bank_ref"], reason)
        row = book.execute("SELECT * FROM refusals WHERE key = ?", (key,)).fetchone()
        if row is not None:
            return Answer(key, State.REFUSED, moment(row["taken_at"]), None, Reason(row["reason"]))
        return None


def same_name(name: str) -> str:
    """A name as banks compare it: width, case, spaces and the kind of middle dot do not matter."""
    return re.sub(r"[\s·•・‧∙.]", "", unicodedata.normalize("NFKC", name)).casefold()


def _state(row: sqlite3.Row, now: int) -> tuple[State, int]:
    for column, state in (
        ("returned_at", State.RETURNED),
        ("failed_at", State.REFUSED),
        ("confirmed_at", State.CONFIRMED),
    ):
        if row[column] is not None and row[column] <= now:
            return state, row[column]
    return State.ACCEPTED, row["taken_at"]
