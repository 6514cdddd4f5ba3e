"""Investigations: planned, with tasks and evidence, inside the legal limit; who investigates never decides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from hearth.desks.claims import agreeing, calculating, deciding
from hearth.desks.claims.faults import TwoPeople
from hearth.desks.suspicion import add_evidence, close_investigation, end_task, investigate, set_task
from hearth.desks.suspicion.faults import (
    InvestigationOver,
    InvestigationRuns,
    InvestigationUnfinished,
    InvestigatorDecided,
    NoTimeToInvestigate,
    NotOnThisClaim,
    NotYourInvestigation,
    ProofMissing,
    WordsMissing,
)
from hearth.store.access import HOUSE, NotAllowed
from hearth.store.access.suspicion import investigations, one_investigation
from hearth.store.models import Claim, Deadline, Decision, Investigation, InvestigationTask, Record
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, DAY, HOUR, Cast
from tests.desks.cast_rows import cast as made
from tests.desks.claims.way import claim_at

S = ClaimState
PLAN = "向就诊医院调取病历，核实首次出现症状的时间"


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return made()


def limit_of(no: str) -> Deadline:
    """The legal limit of a claim."""
    return Deadline.objects.get(claim__claim_no=no, code="L1")


def test_an_investigation_has_a_plan_and_ends_before_the_legal_limit_which_runs_on(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    before = limit_of(no)
    number = investigate(
        cast.who("ai"), no, at=AT, words=PLAN, tasks=[("调取病历", date(2026, 6, 5)), ("电话回访", None)]
    )
    row, claim, after = Investigation.objects.get(pk=number), Claim.objects.get(claim_no=no), limit_of(no)
    assert (claim.is_investigated, claim.investigator_id, claim.state) == (True, cast.id("ai"), S.REVIEW)
    assert (after.state, after.due_at, after.pauses) == ("running", before.due_at, before.pauses)
    assert after.due_at is not None and row.due_at <= after.due_at - DAY
    assert row.due_at <= AT + 15 * DAY
    assert next(task.due_on for task in row.tasks.order_by("number")) == date(2026, 6, 5)
    body = bytes(Record.objects.get(kind="claim.investigated").body).decode()
    assert "病历" not in body, "the log holds no words about anybody's health"


def test_a_task_is_never_due_after_its_investigation(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    number = investigate(cast.who("ai"), no, at=AT, words=PLAN)
    set_task(cast.who("ai"), number, at=AT, what="走访医院", until=date(2030, 1, 1))
    row = Investigation.objects.get(pk=number)
    assert row.tasks.get().due_on <= row.due_at.date()


def test_where_the_law_leaves_no_day_nothing_is_investigated(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    due = limit_of(no).due_at
    assert due is not None
    with pytest.raises(NoTimeToInvestigate):
        investigate(cast.who("ai"), no, at=due - HOUR, words=PLAN)
    assert not Claim.objects.get(claim_no=no).is_investigated
    with pytest.raises(IntegrityError, match="legal limit"), transaction.atomic():
        Investigation.objects.create(
            claim=Claim.objects.get(claim_no=no), investigator=cast.people["ai"], opened_at=AT, due_at=due
        )


def test_one_at_a_time_in_review_by_a_person_who_may(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    for code in ("mei", "an", "fang", "shen"):
        with pytest.raises(NotAllowed):
            investigate(cast.who(code), no, at=AT, words=PLAN)
    with pytest.raises(NotAllowed):
        investigate(HOUSE, no, at=AT, words=PLAN)
    with pytest.raises(WordsMissing):
        investigate(cast.who("ai"), no, at=AT, words=" ")
    investigate(cast.who("ai"), no, at=AT, words=PLAN)
    with pytest.raises(InvestigationRuns):
        investigate(cast.who("lin"), no, at=AT, words=PLAN)
    with pytest.raises(NotOnThisClaim):
        investigate(cast.who("ai"), claim_at(cast, S.ACCEPTED), at=AT, words=PLAN)


def test_tasks_and_evidence_are_kept_and_the_end_says_what_was_found(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    ai = cast.who("ai")
    number = investigate(ai, no, at=AT, words=PLAN, tasks=[("调取病历", None)])
    with pytest.raises(NotYourInvestigation):
        set_task(cast.who("lin"), number, at=AT, what="走访医院")
    second = set_task(ai, number, at=AT, what="走访医院")
    with pytest.raises(InvestigationUnfinished):
        close_investigation(ai, number, at=AT, outcome="not_supported", findings="查无异常")
    end_task(ai, number, 1, at=AT + HOUR, result="病历已取得，首诊在投保之后")
    end_task(ai, number, second, at=AT + HOUR, result="无需走访", is_dropped=True)
    with pytest.raises(ProofMissing):
        close_investigation(ai, number, at=AT, outcome="supported", findings="投保前已就诊")
    with pytest.raises(ProofMissing):
        add_evidence(ai, number, "paper:999999", at=AT, shows="首诊日期")
    paper = Claim.objects.get(claim_no=no).papers.earliest("pk")
    for _twice in range(2):
        add_evidence(ai, number, f"paper:{paper.pk}", at=AT + HOUR, shows="首诊日期")
    close_investigation(ai, number, at=AT + DAY, outcome="supported", findings="投保前已就诊")
    told = one_investigation(cast.who("lin"), number, AT + DAY)
    assert [(task.number, task.state) for task in told.tasks] == [(1, "done"), (2, "dropped")]
    assert told.evidence == ((f"paper:{paper.pk}", "首诊日期"),)
    assert (told.outcome, told.findings, told.closed_at) == ("supported", "投保前已就诊", AT + DAY)
    for late in (
        lambda: set_task(ai, number, at=AT + DAY, what="再查"),
        lambda: close_investigation(ai, number, at=AT + DAY, outcome="open", findings="再查"),
    ):
        with pytest.raises(InvestigationOver):
            late()
    assert investigations(ai, AT + DAY) == []
    assert [one.investigation_id for one in investigations(ai, AT + DAY, claim_no=no)] == [number]
    kinds = Record.objects.filter(subject=f"claim:{no}", kind__startswith="investigation.")
    assert sorted(kinds.values_list("kind", flat=True)) == [
        "investigation.closed",
        "investigation.evidence_added",
        "investigation.task_ended",
        "investigation.task_ended",
        "investigation.task_set",
    ]


def test_who_investigated_first_does_not_decide_after_a_colleague_investigated_again(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    for code in ("ai", "lin"):
        number = investigate(cast.who(code), no, at=AT, words=PLAN)
        close_investigation(cast.who(code), number, at=AT, outcome="not_supported", findings="未发现异常")
    assert Claim.objects.get(claim_no=no).investigator_id == cast.id("lin")
    calculating.calculate(cast.who("rui"), no, at=AT)
    for code in ("ai", "lin"):
        with pytest.raises(TwoPeople):
            deciding.decide(cast.who(code), no, at=AT, outcome="approved")
    assert deciding.decide(cast.who("rui"), no, at=AT, outcome="approved").state == "decided"


def test_the_database_itself_refuses_a_decision_by_any_investigator(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    number = investigate(cast.who("ai"), no, at=AT, words=PLAN)
    close_investigation(cast.who("ai"), number, at=AT, outcome="not_supported", findings="未发现异常")
    calculating.calculate(cast.who("lin"), no, at=AT)
    deciding.decide(cast.who("lin"), no, at=AT, outcome="approved")
    # Somebody wipes the mark off the claim: the investigation itself still stands in the way.
    Claim.objects.filter(claim_no=no).update(investigator=None)
    spare = Record.objects.filter(kind="investigation.closed").latest("pk").pk
    for column in ("decided_by_id", "approved_by_id"):
        names = [field.column for field in Decision._meta.concrete_fields if field.column != "id"]
        values = [
            {"number": "2", column: str(cast.id("ai")), "record_id": str(spare)}.get(name, f'"{name}"')
            for name in names
        ]
        listed = ", ".join('"' + name + '"' for name in names)
        with pytest.raises(IntegrityError, match="investigated"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO store_decision ({listed}) SELECT {', '.join(values)} FROM store_decision")


def test_who_decided_a_claim_does_not_investigate_it_when_it_comes_back(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    paper = Claim.objects.get(claim_no=no).papers.earliest("pk")
    agreeing.reopen(cast.who("rui"), no, at=AT, why="医院补开发票", evidence=[f"paper:{paper.pk}"])
    with pytest.raises(InvestigatorDecided):
        investigate(cast.who("ai"), no, at=AT, words=PLAN)
    claim = Claim.objects.get(claim_no=no)
    with pytest.raises(IntegrityError, match="does not investigate"), transaction.atomic():
        Investigation.objects.create(
            claim=claim, investigator=cast.people["ai"], opened_at=AT, due_at=AT + timedelta(days=1)
        )


def test_nothing_of_an_investigation_is_deleted_or_given_to_another(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    number = investigate(cast.who("ai"), no, at=AT, words=PLAN, tasks=[("调取病历", None)])
    for table in ("store_investigationtask", "store_investigation"):
        with pytest.raises(Exception, match="Cannot delete"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Investigation.objects.filter(pk=number).update(investigator=cast.id("lin"))
    with pytest.raises(IntegrityError), transaction.atomic():
        InvestigationTask.objects.filter(investigation=number).update(state="done")
