"""Beside: what goes on beside the course of a claim, in turns of its own: originals, disputes, complaints, advances."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from benchmarks.quarter.hours import Colleague, first_free
from hearth.words.claims import Role

if TYPE_CHECKING:
    from benchmarks.quarter.lives import Life, Lives

FORGOTTEN = 0.12
"""The share of acts that whoever should do them does not think of, until an order makes somebody."""

LONGEST_FORGOTTEN = 24.0 * 24
"""Hours after which it is thought of even so."""


@dataclass
class Strand:
    """One thing that goes on beside a claim."""

    life: Life
    kind: str
    no: str = ""
    """The number of the case, where it has one of its own."""
    turn: int = 0
    """What was planned before counts no more."""
    forgotten: bool = False
    notes: dict[str, Any] = field(default_factory=dict)
    """What those who are at work on it keep in mind."""


class Beside(ABC):
    """How strands of one way go on: somebody looks where one stands, and plans who acts next."""

    def __init__(self, lives: Lives) -> None:
        self.lives = lives
        self.world = lives.world
        self.strands: dict[str, Strand] = {}
        """By the claim's number."""

    @abstractmethod
    def begin(self, life: Life, kind: str) -> None:
        """The claim was reported."""

    def leads(self, life: Life, row: dict[str, Any]) -> bool:
        """Whether it says itself what comes next in the claim's own course."""
        return False

    def pushed(self, claim_no: str) -> None:
        """Somebody has an order about it: whatever was forgotten is thought of now."""
        strand = self.strands.get(claim_no)
        if strand is not None and strand.forgotten:
            strand.forgotten = False
            strand.notes["pushed"] = True
            self.again(strand, strand.turn)

    @abstractmethod
    def look(self, strand: Strand) -> None:
        """Look where it stands, and plan who acts next."""

    def again(self, strand: Strand, turn: int) -> None:
        """Look again, unless its way has turned by then."""
        if turn == strand.turn:
            strand.turn += 1
            self.look(strand)

    def wait(self, strand: Strand, hours: float) -> None:
        """Look again after a while."""
        turn = strand.turn
        self.world.after(hours, lambda: self.again(strand, turn))

    def plan(self, strand: Strand, moment: datetime, does: Callable[[datetime], object]) -> None:
        """Let somebody do something at a moment, unless its way has turned by then; then look again."""
        turn = strand.turn

        def happens() -> None:
            if turn == strand.turn and self.world.act(does, lambda: self.again(strand, turn)):
                self.world.follow()
                self.again(strand, turn)

        self.world.at(moment, happens)

    def office(
        self,
        strand: Strand,
        role: Role,
        minutes: float,
        does: Callable[[Any, datetime], object],
        *,
        later: float = 0.0,
        but: Collection[int | None] = (),
        forgotten: float = FORGOTTEN,
    ) -> None:
        """Let somebody of a role do something in their hours, so many hours later; none of those in `but`."""
        if later > 0:
            # Nobody is busy until then for it.
            self.after(strand, later, lambda: self.office(strand, role, minutes, does, but=but, forgotten=forgotten))
            return
        if not strand.notes.pop("pushed", False) and self.world.rng.random() < forgotten:
            strand.forgotten = True
            self.wait(strand, LONGEST_FORGOTTEN)
            return
        strand.forgotten = False
        staff = self.lives.company.staff[role]
        able = [one for one in self.world.players.share(staff) if one.person_id not in but]
        able = able or [one for one in staff if one.person_id not in but]
        if able:
            self.by(strand, first_free(able, self.world.now, self.lives.calendar), minutes, does)

    def by(
        self,
        strand: Strand,
        who: Colleague,
        minutes: float,
        does: Callable[[Any, datetime], object],
        *,
        later: float = 0.0,
    ) -> None:
        """Let a colleague do something in their hours, so many hours later."""
        if later > 0:
            self.after(strand, later, lambda: self.by(strand, who, minutes, does))
            return
        begin = who.from_when(self.world.now, self.lives.calendar)
        done = who.takes(begin, minutes * float(self.world.rng.uniform(0.5, 1.6)))
        self.plan(strand, done, lambda moment: does(self.lives.who(who.person_id), moment))

    def after(self, strand: Strand, hours: float, does: Callable[[], object]) -> None:
        """Go on after so many hours, unless its way has turned by then."""
        turn = strand.turn

        def happens() -> None:
            if turn == strand.turn:
                does()

        self.world.after(hours, happens)

    def member(self, strand: Strand, least: float, most: float, does: Callable[[Any, datetime], object]) -> None:
        """Let the member do something by day, after so many hours."""
        by = self.lives.who(strand.life.member.person_id)
        self.plan(strand, self.lives.awake(least, most), lambda moment: does(by, moment))
