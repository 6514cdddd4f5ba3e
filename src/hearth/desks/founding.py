"""Founding: branches are opened, and the making of a demo company is marked in the log, so that it can go on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from hearth.desks.books import records
from hearth.store.access import NotAllowed, NotThere, Who
from hearth.store.models import (
    Adjustment,
    BankAccount,
    Branch,
    Calculation,
    Claim,
    Paper,
    Partner,
    Payment,
    PayRun,
    Person,
    Policy,
    Record,
    Sample,
)
from hearth.wires import payments
from hearth.words.faults import Malformed

BEGUN, LOADED = "demo.begun", "demo.loaded"


@transaction.atomic(durable=True)
def open_branch(by: Who, code: str, name_zh: str, name_en: str, *, at: datetime, is_headquarters: bool = False) -> int:
    """Open a branch; one that is there already stays as it is.

    Gives:    the branch's id
    Records:  branch.opened.  Raises: NotAllowed, Malformed.
    """
    if not by.is_house:
        raise NotAllowed
    if not (1 < len(code) <= 16 and code.isalnum() and name_zh.strip() and name_en.strip()):
        raise Malformed(file="branch", place="code and names", got=code[:20], want="2 to 16 letters, and two names")
    known = Branch.objects.filter(code=code).first()
    if known is not None:
        return known.pk
    branch = Branch.objects.create(
        code=code, name_zh=name_zh[:60], name_en=name_en[:60], is_headquarters=is_headquarters
    )
    data = {"branch": branch.pk, "code": code, "is_headquarters": is_headquarters}
    records.append("branch.opened", f"branch:{code}", by=by, at=at, data=data)
    return branch.pk


@transaction.atomic(durable=True)
def give_password(by: Who, person_id: int, hashed: str, *, at: datetime) -> None:
    """Give somebody who has no password one that was hashed before: making a hash takes long, and many share it here.

    Records:  person.edited.  Raises: NotAllowed, NotThere.
    """
    if not by.is_house:
        raise NotAllowed
    person = Person.objects.select_for_update().filter(pk=person_id, locked_at__isnull=True).first()
    if person is None:
        raise NotThere(kind="person", key=person_id)
    if person.has_usable_password():
        return
    person.password = hashed
    person.save(update_fields=["password"])
    data = {"person": person_id, "changed": ["password"]}
    records.append("person.edited", f"person:{person_id}", by=by, at=at, data=data)


@transaction.atomic(durable=True)
def mark(by: Who, kind: str, *, at: datetime, data: Mapping[str, Any]) -> None:
    """Mark the beginning or the end of a demo company's making, once.

    Records:  demo.begun or demo.loaded.  Raises: NotAllowed.
    """
    if not by.is_house or kind not in (BEGUN, LOADED):
        raise NotAllowed
    if not Record.objects.filter(kind=kind).exists():
        records.append(kind, "demo:company", by=by, at=at, data=data)


# --- what is there already -------------------------------------------------------------------------------------------


def marked(kind: str) -> dict[str, Any] | None:
    """What a mark said; None where it was not set."""
    body = Record.objects.filter(kind=kind).order_by("pk").values_list("body", flat=True).first()
    return None if body is None else dict(json.loads(bytes(body))["data"])


def has_tables() -> bool:
    """Whether the database has been brought to this version's tables."""
    return Record._meta.db_table in connection.introspection.table_names()


def workers_at_work(at: datetime) -> bool:
    """Whether a worker breathed within the last minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > %s)", [at - timedelta(minutes=1)]
        )
        return bool(cursor.fetchone()[0])


def alone() -> bool:
    """Take the place of the one who makes the demo, until this connection ends; whether it was free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('hearth.demo', 0))")
        return bool(cursor.fetchone()[0])


def is_new() -> bool:
    """Whether nobody is known and nothing was recorded in this database."""
    return not Person.objects.exists() and not Record.objects.exists()


def last_moment() -> datetime | None:
    """When what was recorded last happened."""
    return Record.objects.order_by("-pk").values_list("at", flat=True).first()


def people_by_username() -> dict[str, int]:
    """Everybody's id by user name."""
    return dict(Person.objects.values_list("username", "pk"))


def claims_by_key() -> dict[str, str]:
    """Claim numbers by the key under which they were begun."""
    return dict(Claim.objects.exclude(external_id="").values_list("external_id", "claim_no"))


def branches_by_code() -> dict[str, int]:
    """Every branch's id by its code."""
    return dict(Branch.objects.values_list("code", "pk"))


def accounts_by_username() -> dict[str, int]:
    """The newest account of everybody who has one, by user name."""
    found = BankAccount.objects.filter(ended_at__isnull=True).order_by("pk")
    return dict(found.values_list("person__username", "pk"))


def proposal_of(claim_no: str) -> str:
    """What the last calculation of a claim proposes; empty where there is none."""
    found = Calculation.objects.filter(claim__claim_no=claim_no).order_by("-pk")
    return found.values_list("proposal", flat=True).first() or ""


def papers_of(claim_no: str) -> list[int]:
    """The papers of a claim, oldest first."""
    found = Paper.objects.filter(claim__claim_no=claim_no, removed_at__isnull=True).order_by("pk")
    return list(found.values_list("pk", flat=True))


def evidence_of(claim_no: str) -> list[str]:
    """What a decision about a claim can be based on: its papers, else the record by which it came in."""
    papers = papers_of(claim_no)
    if papers:
        return [f"paper:{paper}" for paper in papers]
    first = Record.objects.filter(subject=f"claim:{claim_no}").order_by("pk").values_list("pk", flat=True)[:1]
    return [f"record:{record}" for record in first]


def adjustments_of(claim_no: str) -> list[int]:
    """Adjustments of a claim that wait for a person."""
    found = Adjustment.objects.filter(claim__claim_no=claim_no, state="proposed").order_by("pk")
    return list(found.values_list("pk", flat=True))


def held_payments(claim_no: str) -> list[int]:
    """Payments of a claim that wait to be put into a pay run."""
    found = Payment.objects.filter(claim__claim_no=claim_no, state="intended", is_held=True, run__isnull=True)
    return list(found.order_by("pk").values_list("pk", flat=True))


def runs_of(claim_no: str) -> list[int]:
    """Pay runs with payments of a claim that nobody has released."""
    found = PayRun.objects.filter(payments__claim__claim_no=claim_no, released_at__isnull=True)
    return list(found.order_by("pk").values_list("pk", flat=True))


def key_of(claim_no: str) -> str:
    """The key under which a claim was begun."""
    return Claim.objects.values_list("external_id", flat=True).get(claim_no=claim_no)


def partner_id(code: str) -> int:
    """The id of a partner.  Raises: NotThere."""
    found = Partner.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise NotThere(kind="partner", key=code)
    return found


def state_of(claim_no: str) -> str:
    """Where a claim stands."""
    return Claim.objects.values_list("state", flat=True).get(claim_no=claim_no)


def waiting_samples(drawn_before: datetime) -> list[tuple[str, int]]:
    """Claims drawn for an audit that nobody has judged, and what the machine would have paid, in fen."""
    found = Sample.objects.filter(verdict="", drawn_at__lt=drawn_before).order_by("pk")
    return list(found.values_list("claim__claim_no", "machine_fen"))


def counts() -> dict[str, int]:
    """How many people, policies, claims, payments and records there are."""
    models = {"people": Person, "policies": Policy, "claims": Claim, "payments": Payment, "records": Record}
    return {name: model._default_manager.count() for name, model in models.items()}


def claims_by_state() -> dict[str, int]:
    """How many claims stand in each state."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM store_claim GROUP BY state")
        return dict(cursor.fetchall())


# --- jobs that wait --------------------------------------------------------------------------------------------------


def waiting_jobs(done: Sequence[int] = ()) -> list[tuple[int, str, dict[str, Any]]]:
    """Jobs that were deferred and that no worker has begun: id, task, arguments, in their order.

    `done`: jobs whose work was done since they were told of: they are taken away; one that a worker has begun stays.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM procrastinate_jobs WHERE id = ANY(%(done)s::bigint[]) AND status = 'todo')"
            " SELECT id, task_name, args FROM procrastinate_jobs"
            " WHERE status = 'todo' AND id <> ALL(%(done)s::bigint[]) ORDER BY id",
            {"done": list(done)},
        )
        return [(number, task, _arguments(args)) for number, task, args in cursor.fetchall()]


def _arguments(args: Any) -> dict[str, Any]:
    return dict(json.loads(args) if isinstance(args, str) else args)


def lightly() -> None:
    """Let this connection's commits be written out a moment later: what is made up can be made again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


# --- the demo's bank -------------------------------------------------------------------------------------------------

RETURNING = "62229"
"""Money to the demo's accounts that begin so comes back."""


@lru_cache(maxsize=4)
def _bank(spec: str) -> payments.Payments:
    return payments.opened(spec)


def demo_bank() -> payments.Payments:
    """The bank in memory with some of a bank's faults: answers that are late, and accounts that send money back."""
    spec = settings.PAYMENTS_WIRE
    if not spec.startswith("memory:") or "?" in spec:
        return _bank(spec)
    return _bank(f"{spec}?returning_accounts={RETURNING}&returned_seconds=172800&slow=0.4&slow_seconds=90000")


def tell_bank() -> int:
    """Let the bank in memory know the payments that came in by the batch, as if it had made them on their days.

    Gives:    how many it was told of; another bank than the one in memory is told nothing
    """
    if not settings.PAYMENTS_WIRE.startswith("memory:"):
        return 0
    bank = _bank(settings.PAYMENTS_WIRE)
    came = Payment.objects.filter(claim__external_id="", state="confirmed").select_related("account", "claim")
    told = list(came.order_by("pk"))
    for payment in told:
        bank.send(
            payments.Order(
                key=payment.key,
                amount_fen=payment.amount_fen,
                payee_name=payment.account.holder_name,
                account_no=payment.account.number,
                bank=payment.account.bank,
                purpose=f"理赔款 {payment.claim.claim_no}",
                at=payment.intended_at,
            )
        )
    return len(told)
