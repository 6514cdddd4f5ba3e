"""Papers on a telephone: blurred, taken again, read while one waits, confirmed, the missing ones added, sent."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter

from hearth.doors.demo.papers.bill import drawn
from hearth.doors.demo.papers.invoice import invoice
from hearth.wires.ocr.remembered import Remembered
from hearth.words.papers import Run
from tests.browser.company import Company, running
from tests.browser.test_member_pages import looked_over, press, typed, window
from tests.browser.waiting import until
from tests.cast import BO
from tests.doors.feeds.papers import readable

__all__ = ["window"]

pytestmark = pytest.mark.chinese_font
Window = Callable[..., Any]
SEED, LAYOUT = 28, "shanghai"


@dataclass(frozen=True)
class Invoice:
    """Bo's invoice of a stay, sharp and blurred, and what is printed on it."""

    sharp: bytes
    blurred: bytes
    runs: list[Run]
    total: str


@pytest.fixture(scope="module")
def paper() -> Invoice:
    bill = drawn(SEED, stay=True)
    stay = {"from_on": date(2026, 9, 10), "to_on": date(2026, 9, 28), "issued_on": date(2026, 9, 28)}
    (sheet,) = invoice(replace(bill, **stay, person=replace(bill.person, name=BO.zh)), LAYOUT, 1.0)
    truth = sheet.truth()
    runs = [Run(one["text"], tuple(map(tuple, one["box"])), 0.99) for one in truth["ocr"]]
    blurred = sheet.image.convert("RGB").filter(ImageFilter.GaussianBlur(9))
    return Invoice(png(sheet.image), png(blurred), runs, truth["fields"]["total"]["value"])


def png(image: Image.Image) -> bytes:
    """The bytes of a picture."""
    kept = io.BytesIO()
    image.convert("RGB").save(kept, "PNG")
    return kept.getvalue()


@pytest.fixture(scope="module")
def company(paper: Invoice) -> Iterator[Company]:
    """A company whose reader knows what stands on the sharp invoice."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-company-", dir="/tmp"))
    # As root the server runs as an account that must be able to enter the folder.
    folder.chmod(0o755)
    known = folder / "known"
    known.mkdir()
    Remembered().remember(np.asarray(Image.open(io.BytesIO(paper.sharp)).convert("RGB")), paper.runs, known)
    try:
        with running(folder, HEARTH_READER=f"memory:{known}") as started:
            yield started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def chosen(page: Any, opener: Any, content: bytes, name: str = "IMG_1.png") -> None:
    """Press what opens the camera, and take this photo."""
    with page.expect_file_chooser() as asked:
        opener.click()
    kind = "image/png" if name.endswith("png") else "image/jpeg"
    asked.value.set_files({"name": name, "mimeType": kind, "buffer": content})


def test_bo_retakes_a_blurred_invoice_confirms_what_was_read_adds_what_is_missing_and_sends(
    window: Window, company: Company, paper: Invoice
) -> None:
    page = window("bo")
    page.goto("/claims/new")
    press(page)
    no = re.search(r"/claims/(\w+)/story", page.url)[1]
    page.locator('input[value="illness"]').check()
    typed(page, event_on="2026-09-10", story="住院治疗")
    press(page)
    press(page)
    # The verdict at once, with the bad place marked; the photo went through a hole in the connection.
    page.goto(f"/claims/{no}/papers")
    page.context.set_offline(True)
    chosen(page, page.locator(".action .ember"), paper.blurred)
    page.locator(".drop-files li", has_text="没有网络").wait_for()
    page.context.set_offline(False)
    bad = page.locator('#papers-lacking .paper-card[data-state="problem"]')
    bad.wait_for()
    assert "照片模糊" in bad.inner_text() and "对焦" in bad.inner_text()
    mark = bad.locator(".paper-marked img")
    mark.scroll_into_view_if_needed()
    until(page, "(one) => one.complete && one.naturalWidth > 100", mark.element_handle())
    looked_over(page, "papers-blurred-zh")
    # Taken again: the bad one goes; the new one is read while the page is open.
    assert "重拍" in page.locator(".action .ember").inner_text()
    chosen(page, bad.locator("[data-instead]"), paper.sharp, "IMG_2.png")
    page.locator('.action .ember[href$="/read"]').wait_for(timeout=30_000)
    assert bad.count() == 0
    assert page.locator("#papers-here .paper-card").count() == 1
    looked_over(page, "papers-read-zh")
    page.reload()
    assert page.locator("#papers-here .paper-card").count() == 1
    # What was read, beside the picture.
    page.locator(".action .ember").click()
    page.wait_for_load_state()
    field = page.locator(".read-field", has_text=paper.total).first
    field.locator(".read-shown").click()
    lit = page.locator(".read-window rect.lit")
    assert lit.count() == 1
    window_, place = page.locator(".read-window").bounding_box(), lit.bounding_box()
    assert window_["y"] <= place["y"] and place["y"] + place["height"] <= window_["y"] + window_["height"]
    looked_over(page, "papers-confirm-zh")
    press(page)
    assert re.search(r"/(papers\?told=read|bills/1\?told=read-mend)$", page.url), page.locator(".problems").inner_text()
    if "bills" in page.url:
        looked_over(page, "papers-bill-zh")
        for line in page.locator('select[name$="-category"]').all():
            if not line.input_value():
                line.select_option("other")
        press(page)
    # What is missing, with its worth; each added by one press.
    page.goto(f"/claims/{no}/papers")
    assert page.locator("#papers-lacking .paper-worth").count() >= 1
    looked_over(page, "papers-missing-zh")
    number = 0
    while (opener := page.locator(".action button[data-take]")).count():
        number += 1
        assert number < 8
        before = page.locator("#papers-here .paper-card").count()
        chosen(page, opener, readable(number), f"IMG_{number + 2}.jpg")
        until(page, "(n) => document.querySelectorAll('#papers-here .paper-card').length > n", before)
    assert number == 2
    looked_over(page, "papers-whole-zh")
    page.goto(f"/claims/{no}/account")
    press(page)
    page.goto(f"/claims/{no}/check")
    for tick in page.locator('.consent input[type="checkbox"]').all():
        tick.check()
    press(page)
    assert page.url.endswith(f"/claims/{no}?told=sent"), page.locator("main").inner_text()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sample_fits_every_width_and_large_print(window: Window, company: Company, lang: str) -> None:
    page = window("bo", lang=lang)
    for large in (False, True):
        if large:
            page.context.add_cookies([{"name": "hearth_print", "value": "large", "url": company.address}])
        for kind in ("invoice", "identity"):
            page.goto(f"/papers/sample/{kind}")
            looked_over(page, f"papers-sample-{kind}-{lang}{'-large' if large else ''}")
            for width in (320, 390, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (kind, width, large)


def test_papers_are_handed_in_without_a_script(window: Window, company: Company) -> None:
    page = window("bo", lang="en", java_script_enabled=False)
    page.goto("/claims/new")
    press(page)
    no = re.search(r"/claims/(\w+)/story", page.url)[1]
    page.locator('input[value="illness"]').check()
    press(page)
    press(page)
    page.goto(f"/claims/{no}/papers")
    page.locator("#f-files").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": readable(77)})
    page.locator(".action .ember").click()
    page.wait_for_load_state()
    assert page.url.endswith("told=paper") and page.locator("#papers-here .paper-card").count() == 1
