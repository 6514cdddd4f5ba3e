"""Made: the rows of a batch: a person, their account, their policy, and claims with every step they took."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib.metadata import version

import numpy as np

from hearth.desks.loading.copied import Rows, ids, sealed
from hearth.desks.loading.template import Template, own
from hearth.kernel.promises.clock import started
from hearth.kernel.promises.deadline import deadline
from hearth.store.access.people import account_digest, phone_digest
from hearth.store.calendars import work_calendar
from hearth.store.models import (
    BankAccount,
    Calculation,
    Claim,
    ClaimPolicy,
    Cover,
    Deadline,
    Decision,
    InvoiceKey,
    Payment,
    Person,
    Policy,
    Supplement,
    Transition,
)
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from hearth.words.money import yuan

S = ClaimState
WAY = (S.REPORTED, S.SUBMITTED, S.ACCEPTED, S.REVIEW, S.CALCULATED, S.DECIDED, S.AGREED, S.PAID, S.CLOSED)
LATELY = (S.REPORTED, S.SUBMITTED, S.ACCEPTED, S.SUPPLEMENT, S.REVIEW, S.CALCULATED, S.DECIDED, S.PAID)
"""States of claims that began lately."""
LARGE = "million-medical"
"""The product whose claims people decide, one a person; the others' are decided by the machine."""
LIMIT = "L1"
AUTHORITY_FEN = 100_000_000
INVOICE_CODE = "44060126"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱林郭马梁谢韩唐冯于董萧程曹袁邓许"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国文博思"
VISIBLE = {S.REPORTED: "reported", S.REVIEW: "review_begun", S.CALCULATED: "calculated", S.CLOSED: "closed",
           S.WITHDRAWN: "withdrawn"}  # fmt: skip
MISSING = json.dumps(
    [{"paper": "medical_record", "numbers": [], "about": "claim", "name_zh": "门诊病历", "name_en": "medical record",
      "why_zh": "证明就诊原因与治疗经过", "why_en": "proves cause and course of the treatment", "clause": "",
      "product": "", "worth_fen": None}], ensure_ascii=False
)  # fmt: skip


@dataclass
class Ground:
    """What batches stand on: branches, two people who work on the claims, the products."""

    branches: tuple[int | None, ...]
    steward: int
    assessor: int
    _due: dict[date, tuple[datetime | None, date | None]] = field(default_factory=dict)

    def due_of(self, accepted: datetime) -> tuple[datetime | None, date | None]:
        """When the legal limit of a claim accepted on a day ends, and the day the house wants to be done by."""
        day = day_in_china(accepted)
        if day not in self._due:
            due = deadline(started(LIMIT, accepted), work_calendar())
            self._due[day] = (due.due_at, due.target_on)
        return self._due[day]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One claim to come: like which template, and where it stands."""

    like: Template
    end: ClaimState

    @property
    def steps(self) -> tuple[ClaimState, ...]:
        """Its steps after the draft."""
        if self.end is S.WITHDRAWN:
            return (S.REPORTED, S.WITHDRAWN)
        if self.end is S.SUPPLEMENT:
            return (*WAY[:3], S.SUPPLEMENT)
        return WAY[: WAY.index(self.end) + 1]

    @property
    def paid_fen(self) -> int:
        """What was paid on it."""
        return self.like.payable_fen if self.end in (S.PAID, S.CLOSED) else 0


class Made:
    """The rows of a batch as they are made."""

    def __init__(
        self, at: datetime, rng: np.random.Generator, ground: Ground, people: list[int], policy_nos: list[str]
    ) -> None:
        self.at, self.rng, self.ground = at, rng, ground
        self.people, self.policy_nos = iter(people), iter(policy_nos)
        self.paid: dict[str, int] = {}
        self.engine = f"hearth {version('hearth')}"
        self.tables = [
            Rows(model)
            for model in (
                Person, BankAccount, Policy, Cover, Claim, ClaimPolicy, InvoiceKey, Transition, Supplement, Calculation,
                Decision, Payment, Deadline,
            )
        ]  # fmt: skip
        self.of = {rows.model: rows for rows in self.tables}

    def take(self, claim_nos: list[str], record_id: int) -> None:
        """The numbers of the claims, the rows' ids, and the record that all of it rests on."""
        count = len(claim_nos)
        self.record_id = record_id
        self.claim_nos = iter(claim_nos)
        self.ids = {model: iter(ids(model, count)) for model in (Claim, Calculation, Decision, Policy, BankAccount)}

    def person(self, of: Sequence[Drawn]) -> None:
        """A person, their account, their policy and their claims."""
        person_id, policy_no = next(self.people), next(self.policy_nos)
        like = of[0].like
        name = _name(self.rng)
        born_on = date(1946, 1, 1) + timedelta(days=int(self.rng.integers(0, 365 * 60)))
        phone = f"+86{16_600_000_000 + person_id}"
        joined = datetime.combine(like.starts_on, time(2), UTC) - timedelta(days=3)
        branch = self.ground.branches[int(self.rng.integers(len(self.ground.branches)))]
        self.of[Person].add(
            id=person_id,
            password="!",
            username=f"load{person_id}",
            full_name=name,
            phone=sealed(Person, "phone", phone),
            phone_digest=phone_digest(phone),
            phone_tail=phone[-4:],
            born_on=born_on,
            sex="FM"[person_id % 2],
            branch_id=branch,
            steward_id=self.ground.steward,
            joined_at=joined,
        )
        account_id, number = next(self.ids[BankAccount]), f"6222000{person_id:012d}"
        self.of[BankAccount].add(
            id=account_id,
            person_id=person_id,
            holder_name=name,
            bank="演示银行",
            number=sealed(BankAccount, "number", number),
            number_digest=account_digest(number),
            number_tail=number[-4:],
            added_at=joined,
        )
        policy_id = next(self.ids[Policy])
        self.of[Policy].add(
            id=policy_id,
            policy_no=policy_no,
            product=like.product,
            plan=like.plan,
            holder_id=person_id,
            starts_on=like.starts_on,
            ends_on=like.starts_on.replace(year=like.starts_on.year + 1),
            state_at=joined,
            branch_id=branch,
            issued_at=joined,
        )
        self.of[Cover].add(policy_id=policy_id, person_id=person_id)
        for one in of:
            self._claim(one, person_id, account_id, policy_id, policy_no, branch)

    def _claim(
        self, one: Drawn, person_id: int, account_id: int, policy_id: int, policy_no: str, branch: int | None
    ) -> None:
        claim_id, claim_no, like = next(self.ids[Claim]), next(self.claim_nos), one.like
        invoice = f"{claim_id:012d}"
        moments = self._moments(one)
        numbers = {"{claim}": claim_no, "{person}": str(person_id), "{policy}": policy_no, "{invoice}": invoice}
        decision_id = self._decided(one, claim_id, numbers, moments, account_id, person_id)
        by_machine = like.product != LARGE
        due = self._deadline(one, claim_id, moments)
        self.of[Claim].add(
            id=claim_id,
            claim_no=claim_no,
            person_id=person_id,
            reporter_id=person_id,
            state=one.end.value,
            product=like.product,
            seq=len(one.steps),
            state_at=moments[one.steps[-1]],
            facts=own(like.facts, numbers),
            event_on=like.event_on,
            claimed_fen=like.claimed_fen,
            account_id=account_id if S.AGREED in moments else None,
            branch_id=branch,
            steward_id=self.ground.steward,
            assessor_id=None if by_machine or S.REVIEW not in moments else self.ground.assessor,
            decision_id=decision_id,
            reported_at=moments[S.REPORTED],
            submitted_at=moments.get(S.SUBMITTED),
            accepted_at=moments.get(S.ACCEPTED),
            decided_at=moments.get(S.DECIDED),
            told_at=moments.get(S.DECIDED),
            agreed_at=moments.get(S.AGREED),
            paid_at=moments.get(S.PAID),
            closed_at=moments.get(S.CLOSED, moments.get(S.WITHDRAWN)),
            due_at=due,
        )
        self.of[ClaimPolicy].add(
            claim_id=claim_id, policy_id=policy_id, position=0, payable_fen=like.payable_fen if decision_id else None
        )
        for place in range(1, like.invoices + 1):
            self.of[InvoiceKey].add(
                claim_id=claim_id, key=f"{INVOICE_CODE}|{invoice}{place}", number=f"{invoice}{place}"
            )
        before = S.DRAFT
        worker = f"person:{self.ground.assessor}"
        for seq, to in enumerate(one.steps, 1):
            mine = to in (S.REPORTED, S.SUBMITTED, S.AGREED, S.WITHDRAWN)
            self.of[Transition].add(
                claim_id=claim_id,
                seq=seq,
                from_state=before.value,
                to_state=to.value,
                at=moments[to],
                by=f"person:{person_id}" if mine else "house" if by_machine or to in (S.PAID, S.CLOSED) else worker,
                visible=_visible(to, like.payable_fen).replace("{claim}", claim_no),
                record_id=self.record_id,
            )
            before = to
        if one.end is S.SUPPLEMENT:
            self.of[Supplement].add(
                claim_id=claim_id,
                number=1,
                items=MISSING,
                asked_by_id=self.ground.assessor,
                asked_at=moments[S.SUPPLEMENT],
                delivered_at=moments[S.SUPPLEMENT],
            )

    def _moments(self, one: Drawn) -> dict[ClaimState, datetime]:
        """When each step was: some hours apart, the last one before now."""
        first, *later = self.rng.random(len(one.steps)).tolist()
        at = datetime.combine(one.like.event_on, time(1), UTC) + timedelta(hours=4 + 26 * first)
        found: dict[ClaimState, datetime] = {}
        for to, share in zip(one.steps, (*later, 0.0), strict=True):
            found[to] = min(at, self.at)
            at += timedelta(days=10) if to is S.PAID else timedelta(hours=1 + 21 * share)
        return found

    def _decided(
        self,
        one: Drawn,
        claim_id: int,
        numbers: dict[str, str],
        moments: dict[ClaimState, datetime],
        account_id: int,
        person_id: int,
    ) -> int | None:
        """Calculation, decision and payment, as far as the claim came."""
        if S.CALCULATED not in moments:
            return None
        like, by_machine = one.like, one.like.product != LARGE
        calculation_id = next(self.ids[Calculation])
        self.of[Calculation].add(
            id=calculation_id,
            claim_id=claim_id,
            at=moments[S.CALCULATED],
            by="house" if by_machine else f"person:{self.ground.assessor}",
            case=own(like.case, numbers),
            result=own(like.result, numbers),
            engine=self.engine,
            terms=json.dumps(like.terms),
            at_stake_fen=like.payable_fen,
            payable_fen=like.payable_fen,
            paid_out_fen=like.payable_fen,
            proposal=like.proposal,
        )
        if S.DECIDED not in moments:
            return None
        decision_id = next(self.ids[Decision])
        self.of[Decision].add(
            id=decision_id,
            claim_id=claim_id,
            number=1,
            calculation_id=calculation_id,
            outcome=like.proposal,
            payable_fen=like.payable_fen,
            paid_out_fen=like.payable_fen,
            is_automatic=by_machine,
            decided_by_id=None if by_machine else self.ground.assessor,
            at_stake_fen=like.payable_fen,
            authority_fen=AUTHORITY_FEN,
            decided_at=moments[S.DECIDED],
            record_id=self.record_id,
        )
        if S.PAID in moments:
            self.of[Payment].add(
                claim_id=claim_id,
                decision_id=decision_id,
                payee_id=person_id,
                account_id=account_id,
                amount_fen=like.payable_fen,
                key=f"{numbers['{claim}']}-1-benefit-1",
                state="confirmed",
                bank_ref=f"LOAD{claim_id}",
                attempts=1,
                next_at=moments[S.PAID],
                agreed_at=moments[S.AGREED],
                intended_at=moments[S.AGREED],
                sent_at=moments[S.PAID],
                settled_at=moments[S.PAID],
            )
            self.paid[like.product] = self.paid.get(like.product, 0) + like.payable_fen
        return decision_id

    def _deadline(self, one: Drawn, claim_id: int, moments: dict[ClaimState, datetime]) -> datetime | None:
        """The legal limit of a claim that was accepted and not decided; it stands still while papers are waited for."""
        accepted = moments.get(S.ACCEPTED)
        if accepted is None or S.DECIDED in moments:
            return None
        due = self.ground.due_of(accepted)
        paused = one.end is S.SUPPLEMENT
        pauses = [[moments[S.SUPPLEMENT].isoformat(), None]] if paused else []
        self.of[Deadline].add(
            claim_id=claim_id,
            code=LIMIT,
            started_at=accepted,
            pauses=json.dumps(pauses),
            due_at=None if paused else due[0],
            target_on=due[1],
            state="paused" if paused else "running",
        )
        return None if paused else due[0]


@lru_cache(maxsize=4_096)
def _visible(to: ClaimState, payable_fen: int) -> str:
    """What the customer reads of a step, as JSON; "{claim}" stands where the claim's number goes."""
    if to in (S.DECIDED, S.PAID, S.AGREED):
        return json.dumps({"id": to.value, "values": {"amount": yuan(payable_fen), "tail": "****"}})
    values = {"claim_no": "{claim}"} if to is S.REPORTED else {}
    return json.dumps({"id": VISIBLE[to], "values": values}) if to in VISIBLE else "{}"


def _name(rng: np.random.Generator) -> str:
    family, *given = (int(place) for place in rng.integers(0, 30, size=3))
    return SURNAMES[family] + "".join(GIVEN[place] for place in given[: 1 + given[0] % 2])
