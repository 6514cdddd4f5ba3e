"""An advance in real browsers: from a hospital's one-time link to the last fen paid back, zh and en."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from hearth.words.calendar import day_in_china
from hearth.words.numbers import check_digit
from tests.browser.company import Company, company
from tests.browser.conftest import PHONE
from tests.browser.test_console import Sits, clean, sits, with_papers
from tests.desks.cast_rows import IDENTITIES, STAY_PAPERS, stay

__all__ = ["company", "sits"]

DESKTOP = {"width": 1440, "height": 900}
HOSPITAL = "市第一人民医院"
NUMBER = "6222020211002233445"


def staffed(company: Company) -> None:
    """A medical expert, a second person of finance, and a hospital whose account two people confirmed."""
    for code, role in (("lin", "medical_expert"), ("shi", "finance")):
        company.clerk("people.roles.grant_role", "guan", company.read(f"person:{code}"), role)
    hospital = company.clerk("advances.hospitals.register_hospital", "guan", "H001", name=HOSPITAL, level=3)
    account = company.clerk(
        "advances.hospitals.enter_account", "fang", hospital, holder_name=HOSPITAL, bank="中国工商银行", number=NUMBER
    )
    company.clerk("advances.hospitals.confirm_account", "shi", account, number=NUMBER)


def until(page: Any, words: str, seconds: float = 60.0) -> None:
    """Look at a page again until a worker has brought it to say something."""
    last = time.monotonic() + seconds
    while words not in page.content():
        assert time.monotonic() < last, f"{page.url} does not say {words!r} after {seconds} s"
        time.sleep(0.5)
        page.reload()


def does(page: Any, no: str, word: str, **boxes: str) -> None:
    """A verb of the console, by its form."""
    page.goto(f"/office/advances/{no}/do/{word}")
    for name, value in boxes.items():
        box = page.locator(f"#box-{name}")
        if box.evaluate("each => each.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    page.locator("form.paper button.ember").click()
    page.wait_for_url("**told=adv_done**")


def test_from_the_hospitals_link_to_what_is_paid_back(company: Company, sits: Sits) -> None:
    staffed(company)
    today = day_in_china(datetime.now(UTC))
    # The steward makes the link; the hospital opens it on a phone, without an account.
    an = sits("an", "/office/hospitals", DESKTOP, "zh")
    an.locator("form[action$='/link'] button").click()
    link = an.locator("#made-link").inner_text()
    clean(an, "advances-link-zh")
    window = an.context.browser.new_context(
        base_url=company.address, viewport=PHONE, locale="zh-CN", reduced_motion="reduce"
    )
    nurse = window.new_page()
    nurse.told = []
    nurse.goto("/hospital/" + link.rpartition("/hospital/")[2])
    clean(nurse, "advances-hospital-zh-phone")
    nurse.fill("#f-name", "梅")
    nurse.fill("#f-id_number", IDENTITIES["mei"] + check_digit(IDENTITIES["mei"]))
    nurse.fill("#f-illness", "胆囊结石伴急性胆囊炎")
    nurse.fill("#f-icd", "K80.1")
    nurse.fill("#f-plan", "腹腔镜胆囊切除")
    nurse.fill("#f-estimate", "100,000")
    nurse.locator("button.ember").click()
    nurse.wait_for_selector("section.paper p.lead")
    clean(nurse, "advances-hospital-done-zh-phone")
    window.close()
    # The desk calls; the member reads and agrees, three things one after the other.
    an.goto("/office/advances")
    clean(an, "advances-list-zh")
    no = an.locator("table a[data-row]").first.inner_text()
    does(an, no, "call", note="已向客户说明")
    mei = sits("mei", f"/advances/{no}", PHONE, "zh")
    clean(mei, "advances-asked-zh-phone")
    for _ in range(3):
        mei.goto(f"/advances/{no}/sign")
        clean(mei, "advances-sign-zh-phone")
        mei.locator("button.ember").click()
        mei.wait_for_load_state()
    until(mei, "医学专家评估方案")
    # A medical expert signs, a reviewer promises, two people of finance pay.
    lin = sits("lin", f"/office/advances/{no}", DESKTOP, "en")
    does(lin, no, "opine", verdict="necessary", reasons="Acute, operation indicated", reference="Guideline 2021, 4.2")
    rui = sits("rui", f"/office/advances/{no}", DESKTOP, "en")
    rui.keyboard.press("g")
    does_at_once = rui.locator("form[action$='/do/letter'] button")
    if does_at_once.count():
        does_at_once.click()
    rui.wait_for_url("**told=adv_done**")
    fang = sits("fang", f"/office/advances/{no}", DESKTOP, "zh")
    does(fang, no, "prepare", amount="50,000")
    shi = sits("shi", f"/office/advances/{no}", DESKTOP, "zh")
    shi.locator("button[value=release]").click()
    shi.wait_for_url("**told=adv_done**")
    until(an, no)
    an.goto(f"/office/advances/{no}")
    until(an, "A6 ")
    does(an, no, "cost", on=today.isoformat(), cost="42,000")
    clean(an, "advances-case-zh")
    lin.goto(f"/office/advances/{no}")
    clean(lin, "advances-case-en")
    mei.goto(f"/advances/{no}")
    clean(mei, "advances-paid-zh-phone")
    with mei.expect_download() as letter:
        mei.locator("a[href$='letter.pdf']").click()
    assert letter.value.path().read_bytes().startswith(b"%PDF-")
    # Discharged: the claim is there by itself, at the second step; it pays less than was advanced.
    does(an, no, "discharge", on=today.isoformat())
    mei.goto(f"/advances/{no}")
    until(mei, "/claims/C")
    claim_no = mei.locator("a[href^='/claims/C']").first.get_attribute("href").rpartition("/")[2]
    bill = stay(admitted_on=today.isoformat(), discharged_on=today.isoformat())
    company.clerk(
        "claims.reporting.save_draft", "mei", claim_no, facts={"invoices": [bill]},
        account_id=company.read("account:mei"),
    )  # fmt: skip
    with_papers(sits, claim_no, *STAY_PAPERS)
    company.clerk("claims.reporting.submit", "mei", claim_no, has_no_more=True)
    company.until(claim_no, "review")
    company.clerk("claims.calculating.calculate", "ai", claim_no)
    company.clerk("claims.deciding.decide", "ai", claim_no, outcome="approved")
    mei.goto(f"/advances/{no}")
    until(mei, "17,052.87")
    clean(mei, "advances-owed-zh-phone")
    # What is left is paid back in months, without interest, and comes in.
    hers = sits("mei", f"/advances/{no}/repay", PHONE, "en")
    clean(hers, "advances-repay-en-phone")
    hers.select_option("#f-count", "3")
    hers.fill("#f-first_on", (today + timedelta(days=10)).isoformat())
    hers.locator("button.ember").click()
    hers.wait_for_url("**told=advance-plan**")
    clean(hers, "advances-plan-en-phone")
    does(fang, no, "back", amount="32,947.13", payer="member", reference="T-2026-1")
    hers.goto(f"/advances/{no}")
    until(hers, "Advance settled")
    clean(hers, "advances-settled-en-phone")
