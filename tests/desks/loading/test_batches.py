"""Made-up claims come in by the thousand, one record a batch, and break no rule of the tables."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from hearth.desks import loading, money
from hearth.desks.books.sequencer import sequence
from hearth.desks.claims.calculating import again
from hearth.desks.policies import issue_policy
from hearth.doors.demo.growth import grow, templates
from hearth.store.access import HOUSE, NOBODY, NotAllowed
from hearth.store.access.people import person_of_phone
from hearth.store.models import (
    Calculation,
    Claim,
    Deadline,
    Decision,
    InvoiceKey,
    LedgerAccount,
    Payment,
    Person,
    Record,
    Transition,
)
from hearth.words.claims import ClaimState

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def grown() -> Any:
    """Three hundred claims in two batches, with everything that waits for the end of a transaction looked at."""
    made = grow(300, AT, seed=7, batch=180, programs=1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return made


def test_every_claim_has_all_its_steps_and_the_tables_agree(grown: Any) -> None:
    assert (grown.claims, grown.batches, Claim.objects.count()) == (300, 2, 300)
    for claim in Claim.objects.prefetch_related("transitions"):
        steps = sorted(claim.transitions.all(), key=lambda one: one.seq)
        assert [one.seq for one in steps] == list(range(1, claim.seq + 1))
        assert steps[-1].to_state == claim.state and steps[-1].at == claim.state_at
        assert [one.at for one in steps] == sorted(one.at for one in steps)
    assert Person.objects.filter(username__startswith="load").exclude(username__contains="-").count() == grown.people


def test_one_record_a_batch_says_how_many_and_that_they_are_made_up(grown: Any) -> None:
    records = list(Record.objects.filter(kind="batch.loaded").order_by("pk"))
    told = [json.loads(bytes(record.body))["data"] for record in records]
    assert [(one["batch"], one["claims"], one["synthetic"]) for one in told] == [(0, 180, "yes"), (1, 120, "yes")]
    first = Claim.objects.filter(transitions__record=records[0]).distinct().order_by("pk")
    paid = dict(Payment.objects.values_list("claim_id", "amount_fen"))
    lines = "".join(f"{claim.claim_no} {claim.state} {paid.get(claim.pk, 0)}\n" for claim in first)
    assert told[0]["digest"] == hashlib.sha256(lines.encode()).hexdigest()
    assert (told[0]["first"], told[0]["last"]) == (first[0].claim_no, first.reverse()[0].claim_no)
    assert sequence(AT) == Record.objects.count()


def test_decisions_are_the_kernels_own_and_come_out_again_bit_for_bit(grown: Any) -> None:
    for calculation in Calculation.objects.order_by("pk")[:12]:
        assert again(calculation) == calculation.result
        assert calculation.case["claims"][0]["no"] == calculation.claim.claim_no
    assert Decision.objects.exclude(outcome="refused").count() == Decision.objects.count() > 200


def test_what_was_paid_is_in_the_books_and_no_debt_is_left(grown: Any) -> None:
    paid = sum(Payment.objects.values_list("amount_fen", flat=True))
    assert LedgerAccount.objects.get(code="bank").balance_fen == -paid < 0
    books = money.comparing._books()
    assert books == []


def test_claims_that_are_under_way_have_their_limit(grown: Any) -> None:
    by_state = Counter(Claim.objects.values_list("state", flat=True))
    assert by_state[ClaimState.CLOSED] > 200 and len(by_state) >= 6
    under_way = Claim.objects.filter(accepted_at__isnull=False, decided_at__isnull=True)
    assert under_way.count() == Deadline.objects.count() > 0
    for deadline in Deadline.objects.filter(state="running").select_related("claim"):
        assert deadline.due_at == deadline.claim.due_at is not None


def test_invoices_are_found_by_their_key_and_people_by_their_number(grown: Any) -> None:
    claim = Claim.objects.filter(invoice_keys__isnull=False).first()
    assert claim is not None
    stated = {f"{one['code']}|{one['number']}" for one in claim.facts["invoices"]}
    assert set(InvoiceKey.objects.filter(claim=claim).values_list("key", flat=True)) == stated
    assert person_of_phone(claim.person.phone) == claim.person


def test_a_second_load_goes_on_with_batches_of_its_own(grown: Any) -> None:
    more = grow(20, AT, seed=7, batch=180, programs=1)
    assert (more.batches, Claim.objects.count()) == (1, 320)
    bodies = Record.objects.filter(kind="batch.loaded").order_by("pk").values_list("body", flat=True)
    assert [json.loads(bytes(body))["data"]["batch"] for body in bodies] == [0, 1, 2]


def test_the_same_seed_draws_the_same_claims() -> None:
    assert templates(AT, 7) == templates(AT, 7) != templates(AT, 8)


def test_nobody_but_the_house_loads_and_production_never_does(settings: Any) -> None:
    with pytest.raises(NotAllowed):
        loading.ground(NOBODY, at=AT)
    ground = loading.ground(HOUSE, at=AT)
    old, new = templates(AT, 1)
    settings.PRODUCTION = True
    with pytest.raises(loading.NotInProduction):
        loading.load_batch(HOUSE, ground, old, new, at=AT, number=0, claims=5, seed=1)
    with pytest.raises(loading.NotInProduction):
        grow(5, AT, seed=1)
    assert Transition.objects.count() == 0


def test_what_is_issued_afterwards_gets_a_number_of_its_own(grown: Any) -> None:
    person = Person.objects.filter(username__startswith="load").exclude(username__contains="-").first()
    assert person is not None
    no = issue_policy(
        HOUSE, at=AT, product="outpatient", plan="", holder_id=person.pk, insured_ids=[person.pk],
        starts_on=AT.date(), premium_fen=1,
    )  # fmt: skip
    assert no > max(Claim.objects.values_list("policies__policy__policy_no", flat=True))
