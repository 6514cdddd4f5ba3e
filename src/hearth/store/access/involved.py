"""Involved: whether somebody ever had to do with a claim; the database asks the same of reviewers by trigger."""

from __future__ import annotations

from django.db.models import Q

from hearth.store.models import Advance, Claim, Record, Sample


def was_involved(claim: Claim, person_id: int) -> bool:
    """Whether somebody ever had to do with a claim: recorded, decided, wrote, asked, worked on it, or is of it."""
    named = f"person:{person_id}"
    if person_id in (claim.person_id, claim.reporter_id, claim.steward_id, claim.assessor_id, claim.investigator_id):
        return True
    return (
        Record.objects.filter(subject=f"claim:{claim.claim_no}", by=named).exists()
        or claim.transitions.filter(by=named).exists()
        or claim.calculations.filter(by=named).exists()
        or claim.decisions.filter(Q(decided_by=person_id) | Q(approved_by=person_id)).exists()
        or claim.proposals.filter(Q(proposed_by=person_id) | Q(ended_by=person_id)).exists()
        or claim.adjustments.filter(decided_by=person_id).exists()
        or Sample.objects.filter(claim=claim, judged_by=person_id).exists()
        or claim.notes.filter(by=person_id).exists()
        or claim.messages.filter(by=person_id).exists()
        or claim.supplements.filter(Q(asked_by=person_id) | Q(supervisor=person_id)).exists()
        or claim.papers.filter(added_by=person_id).exists()
        or claim.findings.filter(by=person_id).exists()
        or claim.orders.filter(events__by=person_id).exists()
        or claim.disputes.filter(events__by=person_id).exists()
        or claim.thread_members.filter(person=person_id).exists()
        or claim.investigations.filter(evidence__added_by=person_id).exists()
        or claim.rescissions.filter(
            Q(prepared_by=person_id) | Q(proposed_by=person_id) | Q(approved_by=person_id)
        ).exists()
        or claim.suspicions.filter(Q(suspicion__owner=person_id) | Q(suspicion__judged_by=person_id)).exists()
        or Record.objects.filter(
            subject__in=[
                f"advance:{no}" for no in Advance.objects.filter(claim=claim).values_list("advance_no", flat=True)
            ],
            by=named,
        ).exists()
    )
