"""A claim taken some way along, for the tests of what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hearth.desks.claims import agreeing, calculating, deciding, intake, reporting, reviewing
from hearth.store.models import Claim
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, VISIT_PAPERS, Cast, add_papers, confirm, visit

S = ClaimState

ORDER = (S.DRAFT, S.REPORTED, S.SUBMITTED, S.ACCEPTED, S.REVIEW, S.CALCULATED, S.DECIDED, S.AGREED, S.PAID, S.CLOSED)


def claim_at(
    cast: Cast,
    state: ClaimState,
    *,
    at: datetime = AT,
    member: str = "mei",
    person: str | None = None,
    policies: Sequence[str] = ("OP-MEI",),
    facts: dict[str, Any] | None = None,
    papers: Sequence[str] = VISIT_PAPERS,
    account: str | None = None,
) -> str:
    """A claim in a state that every claim passes, by the verbs of the desk; its number."""
    by, ai = cast.who(member), cast.who("ai")
    no = reporting.start_draft(by, cast.id(person or member), at=at, policy_nos=list(policies))
    reporting.save_draft(
        by,
        no,
        at=at,
        facts=facts or {"invoices": [visit()]},
        story="看病",
        account_id=cast.accounts[account or member].pk,
    )
    steps = (
        lambda: reporting.report(by, no, at=at),
        lambda: (add_papers(by, no, *papers, at=at), reporting.submit(by, no, at=at)),
        lambda: intake.accept(cast.who("an"), no, at=at),
        lambda: reviewing.begin_review(ai, no, at=at),
        lambda: calculating.calculate(ai, no, at=at),
        lambda: deciding.decide(ai, no, at=at, outcome=Claim.objects.get(claim_no=no).calculations.get().proposal),
        lambda: agreeing.agree(by, no, at=at),
        lambda: agreeing.mark_paid(confirm(Claim.objects.get(claim_no=no)).pk, at),
        lambda: agreeing.close(ai, no, at=at),
    )
    for step in steps[: ORDER.index(state)]:
        step()
    assert Claim.objects.get(claim_no=no).state == state
    return no
