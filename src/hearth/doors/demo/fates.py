"""Fates: what becomes of the demo's claims: steps in the order of the desk, how many of each, and how long ago."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from hearth.doors.demo.house import House, at_work, awake
from hearth.doors.demo.past import Act, Script
from hearth.doors.demo.steps import STEPS, Claim
from hearth.words.claims import ClaimState

S = ClaimState
SMALL, LARGE = ("outpatient", "accident-medical", "chronic-care", "hospital-cash"), ("million-medical",)
MIXED = ("million-medical", "city-supplement", "critical-illness", "million-medical")


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a claim: its steps, where it stands in the end, under which products, and how many there are.

    `rests`: days since the last step, at least and at most.  `many` is the number in a whole demo.
    """

    name: str
    steps: tuple[str, ...]
    ends: tuple[ClaimState, ...]
    products: tuple[str, ...]
    many: int
    rests: tuple[float, float]
    by_broker: float = 0.0
    kept_back: tuple[str, ...] = ()
    refusal: tuple[str, str] = ("", "")
    is_dear: bool = False
    """A stay that costs more than one person decides alone."""
    is_last: bool = False
    """Its last step happens last of all, and nothing has followed it yet."""
    account: str = ""
    """returning: money to it comes back; refused: the bank knows no such account; shared: others claim to it too."""
    few: int = 1
    """How many there are in a small demo."""
    bill_of: str = ""
    """The claim whose invoice, by its number, is handed in with the first of these again."""


IN = ("report", "submit", "accept")
TO_DECISION = (*IN, "review", "calculate", "decide")
TO_CUT = (*IN, "review", "cut", "calculate", "decide")
PAID_AT_ONCE = (S.DECIDED, S.AGREED, S.PAID, S.CLOSED)
"""Where a disputed claim stands: what is not disputed is on its way at once."""

FATES: tuple[Fate, ...] = (
    Fate("draft", ("draft",), (S.DRAFT,), SMALL, 1, (0, 6)),
    Fate("reported", ("report",), (S.REPORTED,), SMALL, 2, (0, 9)),
    Fate("sent-back", ("report", "submit", "send_back"), (S.REPORTED,), LARGE, 1, (0, 3), kept_back=("itemised_list",)),
    Fate("submitted", ("report", "submit"), (S.SUBMITTED,), LARGE, 2, (0, 1), kept_back=("itemised_list",)),
    Fate("asked", (*IN, "review", "ask", "delivered"), (S.SUPPLEMENT,), LARGE, 2, (0, 20),
         kept_back=("discharge_summary",)),
    Fate("supplemented", (*IN, "review", "ask", "delivered", "receive"), (S.REVIEW,), LARGE, 2, (0, 0.7),
         kept_back=("discharge_summary",), bill_of="demo-asked-1"),
    Fate("gave-up", (*IN, "review", "ask", "delivered", "give_up", "calculate"), (S.CALCULATED,), LARGE, 1, (0, 1.5),
         kept_back=("itemised_list",)),
    Fate("review", (*IN, "review"), (S.REVIEW,), LARGE, 3, (0, 1.6), by_broker=0.65),
    Fate("talked", (*IN, "review", "message", "answer"), (S.REVIEW,), LARGE, 2, (0, 0.5)),
    Fate("investigated", (*IN, "review", "investigate"), (S.REVIEW,), LARGE, 4, (1, 12), account="shared", few=3),
    Fate("known-before", (*IN, "review", "known_before", "calculate"), (S.CALCULATED,), LARGE, 1, (0, 1),
         bill_of="demo-talked-1"),
    Fate("calculated", (*IN, "review", "calculate"), (S.CALCULATED,), LARGE, 2, (0, 0.9), by_broker=0.65),
    Fate("proposed", TO_DECISION, (S.CALCULATED,), LARGE, 2, (0, 0.9), is_dear=True, by_broker=0.65),
    Fate("proposal-back", (*TO_DECISION, "send_back_proposal"), (S.CALCULATED,), LARGE, 1, (0, 0.7), is_dear=True),
    Fate("decided", (*TO_DECISION, "told"), (S.DECIDED,), MIXED, 3, (0, 7), by_broker=0.65),
    Fate("approved", (*TO_DECISION, "approve", "told"), (S.DECIDED,), LARGE, 1, (0, 6), is_dear=True, by_broker=0.65),
    Fate("refused", (*TO_DECISION, "told"), (S.DECIDED,), LARGE, 2, (0, 6), refusal=("excluded", "4.1")),
    Fate("refused-long-ago", (*TO_DECISION, "told", "agree"), (S.CLOSED,), LARGE, 1, (20, 200),
         refusal=("excluded", "4.1")),
    Fate("disputed", (*TO_DECISION, "told", "dispute"), PAID_AT_ONCE, LARGE, 1, (0, 1), by_broker=0.65),
    Fate("with-an-expert", (*TO_CUT, "told", "dispute", "dispute_up"), PAID_AT_ONCE, LARGE, 1, (0, 3)),
    Fate("with-a-senior", (*TO_CUT, "told", "dispute", "dispute_up", "dispute_up"), PAID_AT_ONCE, LARGE, 1, (0, 5)),
    Fate("upheld", (*TO_CUT, "told", "dispute", "dispute_up", "dispute_up", "stays"), PAID_AT_ONCE, LARGE, 1, (0, 5)),
    Fate("overturned", (*TO_CUT, "told", "dispute", "dispute_up", "dispute_up", "for_member", "decide_anew", "told",
                        "agree"), (*PAID_AT_ONCE, S.REVIEW), LARGE, 1, (3, 9)),
    Fate("reopened", (*TO_DECISION, "told", "agree", "new_paper", "reopen"), (S.REVIEW,), LARGE, 1, (0, 0.6)),
    Fate("reopened-again", (*TO_DECISION, "told", "agree", "new_paper", "reopen", "calculate", "decide", "told"),
         (S.DECIDED,), LARGE, 1, (0, 5)),
    Fate("agreed", (*TO_DECISION, "told", "agree"), (S.AGREED, S.PAID), LARGE, 2, (0, 0.8), by_broker=0.65),
    Fate("held", (*TO_DECISION, "approve", "told", "agree"), (S.AGREED,), LARGE, 2, (0, 3), is_dear=True,
         by_broker=0.65),
    Fate("held-prepared", (*TO_DECISION, "approve", "told", "agree", "prepare_run"), (S.AGREED,), LARGE, 1, (0, 2),
         is_dear=True, by_broker=0.65),
    Fate("held-released", (*TO_DECISION, "approve", "told", "agree", "prepare_run", "release_run"), (S.PAID,), LARGE, 2,
         (3, 8), is_dear=True, by_broker=0.65),
    Fate("void", (*TO_DECISION, "told", "agree", "void"), (S.PAID, S.CLOSED), LARGE, 1, (0.2, 6), by_broker=0.65),
    Fate("void-left", (*TO_DECISION, "told", "agree", "void", "leave"), (S.PAID, S.CLOSED), LARGE, 1, (0.2, 9),
         by_broker=0.65),
    Fate("void-taken", (*TO_DECISION, "told", "agree", "void", "take"), (S.PAID, S.CLOSED), LARGE, 1, (0.2, 9)),
    Fate("returned", (*TO_DECISION, "told", "agree"), (S.RETURNED,), LARGE, 1, (5, 12), account="returning",
         by_broker=0.65),
    Fate("bank-refused", (*TO_DECISION, "told", "agree"), (S.RETURNED,), LARGE, 1, (0.5, 9), account="refused",
         by_broker=0.65),
    Fate("corrected", (*TO_DECISION, "told", "agree", "correct"), (S.PAID, S.CLOSED), LARGE, 1, (2, 30),
         account="returning", by_broker=0.65),
    Fate("paid", (*TO_DECISION, "told", "agree"), (S.PAID,), MIXED, 2, (2, 9), by_broker=0.65),
    Fate("closed", (*TO_DECISION, "told", "agree"), (S.CLOSED,), MIXED, 2, (15, 220), by_broker=0.65),
    Fate("straight", (*IN, "told", "agree", "look", "told", "agree"), (S.PAID, S.CLOSED, S.AGREED, S.CALCULATED),
         SMALL, 4, (0.5, 200),
         by_broker=0.9),
    Fate("silent", (*IN, "told", "look", "told"), (S.DECIDED, S.AGREED, S.PAID, S.CLOSED, S.CALCULATED),
         SMALL, 1, (0.1, 40)),
    Fate("withdrawn", ("report", "withdraw"), (S.WITHDRAWN,), SMALL, 1, (1, 200)),
    Fate("withdrawn-late", (*IN, "review", "withdraw"), (S.WITHDRAWN,), LARGE, 1, (1, 200)),
    Fate("just-accepted", IN, (S.ACCEPTED,), LARGE, 1, (0, 0.02), kept_back=("itemised_list",), is_last=True),
)  # fmt: skip
"""Every fate."""


def script(house: House, claim: Claim, fate: Fate, begun: datetime, seed: int) -> Script:
    """The acts of one claim from its beginning; the same seed gives the same moments."""
    whens = moments(_waits(fate, seed), begun)
    for number, (name, at) in enumerate(zip(fate.steps, whens, strict=True), 1):
        yield Act(at, _doing(house, claim, name), is_last=fate.is_last and number == len(fate.steps))


def _waits(fate: Fate, seed: int) -> list[tuple[timedelta, bool]]:
    """How long each step waits after the one before, and whether it is done at the desk."""
    rng = np.random.default_rng(seed)
    return [
        (
            timedelta(hours=float(rng.uniform(step.least, step.most)), microseconds=int(rng.integers(1, 10**6))),
            step.in_office,
        )
        for step in map(STEPS.__getitem__, fate.steps)
    ]


def moments(waits: list[tuple[timedelta, bool]], begun: datetime) -> Iterator[datetime]:
    """When things are done that follow one another: each so long after the one before, by day or in office hours."""
    at = begun
    for wait, in_office in waits:
        at = at_work(at + wait) if in_office else awake(at + wait)
        yield at


def _doing(house: House, claim: Claim, name: str) -> Callable[[datetime], object]:
    return lambda at: STEPS[name].do(house, claim, at)


def beginning(fate: Fate, last: datetime, seed: int) -> datetime:
    """The latest beginning from which a script comes to its last act by `last`."""
    return latest(_waits(fate, seed), last)


def latest(waits: list[tuple[timedelta, bool]], last: datetime) -> datetime:
    """The latest beginning from which what follows one another is done by `last`."""
    days = 0.0
    while True:
        begun = last - timedelta(days=days)
        if max(moments(waits, begun)) <= last:
            return begun
        days += 0.25
