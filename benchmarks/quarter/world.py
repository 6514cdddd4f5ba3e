"""World: a clock that is told, what happens at its moments in their order, jobs as workers do them, and deaths."""

from __future__ import annotations

import heapq
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from benchmarks.quarter.players import NEVER, Players

Happening = Callable[[], object]

MOST_STATEMENTS = 40
"""Whoever is killed, is so before one of so many statements, or after all of them."""

RESCUED_AFTER = (20.0, 60.0)
"""Seconds until a dead worker's job is put back."""


_FIRST = 10**12

LEFT_OUT = "left out"
WAITED_FOR = frozenset(
    {
        "claim.supplement_asked", "claim.decided", "claim.explained",
        "claim.unfinished", "claim.chased", "claim.rests", "claim.late", "claim.originals_chased",
        "claim.dispute_late", "complaint.late",
    }
)  # fmt: skip
"""Records of which a notice is made where not every one is: clocks wait for it, or a chaser has it said."""


class Killed(BaseException):
    """The program that was at work is no more; nothing may catch this on its way."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How often the house's programs die: a share of jobs, of people's own acts, and of the periodic rounds."""

    jobs: float = 0.02
    acts: float = 0.01
    rounds: float = 0.03
    outages: float = 0.01
    """The share of rounds with which a time begins in which no worker runs at all."""
    outage_hours: tuple[float, float] = (0.5, 6.0)


class _Told:
    """What stands in the place of `datetime` in the modules of the jobs: its `now` is the world's."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self, zone: object = None) -> datetime:
        """The moment of the world."""
        return self._world.now


@dataclass
class World:
    """What is to happen, earliest first; the same seed is the same quarter."""

    now: datetime
    until: datetime
    rng: np.random.Generator
    players: Players
    habits: Habits = field(default_factory=Habits)
    every_notice: bool = False
    """Whether people are told of each step; else of those alone that a clock or a chaser depends on."""
    counts: Counter[str] = field(default_factory=Counter)
    spent: Counter[str] = field(default_factory=Counter)
    """Milliseconds by what they went into."""
    failed: list[str] = field(default_factory=list)
    """Jobs that raised: there should be none."""
    refused: Counter[str] = field(default_factory=Counter)
    """What desks refused people, by the fault's code: they look again later."""
    rounds: list[datetime] = field(default_factory=list)
    """Moments of sweeps that came to their end."""
    _heap: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    _order: int = 0
    _down_until: datetime | None = None
    _resting: dict[int, datetime] = field(default_factory=dict)
    _tasks: dict[str, Any] = field(default_factory=dict)
    _commons: int = 0
    _again: dict[str, datetime] = field(default_factory=dict)
    _stirred: bool = True
    """Whether anything happened since that may have left jobs behind, or lets those that rest go on."""

    # --- the clock ---

    def at(self, moment: datetime, happening: Happening) -> None:
        """Let something happen at a moment, or at once where it has passed; never at the very same as anything else."""
        self._order += 1
        moment = max(moment, self.now).replace(microsecond=0) + timedelta(microseconds=self._order % 1_000_000)
        heapq.heappush(self._heap, (moment, self._order, happening))

    def common(self, moment: datetime, does: Happening) -> None:
        """Let something happen at a moment that is the same for every player: nobody is ahead of it, nobody behind.

        What follows of what is no claim's, and of the leader's claims, is done before anybody goes on.
        """
        self._commons += 1

        def happens() -> None:
            self.players.meet()
            does()
            if self.players.leads:
                self.stir()
                self.follow()
            self.players.meet()
            self._hear()
            if not self.players.leads:
                self.stir()

        # Before whatever else happens in that second.
        heapq.heappush(self._heap, (moment.replace(microsecond=0), self._commons - _FIRST, happens))

    def after(self, hours: float, happening: Happening) -> None:
        """Let something happen after so many hours."""
        self.at(self.now + timedelta(hours=hours), happening)

    def play(self) -> None:
        """Play to the end, or this player's share of it."""
        logging.getLogger("hearth").setLevel(logging.CRITICAL)
        self._install()
        while self._heap:
            moment, _, happening = heapq.heappop(self._heap)
            if moment > self.until:
                break
            self.now = max(self.now, moment)
            happening()
            self.follow()

    # --- people ---

    def act(self, does: Callable[[datetime], object], again: Happening) -> bool:
        """Somebody does something by a door; where the program dies under them, or a desk refuses, `again` is asked.

        Gives: whether it was done
        """
        from hearth.words.faults import Fault

        self.counts["acts"] += 1
        self.stir()
        began = time.perf_counter()
        try:
            if self.rng.random() < self.habits.acts:
                with self._killed():
                    does(self.now)
            else:
                does(self.now)
        except Killed:
            self._dead()
            self.counts["acts killed"] += 1
            self.after(0.05, again)
            return False
        except Fault as fault:
            self.refused[fault.code] += 1
            self.after(3, again)
            return False
        finally:
            self.spent["acts of people"] += round((time.perf_counter() - began) * 1e3)
        return True

    # --- workers ---

    def round(self, task: str) -> bool:
        """A periodic job at a common moment, where it is this player's turn and a worker runs to do it.

        One that is killed comes again with the next minute, which is a common moment too.
        Gives: whether it came to its end
        """
        if self.players.turn_of(task) != self.players.number:
            return False
        self.players.say_again(task, NEVER)
        if self._is_down():
            return False
        self.counts["rounds"] += 1
        self.stir()
        began = time.perf_counter()
        try:
            if self.rng.random() < self.habits.rounds:
                with self._killed():
                    self._tasks[task].func(0)
                return True
            self._tasks[task].func(0)
        except Killed:
            self._dead()
            self.counts["rounds killed"] += 1
            self.players.say_again(task, self.now.timestamp() // 1 + 60)
            return False
        finally:
            self.spent[task] += round((time.perf_counter() - began) * 1e3)
            self._perhaps_down()
        if task == "promises.sweep":
            self.rounds.append(self.now)
        return True

    def follow(self) -> None:
        """Do what was deferred, as workers would, until nothing waits that may be done now."""
        if not self._stirred or self._is_down():
            return
        done: list[int] = []
        while waiting := self._waiting(done):
            done = [job for job, task, arguments in waiting if self._do(job, task, arguments)]
        self._stirred = False

    def stir(self) -> None:
        """Let it be looked again whether jobs wait."""
        self._stirred = True

    def _waiting(self, done: list[int]) -> list[tuple[int, str, dict[str, Any]]]:
        """What waits of this player's claims; of what is no claim's, with the leader; what was done is taken away."""
        found = _run(
            "WITH gone AS (DELETE FROM procrastinate_jobs WHERE id = ANY(%s) AND status = 'todo')"
            " SELECT j.id, j.task_name, j.args, COALESCE(r.kind, '') FROM procrastinate_jobs j"
            " LEFT JOIN store_record r ON r.id = (j.args->>'record_id')::bigint"
            " LEFT JOIN store_claim c ON r.subject LIKE 'claim:%%' AND c.claim_no = substr(r.subject, 7)"
            " LEFT JOIN store_advance a ON r.subject LIKE 'advance:%%' AND a.advance_no = substr(r.subject, 9)"
            " WHERE j.status = 'todo' AND j.id <> ALL(%s)"
            " AND COALESCE(c.person_id, a.person_id, 0) %% %s = %s ORDER BY j.id",
            [done, done, self.players.many, self.players.number],
        )
        ready = []
        for job, task, args, kind in found:
            rests = self._resting.get(job)
            if rests is not None and rests > self.now:
                continue
            if task == "service.notify" and not self.every_notice and kind not in WAITED_FOR:
                task = LEFT_OUT
            ready.append((job, task, dict(json.loads(args) if isinstance(args, str) else args)))
        return ready

    def _do(self, job: int, task: str, arguments: dict[str, Any]) -> bool:
        """One job; false where its worker died before it could say that it was done: it is done again."""
        if task == LEFT_OUT:
            self.counts["notices left out"] += 1
            return True
        self.counts["jobs"] += 1
        dies = job not in self._resting and self.rng.random() < self.habits.jobs
        began = time.perf_counter()
        try:
            if dies:
                with self._killed():
                    self._tasks[task].func(**arguments)
                raise Killed
            self._tasks[task].func(**arguments)
        except Killed:
            self._dead()
            self.counts["jobs killed"] += 1
            self._resting[job] = self.now + timedelta(seconds=float(self.rng.uniform(*RESCUED_AFTER)))
            self.at(self._resting[job] + timedelta(seconds=1), self.stir)
            return False
        except Exception as broken:
            self.failed.append(f"{self.now:%m-%d %H:%M} {task} {arguments}: {type(broken).__name__}: {broken}")
        finally:
            self.spent[task] += round((time.perf_counter() - began) * 1e3)
        self._resting.pop(job, None)
        return True

    # --- deaths ---

    @contextmanager
    def _killed(self) -> Iterator[None]:
        """Whoever works in this block is killed before one of its statements, wherever that is."""
        from django.db import connection

        left = int(self.rng.integers(1, MOST_STATEMENTS))

        def ask(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed
            return execute(sql, params, many, context)

        with connection.execute_wrapper(ask):
            yield

    def _dead(self) -> None:
        """The connection of whoever died is gone with them."""
        from django.db import connection

        connection.close()

    def _is_down(self) -> bool:
        return self._down_until is not None and self.now < self._down_until

    def _perhaps_down(self) -> None:
        if self.rng.random() < self.habits.outages:
            self._down_until = self.now + timedelta(hours=float(self.rng.uniform(*self.habits.outage_hours)))
            self.counts["outages"] += 1
            self.players.down_until = self._down_until.timestamp()

    def _hear(self) -> None:
        """What was told at a common moment: when it ends, until when no worker runs, which rounds come again."""
        if self.players.until:
            self.until = datetime.fromtimestamp(self.players.until, UTC)
        down_until = datetime.fromtimestamp(self.players.down_until, UTC)
        if down_until > self.now:
            self._down_until = down_until
            self.at(down_until + timedelta(seconds=1), self.stir)
        for task in self.players.tasks:
            moment = self.players.again(task)
            if moment > self.now.timestamp():
                self._come_again(task, datetime.fromtimestamp(moment, UTC))

    def _come_again(self, task: str, moment: datetime) -> None:
        if moment != self._again.get(task):
            self._again[task] = moment
            self.common(moment, lambda: self.round(task))

    def _install(self) -> None:
        """The jobs of the house, with this world's clock in the place of the machine's."""
        from procrastinate.contrib.django import app

        from hearth.doors.jobs import load_every_job

        for name in load_every_job():
            module = sys.modules[name]
            if vars(module).get("datetime") is datetime:
                module.datetime = _Told(self)  # type: ignore[attr-defined]
        self._tasks = dict(app.tasks)


def _run(sql: str, given: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """One statement of our own; its rows, where it gives any."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall()) if cursor.description is not None else []
