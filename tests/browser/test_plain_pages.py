"""Plain pages on a phone, by keyboard and in both languages; calls, pick-ups and shares in the console."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.company import Company, company
from tests.browser.conftest import PHONE
from tests.browser.test_console import CONSOLE, LINES, Sits, clean, in_review, sits
from tests.desks.cast_rows import visit

__all__ = ["company", "sits"]


def to_button(page: Any, words: str) -> None:
    """Go on by the tab key until what has the keyboard says these words, and press it."""
    for _step in range(20):
        page.keyboard.press("Tab")
        if words in str(page.evaluate("document.activeElement.textContent")):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"the keyboard does not come to {words!r}")


def test_a_claim_is_reported_followed_and_agreed_to_by_keyboard_on_plain_pages(company: Company, sits: Sits) -> None:
    page = sits("mei", "/plain", PHONE, "en")
    clean(page, "plain-home-en-phone")
    to_button(page, "I was treated")
    page.wait_for_url("**/plain/report")
    clean(page, "plain-who-en-phone")
    to_button(page, "Me")
    page.wait_for_url("**/tell")
    clean(page, "plain-tell-en-phone")
    page.fill("#f-story", "Three days in hospital")
    to_button(page, "Send it")
    page.wait_for_url("**/plain/claims/*")
    clean(page, "plain-claim-en-phone")
    page.goto("/home")
    page.wait_for_url("**/plain")
    # Another claim, decided meanwhile.
    no = in_review(company, "mei", visit(lines=LINES), papers=sits)
    company.clerk("claims.calculating.calculate", "ai", no)
    company.clerk("claims.deciding.decide", "ai", no, outcome="partial")
    page.goto(f"/plain/claims/{no}")
    clean(page, "plain-decided-en-phone")
    to_button(page, "See what we pay you")
    page.wait_for_url("**/agree")
    clean(page, "plain-agree-en-phone")
    zh = sits("mei", f"/plain/claims/{no}/agree", PHONE, "zh")
    clean(zh, "plain-agree-zh-phone")
    zh.goto("/plain")
    clean(zh, "plain-home-zh-phone")
    to_button(page, "Yes, pay me")
    page.wait_for_url(f"**/plain/claims/{no}")
    clean(page, "plain-agreed-en-phone")


def test_calls_pick_ups_and_a_case_with_both_in_the_console(company: Company, sits: Sits) -> None:
    no = in_review(company, "mei", visit(lines=LINES))
    page = sits("an", f"/office/claims/{no}/call", CONSOLE, "en")
    clean(page, "call-en")
    page.fill("#box-words", "The summary is sent by Friday")
    page.locator("#box-outcome").select_option("answered")
    page.locator("button.ember").press("Enter")
    page.wait_for_url("**told=call_noted**")
    clean(page, "case-with-call-en")
    page.goto(f"/office/claims/{no}/pickup")
    clean(page, "pickup-en")
    phone = sits("an", f"/office/claims/{no}/call", PHONE, "zh")
    clean(phone, "call-zh-phone")
