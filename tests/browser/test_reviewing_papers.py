"""Papers at the desk in a real browser, by keyboard: fields beside their picture, compared, put right, taken over."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from hearth.doors.demo.papers.made import Made, made
from hearth.wires.ocr.remembered import Remembered
from hearth.words.papers import Run
from tests.browser.company import ROOT, Company, running
from tests.browser.conftest import PHONE
from tests.browser.test_console import CONSOLE, Sits, in_review, sits
from tests.browser.test_explore import picture
from tests.browser.test_pieces import CUT_OFF
from tests.browser.waiting import until
from tests.desks.cast_rows import visit
from tests.twins.audit.lists import OWN

__all__ = ["sits"]

pytestmark = pytest.mark.chinese_font

LINES = [
    {"category": "western_drug", "name": "二甲双胍", "amount": "80.00"},
    {"category": "treatment", "name": "年评估", "amount": "200.00"},
    {"category": "treatment", "name": "年评估", "amount": "200.00"},
]
SHOWN = "() => document.querySelector('.paper-large img').naturalWidth > 0"
LEFT = """(count) => document.querySelectorAll("[data-left]").length === count
    && document.activeElement.dataset.lights !== undefined"""
LIT = """() => {
    const box = document.querySelector("rect.lit").getBoundingClientRect();
    const frame = document.querySelector("[data-frame]").getBoundingClientRect();
    return box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1 && box.left >= frame.left - 1
        && box.right <= frame.right + 1;
}"""


def clean(page: Any, name: str) -> None:
    """Axe finds nothing, nothing is cut off but the picture in its own frame, no script complains."""
    picture(page, f"office-{name}")
    found = Axe().run(page).response["violations"]
    assert {one["id"]: [node["html"][:160] for node in one["nodes"]][:4] for one in found} == {}, name
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
    assert page.evaluate(CUT_OFF.replace(".table-frame", ".table-frame, .paper-frame")) == [], name
    assert [said for said in page.told if not said.startswith("htmx:sendAbort")] == [], name


@pytest.fixture(scope="module")
def page() -> Made:
    """An invoice on which hospital and name are hard to read, and whose total in figures was changed."""
    return made(5, "invoice", "shanghai")


@pytest.fixture(scope="module")
def sheet(page: Made) -> bytes:
    """Its picture."""
    kept = io.BytesIO()
    page.image.convert("RGB").save(kept, "PNG")
    return kept.getvalue()


@pytest.fixture(scope="module")
def company(page: Made, sheet: bytes) -> Iterator[Company]:
    """A company with audit lists, whose reader knows what stands on the invoice."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-company-", dir="/tmp"))
    # As root the server runs as an account that must be able to enter the folder.
    folder.chmod(0o755)
    known, lists = folder / "known", folder / "lists"
    known.mkdir()
    lists.mkdir()
    fields = page.truth["fields"]
    hard = (fields["hospital.name"]["text"], fields["payer"]["text"])
    total = fields["total"]["value"]
    runs = [
        Run(
            one["text"].replace(total, f"9{total}"),
            tuple(map(tuple, one["box"])),  # type: ignore[arg-type]
            0.3 if any(part in one["text"] for part in hard) else 1.0,
        )
        for one in page.truth["ocr"]
    ]
    Remembered().remember(np.asarray(Image.open(io.BytesIO(sheet)).convert("RGB")), runs, known)
    for name, text in OWN.items():
        (lists / name).write_text(text, encoding="utf-8")
    try:
        with running(folder, HEARTH_READER=f"memory:{known}") as started:
            _load(started, lists)
            yield started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _load(company: Company, lists: Path) -> None:
    """The lists are loaded as a product manager does it, by the command, into the database of this company."""
    held = Path(f"/proc/{company._clerk.pid}/environ").read_bytes().split(b"\0")
    env = {**os.environ, **dict(one.decode().split("=", 1) for one in held if b"=" in one)}
    words = [sys.executable, "-c", "from hearth.doors.commands.main import main; main()"]
    done = subprocess.run(
        [*words, "catalogue", "load", str(lists), "--version", "own-1"],
        env=env, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def handed_in(sits: Sits, claim_no: str, sheet: bytes) -> str:
    """The invoice was scanned at the counter; the address of its page."""
    page = sits("an", f"/office/claims/{claim_no}/do/paper", CONSOLE, "en")
    page.locator("#box-kind").select_option("invoice")
    page.locator("#box-file").set_input_files({"name": "scan.png", "mimeType": "image/png", "buffer": sheet})
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**told=paper")
    last = time.monotonic() + 60
    while page.get_by_text("being read").count():
        assert time.monotonic() < last, "the paper was not read"
        time.sleep(0.5)
        page.reload()
    address = str(page.locator(".thumbs a").last.get_attribute("href"))
    page.context.close()
    return address


def test_a_paper_is_compared_put_right_and_taken_over_without_a_mouse(
    company: Company, sits: Sits, sheet: bytes, page: Made
) -> None:
    claim_no = in_review(company, "mei", visit(lines=LINES))
    address = handed_in(sits, claim_no, sheet)
    truth = {key: one["value"] for key, one in page.truth["fields"].items()}
    seen = sits("ai", f"/office/claims/{claim_no}", CONSOLE, "en")
    assert "may be altered" in seen.locator(".looks").inner_text()
    clean(seen, "case-with-papers-en")
    keys = seen.keyboard
    keys.press("1")
    seen.wait_for_url(f"**{address}")
    until(seen, SHOWN)
    clean(seen, "read-en")
    # The next one to compare: its place is lit and in sight.
    left = seen.locator("[data-left]").count()
    keys.press("d")
    first = seen.evaluate("document.activeElement.dataset.lights")
    assert seen.locator("rect.lit").get_attribute("data-box") == first
    assert seen.evaluate(LIT)
    keys.press("Enter")
    until(seen, LEFT, left - 1)
    second = seen.evaluate("document.activeElement.dataset.lights")
    assert second and second != first
    # A value is put right in its box; Escape leaves the box, and the keys work again.
    while seen.evaluate("document.activeElement.dataset.lights") != "total":
        keys.press("Escape")
        keys.press("d")
    keys.press("Control+a")
    keys.type(truth["total"])
    keys.press("Enter")
    seen.get_by_text(f"“9{truth['total']}” was read").wait_for()
    clean(seen, "read-corrected-en")
    while seen.locator("[data-left]").count():
        count = seen.locator("[data-left]").count()
        keys.press("Enter")
        until(seen, LEFT, count - 1)
    assert "Nothing is left to compare." in seen.locator("#read").inner_text()
    keys.press("Escape")
    keys.press("j")
    keys.press("+")
    assert seen.locator(".paper-stage").get_attribute("data-zoom") in ("1.5", "2", "3")
    keys.press("o")
    seen.wait_for_url("**/amend?from=*")
    assert seen.locator("input[name='i1-total']").input_value() in (truth["total"], "480.00")
    seen.get_by_text("From the paper, not saved yet").wait_for()
    clean(seen, "taken-over-en")
    seen.get_by_role("button", name="Save the correction").focus()
    keys.press("Enter")
    seen.wait_for_url("**told=amended**")
    assert truth["total"] in seen.locator("#data").inner_text().replace(",", "")


def test_findings_stand_beside_their_lines_and_a_person_judges_them(company: Company, sits: Sits) -> None:
    claim_no = in_review(company, "mei", visit(on="2026-05-21", lines=LINES))
    page = sits("ai", f"/office/claims/{claim_no}", CONSOLE, "en")
    finding = page.locator("#fit-1-2 .line-fit")
    finding.wait_for()
    assert "limits of treatments (own-1), row 6" in finding.inner_text()
    finding.scroll_into_view_if_needed()
    clean(page, "fits-en")
    page.get_by_role("button", name="Mark line 3 as not necessary").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Draft with the marks as typed, not saved").wait_for()
    assert page.locator("input[name='cut-1-3']").input_value() == "200.00"
    assert "limits of treatments (own-1), row 6" in page.locator("#marks-why").input_value()
    page.get_by_role("button", name="explained by the papers").focus()
    page.keyboard.press("Enter")
    page.locator("#fit-1-2").get_by_text("Say in a few words why").wait_for()
    page.get_by_label("Your judgement, and why").fill("出院后复查")
    page.get_by_role("button", name="explained by the papers").focus()
    page.keyboard.press("Enter")
    page.locator("#fit-1-2").get_by_text("explained by the papers: 出院后复查").wait_for()
    assert page.locator("input[name='cut-1-3']").input_value() == "200.00", "what was typed stays"
    until(page, "document.querySelectorAll('#fits').length === 1")
    page.locator("#fits").scroll_into_view_if_needed()
    clean(page, "fits-judged-en")


@pytest.mark.parametrize("size", [PHONE, CONSOLE], ids=["phone", "console"])
def test_the_pages_are_clean_in_chinese(company: Company, sits: Sits, sheet: bytes, size: dict[str, int]) -> None:
    where = "phone" if size is PHONE else "console"
    claim_no = in_review(company, "hui", visit(on="2026-05-23", lines=LINES))
    address = handed_in(sits, claim_no, sheet)
    page = sits("ai", f"{address}?field=total", size, "zh")
    until(page, SHOWN)
    clean(page, f"read-zh-{where}")
    page.goto(f"/office/claims/{claim_no}")
    page.locator("#fit-1-2 .line-fit").wait_for()
    page.locator("#fit-1-2").scroll_into_view_if_needed()
    clean(page, f"fits-zh-{where}")
    page.goto(f"/office/claims/{claim_no}/amend?from={address.rsplit('/', 1)[1]}&into=1&lines=1")
    clean(page, f"taken-over-zh-{where}")
