"""What looks wrong, in real browsers: found by the worker, looked at without a mouse, investigated, rescinded."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from hearth.words.calendar import day_in_china
from tests.browser.company import Company, company
from tests.browser.conftest import PHONE
from tests.browser.test_console import Sits, clean, in_review, sits, with_papers
from tests.desks.cast_rows import small_stay, visit

__all__ = ["company", "sits"]

DESKTOP = {"width": 1440, "height": 900}
NUMBER = "6222020200998877665"


def two_beds(company: Company) -> str:
    """A claim in review whose stay lies on top of an earlier one of the same person."""
    other = {"name": "甲医院", "level": 3}
    in_review(company, "mei", small_stay())
    second = small_stay(amount="6000.00", admitted_on="2026-04-10", discharged_on="2026-04-20", hospital=other)
    return in_review(company, "mei", second)


def says(page: Any, words: str, seconds: float = 60.0) -> None:
    """Look at a page again until a worker has brought it to say something."""
    last = time.monotonic() + seconds
    while words not in page.content():
        assert time.monotonic() < last, f"{page.url} does not say {words!r} after {seconds} s"
        time.sleep(0.5)
        page.reload()


def test_what_the_worker_found_is_looked_at_without_a_mouse(company: Company, sits: Sits) -> None:
    no = two_beds(company)
    page = sits("ai", f"/office/claims/{no}", DESKTOP, "zh")
    says(page, "住院时间重叠")
    clean(page, "suspicions-case-zh")
    page.keyboard.press("j")
    page.wait_for_url("**/office/suspicions/*")
    clean(page, "suspicions-one-zh")
    page.keyboard.press("x")
    page.wait_for_url("**/do/clear")
    page.locator("#box-words").fill("转院当日，两院日期以出院小结为准")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**told=suspicion_judged")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/office/suspicions")
    page.goto("/office/suspicions?view=judged")
    assert "100.0 %" in page.content()
    clean(page, "suspicions-judged-zh")
    phone = sits("ai", "/office/suspicions?view=judged", PHONE, "en")
    clean(phone, "suspicions-judged-en-phone")


def test_a_ring_is_drawn_and_told_in_words(company: Company, sits: Sits) -> None:
    for who, name in (("mei", "梅"), ("bo", "波"), ("hui", "慧")):
        person = company.read(f"person:{who}")
        account = company.clerk("people.accounts.add_account", who, person, name, "中国工商银行", NUMBER)
        no = str(company.clerk("claims.reporting.start_draft", who, person))
        company.clerk(
            "claims.reporting.save_draft", who, no, facts={"invoices": [visit(on="2026-06-02")]}, story="门诊就诊。",
            account_id=account,
        )  # fmt: skip
        company.clerk("claims.reporting.report", who, no)
        company.clerk("claims.reporting.submit", who, no, has_no_more=True)
    company.clerk("suspicion.surveying.survey", "house")
    page = sits("gu", "/office/suspicions", DESKTOP, "en")
    page.get_by_role("link", name="Shared among strangers").click()
    page.wait_for_url("**/office/suspicions/*")
    assert page.locator("svg.ring circle").count() == 3
    assert "share a bank account" in page.content()
    clean(page, "suspicions-ring-en")


def test_an_investigation_and_a_rescission_by_their_pages(company: Company, sits: Sits) -> None:
    no = with_papers(sits, in_review(company, "hui", small_stay()), "discharge_summary")
    page = sits("ai", f"/office/claims/{no}/do/investigate", DESKTOP, "zh")
    page.locator("#box-words").fill("向就诊医院调取完整病历，核实首次就诊时间。")
    page.locator("form.paper button.ember").click()
    page.wait_for_url("**told=investigating")
    page.locator("#suspected a[href*='/office/investigations/']").click()
    page.wait_for_url("**/office/investigations/*")
    page.keyboard.press("a")
    page.wait_for_url("**/do/task")
    page.locator("#box-what").fill("到病案室调取住院病历")
    page.locator("form.paper button.ember").click()
    page.wait_for_url("**told=changed")
    clean(page, "investigation-zh")
    page.goto(f"/office/claims/{no}/rescind")
    page.locator("form.paper button.ember").click()
    page.wait_for_url("**/office/rescissions/*")
    clean(page, "rescission-begun-zh")
    today = day_in_china(datetime.now(UTC)).isoformat()
    steps: dict[str, dict[str, Any]] = {
        "1": {"question": "过去两年是否住院治疗？", "answer": "否", "question_evidence": 1},
        "2": {"truth": "投保前八个月因胆囊炎住院", "truth_evidence": 1},
        "3": {"is_material": "yes", "materiality": "核保规则：一年内住院史须加费"},
        "4": {"intent": "gross", "is_serious": "yes", "mind": "出院小结由本人签收，但询问用语较长"},
        "5": {"known_on": today, "knew_at_formation": "no", "premium_taken": "no"},
    }
    for key, boxes in steps.items():
        page.keyboard.press(key)
        page.wait_for_url("**/do/*")
        for name, value in boxes.items():
            box = page.locator(f"#box-{name}")
            if box.evaluate("each => each.tagName") == "SELECT":
                box.select_option(index=value) if isinstance(value, int) else box.select_option(value)
            else:
                box.fill(str(value))
        if key == "4":
            clean(page, "rescission-mind-zh")
        page.locator("form.paper button.ember").click()
        page.wait_for_url("**told=changed")
    clean(page, "rescission-ready-zh")
    page.keyboard.press("p")
    page.wait_for_url("**told=rescission_proposed")
    english = sits("lin", page.url.partition("?")[0].removeprefix(company.address), DESKTOP, "en")
    assert "waits for a second person" in english.content() and "Approve: rescind" not in english.content()
    clean(english, "rescission-proposed-en")
