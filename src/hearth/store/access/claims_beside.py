"""Claims beside: the rows that stand beside a claim, and the names of all the people in them, in few questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects

from hearth.store.access.claims import POLICIES
from hearth.store.models import (
    Adjustment,
    Calculation,
    Claim,
    ClaimNote,
    Decision,
    Message,
    Paper,
    Person,
    Proposal,
    Relation,
    Supplement,
    Transition,
)

Names = Mapping[int | None, str]
"""People's names by their ids; nobody's is empty."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The rows beside a claim, and the names of all the people in them."""

    names: Names
    born: Mapping[int, date | None]
    transitions: Sequence[Transition]
    decisions: Sequence[Decision]
    papers: Sequence[Paper]
    last: Calculation | None
    supplements: Sequence[Supplement]
    messages: Sequence[Message]
    proposals: Sequence[Proposal]
    adjustments: Sequence[Adjustment]
    notes: Sequence[ClaimNote]
    family: Sequence[Relation]


_BRIEF = ("full_name", "born_on", "sex", "phone", "language", "large_print")


def beside_of(claim: Claim, is_desk: bool) -> Beside:
    """What stands beside a claim.  Its own people, policies and decision are there afterwards without another question.

    Names are asked for once: a page of a claim has a dozen lists, and each names somebody.
    """
    decisions = list(claim.decisions.select_related("calculation").defer("calculation__case").order_by("number"))
    papers = list(claim.papers.filter(removed_at__isnull=True).order_by("pk"))
    supplements = list(claim.supplements.order_by("number"))
    messages = list(claim.messages.order_by("at", "pk"))
    proposals = list(claim.proposals.order_by("pk")) if is_desk else []
    adjustments = list(claim.adjustments.order_by("pk")) if is_desk else []
    notes = list(claim.notes.order_by("at", "pk")) if is_desk else []
    family = (
        list(Relation.objects.filter(other=claim.person_id, ended_at__isnull=True).order_by("pk")) if is_desk else []
    )
    named: set[int | None] = {
        claim.person_id,
        claim.reporter_id,
        claim.steward_id,
        claim.assessor_id,
        claim.investigator_id,
    }
    named |= {who for row in decisions for who in (row.decided_by_id, row.approved_by_id)}
    named |= {row.added_by_id for row in papers}
    named |= {who for row in supplements for who in (row.asked_by_id, row.supervisor_id)}
    named |= {row.by_id for row in messages} | {row.by_id for row in notes}
    named |= {who for row in proposals for who in (row.proposed_by_id, row.ended_by_id)}
    named |= {row.decided_by_id for row in adjustments} | {row.person_id for row in family}
    people = {one.pk: one for one in Person.objects.filter(pk__in=[pk for pk in named if pk is not None]).only(*_BRIEF)}
    claim.person, claim.reporter = people[claim.person_id], people[claim.reporter_id]
    claim.steward = people[claim.steward_id] if claim.steward_id is not None else None
    claim.assessor = people[claim.assessor_id] if claim.assessor_id is not None else None
    claim.decision = next((row for row in decisions if row.pk == claim.decision_id), None)
    prefetch_related_objects([claim], POLICIES)
    return Beside(
        names={None: "", **{pk: each.full_name for pk, each in people.items()}},
        born={pk: each.born_on for pk, each in people.items()},
        transitions=list(claim.transitions.order_by("seq")),
        decisions=decisions,
        papers=papers,
        last=claim.calculations.order_by("-pk").defer("case").first(),
        supplements=supplements,
        messages=messages,
        proposals=proposals,
        adjustments=adjustments,
        notes=notes,
        family=family,
    )
