"""The children of `hearth run`: started, watched, started again with back-off, and stopped together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hearth.doors.launch.keeper import tied_to_parent

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
# A child that lived this long was healthy: its next death is its first again.
HEALTHY_SECONDS = 30.0
STOP_SECONDS = 8.0
LOG_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Plan:
    """How to start one child."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    log: Path


class Child:
    """One child, through all its deaths."""

    def __init__(self, plan: Plan, told: Callable[[str, int, float], None]) -> None:
        self.plan = plan
        self._told = told
        self._running: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._next_at = 0.0
        self._pause = FIRST_PAUSE

    @property
    def pid(self) -> int | None:
        return self._running.pid if self._running is not None else None

    def tend(self) -> None:
        """Notice a death, and start (again) when it is time."""
        now = time.monotonic()
        if self._running is not None:
            code = self._running.poll()
            if code is None:
                return
            # Its own children, if it left any, would hold its port.
            _signal_group(self._running.pid, signal.SIGKILL)
            self._running = None
            if now - self._started_at >= HEALTHY_SECONDS:
                self._pause = FIRST_PAUSE
            self._next_at = now + self._pause
            self._told(self.plan.name, code, self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        if now >= self._next_at:
            self._start()

    def _start(self) -> None:
        log = self.plan.log
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        fd = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self._started_at = time.monotonic()
            self._running = subprocess.Popen(
                self.plan.argv,
                env=dict(self.plan.env),
                stdin=subprocess.DEVNULL,
                stdout=fd,
                stderr=fd,
                start_new_session=True,
                # Not more gently: the database goes with the parent too, and a worker would wait for it to sign off.
                preexec_fn=tied_to_parent(signal.SIGKILL),
            )
        finally:
            os.close(fd)

    def ask_to_stop(self) -> None:
        if self._running is not None and self._running.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self._running.send_signal(signal.SIGTERM)

    def end(self, until: float) -> None:
        """Wait for the end, and force it when time is up."""
        if self._running is None:
            return
        try:
            self._running.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()
        _signal_group(self._running.pid, signal.SIGKILL)
        self._running = None


def stop_all(children: list[Child]) -> None:
    """Ask all to stop at once, then wait for each; together they take no longer than STOP_SECONDS."""
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + STOP_SECONDS
    for child in children:
        child.end(until)


def _signal_group(leader: int, signal_no: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal_no)
