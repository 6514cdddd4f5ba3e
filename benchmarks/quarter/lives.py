"""Lives: what becomes of each claim: what its member, the staff and its papers are like, and who acts next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import numpy as np

from benchmarks.quarter.company import Company, Member
from benchmarks.quarter.hours import Colleague, first_free
from benchmarks.quarter.world import World
from hearth.doors.demo.bills import BILLS, PAPERS, Facts, Till, dear_stay
from hearth.words.calendar import CHINA_TIME, Calendar, day_in_china
from hearth.words.claims import ClaimState, Outcome, Role

S = ClaimState
SMALL = (("outpatient", 0.72), ("accident-medical", 0.12), ("hospital-cash", 0.08), ("chronic-care", 0.08))
LARGE = (("million-medical", 1.0),)


@dataclass(frozen=True, slots=True)
class Fate:
    """What a share of all claims is like; `large`: a stay in hospital, which no machine decides."""

    name: str
    share: float
    large: bool
    own: bool = False
    """Reported by the member alone."""


FATES: tuple[Fate, ...] = (
    Fate("plain", 0.575, large=False),
    Fate("stay", 0.20, large=True),
    Fate("papers missing", 0.09, large=True),
    Fate("investigated", 0.03, large=True),
    Fate("hospital silent", 0.01, large=True),
    Fate("refused", 0.02, large=True),
    Fate("sent late", 0.05, large=False, own=True),
    Fate("never sent", 0.015, large=False, own=True),
    Fate("withdrawn", 0.01, large=True),
)
DEAR = 0.06
"""The share of stays that cost more than one person decides alone."""

FORGOTTEN = 0.05
"""The share of acts that whoever should do them does not think of, until a work order makes somebody."""

NEVER_COMES = 0.15
"""The share of members asked for papers who bring none."""


@dataclass
class Life:
    """One claim from its beginning."""

    member: Member
    fate: Fate
    product: str
    facts: Facts
    papers: tuple[str, ...]
    kept_back: tuple[str, ...]
    begun: datetime
    never_comes: bool
    claim_no: str = ""
    assessor: Colleague | None = None
    forgotten: bool = False
    turn: int = 0
    """What was planned before counts no more."""
    asked: bool = False
    investigated_at: datetime | None = None
    paid_account: int = 0
    ways: dict[str, str] = field(default_factory=dict)
    """What goes on beside it, of which kind."""


class Way(Protocol):
    """Something that goes on beside claims."""

    def begin(self, life: Life, kind: str) -> None:
        """The claim was reported."""

    def leads(self, life: Life, row: dict[str, Any]) -> bool:
        """Whether it says itself what comes next in the claim's own course."""

    def pushed(self, claim_no: str) -> None:
        """Somebody has an order about it."""


@dataclass
class Lives:
    """Everybody's lives, in one world."""

    world: World
    company: Company
    calendar: Calendar
    lives: dict[str, Life] = field(default_factory=dict)
    ways: dict[str, Way] = field(default_factory=dict)
    """What may go on beside a life, by its name."""
    _whos: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.till = Till(np.random.default_rng(int(self.world.rng.integers(2**31))))

    # --- who asks ---

    def who(self, person_id: int) -> Any:
        """Somebody as they ask."""
        from hearth.store.access import who
        from hearth.store.models import Person

        if person_id not in self._whos:
            self._whos[person_id] = who(Person.objects.get(pk=person_id), self.world.now)
        return self._whos[person_id]

    def partner(self) -> Any:
        """The insurer that brings claims in."""
        from hearth.store.access import who_partner
        from hearth.store.models import Partner

        return who_partner(Partner.objects.get(pk=self.company.partner_id), frozenset({"claims:write", "claims:read"}))

    # --- beginnings ---

    def born(self, member: Member, fate: Fate, begun: datetime) -> Life:
        """A claim that will be reported at a moment."""
        rng = self.world.rng
        product = _drawn(LARGE if fate.large else SMALL, rng)
        ill_on = day_in_china(begun) - timedelta(days=int(rng.integers(21, 26)))
        if fate.large and rng.random() < DEAR:
            facts = dear_stay(self.till, ill_on)
        else:
            facts = BILLS[product](self.till, ill_on, day_in_china(begun) - timedelta(days=1))
        missing = fate.name == "papers missing"
        return Life(
            member, fate, product, facts, PAPERS[product], PAPERS[product][-1:] if missing else (), begun,
            bool(rng.random() < NEVER_COMES),
        )  # fmt: skip

    def await_birth(self, life: Life) -> None:
        """Let it be reported at its moment."""
        self.world.at(life.begun, lambda: self._begin(life))

    def _begin(self, life: Life) -> None:
        reports = self._bring_in if life.member.partner_key else self._report
        if self.world.act(lambda at: reports(life, at), lambda: self._begin(life)):
            self.lives[life.claim_no] = life
            for name, kind in life.ways.items():
                self.ways[name].begin(life, kind)
            self.look(life)

    def _bring_in(self, life: Life, at: datetime) -> None:
        from hearth.desks.claims import reporting

        life.claim_no = reporting.bring_in(
            self.partner(),
            reporting.Brought(
                external_id=f"Q-{life.member.person_id}-{life.begun:%m%d%H%M%S%f}",
                person=life.member.partner_key,
                policies=(life.member.policies[life.product],),
                facts=life.facts,
                story="看病",
                held=tuple(one for one in life.papers if one not in life.kept_back),
                has_no_more=bool(life.kept_back),
            ),
            at=at,
        )

    def _report(self, life: Life, at: datetime) -> None:
        from hearth.desks.claims import reporting

        by = self.who(life.member.person_id)
        if not life.claim_no:
            life.claim_no = reporting.start_draft(
                by, life.member.person_id, at=at, policy_nos=(life.member.policies[life.product],)
            )
        if self._row(life)["state"] == S.DRAFT:
            reporting.save_draft(
                by, life.claim_no, at=at, facts=life.facts, story="看病", account_id=life.member.accounts[-1]
            )
            reporting.report(by, life.claim_no, at=at)

    # --- what comes next ---

    def look(self, life: Life) -> None:
        """Look where a claim stands, and plan who acts next."""
        life.turn += 1
        row = self._row(life)
        plans: dict[str, Callable[[Life, dict[str, Any]], None]] = {
            S.REPORTED: self._at_member,
            S.SUBMITTED: self._at_intake,
            S.ACCEPTED: self._in_review,
            S.REVIEW: self._in_review,
            S.SUPPLEMENT: self._waits_for_papers,
            S.CALCULATED: self._calculated,
            S.DECIDED: self._decided,
            S.RETURNED: self._returned,
            S.AGREED: self._at_bank,
            S.PAID: self._at_bank,
        }
        plan = plans.get(row["state"])
        if plan is not None and not any(self.ways[name].leads(life, row) for name in life.ways):
            plan(life, row)

    def push(self, life: Life) -> None:
        """Somebody has a work order about it: whatever was forgotten is thought of now."""
        if life.forgotten:
            life.forgotten = False
            life.assessor = None
            self.look(life)

    def plan(self, life: Life, moment: datetime, does: Callable[[datetime], object]) -> None:
        """Let somebody do something at a moment, unless the claim's way has turned by then; then look again."""
        turn = life.turn

        def happens() -> None:
            if turn == life.turn and self.world.act(does, lambda: self._again(life, turn)):
                self.world.follow()
                self.look(life)

        self.world.at(moment, happens)

    def _again(self, life: Life, turn: int) -> None:
        if turn == life.turn:
            self.look(life)

    def wait(self, life: Life, hours: float) -> None:
        """Look again after a while, unless its way has turned by then."""
        turn = life.turn
        self.world.after(hours, lambda: self._again(life, turn))

    def office(
        self, life: Life, role: Role, minutes: float, does: Callable[[Any, datetime], object], *, later: float = 0.0
    ) -> None:
        """Let somebody of a role do something in their hours; the assessor of a claim stays the same."""
        if self.world.rng.random() < FORGOTTEN and life.turn < 60:
            life.forgotten = True
            self.wait(life, 24 * 12)
            return
        life.forgotten = False
        if later > 0:
            # Nobody is busy until then for it.
            turn = life.turn
            self.world.after(later, lambda: self._by(life, role, minutes, does) if turn == life.turn else None)
        else:
            self._by(life, role, minutes, does)

    def _by(self, life: Life, role: Role, minutes: float, does: Callable[[Any, datetime], object]) -> None:
        at = self.world.now
        if role is Role.ASSESSOR and life.assessor is not None:
            who = life.assessor
        else:
            who = first_free(self.world.players.share(self.company.staff[role]), at, self.calendar)
        if role is Role.ASSESSOR:
            life.assessor = who
        begin = who.from_when(at, self.calendar)
        # What does not begin within the hours of its window goes on after it.
        done = who.takes(begin, minutes * float(self.world.rng.uniform(0.5, 1.6)))
        self.plan(life, done, lambda moment: does(self.who(who.person_id), moment))

    # --- step by step ---

    def _at_member(self, life: Life, row: dict[str, Any]) -> None:
        from hearth.desks.claims import agreeing, reporting

        by, no = self.who(life.member.person_id), life.claim_no

        def submit(at: datetime) -> None:
            self.add_papers(life, by, [one for one in life.papers if one not in life.kept_back], at)
            reporting.submit(by, no, at=at, has_no_more=bool(life.kept_back))

        if life.fate.name == "never sent":
            if self.world.rng.random() < 0.5:
                self.plan(life, self.awake(240, 500), lambda at: agreeing.withdraw(by, no, at=at))
        else:
            self.plan(life, self.awake(*((80, 400) if life.fate.name == "sent late" else (0.1, 60))), submit)

    def _at_intake(self, life: Life, row: dict[str, Any]) -> None:
        from hearth.desks.claims import intake

        self.office(life, Role.ASSESSOR, 6, lambda by, at: intake.accept(by, life.claim_no, at=at))

    def _in_review(self, life: Life, row: dict[str, Any]) -> None:
        from hearth.desks import suspicion
        from hearth.desks.claims import agreeing, calculating, intake, reviewing

        no, name = life.claim_no, life.fate.name

        def begin(by: Any, at: datetime) -> None:
            if self._row(life)["state"] == S.ACCEPTED:
                reviewing.begin_review(by, no, at=at)

        def investigate(by: Any, at: datetime) -> None:
            begin(by, at)
            suspicion.investigate(by, no, at=at, words="向就诊医院调取完整病历。")
            life.investigated_at = at

        def calculate(by: Any, at: datetime) -> None:
            begin(by, at)
            calculating.calculate(by, no, at=at)

        if not row["for_person"] and row["state"] == S.ACCEPTED:
            # The machine has not looked at it yet, or its worker is down.
            self.wait(life, 1)
        elif name == "withdrawn":
            owner = self.who(life.member.person_id)
            self.plan(life, self.awake(5, 60), lambda at: agreeing.withdraw(owner, no, at=at))
        elif life.kept_back and not life.asked:
            life.asked = True
            self.office(life, Role.ASSESSOR, 12, lambda by, at: intake.ask_supplement(by, no, at=at))
        elif name in ("investigated", "hospital silent") and life.investigated_at is None:
            self.office(life, Role.SENIOR_EXPERT, 20, investigate)
        elif name in ("investigated", "hospital silent"):
            answered = 24 * float(self.world.rng.uniform(*((4, 22) if name == "investigated" else (66, 80))))
            self._wait_for_hospital(life, answered, calculate)
        else:
            self.office(life, Role.ASSESSOR, 10, calculate)

    def _wait_for_hospital(self, life: Life, hours: float, calculate: Callable[[Any, datetime], object]) -> None:
        assert life.investigated_at is not None
        answered = life.investigated_at + timedelta(hours=hours)
        self.office(
            life, Role.ASSESSOR, 15, calculate, later=max(0.0, (answered - self.world.now) / timedelta(hours=1))
        )

    def _waits_for_papers(self, life: Life, row: dict[str, Any]) -> None:
        from hearth.desks.claims import intake
        from hearth.store.models import Supplement

        by, no = self.who(life.member.person_id), life.claim_no
        if not Supplement.objects.filter(
            claim__claim_no=no, ended_at__isnull=True, delivered_at__isnull=False
        ).exists():
            self._unread(life)
            return

        def receive(at: datetime) -> None:
            asked = Supplement.objects.filter(claim__claim_no=no, ended_at__isnull=True).first()
            if asked is not None:
                self.add_papers(life, by, [item["paper"] for item in asked.items], at)
                intake.receive_supplement(by, no, at=at)

        if not life.never_comes:
            hours = float(self.world.rng.choice([30, 70, 120, 220, 420], p=[0.25, 0.3, 0.2, 0.15, 0.1]))
            self.plan(life, self.awake(hours * 0.7, hours * 1.3), receive)

    def _unread(self, life: Life) -> None:
        """A notice that no carrier brought lies in the inbox: some days later the member reads it there."""
        from hearth.desks.service import notices
        from hearth.store.models import Notice

        by = self.who(life.member.person_id)
        late = self.world.now - timedelta(days=2)
        waiting = Notice.objects.filter(
            claim__claim_no=life.claim_no, person=life.member.person_id, delivered_at__isnull=True, made_at__lt=late
        )
        found = waiting.order_by("pk").values_list("pk", flat=True).last()
        if found is None:
            self.wait(life, 12)
        else:
            self.plan(life, self.awake(1, 20), lambda at: notices.mark_read(by, found, at=at))

    def give_up(self, life: Life, by: Any) -> None:
        """The member said by telephone that there are no more papers: the claim goes on with what is here."""
        from hearth.desks.claims import intake

        if life.never_comes and self._row(life)["state"] == S.SUPPLEMENT:
            self.plan(
                life, self.world.now,
                lambda at: intake.receive_supplement(by, life.claim_no, at=at, gave_up=True),
            )  # fmt: skip

    def _calculated(self, life: Life, row: dict[str, Any]) -> None:
        from hearth.desks import founding
        from hearth.desks.claims import calculating, deciding

        no = life.claim_no

        def decide(by: Any, at: datetime) -> None:
            # What changed since is computed again; where nothing did, this changes nothing.
            calculating.calculate(by, no, at=at)
            said = founding.proposal_of(no)
            if said == Outcome.REFUSED or life.fate.name == "refused":
                deciding.decide(
                    by, no, at=at, outcome=Outcome.REFUSED, reason="excluded", clause="4.1",
                    evidence=founding.evidence_of(no), words="不在约定的保险责任内。",
                )  # fmt: skip
            else:
                deciding.decide(by, no, at=at, outcome=said)

        if row["proposed"]:
            self.office(life, Role.REVIEWER, 10, lambda by, at: deciding.approve(by, no, at=at), later=0.5)
        else:
            self.office(life, Role.ASSESSOR, 8, decide, later=float(self.world.rng.uniform(0, 6)))

    def _decided(self, life: Life, row: dict[str, Any]) -> None:
        from hearth.desks.claims import agreeing

        if row["told_at"] is None:
            self._unread(life)
            return
        by = self.who(life.member.person_id)
        if self.world.rng.random() < 0.12 and row["account_id"] is not None:
            # Silence: the house says what it means.
            self.wait(life, 24 * 11)
            return
        account = life.paid_account or life.member.accounts[0]
        life.paid_account = account
        hours = float(self.world.rng.exponential(30)) + 0.2
        self.plan(
            life, self.awake(hours, hours + 1),
            lambda at: agreeing.agree(by, life.claim_no, at=at, account_id=account),
        )  # fmt: skip

    def _returned(self, life: Life, row: dict[str, Any]) -> None:
        from hearth.desks import money

        by, account = self.who(life.member.person_id), life.member.accounts[-1]
        hours = float(self.world.rng.uniform(10, 330))
        self.plan(
            life, self.awake(hours, hours + 10),
            lambda at: money.correct_account(by, life.claim_no, at=at, account_id=account),
        )  # fmt: skip

    def _at_bank(self, life: Life, row: dict[str, Any]) -> None:
        self.wait(life, 30)

    # --- what they share ---

    def _row(self, life: Life) -> dict[str, Any]:
        from hearth.store.models import Claim, Proposal

        found = Claim.objects.filter(claim_no=life.claim_no)
        row: dict[str, Any] = dict(
            found.values(
                "pk",
                "state",
                "for_person",
                "told_at",
                "account_id",
                "is_disputed",
                "reopened_count",
                "decision__paid_out_fen",
            )[0]
        )
        waiting = row["state"] == S.CALCULATED
        row["proposed"] = waiting and Proposal.objects.filter(claim=row["pk"], state="waiting").exists()
        return row

    def add_papers(self, life: Life, by: Any, kinds: list[str], at: datetime) -> None:
        from hearth.desks import documents

        for kind in kinds:
            documents.add_paper(
                by, life.claim_no, at=at, kind=kind, upload=_Upload(f"{kind}.jpg"),
                content=f"{life.claim_no} {kind}".encode(), thumbnail=b"s", is_read=False,
            )  # fmt: skip

    def awake(self, least: float, most: float) -> datetime:
        """After so many hours, by day."""
        at = self.world.now + timedelta(hours=float(self.world.rng.uniform(least, most)))
        local = at.astimezone(CHINA_TIME)
        return at if 7 <= local.hour < 23 else at + timedelta(hours=9)


@dataclass(frozen=True, slots=True)
class _Upload:
    name: str
    content_type: str = "image/jpeg"
    size: int = 12
    width: int = 600
    height: int = 800
    pages: int = 1


def _drawn(shares: tuple[tuple[str, float], ...], rng: np.random.Generator) -> str:
    names = [name for name, _ in shares]
    return str(rng.choice(names, p=[share for _, share in shares]))


def fate_of(rng: np.random.Generator, is_own: bool) -> Fate:
    """One of the fates, by its share; those of members alone fall to them."""
    fates = [fate for fate in FATES if is_own or not fate.own]
    shares = np.array([fate.share * (2.5 if fate.own else 1.0) for fate in fates])
    return fates[int(rng.choice(len(fates), p=shares / shares.sum()))]


def reported_at(rng: np.random.Generator, days: list[date], weights: np.ndarray) -> datetime:
    """A moment of the quarter at which somebody reports: fewer on rest days, few at night."""
    day = days[int(rng.choice(len(days), p=weights))]
    minute = float(np.clip(rng.normal(14.5, 3.8), 6.5, 23.5)) * 60
    return datetime(day.year, day.month, day.day, tzinfo=CHINA_TIME) + timedelta(minutes=minute)
