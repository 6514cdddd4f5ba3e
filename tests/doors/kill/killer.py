"""The killer: kill -9 of one part after another, in an order and at moments that follow from a seed."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from tests.doors.kill.stack import Stack

PATIENCE_SECONDS = 30.0
"""For so long the killer waits for a part to be there again, before it kills it again."""


@dataclass
class Killer:
    """Kills each part as often as it is told, in a drawn order, a drawn pause before each."""

    stack: Stack
    seed: int
    deck: Mapping[str, int]
    pause: tuple[float, float]
    killed: list[tuple[float, str, int]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Killer:
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self.join(PATIENCE_SECONDS)

    def join(self, seconds: float) -> bool:
        """Wait until everything that was to be killed was; whether it came to that."""
        assert self._thread is not None
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def is_done(self) -> bool:
        return self._thread is not None and not self._thread.is_alive()

    def counts(self) -> dict[str, int]:
        """How often each part was killed."""
        return dict(Counter(part for _, part, _ in self.killed))

    def _work(self) -> None:
        chance = Random(self.seed)
        cards = [part for part, times in sorted(self.deck.items()) for _ in range(times)]
        chance.shuffle(cards)
        begun = time.monotonic()
        for part in cards:
            if self._stop.wait(chance.uniform(*self.pause)):
                return
            pid = self._kill(part, chance)
            if pid is None:
                self.missed.append(part)
            else:
                self.killed.append((time.monotonic() - begun, part, pid))

    def _kill(self, part: str, chance: Random) -> int | None:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and not self._stop.is_set():
            living = self.stack.pids(part)
            if living:
                pid = chance.choice(living)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    return pid
            time.sleep(0.05)
        return None
