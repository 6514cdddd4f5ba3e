"""A conversation between member and steward, and a parcel that a courier loses, in real browsers, zh and en."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.company import Company, running
from tests.browser.conftest import PHONE
from tests.browser.test_console import Sits, clean, paper, sent, sits
from tests.desks.cast_rows import visit

__all__ = ["sits"]

DESKTOP = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    """A company whose courier comes at once, and loses what is fetched where "丢件" stands in the address."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-company-", dir="/tmp"))
    folder.chmod(0o755)
    van = f"memory:{folder}/data/courier.sqlite3?demo_seconds=1&losing_addresses=丢件"
    try:
        with running(folder, HEARTH_COURIERS=van) as started:
            yield started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def until(page: Any, words: str, seconds: float = 60.0, *, again: bool = False) -> None:
    """Wait until a page says something: by itself, or looked at again."""
    last = time.monotonic() + seconds
    while words not in page.content():
        assert time.monotonic() < last, f"{page.url} does not say {words!r} after {seconds} s"
        page.wait_for_timeout(500)
        if again:
            page.reload()


def test_a_member_and_their_steward_talk_and_each_sees_what_is_new(company: Company, sits: Sits) -> None:
    no = sent(company, "mei", visit())
    mei = sits("mei", f"/claims/{no}/message", PHONE, "zh")
    until(mei, "安", again=True)
    clean(mei, "thread-empty-zh-phone")
    mei.fill("#f-text", "出院小结拍照可以吗？")
    mei.keyboard.press("Tab")
    mei.locator("button.ember").click()
    mei.wait_for_url("**told=message**")
    # The steward finds who waits, opens the case by keyboard and answers.
    an = sits("an", "/office/service", DESKTOP, "zh")
    clean(an, "thread-service-zh")
    an.get_by_role("link", name=no).press("Enter")
    until(an, "出院小结拍照可以吗？")
    clean(an, "thread-case-zh")
    an.fill("#thread-words", "可以，四个角都拍到就行。")
    an.locator("#thread form button").first.click()
    an.wait_for_url("**told=sent**")
    # The member's page looks by itself; what was read is marked on both sides.
    until(mei, "四个角都拍到就行")
    clean(mei, "thread-answered-zh-phone")
    an.locator("#thread details summary").click()
    an.locator("#thread details button").first.click()
    an.wait_for_url("**told=sent**")
    until(mei, "等待期")
    # A photo comes with a line, as a paper of the claim.
    mei.fill("#f-text", "这是处方")
    file = {"name": "rx.jpg", "mimeType": "image/jpeg", "buffer": paper("prescription")}
    mei.locator("input[type=file]").first.set_input_files(file)
    mei.locator("button.ember").click()
    mei.wait_for_url("**told=message**")
    until(an, "这是处方")
    an.goto(f"/office/claims/{no}#checkpoints")
    an.fill("#words-report", "已问候，材料已说明")
    an.locator("form[action$='/checkpoints/report'] button").press("Enter")
    an.wait_for_url("**told=checkpoint**")
    assert "已问候，材料已说明" in an.content()
    english = sits("mei", f"/claims/{no}", PHONE, "en")
    clean(english, "thread-claim-en-phone")
    desk = sits("mei", f"/claims/{no}/message", DESKTOP, "en")
    clean(desk, "thread-en-desktop")
    steward = sits("an", f"/office/claims/{no}", DESKTOP, "en")
    clean(steward, "thread-case-en")


def test_a_courier_loses_a_parcel_and_the_member_is_told_what_happens_now(company: Company, sits: Sits) -> None:
    no = sent(company, "bo", visit())
    bo = sits("bo", f"/claims/{no}", PHONE, "zh")
    bo.locator(f"a[href='/claims/{no}/originals']").click()
    clean(bo, "originals-form-zh-phone")
    bo.locator("button.ember").click()
    # What is missing is said beside its box, and nothing typed is lost.
    bo.wait_for_selector("#f-address[aria-invalid]")
    bo.told = [said for said in bo.told if "422" not in said]
    bo.fill("#f-address", "上海市丢件路 1 号 502 室")
    bo.locator("button.ember").click()
    bo.wait_for_url("**told=pickup**")
    clean(bo, "originals-booked-zh-phone")
    # The worker asks the courier; the parcel has a number then.
    until(bo, "快递已接单", again=True)
    bo.wait_for_timeout(3_000)
    company.clerk("service.couriers.look_again", "house")
    until(bo, "快递丢失", again=True)
    clean(bo, "originals-lost-zh-phone")
    english = sits("bo", f"/claims/{no}/originals", PHONE, "en")
    assert "nothing is refused because of it" in english.content()
    clean(english, "originals-lost-en-phone")
    inbox = sits("bo", "/inbox", PHONE, "zh")
    until(inbox, "抱歉，快递丢失了您的原件", again=True)
    # The desk sees it first; the parcel turns up after all and is sent back.
    an = sits("an", "/office/service", DESKTOP, "zh")
    assert "快递丢失" in an.content()
    clean(an, "originals-service-zh")
    an.goto(f"/office/claims/{no}#originals")
    an.locator("button[form=originals-here]").press("Enter")
    an.wait_for_url("**told=originals_here**")
    clean(an, "originals-case-zh")
    bo.reload()
    clean(bo, "originals-here-zh-phone")
    an.locator("button[form=originals-back]").press("Enter")
    an.wait_for_url("**told=originals_back**")
    desk = sits("bo", f"/claims/{no}/originals", DESKTOP, "en")
    clean(desk, "originals-back-en-desktop")
