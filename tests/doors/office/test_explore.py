"""The bench without a browser: both languages, every example, changes, and what was typed.

No test here may use the database: pytest-django raises where a page asks one.
"""

from __future__ import annotations

import re

import pytest
from django.test import Client

from hearth.doors.feeds.products import load_products
from hearth.doors.office.explore import offer
from hearth.doors.office.explore.draft import amount_of
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.adjudication.expectation import compare
from hearth.store.shelf import example_files, parse_model, read_file
from hearth.words.money import yuan
from tests.doors.office.pages import AMOUNT, E1, E12, EXAMPLES, Form, filled, total

MISSING = "/explore?product=million-medical&example=missing-discharge-summary"


def test_the_first_page_leads_to_the_bench(browser: Client) -> None:
    answer = browser.get("/")
    assert answer.status_code == 200
    assert 'href="/explore"' in answer.text
    assert total(browser.get("/explore").text) == "17,052.87"


@pytest.mark.parametrize(
    ("wanted", "lang", "words"),
    [
        (
            "zh-CN",
            "zh-hans",
            ["看一张账单怎样赔", "应支付", "逐步计算", "免赔额", "医保等公共支付", "恒温百万医疗保险"],
        ),
        (
            "en",
            "en",
            ["See how a bill is paid", "To be paid", "Step by step", "Deductible", "Public funds", "million-yuan"],
        ),
    ],
)
def test_the_page_speaks_the_readers_language(wanted: str, lang: str, words: list[str]) -> None:
    page = Client(headers={"host": "localhost", "accept-language": wanted}).get(E1).text
    assert f'<html lang="{lang}">' in page
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize(("product", "name"), EXAMPLES)
def test_every_example_shows_its_amount_and_comes_out_as_expected(product: str, name: str, browser: Client) -> None:
    answer = browser.get("/explore", {"product": product, "example": name})
    assert answer.status_code == 200
    products = load_products()
    path = next(path for path in example_files(product) if path.stem == name)
    case = parse_model(Case, read_file(path), path.name)
    decision = decide(case, products)
    shown = total(answer.text)
    if len(decision.claims) > 1 or not decision.claims[0].recovery:
        assert shown == yuan(sum(claim.paid_out for claim in decision.claims))
    else:
        assert shown == yuan(decision.claims[0].recovery)
    as_expected = "Every figure is what the case file expects." in answer.text
    assert as_expected == (bool(case.expect) and not compare(case, decision))


@pytest.mark.parametrize(("product", "name"), EXAMPLES)
def test_a_case_sent_back_as_it_was_decides_the_same(product: str, name: str, browser: Client) -> None:
    page = browser.get("/explore", {"product": product, "example": name}).text
    again = browser.post("/explore", Form(page).fields)
    assert again.status_code == 200
    assert total(again.text) == total(page)
    assert ('id="differs"' in again.text) == ('id="differs"' in page)


@pytest.mark.parametrize("product", sorted(load_products()))
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_case_of_ones_own_starts_with_something_to_decide(product: str, lang: str) -> None:
    page = (
        Client(headers={"host": "localhost", "accept-language": lang})
        .get(f"/explore?product={product}&example=new")
        .text
    )
    assert amount_of(total(page)) > 0  # type: ignore[operator]
    assert 'class="problems"' not in page


def test_the_waterfall_holds_the_whole_bill(browser: Client) -> None:
    page = browser.get(E1).text
    rows = re.findall(
        r'class="part">([^<]+)</span>.*?<td role="cell" class="amount">(?:<span class="sign">(.)</span>)?([\d,.]+)',
        page,
        re.S,
    )
    assert rows == [
        ("Billed", "", "68,432.17"),
        ("Public funds", "−", "41,059.30"),
        ("Not covered", "−", "320.00"),
        ("Deductible", "−", "10,000.00"),
        ("Payable", "=", "17,052.87"),
    ]


def test_each_part_names_its_clause_and_the_clause_has_its_text(browser: Client) -> None:
    page = browser.get(E1).text
    deductible = page[page.index('class="part">Deductible') :]
    chip = deductible[: deductible.index("</details>")]
    assert "3.3(a)" in chip
    assert 'class="clause-text"' in chip


def test_missing_papers_say_what_they_are_worth_and_that_it_is_an_estimate(browser: Client) -> None:
    page = browser.get(MISSING).text
    assert total(page) == "0.00"
    assert re.search(r"discharge summary</span>\s*<span class=\"worth\">about \+15,000.00", page)
    assert "Estimates in yuan" in page
    assert "A person decides" in page


def test_every_order_of_two_policies_is_shown_and_one_can_be_used(browser: Client) -> None:
    fields = filled(browser, E12)
    page = browser.get(E12).text
    assert "21,180.00" in page and "18,940.00" in page and "pays most" in page
    other = re.search(r'name="do" value="(order:0:[^"]+)"', page)
    assert other is not None
    assert total(browser.post("/explore", {**fields, "do": other[1]}).text) == "18,940.00"


def test_findings_are_told_in_words(browser: Client) -> None:
    page = browser.get("/explore?product=million-medical&example=e20d-same-invoice-twice").text
    assert "Please look at this" in page
    assert "was used already as invoice" in page


def test_it_loads_nothing_from_another_host_and_has_no_script_or_style_of_its_own(browser: Client) -> None:
    page = browser.get(E1).text
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', page) == []
    assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", page) == []


# --- changing it -----------------------------------------------------------------------------------------------------


def test_a_changed_number_changes_the_amount(browser: Client) -> None:
    fields = filled(browser)
    assert total(browser.post("/explore", {**fields, AMOUNT: "13,480.00"}).text) == "18,052.87"
    part = browser.post("/explore", {**fields, AMOUNT: "13480"}, headers={"hx-request": "true"})
    assert total(part.text) == "18,052.87"
    assert "<html" not in part.text
    assert 'id="tally" hx-swap-oob="true"' in part.text


@pytest.mark.parametrize(
    ("box", "typed", "says"),
    [
        (AMOUNT, "twelve", "Write an amount in yuan"),
        (AMOUNT, "-5", "cannot be below zero"),
        (AMOUNT, "12.345", "Two decimals at most"),
        (AMOUNT, "1,23.00", "Write an amount in yuan"),
        (AMOUNT, "1" * 16, "At most 10,000,000,000.00 yuan"),
        (AMOUNT, "", "Please fill this in"),
        ("claims-0-invoices-0-discharged_on", "2026-03-01", "must not be before the admission"),
        ("claims-0-invoices-0-discharged_on", "2026-02-30", "no such day"),
        ("claims-0-invoices-0-admitted_on", "", "needs the days of admission"),
        ("claims-0-invoices-0-lines-1-out_of_scope", "99999", "more than the amount of the line"),
        ("claims-0-invoices-0-lines-1-on", "2020-01-01", "not near the days"),
        ("claims-0-invoices-0-setting", "moon", "Choose one from the list"),
        ("policies-0-starts_on", "soon", "Write a day as year-month-day"),
        ("policies-0-ends_on", "2025-01-01", "must be after the start"),
        ("policies-0-plan", "golden", "no such plan"),
        ("policies-0-product", "nothing", "no such product"),
        ("policies-0-claim_free_years", "many", "Write a whole number"),
        ("policies-0-renews", "X-9", "No policy of this case"),
        ("claims-0-insured", "nobody", "None of the policies insures this person"),
        ("claims-0-policies", "M1-2026, M1-2026", "stands twice in this order"),
    ],
)
def test_what_is_wrong_stands_beside_its_box_and_what_was_typed_stays(
    box: str, typed: str, says: str, browser: Client
) -> None:
    fields = {**filled(browser), box: typed}
    answer = browser.post("/explore", fields)
    assert answer.status_code == 200
    beside = re.search(rf'id="{re.escape(box)}-says">(.*?)</p>', answer.text, re.S)
    assert beside is not None and says in beside[1]
    assert f'href="#{box}"' in answer.text
    assert Form(answer.text).fields[box] == typed
    assert "data-total" not in answer.text


def test_while_typing_only_the_problems_are_sent_back(browser: Client) -> None:
    answer = browser.post("/explore", {**filled(browser), AMOUNT: "12."}, headers={"hx-request": "true"})
    assert answer.headers["HX-Retarget"] == "#problems"
    assert 'data-box="claims-0-invoices-0-lines-1-amount"' in answer.text


def test_a_fault_of_the_kernel_is_told_in_the_readers_language() -> None:
    chinese = Client(headers={"host": "localhost", "accept-language": "zh-CN"})
    fields = filled(chinese)
    answer = chinese.post("/explore", {**fields, "policies-0-starts_on": "1990-01-01", "policies-0-ends_on": ""})
    assert "目前还不能计算" in answer.text
    assert "没有取值" in answer.text


@pytest.mark.parametrize(
    ("do", "appears"),
    [
        ("add:claims-0-invoices-0-lines", "claims-0-invoices-0-lines-7-amount"),
        ("add:claims-0-invoices", "claims-0-invoices-1-visited_on"),
        ("add:claims-0-diagnoses", "claims-0-diagnoses-0-condition"),
        ("add:claims-0-other_payments", "claims-0-other_payments-0-amount"),
        ("add:policies", "policies-1-starts_on"),
        ("add:claims", "claims-1-no"),
        ("add:people", "people-1-id"),
        ("add:people-0-pre_existing", "people-0-pre_existing-0-icd"),
        ("add:used", "used-0-of"),
    ],
)
def test_parts_can_be_added_and_taken_out_again(do: str, appears: str, browser: Client) -> None:
    fields = filled(browser)
    answer = browser.post("/explore", {**fields, "do": do})
    added = Form(answer.text).fields
    assert appears in added and appears not in fields
    path = appears.rpartition("-")[0]
    gone = Form(browser.post("/explore", {**added, "do": f"remove:{path}"}).text).fields
    assert appears not in gone


def test_an_empty_line_that_was_just_added_is_no_mistake(browser: Client) -> None:
    page = browser.post("/explore", {**filled(browser), "do": "add:claims-0-invoices-0-lines"}).text
    assert total(page) == "17,052.87"


def test_from_a_stay_to_a_visit_the_day_is_taken_along(browser: Client) -> None:
    fields = {**filled(browser), "claims-0-invoices-0-setting": "special_outpatient", "do": "redraw"}
    answer = browser.post("/explore", fields)
    assert Form(answer.text).fields["claims-0-invoices-0-visited_on"] == "2026-04-02"
    assert amount_of(total(answer.text)) > 0  # type: ignore[operator]


def test_papers_can_be_listed_one_by_one(browser: Client) -> None:
    fields = {
        **filled(browser),
        "claims-0-papers_listed": "1",
        "claims-0-papers": ["application", "identity", "invoice"],
    }
    page = browser.post("/explore", fields).text
    assert total(page) == "0.00"
    assert "itemised list" in page and "discharge summary" in page
    assert "about +17,052.87" in page


def test_the_language_changes_with_everything_typed(browser: Client) -> None:
    answer = browser.post("/explore", {**filled(browser), AMOUNT: "13480", "do": "language:zh-hans"})
    assert '<html lang="zh-hans">' in answer.text
    assert total(answer.text) == "18,052.87"
    assert Form(answer.text).fields[AMOUNT] == "13480"
    assert '<html lang="zh-hans">' in browser.get("/explore").text


def test_expectations_that_no_longer_hold_are_told_and_can_be_dropped(browser: Client) -> None:
    fields = {**filled(browser), AMOUNT: "13480"}
    page = browser.post("/explore", fields).text
    assert "differ from what the case file expects" in page and "expected 17,052.87, got 18,052.87" in page
    gone = browser.post("/explore", {**fields, "do": "forget"}).text
    assert "case file expects" not in gone and total(gone) == "18,052.87"


def test_a_new_case_is_offered_for_every_product() -> None:
    products, broken = offer.products()
    assert broken == {}
    assert len(products) == 7
    for terms in products.values():
        assert offer.new_case(terms, "zh")["policies"][0]["product"] == terms.code
