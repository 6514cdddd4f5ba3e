"""Clock: one running limit: when it began, when it stood still, how long it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from hearth.kernel.promises.limit import Unit, limit
from hearth.words.calendar import day_in_china
from hearth.words.faults import Fault

MOST = {
    Unit.DAYS: 3_650,
    Unit.WORKING_DAYS: 2_500,
    Unit.HOURS: 87_600,
    Unit.WORKING_HOURS: 18_750,
    Unit.MINUTES: 5_256_000,
}
"""The longest limit in each unit: about ten years."""

MAX_PAUSES = 1_000
"""The most pauses of one clock."""

FIRST_DAY = date(1992, 1, 1)
"""No clock starts before: China last changed to summer time in 1991."""

LAST_DAY = date(2400, 1, 1)
"""No clock starts or stands still after that day."""


class ClockWrong(Fault):
    """A clock that cannot run."""

    code, status = "CLOCK_WRONG", 422
    says = "Time limit {limit}: got {got}; want {want}."
    says_zh = "时限 {limit}：收到的是 {got}，应为 {want}。"


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which a clock stands still, half-open; `to_at` is None while it lasts."""

    from_at: datetime
    to_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit that runs from a moment on.  Pauses may overlap, touch, or begin before the start."""

    code: str
    start_at: datetime
    amount: int
    unit: Unit
    pauses: tuple[Pause, ...] = ()
    moves: bool = False
    is_law: bool = False
    basis: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= MOST[self.unit]:
            raise self._wrong(f"{self.amount} {self.unit}", f"1 to {MOST[self.unit]} {self.unit}")
        if len(self.pauses) > MAX_PAUSES:
            raise self._wrong(f"{len(self.pauses)} pauses", f"at most {MAX_PAUSES}")
        self._moment(self.start_at)
        for pause in self.pauses:
            self._moment(pause.from_at)
            if pause.to_at is not None:
                self._moment(pause.to_at)
                if pause.to_at < pause.from_at:
                    raise self._wrong(
                        f"a pause from {pause.from_at} to {pause.to_at}", "a pause that ends after it began"
                    )

    def _moment(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise self._wrong(f"{at} without a time zone", "a moment with its time zone")
        if not FIRST_DAY.year <= at.year < LAST_DAY.year:
            raise self._wrong(f"{at}", f"a moment from {FIRST_DAY} up to {LAST_DAY}")

    def _wrong(self, got: str, want: str) -> ClockWrong:
        return ClockWrong(limit=self.code, got=got, want=want)


def started(code: str, at: datetime, pauses: Iterable[Pause] = (), amount: int | None = None) -> Clock:
    """The clock of a limit that began to run at a moment.

    Needs:   a code of LIMITS; the moment, with its time zone; the claim's pauses; `amount` where a product promises
             another number of the same unit
    Gives:   a clock; pauses are left out where the limit is not pausable; UnknownLimit, BeforeFirstDay, ClockWrong
    Source:  LIMITS; Insurance Law art. 23 (a contract may differ)
    """
    if at.tzinfo is None:
        raise ClockWrong(limit=code, got=f"{at} without a time zone", want="a moment with its time zone")
    row = limit(code, day_in_china(at))
    return Clock(
        code=code,
        start_at=at,
        amount=row.amount if amount is None else amount,
        unit=row.unit,
        pauses=tuple(pauses) if row.is_pausable else (),
        moves=row.moves,
        is_law=row.is_law,
        basis=row.source,
    )


def resumed(clock: Clock, at: datetime) -> Clock:
    """The clock as it would be if what is waited for came at a moment: its open pause ends then.

    Needs:   a clock; a moment with its time zone
    Gives:   the clock with every open pause ended at `at`; one that begins later is left out
    Source:  SPC Interpretation II art. 15
    """
    clock._moment(at)
    return replace(
        clock,
        pauses=tuple(
            pause if pause.to_at is not None else replace(pause, to_at=at)
            for pause in clock.pauses
            if pause.to_at is not None or pause.from_at <= at
        ),
    )
