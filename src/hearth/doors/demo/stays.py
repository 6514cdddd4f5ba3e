"""Stays: the demo's hospitals and its advances, from a plan that waits for an expert to money paid back by month."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np

from hearth.desks import advances, founding
from hearth.desks.advances import Admission
from hearth.desks.claims import reporting
from hearth.desks.claims.foreseeing import foresee
from hearth.doors.demo.bills import PAPERS, Facts, Till, stay
from hearth.doors.demo.cast import SHENZHEN, account_number
from hearth.doors.demo.fates import latest, moments
from hearth.doors.demo.house import House
from hearth.doors.demo.past import Act, Script
from hearth.doors.demo.steps import STEPS, Claim, add_papers
from hearth.store.access import HOUSE
from hearth.store.access import advances as kept
from hearth.words.advances import advance_consents_on
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState

HOSPITALS = (
    ("H001", "市第一人民医院", "First People's Hospital of the City", 3),
    ("H002", "市儿童医院", "City Children's Hospital", 3),
)
"""The hospitals that can be paid in advance: code, names, level."""

FIRST = HOSPITALS[0][0]
LEAST_COVERED = timedelta(days=34)
"""An admission earlier after the first day of cover falls into the waiting period."""

DOCTOR, SIGNER, SECOND, EXPERT, CARE, STEWARD = "chen", "luo", "zheng", "gu", "su", "an"
Doing = Callable[[datetime], object]


@dataclass(frozen=True, slots=True)
class Turn:
    """Something done after so many hours, by day or in office hours."""

    hours: float
    in_office: bool
    do: Doing


@dataclass
class Case:
    """One advance of the demo: whose, who asks, where, and what it comes to."""

    house: House
    person: str
    member: str
    """Who asks for it: the person, or a guardian."""
    hospital: str
    illness: str
    plan: str
    estimate: int
    """Yuan."""
    icd: str
    seed: int
    more: dict[str, Any] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    """The bill at the end, where the stay has one."""
    admitted_on: date = date.min
    advance_no: str = ""

    @property
    def claim(self) -> Claim:
        """The claim of the stay, as the steps of claims take it."""
        return Claim(
            key=f"advance-{self.person}",
            person=self.person,
            member=self.member,
            policy_nos=(),
            facts=self.facts,
            papers=PAPERS["million-medical"],
            story=self.illness,
            fate="advanced",
            branch=SHENZHEN,
        )

    def no(self, at: datetime) -> str:
        """The number under which it was told of."""
        if not self.advance_no:
            person_id = self.house.of(self.person)
            listed = kept.advances_of(self.house.who(self.member, at), at)
            self.advance_no = next(
                row.advance_no for row in listed if (row.person_id, row.admitted_on) == (person_id, self.admitted_on)
            )
        return self.advance_no

    # --- what people do ----------------------------------------------------------------------------------------------

    def tell(self, at: datetime) -> None:
        """The member tells of the admission."""
        told = Admission(
            admitted_on=self.admitted_on,
            illness=self.illness,
            icd=self.icd,
            plan=self.plan,
            estimate_fen=self.estimate * 100,
            **self.more,
        )
        by = self.house.who(self.member, at)
        self.advance_no = advances.notify(by, self.house.of(self.person), told, at=at, hospital=self.hospital)

    def call(self, at: datetime) -> None:
        """The steward calls."""
        advances.call(self.house.who(STEWARD, at), self.no(at), at=at, note="已说明垫付条件，并请医院补充治疗方案。")

    def agree(self, at: datetime) -> None:
        """Everything that is asked for is agreed to, one by one; asked again nothing is agreed to twice."""
        by = self.house.who(self.member, at)
        for one in advance_consents_on(day_in_china(at)):
            advances.consent(by, self.no(at), one.what, one.version, at=at, words=one.zh)

    def opine(self, at: datetime) -> None:
        """Dr Chen looks at the plan."""
        advances.opine(
            self.house.who(DOCTOR, at), self.no(at), at=at, verdict="necessary",
            reasons="指征明确，方案与病情相符，未见超常规用药和耗材。", reference="中华医学会相应诊疗指南",
        )  # fmt: skip

    def sign(self, by: str, at: datetime) -> None:
        """A letter is issued, or proposed where it is above what somebody signs alone."""
        advances.guarantee(self.house.who(by, at), self.no(at), at=at, look=foresee)

    def second(self, at: datetime) -> None:
        """Somebody with more authority issues the letter that was proposed."""
        advances.approve(self.house.who(SIGNER, at), self.no(at), at=at, look=foresee)

    def prepare(self, yuan: int, at: datetime) -> None:
        """An instalment is prepared."""
        advances.prepare(self.house.who("qian", at), self.no(at), yuan * 100, at=at)

    def release(self, at: datetime) -> None:
        """Somebody else lets it go."""
        for each in kept.advance_file(HOUSE, self.no(at), at).instalments:
            advances.release(self.house.who("jin", at), each.id, at=at)

    def cost(self, yuan: int, day: int, at: datetime) -> None:
        """What a day of the stay cost."""
        on = self.admitted_on + timedelta(days=day)
        advances.tell_cost(self.house.who(CARE, at), self.no(at), on, yuan * 100, at=at)

    def discharge(self, at: datetime) -> None:
        """The patient has left; the bill comes with the news."""
        left = date.fromisoformat(self.facts["invoices"][0]["discharged_on"])
        advances.discharge(self.house.who(STEWARD, at), self.no(at), left, at=at, settlement=self.facts)

    def send_claim(self, at: datetime) -> None:
        """The member adds papers and account to the claim that was opened by itself, and sends it."""
        by, claim = self.house.who(self.member, at), self._opened(at)
        no = self.house.claims[claim.key]
        if founding.state_of(no) != ClaimState.REPORTED:
            return
        reporting.save_draft(by, no, at=at, account_id=self.house.accounts[self.member])
        if not founding.papers_of(no):
            add_papers(self.house, claim, at, list(claim.papers))
        reporting.submit(by, no, at=at)

    def on_claim(self, name: str, at: datetime) -> None:
        """A step of the claim of the stay."""
        STEPS[name].do(self.house, self._opened(at), at)

    def _opened(self, at: datetime) -> Claim:
        claim = self.claim
        self.house.claims[claim.key] = kept.advance_file(HOUSE, self.no(at), at).claim_no
        return claim

    def sign_plan(self, at: datetime) -> None:
        """The member chooses six months to pay back in."""
        first = day_in_china(at) + timedelta(days=20)
        advances.sign_plan(self.house.who(self.member, at), self.no(at), 6, first, at=at, may_set_off=True)

    def pay_back(self, at: datetime) -> None:
        """The first month is paid."""
        signed = kept.advance_file(HOUSE, self.no(at), at).plan_signed
        assert signed is not None
        fen = signed.instalments[0][1]
        reference = f"{self.no(at)}-1"
        advances.recover(self.house.who("qian", at), self.no(at), fen, at=at, payer="member", reference=reference)

    def ask_to_let_off(self, yuan: int, at: datetime) -> None:
        """The steward proposes to let a member in hardship off a part."""
        why = "住院后停工，家中有两位老人需照料，已提供社区证明。"
        advances.propose_waiver(self.house.who(STEWARD, at), self.no(at), yuan * 100, at=at, why=why)


def open_hospitals(house: House, at: datetime) -> Script:
    """The hospitals, each with an account that one person entered and another confirmed."""
    for number, (code, name, name_en, level) in enumerate(HOSPITALS):
        account = account_number(number + 1, "62220002")
        for doing in (
            partial(_register, house, code, name, name_en, level),
            partial(_enter_account, house, code, name, account),
            partial(_confirm_account, house, code, account),
        ):
            at += timedelta(seconds=1)
            yield Act(at, doing)


def _register(house: House, code: str, name: str, name_en: str, level: int, at: datetime) -> None:
    advances.register_hospital(house.who("ye", at), code, at=at, name=name, name_en=name_en, level=level)


def _enter_account(house: House, code: str, name: str, number: str, at: datetime) -> None:
    row = next(each for each in kept.hospitals(HOUSE, at) if each.code == code)
    if not row.account_tail and row.waiting_id is None:
        by = house.who("qian", at)
        advances.enter_account(by, row.id, at=at, holder_name=name, bank="演示银行", number=number)


def _confirm_account(house: House, code: str, number: str, at: datetime) -> None:
    row = next(each for each in kept.hospitals(HOUSE, at) if each.code == code)
    if row.waiting_id is not None:
        advances.confirm_account(house.who("jin", at), row.waiting_id, at=at, number=number)


# --- the cases -------------------------------------------------------------------------------------------------------


def stays(
    house: House, covered_from: Callable[[str], date], first: date, until: datetime, seed: int
) -> Iterator[Script]:
    """Every advance of the demo whose person has been covered for long enough by then.

    Needs:   `covered_from`: the first day of somebody's cover, by user name; `first`: the first day of the demo's year
    """
    till = Till(np.random.default_rng((seed, 7)), 60_000)
    for make, rests in ((_waiting, 0.1), (_in_hospital, 0.1), (_settled, 22.0), (_paid_back, 0.3)):
        case, turns = make(house, till)
        waits = [(timedelta(hours=turn.hours, microseconds=137 * case.seed), turn.in_office) for turn in turns]
        begun = latest(waits, until - timedelta(days=rests))
        case.admitted_on = day_in_china(begun)
        if case.admitted_on < max(first, covered_from(case.member)) + LEAST_COVERED:
            continue
        if case.facts:
            case.facts = _moved(case.facts, case.admitted_on)
        yield (Act(at, turn.do) for turn, at in zip(turns, moments(waits, begun), strict=True))


def _moved(facts: Facts, admitted_on: date) -> Facts:
    """The bill of a stay that begins on this day."""
    (invoice,) = facts["invoices"]
    days = date.fromisoformat(invoice["discharged_on"]) - date.fromisoformat(invoice["admitted_on"])
    left = admitted_on + days
    moved = {**invoice, "admitted_on": admitted_on.isoformat(), "discharged_on": left.isoformat()}
    return {**facts, "invoices": [moved]}


def _bill(till: Till, days: int, whole: int) -> Facts:
    """A stay in the hospital that was paid."""
    facts = stay(till, date(2026, 1, 1), days=days, whole=float(whole), fund=0.45)
    facts["invoices"][0]["hospital"] = {"name": HOSPITALS[0][1], "level": HOSPITALS[0][3]}
    return facts


def _waiting(house: House, till: Till) -> tuple[Case, list[Turn]]:
    """Mei's plan waits for the expert."""
    case = Case(
        house, "mei", "mei", FIRST, "下楼时扭伤膝盖，磁共振示半月板撕裂，医生建议住院手术。",
        "关节镜下半月板修复，预计住院七天。", 62_000, "S83.2", 1,
    )  # fmt: skip
    return case, [Turn(0, False, case.tell), Turn(0.3, False, case.call), Turn(0.4, False, case.agree)]


def _in_hospital(house: House, till: Till) -> tuple[Case, list[Turn]]:
    """Qiang has a letter by two people and lies in hospital; each day's cost is told, near what is watched."""
    case = Case(
        house, "qiang", "qiang", FIRST, "Chest pain at work; a heart attack, a stent was placed the same night.",
        "Stent, then a week of monitoring and tests.", 88_000, "I21.9", 2, {"is_emergency": True},
    )  # fmt: skip
    return case, [
        Turn(0, False, case.tell),
        Turn(0.2, False, case.call),
        Turn(0.2, False, case.agree),
        Turn(1, False, case.opine),
        Turn(0.5, False, partial(case.sign, EXPERT)),
        Turn(1, False, case.second),
        Turn(2, False, partial(case.prepare, 40_000)),
        Turn(0.5, False, case.release),
        *(
            Turn(23 if day else 12, False, partial(case.cost, yuan, day))
            for day, yuan in enumerate((21_600, 8_400, 6_900, 6_200, 5_300, 5_100))
        ),
    ]


def _to_claim(case: Case, yuan: int, days: int) -> list[Turn]:
    """From the admission to a decided claim."""
    return [
        Turn(0, False, case.tell),
        Turn(0.3, False, case.call),
        Turn(0.4, False, case.agree),
        Turn(5, False, case.opine),
        Turn(1, False, partial(case.sign, SECOND)),
        Turn(2, False, partial(case.prepare, yuan)),
        Turn(1, False, case.release),
        Turn(24 * days + 6, False, case.discharge),
        Turn(30, False, case.send_claim),
        Turn(20, True, partial(case.on_claim, "review")),
        Turn(6, True, partial(case.on_claim, "calculate")),
        Turn(2, True, partial(case.on_claim, "decide")),
        Turn(0.1, False, partial(case.on_claim, "told")),
    ]


def _settled(house: House, till: Till) -> tuple[Case, list[Turn]]:
    """Hui's stay: the claim covers what was advanced, and what it pays beyond goes to her."""
    facts = _bill(till, 11, 74_000)
    icd = facts["invoices"][0]["icd"]
    case = Case(house, "hui", "hui", FIRST, "手术住院，医院要求先交押金。", "手术治疗，预计住院十一天。", 70_000,
                icd, 3, facts=facts)  # fmt: skip
    return case, [*_to_claim(case, 20_000, 11), Turn(20, False, partial(case.on_claim, "agree"))]


def _paid_back(house: House, till: Till) -> tuple[Case, list[Turn]]:
    """Bo's stay: more was advanced than the claim pays; he pays back by month, and asks to be let off a part."""
    facts = _bill(till, 9, 58_000)
    icd = facts["invoices"][0]["icd"]
    case = Case(house, "bo", "bo", FIRST, "急性发作住院，手术后恢复。", "手术治疗，预计住院九天。", 70_000, icd, 4,
                {"is_hardship": True, "hardship": "停工在家，没有积蓄。"}, facts)  # fmt: skip
    return case, [
        *_to_claim(case, 40_000, 9),
        Turn(40, False, case.sign_plan),
        Turn(24 * 20, True, case.pay_back),
        Turn(30, True, partial(case.ask_to_let_off, 5_000)),
    ]
