"""Rescission (art. 16): step by step, on proof, in thirty days and two years, by two people; nothing without it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from hearth.desks import policies
from hearth.desks.claims import calculating, deciding
from hearth.desks.claims.faults import RefusalIncomplete
from hearth.desks.suspicion import (
    approve_rescission,
    drop_rescission,
    prepare_rescission,
    propose_rescission,
    state_step,
    to_be_voided,
)
from hearth.desks.suspicion.faults import (
    KnownEarlier,
    ProofMissing,
    RescissionBarred,
    RescissionIncomplete,
    RescissionOver,
    SecondPerson,
    WordsMissing,
)
from hearth.store.access import NotAllowed, NotThere
from hearth.store.access.suspicion import one_rescission, rescissions
from hearth.store.models import Claim, Decision, Person, Policy, Record, Rescission, RoleGrant
from hearth.words.claims import ClaimState, Role
from hearth.words.suspicion import Bar
from tests.desks.cast_rows import AT, DAY, Cast, visit
from tests.desks.cast_rows import cast as made
from tests.desks.claims.way import claim_at

S = ClaimState


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, with two underwriters at headquarters."""
    whole = made()
    for code, name in (("he", "何"), ("yu", "余")):
        person = Person(username=code, full_name=name, branch=whole.branches["hq"])
        person.set_unusable_password()
        person.save()
        whole.people[code] = person
        RoleGrant.objects.create(person=person, role=Role.UNDERWRITER.value, from_at=AT - 300 * DAY)
    RoleGrant.objects.create(person=whole.people["he"], role=Role.REVIEWER.value, from_at=AT - 300 * DAY)
    return whole


def begun(cast: Cast, *, at: datetime = AT) -> tuple[str, int, str]:
    """A claim in review and the rescission of its policy, begun; a paper of the claim."""
    no = claim_at(cast, S.REVIEW, facts={"invoices": [visit(hospital={"name": "诊所", "ownership": "private"})]})
    number = prepare_rescission(cast.who("ai"), no, "OP-MEI", at=at)
    return no, number, f"paper:{Claim.objects.get(claim_no=no).papers.earliest('pk').pk}"


def steps(paper: str, **changed: Any) -> dict[str, dict[str, Any]]:
    """Every step of the wizard, filled in; `changed` by the name of a value."""
    whole: dict[str, dict[str, Any]] = {
        "question": {"question": "过去两年是否因糖尿病就诊？", "answer": "否", "question_evidence": paper},
        "truth": {"truth": "投保前一年三次因糖尿病住院", "truth_evidence": paper},
        "materiality": {"is_material": True, "materiality": "核保规则：糖尿病住院史，拒保"},
        "mind": {"intent": "intentional", "is_serious": True, "mind": "住院出院小结由本人签收"},
        "clocks": {"known_on": date(2026, 6, 1), "knew_at_formation": False, "premium_taken": False},
    }
    for name, value in changed.items():
        next(values for values in whole.values() if name in values)[name] = value
    return whole


def stated(cast: Cast, number: int, paper: str, **changed: Any) -> None:
    """All steps stated by the assessor."""
    for step, values in steps(paper, **changed).items():
        state_step(cast.who("ai"), number, step, values, at=AT)


def test_a_finished_wizard_is_proposed_by_one_approved_by_another_and_voids_the_policy(cast: Cast) -> None:
    _, number, paper = begun(cast)
    stated(cast, number, paper)
    found = propose_rescission(cast.who("ai"), number, at=AT + DAY)
    assert (found.last_on, found.benefits, found.premium, found.bars) == (date(2026, 7, 1), "none", "kept", ())
    with pytest.raises(RescissionOver):
        state_step(cast.who("ai"), number, "truth", steps(paper)["truth"], at=AT + DAY)
    approve_rescission(cast.who("he"), number, at=AT + 2 * DAY)
    record = Record.objects.get(kind="rescission.approved")
    wanted = to_be_voided(record.pk, AT + 2 * DAY)
    assert wanted is not None
    by, policy_no, why = wanted
    assert (by.person_id, policy_no) == (cast.id("he"), "OP-MEI")
    policies.void_policy(by, policy_no, at=AT + 2 * DAY, why=why)
    assert Policy.objects.get(policy_no="OP-MEI").state == "void"
    assert to_be_voided(record.pk, AT + 3 * DAY) is None, "a job that comes again finds nothing to do"
    body = "".join(bytes(one.body).decode() for one in Record.objects.filter(kind__startswith="rescission."))
    assert "糖尿病" not in body, "the log holds no health content"


def test_who_prepared_or_proposed_does_not_approve(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    paper = f"paper:{Claim.objects.get(claim_no=no).papers.earliest('pk').pk}"
    number = prepare_rescission(cast.who("he"), no, "OP-MEI", at=AT)
    for step, values in steps(paper).items():
        state_step(cast.who("he"), number, step, values, at=AT)
    propose_rescission(cast.who("ai"), number, at=AT)
    with pytest.raises(SecondPerson):
        approve_rescission(cast.who("he"), number, at=AT)
    for code in ("ai", "lin", "mei"):
        with pytest.raises((NotAllowed, NotThere)):
            approve_rescission(cast.who(code), number, at=AT)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Rescission.objects.filter(pk=number).update(
            state="approved", approved_by=cast.id("ai"), approved_on=date(2026, 6, 2), benefits="none", premium="kept"
        )
    approve_rescission(cast.who("yu"), number, at=AT)


def test_no_step_is_skipped_and_none_without_proof_of_this_claim(cast: Cast) -> None:
    _, number, paper = begun(cast)
    ai = cast.who("ai")
    with pytest.raises(RescissionIncomplete) as missing:
        propose_rescission(ai, number, at=AT)
    assert "Step 1" in str(missing.value)
    other = Claim.objects.get(claim_no=claim_at(cast, S.REVIEW, member="bo", policies=["M1-BO"])).papers.earliest("pk")
    for proof in ("", "hearsay", "paper:999999", f"paper:{other.pk}"):
        with pytest.raises(ProofMissing):
            state_step(ai, number, "question", {**steps(paper)["question"], "question_evidence": proof}, at=AT)
    with pytest.raises(WordsMissing):
        state_step(ai, number, "materiality", {"is_material": True, "materiality": " "}, at=AT)
    with pytest.raises(RescissionIncomplete):
        state_step(ai, number, "materiality", {"materiality": "拒保"}, at=AT)
    with pytest.raises(RescissionIncomplete):
        state_step(ai, number, "clocks", {**steps(paper)["clocks"], "known_on": date(2026, 6, 2)}, at=AT)
    with pytest.raises(IntegrityError, match="rescission_complete"), transaction.atomic():
        Rescission.objects.filter(pk=number).update(state="proposed", proposed_by=cast.id("ai"))


@pytest.mark.parametrize(
    ("changed", "bar"),
    [
        ({"answer": "投保前一年三次因糖尿病住院"}, Bar.ANSWER_WAS_TRUE),
        ({"is_material": False}, Bar.NOT_MATERIAL),
        ({"intent": "none"}, Bar.NO_FAULT),
        ({"knew_at_formation": True}, Bar.KNEW_AT_FORMATION),
        ({"premium_taken": True}, Bar.PREMIUM_TAKEN),
    ],
)
def test_what_the_law_bars_is_not_proposed(cast: Cast, changed: dict[str, Any], bar: Bar) -> None:
    from hearth.words.suspicion import BARS

    _, number, paper = begun(cast)
    stated(cast, number, paper, **changed)
    with pytest.raises(RescissionBarred) as barred:
        propose_rescission(cast.who("ai"), number, at=AT)
    assert BARS[bar][1] in str(barred.value)


def test_the_right_lapses_thirty_days_after_we_knew_and_two_years_after_the_contract(cast: Cast) -> None:
    _, number, paper = begun(cast)
    stated(cast, number, paper)
    with pytest.raises(RescissionBarred):
        propose_rescission(cast.who("ai"), number, at=AT + 31 * DAY)
    propose_rescission(cast.who("ai"), number, at=AT + 30 * DAY)
    with pytest.raises(RescissionBarred):
        approve_rescission(cast.who("yu"), number, at=AT + 31 * DAY)
    with pytest.raises(IntegrityError, match="right has lapsed"), transaction.atomic():
        Rescission.objects.filter(pk=number).update(
            state="approved", approved_by=cast.id("yu"), approved_on=date(2026, 7, 2), benefits="none", premium="kept"
        )
    drop_rescission(cast.who("yu"), number, at=AT + 31 * DAY, why="已过三十日")
    with pytest.raises(IntegrityError, match="it has ended"), transaction.atomic():
        Rescission.objects.filter(pk=number).update(state="prepared")


def test_two_years_count_from_the_first_contract_of_a_chain_of_renewals(cast: Cast) -> None:
    first = cast.issue("OP-MEI-1", "outpatient", date(2024, 1, 1), "mei", plan="standard")
    Policy.objects.filter(pk=first.pk).update(issued_at=AT - timedelta(days=880))
    Policy.objects.filter(policy_no="OP-MEI").update(renews=first)
    _, number, paper = begun(cast)
    assert Rescission.objects.get(pk=number).formed_on == date(2024, 1, 3)
    stated(cast, number, paper)
    with pytest.raises(RescissionBarred) as barred:
        propose_rescission(cast.who("ai"), number, at=AT)
    assert "two years" in str(barred.value)


def test_nobody_counts_the_thirty_days_from_later_than_the_paper_came_in(cast: Cast) -> None:
    no, number, paper = begun(cast)
    Claim.objects.get(claim_no=no).papers.update(added_at=AT - 20 * DAY)
    with pytest.raises(KnownEarlier):
        stated(cast, number, paper)


def test_gross_negligence_without_effect_pays_what_happened_before_and_voids_nothing(cast: Cast) -> None:
    _, number, paper = begun(cast)
    stated(cast, number, paper, intent="gross", is_serious=False)
    found = propose_rescission(cast.who("ai"), number, at=AT)
    assert (found.benefits, found.premium) == ("paid", "by_contract")
    approve_rescission(cast.who("yu"), number, at=AT)
    assert to_be_voided(Record.objects.get(kind="rescission.approved").pk, AT) is None


def test_begun_twice_it_is_one_and_a_dropped_one_can_be_begun_anew(cast: Cast) -> None:
    no, number, _ = begun(cast)
    assert prepare_rescission(cast.who("lin"), no, "OP-MEI", at=AT) == number
    with pytest.raises(NotThere):
        prepare_rescission(cast.who("lin"), no, "M1-BO", at=AT)
    with pytest.raises(NotAllowed):
        prepare_rescission(cast.who("mei"), no, "OP-MEI", at=AT)
    assert [row.rescission_id for row in rescissions(cast.who("lin"), AT)] == [number]
    drop_rescission(cast.who("ai"), number, at=AT, why="证据不足")
    assert one_rescission(cast.who("shen"), number, AT).ended_why == "证据不足"
    assert prepare_rescission(cast.who("lin"), no, "OP-MEI", at=AT) != number
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_rescission")


def test_nothing_is_refused_for_non_disclosure_without_a_finished_wizard(cast: Cast) -> None:
    no, number, paper = begun(cast)
    calculating.calculate(cast.who("ai"), no, at=AT)
    refusal: dict[str, Any] = {"outcome": "refused", "reason": "non_disclosure", "clause": "2.2", "evidence": [paper]}
    with pytest.raises(RefusalIncomplete) as refused:
        deciding.decide(cast.who("lin"), no, at=AT, **refusal)
    assert "art. 16" in str(refused.value)
    stated(cast, number, paper)
    propose_rescission(cast.who("ai"), number, at=AT)
    with pytest.raises(RefusalIncomplete):
        deciding.decide(cast.who("lin"), no, at=AT, **refusal)
    # The database says the same to whoever goes around the desk.
    done = deciding.decide(cast.who("lin"), no, at=AT, **{**refusal, "reason": "hospital_not_accepted"})
    again = Decision.objects.get(claim__claim_no=no, number=done.decision)
    again.pk, again.number, again.reason = None, 2, "non_disclosure"
    again.record = Record.objects.filter(kind="rescission.proposed").latest("pk")
    with pytest.raises(IntegrityError, match="without rescinding"), transaction.atomic():
        again.save(force_insert=True)
    approve_rescission(cast.who("yu"), number, at=AT)
    again.save(force_insert=True)


def test_once_two_people_rescinded_the_claim_can_be_refused_for_it(cast: Cast) -> None:
    no, number, paper = begun(cast)
    stated(cast, number, paper)
    propose_rescission(cast.who("ai"), number, at=AT)
    approve_rescission(cast.who("yu"), number, at=AT)
    calculating.calculate(cast.who("lin"), no, at=AT)
    done = deciding.decide(
        cast.who("lin"), no, at=AT, outcome="refused", reason="non_disclosure", clause="2.2", evidence=[paper]
    )
    assert (done.state, done.payable) == ("decided", 0)
