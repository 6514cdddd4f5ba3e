"""The track of a claim: the eight steps a customer sees, with their days, worked out from its transitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hearth.store.models import Transition
from hearth.words.claims import STEP_OF, STEPS, ClaimState, Step, StepWords
from hearth.words.progress import SKIPPED, visible

S = ClaimState

_DONE_BY: dict[Step, tuple[ClaimState, ...]] = {
    Step.REPORTED: (S.REPORTED,),
    Step.SUBMITTED: (S.SUBMITTED,),
    Step.ACCEPTED: (S.ACCEPTED,),
    Step.SUPPLEMENT: (S.REVIEW,),
    Step.REVIEW: (S.CALCULATED,),
    Step.CALCULATED: (S.DECIDED,),
    Step.DECIDED: (S.AGREED, S.CLOSED),
    Step.PAID: (S.PAID,),
}
"""The states whose coming ends a step."""

_ENTERED_BY: dict[Step, tuple[ClaimState, ...]] = {
    Step.REPORTED: (S.REPORTED,),
    Step.SUBMITTED: (S.REPORTED,),
    Step.ACCEPTED: (S.SUBMITTED,),
    Step.SUPPLEMENT: (S.SUPPLEMENT,),
    Step.REVIEW: (S.ACCEPTED, S.REVIEW),
    Step.CALCULATED: (S.CALCULATED,),
    Step.DECIDED: (S.DECIDED,),
    Step.PAID: (S.AGREED, S.RETURNED),
}
"""The states whose coming begins a step."""

_PLACES = {step: place for place, step in enumerate(Step)}


@dataclass(frozen=True, slots=True)
class TrackStep:
    """One of the eight steps: done, under way, still to come, or skipped with a note that says why."""

    number: int
    step: Step
    words: StepWords
    state: Literal["done", "now", "to_come", "skipped"]
    entered_at: datetime | None
    done_at: datetime | None
    note_zh: str
    note_en: str


@dataclass(frozen=True, slots=True)
class Told:
    """A step as the customer reads it."""

    seq: int
    from_state: str
    to_state: str
    at: datetime
    by: str
    zh: str
    en: str
    record_id: int
    rule_version: str


def told(transitions: Sequence[Transition]) -> tuple[Told, ...]:
    """Every step of a claim in visible words, in order."""
    return tuple(
        Told(
            one.seq,
            one.from_state,
            one.to_state,
            one.at,
            one.by,
            visible(one.visible, "zh"),
            visible(one.visible, "en"),
            one.record_id,
            one.rule_version,
        )
        for one in transitions
    )


def track(state: ClaimState, transitions: Sequence[Transition]) -> tuple[TrackStep, ...]:
    """The eight steps of a claim, in order.

    A supplement that was not needed shows as "not needed" once review has begun; a claim that ends without payment
    shows "nothing to pay"; of one that was withdrawn the rest is stopped.
    """
    now = STEP_OF[state]
    order = list(Step)
    steps = []
    for number, step in enumerate(order, 1):
        entered, done = _moments(step, transitions)
        kind, note = _kind(step, state, now, order, entered, done)
        zh, en = SKIPPED[note] if note else ("", "")
        steps.append(TrackStep(number, step, STEPS[step], kind, entered, done if kind == "done" else None, zh, en))
    return tuple(steps)


def _kind(
    step: Step,
    state: ClaimState,
    now: Step,
    order: list[Step],
    entered: datetime | None,
    done: datetime | None,
) -> tuple[Literal["done", "now", "to_come", "skipped"], str]:
    place = order.index(step)
    if state is S.WITHDRAWN:
        return ("done", "") if done is not None else ("skipped", "stopped")
    if step is Step.PAID and state in (S.PAID, S.CLOSED):
        return ("done", "") if done is not None else ("skipped", "no_payment")
    if step is now:
        return "now", ""
    if step is Step.SUPPLEMENT:
        if entered is not None and place != order.index(now):
            return "done", ""
        return ("skipped", "not_needed") if order.index(now) > order.index(Step.REVIEW) else ("to_come", "")
    return ("done", "") if place < order.index(now) else ("to_come", "")


def _moments(step: Step, transitions: Sequence[Transition]) -> tuple[datetime | None, datetime | None]:
    """When a step began, and when it last ended after that: by what came from it, not from a step further on."""
    entered = [one for one in transitions if ClaimState(one.to_state) in _ENTERED_BY[step]]
    if not entered:
        return None, None
    first = entered[-1] if step is Step.PAID else entered[0]
    place = _PLACES[step]
    done = [
        one
        for one in transitions
        if ClaimState(one.to_state) in _DONE_BY[step]
        and one.seq >= first.seq
        and (not one.from_state or _PLACES[STEP_OF[ClaimState(one.from_state)]] <= place)
    ]
    return first.at, done[-1].at if done else None
