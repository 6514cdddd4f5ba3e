"""Pinboard: webhooks kept in a state file instead of sent, with the faults of real receivers; for demo and tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hearth.wires.chance import draw
from hearth.wires.moments import micros, moment
from hearth.wires.spec import Spec
from hearth.wires.statefile import StateFile
from hearth.wires.webhooks.contract import Answer, Call, Trouble

_FORM = 3
_TABLES = (
    """CREATE TABLE calls (
        no INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL,
        signature TEXT NOT NULL, stamp TEXT NOT NULL, at INTEGER NOT NULL, status INTEGER
    ) STRICT""",
    "CREATE INDEX calls_key ON calls (key, no)",
)


@dataclass(frozen=True, slots=True)
class Habits:
    """How often receivers go wrong, drawn from a seed: shares of calls."""

    seed: int = 0
    timeout: float = 0.0
    timeout_after_taking: float = 0.0
    failing: float = 0.0
    gone: float = 0.0


@dataclass(frozen=True, slots=True)
class Pinned:
    """A call that arrived; `status` None: taken, but the answer was lost."""

    no: int
    url: str
    key: str
    body: bytes
    signature: str
    stamp: str
    at: datetime
    status: int | None


class Pinboard:
    """The webhook wire of the demo and of tests: nothing leaves the machine, all of it can be read."""

    def __init__(self, path: Path | None = None, habits: Habits | None = None) -> None:
        self.habits = habits or Habits()
        self._file = StateFile(path, _TABLES, _FORM)
        self._tries: dict[str, int] = {}

    @classmethod
    def at(cls, spec: Spec) -> Pinboard:
        """The board at `memory:` or `memory:/path?...`; options are the fields of Habits.  Raises: Malformed."""
        path = spec.file()
        habits = Habits(
            seed=spec.whole("seed", 0, 0, 2**31),
            timeout=spec.rate("timeout"),
            timeout_after_taking=spec.rate("timeout_after_taking"),
            failing=spec.rate("failing"),
            gone=spec.rate("gone"),
        )
        spec.close()
        return cls(path, habits)

    def call(self, call: Call) -> Answer:
        """Keep a message, or fail as receivers do."""
        habits, headers = self.habits, call.headers()
        count = self._tries[call.key] = self._tries.get(call.key, 0) + 1

        def drawn(what: str, rate: float) -> bool:
            return draw(habits.seed, what, f"{call.key} {headers['Hearth-Timestamp']}", count) < rate

        if drawn("timeout", habits.timeout):
            return Answer(None, Trouble.NO_ANSWER)
        if draw(habits.seed, "gone", call.url) < habits.gone:
            return Answer(410, Trouble.STATUS)
        if drawn("failing", habits.failing):
            return Answer(503, Trouble.STATUS)
        is_lost = drawn("timeout after", habits.timeout_after_taking)
        with self._file.writing() as board:
            board.execute(
                "INSERT INTO calls (url, key, body, signature, stamp, at, status) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    call.url,
                    call.key,
                    call.body,
                    headers["Hearth-Signature"],
                    headers["Hearth-Timestamp"],
                    micros(call.at),
                    None if is_lost else 200,
                ),
            )
        return Answer(None, Trouble.NO_ANSWER) if is_lost else Answer(200)

    def calls(self, url: str | None = None, limit: int = 1000) -> list[Pinned]:
        """What arrived, oldest first, at one address or at all."""
        whose, asked = ("", ()) if url is None else ("WHERE url = ?", (url,))
        with self._file.reading() as board:
            rows = board.execute(f"SELECT * FROM calls {whose} ORDER BY no LIMIT ?", (*asked, limit)).fetchall()
        return [
            Pinned(
                row["no"],
                row["url"],
                row["key"],
                bytes(row["body"]),
                row["signature"],
                row["stamp"],
                moment(row["at"]),
                row["status"],
            )
            for row in rows
        ]
