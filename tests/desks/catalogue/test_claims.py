"""Claims against the lists, and what the company's own claims tell; below a number of people nothing is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hearth.desks.catalogue.counting import count_claims, count_tonight
from hearth.desks.catalogue.fitting import does_not_fit
from hearth.doors.jobs import catalogue
from hearth.kernel.documents.audit.rule import Family
from hearth.store.access import HOUSE, NotAllowed, NotThere
from hearth.store.access.catalogue import edges_at, usual_cost, usual_course
from hearth.store.models import Claim, GraphEdge, HealthRead, Person, Record
from hearth.words.catalogue import USUAL_LEAST, EdgeKind, NodeKind
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, Cast, visit
from tests.desks.cast_rows import cast as made
from tests.desks.catalogue.own_lists import load_own
from tests.desks.claims.way import claim_at

S = ClaimState


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return made()


LINES = [
    {"category": "patent_drug", "name": "晨露片", "amount": "80.00"},
    {"category": "treatment", "name": "年评估", "amount": "200.00"},
    {"category": "treatment", "name": "年评估", "amount": "200.00"},
]


def test_what_does_not_fit_names_invoice_line_list_and_row_and_changes_nothing(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED, member="bo", policies=["M1-BO"], facts={"invoices": [visit(), visit(lines=LINES)]})
    before = Claim.objects.get(claim_no=no).state
    assert does_not_fit(cast.who("ai"), no, at=AT).lists == ()
    load_own(AT)
    fit = does_not_fit(cast.who("ai"), no, at=AT)
    assert ("drug_limits", "own-1") in fit.lists
    seen = {(each.finding.family, each.invoice, each.lines, each.finding.rows) for each in fit.misfits}
    assert seen == {(Family.SEX, 2, (1,), (2,)), (Family.FREQUENCY, 2, (2, 3), (6,))}
    assert {(each.invoice, each.family, each.fact) for each in fit.unchecked} == set()
    assert Claim.objects.get(claim_no=no).state == before
    assert HealthRead.objects.filter(key=no, reader_id=cast.id("ai"), purpose="claim").count() == 2


def test_a_claim_of_somebody_else_is_not_there_and_members_have_no_lists(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED)
    with pytest.raises(NotThere):
        does_not_fit(cast.who("ai"), "C2699999999", at=AT)
    with pytest.raises(NotAllowed):
        does_not_fit(cast.who("mei"), no, at=AT)


def many(cast: Cast, people: int) -> None:
    """One decided claim, and as it many more of other people."""
    no = claim_at(cast, S.DECIDED)
    first = Claim.objects.get(claim_no=no)
    for n in range(people - 1):
        person = Person.objects.create(username=f"other-{n}", full_name="某人")
        total = f"{500 + n}.00"
        lines = [{"category": "western_drug", "name": "二甲双胍", "amount": total}]
        facts = {"invoices": [visit(total, total=total, lines=lines)]}
        other = Claim.objects.create(
            claim_no=f"C-OTHER-{n}", person=person, reporter=person, state="draft", state_at=AT, facts=facts
        )
        Claim.objects.filter(pk=other.pk).update(decision=first.decision)


def test_too_few_people_are_no_data(cast: Cast) -> None:
    many(cast, USUAL_LEAST - 1)
    assert count_claims(HOUSE, at=AT) == 0
    assert usual_course(cast.who("ai"), "E11.9", AT) == []
    assert usual_cost(cast.who("ai"), "E11.9", "outpatient", AT) is None
    assert not GraphEdge.objects.exists()


def test_what_is_usual_has_its_count_spread_and_items(cast: Cast) -> None:
    many(cast, USUAL_LEAST)
    assert count_claims(HOUSE, at=AT) == 1
    found = usual_cost(cast.who("ai"), "E11.9", "outpatient", AT)
    assert found is not None and (found.bills, found.people, found.stay_days) == (USUAL_LEAST, USUAL_LEAST, ())
    assert found.cost_fen == (48_000, 50_300, 50_800, 51_300, 51_700)
    assert [(item.name, item.bills) for item in found.items] == [("二甲双胍", USUAL_LEAST)]
    (edge,) = edges_at(cast.who("ai"), NodeKind.DISEASE, "E11.9", kinds=[EdgeKind.TREATED_BY])
    assert (edge.end.name_zh, edge.source.told_by, edge.source.count, edge.source.of) == (
        "二甲双胍", "claims", USUAL_LEAST, USUAL_LEAST,
    )  # fmt: skip
    assert count_claims(HOUSE, at=AT) == 1, "counted anew, not on top"
    with pytest.raises(NotAllowed):
        count_claims(cast.who("ai"), at=AT)


def test_claims_are_counted_once_a_night_however_often_the_job_runs(cast: Cast) -> None:
    many(cast, USUAL_LEAST)
    night = datetime(2026, 11, 22, 19, 10, tzinfo=UTC)
    assert count_tonight(HOUSE, at=night)
    assert not count_tonight(HOUSE, at=night + timedelta(minutes=5)), "a job that runs twice counts once"
    assert Record.objects.filter(kind="catalogue.counted").count() == 1
    assert count_tonight(HOUSE, at=night + timedelta(days=1))
    assert Record.objects.filter(kind="catalogue.counted").count() == 2
    assert usual_cost(cast.who("ai"), "E11.9", "outpatient", AT) is not None
    with pytest.raises(NotAllowed):
        count_tonight(cast.who("ai"), at=night)


def test_the_nightly_job_counts_by_itself(cast: Cast) -> None:
    many(cast, USUAL_LEAST)
    for _ in range(2):
        catalogue.count_claims(0)
    assert Record.objects.filter(kind="catalogue.counted").count() == 1
    assert usual_cost(cast.who("ai"), "E11.9", "outpatient", AT) is not None
