"""The cast as rows: members with their families, policies and accounts, and everybody who works on their claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection

from hearth.desks import documents
from hearth.store.access import Who, who, who_partner
from hearth.store.access.people import account_digest, id_digest, phone_digest
from hearth.store.models import (
    BankAccount,
    Branch,
    Claim,
    Consent,
    Cover,
    Household,
    Partner,
    Payment,
    Person,
    Policy,
    Relation,
    RoleGrant,
)
from hearth.words.claims import Role
from hearth.words.consents import CONSENTS, DataClass, Purpose
from hearth.words.days import add_months
from hearth.words.numbers import check_digit
from tests.cast import AN, BO, FAMILY, GU, HUI, HUIS_DAUGHTER, HUIS_HUSBAND, HUIS_SON, LAN, MEI, Member

AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
"""A Monday morning in China, after Bo's cover began."""

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

PHONES = {"mei": "13800000001", "bo": "13800000002", "lan": "13800000003", "hui": "13800000004", "qiang": "13800000005"}
IDENTITIES = {
    "mei": "11010119740506002",
    "bo": "11010119911123001",
    "lan": "11010119850228002",
    "hui": "11010119880808002",
    "qiang": "11010119860319001",
    "yue": "11010120150930002",
    "tian": "11010120191201001",
}
"""The first seventeen places."""

STAFF: tuple[tuple[str, str, Role, str, int], ...] = (
    # code, name, role, branch, authority in fen
    (AN.code, AN.zh, Role.STEWARD, "sz", 0),
    (GU.code, GU.zh, Role.CLAIM_EXPERT, "sz", 0),
    ("ai", "艾", Role.ASSESSOR, "sz", 3_000_000),
    ("lin", "林", Role.ASSESSOR, "sz", 3_000_000),
    ("rui", "芮", Role.REVIEWER, "hq", 50_000_000),
    ("shi", "石", Role.SENIOR_EXPERT, "hq", 20_000_000),
    ("fang", "方", Role.FINANCE, "hq", 0),
    ("shen", "沈", Role.AUDITOR, "hq", 0),
    ("guan", "管", Role.ADMINISTRATOR, "hq", 0),
)


@dataclass
class Cast:
    """Everybody, by code; policies by number; `who` at a moment."""

    people: dict[str, Person] = field(default_factory=dict)
    branches: dict[str, Branch] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    accounts: dict[str, BankAccount] = field(default_factory=dict)
    partner: Partner | None = None

    def who(self, code: str, at: datetime = AT) -> Who:
        """Somebody as they ask at a moment."""
        return who(self.people[code], at)

    def id(self, code: str) -> int:
        """The number of a person."""
        return self.people[code].pk

    def insurer(self, *scopes: str) -> Who:
        """The insurer that brings claims in through the interface."""
        assert self.partner is not None
        return who_partner(self.partner, frozenset(scopes or ("claims:write", "claims:read")))

    def issue(self, no: str, product: str, starts_on: date, *insured: str, **more: Any) -> Policy:
        """One more policy; the first insured holds it."""
        years = more.pop("years", 1)
        policy = Policy.objects.create(
            policy_no=no,
            product=product,
            holder=self.people[more.pop("holder", insured[0])],
            starts_on=starts_on,
            ends_on=starts_on.replace(year=starts_on.year + years),
            state_at=AT,
            issued_at=AT,
            premium_fen=more.pop("premium_fen", 36_500),
            branch=self.branches["sz"],
            **more,
        )
        for code in insured:
            Cover.objects.create(policy=policy, person=self.people[code])
        self.policies[no] = policy
        return policy


def cast(agreed: Sequence[str] = ("mei", "bo", "lan", "hui", "qiang")) -> Cast:
    """The cast of the tests, made anew; those in `agreed` let their health data, and their children's, be used."""
    made = Cast()
    for code, zh, en, headquarters in (
        ("hq", "总部", "Headquarters", True),
        ("sz", "深圳", "Shenzhen", False),
        ("gz", "广州", "Guangzhou", False),
    ):
        made.branches[code] = Branch.objects.create(code=code, name_zh=zh, name_en=en, is_headquarters=headquarters)
    for member in (MEI, BO, LAN, *FAMILY):
        made.people[member.code] = _member(member, made.branches["sz"])
    for code, name, role, branch, authority in STAFF:
        person = Person(username=code, full_name=name, branch=made.branches[branch])
        person.set_unusable_password()
        person.save()
        made.people[code] = person
        RoleGrant.objects.create(
            person=person,
            role=role.value,
            branch=None if branch == "hq" else made.branches[branch],
            authority_fen=authority,
            from_at=AT - 300 * DAY,
        )
    for code in ("mei", "bo", "lan", "hui", "qiang"):
        made.people[code].steward = made.people[AN.code]
        made.people[code].save()
        made.accounts[code] = _account(made.people[code])
    household = Household.objects.create(name=HUI.zh)
    for child in (HUIS_DAUGHTER, HUIS_SON):
        _relation(made, HUI, child, "guardian", household)
    _relation(made, HUI, HUIS_HUSBAND, "spouse", household)
    made.partner = Partner.objects.create(code="ping", name="平安里保险", kind="insurer", branch=made.branches["sz"])
    january = date(2026, 1, 1)
    made.issue("M1-MEI", "million-medical", january, "mei", plan="standard")
    made.issue("OP-MEI", "outpatient", january, "mei", plan="standard")
    made.issue("M1-BO", "million-medical", date(2026, 6, 1), "bo", plan="standard")
    made.issue("OP-LAN", "outpatient", date(2025, 1, 1), "lan", plan="standard")
    made.issue("M1-HUI", "million-medical", january, "hui", "qiang", "yue", "tian", plan="family", household=household)
    made.issue("ACC-YUE", "accident-medical", january, "yue", holder="hui", plan="standard", household=household)
    made.issue("CI-MEI", "critical-illness", january, "mei", plan="standard", facts={"sum_insured": "300,000.00"})
    for code in agreed:
        agrees(made, code, code)
        for child in ("yue", "tian") if code == "hui" else ():
            agrees(made, child, code)
    return made


def agrees(made: Cast, whose: str, by: str, at: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
    """Somebody's yes, or a guardian's for a child, to the use of health data for claims."""
    wanted = {DataClass.HEALTH} if whose == by else {DataClass.HEALTH, DataClass.CHILD}
    for one in CONSENTS:
        if one.purpose is Purpose.CLAIM and one.data_class in wanted:
            Consent.objects.create(
                person=made.people[whose],
                given_by=made.people[by],
                purpose=one.purpose,
                data_class=one.data_class,
                version=one.version,
                words_digest=one.digest("zh"),
                given_at=at,
            )


def _member(member: Member, branch: Branch) -> Person:
    phone = PHONES.get(member.code, "")
    identity = IDENTITIES[member.code] + check_digit(IDENTITIES[member.code])
    person = Person(
        username=member.code,
        full_name=member.zh,
        born_on=member.born_on,
        sex=member.sex,
        branch=branch,
        phone=phone,
        phone_digest=phone_digest(phone) if phone else None,
        phone_tail=phone[-4:],
        id_number=identity,
        id_digest=id_digest(identity),
        joined_at=AT,
    )
    person.set_unusable_password()
    person.save()
    return person


def _account(person: Person) -> BankAccount:
    number = f"62220202001122{person.pk:05d}"
    return BankAccount.objects.create(
        person=person,
        holder_name=person.full_name,
        bank="中国工商银行",
        number=number,
        number_digest=account_digest(number),
        number_tail=number[-4:],
        added_at=AT,
    )


def _relation(made: Cast, one: Member, other: Member, kind: str, household: Household) -> None:
    Relation.objects.create(
        person=made.people[one.code],
        other=made.people[other.code],
        household=household,
        kind=kind,
        proof="户口簿",
        proven_at=AT - 200 * DAY,
        proven_by=made.people[AN.code],
        until_on=add_months(other.born_on, 14 * 12) if kind == "guardian" else None,
    )


_NUMBERS = count(1)


def visit(amount: str = "480.00", fund: str = "120.00", on: str = "2026-05-20", **more: Any) -> dict[str, Any]:
    """An outpatient invoice settled through social insurance; each with a number and a clinic of its own."""
    cash = f"{float(amount) - float(fund):.2f}"
    number = next(_NUMBERS)
    return {
        "code": "11060126",
        "number": f"{number:010d}",
        "setting": "outpatient",
        "visited_on": on,
        "hospital": {"name": "市第一人民医院", "level": 3, "clinic": f"内分泌科 {number} 诊室"},
        "icd": "E11.9",
        "total": amount,
        "fund": fund,
        "account": "0.00",
        "cash": cash,
        "lines": [{"category": "western_drug", "name": "二甲双胍", "amount": amount}],
        **more,
    }


def stay(**more: Any) -> dict[str, Any]:
    """The stay of E1: eligible 68,112.17, public funds 41,059.30."""
    return {
        "code": "11060126",
        "number": f"{next(_NUMBERS):010d}",
        "setting": "inpatient",
        "admitted_on": "2026-04-02",
        "discharged_on": "2026-04-15",
        "hospital": {"name": "市第一人民医院", "level": 3},
        "icd": "K80.1",
        "total": "68432.17",
        "fund": "41059.30",
        "account": "2000.00",
        "cash": "25372.87",
        "lines": [
            {"category": "surgery", "name": "腹腔镜胆囊切除术", "amount": "68112.17"},
            {"category": "escort_bed", "name": "陪护床", "amount": "320.00", "out_of_scope": "all"},
        ],
        **more,
    }


def small_stay(amount: str = "5000.00", **more: Any) -> dict[str, Any]:
    """A stay whose cost the yearly deductible of M1 takes whole."""
    lines = [{"category": "surgery", "name": "清创缝合", "amount": amount}]
    return stay(total=amount, fund="0.00", account="0.00", cash=amount, lines=lines, **more)


VISIT_PAPERS = ("invoice", "itemised_list", "medical_record")
STAY_PAPERS = ("invoice", "itemised_list", "discharge_summary")


def add_papers(by: Who, claim_no: str, *kinds: str, at: datetime = AT) -> list[int]:
    """Papers of these kinds, each with bytes of its own."""
    return [
        documents.add_paper(
            by,
            claim_no,
            at=at,
            kind=kind,
            upload=Upload(f"{kind}.jpg"),
            content=f"{claim_no} {kind}".encode(),
            thumbnail=b"s",
        )
        for kind in kinds
    ]


@dataclass(frozen=True)
class Upload:
    """What the door found out about uploaded bytes."""

    name: str
    content_type: str = "image/jpeg"
    size: int = 12
    width: int = 600
    height: int = 800
    pages: int = 1
    sha256: str = ""


def confirm(claim: Claim, state: str = "confirmed") -> Payment:
    """A payment of the claim's decision that the bank has dealt with, as the money desk leaves it."""
    assert claim.decision is not None and claim.account is not None
    payment = Payment.objects.create(
        claim=claim,
        decision=claim.decision,
        payee=claim.account.person,
        account=claim.account,
        amount_fen=claim.decision.paid_out_fen,
        key=f"{claim.claim_no}-{claim.decision.number}-{Payment.objects.count()}",
        intended_at=AT,
        next_at=AT,
    )
    for to in ("sent", "confirmed") if state == "confirmed" else ("sent", state):
        payment.state = to
        payment.save()
    return payment


def settle_constraints() -> None:
    """Let the database check now what it checks when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
