"""Checks of disputes and complaints: outcomes, who judges, orders by an oracle, the law's limits of complaints."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

from benchmarks.quarter.left import Left, shown
from benchmarks.quarter.oracle_cases import TOLD_FROM, Case, Happened, Limit, Order, limits

AT_ONCE = timedelta(hours=12)
"""Within so long what is not disputed is agreed to: jobs wait while no worker runs."""


def _cases(left: Left) -> list[Case]:
    found: dict[tuple[str, int], Case] = {}
    for kind in ("dispute", "complaint"):
        for pk, no in left.rows(f"SELECT id, {kind}_no FROM store_{kind} ORDER BY id"):
            found[kind, pk] = Case(no, kind)
        for pk, at, what, state, is_ours, body in left.rows(
            f"SELECT e.{kind}_id, e.at, e.what, e.to_state, e.is_staff, r.body FROM store_{kind}event e"
            f" JOIN store_record r ON r.id = e.record_id ORDER BY e.{kind}_id, e.seq"
        ):
            days = int(json.loads(bytes(body))["data"].get("days", 0)) if what == "extended" else 0
            found[kind, pk].events.append(Happened(at, what, state, is_ours, days))
    for pk, dispute, complaint, ended, told in left.rows(
        "SELECT id, dispute_id, complaint_id, ended_at, told_at FROM store_caseorder ORDER BY id"
    ):
        case = found["dispute", dispute] if dispute is not None else found["complaint", complaint]
        case.orders[pk] = Order([], ended, told)
    orders = {pk: order for case in found.values() for pk, order in case.orders.items()}
    for at, body in left.rows(
        "SELECT at, body FROM store_record WHERE kind IN ('dispute.order_opened', 'dispute.order_escalated',"
        " 'complaint.order_opened', 'complaint.order_escalated') ORDER BY id"
    ):
        said = json.loads(bytes(body))["data"]
        if said["order"] in orders:
            orders[said["order"]].rungs.append((at, said["limit"], said["level"]))
    return list(found.values())


def _each(left: Left) -> Iterator[tuple[Case, list[Limit]]]:
    for case in _cases(left):
        yield case, limits(case, left.is_rest)


# --- orders ----------------------------------------------------------------------------------------------------------


def no_order_of_a_case_missing(left: Left) -> list[str]:
    """Each rung of a running limit that a round came upon had its order by then, and whoever waits was told once."""
    found = []
    for case, running in _each(left):
        for limit in running:
            for level, reached in limit.rungs:
                here = bisect_left(left.rounds, reached)
                by = left.rounds[here] if here < len(left.rounds) else None
                if by is None or by >= limit.stop:
                    continue
                if not any(
                    at <= by and risen >= level and (order.ended_at is None or order.ended_at > by)
                    for order in case.orders.values()
                    for at, _, risen in order.rungs
                ):
                    found.append(f"{case.no}: {limit.code} {level} due {shown(reached)} had no order by {shown(by)}")
        for order in case.orders.values():
            late = [at for at, code, level in order.rungs if level >= TOLD_FROM[case.kind]]
            if (order.told_at is not None) is not bool(late) or (late and order.told_at != late[0]):
                found.append(f"{case.no}: late from {shown(min(late, default=None))}, told {shown(order.told_at)}")
    return found


def no_order_of_a_case_uncalled(left: Left) -> list[str]:
    """No order was opened or raised but for a running limit whose rung was reached; none stands beside another."""
    found = []
    for case, running in _each(left):
        by_code = {limit.code: limit for limit in running}
        spans = []
        for order in case.orders.values():
            for at, code, level in order.rungs:
                limit = by_code.get(code)
                due = None if limit is None else dict(limit.rungs).get(level)
                if limit is None or due is None or not due <= at < limit.stop:
                    found.append(f"{case.no}: an order on {code} {level} at {shown(at)}, due {shown(due)}")
            levels = [level for _, _, level in order.rungs]
            if not levels or levels != sorted(set(levels)):
                found.append(f"{case.no}: an order rose {levels}")
            spans += [(min(at for at, _, _ in order.rungs), order.ended_at)] if levels else []
        spans.sort(key=lambda span: span[0])
        for (_, ended), (begun, _) in pairwise(spans):
            if ended is None or ended > begun:
                found.append(f"{case.no}: two open orders at {shown(begun)}")
    return found


def every_order_of_a_case_ends_with_its_limit(left: Left) -> list[str]:
    """An order ends by the first round after its limit was kept or meant nothing any more, and not before."""
    found = []
    for case, running in _each(left):
        by_code = {limit.code: limit for limit in running}
        for order in case.orders.values():
            limit = by_code.get(order.rungs[-1][1]) if order.rungs else None
            if limit is None:
                continue
            here = bisect_left(left.rounds, limit.stop)
            by = left.rounds[here] if here < len(left.rounds) else None
            if order.ended_at is None or not limit.stop <= order.ended_at <= (by or order.ended_at):
                found.append(
                    f"{case.no}: order on {limit.code}, over at {shown(limit.stop)}, until {shown(order.ended_at)}"
                )
    return found


# --- the law ---------------------------------------------------------------------------------------------------------


def no_complaint_breaks_the_law_unseen(left: Left) -> list[str]:
    """No legal limit of a complaint was over before who stands above had it; the house counted to the same moment."""
    found = []
    rows = {
        (no, code): (due, state)
        for no, code, due, state in left.rows(
            "SELECT c.complaint_no, k.code, k.due_at, k.state FROM store_complaintclock k JOIN store_complaint c"
            " ON c.id = k.complaint_id"
        )
    }
    for case, running in _each(left):
        if case.kind != "complaint":
            continue
        for limit in running:
            due, state = rows.get((case.no, limit.code), (None, "nowhere"))
            is_late = limit.stop >= limit.due_at and left.until >= limit.due_at
            if due != limit.due_at or (state in ("met", "late") and (state == "late") is not is_late):
                found.append(f"{case.no}: {limit.code} ends {shown(limit.due_at)}, the house says {shown(due)} {state}")
            if is_late and not any(
                level >= 3 and at < limit.due_at and code == limit.code
                for order in case.orders.values()
                for at, code, level in order.rungs
            ):
                found.append(f"{case.no}: {limit.code} was over at {shown(limit.due_at)} and nobody above had it")
    return found


# --- outcomes --------------------------------------------------------------------------------------------------------


def every_case_has_an_outcome(left: Left) -> list[str]:
    """Each dispute ended one way, at a time, with the money it changed; each complaint is closed; no limit runs on."""
    found = [
        f"{no} is {state}, ended {shown(ended)}"
        for no, state, ended in left.rows(
            "SELECT dispute_no, state, ended_at FROM store_dispute WHERE state NOT IN ('solved', 'upheld', 'changed',"
            " 'withdrawn') OR ended_at IS NULL OR ended_at < opened_at UNION ALL SELECT complaint_no, state, ended_at"
            " FROM store_complaint WHERE state NOT IN ('closed', 'withdrawn') OR ended_at IS NULL"
        )
    ]
    found += [
        f"{no} ended as {state}, {changed} fen, but its decisions say {by}"
        for no, state, changed, by in left.rows(
            "SELECT d.dispute_no, d.state, d.changed_fen, n.paid_out_fen - f.paid_out_fen FROM store_dispute d"
            " JOIN store_decision f ON f.id = d.decision_id JOIN store_decision n ON n.id = d.new_decision_id"
            " WHERE d.changed_fen IS DISTINCT FROM n.paid_out_fen - f.paid_out_fen OR n.number <= f.number"
            " OR (d.state = 'changed') <> ((n.payable_fen, n.paid_out_fen, n.outcome) <> (f.payable_fen,"
            " f.paid_out_fen, f.outcome))"
        )
    ]
    found += [
        f"{no}: {code} runs though it is over"
        for no, code in left.rows(
            "SELECT d.dispute_no, k.code FROM store_disputeclock k JOIN store_dispute d ON d.id = k.dispute_id"
            " WHERE k.state = 'running' AND d.ended_at IS NOT NULL UNION ALL SELECT c.complaint_no, k.code"
            " FROM store_complaintclock k JOIN store_complaint c ON c.id = k.complaint_id WHERE k.state = 'running'"
            " AND c.ended_at IS NOT NULL"
        )
    ]
    return found


def nobody_judges_what_they_had_to_do_with(left: Left) -> list[str]:
    """Who judged a dispute never had to do with the claim before; who decided anew did not decide first."""
    found = [
        f"{no} was judged by {who}, of whom there is a record before"
        for no, who in left.rows(
            "SELECT d.dispute_no, o.signed_by_id FROM store_dispute d JOIN store_disputeopinion o ON o.dispute_id ="
            " d.id JOIN store_claim c ON c.id = d.claim_id WHERE d.reviewer_id IS DISTINCT FROM o.signed_by_id"
            " OR EXISTS (SELECT 1 FROM store_record r WHERE r.subject = 'claim:' || c.claim_no AND r.by = 'person:' ||"
            " o.signed_by_id AND r.id < (SELECT min(t.id) FROM store_record t WHERE t.subject = r.subject AND t.kind ="
            " 'claim.dispute_taken')) OR EXISTS (SELECT 1 FROM store_orderevent e JOIN store_workorder w ON w.id ="
            " e.order_id WHERE w.claim_id = c.id AND e.by_id = o.signed_by_id)"
            " OR o.signed_by_id IN (c.person_id, c.reporter_id, c.steward_id)"
        )
    ]
    return found + [
        f"{no} was decided anew by {who}, who decided first"
        for no, who in left.rows(
            "SELECT d.dispute_no, n.decided_by_id FROM store_dispute d JOIN store_decision f ON f.id = d.decision_id"
            " JOIN store_decision n ON n.id = d.new_decision_id WHERE n.decided_by_id IS NULL OR n.decided_by_id IN"
            " (f.decided_by_id, f.approved_by_id) OR n.approved_by_id IN (f.decided_by_id, f.approved_by_id)"
        )
    ]


def what_is_not_disputed_is_paid_at_once(left: Left) -> list[str]:
    """Where something was decided to be paid and its account was known, the dispute held none of it back."""
    return [
        f"{no}: disputed at {shown(opened)}, what is not was agreed to at {shown(agreed)}"
        for no, opened, agreed in left.rows(
            "SELECT c.claim_no, d.opened_at, (SELECT min(t.at) FROM store_transition t WHERE t.claim_id = c.id AND"
            " t.to_state = 'agreed' AND t.at >= d.opened_at) FROM store_dispute d JOIN store_claim c ON c.id ="
            " d.claim_id"
            " JOIN store_decision f ON f.id = d.decision_id WHERE f.paid_out_fen > 0 AND c.partner_id IS NULL"
            " AND (SELECT t.to_state FROM store_transition t WHERE t.claim_id = c.id AND t.at < d.opened_at"
            " ORDER BY t.seq DESC LIMIT 1) = 'decided'"
        )
        if agreed is None or agreed - opened > AT_ONCE
    ]


OF_CASES: tuple[Callable[[Left], list[str]], ...] = (
    no_order_of_a_case_missing,
    no_order_of_a_case_uncalled,
    every_order_of_a_case_ends_with_its_limit,
    no_complaint_breaks_the_law_unseen,
    every_case_has_an_outcome,
    nobody_judges_what_they_had_to_do_with,
    what_is_not_disputed_is_paid_at_once,
)
"""Every check of disputes and complaints."""
