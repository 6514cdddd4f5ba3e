"""What a void or a late event would change in settled claims is proposed; a person takes it or leaves it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from hearth.desks.books import records
from hearth.desks.claims import adjusting, agreeing, following
from hearth.desks.claims.faults import AdjustmentDone, NoAuthority
from hearth.store.access import HOUSE, NotAllowed
from hearth.store.models import Adjustment, Claim, Record, RoleGrant
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, DAY, STAY_PAPERS, Cast, small_stay
from tests.desks.claims.test_calculating import ACCIDENT
from tests.desks.claims.way import claim_at

S = ClaimState


def decided_record(no: str) -> int:
    """The record of a claim's decision."""
    return Record.objects.filter(subject=f"claim:{no}", kind="claim.decided").latest("pk").pk


def paid_stay(cast: Cast, amount: str, on: str) -> str:
    """A decided stay of Mei under M1."""
    invoice = small_stay(amount, admitted_on=on, discharged_on=on)
    return claim_at(cast, S.DECIDED, policies=["M1-MEI"], facts={"invoices": [invoice]}, papers=STAY_PAPERS)


def test_an_event_that_came_in_late_proposes_what_it_changes_in_a_settled_claim(cast: Cast) -> None:
    may = paid_stay(cast, "16000.00", "2026-05-10")
    april = paid_stay(cast, "4000.00", "2026-04-10")
    assert [claim.decision.paid_out_fen for claim in Claim.objects.order_by("pk")] == [600_000, 0]  # type: ignore[union-attr]
    (proposed,) = adjusting.propose_adjustments(decided_record(april), AT)
    assert (proposed.claim_no, proposed.old, proposed.new) == (may, 600_000, 1_000_000)
    assert adjusting.propose_adjustments(decided_record(april), AT) == ()
    assert Claim.objects.get(claim_no=may).decision.paid_out_fen == 600_000  # type: ignore[union-attr]


def test_a_claim_decided_in_the_order_of_its_events_changes_nothing(cast: Cast) -> None:
    paid_stay(cast, "4000.00", "2026-04-10")
    may = paid_stay(cast, "16000.00", "2026-05-10")
    assert adjusting.propose_adjustments(decided_record(may), AT) == ()


def void(cast: Cast, no: str) -> int:
    """A policy that was voided, and the record of it."""
    cast.policies[no].state = "void"
    cast.policies[no].save()
    with transaction.atomic():
        return records.append("policy.voided", f"policy:{no}", by=HOUSE, at=AT, data={"policy": no}).pk


def accident(cast: Cast) -> str:
    """E11, decided: the accident policy pays 4,364.18, M1 looks at the rest."""
    return claim_at(
        cast, S.DECIDED, member="hui", person="yue", policies=["ACC-YUE", "M1-HUI"], facts=ACCIDENT,
        papers=(*STAY_PAPERS, "accident_proof"),
    )  # fmt: skip


def test_after_a_void_the_settled_claims_under_the_policy_are_run_again_without_it(cast: Cast) -> None:
    no = accident(cast)
    (proposed,) = adjusting.propose_adjustments(void(cast, "ACC-YUE"), AT)
    assert (proposed.claim_no, proposed.old, proposed.new) == (no, 436_418, 0)
    adjustment = Adjustment.objects.get()
    assert (adjustment.cause, adjustment.state) == ("policy_voided", "proposed")
    assert adjustment.result["claims"][0]["policies"][0]["policy"] == "M1-HUI"


def test_a_claim_whose_only_policy_is_void_would_pay_nothing(cast: Cast) -> None:
    no = claim_at(cast, S.PAID)
    (proposed,) = adjusting.propose_adjustments(void(cast, "OP-MEI"), AT)
    assert (proposed.claim_no, proposed.old, proposed.new) == (no, 28_800, 0)


def test_what_the_loss_itself_used_up_stays_used_up_when_another_policy_is_void(cast: Cast) -> None:
    no = accident(cast)
    claim_at(
        cast, S.DECIDED, member="qiang", policies=["M1-HUI"], papers=STAY_PAPERS,
        facts={"invoices": [small_stay("12000.00", admitted_on="2026-05-25", discharged_on="2026-05-28")]},
    )  # fmt: skip
    found = {one.claim_no: (one.old, one.new) for one in adjusting.propose_adjustments(void(cast, "ACC-YUE"), AT)}
    assert found == {no: (436_418, 0)}, "the deductible had used 5,555.23 with the accident policy and without it"


def proposed(cast: Cast) -> int:
    """An adjustment that waits."""
    paid_stay(cast, "16000.00", "2026-05-10")
    april = paid_stay(cast, "4000.00", "2026-04-10")
    assert following.propose_adjustments(decided_record(april), AT) == 1
    return Adjustment.objects.get().pk


def test_a_person_takes_an_adjustment_with_authority_and_a_reason(cast: Cast) -> None:
    adjustment = proposed(cast)
    with pytest.raises(NotAllowed):
        adjusting.settle_adjustment(cast.who("ai"), adjustment, at=AT, take=True, why="补付")
    adjusting.settle_adjustment(cast.who("rui"), adjustment, at=AT, take=True, why="先前的就诊后报")
    row = Adjustment.objects.get()
    assert (row.state, row.decided_by_id, row.why) == ("taken", cast.id("rui"), "先前的就诊后报")
    assert adjusting.standing(row.claim) == 1_000_000
    records_of = Record.objects.filter(kind="claim.adjusted")
    assert records_of.count() == 1
    adjusting.settle_adjustment(cast.who("rui"), adjustment, at=AT + DAY, take=True, why="再点一次")
    assert records_of.count() == 1
    with pytest.raises(AdjustmentDone):
        adjusting.settle_adjustment(cast.who("rui"), adjustment, at=AT, take=False, why="不补")


def test_what_a_person_left_is_not_proposed_again(cast: Cast) -> None:
    adjustment = proposed(cast)
    adjusting.settle_adjustment(cast.who("shi"), adjustment, at=AT, take=False, why="差额由会员放弃")
    assert adjusting.standing(Adjustment.objects.get().claim) == 600_000
    april = Claim.objects.latest("pk").claim_no
    with transaction.atomic():
        again = records.append("claim.adjusted", f"claim:{april}", by=HOUSE, at=AT)
    assert adjusting.propose_adjustments(again.pk, AT) == ()


def test_an_adjustment_above_ones_authority_is_not_taken(cast: Cast) -> None:
    adjustment = proposed(cast)
    RoleGrant.objects.filter(person=cast.people["rui"]).update(authority_fen=100)
    with pytest.raises(NoAuthority):
        adjusting.settle_adjustment(cast.who("rui"), adjustment, at=AT, take=True, why="补付")
    adjusting.settle_adjustment(cast.who("rui"), adjustment, at=AT, take=False, why="不补")


def test_the_database_itself_wants_a_person_for_an_adjustment(cast: Cast) -> None:
    adjustment = proposed(cast)
    with pytest.raises(IntegrityError, match="adjustment_by_a_person"), transaction.atomic():
        Adjustment.objects.filter(pk=adjustment).update(state="taken")


def test_withdrawn_claims_are_left_alone(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    agreeing.withdraw(cast.who("mei"), no, at=AT)
    assert adjusting.propose_adjustments(void(cast, "OP-MEI"), AT) == ()
