"""A dispute in real browsers: on the phone, up to the third tier, a changed decision, the difference paid."""

from __future__ import annotations

import time
from typing import Any

from tests.browser.company import Company, company
from tests.browser.conftest import PHONE
from tests.browser.test_console import Sits, clean, in_review, sits
from tests.desks.cast_rows import PHONES, visit

__all__ = ["company", "sits"]

DESKTOP = {"width": 1440, "height": 900}
LINES = [
    {"category": "western_drug", "name": "二甲双胍", "amount": "320.00"},
    {"category": "examination", "name": "糖化血红蛋白检测", "amount": "120.00"},
    {"category": "material", "name": "血糖试纸", "amount": "40.00"},
]


def until(page: Any, words: str, seconds: float = 60.0) -> None:
    """Look at a page again until a worker has brought it to say something."""
    last = time.monotonic() + seconds
    while words not in page.content():
        assert time.monotonic() < last, f"{page.url} does not say {words!r} after {seconds} s"
        time.sleep(0.5)
        page.reload()


def words(page: Any, no: str, act: str, text: str) -> None:
    """A verb of the dispute desk that takes words, by its key."""
    page.goto(f"/office/disputes/{no}")
    page.locator(f".acts [href$='/do/{act}']").first.click()
    page.fill("#box-words", text)
    page.locator("form.paper button.ember").click()
    page.wait_for_url("**told=dispute_done")


def test_a_dispute_goes_to_the_third_tier_and_changes_the_decision(company: Company, sits: Sits) -> None:
    claim_no = in_review(company, "mei", visit(lines=LINES), papers=sits)
    company.clerk("claims.reviewing.mark_line", "ai", claim_no, 1, 1, not_necessary="200.00", why="用量超出常规")
    company.clerk("claims.calculating.calculate", "ai", claim_no)
    company.clerk("claims.deciding.decide", "ai", claim_no, outcome="partial")
    # On the phone: what is wrong, what happens then, who has it.
    mei = sits("mei", f"/claims/{claim_no}/decision", PHONE, "zh")
    clean(mei, "dispute-decision-zh-phone")
    mei.locator(f"a.quiet[href='/claims/{claim_no}/dispute']").click()
    mei.wait_for_selector("#f-reason-1")
    clean(mei, "dispute-new-zh-phone")
    mei.locator("button.ember").click()
    mei.wait_for_selector(".says-wrong")
    mei.told.clear()
    mei.locator("input[value='not_necessary']").check()
    mei.fill("#f-why", "医生要求每天服用，一个月的用量是合理的。")
    mei.locator("button.ember").click()
    mei.wait_for_url("**told=disputed**")
    no = mei.url.rpartition("/disputes/")[2].partition("?")[0]
    clean(mei, "dispute-opened-zh-phone")
    # What is not disputed is paid at once.
    company.until(claim_no, "paid")
    # The steward answers, from the keyboard of the desk; the member goes on; the expert passes it on.
    an = sits("an", "/office/queue", DESKTOP, "zh")
    an.keyboard.press("g")
    an.keyboard.press("d")
    an.wait_for_url("**/office/disputes")
    clean(an, "disputes-zh")
    words(an, no, "answer", "按照条款，超出常规用量的部分需要医嘱说明。")
    clean(an, "dispute-answered-zh")
    mei.reload()
    until(mei, "超出常规用量的部分")
    clean(mei, "dispute-answered-zh-phone")
    mei.locator("#up summary").click()
    mei.fill("#f-up", "医嘱已经写明了用量。")
    mei.locator("#up button").click()
    mei.wait_for_url("**told=dispute-up**")
    mei.locator("select[name='paper']").select_option(index=0)
    mei.locator("button[value='evidence']").click()
    mei.wait_for_url("**told=dispute-evidence**")
    gu = sits("gu", f"/office/disputes/{no}", DESKTOP, "en")
    clean(gu, "dispute-expert-en")
    words(gu, no, "up", "是否必要需要独立意见。")
    # The third tier: somebody who was never involved takes it and signs.
    shi = sits("shi", f"/office/disputes/{no}", DESKTOP, "en")
    shi.locator("[data-key='t']").click()
    shi.wait_for_selector("#opinion")
    clean(shi, "dispute-opinion-en")
    shi.locator("#opinion button.ember").click()
    shi.wait_for_selector("#opinion .says-wrong")
    shi.told.clear()
    shi.select_option("#box-verdict", "customer")
    shi.select_option("#box-clause", index=1)
    shi.fill("#box-reasons", "病历与医嘱写明一个月的用量，属于合理且必要的费用。")
    shi.locator("#opinion button.ember").click()
    shi.wait_for_url("**told=dispute_signed")
    clean(shi, "dispute-signed-en")
    # Decided anew by another assessor; the difference alone is paid.
    company.until(claim_no, "review")
    company.clerk("claims.reviewing.mark_line", "lin", claim_no, 1, 1, why="按独立意见计入")
    company.clerk("claims.calculating.calculate", "lin", claim_no)
    company.clerk("claims.deciding.decide", "lin", claim_no, outcome="partial")
    mei.goto(f"/disputes/{no}")
    until(mei, "结论已改变")
    clean(mei, "dispute-changed-zh-phone")
    mei.goto(f"/claims/{claim_no}/agree")
    mei.locator("button.ember").click()
    mei.wait_for_url("**told=agreed")
    company.until(claim_no, "paid")
    english = sits("mei", f"/disputes/{no}", PHONE, "en")
    assert "The decision was changed" in english.content()
    clean(english, "dispute-changed-en-phone")
    shi.goto("/office/disputes?state=changed")
    assert no in shi.content()
    clean(shi, "disputes-changed-en")


def test_a_complaint_is_answered_and_its_cause_gets_a_measure(company: Company, sits: Sits) -> None:
    mei = sits("mei", "/complaints", PHONE, "zh")
    clean(mei, "complaints-none-zh-phone")
    mei.locator("a.ember").click()
    mei.wait_for_selector("#complain")
    clean(mei, "complain-zh-phone")
    mei.locator("button.ember").click()
    mei.wait_for_selector(".says-wrong")
    mei.told.clear()
    mei.locator("input[value='lost']").check()
    mei.fill("#f-words", "两周没有人告诉我进展。")
    mei.locator("button.ember").click()
    mei.wait_for_url("**told=complained")
    no = mei.url.rpartition("/complaints/")[2].partition("?")[0]
    clean(mei, "complaint-zh-phone")
    shi = sits("shi", "/office/complaints", DESKTOP, "en")
    assert no in shi.content()
    clean(shi, "complaints-en")
    shi.goto(f"/office/complaints/{no}")
    shi.locator("[data-key='t']").click()
    shi.wait_for_url("**told=complaint_done")
    shi.locator("[data-key='a']").click()
    shi.select_option("#box-finding", "right")
    shi.fill("#box-words", "您说得对，我们没有及时告知，已改正。")
    shi.locator("form.paper button.ember").click()
    shi.wait_for_url("**told=complaint_done")
    shi.locator("[data-key='m']").click()
    shi.fill("#box-root_cause", "轮班交接时没有移交提醒")
    shi.fill("#box-action", "交接清单加入待告知的赔案")
    shi.locator("form.paper button.ember").click()
    shi.wait_for_url("**told=complaint_done")
    clean(shi, "complaint-en")
    mei.goto(f"/complaints/{no}")
    assert "投诉属实" in mei.content()
    clean(mei, "complaint-answered-zh-phone")


def test_a_complaint_of_several_is_confirmed_by_each_on_their_own_phone(company: Company, sits: Sits) -> None:
    mei = sits("mei", "/complaints/new", PHONE, "zh")
    mei.locator("input[value='slow']").check()
    mei.fill("#f-words", "我们两人都等了三周。")
    mei.locator("details.more summary").click()
    mei.fill("#f-name1", "波")
    mei.fill("#f-phone1", PHONES["bo"])
    clean(mei, "complain-several-zh-phone")
    mei.locator("button.ember").click()
    mei.wait_for_url("**told=complained")
    no = mei.url.rpartition("/complaints/")[2].partition("?")[0]
    clean(mei, "complaint-several-zh-phone")
    bo = sits("bo", "/complaints", PHONE, "en")
    assert no in bo.content() and "我们两人都等了三周" not in bo.content()
    clean(bo, "complaints-named-en-phone")
    bo.locator("button[value='yes']").click()
    bo.wait_for_url("**told=complaint-represented")
    assert "我们两人都等了三周" in bo.content()
    clean(bo, "complaint-represented-en-phone")
    assert "has said yes, on" in bo.content() and "has not answered" not in bo.content()
    rui = sits("rui", "/office/orders/cases", DESKTOP, "en")
    clean(rui, "case-orders-en")
    rui.goto("/office/roster")
    rui.select_option("#box-person", label="艾")
    clean(rui, "roster-en")
    rui.locator("aside button.ember").click()
    rui.wait_for_url("**told=absence_noted")
    clean(rui, "roster-away-en")
    rui.locator("aside .lined button").click()
    rui.wait_for_url("**told=absence_ended")
