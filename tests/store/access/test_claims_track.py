"""The eight steps' days follow one another, whatever comes later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hearth.store.access.claims_track import track
from hearth.store.models import Transition
from hearth.words.claims import ClaimState

S = ClaimState
AT = datetime(2026, 3, 16, 2, tzinfo=UTC)
WAY = (S.DRAFT, S.REPORTED, S.SUBMITTED, S.ACCEPTED, S.REVIEW, S.CALCULATED, S.DECIDED, S.AGREED, S.PAID, S.CLOSED)


def _gone(*way: ClaimState) -> list[Transition]:
    """One step a day."""
    return [
        Transition(seq=seq, from_state=before, to_state=after, at=AT + timedelta(days=seq))
        for seq, (before, after) in enumerate(pairwise(way))
    ]


def _days(*way: ClaimState) -> list[int | None]:
    return [
        None if step.done_at is None else (step.done_at - AT).days for step in track(ClaimState(way[-1]), _gone(*way))
    ]


def test_a_closed_claim_was_decided_before_it_was_paid() -> None:
    assert _days(*WAY) == [0, 1, 2, None, 4, 5, 6, 7]


def test_a_refused_claim_is_decided_when_it_is_closed() -> None:
    assert _days(*WAY[:7], S.CLOSED) == [0, 1, 2, None, 4, 5, 6, None]


def test_a_claim_sent_back_was_reported_when_it_was_reported() -> None:
    way = (S.DRAFT, S.REPORTED, S.SUBMITTED, S.REPORTED, S.SUBMITTED, S.ACCEPTED)
    assert _days(*way)[:3] == [0, 3, 4]
