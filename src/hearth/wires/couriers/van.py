"""Van: a little courier whose book is a state file; it comes, is late, loses parcels and tells its news twice."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hearth.wires.chance import draw
from hearth.wires.couriers.contract import NEWS_AT_ONCE, Answer, Kind, News, State, Trip
from hearth.wires.faults import KeyReused
from hearth.wires.line import TABLES, Line, release
from hearth.wires.moments import micros, moment
from hearth.wires.spec import Spec
from hearth.wires.statefile import StateFile

_FORM = 3_001
_SECOND = 1_000_000
_TABLES = (
    *TABLES,
    # A trip's whole future is known when it is taken; what holds at a moment follows from its times.
    """CREATE TABLE trips (
        key TEXT PRIMARY KEY, content TEXT NOT NULL, ref TEXT NOT NULL UNIQUE, address TEXT NOT NULL,
        taken_at INTEGER NOT NULL, is_refused INTEGER NOT NULL, collected_at INTEGER, arrived_at INTEGER,
        lost_at INTEGER, cancelled_at INTEGER,
        CHECK (is_refused OR (collected_at IS NOT NULL AND (arrived_at IS NULL) <> (lost_at IS NULL)))
    ) STRICT""",
)


@dataclass(frozen=True, slots=True)
class Habits:
    """How often this courier goes wrong, drawn from a seed; rates are shares of keys (time-outs: of calls)."""

    seed: int = 0
    timeout_before: float = 0.0
    timeout_after_success: float = 0.0
    timeout_asking: float = 0.0
    refused: float = 0.0
    late: float = 0.0
    late_seconds: int = 172_800
    travel_seconds: int = 86_400
    lost: float = 0.0
    duplicate_news: float = 0.0
    out_of_order: float = 0.0
    out_of_order_seconds: int = 7_200
    demo_seconds: int = 0
    """Above 0 the van does not wait for the window: it comes so long after it was asked, and arrives as much later."""
    losing_addresses: str = ""
    """A parcel from or to an address that holds this text is always lost; empty: chance alone decides."""


class Van:
    """The courier wire of the demo and of tests: a real program with a courier's faults."""

    def __init__(self, path: Path | None = None, habits: Habits | None = None) -> None:
        self.habits = habits or Habits()
        self._file = StateFile(path, _TABLES, _FORM)
        self._line = Line("courier", self._file, self.habits)

    @classmethod
    def at(cls, spec: Spec) -> Van:
        """The van at `memory:` or `memory:/path?...`; options are the fields of Habits.  Raises: Malformed."""
        path = spec.file()
        habits = Habits(
            seed=spec.whole("seed", 0, 0, 2**31),
            timeout_before=spec.rate("timeout_before"),
            timeout_after_success=spec.rate("timeout_after_success"),
            timeout_asking=spec.rate("timeout_asking"),
            refused=spec.rate("refused"),
            late=spec.rate("late"),
            late_seconds=spec.whole("late_seconds", 172_800, 1, 10**7),
            travel_seconds=spec.whole("travel_seconds", 86_400, 1, 10**7),
            lost=spec.rate("lost"),
            duplicate_news=spec.rate("duplicate_news"),
            out_of_order=spec.rate("out_of_order"),
            out_of_order_seconds=spec.whole("out_of_order_seconds", 7_200, 1, 10**7),
            demo_seconds=spec.whole("demo_seconds", 0, 0, 10**5),
            losing_addresses=spec.text("losing_addresses", ""),
        )
        spec.close()
        return cls(path, habits)

    def book(self, trip: Trip) -> Answer:
        """Take a trip once, or say again what became of the key.  Raises: NoAnswer, KeyReused."""

        def take(book: sqlite3.Connection) -> Answer:
            self._take(book, trip)
            answer = _answer(book, trip.key, trip.at)
            assert answer is not None
            return answer

        return self._line.call(trip.key, "book", take)

    def cancel(self, key: str, at: datetime) -> Answer | None:
        """Take a trip back unless the parcel was fetched already.  Raises: NoAnswer."""
        self._line.may_hang(key)
        with self._file.writing() as book:
            gone = book.execute(
                "UPDATE trips SET cancelled_at = ? WHERE key = ? AND cancelled_at IS NULL AND collected_at > ?",
                (micros(at), key, micros(at)),
            ).rowcount
            if gone:
                book.execute("DELETE FROM planned WHERE key = ?", (key,))
            return _answer(book, key, at)

    def status(self, key: str, at: datetime) -> Answer | None:
        """What became of a key, as of `at`.  Raises: NoAnswer."""
        self._line.may_hang(key)
        with self._file.reading() as book:
            return _answer(book, key, at)

    def news(self, after: int, at: datetime) -> list[News]:
        """News told by `at`, after number `after`.  Raises: NoAnswer."""
        self._line.may_hang("news")
        with self._file.writing() as book:
            release(book, at)
            rows = book.execute("SELECT * FROM news WHERE no > ? ORDER BY no LIMIT ?", (after, NEWS_AT_ONCE)).fetchall()
        return [News(row["no"], row["key"], Kind(row["kind"]), moment(row["happened_at"])) for row in rows]

    def _take(self, book: sqlite3.Connection, trip: Trip) -> None:
        known = book.execute("SELECT content FROM trips WHERE key = ?", (trip.key,)).fetchone()
        if known is not None:
            if known["content"] != trip.content():
                raise KeyReused(key=trip.key)
            return
        habits = self.habits

        def drawn(what: str, rate: float) -> bool:
            return draw(habits.seed, what, trip.key) < rate

        ref = "V" + hashlib.sha256(trip.key.encode()).hexdigest()[:15].upper()
        held = [trip.key, trip.content(), ref, trip.address, micros(trip.at)]
        if drawn("refused", habits.refused):
            book.execute("INSERT INTO trips VALUES (?, ?, ?, ?, ?, 1, NULL, NULL, NULL, NULL)", held)
            return
        # Somewhere in the window that was promised, or late.
        window = micros(trip.window_to) - micros(trip.window_from)
        collected = micros(trip.window_from) + int(draw(habits.seed, "comes", trip.key) * window)
        if drawn("late", habits.late):
            collected += habits.late_seconds * _SECOND
        travels = habits.travel_seconds * _SECOND
        if habits.demo_seconds:
            travels = habits.demo_seconds * _SECOND
            collected = micros(trip.at) + travels
        ends = collected + travels
        marked = habits.losing_addresses != "" and habits.losing_addresses in trip.address
        is_lost = marked or drawn("lost", habits.lost)
        book.execute(
            "INSERT INTO trips VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, NULL)",
            [*held, collected, None if is_lost else ends, ends if is_lost else None],
        )
        happenings = ((Kind.COLLECTED, collected), (Kind.LOST if is_lost else Kind.ARRIVED, ends))
        self._line.plan(book, trip.key, happenings, twice=habits.duplicate_news)


def _answer(book: sqlite3.Connection, key: str, at: datetime) -> Answer | None:
    row = book.execute("SELECT * FROM trips WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row["is_refused"]:
        return Answer(key, State.REFUSED, moment(row["taken_at"]), row["ref"])
    for column, state in (
        ("cancelled_at", State.CANCELLED),
        ("lost_at", State.LOST),
        ("arrived_at", State.ARRIVED),
        ("collected_at", State.COLLECTED),
    ):
        if row[column] is not None and row[column] <= micros(at):
            return Answer(key, state, moment(row[column]), row["ref"])
    return Answer(key, State.TAKEN, moment(row["taken_at"]), row["ref"])
