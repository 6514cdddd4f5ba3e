"""Investigating: plan, tasks, evidence, findings, inside the legal limit; whoever investigates never decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from hearth.desks.books import clocks, records
from hearth.desks.suspicion.faults import (
    InvestigationOver,
    InvestigationRuns,
    InvestigationUnfinished,
    InvestigatorDecided,
    NoTimeToInvestigate,
    NotOnThisClaim,
    NotYourInvestigation,
    ProofMissing,
)
from hearth.desks.suspicion.judging import is_of, person_of, worded
from hearth.store.access import Who, one
from hearth.store.models import Claim, ClaimNote, Investigation, InvestigationEvidence, InvestigationTask
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from hearth.words.suspicion import InvestigationOutcome

LASTS = timedelta(days=15)
BEFORE_THE_LIMIT = timedelta(days=1)
MOST_TASKS = 50


@transaction.atomic(durable=True)
def investigate(
    by: Who, claim_no: str, *, at: datetime, words: str, tasks: Sequence[tuple[str, date | None]] = ()
) -> int:
    """Investigate a claim in review.  (1) who and when (2) the claim's mark and clocks (3) rows (4) record.

    Needs:    `words`: what is to be found out; `tasks`: what is to be done, each until a day (or the end)
    Gives:    the investigation; it ends a day before the legal limit at the latest, and that limit runs on
    Records:  claim.investigated.
    Raises: NotThere, NotAllowed, NotOnThisClaim, WordsMissing, InvestigationRuns, InvestigatorDecided,
    NoTimeToInvestigate.
    """
    # 1.
    investigator = person_of(by)
    claim: Claim = one(by, "claim", "investigate", at, lock=True, claim_no=claim_no)
    if claim.state != ClaimState.REVIEW:
        raise NotOnThisClaim(claim_no=claim_no)
    plan = worded(words, "what is to be found out", "需要查明的事项")
    running = Investigation.objects.filter(claim=claim, closed_at__isnull=True).select_related("investigator").first()
    if running is not None:
        raise InvestigationRuns(claim_no=claim_no, name=running.investigator.full_name)
    decision = claim.decision
    if decision is not None and investigator in (decision.decided_by_id, decision.approved_by_id):
        raise InvestigatorDecided
    # 2.
    claim.is_investigated, claim.investigator_id = True, investigator
    clocks.void(claim, codes=("P_DECIDE", "P_REVIEW", *clocks.LANES))
    if claim.accepted_at is not None:
        for code in sorted(clocks.COMPLEX):
            clocks.start(claim, code, claim.accepted_at)
    clocks.begin(claim, "claim.investigation_begun", at)
    claim.due_at = clocks.soonest(claim)
    claim.save()
    # 3.
    note = ClaimNote.objects.create(claim=claim, by_id=investigator, at=at, text=plan)
    row = Investigation.objects.create(
        claim=claim, investigator_id=investigator, plan=plan, opened_at=at, due_at=due(claim, at)
    )
    for number, (what, until) in enumerate(tasks[:MOST_TASKS], 1):
        _task(row, number, what, until)
    # 4.
    records.append(
        "claim.investigated",
        f"claim:{claim_no}",
        by=by,
        at=at,
        data={"note": note.pk, "investigation": row.pk, "due_at": row.due_at.isoformat()},
        sealed={"words": plan},
    )
    return int(row.pk)


def due(claim: Claim, at: datetime) -> datetime:
    """When an investigation ends: in fifteen days, and a day before the legal limit.  Raises: NoTimeToInvestigate."""
    limit = claim.deadlines.filter(code="L1", state__in=clocks.LIVING).order_by("-pk").first()
    if limit is None or limit.due_at is None:
        return at + LASTS
    last = limit.due_at - BEFORE_THE_LIMIT
    if last <= at:
        raise NoTimeToInvestigate(
            claim_no=claim.claim_no, day=day_in_china(limit.due_at - timedelta(microseconds=1)).isoformat()
        )
    return min(at + LASTS, last)


@transaction.atomic(durable=True)
def set_task(by: Who, investigation_id: int, *, at: datetime, what: str, until: date | None = None) -> int:
    """Add a task to one's own investigation; gives its number.

    Records:  investigation.task_set.
    Raises: NotThere, NotAllowed, NotYourInvestigation, InvestigationOver, WordsMissing.
    """
    row = _mine(by, investigation_id, at)
    number = row.tasks.count() + 1
    if number > MOST_TASKS:
        worded("", "a task fewer", "更少的任务")
    _task(row, number, what, until)
    _told(row, "investigation.task_set", by, at, {"task": number}, {"what": what})
    return number


@transaction.atomic(durable=True)
def end_task(
    by: Who, investigation_id: int, number: int, *, at: datetime, result: str, is_dropped: bool = False
) -> None:
    """Say what came of a task, or why it is dropped.

    Records:  investigation.task_ended.
    Raises: NotThere, NotAllowed, NotYourInvestigation, InvestigationOver, WordsMissing.
    """
    row = _mine(by, investigation_id, at)
    task: InvestigationTask | None = row.tasks.filter(number=number, state="open").first()
    if task is None:
        return
    task.result = worded(result, "what came of it", "任务结果")
    task.state, task.ended_by_id, task.ended_at = "dropped" if is_dropped else "done", by.person_id, at
    task.save()
    _told(row, "investigation.task_ended", by, at, {"task": number, "state": task.state}, {"result": task.result})


@transaction.atomic(durable=True)
def add_evidence(by: Who, investigation_id: int, name: str, *, at: datetime, shows: str) -> None:
    """Name a paper or record of the claim that the investigation rests on, and what it shows; once each.

    Records:  investigation.evidence_added.
    Raises: NotThere, NotAllowed, NotYourInvestigation, InvestigationOver, WordsMissing, ProofMissing.
    """
    row = _mine(by, investigation_id, at)
    name = name.strip()[:40]
    if not is_of(row.claim, name):
        raise ProofMissing(name=name or "—")
    said = worded(shows, "what it shows", "证明的内容")
    made, is_new = InvestigationEvidence.objects.get_or_create(
        investigation=row, name=name, defaults={"shows": said, "added_by_id": person_of(by), "added_at": at}
    )
    if is_new:
        _told(row, "investigation.evidence_added", by, at, {"evidence": made.name}, {"shows": said})


@transaction.atomic(durable=True)
def close_investigation(
    by: Who, investigation_id: int, *, at: datetime, outcome: InvestigationOutcome | str, findings: str
) -> None:
    """End one's investigation with what was found.  The claim is decided by somebody else, on their own judgement.

    Needs:    no open task; evidence where it is said to be supported
    Records:  investigation.closed.
    Raises: NotThere, NotAllowed, NotYourInvestigation, InvestigationOver, InvestigationUnfinished, ProofMissing.
    """
    row = _mine(by, investigation_id, at)
    outcome = InvestigationOutcome(outcome)
    said = worded(findings, "what was found", "调查结论")
    if count := row.tasks.filter(state="open").count():
        raise InvestigationUnfinished(count=count)
    if outcome is InvestigationOutcome.SUPPORTED and not row.evidence.exists():
        raise ProofMissing(name="—")
    row.outcome, row.findings, row.closed_at, row.closed_by_id = outcome.value, said, at, by.person_id
    row.save()
    _told(row, "investigation.closed", by, at, {"outcome": outcome.value}, {"findings": said})


def _mine(by: Who, investigation_id: int, at: datetime) -> Investigation:
    person_of(by)
    row: Investigation = one(by, "investigation", "work", at, lock=True, pk=investigation_id)
    if row.investigator_id != by.person_id:
        raise NotYourInvestigation(name=row.investigator.full_name)
    if row.closed_at is not None:
        raise InvestigationOver(day=day_in_china(row.closed_at).isoformat())
    return row


def _task(row: Investigation, number: int, what: str, until: date | None) -> None:
    last = day_in_china(row.due_at - timedelta(microseconds=1))
    InvestigationTask.objects.create(
        investigation=row, number=number, what=worded(what, "the task", "任务"), due_on=min(until or last, last)
    )


def _told(
    row: Investigation, what: str, by: Who, at: datetime, data: dict[str, str | int], sealed: dict[str, str]
) -> None:
    records.append(
        what,
        f"claim:{row.claim.claim_no}",
        by=by,
        at=at,
        data={"investigation": row.pk, **data},
        sealed=sealed,
    )
