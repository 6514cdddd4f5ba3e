"""A product says which suspicions leave a claim to a person; nothing is refused or held up, and no limit stops."""

from __future__ import annotations

from typing import get_args

import pytest

from hearth.desks.claims import calculating, deciding, reviewing, sold
from hearth.desks.claims.straight import decide_many
from hearth.desks.suspicion import clear
from hearth.kernel.product.terms import SignalName
from hearth.store.models import Claim, Deadline, Suspicion
from hearth.words.claims import ClaimState
from hearth.words.suspicion import Signal
from tests.desks.cast_rows import AT, DAY, STAY_PAPERS, Cast, small_stay, visit
from tests.desks.cast_rows import cast as made
from tests.desks.claims.way import claim_at

S = ClaimState


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Everybody; no claim is drawn for the audit."""
    monkeypatch.setattr("hearth.desks.claims.sampling.drawn_for_person", lambda no, product, at: False)
    return made()


def stay(cast: Cast, number: str, member: str = "mei", policy: str = "M1-MEI") -> str:
    """An accepted stay under the million-yuan product."""
    bill = small_stay("700.00") | {"number": number}
    return claim_at(cast, S.ACCEPTED, member=member, policies=[policy], facts={"invoices": [bill]}, papers=STAY_PAPERS)


def raised(no: str, signal: Signal, **more: object) -> Suspicion:
    """A suspicion about a claim."""
    row = Suspicion.objects.create(
        subject=f"claim:{no}", signal=signal.value, findings="[]", raised_at=AT, due_at=AT, **more
    )
    row.claims.create(claim=Claim.objects.get(claim_no=no))
    return row


def limits(*nos: str) -> list[dict[str, object]]:
    return list(
        Deadline.objects.filter(claim__claim_no__in=nos, code__in=("L1", "L4"))
        .order_by("pk")
        .values("code", "state", "due_at", "pauses")
    )


def test_every_signal_has_its_name_in_product_files() -> None:
    assert set(get_args(SignalName)) == {signal.value for signal in Signal}
    million = sold.terms_of("million-medical").suspicions
    assert million["duplicate_invoice"] == "person" and "shared_ring" not in million
    assert sold.terms_of("outpatient").suspicions == {}, "what a product does not state is told and no more"


def test_a_suspicion_that_the_product_minds_leaves_its_claim_to_a_person_while_its_limits_run(cast: Cast) -> None:
    minded, told, plain = (stay(cast, f"000000007{place}") for place in range(3))
    raised(minded, Signal.DUPLICATE_INVOICE)
    raised(told, Signal.SHARED_RING)
    before = limits(minded, told)
    assert not deciding.decide_straight_through(minded, at=AT)
    assert deciding.decide_straight_through(told, at=AT) and deciding.decide_straight_through(plain, at=AT)
    claim = Claim.objects.get(claim_no=minded)
    assert (claim.state, claim.for_person, claim.due_at is not None) == (S.REVIEW, "suspected", True)
    assert [one for one in limits(minded) if one["code"] == "L1"] == [before[0]], "the legal limit runs as before"
    # Open as it is, a person may pay: nothing is delayed or refused because of it.
    ai = cast.who("ai")
    reviewing.begin_review(ai, minded, at=AT)
    calculating.calculate(ai, minded, at=AT)
    done = deciding.decide(ai, minded, at=AT, outcome="approved")
    assert done.state == "decided" and Suspicion.objects.get(subject=f"claim:{minded}").state == "suspected"


def test_of_many_claims_at_once_the_same_ones_are_left_to_people(cast: Cast) -> None:
    nos = [stay(cast, f"000000006{place}") for place in range(4)]
    gone, minded, cleared, confirmed = nos
    raised(gone, Signal.SAME_PICTURE, is_found=False)
    raised(minded, Signal.SAME_PICTURE)
    clear(cast.who("ai"), raised(cleared, Signal.ALTERED_PICTURE).pk, at=AT, words="照片反光")
    raised(
        confirmed,
        Signal.ALTERED_PICTURE,
        state="confirmed",
        proof=["paper:1"],
        judged_by_id=cast.id("ai"),
        judged_at=AT,
    )
    for _ in nos:  # of one owner a claim at a time
        decide_many(nos, at=AT, most=100)
    why = dict(Claim.objects.filter(claim_no__in=nos).values_list("claim_no", "for_person"))
    assert why == {gone: "", minded: "suspected", cleared: "", confirmed: "suspected"}
    decided = set(Claim.objects.filter(claim_no__in=nos, state=S.DECIDED).values_list("claim_no", flat=True))
    assert decided == {gone, cleared}


def test_a_product_that_minds_nothing_pays_and_a_later_suspicion_changes_nothing(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED, facts={"invoices": [visit()]})
    raised(no, Signal.DUPLICATE_INVOICE)
    assert deciding.decide_straight_through(no, at=AT)
    late = stay(cast, "0000000050")
    assert deciding.decide_straight_through(late, at=AT)
    raised(late, Signal.DUPLICATE_INVOICE)
    assert not deciding.decide_straight_through(late, at=AT + DAY)
    assert Claim.objects.get(claim_no=late).state == S.DECIDED
