"""Subscriptions: which jobs follow a record, by the record's kind.  A house test finds each task's code."""

from __future__ import annotations

SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "claim.reported": ("service.notify", "api.tell_partners"),
    "claim.submitted": ("claims.accept_complete", "service.notify", "api.tell_partners"),
    "claim.sent_back": ("service.notify", "api.tell_partners"),
    "claim.accepted": ("claims.decide_straight_through", "service.notify", "api.tell_partners"),
    "claim.supplement_asked": ("service.notify", "api.tell_partners"),
    "claim.supplement_received": ("claims.decide_straight_through", "service.notify", "api.tell_partners"),
    "claim.review_begun": ("api.tell_partners",),
    "claim.calculated": ("api.tell_partners",),
    "claim.decided": ("claims.propose_adjustments", "advances.settle", "service.notify", "api.tell_partners"),
    "claim.disputed": ("api.tell_partners",),
    "claim.upheld": ("service.notify", "api.tell_partners"),
    "claim.agreed": ("money.pay_claim", "service.notify", "api.tell_partners"),
    "claim.paid": ("service.notify", "api.tell_partners"),
    "claim.returned": ("service.notify", "api.tell_partners"),
    "claim.closed": ("service.notify", "api.tell_partners"),
    "claim.withdrawn": ("advances.settle", "service.notify", "api.tell_partners"),
    "claim.reopened": ("service.notify", "api.tell_partners"),
    "claim.adjusted": ("claims.propose_adjustments", "money.pay_adjustments", "service.notify", "api.tell_partners"),
    "claim.unfinished": ("service.notify",),
    "claim.chased": ("service.notify", "api.tell_partners"),
    "claim.originals_chased": ("service.notify", "api.tell_partners"),
    "claim.rests": ("service.notify", "api.tell_partners"),
    "claim.late": ("service.notify", "api.tell_partners"),
    "claim.explained": ("service.notify", "api.tell_partners"),
    "advance.completed": ("advances.check",),
    "advance.called": ("advances.check",),
    "advance.consented": ("advances.check",),
    "advance.checked": ("advances.assess_risk",),
    "advance.instalment_released": ("advances.pay",),
    "advance.discharged": ("claims.open_for_advance",),
    "policy.voided": ("claims.propose_adjustments",),
    "policy.ended": ("claims.propose_adjustments",),
    "payment.intended": ("money.send_payment",),
    "payment.confirmed": ("claims.mark_paid", "money.pay_interest"),
    "payment.failed": ("claims.mark_returned",),
    "payment.returned": ("claims.mark_returned",),
    "payrun.released": ("money.send_run",),
    "notice.sent": ("claims.notice_delivered",),
}
"""Kind of record -> tasks deferred in the record's own transaction, each with the record's id as `record_id`."""

WEBHOOK_TASK = "api.tell_partners"
"""Tells the webhooks of the partner that brought the claim in; the house's own work on a claim is not told."""
