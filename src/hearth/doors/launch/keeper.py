"""Keeps one database server for exactly as long as somebody uses it.

Every user of the server holds a shared lock on the lease file; the operating system drops it when the user stops or is
killed.  The keeper is the server's parent and waits for the lease file to be free of users, then stops the server and
ends.  If the keeper itself is killed, the server is told to stop; whoever still needs it starts it again.

It runs as a program of its own, from this file, and so uses nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

PR_SET_PDEATHSIG = 1
FAST_STOP_SECONDS = 25.0
LOOKS = 300


# Loaded before any fork: a child between fork and exec must not load libraries.
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def set_death_signal(signal_no: int) -> None:
    """From now on this process gets the signal when its parent dies (Linux only)."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal_no, 0, 0, 0)


def tied_to_parent(signal_no: int) -> Callable[[], None]:
    """For a child to call before its program starts: it gets the signal when its parent dies (Linux only)."""
    parent = os.getpid()

    def tie() -> None:
        set_death_signal(signal_no)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def _taken(lock: int) -> bool:
    """Take the keeper's own lock: one who only looks at it has it for a moment, another keeper for long."""
    for _ in range(LOOKS):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.01)
        else:
            return True
    return False


def keep(order: dict[str, Any]) -> int:
    """Start the server, wait until nobody uses it, stop it; gives the server's exit code."""
    os.umask(0o077)
    mine = os.open(order["keeper_lock"], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if not _taken(mine):
        return 0
    leases = os.open(order["lease_lock"], os.O_RDWR | os.O_CLOEXEC)
    server = subprocess.Popen(
        order["argv"],
        env=order["env"],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=tied_to_parent(signal.SIGINT),
        **order["popen_options"],
    )

    def stop_fast(*_: object) -> None:
        server.send_signal(signal.SIGINT)

    def stop_when_unused() -> None:
        fcntl.flock(leases, fcntl.LOCK_EX)
        stop_fast()
        try:
            server.wait(FAST_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # An immediate stop: what was acknowledged is in the log and comes back at the next start.
            server.send_signal(signal.SIGQUIT)

    signal.signal(signal.SIGTERM, stop_fast)
    signal.signal(signal.SIGINT, stop_fast)
    threading.Thread(target=stop_when_unused, daemon=True).start()
    code = server.wait()
    # Our own lock goes first: whoever then gets a lease must not mistake us for a keeper that still keeps.
    os.close(mine)
    return code


if __name__ == "__main__":
    sys.stdout.flush()
    os._exit(keep(json.loads(sys.argv[1])) & 0xFF)
