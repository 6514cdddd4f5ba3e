"""Checks of advances: the ledger's identity of DOMAIN 6.6, letters, instalments paid once, and how each one ended."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable

from benchmarks.quarter.left import Left, shown

SIGN = {"paid": 1, "returned": -1, "offset": -1, "offset_undone": 1, "recovered": -1, "written_off": -1}
"""What each movement does to what is outstanding."""

NIGHTS = 4
"""Whoever reminds does so once a night, and in some nights no worker runs."""

SUMS = (
    "SELECT a.id, COALESCE(sum(e.fen) FILTER (WHERE e.what = 'paid'), 0)"
    " - COALESCE(sum(e.fen) FILTER (WHERE e.what = 'returned'), 0) AS paid,"
    " COALESCE(sum(e.fen) FILTER (WHERE e.what = 'offset'), 0)"
    " - COALESCE(sum(e.fen) FILTER (WHERE e.what = 'offset_undone'), 0) AS covered,"
    " COALESCE(sum(e.fen) FILTER (WHERE e.what = 'recovered'), 0) AS back,"
    " COALESCE(sum(e.fen) FILTER (WHERE e.what = 'written_off'), 0) AS let_off"
    " FROM store_advance a LEFT JOIN store_advanceentry e ON e.advance_id = a.id GROUP BY a.id"
)


def advances_add_up(left: Left) -> list[str]:
    """What was advanced is offset, paid back, let off or outstanding: by entries, by sums, by the books."""
    found = [
        f"{no}: paid {paid}, offset {covered}, back {back}, let off {let_off}, left {balance}, in the books {books}"
        for no, paid, covered, back, let_off, balance, books in left.rows(
            f"SELECT a.advance_no, s.paid, s.covered, s.back, s.let_off, a.balance_fen, COALESCE(l.balance_fen, 0)"
            f" FROM ({SUMS}) s JOIN store_advance a ON a.id = s.id LEFT JOIN store_ledgeraccount l ON l.code ="
            " 'advance:' || a.advance_no WHERE s.paid <> s.covered + s.back + s.let_off + a.balance_fen"
            " OR (s.paid, s.covered, s.back, s.let_off) <> (a.paid_fen, a.offset_fen, a.recovered_fen,"
            " a.written_off_fen) OR a.balance_fen <> COALESCE(l.balance_fen, 0)"
        )
    ]
    letters = defaultdict(list)
    for no, cap, issued, ended in left.rows(
        "SELECT a.advance_no, g.cap_fen, g.issued_at, g.ended_at FROM store_guarantee g JOIN store_advance a"
        " ON a.id = g.advance_id"
    ):
        letters[no].append((cap, issued, ended))
    outstanding: dict[str, int] = defaultdict(int)
    for no, what, fen, at in left.rows(
        "SELECT a.advance_no, e.what, e.fen, e.at FROM store_advanceentry e JOIN store_advance a ON a.id ="
        " e.advance_id ORDER BY e.advance_id, e.seq"
    ):
        outstanding[no] += SIGN[what] * fen
        caps = [cap for cap, issued, ended in letters[no] if issued <= at and (ended is None or at < ended)]
        if not 0 <= outstanding[no] <= max(caps, default=0):
            found.append(f"{no}: {outstanding[no]} outstanding at {shown(at)} under a letter of {caps}")
    return found


def advances_paid_by_their_bank(left: Left) -> list[str]:
    """The account from which hospitals are paid holds what was paid to them and came back, and nothing else."""
    return [
        f"the books say {held}, the entries {moved}"
        for held, moved in left.rows(
            "SELECT l.fen, e.fen FROM (SELECT COALESCE(sum(balance_fen), 0) AS fen FROM store_ledgeraccount"
            " WHERE code = 'bank_advances') l, (SELECT COALESCE(sum(CASE WHEN what = 'paid' THEN -fen"
            " WHEN what IN ('returned', 'recovered') THEN fen ELSE 0 END), 0) AS fen FROM store_advanceentry) e"
            " WHERE l.fen <> e.fen"
        )
    ]


def every_letter_promises_what_it_may(left: Left) -> list[str]:
    """A letter is no more than its share of the estimate and than what is left; above authority two people sign it."""
    return [
        f"{no}: letter {number} of {cap} fen"
        for no, number, cap in left.rows(
            "SELECT a.advance_no, g.number, g.cap_fen FROM store_guarantee g JOIN store_advance a ON a.id ="
            " g.advance_id JOIN store_advanceopinion o ON o.id = g.opinion_id WHERE g.cap_fen > g.limit_left_fen"
            " OR g.cap_fen > COALESCE(o.approved_fen, o.estimate_fen) * g.share_bp / 10000 OR o.verdict = 'not'"
            " OR o.signed_at > g.issued_at OR g.approved_by_id = g.issued_by_id OR g.reserved = '[]'"
            " OR g.cap_fen > (SELECT max(r.authority_fen) FROM store_rolegrant r WHERE r.person_id ="
            " COALESCE(g.approved_by_id, g.issued_by_id))"
        )
    ]


def every_instalment_once(left: Left) -> list[str]:
    """Each instalment is with the bank once, released by another than prepared it, and entered as the bank says."""
    found = [
        f"{key}: prepared and released by {first} and {second}"
        for key, first, second in left.rows(
            "SELECT key, prepared_by_id, released_by_id FROM store_instalment WHERE released_by_id = prepared_by_id"
            " OR (state <> 'failed' AND released_by_id IS NULL)"
        )
    ]
    ours = {key: (state, fen) for key, state, fen in left.rows("SELECT key, state, amount_fen FROM store_instalment")}
    with sqlite3.connect(left.bank) as book:
        theirs = {
            key: ("returned" if returned is not None else "confirmed", fen)
            for key, fen, returned in book.execute(
                "SELECT key, amount_fen, returned_at FROM transfers WHERE confirmed_at IS NOT NULL"
            )
            if key in ours
        }
    for key, (state, fen) in ours.items():
        if (state in ("confirmed", "returned") or key in theirs) and theirs.get(key) != (state, fen):
            found.append(f"{key}: we say {state} {fen}, the bank {theirs.get(key)}")
        if state not in ("confirmed", "failed", "returned"):
            found.append(f"{key}: is {state} still")
    entered: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for key, what, fen in left.rows(
        "SELECT key, what, fen FROM store_advanceentry WHERE what IN ('paid', 'returned') ORDER BY id"
    ):
        entered[key.rpartition(":")[0]].append((what, fen))
    for key, (state, fen) in ours.items():
        wanted = {"confirmed": [("paid", fen)], "returned": [("paid", fen), ("returned", fen)]}.get(state, [])
        if entered[key] != wanted:
            found.append(f"{key}: {state} {fen}, entered {entered[key]}")
    return found


def every_advance_came_to_its_end(left: Left) -> list[str]:
    """Claim, advance and repayment agree to the fen; nothing is outstanding, promised, or watched any more."""
    found = [
        f"{no} is {state}, {balance} fen outstanding"
        for no, state, balance in left.rows(
            "SELECT advance_no, state, balance_fen FROM store_advance WHERE state NOT IN ('settled', 'declined',"
            " 'cancelled') OR balance_fen <> 0 OR (state <> 'settled' AND (paid_fen <> 0 OR cap_fen <> 0))"
        )
    ]
    found += [
        f"{no}: the claim pays {payable}, covered {covered} of {paid}, paid out {out}"
        for no, payable, covered, paid, out in left.rows(
            "SELECT a.advance_no, d.payable_fen, a.offset_fen, a.paid_fen, d.paid_out_fen FROM store_advance a"
            " JOIN store_claim c ON c.id = a.claim_id JOIN store_decision d ON d.id = c.decision_id"
            " WHERE d.payable_fen <> a.offset_fen + d.paid_out_fen OR a.offset_fen > d.payable_fen"
            " OR (a.recovered_fen + a.written_off_fen > 0 AND d.paid_out_fen > 0)"
        )
    ]
    found += [f"{no} is settled without a claim" for (no,) in left.rows(
        "SELECT advance_no FROM store_advance WHERE state = 'settled' AND paid_fen > 0 AND claim_id IS NULL"
    )]  # fmt: skip
    found += [f"{no}: {code} still runs" for no, code in left.rows(
        "SELECT a.advance_no, k.code FROM store_advanceclock k JOIN store_advance a ON a.id = k.advance_id"
        " WHERE k.state = 'running' AND a.state IN ('settled', 'declined', 'cancelled')"
    )]  # fmt: skip
    return found


def whoever_owes_is_reminded(left: Left) -> list[str]:
    """Whoever owed for thirty, sixty, ninety days was reminded once at each, and nobody before."""
    reminded: dict[str, list[int]] = defaultdict(list)
    for no, days in left.rows(
        "SELECT a.advance_no, (r.at AT TIME ZONE 'Asia/Shanghai')::date - (a.owed_at AT TIME ZONE"
        " 'Asia/Shanghai')::date FROM store_record r JOIN store_advance a ON r.subject = 'advance:' || a.advance_no"
        " WHERE r.kind = 'advance.reminded' ORDER BY r.id"
    ):
        reminded[no].append(days)
    found = []
    for no, owed, ended in left.rows(
        "SELECT a.advance_no, a.owed_at, (SELECT max(s.at) FROM store_advancestep s WHERE s.advance_id = a.id)"
        " FROM store_advance a WHERE a.owed_at IS NOT NULL"
    ):
        due = [days for days in (30, 60, 90) if (ended - owed).days > days + NIGHTS]
        if len(reminded[no]) < len(due) or any(not least <= days <= least + NIGHTS for least, days in
                                               zip((30, 60, 90), reminded[no], strict=False)):  # fmt: skip
            found.append(f"{no}: owed for {(ended - owed).days} days, reminded after {reminded[no]}")
    return found


OF_ADVANCES: tuple[Callable[[Left], list[str]], ...] = (
    advances_add_up,
    advances_paid_by_their_bank,
    every_letter_promises_what_it_may,
    every_instalment_once,
    every_advance_came_to_its_end,
    whoever_owes_is_reminded,
)
"""Every check of advances."""
