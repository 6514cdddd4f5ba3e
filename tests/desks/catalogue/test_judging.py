"""A finding is judged by a person, once for a line and an edition; how often a row's findings stand is counted."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, transaction

from hearth.desks.catalogue.fitting import Fit, does_not_fit
from hearth.desks.catalogue.judging import FindingGone, ReasonMissing, judge_finding
from hearth.desks.claims import reviewing
from hearth.doors.commands import catalogue as command
from hearth.kernel.documents.audit.rule import Family
from hearth.store.access import HOUSE, NotAllowed
from hearth.store.access.catalogue import judged_of, rows_judged
from hearth.store.models import Claim, JudgedFinding, Record, Salt
from hearth.words.catalogue import Judgement
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, HOUR, Cast, visit
from tests.desks.cast_rows import cast as made
from tests.desks.catalogue.own_lists import load_own
from tests.desks.claims.way import claim_at

S = ClaimState
LINES = [
    {"category": "patent_drug", "name": "晨露片", "amount": "80.00"},
    {"category": "treatment", "name": "年评估", "amount": "200.00"},
    {"category": "treatment", "name": "年评估", "amount": "200.00"},
]


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return made()


@pytest.fixture
def no(cast: Cast) -> str:
    """Bo's claim, of which the lists find two things."""
    load_own(AT)
    return claim_at(cast, S.REVIEW, member="bo", policies=["M1-BO"], facts={"invoices": [visit(lines=LINES)]})


def found(cast: Cast, no: str) -> Fit:
    return does_not_fit(cast.who("ai"), no, at=AT)


def test_a_judged_finding_is_not_asked_again_wherever_its_line_stands(cast: Cast, no: str) -> None:
    ai = cast.who("ai")
    sex = next(one for one in found(cast, no).misfits if one.finding.family is Family.SEX)
    assert sex.judged is None
    judge_finding(ai, no, sex.key, Judgement.NOT_APPLICABLE, "  性别登记\n有误 ", at=AT)
    bill = Claim.objects.get(claim_no=no).facts["invoices"][0]
    moved = [{**line, "unit": "盒"} for line in (*bill["lines"][1:], bill["lines"][0])]
    reviewing.amend(ai, no, {"invoices": [{**bill, "lines": moved}]}, at=AT, why="次序")
    again = next(one for one in found(cast, no).misfits if one.finding.family is Family.SEX)
    assert (again.lines, again.key) == ((3,), sex.key)
    assert again.judged is not None
    assert (again.judged.judgement, again.judged.why, again.judged.by) == (
        Judgement.NOT_APPLICABLE, "性别登记 有误", cast.people["ai"].full_name,
    )  # fmt: skip
    others = [one.judged for one in found(cast, no).misfits if one.finding.family is not Family.SEX]
    assert others == [None]


def test_a_new_edition_of_the_list_and_another_line_are_asked_anew(cast: Cast, no: str) -> None:
    ai = cast.who("ai")
    for one in found(cast, no).misfits:
        judge_finding(ai, no, one.key, Judgement.STANDS, "属实", at=AT)
    assert all(one.judged for one in found(cast, no).misfits)
    load_own(AT + HOUR, "own-2")
    assert [one.judged for one in found(cast, no).misfits] == [None, None]
    bill = Claim.objects.get(claim_no=no).facts["invoices"][0]
    changed = [{**bill["lines"][0], "amount": "79.00"}, *bill["lines"][1:]]
    reviewing.amend(ai, no, {"invoices": [{**bill, "total": "479.00", "lines": changed}]}, at=AT, why="照发票")
    assert len({one.key for one in found(cast, no).misfits} - set(JudgedFinding.objects.values_list("key"))) == 2


def test_a_judgement_changes_no_amount_and_no_state_and_is_sealed_in_the_log(cast: Cast, no: str) -> None:
    before = Claim.objects.values("state", "marks", "facts").get(claim_no=no)
    one = found(cast, no).misfits[0]
    judge_finding(cast.who("ai"), no, one.key, Judgement.STANDS, "属实", at=AT)
    assert Claim.objects.values("state", "marks", "facts").get(claim_no=no) == before
    record = Record.objects.get(kind="claim.finding_judged", subject=f"claim:{no}")
    body = bytes(record.body).decode()
    assert "stands" in body and one.finding.item not in body and one.finding.kind.value not in body
    assert set(Salt.objects.filter(record=record).values_list("name", flat=True)) == {"finding", "place", "why"}


def test_a_judgement_needs_words_a_right_and_a_finding(cast: Cast, no: str) -> None:
    one = found(cast, no).misfits[0]
    with pytest.raises(ReasonMissing):
        judge_finding(cast.who("ai"), no, one.key, Judgement.STANDS, " \n ", at=AT)
    with pytest.raises(FindingGone):
        judge_finding(cast.who("ai"), no, "0" * 64, Judgement.STANDS, "x", at=AT)
    for code in ("an", "bo"):
        with pytest.raises(NotAllowed):
            judge_finding(cast.who(code), no, one.key, Judgement.STANDS, "x", at=AT)
    with pytest.raises(NotAllowed):
        judge_finding(HOUSE, no, one.key, Judgement.STANDS, "x", at=AT)
    assert not JudgedFinding.objects.exists()


def test_a_later_word_takes_the_place_and_the_earlier_one_stays(cast: Cast, no: str) -> None:
    one = found(cast, no).misfits[0]
    first = judge_finding(cast.who("ai"), no, one.key, Judgement.STANDS, "属实", at=AT)
    assert judge_finding(cast.who("ai"), no, one.key, Judgement.STANDS, "属实", at=AT + HOUR) == first
    judge_finding(cast.who("lin"), no, one.key, Judgement.EXPLAINED, "病历载明", at=AT + HOUR)
    said = judged_of(cast.who("ai"), no, AT)
    assert [(each.judgement, each.is_current) for each in said] == [
        (Judgement.EXPLAINED, True), (Judgement.STANDS, False),
    ]  # fmt: skip
    with pytest.raises(NotAllowed):
        judged_of(cast.who("bo"), no, AT)
    for broken in (
        lambda: JudgedFinding.objects.all().delete(),
        lambda: JudgedFinding.objects.update(judgement="not_applicable"),
        lambda: JudgedFinding.objects.update(is_current=True),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()


def test_rows_that_mostly_do_not_apply_are_seen(cast: Cast, no: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "attach", lambda: None)
    for n in range(3):
        each = no if n == 0 else claim_at(
            cast, S.REVIEW, member="bo", policies=["M1-BO"], facts={"invoices": [visit(lines=LINES)]}
        )  # fmt: skip
        for one in found(cast, each).misfits:
            if one.finding.family is Family.SEX:
                judge_finding(cast.who("ai"), each, one.key, Judgement.NOT_APPLICABLE, "登记有误", at=AT)
            elif n == 0:
                judge_finding(cast.who("ai"), each, one.key, Judgement.STANDS, "属实", at=AT)
    rows = {(one.kind, one.number): one for one in rows_judged(cast.who("ai"), AT)}
    drug, treatment = rows["drug_limits", 2], rows["treatment_limits", 6]
    assert (drug.stands, drug.explained, drug.not_applicable, drug.mostly_not) == (0, 0, 3, True)
    assert (treatment.stands, treatment.judged, treatment.mostly_not) == (1, 1, False)
    assert [one.number for one in rows_judged(HOUSE, AT, kind="drug_limits", version="own-1")] == [2]
    with pytest.raises(NotAllowed):
        rows_judged(cast.who("bo"), AT)
    told = CliRunner(env={"LC_ALL": "C.UTF-8", "LANG": "en_US.UTF-8"}).invoke(command.catalogue, ["show"]).output
    assert "3 not applicable" in told or "规则不适用 3" in told
    assert "晨露片" in told and "年评估" not in told, "only a row that mostly does not apply is named unasked"
    told = CliRunner().invoke(command.catalogue, ["show", "--judged"]).output
    assert "年评估" in told
