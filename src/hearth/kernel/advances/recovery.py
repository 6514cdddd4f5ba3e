"""Recovery: what a settled claim leaves of an advance, how it may be paid back, and when the member is reminded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hearth.words.advances import REPAYMENT_STEPS
from hearth.words.days import add_months
from hearth.words.faults import Fault

MOST_INSTALMENTS = 24
"""The longest plan: two years of months."""


class PlanWrong(Fault):
    """A plan of repayment that does not repay what is owed."""

    code, status = "REPAYMENT_PLAN_WRONG", 422
    says = "This plan cannot be: {what} is {got}; want {want}."
    says_zh = "还款计划不成立：{what} 为 {got}，应为 {want}。"


@dataclass(frozen=True, slots=True)
class Offset:
    """An advance set against the benefit of its own claim."""

    offset: int
    """What the benefit covers of the advance."""
    left: int
    """What the member pays back; 0 where the benefit covers all."""


def offset(advanced: int, payable: int, before: int = 0) -> Offset:
    """An advance set against what its claim pays.

    Needs:   fen not below zero: what was advanced and not given back otherwise; what the claim pays after arrears and
             before the advance; `before`: what was taken off before the advance
    Gives:   what the benefit covers and what is left; their sum is what was advanced
    Source:  DOMAIN 3.2 step 12, 6.6 (A8, A9)
    """
    covered = min(advanced, max(0, payable - before))
    return Offset(covered, advanced - covered)


def plan(owed: int, count: int, first_on: date) -> tuple[tuple[date, int], ...]:
    """Equal monthly instalments without interest.

    Needs:   fen above zero; 1 to MOST_INSTALMENTS instalments; the first day
    Gives:   a day and an amount for each, the same day of every month, which add up to what is owed; the first ones
             take the fen that do not divide; PlanWrong
    Source:  DOMAIN 6.6 (A9)
    """
    if owed <= 0:
        raise PlanWrong(what="the amount owed", got=owed, want="above 0 fen")
    if not 1 <= count <= min(MOST_INSTALMENTS, owed):
        raise PlanWrong(what="the number of instalments", got=count, want=f"1 to {min(MOST_INSTALMENTS, owed)}")
    each, rest = divmod(owed, count)
    return tuple((add_months(first_on, number), each + (number < rest)) for number in range(count))


def step_reached(days: int) -> int:
    """How far the ladder of reminders has come.

    Needs:   whole days since the member was told what is owed
    Gives:   0 to 3: how many of the steps of 30, 60 and 90 days have passed
    Source:  DOMAIN 6.6 (A9)
    """
    return sum(days >= step for step in REPAYMENT_STEPS)


def overdue(plan_of: Sequence[tuple[date, int]], recovered: int, day: date) -> int:
    """What of a plan should have been paid by a day and was not.

    Needs:   days and amounts of the plan; what was paid back since it was signed; the day
    Gives:   fen, 0 where the plan is kept; no interest is ever added
    Source:  DOMAIN 6.6 (A9)
    """
    return max(0, sum(fen for due_on, fen in plan_of if due_on < day) - recovered)
