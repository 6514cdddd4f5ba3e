"""One's data, all of them, as JSON and as a page one can read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import transaction

from hearth.desks import disputes, people
from hearth.desks.books import traces
from hearth.desks.people import exporting
from hearth.store.access import NotAllowed, NotThere, log_read
from hearth.store.models import Claim, DataRequest, HealthRead, PaperReading, Record
from hearth.words.claims import ClaimState
from tests.cast import MEI
from tests.desks.cast_rows import AT, Cast
from tests.desks.cast_rows import cast as made
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return made()


def test_mei_takes_all_that_is_kept_about_her(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.CLOSED)
    mei = cast.id("mei")
    log_read(cast.who("ai"), [mei], "claim", no, "claim", AT)
    taken = json.loads(json.dumps(people.export_data(cast.who("mei"), mei, at=AT), ensure_ascii=False))
    assert taken["person"]["full_name"] == MEI.zh and taken["person"]["phone"].endswith("13800000001")
    (claim,) = taken["claims"]
    assert claim["claim_no"] == no and claim["story"] == "看病" and claim["facts"]["invoices"]
    assert [step["to_state"] for step in claim["steps"]][-1] == "closed"
    assert claim["papers"] and claim["decisions"][0]["payable_fen"] > 0 and claim["payments"]
    assert {row["policy_no"] for row in taken["policies"]} == {"M1-MEI", "OP-MEI", "CI-MEI"}
    assert taken["accounts"][0]["number"] and len(taken["records"]) >= 9
    assert taken["read_by"][0]["reader_id"] == cast.id("ai") and taken["read_by"][0]["purpose"] == "claim"
    assert DataRequest.objects.get(person=mei).state == "done"
    assert Record.objects.filter(kind="data.exported").count() == 1


@pytest.mark.parametrize(("lang", "words"), [("zh", "您的个人信息"), ("en", "Your data")])
def test_the_page_says_the_same_in_words(cast: Cast, lang: str, words: str) -> None:
    no = claim_at(cast, ClaimState.CLOSED)
    page = people.readable(people.export_data(cast.who("mei"), cast.id("mei"), at=AT), lang)
    assert page.startswith(f"# {words}") and MEI.zh in page and no in page and "M1-MEI" in page and "365.00" in page
    assert "看病" in page


def test_nothing_of_others_is_in_it(cast: Cast) -> None:
    claim_at(cast, ClaimState.CLOSED)
    taken = json.dumps(people.export_data(cast.who("hui"), cast.id("hui"), at=AT), ensure_ascii=False)
    assert MEI.zh not in taken and "OP-MEI" not in taken


def test_a_guardian_takes_a_childs_and_nobody_an_adults(cast: Cast) -> None:
    hui = cast.who("hui")
    assert people.export_data(hui, cast.id("tian"), at=AT)["person"]["username"] == "tian"
    assert HealthRead.objects.filter(person_id=cast.id("tian"), reader_id=cast.id("hui"), purpose="export").exists()
    with pytest.raises(NotAllowed):
        people.export_data(hui, cast.id("qiang"), at=AT)
    with pytest.raises(NotThere):
        people.export_data(hui, cast.id("mei"), at=AT)
    with pytest.raises((NotAllowed, NotThere)):
        people.export_data(cast.who("an"), cast.id("mei"), at=AT)


OF_SOMEBODY = {"person", "heir", "claim", "advance", "dispute", "complaint", "pickup", "paper", "succession"}
LEFT_OUT = {
    "clocks and the work they make, of which the steps tell the dates": {
        "Deadline", "AdvanceClock", "DisputeClock", "ComplaintClock", "WorkOrder", "CaseOrder", "AdvanceTask",
        "Thread", "ThreadMember",
    },
    "how colleagues worked on a case: notes, drafts, samples, what they judged": {
        "ClaimNote", "Proposal", "Prepayment", "Sample", "JudgedFinding", "PaperLabel", "GuaranteeProposal",
        "RootAction", "Calculation",
    },
    "told in another section: policies, papers, decisions, payments, messages": {
        "ClaimPolicy", "Cover", "InvoiceKey", "PaperContent", "PaperLook", "MessagePaper", "Instalment", "CourierNews",
    },
    "about colleagues": {"RoleGrant", "StaffShift", "StaffAbsence", "StaffSkill"},
    "withheld while it would defeat its purpose: suspicions and what is looked into (PIPL art. 45 and 18)": {
        "SuspicionClaim", "Investigation", "Rescission",
    },
}  # fmt: skip


def test_every_table_about_somebody_is_exported_or_left_out_for_a_reason() -> None:
    about = {
        model.__name__
        for model in apps.get_app_config("store").get_models()
        if not model._meta.proxy
        and OF_SOMEBODY & {one.name for one in model._meta.get_fields() if one.many_to_one or one.one_to_one}
        and OF_SOMEBODY & {one.name for one in model._meta.concrete_fields}
    }
    source = Path(exporting.__file__).read_text("utf-8")
    exported = {name for name in about if re.search(rf"\b{name}\.objects\b", source)}
    left_out = set().union(*LEFT_OUT.values())
    assert about - exported - left_out == set()
    assert left_out - about == set() and left_out & exported == set()


def test_what_was_disputed_and_complained_of_is_there_with_every_answer(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.DECIDED)
    mei = cast.who("mei")
    dispute_no = disputes.dispute(mei, no, at=AT, reason="amount", words="少算了一张发票")
    disputes.complain(mei, cast.id("mei"), at=AT, stage="claim", cause="slow", words="等了太久", claim_no=no)
    exported = people.export_data(mei, cast.id("mei"), at=AT)
    (dispute,) = exported["claims"][0]["disputes"]
    assert dispute["dispute_no"] == dispute_no and dispute["said"][0]["words"] == "少算了一张发票"
    (complaint,) = exported["complaints"]
    assert complaint["words"] == "等了太久" and complaint["said"]
    assert {"claim.disputed", "complaint.registered"} <= {one["kind"] for one in exported["records"]}
    for lang in ("zh", "en"):
        page = people.readable(exported, lang)
        assert "少算了一张发票" in page and "等了太久" in page


def test_what_was_read_of_papers_and_what_a_claim_left_is_there(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.DECIDED)
    held = Claim.objects.get(claim_no=no)
    paper = held.papers.earliest("pk")
    answer = json.dumps({"fields": {"hospital.name": "市第一人民医院"}}, ensure_ascii=False).encode()
    PaperReading.objects.update_or_create(
        paper=paper, defaults={"state": "read", "kind": "invoice", "answer": answer, "due_at": AT, "read_at": AT}
    )
    with transaction.atomic():
        traces.leave(cast.who("mei"), held, AT, device="A" * 22, phone="13800000001")
    exported = json.loads(json.dumps(people.export_data(cast.who("mei"), cast.id("mei"), at=AT), ensure_ascii=False))
    (claim,) = exported["claims"]
    assert {"hospital.name": "市第一人民医院"} in [one["answer"]["fields"] for one in claim["read"] if one["answer"]]
    assert sorted(one["kind"] for one in claim["traces"]) == ["device", "phone"]
    assert "A" * 22 not in json.dumps(exported)
