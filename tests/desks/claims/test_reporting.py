"""A claim is begun by whoever may act for the person, told all its papers at once, and the same claim is one claim."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hearth.desks.claims import intake, reporting, reviewing
from hearth.desks.claims.expecting import measure
from hearth.desks.claims.faults import (
    AccountNotPossible,
    FactsWrong,
    NoPolicy,
    NotAgreed,
    NotAgreedByThem,
    NotCovered,
    NothingTold,
    NotNow,
    PapersMissing,
    TooMuch,
)
from hearth.desks.claims.wanting import wanted_for, wanted_of
from hearth.desks.service import thread
from hearth.desks.service.faults import NothingWritten
from hearth.store.access import NotAllowed, NotThere, Who, who_partner
from hearth.store.models import (
    Claim,
    Consent,
    Introduction,
    InvoiceKey,
    Partner,
    Policy,
    Record,
    Relation,
    StepTime,
)
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import (
    AT,
    DAY,
    HOUR,
    STAY_PAPERS,
    VISIT_PAPERS,
    Cast,
    add_papers,
    agrees,
    settle_constraints,
    stay,
    visit,
)
from tests.desks.claims.way import claim_at

S = ClaimState


def claim(no: str) -> Claim:
    """The claim as it is."""
    return Claim.objects.get(claim_no=no)


def test_a_draft_takes_all_policies_in_force_unless_some_are_chosen(cast: Cast) -> None:
    mei = cast.who("mei")
    policies = claim(reporting.start_draft(mei, cast.id("mei"), at=AT)).policies.order_by("position")
    assert [row.policy.policy_no for row in policies] == ["M1-MEI", "OP-MEI", "CI-MEI"]
    chosen = claim(reporting.start_draft(mei, cast.id("mei"), at=AT, policy_nos=["OP-MEI", "M1-MEI"])).policies
    assert [row.policy.policy_no for row in chosen.order_by("position")] == ["OP-MEI", "M1-MEI"]
    assert not Record.objects.exists(), "a draft is nobody's business yet"


def test_the_order_of_policies_is_changed_as_often_as_one_likes(cast: Cast) -> None:
    no = claim_at(cast, S.DRAFT, policies=["OP-MEI", "M1-MEI"])
    reporting.save_draft(cast.who("mei"), no, at=AT, policy_nos=["M1-MEI", "OP-MEI"])
    settle_constraints()
    rows = claim(no).policies.order_by("position")
    assert [row.policy.policy_no for row in rows] == ["M1-MEI", "OP-MEI"]


def test_nobody_claims_under_somebody_elses_policy(cast: Cast) -> None:
    with pytest.raises(NotCovered):
        reporting.start_draft(cast.who("mei"), cast.id("mei"), at=AT, policy_nos=["OP-LAN"])


def test_who_acts_for_somebody_is_proven_and_still_holds(cast: Cast) -> None:
    hui = cast.who("hui")
    reporting.start_draft(hui, cast.id("yue"), at=AT)
    with pytest.raises(NotThere):
        reporting.start_draft(hui, cast.id("mei"), at=AT)
    Relation.objects.filter(other=cast.people["yue"]).update(ended_at=AT)
    with pytest.raises(NotThere):
        reporting.start_draft(hui, cast.id("yue"), at=AT + DAY)
    Relation.objects.filter(other=cast.people["tian"]).update(proven_at=None, proof="")
    with pytest.raises(NotThere):
        reporting.start_draft(hui, cast.id("tian"), at=AT)


def test_a_steward_reports_for_a_member_and_the_member_is_the_reporter(cast: Cast) -> None:
    no = reporting.start_draft(cast.who("an"), cast.id("mei"), at=AT, policy_nos=["OP-MEI"], channel="phone")
    assert (claim(no).reporter_id, claim(no).steward_id, claim(no).channel) == (cast.id("mei"), cast.id("an"), "phone")
    with pytest.raises(NotAllowed):
        reporting.start_draft(cast.who("shen"), cast.id("mei"), at=AT)


def test_the_report_answers_with_every_paper_at_once(cast: Cast) -> None:
    mei = cast.who("mei")
    no = claim_at(cast, S.DRAFT, policies=["M1-MEI"], facts={"invoices": [stay()]})
    reported = reporting.report(mei, no, at=AT)
    lacking = [one.paper for one in reported.wanted if one.is_obligatory and not one.is_at_hand]
    assert lacking == ["invoice", "itemised_list", "discharge_summary"]
    assert {one.paper for one in reported.wanted if one.is_at_hand} >= {"application", "identity", "bank_account"}
    limits = {row.code: row.state for row in claim(no).deadlines.all()}
    assert limits == {"L_GUIDANCE": "met", "P_GUIDANCE": "met", "P_SUBMIT_3": "running"}


def test_a_child_needs_its_guardian_and_the_proof_is_here_already(cast: Cast) -> None:
    no = claim_at(cast, S.DRAFT, member="hui", person="yue", policies=["M1-HUI"])
    guardianship = next(one for one in wanted_of(cast.who("hui"), no, at=AT) if one.paper == "guardianship")
    assert guardianship.is_obligatory and guardianship.is_at_hand


def test_the_list_is_told_before_there_is_a_claim(cast: Cast) -> None:
    listed = wanted_for(cast.who("hui"), ["ACC-YUE"], cast.id("yue"), at=AT, cause="accident")
    assert {"accident_proof", "invoice", "identity"} <= {one.paper for one in listed}
    with pytest.raises(NotThere):
        wanted_for(cast.who("bo"), ["ACC-YUE"], cast.id("yue"), at=AT)


def test_a_report_says_what_happened_and_under_which_policy(cast: Cast) -> None:
    mei = cast.who("mei")
    no = reporting.start_draft(mei, cast.id("mei"), at=AT)
    with pytest.raises(NothingTold):
        reporting.report(mei, no, at=AT)
    reporting.save_draft(mei, no, at=AT, event_on=date(2026, 5, 30))
    claim(no).policies.all().delete()
    with pytest.raises(NoPolicy):
        reporting.report(mei, no, at=AT)


def test_missing_papers_stop_the_application_unless_there_are_no_more(cast: Cast) -> None:
    mei = cast.who("mei")
    no = claim_at(cast, S.REPORTED)
    with pytest.raises(PapersMissing) as told:
        reporting.submit(mei, no, at=AT)
    assert "医疗发票、门诊病历" in told.value.sentence("zh")
    reporting.submit(mei, no, at=AT, has_no_more=True)
    body = bytes(Record.objects.get(subject=f"claim:{no}", kind="claim.submitted").body)
    assert b'"missing":["invoice","medical_record"]' in body


def whose_health(cast: Cast, code: str, by: str = "hui") -> tuple[Who, str]:
    """A claim that is ready to be sent, with no consent given so far."""
    Consent.objects.update(withdrawn_at=AT - DAY)
    asks = cast.who(by)
    no = reporting.start_draft(asks, cast.id(code), at=AT, policy_nos=["M1-HUI"])
    reporting.save_draft(asks, no, at=AT, facts={"invoices": [stay()]}, story="手术")
    reporting.report(asks, no, at=AT)
    add_papers(asks, no, *STAY_PAPERS)
    return asks, no


def test_nobodys_health_data_are_used_before_they_agreed(cast: Cast) -> None:
    asks, no = whose_health(cast, "hui")
    with pytest.raises(NotAgreed) as told:
        reporting.submit(asks, no, at=AT, has_no_more=True)
    assert told.value.code == "NOT_AGREED"
    agrees(cast, "hui", "hui", AT + HOUR)
    with pytest.raises(NotAgreed):
        reporting.submit(asks, no, at=AT, has_no_more=True)
    reporting.submit(asks, no, at=AT + HOUR, has_no_more=True)


def test_a_guardian_agrees_for_a_child_to_both(cast: Cast) -> None:
    asks, no = whose_health(cast, "yue")
    agrees(cast, "yue", "yue", AT)
    with pytest.raises(NotAgreed):
        reporting.submit(asks, no, at=AT, has_no_more=True)
    Consent.objects.update(withdrawn_at=AT - DAY)
    agrees(cast, "yue", "hui", AT)
    reporting.submit(asks, no, at=AT, has_no_more=True)


@pytest.mark.parametrize("way", ["themself", "on paper", "by power of attorney"])
def test_a_grown_up_agrees_for_themself_or_in_writing(cast: Cast, way: str) -> None:
    asks, no = whose_health(cast, "qiang")
    with pytest.raises(NotAgreedByThem) as told:
        reporting.submit(asks, no, at=AT, has_no_more=True)
    assert told.value.sentence("zh").startswith(f"需由{cast.people['qiang'].full_name}本人同意")
    match way:
        case "themself":
            agrees(cast, "qiang", "qiang", AT)
        case "on paper":
            add_papers(asks, no, "authorisation")
        case _:
            Relation.objects.create(
                person_id=asks.person_id,
                other_id=cast.id("qiang"),
                kind="agent",
                proof="委托书",
                proven_at=AT,
                until_on=date(2027, 1, 1),
            )
    reporting.submit(asks, no, at=AT, has_no_more=True)
    assert claim(no).state == S.SUBMITTED


def test_a_paper_about_one_invoice_is_no_paper_for_another(cast: Cast) -> None:
    mei = cast.who("mei")
    no = claim_at(cast, S.REPORTED, facts={"invoices": [visit(), visit(on="2026-05-21")]})
    add_papers(mei, no, *VISIT_PAPERS)
    claim(no).papers.filter(kind="invoice").update(numbers=[1])
    with pytest.raises(PapersMissing) as told:
        reporting.submit(mei, no, at=AT)
    assert [(one.paper, one.numbers) for one in told.value.wanted] == [("invoice", (2,))]


def test_what_is_changed_after_the_report_is_recorded_and_holds_no_health_content(cast: Cast) -> None:
    mei = cast.who("mei")
    no = claim_at(cast, S.REPORTED)
    reporting.save_draft(mei, no, at=AT, story="又咳嗽了")
    reporting.save_draft(mei, no, at=AT, story="又咳嗽了")
    edited = Record.objects.get(subject=f"claim:{no}", kind="claim.edited")
    assert "咳嗽".encode() not in bytes(edited.body) and b'"fields":["story"]' in bytes(edited.body)


def test_what_was_sent_is_not_changed_behind_the_assessors_back(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED)
    with pytest.raises(NotNow):
        reporting.save_draft(cast.who("mei"), no, at=AT, story="改一下")


def test_a_claim_sent_back_is_mended_and_sent_again(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED)
    intake.send_back(cast.who("gu"), no, at=AT, why="发票照片不清楚")
    assert claim(no).messages.get().text == "发票照片不清楚"
    assert not claim(no).deadlines.filter(code="L1").exists(), "the law's clocks have not begun"
    reporting.submit(cast.who("mei"), no, at=AT + DAY)
    assert claim(no).state == S.SUBMITTED


def test_marks_of_an_assessor_are_not_typed_by_members(cast: Cast) -> None:
    no = claim_at(cast, S.DRAFT)
    invoice = visit(used_elsewhere=True)
    invoice["lines"][0] |= {"disputed": True, "not_necessary": "1.00"}
    reporting.save_draft(cast.who("mei"), no, at=AT, facts={"invoices": [invoice]})
    kept = claim(no).facts["invoices"][0]
    assert "used_elsewhere" not in kept and set(kept["lines"][0]) == {"category", "name", "amount"}


@pytest.mark.parametrize(
    "facts",
    [
        {"prepaid": "100.00"},
        {"advance": "100.00"},
        {"papers": ["invoice"]},
        {"policies": ["OP-LAN"]},
        {"invoices": "all"},
        {"invoices": [1]},
        {"invoices": [{"lines": "x"}]},
    ],
)
def test_what_is_the_houses_own_is_not_stated_by_anybody(cast: Cast, facts: dict[str, Any]) -> None:
    no = claim_at(cast, S.DRAFT)
    with pytest.raises(FactsWrong):
        reporting.save_draft(cast.who("mei"), no, at=AT, facts=facts)


def test_a_claim_holds_so_much_and_no_more(cast: Cast) -> None:
    no, mei = claim_at(cast, S.DRAFT), cast.who("mei")
    for facts in ({"invoices": [visit()] * 201}, {"invoices": [visit(lines=[{"amount": "1"}] * 2_001)]}):
        with pytest.raises(TooMuch):
            reporting.save_draft(mei, no, at=AT, facts=facts)
    with pytest.raises(TooMuch):
        reporting.save_draft(mei, no, at=AT, story="长" * 4_001)
    with pytest.raises(TooMuch):
        reporting.save_draft(mei, no, at=AT, facts={"invoices": [visit(name="x" * 4_000_001)]})


def test_invoices_are_known_by_code_and_number_however_they_are_typed(cast: Cast) -> None:
    no = claim_at(cast, S.DRAFT, facts={"invoices": [visit(code="１１０６ 0126", number=" 0026050001 ")]})
    key = InvoiceKey.objects.get(claim__claim_no=no)
    assert (key.key, key.number, key.total_fen) == ("11060126|0026050001", "0026050001", 48_000)
    reporting.save_draft(cast.who("mei"), no, at=AT, facts={"invoices": []})
    assert not InvoiceKey.objects.filter(claim__claim_no=no).exists()


def test_amounts_are_kept_as_they_are_written(cast: Cast) -> None:
    no = claim_at(cast, S.DRAFT, facts={"invoices": [visit(total=480.5, lines=[{"category": "bed", "amount": 480.5}])]})
    assert claim(no).facts["invoices"][0]["total"] == "480.5"
    assert claim(no).claimed_fen == 48_050


def test_an_account_of_somebody_else_is_not_there(cast: Cast) -> None:
    no = claim_at(cast, S.DRAFT)
    with pytest.raises(NotThere):
        reporting.save_draft(cast.who("mei"), no, at=AT, account_id=cast.accounts["bo"].pk)
    of_yue = claim_at(cast, S.DRAFT, member="hui", person="yue", policies=["M1-HUI"])
    cast.people["yue"].born_on = date(2007, 1, 1)
    cast.people["yue"].save()
    Relation.objects.create(
        person=cast.people["qiang"], other=cast.people["yue"], kind="parent", proof="户口簿", proven_at=AT - DAY
    )
    with pytest.raises(AccountNotPossible):
        reporting.save_draft(cast.who("hui"), of_yue, at=AT, account_id=cast.accounts["qiang"].pk)


# --- brought in by a partner -----------------------------------------------------------------------------------------


def brought(**changed: Any) -> reporting.Brought:
    """A claim of Mei as the insurer sends it."""
    stated = {"external_id": "PA-1", "person": "mei", "policies": ("PA-OP",), "facts": {"invoices": [visit()]}}
    return reporting.Brought(**{**stated, "held": VISIT_PAPERS, **changed})


@pytest.fixture
def insured_by_partner(cast: Cast) -> Policy:
    """A policy that the insurer issued."""
    return cast.issue(
        "P-26-1", "outpatient", date(2026, 1, 1), "mei", partner=cast.partner, external_id="PA-OP", plan="standard"
    )


def test_the_same_claim_posted_twice_is_one_claim(cast: Cast, insured_by_partner: Policy) -> None:
    first = reporting.bring_in(cast.insurer(), brought(), at=AT)
    again = reporting.bring_in(cast.insurer(), brought(story="第二次"), at=AT + DAY)
    assert first == again and Claim.objects.count() == 1
    made = claim(first)
    assert (made.state, made.channel, made.partner_id, made.story) == (S.SUBMITTED, "partner", cast.partner.pk, "")  # type: ignore[union-attr]
    assert intake.accept_complete(first, at=AT), "the papers that the partner holds count as at hand"


def test_a_partner_names_its_own_people_and_policies_alone(cast: Cast, insured_by_partner: Policy) -> None:
    for changed in ({"person": "bo"}, {"person": "M2699999999"}, {"policies": ("OP-LAN",)}, {"policies": ("OP-MEI",)}):
        with pytest.raises(NotThere):
            reporting.bring_in(cast.insurer(), brought(**changed), at=AT)
    with pytest.raises(NotAllowed):
        reporting.bring_in(cast.insurer("claims:read"), brought(), at=AT)
    assert not Claim.objects.exists() and not Record.objects.exists()


def test_what_a_partner_sends_whole_or_not_at_all(cast: Cast, insured_by_partner: Policy) -> None:
    for changed, fault in (
        ({"held": ()}, PapersMissing), ({"held": ("photo",)}, FactsWrong), ({"facts": {"invoices": [{}]}}, FactsWrong),
    ):  # fmt: skip
        with pytest.raises(fault):
            reporting.bring_in(cast.insurer(), brought(**changed), at=AT)
    assert not Claim.objects.exists()


def test_a_partner_may_only_report_and_send_later(cast: Cast, insured_by_partner: Policy) -> None:
    no = reporting.bring_in(cast.insurer(), brought(submit=False), at=AT)
    assert claim(no).state == S.REPORTED
    reporting.submit(cast.insurer(), no, at=AT)
    assert claim(no).state == S.SUBMITTED


def introduced(cast: Cast, kind: str, *codes: str) -> Who:
    """A partner without policies of its own, to which people were introduced under its own numbers."""
    partner = Partner.objects.create(code=kind, name=kind, kind=kind)
    for code in codes:
        Introduction.objects.create(partner=partner, person=cast.people[code], external_id=f"N-{code}", at=AT)
    return who_partner(partner, frozenset({"claims:write", "claims:read"}))


def under(no: str) -> list[str]:
    """The policies of a claim, in their order."""
    return list(claim(no).policies.order_by("position").values_list("policy__policy_no", flat=True))


def test_where_no_policy_is_named_an_insurer_claims_under_its_own_and_a_hospital_under_all(
    cast: Cast, insured_by_partner: Policy
) -> None:
    unnamed: dict[str, Any] = {"policies": (), "has_no_more": True}
    assert under(reporting.bring_in(cast.insurer(), brought(**unnamed), at=AT)) == ["P-26-1"]
    hospital = introduced(cast, "hospital", "mei")
    no = reporting.bring_in(hospital, brought(person="N-mei", **unnamed), at=AT)
    assert sorted(under(no)) == ["CI-MEI", "M1-MEI", "OP-MEI", "P-26-1"]
    assert (claim(no).person_id, claim(no).partner_id, claim(no).branch_id) == (
        cast.id("mei"), hospital.partner_id, cast.people["mei"].branch_id,
    )  # fmt: skip
    with pytest.raises(NoPolicy):
        reporting.bring_in(introduced(cast, "broker", "mei"), brought(person="N-mei", **unnamed), at=AT)


def test_a_hospital_names_policies_of_its_patients_by_our_number_alone(cast: Cast, insured_by_partner: Policy) -> None:
    hospital, broker = introduced(cast, "hospital", "mei", "bo"), introduced(cast, "broker", "mei")
    named: dict[str, Any] = {"person": "N-mei", "has_no_more": True}
    assert under(
        reporting.bring_in(hospital, brought(policies=("P-26-1", "OP-MEI"), **named), at=AT)
    ) == ["P-26-1", "OP-MEI"]  # fmt: skip
    not_there = ((hospital, ("PA-OP", "OP-LAN", "P-99")), (broker, ("OP-MEI", "P-26-1", "PA-OP")))
    for by, no in ((by, no) for by, nos in not_there for no in nos):
        with pytest.raises(NotThere):
            reporting.bring_in(by, brought(external_id="PA-2", policies=(no,), **named), at=AT)
    with pytest.raises(NotCovered):
        of_bo = Policy.objects.filter(covers__person=cast.people["bo"]).values_list("policy_no", flat=True)[0]
        reporting.bring_in(hospital, brought(external_id="PA-2", policies=(of_bo,), **named), at=AT)
    for code in ("lan", "hui", "N-lan"):
        with pytest.raises(NotThere):
            reporting.bring_in(hospital, brought(external_id="PA-2", **{**named, "person": code}), at=AT)
    assert Claim.objects.count() == 1


def test_an_insurer_puts_no_policy_of_another_into_its_claim_later(cast: Cast, insured_by_partner: Policy) -> None:
    no = reporting.bring_in(cast.insurer(), brought(submit=False), at=AT)
    with pytest.raises(NotCovered):
        reporting.save_draft(cast.insurer(), no, at=AT, policy_nos=["P-26-1", "OP-MEI"])
    assert under(no) == ["P-26-1"]


# --- given out, written about, expected ------------------------------------------------------------------------------


def test_work_is_given_to_those_who_may_do_it(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    intake.assign(cast.who("gu"), no, at=AT, assessor=cast.id("lin"), steward=cast.id("an"))
    assert claim(no).assessor_id == cast.id("lin")
    for wrong in (cast.id("mei"), cast.id("fang"), 999_999):
        with pytest.raises(NotThere):
            intake.assign(cast.who("gu"), no, at=AT, assessor=wrong)


def test_messages_are_between_the_member_and_the_desk_and_notes_are_the_desks_own(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    thread.write(cast.who("mei"), no, "需要原件吗？", at=AT)
    thread.write(cast.who("an"), no, "不需要。", at=AT)
    with pytest.raises(NotAllowed):
        reviewing.write_note(cast.who("mei"), no, "我的备注", at=AT)
    with pytest.raises(NotThere):
        thread.write(cast.who("bo"), no, "你好", at=AT)
    with pytest.raises(NothingWritten):
        thread.write(cast.who("mei"), no, "   ", at=AT)


def test_the_expected_day_moves_with_every_step_and_its_history_is_kept(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    days = [step.expected_on for step in claim(no).transitions.order_by("seq")]
    assert all(days) and claim(no).expected_on == days[-1] == date(2026, 6, 2)
    assert days[0] == date(2026, 6, 10)


def test_expected_days_rest_on_how_long_steps_took_lately(cast: Cast) -> None:
    for _ in range(5):
        no = claim_at(cast, S.SUBMITTED, at=AT - 20 * DAY)
        intake.accept(cast.who("an"), no, at=AT - 16 * DAY)
    assert measure(AT) > 0
    took = StepTime.objects.get(product="outpatient", code="P_ACCEPT").durations
    assert took == [3] * 5
    no = claim_at(cast, S.SUBMITTED)
    expected = claim(no).expected_on
    assert expected is not None and (expected - day_in_china(AT)) > timedelta(days=6)
