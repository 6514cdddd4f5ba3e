"""Line: how a party in memory is reached: calls that get lost, and news that comes late, twice and out of order."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from hearth.wires.chance import draw
from hearth.wires.faults import NoAnswer
from hearth.wires.moments import micros
from hearth.wires.statefile import StateFile

TABLES = (
    """CREATE TABLE calls (
        key TEXT NOT NULL, verb TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (key, verb)
    ) STRICT""",
    # Told news is numbered when it is released, so that a cursor never passes over something not yet due.
    """CREATE TABLE planned (
        key TEXT NOT NULL, kind TEXT NOT NULL, copy INTEGER NOT NULL, happens_at INTEGER NOT NULL,
        told_at INTEGER NOT NULL, PRIMARY KEY (key, kind, copy)
    ) STRICT""",
    "CREATE INDEX planned_told ON planned (told_at)",
    """CREATE TABLE news (
        no INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, kind TEXT NOT NULL, happened_at INTEGER NOT NULL
    ) STRICT""",
)


A = TypeVar("A")


class Faults(Protocol):
    """How often a line goes wrong: shares of calls for time-outs, of keys for the rest, drawn from the seed."""

    @property
    def seed(self) -> int: ...
    @property
    def timeout_before(self) -> float: ...
    @property
    def timeout_after_success(self) -> float: ...
    @property
    def timeout_asking(self) -> float: ...
    @property
    def out_of_order(self) -> float: ...
    @property
    def out_of_order_seconds(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Line:
    """The line to one party, which keeps its book in a state file with TABLES in it."""

    wire: str
    file: StateFile
    faults: Faults

    def call(self, key: str, verb: str, do: Callable[[sqlite3.Connection], A]) -> A:
        """What the party answers once it has done it, unless the call or its answer is lost.  Raises: NoAnswer."""
        faults = self.faults
        answer: A | None = None
        with self.file.writing() as book:
            times = _counted(book, key, verb)
            is_lost = draw(faults.seed, "timeout_before", key, times) < faults.timeout_before
            if not is_lost:
                answer = do(book)
        if answer is None or draw(faults.seed, "timeout_after", key, times) < faults.timeout_after_success:
            raise NoAnswer(wire=self.wire, key=key)
        return answer

    def may_hang(self, key: str) -> None:
        """A question about a key, or for the news, gets lost sometimes.  Raises: NoAnswer."""
        if not self.faults.timeout_asking:
            return
        with self.file.writing() as book:
            times = _counted(book, key, "ask")
        if draw(self.faults.seed, "timeout_asking", key, times) < self.faults.timeout_asking:
            raise NoAnswer(wire=self.wire, key=key)

    def plan(self, book: sqlite3.Connection, key: str, happenings: Iterable[tuple[str, int]], *, twice: float) -> None:
        """What will be told of a key: each (kind, microseconds), a share of them twice, and some late."""
        faults = self.faults
        for kind, happens in happenings:
            for copy in range(2 if draw(faults.seed, f"duplicate {kind}", key) < twice else 1):
                told = happens
                if draw(faults.seed, f"late {kind} {copy}", key) < faults.out_of_order:
                    delay = draw(faults.seed, f"delay {kind} {copy}", key) * faults.out_of_order_seconds
                    told += int(delay * 1_000_000)
                book.execute("INSERT INTO planned VALUES (?, ?, ?, ?, ?)", (key, kind, copy, happens, told))


def release(book: sqlite3.Connection, at: datetime) -> None:
    """Number what is told by `at`, in the order of its telling."""
    book.execute(
        """INSERT INTO news (key, kind, happened_at) SELECT key, kind, happens_at FROM planned
           WHERE told_at <= ? ORDER BY told_at, key, kind, copy""",
        (micros(at),),
    )
    book.execute("DELETE FROM planned WHERE told_at <= ?", (micros(at),))


def _counted(book: sqlite3.Connection, key: str, verb: str) -> int:
    """The number of this call of this verb about this key, from 1."""
    row = book.execute(
        "INSERT INTO calls VALUES (?, ?, 1) ON CONFLICT (key, verb) DO UPDATE SET times = times + 1 RETURNING times",
        (key, verb),
    ).fetchone()
    return int(row["times"])
