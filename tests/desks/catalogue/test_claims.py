"""Claims against the lists, and what the company's own claims tell; below a number of people nothing is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hearth.desks.catalogue.counting import count_claims, count_tonight
from hearth.desks.catalogue.fitting import does_not_fit
from hearth.desks.claims import calculating
from hearth.doors.jobs import catalogue
from hearth.kernel.documents.audit.rule import Family
from hearth.store.access import HOUSE, NotAllowed, NotThere
from hearth.store.access.catalogue import edges_at, usual_cost, usual_course
from hearth.store.models import Calculation, Claim, GraphEdge, HealthRead, Person, Record, Salt
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


OPERATIONS = [
    {"category": "surgery", "name": "左叶切除", "code": "009909010010000", "amount": "4000.00", "price": "4000.00",
     "quantity": 1, "unit": "次"},
    {"category": "surgery", "name": "右叶切除", "code": "009909010020000", "amount": "3000.00", "price": "3000.00",
     "quantity": 1, "unit": "次"},
    {"category": "examination", "name": "云图扫描", "amount": "300.00", "quantity": "2.5", "unit": "部位"},
]  # fmt: skip
BESIDE = ("code", "unit", "price")


def bare(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines as they were stated before code, unit and price stood on them."""
    return [{name: value for name, value in line.items() if name not in BESIDE} | {"quantity": 1} for line in lines]


def test_quantity_limits_and_rates_of_secondary_operations_are_checked_for_claims(cast: Cast) -> None:
    load_own(AT)
    without = claim_at(cast, S.SUBMITTED, member="bo", policies=["M1-BO"],
                       facts={"invoices": [visit(total="7300.00", lines=bare(OPERATIONS))]})  # fmt: skip
    missing = {(one.family, one.fact) for one in does_not_fit(cast.who("ai"), without, at=AT).unchecked}
    assert missing == {("quantity", "unit"), ("rank", "price")}
    no = claim_at(cast, S.SUBMITTED, member="bo", policies=["M1-BO"],
                  facts={"invoices": [visit(total="7300.00", number="0099887766", lines=OPERATIONS)]})  # fmt: skip
    fit = does_not_fit(cast.who("ai"), no, at=AT)
    assert fit.unchecked == ()
    assert {(one.finding.family, one.lines) for one in fit.misfits} == {(Family.RANK, (2,)), (Family.QUANTITY, (3,))}


def test_code_unit_and_price_change_no_amount_of_a_decision(cast: Cast) -> None:
    bill = visit(total="7300.00", lines=bare(OPERATIONS))
    no = claim_at(cast, S.SUBMITTED, member="bo", policies=["M1-BO"], facts={"invoices": [bill]})
    before = calculating.draft(cast.who("ai"), no, AT)
    Claim.objects.filter(claim_no=no).update(facts={"invoices": [{**bill, "lines": OPERATIONS}]})
    after = calculating.draft(cast.who("ai"), no, AT)
    assert after.case != before.case
    assert calculating.kept_result(after.decision, no) == calculating.kept_result(before.decision, no)


def test_what_was_decided_before_lines_had_codes_replays_bit_for_bit_and_its_fingerprint_stays(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    kept = Calculation.objects.get(claim__claim_no=no)
    (line, *_) = kept.case["claims"][0]["invoices"][0]["lines"]
    assert not set(BESIDE) & set(line)
    assert calculating.again(kept) == kept.result
    sealed = {salt.name: bytes(salt.value) for salt in Salt.objects.filter(record__kind="claim.calculated")}
    assert calculating.fingerprint(kept.case).encode() in sealed["case"]
