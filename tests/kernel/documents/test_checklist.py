"""The list of papers: complete at once, each with its clause and benefit, and no paper that nobody needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.doors.feeds.products import load_products
from hearth.kernel.adjudication.case import Case, Claim, Diagnosis, Invoice
from hearth.kernel.adjudication.chains import chains_of, chains_of_claim
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.documents.checklist import (
    NAMES,
    ORDER,
    AtHand,
    Contract,
    Facts,
    Wanted,
    checklist,
    facts_of,
    missing,
    papers_at_hand,
)
from hearth.store.reading import read_yaml
from hearth.words.codes import Cause, Paper, Setting, Source
from tests.house.tree import ROOT

PRODUCTS = load_products(ROOT / "products")
START = date(2026, 1, 1)
EXAMPLES = sorted((ROOT / "products").glob("*/examples/*.yaml"))


def contract(product: str) -> Contract:
    return Contract(product.upper(), START, PRODUCTS[product])


MILLION, CASH, ILLNESS = contract("million-medical"), contract("hospital-cash"), contract("critical-illness")
ACCIDENT, OUTPATIENT, CHRONIC = contract("accident-medical"), contract("outpatient"), contract("chronic-care")


def stay(**more: Any) -> Invoice:
    stated = {
        "setting": "inpatient", "admitted_on": "2026-04-02", "discharged_on": "2026-04-10", "icd": "I21.9",
        "hospital": {"name": "市第一人民医院"},
        "lines": [{"category": "bed", "amount": 800}, {"category": "surgery", "amount": 9000}],
    }  # fmt: skip
    return Invoice.model_validate(stated | more)


def visit(**more: Any) -> Invoice:
    stated = {
        "setting": "outpatient", "visited_on": "2026-03-30", "icd": "I21.9",
        "lines": [{"category": "examination", "amount": 300}],
    }  # fmt: skip
    return Invoice.model_validate(stated | more)


def keys(wanted: tuple[Wanted, ...], *, obligatory: bool = True) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.paper, one.numbers) for one in wanted if one.is_obligatory is obligatory]


def papers(wanted: tuple[Wanted, ...], *, obligatory: bool = True) -> list[str]:
    return [paper for paper, _ in keys(wanted, obligatory=obligatory)]


def test_before_anything_is_known_the_list_says_what_every_claim_needs_and_what_may_be_asked() -> None:
    wanted = checklist([MILLION], Facts())
    assert papers(wanted) == ["application", "identity", "bank_account", "invoice"]
    assert papers(wanted, obligatory=False) == [
        "itemised_list", "settlement_sheet", "other_insurer_sheet", "discharge_summary", "medical_record", "pathology",
        "prescription",
    ]  # fmt: skip
    summary = next(one for one in wanted if one.paper == "discharge_summary")
    assert summary.condition is not None
    assert summary.condition.en == "only for: Inpatient medical benefit"
    assert summary.condition.zh == "仅申请以下保障时需要：住院医疗保险金"


def test_once_the_stay_is_told_its_papers_are_needed() -> None:
    wanted = checklist([MILLION, CASH], Facts(settings=(Setting.INPATIENT,)))
    assert papers(wanted) == [
        "application", "identity", "bank_account", "invoice", "itemised_list", "discharge_summary",
    ]  # fmt: skip
    summary = next(one for one in wanted if one.paper == "discharge_summary")
    assert [(need.policy, need.clause, need.benefit) for need in summary.needs] == [
        ("MILLION-MEDICAL", "5.2(c)", "inpatient"),
        ("HOSPITAL-CASH", "5.2(b)", "hospital_cash"),
    ]
    assert "medical_record" not in papers(wanted, obligatory=False)


def test_each_invoice_stay_and_visit_has_its_own_papers() -> None:
    invoices = (stay(), visit(), stay(lines=[{"category": "western_drug", "amount": 5}]))
    wanted = checklist([MILLION], Facts(invoices=invoices, cause=Cause.ILLNESS, other_sources=()))
    assert keys(wanted) == [
        ("application", ()), ("identity", ()), ("bank_account", ()),
        ("invoice", (1,)), ("invoice", (2,)), ("invoice", (3,)),
        ("itemised_list", (1,)), ("itemised_list", (2,)), ("itemised_list", (3,)),
        ("discharge_summary", (1, 3)), ("medical_record", (2,)),
    ]  # fmt: skip
    assert [one.about for one in wanted if one.paper in ("discharge_summary", "medical_record")] == ["stay", "visit"]
    assert keys(wanted, obligatory=False) == [("settlement_sheet", (n,)) for n in (1, 2, 3)]


def test_what_is_not_covered_asks_for_no_paper_of_its_own() -> None:
    cosmetic = visit(lines=[{"category": "transport", "amount": 9}])
    assert papers(checklist([MILLION], Facts(invoices=(cosmetic,), other_sources=()))) == [
        "application", "identity", "bank_account",
    ]  # fmt: skip


def test_a_cancer_asks_for_pathology_only_where_its_benefit_may_apply() -> None:
    drugs = {"setting": "pharmacy", "visited_on": "2026-05-02", "lines": [{"category": "targeted_drug", "amount": 900}]}
    known = Facts(invoices=(Invoice.model_validate(drugs | {"icd": "C34.1"}),))
    assert {"pathology", "prescription"} <= set(papers(checklist([MILLION], known)))
    unknown = Facts(invoices=(Invoice.model_validate(drugs),))
    assert {"pathology", "prescription"} <= set(papers(checklist([MILLION], unknown), obligatory=False))
    other = Facts(invoices=(Invoice.model_validate(drugs | {"icd": "I21.9"}),))
    assert "pathology" not in {one.paper for one in checklist([MILLION], other)}
    bed = stay(icd="C34.1")
    may = checklist([MILLION], Facts(invoices=(bed,)))
    assert "pathology" in papers(may, obligatory=False) and "discharge_summary" in papers(may)
    course = checklist([MILLION], Facts(invoices=(bed,), trigger_on=date(2026, 4, 1)))
    assert "pathology" in papers(course)
    later = checklist([MILLION], Facts(invoices=(bed,), trigger_on=date(2026, 1, 1)))
    assert "pathology" not in {one.paper for one in later}


def test_a_diagnosis_asks_for_its_certificate_each() -> None:
    diagnoses = tuple(
        Diagnosis.model_validate({"on": "2026-05-02", "condition": condition})
        for condition in (ILLNESS.terms.benefits[0].conditions[0], ILLNESS.terms.benefits[1].conditions[0])
    )
    wanted = checklist([ILLNESS], Facts(diagnoses=diagnoses))
    assert keys(wanted)[-2:] == [("diagnosis_certificate", (1,)), ("diagnosis_certificate", (2,))]
    assert [one.about for one in wanted][-2:] == ["diagnosis", "diagnosis"]
    assert "diagnosis_certificate" in papers(checklist([ILLNESS], Facts(invoices=(stay(),))))
    assert "diagnosis_certificate" not in {one.paper for one in checklist([CHRONIC], Facts(invoices=(visit(),)))}


def test_a_child_is_spoken_for_by_a_guardian_and_an_adult_by_whom_he_authorised() -> None:
    child = checklist([OUTPATIENT], Facts(for_somebody_else=True, under_14=True))
    assert "guardianship" in papers(child)
    assert not {"authorisation", "relation_proof"} & set(papers(child))
    assert "guardianship" in papers(checklist([OUTPATIENT], Facts(under_18=True)))
    adult = checklist([OUTPATIENT], Facts(for_somebody_else=True))
    assert papers(adult)[:5] == ["application", "identity", "authorisation", "relation_proof", "bank_account"]
    assert not {"guardianship", "authorisation", "relation_proof"} & set(papers(checklist([OUTPATIENT], Facts())))


def test_an_accident_is_proved_where_the_product_says_so_and_told_of_where_there_is_a_paper() -> None:
    hurt = Facts(invoices=(visit(),), cause=Cause.ACCIDENT)
    assert "accident_proof" in papers(checklist([ACCIDENT], hurt))
    assert "accident_proof" in papers(checklist([OUTPATIENT], hurt), obligatory=False)
    ill = Facts(invoices=(visit(),), cause=Cause.ILLNESS)
    assert "accident_proof" not in {one.paper for one in checklist([ACCIDENT, OUTPATIENT], ill)}


def test_the_sheets_of_those_who_paid_are_asked_for_as_far_as_they_did() -> None:
    settled, own = visit(), visit(si_settled=False)
    wanted = checklist([OUTPATIENT], Facts(invoices=(settled, own), other_sources=(Source.EMPLOYER,)))
    assert keys(wanted, obligatory=False) == [("settlement_sheet", (1,))]
    others = next(one for one in wanted if one.paper == "other_insurer_sheet")
    assert others.is_obligatory and others.needs[0].clause == "3.5"
    assert "settlement_sheet" not in {one.paper for one in checklist([OUTPATIENT], Facts(is_settled=False))}
    assert "other_insurer_sheet" not in {one.paper for one in checklist([CASH], Facts(invoices=(stay(),)))}


def test_what_is_there_is_ticked_and_what_is_not_is_asked_for_at_once() -> None:
    invoices = (stay(), visit())
    there = (
        AtHand("application"), AtHand("identity"), AtHand("bank_account"), AtHand("invoice"),
        AtHand("itemised_list", (1,)), AtHand("discharge_summary", (1,)),
    )  # fmt: skip
    wanted = checklist([MILLION], Facts(invoices=invoices, other_sources=(), at_hand=there))
    assert [(one.paper, one.numbers) for one in missing(wanted)] == [("itemised_list", (2,)), ("medical_record", (2,))]
    assert papers_at_hand(wanted) == (
        Paper.APPLICATION, Paper.IDENTITY, Paper.INVOICE, Paper.DISCHARGE_SUMMARY, Paper.BANK_ACCOUNT,
    )  # fmt: skip
    more = (*there, AtHand("itemised_list", (2,)), AtHand("medical_record", (2,)))
    assert missing(checklist([MILLION], Facts(invoices=invoices, other_sources=(), at_hand=more))) == ()


def test_what_the_wording_lets_stand_in_is_taken_for_it_where_every_policy_does() -> None:
    facts = Facts(invoices=(stay(),), other_sources=(), at_hand=(AtHand("medical_record", (1,)),))
    wanted = {one.paper: one for one in checklist([MILLION, CASH], facts)}
    assert wanted["discharge_summary"].instead == ("medical_record",) and wanted["discharge_summary"].is_at_hand
    assert not wanted["itemised_list"].instead and not wanted["itemised_list"].is_at_hand
    strict = CASH.terms.model_copy(
        update={
            "benefits": tuple(
                one.model_copy(
                    update={"requires": tuple(paper.model_copy(update={"instead": ()}) for paper in one.requires)}
                )
                for one in CASH.terms.benefits
            )
        }
    )
    wanted = {one.paper: one for one in checklist([MILLION, replace(CASH, terms=strict)], facts)}
    assert wanted["discharge_summary"].instead == () and not wanted["discharge_summary"].is_at_hand
    assert Paper.DISCHARGE_SUMMARY not in papers_at_hand(wanted.values())


def test_every_paper_has_a_name_and_a_place_in_the_order() -> None:
    assert sorted(ORDER) == sorted(NAMES)
    assert {paper.name.lower() for paper in Paper} <= set(ORDER)


def test_every_need_says_why_and_by_what_right() -> None:
    everything = [MILLION, CASH, ILLNESS, ACCIDENT, OUTPATIENT, CHRONIC]
    facts = Facts(invoices=(stay(), visit()), cause=Cause.ACCIDENT, for_somebody_else=True)
    for one in (*checklist(everything, Facts(under_14=True)), *checklist(everything, facts)):
        assert one.needs and (one.condition is None) == one.is_obligatory
        for need in one.needs:
            assert need.why.zh and need.why.en
            assert need.clause or need.law
            assert need.clause is None or need.policy


# --- held against the decision ---------------------------------------------------------------------------------------


def asked_by_decision(case: Case, claim: str) -> set[str]:
    """The papers that hold lines of a claim back where none is at hand."""
    bare = case.model_copy(
        update={"claims": tuple(one.model_copy(update={"papers": ()}) for one in case.claims), "expect": ()}
    )
    products = PRODUCTS | {terms.code: terms for terms in case.terms}
    decided = next(one for one in decide(bare, products, orders=False, worth=False).claims if one.no == claim)
    return {
        gate.paper
        for policy in decided.policies
        for line in policy.lines
        for gate in line.gates
        if gate.gate == "papers" and gate.paper is not None
    }


def contracts_of(case: Case, claim: Claim) -> list[Contract]:
    products = PRODUCTS | {terms.code: terms for terms in case.terms}
    chains = chains_of(case, products)
    return [
        Contract(policy.no, policy.starts_on, chains[k].terms)
        for k in chains_of_claim(claim, chains)
        for policy in chains[k].policies[-1:]
    ]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_list_asks_for_all_that_holds_a_line_back_and_for_nothing_else_of_the_products(path: Any) -> None:
    case = Case.model_validate(read_yaml(path.read_bytes(), path.name))
    own = {"application", "identity", "bank_account", "settlement_sheet", "other_insurer_sheet"}
    for claim in case.claims:
        if claim.void:
            continue
        asked = asked_by_decision(case, claim.no)
        wanted = checklist(contracts_of(case, claim), facts_of(claim.model_copy(update={"papers": ()})))
        assert asked <= {one.paper for one in wanted}, claim.no
        assert set(papers(wanted)) - own <= asked, claim.no
        assert not any(one.is_at_hand for one in wanted)
        complete = checklist(contracts_of(case, claim), facts_of(claim.model_copy(update={"papers": None})))
        assert missing(complete) == ()


@given(
    st.lists(st.sampled_from([MILLION, CASH, ILLNESS, ACCIDENT, OUTPATIENT, CHRONIC]), unique_by=lambda one: one.no),
    st.lists(st.sampled_from([stay(), stay(icd="C50"), visit(), visit(icd=""), visit(lines=[])]), max_size=4),
    st.booleans(),
    st.sampled_from([None, Cause.ILLNESS, Cause.ACCIDENT]),
)
def test_more_policies_never_ask_for_less_and_the_list_stays_in_order(
    contracts: list[Contract], invoices: list[Invoice], child: bool, cause: Cause | None
) -> None:
    facts = Facts(invoices=tuple(invoices), cause=cause, under_14=child)
    wanted = checklist(contracts, facts)
    assert wanted == checklist(contracts, facts)
    assert [ORDER.index(one.paper) for one in wanted] == sorted(ORDER.index(one.paper) for one in wanted)
    assert len({(one.paper, one.about, one.numbers) for one in wanted}) == len(wanted)
    for n in range(len(contracts)):
        fewer = checklist(contracts[:n] + contracts[n + 1 :], facts)
        assert set(papers(fewer)) <= set(papers(wanted))
