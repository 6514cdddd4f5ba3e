"""Emergency measures: one person proposes, another decides, claims of the days fall under them, and replay knows it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hearth.desks import measures
from hearth.desks.claims import calculating
from hearth.desks.measures import MeasureNotNow, MeasureUnclear, OwnProposal
from hearth.store.access import NotAllowed, NotThere
from hearth.store.access import measures as reads
from hearth.store.models import Calculation, EmergencyMeasure, Person, Record, RoleGrant
from hearth.words.claims import ClaimState, Role
from tests.desks.cast_rows import AT, DAY, Cast, visit
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db

FLOOD = {
    "what_zh": "暴雨期间不限指定医院", "what_en": "any hospital during the flood", "waives": ["hospital"],
    "starts_on": date(2026, 5, 18), "until_on": date(2026, 6, 10), "basis": "总公司理赔〔2026〕17 号，2026-05-18",
}  # fmt: skip


@pytest.fixture
def manager(cast: Cast) -> str:
    """Somebody who answers for products."""
    person = Person.objects.create(username="chan", full_name="产", branch=cast.branches["hq"])
    RoleGrant.objects.create(person=person, role=Role.PRODUCT_MANAGER.value, from_at=AT - 300 * DAY)
    cast.people["chan"] = person
    return "chan"


def proposed(cast: Cast, manager: str, at: datetime = AT, **other: Any) -> str:
    """A measure of the flood, proposed."""
    return measures.propose(cast.who(manager), at=at, **{**FLOOD, **other})


def held(cast: Cast, manager: str, **other: Any) -> str:
    """A measure of the flood that holds."""
    code = proposed(cast, manager, **other)
    measures.decide_measure(cast.who("guan"), code, at=AT, approve=True)
    return code


def private_visit(cast: Cast, on: str = "2026-05-20", **more: Any) -> str:
    """A claim in review whose one visit was to a private hospital."""
    hospital = {"name": "和平医院", "level": 2, "ownership": "private"}
    return claim_at(cast, ClaimState.REVIEW, facts={"invoices": [visit(on=on, hospital=hospital, **more)]})


def payable(cast: Cast, no: str, at: datetime = AT) -> int:
    """What the draft of a claim pays, in fen."""
    return calculating.calculate(cast.who("ai"), no, at=at).payable


def test_a_private_hospital_counts_while_a_measure_holds_and_the_decision_names_it(cast: Cast, manager: str) -> None:
    no = private_visit(cast)
    assert payable(cast, no) == 0
    code = proposed(cast, manager)
    assert payable(cast, no) == 0
    measures.decide_measure(cast.who("guan"), code, at=AT, approve=True)
    assert payable(cast, no) > 0
    found = calculating.draft(cast.who("ai"), no, AT).mine
    (waived,) = [met for policy in found.policies for met in policy.waived]
    assert (waived.measure, waived.gate) == (code, "hospital")


@pytest.mark.parametrize(
    ("other", "counts"),
    [
        ({}, True),
        ({"products": ["outpatient"]}, True),
        ({"products": ["million-medical"]}, False),
        ({"icd": ["E11"]}, True),
        ({"icd": ["j12"]}, False),
        ({"branch": "sz"}, True),
        ({"branch": "bj"}, False),
        ({"starts_on": date(2026, 5, 21)}, False),
        ({"waives": ["waiting"]}, False),
    ],
)
def test_a_measure_holds_for_its_days_products_illnesses_and_branch_alone(
    cast: Cast, manager: str, other: dict[str, Any], counts: bool
) -> None:
    if other.get("branch") == "bj":
        from hearth.store.models import Branch

        Branch.objects.create(code="bj", name_zh="北京分公司", name_en="Beijing")
    held(cast, manager, **other)
    assert (payable(cast, private_visit(cast)) > 0) == counts


def test_what_was_calculated_before_a_measure_stays_as_it_was(cast: Cast, manager: str) -> None:
    no = private_visit(cast)
    payable(cast, no)
    before = Calculation.objects.get(claim__claim_no=no)
    kept = (before.payable_fen, before.case, before.result)
    code = held(cast, manager)
    payable(cast, no)
    before.refresh_from_db()
    assert (before.payable_fen, before.case, before.result) == kept
    assert "measures" not in str(before.case)
    (measure,) = Calculation.objects.filter(claim__claim_no=no).latest("pk").case["claims"][-1]["measures"]
    assert measure["code"] == code


def test_a_measure_that_ended_early_keeps_its_days_and_no_later_ones(cast: Cast, manager: str) -> None:
    code = held(cast, manager)
    early, late = private_visit(cast), private_visit(cast, on="2026-06-01")
    with pytest.raises(MeasureUnclear):
        measures.end_measure(cast.who("shi"), code, at=AT - DAY, why=" ")
    for _ in range(2):
        measures.end_measure(cast.who("shi"), code, at=AT - DAY, why="医院已恢复接诊")
    with pytest.raises(MeasureNotNow):
        measures.end_measure(cast.who("guan"), code, at=AT, why="再结束一次")
    assert payable(cast, early) > 0
    assert payable(cast, late) == 0
    assert Record.objects.filter(subject=f"measure:{code}").count() == 3


def test_who_proposed_a_measure_does_not_decide_about_it(cast: Cast, manager: str) -> None:
    RoleGrant.objects.create(person=cast.people[manager], role=Role.ADMINISTRATOR.value, from_at=AT - DAY)
    code = proposed(cast, manager)
    with pytest.raises(OwnProposal):
        measures.decide_measure(cast.who(manager), code, at=AT, approve=True)
    own = {"decided_by": cast.people[manager], "decided_at": AT, "is_approved": True}
    with pytest.raises(IntegrityError, match="measure_by_two"), transaction.atomic():
        EmergencyMeasure.objects.update(**own)


def test_a_decision_is_made_once(cast: Cast, manager: str) -> None:
    code = proposed(cast, manager)
    for _ in range(2):
        measures.decide_measure(cast.who("guan"), code, at=AT, approve=False)
    with pytest.raises(MeasureNotNow, match="turned down"):
        measures.decide_measure(cast.who("shi"), code, at=AT, approve=True)
    with pytest.raises(MeasureNotNow):
        measures.end_measure(cast.who("guan"), code, at=AT, why="不需要了")
    assert [one.is_approved for one in reads.measures(cast.who("shi"), AT)] == [False]


def test_measures_are_for_those_who_answer_for_them(cast: Cast, manager: str) -> None:
    with pytest.raises(NotAllowed):
        measures.propose(cast.who("ai"), at=AT, **FLOOD)
    code = proposed(cast, manager)
    with pytest.raises(NotAllowed):
        measures.decide_measure(cast.who("ai"), code, at=AT, approve=True)
    with pytest.raises(NotAllowed):
        measures.decide_measure(cast.who(manager), code, at=AT, approve=True)
    for nowhere in ("EM-9999", "EM-", "EM-x", "EM-99999999999999"):
        with pytest.raises(NotThere):
            reads.measure(cast.who("guan"), nowhere, AT)
    assert reads.measure(cast.who(manager), code, AT).is_own


@pytest.mark.parametrize(
    "wrong",
    [
        {"what_en": " "},
        {"waives": []},
        {"waives": ["deductible"]},
        {"basis": ""},
        {"until_on": date(2026, 5, 1)},
        {"starts_on": date(2026, 5, 1), "until_on": date(2026, 5, 30)},
        {"until_on": date(2027, 5, 19)},
        {"products": ["no-such"]},
        {"icd": ["flu"]},
        {"branch": "nowhere"},
    ],
)
def test_a_measure_says_what_it_waives_for_whom_until_when_and_on_whose_decision(
    cast: Cast, manager: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(MeasureUnclear):
        proposed(cast, manager, **wrong)
    assert not EmergencyMeasure.objects.exists()


def test_what_a_measure_says_is_never_changed_and_no_measure_goes(cast: Cast, manager: str) -> None:
    held(cast, manager)
    for change in ({"until_on": date(2027, 1, 1)}, {"waives": ["hospital", "waiting"]}, {"is_approved": False}):
        with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            EmergencyMeasure.objects.update(**change)
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        EmergencyMeasure.objects.all().delete()
