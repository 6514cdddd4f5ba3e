"""The data folder: where it is, what is in it, and whether it is ours."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hearth.doors.launch.account import Account, name_of
from hearth.doors.launch.faults import (
    DiskFull,
    FolderNotOurs,
    FolderNotWritable,
    FolderOfAnotherAccount,
    SocketPathTooLong,
)

MARKER = "hearth-data-folder"
MARKER_TEXT = "This folder holds the data of one Hearth installation. Copy or move it only while Hearth is stopped.\n"
SOCKET_FILE = ".s.PGSQL.5432"
# sun_path holds 108 bytes with the closing zero.
SOCKET_LIMIT = 107
FULL = (errno.ENOSPC, errno.EDQUOT)


def default_data_dir() -> Path:
    """HEARTH_DATA_DIR, else /var/lib/hearth for root, else ~/.local/share/hearth (or below XDG_DATA_HOME)."""
    named = os.environ.get("HEARTH_DATA_DIR", "").strip()
    if named:
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/hearth")
    shared = os.environ.get("XDG_DATA_HOME", "").strip()
    return (Path(shared) if shared.startswith("/") else Path.home() / ".local" / "share") / "hearth"


class DataFolder:
    """The paths inside one data folder."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path).expanduser().absolute()
        self.marker = self.path / MARKER
        self.logs = self.path / "logs"
        self.database = self.path / "postgres"
        self.cluster = self.database / "cluster"
        self.passwords = self.database / "passwords.json"
        self.programs = self.path / "programs"
        self.sockets = self.path / "run"
        self.socket_note = self.path / "socket-folder"
        self.database_log = self.logs / "postgres.log"
        self.start_lock = self.path / "start.lock"
        self.lease_lock = self.path / "leases.lock"
        self.keeper_lock = self.path / "keeper.lock"
        self.run_lock = self.path / "run.lock"

    def claim(self) -> None:
        """Make the folder, or see that it is ours; a folder with anything else in it is left alone."""
        with self.faults_told():
            if self.path.exists() and not self.path.is_dir():
                raise FolderNotOurs(folder=self.path, found="a file")
            self.path.mkdir(parents=True, exist_ok=True)
            found = sorted(os.listdir(self.path))
            # The marker is the first thing ever written, so another start at this moment is never seen without it.
            if not self.marker.exists():
                foreign = [name for name in found if name != "lost+found"]
                if foreign:
                    raise FolderNotOurs(folder=self.path, found=", ".join(foreign[:3]))
                with self._new_marker() as marker:
                    os.write(marker, MARKER_TEXT.encode())
            owner = self.marker.stat().st_uid
            if owner != os.geteuid():
                raise FolderOfAnotherAccount(folder=self.path, owner=name_of(owner), account=name_of(os.geteuid()))
            # Root's database runs as another account, which must pass through; its own folder inside stays closed.
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            self.logs.mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def _new_marker(self) -> Iterator[int]:
        fd = os.open(self.marker, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            yield fd
        finally:
            os.close(fd)

    @contextmanager
    def faults_told(self) -> Iterator[None]:
        """Tell the operating system's refusals as faults of this folder."""
        try:
            yield
        except OSError as refused:
            if refused.errno in FULL:
                raise self.disk_full() from refused
            why = f"{refused.strerror or refused} ({refused.filename or self.path})"
            raise FolderNotWritable(folder=self.path, why=why) from refused

    def free_bytes(self) -> int:
        place = self.path
        while not place.exists() and place != place.parent:
            place = place.parent
        return shutil.disk_usage(place).free

    def disk_full(self) -> DiskFull:
        return DiskFull(folder=self.path, free_mb=self.free_bytes() // 2**20)

    def socket_folder(self, account: Account) -> Path:
        """The folder for the server's socket: inside the data folder, or a short private one where that is too long.

        A comma separates hosts in the address of a database, so a path with one cannot be told to a client either.
        """
        wanted = _socket_length(self.sockets)
        if wanted <= SOCKET_LIMIT and "," not in str(self.sockets) and str(self.sockets).isprintable():
            _private_folder(self.sockets, account)
            return self.sockets
        name = f"hearth-{account.uid}-{hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]}"
        tried = []
        for parent in _runtime_folders():
            short = parent / name
            if _socket_length(short) > SOCKET_LIMIT:
                tried.append(f"{short}: too long")
                continue
            try:
                _private_folder(short, account)
                if account.can_enter(short):
                    return short
                tried.append(f"{short}: not reachable")
            except OSError as refused:
                tried.append(f"{short}: {refused.strerror or refused}")
        raise SocketPathTooLong(limit=SOCKET_LIMIT, folder=self.path, length=wanted, tried="; ".join(tried) or "none")


def _socket_length(folder: Path) -> int:
    return len(os.fsencode(folder / SOCKET_FILE))


def _runtime_folders() -> Iterator[Path]:
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    for place in (Path(named) if named.startswith("/") else None, Path("/run"), Path("/tmp")):
        if place is not None and place.is_dir() and os.access(place, os.W_OK | os.X_OK):
            yield place


def _private_folder(folder: Path, account: Account) -> None:
    """Make a folder only the account may enter; refuse one that somebody else put there."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        seen = folder.lstat()
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid not in (os.geteuid(), account.uid):
            raise PermissionError(errno.EPERM, "belongs to somebody else", str(folder)) from None
    account.own(folder, 0o700)
