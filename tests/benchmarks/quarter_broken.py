"""Quarter broken, as a program: a chaser is left out while it is played, then its rows are tampered with one by one.

Prints as JSON what each check said of the quarter itself, and which checks spoke up after each tampering.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.quarter.__main__ import left_by, lightly
from benchmarks.quarter.checks import checked
from benchmarks.quarter.left import Left
from benchmarks.quarter.played import play, wires
from benchmarks.service import SUPERUSER_URL, database

LEFT_OUT = ("payment", 1)

TAMPERINGS: dict[str, tuple[str, ...]] = {
    "a firing is taken away": ("DELETE FROM store_firing WHERE id = (SELECT max(id) FROM store_firing)",),
    "a firing has no order": (
        "UPDATE store_firing SET order_id = NULL WHERE id ="
        " (SELECT max(id) FROM store_firing WHERE chaser <> 'submit' AND order_id IS NOT NULL)",
    ),
    "a chaser fires twice": (
        "ALTER TABLE store_firing DROP CONSTRAINT firing_once",
        "INSERT INTO store_firing (deadline_id, chaser, level, due_at, at, order_id, record_id) SELECT deadline_id,"
        " chaser, level, due_at, at + interval '1 hour', order_id, record_id FROM store_firing ORDER BY id LIMIT 1",
    ),
    "two orders are open at once": (
        "INSERT INTO store_workorder (claim_id, chaser, level, deadline_id, due_at, role, holder_id, state, opened_at,"
        " ended_at, ended_by_id, cause, message_id) SELECT claim_id, chaser, level, deadline_id, due_at, role,"
        " holder_id, state, opened_at + interval '1 second', ended_at, ended_by_id, cause, message_id"
        " FROM store_workorder WHERE ended_at > opened_at + interval '1 minute' ORDER BY id LIMIT 1",
    ),
    "an order stays open": (
        "UPDATE store_workorder SET state = 'open', ended_at = NULL, ended_by_id = NULL, cause = '', message_id = NULL"
        " WHERE id = (SELECT min(id) FROM store_workorder)",
    ),
    "a decision comes a hundred days later": (
        "UPDATE store_transition t SET at = t.at + interval '100 days' FROM store_transition d WHERE d.to_state ="
        " 'decided' AND d.claim_id = t.claim_id AND t.seq >= d.seq AND t.claim_id ="
        " (SELECT min(claim_id) FROM store_decision WHERE is_automatic)",
    ),
    "a limit of the law is a day longer": (
        "UPDATE store_deadline SET due_at = due_at + interval '1 day' WHERE id ="
        " (SELECT min(id) FROM store_deadline WHERE code = 'L2')",
    ),
    "a machine refuses": (
        "ALTER TABLE store_decision DROP CONSTRAINT decision_refusal_complete",
        "UPDATE store_decision SET outcome = 'refused', is_automatic = TRUE, decided_by_id = NULL WHERE id ="
        " (SELECT min(id) FROM store_decision)",
    ),
    "a clock stands still for ever": (
        "UPDATE store_deadline SET state = 'paused', pauses = '[[\"2026-05-01T00:00:00+00:00\", null]]'"
        " WHERE id = (SELECT min(id) FROM store_deadline WHERE code = 'L1')",
    ),
    "an entry is a fen more": (
        "UPDATE store_entry SET fen = fen + 1 WHERE id = (SELECT min(id) FROM store_entry)",
    ),
    "a payment is a fen less": (
        "UPDATE store_payment SET amount_fen = amount_fen - 1 WHERE id ="
        " (SELECT min(id) FROM store_payment WHERE state = 'confirmed')",
    ),
    "a payment is not known": (
        "UPDATE store_payment SET key = key || 'x' WHERE id ="
        " (SELECT min(id) FROM store_payment WHERE state = 'confirmed')",
    ),
    "a trip is held by nobody": (
        "UPDATE store_custody SET holder = 'nobody' WHERE id = (SELECT max(id) FROM store_custody WHERE seq > 1)",
    ),
    "a parcel never comes home": (
        "UPDATE store_pickup SET state = 'collected', ended_at = NULL WHERE id ="
        " (SELECT max(id) FROM store_pickup WHERE direction = 'back' AND state = 'arrived')",
    ),
    "nobody had an order about a lost parcel": (
        "UPDATE store_workorder SET chaser = 'refusal' WHERE chaser = 'originals'",
    ),
    "a trip is asked for twice": (
        "UPDATE store_pickup SET key = key || 'x' WHERE id ="
        " (SELECT max(id) FROM store_pickup WHERE state = 'arrived')",
    ),
    "an order of a case comes a week later": (
        "UPDATE store_record SET at = at + interval '7 days' WHERE id = (SELECT min(id) FROM store_record"
        " WHERE kind IN ('dispute.order_opened', 'complaint.order_opened'))",
    ),
    "an order of a case comes a week earlier": (
        "UPDATE store_record SET at = at - interval '7 days' WHERE id = (SELECT min(id) FROM store_record"
        " WHERE kind IN ('dispute.order_opened', 'complaint.order_opened'))",
    ),
    "an order of a case stays open": (
        "UPDATE store_caseorder SET state = 'open', ended_at = NULL, was_late = FALSE WHERE id ="
        " (SELECT min(id) FROM store_caseorder)",
    ),
    "nobody is told that a complaint is late": (
        "UPDATE store_caseorder SET told_at = NULL WHERE complaint_id IS NOT NULL AND told_at IS NOT NULL",
    ),
    "a complaint is answered a hundred days later": (
        "UPDATE store_complaintevent SET at = at + interval '100 days' WHERE what = 'answered' AND complaint_id ="
        " (SELECT min(id) FROM store_complaint WHERE limit_days = 15 AND state = 'closed' AND review_finding = ''"
        " AND id NOT IN (SELECT complaint_id FROM store_caseorder WHERE complaint_id IS NOT NULL AND level > 2))",
    ),
    "a limit of a complaint is a day longer": (
        "UPDATE store_complaintclock SET due_at = due_at + interval '1 day' WHERE id ="
        " (SELECT min(id) FROM store_complaintclock)",
    ),
    "a dispute has no end": (
        "ALTER TABLE store_dispute DROP CONSTRAINT dispute_ended, DROP CONSTRAINT dispute_tier_of_state",
        "UPDATE store_dispute SET state = 'triage' WHERE id = (SELECT min(id) FROM store_dispute)",
    ),
    "a dispute changed another amount": (
        "UPDATE store_dispute SET changed_fen = changed_fen + 1 WHERE state = 'changed'",
    ),
    "a limit of a dispute runs on": (
        "UPDATE store_disputeclock SET state = 'running', ended_at = NULL WHERE id ="
        " (SELECT min(id) FROM store_disputeclock)",
    ),
    "whoever asked for papers judges": (
        "INSERT INTO store_record (kind, subject, at, by, body) SELECT 'claim.noted', 'claim:' || c.claim_no,"
        " d.opened_at, 'person:' || o.signed_by_id, '{}' FROM store_disputeopinion o JOIN store_dispute d ON d.id ="
        " o.dispute_id JOIN store_claim c ON c.id = d.claim_id ORDER BY o.id LIMIT 1",
        "UPDATE store_record SET id = -1 WHERE id = (SELECT max(id) FROM store_record)",
    ),
    "whoever decided first decides anew": (
        "UPDATE store_decision n SET decided_by_id = f.decided_by_id FROM store_dispute d JOIN store_decision f"
        " ON f.id = d.decision_id WHERE n.id = d.new_decision_id",
    ),
    "what is not disputed is agreed to a week later": (
        "UPDATE store_transition t SET at = t.at + interval '7 days' FROM store_dispute d WHERE t.claim_id ="
        " d.claim_id AND t.to_state = 'agreed' AND t.at >= d.opened_at",
    ),
    "an entry of an advance is a fen more": (
        "UPDATE store_advanceentry SET fen = fen + 1 WHERE id = (SELECT min(id) FROM store_advanceentry"
        " WHERE what = 'offset')",
    ),
    "an advance is paid a fen more than its books": (
        "UPDATE store_ledgeraccount SET balance_fen = balance_fen - 1 WHERE code = 'bank_advances'",
    ),
    "more is outstanding than was promised": (
        "UPDATE store_guarantee SET cap_fen = 1 WHERE id = (SELECT min(guarantee_id) FROM store_instalment"
        " WHERE state = 'confirmed')",
    ),
    "a letter promises more than its share": (
        "UPDATE store_guarantee SET cap_fen = cap_fen + 1 WHERE id = (SELECT min(id) FROM store_guarantee"
        " WHERE bound = 'estimate')",
    ),
    "one person prepares and releases": (
        "ALTER TABLE store_instalment DROP CONSTRAINT instalment_released_by_another",
        "UPDATE store_instalment SET released_by_id = prepared_by_id WHERE id = (SELECT min(id) FROM store_instalment)",
    ),
    "an instalment is another amount than the bank's": (
        "UPDATE store_instalment SET amount_fen = amount_fen + 1 WHERE id ="
        " (SELECT min(id) FROM store_instalment WHERE state = 'confirmed')",
    ),
    "an instalment is entered twice": (
        "INSERT INTO store_advanceentry (advance_id, seq, what, fen, key, payer, posting_id, record_id, at) SELECT"
        " advance_id, seq + 50, what, fen, split_part(key, ':', 1) || ':again', payer, -posting_id, record_id, at"
        " FROM store_advanceentry WHERE what = 'paid' ORDER BY id LIMIT 1",
    ),
    "a claim pays what its advance covered already": (
        "UPDATE store_decision SET paid_out_fen = paid_out_fen + 1 WHERE id = (SELECT c.decision_id FROM store_claim c"
        " JOIN store_advance a ON a.claim_id = c.id WHERE a.offset_fen > 0 ORDER BY a.id LIMIT 1)",
    ),
    "whoever owes is reminded late": (
        "UPDATE store_record SET at = at + interval '5 days' WHERE id ="
        " (SELECT min(id) FROM store_record WHERE kind = 'advance.reminded')",
    ),
    "a job waits": ("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'claims.mark_paid')",),
}  # fmt: skip
"""What is done to the rows, each taken back before the next."""


def main() -> None:
    """Play, tamper, tell."""
    claims, seed = int(sys.argv[1]), int(sys.argv[2])
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="hearth-broken-", dir=memory) as folder:
        wires(Path(folder), seed)
        with database():
            from hearth.kernel.promises import chaser

            lightly()
            whole = chaser.RUNGS
            chaser.RUNGS = tuple(rung for rung in whole if (rung.chaser.value, rung.level) != LEFT_OUT)
            played = play(claims, seed)
            with psycopg.connect(os.environ[SUPERUSER_URL]) as superuser:
                bank = Path(folder) / "bank.sqlite3"
                said = checked(left_by(played, superuser, bank))
                after = {}
                for name, statements in TAMPERINGS.items():
                    # As somebody would who has the database itself in hand.
                    superuser.execute("SET LOCAL session_replication_role = replica")
                    after[name] = spoken(statements, superuser, said, lambda: left_by(played, superuser, bank))
                    superuser.rollback()
    print(json.dumps({"said": said, "after": after, "failed_jobs": played.world.failed}, ensure_ascii=False))


def spoken(
    statements: tuple[str, ...],
    superuser: psycopg.Connection[Any],
    said: dict[str, list[str]],
    left: Callable[[], Left],
) -> list[str]:
    """The checks that say something else after a tampering; what the database itself refuses says so."""
    try:
        changed = [superuser.execute(one.encode()).rowcount for one in statements][-1]
    except psycopg.Error as refused:
        return [f"refused by the database: {refused}"]
    now = checked(left())
    return [check for check in now if now[check] != said[check]] if changed else []


if __name__ == "__main__":
    main()
