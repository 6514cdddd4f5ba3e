"""A decision is read, agreed to, disputed; money comes, or comes back; receipts are kept and checked."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hearth.desks.books.sequencer import sequence
from hearth.desks.claims import agreeing, calculating, deciding, intake, reporting
from hearth.kernel.proof.check import check
from hearth.store.models import BankAccount, Claim, Consent
from tests.desks.cast_rows import AT, DAY, HOUR, STAY_PAPERS, Cast, add_papers, agrees, confirm, stay
from tests.doors.feeds.papers import pdf
from tests.doors.member.conftest import Phone
from tests.doors.member.phones import fill

NOW = datetime.now(UTC)


def submitted(cast: Cast, code: str = "mei", policy: str = "M1-MEI", **facts: object) -> str:
    """A stay, sent with its papers."""
    by = cast.who(code)
    no = reporting.start_draft(by, cast.id(code), at=AT, policy_nos=[policy])
    reporting.save_draft(by, no, at=AT, facts={"invoices": [stay()], **facts}, account_id=cast.accounts[code].pk)
    reporting.report(by, no, at=AT)
    add_papers(by, no, *STAY_PAPERS)
    reporting.submit(by, no, at=AT + HOUR)
    return no


def decided(cast: Cast, **ruling: object) -> str:
    """The same, decided."""
    no = submitted(cast)
    intake.accept(cast.who("an"), no, at=AT + 2 * HOUR)
    calculating.calculate(cast.who("ai"), no, at=AT + 3 * HOUR)
    deciding.decide(cast.who("ai"), no, at=AT + 4 * HOUR, **{"outcome": "approved", **ruling})  # type: ignore[arg-type]
    return no


def refused(cast: Cast) -> tuple[str, int]:
    """A claim that is refused, with reason, clause and evidence."""
    no = submitted(cast)
    paper = Claim.objects.get(claim_no=no).papers.order_by("pk").first()
    assert paper is not None
    intake.accept(cast.who("an"), no, at=AT + 2 * HOUR)
    calculating.calculate(cast.who("ai"), no, at=AT + 3 * HOUR)
    ruling = {"outcome": "refused", "reason": "there_before", "clause": "4.2", "evidence": [f"paper:{paper.pk}"]}
    deciding.decide(cast.who("ai"), no, at=AT + 4 * HOUR, words="病历记载 2024 年已有此病。", **ruling)  # type: ignore[arg-type]
    return no, paper.pk


def paid(cast: Cast, phone: Client) -> str:
    """The same, agreed to and paid."""
    no = decided(cast)
    assert fill(phone, f"/claims/{no}/agree")["Location"] == f"/claims/{no}?told=agreed"
    payment = confirm(Claim.objects.get(claim_no=no))
    assert agreeing.mark_paid(payment.pk, AT + 2 * DAY)
    return no


def test_every_page_of_a_claim_is_there_in_every_state(cast: Cast, phone: Phone) -> None:
    mei = phone("mei", "zh")
    parts = ("", "/fill", "/story", "/policies", "/order", "/bills", "/bills/1", "/bills/import", "/diagnosis",
             "/others", "/papers", "/account", "/check", "/supplement", "/supplement/nothing", "/decision", "/agree",
             "/dispute", "/correct", "/message", "/withdraw")  # fmt: skip

    def walk(no: str) -> None:
        for part in parts:
            answer = mei.get(f"/claims/{no}{part}")
            assert answer.status_code in (200, 302, 404), (part, answer.status_code)
            assert ">None<" not in getattr(answer, "text", "")
        assert mei.get("/home").status_code == mei.get("/claims").status_code == 200

    by = cast.who("mei")
    no = reporting.start_draft(by, cast.id("mei"), at=AT, policy_nos=["M1-MEI", "OP-MEI", "CI-MEI"])
    walk(no)
    reporting.save_draft(by, no, at=AT, facts={"invoices": [stay()]}, story="胆囊手术")
    reporting.report(by, no, at=AT)
    walk(no)
    add_papers(by, no, *STAY_PAPERS)
    reporting.submit(by, no, at=AT + HOUR, has_no_more=True)
    walk(no)
    intake.accept(cast.who("an"), no, at=AT + 2 * HOUR)
    walk(no)
    intake.ask_supplement(cast.who("ai"), no, ["diagnosis_certificate"], at=AT + 3 * HOUR)
    walk(no)
    intake.receive_supplement(by, no, at=AT + 4 * HOUR, gave_up=True)
    walk(no)
    calculating.calculate(cast.who("ai"), no, at=AT + 5 * HOUR)
    walk(no)
    deciding.decide(
        cast.who("ai"), no, at=AT + 6 * HOUR, outcome=Claim.objects.get(claim_no=no).calculations.get().proposal
    )
    walk(no)


def test_the_decision_names_the_amount_each_clause_and_the_ways_to_dispute(cast: Cast, phone: Phone) -> None:
    no = decided(cast)
    page = phone("mei").get(f"/claims/{no}/decision")
    assert page.status_code == 200
    for said in ("17,052.87", "§&thinsp;3.3", "2026-A", "Deductible", "12378", "two years", "within 10 days"):
        assert said in page.text, said
    assert "× 100%" in page.text or "x 100%" in page.text


def test_agreeing_twice_is_agreeing_once_and_says_where_the_money_goes(cast: Cast, phone: Phone) -> None:
    no, mei = decided(cast), phone("mei")
    assert cast.accounts["mei"].number_tail in mei.get(f"/claims/{no}/agree").text
    for _press in range(2):
        assert mei.post(f"/claims/{no}/agree", {"account_id": str(cast.accounts["mei"].pk)}).status_code == 302
    claim = Claim.objects.get(claim_no=no)
    assert claim.state == "agreed" and claim.transitions.filter(to_state="agreed").count() == 1
    assert "On its way to you" in mei.get(f"/claims/{no}").text


def test_whoever_goes_back_after_agreeing_is_led_to_the_claim_and_not_asked_again(cast: Cast, phone: Phone) -> None:
    no, mei = decided(cast), phone("mei")
    assert mei.get(f"/claims/{no}/agree").status_code == 200
    mei.post(f"/claims/{no}/agree", {"account_id": str(cast.accounts["mei"].pk)})
    assert mei.get(f"/claims/{no}/agree")["Location"] == f"/claims/{no}"
    payment = confirm(Claim.objects.get(claim_no=no))
    assert agreeing.mark_paid(payment.pk, AT + 2 * DAY)
    assert mei.get(f"/claims/{no}/agree")["Location"] == f"/claims/{no}"


def test_a_new_account_can_be_named_while_agreeing_and_one_of_another_name_is_refused(cast: Cast, phone: Phone) -> None:
    no, mei = decided(cast), phone("mei")
    typed = {"account_id": "new", "holder": "别人", "bank": "中国银行", "account": "6216610200016587010"}
    wrong = mei.post(f"/claims/{no}/agree", typed)
    assert wrong.status_code == 422 and 'value="6216610200016587010"' in wrong.text
    assert mei.post(f"/claims/{no}/agree", {**typed, "holder": "梅"}).status_code == 302
    assert Claim.objects.get(claim_no=no).account == BankAccount.objects.get(bank="中国银行")
    other = mei.post(f"/claims/{no}/agree", {"account_id": str(cast.accounts["bo"].pk)})
    assert other.status_code == 302


def test_every_page_of_ones_papers_can_be_read_on_a_telephone(cast: Cast, phone: Phone) -> None:
    no, mei = submitted(cast), phone("mei")
    sent = {"kind": "other", "files": SimpleUploadedFile("list.pdf", pdf(2), "application/pdf")}
    assert mei.post(f"/claims/{no}/papers", sent).status_code == 302
    paper = Claim.objects.get(claim_no=no).papers.get(name="list.pdf").pk
    assert f"/claims/{no}/papers/{paper}" in mei.get(f"/claims/{no}/papers").text
    first, second = (mei.get(f"/claims/{no}/papers/{paper}", {"page": page}).text for page in ("", "2"))
    assert "Page 1 of 2" in first and "Next page" in first and "Previous page" not in first
    assert f"/papers/{paper}/large?page=2" in second and "Next page" not in second
    drawn = mei.get(f"/papers/{paper}/large", {"page": 2})
    assert drawn.content[:2] == b"\xff\xd8" and drawn["Content-Type"] == "image/jpeg"
    assert mei.get(f"/papers/{paper}/large", {"page": 3}).status_code == 404
    bo = phone("bo")
    assert bo.get(f"/papers/{paper}/large").status_code == bo.get(f"/claims/{no}/papers/{paper}").status_code == 404


def test_a_refusal_is_told_in_words_with_clause_evidence_and_ways_to_dispute(cast: Cast, phone: Phone) -> None:
    no, paper = refused(cast)
    mei = phone("mei")
    page = mei.get(f"/claims/{no}/decision").text
    for said in (
        "Not paid",
        "there before the cover",
        "病历记载",
        f"/papers/{paper}",
        "12378",
        "The clause, word for word",
    ):
        assert said in page, said
    assert 'class="refused"' in page and "§&thinsp;4.2" in page
    assert page.index('id="arithmetic"') < page.index("17,052.87") and "as if it had not been refused" in page
    assert "the claim is closed; you may still dispute" in page and "the money goes to your account" not in page
    assert "Not paid" in mei.get(f"/claims/{no}").text
    assert mei.post(f"/claims/{no}/dispute", {"reason": "prior_illness", "why": "  "}).status_code == 422
    assert mei.post(f"/claims/{no}/dispute", {"why": "没有选择理由"}).status_code == 422
    sent = mei.post(f"/claims/{no}/dispute", {"reason": "prior_illness", "why": "我 2025 年才确诊。"})["Location"]
    assert sent.startswith("/disputes/D") and sent.endswith("told=disputed")
    assert Claim.objects.get(claim_no=no).is_disputed
    assert mei.post(f"/claims/{no}/agree")["Location"] == f"/claims/{no}?told=closed"
    assert "You disputed" in mei.get(f"/claims/{no}").text


def test_a_reopened_claim_shows_its_earlier_decision(cast: Cast, phone: Phone) -> None:
    no, _paper = refused(cast)
    mei = phone("mei")
    mei.post(f"/claims/{no}/dispute", {"reason": "prior_illness", "why": "确诊日期不对"})
    agreeing.reopen(cast.who("rui"), no, at=AT + DAY, why="会员异议成立")
    page = mei.get(f"/claims/{no}").text
    assert "looked at again" in page and "The earlier decision" in page
    assert "This is the earlier decision" in mei.get(f"/claims/{no}/decision").text


def test_money_that_came_back_goes_to_another_account(cast: Cast, phone: Phone) -> None:
    no, mei = decided(cast), phone("mei")
    fill(mei, f"/claims/{no}/agree")
    payment = confirm(Claim.objects.get(claim_no=no), "returned")
    assert agreeing.mark_returned(payment.pk, AT + 2 * DAY)
    assert "Correct the account" in mei.get("/home").text
    page = mei.get(f"/claims/{no}/correct")
    assert page.status_code == 200 and payment.account.number_tail in page.text
    typed = {"account_id": "new", "holder": "梅", "bank": "中国银行", "account": "6216610200016587010"}
    assert mei.post(f"/claims/{no}/correct", typed)["Location"] == f"/claims/{no}?told=corrected"
    living = Claim.objects.get(claim_no=no).payments.exclude(state="returned")
    assert [one.account.bank for one in living] == ["中国银行"]


def test_a_claim_is_withdrawn_after_being_asked_once_more(cast: Cast, phone: Phone) -> None:
    no, mei = submitted(cast), phone("mei")
    assert "Withdraw claim" in mei.get(f"/claims/{no}/withdraw").text
    assert Claim.objects.get(claim_no=no).state == "submitted"
    assert mei.post(f"/claims/{no}/withdraw")["Location"] == f"/claims/{no}?told=withdrawn"
    assert mei.post(f"/claims/{no}/withdraw").status_code == 302
    assert Claim.objects.get(claim_no=no).state == "withdrawn"


def test_a_paid_claim_cannot_be_withdrawn_and_says_so(cast: Cast, phone: Phone) -> None:
    mei = phone("mei")
    answer = mei.post(f"/claims/{paid(cast, mei)}/withdraw")
    assert answer.status_code == 409 and "says" not in answer.headers


def test_the_thread_holds_what_both_sides_wrote(cast: Cast, phone: Phone) -> None:
    no, mei = submitted(cast), phone("mei")
    assert mei.post(f"/claims/{no}/message", {"text": ""}).status_code == 422
    assert mei.post(f"/claims/{no}/message", {"text": "请问何时有结果？<b>"}).status_code == 302
    page = mei.get(f"/claims/{no}").text
    assert "请问何时有结果？&lt;b&gt;" in page and "You wrote" in page


def test_a_receipt_is_saved_printed_and_found_valid_and_with_one_digit_changed_it_is_not(
    cast: Cast, phone: Phone
) -> None:
    mei = phone("mei")
    no = paid(cast, mei)
    record = Claim.objects.get(claim_no=no).decisions.get().record_id
    assert mei.get(f"/receipts/{record}.json").status_code == 409
    assert "in a few seconds" in mei.get(f"/claims/{no}").text
    sequence(NOW)
    saved = mei.get(f"/receipts/{record}.json")
    assert saved["Content-Disposition"] == f'attachment; filename="hearth-receipt-{record}.json"'
    assert check(saved.content).is_valid
    printed = mei.get(f"/receipts/{record}").text
    assert "HEARTH1:" in printed and "<svg" in printed and "hearth verify" in printed
    anybody = phone()
    good = anybody.post("/receipts/verify", {"receipt": saved.content.decode() + "\r\n"})
    assert good.status_code == 200 and 'data-valid="yes"' in good.text and "17,052.87" in good.text
    file = SimpleUploadedFile("r.json", saved.content.replace(b'"payable_fen":1705287', b'"payable_fen":1705288', 1))
    bad = anybody.post("/receipts/verify", {"file": file})
    assert 'data-valid="no"' in bad.text and "something in it was changed" in bad.text
    assert phone("bo").get(f"/receipts/{record}.json").status_code == 404
    assert phone("bo").get(f"/receipts/{record}").status_code == 404


@pytest.mark.parametrize("text", ["", "{}", "[1]", "x" * 3000, "\x00", "{" * 500, json.dumps({"a": 1.5})])
def test_what_is_no_receipt_is_answered_with_what_is_wrong(phone: Phone, text: str) -> None:
    answer = phone().post("/receipts/verify", {"receipt": text, "paper": "HEARTH1:x"})
    assert answer.status_code == 422 and "says-wrong" in answer.text


def test_the_consent_of_another_is_not_given_with_the_application(cast: Cast, phone: Phone) -> None:
    hui = cast.who("hui")
    no = reporting.start_draft(hui, cast.id("qiang"), at=AT, policy_nos=["M1-HUI"])
    reporting.save_draft(hui, no, at=AT, facts={"invoices": [stay()]}, story="x")
    reporting.report(hui, no, at=AT)
    page = phone("hui").get(f"/claims/{no}/check").text
    assert "consent-claim" not in page
    refused = phone("hui").post(f"/claims/{no}/check", {"has_no_more": "1"})
    assert refused.status_code == 422 and "has to agree to the use of their health data" in refused.text
    assert not Consent.objects.filter(person=cast.id("qiang")).exists()
    agrees(cast, "qiang", "qiang")
    assert phone("hui").post(f"/claims/{no}/check", {"has_no_more": "1"}).status_code == 302


def test_a_receipt_cut_to_its_first_field_is_not_valid(phone: Phone) -> None:
    assert 'data-valid="no"' in phone().post("/receipts/verify", {"receipt": '{"receipt":1}'}).text
