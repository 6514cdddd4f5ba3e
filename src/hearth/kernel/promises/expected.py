"""Expected: when a claim is likely to be done, from how long its steps took lately, else from their targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from hearth.kernel.promises.limit import Unit, limit
from hearth.kernel.promises.workday import Looked
from hearth.words.calendar import Calendar
from hearth.words.faults import Fault

HISTORY_DAYS = 90
"""How far back the history of a step reaches at the least: days before the day of asking."""

LEAST_HISTORY = 5
"""The fewest durations of a step that say anything: with fewer, the largest of them would stand for eight in ten."""

LOW_BP, HIGH_BP = 2_000, 8_000
"""The quantiles an expected date lies between, in basis points."""

_MINUTES_A_DAY = 24 * 60
Basis = Literal["history", "target", "both"]


class DurationWrong(Fault):
    """A step cannot have taken less than no time."""

    code, status = "DURATION_WRONG", 422
    says = "Step {step} took {got} working days; want 0 or more."
    says_zh = "步骤 {step} 的用时为 {got} 个工作日，应不小于 0。"


@dataclass(frozen=True, slots=True)
class StepExpected:
    """One remaining step: the days it is likely to end on, what that rests on, and how much history is missing."""

    code: str
    first_on: date
    last_on: date
    basis: Literal["history", "target"]
    seen: int
    needs: int
    """Durations still missing before the history is used; 0 where it was."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The days between which a claim is likely to be done, both included, and what that rests on."""

    first_on: date
    last_on: date
    basis: Basis
    is_provisional: bool
    steps: tuple[StepExpected, ...]


def expected(
    history: Mapping[str, Sequence[int]], remaining: Sequence[str], today: date, calendar: Calendar
) -> Expected:
    """The days between which a claim is likely to be done.

    Needs:   by limit code, how many working days the step took in the last HISTORY_DAYS days for claims of the same
             product (`worked`); the codes of the steps still to come, in order; the day of asking; the calendar
    Gives:   the sum over the steps of the nearest-rank P20 .. P80, as days; a step with fewer than LEAST_HISTORY
             durations counts with its target both times and says what it needs: basis "history", "target" (no step has
             enough; also where no step is left) or "both"; YearUnknown, UnknownLimit, DurationWrong
    Source:  service promise of the claim desk: the expected date is the sum of each remaining step's P80
    """
    look = Looked(calendar)
    first = last = today
    steps: list[StepExpected] = []
    for code in remaining:
        limit(code, today)
        took = history.get(code, ())
        if any(days < 0 for days in took):
            raise DurationWrong(step=code, got=min(took))
        if len(took) >= LEAST_HISTORY:
            first = look.later(first, _nearest_rank(took, LOW_BP))
            last = look.later(last, _nearest_rank(took, HIGH_BP))
            steps.append(StepExpected(code, first, last, "history", len(took), 0))
        else:
            first, last = _by_target(code, first, look), _by_target(code, last, look)
            steps.append(StepExpected(code, first, last, "target", len(took), LEAST_HISTORY - len(took)))
    bases = {step.basis for step in steps} or {"target"}
    basis: Basis = "both" if len(bases) > 1 else "history" if "history" in bases else "target"
    return Expected(first, last, basis, look.is_provisional, tuple(steps))


def _nearest_rank(values: Sequence[int], bp: int) -> int:
    """The smallest value that at least `bp` of all values do not exceed."""
    return sorted(values)[max(0, -(-bp * len(values) // 10_000) - 1)]


def _by_target(code: str, day: date, look: Looked) -> date:
    row = limit(code, day)
    if row.unit is Unit.WORKING_DAYS:
        return look.later(day, row.amount)
    if row.unit is Unit.DAYS:
        return day + timedelta(days=row.amount)
    return day + timedelta(days=row.amount * (1 if row.unit is Unit.MINUTES else 60) // _MINUTES_A_DAY)
