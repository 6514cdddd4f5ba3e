"""A case saved, loaded, edited as text and shared as a link.

No test here may use the database: pytest-django raises where a page asks one.
"""

from __future__ import annotations

import base64
import json
import re
import zlib

import numpy
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hearth.doors.feeds.products import load_products
from hearth.doors.office.explore import casefile
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decision import decide
from hearth.store.shelf import example_files, parse_model, read_file, read_yaml
from tests.doors.office.pages import AMOUNT, E12, EXAMPLES, Form, filled, total


@pytest.mark.parametrize(("product", "name"), EXAMPLES)
def test_a_saved_file_is_a_case_that_decides_the_same(product: str, name: str, browser: Client) -> None:
    page = browser.get("/explore", {"product": product, "example": name}).text
    saved = browser.post("/explore", {**Form(page).fields, "do": "save"})
    assert saved.headers["Content-Type"] == "application/yaml; charset=utf-8"
    assert saved.headers["Content-Disposition"].startswith("attachment;")
    case = parse_model(Case, saved.content, "saved.yaml")
    path = next(path for path in example_files(product) if path.stem == name)
    original = parse_model(Case, read_file(path), path.name)
    products = load_products()
    assert decide(case, products) == decide(original, products)
    assert case.expect == original.expect


def test_a_saved_file_can_be_loaded_again(browser: Client) -> None:
    saved = browser.post("/explore", {**filled(browser), AMOUNT: "13480", "do": "save"}).content
    fields = filled(browser, E12)
    loaded = browser.post("/explore", {**fields, "do": "load", "file": SimpleUploadedFile("梅.yaml", saved)})
    assert total(loaded.text) == "18,052.87"
    assert "From a file" in loaded.text


def test_a_saved_file_reads_as_the_examples_do(browser: Client) -> None:
    saved = browser.post("/explore", {**filled(browser), "do": "save"}).content.decode()
    assert (
        "amount: 12480.00" in saved
        and "starts_on: 2026-01-01" in saved
        and "{category: bed" in saved
        and "\n- no: M1-2026" in saved
    )


def test_json_is_loaded_too(browser: Client) -> None:
    value, _case = casefile.read_case(read_file(example_files("million-medical")[1]), "x.yaml")
    upload = SimpleUploadedFile("case.json", json.dumps(casefile.plain(value)).encode())
    assert browser.post("/explore", {"do": "load", "file": upload}).status_code == 200


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("a.yaml", b"case: x\npolicies: [\n", "line"),
        ("a.yaml", b"case: x\npolicies: []\nclaims: []\n", "policies"),
        ("a.yaml", b"\xff\xfe\x00", "UTF-8"),
        ("a.yaml", b"", "empty"),
        ("a.yaml", b"a: &a [*a]", "alias"),
        ("a.yaml", b"!!python/object/apply:os.system [ls]", "tag"),
        ("a.json", b"{", "JSON"),
        ("a.json", b"[" * 5000, "levels"),
        ("a.yaml", b"x" * (casefile.MAX_FILE + 9), "bytes"),
        ("a.yaml", b"case: x\x00", ""),
    ],
)
def test_a_file_that_is_no_case_is_told_with_its_place_and_the_case_shown_stays(
    name: str, raw: bytes, says: str, browser: Client
) -> None:
    fields = {**filled(browser), AMOUNT: "13480", "do": "load"}
    answer = browser.post("/explore", {**fields, "file": SimpleUploadedFile(name, raw)})
    if raw:
        assert answer.status_code == 422
        notice = re.search(r'class="notice" role="alert"[^>]*><p>(.*?)</p>', answer.text, re.S)
        assert notice is not None and says in notice[1] and name in notice[1]
    assert Form(answer.text).fields[AMOUNT] == "13480"


def test_loading_without_a_file_says_to_choose_one(browser: Client) -> None:
    answer = browser.post("/explore", {**filled(browser), "do": "load"})
    assert "Choose a file first." in answer.text


def test_a_case_goes_through_a_link(browser: Client) -> None:
    page = browser.post("/explore", {**filled(browser), AMOUNT: "13480", "do": "link"}).text
    found = re.search(r'id="link" readonly autofocus value="http://localhost(/explore\?case=[\w%-]+)"', page)
    assert found is not None
    assert len(found[1]) < casefile.MAX_LINK
    opened = browser.get(found[1])
    assert total(opened.text) == "18,052.87"
    assert Form(opened.text).fields[AMOUNT] == "13480"


def test_a_case_too_large_for_a_link_is_sent_to_a_file(browser: Client) -> None:
    letters = numpy.random.default_rng(7).integers(0x4E00, 0x9FA5, (40, 200))
    fields = filled(browser)
    for n, row in enumerate(letters, 7):
        line = f"claims-0-invoices-0-lines-{n}-"
        fields |= {line + "category": "western_drug", line + "amount": "1", line + "name": "".join(map(chr, row))}
    page = browser.post("/explore", {**fields, "do": "link"}).text
    assert "Save it to a file instead" in page


@pytest.mark.parametrize(
    "word",
    [
        "",
        "x",
        "%00",
        "字",
        "A" * 20_000,
        base64.urlsafe_b64encode(b"no zlib").decode(),
        base64.urlsafe_b64encode(zlib.compress(b"0" * 50_000_000)).decode(),
        base64.urlsafe_b64encode(zlib.compress(b"[]")).decode(),
        base64.urlsafe_b64encode(zlib.compress(b'{"case": 1}')).decode(),
        base64.urlsafe_b64encode(zlib.compress(b"[" * 100_000)).decode(),
        base64.urlsafe_b64encode(zlib.compress(b'{"case":"x","policies":[{}],"claims":[{}]}')).decode()[:-4],
    ],
)
def test_a_hostile_link_gets_a_clear_answer(word: str, browser: Client) -> None:
    answer = browser.get("/explore", {"case": word})
    assert answer.status_code == 422
    assert "This link holds no case that can be shown" in answer.text
    assert total(answer.text) == "17,052.87"


def test_the_case_can_be_edited_as_text_and_brought_back(browser: Client) -> None:
    as_text = browser.post("/explore", {**filled(browser), "do": "mode:text"})
    fields = Form(as_text.text).fields
    assert read_yaml(fields["text"], "text")["claims"][0]["no"] == "C-1"
    assert total(as_text.text) == "17,052.87"
    fields["text"] = fields["text"].replace("12480.00", "13480.00")
    assert total(browser.post("/explore", fields).text) == "18,052.87"
    broken = browser.post("/explore", {**fields, "text": fields["text"].replace("surgery", "magic")})
    assert "line " in broken.text and "magic" in Form(broken.text).fields["text"]
    back = Form(browser.post("/explore", {**fields, "do": "mode:form"}).text).fields
    assert back[AMOUNT] == "13480.00"
