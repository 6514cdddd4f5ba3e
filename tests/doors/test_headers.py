"""Every answer keeps to its own host and speaks the reader's language."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import get_resolver


@pytest.fixture
def browser() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.mark.parametrize("address", ["/alive", "/no-such-page"])
def test_every_answer_forbids_other_hosts(address: str, browser: Client) -> None:
    headers = browser.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert not re.search(r"https?:|\*|unsafe-", policy)
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_static_files_come_from_this_process_with_the_same_headers(browser: Client) -> None:
    answer = browser.get("/static/django_htmx/htmx-2.min.js")
    assert answer.status_code == 200
    assert "javascript" in answer.headers["Content-Type"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")


def test_alive_answers_and_asks_nothing_of_the_database(browser: Client) -> None:
    # Without the `db` fixture a question to the database would raise.
    answer = browser.get("/alive")
    assert (answer.status_code, answer.content) == (200, b"alive\n")
    assert browser.post("/alive").status_code == 405


@pytest.mark.parametrize(
    ("wanted", "language", "sentence"),
    [
        ("zh-CN,zh;q=0.9", "zh-hans", "没有这个页面"),
        ("en-GB,en;q=0.9", "en", "This page does not exist"),
        ("fr", "zh-hans", "没有这个页面"),
    ],
)
def test_a_page_that_is_not_there_says_so_in_the_readers_language(
    wanted: str, language: str, sentence: str, browser: Client
) -> None:
    answer = browser.get("/no-such-page", headers={"accept-language": wanted})
    assert answer.status_code == 404
    assert f'<html lang="{language}">' in answer.text
    assert sentence in answer.text


def test_a_language_once_chosen_stays(browser: Client) -> None:
    chosen = browser.post("/language/setlang/", {"language": "en", "next": "/alive"})
    assert chosen.status_code == 302
    answer = browser.get("/no-such-page", headers={"accept-language": "zh-CN"})
    assert "This page does not exist" in answer.text


def test_a_host_that_is_not_ours_is_refused(browser: Client) -> None:
    assert browser.get("/language/", headers={"host": "evil.example"}).status_code in (400, 404)
    assert browser.get("/static/../", headers={"host": "evil.example"}).status_code in (400, 404)


def test_every_address_has_a_name() -> None:
    assert None not in {getattr(pattern, "name", "") for pattern in get_resolver().url_patterns}
