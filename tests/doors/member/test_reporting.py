"""A claim is told step by step, kept at every step, and sent."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hearth.desks.claims import intake
from hearth.store.models import Claim, ClaimTrace, Consent
from tests.desks.cast_rows import Cast
from tests.doors.member.conftest import Phone
from tests.doors.member.phones import claim_no, fill, photo

BILL: dict[str, Any] = {
    "setting": "inpatient", "admitted_on": "2026-03-02", "discharged_on": "2026-03-08",
    "hospital_name": "市儿童医院", "hospital_level": "3", "code": "11060126", "number": "0000009001",
    "total": "26,000.00", "si_settled": "yes", "fund": "9000", "account": "0", "cash": "17000.00",
    "line-0-category": "surgery", "line-0-name": "骨折复位", "line-0-amount": "26000",
}  # fmt: skip


def begun(phone: Client, cast: Cast, code: str = "yue") -> str:
    """A claim that is reported, over every policy that covers the person."""
    story = fill(phone, "/claims/new", who=str(cast.id(code)))
    no = claim_no(story["Location"])
    chosen = fill(phone, f"/claims/{no}/story", cause="accident", event_on="2026-03-02", story="从滑梯上摔下来")
    assert chosen["Location"] == f"/claims/{no}/policies"
    reported = fill(phone, f"/claims/{no}/policies")
    assert reported["Location"] == f"/claims/{no}/fill?told=reported"
    return no


def sent(phone: Client, cast: Cast) -> str:
    """A claim of Hui's daughter over two policies, sent with everything."""
    no = begun(phone, cast)
    assert fill(phone, f"/claims/{no}/bills/1", **BILL)["Location"] == f"/claims/{no}/bills?told=invoice"
    for number, kind in enumerate(
        ("invoice", "itemised_list", "discharge_summary", "accident_proof", "settlement_sheet")
    ):
        kept = phone.post(f"/claims/{no}/papers", {"kind": kind, "files": photo(colour=number)})
        assert kept["Location"] == f"/claims/{no}/papers?told=paper", kept.text[:2000]
    account = cast.accounts["hui"].pk
    assert fill(phone, f"/claims/{no}/account", account_id=str(account))["Location"].endswith("/fill?told=draft")
    done = fill(phone, f"/claims/{no}/check", **{"consent-claim-child": "1", "consent-claim-health": "1"})
    assert done.status_code == 302, re.findall(r"<p[^>]*>[^<]*", done.text)
    assert done["Location"] == f"/claims/{no}?told=sent"
    return no


def test_hui_reports_for_her_daughter_over_two_policies_and_sends_everything(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = sent(hui, cast)
    claim = Claim.objects.get(claim_no=no)
    assert claim.state == "submitted"
    assert (claim.person_id, claim.reporter_id) == (cast.id("yue"), cast.id("hui"))
    assert claim.policies.count() == 2
    assert claim.facts["cause"] == "accident" and claim.facts["trigger_on"] == "2026-03-02"
    given = Consent.objects.filter(person=cast.id("yue"), given_by=cast.id("hui"))
    assert sorted(given.values_list("data_class", flat=True)) == ["child", "health"]
    page = hui.get(f"/claims/{no}")
    assert page.status_code == 200
    assert page.text.count('data-state="done"') >= 2 and "intake" in page.text


def test_a_draft_is_gone_on_with_on_another_phone_and_pressing_twice_begins_one(cast: Cast, phone: Phone) -> None:
    first, second = phone("hui"), phone("hui")
    no = claim_no(fill(first, "/claims/new", who=str(cast.id("tian")))["Location"])
    assert claim_no(first.post("/claims/new", {"who": str(cast.id("tian"))})["Location"]) == no
    fill(first, f"/claims/{no}/story", cause="illness", event_on="2026-05-20", story="发烧")
    assert "发烧" in second.get(f"/claims/{no}/story").text
    assert "Go on with a draft" in second.get("/claims/new").text
    assert "Go on with the report" in second.get("/home").text
    assert Claim.objects.get(claim_no=no).state == "draft"


def test_an_empty_form_leads_nowhere_and_says_what_is_needed(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    assert hui.post("/claims/new").status_code == 422
    no = claim_no(fill(hui, "/claims/new", who=str(cast.id("hui")))["Location"])
    assert "Choose one" in hui.post(f"/claims/{no}/story", {"story": "x"}).text
    assert hui.post(f"/claims/{no}/policies", {}).status_code == 422
    assert hui.post(f"/claims/{no}/policies", {"policy": "M1-MEI"}).status_code == 422
    assert Claim.objects.get(claim_no=no).state == "draft"


def test_what_was_typed_stays_with_a_sentence_beside_each_box_that_is_wrong(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    slips = {**BILL, "admitted_on": "2026-13-45", "total": "26 thousand", "line-0-amount": "-3", "code": "12"}
    kept = hui.post(f"/claims/{no}/bills/1", {**slips, "do": "keep"})
    assert kept.status_code == 422
    for typed in ("2026-13-45", "26 thousand", "-3"):
        assert f'value="{typed}"' in kept.text
    assert kept.text.count("says-wrong") >= 3 and 'href="#f-total"' in kept.text
    assert Claim.objects.get(claim_no=no).facts["invoices"][0]["total"] == "26 thousand"
    assert "to put right" in hui.get(f"/claims/{no}/bills").text
    refused = fill(
        hui, f"/claims/{no}/check", has_no_more="1", **{"consent-claim-child": "1", "consent-claim-health": "1"}
    )
    assert refused.status_code == 422 and "need mending" in refused.text


def test_the_figures_of_a_bill_are_compared_as_they_are_typed(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    live = {"hx-request": "true"}
    answer = hui.post(f"/claims/{no}/bills/1", {**BILL, "line-0-amount": "20600"}, headers=live)
    assert answer.status_code == 200
    assert "The lines add up to 20,600.00, the invoice says 26,000.00: 5,400.00 too little." in answer.text
    assert 'id="f-lines-says"' in answer.text and 'hx-swap-oob="true"' in answer.text and "<html" not in answer.text
    # Nothing shouts at a form that has only been begun.
    assert "says-wrong" not in hui.post(f"/claims/{no}/bills/1", {"setting": "inpatient"}, headers=live).text
    assert Claim.objects.get(claim_no=no).facts.get("invoices") is None


def test_lines_are_added_and_taken_out_and_a_bill_is_taken_out_after_a_question(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    two = hui.post(f"/claims/{no}/bills/1", {**BILL, "do": "line"})
    assert 'name="line-1-amount"' in two.text and 'name="line-2-amount"' not in two.text
    one = hui.post(f"/claims/{no}/bills/1", {**BILL, "line-1-category": "bed", "line-1-amount": "5", "do": "out-0"})
    assert 'value="26000"' not in one.text and 'value="5"' in one.text
    assert hui.post(f"/claims/{no}/bills/1", {**BILL, "do": "keep"}).status_code == 302
    assert "骨折复位" in hui.get(f"/claims/{no}/bills/1").text
    assert "Take it out" in hui.get(f"/claims/{no}/bills/1/out").text
    assert hui.post(f"/claims/{no}/bills/1/out").status_code == 302
    assert Claim.objects.get(claim_no=no).facts.get("invoices") is None


def test_every_order_of_the_policies_is_shown_with_what_it_pays_and_one_is_chosen(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    assert "As soon as a bill is typed" in hui.get(f"/claims/{no}/order").text
    fill(hui, f"/claims/{no}/bills/1", **BILL)
    page = hui.get(f"/claims/{no}/order").text
    assert "17,000.00 yuan" in page and "14,920.00 yuan" in page
    assert page.index("17,000.00 yuan") < page.index("14,920.00 yuan") and page.count("Recommended") == 1
    assert hui.post(f"/claims/{no}/order", {"order": "ACC-YUE,M1-HUI"}).status_code == 302
    rows = Claim.objects.get(claim_no=no).policies.order_by("position")
    assert list(rows.values_list("policy__policy_no", flat=True)) == ["ACC-YUE", "M1-HUI"]
    assert hui.post(f"/claims/{no}/order", {"order": "ACC-YUE"}).status_code == 422
    assert hui.post(f"/claims/{no}/order", {"order": "ACC-YUE,M1-MEI"}).status_code == 422


def test_missing_papers_are_all_told_at_once_with_what_they_are_worth(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    fill(hui, f"/claims/{no}/bills/1", **BILL)
    page = hui.get(f"/claims/{no}/papers").text
    for paper in ("Medical invoice", "Itemised list", "Discharge summary", "Accident proof"):
        assert paper in page
    assert "together add about 14,920.00 yuan (an estimate)" in page
    stopped = fill(hui, f"/claims/{no}/check", **{"consent-claim-child": "1", "consent-claim-health": "1"})
    assert stopped.status_code == 422 and "tick that you have no more" in stopped.text
    agreed = {"consent-claim-child": "1", "consent-claim-health": "1", "has_no_more": "1"}
    assert fill(hui, f"/claims/{no}/check", **agreed)["Location"] == f"/claims/{no}?told=sent"


def test_without_the_consent_a_claim_needs_it_is_not_sent(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    fill(hui, f"/claims/{no}/bills/1", **BILL)
    answer = fill(hui, f"/claims/{no}/check", has_no_more="1")
    assert answer.status_code == 422 and "Without your consent" in answer.text
    assert (
        Claim.objects.get(claim_no=no).state == "reported"
        and not Consent.objects.filter(person=cast.id("yue")).exists()
    )


def test_an_upload_is_looked_at_at_once_and_shown_small_to_those_who_may_see_it(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    bad = SimpleUploadedFile("x.jpg", b"<html><script>alert(1)</script>", "image/jpeg")
    refused = hui.post(f"/claims/{no}/papers", {"kind": "invoice", "files": [photo(), bad]})
    assert refused.status_code == 422 and "x.jpg" in refused.text
    paper = Claim.objects.get(claim_no=no).papers.get()
    small = hui.get(f"/papers/{paper.pk}/small")
    assert small["Content-Type"] == "image/jpeg" and small.content[:3] == b"\xff\xd8\xff"
    whole = hui.get(f"/papers/{paper.pk}")
    assert whole["X-Content-Type-Options"] == "nosniff" and "default-src 'none'" in whole["Content-Security-Policy"]
    assert whole["Content-Disposition"].startswith("inline;")
    for other in ("mei", "qiang"):
        assert phone(other).get(f"/papers/{paper.pk}").status_code == 404
        assert phone(other).post(f"/claims/{no}/papers", {"remove": str(paper.pk)}).status_code in (302, 404, 422)
    assert phone().get(f"/papers/{paper.pk}").status_code == 302
    assert hui.post(f"/claims/{no}/papers", {"remove": str(paper.pk)}).status_code == 302
    assert Claim.objects.get(claim_no=no).papers.filter(removed_at__isnull=True).count() == 0


def test_bills_are_read_in_from_a_file_or_from_pasted_text_or_nothing_is_taken(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    line = {"费用类别": "西药费", "金额": "120.00"}
    bill = {"票据代码": "11060126", "票据号码": "0000009002", "金额合计": "120.00", "就诊日期": "2026-03-09"}
    text = json.dumps({**bill, "就诊类型": "门诊", "收款单位": "市儿童医院", "收费细项": [line]}, ensure_ascii=False)
    assert hui.post(f"/claims/{no}/bills/import", {"text": text})["Location"].endswith("told=imported")
    file = SimpleUploadedFile("bills.json", text.replace("9002", "9003").encode())
    assert hui.post(f"/claims/{no}/bills/import", {"file": file}).status_code == 302
    assert len(Claim.objects.get(claim_no=no).facts["invoices"]) == 2
    for wrong in ("", "{", "票据代码,金额合计\n1,x", json.dumps({"票据号码": "\ud800\u0000"}), "\x00\x01"):
        answer = hui.post(f"/claims/{no}/bills/import", {"text": wrong})
        assert answer.status_code in (302, 422)
    assert hui.get(f"/claims/{no}/bills").status_code == 200


def test_papers_asked_for_are_named_with_their_worth_and_handed_in(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    fill(hui, f"/claims/{no}/bills/1", **BILL)
    agreed = {"consent-claim-child": "1", "consent-claim-health": "1", "has_no_more": "1"}
    fill(hui, f"/claims/{no}/check", **agreed)
    now = datetime.now(UTC)
    intake.accept(cast.who("an", now), no, at=now)
    intake.ask_supplement(cast.who("ai", now), no, at=now)
    page = hui.get(f"/claims/{no}/supplement").text
    assert "Discharge summary" in page and "the legal time limit stands still" in page
    assert "Add the papers asked for" in hui.get("/home").text
    early = hui.post(f"/claims/{no}/supplement", {"do": "send"})
    assert early.status_code == 422 and "Still missing" in early.text
    for number, item in enumerate(Claim.objects.get(claim_no=no).supplements.get().items):
        answer = hui.post(f"/claims/{no}/supplement", {"kind": item["paper"], "files": photo(colour=number)})
        assert answer.status_code == 302
    assert 'value="send"' in hui.get(f"/claims/{no}/supplement").text
    assert hui.post(f"/claims/{no}/supplement", {"do": "send"})["Location"] == f"/claims/{no}?told=supplement"
    assert Claim.objects.get(claim_no=no).state == "review"


def told(page: str, no: str) -> str:
    """What a page says, without the number it was asked for and the token of its forms."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page).replace(no, "X")


def test_the_claims_of_others_sound_as_if_they_were_not_there(cast: Cast, phone: Phone) -> None:
    hui, bo = phone("hui"), phone("bo")
    no = begun(hui, cast)
    for part in ("", "/fill", "/story", "/policies", "/bills", "/bills/1", "/papers", "/account", "/check", "/decision",
                 "/agree", "/dispute", "/correct", "/message", "/withdraw", "/supplement"):  # fmt: skip
        theirs, nobodys = bo.get(f"/claims/{no}{part}"), bo.get(f"/claims/C2699999999{part}")
        assert theirs.status_code == nobodys.status_code == 404, part
        assert told(theirs.text, no) == told(nobodys.text, "C2699999999")
        assert bo.post(f"/claims/{no}{part}", {"who": "1"}).status_code == 404
    assert bo.post("/claims/new", {"who": str(cast.id("yue"))}).status_code == 404
    assert bo.get("/policies/M1-HUI").status_code == 404


def test_a_browser_gets_a_mark_and_only_a_digest_of_it_stays_with_ones_own_claim(cast: Cast, phone: Phone) -> None:
    mei, hui = phone("mei"), phone("hui")
    mei.get("/home")
    given = mei.cookies["hearth_device"]
    assert given["httponly"] and given["samesite"] == "Lax" and len(given.value) == 22
    mei.get("/claims")
    assert mei.cookies["hearth_device"].value == given.value
    no = claim_no(fill(mei, "/claims/new", who=str(cast.id("mei")))["Location"])
    fill(mei, f"/claims/{no}/story", cause="illness", event_on="2026-05-20", story="发烧")
    fill(mei, f"/claims/{no}/policies")
    (left,) = ClaimTrace.objects.filter(claim__claim_no=no)
    assert left.kind == "device" and given.value.encode() not in bytes(left.digest) and len(left.digest) == 32
    begun(hui, cast)
    assert ClaimTrace.objects.count() == 1, "for a child nothing is kept"
    mei.cookies["hearth_device"] = "x" * 3_000
    assert mei.get("/home").status_code == 200
