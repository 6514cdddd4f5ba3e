"""The independence of a dispute's reviewer and the order of its tiers, attacked with plain SQL as the app's role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import Error, IntegrityError, connection, transaction

from hearth.desks import disputes
from hearth.desks.claims import intake, reviewing
from hearth.desks.service import thread
from hearth.store.models import Dispute
from hearth.words.claims import ClaimState
from hearth.words.disputes import DisputeState
from tests.desks.cast_rows import AT, Cast
from tests.desks.claims.way import claim_at
from tests.desks.disputes.rows import clause_of, dispute_of, disputed_at

pytestmark = pytest.mark.django_db
S, D = ClaimState, DisputeState

INVOLVED: dict[str, Callable[[Cast, str], object]] = {
    "wrote a note": lambda cast, no: reviewing.write_note(cast.who("shi"), no, "看过", at=AT),
    "wrote to the member": lambda cast, no: thread.write(cast.who("shi"), no, "您好", at=AT),
    "has it": lambda cast, no: intake.assign(cast.who("rui"), no, at=AT, assessor=cast.id("shi")),
}


def name(number: str, person: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE store_dispute SET reviewer_id = %s WHERE dispute_no = %s", [person, number])


@pytest.mark.parametrize("how", list(INVOLVED))
def test_whoever_had_to_do_with_a_claim_is_not_named_its_reviewer(cast: Cast, how: str) -> None:
    no = claim_at(cast, S.DECIDED)
    INVOLVED[how](cast, no)
    number = disputes.dispute(cast.who("mei"), no, at=AT, reason="amount", words="少算")
    for who in ("an", "gu"):
        disputes.move_up(cast.who(who), number, at=AT, words="上一级")
    with pytest.raises(IntegrityError, match="was involved"):
        name(number, cast.id("shi"))


@pytest.mark.parametrize("who", ["mei", "an", "gu", "ai"])
def test_nobody_of_a_claim_is_named_the_reviewer_of_its_dispute(cast: Cast, who: str) -> None:
    number = dispute_of(disputed_at(cast, D.SENIOR)).dispute_no
    with pytest.raises(IntegrityError, match="was involved"):
        name(number, cast.id(who))


def test_a_reviewer_is_not_named_before_the_third_tier(cast: Cast) -> None:
    number = dispute_of(disputed_at(cast, D.TRIAGE)).dispute_no
    with pytest.raises(IntegrityError, match="dispute_reviewer_on_third_tier"):
        name(number, cast.id("shi"))


ATTACKS = {
    "down a tier": "UPDATE store_dispute SET tier = 2, state = 'expert', seq = seq + 1",
    "to its end at once": "UPDATE store_dispute SET state = 'upheld', why = 'opinion', ended_at = now(), seq = seq + 1",
    "to another decision without an opinion": "UPDATE store_dispute SET state = 'redeciding', why = 'opinion', "
    "seq = seq + 1",
    "a state without a count": "UPDATE store_dispute SET state = 'withdrawn', ended_at = now()",
    "another reason": "UPDATE store_dispute SET reason = 'other'",
    "gone": "DELETE FROM store_dispute",
    "its events gone": "DELETE FROM store_disputeevent",
    "its events changed": "UPDATE store_disputeevent SET what = 'said'",
    "emptied": "TRUNCATE store_dispute CASCADE",
}


@pytest.mark.parametrize("attack", list(ATTACKS))
def test_a_dispute_is_not_bent_by_plain_statements(cast: Cast, attack: str) -> None:
    disputed_at(cast, D.SENIOR)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_opinion_is_not_written_by_anybody_but_its_reviewer_nor_twice(cast: Cast) -> None:
    no = disputed_at(cast, D.SENIOR)
    held = dispute_of(no)
    record = held.events.get(seq=1).record_id
    insert = (
        "INSERT INTO store_disputeopinion (dispute_id, verdict, clause, reasons, signed_by_id, signed_at, record_id) "
        "VALUES (%s, 'customer', '3.1', '', %s, now(), %s)"
    )
    with pytest.raises(IntegrityError, match="for its independent reviewer"), transaction.atomic():
        connection.cursor().execute(insert, [held.pk, cast.id("shi"), record])
    disputes.take(cast.who("shi"), held.dispute_no, at=AT)
    with pytest.raises(IntegrityError, match="for its independent reviewer"), transaction.atomic():
        connection.cursor().execute(insert, [held.pk, cast.id("rui"), record])
    disputes.opine(cast.who("shi"), held.dispute_no, at=AT, verdict="insurer", reasons="维持", clause=clause_of(cast))
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(insert, [held.pk, cast.id("shi"), record])
    assert Dispute.objects.get(pk=held.pk).state == D.UPHELD
