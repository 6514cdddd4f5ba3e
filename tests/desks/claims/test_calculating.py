"""What is calculated: the owner's whole history, policies in the chosen order, families, the smallest amounts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hearth.desks.claims import agreeing, calculating, deciding, intake, reporting, reviewing
from hearth.desks.claims.faults import FactsWrong, NoPolicy, NotComputable
from hearth.store.access import NotThere
from hearth.store.models import Calculation, Claim, ClaimPolicy
from hearth.words.claims import ClaimState, Outcome
from tests.desks.cast_rows import AT, DAY, STAY_PAPERS, VISIT_PAPERS, Cast, add_papers, small_stay, stay, visit
from tests.desks.claims.way import claim_at

S = ClaimState
ACCIDENT = {
    "cause": "accident",
    "trigger_on": "2026-05-15",
    "invoices": [
        {
            "code": "11060126", "number": "0026051501", "setting": "inpatient",
            "admitted_on": "2026-05-15", "discharged_on": "2026-05-22",
            "hospital": {"name": "市第一人民医院", "level": 3}, "icd": "S52.5", "fund": "2310.20",
            "lines": [{"category": "surgery", "amount": "5200.00"}, {"category": "western_drug", "amount": "2665.43"}],
        }
    ],
}  # fmt: skip
"""E11: an accident of Hui's daughter."""


def calculated(no: str) -> Calculation:
    """The last calculation of a claim."""
    return Claim.objects.get(claim_no=no).calculations.latest("pk")


def test_a_claim_over_two_policies_runs_in_the_chosen_order_and_shows_every_order(cast: Cast) -> None:
    policies = ["ACC-YUE", "M1-HUI"]
    no = claim_at(
        cast, S.CALCULATED, member="hui", person="yue", policies=policies, facts=ACCIDENT,
        papers=(*STAY_PAPERS, "accident_proof"),
    )  # fmt: skip
    calculation = calculated(no)
    (mine,) = calculation.result["claims"]
    assert [policy["policy"] for policy in mine["policies"]] == policies
    assert calculation.payable_fen == 436_418
    assert {tuple(order["order"]): order["total"] for order in mine["orders"]}[tuple(policies)] == 436_418
    deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")
    paid = ClaimPolicy.objects.filter(claim__claim_no=no).order_by("position").values_list("payable_fen", flat=True)
    assert list(paid) == [436_418, 0]


def test_the_order_is_the_members_choice_and_the_best_one_is_recommended(cast: Cast) -> None:
    no = claim_at(
        cast, S.CALCULATED, member="hui", person="yue", policies=["M1-HUI", "ACC-YUE"], facts=ACCIDENT,
        papers=(*STAY_PAPERS, "accident_proof"),
    )  # fmt: skip
    (mine,) = calculated(no).result["claims"]
    totals = {tuple(order["order"]): order["total"] for order in mine["orders"]}
    assert [policy["policy"] for policy in mine["policies"]] == ["M1-HUI", "ACC-YUE"]
    assert totals[tuple(mine["recommended"])] == max(totals.values())


def test_the_family_deductible_is_used_up_by_whoever_comes_first(cast: Cast) -> None:
    for person, amount, payable in (("qiang", "12000.00", 200_000), ("yue", "9000.00", 900_000)):
        facts = {"invoices": [small_stay(amount)]}
        member = "hui" if person == "yue" else "qiang"
        no = claim_at(
            cast, S.DECIDED, member=member, person=person, policies=["M1-HUI"], facts=facts, papers=STAY_PAPERS
        )
        assert calculated(no).payable_fen == payable, person


def test_the_smallest_payment_is_twenty_two_fen(cast: Cast) -> None:
    invoice = visit("0.28", "0.00", hospital={"name": "社区卫生服务中心", "level": 1, "clinic": "全科"}, icd="J06.9")
    no = claim_at(cast, S.AGREED, facts={"invoices": [invoice]})
    assert Claim.objects.get(claim_no=no).decision.paid_out_fen == 22  # type: ignore[union-attr]


def test_a_later_claim_finds_the_deductible_used_by_the_earlier_one(cast: Cast) -> None:
    first = claim_at(
        cast, S.DECIDED, policies=["M1-MEI"], facts={"invoices": [small_stay("6200.00")]}, papers=STAY_PAPERS
    )
    second = claim_at(
        cast, S.CALCULATED, policies=["M1-MEI"], papers=STAY_PAPERS,
        facts={"invoices": [small_stay("15415.88", admitted_on="2026-05-02", discharged_on="2026-05-09")]},
    )  # fmt: skip
    assert calculated(first).payable_fen == 0
    assert calculated(second).payable_fen == 1_161_588


def test_refused_and_withdrawn_claims_use_nothing_up(cast: Cast) -> None:
    facts = {"invoices": [small_stay("9000.00")]}
    withdrawn = claim_at(cast, S.DECIDED, policies=["M1-MEI"], facts=facts, papers=STAY_PAPERS)
    agreeing.withdraw(cast.who("mei"), withdrawn, at=AT)
    refused = claim_at(cast, S.CALCULATED, policies=["M1-MEI"], facts=facts, papers=STAY_PAPERS)
    evidence = [f"paper:{Claim.objects.get(claim_no=refused).papers.earliest('pk').pk}"]
    deciding.decide(
        cast.who("ai"), refused, at=AT, outcome="refused", reason="not_necessary", clause="7.1", evidence=evidence
    )
    no = claim_at(
        cast, S.CALCULATED, policies=["M1-MEI"], facts={"invoices": [small_stay("12000.00")]}, papers=STAY_PAPERS
    )
    assert calculated(no).payable_fen == 200_000


def test_earlier_contracts_count_through_what_they_renew(cast: Cast) -> None:
    old = cast.policies["OP-LAN"]
    old.starts_on, old.ends_on = date(2026, 1, 1), date(2026, 5, 1)
    old.save()
    cast.issue("OP-LAN-2", "outpatient", date(2026, 5, 1), "lan", plan="standard", renews=old)
    no = claim_at(cast, S.CALCULATED, member="lan", policies=["OP-LAN-2"], facts={"invoices": [visit(on="2026-05-03")]})
    case = calculated(no).case
    assert [policy["no"] for policy in case["policies"]] == ["OP-LAN", "OP-LAN-2"]
    assert case["policies"][1]["renews"] == "OP-LAN"
    assert calculated(no).payable_fen == 28_800, "no new waiting period: the cover is unbroken"


def test_one_hundred_and_eight_claims_of_one_person_are_one_history(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hearth.desks.claims.sampling.drawn_for_person", lambda no, product, at: False)
    cast.issue("PI-1", "outpatient", date(2026, 1, 1), "mei", plan="standard", partner=cast.partner)
    total = 0
    for n in range(108):
        day = date(2026, 1, 31) + n * DAY
        facts = {"invoices": [visit("100.00", "0.00", on=day.isoformat())]}
        brought = reporting.Brought(f"H-{n}", "mei", ("PI-1",), facts, held=VISIT_PAPERS)
        no = reporting.bring_in(cast.insurer(), brought, at=AT)
        assert intake.accept_complete(no, at=AT) and deciding.decide_straight_through(no, at=AT), n
        total += Claim.objects.get(claim_no=no).decision.payable_fen  # type: ignore[union-attr]
    assert total == 24 * 8_000, "twenty-four paid visits a year, whatever the number of claims"
    assert len(calculated(no).case["claims"]) == 108
    assert calculating.again(calculated(no)) == calculated(no).result


def test_the_same_invoice_twice_pays_once(cast: Cast) -> None:
    invoice = visit()
    claim_at(cast, S.DECIDED, facts={"invoices": [invoice]})
    second = claim_at(cast, S.CALCULATED, facts={"invoices": [invoice]})
    calculation = calculated(second)
    assert (calculation.payable_fen, calculation.proposal) == (0, Outcome.REFUSED)
    assert {"finding"} <= {why["code"] for why in calculation.needs_person}


def test_an_invoice_that_somebody_elses_claim_uses_is_for_a_person(cast: Cast) -> None:
    invoice = visit()
    claim_at(cast, S.SUBMITTED, member="bo", policies=["M1-BO"], facts={"invoices": [invoice]})
    no = claim_at(cast, S.CALCULATED, facts={"invoices": [invoice]})
    assert calculated(no).case["claims"][0]["invoices"][0]["used_elsewhere"] is True
    assert "USED_ELSEWHERE" in {why.get("finding") for why in calculated(no).needs_person}


def test_a_line_that_is_not_accepted_yet_is_worth_what_accepting_it_adds(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    ai = cast.who("ai")
    reviewing.mark_line(ai, no, 1, 1, at=AT, disputed=True, why="用药与诊断不符")
    assert calculating.draft(ai, no, AT).mine.worth[0].amount == 28_800
    reviewing.mark_line(ai, no, 1, 1, at=AT, not_necessary="80.00", why="超疗程")
    found = calculating.draft(ai, no, AT).mine
    assert found.payable == 22_400
    reviewing.mark_line(ai, no, 1, 1, at=AT, why="接受")
    assert calculating.draft(ai, no, AT).mine.payable == 28_800


def bill_of(*lines: tuple[str, str], **more: str) -> dict[str, Any]:
    """A visit whose lines have these names and amounts."""
    return visit(
        "480.00", lines=[{"category": "western_drug", "name": name, "amount": amount, **more} for name, amount in lines]
    )


def test_a_mark_goes_with_its_line_when_lines_are_taken_over_anew(cast: Cast) -> None:
    before = bill_of(("二甲双胍", "200.00"), ("维生素", "200.00"), ("阿卡波糖", "80.00"))
    no = claim_at(cast, S.REVIEW, facts={"invoices": [before]})
    ai = cast.who("ai")
    reviewing.mark_line(ai, no, 1, 2, at=AT, not_necessary="200.00", why="营养补充")
    reviewing.mark_line(ai, no, 1, 3, at=AT, disputed=True, why="核对")
    payable = calculating.draft(ai, no, AT).mine.payable
    moved = bill_of(("阿卡波糖", "80.00"), ("二甲双胍", "200.00"), ("维生素", "200.00"), unit="盒", price="10.00")
    lost = reviewing.amend(ai, no, {"invoices": [{**before, "lines": moved["lines"]}]}, at=AT, why="照清单")
    assert lost == ()
    kept = {(one["invoice"], one["line"]): one for one in Claim.objects.get(claim_no=no).marks}
    assert set(kept) == {(1, 1), (1, 3)} and kept[1, 3]["not_necessary"] == "200.00" and kept[1, 1]["disputed"]
    assert calculating.draft(ai, no, AT).mine.payable == payable


def test_a_mark_whose_line_is_gone_is_cleared_and_never_left_to_another_of_the_same_amount(cast: Cast) -> None:
    before = bill_of(("维生素", "200.00"), ("二甲双胍", "200.00"), ("阿卡波糖", "80.00"))
    no = claim_at(cast, S.REVIEW, facts={"invoices": [before]})
    ai = cast.who("ai")
    reviewing.mark_line(ai, no, 1, 1, at=AT, not_necessary="200.00", why="营养补充")
    other = bill_of(("二甲双胍", "200.00"), ("格列美脲", "200.00"), ("阿卡波糖", "80.00"))
    (lost,) = reviewing.amend(ai, no, {"invoices": [{**before, "lines": other["lines"]}]}, at=AT, why="照清单")
    assert (lost["invoice"], lost["line"], lost["name"]) == (1, 1, "维生素")
    assert Claim.objects.get(claim_no=no).marks == []
    assert calculating.draft(ai, no, AT).mine.payable == 28_800


def test_of_lines_that_are_alike_the_same_one_stays_marked(cast: Cast) -> None:
    twice = bill_of(("血糖检测", "100.00"), ("血糖检测", "100.00"), ("二甲双胍", "280.00"))
    no = claim_at(cast, S.REVIEW, facts={"invoices": [twice]})
    ai = cast.who("ai")
    reviewing.mark_line(ai, no, 1, 2, at=AT, not_necessary="100.00", why="重复")
    once = {**twice, "lines": [twice["lines"][2], *twice["lines"][:2]]}
    assert reviewing.amend(ai, no, {"invoices": [once]}, at=AT, why="照清单") == ()
    assert [(one["invoice"], one["line"]) for one in Claim.objects.get(claim_no=no).marks] == [(1, 3)]
    one = {**twice, "total": "380.00", "cash": "260.00", "lines": once["lines"][:2]}
    (lost,) = reviewing.amend(ai, no, {"invoices": [one]}, at=AT, why="照清单")
    assert lost["line"] == 3


def test_a_mark_follows_its_invoice_by_code_and_number(cast: Cast) -> None:
    first, second = bill_of(("维生素", "480.00")), bill_of(("二甲双胍", "480.00"))
    no = claim_at(cast, S.REVIEW, facts={"invoices": [first, second]})
    ai = cast.who("ai")
    reviewing.mark_line(ai, no, 1, 1, at=AT, disputed=True, why="核对")
    assert reviewing.amend(ai, no, {"invoices": [second, first]}, at=AT, why="次序") == ()
    assert [(one["invoice"], one["line"]) for one in Claim.objects.get(claim_no=no).marks] == [(2, 1)]
    (lost,) = reviewing.amend(ai, no, {"invoices": [second]}, at=AT, why="另案")
    assert lost["name"] == "维生素"


def test_an_illness_that_was_there_before_is_stated_with_its_proof_and_holds_for_later_claims(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW, policies=["M1-MEI"], facts={"invoices": [stay()]}, papers=STAY_PAPERS)
    ai = cast.who("ai")
    reviewing.state_known(ai, no, "K80", at=AT, evidence_on=date(2025, 3, 1), why="2025 年体检报告")
    calculation = calculating.calculate(ai, no, at=AT)
    assert calculation.proposal is Outcome.REFUSED
    assert {why["gate"] for why in calculation.needs_person if why["code"] == "gate"} == {"pre_existing"}


def test_what_changes_after_a_calculation_brings_the_claim_back_to_review(cast: Cast) -> None:
    no = claim_at(cast, S.CALCULATED)
    reviewing.mark_line(cast.who("ai"), no, 1, 1, at=AT, disputed=True, why="核对")
    assert Claim.objects.get(claim_no=no).state == S.REVIEW


def test_calculating_again_without_a_change_is_the_same_calculation(cast: Cast) -> None:
    no = claim_at(cast, S.CALCULATED)
    first = calculated(no).pk
    assert calculating.calculate(cast.who("lin"), no, at=AT + DAY).calculation_id == first
    add_papers(cast.who("ai"), no, "prescription")
    assert calculating.calculate(cast.who("lin"), no, at=AT + DAY).calculation_id == first, "no benefit asks for it"


def test_a_voided_policy_takes_no_part(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW, policies=["OP-MEI", "M1-MEI"])
    cast.policies["OP-MEI"].state = "void"
    cast.policies["OP-MEI"].save()
    calculating.calculate(cast.who("ai"), no, at=AT)
    assert [policy["no"] for policy in calculated(no).case["policies"]] == ["M1-MEI"]


def test_a_policy_given_up_covers_nothing_from_that_day(cast: Cast) -> None:
    policy = cast.policies["OP-MEI"]
    policy.state, policy.ended_on = "surrendered", date(2026, 5, 20)
    policy.save()
    no = claim_at(cast, S.CALCULATED)
    assert {why["gate"] for why in calculated(no).needs_person if why["code"] == "gate"} == {"in_force"}


def test_where_no_policy_is_left_nothing_is_computed(cast: Cast) -> None:
    no = claim_at(cast, S.REVIEW)
    cast.policies["OP-MEI"].state = "void"
    cast.policies["OP-MEI"].save()
    with pytest.raises(NotComputable):
        calculating.calculate(cast.who("ai"), no, at=AT)
    Claim.objects.get(claim_no=no).policies.all().delete()
    with pytest.raises(NoPolicy):
        calculating.calculate(cast.who("ai"), no, at=AT)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"visited_on": "2026-02-30"}, "visited_on"),
        ({"setting": "home"}, "setting"),
        ({"lines": [{"category": "western_drug", "amount": "12,3"}]}, "amount"),
        ({"total": -5}, "total"),
        ({"strange": 1}, "strange"),
    ],
)
def test_facts_that_cannot_be_computed_name_their_place(cast: Cast, change: dict[str, Any], place: str) -> None:
    no = claim_at(cast, S.REPORTED)
    mei = cast.who("mei")
    reporting.save_draft(mei, no, at=AT, facts={"invoices": [visit(**change)]})
    add_papers(mei, no, *VISIT_PAPERS)
    with pytest.raises(FactsWrong) as told:
        reporting.submit(mei, no, at=AT)
    assert any(place in problem.field for problem in told.value.problems)


def test_figures_that_disagree_stop_nobody_but_are_for_a_person(cast: Cast) -> None:
    no = claim_at(cast, S.CALCULATED, facts={"invoices": [visit(total="500.00")]})
    assert {why["code"] for why in calculated(no).needs_person} == {"gate", "finding"}


def test_a_draft_decision_is_shown_without_being_kept(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED)
    assert calculating.draft(cast.who("mei"), no, AT).mine.payable == 0, "papers are missing"
    add_papers(cast.who("mei"), no, *VISIT_PAPERS)
    assert calculating.draft(cast.who("mei"), no, AT).mine.payable == 28_800
    assert not Calculation.objects.exists()
    with pytest.raises(NotThere):
        calculating.draft(cast.who("bo"), no, AT)
