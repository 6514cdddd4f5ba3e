"""State file: a SQLite file that several processes and threads share, or one in memory for a single test."""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hearth.words.faults import Malformed

_WAIT_SECONDS = 60


class StateFile:
    """Tables that survive kill -9 of any of their users; a change is there whole or not at all.

    `form` is the number of these tables, another one for each kind of file and each change of it.
    A file is opened anew for every use: a connection must neither cross a fork nor be shared by threads.
    """

    def __init__(self, path: Path | None, tables: tuple[str, ...], form: int) -> None:
        self._path = path
        self._own: sqlite3.Connection | None = None
        self._lock = threading.RLock()
        if path is None:
            self._own = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            self._own.row_factory = sqlite3.Row
            self._lay(self._own, tables, form)
            return
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Switching to WAL does not wait for other users as ordinary locks do; this lock makes it wait.
            gate = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as broken:
            raise self._wrong(broken.strerror or "no room", "a place that can be written") from broken
        try:
            fcntl.flock(gate, fcntl.LOCK_EX)
            self._there(path)
            with closing(self._connected(path)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                self._lay(connection, tables, form)
        except OSError as broken:
            raise self._wrong(broken.strerror or "no room", "a file that can be written") from broken
        except sqlite3.DatabaseError as broken:
            raise self._wrong(str(broken), "a state file of this wire") from broken
        finally:
            os.close(gate)

    @staticmethod
    def _there(path: Path) -> None:
        """A new file is nobody else's.  One that is there is not opened: closing it takes away the locks by which
        SQLite keeps the other threads of this process apart from other processes.
        """
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        elif not path.is_file():
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        elif not os.access(path, os.R_OK | os.W_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    def _wrong(self, got: str, want: str) -> Malformed:
        return Malformed(file=str(self._path or "memory"), got=got, want=want)

    def _lay(self, connection: sqlite3.Connection, tables: tuple[str, ...], form: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        strange = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] if found == 0 else 0
        if found not in (0, form) or strange:
            connection.execute("ROLLBACK")
            raise self._wrong(f"tables of form {found}", f"an empty file or tables of form {form}")
        if found == 0:
            for table in tables:
                connection.execute(table)
            connection.execute(f"PRAGMA user_version = {form:d}")
        connection.execute("COMMIT")

    def _connected(self, path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        # Whoever was told "paid" must find it after a power cut too.
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for questions."""
        if self._own is not None:
            with self._lock:
                yield self._own
        else:
            assert self._path is not None
            with closing(self._connected(self._path)) as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection that alone may write until the block ends; an exception undoes all of the block."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                # Of a full disk and the like SQLite has undone it already, and says so by what is raised here.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
