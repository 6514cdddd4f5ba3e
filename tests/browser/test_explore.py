"""The bench in a real browser: phone and desktop, both languages, by pointer and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS
from tests.browser.waiting import until

OpenPage = Callable[..., Any]

E1 = "/explore?product=million-medical&example=e01-personal-account-is-own-money"
AMOUNT = "claims-0-invoices-0-lines-1-amount"
FOCUSED = """(() => {
    const one = document.activeElement;
    return one.id || one.textContent.trim().slice(0, 24);
})()"""
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])


def headline(page: Any) -> str:
    return str(page.locator("[data-total]").first.get_attribute("data-total"))


def box(page: Any, name: str) -> Any:
    return page.locator(f'[id="{name}"]')


def becomes(page: Any, amount: str) -> None:
    page.locator(f'[data-total="{amount}"]').wait_for()


def kept_well(page: Any, server: str) -> None:
    """Nothing was asked of another host and no script or policy complained."""
    assert [url for url in page.asked if not url.startswith((server, "data:", "blob:"))] == []
    # A question overtaken by a newer one is given up; htmx tells the console so.
    assert [said for said in page.told if not said.startswith(("htmx:afterRequest", "htmx:sendAbort"))] == []


def picture(page: Any, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


@SIZES
@LANGUAGES
def test_choose_an_example_read_the_amount_change_it_and_see_it_change(
    open_page: OpenPage, server: str, size: dict[str, int], lang: str
) -> None:
    page = open_page("/explore", size, lang)
    where = f"{lang}-{'phone' if size is PHONE else 'desktop'}"
    page.locator("#menu-example summary").click()
    page.locator('#menu-example a[href*="example=e04-bed-cap"]').click()
    becomes(page, "40,449.90")
    page.locator("#menu-example summary").click()
    page.locator('#menu-example a[href*="example=e01-"]').click()
    becomes(page, "17,052.87")
    assert page.locator("html").get_attribute("lang") == ("zh-hans" if lang == "zh" else "en")
    picture(page, f"explore-{where}")
    amount = box(page, AMOUNT)
    amount.scroll_into_view_if_needed()
    amount.fill("13480")
    becomes(page, "18,052.87")
    assert page.evaluate("document.activeElement.id") == AMOUNT
    assert page.locator("#tally .figure").inner_text() == "18,052.87"
    assert "18,052.87" in page.locator("#said").inner_text()
    picture(page, f"explore-changed-{where}")
    kept_well(page, server)


@SIZES
@LANGUAGES
def test_a_clause_opens_beside_the_number_with_the_keyboard(
    open_page: OpenPage, server: str, size: dict[str, int], lang: str
) -> None:
    page = open_page(E1, size, lang)
    chip = page.locator(".waterfall tr.own details.clause").last
    assert not chip.locator(".clause-text").is_visible()
    chip.locator("summary").focus()
    page.keyboard.press("Enter")
    text = chip.locator(".clause-text")
    text.wait_for(state="visible")
    assert len(text.inner_text()) > 4
    picture(page, f"clause-{lang}-{'phone' if size is PHONE else 'desktop'}")
    page.keyboard.press("Escape")
    text.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_an_open_clause_stays_open_while_numbers_change(open_page: OpenPage) -> None:
    page = open_page(E1, DESKTOP, "en")
    chip = page.locator(".waterfall details.clause").first
    chip.locator("summary").click()
    box(page, AMOUNT).fill("13480")
    becomes(page, "18,052.87")
    assert page.locator(".waterfall details.clause").first.locator(".clause-text").is_visible()


@SIZES
@LANGUAGES
def test_what_is_wrong_is_told_beside_the_box_and_goes_away_when_put_right(
    open_page: OpenPage, server: str, size: dict[str, int], lang: str
) -> None:
    page = open_page(E1, size, lang)
    amount = box(page, AMOUNT)
    amount.fill("twelve")
    beside = box(page, AMOUNT + "-says").locator(".says-wrong")
    beside.wait_for()
    assert ("金额" if lang == "zh" else "amount in yuan") in beside.inner_text()
    assert amount.input_value() == "twelve"
    assert amount.get_attribute("aria-invalid") == "true"
    assert headline(page) == "17,052.87"
    picture(page, f"wrong-{lang}-{'phone' if size is PHONE else 'desktop'}")
    page.locator("#problems a").first.click()
    assert page.evaluate("document.activeElement.id") == AMOUNT
    amount.fill("13480")
    becomes(page, "18,052.87")
    assert amount.get_attribute("aria-invalid") is None
    assert beside.count() == 0
    kept_well(page, server)


@SIZES
def test_a_case_is_saved_loaded_and_shared(
    open_page: OpenPage, size: dict[str, int], tmp_path: Path, server: str
) -> None:
    page = open_page(E1, size, "en")
    box(page, AMOUNT).fill("13480")
    becomes(page, "18,052.87")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as file").click()
    saved = tmp_path / "saved.yaml"
    download.value.save_as(saved)
    assert "amount: 13480.00" in saved.read_text("utf-8")

    page.get_by_role("button", name="Share as link").click()
    page.locator("#link").wait_for()
    link = page.locator("#link").input_value()
    assert link.startswith(server)

    page.goto("/explore?product=outpatient")
    page.locator("#open-file summary").click()
    page.locator("#file").set_input_files(saved)
    becomes(page, "18,052.87")
    assert box(page, AMOUNT).input_value() == "13480.00"

    page.goto("/explore?product=outpatient")
    page.goto(link)
    becomes(page, "18,052.87")
    kept_well(page, server)


def test_a_file_that_is_no_case_says_where_it_is_wrong(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(E1, PHONE, "zh")
    broken = tmp_path / "broken.yaml"
    broken.write_text("case: x\npolicies: oops\n", "utf-8")
    page.locator("#open-file summary").click()
    page.locator("#file").set_input_files(broken)
    notice = page.locator(".notice")
    notice.wait_for()
    assert "broken.yaml" in notice.inner_text() and "policies" in notice.inner_text()
    assert headline(page) == "17,052.87"


def test_lines_are_added_and_taken_out_without_losing_the_place(open_page: OpenPage, server: str) -> None:
    page = open_page(E1, DESKTOP, "en")
    page.get_by_role("button", name="+ A line").click()
    added = box(page, "claims-0-invoices-0-lines-7-amount")
    added.wait_for()
    until(page, "document.activeElement.id === 'claims-0-invoices-0-lines-7-amount'")
    page.keyboard.type("1000")
    becomes(page, "18,052.87")
    page.locator('details[id="more-claims-0-invoices-0-lines-7"] summary').click()
    page.get_by_role("button", name="Take this line out 8").click()
    becomes(page, "17,052.87")
    kept_well(page, server)


def test_from_a_stay_to_a_visit_the_boxes_follow(open_page: OpenPage) -> None:
    page = open_page(E1, DESKTOP, "en")
    box(page, "claims-0-invoices-0-setting").select_option("special_outpatient")
    visited = box(page, "claims-0-invoices-0-visited_on")
    # htmx gives a box that it swaps in its value a moment after it is there.
    expect(visited).to_have_value("2026-04-02")


def test_another_order_of_policies_is_one_press_away(open_page: OpenPage) -> None:
    page = open_page("/explore?product=million-medical&example=e12-order-of-two-policies", PHONE, "en")
    assert headline(page) == "21,180.00"
    page.get_by_role("button", name="Use this order").click()
    becomes(page, "18,940.00")


def test_enter_in_a_box_decides_and_nothing_else(open_page: OpenPage) -> None:
    page = open_page(E1, DESKTOP, "en")
    box(page, AMOUNT).fill("13480")
    box(page, AMOUNT).press("Enter")
    becomes(page, "18,052.87")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_language_changes_and_what_was_typed_stays(open_page: OpenPage) -> None:
    page = open_page(E1, PHONE, "zh")
    box(page, AMOUNT).fill("13480")
    becomes(page, "18,052.87")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="See how a bill is paid").wait_for()
    assert box(page, AMOUNT).input_value() == "13480"
    assert headline(page) == "18,052.87"


def test_a_server_that_does_not_answer_is_told_and_nothing_typed_is_lost(open_page: OpenPage) -> None:
    page = open_page(E1, PHONE, "en")
    page.route("**/explore", lambda route: route.abort())
    box(page, AMOUNT).fill("13480")
    page.get_by_text("The server did not answer.").wait_for()
    assert box(page, AMOUNT).input_value() == "13480"
    page.unroute("**/explore")
    box(page, AMOUNT).fill("13481")
    becomes(page, "18,053.87")
    assert page.locator("#unanswered").is_hidden()


def test_it_works_without_scripts(open_page: OpenPage) -> None:
    page = open_page(E1, PHONE, "en", java_script_enabled=False)
    box(page, AMOUNT).fill("13480")
    page.locator(".submit button").click()
    assert headline(page) == "18,052.87"
    box(page, AMOUNT).fill("twelve")
    page.locator(".submit button").click()
    assert "amount in yuan" in box(page, AMOUNT + "-says").inner_text()
    assert box(page, AMOUNT).input_value() == "twelve"
    box(page, AMOUNT).fill("13480")
    page.get_by_role("button", name="+ A line").click()
    assert box(page, "claims-0-invoices-0-lines-7-amount").is_visible()


@pytest.mark.parametrize(("size", "lang"), [(PHONE, "zh"), (DESKTOP, "en")], ids=["phone-zh", "desktop-en"])
@pytest.mark.parametrize(
    "address",
    [
        E1,
        "/explore?product=million-medical&example=e12-order-of-two-policies",
        "/explore?product=million-medical&example=missing-discharge-summary",
        "/explore?product=hospital-cash&example=e10-three-stays",
        "/explore?case=broken",
    ],
)
def test_axe_finds_nothing_serious(open_page: OpenPage, size: dict[str, int], lang: str, address: str) -> None:
    page = open_page(address, size, lang)
    for details in page.locator("details:not(.menu)").all():
        details.evaluate("one => { one.open = true; }")
    found = Axe().run(page).response["violations"]
    bad = {
        one["id"]: [node["html"][:160] for node in one["nodes"]][:4]
        for one in found
        if one["impact"] in ("serious", "critical")
    }
    assert bad == {}


@LANGUAGES
@pytest.mark.parametrize("width", [320, 360, 390, 768, 1024])
def test_nothing_has_to_be_scrolled_sideways(open_page: OpenPage, lang: str, width: int) -> None:
    page = open_page(E1, {"width": width, "height": 780}, lang)
    for details in page.locator("details:not(.menu)").all():
        details.evaluate("one => { one.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter((one) => {
            const at = one.getBoundingClientRect();
            return at.width > 1 && at.right > document.documentElement.clientWidth + 1 && !one.closest('.unseen, svg');
        }).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert wide == []


def test_large_print_still_fits_the_phone(open_page: OpenPage) -> None:
    page = open_page(E1, PHONE, "zh")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wide = page.evaluate(
        """() => [...document.querySelectorAll('main *, header *')].filter((one) => {
            const at = one.getBoundingClientRect();
            return at.width > 1 && at.right > 391 && !one.closest('.unseen, svg');
        }).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picture(page, "large-print-zh-phone")


def test_what_a_finger_presses_is_large_enough(open_page: OpenPage) -> None:
    page = open_page(E1, PHONE, "zh", has_touch=True)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, a, select, input:not([type=hidden]), summary')]
        .filter((one) => {
            const at = one.getBoundingClientRect();
            if (!at.width || one.matches('.unseen-button, .skip, .tick input, .clause summary')) return false;
            return at.height < 44;
        }).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert small == []
    chip = page.locator(".clause summary").first
    reach = chip.evaluate("one => parseFloat(getComputedStyle(one, '::before').height)")
    assert reach >= 44


def test_the_keyboard_reaches_everything_in_the_order_it_is_read(open_page: OpenPage) -> None:
    page = open_page(E1, DESKTOP, "en")
    seen = []
    for _press in range(12):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", seen[-1]
    assert seen[0] == "Skip to the content"
    assert [re.sub(r"\s+", " ", one)[:7] for one in seen[1:6]] == ["Hearth恒", "中文", "English", "Product", "CaseE1 "]
