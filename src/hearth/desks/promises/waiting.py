"""Waiting: what of a sweep has something to do now, asked in one question: most minutes of most houses have nothing."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from hearth.desks.promises.cases import BEGAN, began_codes
from hearth.kernel.promises.chaser import OURS


class Waiting(NamedTuple):
    """Which parts of a sweep would find something."""

    orders_to_settle: bool
    limits: bool
    orders_to_give: bool
    cases: bool
    case_orders_to_give: bool


def waiting(at: datetime) -> Waiting:
    """What of a sweep has something to do at a moment; nothing is locked, nothing changed.

    Gives:   false only where `settle`, `sweep`, `give_waiting`, `sweep_cases` and `give_waiting_cases`, in that order
             of the fields, would come back empty-handed; what comes a moment later is the next sweep's
    """
    own = [(state.value, code) for state, event in BEGAN.items() for code in began_codes(event)]
    with connection.cursor() as cursor:
        cursor.execute(
            _WAITING,
            {
                "at": at,
                "ours": sorted(OURS),
                "held": [state.value for state in BEGAN],
                "states": [state for state, _ in own],
                "codes": [code for _, code in own],
            },
        )
        return Waiting(*cursor.fetchone())


_AWAY = """
    o.holder_id IS NULL
    OR EXISTS (
        SELECT 1 FROM store_staffabsence a WHERE a.person_id = o.holder_id AND a.from_at <= %(at)s AND a.to_at > %(at)s
    )
    OR EXISTS (SELECT 1 FROM store_person p WHERE p.id = o.holder_id AND NOT p.is_active)
"""
"""Nobody has the order, or who has it is away or gone."""

_WAITING = f"""
SELECT
    EXISTS (
        SELECT 1 FROM store_workorder o JOIN store_deadline d ON d.id = o.deadline_id WHERE o.state = 'open' AND (
            o.due_at IS DISTINCT FROM d.due_at OR d.state IN ('met', 'void')
            OR d.state = 'late' AND d.code <> ALL(%(ours)s::text[])
        )
    ),
    EXISTS (SELECT 1 FROM store_deadline WHERE state = 'running' AND watch_at <= %(at)s),
    EXISTS (SELECT 1 FROM store_workorder o WHERE o.state = 'open' AND ({_AWAY})),
    EXISTS (SELECT 1 FROM store_disputeclock WHERE state = 'running' AND watch_at <= %(at)s)
    OR EXISTS (SELECT 1 FROM store_complaintclock WHERE state = 'running' AND watch_at <= %(at)s)
    OR EXISTS (
        SELECT 1 FROM store_caseorder o JOIN store_dispute d ON d.id = o.dispute_id WHERE o.state = 'open' AND (
            NOT EXISTS (
                SELECT 1 FROM store_disputeclock k
                WHERE k.dispute_id = o.dispute_id AND k.code = o.code AND k.state = 'running'
            )
            OR d.state = ANY(%(held)s::text[])
            AND (d.state, o.code) NOT IN (SELECT * FROM unnest(%(states)s::text[], %(codes)s::text[]))
        )
    )
    OR EXISTS (
        SELECT 1 FROM store_caseorder o WHERE o.state = 'open' AND o.complaint_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM store_complaintclock k
            WHERE k.complaint_id = o.complaint_id AND k.code = o.code AND k.state = 'running'
        )
    ),
    EXISTS (
        SELECT 1 FROM store_caseorder o LEFT JOIN store_dispute d ON d.id = o.dispute_id
        LEFT JOIN store_complaint c ON c.id = o.complaint_id WHERE o.state = 'open' AND (
            {_AWAY}
            OR o.level = 1 AND (
                COALESCE(d.reviewer_id, d.holder_id) <> o.holder_id
                OR c.state = 'registered' AND c.handler_id <> o.holder_id
            )
        )
    )
"""
