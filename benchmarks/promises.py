"""Promises: a million open time limits swept and counted, and limits of complaints.  A database of its own."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.measuring import Figure, timed
from benchmarks.service import SUPERUSER_URL, database

AT = datetime(2026, 6, 3, 2, 0, tzinfo=UTC)
"""A Wednesday morning in China."""

A_CLAIM = ("L1", "L4", "P_DECIDE", "P_REVIEW")
"""Limits that run for each claim."""

ONE_FIRES_IN = 2_000
"""Five hundred of a million at once: many times what falls due in a minute where each runs for weeks."""

COMPLAINTS_A_LIMIT = 10
"""One open complaint for so many limits of claims: far more than any house has."""

LOOKED_AT_ONE_BY_ONE = 20_000
QUIET_RUNS, COUNTS = 7, 3


def filled(limits: int) -> int:
    """Claims in review with four running limits each, of which a few fire now; made within the database."""
    import psycopg
    from django.db import connection

    from hearth.desks import founding
    from hearth.store.access import HOUSE
    from hearth.store.models import Branch, Complaint, Person, RoleGrant

    if not Branch.objects.exists():
        founding.open_branch(HOUSE, "sz", "深圳", "Shenzhen", at=AT)
    branch = Branch.objects.get()
    member = Person.objects.create(username="bench-member", full_name="甲", branch=branch)
    for number in range(40):
        person = Person.objects.create(username=f"bench-{number}", full_name=f"乙{number}", branch=branch)
        RoleGrant.objects.create(
            person=person, role="reviewer" if number % 4 == 0 else "assessor", branch=branch, from_at=AT - timedelta(9)
        )
    claims = limits // len(A_CLAIM)
    with psycopg.connect(os.environ[SUPERUSER_URL], autocommit=True) as superuser:
        # Rows that no rule of the database is asked about: they stand for claims that took their steps long ago.
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "INSERT INTO store_claim (claim_no, person_id, reporter_id, state, seq, state_at, facts, story,"
            " claimed_fen, branch_id, product, channel, held, has_no_more, marks, known, external_id,"
            " is_investigated, is_disputed, is_prepaid, for_person, reopened_count)"
            " SELECT 'B' || n, %(member)s, %(member)s, 'review', 0, %(at)s, '{}', ''::bytea, 0, %(branch)s,"
            " 'outpatient', 'member', '[]', false, '[]', '[]', '', false, false, false, '', 0"
            " FROM generate_series(1, %(claims)s) n",
            {"member": member.pk, "branch": branch.pk, "claims": claims, "at": AT},
        )
        superuser.execute(
            "INSERT INTO store_deadline (claim_id, code, started_at, pauses, due_at, is_provisional, state, watch_at)"
            " SELECT c.id, code, %(begun)s, '[]', %(begun)s + interval '40 hours', false, 'running',"
            "  CASE WHEN code = 'P_REVIEW' AND (c.id * 4) %% %(every)s = 0 THEN %(at)s - interval '1 minute'"
            "  ELSE %(at)s + (c.id %% 100000 + 1) * interval '10 seconds' END"
            " FROM store_claim c, unnest(%(codes)s::text[]) code WHERE c.claim_no LIKE 'B%%'",
            {
                "begun": AT - timedelta(hours=26),
                "at": AT,
                "codes": list(A_CLAIM),
                "every": min(ONE_FIRES_IN, limits // 10),
            },
        )
        superuser.execute(
            "INSERT INTO store_complaint (complaint_no, person_id, claim_id, branch_id, stage, cause, channel, words,"
            " is_group, registered_by_id, registered_at, state, seq, state_at, limit_days, finding, review_finding)"
            " SELECT 'T' || id, %(member)s, id, branch_id, 'claim', 'slow', 'online', %(words)s, false, %(member)s,"
            " %(at)s, 'registered', 1, %(at)s, 15, '', ''"
            " FROM store_claim WHERE claim_no LIKE 'B%%' ORDER BY id LIMIT %(complaints)s",
            {
                "member": member.pk,
                "at": AT,
                "complaints": limits // COMPLAINTS_A_LIMIT,
                "words": Complaint._meta.get_field("words").get_db_prep_save("等了两周没有消息", connection),
            },
        )
        # Those that fire have a day left of their fifteen.
        superuser.execute(
            "INSERT INTO store_complaintclock (complaint_id, code, started_at, due_at, state, watch_at)"
            " SELECT id, 'L_COMPLAINT_15', CASE WHEN fires THEN %(at)s - interval '14 days' ELSE %(at)s END,"
            " CASE WHEN fires THEN %(at)s + interval '1 day' ELSE %(at)s + interval '15 days' END, 'running',"
            " CASE WHEN fires THEN %(at)s - interval '1 minute' ELSE %(at)s + interval '10 days' END"
            " FROM (SELECT id, id %% %(every)s = 0 AS fires FROM store_complaint) AS one",
            {"at": AT, "every": min(ONE_FIRES_IN, limits // 10) // COMPLAINTS_A_LIMIT},
        )
        superuser.execute("VACUUM ANALYZE")
    return claims * len(A_CLAIM)


def one_by_one(rows: int) -> float:
    """Seconds a limit, where each is looked at by itself: its row read, its alarms worked out, nothing written."""
    from hearth.desks.books.clocks import clock_of
    from hearth.kernel.promises.chaser import alarms, firing
    from hearth.store.calendars import work_calendar
    from hearth.store.models import Deadline

    began, looked = time.perf_counter(), 0
    for row in Deadline.objects.filter(state="running").order_by("id")[:rows].iterator():
        firing(alarms(clock_of(row), work_calendar()), (), AT)
        looked += 1
    return (time.perf_counter() - began) / looked


def measured(limits: int) -> dict[str, Any]:
    """The sweep where some are due, the sweep where nothing is, and the plain way; complaints; the board's count."""
    from hearth.desks.promises import BATCH, CASES, count, sweep, sweep_cases, waiting
    from hearth.store.models import CaseOrder, Firing, WorkOrder

    there = filled(limits)
    a_row = one_by_one(min(LOOKED_AT_ONE_BY_ONE, there))
    began = time.perf_counter()
    fired = 0
    while (done := sweep(at=AT)).looked_at:
        fired += done.fired
        if done.looked_at < BATCH:
            break
    busy = time.perf_counter() - began
    assert fired == Firing.objects.count() == WorkOrder.objects.count()
    quiet = timed(lambda: sweep(at=AT), QUIET_RUNS)
    began, raised = time.perf_counter(), 0
    while (cases := sweep_cases(at=AT)).looked_at:
        raised += cases.opened
        if cases.looked_at < CASES:
            break
    chased = time.perf_counter() - began
    assert raised == CaseOrder.objects.count() > 0
    return {
        "limits": there,
        "fired": fired,
        "busy": busy,
        "quiet": quiet.median,
        "plain": a_row * there,
        "complaints": there // COMPLAINTS_A_LIMIT,
        "raised": raised,
        "chased": chased,
        "quiet_cases": timed(lambda: sweep_cases(at=AT), QUIET_RUNS).median,
        "asked": timed(lambda: waiting(AT), QUIET_RUNS).median,
        "counted": timed(lambda: count(at=AT), COUNTS).median,
    }


def figures(found: dict[str, Any]) -> list[Figure]:
    """The figures of issue 5: a million open clocks in a second."""
    fired, limits = found["fired"], found["limits"]
    return [
        Figure(
            "promises_swept", f"{limits:,} open time limits swept, {fired:,} of them firing, orders written and given",
            found["busy"], "s", "<= 1.0 s", found["busy"] <= 1.0, "looking at every limit",
            found["plain"] / found["busy"],
        ),
        Figure(
            "promises_quiet", f"{limits:,} open time limits swept, none of them due", found["quiet"] * 1e3, "ms",
            "<= 10 ms", found["quiet"] <= 0.01, "looking at every limit", found["plain"] / found["quiet"],
            runs=QUIET_RUNS,
        ),
        Figure(
            "promises_cases", f"{found['complaints']:,} open complaints swept, {found['raised']:,} of them firing, "
            f"orders written and given; where none is due {found['quiet_cases'] * 1e3:.1f} ms", found["chased"], "s",
            "none", None,
        ),
        Figure(
            "promises_asked", f"{limits:,} open time limits: what of the sweep has anything to do, asked",
            found["asked"] * 1e3, "ms", "<= 10 ms", found["asked"] <= 0.01, runs=QUIET_RUNS,
        ),
        Figure(
            "promises_counted", f"{limits:,} open time limits counted for the board of promises", found["counted"], "s",
            "<= 2.0 s", found["counted"] <= 2.0, runs=COUNTS,
        ),
    ]  # fmt: skip


if __name__ == "__main__":
    with database():
        print(json.dumps(measured(int(sys.argv[1]))))
