"""Every sentence of a decision has both languages and its clause, and its arithmetic can be redone on paper."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import floor
from pathlib import Path
from string import Formatter

import pytest

from hearth.doors.feeds.products import load_products
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import Decision
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.adjudication.explain import MAX_PARTS, Sentence, explain, explain_claim
from hearth.store.shelf import example_files, parse_model, wording
from hearth.words.explanations import SENTENCES, say
from hearth.words.faults import OrdersDiffer
from tests.kernel.adjudication.cases import (
    Written,
    case_of,
    claim,
    contract,
    decided,
    free,
    indemnity,
    line,
    plain,
    product,
    rule,
    shelf,
    stay,
    visit,
)
from tests.twins.examples import both, hospital_cash, number
from tests.twins.generator import seeded

OF_THE_CLAIM = {
    "ARREARS", "ADVANCE", "PREPAID", "PAID_OUT", "RECOVERY", "WORTH_PAPERS", "WORTH_PAPERS_ZERO", "WORTH_DISPUTED",
    "ORDER", "ORDER_BEST",
}  # fmt: skip
"""Sentences about what is paid out of all policies together: no clause of one product says them."""

WITHOUT_CLAUSE: set[str] = set()
"""Sentences about money of a product that may lack a clause."""


@cache
def decisions() -> dict[str, tuple[Case, Decision]]:
    products = load_products()
    files = [Path(file) for code in products for file in example_files(code)]
    cases = {
        f"{file.parents[1].name}/{file.stem}": parse_model(Case, file.read_text("utf-8"), str(file)) for file in files
    }
    return {name: (case, decide(case, products)) for name, case in cases.items()}


def of_policies(decision: Decision) -> Iterator[Sentence]:
    for one in decision.claims:
        for policy in one.policies:
            yield from explain(policy)


def of_claims(decision: Decision) -> Iterator[Sentence]:
    for one in decision.claims:
        yield from explain_claim(one)


def sentences(decision: Decision) -> list[Sentence]:
    return [*of_policies(decision), *of_claims(decision)]


def told(decision: Decision, lang: str = "en") -> list[str]:
    return [say(one.id, one.values, lang) for one in sentences(decision)]


def ids(decision: Decision) -> list[str]:
    return [one.id for one in sentences(decision)]


# --- redoing the arithmetic ------------------------------------------------------------------------------------------

OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
EQUATION = re.compile(
    r"(?P<less>再减免赔额 |less the deductible )?(?P<sum>[\d(][\d,.\s()+−×÷%]*?) = (?P<result>-?[\d,]+\.\d\d)"
)
WORDS_BETWEEN = re.compile(r"\s*(元|天(?= ×)|of them entitled)")


def value(written: str) -> Fraction:
    """The exact value of "(1,000.00 − 100.00) × 80%"."""
    plain_text = written.replace(",", "").replace("−", "-").replace("×", "*").replace("÷", "/")
    plain_text = re.sub(r"(\d+(?:\.\d+)?)%", r"(\1/100)", plain_text)

    def reckon(node: ast.expr) -> Fraction:
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](reckon(node.left), reckon(node.right))
        assert isinstance(node, ast.Constant), written
        return Fraction(Decimal(ast.get_source_segment(plain_text, node) or ""))

    return reckon(ast.parse(plain_text, mode="eval").body)


def half_up(exact: Fraction) -> Fraction:
    return Fraction(floor(exact * 100 + Fraction(1, 2)), 100)


def equations(text: str) -> list[tuple[str, Fraction, Fraction]]:
    """(as printed, what its left side comes to, what it says) of every equation in a text."""
    found: list[tuple[str, Fraction, Fraction]] = []
    for equation in EQUATION.finditer(WORDS_BETWEEN.sub("", text)):
        left = half_up(value(equation["sum"]))
        if equation["less"]:
            left = found[-1][2] - left
        found.append((equation[0], left, value(equation["result"])))
    return found


def test_equations_are_read_and_redone_as_a_person_would() -> None:
    assert [(left, right) for _, left, right in equations("Costs 1,000.00 + 0.50 = 1,000.50 (settled).")] == [
        (Fraction("1000.50"), Fraction("1000.50"))
    ]
    assert equations("(10.05 − 0.00) × 50% = 5.03 元")[0][1] == Fraction("5.03"), "half up, not to even"
    assert equations("10.00 − 1.00 − 2.50 = 6.50")[0][1] == Fraction("6.50")
    assert equations("住院 17 天，可给付 14 天 × 150.00 元 = 2,100.00 元")[0][1] == 2100
    assert equations("17 days in hospital, 14 of them entitled × 150.00 = 2,100.00.")[0][1] == 2100
    assert equations("10,910.50 × 300.00 ÷ 420.00 = 7,793.21")[0][1] == Fraction("7793.21")
    both_steps = equations("Ratio first: 100.00 × 62.5% = 62.50; less the deductible 12.00 = 50.50.")
    assert [left for _, left, _ in both_steps] == [right for *_, right in both_steps]
    assert [right for *_, right in both_steps] == [Fraction("62.5"), Fraction("50.5")]
    assert equations("1.00 + 1.00 = 3.00")[0][1] != 3
    assert equations("Mostly 5.00 and 6.00.") == []


ALWAYS_ARITHMETIC = {
    "AGE", "CAPPED", "CEILING", "DAILY", "LOSS", "LUMP_SUM", "PAID_OUT", "RATIO", "RATIO_FIRST",
}  # fmt: skip
"""Sentences that never come without arithmetic."""


def check_arithmetic(decision: Decision) -> set[str]:
    """The ids of the sentences whose arithmetic was redone."""
    redone = set()
    for one in sentences(decision):
        for lang in ("zh", "en"):
            text = say(one.id, one.values, lang)
            found = equations(text)
            assert [entry for entry in found if entry[1] != entry[2]] == [], text
            assert found or " = " not in text, f"not understood: {text}"
            assert found or one.id not in ALWAYS_ARITHMETIC, text
            if found:
                redone.add(one.id)
    return redone


@pytest.mark.parametrize("name", decisions())
def test_the_arithmetic_that_is_printed_can_be_redone(name: str) -> None:
    check_arithmetic(decisions()[name][1])


def test_every_kind_of_arithmetic_was_redone_over_the_examples() -> None:
    redone = {found for _, decision in decisions().values() for found in check_arithmetic(decision)}
    assert ALWAYS_ARITHMETIC | {"ELIGIBLE"} <= redone | {"RATIO_FIRST", "CEILING"}


def test_the_arithmetic_of_odd_products_can_be_redone() -> None:
    redone: set[str] = set()
    for seed in range(60):
        year = seeded(seed)
        try:
            decision = decide(year.case, year.products, orders=False, worth=False)
        except OrdersDiffer:
            continue
        redone |= check_arithmetic(decision)
    assert redone >= {"LOSS", "RATIO", "RATIO_FIRST", "CEILING", "AGE", "CAPPED"}


def test_ratio_first_is_printed_in_both_steps() -> None:
    terms = plain(benefits=[indemnity("stay", ("inpatient",), 6_250, ratio_first=True)])
    decision = decided(terms, claim(stay("3333.33")))
    assert "RATIO_FIRST" in check_arithmetic(decision)
    assert "Ratio first: 3,333.33 × 62.5% = 2,083.33; less the deductible 1,000.00 = 1,083.33." in told(decision)


# --- every sentence over every worked case ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", decisions())
def test_every_sentence_is_there_in_both_languages_with_all_its_values(name: str) -> None:
    _, decision = decisions()[name]
    found = sentences(decision)
    assert found, "a decision says something"
    for one in found:
        zh, en = (say(one.id, one.values, lang) for lang in ("zh", "en"))
        assert re.search(r"[\u4e00-\u9fff]", zh) and zh.endswith(("。", "）"))
        assert en.endswith(".") and "{" not in zh + en and "None" not in zh + en, (zh, en)
        taken = {key for template in SENTENCES[one.id] for _, key, _, _ in Formatter().parse(template) if key}
        assert taken <= set(one.values)


@pytest.mark.parametrize("name", decisions())
def test_every_sentence_about_money_of_a_product_names_its_clause_and_version(name: str) -> None:
    case, decision = decisions()[name]
    stated = {terms.code for terms in case.terms}
    for one in of_policies(decision):
        assert one.version and one.product
        assert one.clause or one.id in WITHOUT_CLAUSE, say(one.id, one.values, "en")
        if one.clause and one.product not in stated:
            assert one.clause in wording(one.product).clauses, f"{one.product} has no clause {one.clause}"
    for one in of_claims(decision):
        assert one.id in OF_THE_CLAIM and one.clause is None


def test_no_sentence_stands_in_the_list_that_nothing_says() -> None:
    text = Path(explain.__code__.co_filename).read_text("utf-8")
    said = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)} | OF_THE_CLAIM
    assert set(SENTENCES) - said <= {"ENDED"}


def test_the_end_of_a_contract_has_no_second_sentence() -> None:
    assert "ENDED" not in SENTENCES


# --- what is said and when -------------------------------------------------------------------------------------------


def test_a_plain_stay_is_told_in_the_order_of_computing() -> None:
    bill = {**stay(fund="1500.00"), "lines": [line("3000.00"), line("500.00", "bed")]}
    decision = decided(plain(), claim(bill, other_payments=[{"source": "charity", "amount": "200.00"}]))
    assert told(decision) == [
        "stay: covered costs 3,000.00 + 500.00 = 3,500.00 (settled through social insurance).",
        "Public funds have paid 1,500.00 of it.",
        "Other sources have paid 200.00 of it.",
        "The loss still on you: 3,500.00 − 1,500.00 − 200.00 = 1,800.00.",
        "deductible 1,000.00: 0.00 used before, 1,000.00 left; this claim takes 1,000.00.",
        "(1,800.00 − 1,000.00) × 80% = 640.00.",
        "year (policy year) 50,000.00: 0.00 used before, 50,000.00 left; not exceeded.",
        "stay pays 640.00.",
    ]
    assert told(decision, "zh")[5] == "(1,800.00 − 1,000.00) × 80% = 640.00 元。"


def test_a_sum_of_many_parts_is_told_by_its_result() -> None:
    def parts(count: int) -> str:
        return told(decided(free(), claim({**stay(), "lines": [line("1.00")] * count})))[0]

    assert " + " in parts(MAX_PARTS) and " + " not in parts(MAX_PARTS + 1)
    assert "covered costs 9.00 (" in parts(MAX_PARTS + 1)
    assert "covered costs 1.00 (" in parts(1)


def test_a_price_that_assumes_no_public_payments_reckons_from_the_whole_and_ends_at_the_ceiling() -> None:
    terms = product(
        "gross",
        [indemnity("stay", ("inpatient",))],
        public_payments={"clause": "3.3", "priced_net_of_public_payments": False},
        other_payments={"clause": "3.4", "netted": ["insurer"]},
    )
    others = [{"source": "insurer", "amount": "50.00"}, {"source": "charity", "amount": "30.00"}]
    decision = decided(terms, claim(stay("1000.00", fund="600.00"), other_payments=others))
    assert [(one.id, one.clause) for one in sentences(decision)] == [
        ("ELIGIBLE", "4.1"), ("PUBLIC", "3.3"), ("OTHERS", "3.4"), ("LOSS", "3.4"), ("NOT_NETTED", "3.3"),
        ("NOT_NETTED", "3.4"), ("RATIO", "4.1"), ("CEILING", "3.4"), ("PAYABLE", "4.1"),
    ]  # fmt: skip
    check_arithmetic(decision)
    text = told(decision)
    assert "The loss still on you: 1,000.00 − 50.00 = 950.00." in text
    assert "All sources together never pay more than the cost, so at most 1,000.00 − 600.00 − 80.00 = 320.00." in text


def test_a_limit_that_is_a_share_of_the_sum_insured_shows_the_share() -> None:
    terms = plain(limits=[rule("share", ("stay",), "policy_year", 3_333, "sum_insured")])
    decision = decided(terms, claim(stay("9000.00")), policies=[contract("P", terms, sum_insured="10001.00")])
    assert "LIMIT_BINDS" in check_arithmetic(decision)
    assert (
        "share (policy year) 10,001.00 × 33.33% = 3,333.33: 0.00 used before, 3,333.33 left, so at most 3,333.33."
        in told(decision)
    )


def test_what_is_not_counted_says_why_and_by_which_clause() -> None:
    excluded = [{"clause": "4.7", "what": {"zh": "美容", "en": "cosmetic surgery"}, "categories": ["cosmetic"]}]
    bill = {**stay(), "lines": [line("100.00"), line("30.00", "cosmetic", name="nose")]}
    (first, *_) = of_policies(decided(free(exclusions=excluded), claim(bill)))
    assert say(first.id, first.values, "en") == "nose 30.00: It is excluded (cosmetic surgery)."
    assert say(first.id, first.values, "zh") == "nose 30.00 元：属于责任免除（美容）。"
    assert (first.clause, first.amount, first.lines) == ("4.7", 3_000, ((1, 2),))


@pytest.mark.parametrize(
    ("per", "reckoned", "counts"), [("day", "100.00 × 7 = 700.00", "700.00"), ("line", "× 1", "100.00")]
)
def test_a_line_above_its_own_cap_says_what_lies_within(per: str, reckoned: str, counts: str) -> None:
    cap = {"clause": "2.7", "categories": ["bed"], "per": per, "amount": number("yuan", "100")}
    terms = product("capped", [indemnity("stay", ("inpatient",), item_caps=[cap])])
    bill = {**stay(), "lines": [line("1000.00", "bed", quantity=7)]}
    decision = decided(terms, claim(bill))
    check_arithmetic(decision)
    (first, *_) = of_policies(decision)
    text = say(first.id, first.values, "en")
    assert text.startswith("bed 1,000.00: ") and reckoned in text and f"{counts} of this part counts" in text
    assert (first.clause, first.amount) == ("2.7", 100_000 - int(counts.replace(".", "")))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"arrears": "100.00"}, ["Less overdue premium 100.00.", "To be paid now: 1,000.00 − 100.00 = 900.00."]),
        (
            {"advance": "300.00", "prepaid": "200.00", "arrears": "100.00"},
            [
                "Less overdue premium 100.00.",
                "Less 300.00 paid to the hospital in advance.",
                "Less 200.00 paid already as the undisputed part.",
                "To be paid now: 1,000.00 − 100.00 − 300.00 − 200.00 = 400.00.",
            ],
        ),
        (
            {"advance": "1000.01"},
            [
                "Less 1,000.01 paid to the hospital in advance.",
                "What was advanced or prepaid exceeds what is due; 0.01 is to be paid back.",
            ],
        ),
        ({}, []),
    ],
)
def test_what_is_paid_out_is_reckoned_from_what_is_payable(given: Written, said: list[str]) -> None:
    terms, policy = free(), {}
    if "arrears" in given:
        given = dict(given)
        policy = {"arrears": given.pop("arrears")}
    decision = decided(terms, claim(stay("1000.00"), **given), policies=[contract("P", terms, **policy)])
    assert [say(one.id, one.values, "en") for one in of_claims(decision)] == said


def test_papers_and_disputed_lines_say_what_they_are_worth() -> None:
    requires = [{"paper": paper, "clause": "5.2", "why": both(paper)} for paper in ("invoice", "pathology")]
    terms = product("papers", [indemnity("stay", ("inpatient",), requires=requires)])
    bill = {**stay(), "lines": [line("1000.00"), line("50.00", disputed=True)]}
    assert [say(one.id, one.values, "en") for one in of_claims(decided(terms, claim(bill, papers=[])))] == [
        "Add medical invoice: by itself it adds nothing as far as can be seen now (an estimate).",
        "Add pathology report: by itself it adds nothing as far as can be seen now (an estimate).",
        "Add medical invoice and pathology report: about +1,000.00 (an estimate; the final review decides).",
        "If the costs in question are accepted as reasonable and necessary: about +0.00 (an estimate).",
    ]


def test_the_recommended_order_of_policies_is_marked() -> None:
    a = plain(code="a", limits=[])
    b = free("b", ratio=5_000)
    case = case_of([contract("A", a), contract("B", b)], claim(stay("2000.00")))
    said = [say(one.id, one.values, "en") for one in of_claims(decide(case, shelf(a, b)))]
    assert sum("recommended" in text for text in said) == 1
    assert [text.split(":")[0] for text in said] == ["Order A → B", "Order B → A"]


def test_deductible_days_and_days_of_a_stay_are_told_in_days() -> None:
    text = told(decided(hospital_cash(), claim(stay(last="2026-03-19"))))
    assert "first-days 3 days: 0 used before; this stay takes 3." in text
    assert "17 days in hospital, 14 of them entitled × 150.00 = 2,100.00." in text
    assert "stay-days (each stay) 90 days: 0 days used before, 90 days left; not exceeded." in text


def test_a_limit_of_times_that_is_used_up_binds_at_nothing() -> None:
    terms = product(
        "times",
        [indemnity("visit", ("outpatient",), computed_per="visit")],
        limits=[rule("visits", ("visit",), "policy_year", 1, "times")],
    )
    decision = decided(terms, claim(visit(), visit(on="2026-03-03")))
    assert "visits (policy year) 1 times: 1 times used before, 0 times left, so at most 0.00." in told(decision)


def test_an_occasion_that_is_counted_already_is_not_counted_twice() -> None:
    terms = product(
        "times",
        [
            indemnity("drug", ("outpatient",), computed_per="visit", categories=("western_drug",)),
            indemnity("rest", ("outpatient",), computed_per="visit"),
        ],
        limits=[rule("visits", ("drug", "rest"), "policy_year", 1, "times")],
    )
    bill = {**visit(), "lines": [line("10.00", "western_drug"), line("20.00")]}
    assert "visits (policy year) 1 times: this occasion is counted already." in told(decided(terms, claim(bill)))


def test_a_loss_reduced_by_others_alone_names_the_clause_of_other_payments() -> None:
    paid_by_others = claim(stay(), other_payments=[{"source": "charity", "amount": "10.00"}])
    for more in ({}, {"public_payments": None}):
        (loss,) = (one for one in of_policies(decided(free(**more), paid_by_others)) if one.id == "LOSS")
        assert loss.clause == "3.4"


@pytest.mark.parametrize("silent", ["public_payments", "other_payments", "age_ratio"])
def test_a_product_that_is_silent_still_names_the_clause_of_its_benefit(silent: str) -> None:
    terms = free(**{silent: None})
    policies = [contract("P", terms, premium_paid="300", premium_due="420")]
    paid_by_others = claim(stay(fund="10.00"), other_payments=[{"source": "charity", "amount": "10.00"}])
    said = {"public_payments": "PUBLIC", "other_payments": "OTHERS", "age_ratio": "AGE"}[silent]
    (one,) = (one for one in of_policies(decided(terms, paid_by_others, policies=policies)) if one.id == said)
    assert one.clause, say(one.id, one.values, "en")


def used_up() -> Decision:
    """One visit a year: with its paper the first visit of 10 takes the place of the later one of 1,000."""
    requires = [{"paper": "prescription", "clause": "5.2", "why": both("why")}]
    terms = product(
        "once",
        [indemnity("visit", ("outpatient",), computed_per="visit", requires=requires)],
        limits=[rule("visits", ("visit",), "policy_year", 1, "times")],
    )
    return decided(terms, claim(visit("10.00"), papers=[]), claim(visit("1000.00", on="2026-05-04"), no="C-2"))


def test_a_paper_that_takes_the_place_of_a_later_claim_is_worth_less_than_nothing() -> None:
    (cure,) = used_up().claims[0].worth
    assert cure.amount == -99_000


def test_nobody_is_asked_for_a_paper_that_makes_the_claims_pay_less() -> None:
    assert "+-" not in " ".join(told(used_up()))


def test_days_of_a_stay_that_were_counted_before_are_told_as_days() -> None:
    decision = decided(hospital_cash(), claim(stay()), claim(stay(), no="C-2"))
    (line_,) = (one for one in decision.claims[1].policies[0].lines if one.line == 0)
    assert [gate.gate for gate in line_.gates] == ["duplicate"]
    assert "invoice" not in told(decision)[-1]
