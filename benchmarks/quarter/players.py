"""Players: the claims of one quarter are played by several processes, by one clock: they meet where it matters.

Each player has the claims of its own members, and does what follows from them.  Between two common moments (a round of
the house's jobs, a pay run) no claim touches another player's, so it does not matter who is a little ahead; at a common
moment everybody waits until all are there, and goes on when what is common was done.
"""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Callable, Sequence
from typing import Any

PATIENCE = 900.0
"""Seconds after which a player who does not come is given up."""

NEVER = 0.0


class Players:
    """How many play, which of them this process is, and what they tell one another at common moments."""

    def __init__(self, many: int, tasks: Sequence[str]) -> None:
        self.many = many
        self.number = 0
        self.tasks = tuple(tasks)
        self._fork = multiprocessing.get_context("fork")
        self._gate = self._fork.Barrier(many)
        # Moments as seconds: the end, until when no worker runs, and when each killed round comes again.
        self._told = self._fork.Array("d", [NEVER] * (2 + len(self.tasks)))

    @property
    def leads(self) -> bool:
        """Whether this process does what is not a claim's."""
        return self.number == 0

    def turn_of(self, task: str) -> int:
        """Whose turn a round of the house's jobs is."""
        return self.tasks.index(task) % self.many

    def has(self, person_id: int) -> bool:
        """Whether somebody's claims are this player's."""
        return person_id % self.many == self.number

    def share(self, of: Sequence[Any]) -> Sequence[Any]:
        """This player's share of the staff; all of them, where they are fewer than the players."""
        return of[self.number :: self.many] or of

    def meet(self) -> None:
        """Wait until every player is here."""
        if self.many > 1:
            self._gate.wait(PATIENCE)

    # --- what is told: written between two meetings, read after the second ---

    @property
    def until(self) -> float:
        """When the quarter ends; NEVER where that is not known yet."""
        return float(self._told[0])

    @until.setter
    def until(self, moment: float) -> None:
        self._told[0] = moment

    @property
    def down_until(self) -> float:
        """Until when no worker runs."""
        return float(self._told[1])

    @down_until.setter
    def down_until(self, moment: float) -> None:
        with self._told.get_lock():
            self._told[1] = max(moment, self._told[1])

    def again(self, task: str) -> float:
        """When a round that was killed comes again; NEVER where it was not."""
        return float(self._told[2 + self.tasks.index(task)])

    def say_again(self, task: str, moment: float) -> None:
        """A round is to come again at a moment, or (NEVER) is not."""
        self._told[2 + self.tasks.index(task)] = moment

    # --- processes ---

    def play(self, plays: Callable[[], Any]) -> list[Any]:
        """Let every player play, this process as the first; what each of them gives, in their order.

        Raises: RuntimeError where one of the others did not come to its end.
        """
        others = []
        for number in range(1, self.many):
            ours, theirs = self._fork.Pipe(duplex=False)
            process = self._fork.Process(target=self._begin, args=(number, plays, theirs), daemon=True)
            process.start()
            theirs.close()
            others.append((process, ours))
        try:
            found = [plays()]
            for process, ours in others:
                try:
                    found.append(ours.recv())
                except EOFError:
                    raise RuntimeError(f"player {process.name} did not come to its end") from None
                process.join()
            return found
        except BaseException:
            self._gate.abort()
            for process, _ in others:
                process.join(10)
            raise

    def _begin(self, number: int, plays: Callable[[], Any], pipe: Any) -> None:
        self.number = number
        try:
            pipe.send(plays())
        except BaseException:
            traceback.print_exc()
            self._gate.abort()
            raise
        finally:
            pipe.close()
