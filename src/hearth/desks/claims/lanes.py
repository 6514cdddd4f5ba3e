"""Lanes: clear claims of small amounts are promised a short time: they enter as they are accepted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hearth.desks.books import clocks
from hearth.desks.claims.sold import terms_of
from hearth.kernel.promises.lane import Promised, fast_days, is_small
from hearth.store.models import Claim, ClaimPolicy
from hearth.words.faults import BeforeFirstDay


def enter(claim: Claim, at: datetime, rows: Sequence[ClaimPolicy], *, is_complete: bool) -> None:
    """Start the limits of the lanes that an accepted claim qualifies for, in the transaction under way.

    Needs:   its policies in the chosen order (wanting.policies_of), and whether no obligatory paper is missing
    """
    promised = []
    for row in rows:
        stated, first = terms_of(row.policy.product).fast_lane, row.policy.starts_on
        try:
            promised.append(None if stated is None else Promised(stated.up_to.at(first), stated.days.at(first)))
        except BeforeFirstDay:
            # A contract older than the promise was sold without it.
            promised.append(None)
    is_clear = is_complete and not claim.is_investigated
    days = fast_days(claim.claimed_fen, is_clear, promised)
    amounts: dict[str, int | None] = {} if days is None else {"P_FAST": days}
    if is_small(claim.claimed_fen, is_clear):
        amounts["P_SMALL"] = None
    clocks.start_each(claim, amounts, at)
