"""The account that the database server runs as: never root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hearth.doors.launch.faults import NoAccount

# Existing accounts only, in this order; Hearth never adds one to the machine.
CANDIDATES = ("nobody", "daemon")


@dataclass(frozen=True)
class Account:
    """An account of the operating system; `is_other` when the server must change to it first."""

    name: str
    uid: int
    gid: int
    is_other: bool

    def popen_options(self) -> dict[str, Any]:
        """What `subprocess` needs to start a program as this account."""
        if not self.is_other:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path, mode: int) -> None:
        """Give a file or folder to this account with exactly this mode."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)
        os.chmod(path, mode)

    def can_enter(self, folder: Path) -> bool:
        """Whether this account can enter the folder, found by entering it."""
        tried = subprocess.run(
            ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            **self.popen_options(),
        )
        return tried.returncode == 0


def name_of(uid: int) -> str:
    """The account's name, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def server_account(cluster: Path) -> Account:
    """The account for the server: ourselves, or for root an unprivileged one.

    An existing cluster keeps its owner; a new one goes to HEARTH_DATABASE_ACCOUNT, else to `nobody`.
    """
    me = os.geteuid()
    if me != 0:
        return Account(name_of(me), me, os.getegid(), is_other=False)
    if cluster.is_dir() and (owner := cluster.stat().st_uid) != 0:
        return _other(owner)
    wanted = os.environ.get("HEARTH_DATABASE_ACCOUNT", "").strip()
    for name in (wanted,) if wanted else CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid != 0:
            return Account(found.pw_name, found.pw_uid, found.pw_gid, is_other=True)
    raise NoAccount(account=wanted or " / ".join(CANDIDATES))


def _other(uid: int) -> Account:
    try:
        found = pwd.getpwuid(uid)
    except KeyError:
        raise NoAccount(account=str(uid)) from None
    return Account(found.pw_name, uid, found.pw_gid, is_other=True)
