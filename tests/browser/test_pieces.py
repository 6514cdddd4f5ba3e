"""The recurring pieces in a real browser: phone and console, both languages, large print, by finger and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import RequestFactory

from hearth.doors.settings import DOORS
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.gallery import ENGINE, PAGES
from tests.browser.samples import everything
from tests.browser.test_explore import kept_well, picture
from tests.browser.waiting import until

OpenPage = Callable[..., Any]

MEMBER = [page for page in PAGES if page.startswith("member")]
OFFICE = [page for page in PAGES if page.startswith("office")]
TEMPLATES = DOORS / "templates"
PIECES = sorted((TEMPLATES / "pieces").glob("*.html"))
OWN = [*PIECES, TEMPLATES / "member.html", TEMPLATES / "office.html"]

CUT_OFF = """() => {
    const wide = document.documentElement.clientWidth;
    return [...document.querySelectorAll('body *')].filter((one) => {
        const at = one.getBoundingClientRect();
        if (one.closest('.unseen, svg, .skip, dialog:not([open]), .table-frame, .command, .queue thead')) return false;
        return at.width > 1 && (at.right > wide + 1 || at.left < -1);
    }).map((one) => one.outerHTML.slice(0, 120));
}"""


@pytest.fixture(autouse=True)
def gallery(settings: Any) -> Iterator[None]:
    """The server answers with the gallery's pages."""
    settings.ROOT_URLCONF = "tests.browser.gallery"
    yield


def large(page: Any) -> None:
    """Read on in large print."""
    page.context.add_cookies([{"name": "hearth_print", "value": "large", "url": page.url}])
    page.reload()


def size_of(page: Any, selector: str) -> float:
    return float(page.locator(selector).first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)"))


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def included(paths: Iterator[Path]) -> set[str]:
    return {name for path in paths for name in re.findall(r'include "pieces/([\w]+\.html)"', path.read_text("utf-8"))}


def test_every_piece_is_in_the_gallery_and_says_what_it_is_called_with() -> None:
    seen = included((Path(__file__).parent / "templates" / "gallery").glob("*.html"))
    seen |= included(iter(OWN))
    assert [piece.name for piece in PIECES if piece.name not in seen] == []
    assert [piece.name for piece in PIECES if "context:" not in piece.read_text("utf-8")] == []


def test_no_piece_carries_a_style_or_a_script_of_its_own() -> None:
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)
    assert [(path.name, found.group()) for path in OWN if (found := inline.search(path.read_text("utf-8")))] == []


@pytest.mark.parametrize("page", list(PAGES))
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_at_all(open_page: OpenPage, server: str, page: str, lang: str, size: dict[str, int]) -> None:
    shown = open_page(f"/gallery/{page}", size, lang)
    picture(shown, f"pieces-{page.replace('/', '-')}-{lang}-{'phone' if size is PHONE else 'desktop'}")
    for details in shown.locator("details").all():
        details.evaluate("one => { one.open = true; }")
    found = Axe().run(shown).response["violations"]
    assert {one["id"]: [node["html"][:160] for node in one["nodes"]][:4] for one in found} == {}
    kept_well(shown, server)


@pytest.mark.parametrize("page", ["member/report", "office/case"])
def test_axe_finds_nothing_in_large_print_and_in_an_open_window(open_page: OpenPage, page: str) -> None:
    shown = open_page(f"/gallery/{page}", DESKTOP, "zh")
    large(shown)
    if page == "office/case":
        shown.keyboard.press("d")
        shown.locator("dialog[open]").wait_for()
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in Axe().run(shown).response["violations"]] == []


@pytest.mark.parametrize("page", list(PAGES))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_cut_off_on_any_width_in_any_print(open_page: OpenPage, page: str, lang: str) -> None:
    shown = open_page(f"/gallery/{page}", {"width": 320, "height": 700}, lang)
    for is_large in (False, True):
        if is_large:
            large(shown)
            picture(shown, f"pieces-{page.replace('/', '-')}-{lang}-large")
        for width in (320, 390, 768, 1024, 1280):
            shown.set_viewport_size({"width": width, "height": 800})
            assert shown.evaluate("document.documentElement.scrollWidth") <= width, (width, is_large)
            assert shown.evaluate(CUT_OFF) == [], (width, is_large)


def test_print_is_17_pixels_for_members_15_in_the_console_22_where_asked_for(open_page: OpenPage) -> None:
    for size in (PHONE, DESKTOP):
        assert size_of(open_page("/gallery/member/home", size), "body") == 17
    assert size_of(open_page("/gallery/office/queue", DESKTOP), "body") == 15
    page = open_page("/gallery/member/home", PHONE, "en")
    page.get_by_role("button", name="Large print").click()
    page.locator("body.large").wait_for()
    assert size_of(page, "body") == 22
    assert page.get_by_role("button", name="Large print").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Large print").click()
    page.locator("body:not(.large)").wait_for()
    assert size_of(page, "body") == 17


@pytest.mark.parametrize("page", MEMBER)
def test_what_a_finger_presses_is_large_enough(open_page: OpenPage, page: str) -> None:
    shown = open_page(f"/gallery/{page}", PHONE, "zh", has_touch=True)
    small = shown.evaluate(
        """() => [...document.querySelectorAll('button, a, select, input:not([type=hidden]), summary, .pick, .tick')]
        .filter((one) => {
            const at = one.getBoundingClientRect();
            if (!at.width || one.closest('.unseen, .skip, .clause, .problems')) return false;
            if (one.matches('.pick input, .tick input')) return false;
            return at.height < 43.9 || at.width < 43.9;
        }).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert small == []


@pytest.mark.parametrize("page", list(PAGES))
def test_there_is_one_thing_to_do_next_and_it_is_in_sight(open_page: OpenPage, page: str) -> None:
    shown = open_page(f"/gallery/{page}", PHONE, "zh")
    embers = [one for one in shown.locator(".ember").all() if one.is_visible()]
    assert len(embers) <= 1
    if embers and page.startswith("member") and page != "member/confirm":
        box = embers[0].bounding_box()
        assert box["y"] + box["height"] <= PHONE["height"]


def test_the_claims_way_tells_each_step_in_words_and_whose_turn_it_is(open_page: OpenPage) -> None:
    page = open_page("/gallery/member/claim", PHONE, "en")
    steps = page.locator(".track").first.locator("li")
    assert steps.count() == 8
    now = page.locator(".track").first.locator('[aria-current="step"]')
    assert now.count() == 1
    assert "More papers" in now.inner_text() and "Your turn" in now.inner_text() and "18 Nov" in now.inner_text()
    assert [
        re.sub(r".*: ", "", steps.nth(n).locator(".track-name").text_content().strip()) for n in (0, 3, 7)
    ] == ["done", "waiting", "still to come"]  # fmt: skip
    skipped = page.locator(".track").nth(1).locator('[data-state="skipped"]')
    assert "not needed" in skipped.inner_text()


def test_in_the_console_the_way_lies_flat_and_on_the_phone_it_stands(open_page: OpenPage) -> None:
    def places(page: Any) -> list[tuple[float, float]]:
        marks = page.locator(".track").first.locator(".track-mark").all()
        return [(box["x"], box["y"]) for box in (mark.bounding_box() for mark in marks)]

    flat = places(open_page("/gallery/office/case", DESKTOP, "en"))
    assert len({y for _, y in flat}) == 1 and sorted({x for x, _ in flat}) == [x for x, _ in flat]
    upright = places(open_page("/gallery/member/claim", PHONE, "en"))
    assert len({x for x, _ in upright}) == 1 and sorted({y for _, y in upright}) == [y for _, y in upright]


@pytest.mark.parametrize(("page", "row"), [("member/decision", ".waterfall tr.own"), ("office/payrun", ".table tr")])
def test_a_clause_opens_beside_its_number_and_closes_again(open_page: OpenPage, page: str, row: str) -> None:
    shown = open_page(f"/gallery/{page}", PHONE, "zh")
    chip = shown.locator(f"{row} details.clause").last
    chip.locator("summary").focus()
    shown.keyboard.press("Enter")
    text = chip.locator(".clause-text")
    text.wait_for(state="visible")
    line, box = chip.locator("xpath=ancestor::tr").bounding_box(), text.bounding_box()
    assert line["y"] < box["y"] < line["y"] + line["height"] + 10
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    shown.keyboard.press("Escape")
    text.wait_for(state="hidden")
    assert shown.evaluate("document.activeElement.tagName") == "SUMMARY"
    chip.locator("summary").click()
    text.wait_for(state="visible")
    shown.locator("h1").click()
    text.wait_for(state="hidden")


def test_what_is_wrong_stands_beside_its_box_and_what_was_typed_stays(open_page: OpenPage) -> None:
    page = open_page("/gallery/member/report", PHONE, "en")
    amount = page.locator("#amount")
    assert amount.input_value() == "12,,34"
    assert amount.get_attribute("aria-invalid") == "true"
    beside = page.locator(f"#{amount.get_attribute('aria-describedby')}")
    assert "is not an amount" in beside.inner_text()
    assert amount.get_attribute("inputmode") == "decimal"
    page.locator(".problems a").click()
    until(page, "location.hash === '#amount'")
    top = amount.bounding_box()["y"]
    assert top >= 0 and top + 44 < page.locator(".action").bounding_box()["y"]


def test_what_stands_under_the_button_is_not_hidden_when_it_is_reached_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/gallery/member/report", PHONE, "en")
    bar = ".action"
    for name in ("hospital", "amount", "day", "setting", "story", "papers", "agree"):
        page.locator(f"#{name}").focus()
        box, covered = page.locator(f"#{name}").bounding_box(), page.locator(bar).bounding_box()
        assert box["y"] < covered["y"], name


def test_the_language_changes_and_what_was_typed_stays(open_page: OpenPage) -> None:
    page = open_page("/gallery/member/report", PHONE, "zh")
    page.locator("#story").fill("写到一半")
    page.locator("#who-1").check()
    page.locator("#agree").check()
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Report a visit or a stay").wait_for()
    assert page.locator("#story").input_value() == "写到一半"
    assert page.locator("#who-1").is_checked() and page.locator("#agree").is_checked()
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('hearth'))") == []


def test_files_are_listed_before_they_go_and_a_large_one_is_told(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/gallery/member/report", PHONE, "en")
    small, big = tmp_path / "invoice.jpg", tmp_path / "scan.pdf"
    small.write_bytes(b"x" * 1_800_000)
    big.write_bytes(b"x" * 12_000_000)
    page.locator("#papers").set_input_files([small, big])
    rows = page.locator(".drop-files li")
    assert "invoice.jpg" in rows.nth(0).inner_text() and "1.8 MB" in rows.nth(0).inner_text()
    assert rows.nth(0).get_attribute("class") is None
    assert rows.nth(1).get_attribute("class") == "wrong" and "larger than 10 MB" in rows.nth(1).inner_text()
    page.locator("#papers").set_input_files([small] * 1)
    assert rows.count() == 1


def test_keys_find_search_walk_the_queue_and_open_a_claim(open_page: OpenPage) -> None:
    page = open_page("/gallery/office/queue", DESKTOP, "en")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == "HC26-000121"
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert focused(page) == "HC26-000120"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search-box"
    page.keyboard.type("jk g q ?")
    assert page.locator("#search-box").input_value() == "jk g q ?"
    assert page.url.endswith("/office/queue")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") != "search-box"
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/case?claim=1")
    page.keyboard.press("Control+d")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/office/queue")


def test_keys_are_listed_as_they_are_and_can_be_switched_off(open_page: OpenPage) -> None:
    page = open_page("/gallery/office/case", DESKTOP, "en")
    page.keyboard.press("?")
    listed = page.locator("dialog#keys .keys-list")
    listed.wait_for()
    assert "Decide and tell the customer" in listed.inner_text() and "Ask for papers" in listed.inner_text()
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    assert page.locator("dialog[open]").count() == 0
    page.reload()
    page.keyboard.press("d")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("?")
    page.locator("#keys-on").check()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("d")
    assert page.locator("dialog[open]").get_attribute("id") == "confirm-decision"


def test_a_decision_is_asked_once_more_and_no_leads_back(open_page: OpenPage) -> None:
    page = open_page("/gallery/office/case", DESKTOP, "en")
    page.get_by_role("link", name="Decide and tell the customer").click()
    page.get_by_role("dialog", name="Decide this claim?").wait_for()
    page.locator("#reason").fill("Clear and complete.")
    page.get_by_role("button", name="Not yet").click()
    assert page.locator("dialog[open]").count() == 0
    assert "Decide and tell" in focused(page)
    page.get_by_role("link", name="Decide and tell the customer").click()
    with page.expect_request(lambda asked: asked.method == "POST") as sent:
        page.get_by_role("button", name="Decide", exact=True).click()
    assert "do=decide" in sent.value.post_data and "reason=Clear" in sent.value.post_data


def test_it_works_without_scripts(open_page: OpenPage) -> None:
    page = open_page("/gallery/office/case", DESKTOP, "en", java_script_enabled=False)
    assert page.locator(".keys-open").is_hidden()
    page.get_by_role("link", name="Decide and tell the customer").click()
    page.get_by_role("heading", name="Decide this claim?").wait_for()
    page.get_by_role("link", name="Not yet").click()
    page.locator("details.clause summary").first.click()
    assert page.locator("details.clause .clause-text").first.is_visible()
    page.get_by_role("button", name="中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-hans"


def test_the_keyboard_reaches_a_members_page_in_the_order_it_is_read(open_page: OpenPage) -> None:
    page = open_page("/gallery/member/decision", PHONE, "en")
    seen = []
    for _press in range(9):
        page.keyboard.press("Tab")
        seen.append(re.sub(r"\s+", " ", focused(page)))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", seen[-1]
    assert seen[0] == "Skip to the content"
    assert "Back" in seen and seen.index("Back") < len(seen) - 3


@pytest.mark.parametrize("layout", ["member.html", "office.html"])
def test_a_layout_stands_while_other_parts_of_the_house_are_not_there(settings: Any, layout: str) -> None:
    settings.ROOT_URLCONF = "hearth.doors.office.explore.urls"
    html = ENGINE.get_template(layout).render({"title": "A page"}, RequestFactory().get("/"))
    assert "<h1" in html and "A page" in html
    assert 'href=""' not in html and 'action=""' not in html and "None" not in html


def test_names_from_outside_cannot_become_markup() -> None:
    evil = '<img src=x onerror="alert(1)">'
    samples = everything("en")
    row = {**samples["rows"][0], "who": evil, "product": evil, "flags": [{"says": evil, "kind": evil}]}
    paper = {**samples["papers"][0], "name": evil, "read": [(evil, evil)], "verdict": evil}
    message = {**samples["messages"][0], "text": evil, "who": evil, "papers": [(evil, "/x")]}
    field = {**samples["fields"]["story"], "value": f"</textarea>{evil}", "label": evil, "error": evil}
    for piece, context in (
        ("queue_row", {"row": row}),
        ("paper", {"paper": paper}),
        ("thread", {"messages": [message]}),
        ("field", {"field": field}),
    ):
        html = ENGINE.get_template(f"pieces/{piece}.html").render(context)
        assert "<img src=x" not in html and "</textarea><" not in html, piece
        assert "&lt;img src=x" in html, piece
