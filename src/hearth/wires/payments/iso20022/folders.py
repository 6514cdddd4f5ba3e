"""Folders: orders as files for the bank's program to fetch, its reports read from a folder; a journal knows both."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from hearth.wires.faults import KeyReused
from hearth.wires.moments import micros, moment
from hearth.wires.payments.contract import NEWS_AT_ONCE, Answer, Event, Kind, Order, Reason, SetAside, State
from hearth.wires.payments.iso20022.reports import Known, Report, read_report
from hearth.wires.payments.iso20022.writing import Payer, pain_001, reference
from hearth.wires.payments.iso20022.xml import MAX_BYTES
from hearth.wires.spec import Spec
from hearth.wires.statefile import StateFile
from hearth.wires.texts import plain
from hearth.words.faults import Malformed

_FORM = 3_001
_TABLES = (
    """CREATE TABLE orders (
        key TEXT PRIMARY KEY, reference TEXT NOT NULL UNIQUE, content TEXT NOT NULL,
        amount_fen INTEGER NOT NULL CHECK (amount_fen > 0), ordered_at INTEGER NOT NULL,
        is_written INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    """CREATE TABLE files (
        digest TEXT PRIMARY KEY, name TEXT NOT NULL, read_at INTEGER NOT NULL, wrong TEXT
    ) STRICT""",
    """CREATE TABLE news (
        no INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL REFERENCES orders, kind TEXT NOT NULL,
        amount_fen INTEGER NOT NULL, happened_at INTEGER NOT NULL, bank_ref TEXT, reason TEXT, says TEXT NOT NULL,
        UNIQUE (key, kind)
    ) STRICT""",
)
_OUTCOMES = (
    (Kind.RETURNED, State.RETURNED),
    (Kind.CONFIRMED, State.CONFIRMED),
    (Kind.FAILED, State.REFUSED),
)
"""What holds when reports say several things, in this order: money seen to move outweighs word that it would not."""


class Folders:
    """The payment wire to a real bank: a file an order out, status and entry reports in, all kept in `done`.

    done/journal.sqlite3 knows every order and report; done/read holds files that were read, done/refused those that
    could not be.  The bank's program may take files out of `out` at any time after they are there.
    """

    def __init__(self, out: Path, inbox: Path, done: Path, payer: Payer) -> None:
        self._out, self._in, self._done, self._payer = out, inbox, done, payer
        for folder in (out, inbox, done / "read", done / "refused"):
            try:
                folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            except OSError as broken:
                raise Malformed(file=str(folder), got=broken.strerror or "no room", want="a folder") from broken
        if inbox.stat().st_dev != done.stat().st_dev:
            raise Malformed(file=str(done), got="a folder on another disk than the folder in", want="the same disk")
        self._journal = StateFile(done / "journal.sqlite3", _TABLES, _FORM)

    @classmethod
    def at(cls, spec: Spec) -> Folders:
        """The folders at `iso20022:/out:/in?debtor_name=..&debtor_account=..&debtor_bank=..[&done=..]`.

        Raises: Malformed.
        """
        places = spec.places()
        if len(places) != 2:
            raise spec.wrong("folders", f"{len(places)} places", "the folder out and the folder in, joined by a colon")
        out, inbox = spec.folder("out", places[0]), spec.folder("in", places[1])
        done = spec.folder("done", spec.text("done", str(inbox.parent / "done")))
        if len({out, inbox, done}) < 3:
            raise spec.wrong("folders", "one folder twice", "three different folders for out, in and done")
        payer = Payer(spec.text("debtor_name"), spec.text("debtor_account"), spec.text("debtor_bank"))
        spec.close()
        if not (len(payer.name) <= 140 and len(payer.bank) <= 140 and plain(payer.name + payer.bank)):
            raise spec.wrong("debtor_name, debtor_bank", "another text", "at most 140 characters that can be printed")
        if not (payer.account_no.isascii() and payer.account_no.isalnum() and len(payer.account_no) <= 34):
            raise spec.wrong("debtor_account", "another text", "at most 34 letters and digits")
        return cls(out, inbox, done, payer)

    # --- the wire ---

    def send(self, order: Order) -> Answer:
        """Lay the order's file out, once.  (1) intent row (2) file (3) outcome row.  Raises: KeyReused.

        A death between (2) and (3) has the same bytes under the same name and ids laid out again on the next call:
        the bank's own check for repeated message ids then has the last word.
        """
        name = reference(order.key)
        with self._alone("out.lock"):
            with self._journal.writing() as journal:  # (1)
                journal.execute(
                    "INSERT OR IGNORE INTO orders (key, reference, content, amount_fen, ordered_at) "
                    "VALUES (?, ?, ?, ?, ?)",
                    (order.key, name, order.content(), order.amount_fen, micros(order.at)),
                )
                row = journal.execute("SELECT * FROM orders WHERE key = ?", (order.key,)).fetchone()
            if row["content"] != order.content():
                raise KeyReused(key=order.key)
            if not row["is_written"]:
                first = Order(
                    order.key,
                    order.amount_fen,
                    order.payee_name,
                    order.account_no,
                    order.bank,
                    order.purpose,
                    moment(row["ordered_at"]),
                )
                write_whole(self._out / f"{name}.xml", pain_001(first, self._payer))  # (2)
                with self._journal.writing() as journal:  # (3)
                    journal.execute("UPDATE orders SET is_written = 1 WHERE key = ?", (order.key,))
        answer = self.status(order.key, order.at)
        assert answer is not None
        return answer

    def status(self, key: str, at: datetime) -> Answer | None:
        """What the reports read so far say of a key; `at` changes nothing here."""
        with self._journal.reading() as journal:
            order = journal.execute("SELECT * FROM orders WHERE key = ?", (key,)).fetchone()
            reports = {row["kind"]: row for row in journal.execute("SELECT * FROM news WHERE key = ?", (key,))}
        if order is None:
            return None
        for kind, state in _OUTCOMES:
            if row := reports.get(kind):
                reason = Reason(row["reason"]) if row["reason"] else None
                return Answer(key, state, moment(row["happened_at"]), row["bank_ref"], reason, row["says"])
        return Answer(key, State.ACCEPTED, moment(order["ordered_at"]))

    def news(self, after: int, at: datetime) -> list[Event]:
        """Read what lies in the folder, then tell what is new.  A file that cannot be read is set aside whole."""
        with self._alone("in.lock"):
            for path in self._arrived():
                self._take_in(path, at)
        with self._journal.reading() as journal:
            rows = journal.execute(
                "SELECT * FROM news WHERE no > ? ORDER BY no LIMIT ?", (after, NEWS_AT_ONCE)
            ).fetchall()
        return [
            Event(
                no=row["no"],
                key=row["key"],
                kind=Kind(row["kind"]),
                amount_fen=row["amount_fen"],
                at=moment(row["happened_at"]),
                bank_ref=row["bank_ref"],
                reason=Reason(row["reason"]) if row["reason"] else None,
                says=row["says"],
            )
            for row in rows
        ]

    def set_aside(self) -> list[SetAside]:
        """Files that could not be read, with what is wrong in each; they lie in done/refused."""
        with self._journal.reading() as journal:
            rows = journal.execute("SELECT * FROM files WHERE wrong IS NOT NULL ORDER BY read_at, name").fetchall()
        return [SetAside(row["name"], row["wrong"], moment(row["read_at"])) for row in rows]

    # --- the folder in ---

    def _arrived(self) -> list[Path]:
        """Files of the folder in, by name; hidden names and *.part, *.tmp are still being written."""
        return sorted(
            path
            for path in self._in.iterdir()
            if not path.name.startswith(".")
            and path.suffix not in (".part", ".tmp")
            and path.is_file()
            and not path.is_symlink()
        )

    def _take_in(self, path: Path, at: datetime) -> None:
        """(1) read (2) reports and digest into the journal, whole or not at all (3) move the file out of the way.

        A file met again, after a death between (2) and (3) or because the bank sent it twice, says nothing new; one
        that was set aside is tried again when it is laid into the folder again.
        """
        name = path.name.encode("utf-8", "replace").decode("utf-8")
        reports: list[Report] = []
        wrong = None
        try:
            with path.open("rb") as opened:
                held = opened.read(MAX_BYTES + 1)
            digest = hashlib.sha256(held).hexdigest()
            reports = read_report(held, name, self._ours)
            self._agree(reports, name)
        except Malformed as fault:
            wrong, reports = str(fault), []
        except OSError as broken:
            self._note(f"unread {name}", name, at, broken.strerror or "cannot be read")
            return
        with self._journal.writing() as journal:
            journal.executemany(
                "INSERT OR IGNORE INTO news (key, kind, amount_fen, happened_at, bank_ref, reason, says) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (each.key, each.kind, each.amount_fen, micros(each.at), each.bank_ref, each.reason, each.says)
                    for each in reports
                ],
            )
            journal.execute("DELETE FROM files WHERE digest IN (?, ?)", (digest, f"unread {name}"))
            journal.execute("INSERT INTO files VALUES (?, ?, ?, ?)", (digest, name, micros(at), wrong))
        # Names from outside may be too long for one more letter, or hold bytes that are no text.
        safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)[-80:]
        _move(path, self._done / ("read" if wrong is None else "refused") / f"{digest[:12]}-{safe}")

    def _agree(self, reports: list[Report], name: str) -> None:
        """Refuse a second amount for what was reported before: a return in two parts is for a person to sort out."""
        told: dict[tuple[str, str], int] = {}
        with self._journal.reading() as journal:
            for each in reports:
                row = journal.execute(
                    "SELECT amount_fen FROM news WHERE key = ? AND kind = ?", (each.key, each.kind)
                ).fetchone()
                first = told.setdefault((each.key, each.kind), row["amount_fen"] if row else each.amount_fen)
                if first != each.amount_fen:
                    got = f"{each.kind} of {each.key} over {each.amount_fen} fen"
                    raise Malformed(file=name, got=got, want=f"the {first} fen that were reported before")

    def _note(self, digest: str, name: str, at: datetime, wrong: str) -> None:
        with self._journal.writing() as journal:
            journal.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", (digest, name, micros(at), wrong))

    def _ours(self, name: str) -> Known | None:
        with self._journal.reading() as journal:
            row = journal.execute("SELECT key, amount_fen FROM orders WHERE reference = ?", (name,)).fetchone()
        return Known(row["key"], row["amount_fen"]) if row else None

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """One process and thread at a time; the system lets go when its holder dies."""
        lock = os.open(self._done / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def write_whole(path: Path, held: bytes) -> None:
    """A file that is there whole and on the disk, or not at all; its name appears last."""
    beside = path.with_name(f".{path.name}.part")
    number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
    with os.fdopen(number, "wb") as opened:
        opened.write(held)
        opened.flush()
        os.fsync(opened.fileno())
    os.replace(beside, path)
    _settle(path.parent)


def _move(path: Path, to: Path) -> None:
    os.replace(path, to)
    _settle(to.parent)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Names of a folder are on the disk."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)
