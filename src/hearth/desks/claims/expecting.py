"""Expecting: the days between which a claim is likely to be done, from this company's own claims; each change kept."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction

from hearth.kernel.promises.expected import HISTORY_DAYS, expected
from hearth.kernel.promises.forecast import Curve, Past, band_of, between, chosen, fitted, season_of
from hearth.kernel.promises.workday import Looked, Ruler
from hearth.store.calendars import work_calendar
from hearth.store.models import Claim, ExpectedDay, StepCurve, StepTime
from hearth.words.calendar import Calendar, YearUnknown, day_in_china
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

LEARNED = (S.REPORTED, S.SUBMITTED, S.ACCEPTED, S.SUPPLEMENT, S.REVIEW, S.CALCULATED, S.AGREED)
"""States from which on it is learned how long claims took until they were done."""

OURS = (S.SUBMITTED, S.ACCEPTED, S.REVIEW, S.CALCULATED, S.AGREED)
"""States in which it is the insurer who is waited for: only then does another day mean anything."""

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

LEARNED_DAYS = 800
"""How far back whole claims are learned from: two years and what was begun before."""

MOST_STEPS = 50_000
MOST_LEARNED = 200_000
MOST_KEPT = 500
MOST_OUTLIVED = 500
OUTLIVED = "longer"
"""Why other days are expected of a claim that was not done by the last of them."""


@dataclass(frozen=True, slots=True)
class Expecting:
    """The days between which a claim is likely to be done, and what that rests on: claims, steps or promised."""

    first_on: date
    last_on: date
    basis: str
    seen: int


def expect(claim: Claim, state: ClaimState, at: datetime, *, since: datetime | None = None) -> Expecting | None:
    """The days between which a claim is likely to be done; none where nothing is still to come.

    From this company's own claims like it, eight in ten of which were done in such days; where there are too few, from
    how long each step took lately; else from what is promised.  `since`: when the claim came into the state.
    """
    still = STILL.get(state, ())
    if not still:
        return None
    calendar, today = work_calendar(), day_in_china(at)
    try:
        if claim.is_investigated:
            still = tuple("P_INVESTIGATE" if code == "P_REVIEW" else code for code in still)
        known = _Known(_product(claim), state, band_of(claim.claimed_fen), season_of(day_in_china(since or at).month))
        known.ask(still)
        found = _from_claims(known, today, day_in_china(since or at), calendar)
        if found is not None:
            return found
        told = expected(known.times(still), still, today, calendar)
    except YearUnknown:
        return None
    seen = min((step.seen for step in told.steps), default=0)
    return Expecting(told.first_on, told.last_on, "steps" if told.basis == "history" else "promised", seen)


@dataclass
class _Known:
    """What is known of claims like one: curves from its state on, and else how long its steps took."""

    product: str
    state: ClaimState
    band: int
    season: int
    curves: list[Curve] = field(default_factory=list)
    _times: dict[str, list[int]] | None = None

    def ask(self, still: Sequence[str]) -> None:
        """Ask for the curves, and where there are none for the times of steps: every step of a claim asks."""
        with connection.cursor() as cursor:
            cursor.execute(
                _KNOWN,
                {
                    "product": self.product, "state": self.state.value if self.state in LEARNED else "",
                    "band": self.band, "season": self.season, "still": list(still),
                },
            )  # fmt: skip
            curves, times = cursor.fetchone()
        self.curves = [_curve(*each) for each in _loaded(curves) or ()]
        self._times = _loaded(times)

    def times(self, still: Sequence[str]) -> dict[str, list[int]]:
        """How many days those steps took lately, claim by claim."""
        if self._times is None and self.curves:
            found = StepTime.objects.filter(product=self.product, code__in=still)
            self._times = dict(found.values_list("code", "durations"))
        return self._times or {}


_KNOWN = """
    WITH curves AS (
        SELECT jsonb_agg(jsonb_build_array(
            product, state, band, season, ended, seen, knots, early, late, calibrated
        )) AS found
        FROM store_stepcurve WHERE product IN (%(product)s, '') AND state = %(state)s AND band IN (%(band)s, -1)
        AND season IN (%(season)s, 0)
    )
    SELECT found, CASE WHEN found IS NULL THEN (
        SELECT jsonb_object_agg(code, durations) FROM store_steptime
        WHERE product = %(product)s AND code = ANY(%(still)s::text[])
    ) END FROM curves
"""


def _curve(
    product: str, state: str, band: int, season: int, ended: int, seen: int, knots: list[float], early: float,
    late: float, calibrated: int,
) -> Curve:  # fmt: skip
    return Curve(product, state, band, season, ended, seen, tuple(knots), float(early), float(late), calibrated)


def _loaded(found: Any) -> Any:
    return json.loads(found) if isinstance(found, str) else found


def _from_claims(known: _Known, today: date, since: date, calendar: Calendar) -> Expecting | None:
    curve = chosen(known.curves, known.product, known.state.value, known.band, known.season)
    if curve is None:
        return None
    look = Looked(calendar)
    said = between(curve, look.between(since, today))
    if said is None:
        return None
    return Expecting(look.later(today, said.first), look.later(today, said.last), "claims", curve.ended)


def _product(claim: Claim) -> str:
    return claim.product or claim.policies.order_by("position").values_list("policy__product", flat=True).first() or ""


def keep(claim: Claim, found: Expecting, because: str, at: datetime) -> None:
    """Keep what is expected of a claim now, where it is not what was before; `because` a state, or OUTLIVED."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_expectedday (claim_id, at, first_on, last_on, basis, seen, because)"
            " SELECT %(claim)s, %(at)s, %(first_on)s, %(last_on)s, %(basis)s, %(seen)s, %(because)s"
            " WHERE (%(first_on)s::date, %(last_on)s::date) IS DISTINCT FROM ("
            "SELECT (first_on, last_on) FROM store_expectedday WHERE claim_id = %(claim)s ORDER BY id DESC LIMIT 1)",
            {
                "claim": claim.pk, "at": at, "first_on": found.first_on, "last_on": found.last_on,
                "basis": found.basis, "seen": found.seen, "because": because,
            },
        )  # fmt: skip


def keep_many(expecting: Iterable[tuple[Claim, Expecting | None]], because: str, at: datetime) -> None:
    """Keep what is expected of many claims that all changed."""
    ExpectedDay.objects.bulk_create(
        ExpectedDay(
            claim=claim, at=at, first_on=found.first_on, last_on=found.last_on, basis=found.basis, seen=found.seen,
            because=because,
        )
        for claim, found in expecting
        if found is not None
    )  # fmt: skip


@transaction.atomic(durable=True)
def measure(at: datetime) -> int:
    """Measure how long claims took.  (1) each step lately (2) claims from each state on (3) those that outlived it.

    Gives:   how many steps were looked at
    """
    # 1.
    steps = _measure_steps(at)
    # 2.
    _learn(at)
    # 3.
    _outlived(at)
    return steps


def _measure_steps(at: datetime) -> int:
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


_WAYS = """
SELECT c.product, t.to_state, c.claimed_fen, t.at, done.at, LEAST(gone.at, %(at)s)
FROM store_transition t JOIN store_claim c ON c.id = t.claim_id
LEFT JOIN store_decision d ON d.id = c.decision_id
LEFT JOIN LATERAL (
    SELECT MIN(p.at) AS at FROM store_transition p WHERE p.claim_id = t.claim_id AND p.seq > t.seq AND p.at <= %(at)s
    AND (p.to_state = 'paid' OR (p.to_state = 'decided' AND d.paid_out_fen = 0))
) done ON TRUE
LEFT JOIN LATERAL (
    SELECT MIN(w.at) AS at FROM store_transition w WHERE w.claim_id = t.claim_id AND w.seq > t.seq
    AND w.to_state = 'withdrawn'
) gone ON TRUE
WHERE t.at >= %(from)s AND t.at <= %(at)s AND t.to_state = ANY(%(states)s) AND c.product <> ''
AND NOT EXISTS (
    SELECT 1 FROM store_transition e WHERE e.claim_id = t.claim_id AND e.to_state = t.to_state AND e.seq < t.seq
)
ORDER BY t.id DESC LIMIT %(most)s
"""
"""How long claims took from when they first came into a state until they were paid, or decided with nothing to pay."""


def _learn(at: datetime) -> None:
    """Curves of how long claims took; those of before stay where a year of the calendar is not known."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WAYS,
            {
                "at": at, "from": at - timedelta(days=LEARNED_DAYS), "most": MOST_LEARNED,
                "states": [state.value for state in LEARNED],
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    if not rows:
        return
    begun = [day_in_china(row[3]) for row in rows]
    until = [day_in_china(row[4] or max(row[3], row[5])) for row in rows]
    try:
        ruler = Ruler(work_calendar(), min(begun), max(until))
    except YearUnknown:
        return
    began = ruler.at(np.array([day.toordinal() for day in begun]))
    past = Past(
        product=np.array([row[0] for row in rows]),
        state=np.array([row[1] for row in rows]),
        band=np.array([band_of(row[2]) for row in rows]),
        season=np.array([season_of(day.month) for day in begun]),
        began=began,
        took=ruler.at(np.array([day.toordinal() for day in until])) - began,
        ended=np.array([row[4] is not None for row in rows]),
    )
    StepCurve.objects.all().delete()
    StepCurve.objects.bulk_create(
        StepCurve(
            product=one.product, state=one.state, band=one.band, season=one.season, ended=one.ended, seen=one.seen,
            knots=list(one.knots), early=one.early, late=one.late, calibrated=one.calibrated, measured_at=at,
        )
        for one in fitted(past)
    )  # fmt: skip


def _outlived(at: datetime) -> None:
    """Other days for claims that were not done by the last of theirs."""
    today = day_in_china(at)
    found = Claim.objects.filter(state__in=[state.value for state in OURS], expected_on__lt=today)
    found = found.only("state", "state_at", "product", "claimed_fen", "is_investigated", "expected_on")
    for claim in found.select_for_update(of=("self",), skip_locked=True).order_by("expected_on", "pk")[:MOST_OUTLIVED]:
        told = expect(claim, ClaimState(claim.state), at, since=claim.state_at)
        if told is None:
            continue
        claim.expected_on = told.last_on
        claim.save(update_fields=["expected_on"])
        keep(claim, told, OUTLIVED, at)
