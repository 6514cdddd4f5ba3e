"""The figures of an invoice as they are typed: what does not agree is told where it stands, and refuses nothing."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.adjudication.case import Invoice
from hearth.kernel.adjudication.prepare import sums_that_differ
from hearth.kernel.documents.identities import (
    BESIDE,
    Problem,
    invoice_facts,
    plain_number,
    problem,
    problems,
    same_invoice,
)
from hearth.kernel.documents.sentences import HINTS, SAYS
from hearth.words.money import yuan
from tests.house.test_reasons import wrong

TODAY = date(2026, 6, 1)

# E1 of the worked examples: fund 41,059.30 + account 2,000.00 + cash 25,372.87 = 68,432.17.
E1: dict[str, Any] = {
    "code": "11060126", "number": "0026041801", "check_code": "a1b2c3", "setting": "inpatient",
    "admitted_on": "2026-04-02", "discharged_on": "2026-04-18", "issued_on": "2026-04-18", "days": "16",
    "total": "68,432.17", "fund": "41059.30", "account": "2000", "cash": "25372.87",
    "own_inside": "27052.87", "own_outside": "320.00",
    "lines": [
        {"category": "escort_bed", "amount": "320.00"},
        {"category": "surgery", "amount": "68112.17"},
    ],
}  # fmt: skip


def told(facts: dict[str, Any], **more: Any) -> dict[tuple[str, str], Problem]:
    return {(one.code, one.field): one for one in problems(facts | more, TODAY)}


def test_an_invoice_that_agrees_with_itself_says_nothing() -> None:
    assert told(E1) == {}
    assert problems(E1) == ()


def test_lines_that_miss_something_say_how_much_and_where_to_look() -> None:
    lines = [{"category": "bed", "amount": "203.00"}, {"category": "surgery", "amount": "1000.40"}]
    (one,) = problems({"setting": "pharmacy", "visited_on": "2026-03-02", "total": "1230.40", "lines": lines})
    assert (one.code, one.grade, one.field) == ("LINES_DIFFER", "check", "lines")
    assert (one.got, one.want, one.difference) == ("1,203.40", "1,230.40", -2_700)
    assert one.sentence("en").startswith(
        "The lines add up to 1,203.40, the invoice says 1,230.40: 27.00 too little. "
        "Look for a line that is missing or mistyped."
    )
    assert one.sentence("zh-hans").startswith("各项费用合计 1,203.40 元，发票总额 1,230.40 元，少 27.00 元。")


@pytest.mark.parametrize(
    ("amounts", "total", "hint"),
    [
        (["45.00", "30.00"], "84.00", "With 54.00 in line 1 it would agree: two digits may be swapped."),
        (["45.00", "45.00"], "45.00", "Line 2 is exactly that much: it may stand twice."),
        (["451.00", "20.07"], "417.07", "With a total of 471.07 it would agree: two digits may be swapped."),
        (["45.00", "45.00"], "99.00", None),
        (["45.00", "30.00"], "93.10", None),
    ],
)
def test_a_slip_that_would_explain_the_difference_is_named(amounts: list[str], total: str, hint: str | None) -> None:
    lines = [{"category": "bed", "amount": one} for one in amounts]
    (one,) = problems({"setting": "pharmacy", "visited_on": "2026-03-02", "total": total, "lines": lines})
    assert one.code == "LINES_DIFFER"
    assert one.says_en.endswith(hint) if hint else "swapped" not in one.says_en and "twice." not in one.says_en[-20:]


def test_one_fen_is_within_the_tolerance_and_two_are_not() -> None:
    assert told(E1, total="68432.18", own_inside="27052.88") == {}
    assert {code for code, _ in told(E1, total="68432.19")} == {"LINES_DIFFER", "PAYMENTS_DIFFER"}


def test_who_paid_adds_up_to_the_total() -> None:
    found = told(E1, cash="25372.07", own_inside="27052.07")
    assert found["PAYMENTS_DIFFER", "total"].difference == -80
    assert told({**E1, "cash": "", "own_inside": ""}) == {}, "until both are typed only too much is wrong"
    assert ("PAYMENTS_DIFFER", "total") in told({**E1, "cash": None, "own_inside": None}, account="30,000.00")


def test_own_share_and_own_cost_are_what_the_person_paid() -> None:
    assert told(E1, own_outside="321.00")["OWN_DIFFER", "own_inside"].difference == 100


def test_what_a_special_fund_took_over_may_stand_in_the_own_share() -> None:
    # DOMAIN 3.1: 25.20 + 6.00 = 31.20 own share, of which a special fund pays 16.80 and the person 14.40.
    facts = {
        "setting": "outpatient", "visited_on": "2026-03-02", "total": "90.00", "fund": "58.80", "account": "0",
        "other_public": "16.80", "cash": "14.40", "own_inside": "31.20", "own_outside": "0",
    }  # fmt: skip
    assert told(facts) == {}
    assert told(facts, own_inside="14.40") == {}
    assert told(facts, own_inside="31.22")["OWN_DIFFER", "own_inside"].difference == 1_682
    assert told(facts, own_inside="14.38")["OWN_DIFFER", "own_inside"].difference == -2


def line_of(amount: str, price: Any, quantity: Any) -> dict[tuple[str, str], Problem]:
    line = {"category": "western_drug", "amount": amount, "price": price, "quantity": quantity}
    return {
        (one.code, one.field): one
        for one in problems({"setting": "pharmacy", "visited_on": "2026-03-02", "lines": [line]})
    }


def test_price_times_quantity_that_is_not_the_amount_is_worth_a_second_look() -> None:
    one = line_of("7.00", "12.50", "2")["LINE_DIFFERS", "lines[0].amount"]
    assert (one.grade, one.got, one.want, one.difference) == ("warn", "7.00", "25.00", -1_800)
    assert one.says_en.startswith("Line 1: price 12.5 × quantity 2 = 25.00, the amount says 7.00.")
    assert one.says_zh.startswith("第 1 行：单价 12.5 × 数量 2 = 25.00 元，金额写 7.00 元。")
    for amount, price, quantity in (
        ("31.25", "12.50", "2.5"),
        ("12.50", 5, Decimal("2.5")),
        ("0.42", "0.0417", "10"),
        ("33.40", "0.33", "100"),
        ("7.00", "12.50", ""),
        ("7.00", "", 2),
    ):
        assert line_of(amount, price, quantity) == {}, (amount, price, quantity)
    assert ("LINE_DIFFERS", "lines[0].amount") in line_of("334.00", "33.00", "10")


def test_a_price_or_quantity_that_is_none_is_to_be_mended() -> None:
    for price, quantity, code, field in (
        ("-1", "2", "NOT_A_PRICE", "price"),
        ("1.2345678", "2", "NOT_A_PRICE", "price"),
        ("1", "0", "NOT_A_QUANTITY", "quantity"),
        ("1", "two", "NOT_A_QUANTITY", "quantity"),
        ("1", "0.0005", "NOT_A_QUANTITY", "quantity"),
    ):
        (one,) = line_of("1.00", price, quantity).values()
        assert (one.code, one.grade, one.field) == (code, "mend", f"lines[0].{field}")


def test_public_payments_above_the_bill_are_told() -> None:
    found = told(E1, fund="70000.00", account="0", cash="0", own_inside="0", own_outside="0")
    assert found["PUBLIC_ABOVE_BILL", "fund"].difference == 7_000_000 - 6_843_217


@pytest.mark.parametrize(
    ("field", "value", "code", "grade"),
    [
        ("code", "1106012", "CODE_UNUSUAL", "warn"),
        ("number", "26041801", "NUMBER_UNUSUAL", "warn"),
        ("check_code", "12345", "CHECK_CODE_UNUSUAL", "warn"),
        ("total", "1e3", "NOT_AN_AMOUNT", "mend"),
        ("total", "12.345", "NOT_AN_AMOUNT", "mend"),
        ("total", 12.5, "NOT_AN_AMOUNT", "mend"),
        ("cash", "-1", "BELOW_ZERO", "mend"),
        ("fund", "99999999999", "ABOVE_CEILING", "mend"),
        ("admitted_on", "2026-02-30", "NOT_A_DAY", "mend"),
        ("admitted_on", "0026-04-02", "NOT_A_DAY", "mend"),
        ("discharged_on", "2026-04-01", "DAYS_REVERSED", "mend"),
        ("discharged_on", "2026-06-02", "DAY_IN_FUTURE", "check"),
        ("issued_on", "2026-04-01", "ISSUED_BEFORE", "warn"),
        ("days", "18", "DAYS_OF_STAY_DIFFER", "warn"),
        ("leave_days", "17", "LEAVE_TOO_LONG", "mend"),
        ("setting", "", "MISSING", "mend"),
        ("setting", "hotel", "DOES_NOT_FIT", "mend"),
        ("discharged_on", " ", "MISSING", "mend"),
        ("unheard_of", "1", "DOES_NOT_FIT", "mend"),
    ],
)
def test_each_field_is_told_where_it_is(field: str, value: Any, code: str, grade: str) -> None:
    found = told(E1, **{field: value})
    assert found[code, field].grade == grade


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ({"category": "bed", "amount": ""}, "MISSING", "lines[0].amount"),
        ({"amount": "1.00"}, "MISSING", "lines[0].category"),
        ({"category": "bed", "amount": "1.00", "out_of_scope": "1.01"}, "PART_ABOVE_LINE", "lines[0].out_of_scope"),
        ({"category": "bed", "amount": "1.00", "public": "2"}, "PART_ABOVE_LINE", "lines[0].public"),
        ({"category": "bed", "amount": "1.00", "on": "2025-04-02"}, "DAY_FAR_OFF", "lines[0].on"),
        ({"category": "bad", "amount": "1.00"}, "DOES_NOT_FIT", "lines[0].category"),
    ],
)
def test_each_line_is_told_where_it_is(line: dict[str, Any], code: str, field: str) -> None:
    assert told(E1, lines=[line])[code, field].grade == "mend"


def test_all_of_a_line_outside_the_list_is_no_amount_and_fits() -> None:
    lines = [{"category": "escort_bed", "amount": "320.00", "out_of_scope": "all"}, E1["lines"][1]]
    assert told(E1, lines=lines) == {}


def test_code_and_number_go_together() -> None:
    assert ("NUMBER_WITHOUT_CODE", "code") in told(E1, code="")
    assert ("NUMBER_WITHOUT_CODE", "number") in told(E1, number="")


@pytest.mark.parametrize("typed", ["0026041801", " 0026 0418 01", "００２６０４１８０１", "\u200b0026041801\ufeff"])
def test_an_invoice_is_the_same_however_its_number_was_typed(typed: str) -> None:
    assert same_invoice("１１０６０１２６", typed) == ("11060126", "0026041801")


def test_leading_zeros_tell_invoices_apart_and_a_missing_number_says_nothing() -> None:
    assert same_invoice("11060126", "26041801") != same_invoice("11060126", "0026041801")
    assert same_invoice("11060126", " ") is None and same_invoice("", "0026041801") is None


@given(st.text(max_size=30))
def test_a_plain_number_is_plain(text: str) -> None:
    plain = plain_number(text)
    assert not re.search(r"\s", plain)
    assert plain_number(f" {text} ") == plain


def test_every_sentence_speaks_both_languages_with_the_same_values() -> None:
    assert wrong(SAYS) == [] and wrong(HINTS) == []


def test_a_sentence_can_be_told_by_others_too() -> None:
    assert problem("TWICE", "check", "number", "0026041801", 2).says_en.endswith("of invoice 2; it counts once.")


# --- together with what adjudication sees ----------------------------------------------------------------------------

AMOUNT = st.integers(0, 40).map(yuan)
FACTS = st.fixed_dictionaries(
    {
        "setting": st.sampled_from(["inpatient", "outpatient", "pharmacy", "", "x"]),
        "lines": st.lists(
            st.fixed_dictionaries(
                {"category": st.sampled_from(["bed", "surgery"]), "amount": AMOUNT},
                optional={
                    "out_of_scope": AMOUNT | st.just("all"), "public": AMOUNT, "quantity": st.integers(-1, 3),
                    "on": st.dates(date(2025, 12, 1), date(2026, 8, 1)).map(str), "name": st.text(max_size=3),
                },
            ),
            max_size=3,
        ),
    },
    optional={
        **{name: AMOUNT | st.sampled_from(["", "x", "-1"]) | st.integers(0, 2) | st.just(Decimal("0.30"))
           for name in ("total", "fund", "other_public", "account", "cash", "own_inside", "own_outside")},
        **{name: st.dates(date(2026, 3, 1), date(2026, 7, 1)) | st.just("")
           for name in ("visited_on", "admitted_on", "discharged_on", "issued_on", "emergency_until")},
        "leave_days": st.integers(0, 9), "days": st.integers(0, 99), "emergency": st.booleans(),
        "code": st.text(max_size=9), "number": st.text(max_size=9), "check_code": st.text(max_size=7),
        "icd": st.text(max_size=4), "hospital": st.sampled_from([{}, {"name": "x", "level": 9}, {"level": 2}]),
    },
)  # fmt: skip


@given(FACTS)
def test_what_needs_no_mending_is_an_invoice_and_agrees_with_adjudication(facts: dict[str, Any]) -> None:
    found = problems(facts, TODAY)
    assert all(one.says_zh and one.says_en for one in found)
    if any(one.grade == "mend" for one in found):
        return
    assert not set(invoice_facts(facts)) & set(BESIDE)
    invoice = Invoice.model_validate(invoice_facts(facts))
    names = {"LINES_DIFFER": "lines", "PAYMENTS_DIFFER": "payments", "PUBLIC_ABOVE_BILL": "public"}
    mine = {names[one.code] for one in found if one.code in names}
    theirs = set(sums_that_differ(invoice))
    assert theirs <= mine or not invoice.lines
    if invoice.account is not None and invoice.cash is not None and invoice.lines:
        assert mine == theirs


@given(
    st.dictionaries(
        st.sampled_from([*E1, "x"]),
        st.recursive(
            st.none() | st.text(max_size=5) | st.integers(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["amount", "on", "y"]), inner),
        ),
    )
)
def test_anything_typed_is_answered(facts: dict[str, Any]) -> None:
    found = problems(facts, TODAY)
    if all(one.grade != "mend" for one in found):
        Invoice.model_validate(invoice_facts(facts))
