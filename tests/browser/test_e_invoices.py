"""Files on a telephone and a wide screen: an iPhone's picture, and an invoice that is drawn from what it says."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.company import Company, running
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_member_pages import looked_over, press, window
from tests.browser.waiting import until
from tests.cast import BO
from tests.doors.feeds.einvoice.test_einvoice import STATED
from tests.doors.feeds.uploads.test_heif import READABLE

__all__ = ["window"]

Window = Callable[..., Any]


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    """A company with a reader of papers that knows no picture: what a file says of itself is read without it."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-company-", dir="/tmp"))
    # As root the server runs as an account that must be able to enter the folder.
    folder.chmod(0o755)
    (folder / "known").mkdir()
    try:
        with running(folder, HEARTH_READER=f"memory:{folder / 'known'}") as started:
            yield started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize(("size", "lang"), [(PHONE, "zh"), (DESKTOP, "en")], ids=["phone-zh", "desktop-en"])
def test_bo_hands_in_files_confirms_what_one_says_and_puts_a_kind_right(
    window: Window, company: Company, size: dict[str, int], lang: str
) -> None:
    page, tag = window("bo", size, lang), f"{lang}-{'phone' if size is PHONE else 'desktop'}"
    page.goto("/claims/new")
    press(page)
    no = re.search(r"/claims/(\w+)/story", page.url)[1]  # type: ignore[index]
    page.locator('input[value="illness"]').check()
    press(page)
    press(page)
    page.goto(f"/claims/{no}/papers")
    stated = STATED.replace("钱波", BO.zh).replace("0034567812", "0034567813" if lang == "en" else "0034567812")
    cards = page.locator("#papers-here .paper-card")
    for count, (name, content) in enumerate((("票据.xml", stated.encode()), ("IMG_7.HEIC", READABLE)), 1):
        page.locator("#f-files").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )
        until(page, "(n) => document.querySelectorAll('#papers-here .paper-card').length >= n", count)
    file = cards.filter(has_text="票据.xml")
    file.locator('a[href$="/read"]').wait_for(timeout=40_000)
    page.reload()
    for one in page.locator(".paper-picture img").all():
        one.scroll_into_view_if_needed()
        until(page, "(one) => one.complete && one.naturalWidth > 0", one.element_handle())
    looked_over(page, f"files-{tag}")
    # What it says, drawn where a picture would stand.
    file.locator('a[href$="/read"]').click()
    page.wait_for_load_state()
    drawn = page.locator(".read-sheet img").first
    until(page, "(one) => one.complete && one.naturalWidth > 500", drawn.element_handle())
    page.locator(".read-field", has_text="31060122").first.locator(".read-shown").click()
    assert page.locator(".read-window rect.lit").count() == 1
    looked_over(page, f"files-confirm-{tag}")
    press(page)
    assert "told=read" in page.url, page.locator("main").inner_text()
    # The picture was handed in as the next paper of the list; it is another one.
    page.goto(f"/claims/{no}/papers")
    other = page.locator(".paper-card").filter(has_text="IMG_7.HEIC.jpg")
    other.locator('a[href$="/kind"]').click()
    page.wait_for_load_state()
    picture = page.locator(".paper-whole img")
    until(page, "(one) => one.complete && one.naturalWidth > 500", picture.element_handle())
    looked_over(page, f"files-kind-{tag}")
    page.locator("#f-kind").select_option("other")
    press(page)
    assert page.url.endswith("told=paper-sorted")
    looked_over(page, f"files-sorted-{tag}")
