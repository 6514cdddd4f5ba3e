"""Checks: what must be true of a quarter that has been, each asked of the rows themselves; each can fail."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime

from benchmarks.quarter.checks_advances import OF_ADVANCES
from benchmarks.quarter.checks_cases import OF_CASES
from benchmarks.quarter.checks_originals import OF_ORIGINALS
from benchmarks.quarter.left import Left, shown
from benchmarks.quarter.oracle import Expected, expected
from hearth.words.calendar import CHINA_TIME

WITHOUT_ORDER = frozenset({("submit", 1), ("supplement", 1), ("originals", 1)})
"""Rungs by which nobody of ours is asked to do anything."""

ESCALATION: dict[str, tuple[tuple[str, int], ...]] = {
    # The least that somebody must have been told before the limit broke: who stands above, where its ladder has one.
    "L1": (("liability", 3), ("closing", 3)),
    "L2": (("payment", 2),),
    "L3": (("refusal", 1),),
    "L4": (("prepayment", 2),),
}


# --- chasers ---------------------------------------------------------------------------------------------------------


def _matched(left: Left) -> tuple[list[Expected], list[tuple[str, str, int, datetime]]]:
    """What was expected and did not come in time; what came and nobody expected."""
    fired = {key: list(moments) for key, moments in left.fired().items()}
    missing = []
    for past in left.pasts():
        for one in sorted(expected(past, left.is_rest, left.rounds, fired), key=lambda each: each.earliest):
            came = fired.get((one.claim_no, one.chaser, one.level), [])
            latest = one.by or left.until
            match = next((at for at in came if one.earliest <= at <= latest), None)
            if match is None:
                missing.append(one)
            else:
                came.remove(match)
    return missing, [(*key, at) for key, moments in fired.items() for at in moments]


def no_chaser_missing(left: Left) -> list[str]:
    """Every chaser that the oracle expects fired by the first round after its moment."""
    return [
        f"{one.claim_no}: {one.chaser} {one.level} due {shown(one.earliest)} did not fire by {shown(one.by)}"
        for one in _matched(left)[0]
    ]


def no_chaser_uncalled(left: Left) -> list[str]:
    """Nothing fired that the oracle does not expect, nor twice."""
    limits = {
        (no, chaser, level, at): f"{code} from {start.astimezone(CHINA_TIME):%m-%d %H:%M}"
        for no, chaser, level, at, code, start in left.rows(
            "SELECT c.claim_no, f.chaser, f.level, f.at, d.code, d.started_at FROM store_firing f"
            " JOIN store_deadline d ON d.id = f.deadline_id JOIN store_claim c ON c.id = d.claim_id"
        )
    }
    return [
        f"{no}: {chaser} {level} fired on {limits[no, chaser, level, at]} at {at.astimezone(CHINA_TIME):%m-%d %H:%M}"
        for no, chaser, level, at in _matched(left)[1]
    ]


def no_order_missing(left: Left) -> list[str]:
    """Every firing that asks somebody to do something has its work order, open at that moment and of that level."""
    found = left.rows(
        "SELECT c.claim_no, f.chaser, f.level, f.at, o.id, o.opened_at, o.ended_at, o.level, o.claim_id = c.id"
        " FROM store_firing f JOIN store_deadline d ON d.id = f.deadline_id JOIN store_claim c ON c.id = d.claim_id"
        " LEFT JOIN store_workorder o ON o.id = f.order_id"
    )
    return [
        f"{no}: {chaser} {level} fired at {at:%m-%d %H:%M} without a work order"
        for no, chaser, level, at, order, opened, ended, reached, is_same in found
        if (chaser, level) not in WITHOUT_ORDER
        and (order is None or not is_same or opened > at or (ended is not None and ended < at) or reached < level)
    ]


def no_order_doubled(left: Left) -> list[str]:
    """At no moment had a claim two open work orders of one chaser."""
    found = left.rows(
        "SELECT c.claim_no, a.chaser, b.opened_at FROM store_workorder a JOIN store_workorder b"
        " ON b.claim_id = a.claim_id AND b.chaser = a.chaser AND b.id > a.id"
        " AND b.opened_at < COALESCE(a.ended_at, 'infinity') AND a.opened_at < COALESCE(b.ended_at, 'infinity')"
        " JOIN store_claim c ON c.id = a.claim_id"
    )
    return [f"{no}: two open orders of {chaser} at {at:%m-%d %H:%M}" for no, chaser, at in found]


def every_order_ends_with_words(left: Left) -> list[str]:
    """Every work order was closed with a cause and words that the customer has a notice of, or settled in time."""
    found = left.rows(
        "SELECT c.claim_no, o.chaser, o.state, o.cause, o.message_id, (SELECT count(*) FROM store_record r"
        "  JOIN store_notice n ON n.record_id = r.id WHERE r.kind = 'claim.explained'"
        "  AND r.subject = 'claim:' || c.claim_no AND r.at = o.ended_at)"
        " FROM store_workorder o JOIN store_claim c ON c.id = o.claim_id"
    )
    return [
        f"{no}: order of {chaser} is {state}"
        for no, chaser, state, cause, message, notices in found
        if not (state == "settled" or (state == "closed" and cause and message is not None and notices > 0))
    ]


# --- the law ---------------------------------------------------------------------------------------------------------


def no_break_without_escalation(left: Left) -> list[str]:
    """No limit of the law was broken unless somebody above had been given the claim before."""
    fired = left.fired()
    orders = defaultdict(list)
    for no, chaser, level, at in left.rows(
        "SELECT c.claim_no, o.chaser, e.level, e.at FROM store_orderevent e JOIN store_workorder o ON o.id = e.order_id"
        " JOIN store_claim c ON c.id = o.claim_id WHERE e.step IN ('opened', 'escalated')"
    ):
        orders[no, chaser].append((level, at))
    broken = [one for one in left.legal() if not one.is_kept]
    return [
        f"{one.claim_no}: {one.name} was over at {one.due_at:%m-%d %H:%M} and nobody above had it"
        for one in broken
        if not any(
            at < one.due_at
            for chaser, level in ESCALATION[one.name]
            for at in fired.get((one.claim_no, chaser, level), [])
        )
        or not any(
            reached >= level and at < one.due_at
            for chaser, level in ESCALATION[one.name]
            for reached, at in orders[one.claim_no, chaser]
        )
    ]


def limits_are_the_laws(left: Left) -> list[str]:
    """The house counted every limit of the law to the same moment, and judged it kept or late alike."""
    rows: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
    for no, code, due, state in left.rows(
        "SELECT c.claim_no, d.code, d.due_at, d.state FROM store_deadline d JOIN store_claim c ON c.id = d.claim_id"
        " WHERE d.code IN ('L1', 'L2', 'L3', 'L4') ORDER BY d.id"
    ):
        rows[no, code].append((due, state))
    found = []
    for one in left.legal():
        said = rows[one.claim_no, one.name]
        if not any(due == one.due_at and state in ("void", "running", "met" if one.is_kept else "late")
                   for due, state in said):  # fmt: skip
            found.append(f"{one.claim_no}: {one.name} ends {one.due_at:%m-%d %H:%M}, the house says {said}")
    return found


def no_machine_refused(left: Left) -> list[str]:
    """Nothing was refused without a person, a reason, a clause and evidence; nor closed for papers that never came."""
    found = left.rows(
        "SELECT c.claim_no FROM store_decision d JOIN store_claim c ON c.id = d.claim_id WHERE d.outcome = 'refused'"
        " AND (d.is_automatic OR d.decided_by_id IS NULL OR d.reason = '' OR d.clause = '' OR d.evidence = '[]')"
    )
    return [f"{no} was refused by nobody, or without why" for (no,) in found]


def every_stopped_clock_has_an_end(left: Left) -> list[str]:
    """No limit stands still any more, and each stood still only from a notice's delivery to the papers' arrival."""
    spans: dict[str, list[tuple[datetime, datetime | None]]] = {past.claim_no: past.asked for past in left.pasts()}
    thinking = {past.claim_no: (past.first("decided"), past.first("agreed", "closed")) for past in left.pasts()}
    found = []
    for no, code, state, pauses in left.rows(
        "SELECT c.claim_no, d.code, d.state, d.pauses FROM store_deadline d JOIN store_claim c ON c.id = d.claim_id"
        " WHERE d.state = 'paused' OR jsonb_array_length(d.pauses) > 0"
    ):
        said = json.loads(pauses) if isinstance(pauses, str) else pauses
        stood = [tuple(None if each is None else datetime.fromisoformat(each) for each in pause) for pause in said]
        allowed = [*spans[no], *([thinking[no]] if code in ("P_FAST", "P_SMALL") else [])]
        is_open = any(to is None for _, to in stood) and state != "void"
        if state == "paused" or is_open or any(pause not in allowed and pause[1] is not None for pause in stood):
            found.append(f"{no}: {code} is {state} and stood still {stood}")
    return found


# --- money -----------------------------------------------------------------------------------------------------------

IDENTITIES: tuple[tuple[str, str], ...] = (
    ("the books add up to nothing", "SELECT sum(fen) FROM store_entry HAVING sum(fen) <> 0"),
    (
        "every posting adds up to nothing",
        "SELECT posting_id FROM store_entry GROUP BY posting_id HAVING sum(fen) <> 0",
    ),
    (
        "every balance is the sum of its entries",
        "SELECT a.code FROM store_ledgeraccount a LEFT JOIN store_entry e ON e.account_id = a.id GROUP BY a.id"
        " HAVING a.balance_fen <> COALESCE(sum(e.fen), 0) OR a.entries_count <> count(e.id)",
    ),
    (
        "what a claim is owed still is what failed or came back and was not paid anew",
        "SELECT a.code FROM store_ledgeraccount a WHERE a.code LIKE 'claim_payable:%' AND -a.balance_fen <> ("
        " SELECT COALESCE(sum(p.amount_fen), 0) FROM store_payment p JOIN store_claim c ON c.id = p.claim_id"
        " WHERE a.code = 'claim_payable:' || c.claim_no AND (p.state = 'intended' OR (p.state IN ('failed', 'returned')"
        "  AND NOT EXISTS (SELECT 1 FROM store_payment q WHERE q.claim_id = p.claim_id AND q.what = p.what"
        "   AND q.decision_id IS NOT DISTINCT FROM p.decision_id AND q.id > p.id))))",
    ),
    (
        "the bank's balance is what was confirmed",
        "SELECT 1 FROM (SELECT COALESCE(sum(balance_fen), 0) AS held FROM store_ledgeraccount WHERE code = 'bank') b,"
        " (SELECT COALESCE(sum(amount_fen), 0) AS fen FROM store_payment WHERE state = 'confirmed') p"
        " WHERE b.held <> -p.fen",
    ),
    (
        "what claims and interest cost is what is paid and owed",
        "SELECT 1 FROM (SELECT COALESCE(sum(balance_fen), 0) AS cost FROM store_ledgeraccount WHERE kind = 'expense')"
        " x, (SELECT COALESCE(sum(balance_fen), 0) AS fen FROM store_ledgeraccount WHERE kind <> 'expense') y"
        " WHERE x.cost <> -y.fen",
    ),
)


def ledger_identities_hold(left: Left) -> list[str]:
    """The books add up: entries, postings, balances, debts, the bank."""
    return [f"not so: {says} ({rows[:3]})" for says, sql in IDENTITIES if (rows := left.rows(sql))]


PAID_BEFORE = (
    "(SELECT COALESCE(sum(q.amount_fen), 0) FROM store_payment q JOIN store_decision e ON e.id = q.decision_id"
    " WHERE e.claim_id = d.claim_id AND e.number < d.number AND q.what = 'benefit' AND q.state = 'confirmed')"
)
"""What the decisions of a claim before this one paid: one that is made anew pays the difference."""


def every_payment_once(left: Left) -> list[str]:
    """Everything agreed was paid once, and the bank's own book says the same."""
    found = []
    for no, what, living, amount, wanted in left.rows(
        "SELECT c.claim_no, p.what, count(*) FILTER (WHERE p.state = 'confirmed'), sum(p.amount_fen) FILTER"
        " (WHERE p.state = 'confirmed'), max(CASE WHEN p.what = 'benefit' THEN d.paid_out_fen - "
        + PAID_BEFORE
        + " ELSE p.amount_fen END)"
        " FROM store_payment p JOIN store_claim c ON c.id = p.claim_id LEFT JOIN store_decision d"
        " ON d.id = p.decision_id WHERE c.state <> 'returned' GROUP BY c.claim_no, p.decision_id, p.what"
    ):
        if living != 1 or amount != wanted:
            found.append(f"{no}: {what} confirmed {living} times, {amount} of {wanted} fen")
    for (no,) in left.rows(
        "SELECT c.claim_no FROM store_claim c JOIN store_decision d ON d.id = c.decision_id WHERE c.agreed_at IS NOT"
        " NULL AND d.paid_out_fen > "
        + PAID_BEFORE
        + " AND NOT EXISTS (SELECT 1 FROM store_payment p WHERE p.decision_id = d.id)"
    ):
        found.append(f"{no}: agreed and never paid")
    ours = {
        key: (state, fen)
        for key, state, fen in left.rows(
            "SELECT key, state, amount_fen FROM store_payment WHERE state IN ('confirmed', 'returned')"
        )
    }
    hospitals = {key for (key,) in left.rows("SELECT key FROM store_instalment")}
    with sqlite3.connect(left.bank) as book:
        theirs = {
            key: ("returned" if returned is not None else "confirmed", fen)
            for key, fen, returned in book.execute(
                "SELECT key, amount_fen, returned_at FROM transfers WHERE confirmed_at IS NOT NULL"
            )
            if key not in hospitals
        }
    found += [
        f"{key}: we say {ours.get(key)}, the bank {theirs.get(key)}" for key in sorted(ours.keys() ^ theirs.keys())
    ]
    found += [
        f"{key}: we say {ours[key]}, the bank {theirs[key]}"
        for key in sorted(ours.keys() & theirs.keys())
        if ours[key] != theirs[key]
    ]
    return found


def nothing_was_left_behind(left: Left) -> list[str]:
    """No job waits, and no limit of a claim that is over runs."""
    found = [f"{count} jobs of {task} wait" for task, count in left.rows(
        "SELECT task_name, count(*) FROM procrastinate_jobs WHERE status <> 'succeeded' GROUP BY task_name"
    )]  # fmt: skip
    return found + [f"{no}: {code} still runs" for no, code in left.rows(
        "SELECT c.claim_no, d.code FROM store_deadline d JOIN store_claim c ON c.id = d.claim_id"
        " WHERE d.state IN ('running', 'paused') AND c.state IN ('closed', 'withdrawn')"
    )]  # fmt: skip


CHECKS: tuple[Callable[[Left], list[str]], ...] = (
    no_chaser_missing,
    no_chaser_uncalled,
    no_order_missing,
    no_order_doubled,
    every_order_ends_with_words,
    no_break_without_escalation,
    limits_are_the_laws,
    no_machine_refused,
    every_stopped_clock_has_an_end,
    ledger_identities_hold,
    every_payment_once,
    nothing_was_left_behind,
    *OF_ORIGINALS,
    *OF_CASES,
    *OF_ADVANCES,
)
"""Every check, in the order of its showing."""


def checked(left: Left) -> dict[str, list[str]]:
    """What each check found wrong: nothing where it holds."""
    return {check.__name__: check(left) for check in CHECKS}


def limits_kept(left: Left) -> Counter[tuple[str, bool]]:
    """How many limits of the law were kept and broken, by their name."""
    return Counter((one.name, one.is_kept) for one in left.legal())
