"""Somebody died: their log-in and everybody's authority end; a proven heir claims, and the money goes to the heir."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.desks import people
from hearth.desks.claims import agreeing, calculating, deciding, intake, reporting, reviewing
from hearth.desks.claims.faults import AccountNotPossible
from hearth.desks.people.faults import DeathCannotBe, RelationCannotBe
from hearth.desks.service import notices
from hearth.store.access import NotAllowed, NotThere, family_of
from hearth.store.models import Claim, Notice, Person, Record, Relation
from tests.desks.cast_rows import AT, DAY, VISIT_PAPERS, Cast, add_papers, visit
from tests.desks.cast_rows import cast as made

pytestmark = pytest.mark.django_db

PROOF = "死亡医学证明 4403-2026-001"
DIED = date(2026, 5, 25)


def heir(cast: Cast) -> int:
    """Hui's husband says that he is her heir, and the steward has looked at the proof."""
    relation = people.state_relation(cast.who("qiang"), cast.id("qiang"), cast.id("hui"), "heir", at=AT)
    people.prove_relation(cast.who("an"), relation, "亲属关系公证书 2026-118", at=AT)
    return relation


def test_a_death_ends_the_log_in_and_every_authority_and_makes_room_for_heirs_alone() -> None:
    cast = made()
    with pytest.raises(RelationCannotBe):
        people.state_relation(cast.who("qiang"), cast.id("qiang"), cast.id("hui"), "heir", at=AT)
    assert len(family_of(cast.id("hui"), AT)) == 4
    for day, proof in ((date(2026, 6, 2), PROOF), (date(1900, 1, 1), PROOF), (DIED, "")):
        with pytest.raises(DeathCannotBe):
            people.record_death(cast.who("an"), cast.id("hui"), day, proof, at=AT)
    for _ in range(2):
        people.record_death(cast.who("an"), cast.id("hui"), DIED, PROOF, at=AT)
    hui = Person.objects.get(pk=cast.id("hui"))
    assert (hui.died_on, hui.is_active, family_of(hui.pk, AT)) == (DIED, False, (hui.pk,))
    assert PROOF.encode() not in bytes(Record.objects.get(kind="person.died").body)
    with pytest.raises(RelationCannotBe):
        people.state_relation(cast.who("qiang"), cast.id("qiang"), hui.pk, "spouse", at=AT)
    heir(cast)
    assert family_of(cast.id("qiang"), AT) == (cast.id("qiang"), hui.pk)
    # It was a mistake: she is back, and nobody is her heir.
    people.take_death_back(cast.who("an"), hui.pk, "登记对象有误", at=AT)
    hui.refresh_from_db()
    assert (hui.died_on, hui.is_active) == (None, True)
    assert not Relation.objects.filter(kind="heir", ended_at__isnull=True).exists()


def test_nobody_far_away_writes_a_death_down() -> None:
    cast = made()
    with pytest.raises((NotAllowed, NotThere)):
        people.record_death(cast.who("qiang"), cast.id("hui"), DIED, PROOF, at=AT)
    with pytest.raises(NotThere):
        people.record_death(cast.who("an"), 10**9, DIED, PROOF, at=AT)
    assert not Person.objects.filter(died_on__isnull=False).exists()


def test_a_proven_heir_claims_and_is_paid_to_an_account_of_their_own() -> None:
    cast = made()
    cast.issue("OP-HUI", "outpatient", date(2026, 1, 1), "hui", plan="standard")
    people.record_death(cast.who("an"), cast.id("hui"), DIED, PROOF, at=AT)
    with pytest.raises(NotThere):
        reporting.start_draft(cast.who("qiang"), cast.id("hui"), at=AT, policy_nos=["OP-HUI"])
    heir(cast)
    qiang, ai = cast.who("qiang"), cast.who("ai")
    no = reporting.start_draft(qiang, cast.id("hui"), at=AT, policy_nos=["OP-HUI"])
    with pytest.raises(AccountNotPossible):
        reporting.save_draft(qiang, no, at=AT, account_id=cast.accounts["hui"].pk)
    reporting.save_draft(qiang, no, at=AT, facts={"invoices": [visit()]}, account_id=cast.accounts["qiang"].pk)
    told = reporting.report(qiang, no, at=AT)
    assert not [
        one.paper for one in told.wanted if one.paper in ("relation_proof", "authorisation") and not one.is_at_hand
    ]
    add_papers(qiang, no, *VISIT_PAPERS, at=AT)
    reporting.submit(qiang, no, at=AT)
    intake.accept(cast.who("an"), no, at=AT)
    reviewing.begin_review(ai, no, at=AT)
    calculating.calculate(ai, no, at=AT)
    deciding.decide(ai, no, at=AT, outcome="approved")
    agreeing.agree(qiang, no, at=AT + DAY)
    claim = Claim.objects.get(claim_no=no)
    assert claim.state == "agreed" and claim.account == cast.accounts["qiang"]
    for record in Record.objects.filter(subject=f"claim:{no}"):
        notices.notify(record.pk, at=AT)
    assert set(Notice.objects.values_list("person__username", flat=True)) == {"qiang"}
