"""Complaining: complaints about claims: answered in time or late, with longer limits, reviewed, taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from benchmarks.quarter.beside import Beside, Strand
from benchmarks.quarter.hours import Colleague, first_free
from benchmarks.quarter.lives import Life
from hearth.words.claims import Role
from hearth.words.complaints import ComplaintState

C = ComplaintState
DAY = 24.0
ABOVE = (Role.OPERATOR, Role.REVIEWER, Role.SENIOR_EXPERT)
"""Who approves the longest limit, and reviews."""

ANSWERED_ON: dict[str, tuple[float, float]] = {
    # Days after the registration on which each kind is answered.
    "answered": (2, 10), "reviewed": (2, 10), "late": (19, 22), "complex": (17, 27), "special": (33, 55),
}  # fmt: skip
LONGER_ON: dict[int, tuple[float, float]] = {15: (5, 12), 30: (17, 26)}
"""Days after the registration on which a limit is made longer."""


class Complaints(Beside):
    """One complaint beside a claim."""

    def begin(self, life: Life, kind: str) -> None:
        """The claim was reported: some days later the member complains."""
        strand = Strand(life, kind)
        self.strands[life.claim_no] = strand
        self.wait(strand, float(self.world.rng.uniform(20, 300)))

    def look(self, strand: Strand) -> None:
        """Look where the complaint stands."""
        from hearth.store.models import Complaint

        found = Complaint.objects.filter(claim__claim_no=strand.life.claim_no).values(
            "complaint_no", "state", "handler_id", "limit_days", "registered_at", "due_at"
        )
        if not found:
            self._complain(strand)
            return
        row: dict[str, Any] = dict(found[0])
        strand.no = row["complaint_no"]
        state = C(row["state"])
        if state is C.REGISTERED and strand.kind == "taken back":
            self._take_back(strand)
        elif state is C.REGISTERED and row["handler_id"] is None:
            self._take(strand)
        elif state is C.REGISTERED:
            self._go_on(strand, row)
        elif state is C.ANSWERED and strand.kind == "reviewed":
            self._ask_review(strand)
        elif state is C.IN_REVIEW:
            self._review(strand, row)

    def _complain(self, strand: Strand) -> None:
        from hearth.desks import disputes

        person, no = strand.life.member.person_id, strand.life.claim_no
        words = "同一份材料让我交了两次，能不能一次说清楚？"
        self.member(
            strand, 1, 20,
            lambda by, at: disputes.complain(
                by, person, at=at, stage="claim", cause="papers", words=words, claim_no=no
            ),
        )  # fmt: skip

    def _take(self, strand: Strand) -> None:
        from hearth.desks import disputes

        self.office(
            strand, Role.SERVICE_AGENT, 10, lambda by, at: disputes.take_complaint(by, strand.no, at=at),
            later=4, forgotten=0.0 if strand.kind in ("complex", "special") else 0.25,
        )  # fmt: skip

    def _go_on(self, strand: Strand, row: dict[str, Any]) -> None:
        """Make the limit longer where that is its kind, else answer."""
        from hearth.desks import disputes

        handler = self.lives.company.of(row["handler_id"])
        wanted = {"complex": 30, "special": 60}.get(strand.kind, 15)
        # A limit that is over is not made longer any more.
        if row["limit_days"] < wanted and self.world.now < row["due_at"]:
            days = 30 if row["limit_days"] == 15 else 60
            who = handler if days == 30 else self._above(strand, row["handler_id"])
            later = self._until(row["registered_at"], LONGER_ON[row["limit_days"]])
            why = "涉及多家医院，核实需要更长时间。"
            self.by(
                strand, who, 15,
                lambda by, at: disputes.extend(by, strand.no, at=at, days=days, words=why), later=later,
            )  # fmt: skip
            return
        later = self._until(row["registered_at"], ANSWERED_ON[strand.kind])
        words = "经核实，材料要求重复，我们向您道歉并已改正。"
        self.by(
            strand, handler, 40,
            lambda by, at: disputes.answer_complaint(by, strand.no, at=at, finding="right", words=words), later=later,
        )  # fmt: skip

    def _take_back(self, strand: Strand) -> None:
        from hearth.desks import disputes

        self.member(strand, 5, 90, lambda by, at: disputes.withdraw_complaint(by, strand.no, at=at))

    def _ask_review(self, strand: Strand) -> None:
        from hearth.desks import disputes

        words = "答复没有回答我的问题，请核查。"
        self.member(
            strand, 3 * DAY, 20 * DAY, lambda by, at: disputes.ask_review(by, strand.no, at=at, words=words)
        )  # fmt: skip

    def _review(self, strand: Strand, row: dict[str, Any]) -> None:
        from hearth.desks import disputes

        later = DAY * float(self.world.rng.uniform(8, 27))
        words = "维持处理结论，并补充说明。"
        self.by(
            strand, self._above(strand, row["handler_id"]), 60,
            lambda by, at: disputes.review(by, strand.no, at=at, finding="partly", words=words), later=later,
        )  # fmt: skip

    def _above(self, strand: Strand, handler: int) -> Colleague:
        """Somebody above who did not answer it, and never had to do with the claim."""
        from hearth.store.access.involved import was_involved
        from hearth.store.models import Claim

        claim = Claim.objects.get(claim_no=strand.life.claim_no)
        staff = [one for role in ABOVE for one in self.lives.company.staff[role]]
        able = [one for one in staff if one.person_id != handler and not was_involved(claim, one.person_id)]
        return first_free(able, self.world.now, self.lives.calendar)

    def _until(self, registered: datetime, days: tuple[float, float]) -> float:
        """Hours from now to a moment between so many days after the registration."""
        moment = registered + timedelta(days=float(self.world.rng.uniform(*days)))
        return max(0.0, (moment - self.world.now) / timedelta(hours=1))


def are_over() -> bool:
    """Whether every complaint is closed or was taken back."""
    from hearth.store.models import Complaint

    return not Complaint.objects.exclude(state__in=(C.CLOSED, C.WITHDRAWN)).exists()
