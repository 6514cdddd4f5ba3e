"""Checks: what must hold of claims, money, books, log, jobs and messages once everything has come to rest.

They read the tables themselves and compute what they expect in their own way; each gives sentences about what is
wrong, none where all is well.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

from hearth.kernel.proof.check import audit
from hearth.kernel.proof.checkpoint import read_note
from hearth.kernel.proof.receipt import growth
from hearth.kernel.proof.tree import consistency_proof
from tests.twins.merkle import mth

Database = psycopg.Connection[Any]

ONCE = ("claim.reported", "claim.submitted", "claim.accepted", "claim.decided", "claim.agreed")
"""What happens to each of these claims once."""

TOLD = ("claim.reported", "claim.submitted", "claim.accepted", "claim.decided", "claim.agreed", "claim.paid")
"""Of what somebody is told."""

VERBS = {
    "calculate": "claim.calculated",
    "decide": "claim.decided",
    "agree": "claim.agreed",
}
"""Verbs of the desk and what each leaves in the log."""


def rows(database: Database, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return database.execute(query, values).fetchall()


def claims(database: Database, brought: Mapping[str, str], done: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Every answered claim is there once; every answered verb is in the log; nothing happened twice."""
    there = rows(database, "SELECT external_id, claim_no FROM store_claim WHERE external_id <> ''")
    if len(there) != len(dict(there)) or set(dict(there)) != set(brought):
        yield f"{len(there)} claims under {len(dict(there))} external ids; {len(brought)} were answered"
    for key, claim_no in brought.items():
        if dict(there).get(key) != claim_no:
            yield f"{key} was answered with {claim_no}; there is {dict(there).get(key)}"
    told = dict(
        rows(
            database, "SELECT subject || ' ' || kind, count(*) FROM store_record WHERE kind LIKE 'claim.%%' GROUP BY 1"
        )
    )
    for claim_no in brought.values():
        for kind in ONCE:
            if told.get(f"claim:{claim_no} {kind}", 0) != 1:
                yield f"{claim_no}: {told.get(f'claim:{claim_no} {kind}', 0)} times {kind}"
    for verb, claim_no in done:
        if verb in VERBS and f"claim:{claim_no} {VERBS[verb]}" not in told:
            yield f"{claim_no}: {verb} was answered and is not in the log"
    for claim_no, seq, steps in rows(
        database,
        "SELECT c.claim_no, c.seq, count(t.id) FROM store_claim c LEFT JOIN store_transition t ON t.claim_id = c.id"
        " GROUP BY c.id HAVING count(t.id) <> c.seq OR max(t.seq) <> c.seq",
    ):
        yield f"{claim_no}: {steps} steps for seq {seq}"
    for claim_no, state in rows(
        database,
        "SELECT claim_no, state FROM store_claim c WHERE state <> COALESCE("
        "(SELECT to_state FROM store_transition t WHERE t.claim_id = c.id ORDER BY seq DESC LIMIT 1), 'draft')",
    ):
        yield f"{claim_no}: state {state} is not where its last step led"


def money(database: Database, bank: Path) -> Iterator[str]:
    """Each decision that pays has one living payment; the bank moved exactly that, each key once."""
    with sqlite3.connect(bank) as book:
        moved = book.execute("SELECT key, amount_fen, failed_at, returned_at FROM transfers").fetchall()
    transfers = {key: fen for key, fen, failed, returned in moved if failed is None and returned is None}
    if len({key for key, *_ in moved}) != len(moved):
        yield "the bank has a key twice"
    payments = rows(database, "SELECT key, amount_fen, state, bank_ref FROM store_payment")
    living = {key: fen for key, fen, state, _ in payments if state in ("intended", "sent", "confirmed")}
    for key, fen, state, _ in payments:
        if state in ("intended", "sent"):
            yield f"payment {key} is still {state}"
        if state == "confirmed" and transfers.get(key) != fen:
            yield f"payment {key} of {fen} is confirmed; the bank moved {transfers.get(key)}"
        if state in ("failed", "returned") and key in transfers:
            yield f"payment {key} is {state}; the bank moved {transfers[key]}"
    for key, *_ in moved:
        if key not in {key for key, *_ in payments}:
            yield f"the bank moved {key}, which we never intended"
    if sum(transfers.values()) != sum(living.values()):
        yield f"the bank moved {sum(transfers.values())} fen, we know of {sum(living.values())}"
    for claim_no, state, paid_out, count, paid in rows(
        database,
        "SELECT c.claim_no, c.state, d.paid_out_fen, count(p.id), COALESCE(sum(p.amount_fen), 0)"
        " FROM store_claim c JOIN store_decision d ON d.id = c.decision_id LEFT JOIN store_payment p"
        " ON p.decision_id = d.id AND p.what = 'benefit' AND p.state IN ('intended', 'sent', 'confirmed')"
        " GROUP BY c.claim_no, c.state, d.paid_out_fen",
    ):
        if (count, paid) != (int(paid_out > 0), paid_out):
            yield f"{claim_no} pays {paid_out}: {count} living payments of {paid}"
        if state not in ("paid", "closed"):
            yield f"{claim_no} is {state}"


def ledger(database: Database) -> Iterator[str]:
    """The books balance, each balance is the sum of its entries, and nothing is left to pay."""
    for posting, fen in rows(
        database,
        "SELECT p.key, sum(e.fen) FROM store_posting p JOIN store_entry e ON e.posting_id = p.id"
        " GROUP BY p.key HAVING sum(e.fen) <> 0",
    ):
        yield f"posting {posting} is {fen} out of balance"
    accounts = rows(
        database,
        "SELECT a.code, a.balance_fen, a.entries_count, COALESCE(sum(e.fen), 0), count(e.id)"
        " FROM store_ledgeraccount a LEFT JOIN store_entry e ON e.account_id = a.id GROUP BY a.id",
    )
    for code, balance, count, total, entries in accounts:
        if (balance, count) != (total, entries):
            yield f"account {code}: balance {balance} after {count}, entries of {total} in {entries}"
        if code.startswith(("claim_payable:", "bank_suspense", "claim_receivable:")) and balance:
            yield f"account {code}: {balance} fen are left"
    balances = {code: balance for code, balance, *_ in accounts}
    ((paid,),) = rows(database, "SELECT COALESCE(sum(amount_fen), 0) FROM store_payment WHERE state = 'confirmed'")
    if balances.get("bank", 0) != -paid:
        yield f"the bank account holds {balances.get('bank', 0)} fen, {paid} were paid"
    spent = sum(fen for code, fen in balances.items() if code.startswith(("benefit_expense:", "interest_expense")))
    if spent != paid:
        yield f"benefits cost {spent} fen, {paid} were paid"


def log(database: Database, kept: Iterable[str], key: str) -> Iterator[str]:
    """Every record has its place; the root is that of RFC 6962 over the bodies; the log only ever grew.

    `kept`: checkpoints that an auditor was given while it all went on; `key`: the key that was published.
    """
    ((waiting,),) = rows(database, "SELECT count(*) FROM store_unsequenced")
    if waiting:
        yield f"{waiting} records have no place in the tree"
    placed = rows(
        database,
        "SELECT l.index, r.body FROM store_record r LEFT JOIN store_leaf l ON l.record_id = r.id ORDER BY l.index",
    )
    if [index for index, _ in placed] != list(range(len(placed))):
        yield "the places of the tree are not 0, 1, 2, ..."
        return
    leaves = [bytes(body) for _, body in placed]
    nodes = {
        (level, index): bytes(held)
        for level, index, held in rows(database, "SELECT level, index, hash FROM store_node")
    }
    signed = rows(database, "SELECT size, root, note FROM store_checkpoint ORDER BY size")
    if not signed or signed[-1][0] != len(leaves):
        yield f"the last checkpoint is of {signed[-1][0] if signed else 0} records; there are {len(leaves)}"
        return
    for size, root, note in signed:
        told = read_note(note, key)
        if not (told.root == bytes(root) == mth(leaves[:size]) and told.size == size):
            yield f"the checkpoint of size {size} is not the root of the first {size} records"
    newest = signed[-1][2]
    origin = read_note(newest, key).origin
    for note in dict.fromkeys(kept):
        size = read_note(note, key).size
        proof = consistency_proof(size, len(leaves), lambda level, index: nodes[level, index])
        verdict = audit(note, newest, growth(origin, size, len(leaves), proof), [key])
        if not verdict.is_valid:
            yield f"the log was forked after {size} records: {verdict.wrong}"


def jobs(database: Database) -> Iterator[str]:
    """No job is stuck or given up, but for those that lost their database and that the clock brings again."""
    periodic = by_the_clock(database)
    for number, task, status, attempts in rows(
        database, "SELECT id, task_name, status::text, attempts FROM procrastinate_jobs WHERE status <> 'todo'"
    ):
        if task not in periodic:
            yield f"job {number} ({task}) is {status} after {attempts + 1} attempts"
    for number, task, _ in unfinished(database):
        if task not in periodic:
            yield f"job {number} ({task}) is due"


def unfinished(database: Database) -> list[tuple[int, str, str]]:
    """Jobs that are due and not done."""
    found = rows(
        database,
        "SELECT id, task_name, status::text FROM procrastinate_jobs WHERE status = 'doing'"
        " OR (status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())) ORDER BY id",
    )
    return [(number, task, status) for number, task, status in found]


def under_way(database: Database, bank: Path, count: int) -> dict[str, Any]:
    """What is still to come before anything can be judged; empty once all has come to rest."""
    ((ended,),) = rows(database, "SELECT count(*) FROM store_claim WHERE state IN ('paid', 'closed')")
    ((heard,),) = rows(database, "SELECT COALESCE(max(no), 0) FROM store_bankevent")
    ((waiting,),) = rows(database, "SELECT count(*) FROM store_unsequenced")
    with sqlite3.connect(bank) as book:
        ((planned,),) = book.execute("SELECT count(*) FROM planned").fetchall()
        ((told,),) = book.execute("SELECT COALESCE(max(no), 0) FROM news").fetchall()
    periodic = by_the_clock(database)
    found = {
        "claims": count - ended,
        "news to come": planned,
        "news not heard": told - heard,
        "records without a place": waiting,
        "jobs": [job for job in unfinished(database) if job[1] not in periodic],
    }
    return {name: left for name, left in found.items() if left}


def by_the_clock(database: Database) -> set[str]:
    """Tasks that the clock makes come again and again."""
    return {task for (task,) in rows(database, "SELECT DISTINCT task_name FROM procrastinate_periodic_defers")}


def messages(database: Database, outbox: Path) -> Iterator[str]:
    """Nobody is told anything twice, and what is marked as sent is in the carrier's book."""
    sent: list[tuple[str]] = []
    # At night everybody's quiet hours may hold every notice back.
    if outbox.exists():
        with sqlite3.connect(outbox) as box:
            sent = box.execute("SELECT key FROM messages").fetchall()
    told = Counter(key.rpartition(":")[0] for (key,) in sent)
    for notice, times in told.items():
        if times > 1:
            yield f"notice {notice} went out {times} times"
    notices = rows(database, "SELECT key, state, channel FROM store_notice")
    keys = {key for (key,) in sent}
    for key, state, channel in notices:
        if state == "sent" and f"{key}:{channel}" not in keys:
            yield f"notice {key} is marked as sent by {channel} and is not with the carrier"
    for key in keys - {f"{key}:{channel}" for key, _, channel in notices}:
        yield f"the carrier has {key}, which we never wrote"
    for record, person, count in rows(
        database,
        "SELECT record_id, person_id, count(*) FROM store_notice WHERE record_id IS NOT NULL"
        " GROUP BY 1, 2 HAVING count(*) > 1",
    ):
        yield f"{count} notices about record {record} to person {person}"
    for kind, subject in rows(
        database,
        "SELECT r.kind, r.subject FROM store_record r LEFT JOIN store_notice n ON n.record_id = r.id"
        " WHERE r.kind = ANY(%s) AND n.id IS NULL",
        list(TOLD),
    ):
        yield f"nobody was told of {kind} of {subject}"
