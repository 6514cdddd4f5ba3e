"""Logging in as people see it: on a telephone and on a desk, in both languages, without a barrier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS

PAGES = (
    ("/login/", "Log in", "登录"),
    ("/login/password/", "Log in", "登录"),
    ("/login/forgotten/", "Forgotten the password", "忘记密码"),
    ("/login/signup/", "There is no sign-up", "不开放注册"),
    ("/login/demo/", "People to try", "可试用的人员"),
    ("/login/demo/inbox/", "Text messages", "短信"),
)


@pytest.fixture(autouse=True)
def tables(django_db_setup: None, django_db_blocker: Any, settings: Any, tmp_path: Any) -> Iterator[None]:
    """The pages read the tables from the server's threads; what they show is of nobody."""
    settings.MESSAGES_WIRE = f"memory:{tmp_path}/outbox.sqlite3"
    with django_db_blocker.unblock():
        yield


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("size", "where"), [(PHONE, "phone"), (DESKTOP, "desk")])
def test_every_page_of_logging_in_is_whole_and_without_a_barrier(
    open_page: Callable[..., Any], size: dict[str, int], where: str, lang: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for address, english, chinese in PAGES:
        page = open_page(address, size, lang)
        name = address.strip("/").replace("/", "-")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}-{where}-{lang}.png", full_page=True)
        assert page.locator("h1").inner_text() == (english if lang == "en" else chinese), address
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], address
        assert page.told == [], address


def test_what_is_no_number_is_said_beside_the_box_and_stays_typed(open_page: Callable[..., Any]) -> None:
    page = open_page("/login/", PHONE, "en")
    page.get_by_label("Mobile number").fill("12345")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_text("This is not a mobile number").wait_for()
    assert page.get_by_label("Mobile number").input_value() == "12345"
