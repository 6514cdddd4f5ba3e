"""Lanes: clear claims of small amounts are promised a short time: they enter as they are accepted."""

from __future__ import annotations

from datetime import datetime

from hearth.desks.books import clocks
from hearth.desks.claims.sold import terms_of
from hearth.desks.claims.wanting import still_missing
from hearth.kernel.promises.lane import Promised, fast_days, is_small
from hearth.store.models import Claim
from hearth.words.faults import BeforeFirstDay


def enter(claim: Claim, at: datetime) -> None:
    """Start the limits of the lanes that an accepted claim qualifies for, in the transaction under way."""
    rows = list(claim.policies.select_related("policy").order_by("position"))
    promised = []
    for row in rows:
        stated, first = terms_of(row.policy.product).fast_lane, row.policy.starts_on
        try:
            promised.append(None if stated is None else Promised(stated.up_to.at(first), stated.days.at(first)))
        except BeforeFirstDay:
            # A contract older than the promise was sold without it.
            promised.append(None)
    is_clear = not claim.is_investigated and not still_missing(claim, at)
    days = fast_days(claim.claimed_fen, is_clear, promised)
    if days is not None:
        clocks.start(claim, "P_FAST", at, amount=days)
    if is_small(claim.claimed_fen, is_clear):
        clocks.start(claim, "P_SMALL", at)
