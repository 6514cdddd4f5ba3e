"""Judging: the third tier: taken by somebody never involved, an opinion with reasons and clause, what follows."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.disputes.faults import NotTheReviewer, OpinionIncomplete, WasInvolved
from hearth.desks.disputes.steps import MOST_TEXT, dispute_for, go_on, must_be, person_of
from hearth.store.access import HOUSE, Who
from hearth.store.access.involved import was_involved
from hearth.store.models import Claim, Dispute, DisputeOpinion, Record
from hearth.store.shelf import wording
from hearth.words.disputes import OPEN_DISPUTES, DisputeState, Verdict
from hearth.words.faults import Fault, Malformed

D = DisputeState


@transaction.atomic(durable=True)
def take(by: Who, dispute_no: str, *, at: datetime) -> None:
    """Take a dispute on the third tier, by a senior expert who never had to do with the claim.

    Somebody else who never had may take it over from one who is away.
    Records: claim.dispute_taken.  Raises: NotThere, NotAllowed, DisputeNotNow, WasInvolved.
    """
    held = dispute_for(by, "opine", dispute_no, at)
    must_be(held, D.SENIOR)
    who = person_of(by)
    if held.reviewer_id == who:
        return
    if was_involved(held.claim, who):
        raise WasInvolved(claim_no=held.claim.claim_no)
    held.reviewer_id = who
    go_on(held, "taken", "claim.dispute_taken", by=by, at=at, data={"reviewer": who})


@transaction.atomic(durable=True)
def opine(by: Who, dispute_no: str, *, at: datetime, verdict: str, reasons: str, clause: str) -> None:
    """Sign the independent opinion: for the decision, which then stays; or for the member, and it is decided anew.

    Needs:   a clause of a wording of the claim's products
    Records: claim.upheld, or claim.dispute_opined.
    Raises:  NotThere, NotAllowed, DisputeNotNow, NotTheReviewer, OpinionIncomplete.
    """
    held = dispute_for(by, "opine", dispute_no, at)
    must_be(held, D.SENIOR)
    signer = person_of(by)
    if held.reviewer_id != signer:
        raise NotTheReviewer(dispute_no=dispute_no)
    if verdict not in set(Verdict):
        raise OpinionIncomplete(what="for whom it is", what_zh="结论")
    # As text: what is recorded holds plain values alone.
    verdict = Verdict(verdict).value
    plain = reasons.strip()
    if not plain or len(plain) > MOST_TEXT:
        raise OpinionIncomplete(what=f"reasons, {MOST_TEXT} characters at most", what_zh=f"理由（最多 {MOST_TEXT} 字）")
    if clause.strip() not in clauses_of(held.claim):
        raise OpinionIncomplete(what="a clause of the wording", what_zh="条款依据")
    stays = verdict == Verdict.INSURER
    # The row that the opinion is of is on the third tier while it is signed.
    opinion = DisputeOpinion(
        dispute=held, verdict=verdict, clause=clause.strip(), reasons=plain, signed_by_id=signer, signed_at=at
    )
    record = _signed(held, opinion, by, at)
    held.why = "opinion"
    go_on(
        held, "opined", record.kind, by=by, at=at, to=D.UPHELD if stays else D.REDECIDING, words=plain,
        event="dispute.opined", record=record,
    )  # fmt: skip


def _signed(held: Dispute, opinion: DisputeOpinion, by: Who, at: datetime) -> Record:
    opinion.record = records.append(
        "claim.upheld" if opinion.verdict == Verdict.INSURER else "claim.dispute_opined",
        f"claim:{held.claim.claim_no}",
        by=by,
        at=at,
        data={
            "dispute": held.dispute_no,
            "decision": held.decision.number,
            "verdict": opinion.verdict,
            "clause": opinion.clause,
        },
        sealed={"words": opinion.reasons},
    )
    opinion.save(force_insert=True)
    return opinion.record


def clauses_of(claim: Claim) -> frozenset[str]:
    """The clauses of the wordings of a claim's products."""
    found: set[str] = set()
    for product in claim.policies.values_list("policy__product", flat=True):
        try:
            found.update(wording(product).clauses)
        except (Malformed, Fault):
            continue
    return frozenset(found)


@transaction.atomic(durable=True)
def follow(record_id: int, *, at: datetime) -> None:
    """The claim of a dispute was opened again, decided anew or taken back: the dispute follows, once.

    Follows claim.reopened, claim.redecided and claim.withdrawn.  Records: claim.dispute_ended where it ends.
    """
    record = Record.objects.get(pk=record_id)
    claim_no = record.subject.removeprefix("claim:")
    claim = Claim.objects.select_for_update().filter(claim_no=claim_no).first()
    held = (
        None
        if claim is None
        else claim.disputes.select_for_update(of=("self",)).filter(state__in=OPEN_DISPUTES).first()
    )
    if held is None or record.pk <= held.events.get(seq=1).record_id:
        return
    if record.kind == "claim.withdrawn":
        _ended(held, D.WITHDRAWN, "claim", at)
        return
    if held.state != D.REDECIDING:
        held.why = "insurer"
        go_on(held, "reopened", record.kind, by=HOUSE, at=at, to=D.REDECIDING, event="dispute.ended", record=record)
    if record.kind != "claim.redecided":
        return
    number = int(json.loads(bytes(record.body))["data"]["decision"])
    decision = held.claim.decisions.get(number=number)
    first = held.decision
    held.new_decision = decision
    held.changed_fen = decision.paid_out_fen - first.paid_out_fen
    is_changed = (decision.payable_fen, decision.paid_out_fen, decision.outcome) != (
        first.payable_fen, first.paid_out_fen, first.outcome,
    )  # fmt: skip
    _ended(held, D.CHANGED if is_changed else D.UPHELD, "decided", at)


def _ended(held: Dispute, to: DisputeState, why: str, at: datetime) -> None:
    held.why = why
    go_on(
        held, "ended", "claim.dispute_ended", by=HOUSE, at=at, to=to, event="dispute.ended",
        data={"why": why, "changed_fen": held.changed_fen},
    )  # fmt: skip
