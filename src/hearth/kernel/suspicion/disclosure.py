"""Disclosure: whether a contract can be rescinded because something was not disclosed, until when, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hearth.words.days import add_months
from hearth.words.suspicion import Bar, Intent

DAYS_FROM_KNOWLEDGE = 30
MONTHS_FROM_FORMATION = 24


@dataclass(frozen=True, slots=True)
class Case:
    """What was found out; None: not said yet."""

    known_on: date | None
    formed_on: date
    was_asked: bool
    question_is_proven: bool
    truth_is_proven: bool
    answer_was_false: bool
    is_material: bool | None
    intent: Intent | None
    is_serious: bool | None
    knew_at_formation: bool | None
    premium_taken: bool | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the right stands: its last day, what bars it, and what follows once it is used.

    `benefits`: none, or paid for events before the rescission; `premium`: kept, refunded, by_contract (what the
    contract gives back on ending); both empty while the mind or its effect is not known.
    """

    last_on: date | None
    bars: tuple[Bar, ...]
    benefits: str
    premium: str


def last_day(known_on: date, formed_on: date) -> date:
    """The last day on which a contract can be rescinded for non-disclosure.

    Needs:   the day the insurer knew of the ground; the day the contract was concluded
    Gives:   the earlier of 30 days and two years; the first day is not counted, and neither moves off a rest day: a
             right that lapses is not a limit that is served
    Source:  Insurance Law art. 16 para. 3; Civil Code art. 199, 201
    """
    return min(known_on + timedelta(days=DAYS_FROM_KNOWLEDGE), add_months(formed_on, MONTHS_FROM_FORMATION))


def standing(case: Case, today: date) -> Standing:
    """Judge a rescission for non-disclosure as far as it is known.

    Needs:   what was found out; today in China
    Gives:   the last day, every bar at once in the order of the law, and the consequences for benefits and premium:
             intent: no benefit, premium kept; gross negligence that seriously affected the event: no benefit, premium
             refunded; gross negligence that did not: events before the rescission are paid
    Source:  Insurance Law art. 16 paras. 2-6; SPC Interpretation II arts. 6, 7
    """
    two_years = add_months(case.formed_on, MONTHS_FROM_FORMATION)
    last = None if case.known_on is None else last_day(case.known_on, case.formed_on)
    thirty_days = None if case.known_on is None else case.known_on + timedelta(days=DAYS_FROM_KNOWLEDGE)
    checks = (
        (Bar.NOT_ASKED, not case.was_asked),
        (Bar.NO_PROOF_OF_QUESTION, not case.question_is_proven),
        (Bar.NO_PROOF_OF_TRUTH, not case.truth_is_proven),
        (Bar.ANSWER_WAS_TRUE, not case.answer_was_false),
        (Bar.NOT_MATERIAL, case.is_material is False),
        (Bar.NO_FAULT, case.intent is Intent.NONE),
        (Bar.KNEW_AT_FORMATION, case.knew_at_formation is True),
        (Bar.PREMIUM_TAKEN, case.premium_taken is True),
        (Bar.THIRTY_DAYS_OVER, thirty_days is not None and today > thirty_days),
        (Bar.TWO_YEARS_OVER, today > two_years),
    )
    benefits, premium = _consequence(case.intent, case.is_serious)
    return Standing(last, tuple(bar for bar, stands in checks if stands), benefits, premium)


def _consequence(intent: Intent | None, is_serious: bool | None) -> tuple[str, str]:
    if intent is Intent.INTENTIONAL:
        return "none", "kept"
    if intent is Intent.GROSS and is_serious is not None:
        return ("none", "refunded") if is_serious else ("paid", "by_contract")
    return "", ""
