"""Expecting: the day by which a claim is likely to be done, from how long its product's steps took lately."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from hearth.kernel.promises.expected import HISTORY_DAYS, expected
from hearth.kernel.promises.workday import Looked
from hearth.store.calendars import work_calendar
from hearth.store.models import Claim, StepTime
from hearth.words.calendar import YearUnknown, day_in_china
from hearth.words.claims import ClaimState

S = ClaimState

STILL: dict[ClaimState, tuple[str, ...]] = {
    S.REPORTED: ("P_SUBMIT_3", "P_ACCEPT", "P_REVIEW", "P_CALCULATE", "P_PAY"),
    S.SUBMITTED: ("P_ACCEPT", "P_REVIEW", "P_CALCULATE", "P_PAY"),
    S.ACCEPTED: ("P_REVIEW", "P_CALCULATE", "P_PAY"),
    S.SUPPLEMENT: ("P_SUPPLEMENT_3", "P_REVIEW", "P_CALCULATE", "P_PAY"),
    S.REVIEW: ("P_REVIEW", "P_CALCULATE", "P_PAY"),
    S.CALCULATED: ("P_CALCULATE", "P_PAY"),
    S.DECIDED: ("P_PAY",),
    S.AGREED: ("P_PAY",),
    S.RETURNED: ("P_PAY",),
}
"""The limits of the steps that are still to come in each state."""

_MEASURED: dict[tuple[str, str], str] = {
    ("reported", "submitted"): "P_SUBMIT_3",
    ("submitted", "accepted"): "P_ACCEPT",
    ("accepted", "review"): "P_REVIEW",
    ("supplement", "review"): "P_SUPPLEMENT_3",
    ("review", "calculated"): "P_REVIEW",
    ("calculated", "decided"): "P_CALCULATE",
    ("agreed", "paid"): "P_PAY",
}
"""Which step of a claim's way tells how long which limit's work took."""

MOST_STEPS = 50_000
MOST_KEPT = 500


def expected_day(claim: Claim, state: ClaimState, at: datetime) -> date | None:
    """The later of the days between which a claim is likely to be done; none where nothing is still to come."""
    still = STILL.get(state, ())
    if not still:
        return None
    if claim.is_investigated:
        still = tuple("P_INVESTIGATE" if code == "P_REVIEW" else code for code in still)
    product = claim.policies.order_by("position").values_list("policy__product", flat=True).first() or ""
    history = dict(StepTime.objects.filter(product=product, code__in=still).values_list("code", "durations"))
    try:
        return expected(history, still, day_in_china(at), work_calendar()).last_on
    except YearUnknown:
        return None


@transaction.atomic(durable=True)
def measure(at: datetime) -> int:
    """Measure how long steps took in the last ninety days, product by product; how many were looked at."""
    calendar = work_calendar()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.product, t.from_state, t.to_state, b.at, t.at FROM store_transition t"
            " JOIN store_transition b ON b.claim_id = t.claim_id AND b.seq = t.seq - 1"
            " JOIN store_claimpolicy cp ON cp.claim_id = t.claim_id AND cp.position = 0"
            " JOIN store_policy p ON p.id = cp.policy_id"
            " WHERE t.at >= %s AND t.at <= %s ORDER BY t.id DESC LIMIT %s",
            [at - timedelta(days=HISTORY_DAYS), at, MOST_STEPS],
        )
        rows = cursor.fetchall()
    took: dict[tuple[str, str], list[int]] = defaultdict(list)
    for product, before, after, began, ended in rows:
        code = _MEASURED.get((before, after))
        if code is None or len(took[product, code]) >= MOST_KEPT:
            continue
        try:
            took[product, code].append(Looked(calendar).between(day_in_china(began), day_in_china(ended)))
        except YearUnknown:
            continue
    StepTime.objects.bulk_create(
        (
            StepTime(product=product, code=code, durations=durations, measured_at=at)
            for (product, code), durations in took.items()
            if durations
        ),
        update_conflicts=True,
        unique_fields=["product", "code"],
        update_fields=["durations", "measured_at"],
    )
    return len(rows)
