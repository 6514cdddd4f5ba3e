"""The whole of Hearth as its customers run it, on a folder of its own, with every process known by its id."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.doors.launch.machine import children_of, lives
from tests.doors.launch.test_run import Running, running

ROOT = Path(__file__).resolve().parents[3]

BANK_HABITS = {
    "timeout_before": 0.01,
    "timeout_after_success": 0.02,
    "slow": 0.15,
    "slow_seconds": 4,
    "failed": 0.01,
    "returned": 0.02,
    "returned_seconds": 6,
    "duplicate_events": 0.1,
    "out_of_order": 0.1,
    "out_of_order_seconds": 20,
}
"""A bad bank: shares of calls and of orders that go wrong (docs/wires.md)."""

CARRIER_HABITS = {"timeout_before": 0.03, "timeout_after_success": 0.04, "throttled": 0.03}


def settings(place: Path, seed: int) -> dict[str, str]:
    """Settings of the running: nobody in it yet, the bank and the carrier in files that outlive a kill."""
    return {
        "HEARTH_ENV": "demo",
        "HEARTH_DEMO": "no",
        "HEARTH_PAYMENTS": f"memory:{place / 'bank.sqlite3'}?{urlencode({'seed': seed, **BANK_HABITS})}",
        "HEARTH_MESSAGES": f"memory:{place / 'outbox.sqlite3'}?{urlencode({'seed': seed, **CARRIER_HABITS})}",
        "HEARTH_WORKERS": "2",
        "HEARTH_LOG_LEVEL": "WARNING",
    }


@dataclass(frozen=True)
class Stack:
    """One running Hearth, and what it was started with."""

    run: Running
    settings: dict[str, str]
    place: Path

    @property
    def bank(self) -> Path:
        return self.place / "bank.sqlite3"

    @property
    def outbox(self) -> Path:
        return self.place / "outbox.sqlite3"

    @property
    def beside(self) -> dict[str, str]:
        """The environment of a program of ours that works on the same database."""
        return {
            **self.settings,
            "DATABASE_URL": self.run.url,
            "DJANGO_SETTINGS_MODULE": "hearth.doors.settings",
            "PYTHONPATH": str(ROOT),
        }

    def pids(self, part: str) -> list[int]:
        """The living processes of a part: web (the server's parent), web process, worker, or of the database."""
        if part in ("web", "web process"):
            # The server's parent is the one that `hearth run` started.
            web = self.run.pids("granian")
            return [pid for pid in web if (_parent(pid) == self.run.program.pid) == (part == "web")]
        if part == "worker":
            # The reader runs no job of a claim.
            return [
                pid for pid in self.run.pids("doors.launch.worker") if not _command(pid).rstrip().endswith("papers")
            ]
        # The database: its keeper, its first process, and one session of the application.
        if part == "keeper":
            return self.run.pids("keeper.py")
        masters = self.run.pids("bin/postgres -D")
        if part == "postmaster":
            return masters
        return sorted(
            pid for master in masters for pid in children_of(master) if "postgres: hearth_app" in _command(pid)
        )

    def logs(self, last: int = 4_000) -> str:
        """The ends of all logs, for whoever looks at a failure."""
        found = sorted((self.run.data / "logs").iterdir())
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-last:]}" for log in found)


@contextlib.contextmanager
def stack(place: Path, seed: int) -> Iterator[Stack]:
    """All of it, started; whatever happens, it has ended when the block ends."""
    told = settings(place, seed)
    with running(place / "data", 0, False, **told) as run:
        started = Stack(run, told, place)
        seen = _born([run.program.pid, *children_of(run.program.pid)])
        try:
            yield started
        finally:
            seen |= _born([run.program.pid, *children_of(run.program.pid)])
            code, _ = run.stop()
            assert code == 0, run.said
    left = seen & _born(pid for pid, _ in seen if lives(pid))
    assert not left, f"still running: {left}"


def program(module: str) -> list[str]:
    """The command line of a program of this folder."""
    return [sys.executable, "-m", f"tests.doors.kill.{module}"]


def _parent(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def _born(pids: Iterable[int]) -> set[tuple[int, str]]:
    """Processes with the moment of their birth: a number alone may be somebody else's by now."""
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            found.add((pid, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]))
    return found
