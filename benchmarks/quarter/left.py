"""Left: what a quarter left: its rows, the rounds that looked at them, the books of the bank and the courier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.quarter.oracle import Fired, Legal, Past, legal
from hearth.words.calendar import CHINA_TIME

Connection = psycopg.Connection[Any]
IsRest = Callable[[date], bool]


@dataclass
class Left:
    """What a quarter left: its rows, the rounds that looked at them, the bank's book."""

    connection: Connection
    is_rest: IsRest
    rounds: Sequence[datetime]
    until: datetime
    bank: Path
    _pasts: list[Past] = field(default_factory=list)

    @property
    def courier(self) -> Path:
        """The courier's book: it lies beside the bank's."""
        return self.bank.with_name("courier.sqlite3")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one question."""
        return self.connection.execute(sql.encode()).fetchall()

    def pasts(self) -> list[Past]:
        """What happened to each claim that was reported."""
        if not self._pasts:
            self._pasts = _pasts(self)
        return self._pasts

    def fired(self) -> Fired:
        """When what fired on which claim."""
        found: Fired = defaultdict(list)
        for claim_no, chaser, level, at in self.rows(
            "SELECT c.claim_no, f.chaser, f.level, f.at FROM store_firing f JOIN store_deadline d ON d.id ="
            " f.deadline_id JOIN store_claim c ON c.id = d.claim_id ORDER BY f.at, f.id"
        ):
            found[claim_no, chaser, level].append(at)
        return dict(found)

    def legal(self) -> list[Legal]:
        """The limits of the law of every claim."""
        return [one for past in self.pasts() for one in legal(past, self.is_rest, self.until)]


def _pasts(left: Left) -> list[Past]:
    found: dict[int, Past] = {}
    for pk, no, product, fen, has_no_more, told_at, outcome in left.rows(
        "SELECT c.id, c.claim_no, c.product, c.claimed_fen, c.has_no_more, c.told_at, d.outcome FROM store_claim c"
        " LEFT JOIN store_decision d ON d.id = c.decision_id WHERE c.reported_at IS NOT NULL ORDER BY c.id"
    ):
        found[pk] = Past(no, product, fen, not has_no_more, [], told_at=told_at, is_refused=outcome == "refused")
    for pk, at, before, after in left.rows(
        "SELECT claim_id, at, from_state, to_state FROM store_transition ORDER BY claim_id, seq"
    ):
        found[pk].steps.append((at, before, after))
    for pk, delivered, ended in left.rows(
        "SELECT claim_id, delivered_at, ended_at FROM store_supplement WHERE delivered_at IS NOT NULL ORDER BY id"
    ):
        found[pk].asked.append((delivered, ended))
    for pk, is_refused, told_at in left.rows(
        "SELECT d.claim_id, d.outcome = 'refused', (SELECT min(n.at) FROM store_record n WHERE n.kind = 'notice.sent'"
        " AND n.subject = 'claim:' || c.claim_no AND (convert_from(n.body, 'UTF8')::jsonb->'data'->>'about')::bigint ="
        " d.record_id) FROM store_decision d JOIN store_claim c ON c.id = d.claim_id WHERE c.reopened_count > 0"
        " ORDER BY d.claim_id, d.number"
    ):
        found[pk].rulings.append((is_refused, told_at))
    for pk, kind, at in left.rows(
        "SELECT c.id, r.kind || CASE WHEN r.kind = 'claim.parcel_lost' THEN ':' || p.direction ELSE '' END, r.at"
        " FROM store_record r JOIN store_claim c ON r.subject = 'claim:' || c.claim_no"
        " CROSS JOIN LATERAL (SELECT convert_from(r.body, 'UTF8')::jsonb->'data' AS said) d"
        " LEFT JOIN store_pickup p ON p.id = (d.said->>'pickup')::bigint WHERE r.kind IN ('claim.pickup_asked',"
        " 'claim.pickup_refused', 'claim.pickup_cancelled', 'claim.originals_collected', 'claim.originals_back',"
        " 'claim.originals_received', 'claim.originals_home', 'claim.parcel_lost')"
        " OR (r.kind = 'claim.explained' AND d.said->>'chaser' = 'originals') ORDER BY r.id"
    ):
        found[pk].parcels.append((at, kind.removeprefix("claim.")))
    by_no = {f"claim:{past.claim_no}": past for past in found.values()}
    for subject, kind, at in left.rows(
        "SELECT subject, kind, at FROM store_record WHERE kind IN ('claim.investigated', 'claim.prepaid')"
    ):
        if kind == "claim.investigated":
            by_no[subject].investigated_at = at
        else:
            by_no[subject].prepaid_at = at
    return list(found.values())


def shown(at: datetime | None) -> str:
    """A moment as it is written in what is found wrong."""
    return "the end" if at is None else f"{at.astimezone(CHINA_TIME):%m-%d %H:%M}"
