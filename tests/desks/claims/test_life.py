"""A claim goes its whole way: begun, reported, sent, accepted, reviewed, calculated, decided, agreed, paid, closed."""

from __future__ import annotations

import pytest

from hearth.desks.claims import agreeing, calculating, deciding, intake, reporting
from hearth.store.models import Claim, Record
from hearth.words.claims import ClaimState, Outcome
from tests.desks.cast_rows import AT, DAY, HOUR, STAY_PAPERS, Cast, add_papers, confirm, settle_constraints, stay

S = ClaimState


def test_a_stay_of_mei_goes_from_draft_to_closed(cast: Cast) -> None:
    mei, ai = cast.who("mei"), cast.who("ai")
    no = reporting.start_draft(mei, cast.id("mei"), at=AT, policy_nos=["M1-MEI"])
    reporting.save_draft(
        mei, no, at=AT, facts={"invoices": [stay()]}, story="胆囊手术", account_id=cast.accounts["mei"].pk
    )
    wanted = reporting.report(mei, no, at=AT).wanted
    assert {one.paper for one in wanted if one.is_obligatory and not one.is_at_hand} == set(STAY_PAPERS)
    add_papers(mei, no, *STAY_PAPERS)
    reporting.submit(mei, no, at=AT + HOUR)
    intake.accept(cast.who("an"), no, at=AT + 2 * HOUR)
    calculated = calculating.calculate(ai, no, at=AT + 3 * HOUR)
    assert (calculated.payable, calculated.proposal) == (1_705_287, Outcome.APPROVED)
    decided = deciding.decide(ai, no, at=AT + 4 * HOUR, outcome="approved")
    assert (decided.state, decided.payable, decided.paid_out) == ("decided", 1_705_287, 1_705_287)
    agreeing.decision_told(no, at=AT + 5 * HOUR)
    agreeing.agree(mei, no, at=AT + DAY)
    payment = confirm(Claim.objects.get(claim_no=no))
    assert agreeing.mark_paid(payment.pk, AT + 2 * DAY)
    agreeing.close(ai, no, at=AT + 3 * DAY)
    settle_constraints()
    claim = Claim.objects.get(claim_no=no)
    assert claim.state == S.CLOSED
    assert [step.to_state for step in claim.transitions.order_by("seq")] == [
        "reported", "submitted", "accepted", "review", "calculated", "decided", "agreed", "paid", "closed",
    ]  # fmt: skip
    kinds = list(Record.objects.filter(subject=f"claim:{no}").order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "claim.reported", "paper.added", "paper.added", "paper.added", "claim.submitted", "claim.accepted",
        "claim.review_begun", "claim.calculated", "claim.decided", "claim.agreed", "claim.paid", "claim.closed",
    ]  # fmt: skip


if __name__ == "__main__":
    pytest.main([__file__])
