"""Members at their telephones: a claim from its report to the money and the receipt, by finger and by keyboard."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.company import Company, company
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_explore import picture
from tests.browser.test_pieces import CUT_OFF
from tests.browser.waiting import until
from tests.doors.feeds.papers import readable

__all__ = ["company"]

Window = Callable[..., Any]
PAPERS = ("invoice", "itemised_list", "discharge_summary", "accident_proof", "settlement_sheet")


@pytest.fixture
def window(chromium: Any, company: Company) -> Iterator[Window]:
    """Opens a window in which somebody is signed in: `window("hui", PHONE, "zh")`; nobody without a code."""
    windows = []

    def opened(code: str = "", size: dict[str, int] = PHONE, lang: str = "zh", **more: Any) -> Any:
        made = chromium.new_context(
            base_url=company.address, viewport=size, locale="zh-CN" if lang == "zh" else "en-GB",
            reduced_motion="reduce", **more,
        )  # fmt: skip
        windows.append(made)
        if code:
            company.sign_in(made, code, lang)
        page = made.new_page()
        page.set_default_timeout(20_000)
        page.told = []
        page.on("pageerror", lambda error: page.told.append(str(error)))
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        return page

    yield opened
    for made in windows:
        made.close()


def press(page: Any) -> None:
    """Press the one thing to do next."""
    page.locator(".action .ember").click()
    page.wait_for_load_state()


def looked_over(page: Any, name: str) -> None:
    """A picture of the page, nothing that axe finds, nothing wrong in its scripts, nothing from elsewhere."""
    picture(page, f"member-{name}")
    for details in page.locator("details").all():
        details.evaluate("one => { one.open = true; }")
    found = Axe().run(page).response["violations"]
    assert {one["id"]: [node["html"][:160] for node in one["nodes"]][:4] for one in found} == {}, name
    assert page.told == []
    assert [url for url in page.asked if not url.startswith(("http://127.0.0.1", "data:", "blob:"))] == []


def typed(page: Any, **boxes: str) -> None:
    """Type into boxes by their ids, choose in lists."""
    for name, value in boxes.items():
        box = page.locator(f"#f-{name}".replace("line0", "line-0"))
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)


def bill(page: Any, number: str) -> None:
    """Type the bill of a stay."""
    typed(
        page, setting="inpatient", admitted_on="2026-03-02", discharged_on="2026-03-08", hospital_name="市儿童医院",
        code="11060126", number=number, total="26,000.00", si_settled="yes", fund="9000", account="0", cash="17000",
    )  # fmt: skip
    page.locator('[name="line-0-category"]').select_option("surgery")
    page.locator('[name="line-0-amount"]').fill("26000")


def verified(folder: Path, receipt: bytes, key: str, lang: str) -> tuple[int, str]:
    """What `hearth verify` says of a receipt, without database and network."""
    (folder / "receipt.json").write_bytes(receipt)
    (folder / "key.txt").write_text(key)
    command = Path(sys.executable).with_name("hearth")
    done = subprocess.run(
        [command, "verify", folder / "receipt.json", "--key", folder / "key.txt", "--lang", lang],
        capture_output=True, text=True, check=False, env={"PATH": ""},
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.parametrize(("size", "lang"), [(PHONE, "zh"), (DESKTOP, "en")], ids=["phone-zh", "desktop-en"])
def test_hui_reports_for_her_child_over_two_policies_and_is_paid_and_can_prove_it(
    window: Window, company: Company, tmp_path: Path, size: dict[str, int], lang: str
) -> None:
    page, tag = window("hui", size, lang), f"{lang}-{'phone' if size is PHONE else 'desktop'}"
    # Who, what, under which policies.
    page.goto("/home")
    looked_over(page, f"home-{tag}")
    page.goto("/claims/new")
    page.locator(f'input[value="{company.read("person:yue")}"]').check()
    looked_over(page, f"who-{tag}")
    press(page)
    no = re.search(r"/claims/(\w+)/story", page.url)[1]
    page.locator('input[value="accident"]').check()
    typed(page, event_on="2026-03-02", story="从滑梯上摔下来，手腕骨折")
    looked_over(page, f"story-{tag}")
    press(page)
    assert page.locator('input[name="policy"]:checked').count() == 2
    looked_over(page, f"policies-{tag}")
    press(page)
    looked_over(page, f"fill-{tag}")
    # The bill, checked as it is typed.
    press(page)
    press(page)
    bill(page, f"{company.read('person:hui'):05d}{'1' if lang == 'zh' else '2'}0001")
    page.locator('[name="line-0-amount"]').fill("20600")
    page.locator("#f-cash").press("Tab")
    page.locator("#f-lines-says .says-wrong").wait_for()
    assert "5,400.00" in page.locator("#f-lines-says").inner_text()
    looked_over(page, f"bill-{tag}")
    # While nobody answers that is said, what was typed stays, and the notice goes with the next answer.
    page.route("**/bills/*", lambda route: route.fulfill(status=503, body="away"))
    page.locator('[name="line-0-amount"]').fill("20700")
    page.locator("#f-cash").press("Tab")
    page.locator("#unanswered:visible").wait_for()
    assert page.locator('[name="line-0-amount"]').input_value() == "20700"
    picture(page, f"member-unanswered-{tag}")
    page.unroute("**/bills/*")
    page.locator('[name="line-0-amount"]').fill("26000")
    page.locator("#f-cash").press("Tab")
    page.locator("#unanswered").wait_for(state="hidden")
    press(page)
    # Every order with what it pays, the best recommended.
    page.goto(f"/claims/{no}/order")
    assert page.locator("#order .pick").count() == 2
    looked_over(page, f"order-{tag}")
    press(page)
    # All papers at once, handed in one after the other.
    page.goto(f"/claims/{no}/papers")
    assert page.locator(".wanted").count() >= 4
    for number, kind in enumerate(PAPERS):
        options = page.locator("#f-kind option").evaluate_all("all => all.map((one) => one.value)")
        page.locator("#f-kind").select_option(next(one for one in options if one.partition(":")[0] == kind))
        content = readable(number + (50 if lang == "zh" else 0))
        page.locator("#f-files").set_input_files({"name": f"{kind}.jpg", "mimeType": "image/jpeg", "buffer": content})
        # Each goes by itself, and its card is there.
        until(page, "(n) => document.querySelectorAll('#papers-here .paper-card').length === n", number + 1)
    assert page.locator(".paper-card").count() >= len(PAPERS)
    looked_over(page, f"papers-{tag}")
    page.goto(f"/claims/{no}/account")
    looked_over(page, f"account-{tag}")
    press(page)
    page.goto(f"/claims/{no}/check")
    for tick in page.locator('.consent input[type="checkbox"]').all():
        tick.check()
    looked_over(page, f"check-{tag}")
    press(page)
    assert page.url.endswith(f"/claims/{no}?told=sent")
    # The house accepts what is complete; the assessor decides.
    company.until(no, "review")
    page.goto(f"/claims/{no}")
    assert page.locator(".track [aria-current]").count() == 1
    looked_over(page, f"claim-{tag}")
    company.clerk("claims.calculating.calculate", "ai", no)
    company.clerk("claims.deciding.decide", "ai", no, outcome="approved")
    page.goto("/home")
    assert page.locator(".action .ember").get_attribute("href") == f"/claims/{no}/decision"
    press(page)
    amount = page.locator(".headline .figure").inner_text()
    assert page.locator(".waterfall").count() == 2 and page.locator(".steps .clause").count() > 6
    looked_over(page, f"decision-{tag}")
    clause = page.locator(".steps .clause").first
    clause.evaluate("one => { one.open = true; }")
    assert len(clause.locator(".clause-text").inner_text()) > 20
    press(page)
    looked_over(page, f"agree-{tag}")
    press(page)
    # Finance pays; the money arrives once.
    company.until(no, "paid")
    page.goto(f"/claims/{no}")
    assert page.locator(".headline .figure").inner_text() == amount
    assert page.locator(".track [data-state='done']").count() >= 7
    looked_over(page, f"paid-{tag}")
    # The receipt, checked without us; and with one digit changed.
    until(page, "() => document.querySelectorAll('.receipt-acts').length >= 2", reloads=True)
    address = page.locator('.receipt-acts a[href$=".json"]').last.get_attribute("href")
    receipt = page.request.get(f"{company.address}{address}").body()
    key = page.request.get(f"{company.address}/receipts/key.txt").text()
    code, says = verified(tmp_path, receipt, key, lang)
    assert code == 0 and amount in says and ("有效" if lang == "zh" else "VALID") in says
    fen = amount.replace(",", "").replace(".", "")
    forged = receipt.replace(f'"payable_fen":{fen}'.encode(), f'"payable_fen":{int(fen) + 1}'.encode(), 1)
    code, says = verified(tmp_path, forged, key, lang)
    assert code == 1 and ("被改动过" if lang == "zh" else "was changed") in says
    page.locator('.receipt-acts a:not([href$=".json"])').last.click()
    page.wait_for_load_state()
    looked_over(page, f"receipt-{tag}")
    page.goto("/receipts/verify")
    page.locator("#f-file").set_input_files({"name": "r.json", "mimeType": "application/json", "buffer": forged})
    press(page)
    assert page.locator('.verdict[data-valid="no"]').count() == 1
    looked_over(page, f"verify-{tag}")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_of_ones_own_fit_every_width_and_large_print(window: Window, company: Company, lang: str) -> None:
    page = window("hui", PHONE, lang)
    for large in (False, True):
        if large:
            page.context.add_cookies([{"name": "hearth_print", "value": "large", "url": company.address}])
        for address in ("/home", "/me", "/me/settings", "/me/consents", "/me/accounts", "/me/reads", "/me/data",
                        "/family", "/policies", "/policies/M1-HUI", "/inbox", "/receipts/verify"):  # fmt: skip
            page.goto(address)
            looked_over(page, f"{address.strip('/').replace('/', '-')}-{lang}{'-large' if large else ''}")
            for width in (320, 390, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width, large)
                assert page.evaluate(CUT_OFF) == [], (address, width, large)
            page.set_viewport_size(PHONE)


def test_a_claim_is_told_without_a_script_and_by_keyboard(window: Window, company: Company) -> None:
    page = window("hui", PHONE, "en", java_script_enabled=False)
    page.goto("/claims/new")
    page.locator(f'input[value="{company.read("person:tian")}"]').check()
    press(page)
    no = re.search(r"/claims/(\w+)/story", page.url)[1]
    press(page)
    assert page.locator(".problems").count() == 1
    page.locator('input[value="illness"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.locator("#f-story").focus()
    page.keyboard.type("Fever for three days")
    page.locator(".action .ember").focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    press(page)
    assert page.url.endswith(f"/claims/{no}/fill?told=reported")
    page.goto(f"/claims/{no}/bills/1")
    bill(page, "0000077001")
    page.locator('button[value="line"]').click()
    page.wait_for_load_state()
    assert page.locator('[name="line-1-amount"]').count() == 1
    page.locator('[name="line-1-amount"]').fill("x")
    press(page)
    assert page.locator('#f-line-1-amount[aria-invalid="true"]').count() == 1
    assert page.locator('[name="line-1-amount"]').input_value() == "x"
    page.goto(f"/claims/{no}/withdraw")
    press_yes = page.locator(".confirm-form .ember")
    press_yes.click()
    page.wait_for_load_state()
    assert company.read(f"claim:{no}") == "withdrawn"


def test_what_a_finger_presses_is_large_enough_and_the_next_step_is_in_sight(window: Window, company: Company) -> None:
    page = window("hui", PHONE, "zh", has_touch=True)
    for address in ("/home", "/claims", "/claims/new", "/me", "/me/consents", "/family", "/policies/M1-HUI"):
        page.goto(address)
        small = page.evaluate(
            """() => [...document.querySelectorAll(
                'button, a, select, input:not([type=hidden]), summary, .pick, .tick'
            )].filter((one) => {
                const at = one.getBoundingClientRect();
                if (!at.width || one.closest('.unseen, .skip, .clause, .problems, p')) return false;
                if (one.matches('.pick input, .tick input, .unseen-button')) return false;
                return at.height < 43.9 || at.width < 43.9;
            }).map((one) => one.outerHTML.slice(0, 120))"""
        )
        assert small == [], address
        embers = [one for one in page.locator(".ember").all() if one.is_visible()]
        assert len(embers) <= 1, address
        if embers:
            box = embers[0].bounding_box()
            assert box["y"] + box["height"] <= PHONE["height"], address
