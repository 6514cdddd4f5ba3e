"""The demo shows whom to try and what was sent; nothing of it exists in production."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from hearth.desks.people import totp_now
from hearth.doors.login import demo
from tests.doors.login.conftest import log_in, now

pytestmark = pytest.mark.django_db


def test_the_demo_lists_people_with_the_code_of_the_moment(browser: Client, an: int, mei: int) -> None:
    page = browser.get("/login/demo/").content.decode()
    assert 'name="login" value="mei"' in page and 'name="login" value="an"' in page
    assert totp_now(an, now()) in page and demo.PASSWORD in page
    assert b"People to try" in browser.get("/login/").content


def test_two_presses_log_in_somebody_who_works_here(browser: Client, an: int) -> None:
    second = log_in(browser, "an")
    assert second["Location"] == "/login/factor/"
    page = browser.get("/login/factor/").content.decode()
    shown = re.search(r'name="code" value="([0-9]{6})"', page)
    assert shown is not None and "Demo:" in page
    assert browser.post("/login/factor/", {"code": shown.group(1)}).status_code == 302
    assert browser.session["_auth_user_id"] == str(an)


def test_outside_the_demo_no_code_is_filled_in(browser: Client, an: int, settings: Any) -> None:
    log_in(browser, "an")
    settings.HEARTH_ENV = "development"
    page = browser.get("/login/factor/").content.decode()
    assert 'name="code" value=""' in page and totp_now(an, now()) not in page


@pytest.mark.parametrize("path", ["/login/demo/", "/login/demo/inbox/"])
@pytest.mark.parametrize("env", [("production", True), ("development", False), ("demo", True), ("production", False)])
def test_nothing_of_the_demo_is_there_elsewhere(
    browser: Client, an: int, settings: Any, path: str, env: tuple[str, bool]
) -> None:
    settings.HEARTH_ENV, settings.PRODUCTION = env
    answer = browser.get(path)
    assert answer.status_code == 404 and demo.PASSWORD not in answer.content.decode()
    assert demo.PASSWORD not in browser.get("/login/").content.decode()
    assert b"People to try" not in browser.get("/login/").content
    assert demo.logins("en", now()) == ()


def test_everybody_of_the_demo_company_who_can_log_in_is_shown() -> None:
    from hearth.doors.demo.cast import LOG_INS

    assert sorted(one.username for one in LOG_INS) == sorted(demo.LOGINS)
