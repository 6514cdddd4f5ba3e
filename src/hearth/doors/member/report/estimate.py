"""Estimate: what a claim would pay by what is typed so far: as it stands, and as if every paper were here."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from hearth.desks.claims import calculating, sold
from hearth.doors.member.page import Ask
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import ClaimDecision
from hearth.kernel.adjudication.decision import decide
from hearth.store.access.claims_case import CaseFile
from hearth.words.faults import Fault


@dataclass(frozen=True)
class Estimate:
    """A claim worked out as it stands (`now`) and with every paper (`whole`); or why it cannot be worked out yet."""

    now: ClaimDecision | None = None
    whole: ClaimDecision | None = None
    why_not: str = ""

    @property
    def worth(self) -> dict[tuple[str, ...], int]:
        """What missing papers would add."""
        return (
            {} if self.now is None else {one.papers: one.amount for one in self.now.worth if one.papers and one.amount}
        )


def estimate_of(ask: Ask, held: CaseFile) -> Estimate:
    """The claim worked out; nothing where neither a bill nor a diagnosis is known."""
    if not held.facts.get("invoices") and not held.facts.get("diagnoses"):
        return Estimate()
    try:
        drafted = calculating.draft(ask.by, held.row.claim_no, ask.at)
    except Fault as fault:
        return Estimate(why_not=fault.sentence(ask.lang))
    # A claim without a list of papers is taken as complete.
    claims = [
        {name: value for name, value in one.items() if name != "papers"} if one["no"] == held.row.claim_no else one
        for one in drafted.case["claims"]
    ]
    products = {code: one.terms for code, one in sold.sold().items()}
    try:
        decision = decide(Case.model_validate({**drafted.case, "claims": claims}), products)
    except (Fault, ValidationError):
        return Estimate(now=drafted.mine)
    whole = next(one for one in decision.claims if one.no == held.row.claim_no)
    return Estimate(now=drafted.mine, whole=whole)
