"""The console in a real browser: a case decided without a mouse, both languages, console and phone, large print."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.company import Company, company
from tests.browser.conftest import PHONE
from tests.browser.test_explore import picture
from tests.browser.test_pieces import CUT_OFF
from tests.desks.cast_rows import STAY_PAPERS, VISIT_PAPERS, stay, visit
from tests.doors.feeds.papers import pdf, readable

__all__ = ["company"]

CONSOLE = {"width": 1280, "height": 800}
Sits = Callable[..., Any]

LINES = [
    {"category": "western_drug", "name": "二甲双胍", "amount": "320.00"},
    {"category": "examination", "name": "糖化血红蛋白检测", "amount": "120.00"},
    {"category": "western_drug", "name": "复合维生素", "amount": "40.00", "out_of_scope": "all"},
]


@pytest.fixture
def sits(chromium: Any, company: Company) -> Iterator[Sits]:
    """A page of the console that somebody has open: `sits("ai", "/office/queue", CONSOLE, "zh")`."""
    windows = []

    def opened(code: str, address: str, size: dict[str, int] | None = None, lang: str = "zh", **more: Any) -> Any:
        window = chromium.new_context(
            base_url=company.address, viewport=size or CONSOLE, locale="zh-CN" if lang == "zh" else "en-GB",
            reduced_motion="reduce", **more,
        )  # fmt: skip
        windows.append(window)
        company.sign_in(window, code, lang)
        page = window.new_page()
        page.set_default_timeout(15_000)
        page.told = []
        page.on("console", lambda message: page.told.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.told.append(str(error)))
        page.goto(address)
        return page

    yield opened
    for window in windows:
        window.close()


def sent(company: Company, who: str, *invoices: dict[str, Any], story: str = "门诊就诊，附发票。") -> str:
    """A claim that a member sent, who has no more papers."""
    claim_no = str(company.clerk("claims.reporting.start_draft", who, company.read(f"person:{who}")))
    company.clerk(
        "claims.reporting.save_draft", who, claim_no, facts={"invoices": list(invoices)}, story=story,
        account_id=company.read(f"account:{who}"),
    )  # fmt: skip
    company.clerk("claims.reporting.report", who, claim_no)
    company.clerk("claims.reporting.submit", who, claim_no, has_no_more=True)
    return claim_no


def with_papers(sits: Sits, claim_no: str, *kinds: str) -> str:
    """The claim, its papers handed in at the counter."""
    page = sits("an", f"/office/claims/{claim_no}/do/paper", CONSOLE, "en")
    for kind in kinds:
        page.goto(f"/office/claims/{claim_no}/do/paper")
        page.locator("#box-kind").select_option(kind)
        file = {"name": f"{kind}.jpg", "mimeType": "image/jpeg", "buffer": paper(f"{claim_no} {kind}")}
        page.locator("#box-file").set_input_files(file)
        page.get_by_role("button", name="Add").click()
        page.wait_for_url("**told=paper")
    page.context.close()
    return claim_no


def in_review(company: Company, who: str, *invoices: dict[str, Any], papers: Sits | None = None) -> str:
    """A claim that waits for an assessor; with the papers of its treatment where somebody can hand them in."""
    claim_no = sent(company, who, *invoices)
    if papers is not None:
        is_stay = invoices[0]["setting"] == "inpatient"
        with_papers(papers, claim_no, *(STAY_PAPERS if is_stay else VISIT_PAPERS))
    company.clerk("claims.intake.accept", "gu", claim_no)
    company.until(claim_no, "review")
    return claim_no


def paper(words: str) -> bytes:
    """A picture of a paper that anybody can read; other words, another paper."""
    return readable(zlib.crc32(words.encode()) % 10_000)


def clean(page: Any, name: str) -> None:
    """Axe finds nothing, nothing is cut off, no script complains; a picture is kept."""
    picture(page, f"office-{name}")
    found = Axe().run(page).response["violations"]
    assert {one["id"]: [node["html"][:160] for node in one["nodes"]][:4] for one in found} == {}, name
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
    assert page.evaluate(CUT_OFF) == [], name
    assert [said for said in page.told if not said.startswith("htmx:sendAbort")] == [], name


def test_a_case_is_decided_without_a_mouse(company: Company, sits: Sits) -> None:
    claim_no = with_papers(sits, sent(company, "mei", visit(lines=LINES)), *VISIT_PAPERS)
    page = sits("ai", "/office/queue", CONSOLE, "en")
    keys = page.keyboard
    keys.press("/")
    keys.type(claim_no)
    keys.press("Enter")
    page.wait_for_url(f"**/office/claims/{claim_no}")
    keys.press("a")
    page.wait_for_url("**told=accepted")
    company.until(claim_no, "review")
    keys.press("g")
    keys.press("q")
    page.wait_for_url("**/office/queue")
    for _row in range(20):
        keys.press("j")
        if page.evaluate("document.activeElement.textContent") == claim_no:
            break
    keys.press("Enter")
    page.wait_for_url(f"**/office/claims/{claim_no}")
    keys.press("c")
    page.wait_for_url("**told=calculated")
    keys.press("d")
    page.wait_for_url("**/do/decide")
    keys.press("Enter")
    page.wait_for_url("**told=decided")
    assert company.read(f"claim:{claim_no}") == "decided"
    assert page.get_by_role("status").first.inner_text().strip() == "Decided. The member is told now."


def test_keys_do_nothing_while_somebody_types(company: Company, sits: Sits) -> None:
    claim_no = in_review(company, "mei", visit(lines=LINES))
    page = sits("ai", f"/office/claims/{claim_no}", CONSOLE, "en")
    page.locator("#marks-why").focus()
    page.keyboard.type("acdnx")
    assert page.locator("#marks-why").input_value() == "acdnx"
    assert company.read(f"claim:{claim_no}") == "review"
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    listed = page.locator("dialog#keys[open]").inner_text()
    assert "Calculate it" in listed
    assert "Note" in listed


def test_the_draft_follows_the_marks_while_they_are_typed(company: Company, sits: Sits) -> None:
    claim_no = in_review(company, "mei", visit(on="2026-05-22", lines=LINES), papers=sits)
    page = sits("ai", f"/office/claims/{claim_no}", CONSOLE, "en")
    before = page.locator("#draft .headline .figure").inner_text()
    page.locator("input[name='cut-1-1']").fill("300.00")
    page.get_by_text("Draft with the marks as typed, not saved").wait_for()
    assert page.locator("#draft .headline .figure").inner_text() != before
    page.locator("#marks-why").fill("营养补充，非必需")
    page.get_by_role("button", name="Save the marks").click()
    page.wait_for_url("**told=marked**")
    assert page.locator("input[name='cut-1-1']").input_value() == "300.00"


def test_a_paper_opens_beside_the_data_and_the_keys_page_through(company: Company, sits: Sits) -> None:
    claim_no = in_review(company, "mei", visit(lines=LINES))
    page = sits("ai", f"/office/claims/{claim_no}/do/paper", CONSOLE, "en")
    files = [
        {"name": "one.pdf", "mimeType": "application/pdf", "buffer": pdf(3)},
        {"name": "two.jpg", "mimeType": "image/jpeg", "buffer": paper(f"{claim_no} two")},
    ]
    page.locator("#box-file").set_input_files(files)
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**told=paper")
    page.locator(".thumbs a").first.click()
    page.locator("#beside img").wait_for()
    assert page.locator("#beside img").evaluate(
        "one => one.complete || new Promise(done => one.onload = () => done(true))"
    )
    page.keyboard.press(".")
    page.locator("#beside").get_by_text("Page 2 of 3").wait_for()
    assert page.url.endswith(f"/office/claims/{claim_no}?told=paper"), "beside the case the pages turn in place"
    clean(page, "case-paper-beside-en")
    page.keyboard.press("1")
    page.wait_for_url("**/papers/*")
    assert "1 of 2" in page.locator("main").inner_text()
    page.keyboard.press(".")
    page.wait_for_url("**?page=2")
    page.keyboard.press(".")
    page.get_by_text("Page 3 of 3").wait_for()
    assert page.get_by_text("Next page").count() == 0
    # The page's own rules let no text be run as a script, which is how a wait for an expression looks again.
    large = page.locator(".paper-large img")
    assert large.evaluate("async one => { await one.decode(); return one.naturalWidth; }") > 0
    clean(page, "paper-page-en")
    page.keyboard.press("]")
    page.get_by_text("2 of 2").wait_for()
    clean(page, "paper-en")
    page.keyboard.press("q")
    page.wait_for_url(f"**/office/claims/{claim_no}")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, CONSOLE], ids=["phone", "console"])
def test_every_kind_of_page_is_clean(company: Company, sits: Sits, lang: str, size: dict[str, int]) -> None:
    dear = stay(
        lines=[{"category": "surgery", "name": "心脏搭桥手术", "amount": "268112.17"}], total="268112.17",
        fund="41059.30", account="0.00", cash="227052.87",
    )  # fmt: skip
    proposed = in_review(company, "hui", dear, papers=sits)
    company.clerk("claims.calculating.calculate", "ai", proposed)
    company.clerk("claims.deciding.decide", "ai", proposed, outcome="approved")
    waiting = in_review(company, "bo", stay(admitted_on="2026-06-10", discharged_on="2026-06-20"), papers=sits)
    company.clerk("claims.calculating.calculate", "ai", waiting)
    where = f"{lang}-{'phone' if size is PHONE else 'console'}"
    for who, address, name in (
        ("rui", "/office/queue", "queue"),
        ("rui", f"/office/claims/{proposed}", "case-proposed"),
        ("ai", f"/office/claims/{waiting}", "case-failed-gate"),
        ("ai", f"/office/claims/{waiting}/do/refuse", "refuse"),
        ("ai", f"/office/claims/{waiting}/amend", "amend"),
        ("ai", "/office/search?q=慧&stay=1", "search"),
        ("an", "/office/people", "people"),
        ("an", f"/office/people/{company.read('person:hui')}", "person"),
        ("an", "/office/policies/of/M1-HUI", "policy"),
        ("fang", "/office/payrun", "payrun"),
        ("fang", "/office/books", "books"),
        ("fang", "/office/books/compare?days=7", "compare"),
        ("shen", "/office/audit", "records"),
        ("shen", "/office/audit/records/1", "record"),
        ("shen", "/office/audit/log", "log"),
        ("shen", "/office/audit/reads", "reads"),
        ("rui", "/office/sampling", "sampling"),
        ("guan", "/office/partners/ping", "partner"),
    ):
        page = sits(who, address, size, lang)
        clean(page, f"{name}-{where}")
        page.context.close()


def test_large_print_is_clean_too(company: Company, sits: Sits) -> None:
    claim_no = in_review(company, "mei", visit(lines=LINES))
    for address, name in (("/office/queue", "queue"), (f"/office/claims/{claim_no}", "case")):
        for size, of in ((CONSOLE, "console"), (PHONE, "phone")):
            page = sits("ai", address, size, "zh")
            page.context.add_cookies([{"name": "hearth_print", "value": "large", "url": page.url}])
            page.reload()
            clean(page, f"{name}-large-{of}")
