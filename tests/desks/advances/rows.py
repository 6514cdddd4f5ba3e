"""Rows that the advance desk begins with: a hospital with its account, people who sign, and the way of a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from hearth.desks import advances
from hearth.desks.advances import following
from hearth.desks.claims import calculating, deciding, intake, reporting, reviewing
from hearth.desks.claims.advanced import open_for_advance
from hearth.desks.claims.foreseeing import foresee
from hearth.store.access import Who, who
from hearth.store.models import Advance, Hospital, Person, Record, RoleGrant
from hearth.words.advances import AdvanceState, advance_consents_on
from hearth.words.calendar import day_in_china
from hearth.words.claims import Role
from tests.desks.cast_rows import AT, DAY, STAY_PAPERS, Cast, add_papers, stay

A = AdvanceState
HOSPITAL = "市第一人民医院"
NUMBER = "6222 0202 1100 2233 44"
ESTIMATE = 10_000_000
"""A hundred thousand yuan."""

WORKERS: tuple[tuple[str, str, Role, int], ...] = (
    ("chen", "陈", Role.MEDICAL_EXPERT, 0),
    ("cai", "蔡", Role.FINANCE, 0),
    ("lu", "陆", Role.CARE_MANAGER, 0),
)


def with_workers(cast: Cast) -> Cast:
    """The cast with Dr Chen, a second person of finance and a case manager; Gu signs for up to fifty thousand yuan."""
    for code, name, role, authority in WORKERS:
        person = Person(username=code, full_name=name, branch=cast.branches["hq"])
        person.set_unusable_password()
        person.save()
        cast.people[code] = person
        RoleGrant.objects.create(person=person, role=role.value, authority_fen=authority, from_at=AT - 300 * DAY)
    RoleGrant.objects.filter(person=cast.people["gu"]).update(authority_fen=5_000_000)
    return cast


def hospital(cast: Cast, *, code: str = "H001", name: str = HOSPITAL, in_network: bool = True) -> Hospital:
    """A registered hospital whose account two people confirmed."""
    pk = advances.register_hospital(cast.who("guan"), code, at=AT, name=name, level=3, in_network=in_network)
    account = advances.enter_account(cast.who("fang"), pk, at=AT, holder_name=name, bank="中国工商银行", number=NUMBER)
    advances.confirm_account(cast.who("cai"), account, at=AT, number=NUMBER)
    return Hospital.objects.get(pk=pk)


def told(cast: Cast, member: str = "mei", *, at: datetime = AT, whose: str | None = None, **more: Any) -> str:
    """A member tells of an admission."""
    admission = advances.Admission(
        **{
            "admitted_on": day_in_china(at),
            "illness": "胆囊结石",
            "icd": "K80.1",
            "plan": "腹腔镜胆囊切除",
            "estimate_fen": ESTIMATE,
            **more,
        }
    )
    return advances.notify(cast.who(member, at), cast.id(whose or member), admission, at=at, hospital="H001")


def sign_all(by: Who, no: str, at: datetime = AT) -> None:
    """Everything that is asked for is agreed to."""
    for one in advance_consents_on(day_in_china(at)):
        advances.consent(by, no, one.what, one.version, at=at, words=one.zh)


def follow_jobs(at: datetime = AT) -> None:
    """Do the advance desk's jobs that wait, as workers would, until none is left."""
    doings: Mapping[str, Any] = {
        "advances.check": lambda record: following.added(record, at, foresee),
        "advances.assess_risk": lambda record: following.checked(record, at),
        "advances.pay": lambda record: following.released(record, at),
        "advances.settle": lambda record: following.claim_over(record, at),
        "advances.follow_claim": lambda record: following.claim_opened(record, at),
        "claims.open_for_advance": lambda record: open_for_advance(record, at=at),
    }
    done: set[int] = set()
    while True:
        jobs = [
            (pk, name, args)
            for pk, name, args in ProcrastinateJob.objects.filter(task_name__in=doings)
            .order_by("id")
            .values_list("pk", "task_name", "args")
            if pk not in done
        ]
        if not jobs:
            return
        for pk, name, args in jobs:
            doings[name](args["record_id"])
            done.add(pk)


def way_to(cast: Cast, state: AdvanceState, *, member: str = "mei", at: datetime = AT, **more: Any) -> str:
    """A case in a state that every case passes, by the verbs of the desk; its number."""
    no = told(cast, member, at=at, **more)
    steps = {
        A.NOTIFIED: lambda: None,
        A.ELIGIBILITY: lambda: advances.call(cast.who("an", at), no, at=at),
        A.RISK_CHECK: lambda: (
            sign_all(cast.who(member), no, at),
            advances.check(cast.who("an"), no, at=at, look=foresee),
        ),
        A.NECESSITY: lambda: advances.assess_risk(no, at=at),
        A.GUARANTEE: lambda: advances.opine(
            cast.who("chen"), no, at=at, verdict="necessary", reasons="指征明确", reference="胆囊结石诊治指南 2021"
        ),
        A.PAYING: lambda: (advances.guarantee(cast.who("rui"), no, at=at, look=foresee),),
        A.TRACKING: lambda: instalment(cast, no, 3_000_000, at),
        A.DISCHARGED: lambda: advances.discharge(cast.who("an"), no, day_in_china(at), at=at),
    }
    for each, doing in steps.items():
        doing()
        if each == state:
            break
    assert state_of(no) == state
    return no


def instalment(cast: Cast, no: str, fen: int, at: datetime = AT) -> int:
    """An instalment prepared, released and paid."""
    pk = advances.prepare(cast.who("fang"), no, fen, at=at)
    advances.release(cast.who("cai"), pk, at=at)
    advances.send(pk, at=at)
    return pk


def settle_by_claim(cast: Cast, no: str, at: datetime = AT + 10 * DAY, member: str = "mei") -> str:
    """The patient leaves, the claim of the stay is sent and decided for what it comes to; its number."""
    bill = stay(admitted_on="2026-06-01", discharged_on="2026-06-10")
    advances.discharge(cast.who("an"), no, date(2026, 6, 10), at=at, settlement={"invoices": [bill]})
    follow_jobs(at)
    claim = Advance.objects.get(advance_no=no).claim
    assert claim is not None
    reporting.save_draft(cast.who(member), claim.claim_no, at=at, account_id=cast.accounts[member].pk)
    add_papers(cast.who(member), claim.claim_no, *STAY_PAPERS, at=at)
    reporting.submit(cast.who(member), claim.claim_no, at=at)
    intake.accept(cast.who("an"), claim.claim_no, at=at)
    reviewing.begin_review(cast.who("ai"), claim.claim_no, at=at)
    calculating.calculate(cast.who("ai"), claim.claim_no, at=at)
    deciding.decide(cast.who("ai"), claim.claim_no, at=at, outcome="approved")
    follow_jobs(at)
    return claim.claim_no


def state_of(no: str) -> str:
    """Where a case stands."""
    return Advance.objects.values_list("state", flat=True).get(advance_no=no)


def kinds(no: str) -> list[str]:
    """The kinds of a case's records, in their order."""
    return list(Record.objects.filter(subject=f"advance:{no}").order_by("id").values_list("kind", flat=True))


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    """What the database does not let pass, whoever writes; what was written before it is checked first, by itself."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    said = str(caught.value)
    cause = getattr(caught.value.__cause__, "diag", None)
    assert constraint in said or (cause is not None and cause.constraint_name == constraint), said


def staff(person: Person, at: datetime = AT) -> Who:
    """Somebody as they ask."""
    return who(person, at)


HOUR = timedelta(hours=1)
