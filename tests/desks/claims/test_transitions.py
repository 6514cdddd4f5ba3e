"""Every step that a claim may take is reached by a verb, and every other one is refused by the database itself."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from hearth.desks.books import records
from hearth.desks.claims import agreeing, calculating, deciding, intake, reporting, reviewing
from hearth.desks.claims.faults import NotNow
from hearth.store.access import HOUSE
from hearth.store.models import Claim, Decision, Payment, Record, Transition
from hearth.words.claims import TRANSITIONS, ClaimState
from tests.desks.cast_rows import AT, DAY, STAY_PAPERS, Cast, add_papers, confirm, settle_constraints, small_stay
from tests.desks.claims.way import claim_at

S = ClaimState


def state_of(no: str) -> str:
    """The state of a claim as the database has it."""
    return Claim.objects.values_list("state", flat=True).get(claim_no=no)


def in_supplement(cast: Cast) -> str:
    """A claim of which a prescription was asked for."""
    no = claim_at(cast, S.ACCEPTED)
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
    return no


def nothing_to_pay(cast: Cast) -> str:
    """A decided claim that the deductible took whole, of which the member was told."""
    no = claim_at(cast, S.DECIDED, policies=["M1-MEI"], papers=STAY_PAPERS, facts={"invoices": [small_stay()]})
    agreeing.decision_told(no, at=AT)
    return no


def new_evidence(cast: Cast, no: str) -> list[str]:
    """A paper that was not there when the claim was decided."""
    return [f"paper:{add_papers(cast.who('mei'), no, 'prescription')[0]}"]


def returned(cast: Cast) -> str:
    """A claim whose money came back."""
    no = claim_at(cast, S.AGREED)
    assert agreeing.mark_returned(confirm(Claim.objects.get(claim_no=no), "returned").pk, AT)
    return no


def money_back(cast: Cast, no: str) -> None:
    """A confirmed payment that comes back later."""
    payment = Payment.objects.get(claim__claim_no=no)
    payment.state = "returned"
    payment.save()
    assert agreeing.mark_returned(payment.pk, AT)


def reopen(cast: Cast, no: str) -> None:
    """Opened again on new evidence."""
    agreeing.reopen(cast.who("rui"), no, at=AT, why="新的材料", evidence=new_evidence(cast, no))


def withdraw(cast: Cast, no: str) -> None:
    """Taken back by the member."""
    agreeing.withdraw(cast.who("mei"), no, at=AT)


def asked(cast: Cast, no: str) -> None:
    """A prescription is asked for."""
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)


Begin = Callable[[Cast], str]


def at(state: ClaimState) -> Begin:
    """A claim in that state."""
    return lambda cast: claim_at(cast, state)


VERBS: dict[tuple[ClaimState, ClaimState], tuple[Begin, Callable[[Cast, str], object]]] = {
    (S.DRAFT, S.REPORTED): (at(S.DRAFT), lambda cast, no: reporting.report(cast.who("mei"), no, at=AT)),
    (S.DRAFT, S.WITHDRAWN): (at(S.DRAFT), withdraw),
    (S.REPORTED, S.SUBMITTED): (
        at(S.REPORTED), lambda cast, no: reporting.submit(cast.who("mei"), no, at=AT, has_no_more=True),
    ),
    (S.REPORTED, S.WITHDRAWN): (at(S.REPORTED), withdraw),
    (S.SUBMITTED, S.ACCEPTED): (at(S.SUBMITTED), lambda cast, no: intake.accept(cast.who("an"), no, at=AT)),
    (S.SUBMITTED, S.REPORTED): (
        at(S.SUBMITTED), lambda cast, no: intake.send_back(cast.who("an"), no, at=AT, why="发票不是本人的"),
    ),
    (S.SUBMITTED, S.WITHDRAWN): (at(S.SUBMITTED), withdraw),
    (S.ACCEPTED, S.SUPPLEMENT): (at(S.ACCEPTED), asked),
    (S.ACCEPTED, S.REVIEW): (at(S.ACCEPTED), lambda cast, no: reviewing.begin_review(cast.who("ai"), no, at=AT)),
    (S.ACCEPTED, S.WITHDRAWN): (at(S.ACCEPTED), withdraw),
    (S.SUPPLEMENT, S.REVIEW): (
        in_supplement, lambda cast, no: intake.receive_supplement(cast.who("mei"), no, at=AT, gave_up=True),
    ),
    (S.SUPPLEMENT, S.WITHDRAWN): (in_supplement, withdraw),
    (S.REVIEW, S.SUPPLEMENT): (at(S.REVIEW), asked),
    (S.REVIEW, S.CALCULATED): (at(S.REVIEW), lambda cast, no: calculating.calculate(cast.who("ai"), no, at=AT)),
    (S.REVIEW, S.WITHDRAWN): (at(S.REVIEW), withdraw),
    (S.CALCULATED, S.REVIEW): (
        at(S.CALCULATED), lambda cast, no: reviewing.send_back_to_review(cast.who("lin"), no, at=AT, why="再核对"),
    ),
    (S.CALCULATED, S.DECIDED): (
        at(S.CALCULATED), lambda cast, no: deciding.decide(cast.who("ai"), no, at=AT, outcome="approved"),
    ),
    (S.CALCULATED, S.WITHDRAWN): (at(S.CALCULATED), withdraw),
    (S.DECIDED, S.AGREED): (at(S.DECIDED), lambda cast, no: agreeing.agree(cast.who("mei"), no, at=AT)),
    (S.DECIDED, S.CLOSED): (nothing_to_pay, lambda cast, no: agreeing.close(cast.who("ai"), no, at=AT)),
    (S.DECIDED, S.REVIEW): (at(S.DECIDED), reopen),
    (S.DECIDED, S.WITHDRAWN): (at(S.DECIDED), withdraw),
    (S.AGREED, S.PAID): (
        at(S.AGREED), lambda cast, no: agreeing.mark_paid(confirm(Claim.objects.get(claim_no=no)).pk, AT),
    ),
    (S.AGREED, S.RETURNED): (
        at(S.AGREED),
        lambda cast, no: agreeing.mark_returned(confirm(Claim.objects.get(claim_no=no), "failed").pk, AT),
    ),
    (S.RETURNED, S.PAID): (
        returned, lambda cast, no: agreeing.mark_paid(confirm(Claim.objects.get(claim_no=no)).pk, AT),
    ),
    (S.PAID, S.CLOSED): (at(S.PAID), lambda cast, no: agreeing.close(cast.who("ai"), no, at=AT)),
    (S.PAID, S.RETURNED): (at(S.PAID), money_back),
    (S.CLOSED, S.RETURNED): (at(S.CLOSED), money_back),
    (S.CLOSED, S.REVIEW): (at(S.CLOSED), reopen),
    (S.PAID, S.REVIEW): (at(S.PAID), reopen),
}  # fmt: skip
"""By which verb each step is taken."""

REACHED: dict[ClaimState, Begin] = {
    **{state: at(state) for state in S if state not in (S.SUPPLEMENT, S.RETURNED, S.WITHDRAWN)},
    S.SUPPLEMENT: in_supplement,
    S.RETURNED: returned,
}


def test_there_is_a_verb_for_every_step() -> None:
    assert set(VERBS) == set(TRANSITIONS)


@pytest.mark.parametrize(("before", "after"), list(VERBS), ids=lambda state: state.value)
def test_a_verb_takes_the_step(cast: Cast, before: ClaimState, after: ClaimState) -> None:
    begin, verb = VERBS[before, after]
    no = begin(cast)
    assert state_of(no) == before
    verb(cast, no)
    settle_constraints()
    claim = Claim.objects.get(claim_no=no)
    last = claim.transitions.get(seq=claim.seq)
    assert (claim.state, last.from_state, last.to_state) == (after, before, after)
    assert Record.objects.filter(pk=last.record_id, subject=f"claim:{no}").exists()


FORBIDDEN = [pair for pair in itertools.product(S, S) if pair not in TRANSITIONS and pair[0] != pair[1]]


@pytest.mark.parametrize("before", list(S), ids=lambda state: state.value)
def test_the_database_refuses_every_other_step(cast: Cast, before: ClaimState) -> None:
    if before is S.WITHDRAWN:
        no = claim_at(cast, S.REPORTED)
        withdraw(cast, no)
    else:
        no = REACHED[before](cast)
    claim = Claim.objects.get(claim_no=no)
    with transaction.atomic():
        record = records.append("claim.edited", f"claim:{no}", by=HOUSE, at=AT)
    for after in (after for left, after in FORBIDDEN if left is before):
        with pytest.raises(IntegrityError, match="cannot follow"), transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(state=after.value, seq=claim.seq + 1)
        with pytest.raises(IntegrityError, match="cannot follow"), transaction.atomic():
            Transition.objects.create(
                claim=claim,
                seq=claim.seq + 1,
                from_state=before.value,
                to_state=after.value,
                at=AT,
                by="x",
                record=record,
            )


@pytest.mark.parametrize(("before", "after"), TRANSITIONS, ids=lambda state: state.value)
def test_no_step_is_taken_that_is_not_written_down(cast: Cast, before: ClaimState, after: ClaimState) -> None:
    no = VERBS[before, after][0](cast)
    claim = Claim.objects.get(claim_no=no)
    settle_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(state=after.value, seq=claim.seq + 1)
        settle_constraints()


def test_a_step_is_not_written_out_of_order_or_from_elsewhere(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    claim = Claim.objects.get(claim_no=no)
    record = Record.objects.filter(subject=f"claim:{no}").latest("pk")
    for seq, before, after in ((4, "review", "calculated"), (5, "accepted", "review"), (3, "submitted", "accepted")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Transition.objects.create(
                claim=claim, seq=seq, from_state=before, to_state=after, at=AT, by="x", record=record
            )


def test_a_claim_cannot_be_born_further_along_than_its_steps(cast: Cast) -> None:
    claim = Claim.objects.get(claim_no=claim_at(cast, S.SUBMITTED))
    settle_constraints()
    for state, seq in (("accepted", 3), ("paid", 0), ("draft", 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            claim.pk, claim.claim_no, claim.external_id = None, "C2699999990", ""
            claim.state, claim.seq = state, seq
            claim.save(force_insert=True)
            settle_constraints()


def test_nothing_is_paid_without_agreement_even_where_money_moved(cast: Cast) -> None:
    no = claim_at(cast, S.AGREED)
    claim = Claim.objects.get(claim_no=no)
    confirm(claim)
    Claim.objects.filter(pk=claim.pk).update(agreed_at=None)
    with pytest.raises(IntegrityError, match="needs agreement"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(state="paid", seq=claim.seq + 1)


def test_nothing_is_paid_without_a_confirmed_payment(cast: Cast) -> None:
    claim = Claim.objects.get(claim_no=claim_at(cast, S.AGREED))
    with pytest.raises(IntegrityError, match="confirmed payment"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(state="paid", seq=claim.seq + 1)


def test_no_supplement_is_waited_for_that_nobody_asked_for(cast: Cast) -> None:
    claim = Claim.objects.get(claim_no=claim_at(cast, S.ACCEPTED))
    with pytest.raises(IntegrityError, match="nothing was asked for"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(state="supplement", seq=claim.seq + 1)


@pytest.mark.parametrize(
    "table", ["record", "transition", "decision", "claim", "supplement", "calculation", "proposal", "paper", "payment"]
)
def test_no_event_is_deleted_or_taken_back(cast: Cast, table: str) -> None:
    no = in_supplement(cast) if table == "supplement" else claim_at(cast, S.PAID)
    if table == "proposal":
        claim = Claim.objects.get(claim_no=no)
        calculation = claim.calculations.get()
        claim.proposals.create(
            calculation=calculation, outcome="approved", proposed_by_id=cast.id("ai"), proposed_at=AT
        )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM store_{table}")
    with pytest.raises((DatabaseError, ProgrammingError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE store_{table} CASCADE")


def test_steps_and_decisions_are_never_changed(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    for table, change in (
        ("transition", "to_state = 'paid'"), ("record", "kind = 'x'"), ("decision", "payable_fen = payable_fen + 1"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE store_{table} SET {change}")
    assert Decision.objects.get(claim__claim_no=no).payable_fen == 28_800


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (S.REPORTED, lambda cast, no: reporting.report(cast.who("mei"), no, at=AT)),
        (S.SUBMITTED, lambda cast, no: reporting.submit(cast.who("mei"), no, at=AT)),
        (S.ACCEPTED, lambda cast, no: intake.accept(cast.who("an"), no, at=AT)),
        (S.REVIEW, lambda cast, no: reviewing.begin_review(cast.who("ai"), no, at=AT)),
        (S.CALCULATED, lambda cast, no: calculating.calculate(cast.who("ai"), no, at=AT + DAY)),
        (S.AGREED, lambda cast, no: agreeing.agree(cast.who("mei"), no, at=AT)),
        (S.CLOSED, lambda cast, no: agreeing.close(cast.who("ai"), no, at=AT)),
        (S.PAID, lambda cast, no: agreeing.mark_paid(Payment.objects.get(claim__claim_no=no).pk, AT)),
        (S.DECIDED, lambda cast, no: agreeing.decision_told(no, at=AT)),
    ],
    ids=["report", "submit", "accept", "begin_review", "calculate", "agree", "close", "mark_paid", "decision_told"],
)
def test_a_double_click_has_no_second_effect(
    cast: Cast, state: ClaimState, verb: Callable[[Cast, str], object]
) -> None:
    no = claim_at(cast, state)
    if state is S.DECIDED:
        verb(cast, no)
    before = Record.objects.filter(subject=f"claim:{no}").count(), Claim.objects.get(claim_no=no).seq
    verb(cast, no)
    assert (Record.objects.filter(subject=f"claim:{no}").count(), Claim.objects.get(claim_no=no).seq) == before


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (S.REPORTED, lambda cast, no: intake.send_back(cast.who("an"), no, at=AT, why="x")),
        (S.DECIDED, lambda cast, no: deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")),
        (S.SUPPLEMENT, asked),
        (S.REVIEW, reopen),
        (S.PAID, lambda cast, no: agreeing.agree(cast.who("mei"), no, at=AT)),
    ],
    ids=["send_back", "decide", "ask", "reopen", "agree"],
)
def test_what_cannot_be_done_twice_is_told_so(
    cast: Cast, state: ClaimState, verb: Callable[[Cast, str], object]
) -> None:
    no = REACHED[state](cast)
    with pytest.raises(NotNow) as told:
        verb(cast, no)
    assert told.value.status == 409
    assert no in told.value.sentence("zh") and no in told.value.sentence("en")
