"""Decisions: within authority at once, above it by two people; refusals whole and by people, not by investigators."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hearth.desks.claims import agreeing, calculating, deciding, intake, reporting
from hearth.desks.claims.faults import (
    CalculationStale,
    NoAuthority,
    NoProposal,
    OutcomeDiffers,
    ProposalWaits,
    RefusalIncomplete,
    TwoPeople,
)
from hearth.desks.suspicion import investigate
from hearth.store.access import HOUSE, NotAllowed, NotThere, who
from hearth.store.models import Claim, ClaimPolicy, Decision, Proposal, Record, Relation, RoleGrant, Sample, SoldTerms
from hearth.words.claims import ClaimState, Outcome, Role
from tests.desks.cast_rows import AT, DAY, STAY_PAPERS, VISIT_PAPERS, Cast, add_papers, stay, visit
from tests.desks.claims.way import claim_at

S = ClaimState
CERTIFICATE = ("diagnosis_certificate",)
EXCLUDED = visit(icd="F10.2")
"""A visit because of alcohol: excluded by the outpatient wording."""


def big(cast: Cast, amount: str = "68112.17") -> str:
    """A calculated stay whose amount is above an assessor's authority."""
    whole = stay(
        total=amount, fund="0.00", account="0.00", cash=amount, lines=[{"category": "surgery", "amount": amount}]
    )
    return claim_at(cast, S.CALCULATED, policies=["M1-MEI"], papers=STAY_PAPERS, facts={"invoices": [whole]})


def private(cast: Cast) -> str:
    """A calculated visit in a private hospital, which the plan does not accept."""
    invoice = visit(hospital={"name": "康乐诊所", "level": 2, "ownership": "private"})
    return claim_at(cast, S.CALCULATED, facts={"invoices": [invoice]})


def refusal(cast: Cast, no: str, **changed: Any) -> dict[str, Any]:
    """A complete refusal."""
    paper = Claim.objects.get(claim_no=no).papers.earliest("pk")
    whole = {
        "reason": "hospital_not_accepted",
        "clause": "2.2",
        "evidence": [f"paper:{paper.pk}"],
        "words": "医院不在范围",
    }
    return {"outcome": "refused", **whole, **changed}


def test_within_authority_one_person_decides(cast: Cast) -> None:
    no = claim_at(cast, S.CALCULATED)
    decided = deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")
    decision = Decision.objects.get(claim__claim_no=no)
    assert (decided.state, decided.decision, decided.payable) == ("decided", 1, 28_800)
    assert (decision.decided_by_id, decision.approved_by_id, decision.is_automatic) == (cast.id("ai"), None, False)
    assert (decision.at_stake_fen, decision.authority_fen) == (28_800, 3_000_000)
    assert ClaimPolicy.objects.get(claim__claim_no=no).payable_fen == 28_800


def test_above_authority_it_is_a_proposal_that_a_second_person_approves(cast: Cast) -> None:
    no = big(cast)
    proposed = deciding.decide(cast.who("ai"), no, at=AT, outcome="approved", words="按约定给付")
    assert (proposed.state, proposed.decision) == ("proposed", None)
    assert Claim.objects.get(claim_no=no).state == S.CALCULATED
    with pytest.raises(ProposalWaits):
        deciding.decide(cast.who("lin"), no, at=AT, outcome="approved")
    decided = deciding.approve(cast.who("rui"), no, at=AT + DAY)
    decision = Decision.objects.get(claim__claim_no=no)
    assert (decided.state, decided.payable) == ("decided", 5_811_217)
    assert (decision.decided_by_id, decision.approved_by_id) == (cast.id("ai"), cast.id("rui"))
    assert (decision.authority_fen, decision.words) == (50_000_000, "按约定给付")
    assert Proposal.objects.get(claim__claim_no=no).state == "approved"


def test_nobody_approves_what_they_proposed(cast: Cast) -> None:
    RoleGrant.objects.create(
        person=cast.people["ai"], role=Role.REVIEWER.value, authority_fen=4_000_000, from_at=AT - DAY
    )
    no = big(cast)
    deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")
    with pytest.raises(TwoPeople):
        deciding.approve(cast.who("ai"), no, at=AT)
    with pytest.raises(TwoPeople):
        deciding.send_back_proposal(cast.who("ai"), no, at=AT, why="再看")


def test_an_approver_without_enough_authority_is_told_the_amounts(cast: Cast) -> None:
    no = big(cast, "680000.00")
    deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")
    with pytest.raises(NoAuthority) as told:
        deciding.approve(cast.who("rui"), no, at=AT)
    assert "670,000.00" in told.value.sentence("zh") and "500,000.00" in told.value.sentence("zh")


def test_an_assessor_approves_nothing_and_nothing_is_approved_that_nobody_proposed(cast: Cast) -> None:
    no = big(cast)
    with pytest.raises(NoProposal):
        deciding.approve(cast.who("rui"), no, at=AT)
    deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")
    with pytest.raises(NotAllowed):
        deciding.approve(cast.who("lin"), no, at=AT)


def test_a_proposal_that_was_sent_back_can_be_made_anew(cast: Cast) -> None:
    no = big(cast)
    deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")
    deciding.send_back_proposal(cast.who("rui"), no, at=AT, why="请核对第二张发票")
    assert deciding.decide(cast.who("lin"), no, at=AT, outcome="approved").state == "proposed"
    assert list(Proposal.objects.order_by("pk").values_list("state", flat=True)) == ["sent_back", "waiting"]


def test_authority_counts_at_the_branch_where_it_was_given(cast: Cast) -> None:
    no = claim_at(cast, S.CALCULATED)
    RoleGrant.objects.filter(person=cast.people["ai"]).update(authority_fen=100)
    RoleGrant.objects.create(
        person=cast.people["ai"],
        role=Role.SENIOR_EXPERT.value,
        branch=cast.branches["gz"],
        authority_fen=9_000_000,
        from_at=AT - DAY,
    )
    assert deciding.authority_of(cast.who("ai"), Claim.objects.get(claim_no=no)) == 100
    assert deciding.decide(cast.who("ai"), no, at=AT, outcome="approved").state == "proposed"


def test_who_investigated_neither_decides_nor_approves(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    investigate(cast.who("ai"), no, at=AT, words="核实就诊经过")
    calculating.calculate(cast.who("lin"), no, at=AT)
    with pytest.raises(TwoPeople):
        deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")
    assert deciding.decide(cast.who("lin"), no, at=AT, outcome="approved").state == "decided"


def test_the_database_itself_refuses_a_decision_by_the_investigator(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    claim = Claim.objects.get(claim_no=no)
    Claim.objects.filter(pk=claim.pk).update(investigator=cast.id("lin"))
    assert claim.decision is not None
    with transaction.atomic():
        record = claim.decision.record
    for field in ("decided_by", "approved_by"):
        again = Decision.objects.get(pk=claim.decision_id)
        again.pk, again.number = None, 2
        again.record = Record.objects.exclude(pk=record.pk).latest("pk")
        setattr(again, field, cast.people["lin"])
        with pytest.raises(IntegrityError, match="investigated"), transaction.atomic():
            again.save(force_insert=True)


def test_a_refusal_is_decided_by_a_person_with_reason_clause_and_evidence(cast: Cast) -> None:
    no = private(cast)
    decided = deciding.decide(cast.who("ai"), no, at=AT, **refusal(cast, no))
    decision = Decision.objects.get(claim__claim_no=no)
    assert (decided.outcome, decided.payable, decided.paid_out) == (Outcome.REFUSED, 0, 0)
    assert (decision.reason, decision.clause, decision.decided_by_id) == ("hospital_not_accepted", "2.2", cast.id("ai"))
    assert decision.at_stake_fen == 36_000
    claim = Claim.objects.get(claim_no=no)
    assert claim.deadlines.get(code="L3").state == "running"
    agreeing.decision_told(no, at=AT + DAY)
    assert claim.deadlines.get(code="L3").state == "met"


@pytest.mark.parametrize(
    "missing", [{"reason": ""}, {"reason": "because"}, {"clause": ""}, {"clause": "99.9"}, {"evidence": []},
                {"evidence": ["paper:999999"]}, {"evidence": ["paper:x"]}, {"evidence": ["note:1"]}],
)  # fmt: skip
def test_a_refusal_lacking_anything_is_no_refusal(cast: Cast, missing: dict[str, Any]) -> None:
    no = private(cast)
    with pytest.raises(RefusalIncomplete):
        deciding.decide(cast.who("ai"), no, at=AT, **refusal(cast, no, **missing))
    assert Claim.objects.get(claim_no=no).state == S.CALCULATED


def test_papers_of_another_claim_are_no_evidence(cast: Cast) -> None:
    other = Claim.objects.get(claim_no=claim_at(cast, S.SUBMITTED)).papers.earliest("pk")
    no = private(cast)
    with pytest.raises(RefusalIncomplete):
        deciding.decide(cast.who("ai"), no, at=AT, **refusal(cast, no, evidence=[f"paper:{other.pk}"]))


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("is_automatic = true", "decision_refusal_complete"),
        ("decided_by_id = NULL", "decision_by_somebody|decision_refusal_complete"),
        ("reason = ''", "decision_refusal_complete"),
        ("clause = ''", "decision_refusal_complete"),
        ("evidence = '[]'", "decision_refusal_complete"),
        ("approved_by_id = decided_by_id", "decision_two_people"),
        ("authority_fen = 0", "decision_within_authority"),
        ("payable_fen = 99999999", "decision_within_authority"),
        ("outcome = 'lost'", "decision_outcome_known"),
    ],
)
def test_the_database_itself_refuses_a_decision_that_breaks_a_rule(cast: Cast, change: str, constraint: str) -> None:
    no = private(cast)
    deciding.decide(cast.who("ai"), no, at=AT, **refusal(cast, no))
    column, _, value = change.partition(" = ")
    record = Record.objects.exclude(pk__in=Decision.objects.values("record")).latest("pk")
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'store_decision'")
        names = [name for (name,) in cursor.fetchall() if name != "id"]
        values = [
            value if name == column else {"number": "2", "record_id": str(record.pk)}.get(name, name) for name in names
        ]
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            cursor.execute(
                f"INSERT INTO store_decision ({', '.join(names)}) SELECT {', '.join(values)} FROM store_decision"
            )


def test_no_machine_refuses(cast: Cast) -> None:
    no = private(cast)
    with pytest.raises(NotAllowed):
        deciding.decide(HOUSE, no, at=AT, **refusal(cast, no))
    assert not deciding.decide_straight_through(no, at=AT)
    waiting = Claim.objects.get(claim_no=claim_at(cast, S.ACCEPTED, facts={"invoices": [EXCLUDED]})).claim_no
    assert not deciding.decide_straight_through(waiting, at=AT)
    claim = Claim.objects.get(claim_no=waiting)
    assert (claim.state, claim.for_person, claim.decision_id) == (S.REVIEW, "gate", None)


def test_what_was_calculated_cannot_be_approved_as_something_else(cast: Cast) -> None:
    no = private(cast)
    with pytest.raises(OutcomeDiffers):
        deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")
    with pytest.raises(OutcomeDiffers):
        deciding.decide(cast.who("ai"), claim_at(cast, S.CALCULATED), at=AT, outcome="partial")


def test_a_part_that_a_gate_holds_back_makes_it_a_partial_payment(cast: Cast) -> None:
    abroad = visit(hospital={"name": "康乐诊所", "level": 2, "ownership": "private"})
    no = claim_at(cast, S.CALCULATED, facts={"invoices": [visit(), abroad]})
    decided = deciding.decide(cast.who("ai"), no, at=AT, outcome="partial")
    assert (decided.outcome, decided.payable) == (Outcome.PARTIAL, 28_800)
    assert Decision.objects.get(claim__claim_no=no).at_stake_fen == 28_800 + 36_000


def test_a_decision_rests_on_what_is_true_when_it_is_made(cast: Cast) -> None:
    no = claim_at(cast, S.CALCULATED)
    other = claim_at(cast, S.CALCULATED)
    deciding.decide(cast.who("ai"), other, at=AT, outcome="approved")
    with pytest.raises(CalculationStale):
        deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")
    calculating.calculate(cast.who("ai"), no, at=AT)
    assert deciding.decide(cast.who("ai"), no, at=AT, outcome="approved").state == "decided"


def test_staff_decide_nothing_of_their_own_family(cast: Cast) -> None:
    no = claim_at(cast, S.CALCULATED)
    Relation.objects.create(
        person=cast.people["ai"], other=cast.people["mei"], kind="spouse", proof="结婚证", proven_at=AT - DAY
    )
    with pytest.raises(NotAllowed):
        deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")
    assert deciding.decide(cast.who("lin"), no, at=AT, outcome="approved").state == "decided"


def test_other_branches_and_members_decide_nothing(cast: Cast) -> None:
    no = claim_at(cast, S.CALCULATED)
    with pytest.raises(NotAllowed):
        deciding.decide(cast.who("mei"), no, at=AT, outcome="approved")
    with pytest.raises(NotThere):
        deciding.decide(cast.who("bo"), no, at=AT, outcome="approved")
    RoleGrant.objects.filter(person=cast.people["ai"]).update(branch=cast.branches["gz"])
    with pytest.raises(NotThere):
        deciding.decide(who(cast.people["ai"], AT), no, at=AT, outcome="approved")


# --- without a person ------------------------------------------------------------------------------------------------


@pytest.fixture
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """No claim is drawn for the audit."""
    monkeypatch.setattr("hearth.desks.claims.sampling.drawn_for_person", lambda no, product, at: False)


def test_agreed_arithmetic_within_the_products_amount_is_decided_without_a_person(
    cast: Cast, nothing_drawn: None
) -> None:
    no = claim_at(cast, S.ACCEPTED)
    assert deciding.decide_straight_through(no, at=AT)
    decision = Decision.objects.get(claim__claim_no=no)
    assert (decision.is_automatic, decision.decided_by_id, decision.outcome) == (True, None, "approved")
    assert (decision.payable_fen, decision.authority_fen) == (28_800, 300_000)
    claim = Claim.objects.get(claim_no=no)
    assert [step.to_state for step in claim.transitions.order_by("seq")][-3:] == ["review", "calculated", "decided"]
    assert Record.objects.filter(subject=f"claim:{no}", kind="claim.decided", by="house").count() == 1
    assert not deciding.decide_straight_through(no, at=AT)


@pytest.mark.parametrize(
    ("policies", "facts", "papers", "why"),
    [
        (["OP-MEI"], {"invoices": [EXCLUDED]}, VISIT_PAPERS, "gate"),
        (["OP-MEI"], {"invoices": [visit(total="500.00")]}, VISIT_PAPERS, "gate"),
        (["OP-MEI"], {"invoices": [visit(on="2025-12-31")]}, VISIT_PAPERS, "gate"),
        (["M1-MEI"], {"invoices": [stay()]}, STAY_PAPERS, "amount"),
        (["CI-MEI"], {"diagnoses": [{"on": "2026-05-30", "condition": "stroke_mild"}]}, CERTIFICATE, "product"),
    ],
    ids=["exclusion", "sums", "not in force", "amount", "product"],
)  # fmt: skip
def test_anything_else_is_left_to_a_person_and_says_why(
    cast: Cast, nothing_drawn: None, policies: list[str], facts: dict[str, Any], papers: tuple[str, ...], why: str
) -> None:
    no = claim_at(cast, S.ACCEPTED, policies=policies, facts=facts, papers=papers)
    assert not deciding.decide_straight_through(no, at=AT)
    claim = Claim.objects.get(claim_no=no)
    assert (claim.state, claim.for_person, claim.decision_id) == (S.REVIEW, why, None)


def test_a_missing_paper_is_for_a_person_to_ask_for(cast: Cast, nothing_drawn: None) -> None:
    mei = cast.who("mei")
    no = claim_at(cast, S.REPORTED)
    reporting.submit(mei, no, at=AT, has_no_more=True)
    assert not intake.accept_complete(no, at=AT)
    intake.accept(cast.who("an"), no, at=AT)
    assert not deciding.decide_straight_through(no, at=AT)
    assert Claim.objects.get(claim_no=no).for_person == "gate"


def test_a_claim_that_is_complete_is_accepted_at_once(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED)
    assert intake.accept_complete(no, at=AT)
    assert not intake.accept_complete(no, at=AT)
    assert Claim.objects.get(claim_no=no).state == S.ACCEPTED


def test_a_drawn_claim_goes_to_a_person_with_the_machines_calculation_beside(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hearth.desks.claims.sampling.drawn_for_person", lambda no, product, at: True)
    no = claim_at(cast, S.ACCEPTED)
    assert not deciding.decide_straight_through(no, at=AT)
    sample = Sample.objects.get(claim__claim_no=no)
    assert (sample.machine_fen, sample.product) == (28_800, "outpatient")
    assert Claim.objects.get(claim_no=no).for_person == "sample"


def test_while_a_product_is_braked_nothing_of_it_is_decided_without_a_person(
    cast: Cast, nothing_drawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hearth.desks.claims.sampling.is_braked", lambda product: product == "outpatient")
    no = claim_at(cast, S.ACCEPTED)
    assert not deciding.decide_straight_through(no, at=AT)
    assert Claim.objects.get(claim_no=no).for_person == "brake"


def test_after_a_supplement_a_claim_may_still_go_without_a_person(cast: Cast, nothing_drawn: None) -> None:
    no = claim_at(cast, S.ACCEPTED)
    intake.ask_supplement(cast.who("gu"), no, ["prescription"], at=AT)
    add_papers(cast.who("mei"), no, "prescription")
    intake.receive_supplement(cast.who("mei"), no, at=AT)
    assert deciding.decide_straight_through(no, at=AT)


# --- replay ----------------------------------------------------------------------------------------------------------


def test_a_saved_calculation_run_again_gives_the_same_bit_for_bit(cast: Cast) -> None:
    for no in (big(cast), private(cast), claim_at(cast, S.CALCULATED)):
        calculation = Claim.objects.get(claim_no=no).calculations.get()
        assert calculating.again(calculation) == calculation.result


def test_a_calculation_is_run_again_under_the_terms_it_read_though_the_product_has_changed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = claim_at(cast, S.CALCULATED)
    calculation = Claim.objects.get(claim_no=no).calculations.get()
    (digest,) = calculation.terms
    assert SoldTerms.objects.get(pk=digest).product == "outpatient"
    monkeypatch.setattr("hearth.desks.claims.sold.sold", dict)
    assert calculating.again(calculation) == calculation.result
