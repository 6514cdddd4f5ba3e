"""People log in by a code or a password; who works here passes a second factor; nobody learns who is known."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from hearth.desks.people import codes
from hearth.store.models import Person, RoleGrant
from hearth.words.claims import Role
from tests.doors.login.conftest import PASSWORD, PHONE, is_logged_in, log_in, now, pass_factor

pytestmark = pytest.mark.django_db

Code = Callable[[], str]


def ask(browser: Client, phone: str) -> Any:
    """Ask for a code."""
    return browser.post("/login/", {"phone": phone})


@pytest.mark.parametrize("typed", [PHONE, "+86 138-0000-0001", "１３８０００００００１"])
def test_mei_logs_in_with_the_code_sent_to_her_telephone(
    browser: Client, mei: int, code_sent: Code, typed: str
) -> None:
    told = ask(browser, typed)
    assert (told.status_code, told["Location"]) == (302, "/login/code/")
    assert not is_logged_in(browser)
    page = browser.get("/login/code/")
    assert b"If +8613800000001 is known to us" in page.content
    answer = browser.post("/login/code/", {"code": code_sent()})
    assert answer.status_code == 302 and is_logged_in(browser)
    assert Person.objects.get(pk=mei).phone_verified
    assert codes.outbox()[0].lang == "en", "the message is in her language"


def test_a_wrong_code_three_times_and_the_login_begins_anew(browser: Client, mei: int, code_sent: Code) -> None:
    ask(browser, PHONE)
    right = code_sent()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(2):
        page = browser.post("/login/code/", {"code": wrong})
        assert page.status_code == 200 and b"This code is not right" in page.content
    assert browser.post("/login/code/", {"code": wrong}).status_code == 302
    browser.post("/login/code/", {"code": right})
    assert not is_logged_in(browser)


def test_a_code_holds_for_five_minutes(
    browser: Client, mei: int, code_sent: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(browser, PHONE)
    right, real = code_sent(), time.time
    monkeypatch.setattr("allauth.account.internal.flows.code_verification.time.time", lambda: real() + 301)
    browser.post("/login/code/", {"code": right})
    assert not is_logged_in(browser)


def test_an_unknown_number_is_told_the_same_and_nothing_is_sent(browser: Client, mei: int, code_sent: Code) -> None:
    pages = []
    for phone in (PHONE, "13900000000"):
        other = Client(headers={"host": "localhost", "accept-language": "en"})
        told = ask(other, phone)
        page = other.get(told["Location"]).content.decode()
        wrong = other.post("/login/code/", {"code": "000000"})
        pages.append((told.status_code, told["Location"], wrong.status_code, without_what_differs(page, phone)))
    assert pages[0] == pages[1]
    jobs = ProcrastinateJob.objects.filter(task_name=codes.TASK)
    assert len({len(job.args["sealed"]) for job in jobs}) == 1 and jobs.count() == 2
    code_sent()
    assert [sent.to for sent in codes.outbox()] == ["+8613800000001"]


def without_what_differs(page: str, phone: str) -> str:
    import re

    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page).replace(phone, "PHONE")


def test_neither_the_number_nor_the_code_lies_readable_in_the_job(browser: Client, mei: int, code_sent: Code) -> None:
    ask(browser, PHONE)
    (job,) = ProcrastinateJob.objects.filter(task_name=codes.TASK)
    right = code_sent()
    assert PHONE not in str(job.args) and right not in str(job.args)


def test_a_code_is_sent_once_however_often_the_job_runs_and_not_when_it_is_late(
    browser: Client, mei: int, code_sent: Code
) -> None:
    ask(browser, PHONE)
    code_sent()
    code_sent()
    assert len(codes.outbox()) == 1
    (job,) = ProcrastinateJob.objects.filter(task_name=codes.TASK)
    assert codes.send_code(job.args["sealed"], at=now() + timedelta(minutes=6)) is None


@pytest.mark.parametrize("login", ["mei", " MEI ", PHONE, "138 0000 0001"])
def test_mei_logs_in_with_her_password(browser: Client, mei: int, login: str) -> None:
    assert log_in(browser, login).status_code == 302
    assert is_logged_in(browser)
    cookie = browser.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_wrong_password_and_an_unknown_name_are_told_in_the_same_words(browser: Client, mei: int) -> None:
    said = set()
    for login in ("mei", "nobody", PHONE, "13900000000"):
        page = log_in(browser, login, "not the password").content.decode()
        (line,) = [part for part in page.split("<p>") if "This is not right" in part]
        said.add(line.split("</p>")[0])
        assert "not the password" not in page
    assert len(said) == 1 and not is_logged_in(browser)


def test_a_name_that_fails_too_often_from_one_place_is_locked_there_and_its_code_still_works(
    browser: Client, mei: int, code_sent: Code, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": None}
    answers = [log_in(browser, "mei", "wrong").status_code for _ in range(9)]
    assert answers[-1] == 429, answers
    locked = log_in(browser, "mei")
    assert locked.status_code == 429 and b"closed for 15 minutes" in locked.content and not is_logged_in(browser)
    elsewhere = Client(headers={"host": "localhost"}, REMOTE_ADDR="192.0.2.7")
    log_in(elsewhere, "mei")
    assert is_logged_in(elsewhere)
    ask(browser, PHONE)
    browser.post("/login/code/", {"code": code_sent()})
    assert is_logged_in(browser)


def test_the_lock_out_writes_down_no_telephone_and_no_password(browser: Client, mei: int) -> None:
    from axes.models import AccessAttempt

    log_in(browser, PHONE, "wrong-and-secret")
    (attempt,) = AccessAttempt.objects.all()
    kept = f"{attempt.username} {attempt.get_data} {attempt.post_data} {attempt.path_info}"
    assert PHONE not in kept and "wrong-and-secret" not in kept and attempt.username.startswith("phone:")


def test_too_many_codes_for_one_number_are_refused(browser: Client, mei: int) -> None:
    answers = [ask(Client(headers={"host": "localhost"}), PHONE).status_code for _ in range(3)]
    assert answers == [302, 302, 200]


def test_who_works_here_passes_a_second_factor(browser: Client, an: int) -> None:
    told = log_in(browser, "an")
    assert told["Location"].startswith("/login/factor/") and not is_logged_in(browser)
    assert browser.post("/login/factor/", {"code": "000000"}).status_code == 200
    assert not is_logged_in(browser)
    pass_factor(browser, an)
    assert is_logged_in(browser)


def test_a_code_to_the_telephone_does_not_replace_the_second_factor(browser: Client, an: int, code_sent: Code) -> None:
    ask(browser, "13800000009")
    told = browser.post("/login/code/", {"code": code_sent()})
    assert told["Location"].startswith("/login/factor/") and not is_logged_in(browser)


def test_a_second_factor_code_is_good_once(browser: Client, an: int) -> None:
    log_in(browser, "an")
    pass_factor(browser, an)
    other = Client(headers={"host": "localhost"})
    log_in(other, "an")
    pass_factor(other, an)
    assert not is_logged_in(other)


def test_no_page_of_the_office_without_a_second_factor(browser: Client, mei: int, an: int) -> None:
    RoleGrant.objects.create(person_id=mei, role=Role.STEWARD.value, from_at=now())
    log_in(browser, "mei")
    assert is_logged_in(browser)
    told = browser.get("/office/")
    assert told.status_code == 302 and told["Location"].startswith("/me/factor/app/")
    other = Client(headers={"host": "localhost"})
    other.force_login(Person.objects.get(pk=an), backend="allauth.account.auth_backends.AuthenticationBackend")
    told = other.get("/office/")
    assert told.status_code == 302 and told["Location"].startswith("/login/factor/again/")
    third = Client(headers={"host": "localhost"})
    log_in(third, "an")
    pass_factor(third, an)
    assert not third.get("/office/").headers.get("Location", "").startswith(("/login/", "/me/"))


def test_the_second_factor_is_set_up_in_one_page_and_its_secret_lies_sealed(
    browser: Client, mei: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    RoleGrant.objects.create(person_id=mei, role=Role.STEWARD.value, from_at=now())
    log_in(browser, "mei")
    asked = browser.get("/me/factor/app/")
    assert asked["Location"].startswith("/login/again/")
    browser.post("/login/again/?next=/me/factor/app/", {"password": PASSWORD})
    page = browser.get("/me/factor/app/")
    assert b"data:image/svg+xml" in page.content
    secret = browser.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    # A test's transaction never commits; in life this happens before the answer.
    monkeypatch.setattr("allauth.mfa.totp.internal.flows.transaction.on_commit", lambda happens: happens())
    told = browser.post("/me/factor/app/", {"code": code})
    assert told.status_code == 302, told.content.decode()[-3000:]
    kept = {row.type: row.data for row in Authenticator.objects.filter(user_id=mei)}
    assert kept["totp"]["secret"].startswith("sealed:") and kept["recovery_codes"]["seed"].startswith("sealed:")
    assert not browser.get("/office/").headers.get("Location", "").startswith(("/login/", "/me/"))
    refused = browser.post("/me/factor/app/off/")
    assert Authenticator.objects.filter(user_id=mei, type="totp").exists(), refused.status_code


def test_a_session_ends_when_nobody_is_there_and_when_it_is_old(
    browser: Client, mei: int, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    real = time.time
    for steps, stays in (
        ([settings.SESSION_IDLE_SECONDS - 10] * 3, True),
        ([settings.SESSION_IDLE_SECONDS + 10], False),
        ([3600] * 13, False),
    ):
        log_in(browser, "mei")
        later = 0
        for step in steps:
            later += step
            monkeypatch.setattr("hearth.doors.login.limits.time.time", lambda later=later: real() + later)
            browser.get("/me/factor/")
        assert is_logged_in(browser) is stays
        monkeypatch.setattr("hearth.doors.login.limits.time.time", real)
        browser.post("/logout/")
        cache.clear()


def test_who_works_here_is_gone_sooner(
    browser: Client, an: int, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    log_in(browser, "an")
    pass_factor(browser, an)
    real = time.time
    monkeypatch.setattr(
        "hearth.doors.login.limits.time.time", lambda: real() + settings.SESSION_IDLE_SECONDS_STAFF + 10
    )
    assert browser.get("/me/factor/").status_code == 302
    assert not is_logged_in(browser)


def test_logging_out_takes_a_post(browser: Client, mei: int) -> None:
    log_in(browser, "mei")
    assert browser.get("/logout/").status_code == 200
    assert is_logged_in(browser)
    browser.post("/logout/")
    assert not is_logged_in(browser)


def test_somebody_locked_or_switched_off_is_gone_at_once(browser: Client, mei: int, code_sent: Code) -> None:
    log_in(browser, "mei")
    Person.objects.filter(pk=mei).update(is_active=False, locked_at=now())
    assert browser.get("/me/factor/").status_code == 302
    other = Client(headers={"host": "localhost"})
    log_in(other, "mei")
    ask(other, PHONE)
    assert code_sent() == "" and not is_logged_in(other)


def test_nobody_signs_up(browser: Client, mei: int) -> None:
    page = browser.get("/login/signup/")
    assert b"There is no sign-up" in page.content
    browser.post(
        "/login/signup/", {"username": "new", "password1": PASSWORD, "password2": PASSWORD, "phone": "13700000000"}
    )
    assert Person.objects.count() == 1


def test_a_password_is_changed_with_the_old_one_and_a_weak_one_is_refused(browser: Client, mei: int) -> None:
    log_in(browser, "mei")
    for weak in ("short", "12345678901", "password123", "mei-mei-mei"[:9]):
        page = browser.post("/me/password/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})
        assert page.status_code == 200, weak
    new = "another rather long sentence"
    cache.clear()
    assert (
        browser.post("/me/password/", {"oldpassword": "wrong", "password1": new, "password2": new}).status_code == 200
    )
    assert (
        browser.post("/me/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new}).status_code == 302
    )
    assert Person.objects.get(pk=mei).check_password(new)


def test_a_new_telephone_is_kept_once_its_code_came_back(browser: Client, mei: int, code_sent: Code) -> None:
    log_in(browser, "mei")
    told = browser.post("/me/phone/", {"phone": "139 0000 0000"})
    if told.status_code == 302 and told["Location"].startswith("/login/again/"):
        browser.post(told["Location"], {"password": PASSWORD})
        told = browser.post("/me/phone/", {"phone": "139 0000 0000"})
    assert told.status_code == 302 and Person.objects.get(pk=mei).phone == f"+86{PHONE}"
    code = code_sent()
    assert [sent.to for sent in codes.outbox()][:1] == ["+8613900000000"]
    assert browser.post("/me/phone/verify/", {"code": code}).status_code == 302
    row = Person.objects.get(pk=mei)
    assert (row.phone, row.phone_verified) == ("+8613900000000", True)


def test_the_page_that_was_asked_for_comes_after_logging_in_and_no_other_host(browser: Client, mei: int) -> None:
    answer = browser.post("/login/password/?next=/me/factor/", {"login": "mei", "password": PASSWORD})
    assert answer["Location"] == "/me/factor/"
    browser.post("/logout/")
    answer = browser.post("/login/password/?next=https://evil.example/", {"login": "mei", "password": PASSWORD})
    assert "evil" not in answer["Location"]


def test_landing_sets_the_language_one_chose(browser: Client, mei: int) -> None:
    Person.objects.filter(pk=mei).update(large_print=True)
    log_in(browser, "mei")
    answer = browser.get(reverse("landing"))
    assert answer.status_code == 302
    assert (answer.cookies["django_language"].value, answer.cookies["hearth_print"].value) == ("en", "large")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "path",
    (
        "/login/",
        "/login/password/",
        "/login/forgotten/",
        "/login/signup/",
        "/login/inactive/",
        "/login/demo/",
        "/login/demo/inbox/",
    ),
)
def test_every_page_before_logging_in_is_a_page_of_ours(db: None, path: str, language: str) -> None:
    page = Client(headers={"host": "localhost", "accept-language": language}).get(path)
    text = page.content.decode()
    assert page.status_code == 200 and "Hearth" in text and 'href="#main"' in text and "allauth" not in text


@pytest.mark.parametrize(
    "path",
    ["/me/password/", "/me/factor/", "/me/factor/codes/", "/me/phone/", "/logout/", "/login/again/"],
)
def test_every_page_after_logging_in_is_a_page_of_ours(browser: Client, mei: int, path: str) -> None:
    log_in(browser, "mei")
    page = browser.get(path, follow=True)
    assert page.status_code in (200, 404) and "allauth" not in page.content.decode()
