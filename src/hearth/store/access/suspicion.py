"""Named reads of suspicions, investigations and rescissions: for those who look, never for whom they concern."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from hearth.store.access.rows import log_read, one, permit, rows
from hearth.store.access.who import Who
from hearth.store.models import Claim, Investigation, Paper, Person, Rescission, Suspicion, SuspicionClaim
from hearth.words.suspicion import Intent, RescissionState, Signal, SuspicionState

MOST = 200
"""Rows of the board at once."""


@dataclass(frozen=True, slots=True)
class SuspicionRow:
    """A suspicion: why, who looks until when, and what was said; numbers of claims out of reach are left out."""

    suspicion_id: int
    subject: str
    signal: Signal
    state: SuspicionState
    findings: tuple[Mapping[str, Any], ...]
    evidence: tuple[str, ...]
    claims: tuple[str, ...]
    claims_in_all: int
    people: Mapping[int, str]
    is_found: bool
    owner_id: int | None
    owner: str
    raised_at: datetime
    due_at: datetime
    judged_by: str
    judged_at: datetime | None
    proof: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper that a suspicion can be confirmed on."""

    paper_id: int
    kind: str
    claim_no: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task of an investigation."""

    number: int
    what: str
    due_on: date
    state: str
    result: str


@dataclass(frozen=True, slots=True)
class InvestigationRow:
    """An investigation with its tasks and evidence."""

    investigation_id: int
    claim_no: str
    person: str
    investigator_id: int
    investigator: str
    plan: str
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None
    outcome: str
    findings: str
    tasks: tuple[TaskRow, ...]
    evidence: tuple[tuple[str, str], ...]
    # (name, kind of the paper) of what it may rest on
    papers: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class RescissionRow:
    """A rescission as far as it was stated."""

    rescission_id: int
    state: RescissionState
    policy_no: str
    product: str
    policy_state: str
    claim_no: str
    holder: str
    formed_on: date
    known_on: date | None
    question: str
    answer: str
    question_evidence: str
    truth: str
    truth_evidence: str
    is_material: bool | None
    materiality: str
    intent: Intent | None
    is_serious: bool | None
    mind: str
    knew_at_formation: bool | None
    premium_taken: bool | None
    last_on: date | None
    benefits: str
    premium: str
    prepared_by_id: int
    prepared_by: str
    proposed_by_id: int | None
    proposed_by: str
    approved_by: str
    approved_on: date | None
    ended_why: str
    papers: tuple[tuple[int, str], ...]

    @property
    def ends_the_claim(self) -> bool:
        """Whether the contract pays nothing any more, so that the claim can be refused for it."""
        return self.state is RescissionState.APPROVED and self.benefits == "none"


@dataclass(frozen=True, slots=True)
class SignalShare:
    """How often a signal was right: the share that people cleared is its false alarms."""

    signal: Signal
    raised: int
    open: int
    confirmed: int
    cleared: int

    @property
    def cleared_bp(self) -> int | None:
        """Of what people judged, the share they cleared, in basis points; None: nothing was judged."""
        judged = self.confirmed + self.cleared
        return self.cleared * 10_000 // judged if judged else None


def suspicions(by: Who, at: datetime, *, claim_no: str = "", is_open: bool = True) -> list[SuspicionRow]:
    """Suspicions within reach: of one claim (all of them, the read is the case's), or the open ones by what ends first.

    Raises: NotAllowed.
    """
    permit(by, "suspicion", "see")
    found = rows(by, "suspicion", "see", at)
    if claim_no:
        claim = rows(by, "claim", "see", at).filter(claim_no=claim_no)
        about = SuspicionClaim.objects.filter(claim__in=claim.values("pk"))
        return _told(found.filter(pk__in=about.values("suspicion")).order_by("state", "due_at", "pk"), by, at)
    found = found.filter(state=SuspicionState.SUSPECTED) if is_open else found.exclude(state=SuspicionState.SUSPECTED)
    told = _told(found.order_by("due_at" if is_open else "-judged_at", "pk")[:MOST], by, at)
    log_read(by, sorted({pk for row in told for pk in row.people}), "suspicion", "board", "claim", at)
    return told


def one_suspicion(by: Who, suspicion_id: int, at: datetime) -> SuspicionRow:
    """One suspicion; the read is logged.  Raises: NotThere, NotAllowed."""
    one(by, "suspicion", "see", at, pk=suspicion_id)
    (told,) = _told(rows(by, "suspicion", "see", at).filter(pk=suspicion_id), by, at)
    log_read(by, sorted(told.people), "suspicion", suspicion_id, "claim", at)
    return told


def papers_of(by: Who, suspicion_id: int, at: datetime) -> list[PaperRow]:
    """The papers of its claims within reach.  Raises: NotThere, NotAllowed."""
    row: Suspicion = one(by, "suspicion", "see", at, pk=suspicion_id)
    about = rows(by, "claim", "see", at).filter(pk__in=row.claims.values("claim"))
    found = Paper.objects.filter(claim__in=about.values("pk"), removed_at__isnull=True).order_by("claim", "pk")[:MOST]
    return [PaperRow(pk, kind, no) for pk, kind, no in found.values_list("pk", "kind", "claim__claim_no")]


def signal_shares(by: Who, at: datetime) -> list[SignalShare]:
    """How many suspicions each signal raised, and what people said of them.  Raises: NotAllowed."""
    permit(by, "suspicion", "see")
    found = rows(by, "suspicion", "see", at).values("signal").order_by("signal")
    counted = found.annotate(
        raised=Count("pk"),
        open=Count("pk", filter=Q(state=SuspicionState.SUSPECTED)),
        confirmed=Count("pk", filter=Q(state=SuspicionState.CONFIRMED)),
        cleared=Count("pk", filter=Q(state=SuspicionState.CLEARED)),
    )
    known = {row["signal"]: row for row in counted}
    return [
        SignalShare(signal, row["raised"], row["open"], row["confirmed"], row["cleared"])
        for signal in Signal
        if (row := known.get(signal.value)) is not None
    ]


def investigations(by: Who, at: datetime, *, claim_no: str = "", is_open: bool = True) -> list[InvestigationRow]:
    """Investigations within reach: of one claim (all of them), or those that run, by what ends first."""
    permit(by, "investigation", "see")
    found = rows(by, "investigation", "see", at)
    if claim_no:
        return [_investigation(row) for row in _with(found.filter(claim__claim_no=claim_no)).order_by("-pk")]
    found = _with(found.filter(closed_at__isnull=is_open))
    listed = [_investigation(row) for row in found.order_by("due_at" if is_open else "-closed_at")[:MOST]]
    log_read(
        by, sorted(set(found.values_list("claim__person", flat=True)[:MOST])), "investigation", "board", "claim", at
    )
    return listed


def one_investigation(by: Who, investigation_id: int, at: datetime) -> InvestigationRow:
    """One investigation; the read is logged.  Raises: NotThere, NotAllowed."""
    row: Investigation = one(by, "investigation", "see", at, pk=investigation_id)
    log_read(by, [row.claim.person_id], "investigation", investigation_id, "claim", at)
    return _investigation(row)


def rescissions(by: Who, at: datetime, *, claim_no: str = "") -> list[RescissionRow]:
    """Rescissions within reach: of one claim, or those under way.  Raises: NotAllowed."""
    permit(by, "rescission", "see")
    found = rows(by, "rescission", "see", at).select_related("policy__holder", "claim", "proposed_by", "approved_by")
    if claim_no:
        return [_rescission(row) for row in found.filter(claim__claim_no=claim_no).order_by("-pk")]
    living = found.filter(state__in=(RescissionState.PREPARED, RescissionState.PROPOSED))
    listed = list(living.order_by("pk")[:MOST])
    log_read(by, sorted({row.policy.holder_id for row in listed}), "rescission", "board", "claim", at)
    return [_rescission(row) for row in listed]


def one_rescission(by: Who, rescission_id: int, at: datetime) -> RescissionRow:
    """One rescission; the read is logged.  Raises: NotThere, NotAllowed."""
    row: Rescission = one(by, "rescission", "see", at, pk=rescission_id)
    log_read(by, [row.policy.holder_id, row.claim.person_id], "rescission", rescission_id, "claim", at)
    return _rescission(row)


def _told(found: QuerySet[Suspicion], by: Who, at: datetime) -> list[SuspicionRow]:
    listed = list(found.select_related("owner", "judged_by"))
    about: dict[int, list[tuple[str, int, str]]] = {}
    links = SuspicionClaim.objects.filter(suspicion__in=[row.pk for row in listed]).order_by("claim_id")
    for suspicion, claim_no, person, name in links.values_list(
        "suspicion", "claim__claim_no", "claim__person", "claim__person__full_name"
    ):
        about.setdefault(suspicion, []).append((claim_no, person, name))
    values = {row.pk: tuple(json.loads(row.findings or "[]")) for row in listed}
    named = {no for each in about.values() for no, _person, _name in each}
    named |= {str(one["claim"]) for each in values.values() for one in each if one.get("claim")}
    seen = set(rows(by, "claim", "see", at).filter(claim_no__in=named).values_list("claim_no", flat=True))
    return [
        SuspicionRow(
            row.pk,
            row.subject,
            Signal(row.signal),
            SuspicionState(row.state),
            tuple({**one, "claim": one["claim"] if one["claim"] in seen else "—"} if "claim" in one else one
                  for one in values[row.pk]),
            tuple(name for name in row.evidence if not name.startswith("claim:") or name[6:] in seen),
            tuple(no for no, _person, _name in about.get(row.pk, ()) if no in seen),
            len(about.get(row.pk, ())),
            {person: name for no, person, name in about.get(row.pk, ()) if no in seen},
            row.is_found,
            row.owner_id,
            "" if row.owner is None else row.owner.full_name,
            row.raised_at,
            row.due_at,
            "" if row.judged_by is None else row.judged_by.full_name,
            row.judged_at,
            tuple(row.proof),
            row.words,
        )
        for row in listed
    ]  # fmt: skip


def _with(found: QuerySet[Any]) -> QuerySet[Any]:
    return found.select_related("claim__person", "investigator").prefetch_related("tasks", "evidence")


def _papers(claim: Claim) -> tuple[tuple[int, str], ...]:
    return tuple(claim.papers.filter(removed_at__isnull=True).order_by("pk").values_list("pk", "kind"))


def _investigation(row: Investigation) -> InvestigationRow:
    return InvestigationRow(
        row.pk,
        row.claim.claim_no,
        row.claim.person.full_name,
        row.investigator_id,
        row.investigator.full_name,
        row.plan,
        row.opened_at,
        row.due_at,
        row.closed_at,
        row.outcome,
        row.findings,
        tuple(
            TaskRow(one.number, one.what, one.due_on, one.state, one.result)
            for one in sorted(row.tasks.all(), key=lambda each: each.number)
        ),
        tuple((one.name, one.shows) for one in sorted(row.evidence.all(), key=lambda each: each.pk)),
        _papers(row.claim),
    )


def _rescission(row: Rescission) -> RescissionRow:
    def name(person: Person | None) -> str:
        return "" if person is None else person.full_name

    return RescissionRow(
        row.pk,
        RescissionState(row.state),
        row.policy.policy_no,
        row.policy.product,
        row.policy.state,
        row.claim.claim_no,
        row.policy.holder.full_name,
        row.formed_on,
        row.known_on,
        row.question,
        row.answer,
        row.question_evidence,
        row.truth,
        row.truth_evidence,
        row.is_material,
        row.materiality,
        Intent(row.intent) if row.intent else None,
        row.is_serious,
        row.mind,
        row.knew_at_formation,
        row.premium_taken,
        row.last_on,
        row.benefits,
        row.premium,
        row.prepared_by_id,
        name(row.prepared_by),
        row.proposed_by_id,
        name(row.proposed_by),
        name(row.approved_by),
        row.approved_on,
        row.ended_why,
        _papers(row.claim),
    )
