"""Counting: how many promises were kept and broken each day, and how the open ones stand; what the board reads."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from hearth.kernel.promises.chaser import OURS
from hearth.store.models import PromiseCount
from hearth.words.calendar import day_in_china, end_of_day, start_of_day

REMINDERS = frozenset({"P_DECIDE_25", "P_DECIDE_28"})
"""Limits that only remind the house of a longer one; nobody was promised them."""

COUNTED = sorted(OURS - REMINDERS)
"""The promises of the insurer, of law and of the house."""

BACK_DAYS = 31
"""How far back a first count reaches."""

KEPT_DAYS = 400

_COUNT = """
WITH counted AS MATERIALIZED (
    SELECT CASE WHEN one.state IN ('met', 'late') THEN (one.ended_at AT TIME ZONE 'Asia/Shanghai')::date
           ELSE %(today)s END AS day,
           one.code, COALESCE(one.product, c.product, '') AS product, COALESCE(b.code, '') AS branch,
           COUNT(*) FILTER (WHERE one.state = 'met') AS kept, COUNT(*) FILTER (WHERE one.state = 'late') AS late,
           COUNT(*) FILTER (WHERE one.state = 'running' AND %(at)s < one.tight_at) AS safe,
           COUNT(*) FILTER (WHERE one.state = 'paused') AS paused,
           COUNT(*) FILTER (WHERE one.state = 'running' AND %(at)s >= one.tight_at AND %(at)s < one.due_at) AS at_risk,
           COUNT(*) FILTER (WHERE one.state = 'running' AND %(at)s >= one.due_at) AS broken
    FROM (
        SELECT claim_id, NULL::bigint AS branch_id, NULL::text AS product, code, state, due_at,
               started_at + (due_at - started_at) * 0.8 AS tight_at, met_at AS ended_at
        FROM store_deadline
        WHERE state IN ('running', 'paused') OR state IN ('met', 'late') AND met_at >= %(from)s AND met_at < %(to)s
        UNION ALL
        SELECT d.claim_id, NULL, NULL, k.code, k.state, k.due_at,
               k.started_at + (k.due_at - k.started_at) * 0.8, k.ended_at
        FROM store_disputeclock k JOIN store_dispute d ON d.id = k.dispute_id
        WHERE k.state = 'running' OR k.state IN ('met', 'late') AND k.ended_at >= %(from)s AND k.ended_at < %(to)s
        UNION ALL
        SELECT d.claim_id, d.branch_id, NULL, k.code, k.state, k.due_at,
               k.started_at + (k.due_at - k.started_at) * 0.8, k.ended_at
        FROM store_complaintclock k JOIN store_complaint d ON d.id = k.complaint_id
        WHERE k.state = 'running' OR k.state IN ('met', 'late') AND k.ended_at >= %(from)s AND k.ended_at < %(to)s
        UNION ALL
        SELECT NULL, d.branch_id, p.product, k.code, k.state, k.due_at,
               k.started_at + (k.due_at - k.started_at) * 0.8, k.ended_at
        FROM store_advanceclock k JOIN store_advance d ON d.id = k.advance_id
        LEFT JOIN store_policy p ON p.id = d.policy_id
        WHERE k.state = 'running' OR k.state IN ('met', 'late') AND k.ended_at >= %(from)s AND k.ended_at < %(to)s
    ) AS one
    LEFT JOIN store_claim c ON c.id = one.claim_id
    LEFT JOIN store_branch b ON b.id = COALESCE(one.branch_id, c.branch_id)
    WHERE one.code = ANY(%(codes)s)
    GROUP BY 1, 2, 3, 4
), gone AS (
    DELETE FROM store_promisecount p WHERE p.day < %(kept_from)s OR p.day >= %(first)s AND NOT EXISTS (
        SELECT 1 FROM counted n
        WHERE n.day = p.day AND n.code = p.code AND n.product = p.product AND n.branch = p.branch
    )
)
INSERT INTO store_promisecount AS p
    (day, code, product, branch, kept, late, safe, paused, at_risk, broken, counted_at)
SELECT day, code, product, branch, kept, late, safe, paused, at_risk, broken, %(at)s FROM counted
ON CONFLICT (day, code, product, branch) DO UPDATE SET
    kept = EXCLUDED.kept, late = EXCLUDED.late, safe = EXCLUDED.safe, paused = EXCLUDED.paused,
    at_risk = EXCLUDED.at_risk, broken = EXCLUDED.broken, counted_at = EXCLUDED.counted_at
"""
"""What is counted takes the place of what was; what is no more, and what is older than is kept, goes."""


@transaction.atomic(durable=True)
def count(*, at: datetime) -> date:
    """Count the promises of today and yesterday anew, and those of days that were missed.

    At risk is what runs with less than a fifth of its time left.  Asked again it gives the same.
    Gives:   the first day that was counted.
    """
    today = day_in_china(at)
    last = PromiseCount.objects.aggregate(last=Max("day"))["last"]
    first = max(today - timedelta(BACK_DAYS), min(today - timedelta(1), last or date.min))
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "at": at, "today": today, "first": first, "from": start_of_day(first), "to": end_of_day(today),
                "codes": COUNTED, "kept_from": today - timedelta(KEPT_DAYS),
            },
        )  # fmt: skip
    return first
