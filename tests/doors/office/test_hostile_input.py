"""Whatever is sent, the page answers with a page.

No test here may use the database: pytest-django raises where a page asks one.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from functools import cache
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.doors.office.pages import E1, E12, Form, filled, total


@pytest.mark.parametrize(
    "query",
    [
        {"product": "nothing"},
        {"product": "../../etc"},
        {"product": "million-medical", "example": "../../../etc/passwd"},
        {"product": "million-medical", "example": "nothing"},
        {"product": "\x00"},
        {"example": "new", "product": "x" * 5000},
    ],
)
def test_unknown_products_and_examples_lead_to_one_that_is_there(query: dict[str, str], browser: Client) -> None:
    answer = browser.get("/explore", query)
    assert answer.status_code in (200, 404)
    assert total(answer.text)


def test_a_request_that_is_too_large_is_refused_with_a_page(browser: Client) -> None:
    answer = browser.post("/explore", {"text": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "hearth decide" in answer.text
    many = browser.post("/explore", {f"claims-{n}-no": "x" for n in range(6000)})
    assert many.status_code == 413


def test_broken_multipart_is_answered(browser: Client) -> None:
    for raw in (b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="do"\r\n\r\nload'):
        answer = browser.post("/explore", raw, content_type="multipart/form-data; boundary=x")
        assert answer.status_code in (200, 400)
    assert browser.post("/explore", b"\xff\xfe=%", content_type="application/x-www-form-urlencoded").status_code == 200
    assert browser.post("/explore", b"x", content_type="multipart/form-data").status_code == 400


def test_only_reading_and_posting_is_answered(browser: Client) -> None:
    assert browser.put("/explore").status_code == 405
    assert browser.head("/explore").status_code == 200


def test_lists_are_bounded(browser: Client) -> None:
    fields = filled(browser)
    for n in range(400):
        fields[f"claims-0-invoices-0-lines-{n}-category"] = "western_drug"
        fields[f"claims-0-invoices-0-lines-{n}-amount"] = "1"
    answer = browser.post("/explore", fields)
    assert "the first entries are shown" in answer.text
    shown = [name for name in Form(answer.text).fields if re.fullmatch(r"claims-0-invoices-0-lines-\d+-amount", name)]
    assert len(shown) == 80


NASTY = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "0",
            "-1",
            "1e9",
            "NaN",
            "Infinity",
            "1,000",
            "１２",
            "9" * 30,
            "0.001",
            "all",
            "\x00",
            "<script>alert(1)</script>",
            "2026-02-29",
            "2026-04-02",
            "9999-12-31",
            "0001-01-01",
            "2200-12-31",
            "inpatient",
            "diagnosis",
            "pharmacy",
            "bed",
            "stay_days",
            "M1-2026",
            "mei",
            "mei, mei",
            "梅 / Mei",
            " / ",
            "standard",
            "family",
            "2.1",
            "year_deductible",
            "ghost",
            "{{ x }}",
            "%(amount)s",
            "{amount}",
            "a" * 3000,
            "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        ]
    ),
    st.text(max_size=12),
)


@cache
def fields_of_two_examples() -> dict[str, Any]:
    browser = Client(headers={"host": "localhost"})
    return filled(browser, E12) | filled(browser, E1)


def names(prefix: str, keys: str) -> list[str]:
    return [prefix + key for key in keys.split()]


NAMES = [
    *names("", "case kept"),
    *names("people-0-", "id name born_on"),
    *names("policies-0-", "no product plan starts_on ends_on insured sum_insured claim_free_years premium_paid"),
    *names("policies-0-", "premium_due arrears unproven_clauses continuous_since guaranteed_since"),
    *names("claims-0-", "no insured cause registered_on settled_on onset_on trigger_on event policies advance void"),
    *names("claims-0-invoices-0-", "setting admitted_on discharged_on visited_on fund other_public account cash total"),
    *names("claims-0-invoices-0-", "icd hospital_level hospital_ownership leave_days emergency emergency_until code"),
    *names("claims-0-invoices-0-", "number patient used_elsewhere si_settled"),
    *names("claims-0-invoices-0-lines-0-", "category amount out_of_scope public quantity on not_necessary disputed"),
]
EXTRA = [
    "claims-0-diagnoses-0-on",
    "claims-0-diagnoses-0-condition",
    "claims-0-other_payments-0-amount",
    "used-0-of",
    "used-0-policy",
    "used-0-amount",
    "used-0-on",
    "people-0-pre_existing-0-icd",
    "claims-1-no",
    "claims-1-insured",
    "policies-1-no",
    "policies-1-renews",
    "policies-1-product",
    "policies-1-starts_on",
    "policies-1-insured",
    "claims-0-papers",
    "claims-0-papers_listed",
    "chosen_product",
    "chosen_example",
    "mode",
    "text",
    "claims-x-no",
    "claims--no",
    "claims-0-invoices-0-lines-9999-amount",
    "claims-0-invoices-99999999-lines-0-amount",
]
KEPT = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**20) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["terms", "expect", "about", "code", "name", "zh", "plans", "of", "claim"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
DOES = st.one_of(
    st.just(""),
    st.sampled_from(
        [
            "save",
            "link",
            "load",
            "redraw",
            "forget",
            "mode:text",
            "mode:form",
            "language:en",
            "language:xx",
            "order:0:a,b",
            "order:0:M1-2026",
            "order:99999:x",
            "add:",
            "add:claims",
            "add:claims-0-invoices-0-lines",
            "add:x-0",
            "remove:claims-0",
            "remove:policies-0",
            "remove:claims-0-invoices-0",
            "remove:claims-9",
            "add:claims-0",
            "remove:claims",
        ]
    ),
    st.text(max_size=20),
)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(
    changed=st.dictionaries(st.sampled_from(NAMES + EXTRA), NASTY, max_size=6),
    removed=st.sets(st.sampled_from(NAMES), max_size=6),
    kept=st.one_of(st.none(), KEPT.map(json.dumps), st.text(max_size=20)),
    do=DOES,
    live=st.booleans(),
)
def test_no_form_breaks_the_page(
    changed: dict[str, str], removed: set[str], kept: str | None, do: str, live: bool
) -> None:
    fields = {name: value for name, value in {**fields_of_two_examples(), **changed}.items() if name not in removed}
    if kept is not None:
        fields["kept"] = kept
    browser = Client(headers={"host": "localhost", **({"hx-request": "true"} if live else {})})
    answer = browser.post("/explore", {**fields, "do": do})
    assert answer.status_code < 500
    assert "<script>alert" not in answer.text or "attachment" in answer.headers.get("Content-Disposition", "")


@settings(max_examples=50, suppress_health_check=list(HealthCheck))
@given(raw=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)), name=st.text(max_size=20))
def test_no_file_breaks_the_page(raw: bytes, name: str) -> None:
    browser = Client(headers={"host": "localhost"})
    upload = SimpleUploadedFile("x.yaml", raw)
    upload._name = name or "x"  # type: ignore[attr-defined]
    assert browser.post("/explore", {**fields_of_two_examples(), "do": "load", "file": upload}).status_code < 500
    assert (
        browser.post("/explore", {"mode": "text", "text": raw.decode("utf-8", "replace"), "do": ""}).status_code < 500
    )


@settings(max_examples=50, suppress_health_check=list(HealthCheck))
@given(value=KEPT, cut=st.integers(0, 3))
def test_no_link_breaks_the_page(value: Any, cut: int) -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(json.dumps(value).encode())).decode()
    answer = Client(headers={"host": "localhost"}).get("/explore", {"case": packed[: len(packed) - cut]})
    assert answer.status_code in (200, 422)


def test_what_is_typed_is_shown_as_text_and_never_runs(browser: Client) -> None:
    fields = {
        **filled(browser),
        "case": "<script>alert(1)</script>",
        "claims-0-invoices-0-lines-1-name": '"><img src=x>',
    }
    page = browser.post("/explore", fields).text
    assert "<script>alert" not in page and "<img src=x>" not in page
    assert "&lt;script&gt;" in page
