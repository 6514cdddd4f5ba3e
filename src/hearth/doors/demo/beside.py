"""Beside: what else goes on in the demo: originals on their way, suspicions looked at, a measure, complaints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from hearth.desks import disputes, founding, measures, suspicion
from hearth.desks.service import couriers, pickups
from hearth.doors.demo.house import House, awake
from hearth.doors.demo.past import Act, Script
from hearth.kernel.promises.fetching import pickup_windows
from hearth.store.access import HOUSE
from hearth.store.access.complaints import complaint_queue
from hearth.store.access.measures import measures as measures_kept
from hearth.store.access.suspicion import suspicions
from hearth.words.suspicion import Signal

LOST = "深圳市福田区丢件路 8 号 2 栋 301"
"""The demo's courier loses what it fetches here."""

AT_HOME = "深圳市南山区学府路 26 号 5 栋 1202"


@dataclass
class Beside:
    """Scripts that are not the course of one claim; what they need is there by then, or they leave it."""

    house: House
    until: datetime
    today: date

    def scripts(self) -> Iterator[Script]:
        """Every one of them."""
        yield self._fetched()
        yield self._lost()
        yield self._looked_at()
        yield self._measure()
        yield self._complaints()

    # --- originals ---------------------------------------------------------------------------------------------------

    def _fetched(self) -> Script:
        """Mei's originals are with the courier."""
        at = awake(self.until - timedelta(hours=26))
        yield Act(at, partial(self._book, "cast-mei-again", "mei", AT_HOME, ("invoice", "itemised_list")))
        yield Act(self.until - timedelta(minutes=2), self._hear)

    def _lost(self) -> Script:
        """Hui's were lost on their way."""
        at = awake(self.until - timedelta(days=3))
        yield Act(at, partial(self._book, "cast-hui-review", "hui", LOST, ("invoice",)))
        yield Act(max(at, awake(self.until - timedelta(hours=20))) + timedelta(minutes=3), self._hear)

    def _book(self, key: str, member: str, address: str, papers: tuple[str, ...], at: datetime) -> None:
        claim_no = self.house.claims.get(key)
        if claim_no is not None:
            pickups.book(
                self.house.who(member, at), claim_no, at=at, contact="请先电话联系", phone="13800000000",
                address=address, window_from=pickup_windows(at)[0][0], papers=papers,
            )  # fmt: skip

    def _hear(self, at: datetime) -> None:
        couriers.look_again(at=at)

    # --- suspicions --------------------------------------------------------------------------------------------------

    def _looked_at(self) -> Script:
        """The survey of a night finds who shares an account; of two invoices handed in twice one is explained."""
        at = self.until - timedelta(hours=3)
        yield Act(at, lambda at: suspicion.survey(at))
        yield Act(at + timedelta(minutes=40), partial(self._judge, "demo-supplemented-1", "demo-asked-1", False))
        yield Act(at + timedelta(minutes=70), partial(self._judge, "demo-known-before-1", "demo-talked-1", True))

    def _judge(self, key: str, other: str, is_true: bool, at: datetime) -> None:
        """The invoice that both claims name: raised at the later one of them."""
        for claim_no in filter(None, (self.house.claims.get(key), self.house.claims.get(other))):
            found = suspicions(HOUSE, at, claim_no=claim_no)
            for row in (each for each in found if each.signal is Signal.DUPLICATE_INVOICE):
                by = self.house.who("zheng", at)
                if is_true:
                    proof = [f"paper:{paper}" for paper in founding.papers_of(row.claims[0])]
                    words = "两案票据代码和号码相同，金额不同；已与开票医院核对，其中一张被改动过。"
                    suspicion.confirm(by, row.suspicion_id, at=at, words=words, proof=proof)
                else:
                    words = "医院开票系统故障，两位患者的票据号码重复；医院已出具书面说明，两张票据均真实。"
                    suspicion.clear(by, row.suspicion_id, at=at, words=words)

    # --- a measure ---------------------------------------------------------------------------------------------------

    def _measure(self) -> Script:
        """After a typhoon accidents may be treated anywhere."""
        at = awake(self.until - timedelta(days=26))
        yield Act(at, self._propose)
        yield Act(at + timedelta(hours=1), self._approve)

    def _propose(self, at: datetime) -> None:
        if not measures_kept(HOUSE, at):
            measures.propose(
                self.house.who("peng", at), at=at,
                what_zh="台风期间意外受伤，可在任何医院就诊",
                what_en="After the typhoon, injuries may be treated in any hospital",
                waives=["hospital"], products=["accident-medical"], branch="shenzhen",
                starts_on=self.today - timedelta(days=28), until_on=self.today + timedelta(days=21),
                basis="公司应急决定（演示）第 3 号",
            )  # fmt: skip

    def _approve(self, at: datetime) -> None:
        for row in measures_kept(HOUSE, at):
            measures.decide_measure(self.house.who("yao", at), row.code, at=at, approve=True)

    # --- complaints --------------------------------------------------------------------------------------------------

    def _complaints(self) -> Script:
        """One of a member, looked into by somebody; one of several people that nobody has taken yet."""
        at = awake(self.until - timedelta(days=6))
        yield Act(at, self._complain)
        yield Act(awake(at + timedelta(hours=20)), self._taken)
        yield Act(awake(self.until - timedelta(hours=30)) + timedelta(minutes=11), self._complain_together)

    def _complain(self, at: datetime) -> None:
        disputes.complain(
            self.house.who("mei", at), self.house.of("mei"), at=at, stage="claim", cause="papers",
            words="同一份出院小结让我交了两次，能不能一次说清楚需要哪些材料？",
            claim_no=self.house.claims.get("cast-mei-again", ""),
        )  # fmt: skip

    def _taken(self, at: datetime) -> None:
        for row in complaint_queue(HOUSE, at):
            disputes.take_complaint(self.house.who("fang", at), row.complaint_no, at=at)

    def _complain_together(self, at: datetime) -> None:
        disputes.complain(
            self.house.who("fang", at), self.house.of("songbo"), at=at, stage="policy", cause="misled",
            channel="visit", words="我们小区几家人投保时都没有听说免赔额，希望统一说明并答复。",
            representatives=("宋伯", "梁丽", "邓建国"), others=("周平", "冯洋"),
        )  # fmt: skip
