"""The past of the demo: what people did, in the order of its moments, and the jobs that followed at those moments."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hearth.desks import founding
from hearth.doors.demo.following import JOBS
from hearth.words.faults import Fault

BETWEEN = timedelta(days=4)
"""The house's mornings of the demo are not all told: what days alone bring about happens at the next one."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody did at a moment."""

    at: datetime
    do: Callable[[datetime], object]
    is_last: bool = False
    """Done after everything else; what follows is left to the workers that will run."""


Script = Generator[Act, None, None]
"""What happens to one claim, or one person, act by act."""


@dataclass
class Past:
    """Plays scripts together, earliest act first, until a moment.

    What was recorded says how far an earlier start came before it was stopped: acts before that moment are done, the
    one at it is tried again (every verb asked twice does nothing twice), and everything later is still to do.
    """

    since: datetime
    """Before it the house had nothing to do in the mornings."""
    until: datetime
    morning: Callable[[datetime], None]
    """What the house does every morning."""
    told: Callable[[int], None] = lambda count: None
    done_until: datetime | None = None
    played: int = 0
    troubles: list[str] = field(default_factory=list)
    """What a desk refused: the claim stays where it was, everything else goes on."""
    _day: datetime | None = field(default=None, repr=False)

    def play(self, scripts: Iterable[Script]) -> None:
        """Play to the end; what lies after `until` has not happened yet."""
        waiting: list[tuple[datetime, int, Act, Script]] = []
        last: list[Act] = []
        for order, script in enumerate(scripts):
            self._push(waiting, order, script)
        while waiting:
            _, order, act, script = heapq.heappop(waiting)
            if act.is_last:
                last.append(act)
                continue
            goes_on = self._acted(act)
            self.played += 1
            self.told(self.played)
            if goes_on:
                self._push(waiting, order, script)
        self._mornings(self.until)
        self.morning(self.until)
        follow(self.until)
        for act in last:
            act.do(self.until)
            self.played += 1

    def _acted(self, act: Act) -> bool:
        """Do what is not done yet; whether the script goes on."""
        if self.done_until is not None and act.at < self.done_until:
            return True
        self._mornings(act.at)
        try:
            act.do(act.at)
        except Fault as fault:
            if act.at == self.done_until:
                # It was done before the start that was stopped.
                return True
            self.troubles.append(f"{act.at:%Y-%m-%d %H:%M} {fault.code}: {fault}")
            return False
        finally:
            follow(act.at)
        return True

    def _push(self, waiting: list[tuple[datetime, int, Act, Script]], order: int, script: Script) -> None:
        act = next(script, None)
        if act is not None and act.at <= self.until:
            heapq.heappush(waiting, (act.at, order, act, script))

    def _mornings(self, at: datetime) -> None:
        if self._day is None:
            self._day = max(at, self.since).replace(hour=1, minute=0, second=0, microsecond=0)
        while self._day + BETWEEN <= at:
            self._day += BETWEEN
            self.morning(self._day)
            follow(self._day)


def follow(at: datetime) -> None:
    """Do what was deferred, as a worker would have done it at that moment, until nothing waits."""
    done: list[int] = []
    while waiting := founding.waiting_jobs(done):
        for _, task, arguments in waiting:
            run_job(task, arguments, at)
        done = [number for number, _, _ in waiting]


def run_job(task: str, arguments: dict[str, Any], at: datetime) -> None:
    """One job at a moment of the past."""
    if task in JOBS:
        JOBS[task](int(arguments["record_id"]), at)
