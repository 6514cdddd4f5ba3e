"""Disputing: decisions that members dispute: explained, passed on, judged by somebody never involved, decided anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from benchmarks.quarter.beside import Beside, Strand
from benchmarks.quarter.hours import Colleague, first_free
from benchmarks.quarter.lives import Life
from hearth.words.claims import ClaimState, Outcome, Role
from hearth.words.disputes import OPEN_DISPUTES, DisputeState, Verdict

D, S = DisputeState, ClaimState

CUT = frozenset({"changed", "seen by the insurer"})
"""Kinds in which a part of a line was held for not necessary: it is what the dispute is about."""

BY_STAFF = frozenset({"by an expert", "slow", "seen by the insurer"})
"""Kinds in which whoever has it passes it on; in the others the member goes on."""

UP_TO_EXPERT = frozenset({"by an expert", "seen by the insurer"})
UNANSWERED = frozenset({"upheld"})
"""Kinds in which the member goes on before anybody has answered."""

DAY = 24.0


class Disputes(Beside):
    """One dispute of a claim, from the decision that was told to an outcome."""

    def begin(self, life: Life, kind: str) -> None:
        """The claim was reported; nobody disputes anything yet."""
        self.strands[life.claim_no] = Strand(life, kind)

    # --- the claim's own course --------------------------------------------------------------------------------------

    def leads(self, life: Life, row: dict[str, Any]) -> bool:
        """Whether what comes next for the claim is the dispute's to say."""
        strand = self.strands[life.claim_no]
        state = row["state"]
        if strand.no and not strand.notes.get("is open"):
            strand.notes["is open"] = True
            self.again(strand, strand.turn)
        if row["reopened_count"] and state in (S.REVIEW, S.CALCULATED):
            self._decide_anew(strand)
        elif strand.kind in CUT and not strand.notes.get("cut") and state == S.REVIEW and row["for_person"]:
            self._cut(strand)
        elif state == S.DECIDED and row["told_at"] is not None and not strand.no:
            self._dispute(strand)
        elif state == S.DECIDED and row["is_disputed"] and not row["decision__paid_out_fen"]:
            # There is nothing in it that they could take meanwhile.
            self.lives.wait(life, DAY)
        else:
            return False
        return True

    def _cut(self, strand: Strand) -> None:
        from hearth.desks.claims import reviewing

        life = strand.life

        def cut(by: Any, at: datetime) -> None:
            words = "耗材数量超出常规，待说明。"
            reviewing.mark_line(by, life.claim_no, 1, 1, at=at, not_necessary="60.00", why=words)
            strand.notes["cut"] = True

        self.lives.office(life, Role.ASSESSOR, 6, cut)

    def _dispute(self, strand: Strand) -> None:
        from hearth.desks import disputes

        life = strand.life
        by = self.lives.who(life.member.person_id)

        def dispute(at: datetime) -> None:
            words = "医生说这项费用是治疗必需的，请再核对一次。"
            strand.no = disputes.dispute(by, life.claim_no, at=at, reason="not_necessary", words=words)

        self.lives.plan(life, self.lives.awake(2, 60), dispute)

    def _decide_anew(self, strand: Strand) -> None:
        """Somebody else decides, some hours later: with what was held for not necessary."""
        from hearth.desks import founding
        from hearth.desks.claims import calculating, deciding, reviewing
        from hearth.store.models import Decision

        if "anew" not in strand.notes:
            strand.notes["anew"] = True
            self.lives.wait(strand.life, float(self.world.rng.uniform(2, 60)))
            return

        no = strand.life.claim_no
        first = Decision.objects.filter(claim__claim_no=no).values_list("decided_by", "approved_by")
        before = {one for row in first for one in row}

        def decide(by: Any, at: datetime) -> None:
            if strand.kind in CUT:
                reviewing.mark_line(by, no, 1, 1, at=at, why="按独立意见计入。")
            calculating.calculate(by, no, at=at)
            said = founding.proposal_of(no)
            if said == Outcome.REFUSED:
                deciding.decide(
                    by, no, at=at, outcome=said, reason="excluded", clause="4.1", evidence=founding.evidence_of(no),
                    words="经重新核定，仍不在约定的保险责任内。",
                )  # fmt: skip
            else:
                deciding.decide(by, no, at=at, outcome=said)

        able = [one for one in self.lives.company.staff[Role.REVIEWER] if one.person_id not in before]
        who = first_free(able, self.world.now, self.lives.calendar)
        done = who.takes(who.from_when(self.world.now, self.lives.calendar), 20)
        does = self.lives.who(who.person_id)
        self.lives.plan(strand.life, done, lambda moment: decide(does, moment))

    # --- the dispute -------------------------------------------------------------------------------------------------

    def look(self, strand: Strand) -> None:
        """Look which tier has it, and whether it answered."""
        from hearth.store.models import Dispute

        row = Dispute.objects.values("state", "answered_at", "reviewer_id").get(dispute_no=strand.no)
        state, is_answered, kind = D(row["state"]), row["answered_at"] is not None, strand.kind
        if state is D.TRIAGE and kind == "taken back":
            self._end(strand, "take_back", 3, 50)
        elif state is D.TRIAGE and not is_answered and kind in UNANSWERED:
            self._move_on(strand, by_member=True, hours=(0.5, 3))
        elif state is D.TRIAGE and not is_answered:
            self._answer(strand, Role.STEWARD, 15, 0.2, forgotten=0.25)
        elif state is D.TRIAGE and kind == "explained":
            self._end(strand, "settle", 4, 60)
        elif state is D.EXPERT and not is_answered and kind in UNANSWERED:
            self._move_on(strand, by_member=True, hours=(1, 20))
        elif state is D.EXPERT and not is_answered:
            self._answer(strand, Role.CLAIM_EXPERT, 40, 12, forgotten=0.25)
        elif state is D.EXPERT and kind == "by an expert":
            self._end(strand, "settle", 4, 60)
        elif state is D.EXPERT and kind == "seen by the insurer":
            self._open_again(strand)
        elif state is D.SENIOR:
            self._judge(strand, row["reviewer_id"])
        elif state in OPEN_DISPUTES and (kind == "met with silence" or state is D.REDECIDING):
            self.wait(strand, DAY)
        elif state in OPEN_DISPUTES:
            self._move_on(strand, by_member=kind not in BY_STAFF, hours=(3, 40))

    def _answer(self, strand: Strand, role: Role, minutes: float, later: float, *, forgotten: float) -> None:
        from hearth.desks import disputes

        words = "已把当时的计算逐项向您说明；是否必要，我们再核对。"
        self.office(
            strand, role, minutes, lambda by, at: disputes.answer(by, strand.no, at=at, words=words),
            later=later, forgotten=forgotten,
        )  # fmt: skip

    def _end(self, strand: Strand, verb: str, least: float, most: float) -> None:
        from hearth.desks import disputes

        ends = {"settle": disputes.settle, "take_back": disputes.take_back}[verb]
        self.member(strand, least, most, lambda by, at: ends(by, strand.no, at=at))

    def _move_on(self, strand: Strand, *, by_member: bool, hours: tuple[float, float]) -> None:
        from hearth.desks import disputes
        from hearth.store.models import Dispute

        words = "分歧在于是否必要，请上一级判断。"

        def move(by: Any, at: datetime) -> None:
            disputes.move_up(by, strand.no, at=at, words=words)

        if by_member:
            self.member(strand, *hours, move)
            return
        tier = Dispute.objects.values_list("tier", flat=True).get(dispute_no=strand.no)
        role = Role.STEWARD if tier == 1 else Role.CLAIM_EXPERT
        self.office(strand, role, 10, move, later=4, forgotten=0.0)

    def _open_again(self, strand: Strand) -> None:
        """The insurer sees it itself: the claim is opened again, once nothing of it is on its way."""
        from hearth.desks.claims import agreeing
        from hearth.store.models import Claim

        no = strand.life.claim_no
        if Claim.objects.values_list("state", flat=True).get(claim_no=no) not in (S.DECIDED, S.PAID, S.CLOSED):
            self.wait(strand, 12)
            return
        why = "手术记录写明了必要性，重新核定。"
        self.office(
            strand, Role.REVIEWER, 15, lambda by, at: agreeing.reopen(by, no, at=at, why=why), later=5, forgotten=0.0
        )

    def _judge(self, strand: Strand, reviewer: int | None) -> None:
        from hearth.desks import disputes

        if reviewer is None:
            able = self._independent(strand)
            if able:
                first = first_free(able, self.world.now, self.lives.calendar)
                self.by(strand, first, 5, lambda by, at: disputes.take(by, strand.no, at=at), later=6)
            else:
                self.wait(strand, DAY)
            return
        is_for_member = strand.kind in ("changed", "slow")
        verdict = Verdict.CUSTOMER if is_for_member else Verdict.INSURER
        words = "手术记录写明了指征，属于合理且必要的费用。" if is_for_member else "病历未见指征，原结论符合条款。"
        days = (21, 25) if strand.kind == "slow" else (1, 6)
        self.by(
            strand, self.lives.company.of(reviewer), 90,
            lambda by, at: disputes.opine(by, strand.no, at=at, verdict=verdict, reasons=words, clause="3.1"),
            later=DAY * float(self.world.rng.uniform(*days)),
        )  # fmt: skip

    def _independent(self, strand: Strand) -> list[Colleague]:
        """Who may judge: senior and medical experts who never had to do with the claim."""
        from hearth.store.access.involved import was_involved
        from hearth.store.models import Claim

        claim = Claim.objects.get(claim_no=strand.life.claim_no)
        staff = self.lives.company.staff
        return [
            one
            for one in (*staff[Role.SENIOR_EXPERT], *staff[Role.MEDICAL_EXPERT])
            if not was_involved(claim, one.person_id)
        ]


def are_over() -> bool:
    """Whether no dispute is open, and no order of a case."""
    from hearth.store.models import CaseOrder, Dispute

    return not (
        Dispute.objects.filter(state__in=OPEN_DISPUTES).exists() or CaseOrder.objects.filter(state="open").exists()
    )
