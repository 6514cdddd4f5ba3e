"""Subscriptions: which jobs follow a record, by the record's kind.  A house test finds each task's code."""

from __future__ import annotations

SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "claim.reported": ("service.notify",),
    "claim.submitted": ("service.notify",),
    "claim.accepted": ("claims.decide_straight_through", "service.notify"),
    "claim.supplement_asked": ("service.notify",),
    "claim.supplement_received": ("claims.decide_straight_through", "service.notify"),
    "claim.review_begun": (),
    "claim.calculated": (),
    "claim.decided": ("service.notify",),
    "claim.agreed": ("money.pay_claim", "service.notify"),
    "claim.paid": ("service.notify",),
    "claim.returned": ("service.notify",),
    "claim.closed": ("service.notify",),
    "claim.withdrawn": ("service.notify",),
    "claim.reopened": ("service.notify",),
}
"""Kind of record -> tasks deferred in the record's own transaction, each with the record's id as `record_id`."""

WEBHOOK_TASK = "api.tell_partners"
"""Deferred too for every claim record of a claim that a partner brought in."""
