"""The console with many claims in the database: each page asked for from the desk of who works there."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.multiplied import multiply
from benchmarks.service import SUPERUSER_URL, database

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
AUTHORITY_FEN = 100_000_000
RUNS = 7
DEEP = 5_000
"""Rows that lie before the deep page of the queue, where there are so many."""

ROLES = {"assessor": "assessor", "auditor": "auditor", "finance": "finance", "reviewer": "reviewer"}
Asked = tuple[str, str, str]
"""What the page is, whose desk it is asked from, and its address."""


LOADED = 50_000
"""So many claims are loaded with every rule of the database asked; more than these are copies of them."""


def filled(claims: int, loaded: int = LOADED) -> float | None:
    """Bring in what is missing to so many claims; the claims a second of those that were loaded, where any were."""
    import psycopg

    from hearth.desks import founding
    from hearth.desks.books.sequencer import BATCH, sequence
    from hearth.doors.demo.growth import grow
    from hearth.store.access import HOUSE
    from hearth.store.models import Branch, Claim

    at = datetime.now(UTC)
    # Before any claim: what is loaded belongs to the branches that there are.
    if not Branch.objects.exists():
        for code, zh, en in (("sz", "深圳", "Shenzhen"), ("gz", "广州", "Guangzhou"), ("sh", "上海", "Shanghai")):
            founding.open_branch(HOUSE, code, zh, en, at=at)
    there = Claim.objects.count()
    if there >= claims:
        return None
    grown = grow(min(claims, loaded) - there, at, seed=20_271) if there < min(claims, loaded) else None
    while sequence(at) == BATCH:
        pass
    with psycopg.connect(os.environ[SUPERUSER_URL], autocommit=True) as superuser:
        while Claim.objects.count() < claims:
            multiply(superuser, 1)
        superuser.execute("VACUUM ANALYZE")
    return grown.claims / grown.seconds if grown is not None else None


@contextmanager
def desks() -> Iterator[dict[str, Any]]:
    """A browser for each role, signed in with the second factor."""
    from django.conf import settings
    from django.test import Client

    from hearth.desks import people
    from hearth.doors.login.limits import FACTOR
    from hearth.store.access import HOUSE
    from hearth.store.models import Person

    settings.ALLOWED_HOSTS = ["testserver"]
    found, at = {}, datetime.now(UTC)
    for name, role in ROLES.items():
        username = f"bench-{name}"
        person = Person.objects.filter(username=username).first()
        if person is None:
            person_id = people.create_person(HOUSE, at=at, full_name=name, username=username)
            people.grant_role(HOUSE, person_id, role, at=at, authority_fen=AUTHORITY_FEN)
            people.give_totp(HOUSE, person_id, SECRET, at=at)
            person = Person.objects.get(pk=person_id)
        client = Client(headers={"accept-language": "zh-CN"})
        client.force_login(person, backend=BACKEND)
        session = client.session
        session[FACTOR] = person.pk
        session.save()
        found[name] = client
    yield found


def pages() -> list[Asked]:
    """The console's pages, with numbers and names that are in the database."""
    from hearth.store.access.claims import QUEUED
    from hearth.store.models import Claim, InvoiceKey, Payment, Policy, Record

    claim = Claim.objects.filter(state="review").order_by("-pk").first() or Claim.objects.order_by("-pk").first()
    closed = Claim.objects.filter(state="closed", product="outpatient").order_by("-pk").first()
    assert claim is not None and closed is not None
    person, invoice = claim.person, InvoiceKey.objects.filter(claim=claim).order_by("pk").first()
    policy = Policy.objects.order_by("-pk").first()
    payment, record = Payment.objects.order_by("-pk").first(), Record.objects.order_by("-pk").first()
    assert invoice is not None and policy is not None and payment is not None and record is not None
    asked: list[tuple[str, str, str, dict[str, Any]]] = [
        ("queue", "assessor", "queue", {}),
        *((f"queue, {state.value}", "assessor", "queue", {"state": state.value}) for state in QUEUED),
        *((f"queue, {mark}", "assessor", "queue", {mark: 1}) for mark in ("mine", "unassigned", "late", "disputed")),
        *((f"queue, {code}", "assessor", "queue", {"product": code}) for code in ("outpatient", "million-medical")),
        ("queue, of a product nobody has", "assessor", "queue", {"product": "critical-illness"}),
        ("queue, drawn for the audit", "assessor", "queue", {"flag": "sample"}),
        ("queue, of one branch", "assessor", "queue", {"branch": "gz"}),
        ("queue, of a branch, a product and a mark", "assessor", "queue",
         {"branch": "gz", "product": "outpatient", "unassigned": 1, "state": "review"}),
        ("queue, deep", "assessor", "queue", _deep()),
        ("search, a whole name", "assessor", "search", {"q": person.full_name, "stay": 1}),
        ("search, a family name", "assessor", "search", {"q": person.full_name[:1], "stay": 1}),
        ("search, a telephone", "assessor", "search", {"q": person.phone, "stay": 1}),
        ("search, a policy", "assessor", "search", {"q": policy.policy_no, "stay": 1}),
        ("search, a claim", "assessor", "search", {"q": closed.claim_no, "stay": 1}),
        ("search, an invoice", "assessor", "search", {"q": invoice.number or invoice.key.partition("|")[2], "stay": 1}),
        ("search, Latin letters", "assessor", "search", {"q": "load12345", "stay": 1}),
        ("search, nothing found", "assessor", "search", {"q": "不存在的人", "stay": 1}),
        ("case, in review", "assessor", f"claims/{claim.claim_no}", {}),
        ("case, closed", "assessor", f"claims/{closed.claim_no}", {}),
        ("people", "assessor", "people", {}),
        ("people, a name", "assessor", "people", {"q": person.full_name}),
        ("person", "assessor", f"people/{person.pk}", {}),
        ("policies", "assessor", "policies", {}),
        ("policies, a number", "assessor", "policies", {"q": policy.policy_no}),
        ("policy", "assessor", f"policies/of/{policy.policy_no}", {}),
        ("pay run", "finance", "payrun", {}),
        ("payments", "finance", "payments", {}),
        *((f"payments, {state}", "finance", "payments", {"state": state}) for state in ("confirmed", "failed")),
        ("payment", "finance", f"payments/{payment.pk}", {}),
        ("books", "finance", "books", {}),
        ("an account's book", "finance", "books/of/bank", {}),
        ("records", "auditor", "audit", {}),
        ("records, of a claim", "auditor", "audit", {"subject": f"claim:{closed.claim_no}"}),
        ("record", "auditor", f"audit/records/{record.pk}", {}),
        ("log", "auditor", "audit/log", {}),
        ("reads", "auditor", "audit/reads", {}),
        ("sampling", "reviewer", "sampling", {}),
    ]  # fmt: skip
    return [
        (what, desk, f"/office/{path}" + (f"?{urlencode(more)}" if more else "")) for what, desk, path, more in asked
    ]


def _deep() -> dict[str, Any]:
    """Where a page begins that lies deep in the queue."""
    from hearth.store.access.claims import QUEUED
    from hearth.store.models import Claim

    waiting = Claim.objects.filter(state__in=[state.value for state in QUEUED], due_at__isnull=False)
    place = min(DEEP, waiting.count() // 2)
    due, pk = waiting.order_by("due_at", "pk").values_list("due_at", "pk")[place]
    assert due is not None
    return {"due": due.isoformat(), "after": pk}


def measured(runs: int) -> dict[str, dict[str, float]]:
    """Seconds of each page on the server: the median of several runs after one that is not counted.

    Beside it the least processor time that one run took, here and in the database's own process: what is left of the
    seconds where nobody else is at work on the machine.
    """
    from django.db import connection

    found = {}
    with desks() as browsers:
        for what, desk, url in pages():
            client, asked = browsers[desk], _Statements()
            with connection.execute_wrapper(asked):
                answer = client.get(url)
            assert answer.status_code == 200, (what, url, answer.status_code)
            seconds, worked = [], []
            for _ in range(runs):
                began, before = time.perf_counter(), _processor_seconds()
                client.get(url)
                seconds.append(time.perf_counter() - began)
                worked.append(_processor_seconds() - before)
            found[what] = {
                "median": statistics.median(seconds),
                "least": min(seconds),
                "most": max(seconds),
                "processor": min(worked),
                "statements": asked.count,
            }
    return found


class _Statements:
    """How many statements a page asks of the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def _processor_seconds() -> float:
    """Processor time so far of this process and of its connection's process in the database."""
    from django.db import connection

    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not told.is_file():
        return time.process_time()
    user, system = told.read_text().rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print one JSON line of what was measured: `python -m benchmarks.console CLAIMS LOADED [FOLDER]`."""
    claims, loaded, kept = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None
    with ExitStack() as open_now:
        open_now.enter_context(database(kept))
        rate = filled(claims, loaded)
        from hearth.store.models import Claim

        print(json.dumps({"claims": Claim.objects.count(), "loaded_per_second": rate, "pages": measured(RUNS)}))


if __name__ == "__main__":
    main()
