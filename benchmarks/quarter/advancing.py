"""Advancing: stays for which a hospital is paid in advance: from the notice of admission to the last fen paid back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.quarter.beside import Beside, Strand
from benchmarks.quarter.lives import Fate, Life
from hearth.doors.demo.bills import PAPERS, stay
from hearth.words.advances import ENDED, AdvanceState, advance_consents_on
from hearth.words.calendar import CHINA_TIME, day_in_china
from hearth.words.claims import ClaimState, Role

if TYPE_CHECKING:
    from benchmarks.quarter.company import Company

A = AdvanceState
PRODUCT = "million-medical"
ADVANCED = Fate("advanced", 0.0, large=True)

GOOD, RETURNING = "62220002", "62229002"
HOSPITALS = (("Q001", "市第一人民医院", GOOD), ("Q002", "市中心医院", RETURNING))
"""Code, name, how the number of its first account begins: money to the second one's comes back."""

DAY = 24.0
LOOKS_AFTER = 8
"""So many days after it is settled it is looked at again each day."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a kind of advance goes: the stay's days and cost, the estimate, what is paid in advance, all in yuan."""

    days: int
    cost: int
    estimate: int
    paid: tuple[int, ...]
    by_link: bool = False
    hospital: int = 0


COURSES: dict[str, Course] = {
    "covered": Course(10, 74_000, 110_000, (20_000,)),
    "repaid": Course(9, 58_000, 100_000, (15_000, 25_000), by_link=True),
    "repaid late": Course(9, 58_000, 100_000, (40_000,)),
    "let off": Course(9, 58_000, 100_000, (40_000,)),
    # Its cost goes above four fifths of what was promised.
    "looked at again": Course(9, 58_000, 60_000, (12_000, 8_000), by_link=True),
    "came back": Course(8, 74_000, 110_000, (20_000,), hospital=1),
    "cancelled": Course(8, 50_000, 80_000, ()),
    "declined": Course(8, 50_000, 80_000, ()),
}


def open_hospitals(company: Company, who: Callable[[int], Any], at: datetime) -> None:
    """The hospitals are registered; one person enters each one's account and another confirms it."""
    from hearth.desks import advances

    operator = who(company.staff[Role.OPERATOR][0].person_id)
    for code, name, begins in HOSPITALS:
        hospital = advances.register_hospital(operator, code, at=at, name=name, level=3)
        _give_account(company, who, hospital, name, f"{begins}0000000{code[1:]}", at)


def _give_account(company: Company, who: Callable[[int], Any], hospital: int, name: str, no: str, at: datetime) -> None:
    from hearth.desks import advances

    first, second = (who(one.person_id) for one in company.staff[Role.FINANCE][:2])
    account = advances.enter_account(first, hospital, at=at, holder_name=name, bank="中国工商银行", number=no)
    advances.confirm_account(second, account, at=at, number=no)


class Advances(Beside):
    """One stay: the claim comes with the discharge."""

    def convert(self, life: Life, first: date) -> None:
        """Make a life one of a stay that is paid in advance: early in the quarter, so that it comes to its end."""
        course = COURSES[life.ways["advances"]]
        start = datetime(first.year, first.month, first.day, tzinfo=CHINA_TIME).astimezone(UTC)
        life.begun = start + (life.begun - start) * 0.55
        life.fate, life.product, life.papers, life.kept_back = ADVANCED, PRODUCT, PAPERS[PRODUCT], ()
        facts = stay(
            self.lives.till, day_in_china(life.begun), days=course.days, whole=float(course.cost), fund=0.45
        )  # fmt: skip
        (invoice,) = facts["invoices"]
        invoice["hospital"] = {"name": HOSPITALS[course.hospital][1], "level": 3}
        life.facts = facts

    def await_birth(self, life: Life) -> None:
        """Let it begin at its moment: somebody goes to hospital."""
        strand = Strand(life, life.ways["advances"])
        self.world.at(life.begun, lambda: self.look(strand))

    def begin(self, life: Life, kind: str) -> None:
        """The claim was opened by itself: it has begun long before."""

    def leads(self, life: Life, row: dict[str, Any]) -> bool:
        """The claim that was opened by itself waits for papers and an account."""
        from hearth.desks.claims import reporting

        if row["state"] != ClaimState.REPORTED:
            return False
        by = self.lives.who(life.member.person_id)

        def send(at: datetime) -> None:
            reporting.save_draft(by, life.claim_no, at=at, account_id=life.member.accounts[-1])
            self.lives.add_papers(life, by, list(life.papers), at)
            reporting.submit(by, life.claim_no, at=at)

        life.paid_account = life.member.accounts[-1]
        self.lives.plan(life, self.lives.awake(5, 60), send)
        return True

    # --- the advance -------------------------------------------------------------------------------------------------

    def look(self, strand: Strand) -> None:
        """Look where the advance stands."""
        from hearth.store.models import Advance

        life, course = strand.life, COURSES[strand.kind]
        asked = Advance.objects.filter(person=life.member.person_id, admitted_on=day_in_china(life.begun))
        advance = asked.first()
        if advance is None:
            self._notify(strand, course)
            return
        strand.no = advance.advance_no
        state = A(advance.state)
        steps: dict[AdvanceState, Callable[[Strand, Any], None]] = {
            A.NOTIFIED: self._call, A.ELIGIBILITY: self._complete, A.RISK_CHECK: self._risk, A.NECESSITY: self._opine,
            A.GUARANTEE: self._letter, A.PAYING: self._in_hospital, A.TRACKING: self._in_hospital,
            A.DISCHARGED: self._discharged, A.RECOVERY: self._recover,
        }  # fmt: skip
        if state in (A.DISCHARGED, A.RECOVERY, A.SETTLED) and advance.claim_id and not life.claim_no:
            self._claim(life, advance)
        again = advance.tasks.filter(what="decide_again", done_at__isnull=True).first()
        if again is not None and state in (A.RECOVERY, A.SETTLED):
            self._decide_again(strand, advance, again.pk)
            return
        if state in (*ENDED, A.RECOVERY) and not strand.notes.get("is free"):
            strand.notes["is free"] = True
            self._holds_back(advance, 0)
        if state in steps:
            steps[state](strand, advance)
        elif state is A.SETTLED and strand.notes.setdefault("looks", 0) < LOOKS_AFTER:
            # Money may come back from the hospital's bank yet.
            strand.notes["looks"] += 1
            self.wait(strand, DAY)

    def _decide_again(self, strand: Strand, advance: Any, task: int) -> None:
        """The claim covered money that came back afterwards: it is opened again, and pays the member instead."""
        from hearth.desks import advances
        from hearth.desks.claims import agreeing
        from hearth.store.models import Claim, Record

        life, claim = strand.life, Claim.objects.get(pk=advance.claim_id)
        if claim.state not in (ClaimState.DECIDED, ClaimState.PAID, ClaimState.CLOSED):
            # It is on its way already, or money of it is: whoever opened it may not have come to see to it.
            self.lives.look(life)
            self.wait(strand, 3 * DAY)
            return
        evidence = Record.objects.filter(subject=f"claim:{claim.claim_no}", kind="claim.decided").latest("pk").pk

        def open_again(by: Any, at: datetime) -> None:
            why = "医院退回了垫付款，重新核定。"
            agreeing.reopen(by, claim.claim_no, at=at, why=why, evidence=[f"record:{evidence}"])
            advances.task_done(by, task, at=at)
            self.world.after(0.1, lambda: self.lives.look(life))

        self.office(strand, Role.REVIEWER, 15, open_again, forgotten=0.0)

    def _holds_back(self, advance: Any, fen: int) -> None:
        """Another stay under the same contract finds so much less left of its limits than this one does itself."""
        from dataclasses import replace

        from django.db import transaction

        from hearth.desks.advances.checking import stay_of
        from hearth.desks.claims.foreseeing import foresee

        if advance.policy_id is None:
            return
        own = stay_of(advance, advance.policy_id)
        with transaction.atomic():
            mine, others = (
                foresee(stay, self.world.now).limit_left_fen for stay in (own, replace(own, advance_no="another"))
            )
        if mine - others != fen:
            told = f"{advance.advance_no} is {advance.state}: {fen} fen promised, {mine - others} held back"
            self.world.failed.append(told)

    def _notify(self, strand: Strand, course: Course) -> None:
        from hearth.desks import advances
        from hearth.desks.advances import Admission
        from hearth.store.models import Hospital, Person

        life = strand.life
        code = HOSPITALS[course.hospital][0]
        (invoice,) = life.facts["invoices"]
        told = Admission(
            admitted_on=day_in_china(life.begun), illness="住院治疗，医院要求先交押金。", icd=invoice["icd"],
            plan="手术治疗。", estimate_fen=course.estimate * 100, is_hardship=strand.kind == "let off",
            hardship="停工在家，没有积蓄。" if strand.kind == "let off" else "",
        )  # fmt: skip
        if not course.by_link:
            self.member(
                strand, 0.1, 2,
                lambda by, at: advances.notify(by, life.member.person_id, told, at=at, hospital=code),
            )  # fmt: skip
            return
        token: str = strand.notes.get("token", "")
        if not token:

            def make(by: Any, at: datetime) -> None:
                hospital = Hospital.objects.values_list("pk", flat=True).get(code=code)
                strand.notes["token"] = advances.make_link(by, hospital, at=at)

            self.office(strand, Role.STEWARD, 5, make, forgotten=0.0)
            return
        person = Person.objects.get(pk=life.member.person_id)

        def tell(at: datetime) -> None:
            advances.notify_by_link(token, at=at, name=person.full_name, id_number=person.id_number, admission=told)

        self.plan(strand, self.lives.awake(0.1, 5), tell)

    def _call(self, strand: Strand, advance: Any) -> None:
        from hearth.desks import advances

        no = strand.no
        self.office(
            strand, Role.STEWARD, 10, lambda by, at: advances.call(by, no, at=at, note="已说明垫付条件。"),
            forgotten=0.0,
        )  # fmt: skip

    def _complete(self, strand: Strand, advance: Any) -> None:
        """The steward names the contract; the member agrees to each thing that is asked; a job checks then."""
        from hearth.desks import advances

        no = strand.no
        if advance.policy_id is None:
            policy = strand.life.member.policies[PRODUCT]
            self.office(
                strand, Role.STEWARD, 5, lambda by, at: advances.complete(by, no, at=at, policy_no=policy),
                forgotten=0.0,
            )  # fmt: skip
            return
        if advance.consents.count() == 3:
            # The job that checks waits for a worker.
            self.wait(strand, 1)
            return

        def agree(by: Any, at: datetime) -> None:
            for one in advance_consents_on(day_in_china(at)):
                advances.consent(by, no, one.what, one.version, at=at, words=one.zh)

        self.member(strand, 0.2, 6, agree)

    def _risk(self, strand: Strand, advance: Any) -> None:
        from hearth.desks import advances

        no = strand.no
        if advance.risk != "refer":
            self.wait(strand, 1)
            return
        self.office(
            strand, Role.REVIEWER, 15,
            lambda by, at: advances.judge_risk(by, no, at=at, result="warn", why="已与医院核对，属实。"), forgotten=0.0,
        )  # fmt: skip

    def _opine(self, strand: Strand, advance: Any) -> None:
        from hearth.desks import advances

        no, last = strand.no, advance.opinions.order_by("-number").first()
        if last is not None and last.verdict == "not":
            self.office(
                strand, Role.REVIEWER, 15,
                lambda by, at: advances.decline(
                    by, no, at=at, reason="NOT_NECESSARY", words="方案不属于合理且必要，您仍可申请理赔。"
                ),
                forgotten=0.0,
            )  # fmt: skip
            return
        if strand.kind == "cancelled":
            self.member(strand, 1, 8, lambda by, at: advances.cancel(by, no, at=at, words="家里已经交了押金。"))
            return
        verdict = "not" if strand.kind == "declined" else "necessary"
        self.office(
            strand, Role.MEDICAL_EXPERT, 30,
            lambda by, at: advances.opine(
                by, no, at=at, verdict=verdict, reasons="方案与病情对照。", reference="中华医学会诊疗指南"
            ),
            forgotten=0.0,
        )  # fmt: skip

    def _letter(self, strand: Strand, advance: Any) -> None:
        """A letter within somebody's authority, or proposed by an expert and issued by somebody above."""
        from hearth.desks import advances
        from hearth.desks.claims.foreseeing import foresee

        no = strand.no
        if advance.letters_proposed.filter(state="waiting").exists():
            self.office(
                strand, Role.REVIEWER, 10, lambda by, at: advances.approve(by, no, at=at, look=foresee), forgotten=0.0
            )  # fmt: skip
            return
        role = Role.CLAIM_EXPERT if strand.kind in ("covered", "looked at again", "repaid") else Role.REVIEWER
        self.office(
            strand, role, 15, lambda by, at: advances.guarantee(by, no, at=at, look=foresee), forgotten=0.0
        )  # fmt: skip

    def _in_hospital(self, strand: Strand, advance: Any) -> None:
        """What the hospital is paid, each day's cost, and the day on which the patient leaves."""
        life, course = strand.life, COURSES[strand.kind]
        if strand.notes.get("held back") != advance.cap_fen:
            strand.notes["held back"] = advance.cap_fen
            self._holds_back(advance, advance.cap_fen)
        paid = list(advance.instalments.order_by("number"))
        waiting = next((one for one in paid if one.state in ("intended", "sent")), None)
        if waiting is not None and waiting.released_at is None:
            self._release(strand, waiting.pk)
        elif waiting is not None:
            self.wait(strand, 6)
        elif self._account_is_bad(advance) and any(one.state in ("returned", "failed") for one in paid):
            self._mend_account(strand, advance)
        elif self._next(strand, advance, paid) is not None:
            self._prepare(strand, self._next(strand, advance, paid) or 0)
        else:
            left = day_in_china(life.begun) + timedelta(days=course.days)
            self._day(strand, advance, left)

    def _next(self, strand: Strand, advance: Any, paid: list[Any]) -> int | None:
        """The next instalment in fen, where one is due; one that failed is made again."""
        course, living = COURSES[strand.kind], [one for one in paid if one.state == "confirmed"]
        if len(living) >= len(course.paid):
            return None
        days_in = (day_in_china(self.world.now) - advance.admitted_on).days
        is_due = len(living) == 0 or days_in >= (7 if strand.kind == "looked at again" else 3)
        return course.paid[len(living)] * 100 if is_due and len(paid) < 8 else None

    def _prepare(self, strand: Strand, fen: int) -> None:
        from hearth.desks import advances

        first = self.lives.company.staff[Role.FINANCE][0]
        self.by(strand, first, 10, lambda by, at: advances.prepare(by, strand.no, fen, at=at), later=0.5)

    def _release(self, strand: Strand, instalment: int) -> None:
        from hearth.desks import advances

        second = self.lives.company.staff[Role.FINANCE][1]
        self.by(strand, second, 5, lambda by, at: advances.release(by, instalment, at=at), later=0.5)

    @staticmethod
    def _account_is_bad(advance: Any) -> bool:
        from hearth.store.models import HospitalAccount

        held = HospitalAccount.objects.filter(
            hospital=advance.hospital_id, confirmed_at__isnull=False, ended_at__isnull=True
        ).first()
        return held is not None and held.number.startswith(RETURNING)

    def _mend_account(self, strand: Strand, advance: Any) -> None:
        name, no = advance.hospital.name, f"{GOOD}9999{advance.hospital_id:07d}"

        def mend(at: datetime) -> None:
            _give_account(self.lives.company, self.lives.who, advance.hospital_id, name, no, at)

        first = self.lives.company.staff[Role.FINANCE][0]
        begin = first.from_when(self.world.now, self.lives.calendar)
        self.plan(strand, first.takes(begin, 20), mend)

    def _day(self, strand: Strand, advance: Any, left: date) -> None:
        """The cost of the day before; on the last day the patient goes home, and the bill comes with the news."""
        from hearth.desks import advances

        no, life = strand.no, strand.life
        today = day_in_china(self.world.now)
        told = set(advance.costs.values_list("on", flat=True))
        days = [advance.admitted_on + timedelta(days=n) for n in range((left - advance.admitted_on).days)]
        missing = [day for day in days if day < min(today, left) and day not in told]
        each = COURSES[strand.kind].cost * 100 // max(len(days), 1)
        if missing:

            def tell(by: Any, at: datetime) -> None:
                # Above the watch the plan goes back to the expert: the rest is told then.
                advances.tell_cost(by, no, missing[0], each, at=at)

            self.office(strand, Role.CARE_MANAGER, 5, tell, forgotten=0.0)
        elif today >= left:
            self.office(
                strand, Role.STEWARD, 10,
                lambda by, at: advances.discharge(by, no, left, at=at, settlement=life.facts), forgotten=0.0,
            )  # fmt: skip
        else:
            self.wait(strand, 12)

    def _claim(self, life: Life, advance: Any) -> None:
        """The claim was opened by itself: it goes its own way from here."""
        life.claim_no = advance.claim.claim_no
        self.lives.lives[life.claim_no] = life
        self.lives.look(life)

    def _discharged(self, strand: Strand, advance: Any) -> None:
        self.wait(strand, 12)

    def _recover(self, strand: Strand, advance: Any) -> None:
        """What is owed is paid back by plan, late, or let off in part."""
        from hearth.desks import advances

        no = strand.no
        if strand.kind == "let off" and not advance.waivers.exists():
            half = advance.balance_fen // 2
            self.office(
                strand, Role.STEWARD, 15,
                lambda by, at: advances.propose_waiver(by, no, half, at=at, why="住院后停工，已提供社区证明。"),
                later=DAY, forgotten=0.0,
            )  # fmt: skip
        elif advance.waivers.filter(state="waiting").exists():
            self.office(
                strand, Role.REVIEWER, 15, lambda by, at: advances.let_off(by, no, at=at, grants=True), later=DAY,
                forgotten=0.0,
            )  # fmt: skip
        elif strand.kind == "repaid" and not advance.repayment_plans.exists():
            first = day_in_china(self.world.now) + timedelta(days=20)
            self.member(strand, 10, 60, lambda by, at: advances.sign_plan(by, no, 2, first, at=at))
        else:
            plan = advance.repayment_plans.filter(ended_at__isnull=True).first()
            number = advance.entries.filter(what="recovered").count()
            fen = advance.balance_fen
            if plan is not None and number < len(plan.instalments):
                fen = min(int(plan.instalments[number][1]), fen)
            days = 66.0 if strand.kind == "repaid late" else 21.0
            owed = DAY * days - (self.world.now - advance.owed_at) / timedelta(hours=1) if plan is None else DAY * 21
            finance = self.lives.company.staff[Role.FINANCE][0]
            self.by(
                strand, finance, 5,
                lambda by, at: advances.recover(by, no, fen, at=at, payer="member", reference=f"R{number + 1}"),
                later=max(owed, 1.0),
            )  # fmt: skip


def are_over() -> bool:
    """Whether every advance has come to its end."""
    from hearth.store.models import Advance, AdvanceTask

    return not (
        Advance.objects.exclude(state__in=ENDED).exists()
        or AdvanceTask.objects.filter(what="decide_again", done_at__isnull=True).exists()
    )
