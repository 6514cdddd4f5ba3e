"""Outbox: messages kept in a state file instead of sent, with a carrier's faults; the demo's inbox reads it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hearth.wires.chance import draw
from hearth.wires.faults import KeyReused, NoAnswer
from hearth.wires.messages.contract import Answer, Channel, Message, State
from hearth.wires.moments import micros, moment
from hearth.wires.spec import Spec
from hearth.wires.statefile import StateFile

_FORM = 2_001
_TABLES = (
    """CREATE TABLE messages (
        no INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, content TEXT NOT NULL, ref TEXT NOT NULL,
        recipient TEXT NOT NULL, channel TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, lang TEXT NOT NULL,
        state TEXT NOT NULL, taken_at INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX messages_recipient ON messages (recipient, no)",
    "CREATE TABLE calls (key TEXT PRIMARY KEY, times INTEGER NOT NULL) STRICT",
)


@dataclass(frozen=True, slots=True)
class Habits:
    """How often this carrier goes wrong, drawn from a seed: shares of calls, and for numbers shares of numbers."""

    seed: int = 0
    timeout_before: float = 0.0
    timeout_after_success: float = 0.0
    throttled: float = 0.0
    unreachable: float = 0.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the carrier took."""

    no: int
    key: str
    to: str
    channel: Channel
    subject: str
    text: str
    lang: str
    at: datetime


class Outbox:
    """The message wire of the demo and of tests: nothing leaves the machine, all of it can be read."""

    def __init__(self, path: Path | None = None, habits: Habits | None = None) -> None:
        self.habits = habits or Habits()
        self._file = StateFile(path, _TABLES, _FORM)

    @classmethod
    def at(cls, spec: Spec) -> Outbox:
        """The outbox at `memory:` or `memory:/path?...`; options are the fields of Habits.  Raises: Malformed."""
        path = spec.file()
        habits = Habits(
            seed=spec.whole("seed", 0, 0, 2**31),
            timeout_before=spec.rate("timeout_before"),
            timeout_after_success=spec.rate("timeout_after_success"),
            throttled=spec.rate("throttled"),
            unreachable=spec.rate("unreachable"),
        )
        spec.close()
        return cls(path, habits)

    def send(self, message: Message) -> Answer:
        """Keep a message once, or say again what became of the key.  Raises: NoAnswer, KeyReused."""
        habits, answer = self.habits, None
        with self._file.writing() as box:
            call = box.execute(
                "INSERT INTO calls VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1 RETURNING times",
                (message.key,),
            ).fetchone()["times"]

            def drawn(what: str, rate: float) -> bool:
                return draw(habits.seed, what, message.key, call) < rate

            known = box.execute("SELECT * FROM messages WHERE key = ?", (message.key,)).fetchone()
            lost_before = drawn("timeout_before", habits.timeout_before)
            if lost_before:
                pass
            elif known is not None:
                if known["content"] != message.content():
                    raise KeyReused(key=message.key)
                answer = Answer(message.key, State(known["state"]), moment(known["taken_at"]), known["ref"])
            elif drawn("throttled", habits.throttled):
                answer = Answer(message.key, State.THROTTLED, message.at)
            else:
                away = draw(habits.seed, "unreachable", message.to) < habits.unreachable
                state = State.UNREACHABLE if away else State.SENT
                ref = "M" + hashlib.sha256(message.key.encode()).hexdigest()[:19].upper()
                box.execute(
                    "INSERT INTO messages (key, content, ref, recipient, channel, subject, text, lang, state, taken_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        message.key,
                        message.content(),
                        ref,
                        message.to,
                        message.channel,
                        message.subject,
                        message.text,
                        message.lang,
                        state,
                        micros(message.at),
                    ),
                )
                answer = Answer(message.key, state, message.at, ref)
        if answer is None or (
            answer.state is not State.THROTTLED and drawn("timeout_after", habits.timeout_after_success)
        ):
            raise NoAnswer(wire="message carrier", key=message.key)
        return answer

    def status(self, key: str, at: datetime) -> Answer | None:
        """What became of a key; `at` changes nothing here."""
        with self._file.reading() as box:
            row = box.execute("SELECT * FROM messages WHERE key = ?", (key,)).fetchone()
        return Answer(key, State(row["state"]), moment(row["taken_at"]), row["ref"]) if row else None

    def carries(self) -> frozenset[Channel]:
        """Every channel."""
        return frozenset(Channel)

    def sent(self, to: str | None = None, limit: int = 200) -> list[Sent]:
        """The newest messages that went out, to one recipient or to all, newest first."""
        with self._file.reading() as box:
            whose, asked = ("", ()) if to is None else ("recipient = ? AND ", (to,))
            rows = box.execute(
                f"SELECT * FROM messages WHERE {whose}state = ? ORDER BY no DESC LIMIT ?", (*asked, State.SENT, limit)
            ).fetchall()
        return [
            Sent(
                no=row["no"],
                key=row["key"],
                to=row["recipient"],
                channel=Channel(row["channel"]),
                subject=row["subject"],
                text=row["text"],
                lang=row["lang"],
                at=moment(row["taken_at"]),
            )
            for row in rows
        ]
