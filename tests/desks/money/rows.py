"""Rows that the money desk begins with: agreed claims of the cast, their accounts, and people of finance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import DatabaseError, connection, transaction

from hearth.desks.books import records
from hearth.desks.books.numbers import next_number
from hearth.store.access import HOUSE, Who, who
from hearth.store.models import (
    BankAccount,
    Calculation,
    Claim,
    ClaimPolicy,
    Decision,
    Payment,
    Person,
    Policy,
    Relation,
    RoleGrant,
    Transition,
)
from hearth.store.sealed import digest
from hearth.wires.payments.bank import Bank
from hearth.words.claims import ClaimState, Role
from tests.cast import Member

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday morning in China."""

_WAY = ("reported", "submitted", "accepted", "review", "calculated", "decided", "agreed")


def person(name: str, *, born_on: date | None = date(1988, 8, 8), username: str | None = None) -> Person:
    """Somebody of that name."""
    made = Person(username=username or next_number("person", AT).lower(), full_name=name, born_on=born_on)
    made.set_unusable_password()
    made.save()
    return made


def member(of: Member) -> Person:
    """Somebody of the cast."""
    return person(of.zh, born_on=of.born_on)


def staff(name: str, role: Role, authority_fen: int = 0) -> Who:
    """Somebody who works here, at headquarters."""
    made = person(name)
    RoleGrant.objects.create(person=made, role=role.value, from_at=AT - timedelta(days=1), authority_fen=authority_fen)
    return who(made, AT)


def account(of: Person, number: str = "6222020200112233445", holder: str | None = None) -> BankAccount:
    """A bank account, in the person's own name unless another holder is given."""
    return BankAccount.objects.create(
        person=of,
        holder_name=of.full_name if holder is None else holder,
        bank="中国工商银行",
        number=number,
        number_digest=digest(number, "account"),
        number_tail=number[-4:],
        added_at=AT,
    )


def guardian(of: Person, child: Person, kind: str = "guardian") -> Relation:
    """A proven relation of a parent to a child."""
    return Relation.objects.create(
        person=of,
        other=child,
        kind=kind,
        proof="出生证明",
        proven_at=AT - timedelta(days=9),
        until_on=date(2033, 9, 30),
    )


@dataclass(frozen=True)
class Agreed:
    """A claim that was agreed."""

    claim: Claim
    decision: Decision
    record_id: int

    @property
    def claim_no(self) -> str:
        return self.claim.claim_no


def agreed(
    of: Person,
    fen: int,
    to: BankAccount | None,
    *,
    products: tuple[tuple[str, int], ...] | None = None,
    at: datetime = AT,
) -> Agreed:
    """A claim that went all the way to its agreement, decided by a machine over one policy or several."""
    with transaction.atomic():
        claim_no = next_number("claim", at)
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('store_decision', 'id'))")
            (decision_id,) = cursor.fetchone()
        claim = Claim.objects.create(
            claim_no=claim_no,
            person=of,
            reporter=of,
            state="agreed",
            seq=len(_WAY),
            state_at=at,
            account=to,
            decision_id=decision_id,
            accepted_at=at - timedelta(days=2),
            decided_at=at,
            agreed_at=at,
        )
        record = records.append("claim.agreed", f"claim:{claim_no}", by=HOUSE, at=at, data={"decision": 1})
        Transition.objects.bulk_create(
            Transition(claim=claim, seq=seq, from_state=before, to_state=state, at=at, by="house", record=record)
            for seq, (before, state) in enumerate(pairwise(("draft", *_WAY)), 1)
        )
        calculation = Calculation.objects.create(
            claim=claim, at=at, by="house", case={}, result={}, engine="test", payable_fen=fen, paid_out_fen=fen,
            at_stake_fen=fen, proposal="approved",
        )  # fmt: skip
        for position, (product, part) in enumerate(products or (("outpatient", fen),), 1):
            policy = Policy.objects.create(
                policy_no=next_number("policy", at), product=product, holder=of, starts_on=date(2026, 1, 1),
                ends_on=date(2027, 1, 1), state_at=at, issued_at=at,
            )  # fmt: skip
            ClaimPolicy.objects.create(claim=claim, policy=policy, position=position, payable_fen=part)
        decision = decided(claim, calculation, 1, fen, at, pk=decision_id)
        # As a commit would: what is checked late is checked here, before a test takes the claim further.
        connection.check_constraints()
    return Agreed(claim, decision, record.pk)


def decided(
    claim: Claim, calculation: Calculation, number: int, fen: int, at: datetime, pk: int | None = None
) -> Decision:
    """A decision that a machine made."""
    made = records.append("claim.decided", f"claim:{claim.claim_no}", by=HOUSE, at=at, data={"number": number})
    return Decision.objects.create(
        pk=pk, claim=claim, number=number, calculation=calculation, outcome="approved", payable_fen=fen,
        paid_out_fen=fen, at_stake_fen=fen, authority_fen=fen, is_automatic=True, decided_at=at, record=made,
    )  # fmt: skip


def stepped(claim: Claim, *states: ClaimState) -> None:
    """Take a claim further along its way."""
    for state in states:
        record = records.append("claim.step", f"claim:{claim.claim_no}", by=HOUSE, at=AT)
        claim.seq += 1
        Transition.objects.create(
            claim=claim, seq=claim.seq, from_state=claim.state, to_state=state.value, at=AT, by="house", record=record
        )
        claim.state = state.value
        claim.save()


def state_of(payment_id: int | None) -> str:
    return Payment.objects.get(pk=payment_id).state


@contextmanager
def refused(match: str) -> Iterator[None]:
    """The database refuses what happens inside, at the latest when it would be committed."""
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def book_of(bank: Bank, at: datetime) -> dict[str, int]:
    """The bank's own book: fen by key; a key that stood there twice would be a bug of the bank."""
    transfers = bank.book(at)
    assert len({transfer.key for transfer in transfers}) == len(transfers)
    return {transfer.key: transfer.amount_fen for transfer in transfers}
