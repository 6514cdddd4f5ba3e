"""Company: the staff with shifts and absences, and the members with policies, as rows; what follows is the desks'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np

from benchmarks.quarter.hours import Colleague, Shift
from hearth.words.calendar import CHINA_TIME
from hearth.words.claims import Role
from hearth.words.consents import CONSENTS, DataClass, Purpose

FOUNDED = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)
COVERED_FROM, COVERED_TO = date(2026, 1, 1), date(2027, 1, 1)
PRODUCTS = ("outpatient", "million-medical", "accident-medical", "hospital-cash", "chronic-care")
HELD_BY_MEMBERS = 0.2
"""The share of people who report by themselves; a partner brings in the claims of the others."""

RETURNING, REFUSED = "62229", "95588"
"""Accounts that begin so: money to them comes back; the bank knows none of them."""
BAD_ACCOUNTS = ((RETURNING, 0.03), (REFUSED, 0.02))

EARLY: tuple[Shift, ...] = tuple((day, 8 * 60, 16 * 60, False) for day in range(1, 6))
LATE: tuple[Shift, ...] = tuple((day, 11 * 60, 20 * 60, False) for day in range(1, 6))
WEEKEND: tuple[Shift, ...] = (
    *((day, 9 * 60, 18 * 60, False) for day in (3, 4, 5)), *((day, 10 * 60, 16 * 60, True) for day in (6, 7)),
)  # fmt: skip
SHIFTS: tuple[tuple[Shift, ...], ...] = ((), EARLY, WEEKEND, LATE)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is insured: their accounts, the wrong one first where there is one, and policies by product."""

    person_id: int
    partner_key: str
    """What the partner calls them; empty: they report by themselves."""
    accounts: tuple[int, ...]
    policies: dict[str, str]


@dataclass
class Company:
    """Everybody, and who asks as whom."""

    staff: dict[Role, list[Colleague]] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    partner_id: int = 0

    def of(self, person_id: int) -> Colleague:
        """A colleague by their number."""
        return next(one for of in self.staff.values() for one in of if one.person_id == person_id)


def wanted(claims: int) -> dict[Role, int]:
    """How many of each role a quarter of so many claims needs."""
    return {
        Role.ASSESSOR: 3 + claims // 2_500,
        Role.REVIEWER: 2 + claims // 9_000,
        Role.CLAIM_EXPERT: 2 + claims // 6_000,
        Role.SENIOR_EXPERT: 2,
        Role.STEWARD: 2 + claims // 9_000,
        Role.FINANCE: 2,
        Role.MEDICAL_EXPERT: 2 + claims // 9_000,
        Role.SERVICE_AGENT: 2 + claims // 9_000,
        Role.OPERATOR: 2,
        Role.CARE_MANAGER: 2 + claims // 9_000,
    }


CENTRAL = (Role.REVIEWER, Role.SENIOR_EXPERT, Role.FINANCE, Role.OPERATOR)
AUTHORITY = {Role.ASSESSOR: 3_000_000, Role.REVIEWER: 100_000_000, Role.SENIOR_EXPERT: 200_000_000}


def found(claims: int, rng: np.random.Generator, first: datetime, last: datetime) -> Company:
    """The company before the quarter: rows made in bulk; shifts and absences noted by the roster's desk."""
    from hearth.desks import promises
    from hearth.kernel.promises.dispatch import Window
    from hearth.store.access import who
    from hearth.store.models import Branch, Partner, Person, RoleGrant

    headquarters = Branch.objects.create(code="hq", name_zh="总公司", name_en="Headquarters", is_headquarters=True)
    branch = Branch.objects.create(code="sz", name_zh="深圳", name_en="Shenzhen")
    company = Company()
    for role, number in wanted(claims).items():
        for count in range(number):
            person = Person(
                username=f"{role.value.replace('_', '-')}-{count + 1}", full_name=f"{'甲乙丙丁戊己庚辛'[count % 8]}"
            )
            person.branch = branch
            person.set_unusable_password()
            person.save()
            is_central = role in CENTRAL
            RoleGrant.objects.create(
                person=person, role=role.value, branch=None if is_central else branch,
                authority_fen=AUTHORITY.get(role, 0), from_at=FOUNDED,
            )  # fmt: skip
            shifts = SHIFTS[count % len(SHIFTS)] if role is not Role.FINANCE else ()
            company.staff.setdefault(role, []).append(Colleague(person.username, person.pk, shifts))
    assert headquarters.is_headquarters
    chief = who(Person.objects.get(pk=company.staff[Role.REVIEWER][0].person_id), FOUNDED)
    for colleagues in company.staff.values():
        for one in colleagues:
            if one.shifts:
                promises.set_shifts(chief, one.person_id, [Window(*shift) for shift in one.shifts], at=FOUNDED)
            for gone, back in _absences(rng, first, last):
                promises.note_absence(chief, one.person_id, gone, back, at=FOUNDED)
                one.away.append((gone, back))
    partner = Partner.objects.create(code="ping", name="平安里保险", kind="insurer", branch=branch)
    company.partner_id = partner.pk
    company.members = _members(max(claims * 7 // 10, 1), rng, branch.pk, partner.pk)
    return company


def _absences(rng: np.random.Generator, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
    """A few days here and there; each from a morning on."""
    found, days = [], (last - first).days
    for _ in range(int(rng.integers(1, 4))):
        day = first.astimezone(CHINA_TIME) + timedelta(days=int(rng.integers(0, days)))
        gone = day.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        found.append((gone, gone + timedelta(days=int(rng.integers(1, 8)))))
    return found


def _members(count: int, rng: np.random.Generator, branch: int, partner: int) -> list[Member]:
    from hearth.store.access.people import account_digest, id_digest, phone_digest
    from hearth.store.models import BankAccount, Consent, Cover, Person, Policy

    people = []
    for number in range(count):
        is_own = rng.random() < HELD_BY_MEMBERS
        phone, identity = f"139{number:08d}" if is_own else "", f"99000019{60 + number % 40}0101{number:06d}"
        people.append(
            Person(
                username=f"m{number:06d}", full_name=f"客户{number}", password="!", branch_id=branch,
                born_on=date(1960 + number % 40, 1, 1), sex="FM"[number % 2], phone=phone, phone_tail=phone[-4:],
                phone_digest=phone_digest(phone) if phone else None, id_number=identity, id_digest=id_digest(identity),
                joined_at=FOUNDED, partner_id=None if is_own else partner, external_id="" if is_own else f"I-{number}",
            )
        )  # fmt: skip
    Person.objects.bulk_create(people)
    accounts, policies = [], []
    for number, person in enumerate(people):
        draw = rng.random()
        bad = next((prefix for prefix, upto in _ladder(BAD_ACCOUNTS) if draw < upto), None)
        for prefix in (bad, "62220") if bad else ("62220",):
            no = f"{prefix}{number:013d}"
            accounts.append(
                BankAccount(
                    person=person, holder_name=person.full_name, bank="中国工商银行", number=no,
                    number_digest=account_digest(no), number_tail=no[-4:], added_at=FOUNDED,
                )
            )  # fmt: skip
        for product in PRODUCTS:
            policies.append(
                Policy(
                    policy_no=f"P{PRODUCTS.index(product)}{number:07d}", product=product, plan="standard"
                    if product in ("outpatient", "million-medical", "chronic-care") else "", holder=person,
                    starts_on=COVERED_FROM, ends_on=COVERED_TO, state_at=FOUNDED, issued_at=FOUNDED, premium_fen=36_500,
                    branch_id=branch, partner_id=person.partner_id,
                )
            )  # fmt: skip
    BankAccount.objects.bulk_create(accounts, batch_size=2_000)
    Policy.objects.bulk_create(policies, batch_size=2_000)
    Cover.objects.bulk_create((Cover(policy=one, person=one.holder) for one in policies), batch_size=2_000)
    asked = next(one for one in CONSENTS if (one.purpose, one.data_class) == (Purpose.CLAIM, DataClass.HEALTH))
    Consent.objects.bulk_create(
        (
            Consent(
                person=one, given_by=one, purpose=asked.purpose, data_class=asked.data_class, version=asked.version,
                words_digest=asked.digest("zh"), given_at=FOUNDED,
            )
            for one in people
        ),
        batch_size=2_000,
    )  # fmt: skip
    numbers: dict[int, list[int]] = {}
    for account in accounts:
        numbers.setdefault(account.person_id, []).append(account.pk)
    held: dict[int, dict[str, str]] = {}
    for policy in policies:
        held.setdefault(policy.holder_id, {})[policy.product] = policy.policy_no
    return [Member(one.pk, one.external_id, tuple(numbers[one.pk]), held[one.pk]) for one in people]


def _ladder(shares: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Shares as upper bounds of a draw."""
    found, upto = [], 0.0
    for name, share in shares:
        upto += share
        found.append((name, upto))
    return found
