"""What looks wrong is raised once, with owner and due date, judged by a person, and changes nothing of a claim."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from hearth.desks.claims import agreeing, deciding, reviewing
from hearth.desks.suspicion import clear, confirm, look, take
from hearth.desks.suspicion.faults import ProofMissing, WordsMissing
from hearth.store.access import HOUSE, NotAllowed, NotThere, rows
from hearth.store.models import Claim, Deadline, HospitalPlace, PaperReading, Record, Suspicion
from hearth.words.claims import ClaimState
from hearth.words.suspicion import Signal, SuspicionState
from tests.desks.cast_rows import AT, DAY, HOUR, STAY_PAPERS, Cast, small_stay, visit
from tests.desks.cast_rows import cast as made
from tests.desks.claims.way import claim_at

S = ClaimState


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return made()


def stays(cast: Cast, state: ClaimState = S.REVIEW) -> tuple[str, str]:
    """Two stays of Mei that lie on top of each other, in two hospitals."""
    first = small_stay()
    second = small_stay(
        amount="6000.00", admitted_on="2026-04-10", discharged_on="2026-04-20", hospital={"name": "甲医院", "level": 3}
    )
    numbers = [
        claim_at(cast, to, policies=["M1-MEI"], facts={"invoices": [bill]}, papers=STAY_PAPERS)
        for bill, to in ((first, S.ACCEPTED), (second, state))
    ]
    return numbers[0], numbers[1]


def test_overlapping_stays_are_raised_once_with_reason_owner_and_due_date(cast: Cast) -> None:
    before, no = stays(cast)
    (raised,) = look(no, at=AT)
    row = Suspicion.objects.get(pk=raised)
    assert (row.signal, row.state, row.subject) == ("overlapping_stays", "suspected", f"claim:{no}")
    assert before in row.evidence[0] and "2026-04-10" in row.findings
    assert row.owner_id == cast.id("ai"), "who reviews the claim looks at it"
    limit = Deadline.objects.get(claim__claim_no=no, code="L1")
    assert limit.due_at is not None and AT < row.due_at <= limit.due_at - DAY
    assert look(no, at=AT + HOUR) == () and Suspicion.objects.count() == 1
    assert Record.objects.filter(kind="suspicion.raised", subject=f"claim:{no}").count() == 1
    body = bytes(Record.objects.get(kind="suspicion.raised").body).decode()
    assert "甲医院" not in body, "the log holds no health content"


def test_a_suspicion_is_cleared_with_words_and_comes_back_only_with_something_new(cast: Cast) -> None:
    _, no = stays(cast)
    (raised,) = look(no, at=AT)
    ai = cast.who("ai")
    with pytest.raises(WordsMissing):
        clear(ai, raised, at=AT, words="  ")
    clear(ai, raised, at=AT, words="转院，第一家医院出院日期写错")
    assert look(no, at=AT + HOUR) == ()
    assert Suspicion.objects.get(pk=raised).state == SuspicionState.CLEARED
    third = small_stay(
        amount="7000.00", admitted_on="2026-04-12", discharged_on="2026-04-14", hospital={"name": "乙医院", "level": 2}
    )
    claim_at(cast, S.ACCEPTED, policies=["M1-MEI"], facts={"invoices": [third]}, papers=STAY_PAPERS)
    assert look(no, at=AT + DAY) == (raised,)
    row = Suspicion.objects.get(pk=raised)
    assert (row.state, row.judged_by_id, row.times_cleared) == (SuspicionState.SUSPECTED, None, 1)


def test_nothing_is_confirmed_without_a_paper_or_record_of_the_claim(cast: Cast) -> None:
    before, no = stays(cast)
    (raised,) = look(no, at=AT)
    ai, claim = cast.who("ai"), Claim.objects.get(claim_no=no)
    strange = Claim.objects.get(claim_no=before).papers.first()
    assert strange is not None
    for proof in ([], ["paper:0"], ["hearsay"], [f"paper:{strange.pk}"]):
        with pytest.raises(ProofMissing):
            confirm(ai, raised, at=AT, words="同一天在两家医院", proof=proof)
    paper = claim.papers.first()
    assert paper is not None
    confirm(ai, raised, at=AT, words="同一天在两家医院", proof=[f"paper:{paper.pk}"])
    row = Suspicion.objects.get(pk=raised)
    assert (row.state, row.proof, row.judged_by_id) == ("confirmed", [f"paper:{paper.pk}"], cast.id("ai"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Suspicion.objects.filter(pk=raised).update(proof=[])
    with pytest.raises(DatabaseError), transaction.atomic():
        Suspicion.objects.filter(pk=raised).update(signal="shared_ring")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.claims.all().delete()


def test_who_it_is_about_does_not_see_it_and_only_those_who_work_on_claims_judge(cast: Cast) -> None:
    _, no = stays(cast)
    (raised,) = look(no, at=AT)
    for code, fault in (("mei", NotAllowed), ("an", NotAllowed), ("fang", NotAllowed), ("shen", NotAllowed)):
        with pytest.raises(fault):
            clear(cast.who(code), raised, at=AT, words="x")
    with pytest.raises(NotAllowed):
        clear(HOUSE, raised, at=AT, words="x")
    assert not rows(cast.who("mei"), "suspicion", "see", AT).exists()
    assert rows(cast.who("shen"), "suspicion", "see", AT).count() == 1
    Claim.objects.filter(claim_no=no).update(person=cast.id("gu"))
    with pytest.raises((NotThere, NotAllowed)):
        clear(cast.who("gu"), raised, at=AT, words="mine")
    take(cast.who("lin"), raised, at=AT)
    assert Suspicion.objects.get(pk=raised).owner_id == cast.id("lin")


def test_with_every_suspicion_open_a_claim_goes_its_way_and_its_clocks_run(cast: Cast) -> None:
    """Anti-fraud measures 2024, art. 23: without solid evidence nothing is delayed or refused."""
    no = claim_at(cast, S.ACCEPTED)
    beside = claim_at(cast, S.CALCULATED, facts={"invoices": [visit()]})
    limits = list(Deadline.objects.order_by("pk").values("code", "state", "due_at", "pauses"))
    before = list(Claim.objects.order_by("pk").values("state", "due_at", "for_person", "facts"))
    for number in (no, beside):
        for signal in Signal:
            row = Suspicion.objects.create(
                subject=f"claim:{number}", signal=signal.value, findings="[]", raised_at=AT, due_at=AT
            )
            row.claims.create(claim=Claim.objects.get(claim_no=number))
    assert list(Deadline.objects.order_by("pk").values("code", "state", "due_at", "pauses")) == limits
    assert list(Claim.objects.order_by("pk").values("state", "due_at", "for_person", "facts")) == before
    done = deciding.decide(cast.who("ai"), beside, at=AT, outcome="approved")
    assert done.state == "decided" and done.paid_out > 0
    assert deciding.decide_straight_through(no, at=AT), "a machine pays it as it would without"
    assert Suspicion.objects.filter(state="suspected").count() == 2 * len(Signal)


def test_the_same_invoice_and_picture_of_another_person_are_raised_and_withdrawn_claims_are_not(cast: Cast) -> None:
    bill = visit()
    first = claim_at(cast, S.SUBMITTED, facts={"invoices": [bill]})
    second = claim_at(cast, S.REVIEW, member="bo", policies=["M1-BO"], facts={"invoices": [bill]})
    picture = Claim.objects.get(claim_no=first).papers.first()
    paper = Claim.objects.get(claim_no=second).papers.first()
    assert paper is not None and picture is not None
    PaperReading.objects.update_or_create(
        paper=paper,
        defaults={"state": "read", "answer": b"{}", "signs": [f"SAME_PICTURE:{picture.pk}", "SUM"], "due_at": AT},
    )
    found = {row.signal: row for row in Suspicion.objects.filter(pk__in=look(second, at=AT))}
    assert set(found) == {"duplicate_invoice", "same_picture", "altered_picture"}
    assert "other_person" in found["duplicate_invoice"].findings and first in found["same_picture"].findings
    agreeing.withdraw(cast.who("mei"), first, at=AT)
    assert look(second, at=AT) == ()
    assert not Suspicion.objects.get(signal="duplicate_invoice").is_found, "a person still says what it was"


def test_of_a_hospital_whose_place_is_unknown_nothing_is_said(cast: Cast) -> None:
    far = visit(hospital={"name": "远方医院", "level": 2})
    claim_at(cast, S.SUBMITTED)
    no = claim_at(cast, S.REVIEW, facts={"invoices": [far]})
    HospitalPlace.objects.create(name="市第一人民医院", latitude=22.5, longitude=114.0, source="register", stated_at=AT)
    assert look(no, at=AT) == ()
    HospitalPlace.objects.create(name="远方医院", latitude=45.8, longitude=126.5, source="register", stated_at=AT)
    (raised,) = look(no, at=AT)
    row = Suspicion.objects.get(pk=raised)
    assert row.signal == "impossible_distance" and '"most": 500' in row.findings


def test_facts_that_were_corrected_are_looked_at_again(cast: Cast) -> None:
    _, no = stays(cast)
    (raised,) = look(no, at=AT)
    claim = Claim.objects.get(claim_no=no)
    bill = {**claim.facts["invoices"][0], "admitted_on": "2026-04-15"}
    reviewing.amend(cast.who("ai"), no, {"invoices": [bill]}, at=AT, why="照发票更正")
    assert look(no, at=AT) == ()
    row = Suspicion.objects.get(pk=raised)
    assert not row.is_found and row.state == "suspected"
