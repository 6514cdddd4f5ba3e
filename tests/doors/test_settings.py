"""Settings come from the environment, and production starts with none of the demo's."""

from __future__ import annotations

import base64
import runpy
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from hearth.doors import settings as module
from hearth.doors.settings import DEMO_SECRET, database
from tests.house.tree import ROOT

OWN_SECRET = "x" * 30 + "an-own-secret-of-a-company" + "y" * 10
KEY = base64.b64encode(bytes(range(32))).decode()
OWN = {
    "HEARTH_SECRET_KEY": OWN_SECRET,
    "HEARTH_SEAL_KEYS": f"1:{KEY}",
    "HEARTH_DIGEST_KEY": KEY,
    "HEARTH_LOG_KEY": KEY,
    "HEARTH_HOSTS": "care.example, www.care.example",
    "HEARTH_PAYMENTS": "iso20022:/srv/out:/srv/in?debtor_name=A&debtor_account=1&debtor_bank=2",
    "HEARTH_MESSAGES": "https://sms.example/send?secret_file=/srv/secret",
}
"""All that production asks for."""
EACH_SESSION = {"server_side_binding": True, "prepare_threshold": 5}
"""What every connection is opened with, whatever the address says."""


def settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    """The settings that Hearth would have in this environment."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(module.__file__)


def test_the_demo_needs_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    demo = settings(monkeypatch)
    assert demo["SECRET_KEY"] == DEMO_SECRET
    assert demo["DEBUG"] is False
    assert "127.0.0.1" in demo["ALLOWED_HOSTS"]


@pytest.mark.parametrize("missing", sorted(OWN))
def test_production_refuses_to_start_without_a_setting_of_its_own(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {name: value for name, value in OWN.items() if name != missing}
    with pytest.raises(ImproperlyConfigured, match=missing):
        settings(monkeypatch, HEARTH_ENV="production", **environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEARTH_SECRET_KEY", DEMO_SECRET),
        ("HEARTH_SECRET_KEY", "short"),
        ("HEARTH_SEAL_KEYS", KEY),
        ("HEARTH_SEAL_KEYS", f"1:{KEY},1:{KEY}"),
        ("HEARTH_SEAL_KEYS", "1:c2hvcnQ="),
        ("HEARTH_DIGEST_KEY", "not base64"),
        ("HEARTH_LOG_KEY", "c2hvcnQ="),
        ("HEARTH_PAYMENTS", "memory:/srv/bank.sqlite3"),
        ("HEARTH_MESSAGES", "memory:"),
        ("HEARTH_COURIERS", "memory:/srv/courier.sqlite3"),
        ("HEARTH_AUTOMATIC_PAYMENT_FEN", "a lot"),
    ],
)
def test_production_refuses_to_start_with_what_is_not_fit_for_it(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        settings(monkeypatch, HEARTH_ENV="production", **{**OWN, name: value})


def test_older_keys_still_open_and_the_newest_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    second = base64.b64encode(bytes(32)).decode()
    assert settings(monkeypatch, HEARTH_SEAL_KEYS=f"1:{KEY}, 2:{second}")["SEAL_KEYS"] == {
        1: bytes(range(32)),
        2: bytes(32),
    }


def test_production_with_its_own_secret_and_hosts_starts_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    real = settings(monkeypatch, HEARTH_ENV="production", HEARTH_BEHIND_PROXY="yes", **OWN)
    assert real["ALLOWED_HOSTS"] == ["care.example", "www.care.example"]
    assert real["DEBUG"] is False
    assert real["CSRF_COOKIE_SECURE"] and real["LANGUAGE_COOKIE_SECURE"] and real["SECURE_SSL_REDIRECT"]
    assert real["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_an_unknown_value_is_refused_with_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="'prod'; it must be one of demo, development, production"):
        settings(monkeypatch, HEARTH_ENV="prod")


def test_the_database_address_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    read = settings(
        monkeypatch,
        DATABASE_URL="postgresql://app:p%40ss@/hearth?host=%2Fvar%2Frun%2Fhearth&port=5433&connect_timeout=9",
        HEARTH_ADMIN_DATABASE_URL="postgres://owner:x@db.example:5432/hearth?sslmode=verify-full",
    )["DATABASES"]
    named = {key: read["default"][key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    assert named == {
        "NAME": "hearth",
        "USER": "app",
        "PASSWORD": "p@ss",
        "HOST": "/var/run/hearth",
        "PORT": "5433",
        "OPTIONS": {"connect_timeout": "9", **EACH_SESSION},
    }
    assert read["owner"]["HOST"] == "db.example"
    assert read["owner"]["OPTIONS"] == {"sslmode": "verify-full", "connect_timeout": "5", **EACH_SESSION}


@pytest.mark.parametrize("url", ["sqlite:///hearth.db", "mysql://x/y", "postgresql://app@db/hearth?no_such_option=1"])
def test_an_address_that_is_none_of_postgresql_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database(url, "DATABASE_URL")


def test_every_setting_that_the_code_reads_is_in_the_operations_page() -> None:
    import re

    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    read = {
        name
        for path in sorted((ROOT / "src").rglob("*.py"))
        for name in re.findall(r"[\"'](HEARTH_[A-Z_]+|DATABASE_URL|PGINSTALL)[\"']", path.read_text("utf-8"))
    }
    assert {"HEARTH_ENV", "DATABASE_URL"} <= read
    assert {name for name in read if f"`{name}`" not in page} == set()
