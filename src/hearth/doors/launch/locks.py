"""Locks that the operating system lets go when their holder dies, whatever way it dies."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path


class FileLock:
    """A lock on a file: held by one (`exclusive`) or by many (`shared`), never left behind by a dead program."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    @property
    def is_held(self) -> bool:
        return self._fd is not None

    def take(self, *, shared: bool = False, seconds: float = 0.0) -> bool:
        """Take the lock, waiting at most `seconds`; tells whether it was had."""
        if self._fd is not None:
            return True
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        until = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    os.close(fd)
                    return False
                time.sleep(0.02)
            except BaseException:
                os.close(fd)
                raise
            else:
                self._fd = fd
                return True

    def write(self, text: str) -> None:
        """Leave a note for whoever finds the lock held."""
        if self._fd is not None:
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, text.encode(), 0)

    def release(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def is_locked(path: Path, *, against_shared: bool = True) -> bool:
    """Whether somebody holds the lock: anybody's exclusive one, or (against_shared=False) any lock at all."""
    probe = FileLock(path)
    if probe.take(shared=against_shared):
        probe.release()
        return False
    return True
